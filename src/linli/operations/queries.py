"""Readers of operations."""

from __future__ import annotations

from typing import Any

from linli.ground.models import Place


def strips(neighbourhood: Place) -> list[dict[str, Any]]:
    """The strips that every page shows (a replay operation says so)."""
    return []
