"""Numbers that are not exact: 近460, 130余, 70余, 上百, 二十多, 大约80 (X10). A range with a flag; never sorted as exact.

How wide each word is meant is *(ours)*: 余 and 多 fill the last round step (130余 is 131–139), 近 the step below (近460 is 450–460),
约 and 左右 a tenth either side, 上百 the whole hundred from 100 on.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

_DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_HAN = "〇零一二两三四五六七八九十百千万亿"
_AROUND = re.compile(r"约|大约|大概|估计|左右|前后|上下|差不多|\?")
_ABOVE = re.compile(r"超过|超|逾|不少于|至少|以上")
_BELOW = re.compile(r"近|将近|接近|不到|不足|不满|至多|不超过|以下|以内")
_NUMBER = re.compile(rf"(\d+(?:,\d{{3}})*(?:\.\d+)?|[{_HAN}]+)\s*([多余几来])?\s*([十百千万亿]*)\s*([多余几来])?")
_PAIR = re.compile(r"([一二三四五六七八九])([二三四五六七八九])([十百千万]?)(?![一二三四五六七八九十百千万\d])")
_SPAN = re.compile(r"(\d+)\s*(?:[-–—~～至到])\s*(\d+)")


@dataclass(frozen=True, slots=True)
class AboutNumber:
    """``low``–``high`` with ``about``; an exact number has low = high = value and no flag. ``said``: the words, as written."""

    value: int
    about: bool
    low: int
    high: int
    said: str = field(default="", compare=False)

    def sort_key(self) -> tuple[int, int, int]:
        """By the end of the range; an exact number before an about one with the same end, a narrow range before a wide one."""
        return (self.high, int(self.about), self.high - self.low)

    def shown(self) -> str:
        """As the page writes it: the words themselves, or 约 before the number."""
        return self.said if self.about and self.said else f"约{self.value}" if self.about else str(self.value)


def read_about_number(raw: str) -> AboutNumber | None:
    """The first number of a text. 约80 is 72–88, 80多 80–89, 130余 131–139, 上百 100–199, 七八十 70–80, 35 exact. None without one."""
    said = unicodedata.normalize("NFKC", raw).strip()
    text = re.sub(r"\s+", "", said)
    words = re.search(r"上([百千万])|([数几])([十百千万])|十几", text)
    if words:
        return _round_words(words, said)
    span = _SPAN.search(text)
    if span and int(span.group(1)) < int(span.group(2)):
        low, high = int(span.group(1)), int(span.group(2))
        return AboutNumber(high, True, low, high, said)
    pair = _PAIR.search(text)
    if pair and 0 < _DIGITS[pair.group(2)] - _DIGITS[pair.group(1)] <= 2:
        unit = _UNITS.get(pair.group(3), 1)
        low, high = _DIGITS[pair.group(1)] * unit, _DIGITS[pair.group(2)] * unit
        return AboutNumber(low, True, low, high, said)
    found = _NUMBER.search(text)
    return _read(found, text, said) if found else None


def _round_words(words: re.Match[str], said: str) -> AboutNumber:
    """上百, 数百, 几十, 十几."""
    if words.group(1):
        unit = _UNITS[words.group(1)]
        return AboutNumber(unit, True, unit, 2 * unit - 1, said)
    if words.group(3):
        unit = _UNITS[words.group(3)]
        return AboutNumber(2 * unit, True, 2 * unit, 10 * unit - 1, said)
    return AboutNumber(10, True, 11, 19, said)


def _read(found: re.Match[str], text: str, said: str) -> AboutNumber | None:
    plain, unit = found.group(1).replace(",", ""), 1
    for char in found.group(3):
        unit *= _UNITS[char]
    if plain[0].isdecimal():
        whole = float(plain) * unit
        if whole != int(whole) and unit == 1:
            return None  # 37.3 is a measurement, not a count
        value = int(round(whole))
    else:
        value = han_number(plain) * unit
    rest = text[: found.start()] + text[found.end() :]
    step = _step(value)
    if found.group(2) and unit > 1:  # 3多万: the tens of thousands are three, and some more
        return AboutNumber(value, True, value, value + unit - 1, said)
    more = found.group(2) or found.group(4)
    if more == "来":
        return AboutNumber(value, True, value - step // 2, value + step // 2, said)
    if more:
        return AboutNumber(value, True, value if more == "多" else value + min(1, step - 1), value + step - 1, said)
    if _BELOW.search(rest):
        return AboutNumber(value, True, max(0, value - max(step, value // 50)), value, said)
    if _ABOVE.search(rest):
        return AboutNumber(value, True, value, value + max(step - 1, value // 10), said)
    if _AROUND.search(rest):
        return AboutNumber(value, True, value - value // 10, value + value // 10, said)
    return AboutNumber(value, False, value, value, said)


def _step(value: int) -> int:
    """The largest power of ten that divides a number: 460 counts in tens, 3,500 in hundreds; 1 for a number that is not round."""
    step = 1
    while value and value % (step * 10) == 0:
        step *= 10
    return step


def han_number(text: str) -> int:
    """二十 → 20, 一百零五 → 105, 三千五百 → 3500, 一万二 → 12000, 二〇二〇 → 2020."""
    if not re.search("[十百千万亿]", text):
        return int("".join(str(_DIGITS[char]) for char in text))
    total, section, digit, last = 0, 0, 0, 1
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
            last = 1 if char in "零〇" else last
            continue
        unit = _UNITS[char]
        if unit >= 10_000:
            total = (total + section + digit or 1) * unit
            section = 0
        else:
            section += (digit or 1) * unit
        digit, last = 0, unit
    return total + section + digit * (last // 10 if last >= 100 else 1)
