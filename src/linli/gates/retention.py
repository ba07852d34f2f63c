"""What of the gates is due for erasure."""

from __future__ import annotations

from datetime import datetime


def due(now: datetime) -> dict[str, int]:
    """Counts of what would go."""
    return {}


def erase(now: datetime) -> dict[str, int]:
    """Erase and count."""
    return {}
