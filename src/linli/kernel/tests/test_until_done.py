"""Calls until everyone is reached or excused by name (R09, R10)."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.kernel.cadence import SHANGHAI
from linli.kernel.until_done import Attempt, Case, Excuse, Outcome, Rhythm, State, queue, settled, standing

few = settings(max_examples=60, derandomize=True)
HOUR = timedelta(hours=1)
RHYTHM = Rhythm()


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2020-03-{text}").replace(tzinfo=SHANGHAI)


OPENED = at("01 08:00")


def tried(moment: str, outcome: Outcome = Outcome.NO_ANSWER, back: str | None = None) -> Attempt:
    return Attempt(at(moment), outcome, at(back) if back else None)


def test_the_pauses_grow_and_calls_keep_to_the_day() -> None:
    calls = [tried("01 09:10"), tried("01 11:30"), tried("01 17:30"), tried("02 09:00")]
    nexts = []
    for known in range(5):
        nexts.append(standing(Case(1, OPENED, calls[:known]), RHYTHM, at("03 00:00")).next_try)
    assert nexts == [at("01 09:00"), at("01 11:10"), at("01 15:30"), at("02 17:30"), at("03 09:00")]
    evening = standing(Case(1, OPENED, [tried("01 19:00")]), RHYTHM, at("01 19:30"))
    assert (evening.state, evening.next_try) == (State.WAITING, at("02 09:00"))
    assert standing(Case(1, at("01 20:00")), RHYTHM, at("01 20:00")).next_try == at("02 09:00")


def test_a_promised_time_is_kept_whatever_the_hour() -> None:
    case = Case(1, OPENED, [tried("01 10:00", Outcome.CALL_BACK, "01 21:30")])
    assert standing(case, RHYTHM, at("01 21:00")).state is State.CALL_BACK
    now = standing(case, RHYTHM, at("01 21:30"))
    assert (now.state, now.next_try) == (State.DUE, at("01 21:30"))
    again = Case(1, OPENED, [*case.attempts, tried("01 21:31")])
    assert standing(again, RHYTHM, at("01 22:00")).next_try == at(
        "02 09:00"
    )  # one in vain: two hours, but not by night


def test_reached_and_excused_are_final_and_nothing_else() -> None:
    reached = Case(
        1, OPENED, [tried("01 12:00", Outcome.REACHED), tried("01 10:00"), tried("01 13:00", Outcome.REFUSED)]
    )
    done = standing(reached, RHYTHM, at("02 00:00"))
    assert (done.state, done.settled_at, done.attempts, done.next_try) == (State.REACHED, at("01 12:00"), 3, None)
    excuse = Excuse("邻小丽", "在外地，家属已告知", at("01 15:00"))
    excused = standing(Case(2, OPENED, [tried("01 10:00")], excuse), RHYTHM, at("01 16:00"))
    assert (excused.state, excused.excused_by, excused.settled_at) == (State.EXCUSED, "邻小丽", at("01 15:00"))
    before = standing(Case(2, OPENED, [tried("01 10:00")], excuse), RHYTHM, at("01 14:00"))
    assert before.state is State.DUE
    refused = standing(Case(3, OPENED, [tried("01 10:00", Outcome.REFUSED)]), RHYTHM, at("09 00:00"))
    assert (refused.state, refused.listed, refused.next_try) == (State.REFUSED, True, None)
    assert settled([done, excused])
    assert not settled([done, refused])
    assert settled([])


def test_in_vain_n_times_is_listed_and_tried_on() -> None:
    calls = [tried(f"{day:02} 10:00") for day in range(1, 4)]
    two, three = (standing(Case(1, OPENED, calls[:known]), RHYTHM, at("08 12:00")) for known in (2, 3))
    assert (two.listed, three.listed, three.state) == (False, True, State.DUE)


@pytest.mark.parametrize(
    "make",
    [
        lambda: tried("01 10:00", Outcome.CALL_BACK), lambda: tried("01 10:00", Outcome.REACHED, "01 11:00"),
        lambda: tried("01 10:00", Outcome.CALL_BACK, "01 10:00"), lambda: Excuse(" ", "不在", OPENED),
        lambda: Excuse("邻小丽", "", OPENED), lambda: Rhythm(pauses=()), lambda: Rhythm(pauses=(timedelta(0),)),
        lambda: Rhythm(earliest=time(20), latest=time(9)), lambda: Rhythm(listed_after=0),
    ],
)  # fmt: skip
def test_facts_that_cannot_be(make: object) -> None:
    with pytest.raises(ValueError):
        make()


def test_the_oldest_first() -> None:
    cases = [
        Case("late", at("01 12:00")),
        Case("promised", OPENED, [tried("01 10:00", Outcome.CALL_BACK, "01 11:00")]),
        Case("new", at("01 09:30")),
        Case("tried", OPENED, [tried("01 10:00")]),
        Case("reached", OPENED, [tried("01 10:00", Outcome.REACHED)]),
    ]
    order = [case.target for case, _ in queue(cases, RHYTHM, at("01 12:30"))]
    assert order == ["new", "promised", "late", "tried"]
    assert [case.target for case, _ in queue(reversed(cases), RHYTHM, at("01 12:30"))][:2] == ["new", "promised"]


@few
@given(st.integers(1, 12), st.integers(1, 4), st.integers(1, 3))
def test_nobody_is_passed_over(targets: int, calls_an_hour: int, pause: int) -> None:
    """With fewer callers than targets everyone is tried as often as everyone else, give or take one."""
    rhythm = Rhythm(pauses=(pause * HOUR,), listed_after=99)
    attempts: dict[int, list[Attempt]] = {target: [] for target in range(targets)}
    for hour in range(9, 20):
        now = at(f"01 {hour:02}:00")
        cases = [Case(target, OPENED, known) for target, known in attempts.items()]
        for case, _ in queue(cases, rhythm, now)[:calls_an_hour]:
            attempts[case.target].append(Attempt(now, Outcome.NO_ANSWER))
    counts = [len(known) for known in attempts.values()]
    assert max(counts) - min(counts) <= 1


outcomes = st.builds(
    lambda minutes, outcome: Attempt(
        OPENED + timedelta(minutes=minutes),
        outcome,
        OPENED + timedelta(minutes=minutes + 90) if outcome is Outcome.CALL_BACK else None,
    ),
    st.integers(0, 5000),
    st.sampled_from(Outcome),
)


@few
@given(
    st.lists(outcomes, max_size=6, unique_by=lambda one: one.at),
    st.integers(0, 6000),
    st.randoms(use_true_random=False),
)
def test_the_order_of_arrival_does_not_matter(attempts: list[Attempt], minutes: int, dice: object) -> None:
    now = OPENED + timedelta(minutes=minutes)
    one = standing(Case(1, OPENED, attempts), RHYTHM, now)
    shuffled = list(attempts)
    dice.shuffle(shuffled)
    assert standing(Case(1, OPENED, shuffled), RHYTHM, now) == one
    assert (one.next_try is None) == (one.state in (State.REACHED, State.REFUSED))
    if one.state in (State.WAITING, State.CALL_BACK):
        assert one.next_try > now
