"""The cadences: patrols by the clock, the fourteen days of 13 March 2020, what is overdue to the minute, and who is told."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.kernel.cadence import (
    CONVENTIONS,
    SHANGHAI,
    OwnClock,
    Timetable,
    Window,
    day0_of,
    overdue,
    release,
    said_release,
)
from linli.kernel.escalation import Due, Step, due_steps, next_step
from linli.kernel.recurrence import RuleError

few = settings(max_examples=60, derandomize=True)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LANDING, DOOR = CONVENTIONS["landing"], CONVENTIONS["door"]


def at(text: str) -> datetime:
    """A moment in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def patrols(text: str = "FREQ=DAILY;BYHOUR=9,15", **window: timedelta) -> Timetable:
    return Timetable.read(text, datetime(2020, 3, 1), Window(**window))  # noqa: DTZ001 (a local time, as DTSTART is)


def test_two_patrols_a_day_with_a_window() -> None:
    table = patrols(early=HOUR / 2, due=HOUR, closes=2 * HOUR)
    first, second = table.occurrences(at("2020-03-31"), at("2020-04-01"))
    assert (first.at, second.at) == (at("2020-03-31 09:00"), at("2020-03-31 15:00"))
    assert (first.opens_at, first.due_at, first.closes_at) == (
        at("2020-03-31 08:30"), at("2020-03-31 10:00"), at("2020-03-31 11:00"))  # fmt: skip
    assert first.at.tzinfo is UTC
    assert table.said("zh-hans") == "每天 09:00 和 15:00"


def test_a_worker_opens_what_opens_and_nothing_twice() -> None:
    table = patrols(early=10 * HOUR)
    assert [slot.at for slot in table.opening(at("2020-03-31"), at("2020-04-01"))] == [
        at("2020-03-31 15:00"), at("2020-04-01 09:00")]  # fmt: skip
    ticks = [at("2020-03-31") + 7 * HOUR * tick for tick in range(15)]
    ticked = [slot for one, other in zip(ticks, ticks[1:], strict=False) for slot in table.opening(one, other)]
    assert ticked == table.opening(ticks[0], ticks[-1])


def test_what_comes_next() -> None:
    table = patrols()
    assert table.following(at("2020-03-31 09:00")).at == at("2020-03-31 09:00")
    assert table.following(at("2020-03-31 15:01")).at == at("2020-04-01 09:00")
    assert patrols("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29").following(at("2020-03-01")).at == at("2024-02-29")
    assert patrols("FREQ=DAILY;UNTIL=20200305").following(at("2020-03-06")) is None
    dense_and_rare = patrols("FREQ=HOURLY;BYMINUTE=0,15,30,45;BYMONTH=3")
    assert dense_and_rare.following(at("2020-04-01")).at == at("2021-03-01")
    with pytest.raises(RuleError) as refused:
        patrols("FREQ=MONTHLY;INTERVAL=12;BYMONTH=5")
    assert refused.value.code == "never"


def test_an_error_that_is_not_density_is_not_hidden() -> None:
    with pytest.raises(RuleError, match="never"):
        patrols("FREQ=HOURLY;INTERVAL=6;BYHOUR=1")


@pytest.mark.parametrize(
    "window",
    [{"early": -HOUR}, {"due": -HOUR}, {"due": 2 * HOUR, "closes": HOUR}, {"due": timedelta(0)}],
)
def test_a_window_that_cannot_be(window: dict[str, timedelta]) -> None:
    with pytest.raises(ValueError, match="window"):
        Window(**window)


def test_fourteen_days_from_the_landing() -> None:
    """Issue 6: all eleven landed on 13 March; released on 27 March, 24:00, whenever they came to their door."""
    clock = OwnClock.from_event(at("2020-03-13 12:37"), LANDING)
    assert (clock.day0, clock.last_day) == (date(2020, 3, 13), date(2020, 3, 27))
    assert clock.release_at == at("2020-03-28 00:00")
    assert said_release(clock.day0, 14, LANDING, "zh-hans") == "2020 年 3 月 27 日 24:00"
    assert said_release(clock.day0, 14, LANDING, "en") == "24:00 on 27 March 2020"
    assert said_release(date(2020, 3, 23), 14, LANDING, "en") == "24:00 on 6 April 2020"


def test_by_the_door_the_eleventh_is_a_day_later() -> None:
    """Handed over at 03:37 on the 14th, which is still the 13th in UTC."""
    handed_over = at("2020-03-14 03:37").astimezone(UTC)
    assert day0_of(handed_over) == date(2020, 3, 14)
    assert OwnClock.from_event(handed_over, DOOR).release_at == at("2020-03-29 00:00")
    assert OwnClock.from_event(at("2020-03-13 20:48"), DOOR).release_at == at("2020-03-28 00:00")
    assert said_release(date(2020, 3, 14), 14, DOOR, "zh-hans") == "2020 年 3 月 28 日 24:00"


def test_service_days_count_both_ends() -> None:
    """T10: 53 days, inclusive."""
    inclusive = CONVENTIONS["inclusive"]
    clock = OwnClock(date(2020, 3, 1), 53, convention=inclusive)
    assert clock.last_day == date(2020, 4, 22)
    assert (clock.last_day - clock.day0).days + 1 == 53
    assert (clock.day_of(at("2020-03-01 00:00")), clock.day_of(at("2020-04-22 23:59"))) == (1, 53)


def test_every_convention_is_printed_with_its_article() -> None:
    for code, one in CONVENTIONS.items():
        assert one.code == code
        assert one.article
        assert one.zh.endswith("期满。")
        assert one.en.endswith(".")
        assert ("二百零一条" in one.article) is not one.first_day_counts


def test_morning_and_evening_of_fourteen_days() -> None:
    clock = OwnClock(date(2020, 3, 13))
    slots = clock.slots()
    assert [(one.day, one.part) for one in slots] == [(day, part) for day in range(1, 15) for part in (0, 1)]
    assert (slots[0].slot.at, slots[-1].slot.at) == (at("2020-03-14 08:00"), at("2020-03-27 18:00"))
    assert (slots[0].slot.opens_at, slots[0].slot.due_at) == (at("2020-03-14 07:00"), at("2020-03-14 10:00"))
    assert clock.day_of(at("2020-03-13 23:59")) == 0
    assert clock.day_of(at("2020-03-14 00:00")) == 1
    assert clock.day_of(at("2020-03-27 23:59")) == 14
    assert (clock.day_of(at("2020-03-12 23:59")), clock.day_of(clock.release_at)) == (None, None)
    assert [one.day for one in clock.slots(ended_at=at("2020-03-15 18:00"))] == [1, 1, 2]


def test_nothing_is_due_after_the_release() -> None:
    late = OwnClock(date(2020, 3, 13), 1, times=(time(23, 30),))
    (only,) = late.slots()
    assert only.slot.due_at == only.slot.closes_at == late.release_at


@pytest.mark.parametrize("wrong", [{"days": 0}, {"days": 9999}, {"times": (time(18), time(8))}])
def test_a_clock_that_cannot_be(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="days|times"):
        OwnClock(date(2020, 3, 13), **wrong)


@few
@given(
    st.dates(date(2011, 1, 1), date(2030, 1, 1)), st.integers(1, 60),
    st.sampled_from(sorted(CONVENTIONS)), st.sampled_from(["Asia/Shanghai", "America/Sao_Paulo", "Pacific/Apia"]),
)  # fmt: skip
def test_a_term_in_any_zone(day0: date, days: int, code: str, zone: str) -> None:
    convention, place = CONVENTIONS[code], ZoneInfo(zone)
    clock = OwnClock(day0, days, convention=convention, zone=place)
    slots = clock.slots()
    assert clock.release_at == release(day0, days, convention, place)
    assert clock.day_of(clock.release_at - timedelta(microseconds=1)) in (days, days - 1)  # a day that a zone skips
    assert clock.date_of(days) == clock.last_day
    assert [one.day for one in slots] == sorted(one.day for one in slots)
    assert all(one.slot.opens_at < one.slot.due_at <= one.slot.closes_at <= clock.release_at for one in slots)
    if zone == "Asia/Shanghai":
        assert len(slots) == 2 * days
        assert all(clock.day_of(one.slot.at) == one.day for one in slots)


def test_disinfection_is_overdue_to_the_minute() -> None:
    """P04: stairwells, lifts and door entries, each with its own rhythm."""
    every = {"stairwell": 4 * HOUR, "lift": 2 * HOUR, "door": HOUR}
    kind_of = {1: "stairwell", 2: "lift", 3: "door", 4: "garden", 5: "lift"}
    done = {1: at("2020-02-29 20:30:40"), 2: at("2020-02-29 22:00"), 3: None, 4: None, 5: at("2020-02-28 08:00")}
    since = at("2020-02-29 20:00")

    def late(now: str) -> dict[int, int]:
        return {one.target: one.minutes for one in overdue(done, kind_of, every, since, at(now))}

    assert late("2020-02-29 21:00:59") == {}
    assert late("2020-02-29 21:01:00") == {3: 1}
    assert late("2020-03-01 00:00:00") == {3: 180, 5: 120}  # over midnight and the end of the month
    assert late("2020-03-01 00:30:59") == {3: 210, 5: 150, 2: 30}
    assert late("2020-03-01 00:31:00") == {3: 211, 5: 151, 2: 31, 1: 1}
    assert list(late("2020-03-01 01:00")) == [3, 5, 2, 1]  # the longest first


@few
@given(
    st.dictionaries(st.integers(0, 20), st.integers(0, 5000), max_size=12), st.integers(1, 600), st.integers(0, 9000)
)
def test_overdue_agrees_with_the_clocks_shown(done: dict[int, int], rhythm: int, later: int) -> None:
    since = at("2020-02-28 00:00")
    times = {target: since + timedelta(seconds=60 * minutes + 7 * target) for target, minutes in done.items()}
    now = since + timedelta(minutes=later, seconds=30)
    found = overdue(times, dict.fromkeys(times, "lift"), {"lift": rhythm * MINUTE}, since, now)
    shown = {target: later - minutes - rhythm - (7 * target) // 60 for target, minutes in done.items()}
    assert {one.target: one.minutes for one in found} == {target: late for target, late in shown.items() if late > 0}
    assert [one.due_at for one in found] == sorted(one.due_at for one in found)


AT_ONCE, LEADER, SECRETARY = (
    Step(timedelta(0), "assignee"),
    Step(30 * MINUTE, "building_leader"),
    Step(2 * HOUR, "secretary"),
)
STEPS = [SECRETARY, AT_ONCE, LEADER, LEADER]


def test_the_steps_of_an_escalation_come_once_and_in_order() -> None:
    start = at("2020-03-31 23:45")
    assert due_steps(STEPS, start, start - MINUTE) == []
    assert due_steps(STEPS, start, start) == [Due(AT_ONCE, start)]
    assert due_steps(STEPS, start, at("2020-04-01 00:15"), taken=[AT_ONCE]) == [Due(LEADER, at("2020-04-01 00:15"))]
    a_day_later = start + timedelta(days=1)
    assert [one.step for one in due_steps(STEPS, start, a_day_later)] == [AT_ONCE, LEADER, SECRETARY]
    assert due_steps(STEPS, start, a_day_later, taken=STEPS) == []
    assert due_steps(STEPS, start, a_day_later, settled_at=start + MINUTE) == []
    assert len(due_steps(STEPS, start, a_day_later, settled_at=a_day_later + MINUTE)) == 3
    assert next_step(STEPS, start, start) == Due(LEADER, start + 30 * MINUTE)
    assert next_step(STEPS, start, start, taken=[LEADER]) == Due(SECRETARY, start + 2 * HOUR)
    assert next_step(STEPS, start, a_day_later) is None


@pytest.mark.parametrize("wrong", [(-MINUTE, "secretary"), (MINUTE, "")])
def test_a_step_that_cannot_be(wrong: tuple[timedelta, str]) -> None:
    with pytest.raises(ValueError, match="step"):
        Step(*wrong)


@few
@given(
    st.lists(st.builds(Step, st.integers(0, 300).map(lambda minutes: minutes * MINUTE), st.sampled_from("abc"))),
    st.lists(st.integers(0, 120), max_size=8),
)
def test_each_step_is_taken_exactly_once_whenever_a_worker_looks(steps: list[Step], pauses: list[int]) -> None:
    start = now = at("2020-03-31 20:00")
    taken: list[Step] = []
    for pause in [*pauses, 400]:
        now += pause * MINUTE
        before = next_step(steps, start, now - pause * MINUTE, taken=taken)
        due = [one.step for one in due_steps(steps, start, now, taken=taken)]
        assert before is None or before.at > now or before.step in due
        taken += due
    assert taken == sorted(set(steps))
