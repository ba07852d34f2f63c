"""Cells of a passenger list → values: birth dates as airlines write them (``02JUN14``), sex, passports whose zeros a number cell lost."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Literal

from linli.kernel.about_numbers import han_number

Order = Literal["dmy", "mdy", "ymd"]

_MONTHS = {
    name: at
    for at, name in enumerate(("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"), 1)
}
_OTHER_MONTHS = {
    "MRZ": 3,
    "MÄR": 3,
    "OKT": 10,
    "DEZ": 12,
    "MAI": 5,
    "AVR": 4,
    "FÉV": 2,
    "FEV": 2,
    "DÉC": 12,
    "AOÛ": 8,
    "AOU": 8,
}
_HAN_MONTH = re.compile(r"(1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月")
_AIRLINE = re.compile(r"(\d{1,2})(?:ST|ND|RD|TH)?[ \-./]*([A-ZÀ-Ü]{3})[A-ZÀ-Ü]*\.?[ ,\-./]*(\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})[ \-./]?([A-Z]{3})[A-Z]*\.?[ \-./]?(\d{1,2})")
_AROUND = re.compile(r"^['’`]|^(?:SUN|MON|TUE|WED|THU|FRI|SAT)[A-Z]*[., ]+(?=\d)|\s*\([^()]*\)$")
_MONTH_FIRST = re.compile(r"([A-Z]{3})[A-Z]*\.?[ \-./]?(\d{1,2})(?:ST|ND|RD|TH)?[ ,\-./]+(\d{4}|\d{2})")
_SLASHED = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})")
_SHORT = re.compile(r"(\d{2})(\d{2})(\d{2})")
_DAY_ZERO = date(1899, 12, 30)
_WHOLE = re.compile(
    r"(\d{4})(?:[-/.年] ?(\d{1,2})[-/.月] ?(\d{1,2})[日号]?|(\d{2})(\d{2}))(?:[ T]*0{1,2}:00(?::00)?(?:\.0+)?)?Z?"
)
_PREFIX = re.compile(r"^(?:护照|PASSPORT|PPT)(?:号码?|NO)?[:.#]?")
_SEXES = {
    **dict.fromkeys(("M", "MALE", "男", "男性", "男士", "先生", "MR", "MSTR", "1"), "男"),
    **dict.fromkeys(("F", "FEMALE", "女", "女性", "女士", "小姐", "MS", "MRS", "MISS", "2"), "女"),
}
_HIDDEN = re.compile(r"[*×•●…_]{2,}|(?<=\d)X{3,}(?=\d)")
PASSPORT_LENGTHS = (8, 9)
"""Digits of the passports that consist of digits alone; to these lengths lost zeros are put back."""
TAIL = 4


def read_born(raw: object, *, on: date, order: Order = "dmy") -> date | None:
    """A birth date; two digits of a year are the last such year not after ``on``, the day of the journey. None if it is no day.

    ``order``: what 03/04/1985 means; :func:`day_order` finds it out from a whole column. 850403 is year, month, day, as passports print it;
    a small number is a spreadsheet's count of days.
    """
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    text = _AROUND.sub("", _plain(raw))
    if whole := _WHOLE.fullmatch(text):
        return _day(*(int(part) for part in whole.groups() if part))
    if named := _with_named_month(text):
        return _in_century(*named, on)
    if found := _SLASHED.fullmatch(text):
        year, month, day = (found.group(1 + order.index(part)) for part in "ymd")
        return _in_century(year, int(month), int(day), on)
    if found := _SHORT.fullmatch(text):
        return _in_century(found.group(1), int(found.group(2)), int(found.group(3)), on)
    if re.fullmatch(r"\d{1,5}", text) and 0 < int(text) <= (on - _DAY_ZERO).days:
        return _DAY_ZERO + timedelta(days=int(text))
    return None


def _with_named_month(text: str) -> tuple[str, int, int] | None:
    """(year, month, day) of 03MAR85, March 3, 1985, 1985-Mar-03, and of 03-3月-85 as Chinese spreadsheets show it."""
    text = _HAN_MONTH.sub(lambda one: _named(one.group(1)), text) if not text[:4].isdecimal() else text
    if found := _AIRLINE.fullmatch(text):
        return found.group(3), _month(found.group(2)), int(found.group(1))
    if found := _MONTH_FIRST.fullmatch(text):
        return found.group(3), _month(found.group(1)), int(found.group(2))
    found = _YEAR_FIRST.fullmatch(text)
    return (found.group(1), _month(found.group(2)), int(found.group(3))) if found else None


def _named(month: str) -> str:
    at = int(month) if month.isdecimal() else han_number(month)
    return next(name for name, number in _MONTHS.items() if number == at)


def _month(name: str) -> int:
    """0 for what is no month."""
    return _MONTHS.get(name) or _OTHER_MONTHS.get(name, 0)


def day_order(cells: Iterable[object]) -> Order | None:
    """Whether the dates of a column put the day, the month or a short year first; None if no cell tells."""
    pairs = [(int(one.group(1)), int(one.group(2))) for raw in cells if (one := _SLASHED.fullmatch(_plain(raw)))]
    if any(first > 31 for first, _second in pairs):
        return "ymd"
    if any(first > 12 for first, _second in pairs):
        return "dmy"
    return "mdy" if any(second > 12 for _first, second in pairs) else None


def is_slashed(raw: object) -> bool:
    """Whether the cell is a date of which only the column can tell what is the day: 03/04/1985."""
    return _SLASHED.fullmatch(_plain(raw)) is not None


def _in_century(year: str, month: int, number: int, on: date) -> date | None:
    if len(year) == 4:
        return _day(int(year), month, number)
    short = int(year)
    days = (_day(century + short, month, number) for century in (on.year // 100 * 100, on.year // 100 * 100 - 100))
    return next((day for day in days if day is not None and day <= on), None)


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
    text = _PREFIX.sub("", re.sub(r"\([^()]*\)$|[\s\-'’‘`]", "", re.sub(r"(?<=\d)(?:/[A-Z]{3}|\.0)$", "", _plain(raw))))
    if not re.fullmatch(r"[A-Z0-9]{1,20}", text) or not re.search(r"\d", text):
        return ()
    padded = [text.zfill(length) for length in PASSPORT_LENGTHS] if text.isdigit() else []
    return tuple(dict.fromkeys([text, *padded]))


def _bare(raw: object) -> str:
    return re.sub(r"[\s-]", "", _plain(raw))


def is_masked(raw: object) -> bool:
    """Whether somebody hid the middle of a number: E12****78, 199XXXX1174."""
    return _HIDDEN.search(_bare(raw)) is not None


def masked_tail(raw: object) -> str:
    """The last four of a number whose middle is hidden; empty if nothing is hidden, or fewer are left."""
    behind = _HIDDEN.split(_bare(raw))[-1]
    return behind[-TAIL:] if is_masked(raw) and re.fullmatch(rf"[A-Z0-9]{{{TAIL},}}", behind) else ""


def passport_tail(raw: object) -> str:
    """The last four of a passport's number, lost zeros put back; empty if there is no number."""
    spellings = passport_spellings(raw)
    return spellings[-1][-TAIL:] if spellings else ""
