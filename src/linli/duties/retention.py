"""Erasure: hand-over notes go with their operation, and after thirty days in any case; that there was one stays."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from linli.duties.models import HandoverNote
from linli.operations.queries import over_ids

KEEP = timedelta(days=30)


def due(now: datetime) -> dict[str, int]:
    """How many notes would go."""
    return {"handover_notes": _rows(now).count()}


def erase(now: datetime) -> dict[str, int]:
    """Empty them. Returns how many."""
    return {"handover_notes": _rows(now).update(sealed=None)}


def _rows(now: datetime) -> QuerySet[HandoverNote]:
    over = Q(operation__in=over_ids(now)) | Q(happened_at__lt=now - KEEP)
    rows: QuerySet[HandoverNote] = HandoverNote.objects.filter(over, sealed__isnull=False)
    return rows
