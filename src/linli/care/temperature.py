"""A body temperature in care's own words: typed exactly to the digit that the thermometer shows. Pure; degrees Celsius as Decimal."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_noop

from linli.kernel import celsius as kernel
from linli.kernel.refusal import Refusal

LONGEST = 20
_OUTSIDE = gettext_noop("Please look at the thermometer again: between 30 and 45 °C.")
_WRONG = {
    "number": gettext_noop("Please write the temperature as the thermometer shows it, such as 36.6."),
    "range": gettext_noop("At most two digits behind the point, as the thermometer shows it."),
    "limits": _OUTSIDE,
}


def read_celsius(typed: str) -> Decimal | None:
    """What somebody typed (``linli.kernel.celsius``). None for nothing typed; what is no temperature is refused: ``care.temperature``."""
    try:
        return kernel.read_celsius(typed)
    except kernel.NotCelsius as wrong:
        raise Refusal("care.temperature", _WRONG[wrong.code]) from wrong


def check(celsius: Decimal | None) -> None:
    """Refuse what no thermometer says of a person: ``care.temperature``."""
    if celsius is not None and not kernel.LOWEST <= celsius <= kernel.HIGHEST:
        raise Refusal("care.temperature", _OUTSIDE)


def digits(celsius: Decimal) -> str:
    """As the thermometer showed it, with one digit behind the point at least: 38.37, 38.3, 38.0."""
    short = celsius.normalize()
    exponent = short.as_tuple().exponent
    return f"{short:.1f}" if not isinstance(exponent, int) or exponent > -1 else f"{short:f}"
