"""Somebody on a staff who is ill or has trouble at home is looked in on (L18): by whom, by when, done or not. Why is sealed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.ground.models import Body, Mandate
from linli.ground.scope import Personal
from linli.kernel.ids import uuid7


class StaffVisit(Personal):
    """One visit that is due. Who it is and why is sealed (``{"name", "reason"}``), seen by who makes it and who plans it, and by nobody
    else; a list says the body, the day and whether it was done. What was found is sealed too.
    """

    class Way(models.TextChoices):
        """How somebody looks in."""

        VISIT = "visit", "上门"
        CALL = "call", "电话"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    body = models.ForeignKey(
        Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="on whose staff"
    )
    sealed = models.BinaryField()
    helper = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=6, choices=Way.choices, default=Way.VISIT)
    due_on = models.DateField()
    asked_at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.BigIntegerField(null=True, blank=True)
    found = models.BinaryField(null=True, blank=True, help_text="what was found, sealed")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.BigIntegerField(null=True, blank=True)

    class Meta(Personal.Meta):
        ordering = ["due_on", "id"]
        indexes = [models.Index(fields=["neighbourhood", "due_on"], name="care_staff_due")]
        constraints = [
            models.CheckConstraint(
                name="care_staff_one_end", condition=Q(done_at__isnull=True) | Q(cancelled_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return str(self.id)
