"""What every enrolled phone and every one-time code has, whichever room it works for; each room has its own tables of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q

from linli.ground.models import Place
from linli.kernel.ids import uuid7

GRACE = timedelta(hours=1)
"""The pack dies this long after the end of the shift."""


class Handset(models.Model):
    """An enrolled phone. ``public_key`` is the SPKI (DER) of its ECDSA P-256 key; the private half never leaves the phone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    neighbourhood = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    public_key = models.BinaryField()
    user_agent = models.CharField(max_length=200, blank=True)
    shift_start = models.DateTimeField()
    shift_end = models.DateTimeField()
    enrolled_at = models.DateTimeField()
    enrolled_by = models.BigIntegerField(help_text="accounts.User id: who made the one-time code")
    cut_off_at = models.DateTimeField(null=True, blank=True)
    cut_off_by = models.BigIntegerField(null=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    skew_ms = models.BigIntegerField(default=0, help_text="the phone's clock minus ours when last heard")
    queued = models.PositiveIntegerField(default=0, help_text="checks not yet uploaded, as the phone said")
    battery = models.PositiveSmallIntegerField(null=True, blank=True, help_text="per cent")
    app = models.CharField(max_length=40, blank=True, help_text="version of the scanner")
    pack_version = models.CharField(max_length=40, blank=True)

    class Meta:
        abstract = True
        ordering = ["-enrolled_at"]
        constraints = [
            models.CheckConstraint(name="%(class)s_shift_order", condition=Q(shift_end__gt=F("shift_start")))
        ]
        indexes = [models.Index(fields=["neighbourhood", "-shift_end"], name="%(class)s_shift")]

    def __str__(self) -> str:
        return self.name

    def pack_dies_at(self) -> datetime:
        """When the phone must erase its pack."""
        return self.shift_end + GRACE

    def is_late(self, now: datetime) -> bool:
        """Whether what it uploads ``now`` waits for a person: it was cut off."""
        return self.cut_off_at is not None and self.cut_off_at <= now


class OneTimeCode(models.Model):
    """A one-time code that makes one phone known. Only its digest is kept; spent by POST only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    neighbourhood = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    digest = models.BinaryField(max_length=32, unique=True)
    name = models.CharField(max_length=40, blank=True)
    shift_start = models.DateTimeField()
    shift_end = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField(help_text="accounts.User id")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return str(self.id)


def said_of_itself(said: dict[str, Any], now: datetime, skew_ms: int) -> dict[str, Any]:
    """The columns for what a phone says of itself with every beat: how much waits on it, its battery, its version."""
    battery = said.get("battery")
    return {
        "last_seen_at": now,
        "skew_ms": skew_ms,
        "queued": _whole(said.get("queued"), 10**6) or 0,
        "battery": _whole(battery * 100 if isinstance(battery, float) else battery, 100),
        "app": str(said.get("app") or "")[:40],
        "pack_version": str(said.get("pack_version") or "")[:40],
    }


def _whole(value: Any, most: int) -> int | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return max(0, min(int(value), most))
