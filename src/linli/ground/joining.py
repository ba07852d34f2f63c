"""Whoever holds what a person has once at a time hears when two entries turn out to be one person, and when that is taken back."""

from __future__ import annotations

from collections.abc import Callable

from linli.accounts.models import User
from linli.ground.models import Merge

Listener = Callable[[User | None, Merge], None]
"""(by, merge), inside the transaction of the join or of what takes it back."""
_joined: list[Listener] = []
_parted: list[Listener] = []


def listen(*, joined: Listener, parted: Listener) -> None:
    """Introduce listeners, from ``apps.py``; the same one once."""
    for one, told in ((joined, _joined), (parted, _parted)):
        if one not in told:
            told.append(one)


def tell_joined(by: User | None, merge: Merge) -> None:
    """Two entries are one person from now on."""
    for listener in _joined:
        listener(by, merge)


def tell_parted(by: User | None, merge: Merge) -> None:
    """They are two again."""
    for listener in _parted:
        listener(by, merge)
