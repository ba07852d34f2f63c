"""Zones: every lane, side lane and gate in exactly one, each held by somebody, with its parties behind it (P01, P02, P03, C03)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from linli.ground.mandates import under
from linli.ground.models import Area, AreaHolder, AreaParty, AreaPlace, Mandate, PartyKind, Place
from linli.ground.models.places import SEGMENT
from linli.kernel.coverage import BlindSpots, blind_spots

PURPOSE, ENDED = "zone", "zone_ended"
POINTS = ("lane", "side_lane", "gate")
"""What must lie in a zone: main lanes, side lanes and gates (P02)."""

CAPACITY = "patroller"
"""In which a body holds a zone, and its people walk it."""


@dataclass(frozen=True)
class Party:
    """A party that every zone has to have, in the words of the neighbourhood."""

    code: str
    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Zone:
    """A zone on a day: its places in walking order, who holds it, who is which party (code → row)."""

    area: Area
    places: tuple[Place, ...] = ()
    holder: Mandate | None = None
    parties: Mapping[str, AreaParty] = field(default_factory=dict)

    def without(self, wanted: Iterable[Party]) -> list[Party]:
        """The parties that it has not (P03)."""
        return [party for party in wanted if party.code not in self.parties]


def wanted_parties(neighbourhood: Place) -> list[Party]:
    """The parties that a zone of this neighbourhood has to have: its own list, else committee, property and residents (C03)."""
    own = [Party(row.code, row.name) for row in PartyKind.objects.filter(neighbourhood=neighbourhood)]
    return own or [
        Party("committee", _("residents' committee")),
        Party("property", _("property company")),
        Party("residents", _("residents")),
    ]


def zones(neighbourhood: Place, on: date | None = None) -> list[Zone]:
    """The zones of a neighbourhood in the order in which they were made; four statements."""
    return _load(Area.objects.filter(neighbourhood=neighbourhood, purpose=PURPOSE).order_by("pk"), on)


def zone(area: Area, on: date | None = None) -> Zone:
    """One zone."""
    (found,) = _load([area], on)
    return found


def _load(areas: Iterable[Area], on: date | None) -> list[Zone]:
    day = on or timezone.localdate()
    rows = list(areas)
    ids = [area.pk for area in rows]
    places: dict[int, list[Place]] = {pk: [] for pk in ids}
    members = AreaPlace.objects.filter(area__in=ids, place__until__isnull=True).select_related(
        "place__kind", "place__parent"
    )
    for member in sorted(members, key=lambda m: (m.place.kind.rank, m.place.sort, m.place.path)):
        places[member.area_id].append(member.place)
    parties: dict[int, dict[str, AreaParty]] = {pk: {} for pk in ids}
    for party in AreaParty.objects.filter(area__in=ids).select_related("body", "mandate"):
        parties[party.area_id][party.party] = party
    held = holders(ids, day)
    return [Zone(area, tuple(places[area.pk]), held.get(area.pk), parties[area.pk]) for area in rows]


def holders(areas: Collection[int], on: date) -> dict[int, Mandate]:
    """Area id → who holds it on a day; one statement. An office that has ended holds nothing, nor does one that has not begun."""
    found: dict[int, Mandate | None] = {}
    rows = AreaHolder.objects.filter(area__in=areas, since__lte=on).select_related("mandate__body", "mandate__place")
    for row in rows.order_by("since", "pk"):
        found[row.area_id] = row.mandate
    return {area: one for area, one in found.items() if one is not None and _holds(one, on)}


def _holds(mandate: Mandate, on: date) -> bool:
    return mandate.since <= on and (mandate.until is None or on < mandate.until)


def holder_of(area: Area, on: date | None = None) -> Mandate | None:
    """Who holds a zone on a day."""
    return holders([area.pk], on or timezone.localdate()).get(area.pk)


class ZoneIndex:
    """Which zone a place lies in: the nearest member that is the place or lies above it."""

    def __init__(self, place: Place) -> None:
        """``place``: a neighbourhood, or one above some. Two statements."""
        rows = Area.objects.filter(under([place], "neighbourhood__path"), purpose=PURPOSE)
        self.areas = {area.pk: area for area in rows}
        members = AreaPlace.objects.filter(area__in=self.areas).values_list("place__path", "area")
        self._by_path: dict[str, int] = dict(members)

    def of(self, place: Place) -> Area | None:
        """The zone of a place; None where no zone has it."""
        return self.at(place.path)

    def at(self, path: str) -> Area | None:
        """The zone of a place by its path."""
        for end in range(len(path), 0, -SEGMENT):
            found = self._by_path.get(path[:end])
            if found is not None:
                return self.areas[found]
        return None


def zone_of(neighbourhood: Place) -> ZoneIndex:
    """Which zone each place of a neighbourhood lies in."""
    return ZoneIndex(neighbourhood)


def points(neighbourhood: Place, kinds: Collection[str] = POINTS) -> list[Place]:
    """The lanes, side lanes and gates of today (or other ``kinds``), in walking order; one statement."""
    rows = Place.objects.filter(neighbourhood=neighbourhood, kind__code__in=kinds, until__isnull=True)
    found = rows.select_related("kind", "parent__kind").order_by("path")
    return sorted(found, key=lambda p: (p.parent.path if p.parent else "", p.kind.rank, p.sort))


def gaps(neighbourhood: Place, kinds: Collection[str] = POINTS) -> BlindSpots[Place, int]:
    """Points that lie in no zone, or in several (P02: each in exactly one). Three statements."""
    index = zone_of(neighbourhood)
    found = points(neighbourhood, kinds)
    return blind_spots(found, {p: [zone.pk] for p in found if (zone := index.of(p)) is not None})
