"""Whoever waits for an arrival to be registered hears when it is, or when it came to nothing; rooms above introduce themselves here."""

from __future__ import annotations

from collections.abc import Callable

from linli.accounts.models import User
from linli.returnees.models import Case

Listener = Callable[[User, Case], None]
"""(by, case), inside the transaction of the change: registered, closed, or joined into another (``joined_into``)."""
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Introduce a listener, from ``apps.py``; the same one once."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell(by: User, case: Case) -> None:
    """Say that a case was registered, closed or joined."""
    for listener in _listeners:
        listener(by, case)
