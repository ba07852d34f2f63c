"""Pure decisions about arrivals: terms, states, minutes to registration, what may be kept, what a list row means."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from statistics import median
from typing import Any

OPEN, REGISTERED, SETTLED, EMPTY = "open", "registered", "settled", "empty"


@dataclass(frozen=True)
class Facts:
    """The facts of one case that decide its state. Moments are aware."""

    first_at: datetime
    about: bool
    registered_at: datetime | None
    settled_at: datetime | None
    closed_at: datetime | None
    due_at: datetime


@dataclass(frozen=True)
class Spread:
    """Minutes from the first signal to registration over many cases; open ones are counted to now and named apart."""

    registered: int
    median: int | None
    slowest: int | None
    within: tuple[tuple[str, int], ...]
    open: int
    open_longest: int | None
    late: int
    about: int


@cache
def terms() -> tuple[tuple[date, int, str], ...]:
    """(since, hours, source), oldest first."""
    text = files("linli.returnees").joinpath("data", "terms.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["term"]
    return tuple(sorted((row["since"], int(row["hours"]), str(row["source"])) for row in rows))


@cache
def origins() -> tuple[dict[str, str], ...]:
    """Where a journey can begin: code, zh, en."""
    text = files("linli.returnees").joinpath("data", "origins.toml").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = tomllib.loads(text)["origin"]
    return tuple({key: str(value) for key, value in row.items()} for row in rows)


def hours_allowed(day: date) -> tuple[int, str]:
    """The term that holds for a signal of a day, and its source."""
    held = [row for row in terms() if row[0] <= day] or [terms()[0]]
    return held[-1][1], held[-1][2]


def due_at(first: datetime, day: date) -> datetime:
    """When the registration is due: the term of that day after the first signal."""
    return first + timedelta(hours=hours_allowed(day)[0])


def state_of(facts: Facts) -> str:
    """open → registered → settled, or empty."""
    if facts.closed_at is not None:
        return EMPTY
    if facts.settled_at is not None:
        return SETTLED
    return REGISTERED if facts.registered_at is not None else OPEN


def minutes(facts: Facts, now: datetime) -> int | None:
    """Whole minutes from the first signal to registration; for an open case until now; None for a signal that was empty.

    An about moment counts from its earliest end: the figure is never kinder than the truth.
    """
    if facts.closed_at is not None:
        return None
    return max(0, int(((facts.registered_at or now) - facts.first_at).total_seconds()) // 60)


BANDS: tuple[tuple[str, int | None], ...] = (("1h", 60), ("4h", 240), ("12h", 720), ("24h", 1440), ("more", None))


def spread(cases: Iterable[Facts], now: datetime) -> Spread:
    """The distribution of a neighbourhood: median and slowest of those registered; the open ones with their longest wait."""
    rows = [(facts, minutes(facts, now)) for facts in cases]
    known = [(facts, number) for facts, number in rows if number is not None]
    done = sorted(number for facts, number in known if facts.registered_at is not None)
    waiting = [(facts, number) for facts, number in known if facts.registered_at is None]
    counts = []
    low = -1
    for name, high in BANDS:
        top = high if high is not None else max([low, *done])
        counts.append((name, sum(1 for number in done if low < number <= top)))
        low = top
    return Spread(
        registered=len(done),
        median=int(median(done)) if done else None,
        slowest=done[-1] if done else None,
        within=tuple(counts),
        open=len(waiting),
        open_longest=max((number for _, number in waiting), default=None),
        late=sum(1 for facts, _ in waiting if facts.due_at < now),
        about=sum(1 for facts, _ in known if facts.about),
    )


def may_keep(source: str, operation: bool) -> bool:
    """Without an operation only what somebody says of himself may be noted (PIPL art. 6, 13): no lists, no calls about others, no gates."""
    return operation or source == "self"


def expected_on(days: Sequence[tuple[date | None, date | None, bool]], day: date) -> tuple[int, int]:
    """(surely, perhaps) expected on a day: exact days, and about windows that hold it. Each counted in its own column, never added up."""
    surely = sum(1 for first, last, about in days if not about and first == day and last == day)
    perhaps = sum(
        1 for first, last, about in days if about and first and first <= day and (last is None or day <= last)
    )
    return surely, perhaps
