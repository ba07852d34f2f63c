"""Phones at gates: each has its own key, belongs to one gate for one shift, and can be cut off."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q

from linli.ground.models import Body, Place
from linli.kernel.ids import uuid7

GRACE = timedelta(hours=1)
"""The pack dies this long after the end of the shift."""


class Role(models.TextChoices):
    """Who stands at the gate with a phone (G12). The log of every passage names it; nobody's rights hang on it."""

    GUARD = "guard", "保安"
    PROPERTY = "property", "物业"
    VOLUNTEER = "volunteer", "志愿者"
    STAFF = "staff_of_body", "单位工作人员"


class _Staffed(models.Model):
    """In what role somebody holds a phone, and for which body, if for one."""

    role = models.CharField(max_length=14, choices=Role.choices, default=Role.GUARD)
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Device(_Staffed):
    """An enrolled phone. ``public_key`` is the SPKI (DER) of its ECDSA P-256 key; the private half never leaves the phone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    neighbourhood = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    gate = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
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
        ordering = ["-enrolled_at"]
        constraints = [models.CheckConstraint(name="device_shift_order", condition=Q(shift_end__gt=F("shift_start")))]
        indexes = [models.Index(fields=["neighbourhood", "-shift_end"], name="device_shift")]

    def __str__(self) -> str:
        return self.name

    def pack_dies_at(self) -> datetime:
        """When the phone must erase its pack."""
        return self.shift_end + GRACE

    def is_late(self, now: datetime) -> bool:
        """Whether what it uploads ``now`` waits for a person: it was cut off."""
        return self.cut_off_at is not None and self.cut_off_at <= now


class EnrolmentToken(_Staffed):
    """A one-time code that makes one phone a gate's phone. Only its digest is kept; spent by POST only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    neighbourhood = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    gate = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    digest = models.BinaryField(max_length=32, unique=True)
    name = models.CharField(max_length=40, blank=True)
    shift_start = models.DateTimeField()
    shift_end = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField(help_text="accounts.User id")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    device = models.ForeignKey(Device, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-made_at"]
        indexes = [models.Index(fields=["neighbourhood", "-made_at"], name="enrolment_latest")]

    def __str__(self) -> str:
        return str(self.id)
