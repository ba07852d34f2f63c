"""What lies above a door: its building, the words and the order on the way there. Made for the doors of a neighbourhood at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from linli.ground.models import Place
from linli.ground.models.places import SEGMENT

PLACES = frozenset({"estate", "lane", "side_lane", "building", "unit"})
"""Kinds of places on the way to a door that its address names."""


@dataclass(frozen=True, slots=True)
class Door:
    """The plain columns of a household's door."""

    COLUMNS: ClassVar[tuple[str, ...]] = ("dwelling__path", "dwelling__name", "dwelling__sort")
    path: str
    name: str
    sort: str


@dataclass(frozen=True, slots=True)
class Over:
    """The building of a door (the last named place above it), and the words and the order of all named places above."""

    building: Place
    words: str
    order: tuple[str, ...]


class Above:
    """Answers for a door's path, thought out once for all doors of one parent. One statement, which reads no door."""

    def __init__(self, neighbourhood: Place) -> None:
        rows = Place.objects.filter(neighbourhood=neighbourhood).exclude(kind__code="dwelling")
        self._places = {place.path[-SEGMENT:]: place for place in rows.select_related("kind").order_by()}
        self._known: dict[str, Over] = {}

    def of(self, path: str) -> Over:
        """What lies above the door of this path."""
        parent = path[:-SEGMENT]
        if parent not in self._known:
            steps = (parent[i : i + SEGMENT] for i in range(0, len(parent), SEGMENT))
            chain = [self._places[step] for step in steps if step in self._places]
            above = [place for place in chain if place.kind.code in PLACES]
            self._known[parent] = Over(
                above[-1] if above else chain[0],
                " ".join(place.name for place in above),
                tuple(place.sort or place.name for place in above),
            )
        return self._known[parent]
