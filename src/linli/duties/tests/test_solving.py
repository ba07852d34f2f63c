"""The solver: the kernel's rules and cost, coverage first, around what was fixed; and the greedy way where it is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from linli.duties import solving
from linli.duties.solving import Found, solve
from linli.kernel.roster import Broken, Desk, Fixed, Need, Pair, Person, Problem, Watch, violations
from linli.kernel.roster_cost import cost, loads, spread
from linli.kernel.roster_greedy import greedy
from linli.kernel.roster_why import Why, unmet
from linli.kernel.tests.rosters import day, people, problems, shift


def best(problem: Problem, seconds: float = 20) -> Found:
    """One worker, so that the same problem gives the same roster."""
    return solve(problem, seconds=seconds, workers=1)


def guards(number: int, days: int) -> Problem:
    """P05: four by day and four by night, twelve hours each."""
    times = [(f"{n}{name}", n, hour) for n in range(days) for name, hour in (("d", 7), ("n", 19))]
    return Problem(people(number), tuple(shift(name, n, hour, 12, Need(4)) for name, n, hour in times))


def test_guards_of_a_week_share_nights_and_weekends() -> None:
    """Ten guards, 56 duties: all covered, nobody one duty beside the fair share, proven."""
    problem = guards(10, 7)
    found = best(problem)
    assert (found.cost, found.proven, found.greedy) == (0, True, False)
    assert violations(problem, found.roster) == []
    carried = loads(problem, found.roster).values()
    assert spread(load.total for load in carried) <= 1
    assert spread(load.nights for load in carried) <= 1
    assert spread(load.weekends for load in carried) <= 1


def test_where_full_cover_is_impossible_the_fewest_places_stay_open() -> None:
    """Three people for two gates round the clock: what is open is as little as can be, and each has its reason."""
    shifts = tuple(shift(f"{n}{hour}{g}", n, hour, 8, post=g) for n in range(2) for hour in (6, 14, 22) for g in "ab")
    problem = Problem(people(3), shifts)
    found = best(problem)
    open_ = unmet(problem, found.roster)
    assert found.proven
    assert sum(one.missing for one in open_) == 12 - 3 * 2  # each can do one of three in a day
    assert violations(problem, found.roster) == []
    assert {one.why for one in open_} <= {Why.RESTING}


def test_what_was_fixed_stays_though_it_breaks_a_rule() -> None:
    problem = guards(9, 3)
    fixed = (Fixed("p0", "0d"), Fixed("p0", "0n"), Fixed("p1", "1d", on=False), Fixed("p2", "2n"))
    found = best(replace(problem, fixed=fixed))
    assert "p0" in found.roster["0d"] & found.roster["0n"]
    assert "p1" not in found.roster["1d"]
    assert "p2" in found.roster["2n"]
    broken = violations(replace(problem, fixed=fixed), found.roster)
    assert [(one.code, one.by_hand) for one in broken] == [(Broken.REST, True)]


def test_pairs_trainings_leaders_and_wishes_all_at_once() -> None:
    who = (
        Person("a", trainings=frozenset({"gate"}), leads=True, wishes_off=frozenset({day(0)})),
        Person("b", trainings=frozenset({"gate"})),
        Person("c", leads=True, wishes_on=frozenset({day(0)})),
        Person("d"),
        Person("e"),
    )
    pair = shift("s0", 0, 8, 8, Need(1, training="gate"), Need(1))
    later = shift("s1", 1, 8, 8, Need(2))
    problem = Problem(
        who, (pair, later), (Pair("d", "e", True), Pair("b", "c", False)), watches=(Watch("w", ("s0", "s1")),)
    )
    found = best(problem)
    assert found.proven
    assert violations(problem, found.roster) == []
    assert cost(Desk(problem), found.roster).empty == 0
    assert found.roster == {"s0": {"a", "c"}, "s1": {"d", "e"}}  # c's wish and the shares weigh more than a's wish


def test_beside_a_fixed_one_of_a_pair_the_other_comes() -> None:
    problem = Problem(people(3), (shift("s", 0, 8, 8, Need(2)),), (Pair("p0", "p2", True),), fixed=(Fixed("p2", "s"),))
    assert best(problem).roster == {"s": {"p0", "p2"}}
    alone = replace(problem, shifts=(shift("s", 0, 8),))
    assert best(alone).roster == {"s": {"p2"}}


@given(problems())
@settings(max_examples=40, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_it_never_does_worse_than_the_greedy_way_and_counts_as_the_kernel_does(problem: Problem) -> None:
    found = best(problem, 10)
    desk = Desk(problem)
    begun = greedy(problem)
    assert found.cost == cost(desk, found.roster).weighed() <= cost(desk, begun).weighed()
    assert found.bound is None or found.bound <= found.cost + 1e-6
    by_hand = {(one.person, one.shift) for one in problem.fixed if one.on}
    for one in violations(problem, found.roster):
        forced = one.by_hand or (one.code is Broken.TOGETHER and (one.person, one.shift) in by_hand)
        assert forced or any(at == one.shift for _person, at in by_hand), one


def test_the_same_problem_gives_the_same_roster() -> None:
    problem = guards(8, 3)
    assert best(problem).proven
    assert best(problem).roster == best(problem).roster


def test_without_the_solver_a_simple_way_says_that_it_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solving, "find_spec", lambda name: None)
    problem = guards(10, 7)
    found = best(problem)
    assert found.greedy
    assert found.roster == greedy(problem)
    assert found.bound is None or found.cost == 0


def test_it_says_how_far_it_is_and_ends_when_told() -> None:
    said: list[Found] = []
    who = tuple(replace(one, wishes_off=frozenset(map(day, range(14)))) for one in people(9))
    problem = replace(guards(9, 14), people=who)
    found = solve(problem, seconds=300, workers=1, heard=said.append, stop=lambda: len(said) > 3)
    assert found.seconds < 100
    assert found.cost <= said[0].cost
    assert [one.cost for one in said] == sorted((one.cost for one in said), reverse=True)


def test_a_time_that_is_over_gives_the_greedy_roster() -> None:
    problem = guards(7, 3)
    found = solve(problem, seconds=0)
    assert found.roster == greedy(problem)
    assert not found.proven
