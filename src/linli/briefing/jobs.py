"""What the worker asks of this room every minute."""

from __future__ import annotations

from datetime import datetime

from linli.briefing.actions.making import make_due


def tick(now: datetime) -> int:
    """Make the sheets whose hour has come. Returns how many."""
    return make_due(now)
