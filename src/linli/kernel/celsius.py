"""A temperature as people type it: one rule for a form, for a walker's sheet and for the phone (``scanner/sheet.js``), exact to the digit.

Shared cases: ``tests/vectors/celsius.json``.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

LOWEST, HIGHEST = Decimal(30), Decimal(45)
"""*(ours)*: outside of it no thermometer on a living person says so: a slip of the pen, or Fahrenheit."""
_TYPED = re.compile(r"(-?[0-9]{1,4}(?:[.,。][0-9]+)?) *(?:°? *C|度)?", re.IGNORECASE)
_EXACT = Decimal("0.01")


class NotCelsius(ValueError):
    """``code``: number (no number), range (more than two digits behind the point), limits (outside of what can be)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_celsius(typed: str, lowest: Decimal | None = LOWEST, highest: Decimal | None = HIGHEST) -> Decimal | None:
    """What somebody typed, in degrees Celsius: ``38.37``, ``３８．３``, ``38,3``, ``38.3 ℃``, ``38度``. None for nothing typed.

    ``lowest``, ``highest``: what can be; of a person unless somebody says otherwise. Never rounded. Raises :class:`NotCelsius`.
    """
    text = unicodedata.normalize("NFKC", typed).strip()
    if not text:
        return None
    found = _TYPED.fullmatch(text)
    if found is None:
        raise NotCelsius("number")
    read = Decimal(found[1].replace(",", ".").replace("。", "."))
    if read != read.quantize(_EXACT):
        raise NotCelsius("range")
    if (lowest is not None and read < lowest) or (highest is not None and read > highest):
        raise NotCelsius("limits")
    return read
