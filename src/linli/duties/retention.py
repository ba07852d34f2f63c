"""Erasure: hand-over notes go with their operation, and after thirty days in any case; that there was one stays.

The places of a proposed roster go thirty days after its last day, if nobody took it over or put it aside, which deletes them at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from linli.duties.models import HandoverNote, ProposedStint
from linli.operations.queries import over_ids

KEEP = timedelta(days=30)


def due(now: datetime) -> dict[str, int]:
    """How many notes and proposed places would go."""
    return {"handover_notes": _notes(now).count(), "proposed_stints": _proposed(now).count()}


def erase(now: datetime) -> dict[str, int]:
    """Empty the notes, delete the places. Returns how many of each."""
    return {"handover_notes": _notes(now).update(sealed=None), "proposed_stints": _proposed(now).delete()[0]}


def _notes(now: datetime) -> QuerySet[HandoverNote]:
    over = Q(operation__in=over_ids(now)) | Q(happened_at__lt=now - KEEP)
    rows: QuerySet[HandoverNote] = HandoverNote.objects.filter(over, sealed__isnull=False)
    return rows


def _proposed(now: datetime) -> QuerySet[ProposedStint]:
    rows: QuerySet[ProposedStint] = ProposedStint.objects.filter(proposal__until__lt=timezone.localdate(now) - KEEP)
    return rows
