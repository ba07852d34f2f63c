"""Holds: somebody is to be called before a person passes. Whom and until when, never why."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from linli.ground.models import Person
from linli.ground.scope import Personal
from linli.kernel.ids import uuid7
from linli.operations.models import Operation


class Hold(Personal):
    """From ``since`` until ``until`` a gate calls somebody before this person passes. Nobody is detained by it (``gates.rules``).

    There is no reason in it, nor a column for one: who wrote it (``source``, opaque to the gates) may know. ``call`` says whom to
    call, sealed with the operation's key; ``guardian``: the person was under 14 and it is a guardian who is called (PIPL art. 31).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(help_text="the first moment at which it no longer holds")
    call = models.BinaryField(help_text="whom to call, with the number; sealed with the operation's key")
    guardian = models.BooleanField(default=False)
    source = models.CharField(max_length=60, help_text="opaque: user, procedure:…")
    placed_at = models.DateTimeField()
    placed_by = models.BigIntegerField(null=True, help_text="accounts.User id")
    changed_at = models.DateTimeField(help_text="when it was placed, extended or ended last")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.BigIntegerField(null=True, help_text="accounts.User id")

    class Meta(Personal.Meta):
        constraints = [models.CheckConstraint(name="hold_order", condition=Q(until__gt=F("since")))]
        indexes = [models.Index(fields=["neighbourhood", "until"], name="hold_until")]

    def __str__(self) -> str:
        return str(self.id)

    def over_at(self) -> datetime:
        """When it ends or ended: by its time, or earlier by act."""
        return min(self.until, self.ended_at or self.until)
