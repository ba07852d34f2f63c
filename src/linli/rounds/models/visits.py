"""Visits of liaison groups, and findings with an owner, a due date and a close."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.ground.models import Body, Mandate, Place
from linli.ground.scope import Personal
from linli.kernel.ids import uuid7


class Visit(Personal):
    """Somebody of a group was at a place (R13). The note is sealed with the operation's key while one is on."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    group = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="visits")
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
