"""Erasure: the sealed notes of visits, their sheets, excuses and findings go with their operation, and whom its plans named.

That there was a visit, an excuse or a finding stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from linli.operations.queries import over_ids
from linli.rounds.models import Excusal, Finding, PlanPerson, TargetSubject, Visit, VisitPhoto, VisitValue


def due(now: datetime) -> dict[str, int]:
    """How many notes would go."""
    return _sum([*((name, rows.count()) for name, _field, rows in _rows(now)), *_people(now, erase_them=False)])


def erase(now: datetime) -> dict[str, int]:
    """Empty the sealed notes of operations that are over, and forget whom their plans named. Returns how many."""
    notes = [(name, rows.update(**{field: None})) for name, field, rows in _rows(now)]
    return _sum([*notes, *_people(now, erase_them=True)])


def _sum(counts: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for name, number in counts:
        found[name] += number
    return dict(found)


def _people(now: datetime, *, erase_them: bool) -> list[tuple[str, int]]:
    """Who is named by plans of operations that are over: on the plans, and as targets of their rounds."""
    ended = over_ids(now)
    named = PlanPerson.objects.filter(plan__operation__in=ended)
    targets = TargetSubject.objects.filter(target__occurrence__plan__operation__in=ended)
    targets = targets.exclude(name="", person__isnull=True)
    count = named.count() + targets.count()
    if erase_them and count:
        named.delete()
        targets.update(name="", person=None)
    return [("round_people", count)] if count else []


def _rows(now: datetime) -> list[tuple[str, str, Any]]:
    ended = over_ids(now)
    return [
        ("visit_notes", "sealed", Visit.objects.filter(operation__in=ended, sealed__isnull=False)),
        ("visit_notes", "sealed", VisitValue.objects.filter(operation__in=ended, sealed__isnull=False)),
        ("visit_notes", "sealed", Excusal.objects.filter(operation__in=ended, sealed__isnull=False)),
        ("visit_photos", "sealed", VisitPhoto.objects.filter(operation__in=ended, sealed__isnull=False)),
        ("finding_notes", "sealed", Finding.objects.filter(operation__in=ended, sealed__isnull=False)),
        (
            "finding_closings",
            "closed_sealed",
            Finding.objects.filter(closed_operation__in=ended, closed_sealed__isnull=False),
        ),
    ]
