"""Errands as plain facts: where one stands, how old it is, and its money in fen (Q03). Pure.

The money of one errand is a small account between who went and the household: what was spent for it (+), what the household gave (−),
change that it got back (+), what is waived (−). Rows are only added; a wrong one is taken back by its reversal. An errand is settled
when it is delivered and the rows add up to nothing, and only then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

LATE = timedelta(hours=24)
"""*(ours)*: an errand that is open for longer is late, and said so."""
ASKED, TAKEN, BOUGHT, DELIVERED, SETTLED, CANCELLED = "asked", "taken", "bought", "delivered", "settled", "cancelled"
OPEN = (ASKED, TAKEN, BOUGHT, DELIVERED)
SIGNS = {"spent": 1, "paid": -1, "returned": 1, "waived": -1}
"""What a row does to what the household owes."""


@dataclass(frozen=True, slots=True)
class Steps:
    """The moments of an errand; None is not yet."""

    taken_at: datetime | None = None
    bought_at: datetime | None = None
    delivered_at: datetime | None = None
    settled_at: datetime | None = None
    cancelled_at: datetime | None = None


def state(steps: Steps) -> str:
    """Where it stands: the furthest step that was made. It can be delivered without a purchase: a parcel is fetched."""
    for word, moment in (
        (CANCELLED, steps.cancelled_at),
        (SETTLED, steps.settled_at),
        (DELIVERED, steps.delivered_at),
        (BOUGHT, steps.bought_at),
        (TAKEN, steps.taken_at),
    ):
        if moment is not None:
            return word
    return ASKED


def is_late(standing: str, asked_at: datetime, now: datetime) -> bool:
    """Whether somebody waits for it for more than a day; what is delivered waits for its money only, and nobody for it."""
    return standing in (ASKED, TAKEN, BOUGHT) and now - asked_at > LATE


def signed(what: str, fen: int) -> int:
    """The row of so many fen (1 or more): with its sign. Raises ValueError for none, and KeyError for a kind that is unknown."""
    if fen < 1:
        raise ValueError("a row holds at least one fen")
    return SIGNS[what] * fen


def owed(rows: Iterable[int]) -> int:
    """What the household still owes who went, in fen; below zero: what it is to get back."""
    return sum(rows)
