"""Dates and numbers that are not exact: read as written, kept with an "about" flag, never sorted as exact.

A date is a window (earliest, latest); ``value`` is set only where one day is meant. Numbers: ``about_numbers``; days as people say
them (年初二, 日前, 3月中下旬, 周五): ``said_dates``.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from linli.kernel.about_numbers import AboutNumber, read_about_number
from linli.kernel.lunar import FIRST_DAYS

_EXCEL_DAY_ZERO = date(1899, 12, 30)
_ABOUT = re.compile(r"约|大约|左右|前后|大概|估计|上下|不详|\?|\u4e0a\u4e0b")
_YMD = re.compile(r"(\d{4}|\d{2})\s*[-/.年·、]\s*(\d{1,2})\s*[-/.月·、]\s*(\d{1,2})\s*[日号]?$")
_YM = re.compile(r"(\d{4})\s*(?:[-/.]|年)\s*(\d{1,2})\s*月?$")
_DMY = re.compile(r"(\d{1,2})[-/. ]([A-Za-z]{3})[A-Za-z]*[-/. ](\d{4})$")
_MONTHS = {name.lower(): at for at, name in enumerate(calendar.month_abbr) if at}

__all__ = ["AboutNumber", "DateReading", "day", "read_about_number", "read_date", "read_window"]


@dataclass(frozen=True, slots=True)
class DateReading:
    """``value``: the day, if one day is meant; else the window ``earliest``–``latest``; ``about`` for either."""

    value: date | None = None
    about: bool = False
    earliest: date | None = None
    latest: date | None = None
    two_digit_year: bool = False
    impossible: bool = False


def day(year: int, month: int, number: int) -> date | None:
    """The date, or None if the calendar has no such day."""
    try:
        return date(year, month, number)
    except ValueError:
        return None


def read_date(
    raw: str | float | int | date | datetime | None, *, today: date, elder: bool | None = None
) -> DateReading:
    """Read a birth date or other day in the past.

    A two-digit year becomes the latest century that is not in the future; ``elder`` True (an adult by the relation to the
    head of household) takes the century before where that would make a child.
    """
    if raw is None or raw == "":
        return DateReading()
    if isinstance(raw, datetime):
        return DateReading(raw.date())
    if isinstance(raw, date):
        return DateReading(raw)
    if isinstance(raw, (int, float)):
        return _from_number(float(raw), today)
    text = unicodedata.normalize("NFKC", raw).strip(" \t\r\n'’‘`\u200b")
    about = _ABOUT.search(text) is not None
    text = re.sub(r"生$|出生$|\s*0?0:00(?::00)?$", "", _ABOUT.sub("", text)).strip()
    return _from_text(text, about, today, elder)


def _from_number(value: float, today: date) -> DateReading:
    digits = f"{value:.0f}"
    if len(digits) == 8 and value == int(value):
        return _from_text(digits, False, today, None)
    if value == int(value) and 1900 <= value <= today.year and len(digits) == 4:
        return DateReading(about=True, earliest=date(int(value), 1, 1), latest=date(int(value), 12, 31))
    if 1 <= value <= (today - _EXCEL_DAY_ZERO).days:
        return DateReading(_EXCEL_DAY_ZERO + timedelta(days=int(value)))
    return DateReading(impossible=True)


def _from_text(text: str, about: bool, today: date, elder: bool | None) -> DateReading:
    if re.fullmatch(r"\d{8}", text):
        return _exact(int(text[:4]), int(text[4:6]), int(text[6:]), about)
    if re.fullmatch(r"\d{6}", text):
        early = day(int(text[:4]), int(text[4:]), 1) if 1900 <= int(text[:4]) <= today.year else None
        return (
            _month(int(text[:4]), int(text[4:]))
            if early
            else _short(int(text[:2]), int(text[2:4]), int(text[4:]), about, today, elder)
        )
    found = _YMD.fullmatch(text)
    if found:
        year, month, number = (int(part) for part in found.groups())
        if len(found.group(1)) == 2:
            return _short(year, month, number, about, today, elder)
        return _exact(year, month, number, about)
    found = _DMY.fullmatch(text)
    if found and found.group(2).lower() in _MONTHS:
        return _exact(int(found.group(3)), _MONTHS[found.group(2).lower()], int(found.group(1)), about)
    found = _YM.fullmatch(text)
    if found:
        return _month(int(found.group(1)), int(found.group(2)))
    found = re.fullmatch(r"(\d{4})\s*年?", text)
    if found and 1850 <= int(found.group(1)) <= today.year:
        return DateReading(
            about=True, earliest=date(int(found.group(1)), 1, 1), latest=date(int(found.group(1)), 12, 31)
        )
    return DateReading(impossible=bool(text))


def _exact(year: int, month: int, number: int, about: bool) -> DateReading:
    value = day(year, month, number)
    return DateReading(value, about=about) if value else DateReading(impossible=True)


def _month(year: int, month: int) -> DateReading:
    first = day(year, month, 1)
    if first is None:
        return DateReading(impossible=True)
    return DateReading(about=True, earliest=first, latest=date(year, month, calendar.monthrange(year, month)[1]))


def _short(year: int, month: int, number: int, about: bool, today: date, elder: bool | None) -> DateReading:
    """Two-digit year: the latest century not in the future, one earlier for somebody who is no child by his relation."""
    recent = day(2000 + year, month, number)
    if recent is not None and recent <= today and not (elder and today.year - recent.year < 16):
        return DateReading(recent, about=about, two_digit_year=True)
    earlier = day(1900 + year, month, number)
    return DateReading(earlier, about=about, two_digit_year=True) if earlier else DateReading(impossible=True)


def read_window(text: str, *, filled: date) -> tuple[date | None, date | None] | None:
    """The days in which somebody is to come back, out of a remark written on ``filled``; None if no day is mentioned.

    3月底 is the last third, 3月中 the second, 3月初 the first; 3月20日左右 is two days either side; 6月 the whole month;
    元宵后 the day after the festival with no end. A month before ``filled`` by more than three is next year's.
    """
    words = unicodedata.normalize("NFKC", text)
    festival = re.search(r"(元宵|正月十五|春节|过年|年初一)(?:节)?\s*(?:之|以)?后", words)
    if festival and filled.year in FIRST_DAYS:
        start = FIRST_DAYS[filled.year] + timedelta(
            days=14 if "元宵" in festival.group() or "十五" in festival.group() else 7
        )
        return start + timedelta(days=1), None
    found = re.search(
        r"(?:(20\d\d)\s*[年./-]\s*)?(?<!\d)(1[0-2]|0?[1-9])\s*[月./-]\s*(3[01]|[12]\d|0?[1-9])(?!\d)\s*[日号]?\s*(左右|前后|上下)?",
        words,
    )
    if found:
        middle = _near(found.group(1), int(found.group(2)), int(found.group(3)), filled)
        if middle is None:
            return None
        spread = timedelta(days=2 if found.group(4) else 0)
        return middle - spread, middle + spread
    found = re.search(r"(?:(20\d\d)\s*年\s*)?(?<!\d)(1[0-2]|0?[1-9])\s*月\s*(上旬|初|中旬|中|下旬|底|末)?", words)
    if not found:
        return None
    first = _near(found.group(1), int(found.group(2)), 1, filled)
    if first is None:
        return None
    last = date(first.year, first.month, calendar.monthrange(first.year, first.month)[1])
    third = found.group(3)
    if third in ("上旬", "初"):
        return first, first.replace(day=10)
    if third in ("中旬", "中"):
        return first.replace(day=11), first.replace(day=20)
    return (first.replace(day=21), last) if third else (first, last)


def _near(year: str | None, month: int, number: int, filled: date) -> date | None:
    if year:
        return day(int(year), month, number)
    value = day(filled.year, month, number)
    if value is not None and (filled - value).days > 100:
        return day(filled.year + 1, month, number)
    return value
