"""Who stands on a shift, whether he came, whose hours these are, and what is handed on."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from linli.duties.models.people import Volunteer
from linli.duties.models.posts import Shift
from linli.ground.models import Body
from linli.ground.scope import Personal
from linli.kernel.ids import uuid7


class Stint(Personal):
    """One person's place on one shift. ``taken_at`` is empty while he is invited and has not said yes; given up is ``released_at``.

    ``fixed``: a person put him there, and a proposal leaves it so. ``overrode``: the codes of what spoke against it, and who said go on.
    """

    class How(models.TextChoices):
        """How he came to it."""

        SIGNUP = "signup", "signed up"
        PROPOSAL = "proposal", "proposed"
        ASSIGNED = "assigned", "assigned"
        INVITED = "invited", "invited"

    class Release(models.TextChoices):
        """Why he cannot: a closed list, and nobody has to say more."""

        ILL = "ill", "ill"
        FAMILY = "family", "something in the family"
        WORK = "work", "work"
        AWAY = "away", "not in town"
        UNSAID = "unsaid", "would rather not say"
        CANCELLED = "cancelled", "the shift was cancelled"
        OFFICE = "office", "the office changed the roster"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="stints")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="stints")
    how = models.CharField(max_length=10, choices=How.choices)
    leads = models.BooleanField(default=False)
    fixed = models.BooleanField(default=False)
    invited_at = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    by_user = models.BigIntegerField(null=True, blank=True, help_text="accounts.User id: who put him there")
    overrode = models.JSONField(default=list, blank=True, help_text="codes of rules.Against")
    overrode_by = models.CharField(max_length=80, blank=True, help_text="the name of who said go on")
    released_at = models.DateTimeField(null=True, blank=True)
    release_reason = models.CharField(max_length=10, choices=Release.choices, blank=True, default="")
    came_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    missed = models.BooleanField(default=False, help_text="somebody said that he did not come")
    said_by = models.BigIntegerField(null=True, blank=True, help_text="accounts.User id: who said so")
    said_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta(Personal.Meta):
        ordering = ["shift", "volunteer"]
        indexes = [
            models.Index(fields=["volunteer", "released_at"], name="stint_of_whom"),
            models.Index(fields=["shift", "released_at"], name="stint_of_shift"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["shift", "volunteer"], condition=Q(released_at__isnull=True), name="stint_once"
            ),
            models.CheckConstraint(
                name="stint_release_reason",
                condition=Q(released_at__isnull=True, release_reason="")
                | (Q(released_at__isnull=False) & ~Q(release_reason="")),
            ),
            models.CheckConstraint(
                name="stint_attendance",
                condition=Q(left_at__isnull=True) | Q(came_at__isnull=False, left_at__gte=F("came_at")),
            ),
            models.CheckConstraint(name="stint_came_or_missed", condition=Q(missed=False) | Q(came_at__isnull=True)),
        ]


class Credit(Personal):
    """A body that may see the hours of a stint: the host, the unit that sends, a branch. The person's own total counts them once (C08)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    stint = models.ForeignKey(Stint, on_delete=models.CASCADE, related_name="credits")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")

    class Meta(Personal.Meta):
        constraints = [models.UniqueConstraint(fields=["stint", "body"], name="credit_once")]


class HandoverNote(Personal):
    """What a shift tells the next: sealed, with the operation's key while one is on. Who of the next shift read it first, and when."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="notes")
    sealed = models.BinaryField(null=True, blank=True, help_text="empty: erased")
    operation = models.UUIDField(null=True, blank=True, help_text="whose key seals the note")
    by_user = models.BigIntegerField(null=True, blank=True)
    by_name = models.CharField(max_length=80)
    happened_at = models.DateTimeField()
    read_by = models.BigIntegerField(null=True, blank=True)
    read_name = models.CharField(max_length=80, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta(Personal.Meta):
        ordering = ["happened_at"]
        indexes = [models.Index(fields=["shift", "happened_at"], name="handover_of_shift")]
