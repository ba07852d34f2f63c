"""People into groups of equal size, some together, some apart, and each group to a host that is not its home (P08: 28 people, seven fours).

Backtracking over units (people who stay together), the largest and the most restricted first, each into the groups that are open, an
empty group only once: exact, and quick for the few dozen people of a lent team. Of the groupings that keep the rules the first one is
taken; ``alike`` (sex, unit) lets a unit go first where the fewest are like it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

STEPS = 200_000
"""After so many tries the search gives up."""
Unit = tuple[str, ...]


class Cannot(StrEnum):
    """Why there is no grouping; closed list. NOT_FOUND: the search gave up, or nothing fits; the others are certain."""

    NOT_EVEN = "not_even"
    TOGETHER_TOO_MANY = "together_too_many"
    TOGETHER_AND_APART = "together_and_apart"
    NO_HOST = "no_host"
    NOT_FOUND = "not_found"


class NoGrouping(ValueError):
    """There is none; ``why`` says it."""

    def __init__(self, why: Cannot) -> None:
        super().__init__(why.value)
        self.why = why


def units(people: Sequence[str], together: Iterable[tuple[str, str]]) -> list[Unit]:
    """Those who stay together, chains included, in the order of the people; most are alone."""
    of: dict[str, Unit] = {one: (one,) for one in people}
    for one, other in together:
        if other not in of[one]:
            joined = of[one] + of[other]
            of.update(dict.fromkeys(joined, joined))
    order = {one: number for number, one in enumerate(people)}
    return sorted({tuple(sorted(unit, key=order.__getitem__)) for unit in of.values()}, key=lambda unit: order[unit[0]])


def groups(
    people: Sequence[str],
    size: int,
    *,
    together: Iterable[tuple[str, str]] = (),
    apart: Iterable[tuple[str, str]] = (),
    alike: Mapping[str, str] | None = None,
    allowed: Callable[[Sequence[str]], bool] = lambda members: True,
) -> list[Unit]:
    """Groups of ``size`` with each person in exactly one; within a group and among them in the order of the people.

    ``allowed``: whether some people may be (part of) one group; once they may not, no more people make it right.
    Raises NoGrouping; KeyError for a pair with somebody who is not among the people.
    """
    if size < 1 or len(people) % size:
        raise NoGrouping(Cannot.NOT_EVEN)
    rows = units(people, together)
    if any(len(unit) > size for unit in rows):
        raise NoGrouping(Cannot.TOGETHER_TOO_MANY)
    foes: dict[str, set[str]] = {one: set() for one in people}
    for one, other in apart:
        foes[one].add(other)
        foes[other].add(one)
    if any(foes[one] & set(unit) for unit in rows for one in unit):
        raise NoGrouping(Cannot.TOGETHER_AND_APART)
    rows.sort(key=lambda unit: (-len(unit), -sum(len(foes[one]) for one in unit)))
    search = _Search(rows, size, foes, alike or {}, allowed, [[] for _ in range(len(people) // size)])
    if not search.place(0):
        raise NoGrouping(Cannot.NOT_FOUND)
    order = {one: number for number, one in enumerate(people)}
    found = [tuple(sorted(group, key=order.__getitem__)) for group in search.found]
    return sorted(found, key=lambda group: order[group[0]])


@dataclass
class _Search:
    """One search; ``found`` are the groups as they fill."""

    rows: list[Unit]
    size: int
    foes: dict[str, set[str]]
    alike: Mapping[str, str]
    allowed: Callable[[Sequence[str]], bool]
    found: list[list[str]]
    steps: int = field(default=0)

    def place(self, number: int) -> bool:
        """Place the units from ``number`` on; whether that was possible."""
        if number == len(self.rows):
            return True
        unit = self.rows[number]
        for group in self._open(unit):
            self.steps += 1
            if self.steps > STEPS:
                return False
            group.extend(unit)
            if self.place(number + 1):
                return True
            del group[-len(unit) :]
        return False

    def _open(self, unit: Unit) -> list[list[str]]:
        """The groups that can take the unit: those with fewest like it first, then the emptiest; of the empty ones, one."""
        bad = set().union(*(self.foes[one] for one in unit))
        fit = [
            group
            for group in self.found
            if len(group) + len(unit) <= self.size and bad.isdisjoint(group) and self.allowed([*group, *unit])
        ]
        empty = [group for group in fit if not group][:1]
        return sorted(
            [group for group in fit if group] + empty, key=lambda group: (self._like(unit, group), len(group))
        )

    def _like(self, unit: Unit, group: list[str]) -> int:
        mine = [self.alike[one] for one in unit if one in self.alike]
        return sum(self.alike.get(one) in mine for one in group)


def hosted(
    people: Sequence[str],
    size: int,
    wanted: Sequence[str],
    home: Callable[[str], str | None],
    *,
    together: Iterable[tuple[str, str]] = (),
    apart: Iterable[tuple[str, str]] = (),
) -> tuple[list[Unit], list[str]]:
    """Groups, and a host for each: people of two units that host each other are not mixed into a group that nobody could host.

    Raises NoGrouping: NO_HOST only where people can be divided, but no such division can be hosted.
    """

    def hostable(members: Sequence[str]) -> bool:
        return not set(wanted) <= {home(one) for one in members}

    bound, free = list(together), list(apart)
    try:
        found = groups(people, size, together=bound, apart=free, allowed=hostable)
    except NoGrouping:
        found = groups(people, size, together=bound, apart=free)
    return found, hosts(found, wanted, home)


def hosts(groups: Sequence[Unit], wanted: Sequence[str], home: Callable[[str], str | None]) -> list[str]:
    """A host for each group, none of whose people come from it (P08: host unit ≠ home unit), as evenly as the hosts' order gives it.

    A host may have several groups; its share differs by at most one where the homes allow it. Raises NoGrouping(NO_HOST).
    """
    share = dict.fromkeys(wanted, 0)
    found: dict[int, str] = {}
    allowed = {n: [host for host in share if all(home(one) != host for one in group)] for n, group in enumerate(groups)}
    for number in sorted(allowed, key=lambda n: len(allowed[n])):
        if not allowed[number]:
            raise NoGrouping(Cannot.NO_HOST)
        found[number] = min(allowed[number], key=lambda host: share[host])
        share[found[number]] += 1
    return [found[number] for number in range(len(groups))]
