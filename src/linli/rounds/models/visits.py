"""Visits: of a round, of liaison groups, inspections of gates; and findings with an owner, a due date and a close."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.ground.models import Body, Mandate, Place
from linli.ground.scope import Personal
from linli.kernel.ids import uuid7
from linli.rounds.models.answers import Field
from linli.rounds.models.occurrences import Occurrence, Target
from linli.rounds.models.sheets import Sheet


class Visit(Personal):
    """Somebody was at a place: in a round, of a liaison group (R13), with a sheet of questions (G11), or just looking (P07, ``source``).

    The note is sealed with the operation's key while one is on. The id is the page's or the phone's: a re-send is no second row.
    ``mandate``: as whom he went; ``former``: others had been made responsible by then, and he did not know.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    group = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="visits")
    sheet = models.ForeignKey(Sheet, null=True, blank=True, on_delete=models.PROTECT, related_name="visits")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    occurrence = models.ForeignKey(
        Occurrence, null=True, blank=True, on_delete=models.PROTECT, related_name="visits", db_index=False
    )
    mandate = models.ForeignKey(Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    device = models.UUIDField(null=True, blank=True)
    made_offline = models.BooleanField(default=False)
    former = models.BooleanField(default=False)
    source = models.CharField(max_length=60, blank=True, default="", help_text="opaque: observation, shift:…, call")
    happened_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, blank=True)
    visitor = models.CharField(max_length=80, help_text="who went, as it was then")
    note = models.CharField(max_length=200, blank=True)
    sealed = models.BinaryField(null=True, blank=True)
    operation = models.UUIDField(null=True, blank=True, help_text="whose key seals the note")

    class Meta(Personal.Meta):
        ordering = ["-happened_at"]
        indexes = [
            models.Index(fields=["neighbourhood", "happened_at"], name="visit_day"),
            models.Index(fields=["group", "happened_at"], name="visit_group"),
            models.Index(fields=["place", "happened_at"], name="visit_place"),
            models.Index(fields=["occurrence", "happened_at"], name="visit_occurrence"),
        ]
        constraints = [
            models.CheckConstraint(
                name="visit_of_whom",
                condition=Q(group__isnull=False) | Q(sheet__isnull=False) | Q(occurrence__isnull=False) | ~Q(source=""),
            ),
        ]


class VisitTarget(Personal):
    """What came of a visit at one of its targets; a visit covers many, a target has many visits.

    Only ``done`` covers; the others are attempts (``kernel.until_done``). ``target`` empty: what the phone named was no target here
    (``said``), or a place outside the round (``place``); it waits for a person to let it join (a stray).
    """

    class Outcome(models.TextChoices):
        """Closed list."""

        DONE = "done", "done"
        NO_ANSWER = "no_answer", "nobody answered"
        REFUSED = "refused", "refused"
        CALL_BACK = "call_back", "asked to come or call later"

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="links")
    target = models.ForeignKey(Target, null=True, blank=True, on_delete=models.PROTECT, related_name="links")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    said = models.UUIDField(null=True, blank=True, help_text="an id that is no target")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.DONE)
    call_back_at = models.DateTimeField(null=True, blank=True)

    class Meta(Personal.Meta):
        constraints = [
            models.UniqueConstraint(fields=["visit", "target"], name="visit_target_once"),
            models.CheckConstraint(
                name="visit_target_something",
                condition=Q(target__isnull=False) | Q(place__isnull=False) | Q(said__isnull=False),
            ),
        ]


class VisitPhoto(Personal):
    """A photo of a visit, shrunk on the phone and without its position. Sealed with the operation's key, or the register's without one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="photos")
    sealed = models.BinaryField(null=True, blank=True, help_text="empty once it was erased")
    operation = models.UUIDField(null=True, blank=True, help_text="whose key seals it; none: the register's")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField(help_text="bytes before sealing")
    happened_at = models.DateTimeField()

    class Meta(Personal.Meta):
        indexes = [models.Index(fields=["operation"], name="visit_photo_operation")]


class VisitValue(Personal, Field):
    """One field of the sheet of a visit, or of the visit at one of its targets (``link``). A text is sealed while an operation is on."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="values")
    link = models.ForeignKey(VisitTarget, null=True, blank=True, on_delete=models.CASCADE, related_name="values")
    photo = models.ForeignKey(VisitPhoto, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    sealed = models.BinaryField(null=True, blank=True)
    operation = models.UUIDField(null=True, blank=True, help_text="whose key seals the text")

    class Meta(Personal.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "question"], condition=Q(link__isnull=True), name="visit_value_once"
            ),
            models.UniqueConstraint(
                fields=["link", "question"], condition=Q(link__isnull=False), name="visit_value_at_target_once"
            ),
        ]


class Finding(Personal):
    """Something that somebody must do by a day. ``source`` is opaque: ``visit:…``, later ``shift:…``, ``inspection:…``."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.CharField(max_length=60, blank=True, help_text="kind:id, resolved on floor 4 and above; or nothing")
    group = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="findings")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    sealed = models.BinaryField(null=True, blank=True)
    operation = models.UUIDField(null=True, blank=True, help_text="whose key seals the note")
    owner = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="findings")
    due_on = models.DateField()
    happened_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.BigIntegerField(null=True, blank=True)
    closed_with = models.CharField(max_length=200, blank=True)
    closed_sealed = models.BinaryField(null=True, blank=True)
    closed_operation = models.UUIDField(null=True, blank=True, help_text="whose key seals what it was closed with")

    class Meta(Personal.Meta):
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["neighbourhood", "closed_at", "due_on"], name="finding_open"),
            models.Index(fields=["source"], name="finding_source"),
        ]
        constraints = [
            models.CheckConstraint(
                name="finding_close",
                condition=Q(closed_at__isnull=True) | ~Q(closed_with="") | Q(closed_operation__isnull=False),
            ),
        ]
