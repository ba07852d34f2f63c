"""What a roster costs, the greedy way, and why a place stays open."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings

from linli.kernel.roster import Desk, Fixed, Load, Need, Pair, Person, Problem, Watch, violations
from linli.kernel.roster_cost import Cost, Weights, bands, cost, counts, load_of, loads, outside, spread
from linli.kernel.roster_greedy import greedy
from linli.kernel.roster_why import Why, unmet
from linli.kernel.shift_times import days_of, is_night, is_weekend, most_of, parts_of, shares, within_hours
from linli.kernel.tests.rosters import HOUR, at, day, people, problems, shift

few = settings(max_examples=60, derandomize=True, deadline=None)
REST = 11 * HOUR


def whys(problem: Problem, roster: dict[str, set[str]] | None = None) -> list[tuple[str, int, Why, dict[Why, int]]]:
    found = unmet(problem, greedy(problem) if roster is None else roster)
    return [(one.at, one.missing, one.why, dict(one.among)) for one in found]


# ---------------------------------------------------------------- times


@pytest.mark.parametrize(
    ("start", "hours", "parts", "night"),
    [
        (6, 8, {(1, "early")}, False),
        (14, 8, {(1, "afternoon"), (1, "night")}, False),
        (22, 8, {(1, "night")}, True),
        (8, 12, {(1, "early"), (1, "afternoon")}, False),
        (20, 12, {(1, "night")}, True),
        (0, 6, {(7, "night")}, True),
        (9, 1, {(1, "early")}, False),
        (18, 6, {(1, "night")}, False),
        (17, 2, {(1, "afternoon")}, False),
        (22, 2, {(1, "night")}, False),
    ],
)
def test_parts_of_the_day(start: int, hours: int, parts: set[tuple[int, str]], night: bool) -> None:
    times = at(0, start), at(0, start + hours)
    assert parts_of(*times) == parts
    assert is_night(*times) is night


def test_days_weekends_and_hours() -> None:
    assert days_of(at(0, 22), at(1, 6)) == {day(0), day(1)}
    assert days_of(at(0, 16), at(1, 0)) == {day(0)}
    assert not is_weekend(at(4, 22))
    assert is_weekend(at(5, 0))
    assert within_hours(at(0, 8), at(0, 18), 8, 18)
    assert not within_hours(at(0, 7), at(0, 9), 8, 18)
    assert not within_hours(at(0, 17), at(0, 19), 8, 18)


def test_shares_fill_up_like_water() -> None:
    times = {one: [(at(n, 8), at(n, 16)) for n in range(5)] for one in "abc"}
    assert shares(9, times, dict.fromkeys("abc", 0), REST) == dict.fromkeys("abc", (3, 3))
    assert shares(10, times, dict.fromkeys("abc", 0), REST) == dict.fromkeys("abc", (3, 4))
    assert shares(9, times, {"a": 3, "b": 0, "c": 0}, REST) == {"a": (1, 1), "b": (4, 4), "c": (4, 4)}
    assert shares(9, {**times, "a": times["a"][:1]}, dict.fromkeys("abc", 0), REST) == {
        "a": (1, 1), "b": (4, 4), "c": (4, 4)}  # fmt: skip
    assert shares(99, times, dict.fromkeys("abc", 0), REST) == dict.fromkeys("abc", (5, 5))
    assert shares(3, {}, {}, REST) == {}


def test_how_many_one_can_do_at_most() -> None:
    both = [(at(n, hour), at(n, hour + 12)) for n in range(3) for hour in (7, 19)]
    assert most_of(both, REST) == 3
    assert most_of(both, timedelta()) == 6
    assert most_of([], REST) == 0


# ---------------------------------------------------------------- cost


def test_what_counts_as_what() -> None:
    assert counts(shift("s", 0, 8)) == ("total",)
    assert counts(shift("s", 5, 22)) == ("total", "nights", "weekends")
    assert load_of([(at(0, 8), at(0, 16)), (at(5, 22), at(6, 6)), (at(9, 8), at(9, 9))], day(0), day(7)) == Load(
        2, 1, 1
    )
    assert outside(3, (3, 4)) == 0
    assert outside(5, (3, 4)) == 1
    assert outside(0, (3, 4)) == 5  # one, and two for each further
    assert spread([]) == 0


def test_each_kind_of_cost() -> None:
    shifts = [shift(f"s{n}", n, 8, 8, Need(2)) for n in range(2)]
    who = (
        Person("a", wishes_off=frozenset({day(0)})),
        Person("b", wishes_on=frozenset({day(1)})),
        Person("c"),
        Person("d"),
    )
    desk = Desk(Problem(who, tuple(shifts), watches=(Watch("w", ("s0",)),)))
    assert cost(desk, {"s0": {"b", "c"}, "s1": {"d", "b"}}) == Cost(empty=1, total=2)
    assert cost(desk, {"s0": {"a", "c"}, "s1": {"d"}}) == Cost(empty=2, total=1, wish_off=1, wish_on=1)
    assert cost(desk, {}).weighed(Weights(empty=7, wish_on=2, total=0)) == 5 * 7 + 2
    assert loads(desk.problem, {"s0": {"b"}})["b"] == Load(1, 0, 0)


# ---------------------------------------------------------------- the greedy way


def guards(number: int, days: int = 7) -> Problem:
    """P05: four guards by day and four by night, twelve hours each."""
    times = [(f"{n}{name}", n, hour) for n in range(days) for name, hour in (("d", 7), ("n", 19))]
    return Problem(people(number), tuple(shift(name, n, hour, 12, Need(4)) for name, n, hour in times))


def test_eight_guards_cover_a_week_of_days_and_nights() -> None:
    problem = guards(8)
    roster = greedy(problem)
    assert [len(roster[one.id]) for one in problem.shifts] == [4] * 14
    assert violations(problem, roster) == []
    assert roster == greedy(problem)


def test_a_hard_place_is_filled_by_handing_on() -> None:
    """Only p0 can have the last place, and p0 is wanted earlier: another takes over."""
    first, last = shift("a", 0, 8, 8, Need(1)), shift("b", 0, 16, 8, Need(1, training="gate"))
    who = (Person("p0", trainings=frozenset({"gate"})), Person("p1"))
    assert greedy(Problem(who, (first, last))) == {"a": {"p1"}, "b": {"p0"}}


def test_who_must_be_together_comes_together() -> None:
    two, one = shift("s", 0, 8, 8, Need(2)), shift("t", 2, 8)
    problem = Problem(people(3), (two, one), (Pair("p0", "p2", together=True),), fixed=(Fixed("p2", "s"),))
    assert greedy(problem)["s"] == {"p0", "p2"}
    assert greedy(problem)["t"] == {"p1"}


def test_a_watch_has_somebody_to_lead() -> None:
    gates = tuple(shift(f"g{n}", 0, 8, post=f"g{n}") for n in range(3))
    who = (*people(3), Person("z", leads=True))
    problem = Problem(who, gates, watches=(Watch("w", ("g0", "g1", "g2")),))
    assert any("z" in here for here in greedy(problem).values())
    fixed = replace(problem, fixed=(Fixed("z", "g1"),))
    assert greedy(fixed)["g1"] == {"z"}


def test_an_exchange_meets_a_wish() -> None:
    problem = Problem(
        (Person("a", wishes_off=frozenset({day(0)})), Person("b", wishes_off=frozenset({day(2)}))),
        (shift("s0", 0, 8), shift("s2", 2, 8)),
    )
    assert greedy(problem) == {"s0": {"b"}, "s2": {"a"}}


@given(problems(fixed=False))
@few
def test_without_decisions_by_hand_the_greedy_way_breaks_nothing(problem: Problem) -> None:
    roster = greedy(problem)
    assert violations(problem, roster) == []
    desk = Desk(problem)
    assert cost(desk, roster, bands(desk)).empty <= sum(one.places for one in problem.shifts) + len(problem.watches)


@given(problems())
@few
def test_open_places_and_their_reasons_add_up(problem: Problem) -> None:
    roster = greedy(problem)
    desk = Desk(problem)
    found = unmet(problem, roster)
    open_ = sum(one.missing for one in found)
    assert open_ == cost(desk, roster).empty
    for one in found:
        fit = sum(one.need.fits(person) for person in problem.people)
        assert sum(number for _why, number in one.among) == fit
        assert (fit == 0) == (one.why in (Why.NOBODY_TRAINED, Why.NOBODY_OF_BODY, Why.NOBODY_LEADS, Why.NOBODY_FITS))


# ---------------------------------------------------------------- why


@pytest.mark.parametrize(
    ("need", "who", "why"),
    [
        (Need(1, training="gate"), people(2), Why.NOBODY_TRAINED),
        (Need(1, body="branch"), people(2), Why.NOBODY_OF_BODY),
        (Need(1, leader=True), people(2), Why.NOBODY_LEADS),
        (Need(1), (), Why.NOBODY_FITS),
        (
            Need(1, training="gate", leader=True),
            (Person("a", trainings=frozenset({"gate"})), Person("b", leads=True)),
            Why.NOBODY_FITS,
        ),
        (Need(1, training="gate", leader=True), (Person("b", leads=True),), Why.NOBODY_TRAINED),
        (Need(1), (Person("a", exempt=frozenset({"no_nights"})),), Why.EXEMPT),
        (Need(1), (Person("a", away=frozenset({day(1)})),), Why.AWAY),
        (Need(1), (Person("a", free=frozenset({(1, "early")})),), Why.NOT_FREE),
        (Need(1), (Person("a", taken=((at(0, 8), at(0, 16)),)),), Why.FIXED_ELSEWHERE),
        (Need(2), people(1), Why.NOT_ENOUGH),
    ],
)
def test_why_a_night_stays_open(need: Need, who: tuple[Person, ...], why: Why) -> None:
    ((_at, missing, said, _among),) = whys(Problem(who, (shift("n", 0, 22, 8, need),)))
    assert (missing, said) == (1, why)


def test_all_trained_ones_rest() -> None:
    """One is trained, and was on duty until morning."""
    night, morning = shift("n", 0, 20, 12, Need(1, training="gate")), shift("m", 1, 8, 8, Need(1, training="gate"))
    who = (Person("a", trainings=frozenset({"gate"})), *people(2))
    problem = Problem(who, (night, morning))
    assert whys(problem, {"n": {"a"}}) == [("m", 1, Why.RESTING, {Why.RESTING: 1})]
    fixed = replace(problem, fixed=(Fixed("a", "n"),))
    assert whys(fixed) == [("m", 1, Why.FIXED_ELSEWHERE, {Why.FIXED_ELSEWHERE: 1})]
    off = replace(problem, fixed=(Fixed("a", "m", on=False), Fixed("a", "n", on=False)))
    assert [one[2] for one in whys(off)] == [Why.FIXED_ELSEWHERE] * 2


def test_several_reasons_are_not_enough_people_and_one_who_could_is_said() -> None:
    two = shift("s", 0, 8, 8, Need(3))
    who = (Person("a", away=frozenset({day(0)})), Person("b", exempt=frozenset({"no_standing"})), Person("c"))
    problem = Problem(who, (replace(two, bars=frozenset({"no_standing"})),))
    assert whys(problem) == [("s", 2, Why.NOT_ENOUGH, {Why.AWAY: 1, Why.EXEMPT: 1, Why.ON_IT: 1})]
    assert whys(problem, {}) == [("s", 3, Why.COULD, {Why.AWAY: 1, Why.COULD: 1, Why.EXEMPT: 1})]


def test_pairs_and_hands_keep_from_a_place() -> None:
    two = shift("s", 0, 8, 8, Need(2))
    apart = Problem(people(2), (two,), (Pair("p1", "p0", together=False),))
    assert whys(apart) == [("s", 1, Why.KEPT_APART, {Why.KEPT_APART: 1, Why.ON_IT: 1})]
    trained = shift("s", 0, 8, 8, Need(1, training="gate"))
    full = Problem((Person("a", trainings=frozenset({"gate"})), Person("b")), (trained,), fixed=(Fixed("b", "s"),))
    assert whys(full) == [("s", 1, Why.FULL, {Why.FULL: 1})]
    assert greedy(full) == {"s": {"b"}}


def test_a_watch_that_nobody_leads() -> None:
    gates = (shift("g0", 0, 8, post="g0"), shift("g1", 0, 8, post="g1"))
    problem = Problem(
        (*people(2), Person("z", leads=True, away=frozenset({day(0)}))), gates, watches=(Watch("w", ("g0", "g1")),)
    )
    assert whys(problem) == [("w", 1, Why.AWAY, {Why.AWAY: 1})]
    here = replace(problem, people=(*people(2), Person("z", leads=True)))
    assert whys(here, {"g0": {"p0"}, "g1": {"p1"}}) == [("w", 1, Why.COULD, {Why.COULD: 1})]
