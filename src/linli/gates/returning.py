"""Who comes in while the register has him away is told to whoever registers arrivals, before his passage is stored (R06).

The gates know no other room: a room above both introduces its listener here. What everybody else at the gate pays is one comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from linli.gates.models import Check
from linli.gates.standing import Seen

Listener = Callable[[int, UUID, datetime], None]
"""(neighbourhood, person, when he came in); it is called inside the neighbourhood's scope and may be called again for the same person."""
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Introduce a listener, from ``apps.py``; the same one once."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell(passages: Iterable[tuple[Check, Seen]]) -> None:
    """Tell of those who came in although the register has them away."""
    for row, seen in passages:
        if seen.away and seen.person is not None and row.direction == "in":
            for listener in _listeners:
                listener(row.neighbourhood_id, seen.person, row.happened_at)
