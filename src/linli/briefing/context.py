"""A card of 今日, and what its sources may use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from linli.ground.models import Place


@dataclass(frozen=True)
class Card:
    """One card. ``kind``: red = alarm, amber = needs someone, green = done."""

    kind: str
    title: str
    text: str
    url: str
    act: str
    value: int | None = None
    total: int | None = None


@dataclass(frozen=True)
class Context:
    """What a source of cards may use."""

    request: Any
    neighbourhood: Place
    rights: frozenset[str]
    now: datetime
