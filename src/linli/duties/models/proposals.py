"""A roster that was worked out and waits for a person to take it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.duties.models.people import Volunteer
from linli.duties.models.posts import Shift
from linli.ground.models import Place
from linli.ground.scope import Personal
from linli.kernel.ids import uuid7


class Proposal(models.Model):
    """A span of days to fill (``since`` ≤ day < ``until``), how far the solver is, what it found and what nobody can fill.

    ``unmet``: per need that stays open codes and quantities, never names. ``greedy``: made without the solver, and says so.
    ``run``: how often it was started; a solver writes only while its run is the last. ``basis``: a fingerprint of who stood where when it
    was, so that nothing is taken over that others have overtaken.
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
    posts = models.JSONField(default=list, blank=True, help_text="ids of the posts to fill")
    lead_each_time = models.BooleanField(default=False, help_text="at each time at least one can lead")
    seconds = models.PositiveSmallIntegerField(default=20, help_text="time limit")
    run = models.PositiveSmallIntegerField(default=0)
    basis = models.CharField(max_length=64, blank=True, default="")
    stop_asked = models.BooleanField(default=False, help_text="end the search and keep the best")
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
    """One place of a proposal. ``fixed``: a person decided it, and the solver leaves it so; with ``off``: that he is not there."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="stints")
    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="+")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="+")
    leads = models.BooleanField(default=False)
    fixed = models.BooleanField(default=False)
    off = models.BooleanField(default=False)

    class Meta(Personal.Meta):
        constraints = [
            models.UniqueConstraint(fields=["proposal", "shift", "volunteer"], name="proposed_once"),
            models.CheckConstraint(name="proposed_off_by_hand", condition=Q(off=False) | Q(fixed=True)),
        ]
