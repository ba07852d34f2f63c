"""What a target said, every version of it, and how it was reminded."""

from __future__ import annotations

from django.db import models

from linli.kernel.ids import uuid7
from linli.rounds.models.occurrences import Target
from linli.rounds.models.sheets import Question


class Answer(models.Model):
    """One version of a target's answer; the highest version holds, the others stay. The id is the client's: a re-send is no second row."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="answers")
    version = models.PositiveSmallIntegerField()
    happened_at = models.DateTimeField(help_text="when it was said")
    heard_at = models.DateTimeField(help_text="when it was written here")
    by_user = models.BigIntegerField(null=True, blank=True)
    entered_for = models.BooleanField(default=False, help_text="by who asked, not by the target")
    said_by = models.CharField(max_length=60, blank=True, help_text="who of the target said it, by telephone")
    why = models.CharField(max_length=120, blank=True, help_text="of a correction")

    class Meta:
        ordering = ["target", "version"]
        constraints = [models.UniqueConstraint(fields=["target", "version"], name="answer_version")]

    def __str__(self) -> str:
        return f"{self.target_id} v{self.version}"


class Field(models.Model):
    """One field of an answer or a visit, in the column of its kind; none of them for a field left empty."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    number = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    yes = models.BooleanField(null=True, blank=True)
    text = models.CharField(max_length=200, blank=True)
    codes = models.JSONField(null=True, blank=True, help_text="the codes that were chosen, a list")
    time = models.TimeField(null=True, blank=True)

    class Meta:
        abstract = True


class AnswerValue(Field):
    """One field of an answer."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="values")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["answer", "question"], name="answer_value_once")]

    def __str__(self) -> str:
        return f"{self.answer_id}/{self.question_id}"


class Attempt(models.Model):
    """A reminder: who called whom when, and what came of it."""

    class Outcome(models.TextChoices):
        """Closed list."""

        TOLD = "told", "reached, will answer"
        NO_ANSWER = "no_answer", "nobody answered"
        LATER = "later", "asked to be called later"

    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="attempts")
    happened_at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    note = models.CharField(max_length=120, blank=True)
    call_back_at = models.DateTimeField(null=True, blank=True, help_text="when they asked to be called, if they said")

    class Meta:
        ordering = ["happened_at"]

    def __str__(self) -> str:
        return f"{self.target_id}: {self.outcome}"
