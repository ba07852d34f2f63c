"""Which places have a daily sheet, at what hour, and which subdistrict a neighbourhood reports to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db.models import Exists, OuterRef
from django.utils import timezone

from linli.briefing.models import SheetHour
from linli.ground.models import Mandate, Place

ABOVE = ("subdistrict", "town")
HOUR = time(8)
"""When the sheet is made where nobody set another hour."""


@dataclass
class Street:
    """A subdistrict and its neighbourhoods that run here; ``place`` None for those with nothing above them."""

    place: Place | None
    neighbourhoods: list[Place] = field(default_factory=list)

    @property
    def places(self) -> list[Place]:
        """The neighbourhoods and, where there is one, the subdistrict itself."""
        return [*self.neighbourhoods, *([self.place] if self.place is not None else [])]


def streets(only: Iterable[Place] | None = None) -> list[Street]:
    """Every subdistrict with its neighbourhoods that run here: those with places of their own or somebody in office. Two statements.

    A list of divisions may hold thousands of neighbourhoods that nobody runs; they have no sheet. ``only``: of some neighbourhoods.
    """
    inside = Place.objects.filter(neighbourhood=OuterRef("pk")).exclude(pk=OuterRef("pk"))
    held = Mandate.objects.filter(place=OuterRef("pk"))
    rows = Place.objects.filter(kind__code="neighbourhood", until__isnull=True)
    if only is not None:
        rows = rows.filter(pk__in=[place.pk for place in only])
    found = list(rows.filter(Exists(inside) | Exists(held)).order_by("path"))
    ids = {pk for place in found for pk in place.ancestor_ids()}
    above = {p.pk: p for p in Place.objects.filter(pk__in=ids, kind__code__in=ABOVE)}
    table: dict[int | None, Street] = {}
    for place in found:
        street = next((above[pk] for pk in reversed(place.ancestor_ids()) if pk in above), None)
        table.setdefault(street.pk if street else None, Street(street)).neighbourhoods.append(place)
    return list(table.values())


def street_of(neighbourhood: Place) -> Place | None:
    """The subdistrict above a neighbourhood; one statement."""
    return Place.objects.filter(pk__in=neighbourhood.ancestor_ids(), kind__code__in=ABOVE).order_by("-path").first()


def whole_street(place: Place) -> Street:
    """A subdistrict with all its neighbourhoods that run here."""
    found = next((one for one in streets() if one.place is not None and one.place.pk == place.pk), None)
    return found or Street(place)


def hours(places: Iterable[Place]) -> dict[int, time]:
    """Place id → its hour; one statement."""
    set_by_hand = dict(SheetHour.objects.filter(place__in=[p.pk for p in places]).values_list("place", "at"))
    return {place.pk: set_by_hand.get(place.pk, HOUR) for place in places}


def moment_of(day: date, hour: time) -> datetime:
    """The moment of a sheet: a day and an hour in local time."""
    return datetime.combine(day, hour, tzinfo=timezone.get_current_timezone())
