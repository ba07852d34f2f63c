"""What is known of official places, as the planner sees it: no Django here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from linli.ground.gazetteer.history import History
from linli.kernel.place_names import PlaceKey, place_key


@dataclass(slots=True)
class Known:
    """One official place. ``key``: its id, negative until it is saved. ``run``: a neighbourhood that this installation runs."""

    key: int
    level: int
    history: History = field(default_factory=History)
    parent: int | None = None
    run: bool = False
    merged_into: int | None = None
    split_from: int | None = None
    urban: str = ""
    dirty: bool = False
    run_name: str = ""
    run_code: str = ""

    @property
    def name(self) -> str:
        """What it is called last."""
        return self.history.spans[-1].name if self.history.spans else self.run_name

    @property
    def code(self) -> str:
        """The code it has last."""
        return self.history.spans[-1].code if self.history.spans else ""

    def key_at(self, day: date) -> PlaceKey:
        """The key of its name on a day."""
        span = self.history.near(day)
        return place_key(span.name if span else self.run_name)

    def code_at(self, day: date) -> str:
        """Its code on a day."""
        span = self.history.near(day)
        return span.code if span else ""

    def parent_at(self, day: date) -> int | None:
        """What it was part of on a day."""
        span = self.history.near(day)
        return span.parent if span else self.parent


@dataclass(frozen=True, slots=True)
class Loaded:
    """A list that was loaded before: its day and the regions it covers, by level."""

    as_of: date
    regions: dict[int, frozenset[str]]


@dataclass(slots=True)
class Book:
    """Every official place that matters for a list, by key; and the lists before."""

    places: dict[int, Known] = field(default_factory=dict)
    lists: list[Loaded] = field(default_factory=list)
    next_key: int = -1

    def add(self, level: int) -> Known:
        """A new place."""
        one = Known(self.next_key, level, dirty=True)
        self.places[one.key] = one
        self.next_key -= 1
        return one

    def of_level(self, level: int) -> list[Known]:
        """The places of a level that were not merged into another."""
        return [one for one in self.places.values() if one.level == level and one.merged_into is None]
