"""Runs: a vehicle, who is on it, where it stops, whom it brings (T04, T07)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from linli.ground.models import Place
from linli.ground.scope import Personal
from linli.journeys.models.arrivals import Traveller
from linli.journeys.models.hands import Hands
from linli.kernel.ids import uuid7
from linli.operations.models import Operation


class Run(Personal):
    """One run of a night: 03:37 belongs to the night that began the evening before (``kernel.handover.night_of``, T06)."""

    class Vehicle(models.TextChoices):
        """Closed list."""

        COACH = "coach", "coach"
        VAN = "van", "van"
        CAR = "car", "car"
        AMBULANCE = "ambulance", "ambulance"
        ON_FOOT = "on_foot", "on foot"
        OTHER = "other", "other"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="+")
    night = models.DateField()
    number = models.PositiveSmallIntegerField(help_text="first, second … of that night")
    vehicle = models.CharField(max_length=10, choices=Vehicle.choices)
    sealed_plate = models.BinaryField(null=True, blank=True)
    planned_at = models.DateTimeField(null=True, blank=True)
    planned_about = models.BooleanField(default=False)
    departed_at = models.DateTimeField(null=True, blank=True)
    departed_about = models.BooleanField(default=False)
    arrived_at = models.DateTimeField(null=True, blank=True)
    arrived_about = models.BooleanField(default=False)
    departed_word = models.UUIDField(null=True, blank=True, help_text="the message that told it: actions.chats.word_of")
    arrived_word = models.UUIDField(null=True, blank=True, help_text="the message that told it: actions.chats.word_of")
    called_off_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, blank=True)

    class Meta(Personal.Meta):
        ordering = ["night", "number"]
        constraints = [
            models.UniqueConstraint(fields=["neighbourhood", "night", "number"], name="run_of_the_night"),
            models.CheckConstraint(
                name="run_in_order",
                condition=Q(arrived_at__isnull=True)
                | Q(departed_at__isnull=True)
                | Q(arrived_at__gte=F("departed_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.night:%F} {self.number}"


class RunCrew(Personal):
    """Who goes with a run, and as what. ``trained_on``: the day of the training that the duty asks for (T11)."""

    class Duty(models.TextChoices):
        """Closed list."""

        DRIVER = "driver", "driver"
        ESCORT = "escort", "escort"
        RECEIVER = "receiver", "receives at the gate"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="crew")
    hands = models.ForeignKey(Hands, on_delete=models.PROTECT, related_name="+")
    duty = models.CharField(max_length=8, choices=Duty.choices)
    trained_on = models.DateField(null=True, blank=True)

    class Meta(Personal.Meta):
        constraints = [models.UniqueConstraint(fields=["run", "hands", "duty"], name="run_crew_once")]

    def __str__(self) -> str:
        return self.duty


class RunStop(Personal):
    """A place on the way, of the tree or in words, and when the run is there."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="stops")
    position = models.PositiveSmallIntegerField()
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField(null=True, blank=True, help_text="a place outside the tree, in words: an airport")
    at = models.DateTimeField(null=True, blank=True)
    about = models.BooleanField(default=False)

    class Meta(Personal.Meta):
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="run_stop_once"),
            models.CheckConstraint(
                name="run_stop_somewhere", condition=Q(place__isnull=False) | Q(sealed__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return str(self.position)


class RunTraveller(Personal):
    """Who is to be on a run: the list that heads are counted against."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="seats")
    traveller = models.ForeignKey(Traveller, on_delete=models.CASCADE, related_name="seats")

    class Meta(Personal.Meta):
        constraints = [models.UniqueConstraint(fields=["run", "traveller"], name="run_traveller_once")]

    def __str__(self) -> str:
        return str(self.id)
