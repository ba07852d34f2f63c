"""Composition of teams (R03, C04): which roles a team wants, who sits on them. Filled or not is a team's state, never a person's."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.duties.models.people import Volunteer
from linli.ground.models import BodyKind, Mandate, Place
from linli.ground.scope import Personal
from linli.kernel.ids import uuid7


class TeamRule(models.Model):
    """What a team consists of: 1+2+N, a response team of five roles."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    neighbourhood = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    code = models.SlugField(max_length=30)
    title = models.CharField(max_length=60)
    title_en = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        ordering = ["title"]
        constraints = [models.UniqueConstraint(fields=["neighbourhood", "code"], name="team_rule_once")]

    def __str__(self) -> str:
        return self.title


class TeamRole(models.Model):
    """One role of a rule: how many at least, at most (empty: open), of which kind of body."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rule = models.ForeignKey(TeamRule, on_delete=models.CASCADE, related_name="roles")
    code = models.SlugField(max_length=30)
    title = models.CharField(max_length=40)
    title_en = models.CharField(max_length=60, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)
    least = models.PositiveSmallIntegerField(default=1)
    most = models.PositiveSmallIntegerField(null=True, blank=True)
    body_kind = models.ForeignKey(BodyKind, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["rule", "code"], name="team_role_once")]

    def __str__(self) -> str:
        return self.title


class Team(models.Model):
    """A team at a place, by a rule."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    neighbourhood = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    rule = models.ForeignKey(TeamRule, on_delete=models.PROTECT, related_name="teams")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=60, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["place__path"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "place"], condition=Q(ended_on__isnull=True), name="team_one_a_place"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Seat(Personal):
    """Who sits on a role: by a mandate, from the roster, or by name only. Ends by ``until``."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="seats")
    role = models.ForeignKey(TeamRole, on_delete=models.PROTECT, related_name="seats")
    mandate = models.ForeignKey(Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    volunteer = models.ForeignKey(Volunteer, null=True, blank=True, on_delete=models.PROTECT, related_name="seats")
    name = models.CharField(max_length=80)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta(Personal.Meta):
        ordering = ["since"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "volunteer"],
                condition=Q(until__isnull=True, volunteer__isnull=False),
                name="seat_one_a_person",
            ),
            models.UniqueConstraint(
                fields=["team", "mandate"],
                condition=Q(until__isnull=True, mandate__isnull=False),
                name="seat_one_a_mandate",
            ),
        ]
