"""A body temperature: one reader of what people type, exact to the digit that the thermometer shows. Pure; degrees Celsius as Decimal."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from django.utils.translation import gettext_noop

from linli.kernel.refusal import Refusal

LOWEST, HIGHEST = Decimal(30), Decimal(45)
"""*(ours)*: outside of it no thermometer on a living person says so: a slip of the pen, or Fahrenheit."""
LONGEST = 20
_TYPED = re.compile(r"([0-9]{1,4}(?:[.,。][0-9]+)?) *(?:°? *C|度)?", re.IGNORECASE)
_EXACT = Decimal("0.01")


def read_celsius(typed: str) -> Decimal | None:
    """What somebody typed: ``38.37``, ``３８．３``, ``38,3``, ``38.3 ℃``, ``38度``. None for nothing typed.

    Refusals, all ``care.temperature``: it is no number, it is outside of 30 to 45 °C, it has more than two digits behind the point.
    """
    text = unicodedata.normalize("NFKC", typed).strip()
    if not text:
        return None
    found = _TYPED.fullmatch(text)
    if found is None:
        raise Refusal(
            "care.temperature", gettext_noop("Please write the temperature as the thermometer shows it, such as 36.6.")
        )
    read = Decimal(found[1].replace(",", ".").replace("。", "."))
    check(read)
    if read != read.quantize(_EXACT):
        raise Refusal(
            "care.temperature", gettext_noop("At most two digits behind the point, as the thermometer shows it.")
        )
    return read


def check(celsius: Decimal | None) -> None:
    """Refuse what no thermometer says of a person: ``care.temperature``."""
    if celsius is not None and not LOWEST <= celsius <= HIGHEST:
        raise Refusal("care.temperature", gettext_noop("Please look at the thermometer again: between 30 and 45 °C."))


def digits(celsius: Decimal) -> str:
    """As the thermometer showed it, with one digit behind the point at least: 38.37, 38.3, 38.0."""
    short = celsius.normalize()
    exponent = short.as_tuple().exponent
    return f"{short:.1f}" if not isinstance(exponent, int) or exponent > -1 else f"{short:f}"
