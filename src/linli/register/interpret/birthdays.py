"""Birth dates as offices write them, brought to a form that the kernel reads; what cannot be certain stays a doubt.

Mar 2, 1985 · 1985 3 2 · 生于1985年3月2日 · 一九八五年三月二日 · 公历… · 31108 (a spreadsheet's day as text) · 85年3月.
3/2/1985 may be March or February: only a part above 12 settles it. A lunar date is a doubt: no calendar of that year is at hand here.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date, datetime

from linli.kernel.approximate import DateReading, read_date

_MONTHS = {name.lower(): at for at, name in enumerate(calendar.month_abbr) if at}
_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_LUNAR = re.compile(r"农历|阴历|旧历|[(（]农[)）]|[(（]阴[)）]")
_BEFORE = re.compile(r"^(?:公历|阳历|新历|生于|出生于|出生|生日|born)[:：]?")


def read_birthday(raw: object, *, today: date, elder: bool | None = None) -> tuple[DateReading, str | None]:
    """(reading, problem): ``born_lunar``, ``born_unclear`` (a day or month may be either), or None."""
    if not isinstance(raw, str):
        return (
            read_date(raw, today=today, elder=elder) if isinstance(raw, (int, float, date, datetime)) else DateReading()
        ), None
    text = unicodedata.normalize("NFKC", raw).strip(" \t\r\n'’‘`\u200b\u00a0")
    if _LUNAR.search(text):
        return DateReading(about=True), "born_lunar"
    plain = _plain(_BEFORE.sub("", re.sub(r"[(（](?:公历|阳历|公|阳)[)）]", "", text)).strip())
    western = re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", plain)
    if western:
        return _western(*(int(part) for part in western.groups()))
    short = re.fullmatch(r"(\d{2})年(\d{1,2})月?|(\d{2})年", plain)
    if short:
        return DateReading(about=True, two_digit_year=True), None
    if re.fullmatch(r"[1-5]\d{4}", plain):
        return read_date(float(plain), today=today), None
    return read_date(plain, today=today, elder=elder), None


def _plain(text: str) -> str:
    """The same day with digits, in the order year, month, day."""
    if re.fullmatch(r"[〇零○一二三四五六七八九]{4}年.*", text):
        year, rest = text[:4].translate(_DIGITS), text[5:]
        parts = [_small(part) for part in re.findall(r"[〇零○一二三四五六七八九十]+", rest)]
        return "-".join((year, *(str(part) for part in parts)))
    named = re.fullmatch(r"([A-Za-z]{3})[A-Za-z]*[.,\s-]*(\d{1,2})(?:st|nd|rd|th)?[,\s-]+(\d{4})", text)
    if named and named.group(1).lower() in _MONTHS:
        return f"{named.group(3)}-{_MONTHS[named.group(1).lower()]}-{named.group(2)}"
    named = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?[-/.,\s]+([A-Za-z]{3})[A-Za-z]*[-/.,\s]+(\d{2})", text)
    if named and named.group(2).lower() in _MONTHS:
        return f"{named.group(3)}-{_MONTHS[named.group(2).lower()]}-{named.group(1)}"
    spaced = re.fullmatch(r"(\d{4})[\s,，。]+(\d{1,2})[\s,，。]+(\d{1,2})[日号]?", text)
    if spaced:
        return "-".join(spaced.groups())
    return text


def _small(text: str) -> int:
    """十一 → 11, 三十 → 30, 二 → 2."""
    if "十" not in text:
        return int(text.translate(_DIGITS))
    tens, _, ones = text.partition("十")
    return (int(tens.translate(_DIGITS)) if tens else 1) * 10 + (int(ones.translate(_DIGITS)) if ones else 0)


def _western(one: int, two: int, year: int) -> tuple[DateReading, str | None]:
    """Day and month in either order."""
    found = set()
    for month, number in ((one, two), (two, one)):
        if 1 <= month <= 12 and 1 <= number <= calendar.monthrange(year, month)[1] and year >= 1:
            found.add(date(year, month, number))
    if len(found) == 1:
        return DateReading(found.pop()), None
    return (DateReading(about=True), "born_unclear") if found else (DateReading(impossible=True), None)
