"""Phone numbers as offices write them → the numbers that may be stored, a note, problems named.

Problem codes: ``phone_number_cell``, ``phone_fullwidth``, ``phone_prefix``, ``phone_spaced``, ``phone_dashed``, ``phone_two``,
``phone_with_note``, ``phone_10_digits``, ``phone_bad_length``, ``phone_zero_lost``, ``phone_letter_in_number``, ``phone_unclear``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

_MOBILE = re.compile(r"^1[3-9]\d{9}$")
_LANDLINE = re.compile(r"^0(?:10|2\d|[3-9]\d{2})\d{7,8}$")
_SERVICE = re.compile(r"^[48]00\d{7}$")
_ABROAD = re.compile(r"^\+(?!86)\d{7,15}$")
_HOME_PREFIX = re.compile(r"^(?:\+|00)?86(?=1[3-9]\d{9}$|0?(?:10|2\d|[3-9]\d{2})\d{7,8}$)")
_SPLIT = re.compile(
    r"[/、,，;；|\n\r]+|\s+或\s*|或者?|和|(?<=\d{11})\s+(?=1[3-9]|0\d{2})|(?<=\d{11})\s*(?=[\u4e00-\u9fff]{1,4}[:：]?\s*1[3-9]\d{9})"
)
_NO_NOTE = frozenset(
    {"手机", "电话", "联系电话", "座机", "固话", "固定电话", "宅电", "手机号", "移动", "tel", "tel.", "mobile", "phone"}
)
_NOTE = re.compile(r"[(（【\[]([^()（）【】\[\]]*)[)）】\]]")
_NUMBER = re.compile(r"\+?\d[\d \-–—‐‑.·*]*\d")
_INNER = re.compile(r"[\s\-–—‐‑.·\u200b\u00a0\u3000]")


@dataclass(frozen=True, slots=True)
class PhoneReading:
    """``numbers``: digits only (a leading + for foreign ones); ``extension`` stays in ``note``."""

    numbers: tuple[str, ...] = ()
    note: str | None = None
    problems: tuple[str, ...] = ()
    proposal: str | None = None


def kind_of(number: str) -> str | None:
    """mobile, landline, local (no area code), service, abroad; None if it is no phone number."""
    if _MOBILE.match(number):
        return "mobile"
    if _LANDLINE.match(number):
        return "landline"
    if _SERVICE.match(number):
        return "service"
    if _ABROAD.match(number):
        return "abroad"
    return "local" if re.fullmatch(r"\d{7,8}", number) and number[0] not in "19" else None


def read_phones(raw: str | float | int | None, *, is_placeholder: Callable[[str], bool]) -> PhoneReading:
    """Read one cell. A number with a digit too few is never completed."""
    if raw is None:
        return PhoneReading()
    problems: list[str] = []
    if isinstance(raw, (int, float)):
        if raw != int(raw) or raw <= 0:
            return PhoneReading(problems=("phone_unclear",))
        text = f"{raw:.0f}"
        problems.append("phone_number_cell")
    else:
        narrow = unicodedata.normalize("NFKC", raw)
        text = "".join(char for char in narrow if unicodedata.category(char) != "Cf").strip(" \t\r\n'’‘`")
        if any("０" <= char <= "９" for char in raw):
            problems.append("phone_fullwidth")
    if not text or is_placeholder(text):
        return PhoneReading()
    return _read_text(text, problems)


def _read_text(text: str, problems: list[str]) -> PhoneReading:
    numbers: list[str] = []
    text, notes = _take_notes(text)
    proposal = None
    for part in _SPLIT.split(text):
        part = part.strip()
        if not part:
            continue
        if re.fullmatch(r"\d(?:\.\d+)?[eE]\+?\d{1,2}", part):
            problems.append("phone_unclear")  # a spreadsheet kept the first digits only
            continue
        found = _NUMBER.search(part)
        if found is None:
            problems.append(
                "phone_letter_in_number" if re.search(r"\d{3}", part) and re.search("[OoIl]", part) else "phone_unclear"
            )
            continue
        rest = (part[: found.start()] + " " + part[found.end() :]).strip(" :：-–—")
        if rest and re.search(r"[A-Za-z]\d|\d[A-Za-z]|^[OoIl]+$", part[max(found.start() - 1, 0) : found.end() + 1]):
            problems.append("phone_letter_in_number")
            continue
        if rest and rest.lower() not in _NO_NOTE:
            notes.append(rest)
        for number, code, guess in _classify(found.group(), problems):
            if code:
                problems.append(code)
                proposal = proposal or guess
            elif number not in numbers:
                numbers.append(number)
    if notes:
        problems.append("phone_with_note")
    if len(numbers) > 1:
        problems.append("phone_two")
    return PhoneReading(tuple(numbers), "；".join(notes) or None, tuple(dict.fromkeys(problems)), proposal)


def _take_notes(text: str) -> tuple[str, list[str]]:
    """Bracketed words out of the text: an area code in brackets stays, a note is taken."""
    notes: list[str] = []

    def take(found: re.Match[str]) -> str:
        inside = found.group(1).strip()
        if re.fullmatch(r"\+?\d{2,4}", inside):
            return inside + "-"
        if inside:
            notes.append(inside)
        return " "

    return _NOTE.sub(take, text), notes


def _classify(written: str, problems: list[str]) -> list[tuple[str, str | None, str | None]]:
    """Digits of one stretch → (number, problem, proposal); two mobiles written together are two."""
    digits = _INNER.sub("", written)
    stripped = _HOME_PREFIX.sub("", digits)
    if stripped != digits:
        problems.append("phone_prefix")
        digits = stripped
        if not digits.startswith(("0", "1")):
            digits = "0" + digits
    if re.fullmatch(r"(?:1[3-9]\d{9}){2,3}", digits):
        return [(digits[at : at + 11], None, None) for at in range(0, len(digits), 11)]
    abroad = re.fullmatch(r"00(?!86)([1-9]\d{7,13})", digits)
    if abroad:
        digits = f"+{abroad.group(1)}"
    kind = kind_of(digits)
    if kind == "mobile":
        if re.search(r"[\s.·]", written.strip()[1:]) and "phone_prefix" not in problems:
            problems.append("phone_spaced")
        elif re.search(r"[-–—‐‑]", written) and "phone_prefix" not in problems:
            problems.append("phone_dashed")
    if kind:
        return [(digits, None, None)]
    extension = re.fullmatch(r"(0\d{2,3}-?\d{7,8}|\d{8})[-–—转](\d{1,5})", re.sub(r"\s", "", written))
    if extension:
        return [(_INNER.sub("", extension.group(1)), None, None)]
    if re.fullmatch(r"1[3-9]\d{8}", digits):
        return [(digits, "phone_10_digits", None)]
    if re.fullmatch(r"(?:10|2\d|[3-9]\d{2})\d{8}", digits) and len(digits) in (10, 11):
        return [(digits, "phone_zero_lost", "0" + digits)]
    return [(digits, "phone_bad_length", None)]


def masked(number: str) -> str:
    """First three and last four digits of a phone; the rest are stars."""
    return (
        number[:3] + "*" * (len(number) - 7) + number[-4:] if len(number) > 7 else "*" * (len(number) - 2) + number[-2:]
    )
