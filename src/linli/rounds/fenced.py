"""Rounds about people of whom only some may know: rooms above name the kind of plan and the right that it takes to see it.

Whoever answers for such targets has them in his own stops all the same. They are in no figure of the rounds: the room they belong to counts
them.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)
_rights: dict[str, str] = {}


def fence(kind: str, right: str) -> None:
    """Show plans of a kind, and their rounds, only to who has ``right``; from ``apps.py``."""
    _rights[kind] = right


def seen(rows: QuerySet[M], rights: Collection[str] = (), plan: str = "plan__") -> QuerySet[M]:
    """Those of ``rows`` that somebody with ``rights`` may see. ``plan``: how their plan is reached."""
    hidden = [kind for kind, right in _rights.items() if right not in rights]
    return rows.exclude(**{f"{plan}kind__in": hidden}) if hidden else rows
