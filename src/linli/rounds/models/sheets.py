"""Question sheets: versioned, pinned to the occurrence or the visit that was made with them. No branching."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.ground.models import Place
from linli.kernel.ids import uuid7


class Sheet(models.Model):
    """A version of a question sheet; never changed after an occurrence was opened or a visit made with it.

    ``code``: what stays itself from version to version; each of its versions is a row. ``place``: the subtree whose offices keep it;
    none for a sheet that ships as data (``rounds/sheets``) or was made for one request.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(max_length=30, blank=True, default="")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=80)
    title_en = models.CharField(max_length=80, blank=True, default="")
    version = models.PositiveSmallIntegerField(default=1)
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(null=True, blank=True)
    by_user = models.BigIntegerField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True, help_text="no new plan takes it")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], condition=~Q(code=""), name="sheet_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"


class Question(models.Model):
    """One field of a sheet. A sheet of a visit also says which answer is something to put right, in which words, within how many days."""

    class Field(models.TextChoices):
        """How it is answered: eight kinds, closed list."""

        NUMBER = "number", "number with unit"
        YES_NO = "yes_no", "yes or no"
        TEXT = "text", "short text"
        CHOICE = "choice", "one of several"
        CHOICES = "choices", "any of several"
        PHOTO = "photo", "photo"
        TIME = "time", "time of day"
        TEMPERATURE = "temperature", "temperature in °C"

    class When(models.TextChoices):
        """Under which rules it is asked at all: nobody is told to measure where nothing may be measured."""

        ALWAYS = "", "always"
        RECORDS = "records", "while passages are recorded"
        MEASURES = "measures", "while temperatures are taken"
        QUIET = "quiet", "while nothing may be recorded"

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    field = models.CharField(max_length=12, choices=Field.choices)
    code = models.SlugField(
        max_length=30, blank=True, default="", help_text="what stays itself from version to version"
    )
    label = models.CharField(max_length=80)
    label_en = models.CharField(max_length=120, blank=True, default="")
    unit = models.CharField(max_length=20, blank=True)
    required = models.BooleanField(default=True)
    when = models.CharField(max_length=10, choices=When.choices, blank=True, default=When.ALWAYS)
    wrong = models.BooleanField(null=True, blank=True, help_text="which answer, yes or no, makes a finding")
    least = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, help_text="a smaller number makes a finding"
    )
    most = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, help_text="a larger number makes a finding"
    )
    lowest = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, help_text="a smaller number is a slip of the pen"
    )
    highest = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, help_text="a larger number is a slip of the pen"
    )
    finding = models.CharField(max_length=120, blank=True, default="", help_text="the finding's words, to start with")
    finding_en = models.CharField(max_length=160, blank=True, default="")
    days = models.PositiveSmallIntegerField(default=1, help_text="within how many days it is put right")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["sheet", "position"], name="question_place")]

    def __str__(self) -> str:
        return self.label


class QuestionChoice(models.Model):
    """One of the answers between which a choice is made. ``wrong``: it makes a finding."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="choices")
    position = models.PositiveSmallIntegerField()
    code = models.SlugField(max_length=30, help_text="what stays itself from version to version")
    label = models.CharField(max_length=80)
    label_en = models.CharField(max_length=120, blank=True, default="")
    wrong = models.BooleanField(default=False)

    class Meta:
        ordering = ["question", "position"]
        constraints = [
            models.UniqueConstraint(fields=["question", "position"], name="choice_place"),
            models.UniqueConstraint(fields=["question", "code"], name="choice_once"),
        ]

    def __str__(self) -> str:
        return self.label
