"""What is to be done, by whom, how often: a plan, what it is about, its rhythms, and who is told when it stays undone."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.ground.models import Area, Body, BodyKind, Household, Mandate, Person, Place, PlaceKind
from linli.ground.scope import Personal
from linli.kernel.ids import uuid7
from linli.rounds.models.sheets import Sheet


class Plan(models.Model):
    """What is to be done, by whom, how often. ``place``: the subtree whose offices may see it.

    Times: the rules of ``rule`` (``kernel.recurrence``; empty means once) count from ``starts_at``, in local time; a round opens
    ``early`` minutes before its moment, is due ``due`` minutes after it and is given up ``closes`` minutes after it.
    """

    class FilledBy(models.TextChoices):
        """Who fills an occurrence in (HOUSE.md)."""

        ASSIGNEE = "assignee", "the assignee, by a visit"
        TARGET = "target", "the target itself, by an answer"

    class Cadence(models.TextChoices):
        """HOUSE.md: three, no fourth without a decision. An empty ``rule`` of a timetable means once."""

        TIMETABLE = "timetable", "timetable"
        OWN_CLOCK = "own_clock", "own clock"
        UNTIL_DONE = "until_done", "until done"

    class Subject(models.TextChoices):
        """What its targets are."""

        PLACE = "place", "places"
        HOUSEHOLD = "household", "households"
        PERSON = "person", "people"
        BODY = "body", "bodies"

    class Holds(models.TextChoices):
        """Who answers for a target, looked up when the round opens."""

        ZONE = "zone", "who holds its zone"
        DOOR = "door", "who answers for its household"
        OFFICE = "office", "the nearest holder of an office (``office``)"
        ITSELF = "itself", "the target itself"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    kind = models.SlugField(max_length=30, default="request", help_text="patrol, disinfection, calls, request …: data")
    title = models.CharField(max_length=80)
    text = models.CharField(max_length=600, blank=True, default="", help_text="what is to be done, in words")
    filled_by = models.CharField(max_length=10, choices=FilledBy.choices)
    cadence = models.CharField(max_length=12, choices=Cadence.choices, default=Cadence.TIMETABLE)
    subject = models.CharField(max_length=10, choices=Subject.choices, default=Subject.BODY)
    holds = models.CharField(max_length=10, choices=Holds.choices, default=Holds.ITSELF)
    office = models.SlugField(max_length=30, blank=True, default="", help_text="a capacity, where an office holds")
    wants_one = models.BooleanField(default=True, help_text="exactly one answers for a target; else at least one")
    rule = models.CharField(max_length=500, blank=True, help_text="empty: once")
    starts_at = models.DateTimeField(null=True, blank=True)
    early = models.PositiveIntegerField(default=0, help_text="minutes")
    due = models.PositiveIntegerField(default=60, help_text="minutes")
    closes = models.PositiveIntegerField(default=60, help_text="minutes")
    rhythm = models.JSONField(default=dict, blank=True, help_text="until done: pauses, earliest, latest, listed_after")
    sheet = models.ForeignKey(Sheet, null=True, blank=True, on_delete=models.PROTECT, related_name="plans")
    operation = models.UUIDField(null=True, blank=True, help_text="whose end also ends the plan")
    created_at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True, help_text="from when on the worker opens its rounds")
    started_by = models.BigIntegerField(null=True, blank=True)
    blind_name = models.CharField(max_length=80, blank=True, default="", help_text="who let it start with blind spots")
    blind_why = models.CharField(max_length=200, blank=True, default="")
    opened_until = models.DateTimeField(null=True, blank=True, help_text="every round that opens before it was opened")
    paused_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["ended_at", "started_at"], name="plan_running"),
            models.Index(fields=["place", "kind"], name="plan_kind"),
        ]
        constraints = [
            models.CheckConstraint(name="plan_window", condition=Q(closes__gte=models.F("due"))),
            models.CheckConstraint(name="plan_office", condition=~Q(holds="office") | ~Q(office="")),
        ]

    def __str__(self) -> str:
        return self.title


class PlanScope(models.Model):
    """One line of what a plan is about; its lines add up.

    Places: the members of ``area``, or what lies in ``place``; with ``kind`` every place of that kind in it. Households: every one in
    it. Bodies: ``body`` itself, or every one of ``body_kind`` at home in ``place``.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="scopes")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.ForeignKey(PlaceKind, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    body_kind = models.ForeignKey(BodyKind, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="plan_scope_says_one",
                condition=Q(place__isnull=False, area__isnull=True, body__isnull=True)
                | Q(place__isnull=True, area__isnull=False, body__isnull=True)
                | Q(place__isnull=True, area__isnull=True, body__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} scope"


class PlanPerson(Personal):
    """Somebody whom a plan is about by name; with ``day0`` his own clock (``kernel.cadence.OwnClock``).

    Days, times and convention are the plan's unless they are said here. ``ended_at``: nothing is due for him from then on.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="people")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    household = models.ForeignKey(Household, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    reason = models.CharField(max_length=120, blank=True, help_text="a code or words that name nobody")
    day0 = models.DateField(null=True, blank=True)
    days = models.PositiveSmallIntegerField(default=14)
    convention = models.SlugField(max_length=20, default="landing")
    ended_at = models.DateTimeField(null=True, blank=True)
    by_user = models.BigIntegerField(null=True, blank=True)

    class Meta(Personal.Meta):
        constraints = [models.UniqueConstraint(fields=["plan", "person"], name="plan_person_once")]

    def __str__(self) -> str:
        return f"{self.plan_id}/{self.person_id}"


class PlanRhythm(models.Model):
    """Every so many minutes for places of a kind (P04: stairwells, lifts and door entries each with its own)."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="rhythms")
    kind = models.ForeignKey(PlaceKind, on_delete=models.PROTECT, related_name="+")
    minutes = models.PositiveIntegerField()

    class Meta:
        ordering = ["kind"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "kind"], name="plan_rhythm_once"),
            models.CheckConstraint(name="plan_rhythm_some", condition=Q(minutes__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.minutes} min"


class PlanHolder(models.Model):
    """Who answers in this plan for a place and what lies in it, where the plan's own way finds nobody, or several."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="holders")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    by_user = models.BigIntegerField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "place"], name="plan_holder_once")]

    def __str__(self) -> str:
        return f"{self.plan_id}/{self.place_id}"


class PlanStep(models.Model):
    """Who else is told, so many minutes after a window closed with something missed; ``to`` is a capacity."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="steps")
    after_minutes = models.PositiveIntegerField()
    to = models.SlugField(max_length=30)

    class Meta:
        ordering = ["after_minutes", "to"]
        constraints = [models.UniqueConstraint(fields=["plan", "after_minutes", "to"], name="plan_step_once")]

    def __str__(self) -> str:
        return f"{self.plan_id}: +{self.after_minutes} {self.to}"
