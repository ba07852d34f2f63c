"""Numbers, moments and guesses in the words of the reader's language. Pure but for the active language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

DASH = "—"
_DAYS_ZH = "一二三四五六日"
_DAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def is_chinese() -> bool:
    """Whether the reader's language is Chinese."""
    return (translation.get_language() or "zh-hans").startswith("zh")


def number(value: Any) -> str:
    """1431 as ``1,431``; None as a dash; anything that is no number unchanged."""
    if value is None:
        return DASH
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return str(value)
    return f"{value:,}"


def moment(value: dt.datetime | dt.date | dt.time | None, form: str = "") -> str:
    """A date or moment: ``3月13日 周五 16:41`` / ``Fri 13 Mar 16:41``, in local time on a 24-hour clock.

    ``form``: ``""`` (the year only when it is not this year's), ``"day"`` (no clock), ``"time"`` (clock only),
    ``"full"`` (always the year), ``"iso"`` (2020-03-13). None gives a dash.
    """
    if value is None or value == "":
        return DASH
    if isinstance(value, dt.time):
        return value.strftime("%H:%M")
    clock = ""
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
        clock = value.strftime("%H:%M")
    if form == "time":
        return clock or DASH
    if form == "iso":
        return f"{value:%Y-%m-%d}"
    with_year = form == "full" or value.year != timezone.localdate().year
    text = _day_zh(value, with_year) if is_chinese() else _day_en(value, with_year)
    return text if form == "day" or not clock else f"{text} {clock}"


def _day_zh(value: dt.date, with_year: bool) -> str:
    year = f"{value.year}年" if with_year else ""
    return f"{year}{value.month}月{value.day}日 周{_DAYS_ZH[value.weekday()]}"


def _day_en(value: dt.date, with_year: bool) -> str:
    year = f" {value.year}" if with_year else ""
    return f"{_DAYS_EN[value.weekday()]} {value.day} {_MONTHS_EN[value.month - 1]}{year}"


def about(value: Any, flag: Any = True) -> str:
    """``约 1980`` / ``≈ 1980`` when ``flag`` says that the value is a guess, else the value alone."""
    text = moment(value, "day") if isinstance(value, dt.date) else number(value)
    if not flag or text == DASH:
        return text
    return _("about %(value)s") % {"value": text}


def listed(words: Iterable[Any]) -> str:
    """Words one after the other: ``甲、乙`` / ``A, B``."""
    return ("、" if is_chinese() else ", ").join(str(word) for word in words)


def html_language(code: str) -> str:
    """Django's ``zh-hans`` as the tag browsers choose CJK fonts by: ``zh-Hans``."""
    return {"zh-hans": "zh-Hans"}.get(code, code)
