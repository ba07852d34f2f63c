"""Legs and hand-overs: what is planned next, and what happened. Who holds whom is computed from them (``kernel.handover``)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.ground.scope import Personal
from linli.journeys.models.arrivals import Traveller
from linli.journeys.models.hands import Hands
from linli.journeys.models.runs import Run
from linli.kernel.ids import uuid7
from linli.operations.models import Operation


class Handover(Personal):
    """Travellers pass from one holder to another, once both sides have confirmed; until then they are still the giver's (T03, T04).

    ``taker`` may be empty while only the giver's phone was heard. The id is made by the page or the phone: a re-send is no second row.
    ``happened_at`` is when the second side confirmed.
    ``overridden``: why a server would have refused what a phone did (``{"codes": […], "missing": [ids], "extra": [ids], "uncounted": n}``);
    a fact is stored all the same. Taken back by a :class:`HandoverAnnulment`.
    """

    class Way(models.TextChoices):
        """How a side confirmed. Closed list."""

        SCAN = "scan", "scan"
        CODE = "code", "code"
        SIGNATURE = "signature", "signature"
        WORD = "word", "word"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(Run, null=True, blank=True, on_delete=models.SET_NULL, related_name="handovers")
    giver = models.ForeignKey(Hands, on_delete=models.PROTECT, related_name="given")
    taker = models.ForeignKey(Hands, null=True, blank=True, on_delete=models.PROTECT, related_name="taken")
    happened_at = models.DateTimeField()
    about = models.BooleanField(default=False)
    heard_at = models.DateTimeField()
    gave_at = models.DateTimeField(null=True, blank=True)
    gave_by = models.BigIntegerField(null=True, blank=True, help_text="accounts.User id; empty for who has no account")
    gave_way = models.CharField(max_length=9, choices=Way.choices, blank=True)
    took_at = models.DateTimeField(null=True, blank=True)
    took_by = models.BigIntegerField(null=True, blank=True, help_text="accounts.User id; empty for who has no account")
    took_way = models.CharField(max_length=9, choices=Way.choices, blank=True)
    counted = models.PositiveSmallIntegerField(null=True, blank=True, help_text="heads, when somebody counted them")
    code_tries = models.PositiveSmallIntegerField(default=0)
    device = models.UUIDField(null=True, blank=True)
    made_offline = models.BooleanField(default=False)
    overridden = models.JSONField(default=dict, blank=True)
    giver_signature = models.BinaryField(null=True, blank=True, help_text="sealed strokes")
    taker_signature = models.BinaryField(null=True, blank=True, help_text="sealed strokes")

    class Meta(Personal.Meta):
        ordering = ["happened_at", "id"]
        indexes = [models.Index(fields=["neighbourhood", "happened_at"], name="handover_day")]
        constraints = [
            models.CheckConstraint(
                name="handover_two_hands", condition=Q(taker__isnull=True) | ~Q(giver=models.F("taker"))
            ),
            models.CheckConstraint(
                name="handover_by_one_side", condition=Q(gave_at__isnull=False) | Q(took_at__isnull=False)
            ),
            models.CheckConstraint(
                name="handover_taken_by", condition=Q(took_at__isnull=True) | Q(taker__isnull=False)
            ),
            models.CheckConstraint(
                name="handover_says_how",
                condition=(Q(gave_at__isnull=True, gave_way="") | (Q(gave_at__isnull=False) & ~Q(gave_way="")))
                & (Q(took_at__isnull=True, took_way="") | (Q(took_at__isnull=False) & ~Q(took_way=""))),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class HandoverTraveller(Personal):
    """Who was handed over."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="links")
    traveller = models.ForeignKey(Traveller, on_delete=models.CASCADE, related_name="links")

    class Meta(Personal.Meta):
        constraints = [models.UniqueConstraint(fields=["handover", "traveller"], name="handover_traveller_once")]

    def __str__(self) -> str:
        return str(self.id)


class HandoverAnnulment(Personal):
    """A hand-over that was taken back: by whom, when, why. The chain is then what it would have been without it."""

    class Why(models.TextChoices):
        """Closed list."""

        NOT_DONE = "not_done", "it did not happen"
        WRONG_PEOPLE = "wrong_people", "other people"
        WRONG_HANDS = "wrong_hands", "to somebody else"
        WRONG_TIME = "wrong_time", "at another time"
        TWICE = "twice", "written down twice"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    handover = models.OneToOneField(Handover, on_delete=models.CASCADE, related_name="annulment")
    at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, blank=True)
    why = models.CharField(max_length=12, choices=Why.choices)

    class Meta(Personal.Meta):
        pass

    def __str__(self) -> str:
        return self.why


class Leg(Personal):
    """The next hand-over that a traveller waits for. ``alarm_at`` is written with it: expected + grace, twice the grace when about.

    Open while neither done nor cancelled. ``giver`` empty: whoever holds him then.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    traveller = models.ForeignKey(Traveller, on_delete=models.CASCADE, related_name="legs")
    run = models.ForeignKey(Run, null=True, blank=True, on_delete=models.SET_NULL, related_name="legs")
    giver = models.ForeignKey(Hands, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    taker = models.ForeignKey(Hands, on_delete=models.PROTECT, related_name="+")
    expected_at = models.DateTimeField()
    about = models.BooleanField(default=False)
    grace_minutes = models.PositiveSmallIntegerField(default=30)
    alarm_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True, help_text="when the alarm was raised")
    told_as = models.UUIDField(null=True, blank=True, help_text="the leg that stands for all that were told together")
    planned_at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Handover, null=True, blank=True, on_delete=models.SET_NULL, related_name="legs")

    class Meta(Personal.Meta):
        ordering = ["expected_at", "id"]
        indexes = [
            models.Index(
                fields=["neighbourhood", "alarm_at"],
                condition=Q(done_by__isnull=True, cancelled_at__isnull=True, told_at__isnull=True),
                name="leg_alarm",
            ),
            models.Index(fields=["traveller", "expected_at"], name="leg_of_traveller"),
            models.Index(fields=["told_as"], condition=Q(told_as__isnull=False), name="leg_told_as"),
        ]
        constraints = [
            models.CheckConstraint(
                name="leg_done_or_cancelled", condition=Q(done_by__isnull=True) | Q(cancelled_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return str(self.id)
