"""Of which day a list is: said, or found in its name, its headings or its folder."""

from __future__ import annotations

import re
from datetime import date

from linli.kernel.refusal import Refusal

_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_.年/]?(0?[1-9]|1[0-2])[-_.月/]?(0[1-9]|[12]\d|3[01]|[1-9])日?(?!\d)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")


def as_of(hint: str, *, said: str = "", folder: str = "") -> date:
    """The day of a list. ``said``: a date or a year; a year alone is its last day, of which the yearly lists are.

    Raises Refusal ``gazetteer.date_unknown`` when neither a day nor exactly one year is found, ``gazetteer.date_wrong`` for a bad one.
    """
    if said:
        return _said(said.strip())
    for text in (hint, folder):
        days = {_date(found) for found in _DAY.finditer(text)} - {None}
        if len(days) == 1:
            return days.pop()  # type: ignore[return-value]
        years = set(_YEAR.findall(text))
        if len(years) == 1:
            return date(int(years.pop()), 12, 31)
    raise Refusal(
        "gazetteer.date_unknown", "Of which day is this list? Neither its name nor its headings say so: give --as-of."
    )


def _said(text: str) -> date:
    if re.fullmatch(r"(19|20)\d\d", text):
        return date(int(text), 12, 31)
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise Refusal("gazetteer.date_wrong", "“%(text)s” is no day. Write 2019-12-31 or 2019.", text=text) from wrong


def _date(found: re.Match[str]) -> date | None:
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None
