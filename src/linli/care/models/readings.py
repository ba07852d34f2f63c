"""Readings of those in quarantine, sealed with their operation's key, and the alarms they raise."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.care.models.cases import Case
from linli.ground.scope import Personal
from linli.kernel.ids import uuid7


class Reading(Personal):
    """Temperature and symptoms at a moment: sealed JSON ``{celsius, symptoms, words}``. The id is the sender's own; never refused late."""

    class Part(models.TextChoices):
        """Which check of the day."""

        MORNING = "morning", "早"
        EVENING = "evening", "晚"
        EXTRA = "extra", "加测"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="readings")
    day = models.PositiveSmallIntegerField(null=True, blank=True, help_text="of the term; empty: outside of it")
    part = models.CharField(max_length=8, choices=Part.choices)
    happened_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, blank=True)
    by_self = models.BooleanField(default=False, help_text="by the person, on the own page")
    source = models.CharField(max_length=60, blank=True, help_text="opaque: visit:…; one reading for each")
    sealed = models.BinaryField()
    alarming = models.BooleanField(default=False)
    annulled_at = models.DateTimeField(null=True, blank=True)
    annulled_by = models.BigIntegerField(null=True, blank=True)

    class Meta(Personal.Meta):
        ordering = ["happened_at", "id"]
        indexes = [models.Index(fields=["case", "happened_at"], name="care_reading_of_case")]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "source"],
                condition=Q(annulled_at__isnull=True) & ~Q(source=""),
                name="care_reading_once",
            )
        ]


class Alarm(Personal):
    """Somebody must act now. ``steps``: codes of ``rules.STEPS``, said in words. Open until somebody answers with what was done."""

    class Cause(models.TextChoices):
        """Closed list."""

        FEVER = "fever", "发热"
        SYMPTOMS = "symptoms", "症状"
        EMERGENCY = "emergency", "紧急情况"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="alarms")
    reading = models.ForeignKey(Reading, null=True, blank=True, on_delete=models.CASCADE, related_name="alarms")
    cause = models.CharField(max_length=10, choices=Cause.choices)
    raised_at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.BigIntegerField(null=True, blank=True)
    answer = models.CharField(max_length=12, blank=True, help_text="a code of rules.ANSWERS")
    sealed = models.BinaryField(null=True, blank=True, help_text="what was done, in words")

    class Meta(Personal.Meta):
        ordering = ["raised_at", "id"]
        indexes = [models.Index(fields=["neighbourhood", "answered_at"], name="care_alarm_open")]
