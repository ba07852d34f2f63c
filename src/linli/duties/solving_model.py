"""A roster's problem as a model of OR-Tools CP-SAT. Needs the extra `roster`; only `duties/solving.py` imports this, when it is there.

One yes-or-no for each person and shift that somebody is able to do. What excludes each other is said by cliques: of everything that runs,
its rest included, at the moment a shift begins, a person does at most one. Costs are those of `kernel/roster_cost.py`, term by term.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ortools.sat.python import cp_model

from linli.kernel.roster import Desk, Pair, Person, Roster, Shift
from linli.kernel.roster_cost import KINDS, WEIGHTS, Bands, counts
from linli.kernel.shift_times import days_of

Var = Any  # an OR-Tools variable


@dataclass
class Model:
    """The model and what its variables mean. ``start``: a roster that keeps the rules, from which the search begins.

    ``empty``: places that nobody fills, and watches that nobody leads; ``other``: (weight, variable) of everything else that costs.
    """

    desk: Desk
    fair: Bands
    start: Roster
    cp: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    on: dict[tuple[str, str], Var] = field(default_factory=dict)
    mine: dict[str, list[Shift]] = field(default_factory=lambda: defaultdict(list))
    empty: list[Var] = field(default_factory=list)
    other: list[tuple[int, Var]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for key, able in self.desk.able.items():
            for one in able:
                var = self.on[one, key] = self.cp.new_bool_var("")
                self.mine[one].append(self.desk.shifts[key])
                if (one, key) in self.desk.fixed_on:
                    self.cp.add(var == 1)
        for person in self.desk.problem.people:
            self._rest(person)
            self._shares(person)
            self._wishes(person)
        for pair in self.desk.problem.pairs:
            self._pair(pair)
        for shift in self.desk.shifts.values():
            self._places(shift)
        for watch in self.desk.problem.watches:
            leading = [
                self.on[p, key] for key in watch.shifts for p in self.desk.able[key] if self.desk.people[p].leads
            ]
            hole = self.cp.new_bool_var("")
            self.cp.add_bool_or(*leading, hole)
            self.empty.append(hole)
        self.start_from(self.start)

    def roster(self, value: Any) -> Roster:
        """The roster of a solution; ``value`` reads a variable."""
        found: dict[str, set[str]] = defaultdict(set)
        for (person, shift), var in self.on.items():
            if value(var):
                found[shift].add(person)
        return {key: frozenset(found[key]) for key in self.desk.shifts if key in found}

    def start_from(self, start: Roster) -> None:
        """Begin the next search from another roster."""
        self.cp.clear_hints()
        for (person, shift), var in self.on.items():
            self.cp.add_hint(var, person in start.get(shift, ()))

    def cost(self) -> Any:
        """The weighed cost, as `kernel.roster_cost.Cost.weighed` counts it."""
        return WEIGHTS.empty * sum(self.empty) + sum(weight * var for weight, var in self.other)

    def _cliques(self, shifts: Sequence[Shift]) -> Iterator[frozenset[str]]:
        """Shifts of which a person does at most one: those that run or are rested from when one of them begins."""
        before: frozenset[str] = frozenset()
        for start in sorted({one.start for one in shifts}):
            clique = frozenset(one.id for one in shifts if one.start <= start < one.end + self.desk.gap)
            if not clique <= before:
                yield clique
            before = clique

    def _rest(self, person: Person) -> None:
        """What a person fixed is not contradicted, whatever lies beside it."""
        for clique in self._cliques(self.mine[person.id]):
            held = {key for key in clique if (person.id, key) in self.desk.fixed_on}
            loose = [self.on[person.id, key] for key in sorted(clique - held)]
            if held:
                self.cp.add(sum(loose) == 0)
            elif len(loose) > 1:
                self.cp.add_at_most_one(loose)

    def _pair(self, pair: Pair) -> None:
        """Apart: at most one. Together: both or neither; beside one who was fixed the other comes if the starting roster shows how."""
        for key in self.desk.shifts:
            both = [self.on.get((one, key)) for one in (pair.one, pair.other)]
            known = [var for var in both if var is not None]
            by_hand = sum((one, key) in self.desk.fixed_on for one in (pair.one, pair.other))
            if by_hand == 2 or not known:
                continue
            if not pair.together:
                self.cp.add_at_most_one(known)
            elif len(known) == 1:
                self.cp.add(known[0] == by_hand)
            elif not by_hand:
                self.cp.add(known[0] == known[1])
            elif {pair.one, pair.other} <= set(self.start.get(key, ())):
                self.cp.add(sum(known) == 2)

    def _places(self, shift: Shift) -> None:
        """Each person on a shift fills one place that is for him; a place that nobody fills is counted."""
        here = [(self.desk.people[one], self.on[one, shift.id]) for one in self.desk.able[shift.id]]
        held = {one.id for one, _ in here if (one.id, shift.id) in self.desk.fixed_on}
        self.cp.add(sum(var for _, var in here) <= max(shift.places, len(held)))
        fills: dict[str, list[Var]] = defaultdict(list)
        for need in shift.needs:
            hole = self.cp.new_int_var(0, need.count, "")
            filling = []
            for one, var in here:
                if need.fits(one):
                    direct = len(shift.needs) == 1 and one.id not in held
                    filling.append(var if direct else self.cp.new_bool_var(""))
                    fills[one.id].append(filling[-1])
            self.cp.add(sum(filling) + hole == need.count)
            self.empty.append(hole)
        for one, var in here:
            if one.id in held:
                self.cp.add(sum(fills[one.id]) <= 1)
            elif len(shift.needs) > 1:
                self.cp.add(sum(fills[one.id]) == var)

    def _shares(self, person: Person) -> None:
        """Duties, nights and weekends beside the fair share."""
        for kind in KINDS:
            least, most = self.fair[kind][person.id]
            done = [self.on[person.id, one.id] for one in self.mine[person.id] if kind in counts(one)]
            if done:
                for far in (0, 1):  # as `outside` counts: the first unit once, every further one twice
                    beside = self.cp.new_int_var(0, max(len(done), least), "")
                    self.cp.add(beside >= sum(done) - most - far)
                    self.cp.add(beside >= least - sum(done) - far)
                    self.other.append((getattr(WEIGHTS, kind), beside))

    def _wishes(self, person: Person) -> None:
        """A day off that is not one, a day on which one would have come."""
        for day in sorted(person.wishes_off | person.wishes_on):
            touching = [one for one in self.mine[person.id] if day in days_of(one.start, one.end)]
            cliques = [[self.on[person.id, key] for key in sorted(one)] for one in self._cliques(touching)]
            if day in person.wishes_off and touching:
                broken = self.cp.new_bool_var("")
                for clique in cliques:
                    self.cp.add(broken >= sum(clique))
                self.other.append((WEIGHTS.wish_off, broken))
            if day in person.wishes_on:
                missed = self.cp.new_bool_var("")
                self.cp.add(sum(self.on[person.id, one.id] for one in touching) + missed >= 1)
                self.other.append((WEIGHTS.wish_on, missed))
