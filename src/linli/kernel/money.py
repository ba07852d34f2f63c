"""Amounts as people write them, and as they are kept: whole fen (HOUSE.md: "Money is integer fen"). Pure."""

from __future__ import annotations

import re

MOST = 10_000_000
"""Fen: a hundred thousand yuan. Whoever types more has typed a telephone number."""
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0xFFE5: "¥", 0x3000: " ", 0x3002: "."}
_BLANK = re.compile(r"\s+(?=[^0-9])|(?<=[^0-9])\s+")
_BEFORE = r"(?:¥|rmb|cny)?"
_AFTER = r"(?:元|圆|块|块钱|元钱|元整|yuan|rmb|cny)?"
_POINT = re.compile(rf"{_BEFORE}([0-9]+|[0-9]{{1,3}}(?:,[0-9]{{3}})+)(?:\.([0-9]*))?{_AFTER}", re.IGNORECASE)
_SPOKEN = re.compile(r"([0-9]+)(?:元|块)(?:([0-9])(?:角|毛)?)?(?:([0-9])分)?")
_SMALL = re.compile(r"(?:([0-9])(?:角|毛))?(?:([0-9])分)?")


class NotMoney(ValueError):
    """Not an amount. ``code``: ``empty``, ``unreadable``, ``decimals`` (less than a fen), ``negative``, ``too_much``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_fen(text: str) -> int:
    """The fen of an amount in yuan: ``23.50``, ``¥23.5``, ``1,234元``, ``23元5角``, ``23块5``, full-width too. 0 is an amount.

    Raises :class:`NotMoney`.
    """
    said = _BLANK.sub("", text.translate(_WIDE).strip())  # a blank between two digits stays: it may be a point
    if not said:
        raise NotMoney("empty")
    if said.startswith(("-", "−", "–")):
        raise NotMoney("negative" if _fen(said[1:]) is not None else "unreadable")
    found = _fen(said)
    if found is None:
        raise NotMoney("unreadable")
    if found > MOST:
        raise NotMoney("too_much")
    return found


def _fen(said: str) -> int | None:
    """Fen, or None when it is no amount. Raises ``decimals``."""
    point = _POINT.fullmatch(said)
    if point is not None:
        rest = (point[2] or "").rstrip("0")
        if len(rest) > 2:
            raise NotMoney("decimals")
        return int(point[1].replace(",", "")) * 100 + int(rest.ljust(2, "0"))
    spoken = _SPOKEN.fullmatch(said)
    if spoken is not None:
        return int(spoken[1]) * 100 + int(spoken[2] or 0) * 10 + int(spoken[3] or 0)
    small = _SMALL.fullmatch(said)
    return int(small[1] or 0) * 10 + int(small[2] or 0) if small is not None else None


def yuan(fen: int) -> str:
    """``23.50``: what :func:`read_fen` reads back; with a minus sign below zero, thousands apart."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'−' if fen < 0 else ''}{whole:,}.{rest:02d}"
