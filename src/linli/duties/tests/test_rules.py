"""The pure rules: no gap (P06), four at every minute (P05), noon (S18), age, what speaks against somebody, how it is with a place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.duties.rules import (
    Against,
    Age,
    Candidate,
    Opening,
    Place,
    Span,
    Standing,
    against,
    age_of,
    coverage,
    fits,
    gap_minutes,
    gaps,
    minutes_of,
    on_at_noon,
    standing,
    unfilled,
)
from linli.kernel.roster import Need, Person, Shift

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YEAR = datetime(2019, 12, 31, tzinfo=SHANGHAI)
HOUR = timedelta(hours=1)
MINUTES = st.integers(0, 600)


def at(minutes: int) -> datetime:
    return NEW_YEAR + timedelta(minutes=minutes)


@st.composite
def watches(draw: st.DrawFn) -> list[Span]:
    """Spans of up to two days about the new year, in any order, some across each other."""
    pairs = draw(st.lists(st.tuples(MINUTES, st.integers(1, 300)), max_size=8))
    return [(at(start), at(start + long)) for start, long in pairs]


@given(watches(), MINUTES, st.integers(1, 600))
def test_a_gap_is_every_minute_in_which_nobody_stands(watch: list[Span], start: int, long: int) -> None:
    since, until = at(start), at(start + long)
    minutes = [at(start + n) for n in range(long)]
    bare = [one for one in minutes if not any(begin <= one < end for begin, end in watch)]
    assert gap_minutes(watch, since, until) == len(bare)
    found = gaps(watch, since, until)
    assert all(since <= begin < end <= until for begin, end in found)
    assert all(end < begin for (_, end), (begin, _) in pairwise(found))


@given(watches(), MINUTES, st.integers(1, 600))
def test_coverage_counts_everybody_at_every_minute(watch: list[Span], start: int, long: int) -> None:
    since, until = at(start), at(start + long)
    found = coverage([(begin, end, 1) for begin, end in watch], since, until)
    assert found[0].start == since
    assert found[-1].end == until
    assert all(one.end == other.start and one.people != other.people for one, other in pairwise(found))
    for minute in range(start, start + long, 37):
        moment = at(minute)
        (people,) = [one.people for one in found if one.start <= moment < one.end]
        assert people == sum(begin <= moment < end for begin, end in watch)
    assert sum((one.end - one.start for one in found if not one.people), timedelta()) == timedelta(
        minutes=gap_minutes(watch, since, until)
    )


def test_a_watch_across_midnight_and_the_year_has_no_gap_and_one_lost_minute_is_seen() -> None:
    shifts = [(NEW_YEAR + n * 12 * HOUR - 5 * HOUR, NEW_YEAR + (n + 1) * 12 * HOUR - 5 * HOUR) for n in range(6)]
    until = NEW_YEAR + 48 * HOUR
    assert gap_minutes(shifts, NEW_YEAR, until) == 0
    late = [*shifts[:2], (shifts[2][0] + timedelta(seconds=20), shifts[2][1]), *shifts[3:]]
    assert gaps(late, NEW_YEAR, until) == [(shifts[2][0], shifts[2][0] + timedelta(seconds=20))]
    assert gap_minutes(late, NEW_YEAR, until) == 1


def test_at_noon_the_day_shift_eats_and_the_night_shift_does_not() -> None:
    day = date(2020, 2, 29)
    seven = datetime(2020, 2, 29, 7, tzinfo=SHANGHAI)
    assert on_at_noon(seven, seven + 12 * HOUR, day, SHANGHAI)
    assert not on_at_noon(seven + 12 * HOUR, seven + 24 * HOUR, day, SHANGHAI)
    assert not on_at_noon(seven, seven + 5 * HOUR, day, SHANGHAI), "until noon is over at noon"
    assert on_at_noon(seven.astimezone(UTC) + 5 * HOUR, seven + 6 * HOUR, day, SHANGHAI)


@pytest.mark.parametrize(
    ("year", "said", "age"),
    [(2001, None, Age.ADULT), (2002, None, Age.UNSAID), (2002, date(2020, 3, 1), Age.ADULT), (2003, date(2020, 3, 1), Age.UNDER),
     (None, None, Age.UNSAID), (None, date(2020, 3, 1), Age.ADULT)],
)  # fmt: skip
def test_of_age_is_known_or_said(year: int | None, said: date | None, age: Age) -> None:
    assert age_of(year, said, date(2020, 3, 2)) is age


SHIFT = Shift("s", NEW_YEAR + 7 * HOUR, NEW_YEAR + 19 * HOUR, "p", (Need(2),))
PERSON = Candidate(Person("a"))
NOW = NEW_YEAR


OPEN = Opening(SHIFT)


def said(candidate: Candidate = PERSON, opening: Opening = OPEN, *, oneself: bool = True) -> list[Against]:
    return against(candidate, opening, NOW, oneself=oneself)


def taken(start: float, end: float) -> Candidate:
    """The person with another duty, in hours from the new year's eve."""
    return Candidate(Person("a", taken=((NEW_YEAR + start * HOUR, NEW_YEAR + end * HOUR),)))


def test_nothing_speaks_against_who_is_free() -> None:
    assert said() == []


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [(18, 20, Against.OVERLAP), (19, 31, Against.ADJACENT), (29.9, 31, Against.REST), (30, 42, None),
     (-5, 7, Against.ADJACENT), (-16, -3.9, Against.REST), (-16, -4, None)],
)  # fmt: skip
def test_eleven_hours_of_rest_and_no_adjacent_shifts(start: float, end: float, code: Against | None) -> None:
    assert said(taken(start, end)) == ([code] if code else [])


def test_each_reason_is_said() -> None:
    here = (Person("b"), Person("c"))
    assert said(opening=Opening(SHIFT, here)) == [Against.FULL]
    assert said(opening=Opening(SHIFT, (Person("a"),))) == [Against.ALREADY]
    assert said(opening=Opening(SHIFT, cancelled=True)) == [Against.CANCELLED]
    assert said(opening=Opening(SHIFT, signup=False)) == [Against.NO_SIGNUP]
    assert said(opening=Opening(SHIFT, signup=False), oneself=False) == []
    assert said(replace(PERSON, age=Age.UNDER)) == [Against.UNDER_AGE]
    assert said(replace(PERSON, age=Age.UNSAID)) == [Against.AGE_UNSAID]
    assert said(replace(PERSON, listed=False)) == [Against.NOT_LISTED]
    assert said(replace(PERSON, apart=frozenset({"b"})), Opening(SHIFT, here[:1])) == [Against.APART]
    away = Person("a", away=frozenset({NEW_YEAR.date()}))
    assert said(Candidate(away)) == [Against.AWAY]
    no_standing = Person("a", exempt=frozenset({"no_standing"}))
    assert said(Candidate(no_standing), Opening(replace(SHIFT, bars=frozenset({"no_standing"})))) == [Against.EXEMPT]
    assert against(PERSON, Opening(SHIFT), SHIFT.end, oneself=True) == [Against.PAST]


def test_the_last_place_for_a_trained_one_is_for_a_trained_one() -> None:
    shift = replace(SHIFT, needs=(Need(1, training="t"), Need(1)))
    plain, trained = Person("b"), Person("c", trainings=frozenset({"t"}))
    assert said(opening=Opening(shift, (plain,))) == [Against.NOT_FITTING]
    assert fits(Opening(shift, (plain,)), trained)
    assert said(opening=Opening(shift, (trained,))) == []
    assert unfilled(shift, [plain]) == 1
    assert unfilled(shift, [plain, Person("d")]) == 1
    assert unfilled(shift, [plain, trained]) == 0


BEGUN = Place(NEW_YEAR, NEW_YEAR + 12 * HOUR, taken_at=NEW_YEAR - HOUR)


@pytest.mark.parametrize(
    ("minutes", "change", "found"),
    [(-1, {}, Standing.COMING), (0, {}, Standing.DUE), (14, {}, Standing.DUE), (15, {}, Standing.MISSING), (720, {}, Standing.UNSAID),
     (30, {"came_at": NEW_YEAR}, Standing.ON), (720, {"came_at": NEW_YEAR}, Standing.LEFT),
     (60, {"came_at": NEW_YEAR, "left_at": NEW_YEAR + HOUR}, Standing.LEFT), (30, {"missed": True}, Standing.MISSED),
     (0, {"taken_at": None}, Standing.INVITED), (0, {"released_at": NEW_YEAR}, Standing.RELEASED)],
)  # fmt: skip
def test_how_it_is_with_a_place(minutes: int, change: dict[str, object], found: Standing) -> None:
    assert standing(replace(BEGUN, **change), at(minutes)) is found  # type: ignore[arg-type]


def test_minutes_come_from_evidence() -> None:
    came = replace(BEGUN, came_at=NEW_YEAR + HOUR)
    assert minutes_of(BEGUN, at(900)) == 0
    assert minutes_of(came, at(120)) == 60
    assert minutes_of(came, at(900)) == 660
    assert minutes_of(replace(came, left_at=at(180)), at(900)) == 120
    assert minutes_of(replace(came, released_at=at(200)), at(900)) == 0
