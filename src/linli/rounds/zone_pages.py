"""What the pages of the zones show: each zone with what it lacks, and what lies in no zone. A fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from linli.ground.models import AreaPlace, Place, PlaceKind
from linli.ground.zones import PURPOSE, Party, Zone, gaps, points, wanted_parties, zones
from linli.notices.models import Channel
from linli.notices.queries import in_use


@dataclass(frozen=True)
class ZoneLine:
    """A zone and what is wrong with it."""

    zone: Zone
    missing: list[Party]
    group: bool

    @property
    def calm(self) -> bool:
        """Whether it has everything: places, a holder, its parties and a group (P02, P03)."""
        return bool(self.zone.places and self.zone.holder and not self.missing and self.group)


@dataclass(frozen=True)
class ZoneBoard:
    """All zones, and the points that lie in none."""

    lines: list[ZoneLine]
    outside: list[Place]
    total: int

    @property
    def flagged(self) -> list[ZoneLine]:
        """Zones that lack something."""
        return [line for line in self.lines if not line.calm]

    @property
    def unheld(self) -> list[ZoneLine]:
        """Zones that nobody holds."""
        return [line for line in self.lines if line.zone.holder is None]


def board(neighbourhood: Place) -> ZoneBoard:
    """Every zone of a neighbourhood with what it lacks; nine statements."""
    wanted = wanted_parties(neighbourhood)
    groups = groups_of_zones(neighbourhood)
    lines = [ZoneLine(zone, zone.without(wanted), zone.area.pk in groups) for zone in zones(neighbourhood)]
    return ZoneBoard(lines, list(gaps(neighbourhood).nobody), len(points(neighbourhood)))


def groups_of_zones(neighbourhood: Place) -> dict[int, Channel]:
    """Zone → its group (P03); one statement."""
    rows = (one for one in in_use(neighbourhood) if one.kind != Channel.Kind.MAIL)
    return {one.area_id: one for one in rows if one.area_id is not None}


@dataclass(frozen=True)
class Tick:
    """A place that may be ticked. ``elsewhere``: the zone that has it already."""

    place: Place
    ticked: bool
    elsewhere: str = ""

    @property
    def label(self) -> str:
        """Its name; with that of what it lies in where that is no estate, such as the tower of a gate."""
        above = self.place.parent
        plain = above is None or above.kind.code in ("estate", "neighbourhood")
        return self.place.name if plain or above is None else f"{above.name} {self.place.name}"


@dataclass(frozen=True)
class TickGroup:
    """The ticks of one estate, or of what lies in the neighbourhood itself (``above`` None)."""

    above: Place | None
    ticks: list[Tick]

    @property
    def count(self) -> int:
        """How many are ticked."""
        return sum(one.ticked for one in self.ticks)

    @property
    def free(self) -> int:
        """How many are in no zone."""
        return sum(not one.ticked and not one.elsewhere for one in self.ticks)


CHOOSABLE = ("lane", "side_lane", "gate", "public_spot", "building")


def ticks(zone: Zone, ticked: Iterable[int]) -> list[TickGroup]:
    """The lanes, side lanes, gates, spots and buildings of a neighbourhood by estate, as they can be put into a zone; two statements."""
    own = set(ticked)
    rows = AreaPlace.objects.filter(area__neighbourhood=zone.area.neighbourhood_id, area__purpose=PURPOSE)
    taken = dict(rows.exclude(area=zone.area).values_list("place", "area__name"))
    estates: dict[int | None, TickGroup] = {}
    known = points(zone.area.neighbourhood, (*CHOOSABLE, "estate"))
    names = {place.pk: place for place in known if place.kind.code == "estate"}
    for place in known:
        above = next((names[pk] for pk in place.ancestor_ids() if pk in names), None)
        group = estates.setdefault(above.pk if above else None, TickGroup(above, []))
        if place.kind.code != "estate" or place.pk in own:
            group.ticks.append(Tick(place, place.pk in own, taken.get(place.pk, "")))
    found = [group for group in estates.values() if group.ticks]
    return sorted(found, key=lambda group: (group.above is not None, group.above.path if group.above else ""))


def kind_words(kind: PlaceKind) -> str:
    """A kind of place in the reader's language."""
    return kind.name_en if (get_language() or "").startswith("en") else kind.name_zh


def by_kind(places: Sequence[Place]) -> list[tuple[str, int]]:
    """How many of each kind: 3 side lanes, 1 gate."""
    counts: dict[int, Any] = {}
    for place in places:
        word, number = counts.get(place.kind_id, (kind_words(place.kind), 0))
        counts[place.kind_id] = (word, number + 1)
    return list(counts.values())
