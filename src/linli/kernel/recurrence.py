"""Recurrence rules of RFC 5545 (section 3.3.10): read with plain refusals, written back, expanded within bounds.

A text is one rule a line (``FREQ=DAILY;BYHOUR=9,15``), because 09:00 and 15:30 are two rules: hours and minutes of one rule multiply.
The counting itself is python-dateutil's. What is added here, and why:

- **Refusals name the part** that is not understood (:class:`RuleError`), in Chinese and English: the text may come from a person.
- **Bounded**: nothing more often than every quarter of an hour (``MINUTELY``, ``SECONDLY`` and ``BYSECOND`` are refused), at most
  :data:`MOST` moments and :data:`MOST_DAYS` days an expansion. A rule is asked for a span, never for everything.
- **Civil time of a zone**: rules are counted on the clock on the wall. A time that a zone's summer time skips is read with the offset
  before the gap, and one that comes twice is the first of the two (RFC 5545, section 3.3.5). What comes out is in UTC, because moments
  of one zone compare by the wall clock in Python.
- ``UNTIL`` may be a day (the whole of it), a local time, or a moment in UTC.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice
from typing import Any

from dateutil import rrule as dateutil_rrule

MOST = 10_000
MOST_DAYS = 3_660
MOST_A_DAY = 96
LONGEST_TEXT = 500
FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_STEPS = {"HOURLY": timedelta(hours=1), "DAILY": timedelta(days=1), "WEEKLY": timedelta(weeks=1)}
_MARGIN = timedelta(days=2)  # a zone can skip a whole day (Samoa, 30 December 2011)

PROBLEMS: dict[str, tuple[str, str]] = {
    "empty": ("规则是空的。", "The rule is empty."),
    "long": ("规则太长。", "The rule is too long."),
    "unknown": ("看不懂“{part}”。", "“{part}” is not understood."),
    "twice": ("“{part}”写了两次。", "“{part}” is written twice."),
    "value": ("“{part}”里的数值不对。", "“{part}” has a value that cannot be."),
    "frequency": ("没有写多久一次（FREQ）。", "How often (FREQ) is not said."),
    "too_often": ("“{part}”太密，最密每 15 分钟一次。", "“{part}” is too often; every 15 minutes is the most."),
    "clash": ("“{part}”不能与这种频率同用。", "“{part}” cannot be used with this frequency."),
    "two_ends": (
        "次数（COUNT）和截止（UNTIL）只能写一个。",
        "Say how many times (COUNT) or until when (UNTIL), not both.",
    ),
    "never": ("按这条规则一次也不会有。", "By this rule it never happens."),
    "too_many": ("一次算出来的太多了，请缩短时间范围。", "That is too many at once; ask for a shorter time."),
    "too_far": ("时间范围太长，最多十年。", "That is too long a time; ten years is the most."),
}
"""Code → what to tell a person, Chinese and English; ``{part}`` is the part of the text in question."""


class RuleError(ValueError):
    """``code``: a key of :data:`PROBLEMS`; ``part``: the part of the text in question, as it was written, or nothing."""

    def __init__(self, code: str, part: str = "") -> None:
        super().__init__(f"{code}: {part}" if part else code)
        self.code = code
        self.part = part

    def said(self, language: str) -> str:
        """One sentence for a person; ``language``: zh-hans, or anything else for English."""
        return PROBLEMS[self.code][not language.startswith("zh")].format(part=self.part)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. Field names are the RFC's; lists are sorted. ``byday``: (ordinal or 0, weekday 0–6). ``str()`` writes it back."""

    freq: str
    interval: int = 1
    count: int | None = None
    until: date | datetime | None = None
    bymonth: tuple[int, ...] = ()
    byweekno: tuple[int, ...] = ()
    byyearday: tuple[int, ...] = ()
    bymonthday: tuple[int, ...] = ()
    byday: tuple[tuple[int, int], ...] = ()
    byhour: tuple[int, ...] = ()
    byminute: tuple[int, ...] = ()
    bysetpos: tuple[int, ...] = ()
    wkst: int = 0

    def __str__(self) -> str:
        plain = Rule(self.freq)
        written = [f"FREQ={self.freq}"]
        for field in fields(self)[1:]:
            value = getattr(self, field.name)
            if value != getattr(plain, field.name):
                written.append(f"{field.name.upper()}={_written(field.name, value)}")
        return ";".join(written)

    def times(self, starts: datetime) -> tuple[time, ...]:
        """The times of day, in order; what the rule leaves open is of ``starts``. Not for an hourly rule without BYHOUR."""
        hours, minutes = self.byhour or (starts.hour,), self.byminute or (starts.minute,)
        return tuple(time(hour, minute) for hour in hours for minute in minutes)


def _written(name: str, value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y%m%dT%H%M%S}" + ("Z" if value.tzinfo else "")
    if isinstance(value, date):
        return f"{value:%Y%m%d}"
    if name == "wkst" and isinstance(value, int):
        return WEEKDAYS[value]
    if name == "byday" and isinstance(value, tuple):
        return ",".join(f"{ordinal or ''}{WEEKDAYS[day]}" for ordinal, day in value)
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


_NUMBERS = {
    "BYMONTH": (1, 12, False),
    "BYWEEKNO": (1, 53, True),
    "BYYEARDAY": (1, 366, True),
    "BYMONTHDAY": (1, 31, True),
    "BYHOUR": (0, 23, False),
    "BYMINUTE": (0, 59, False),
    "BYSECOND": (0, 0, False),
    "BYSETPOS": (1, 366, True),
}  # part → lowest, highest, whether it may be counted from the end
_DAY = re.compile(rf"([+-]?\d{{1,2}})?({'|'.join(WEEKDAYS)})")
_UNTIL = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?")
_NEVER_WITH = {
    "BYMONTHDAY": {"WEEKLY"},
    "BYYEARDAY": {"HOURLY", "DAILY", "WEEKLY", "MONTHLY"},
    "BYWEEKNO": {"HOURLY", "DAILY", "WEEKLY", "MONTHLY"},
}  # RFC 5545, the table on page 44; it allows hours of a day of the year, which nobody needs
_LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DAYS_IN = {"HOURLY": 1, "DAILY": 1, "WEEKLY": 7, "MONTHLY": 31, "YEARLY": 366}


def read_rules(text: str) -> tuple[Rule, ...]:
    """All rules of a text, one a line, each once. Raises :class:`RuleError`."""
    if len(text) > LONGEST_TEXT:
        raise RuleError("long")
    rules = tuple(dict.fromkeys(read_rule(line) for line in text.splitlines() if line.strip()))
    if not rules:
        raise RuleError("empty")
    return rules


def read_rule(text: str) -> Rule:
    """One rule; ``RRULE:`` before it, small letters and full-width signs are forgiven. Raises :class:`RuleError`."""
    narrow = unicodedata.normalize("NFKC", text).strip().upper().removeprefix("RRULE:")
    if not narrow:
        raise RuleError("empty")
    parts: dict[str, str] = {}
    for part in narrow.split(";"):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not (name and equals and value):
            raise RuleError("unknown", part.strip() or narrow)
        if name in parts:
            raise RuleError("twice", name)
        parts[name] = value
    if "FREQ" not in parts:
        raise RuleError("frequency")
    rule = Rule(**{name.lower(): value for name, value in _values(parts) if name != "BYSECOND"})
    _check(rule, parts)
    return rule


def _values(parts: dict[str, str]) -> Iterator[tuple[str, Any]]:
    """Each part with its value read."""
    for name, value in parts.items():
        part = f"{name}={value}"
        if name in _NUMBERS:
            yield name, _numbers(part, value, *_NUMBERS[name])
        elif name == "FREQ":
            yield name, _frequency(part, value)
        elif name in ("INTERVAL", "COUNT"):
            yield name, _numbers(part, value, 1, 999 if name == "INTERVAL" else MOST, False, only_one=True)[0]
        elif name == "BYDAY":
            yield name, _days(part, value)
        elif name == "WKST" and value in WEEKDAYS:
            yield name, WEEKDAYS.index(value)
        elif name == "UNTIL":
            yield name, _until(part, value)
        else:
            raise RuleError("unknown", part)


def _frequency(part: str, value: str) -> str:
    if value in ("MINUTELY", "SECONDLY"):
        raise RuleError("too_often", part)
    if value not in FREQUENCIES:
        raise RuleError("unknown", part)
    return value


def _numbers(
    part: str, value: str, lowest: int, highest: int, from_end: bool, *, only_one: bool = False
) -> tuple[int, ...]:
    found = set()
    for piece in value.split(","):
        if not re.fullmatch(r"[+-]?[0-9]{1,5}", piece.strip()):
            raise RuleError("unknown", part)
        number = int(piece)
        if not lowest <= (abs(number) if from_end else number) <= highest:
            raise RuleError("value", part)
        found.add(number)
    if only_one and "," in value:
        raise RuleError("value", part)
    return tuple(sorted(found))


def _days(part: str, value: str) -> tuple[tuple[int, int], ...]:
    found = set()
    for piece in value.split(","):
        match = _DAY.fullmatch(piece.strip())
        if match is None:
            raise RuleError("unknown", part)
        if match[1] and not 1 <= abs(int(match[1])) <= 53:
            raise RuleError("value", part)
        found.add((int(match[1] or 0), WEEKDAYS.index(match[2])))
    return tuple(sorted(found))


def _until(part: str, value: str) -> date | datetime:
    match = _UNTIL.fullmatch(value)
    if match is None:
        raise RuleError("unknown", part)
    try:
        if match[2] is None:
            return date.fromisoformat(match[1])
        moment = datetime.fromisoformat(f"{match[1]}T{match[2]}")
    except ValueError as wrong:
        raise RuleError("value", part) from wrong
    return moment.replace(tzinfo=UTC) if match[3] else moment


def _check(rule: Rule, parts: dict[str, str]) -> None:
    """What the parts may not be together."""
    for name, frequencies in _NEVER_WITH.items():
        if name in parts and rule.freq in frequencies:
            raise RuleError("clash", f"{name}={parts[name]}")
    ordinals = [ordinal for ordinal, _ in rule.byday if ordinal]
    if ordinals and (rule.freq not in ("MONTHLY", "YEARLY") or rule.byweekno):
        raise RuleError("clash", f"BYDAY={parts['BYDAY']}")
    if ordinals and rule.freq == "MONTHLY" and max(map(abs, ordinals)) > 5:
        raise RuleError("value", f"BYDAY={parts['BYDAY']}")
    if rule.bysetpos and not any(name.startswith("BY") and name != "BYSETPOS" for name in parts):
        raise RuleError("clash", f"BYSETPOS={parts['BYSETPOS']}")
    if rule.count is not None and rule.until is not None:
        raise RuleError("two_ends")
    hours = len(rule.byhour) or (24 if rule.freq == "HOURLY" else 1)
    if hours * (len(rule.byminute) or 1) > MOST_A_DAY:
        raise RuleError("too_often", f"BYMINUTE={parts['BYMINUTE']}")
    _check_comes(rule, parts)


def _check_comes(rule: Rule, parts: dict[str, str]) -> None:
    """Days and positions that no calendar has: the library would look for them until the year 9999, day by day."""
    longest = max(_LONGEST_MONTH[month - 1] for month in rule.bymonth or range(1, 13))
    if rule.bymonthday and min(map(abs, rule.bymonthday)) > longest:
        raise RuleError("never", f"BYMONTHDAY={parts['BYMONTHDAY']}")
    a_day = (1 if rule.freq == "HOURLY" else len(rule.byhour) or 1) * (len(rule.byminute) or 1)
    if rule.bysetpos and min(map(abs, rule.bysetpos)) > a_day * _DAYS_IN[rule.freq]:
        raise RuleError("never", f"BYSETPOS={parts['BYSETPOS']}")


def daily(times: Iterable[time]) -> str:
    """The text for every day at these times, to the minute: one rule a minute of the hour."""
    return weekly((), times)


def weekly(days: Iterable[int], times: Iterable[time]) -> str:
    """The text for these weekdays (0 is Monday; none or all seven: every day) at these times. Raises RuleError without a time."""
    chosen = sorted(set(days))
    whole = len(chosen) in (0, 7)
    by_minute: dict[int, set[int]] = {}
    for moment in times:
        by_minute.setdefault(moment.minute, set()).add(moment.hour)
    if not by_minute:
        raise RuleError("empty")
    return "\n".join(
        str(
            Rule(
                "DAILY" if whole else "WEEKLY",
                byday=() if whole else tuple((0, day) for day in chosen),
                byhour=tuple(sorted(hours)),
                byminute=(minute,),
            )
        )
        for minute, hours in sorted(by_minute.items())
    )


def instant(local: datetime, zone: tzinfo) -> datetime:
    """The moment in UTC of a time on the wall (RFC 5545, section 3.3.5): the offset before a gap, the first of two."""
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def expand(
    rules: Iterable[Rule], *, starts: datetime, zone: tzinfo, since: datetime, until: datetime, most: int = MOST
) -> list[datetime]:
    """The moments of the rules with ``since`` ≤ moment < ``until``, in UTC, in order, each once.

    ``starts``: the local time from which the rules count (DTSTART), without a zone; it is a moment of its own only where a rule says so.
    Raises :class:`RuleError` (too_far, too_many, never) and ValueError for moments of the wrong kind.
    """
    if starts.tzinfo is not None or since.tzinfo is None or until.tzinfo is None:
        raise ValueError("starts is a local time without a zone, since and until are moments with one")
    if until - since > timedelta(days=MOST_DAYS):
        raise RuleError("too_far")
    found: set[datetime] = set()
    for rule in rules:
        for local in _local(rule, starts, zone, since, until):
            moment = instant(local, zone)
            if since <= moment < until:
                found.add(moment)
                if len(found) > most:
                    raise RuleError("too_many")
    return sorted(found)


def _local(rule: Rule, starts: datetime, zone: tzinfo, since: datetime, until: datetime) -> Iterator[datetime]:
    """Local times of one rule around the span."""
    first, last = (moment.astimezone(zone).replace(tzinfo=None) for moment in (since, until))
    end = _last_local(rule, zone)
    if end is None or end > last + _MARGIN:
        end = last + _MARGIN
    # Whole periods that lie before the span are skipped; with COUNT each of them counts.
    step = _STEPS.get(rule.freq)
    phase = starts
    if step is not None and rule.count is None:
        phase += step * rule.interval * max(0, (first - _MARGIN - starts) // (step * rule.interval) - 1)
    if phase > end:
        return iter(())
    try:
        counted = dateutil_rrule.rrule(
            getattr(dateutil_rrule, rule.freq),
            dtstart=phase,
            interval=rule.interval,
            until=end,
            bymonth=rule.bymonth or None,
            byweekno=rule.byweekno or None,
            byyearday=rule.byyearday or None,
            bymonthday=rule.bymonthday or None,
            byweekday=tuple(dateutil_rrule.weekday(day, ordinal or None) for ordinal, day in rule.byday) or None,
            byhour=rule.byhour or None,
            byminute=rule.byminute or None,
            bysecond=0,
            bysetpos=rule.bysetpos or None,
            wkst=rule.wkst,
        )
    except ValueError as wrong:  # an hour that an interval of hours never meets
        raise RuleError("never", str(rule)) from wrong
    # Counted here: with COUNT the library knows no end.
    return islice((moment for moment in counted if moment >= starts), rule.count)


def _last_local(rule: Rule, zone: tzinfo) -> datetime | None:
    if rule.until is None:
        return None
    if not isinstance(rule.until, datetime):
        return datetime.combine(rule.until, time.max)
    return rule.until if rule.until.tzinfo is None else rule.until.astimezone(zone).replace(tzinfo=None)
