"""Whoever follows travellers hears when something about them may have moved; rooms above introduce themselves here."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from linli.accounts.models import User
from linli.journeys.models import Traveller

Listener = Callable[[User | None, Sequence[Traveller]], None]
"""(by, travellers), inside the transaction of the change: handed over or taken back, matched, corrected, closed, opened again."""
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Introduce a listener, from ``apps.py``; the same one once."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell(by: User | None, travellers: Sequence[Traveller]) -> None:
    """Say that something about these travellers may have moved. They come as they are now."""
    if travellers and _listeners:
        rows = list(Traveller.objects.filter(pk__in=[one.pk for one in travellers]))
        for listener in _listeners:
            listener(by, rows)
