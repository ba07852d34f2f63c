"""What a time of duty is: in which parts of which day, a night, a weekend; and fair shares of a number of duties.

Moments are aware and in the local zone. Night work is between 22:00 and 06:00, as China's Ministry of Labour put it in 1994
(a night shift works in the hours from 22:00 to 06:00 of the next day).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

EARLY, AFTERNOON, NIGHT = "early", "afternoon", "night"
SHORT: Final = timedelta(hours=2)
"""A part of the day that a shift touches for no longer than this does not count as worked."""
_PARTS: Final = ((EARLY, 6, 6), (AFTERNOON, 12, 6), (NIGHT, 18, 12))
DAY: Final = timedelta(days=1)


def _overlap(start: datetime, end: datetime, day: date, hour: int, hours: int) -> timedelta:
    """How long a time lies in the hours from ``hour`` of a day, on the wall's clock."""
    opens = datetime.combine(day, time(hour), tzinfo=start.tzinfo)
    return max(min(end, opens + timedelta(hours=hours)) - max(start, opens), timedelta())


def _dates(start: datetime, end: datetime) -> Iterator[date]:
    """The day before, because its night reaches into this one, and every day that the time touches."""
    day = start.date() - DAY
    while day <= end.date():
        yield day
        day += DAY


def parts_of(start: datetime, end: datetime) -> frozenset[tuple[int, str]]:
    """(ISO weekday, part) in which more than two hours are worked; of a short time, the part with the most of it.

    Early is 06–12, afternoon 12–18, night 18–06: the hours after midnight belong to the day on which the night began.
    """
    found = {
        (day.isoweekday(), part): _overlap(start, end, day, hour, hours)
        for day in _dates(start, end)
        for part, hour, hours in _PARTS
    }
    long = frozenset(key for key, worked in found.items() if worked > SHORT)
    return long or frozenset([max(found, key=lambda key: found[key])])


def is_night(start: datetime, end: datetime) -> bool:
    """Whether more than two hours lie between 22:00 and 06:00."""
    return sum((_overlap(start, end, day, 22, 8) for day in _dates(start, end)), timedelta()) > SHORT


def within_hours(start: datetime, end: datetime, opens: int, closes: int) -> bool:
    """Whether it lies within these hours of one day."""
    day = datetime.combine(start.date(), time(), tzinfo=start.tzinfo)
    return start >= day + timedelta(hours=opens) and end <= day + timedelta(hours=closes)


def is_weekend(start: datetime) -> bool:
    """Whether it begins on a Saturday or a Sunday."""
    return start.isoweekday() >= 6


def days_of(start: datetime, end: datetime) -> frozenset[date]:
    """The days that a time touches; one that ends at midnight does not touch the next."""
    last = (end - timedelta(microseconds=1)).date()
    return frozenset(start.date() + DAY * number for number in range((last - start.date()).days + 1))


def most_of(times: Sequence[tuple[datetime, datetime]], gap: timedelta) -> int:
    """How many of these times one person can do at most with this gap between: always the one that ends first."""
    done, free_from = 0, None
    for start, end in sorted(times, key=lambda one: one[1]):
        if free_from is None or start >= free_from:
            done, free_from = done + 1, end + gap
    return done


def shares(
    places: int, times: Mapping[str, Sequence[tuple[datetime, datetime]]], before: Mapping[str, int], gap: timedelta
) -> dict[str, tuple[int, int]]:
    """Everybody's fair share of a number of places, as (least, most): filled up like water to one level, with what was before.

    ``times``: what each is able to do. Shares differ by more than one only where somebody is able to do no more, or carried more before.
    """
    most = {person: most_of(mine, gap) for person, mine in times.items()}

    def at(level: int) -> dict[str, int]:
        return {person: min(max(level - before[person], 0), most[person]) for person in times}

    low, high = 0, max((before[person] + most[person] for person in times), default=0)
    while low < high:
        middle = (low + high + 1) // 2
        if sum(at(middle).values()) <= places:
            low = middle
        else:
            high = middle - 1
    least = at(low)
    fuller = least if sum(least.values()) == places else at(low + 1)
    return {person: (least[person], fuller[person]) for person in times}
