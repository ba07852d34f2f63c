"""Who stands where and when: the problem of a roster in plain types, and its rules (P03, P05, P06, P08, P09, O04).

People, shifts with needs, pairs, what a person fixed by hand, and a rest. A roster says who is on which shift.
Three kinds of things are kept apart:

- *rules* are never broken by a machine (:func:`violations`): training, exemption, away, not free, rest, no adjacent shifts, pairs, and
  what was fixed. A person may fix somebody against a rule: it stays, and is said;
- *coverage* is what the roster is for: it is hard where it can be reached, and each place that stays empty has a reason
  (:mod:`linli.kernel.roster_why`);
- *cost* (:mod:`linli.kernel.roster_cost`) weighs what remains: fair shares of duties, nights and weekends, and wishes.

A need is a number of places; each person on a shift fills one place. "Two, one of them trained" is two needs of one. Moments are aware
and in the local zone of the neighbourhood: nights, weekends and days are read off them. Everything is deterministic.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property

from linli.kernel.shift_times import days_of, is_night, parts_of, within_hours

Roster = Mapping[str, Set[str]]
"""Shift → who is on it. A shift that is not there is empty."""

REST = timedelta(hours=11)
ADJACENT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Load:
    """How many duties, and how many of them at night and on a weekend."""

    total: int = 0
    nights: int = 0
    weekends: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be asked. ``free``: the parts of the week somebody said, as (ISO weekday, part); None: said nothing, so any.

    ``away``: days on which nothing is possible; ``wishes_off`` and ``wishes_on``: days somebody would like. ``taken``: times that are
    given away already, on posts outside this roster. ``before``: what was carried until now, so that shares even out over time (O04).
    """

    id: str
    trainings: frozenset[str] = frozenset()
    bodies: frozenset[str] = frozenset()
    leads: bool = False
    exempt: frozenset[str] = frozenset()
    away: frozenset[date] = frozenset()
    free: frozenset[tuple[int, str]] | None = None
    wishes_off: frozenset[date] = frozenset()
    wishes_on: frozenset[date] = frozenset()
    taken: tuple[tuple[datetime, datetime], ...] = ()
    before: Load = Load()


@dataclass(frozen=True, slots=True)
class Need:
    """So many places, each for somebody with this training, of this body, able to lead. Raises ValueError below one."""

    count: int
    training: str | None = None
    body: str | None = None
    leader: bool = False

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError("a need is for somebody")

    def fits(self, person: Person) -> bool:
        """Whether this person can fill one of the places."""
        return (
            (self.training is None or self.training in person.trainings)
            and (self.body is None or self.body in person.bodies)
            and (person.leads or not self.leader)
        )


@dataclass(frozen=True, slots=True)
class Shift:
    """A time at a post. ``bars``: codes of exemptions that keep somebody from it, such as ``no_standing``; nights bar by themselves."""

    id: str
    start: datetime
    end: datetime
    post: str
    needs: tuple[Need, ...]
    bars: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError("a shift ends after it starts")

    @property
    def places(self) -> int:
        """How many people it wants."""
        return sum(need.count for need in self.needs)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two who must always (``together``) or must never share a shift. Who must, is on a shift with the other or not at all."""

    one: str
    other: str
    together: bool


@dataclass(frozen=True, slots=True)
class Fixed:
    """Decided by a person: on this shift, or not on it."""

    person: str
    shift: str
    on: bool = True


@dataclass(frozen=True, slots=True)
class Watch:
    """Shifts on which, all together, at least one person is able to lead: the gates of one time, for example."""

    id: str
    shifts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything a roster is made from. Raises ValueError for an id that is there twice, or one that nothing has."""

    people: tuple[Person, ...]
    shifts: tuple[Shift, ...]
    pairs: tuple[Pair, ...] = ()
    fixed: tuple[Fixed, ...] = ()
    watches: tuple[Watch, ...] = ()
    rest: timedelta = REST

    def __post_init__(self) -> None:
        people, shifts = {one.id for one in self.people}, {one.id for one in self.shifts}
        if len(people) < len(self.people) or len(shifts) < len(self.shifts):
            raise ValueError("an id is there twice")
        named = [*(p.one for p in self.pairs), *(p.other for p in self.pairs), *(f.person for f in self.fixed)]
        at = [*(f.shift for f in self.fixed), *(shift for watch in self.watches for shift in watch.shifts)]
        if not (people.issuperset(named) and shifts.issuperset(at)):
            raise ValueError("an id that nothing has")


class Bar(StrEnum):
    """Why a person cannot be on a shift, whatever else the roster says; closed list."""

    EXEMPT = "exempt"
    AWAY = "away"
    NOT_FREE = "not_free"
    TAKEN = "taken"
    FIXED_OFF = "fixed_off"


@dataclass(frozen=True)
class Desk:
    """A problem laid out for work: looked up by id, who is able to be where, which shifts exclude each other."""

    problem: Problem
    people: dict[str, Person] = field(init=False)
    shifts: dict[str, Shift] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "people", {one.id: one for one in self.problem.people})
        in_time = sorted(self.problem.shifts, key=lambda s: (s.start, s.end, s.post, s.id))
        object.__setattr__(self, "shifts", {one.id: one for one in in_time})

    @cached_property
    def gap(self) -> timedelta:
        """The least time between two duties of one person. Adjacent shifts are never given, however short the rest."""
        return max(self.problem.rest, ADJACENT)

    @cached_property
    def fixed_on(self) -> frozenset[tuple[str, str]]:
        """(person, shift) that a person decided."""
        return frozenset((one.person, one.shift) for one in self.problem.fixed if one.on)

    @cached_property
    def fixed_off(self) -> frozenset[tuple[str, str]]:
        """(person, shift) that a person ruled out."""
        return frozenset((one.person, one.shift) for one in self.problem.fixed if not one.on)

    @cached_property
    def clashes(self) -> dict[str, tuple[str, ...]]:
        """Shift → the others that nobody can do besides it: at the same time, or without the rest between."""
        found: dict[str, list[str]] = {key: [] for key in self.shifts}
        running: list[Shift] = []
        for shift in self.shifts.values():
            running = [one for one in running if shift.start < one.end + self.gap]
            for one in running:
                found[one.id].append(shift.id)
                found[shift.id].append(one.id)
            running.append(shift)
        return {key: tuple(others) for key, others in found.items()}

    @cached_property
    def able(self) -> dict[str, tuple[str, ...]]:
        """Shift → who fits one of its places and is not barred, and whoever is fixed on it, in the order of the people."""
        return {
            shift.id: tuple(
                person.id
                for person in self.problem.people
                if (person.id, shift.id) in self.fixed_on
                or (any(need.fits(person) for need in shift.needs) and self.bar(person, shift) is None)
            )
            for shift in self.shifts.values()
        }

    def bar(self, person: Person, shift: Shift) -> Bar | None:
        """The first reason why the person cannot be on the shift; None if there is none."""
        if (person.id, shift.id) in self.fixed_off:
            return Bar.FIXED_OFF
        if person.exempt & shift.bars or _hours_bar(person, shift):
            return Bar.EXEMPT
        if not person.away.isdisjoint(days_of(shift.start, shift.end)):
            return Bar.AWAY
        if any(shift.start < end + self.gap and start < shift.end + self.gap for start, end in person.taken):
            return Bar.TAKEN
        if person.free is not None and not person.free.issuperset(parts_of(shift.start, shift.end)):
            return Bar.NOT_FREE
        return None

    def filled(self, shift: Shift, people: Iterable[str]) -> int:
        """How many places of a shift these people fill, each at most one: the largest matching."""
        here = [self.people[one] for one in people]
        if len(shift.needs) == 1:
            return min(shift.places, sum(shift.needs[0].fits(one) for one in here))
        places = [need for need in shift.needs for _ in range(need.count)]
        holder: dict[int, int] = {}
        return sum(_place(index, here, places, holder, set()) for index in range(len(here)))

    def leads(self, watch: Watch, roster: Roster) -> bool:
        """Whether somebody on one of the shifts is able to lead."""
        return any(self.people[one].leads for shift in watch.shifts for one in roster.get(shift, ()))


def _hours_bar(person: Person, shift: Shift) -> bool:
    """``no_nights`` keeps from night work, ``day_only`` from everything that is not between 8 and 18."""
    if "day_only" in person.exempt and not within_hours(shift.start, shift.end, 8, 18):
        return True
    return "no_nights" in person.exempt and is_night(shift.start, shift.end)


def _place(index: int, people: Sequence[Person], places: list[Need], holder: dict[int, int], seen: set[int]) -> bool:
    """One augmenting path: give the person at ``index`` a place, moving others if need be."""
    for number, need in enumerate(places):
        if number not in seen and need.fits(people[index]):
            seen.add(number)
            if number not in holder or _place(holder[number], people, places, holder, seen):
                holder[number] = index
                return True
    return False


class Broken(StrEnum):
    """A rule that a roster breaks; closed list."""

    UNKNOWN = "unknown"
    TOO_MANY = "too_many"
    BARRED = "barred"
    REST = "rest"
    APART = "apart"
    TOGETHER = "together"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule. ``other``: the shift without rest, or the other of a pair; ``by_hand``: a person fixed it so."""

    code: Broken
    person: str
    shift: str
    other: str = ""
    by_hand: bool = False


def violations(problem: Problem, roster: Roster, desk: Desk | None = None) -> list[Violation]:
    """Every broken rule, in the order of time. ``too_many``: more people than places, or one that no place is for."""
    desk = desk or Desk(problem)
    found = [
        Violation(Broken.UNKNOWN, person, shift)
        for shift, people in roster.items()
        for person in people
        if shift not in desk.shifts or person not in desk.people
    ]
    known = known_part(desk, roster)
    for key, shift in desk.shifts.items():
        here = sorted(known.get(key, ()))
        if desk.filled(shift, here) < len(here):
            by_hand = any((one, key) in desk.fixed_on for one in here)
            found.append(Violation(Broken.TOO_MANY, here[-1], key, by_hand=by_hand))
        for person in here:
            found += _of_one(desk, known, person, shift)
    found += _of_pairs(desk, known)
    found += [Violation(Broken.FIXED, p, s) for p, s in sorted(desk.fixed_on) if p not in known.get(s, ())]
    return found


def known_part(desk: Desk, roster: Roster) -> dict[str, frozenset[str]]:
    """The roster without people and shifts that the problem does not have."""
    return {key: frozenset(p for p in roster[key] if p in desk.people) for key in desk.shifts if roster.get(key)}


def _of_one(desk: Desk, roster: Roster, person: str, shift: Shift) -> list[Violation]:
    """What one person on one shift breaks alone."""
    by_hand = (person, shift.id) in desk.fixed_on
    found = []
    bar = desk.bar(desk.people[person], shift)
    if bar is Bar.FIXED_OFF:
        found.append(Violation(Broken.FIXED, person, shift.id))
    elif bar is not None:
        found.append(Violation(Broken.BARRED, person, shift.id, bar.value, by_hand))
    for other in desk.clashes[shift.id]:
        if person in roster.get(other, ()) and _before(desk, shift.id, other):
            both = by_hand and (person, other) in desk.fixed_on
            found.append(Violation(Broken.REST, person, shift.id, other, both))
    return found


def _before(desk: Desk, one: str, other: str) -> bool:
    """Whether the first shift comes first, so that each pair is said once."""
    return (desk.shifts[one].start, one) < (desk.shifts[other].start, other)


def _of_pairs(desk: Desk, roster: Roster) -> list[Violation]:
    """Pairs that share a shift and must not, or of whom one is without the other."""
    found = []
    for pair in desk.problem.pairs:
        for shift, here in roster.items():
            on = [one for one in (pair.one, pair.other) if one in here]
            by_hand = all((one, shift) in desk.fixed_on for one in on)
            if not pair.together and len(on) == 2:
                found.append(Violation(Broken.APART, pair.one, shift, pair.other, by_hand))
            elif pair.together and len(on) == 1:
                other = pair.other if on[0] == pair.one else pair.one
                found.append(Violation(Broken.TOGETHER, on[0], shift, other, by_hand))
    return found
