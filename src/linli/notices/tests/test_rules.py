"""When somebody is told, when a message is tried again: the rules alone, with any rhythm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.escalation import Step
from linli.notices.rules import AGAIN, BACKOFF, FIRST, MOST_TRIES, STEP, Rhythm, Told, after, next_turn, turns, wait

START = datetime(2026, 3, 13, 8, 0, tzinfo=UTC)
minutes = st.integers(1, 600).map(lambda n: timedelta(minutes=n))
rhythms = st.builds(
    Rhythm,
    repeat_after=st.one_of(st.none(), minutes),
    repeats=st.integers(0, 5),
    then_every=st.one_of(st.none(), minutes),
    steps=st.lists(st.builds(Step, minutes, st.sampled_from(["clerk", "secretary"])), max_size=4).map(tuple),
)
walks = st.lists(st.integers(0, 400), min_size=1, max_size=30)


@given(rhythms, walks)
def test_whenever_the_worker_runs_everybody_is_told_once_and_nobody_too_early(rhythm: Rhythm, gaps: list[int]) -> None:
    told, now = Told(), START
    seen: list[tuple[str, int, Step | None]] = []
    for gap in gaps:
        now += timedelta(minutes=gap)
        found = turns(rhythm, START, told, now)
        assert [turn.due_at for turn in found] == sorted(turn.due_at for turn in found)
        assert all(turn.due_at <= now for turn in found)
        assert sum(turn.what == AGAIN for turn in found) <= 1
        seen += [(turn.what, turn.number, turn.step) for turn in found]
        told = after(told, found, now)
        assert turns(rhythm, START, told, now) == []
        later = next_turn(rhythm, START, told, now)
        assert later is None or later > now
        if later is not None:
            assert turns(rhythm, START, told, later - timedelta(microseconds=1)) == []
            assert turns(rhythm, START, told, later)
    assert len(seen) == len(set(seen))
    assert sum(what == FIRST for what, _, _ in seen) == 1
    assert {step for what, _, step in seen if what == STEP} <= set(rhythm.steps)


def test_an_alarm_goes_on_more_calmly_and_never_ends_by_itself() -> None:
    alarm = Rhythm(timedelta(minutes=10), 144, then_every=timedelta(hours=1))
    day, told = timedelta(days=1), Told(START, 143)
    assert next_turn(alarm, START, told, START + day - timedelta(minutes=5)) == START + day
    assert next_turn(alarm, START, Told(START, 144), START + day) == START + day + timedelta(hours=1)
    (turn,) = turns(alarm, START, told, START + 40 * day + timedelta(minutes=30))
    assert (turn.what, turn.number, turn.due_at) == (AGAIN, 144 + 39 * 24, START + 40 * day)
    assert next_turn(alarm, START, after(told, [turn], START), turn.due_at) == turn.due_at + timedelta(hours=1)
    reminder = Rhythm(timedelta(minutes=10), 144)
    assert next_turn(reminder, START, Told(START, 144), START + day) is None


def test_before_its_time_nothing_and_the_deadline_is_its_time() -> None:
    before = START - timedelta(minutes=1)
    assert turns(Rhythm(), START, Told(), before) == []
    assert next_turn(Rhythm(), START, Told(), before) == START


def test_waits_grow_and_end() -> None:
    assert [wait(n) for n in range(1, 9)] == list(BACKOFF)
    assert wait(MOST_TRIES - 1) == BACKOFF[-1]
    assert wait(MOST_TRIES) is None
    assert wait(2, unknown=True) == BACKOFF[1]
    assert wait(3, unknown=True) is None
    with pytest.raises(ValueError, match="follows a try"):
        wait(0)
