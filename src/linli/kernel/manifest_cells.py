"""Cells of a passenger list → values: birth dates as airlines write them (``02JUN14``), sex, passports whose zeros a number cell lost."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime

_MONTHS = {
    name: at
    for at, name in enumerate(("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"), 1)
}
_AIRLINE = re.compile(r"(\d{1,2})[ -]?([A-Z]{3})[A-Z]*[ -]?(\d{4}|\d{2})")
_WHOLE = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?: ?T?0{1,2}:00(?::00)?)?")
_PREFIX = re.compile(r"^(?:护照|PASSPORT|PPT)(?:号码?|NO)?[:.#]?")
_SEXES = {"M": "男", "MALE": "男", "男": "男", "男性": "男", "F": "女", "FEMALE": "女", "女": "女", "女性": "女"}
PASSPORT_LENGTHS = (8, 9)
"""Digits of the passports that consist of digits alone; to these lengths lost zeros are put back."""
TAIL = 4


def read_born(raw: object, *, on: date) -> date | None:
    """A birth date; two digits of a year are the last such year not after ``on``, the day of the journey. None if it is no day."""
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    text = _plain(raw)
    if found := _AIRLINE.fullmatch(text):
        month, year = _MONTHS.get(found.group(2)), int(found.group(3))
        if month is None:
            return None
        if len(found.group(3)) == 4:
            return _day(year, month, int(found.group(1)))
        centuries = (on.year // 100 * 100, on.year // 100 * 100 - 100)
        days = (_day(century + year, month, int(found.group(1))) for century in centuries)
        return next((day for day in days if day is not None and day <= on), None)
    whole = _WHOLE.fullmatch(text)
    return _day(*(int(part) for part in whole.groups())) if whole else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _plain(raw: object) -> str:
    if raw is None:
        return ""
    text = f"{raw:.0f}" if isinstance(raw, float) else str(raw)
    return unicodedata.normalize("NFKC", text).strip().upper()


def read_sex(raw: object) -> str:
    """男, 女, or empty for anything else."""
    return _SEXES.get(_plain(raw).rstrip("."), "")


def passport_spellings(raw: object) -> tuple[str, ...]:
    """Every number that the cell may have meant: itself and, for digits alone, with the zeros a number cell loses put back."""
    text = _PREFIX.sub("", re.sub(r"[\s\-'’‘`]", "", _plain(raw)))
    if not re.fullmatch(r"[A-Z0-9]{1,20}", text) or not re.search(r"\d", text):
        return ()
    padded = [text.zfill(length) for length in PASSPORT_LENGTHS] if text.isdigit() else []
    return tuple(dict.fromkeys([text, *padded]))


def passport_tail(raw: object) -> str:
    """The last four of a passport's number, lost zeros put back; empty if there is no number."""
    spellings = passport_spellings(raw)
    return spellings[-1][-TAIL:] if spellings else ""
