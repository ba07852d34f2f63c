"""Plan → occurrence → frozen targets. A request to bodies is a plan that happens once and is filled in by its targets."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.ground.models import Body, BodyKind, Place
from linli.kernel.ids import uuid7


class Sheet(models.Model):
    """A version of a question sheet; never changed after an occurrence was opened or a visit made with it.

    ``code``: a sheet that ships as data (``rounds/sheets``); each of its versions is a row.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(max_length=30, blank=True, default="")
    title = models.CharField(max_length=80)
    title_en = models.CharField(max_length=80, blank=True, default="")
    version = models.PositiveSmallIntegerField(default=1)
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], condition=~Q(code=""), name="sheet_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"


class Question(models.Model):
    """One field of a sheet. A sheet of a visit also says which answer is something to put right, in which words, within how many days."""

    class Field(models.TextChoices):
        """How it is answered. Further kinds are further rows here; nothing else changes."""

        NUMBER = "number", "number with unit"
        YES_NO = "yes_no", "yes or no"
        TEXT = "text", "short text"

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
    finding = models.CharField(max_length=120, blank=True, default="", help_text="the finding's words, to start with")
    finding_en = models.CharField(max_length=160, blank=True, default="")
    days = models.PositiveSmallIntegerField(default=1, help_text="within how many days it is put right")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["sheet", "position"], name="question_place")]

    def __str__(self) -> str:
        return self.label


class Plan(models.Model):
    """What is to be done, by whom, how often. ``place``: the subtree whose offices may see it."""

    class FilledBy(models.TextChoices):
        """Who fills an occurrence in (HOUSE.md)."""

        ASSIGNEE = "assignee", "the assignee, by a visit"
        TARGET = "target", "the target itself, by an answer"

    class Cadence(models.TextChoices):
        """HOUSE.md: three, no fourth without a decision. An empty ``rule`` of a timetable means once."""

        TIMETABLE = "timetable", "timetable"
        OWN_CLOCK = "own_clock", "own clock"
        UNTIL_DONE = "until_done", "until done"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=80)
    filled_by = models.CharField(max_length=10, choices=FilledBy.choices)
    cadence = models.CharField(max_length=12, choices=Cadence.choices, default=Cadence.TIMETABLE)
    rule = models.CharField(max_length=200, blank=True, help_text="empty: once")
    sheet = models.ForeignKey(Sheet, null=True, blank=True, on_delete=models.PROTECT, related_name="plans")
    created_at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return self.title


class Occurrence(models.Model):
    """One time of a plan, with its sheet pinned and its targets frozen as rows."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="occurrences")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", help_text="the plan's, for the index")
    sheet = models.ForeignKey(Sheet, null=True, blank=True, on_delete=models.PROTECT, related_name="occurrences")
    title = models.CharField(max_length=80)
    text = models.CharField(max_length=600, blank=True)
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField()
    frozen = models.PositiveIntegerField(help_text="how many targets it opened with; the rows behind it never go")
    by_user = models.BigIntegerField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-due_at"]
        indexes = [models.Index(fields=["place", "due_at"], name="occurrence_due")]
        constraints = [
            models.CheckConstraint(name="occurrence_order", condition=Q(due_at__gt=models.F("opens_at"))),
        ]

    def __str__(self) -> str:
        return self.title


class Target(models.Model):
    """What an occurrence is about, one row each, frozen when it opens. Name and kind are as they were then.

    Late joiners are rows with a reason. A body that ends later stays; so does its row.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    occurrence = models.ForeignKey(Occurrence, on_delete=models.PROTECT, related_name="targets")
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="round_targets")
    kind = models.ForeignKey(BodyKind, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    joined_at = models.DateTimeField(null=True, blank=True, help_text="only for a late joiner")
    reason = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["occurrence", "body"], name="target_once"),
            models.CheckConstraint(name="target_subject", condition=Q(body__isnull=False)),
            models.CheckConstraint(name="target_late_reason", condition=Q(joined_at__isnull=True) | ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return self.name
