"""Zones: who holds an area, and the parties that stand behind it. The places of an area are in ``places.py``."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.ground.models.bodies import Body, Mandate
from linli.ground.models.places import Area, Place


class AreaHolder(models.Model):
    """Who holds a zone from a day on; the end is the next row's beginning (P02: a branch each). ``mandate`` null: nobody from then on."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="holders")
    mandate = models.ForeignKey(Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="zones")
    since = models.DateField()
    by_user = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["area", "since"]
        constraints = [models.UniqueConstraint(fields=["area", "since"], name="area_one_holder_a_day")]

    def __str__(self) -> str:
        return f"{self.area_id} {self.since}"


class PartyKind(models.Model):
    """A party that every zone of a neighbourhood has to have. Committee, property and residents unless it says otherwise (C03)."""

    neighbourhood = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="+")
    code = models.SlugField(max_length=30)
    name = models.CharField(max_length=30)
    rank = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["neighbourhood", "rank", "pk"]
        constraints = [models.UniqueConstraint(fields=["neighbourhood", "code"], name="party_kind_once")]

    def __str__(self) -> str:
        return self.name


class AreaParty(models.Model):
    """One of the parties of a zone (P03): a body, or somebody by his office; exactly one of the two. ``party``: a PartyKind's code."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="parties")
    party = models.SlugField(max_length=30)
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    mandate = models.ForeignKey(Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["area", "party"]
        constraints = [
            models.UniqueConstraint(fields=["area", "party"], name="area_party_once"),
            models.CheckConstraint(
                name="area_party_is_one",
                condition=Q(body__isnull=False, mandate__isnull=True) | Q(body__isnull=True, mandate__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.party}"
