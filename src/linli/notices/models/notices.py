"""What somebody must hear of: the notice, each time somebody was told, who that was, and who took it up."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from linli.ground.models import Area, Mandate, Place
from linli.ground.scope import Personal
from linli.kernel.ids import uuid7


class Notice(Personal):
    """One thing that somebody must hear of: an outbox row of the change that made it.

    It names its subject by kind and id, holds counts and no words: what it says comes from its kind (``linli.notices.kinds``) when it
    is read. To whom it goes is said once, by mandate, office at a place, or area; who that is, is found again each time it is told.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=40)
    key = models.CharField(
        max_length=120, unique=True, help_text="what makes it one: a second call with it adds nothing"
    )
    subject_type = models.CharField(max_length=30)
    subject = models.CharField(max_length=40)
    to_mandate = models.ForeignKey(Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    to_capacity = models.CharField(max_length=30, blank=True, default="")
    to_place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    to_area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    quantities = models.JSONField(default=dict, help_text="counts by name; “count” is what a group's bot says")
    by_user = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="it is told from here on; the steps count from here")
    next_at = models.DateTimeField(null=True, help_text="the next moment at which somebody is told; null: no more")
    acknowledged_at = models.DateTimeField(null=True, blank=True, help_text="when the first took it up")
    settled_at = models.DateTimeField(null=True, blank=True, help_text="what it was about is done")

    class Meta(Personal.Meta):
        ordering = ["due_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="notice_to_somebody",
                condition=Q(to_mandate__isnull=False) | (~Q(to_capacity="") & Q(to_place__isnull=False))
                | Q(to_area__isnull=False),
            )
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["next_at"], name="notice_next", condition=Q(next_at__isnull=False)),
            models.Index(fields=["subject_type", "subject"], name="notice_subject"),
            models.Index(fields=["neighbourhood", "settled_at", "due_at"], name="notice_open"),
        ]

    @property
    def count(self) -> int:
        """How many things it is about, for the bot of a group."""
        return int(self.quantities.get("count", 1))

    @property
    def open(self) -> bool:
        """Whether it waits: nobody took it up and it is not done."""
        return self.acknowledged_at is None and self.settled_at is None


class Telling(Personal):
    """One time that somebody was told: at first, again, a step further up, or whoever holds the office now. Each once."""

    class What(models.TextChoices):
        """Closed list."""

        FIRST = "first", "first"
        AGAIN = "again", "again"
        STEP = "step", "step"
        HANDED = "handed", "handed on"

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="tellings")
    what = models.CharField(max_length=8, choices=What.choices)
    number = models.PositiveSmallIntegerField(default=0, help_text="which of its kind")
    seconds = models.PositiveIntegerField(default=0, help_text="of a step: so long after the notice was due")
    capacity = models.CharField(max_length=30, blank=True, default="", help_text="of a step: to whom")
    due_at = models.DateTimeField()
    at = models.DateTimeField()
    reached = models.PositiveSmallIntegerField(default=0, help_text="accounts that saw it on the screen")

    class Meta(Personal.Meta):
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "what", "number", "seconds", "capacity"], name="telling_once")
        ]


class Addressee(Personal):
    """Who was told of a notice, by which mandate. Without an account it is somebody to call: the printed list names him."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="addressees")
    telling = models.ForeignKey(Telling, on_delete=models.CASCADE, related_name="addressees")
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(Personal.Meta):
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "mandate", "user"], name="addressee_once", condition=Q(user__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["notice", "mandate"], name="addressee_to_call_once", condition=Q(user__isnull=True)
            ),
        ]
        indexes = [models.Index(fields=["user", "notice"], name="addressee_user")]


class Acknowledgement(Personal):
    """Somebody took a notice up, by name. The first one ends the repeats and the steps further up."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="acknowledgements")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(Personal.Meta):
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["notice", "user"], name="acknowledged_once")]
