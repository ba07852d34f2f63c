"""Who arrives: the movement, word of it, travellers, and whom of the register they are.

Words about people are sealed with the key of their operation.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.ground.models import Household, Mandate, Person, Place
from linli.ground.scope import Personal
from linli.journeys.models.hands import Hands
from linli.kernel.ids import uuid7
from linli.operations.models import Operation


class Movement(Personal):
    """A flight, a train or a coach that brings people, once a day it goes (T01). A car of one's own is one, too."""

    class Kind(models.TextChoices):
        """Closed list."""

        FLIGHT = "flight", "flight"
        TRAIN = "train", "train"
        COACH = "coach", "coach"
        CAR = "car", "car"
        OTHER = "other", "another way"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    number = models.CharField(max_length=20, blank=True, help_text="CA936, G1234; empty for a car")
    origin = models.CharField(max_length=80, blank=True, help_text="where it came from, as written")
    country = models.CharField(max_length=2, blank=True, help_text="ISO code of where it came from, when known")
    day = models.DateField(help_text="the Shanghai day of landing")
    landed_at = models.DateTimeField(null=True, blank=True)
    about = models.BooleanField(default=False)
    passengers = models.PositiveIntegerField(null=True, blank=True)
    crew = models.PositiveIntegerField(null=True, blank=True)
    heard_at = models.DateTimeField()

    class Meta(Personal.Meta):
        ordering = ["day", "landed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "kind", "number", "day"], condition=~Q(number=""), name="movement_once"
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(self.id)


class ArrivalNotice(Personal):
    """Word that people arrive (T02, T09): by what way, when, the text as it came (sealed), and who has to see to it.

    ``settled_at``: a person has read it and confirmed what it says. ``upload``: the file it came as (inbox.RawUpload), if it was one.
    """

    class Via(models.TextChoices):
        """By what way. Closed list."""

        CHAT = "chat", "chat"
        LIST = "list", "list"
        PHONE = "phone", "phone"
        MANIFEST = "manifest", "passenger list"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="+")
    movement = models.ForeignKey(Movement, null=True, blank=True, on_delete=models.CASCADE, related_name="notices")
    via = models.CharField(max_length=8, choices=Via.choices)
    received_at = models.DateTimeField()
    about = models.BooleanField(default=False)
    heard_at = models.DateTimeField()
    sealed = models.BinaryField(null=True, blank=True, help_text="the text as it came")
    digest = models.BinaryField(max_length=16, null=True, blank=True, help_text="keyed: the same text is one notice")
    upload = models.UUIDField(null=True, blank=True)
    owner = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.BigIntegerField(null=True, blank=True)

    class Meta(Personal.Meta):
        ordering = ["received_at"]
        indexes = [models.Index(fields=["neighbourhood", "received_at"], name="arrival_notice_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "digest"], condition=Q(digest__isnull=False), name="arrival_notice_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class Traveller(Personal):
    """One human being on one journey. Until ``begun_at`` he is only listed; from then on he is in somebody's hands at every moment.

    ``sealed``: JSON of :class:`linli.journeys.details.Details`. ``country``: where the journey began; nationality and home region have no
    column. ``alarm_at``: by when somebody must have decided whether he is ours, or planned who takes him next; empty while nothing is owed.
    A second list of the same flight finds him by ``document_index``.
    """

    class Closed(models.TextChoices):
        """Why there is nothing more to do. Closed list; only ``over`` stays in the figures."""

        NOT_OURS = "not_ours", "does not live here"
        DOUBLE = "double", "listed twice"
        ANNULLED = "annulled", "entered by mistake"
        OVER = "over", "the journey is over"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="+")
    notice = models.ForeignKey(ArrivalNotice, on_delete=models.CASCADE, related_name="travellers")
    movement = models.ForeignKey(Movement, null=True, blank=True, on_delete=models.SET_NULL, related_name="travellers")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    household = models.ForeignKey(Household, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    dwelling = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField(null=True, blank=True, help_text="empty: erased")
    document_index = models.BinaryField(max_length=16, null=True, blank=True)
    phone_index = models.BinaryField(max_length=16, null=True, blank=True)
    country = models.CharField(max_length=2, blank=True, help_text="ISO code of where the journey began")
    owner = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    heard_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True, blank=True)
    begun_hands = models.ForeignKey(Hands, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    expected_at = models.DateTimeField(null=True, blank=True, help_text="when he is expected at the door")
    about = models.BooleanField(default=False, help_text="of expected_at")
    alarm_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True, help_text="when the alarm of alarm_at was raised")
    told_as = models.UUIDField(null=True, blank=True, help_text="who stands for all that were told together")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_as = models.CharField(max_length=8, choices=Closed.choices, blank=True)
    revision = models.PositiveIntegerField(default=0, help_text="counts changes: who was slower is told")

    class Meta(Personal.Meta):
        ordering = ["heard_at", "id"]
        indexes = [
            models.Index(fields=["neighbourhood", "closed_at", "begun_at"], name="traveller_open"),
            models.Index(fields=["neighbourhood", "phone_index"], name="traveller_phone"),
            models.Index(fields=["told_as"], condition=Q(told_as__isnull=False), name="traveller_told_as"),
            models.Index(
                fields=["neighbourhood", "alarm_at"],
                condition=Q(alarm_at__isnull=False, told_at__isnull=True),
                name="traveller_alarm",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "document_index"],
                condition=Q(document_index__isnull=False, closed_at__isnull=True),
                name="traveller_document_once",
            ),
            models.UniqueConstraint(
                fields=["operation", "person"],
                condition=Q(person__isnull=False, closed_at__isnull=True),
                name="traveller_person_once",
            ),
            models.CheckConstraint(
                name="traveller_begun_in_hands",
                condition=Q(begun_at__isnull=True, begun_hands__isnull=True)
                | Q(begun_at__isnull=False, begun_hands__isnull=False),
            ),
            models.CheckConstraint(
                name="traveller_closed_says_why",
                condition=Q(closed_at__isnull=True, closed_as="") | (Q(closed_at__isnull=False) & ~Q(closed_as="")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class ListedRow(Personal):
    """Where a traveller is named: a row of a file, or the n-th person of a message. Two lists of one flight name him twice.

    ``source``: opaque, ``upload:<id>`` or ``notice:<id>``. ``sealed``: JSON of the row as it came, with the columns nobody knew.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    traveller = models.ForeignKey(Traveller, on_delete=models.CASCADE, related_name="listed")
    source = models.CharField(max_length=60)
    sheet = models.CharField(max_length=60, blank=True)
    row = models.PositiveIntegerField(help_text="of the file; of a chat: the message's number")
    part = models.PositiveSmallIntegerField(default=0, help_text="which person of the message")
    problems = models.JSONField(default=list, help_text="[[cell, code]]")
    sealed = models.BinaryField(null=True, blank=True)

    class Meta(Personal.Meta):
        ordering = ["source", "sheet", "row", "part"]
        constraints = [models.UniqueConstraint(fields=["source", "sheet", "row", "part"], name="listed_row_once")]

    def __str__(self) -> str:
        return f"{self.sheet}{self.row}"


class Match(Personal):
    """Whom of the register a traveller may be, with the reasons (``kernel.manifest_match``). A person decides; nothing joins by itself.

    Taken back by a :class:`MatchUndone`. Whom he is now says ``Traveller.person``.
    """

    class Verdict(models.TextChoices):
        """What the rules propose. Closed list."""

        MATCH = "match", "match"
        ASK = "ask", "ask"
        NONE = "none", "none"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    traveller = models.ForeignKey(Traveller, on_delete=models.CASCADE, related_name="matches")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    verdict = models.CharField(max_length=5, choices=Verdict.choices)
    score = models.PositiveSmallIntegerField(default=0)
    reasons = models.JSONField(default=list, help_text="codes of what speaks for it")
    against = models.JSONField(default=list, help_text="codes of what speaks against it")
    proposed_at = models.DateTimeField()
    decision = models.BooleanField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.BigIntegerField(null=True, blank=True)

    class Meta(Personal.Meta):
        verbose_name_plural = "matches"
        ordering = ["-score", "proposed_at"]
        indexes = [models.Index(fields=["traveller", "-score"], name="match_of_traveller")]
        constraints = [
            models.CheckConstraint(
                name="match_decided_when",
                condition=Q(decision__isnull=True, decided_at__isnull=True)
                | Q(decision__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(name="match_yes_is_somebody", condition=~Q(decision=True) | Q(person__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} {self.score}"


class MatchUndone(Personal):
    """A decision about a match, taken back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    match = models.OneToOneField(Match, on_delete=models.CASCADE, related_name="undone")
    at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, blank=True)

    class Meta(Personal.Meta):
        verbose_name_plural = "matches undone"

    def __str__(self) -> str:
        return str(self.id)
