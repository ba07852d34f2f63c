"""Erasure: a notice that is done or was taken up goes after half a year, with all that was told of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from linli.notices.models import Addressee, Notice

KEPT = timedelta(days=180)


def due(now: datetime) -> dict[str, int]:
    """How many notices would go."""
    count = _rows(now).count()
    return {"notices": count} if count else {}


def erase(now: datetime) -> dict[str, int]:
    """Erase them. Returns how many."""
    gone = list(_rows(now).values_list("pk", flat=True))
    for start in range(0, len(gone), 500):
        some = gone[start : start + 500]
        Addressee.objects.filter(notice__in=some).delete()
        Notice.objects.filter(pk__in=some).delete()
    return {"notices": len(gone)} if gone else {}


def _rows(now: datetime) -> Any:
    over = now - KEPT
    return Notice.objects.filter(Q(settled_at__lt=over) | Q(acknowledged_at__lt=over, settled_at__isnull=True))
