"""What is due for erasure. Rooms register two functions each; ``purge`` runs them and writes a certificate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

Counts = dict[str, int]


@dataclass(frozen=True)
class Hook:
    """One room's part: ``due(now)`` counts what would go, ``erase(now)`` erases it and counts what went. Both inside a full scope."""

    name: str
    due: Callable[[datetime], Counts]
    erase: Callable[[datetime], Counts]


_hooks: dict[str, Hook] = {}


def register(name: str, due: Callable[[datetime], Counts], erase: Callable[[datetime], Counts]) -> None:
    """Make a room's erasure known (from its ``apps.py``)."""
    _hooks[name] = Hook(name, due, erase)


def hooks() -> list[Hook]:
    """All of them, by name."""
    return [_hooks[name] for name in sorted(_hooks)]
