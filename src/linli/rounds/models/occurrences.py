"""One time of a plan: an occurrence, its frozen targets, who they were handed to, and who was excused."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.ground.models import Area, Body, BodyKind, Household, Mandate, Person, Place
from linli.ground.scope import Personal
from linli.kernel.ids import uuid7
from linli.rounds.models.plans import Plan
from linli.rounds.models.sheets import Sheet


class Occurrence(models.Model):
    """One time of a plan, with its sheet pinned and its targets frozen as rows.

    ``slot_at``: the moment of its slot; none for what was asked once by hand. ``opened_at``: empty while its targets are being written;
    later than ``closes_at`` for a slot that nobody could walk, because nothing ran that would have opened it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="occurrences")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", help_text="the plan's, for the index")
    sheet = models.ForeignKey(Sheet, null=True, blank=True, on_delete=models.PROTECT, related_name="occurrences")
    title = models.CharField(max_length=80)
    text = models.CharField(max_length=600, blank=True)
    slot_at = models.DateTimeField(null=True, blank=True)
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closes_at = models.DateTimeField(null=True, blank=True, help_text="empty: with due_at, or never (until done)")
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True, help_text="when its omissions were passed on")
    next_close = models.DateTimeField(
        null=True, blank=True, help_text="when the next of the targets with times of their own closes; empty: no more"
    )
    frozen = models.PositiveIntegerField(help_text="how many targets it opened with; the rows behind it never go")
    blind = models.PositiveIntegerField(default=0, help_text="how many of them nobody, or several, answered for then")
    blind_by = models.BigIntegerField(null=True, blank=True)
    blind_name = models.CharField(max_length=80, blank=True, default="", help_text="who let it start with blind spots")
    blind_why = models.CharField(max_length=200, blank=True, default="")
    by_user = models.BigIntegerField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-due_at"]
        indexes = [
            models.Index(fields=["place", "due_at"], name="occurrence_due"),
            models.Index(fields=["closed_at", "closes_at"], name="occurrence_closing"),
            models.Index(fields=["place", "slot_at"], name="occurrence_slot"),
            models.Index(fields=["next_close"], name="occurrence_next_close", condition=Q(next_close__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(name="occurrence_order", condition=Q(due_at__gt=models.F("opens_at"))),
            models.UniqueConstraint(fields=["plan", "slot_at"], name="occurrence_once"),
        ]

    def __str__(self) -> str:
        return self.title


class Target(models.Model):
    """What an occurrence is about, one row each, frozen when it opens. Name, kind, zone and holder are as they were then.

    Late joiners are rows with a reason. A body that ends later stays; so does its row. A household or a person is named by
    :class:`TargetSubject`, which is scoped; here stands its door only. ``day`` and ``part`` and times of its own: an own clock's.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    occurrence = models.ForeignKey(Occurrence, on_delete=models.PROTECT, related_name="targets")
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="round_targets")
    kind = models.ForeignKey(
        BodyKind, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.ForeignKey(
        Area,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
        help_text="its zone then",
    )
    holder = models.ForeignKey(
        Mandate,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text="who should do it, as of the opening; later ones are rows of Handing",
    )
    held_by = models.PositiveSmallIntegerField(default=1, help_text="how many answered for it then: 0 and 2 are blind")
    name = models.CharField(max_length=120)
    sort = models.CharField(max_length=80, blank=True, default="", help_text="walking order in its zone")
    day = models.PositiveSmallIntegerField(default=0, help_text="of an own clock")
    part = models.PositiveSmallIntegerField(default=0, help_text="which time of that day")
    due_at = models.DateTimeField(null=True, blank=True, help_text="only where it differs from the occurrence's")
    closes_at = models.DateTimeField(null=True, blank=True, help_text="only where it differs from the occurrence's")
    joined_at = models.DateTimeField(null=True, blank=True, help_text="only for a late joiner")
    reason = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["name"]
        indexes = [
            models.Index(fields=["place", "occurrence"], name="target_place"),
            models.Index(fields=["holder", "occurrence"], name="target_holder"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["occurrence", "body"], name="target_once"),
            models.CheckConstraint(
                name="target_subject",
                condition=Q(body__isnull=False, place__isnull=True) | Q(body__isnull=True, place__isnull=False),
            ),
            models.CheckConstraint(name="target_late_reason", condition=Q(joined_at__isnull=True) | ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return self.name


class TargetSubject(Personal):
    """The household or the person a target is about; frozen with it. The name of a person stands in the register alone, where who reads a
    round looks it up (:func:`linli.rounds.queries.persons`): no round keeps in words who was visited."""

    target = models.OneToOneField(Target, primary_key=True, on_delete=models.CASCADE, related_name="subject")
    household = models.ForeignKey(Household, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta(Personal.Meta):
        pass

    def __str__(self) -> str:
        return str(self.target_id)


class Handing(Personal):
    """A target was given to somebody else from a moment on; the last one holds. Who had it before is not refused, but flagged."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="handings")
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=120, blank=True)

    class Meta(Personal.Meta):
        ordering = ["target", "since"]
        constraints = [models.UniqueConstraint(fields=["target", "since"], name="handing_once")]
        indexes = [models.Index(fields=["mandate", "target"], name="handing_to")]

    def __str__(self) -> str:
        return f"{self.target_id} {self.since}"


class Excusal(Personal):
    """A target was taken off by somebody, by name, with a reason; it stays in the denominator. Sealed while an operation is on."""

    target = models.OneToOneField(Target, primary_key=True, on_delete=models.CASCADE, related_name="excusal")
    by_user = models.BigIntegerField(null=True, blank=True)
    by_name = models.CharField(max_length=80)
    note = models.CharField(max_length=200, blank=True)
    sealed = models.BinaryField(null=True, blank=True)
    operation = models.UUIDField(null=True, blank=True, help_text="whose key seals the reason")
    at = models.DateTimeField()
    heard_at = models.DateTimeField()

    class Meta(Personal.Meta):
        constraints = [models.CheckConstraint(name="excusal_named", condition=~Q(by_name=""))]

    def __str__(self) -> str:
        return str(self.target_id)
