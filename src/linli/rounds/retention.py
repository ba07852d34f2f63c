"""Erasure: the sealed notes of visits, their sheets and findings go with their operation; that there was a visit or a finding stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from linli.operations.queries import over_ids
from linli.rounds.models import Finding, Visit, VisitPhoto, VisitValue


def due(now: datetime) -> dict[str, int]:
    """How many notes would go."""
    return _sum((name, rows.count()) for name, _field, rows in _rows(now))


def erase(now: datetime) -> dict[str, int]:
    """Empty the sealed notes of operations that are over. Returns how many."""
    return _sum((name, rows.update(**{field: None})) for name, field, rows in _rows(now))


def _sum(counts: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for name, number in counts:
        found[name] += number
    return dict(found)


def _rows(now: datetime) -> list[tuple[str, str, Any]]:
    ended = over_ids(now)
    return [
        ("visit_notes", "sealed", Visit.objects.filter(operation__in=ended, sealed__isnull=False)),
        ("visit_notes", "sealed", VisitValue.objects.filter(operation__in=ended, sealed__isnull=False)),
        ("visit_photos", "sealed", VisitPhoto.objects.filter(operation__in=ended, sealed__isnull=False)),
        ("finding_notes", "sealed", Finding.objects.filter(operation__in=ended, sealed__isnull=False)),
        (
            "finding_closings",
            "closed_sealed",
            Finding.objects.filter(closed_operation__in=ended, closed_sealed__isnull=False),
        ),
    ]
