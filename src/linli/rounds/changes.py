"""Whoever goes by what a round found hears of each visit, and when it is taken back; rooms above introduce themselves here."""

from __future__ import annotations

from collections.abc import Callable

from linli.accounts.models import User
from linli.rounds.models import Visit

Listener = Callable[[User | None, Visit], None]
"""(by, visit), inside the transaction of the change: a visit of a round was stored with all that it says, or taken back (then a row of
``VisitAnnulment`` has its id; it may also have come before the visit)."""
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Introduce a listener, from ``apps.py``; the same one once."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell(by: User | None, visit: Visit) -> None:
    """Say that a visit of a round was stored, or taken back."""
    for listener in _listeners:
        listener(by, visit)
