"""Readers of the ground; always through a scope."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from linli.ground.models import DwellingState, Household, Mandate, Place, Responsibility


def dwellings(neighbourhood: Place) -> QuerySet[Place]:
    """The dwellings of a neighbourhood that exist today, in natural order of the tree."""
    return Place.objects.filter(neighbourhood=neighbourhood, kind__code="dwelling", until__isnull=True)


def states_now(neighbourhood: Place) -> dict[int, str]:
    """Dwelling id → its latest state. Two statements at any size. Dwellings without a row are not in it."""
    latest = DwellingState.objects.filter(dwelling=OuterRef("pk")).order_by("-happened_at")
    rows = dwellings(neighbourhood).annotate(now=Subquery(latest.values("state")[:1])).values_list("pk", "now")
    return {pk: state for pk, state in rows if state}


def responsible_on(household: UUID, day: date | None = None) -> Mandate | None:
    """Who answered for a household on a day (R02): the row with the latest ``since`` not after it."""
    row = (
        Responsibility.objects.filter(household_id=household, since__lte=day or timezone.localdate())
        .select_related("mandate")
        .order_by("-since")
        .first()
    )
    return row.mandate if row else None


def households_with_responsible(neighbourhood: Place, day: date | None = None) -> QuerySet[Household]:
    """The households that exist on a day, each annotated with ``responsible`` (a mandate id)."""
    when = day or timezone.localdate()
    latest = Responsibility.objects.filter(household=OuterRef("pk"), since__lte=when).order_by("-since")
    return (
        Household.objects.filter(neighbourhood=neighbourhood, until__isnull=True)
        .annotate(responsible=Subquery(latest.values("mandate")[:1]))
        .select_related("dwelling")
    )
