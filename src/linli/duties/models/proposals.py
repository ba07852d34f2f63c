"""A roster that was worked out and waits for a person to take it."""

from __future__ import annotations

from django.db import models

from linli.duties.models.people import Volunteer
from linli.duties.models.posts import Shift
from linli.ground.models import Place
from linli.ground.scope import Personal
from linli.kernel.ids import uuid7


class Proposal(models.Model):
    """A span of days to fill (``since`` ≤ day < ``until``), how far the solver is, what it found and what nobody can fill.

    ``unmet``: per need that stays open codes and quantities, never names. ``greedy``: made without the solver, and says so.
    """

    class State(models.TextChoices):
        """Where it is."""

        WAITING = "waiting", "waiting"
        RUNNING = "running", "being worked out"
        DONE = "done", "ready"
        FAILED = "failed", "broken off"
        TAKEN = "taken", "taken over"
        DROPPED = "dropped", "put aside"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    neighbourhood = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    seconds = models.PositiveSmallIntegerField(default=20, help_text="time limit")
    progress = models.JSONField(default=dict, blank=True)
    cost = models.FloatField(null=True, blank=True)
    bound = models.FloatField(null=True, blank=True)
    greedy = models.BooleanField(default=False)
    unmet = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    beat_at = models.DateTimeField(null=True, blank=True, help_text="when the solver last gave a sign of life")
    finished_at = models.DateTimeField(null=True, blank=True)
    by_user = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["neighbourhood", "-created_at"], name="proposal_latest")]

    def __str__(self) -> str:
        return f"{self.since} – {self.until}"


class ProposedStint(Personal):
    """One place of a proposal. ``fixed``: it was there before, or a person fixed it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="stints")
    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="+")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="+")
    leads = models.BooleanField(default=False)
    fixed = models.BooleanField(default=False)

    class Meta(Personal.Meta):
        constraints = [
            models.UniqueConstraint(fields=["proposal", "shift", "volunteer"], name="proposed_once"),
        ]
