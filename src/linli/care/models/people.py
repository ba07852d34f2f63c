"""Who looks after a household, and what a neighbourhood has decided about it (Q01)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.care.models.cases import Case
from linli.ground.models import Household, Mandate, Place
from linli.ground.scope import Personal
from linli.kernel.ids import uuid7


class Supervisor(Personal):
    """Who looks after a household from a moment on; the end is the next row's beginning.

    With ``case``: who helps one person under other attention, and nobody else sees it. ``substitute``: stands in; the row after it, when
    there is one, says when the first comes back. A mandate that is over counts no more: then it is the secretary (``supervising.py``).
    """

    class Why(models.TextChoices):
        """Closed list."""

        NAMED = "named", "指定"
        HANDED = "handed", "交接"
        STANDS_IN = "stands_in", "代班"
        BACK = "back", "回来"
        FELL = "fell", "转由书记"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="+")
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.CASCADE, related_name="helpers")
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    substitute = models.BooleanField(default=False)
    why = models.CharField(max_length=10, choices=Why.choices, default=Why.NAMED)
    by_user = models.BigIntegerField(null=True, blank=True)
    noted_at = models.DateTimeField()
    annulled_at = models.DateTimeField(null=True, blank=True, help_text="a return that did not come about")

    class Meta(Personal.Meta):
        ordering = ["since", "id"]
        indexes = [models.Index(fields=["mandate", "since"], name="care_supervisor_mandate")]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "since"],
                condition=Q(case__isnull=True, annulled_at__isnull=True),
                name="care_one_supervisor",
            ),
            models.UniqueConstraint(
                fields=["case", "since"],
                condition=Q(case__isnull=False, annulled_at__isnull=True),
                name="care_one_helper",
            ),
        ]


class Practice(models.Model):
    """What a neighbourhood has decided from a moment on: how days are counted, how many households one person may look after."""

    neighbourhood = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()
    convention = models.CharField(max_length=12, help_text="code of kernel.cadence.CONVENTIONS")
    households_each = models.PositiveSmallIntegerField(default=1)
    by_user = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["since"]
        constraints = [models.UniqueConstraint(fields=["neighbourhood", "since"], name="care_practice_once")]

    def __str__(self) -> str:
        return f"{self.convention} {self.households_each}"


class Readiness(Personal):
    """One of the five items (Q04): in place or not, since when, with what evidence. The latest of each holds."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    item = models.SlugField(max_length=20, help_text="a code of rules.FIVE")
    ok = models.BooleanField()
    evidence = models.BinaryField(null=True, blank=True, help_text="sealed words")
    happened_at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, blank=True)
    by_name = models.CharField(max_length=80, blank=True)

    class Meta(Personal.Meta):
        ordering = ["happened_at", "id"]


class ReadinessPhoto(Personal):
    """A picture of what is in place, no people in it, sealed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    readiness = models.ForeignKey(Readiness, on_delete=models.CASCADE, related_name="photos")
    sealed = models.BinaryField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()


class Net(Personal):
    """The “网” of “五有一网”: the article does not say what it is, so it is a free field (Q04). The latest holds."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    words = models.BinaryField(help_text="sealed")
    happened_at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, blank=True)

    class Meta(Personal.Meta):
        ordering = ["happened_at", "id"]
