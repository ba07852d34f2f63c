"""A roster without a solver: what was fixed, then the hardest places first, repairs by handing on, and exchanges that make it better.

It breaks no rule and is quick, but it proves nothing: a place that it leaves empty may be one that could be filled, and whoever shows
such a roster says so. The solver begins from it. The same problem gives the same roster.
"""

from __future__ import annotations

from collections.abc import Iterable

from linli.kernel.roster import Desk, Pair, Problem, Roster, Shift, Watch
from linli.kernel.roster_cost import KINDS, WEIGHTS, Bands, bands, counts, outside
from linli.kernel.shift_times import days_of

PASSES = 12
Unit = tuple[str, ...]
"""People who come together or not at all; most are alone."""


def greedy(problem: Problem, desk: Desk | None = None, fair: Bands | None = None) -> Roster:
    """A roster that keeps every rule but those that a person's own decisions break."""
    desk = desk or Desk(problem)
    hand = _Hand(desk, fair or bands(desk))
    hand.keep()
    for watch in sorted(problem.watches, key=lambda w: sum(len(hand.leaders(s)) for s in w.shifts)):
        hand.lead(watch)
    for shift in sorted(desk.shifts.values(), key=lambda s: len(desk.able[s.id]) - s.places):
        while hand.room(shift) and (hand.take(shift, hand.units) or hand.hand_on(shift)):
            pass
    for _ in range(PASSES):
        if not hand.exchange():
            break
    return {key: frozenset(people) for key, people in hand.on.items() if people}


def units_of(people: Iterable[str], pairs: Iterable[Pair]) -> dict[str, Unit]:
    """Person → everybody who must be with them, themselves included."""
    found: dict[str, Unit] = {one: (one,) for one in people}
    for pair in pairs:
        if pair.together and pair.other not in found[pair.one]:
            joined = tuple(sorted(found[pair.one] + found[pair.other]))
            found.update(dict.fromkeys(joined, joined))
    return found


class _Sheet:
    """A roster while it is written: who is on which shift, and what each carries."""

    def __init__(self, desk: Desk, fair: Bands) -> None:
        self.desk, self.fair = desk, fair
        self.on: dict[str, set[str]] = {key: set() for key in desk.shifts}
        self.of: dict[str, set[str]] = {key: set() for key in desk.people}
        self.load = {key: dict.fromkeys(KINDS, 0) for key in desk.people}
        self.kinds = {key: counts(shift) for key, shift in desk.shifts.items()}
        self.days = {key: days_of(shift.start, shift.end) for key, shift in desk.shifts.items()}
        self.unit = units_of(desk.people, desk.problem.pairs)
        self.units = sorted(set(self.unit.values()))
        self.apart: dict[str, set[str]] = {key: set() for key in desk.people}
        self.watches: dict[str, list[Watch]] = {key: [] for key in desk.shifts}
        for pair in desk.problem.pairs:
            if not pair.together:
                self.apart[pair.one].add(pair.other)
                self.apart[pair.other].add(pair.one)
        for watch in desk.problem.watches:
            for shift in watch.shifts:
                self.watches[shift].append(watch)

    def put(self, person: str, shift: str) -> None:
        """Write somebody down."""
        self.on[shift].add(person)
        self.of[person].add(shift)
        for kind in self.kinds[shift]:
            self.load[person][kind] += 1

    def strike(self, person: str, shift: str) -> None:
        """Take somebody off."""
        self.on[shift].discard(person)
        self.of[person].discard(shift)
        for kind in self.kinds[shift]:
            self.load[person][kind] -= 1

    def room(self, shift: Shift) -> int:
        """How many places are empty; whoever was fixed there holds one, also if it is not for him."""
        return shift.places - len(self.on[shift.id])

    def leaders(self, shift: str) -> list[str]:
        """Who is able to be on a shift and to lead."""
        return [one for one in self.desk.able[shift] if self.desk.people[one].leads]

    def clashing(self, person: str, shift: str) -> list[str]:
        """What the person does already that excludes this shift."""
        mine = self.of[person]
        return [other for other in self.desk.clashes[shift] if other in mine] if mine else []

    def fits(self, unit: Unit, shift: str) -> bool:
        """Whether the shift has room for all of them and nobody on it must be apart from one; what they do besides is not asked."""
        here, able = self.on[shift], self.desk.able[shift]
        if any(one in here or one not in able or self.apart[one] & (here | set(unit)) for one in unit):
            return False
        row = self.desk.shifts[shift]
        if len(unit) > self.room(row):
            return False
        return self.desk.filled(row, here | set(unit)) == self.desk.filled(row, here) + len(unit)

    def can(self, unit: Unit, shift: str) -> bool:
        """Whether all of them can be written down for the shift as things are."""
        return not any(self.clashing(one, shift) for one in unit) and self.fits(unit, shift)

    def price(self, person: str, shift: str, step: int) -> int:
        """What the cost changes by when the person takes the shift (``step`` 1), or when it was given back (−1)."""
        row = self.desk.people[person]
        days = self.days[shift]
        wishes = WEIGHTS.wish_off * len(row.wishes_off & days) - WEIGHTS.wish_on * len(row.wishes_on & days)
        found = step * wishes
        for kind in self.kinds[shift]:
            band, now = self.fair[kind][person], self.load[person][kind]
            found += int(getattr(WEIGHTS, kind)) * (outside(now + step, band) - outside(now, band))
        return found

    def led(self, gone: str, comes: str, shift: str) -> bool:
        """Whether every watch of a shift that somebody just left still has one to lead when another comes."""
        if not self.desk.people[gone].leads or self.desk.people[comes].leads:
            return True
        return all(self.desk.leads(watch, self.on) for watch in self.watches[shift])


class _Hand(_Sheet):
    """The steps by which it is written."""

    def keep(self) -> None:
        """Write down what was fixed, and those who must be with them where it can be."""
        for person, shift in sorted(self.desk.fixed_on):
            self.put(person, shift)
        for person, shift in sorted(self.desk.fixed_on):
            others = tuple(one for one in self.unit[person] if one not in self.on[shift])
            if others and self.can(others, shift):
                self.put_all(others, shift)

    def put_all(self, unit: Unit, shift: str) -> None:
        """Write several down."""
        for person in unit:
            self.put(person, shift)

    def _key(self, unit: Unit, shift: str) -> tuple[int, int, Unit]:
        """Cheapest first, then whoever is furthest from a fair share."""
        behind = sum(self.load[one]["total"] - self.fair["total"][one][1] for one in unit)
        return sum(self.price(one, shift, 1) for one in unit), behind, unit

    def take(self, shift: Shift, units: list[Unit]) -> bool:
        """Give a place of the shift to the best of these; False if none can."""
        for unit in sorted(units, key=lambda one: self._key(one, shift.id)):
            if self.can(unit, shift.id):
                self.put_all(unit, shift.id)
                return True
        return False

    def lead(self, watch: Watch) -> None:
        """See that somebody who leads is on one of the shifts, where one can be."""
        if self.desk.leads(watch, self.on):
            return
        for shift in sorted(watch.shifts, key=lambda s: -len(self.leaders(s))):
            leading = sorted({self.unit[one] for one in self.leaders(shift)})
            if self.take(self.desk.shifts[shift], leading):
                return

    def hand_on(self, shift: Shift) -> bool:
        """Free somebody for the shift by handing on what keeps them from it, at most two duties."""
        for person in sorted(self.desk.able[shift.id], key=lambda one: self._key((one,), shift.id)):
            unit, held = self.unit[person], self.clashing(person, shift.id)
            loose = len(unit) == 1 and len(held) <= 2 and not any((person, one) in self.desk.fixed_on for one in held)
            if loose and self.fits(unit, shift.id) and self._give(person, held):
                self.put(person, shift.id)
                return True
        return False

    def _give(self, person: str, held: list[str]) -> bool:
        """Hand these duties on to others, all or none."""
        given: list[tuple[str, str]] = []
        for shift in held:
            self.strike(person, shift)
            other = next((one for one in self._others(person, shift) if self.led(person, one, shift)), None)
            if other is None:
                self.put(person, shift)
                for one, back in given:
                    self.strike(one, back)
                    self.put(person, back)
                return False
            self.put(other, shift)
            given.append((other, shift))
        return True

    def _others(self, person: str, shift: str) -> list[str]:
        """Who could be on the shift instead, the cheapest first."""
        alone = [one for one in self.desk.able[shift] if one != person and len(self.unit[one]) == 1]
        return sorted((one for one in alone if self.can((one,), shift)), key=lambda one: self._key((one,), shift))

    def exchange(self) -> bool:
        """One pass of replacing somebody on a shift by somebody for whom it costs less; whether anything changed."""
        changed = False
        for shift, here in self.on.items():
            for person in sorted(here):
                if len(self.unit[person]) == 1 and (person, shift) not in self.desk.fixed_on:
                    changed = self._replace(person, shift) or changed
        return changed

    def _replace(self, person: str, shift: str) -> bool:
        saved = self.price(person, shift, -1)
        if saved >= 0:
            return False
        self.strike(person, shift)
        offers = sorted((self.price(one, shift, 1) + saved, one) for one in self.desk.able[shift] if one != person)
        for change, one in offers:
            if change >= 0:
                break
            if len(self.unit[one]) == 1 and self.can((one,), shift) and self.led(person, one, shift):
                self.put(one, shift)
                return True
        self.put(person, shift)
        return False
