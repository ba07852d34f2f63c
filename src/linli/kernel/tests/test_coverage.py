"""Blind spots, omissions and coverage by zone: a denominator that never changes in silence, in linear time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.kernel.cadence import Slot, Window
from linli.kernel.coverage import (
    BlindSpots,
    Covered,
    Excused,
    Joined,
    Omission,
    Round,
    State,
    Visit,
    blind_spots,
    by_zone,
    covered,
)

few = settings(max_examples=60, derandomize=True)
NINE = datetime(2020, 3, 31, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SLOT = Window(due=60 * MINUTE, closes=90 * MINUTE).around(NINE)


def after(minutes: int) -> datetime:
    return NINE + minutes * MINUTE


def visit(minutes: int, *targets: int | str, heard: int | None = None) -> Visit[int | str]:
    return Visit(after(minutes), targets, None if heard is None else after(heard))


def test_every_lane_and_gate_is_in_exactly_one_of_five_zones() -> None:
    """P02: none without a zone, none in two; found before the start."""
    lanes = [f"lane {number}" for number in range(1, 21)] + ["gate 1", "gate 2"]
    zones = {lane: [number % 5] for number, lane in enumerate(lanes)}
    assert not blind_spots(lanes, zones)
    del zones["lane 7"]
    zones["gate 2"] = []
    zones["lane 3"] = [2, 4, 2]
    assert blind_spots(lanes, zones) == BlindSpots(("lane 7", "gate 2"), (("lane 3", (2, 4)),))
    assert blind_spots(lanes, zones, "at_least_one") == BlindSpots(("lane 7", "gate 2"), ())
    assert blind_spots(["a", "a"], {"a": [1, 1]}) == BlindSpots((), ())


def test_done_late_missed_and_open() -> None:
    patrol = Round(
        SLOT, list("abcdef"), [visit(0, "a", "b"), visit(60, "c"), visit(61, "d"), visit(30, "a"), visit(95, "e")]
    )
    at_the_end = patrol.states(after(120))
    assert at_the_end == {
        "a": State.DONE, "b": State.DONE, "c": State.DONE, "d": State.LATE, "e": State.LATE, "f": State.MISSED}  # fmt: skip
    assert list(patrol.states(after(90)).values())[4:] == [State.OPEN, State.OPEN]
    assert list(patrol.states(after(91)).values())[4:] == [State.MISSED, State.MISSED]
    assert covered(at_the_end.values()) == Covered(done=3, late=2, missed=1)
    assert covered(at_the_end.values()).visited == 5


def test_what_was_missed_with_who_should_have() -> None:
    patrol = Round(SLOT, ["a", "b", "c"], [visit(5, "a")], excused=[Excused("b", after(10), "邻小丽", "封路")])
    assert patrol.omissions(after(90), {"c": ["branch 3"]}) == []
    assert patrol.omissions(after(91), {"c": ["branch 3", "branch 3"]}) == [
        Omission("c", ("branch 3",), SLOT.closes_at)
    ]
    assert patrol.omissions(after(91), {})[0].should_have == ()


def test_a_phone_two_days_late_and_a_sheet_as_of_then() -> None:
    patrol = Round(SLOT, ["a"], [visit(30, "a", heard=2 * 24 * 60), visit(70, "a")])
    assert patrol.states(after(120)) == {"a": State.LATE}
    assert patrol.states(after(3 * 24 * 60)) == {"a": State.DONE}
    assert patrol.states(after(120)) == {"a": State.LATE}  # as of then it stays what it was


def test_late_joiners_have_a_reason_and_may_have_their_own_times() -> None:
    own = Slot(after(100), after(100), after(160), after(200))
    patrol = Round(
        SLOT,
        ["a"],
        [visit(150, "b", "c", "z")],
        [Joined("b", after(100), "新设卡口", own), Joined("c", after(50), "漏列")],
    )
    assert list(patrol.states(after(40))) == ["a"]
    assert patrol.strays(after(40)) == []
    assert patrol.states(after(160)) == {"a": State.MISSED, "b": State.DONE, "c": State.LATE}
    assert patrol.strays(after(160)) == ["z"]
    assert patrol.slot_of("b") is own


@pytest.mark.parametrize(
    "make",
    [
        lambda: Joined("b", NINE, " "), lambda: Excused("b", NINE, "", "封路"), lambda: Excused("b", NINE, "邻小丽", ""),
        lambda: Round(SLOT, ["a", "a"]), lambda: Round(SLOT, ["a"], (), [Joined("a", NINE, "漏列")]),
    ],
)  # fmt: skip
def test_facts_that_cannot_be(make: object) -> None:
    with pytest.raises(ValueError):
        make()


def test_an_excuse_gives_way_to_a_visit() -> None:
    excuse = Excused("a", after(10), "邻小丽", "封路")
    patrol = Round(SLOT, ["a"], [visit(80, "a")], excused=[excuse])
    states = [patrol.states(after(minutes))["a"] for minutes in (9, 10, 80)]
    assert states == [State.OPEN, State.EXCUSED, State.LATE]


targets = st.integers(0, 30)
minutes = st.integers(-30, 300)


@st.composite
def rounds(draw: st.DrawFn) -> Round[int]:
    frozen = draw(st.lists(targets, unique=True))
    late = draw(st.lists(targets.filter(lambda target: target not in frozen), unique=True, max_size=5))
    return Round(
        SLOT,
        frozen,
        draw(st.lists(st.builds(lambda at, heard, seen: visit(at, *seen, heard=max(at, heard)), minutes, minutes, st.lists(targets)))),
        [Joined(target, after(draw(minutes)), "漏列") for target in late],
        [Excused(target, after(draw(minutes)), "邻小丽", "封路") for target in draw(st.lists(targets, max_size=5))],
    )  # fmt: skip


@few
@given(rounds(), minutes, minutes)
def test_the_denominator_never_changes_in_silence(patrol: Round[int], one: int, other: int) -> None:
    """done + late + missed + excused + open = frozen + joined, at any moment; and what was visited stays visited."""
    early, now = after(min(one, other)), after(max(one, other))
    states, before = patrol.states(now), patrol.states(early)
    total = covered(states.values())
    assert total.total == len(patrol.frozen) + sum(joined.at <= now for joined in patrol.joined)
    assert list(states) == list(patrol.targets(now))
    assert all(states[target] is State.DONE for target, state in before.items() if state is State.DONE)
    assert all(states[target] in (State.DONE, State.LATE) for target, state in before.items() if state is State.LATE)
    assert all(states[target] is not State.OPEN for target, state in before.items() if state is State.MISSED)
    assert set(patrol.strays(now)).isdisjoint(states)


@few
@given(rounds(), minutes, st.integers(1, 6))
def test_the_sum_of_the_patches_is_the_neighbourhood(patrol: Round[int], now: int, zones: int) -> None:
    """P11; a target without a zone is in no patch and not lost."""
    states = patrol.states(after(now))
    patches = by_zone(states, lambda target: target % zones or None)
    assert sum(patches.values(), Covered()) == covered(states.values())
    assert all(patch.total for patch in patches.values())


@few
@given(st.lists(targets), st.dictionaries(targets, st.lists(st.integers(0, 3), max_size=3)))
def test_a_target_is_a_blind_spot_or_held_by_one(wanted: list[int], held: dict[int, list[int]]) -> None:
    spots = blind_spots(wanted, held)
    for target in wanted:
        holders = len(set(held.get(target, ())))
        assert (target in spots.nobody, target in dict(spots.several)) == (holders == 0, holders > 1)


class Counted(int):
    """A target that counts how often it is looked up."""

    looked_up = 0

    def __hash__(self) -> int:
        Counted.looked_up += 1
        return int.__hash__(self)


def work(visits: Iterable[Visit[int]], count: int) -> int:
    """How many look-ups a whole evaluation takes."""
    everyone = [Counted(number) for number in range(count)]
    Counted.looked_up = 0
    patrol = Round(SLOT, everyone, list(visits))
    states = patrol.states(after(91))
    assert sum(by_zone(states, lambda target: target % 5).values(), Covered()).total == count
    patrol.omissions(after(91), {})
    blind_spots(everyone, {})
    return Counted.looked_up


def test_coverage_by_zone_grows_with_the_visits_and_no_faster() -> None:
    """10³…10⁵ visits: look-ups per visit stay the same, and are few."""
    each = []
    for count in (1_000, 10_000, 100_000):
        visits = (Visit(NINE, (Counted(number * 7919 % count),)) for number in range(count))
        each.append(work(visits, count) / count)
    assert max(each) <= 1.05 * min(each)
    assert max(each) <= 20
