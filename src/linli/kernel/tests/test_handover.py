"""From hand to hand: never nobody, never two, whatever is handed over, confirmed or taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.kernel.handover import (
    Balance,
    Difference,
    Handover,
    Leg,
    Span,
    Start,
    balance,
    chains,
    half_done,
    head_count,
    holder_at,
    late,
    minutes_between,
    night_of,
    unknown,
    without_next,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2020, 3, 13, 12, 37, tzinfo=SHANGHAI)
MINUTE = timedelta(minutes=1)
LATER = NOON + timedelta(days=3)


def after(minutes: int) -> datetime:
    return NOON + minutes * MINUTE


def step(number: int, giver: str, taker: str, minutes: int, **more: object) -> Handover[str, str]:
    subjects = more.pop("subjects", ("林知夏",))
    return Handover(f"{number:03}", subjects, giver, taker, after(minutes), **more)  # type: ignore[arg-type]


START = {"林知夏": Start("airport", NOON)}


def test_of_hand_overs_in_one_minute_each_follows_the_one_before() -> None:
    """Phones make ids by chance: 19:25 from the escort to the committee and 19:25 to the door are told in any order."""
    way = [step(1, "committee", "home", 408), step(2, "bus", "committee", 408), step(3, "airport", "bus", 408)]
    chain = chains(START, way, LATER)["林知夏"]
    assert [span.holder for span in chain] == ["airport", "bus", "committee", "home"]
    assert not any(span.broken for span in chain)
    assert holder_at(chain, after(408)) == "home"
    broken = chains(START, [step(1, "taxi", "home", 9), step(2, "hotel", "office", 9)], LATER)["林知夏"]
    assert [(span.holder, span.broken) for span in broken] == [("airport", False), ("home", True), ("office", True)]


def test_every_leg_joins_the_next() -> None:
    """T03: no minute without a named holder, from the airport to the own door."""
    way = [step(3, "committee", "home", 408), step(1, "airport", "bus", 200), step(2, "bus", "committee", 390)]
    chain = chains(START, way, LATER)["林知夏"]
    assert [(span.holder, span.since, span.until, span.broken) for span in chain] == [
        ("airport", NOON, after(200), False),
        ("bus", after(200), after(390), False),
        ("committee", after(390), after(408), False),
        ("home", after(408), None, False),
    ]
    assert holder_at(chain, after(389)) == "bus"
    assert holder_at(chain, after(390)) == "committee"
    assert holder_at(chain, NOON - MINUTE) is None


def test_one_side_alone_moves_nobody() -> None:
    """T04: both sides confirm; until then the giver holds."""
    waiting = step(1, "airport", "bus", 10, took=False)
    assert [span.holder for span in chains(START, [waiting], LATER)["林知夏"]] == ["airport"]
    assert half_done([waiting, step(2, "airport", "bus", 5, gave=False)], LATER)[0].id == "002"
    assert half_done([waiting], after(9)) == []
    assert half_done([step(1, "airport", "bus", 10, took=False, annulled_at=after(11))], LATER) == []
    assert half_done([step(1, "airport", "bus", 10)], LATER) == []


def test_a_giver_who_was_not_known_to_hold_is_a_break_and_no_refusal() -> None:
    chain = chains(START, [step(1, "taxi", "committee", 60)], LATER)["林知夏"]
    assert chain == [Span("airport", NOON, after(60)), Span("committee", after(60), None, "001", True)]


def test_a_late_phone_mends_the_chain() -> None:
    """As of 20:00 the break is seen; once the late phone is heard of it is none."""
    way = [step(1, "airport", "bus", 10, heard_at=after(900)), step(2, "bus", "home", 30)]
    assert [span.broken for span in chains(START, way, after(60))["林知夏"]] == [False, True]
    assert [span.broken for span in chains(START, way, after(900))["林知夏"]] == [False, False, False]


def test_taking_back_is_as_if_it_had_not_been() -> None:
    taken_back = step(2, "bus", "home", 30, annulled_at=after(40))
    way = [step(1, "airport", "bus", 10), taken_back]
    assert holder_at(chains(START, way, after(35))["林知夏"], after(35)) == "home"
    assert holder_at(chains(START, way, after(40))["林知夏"], after(40)) == "bus"


def test_what_is_said_to_have_been_before_the_start_counts_from_it() -> None:
    chain = chains(START, [step(1, "airport", "bus", -30)], LATER)["林知夏"]
    assert [(span.holder, span.since) for span in chain] == [("airport", NOON), ("bus", NOON)]


def test_who_is_on_no_list_is_named() -> None:
    way = [step(1, "airport", "bus", 10, subjects=("林知夏", "陌生人", "陌生人"))]
    assert unknown(START, way, LATER) == ["陌生人"]
    assert list(chains(START, way, LATER)) == ["林知夏"]


def test_who_came_is_delivered_or_open() -> None:
    starts = {name: Start("airport", NOON) for name in "abc"} | {"d": Start("airport", after(700))}
    way = [step(1, "airport", "home", 408, subjects=("a", "b"))]
    found = chains(starts, way, LATER)
    assert balance(found, {"home"}, after(407)) == Balance(3, 0, 3)
    assert balance(found, {"home"}, after(408)) == Balance(3, 2, 1)
    assert balance(found, {"home"}, after(700)) == Balance(4, 2, 2)
    with pytest.raises(ValueError, match="on the way"):
        Balance(3, 1, 1)


def test_a_head_count_names_the_difference() -> None:
    """T04: equal, or refused with who is missing and who is too many."""
    assert not head_count("abcd", "dcba")
    assert head_count("abcd", "abx") == Difference(("c", "d"), ("x",))
    assert head_count("abcd", "abcd", counted=5) == Difference(uncounted=1)
    assert head_count("ab", "ab", counted=1) == Difference(uncounted=-1)
    assert head_count(["a", "a"], ["a"]) == Difference(("a",))


def test_a_leg_past_its_limit_is_late_until_hands_change() -> None:
    legs = [Leg("林知夏", after(60)), Leg("林知夏", after(120), about=True)]
    here = chains(START, [], LATER)
    assert late(legs, here, after(90)) == []
    assert late(legs, here, after(91)) == [legs[0]]
    assert late(legs, here, after(181)) == legs
    moved = chains(START, [step(1, "airport", "bus", 45)], LATER)
    assert late(legs, moved, after(181)) == [legs[1]]
    assert late([Leg("nobody", after(0))], here, after(31)) == [Leg("nobody", after(0))]


def test_who_waits_for_no_leg_is_listed() -> None:
    """T03: anyone without a next hand-over after the limit."""
    starts = {name: Start("airport", NOON) for name in ("waits", "forgotten", "home", "new")}
    found = chains(
        starts,
        [step(1, "airport", "door", 5, subjects=("home",)), step(2, "airport", "bus", 55, subjects=("new",))],
        LATER,
    )
    legs = [Leg("waits", after(90)), Leg("forgotten", after(30))]
    assert without_next(legs, found, {"door"}, after(61), timedelta(hours=1)) == ["forgotten"]


def test_after_midnight_is_still_the_night_before() -> None:
    """T06: 00:30 and 03:37 of the 14th belong to the shift that began on the 13th."""
    for hour, minute, day in ((0, 30, 13), (3, 37, 13), (7, 59, 13), (8, 0, 14), (23, 59, 14)):
        assert night_of(datetime(2020, 3, 14, hour, minute, tzinfo=SHANGHAI)).day == day
    assert night_of(datetime(2020, 3, 13, 19, 37, tzinfo=UTC)).day == 13


def test_minutes_as_clocks_show_them() -> None:
    """T02, T05, T06: 4 h 04 min, 2 h 44 min, 3 h 07 min."""
    at = {text: datetime.fromisoformat(f"2020-03-{text}:00+08:00") for text in ("13T16:41", "13T19:25", "14T00:30")}
    assert minutes_between(NOON, at["13T16:41"]) == 4 * 60 + 4
    assert minutes_between(at["13T16:41"], at["13T19:25"]) == 2 * 60 + 44
    assert minutes_between(at["14T00:30"], datetime(2020, 3, 13, 19, 37, 59, tzinfo=UTC)) == 3 * 60 + 7


def test_nobody_hands_over_to_himself_or_nobody() -> None:
    with pytest.raises(ValueError, match="himself"):
        step(1, "bus", "bus", 1)
    with pytest.raises(ValueError, match="somebody"):
        step(1, "bus", "home", 1, subjects=())


HOLDERS = st.sampled_from(["airport", "bus", "committee", "guard", "home"])


@st.composite
def a_way(draw: st.DrawFn) -> list[Handover[int, str]]:
    """Random legs of up to four travellers, in any order, some half confirmed, heard of late, or annulled."""
    way = []
    for number in range(draw(st.integers(0, 12))):
        giver = draw(HOLDERS)
        taker = draw(HOLDERS.filter(lambda one, giver=giver: one != giver))
        at = after(draw(st.integers(-5, 60)))
        way.append(
            Handover(
                str(number),
                tuple(draw(st.lists(st.integers(0, 3), min_size=1, max_size=4))),
                giver,
                taker,
                at,
                draw(st.booleans()),
                draw(st.booleans()),
                draw(st.none() | st.integers(0, 90).map(after)),
                draw(st.none() | st.integers(0, 90).map(after)),
            )
        )
    return way


@settings(max_examples=150, derandomize=True)
@given(way=a_way(), known=st.integers(0, 100), asked=st.integers(0, 100))
def test_there_is_exactly_one_holder_at_any_moment(way: list[Handover[int, str]], known: int, asked: int) -> None:
    """T03: never none, never two; what came is delivered or open; the order of hearing does not matter."""
    starts = {traveller: Start("airport", NOON) for traveller in range(4)}
    found = chains(starts, way, after(known))
    assert found == chains(starts, list(reversed(way)), after(known))
    for chain in found.values():
        assert chain[0].since == NOON
        assert chain[-1].until is None
        for before, behind in zip(chain, chain[1:], strict=False):
            assert before.until == behind.since
            assert before.since <= behind.since
        holding = [
            span for span in chain if span.since <= after(asked) and (span.until is None or after(asked) < span.until)
        ]
        assert [span.holder for span in holding] == [holder_at(chain, after(asked))]
    counted = balance(found, {"home"}, after(asked))
    assert counted.came == 4 == counted.delivered + counted.open
