"""Visits of liaison groups and inspections of gates, and findings with an owner, a due date and a close."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.ground.models import Body, Mandate, Place
from linli.ground.scope import Personal
from linli.kernel.ids import uuid7
from linli.rounds.models.answers import Field
from linli.rounds.models.plans import Sheet


class Visit(Personal):
    """Somebody was at a place: of a liaison group (R13), or with a sheet of questions (G11), or both.

    The note is sealed with the operation's key while one is on. The id of an inspection is the page's: a re-send is no second row.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    group = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="visits")
    sheet = models.ForeignKey(Sheet, null=True, blank=True, on_delete=models.PROTECT, related_name="visits")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
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
        ]
        constraints = [
            models.CheckConstraint(name="visit_of_whom", condition=Q(group__isnull=False) | Q(sheet__isnull=False)),
        ]


class VisitValue(Personal, Field):
    """One field of the sheet of a visit. A short text is sealed with the operation's key while one is on."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="values")
    sealed = models.BinaryField(null=True, blank=True)
    operation = models.UUIDField(null=True, blank=True, help_text="whose key seals the text")

    class Meta(Personal.Meta):
        constraints = [models.UniqueConstraint(fields=["visit", "question"], name="visit_value_once")]


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
