"""Counts without persons: all that a gate keeps when no operation is active, and all that is left of passages after 14 days."""

from __future__ import annotations

from django.db import models

from linli.ground.models import Place


class CountReceipt(models.Model):
    """That a client-made id was counted, so that sending it again counts nothing. Holds no gate and no time; purge erases it."""

    id = models.UUIDField(primary_key=True, editable=False)
    neighbourhood = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    upload = models.UUIDField(null=True, help_text="which request counted it: of two that send the same id, one")
    heard_on = models.DateField(db_index=True)

    def __str__(self) -> str:
        return str(self.id)


class HourlyCount(models.Model):
    """How many passed a gate in an hour, by class, direction and outcome."""

    id = models.BigAutoField(primary_key=True)
    neighbourhood = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    gate = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    hour = models.DateTimeField()
    klass = models.CharField(max_length=10)
    direction = models.CharField(max_length=3)
    outcome = models.CharField(max_length=8)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gate", "hour", "klass", "direction", "outcome"], name="hourlycount_once")
        ]
        indexes = [models.Index(fields=["neighbourhood", "hour"], name="hourlycount_when")]

    def __str__(self) -> str:
        return f"{self.gate_id} {self.hour:%F %H} {self.count}"
