"""The numbers of a sheet: figures by patch, and what liaison groups did; pure. Sums are made here and nowhere else (P11)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from linli.ground.figures import Count, Patch, total
from linli.rounds.group_days import GroupDay

Cells = Mapping[str, Mapping[Patch, Count]]


@dataclass(frozen=True)
class Numbers:
    """Figure code → patch → count, the zones there were, and the days of the groups."""

    cells: Cells
    groups: tuple[GroupDay, ...] = ()
    zones: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

    def of(self, code: str, *, place: int | None = None) -> Count:
        """A figure of a whole neighbourhood, or (``place`` None) of everything: the sum of its patches."""
        cells = self.cells.get(code, {})
        return total(count for patch, count in cells.items() if place is None or patch.place == place)

    def at(self, code: str, patch: Patch) -> Count:
        """A figure of one patch; nothing of nothing where there is nothing."""
        return self.cells.get(code, {}).get(patch, Count())

    def part(self, places: Iterable[int]) -> Numbers:
        """What lies in some of the places."""
        kept = frozenset(places)
        cells = {
            code: {patch: count for patch, count in by.items() if patch.place in kept}
            for code, by in self.cells.items()
        }
        groups = tuple(one for one in self.groups if one.place in kept)
        return Numbers(cells, groups, {pk: zones for pk, zones in self.zones.items() if pk in kept})

    def with_part(self, other: Numbers, places: Iterable[int]) -> Numbers:
        """The same with ``other``'s numbers of some places in place of its own."""
        changed = frozenset(places)
        kept = self.part(self.places - changed)
        new = other.part(changed)
        codes = dict.fromkeys((*self.cells, *other.cells))
        cells = {code: {**kept.cells.get(code, {}), **new.cells.get(code, {})} for code in codes}
        return Numbers(cells, (*kept.groups, *new.groups), {**kept.zones, **new.zones})

    @property
    def places(self) -> frozenset[int]:
        """The neighbourhoods, and the subdistrict where something hangs on it, that it is of."""
        counted = {patch.place for by in self.cells.values() for patch in by}
        return frozenset(counted | {one.place for one in self.groups} | self.zones.keys())

    def keeping(self, before: Numbers) -> Numbers:
        """Where it cannot be said any more what was known then, what ``before`` said; for a correction."""
        cells = {}
        for code, by in self.cells.items():
            lost = {patch.place for patch, count in by.items() if not count.traceable}
            kept = {patch: count for patch, count in before.cells.get(code, {}).items() if patch.place in lost}
            cells[code] = {patch: count for patch, count in by.items() if patch.place not in lost} | kept
        return replace(self, cells=cells)

    def as_json(self) -> dict[str, Any]:
        """Codes, ids and quantities."""
        cells = {
            code: [[p.place, p.zone, count.as_json()] for p, count in sorted(by.items(), key=lambda c: _order(c[0]))]
            for code, by in self.cells.items()
        }
        groups = [[one.group, one.place, one.visits, one.found, one.open] for one in self.groups]
        return {"figures": cells, "groups": groups, "zones": {str(pk): list(ids) for pk, ids in self.zones.items()}}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Numbers:
        """The other way round."""
        cells = {
            code: {Patch(place, zone): Count.from_json(count) for place, zone, count in rows}
            for code, rows in said["figures"].items()
        }
        groups = tuple(GroupDay(*one) for one in said.get("groups", ()))
        return cls(cells, groups, {int(pk): tuple(ids) for pk, ids in said.get("zones", {}).items()})


def _order(patch: Patch) -> tuple[int, int]:
    return patch.place, patch.zone or 0


@dataclass(frozen=True, slots=True)
class Change:
    """What is another number in a correction: a figure of a neighbourhood (or of what hangs on the subdistrict)."""

    code: str
    place: int
    before: Count
    after: Count


def changes(before: Numbers, after: Numbers) -> list[Change]:
    """Every figure of a place that says something else, in the order of the figures."""
    found = []
    for code in dict.fromkeys((*before.cells, *after.cells)):
        for place in sorted(before.places | after.places):
            one, two = before.of(code, place=place), after.of(code, place=place)
            if (one.value, one.of, dict(one.parts)) != (two.value, two.of, dict(two.parts)):
                found.append(Change(code, place, one, two))
    return found
