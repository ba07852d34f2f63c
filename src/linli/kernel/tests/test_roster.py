"""The rules of a roster: who may stand where, what excludes what, and every violation by its code."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings

from linli.kernel.roster import (
    Bar,
    Broken,
    Desk,
    Fixed,
    Need,
    Pair,
    Person,
    Problem,
    Violation,
    Watch,
    violations,
)
from linli.kernel.roster_greedy import greedy
from linli.kernel.tests.rosters import HOUR, at, day, people, problems, shift

few = settings(max_examples=60, derandomize=True, deadline=None)


def codes(problem: Problem, roster: dict[str, set[str]]) -> list[tuple[str, str, str]]:
    return [(one.code.value, one.person, one.shift) for one in violations(problem, roster)]


def bar(person: Person, *, day_: int = 0, hour: int = 8, hours: int = 8, bars: str = "") -> Bar | None:
    one = shift("s", day_, hour, hours, bars=bars)
    return Desk(Problem((person,), (one,))).bar(person, one)


def test_a_problem_names_only_what_it_has() -> None:
    one = shift("s", 0, 8)
    with pytest.raises(ValueError):
        Problem((*people(1), *people(1)), (one,))
    with pytest.raises(ValueError):
        Problem(people(1), (one, one))
    with pytest.raises(ValueError):
        Problem(people(1), (one,), fixed=(Fixed("p9", "s"),))
    with pytest.raises(ValueError):
        Problem(people(1), (one,), watches=(Watch("w", ("x",)),))
    with pytest.raises(ValueError):
        Need(0)
    with pytest.raises(ValueError):
        replace(one, end=one.start)


def test_exemptions_keep_from_nights_evenings_and_posts() -> None:
    sick = Person("p", exempt=frozenset({"no_nights"}))
    assert bar(sick, hour=22) is Bar.EXEMPT
    assert bar(sick, hour=15) is None  # 15 to 23 is no night
    assert bar(Person("p", exempt=frozenset({"day_only"})), hour=8) is None
    assert bar(Person("p", exempt=frozenset({"day_only"})), hour=12) is Bar.EXEMPT
    assert bar(Person("p", exempt=frozenset({"no_standing"})), bars="no_standing") is Bar.EXEMPT
    assert bar(Person("p", exempt=frozenset({"no_standing"}))) is None


def test_who_is_away_is_so_for_the_night_before_too() -> None:
    lent = Person("p", away=frozenset({day(1)}))
    assert bar(lent, hour=8) is None
    assert bar(lent, hour=22) is Bar.AWAY
    assert bar(lent, day_=1) is Bar.AWAY
    assert bar(lent, day_=2) is None


def test_who_said_when_is_asked_then_only() -> None:
    early = Person("p", free=frozenset({(1, "early"), (1, "night")}))
    assert bar(early, hour=6, hours=6) is None
    assert bar(early, hour=6, hours=8) is None  # two hours after noon are not an afternoon
    assert bar(early, hour=6, hours=9) is Bar.NOT_FREE
    assert bar(early, hour=22) is None  # Monday night ends on Tuesday morning
    assert bar(early, day_=1, hour=6) is Bar.NOT_FREE
    assert bar(Person("p"), hour=6) is None


def test_other_times_are_rested_from_too() -> None:
    busy = Person("p", taken=((at(0, 0), at(0, 6)),))
    assert bar(busy, hour=16) is Bar.TAKEN
    assert bar(busy, hour=17) is None


def test_rest_and_adjacent_shifts() -> None:
    """P05: nobody on two adjacent shifts; 11 hours between two duties."""
    day_, night, next_day = shift("d", 0, 7, 12), shift("n", 0, 19, 12), shift("d2", 1, 7, 12)
    problem = Problem(people(1), (day_, night, next_day))
    assert codes(problem, {"d": {"p0"}, "n": {"p0"}}) == [("rest", "p0", "d")]
    assert codes(problem, {"d": {"p0"}, "d2": {"p0"}}) == []
    loose = replace(problem, rest=timedelta())
    assert codes(loose, {"d": {"p0"}, "n": {"p0"}}) == [("rest", "p0", "d")]  # adjacent, however short the rest
    apart = replace(loose, shifts=(day_, replace(night, start=night.start + HOUR)))
    assert codes(apart, {"d": {"p0"}, "n": {"p0"}}) == []
    both = replace(problem, fixed=(Fixed("p0", "d"), Fixed("p0", "n")))
    assert violations(both, {"d": {"p0"}, "n": {"p0"}}) == [Violation(Broken.REST, "p0", "d", "n", by_hand=True)]


def test_places_are_filled_by_whom_they_are_for() -> None:
    one = shift("s", 0, 8, 8, Need(1, training="gate"), Need(1, leader=True), Need(1, body="branch"))
    both = Person("b", trainings=frozenset({"gate"}), leads=True)
    who = (both, Person("g", trainings=frozenset({"gate"})), Person("m", bodies=frozenset({"branch"})), Person("x"))
    desk = Desk(Problem(who, (one,)))
    assert desk.filled(one, ["b"]) == 1
    assert desk.filled(one, ["b", "g"]) == 2  # b leads, so that g has the other place
    assert desk.filled(one, ["g", "b", "m"]) == 3
    assert desk.able["s"] == ("b", "g", "m")
    assert codes(desk.problem, {"s": {"g", "x"}}) == [("too_many", "x", "s")]
    assert one.places == 3


def test_pairs() -> None:
    two = shift("s", 0, 8, 8, Need(2))
    problem = Problem(people(2), (two,), (Pair("p0", "p1", together=False),))
    assert violations(problem, {"s": {"p0", "p1"}}) == [Violation(Broken.APART, "p0", "s", "p1")]
    assert codes(problem, {"s": {"p0"}}) == []
    married = replace(problem, pairs=(Pair("p0", "p1", together=True),))
    assert violations(married, {"s": {"p1"}}) == [Violation(Broken.TOGETHER, "p1", "s", "p0")]
    assert codes(married, {"s": {"p0", "p1"}}) == []


def test_what_was_fixed_stays_and_is_said() -> None:
    night = shift("n", 0, 22)
    who = (Person("p0", exempt=frozenset({"no_nights"})), Person("p1"))
    problem = Problem(who, (night,), fixed=(Fixed("p0", "n"), Fixed("p1", "n", on=False)))
    assert violations(problem, {"n": {"p0"}}) == [Violation(Broken.BARRED, "p0", "n", "exempt", by_hand=True)]
    assert codes(problem, {"n": {"p1"}}) == [("fixed", "p1", "n"), ("fixed", "p0", "n")]
    assert Desk(problem).able["n"] == ("p0",)


def test_unknown_people_and_shifts_are_said_and_not_counted() -> None:
    problem = Problem(people(1), (shift("s", 0, 8),))
    assert codes(problem, {"s": {"p0", "nobody"}, "t": {"p0"}}) == [("unknown", "nobody", "s"), ("unknown", "p0", "t")]


@given(problems())
@few
def test_the_greedy_way_breaks_no_rule_but_by_hand(problem: Problem) -> None:
    """Whatever is asked: what it breaks is what a person's own decisions break."""
    found = violations(problem, greedy(problem))
    hand = {(one.person, one.shift) for one in problem.fixed if one.on}
    for one in found:
        forced = one.by_hand or (one.code is Broken.TOGETHER and (one.person, one.shift) in hand)
        beside = one.code is Broken.TOO_MANY and any(shift == one.shift for _person, shift in hand)
        assert forced or beside, one


@given(problems())
@few
def test_clashes_are_what_cannot_be_done_by_one(problem: Problem) -> None:
    desk = Desk(problem)
    for one in problem.shifts:
        for other in problem.shifts:
            gap = max(one.start, other.start) - min(one.end, other.end)
            assert (other.id in desk.clashes[one.id]) == (one is not other and gap < desk.gap)
