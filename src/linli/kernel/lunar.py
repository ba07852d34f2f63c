"""The turn of the lunar year, 2019–2035: the days by which people say when they come home (年初二, 正月十五, 腊月二十八, 除夕).

A small table instead of a package: only the first and the last lunar month are spoken of in dates of return. First days as in the
Hong Kong Observatory's conversion tables; the lengths of both months follow from the new moons (Meeus, ch. 49) in Beijing time.
"""

from __future__ import annotations

from datetime import date, timedelta

FIRST_DAYS: dict[int, date] = {
    2019: date(2019, 2, 5), 2020: date(2020, 1, 25), 2021: date(2021, 2, 12), 2022: date(2022, 2, 1), 2023: date(2023, 1, 22),
    2024: date(2024, 2, 10), 2025: date(2025, 1, 29), 2026: date(2026, 2, 17), 2027: date(2027, 2, 6), 2028: date(2028, 1, 26),
    2029: date(2029, 2, 13), 2030: date(2030, 2, 3), 2031: date(2031, 1, 23), 2032: date(2032, 2, 11), 2033: date(2033, 1, 31),
    2034: date(2034, 2, 19), 2035: date(2035, 2, 8),
}  # fmt: skip
_SHORT_LAST_MONTH = frozenset({2022, 2025, 2026, 2027, 2028, 2029, 2031, 2032})
_SHORT_FIRST_MONTH = frozenset({2020, 2021, 2023, 2024, 2030, 2031, 2033, 2034})


def first_month(year: int, number: int) -> date | None:
    """正月 ``number`` of the lunar year that begins in ``year``; None outside the table or the month."""
    start = FIRST_DAYS.get(year)
    if start is None or not 1 <= number <= (29 if year in _SHORT_FIRST_MONTH else 30):
        return None
    return start + timedelta(days=number - 1)


def last_month(year: int, number: int) -> date | None:
    """腊月 ``number`` just before the new year of ``year``; None outside the table or the month."""
    start = FIRST_DAYS.get(year)
    length = 29 if year in _SHORT_LAST_MONTH else 30
    if start is None or not 1 <= number <= length:
        return None
    return start - timedelta(days=length - number + 1)


def eve(year: int) -> date | None:
    """除夕: the last day before the new year, whether it is the 29th or the 30th (people say 大年三十 for both)."""
    start = FIRST_DAYS.get(year)
    return start - timedelta(days=1) if start is not None else None
