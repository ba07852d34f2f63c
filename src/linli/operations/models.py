"""Tables of operations. An operation is the only reason for which a gate may measure or keep passages."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from linli.ground.models import Area, Place
from linli.kernel.ids import uuid7


class Operation(models.Model):
    """Purpose, legal ground, ordering authority, area, end (HOUSE.md, "Operation and sunset"; PIPL art. 6, 13, 17, 30)."""

    class Ground(models.TextChoices):
        """PIPL art. 13: the grounds an office can have."""

        EMERGENCY = "emergency", "public-health emergency"
        DUTY = "duty", "statutory duty"
        CONSENT = "consent", "consent"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    neighbourhood = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="operations")
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    purpose = models.CharField(max_length=300)
    ground = models.CharField(max_length=12, choices=Ground.choices)
    ground_text = models.CharField(max_length=300, help_text="the article or document that gives the ground")
    authority = models.CharField(max_length=120, help_text="who ordered it")
    order_number = models.CharField(max_length=60, blank=True)
    contact = models.CharField(max_length=120, help_text="where people ask, object, or use their rights")
    replay = models.BooleanField(default=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(name="operation_order", condition=Q(ends_at__gt=F("starts_at"))),
        ]
        indexes = [models.Index(fields=["neighbourhood", "ended_at", "ends_at"], name="operation_active")]

    def __str__(self) -> str:
        return self.name

    @property
    def key_name(self) -> str:
        """The vault key whose destruction erases the operation's sealed text."""
        return f"operation:{self.pk}"


class OperationRules(models.Model):
    """Which rule set holds from an instant on; the end is the next row's beginning (G08)."""

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="rules")
    code = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    since = models.DateTimeField()
    by_user = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["since"]
        constraints = [models.UniqueConstraint(fields=["operation", "since"], name="operation_rules_once")]

    def __str__(self) -> str:
        return f"{self.code}@{self.version}"


class OperationData(models.Model):
    """One data class that the operation may keep, and for how many days."""

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="data")
    code = models.CharField(max_length=20)
    days = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["operation", "code"], name="operation_data_once")]

    def __str__(self) -> str:
        return f"{self.code}: {self.days}"


class Renewal(models.Model):
    """A later end, given by a named person with a reason."""

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="renewals")
    at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=60)
    old_end = models.DateTimeField()
    new_end = models.DateTimeField()
    reason = models.CharField(max_length=200)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.old_end:%F} → {self.new_end:%F}"


class Certificate(models.Model):
    """What was erased, when, by which rule. Counts only; kept for good."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    neighbourhood = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    operation = models.ForeignKey(
        Operation, null=True, blank=True, on_delete=models.PROTECT, related_name="certificates"
    )
    made_at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True)
    counts = models.JSONField(default=dict)
    key_destroyed = models.BooleanField(default=False)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return str(self.id)
