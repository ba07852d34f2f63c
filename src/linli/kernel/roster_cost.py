"""What a roster costs: empty places, duties beside the fair shares, and wishes.

One function for the solver's model, the greedy way and the tests, so that they cannot weigh differently.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from linli.kernel.roster import Desk, Load, Problem, Roster, Shift
from linli.kernel.shift_times import days_of, is_night, is_weekend, shares


@dataclass(frozen=True, slots=True)
class Weights:
    """What one unit costs: an empty place or a watch nobody leads; a duty, a night, a weekend beside the fair share; a wish."""

    empty: int = 1000
    total: int = 10
    nights: int = 6
    weekends: int = 4
    wish_off: int = 3
    wish_on: int = 1


WEIGHTS = Weights()
KINDS = ("total", "nights", "weekends")


@dataclass(frozen=True, slots=True)
class Cost:
    """The units that a roster costs. ``total``, ``nights``, ``weekends``: duties beside the fair shares, counted by :func:`outside`."""

    empty: int = 0
    total: int = 0
    nights: int = 0
    weekends: int = 0
    wish_off: int = 0
    wish_on: int = 0

    def weighed(self, weights: Weights = WEIGHTS) -> int:
        """One number; 0 is a roster of which nothing can be better."""
        return sum(getattr(self, name) * getattr(weights, name) for name in Cost.__slots__)


def counts(shift: Shift) -> tuple[str, ...]:
    """Under which kinds of load a shift counts."""
    kinds = ["total"]
    if is_night(shift.start, shift.end):
        kinds.append("nights")
    if is_weekend(shift.start):
        kinds.append("weekends")
    return tuple(kinds)


def load_of(times: Iterable[tuple[datetime, datetime]], since: date, until: date) -> Load:
    """What these times are as a load, of those that begin on a day of ``since`` ≤ day < ``until``."""
    inside = [(start, end) for start, end in times if since <= start.date() < until]
    nights = sum(is_night(start, end) for start, end in inside)
    return Load(len(inside), nights, sum(is_weekend(start) for start, _ in inside))


def loads(problem: Problem, roster: Roster) -> dict[str, Load]:
    """What each person carries in this roster, without what was before."""
    count: dict[str, Counter[str]] = {one.id: Counter() for one in problem.people}
    for shift in problem.shifts:
        for person in roster.get(shift.id, ()):
            count[person].update(counts(shift))
    return {key: Load(*(found[kind] for kind in KINDS)) for key, found in count.items()}


Bands = dict[str, dict[str, tuple[int, int]]]
"""Kind → person → (least, most) of a fair share in this roster."""


def bands(desk: Desk) -> Bands:
    """The fair share of everybody: as even as it can be, counting what was carried before and how many each is able to do at most."""
    found: Bands = {}
    for kind in KINDS:
        of_kind = [shift for shift in desk.shifts.values() if kind in counts(shift)]
        times: dict[str, list[tuple[datetime, datetime]]] = {one.id: [] for one in desk.problem.people}
        for shift in of_kind:
            for person in desk.able[shift.id]:
                times[person].append((shift.start, shift.end))
        before = {one.id: int(getattr(one.before, kind)) for one in desk.problem.people}
        found[kind] = shares(sum(shift.places for shift in of_kind), times, before, desk.gap)
    return found


def cost(desk: Desk, roster: Roster, fair: Bands | None = None) -> Cost:
    """What a roster costs. ``fair``: :func:`bands` of the problem, if they are at hand."""
    fair = fair or bands(desk)
    empty = sum(shift.places - desk.filled(shift, roster.get(key, ())) for key, shift in desk.shifts.items())
    empty += sum(not desk.leads(watch, roster) for watch in desk.problem.watches)
    beside = dict.fromkeys(KINDS, 0)
    for person, load in loads(desk.problem, roster).items():
        for kind in KINDS:
            beside[kind] += outside(getattr(load, kind), fair[kind][person])
    days: dict[str, set[date]] = {}
    for key, shift in desk.shifts.items():
        for person in roster.get(key, ()):
            days.setdefault(person, set()).update(days_of(shift.start, shift.end))
    off = sum(len(one.wishes_off & days.get(one.id, set())) for one in desk.problem.people)
    on = sum(len(one.wishes_on - days.get(one.id, set())) for one in desk.problem.people)
    return Cost(empty, beside["total"], beside["nights"], beside["weekends"], off, on)


def outside(number: int, band: tuple[int, int]) -> int:
    """What lies outside a band costs one for the first and two for each further: two who do one more are better than one who does two."""
    far = max(band[0] - number, number - band[1], 0)
    return far + max(far - 1, 0)


def spread(values: Iterable[int]) -> int:
    """Between the most and the least; 0 for none."""
    found = list(values)
    return max(found) - min(found) if found else 0
