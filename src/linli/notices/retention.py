"""Erasure: a notice goes half a year after it was due, with all that was told of it, whether or not somebody took it up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from linli.notices.models import Notice

KEPT = timedelta(days=180)


def due(now: datetime) -> dict[str, int]:
    """How many notices would go."""
    count = _rows(now).count()
    return {"notices": count} if count else {}


def erase(now: datetime) -> dict[str, int]:
    """Erase them. Returns how many."""
    gone = list(_rows(now).values_list("pk", flat=True))
    for start in range(0, len(gone), 500):
        Notice.objects.filter(pk__in=gone[start : start + 500]).delete()
    return {"notices": len(gone)} if gone else {}


def _rows(now: datetime) -> Any:
    return Notice.objects.filter(due_at__lt=now - KEPT)
