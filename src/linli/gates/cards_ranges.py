"""What a clerk types for many cards at once: "1-35, 40" (of sheets or of serials). Pure."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext_noop

from linli.kernel.refusal import Refusal

PER_SHEET = 10
"""Cards of one A4 sheet, in the order of their serials."""

_DASH = re.compile(r"\s*(?:-|–|—|~|至|到)+\s*")
_SEPARATOR = re.compile(r"[\s,;、，；]+")
_ONE = re.compile(r"([0-9]{1,6})(?:-([0-9]{1,6}))?")


def numbers(text: str, most: int) -> list[int]:
    """The numbers that a text names, ascending, each once: "1-3, 7、9至10" → 1 2 3 7 9 10. Full-width digits and signs count too.

    Refusals: ``cards.range`` where it cannot be read, is empty, runs backwards, or names a number outside 1…``most``.
    """
    plain = _DASH.sub("-", unicodedata.normalize("NFKC", text).strip())
    found: set[int] = set()
    for part in filter(None, _SEPARATOR.split(plain)):
        match = _ONE.fullmatch(part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last <= most:
            raise Refusal(
                "cards.range",
                gettext_noop("“%(part)s” is none of 1 to %(most)s. Write for example 1-35, 40."),
                part=part,
                most=most,
            )
        found.update(range(first, last + 1))
    if not found:
        raise Refusal("cards.range", gettext_noop("Please say which: for example 1-35, 40."))
    return sorted(found)


def shown(found: list[int]) -> str:
    """The shortest way to write numbers: [1, 2, 3, 7] → "1–3, 7"."""
    return ", ".join(f"{first}–{last}" if last > first else str(first) for first, last in runs(found))


def runs(found: list[int]) -> list[tuple[int, int]]:
    """Ascending numbers as unbroken runs (first, last)."""
    parts: list[tuple[int, int]] = []
    for number in found:
        if parts and parts[-1][1] == number - 1:
            parts[-1] = (parts[-1][0], number)
        else:
            parts.append((number, number))
    return parts
