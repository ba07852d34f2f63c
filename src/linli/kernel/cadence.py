"""The three cadences of a round (HOUSE.md; no fourth without a decision), and what is overdue in between.

- :class:`Timetable`: by the clock (patrols at 09:00 and 15:00, P01–P02), a recurrence rule with a window around each moment.
- :class:`OwnClock`: by the case (day 0, days 1–14, morning and evening), with the counting convention as data and its article.
- until done: calls until each target is reached or excused by name: :mod:`linli.kernel.until_done`.
- :func:`overdue`: "every n hours by kind of place" (disinfection, P04), counted from the last time it was done, to the minute.

Everything is pure: moments are aware, come out in UTC, and ``now`` is an argument; a zone is any ``tzinfo``, Asia/Shanghai unless said
otherwise. Where the first sketch had one length for a window there are three (:class:`Window`): a round opens before its time, is due some
time after it, and is given up later still, so that "late" and "missed" are two things. Rule texts: :mod:`linli.kernel.recurrence`;
sentences: :mod:`linli.kernel.recurrence_words`.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from linli.kernel.recurrence import MOST, MOST_DAYS, Rule, RuleError, expand, instant, read_rules
from linli.kernel.recurrence_words import said

SHANGHAI = ZoneInfo("Asia/Shanghai")
_NONE = timedelta(0)
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_LOOK_AHEAD = (timedelta(days=2), timedelta(days=62), timedelta(days=MOST_DAYS))
TargetId = TypeVar("TargetId", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Slot:
    """One time of a round, in UTC: its moment, when it opens, until when a visit is on time, and when who was not visited is missed."""

    at: datetime
    opens_at: datetime
    due_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Window:
    """Lengths around a moment: ``early`` before it the round opens, until ``due`` after it a visit is on time, ``closes`` after it the
    rest is missed. Elapsed time, not the wall's. Raises ValueError unless 0 ≤ early, 0 ≤ due ≤ closes and due > −early.
    """

    early: timedelta = _NONE
    due: timedelta = timedelta(hours=1)
    closes: timedelta | None = None

    def __post_init__(self) -> None:
        if self.early < _NONE or self.due < _NONE or self.given_up < self.due or self.early + self.due == _NONE:
            raise ValueError("a window opens, is due, and closes, in this order")

    @property
    def given_up(self) -> timedelta:
        """How long after the moment the window closes: with ``due`` unless said otherwise."""
        return self.due if self.closes is None else self.closes

    def around(self, at: datetime) -> Slot:
        """The slot of a moment in UTC."""
        return Slot(at, at - self.early, at + self.due, at + self.given_up)


@dataclass(frozen=True, slots=True)
class Timetable:
    """By the clock. ``starts``: the local time from which the rules count, without a zone (DTSTART). Make it with :meth:`read`."""

    rules: tuple[Rule, ...]
    starts: datetime
    window: Window = Window()
    zone: tzinfo = SHANGHAI

    @classmethod
    def read(cls, text: str, starts: datetime, window: Window = Window(), zone: tzinfo = SHANGHAI) -> Timetable:
        """From a rule's text. Raises RuleError, also (code ``never``) for a rule that does not come within ten years."""
        table = cls(read_rules(text), starts, window, zone)
        if table.following(instant(starts, zone)) is None:
            raise RuleError("never", text.strip())
        return table

    def occurrences(self, since: datetime, until: datetime, most: int = MOST) -> list[Slot]:
        """Slots whose moment lies in ``since`` ≤ at < ``until``, in order, each once. Raises RuleError: too_many, too_far."""
        found = expand(self.rules, starts=self.starts, zone=self.zone, since=since, until=until, most=most)
        return [self.window.around(at) for at in found]

    def opening(self, since: datetime, until: datetime, most: int = MOST) -> list[Slot]:
        """Slots that open in ``since`` ≤ opens_at < ``until``: what a worker has to open, if it last looked at ``since``."""
        return self.occurrences(since + self.window.early, until + self.window.early, most)

    def following(self, now: datetime) -> Slot | None:
        """The first slot whose moment is ``now`` or later; None if there is none within ten years."""
        since = now
        for ahead in _LOOK_AHEAD:
            found = self._first(since, now + ahead)
            if found is not None:
                return found
            since = now + ahead
        return None

    def _first(self, since: datetime, until: datetime) -> Slot | None:
        """Halving the span keeps a dense rule within the bound of one expansion."""
        try:
            return next(iter(self.occurrences(since, until)), None)
        except RuleError as wrong:
            if wrong.code != "too_many":
                raise
        middle = since + (until - since) / 2
        return self._first(since, middle) or self._first(middle, until)

    def said(self, language: str) -> str:
        """每天 09:00 和 15:00 / Every day at 09:00 and 15:00. ``language``: zh-hans, or anything else for English."""
        return said(self.rules, self.starts, language)


@dataclass(frozen=True, slots=True)
class Overdue(Generic[TargetId]):
    """Something that should have been done again: when, and how many minutes ago as clocks show them."""

    target: TargetId
    due_at: datetime
    minutes: int


def overdue(
    last_done: Mapping[TargetId, datetime | None],
    kind_of: Mapping[TargetId, str],
    every: Mapping[str, timedelta],
    since: datetime,
    now: datetime,
) -> list[Overdue[TargetId]]:
    """What is overdue at ``now``, the longest first (P04: stairwells, lifts and door entries each with a rhythm of their own).

    Due is ``every[kind]`` after the last time it was done, or after ``since``, the beginning of the plan. A kind without a rhythm is never
    due. Minutes are the difference of the two clock faces: due 12:03:27 is one minute overdue from 12:04:00 on, so that the figure and the
    two times beside it agree. Linear but for the sorting.
    """
    late = []
    for target, done in last_done.items():
        rhythm = every.get(kind_of[target])
        if rhythm is None:
            continue
        due_at = (since if done is None else max(done, since)) + rhythm
        minutes = (_face(now) - _face(due_at)) // _MINUTE
        if minutes > 0:
            late.append(Overdue(target, due_at, minutes))
    return sorted(late, key=lambda one: one.due_at)


def _face(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class Convention:
    """How the days of an isolation are counted. ``from_event``: what happens on day 0 (a code of the case: landing, door).

    ``first_day_counts``: whether the day of the event is day 1 already. ``article`` and the two sentences are printed beside every date.
    """

    code: str
    from_event: str
    first_day_counts: bool
    article: str
    zh: str
    en: str


_ARTICLE = "民法典第二百零一条、第二百零三条（2021 年以前为民法总则的同两条）"
CONVENTIONS: dict[str, Convention] = {
    one.code: one
    for one in (
        Convention(
            "landing",
            "landing",
            False,
            _ARTICLE,
            "入境当日为第 0 天，不计入；从次日算起，到最后一天 24:00 期满。",
            "The day of landing is day 0 and does not count; the term ends at 24:00 of its last day.",
        ),
        Convention(
            "door",
            "door",
            False,
            _ARTICLE,
            "到家交接当日为第 0 天，不计入；从次日算起，到最后一天 24:00 期满。",
            "The day of the hand-over at the door is day 0 and does not count; the term ends at 24:00 of its last day.",
        ),
        Convention(
            "exposure",
            "exposure",
            False,
            _ARTICLE,
            "最后一次接触当日为第 0 天，不计入；从次日算起，到最后一天 24:00 期满。",
            "The day of the last contact is day 0 and does not count; the term ends at 24:00 of its last day.",
        ),
        Convention(
            "inclusive",
            "first_day",
            True,
            "本单位惯例，非法定",
            "当日即为第 1 天，首尾两天都计入，最后一天 24:00 期满。",
            "The first day is day 1; both ends count, until 24:00 of the last day.",
        ),
    )
}
"""RULES.md B4: the orders of 2020 do not state how days are counted, so the convention is a setting and is printed with its article.
That a term which ends on a holiday ends on the next working day (Civil Code 203, first paragraph) is not applied: it lengthens
the time in which somebody may act, it does not lengthen an isolation. ``inclusive`` counts days of service (T10: 53 days)."""


@dataclass(frozen=True, slots=True)
class DaySlot:
    """One check of an own clock: which day of the term, which time of that day (0 is the first), and its slot."""

    day: int
    part: int
    slot: Slot


@dataclass(frozen=True, slots=True)
class OwnClock:
    """By the case: ``days`` days from ``day0`` (the local day of the event of the convention), at ``times`` each day.

    Raises ValueError for no days, more than ten years, or times that are not in order. Extended and shortened is another clock with other
    ``days``; ended early is ``ended_at`` of :meth:`slots`.
    """

    day0: date
    days: int = 14
    times: tuple[time, ...] = (time(8), time(18))
    window: Window = Window(early=timedelta(hours=1), due=timedelta(hours=2), closes=timedelta(hours=4))
    convention: Convention = CONVENTIONS["landing"]
    zone: tzinfo = SHANGHAI

    def __post_init__(self) -> None:
        if not 1 <= self.days <= MOST_DAYS:
            raise ValueError(f"a term has 1 to {MOST_DAYS} days")
        if list(self.times) != sorted(set(self.times)):
            raise ValueError("the times of a day are in order, each once")

    @classmethod
    def from_event(
        cls, happened_at: datetime, convention: Convention, days: int = 14, zone: tzinfo = SHANGHAI
    ) -> OwnClock:
        """The clock of an event: day 0 is its day in ``zone``, whatever the zone of the moment."""
        return cls(day0_of(happened_at, zone), days, convention=convention, zone=zone)

    @property
    def last_day(self) -> date:
        """The last day of the term; it is over at 24:00."""
        return last_day(self.day0, self.days, self.convention)

    @property
    def release_at(self) -> datetime:
        """The moment of release in UTC: 24:00 of the last day."""
        return release(self.day0, self.days, self.convention, self.zone)

    def date_of(self, day: int) -> date:
        """The date of a day of the term, 1 for the first."""
        return last_day(self.day0, day, self.convention)

    def day_of(self, moment: datetime) -> int | None:
        """Which day of the term a moment lies in: 0 for a day 0 that does not count; None before and after."""
        number = (moment.astimezone(self.zone).date() - self.day0).days + self.convention.first_day_counts
        return number if int(self.convention.first_day_counts) <= number <= self.days else None

    def slots(self, ended_at: datetime | None = None) -> list[DaySlot]:
        """Every check of the term, in order. Nothing is due after the release; none has its moment at or after ``ended_at``."""
        end = self.release_at if ended_at is None else min(ended_at, self.release_at)
        found = []
        for day in range(1, self.days + 1):
            for part, clock in enumerate(self.times):
                slot = self.window.around(instant(datetime.combine(self.date_of(day), clock), self.zone))
                if slot.at < end:
                    cut = Slot(slot.at, slot.opens_at, min(slot.due_at, end), min(slot.closes_at, end))
                    found.append(DaySlot(day, part, cut))
        return found


def day0_of(happened_at: datetime, zone: tzinfo = SHANGHAI) -> date:
    """The local day of an event; 03:37 on the 14th in Shanghai is the 14th, though it is the 13th in UTC."""
    return happened_at.astimezone(zone).date()


def last_day(day0: date, days: int, convention: Convention) -> date:
    """The last day of a term of ``days`` days (Civil Code 201: the first day does not count, unless the convention says so)."""
    return day0 + _DAY * (days - convention.first_day_counts)


def release(day0: date, days: int, convention: Convention, zone: tzinfo = SHANGHAI) -> datetime:
    """24:00 of the last day, in UTC (Civil Code 203)."""
    return instant(datetime.combine(last_day(day0, days, convention) + _DAY, time.min), zone)


def said_release(day0: date, days: int, convention: Convention, language: str) -> str:
    """How the release is said: 2020 年 3 月 27 日 24:00, never the midnight of the day after, which people read as a day more."""
    day = last_day(day0, days, convention)
    if language.startswith("zh"):
        return f"{day.year} 年 {day.month} 月 {day.day} 日 24:00"
    return f"24:00 on {day:%d %B %Y}".replace(" 0", " ")
