"""Erasure: the sealed notes of visits, their sheets, excuses and findings go with their operation, and whom its plans named.

Outside of one: a temperature goes after the days of its data class, a photo half a year later (PIPL art. 19: no longer than it is
needed). That there was a visit, an excuse or a finding stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from linli.kernel.data_classes import TEMPERATURE
from linli.operations.queries import over_ids
from linli.rounds.models import (
    Excusal,
    Finding,
    Occurrence,
    Plan,
    PlanPerson,
    Question,
    TargetSubject,
    Visit,
    VisitPhoto,
    VisitValue,
)

PHOTOS_KEPT = timedelta(days=180)
"""*(ours)*: as long as notices."""


def due(now: datetime) -> dict[str, int]:
    """How many notes would go."""
    return _sum(
        [
            *((name, rows.count()) for name, _field, rows in _rows(now)),
            *_values(now, erase_them=False),
            *_people(now, erase_them=False),
        ]
    )


def erase(now: datetime) -> dict[str, int]:
    """Empty the sealed notes of operations that are over, and forget whom their plans named. Returns how many."""
    notes = [(name, rows.update(**{field: None})) for name, field, rows in _rows(now)]
    return _sum([*notes, *_values(now, erase_them=True), *_people(now, erase_them=True)])


def _sum(counts: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for name, number in counts:
        found[name] += number
    return dict(found)


def _values(now: datetime, *, erase_them: bool) -> list[tuple[str, int]]:
    """Answers about people: temperatures of longer ago than their class allows, and all of plans about people whose operation is over."""
    old = Q(
        question__field=Question.Field.TEMPERATURE, visit__happened_at__lt=now - timedelta(days=TEMPERATURE.days or 0)
    )
    plan = {"plan__operation__in": over_ids(now), "plan__subject": Plan.Subject.PERSON}
    rows = VisitValue.objects.filter(old | Q(visit__occurrence__in=Occurrence.objects.filter(**plan)))
    count = rows.count()
    if erase_them and count:
        rows.delete()
    return [("visit_values", count)] if count else []


def _people(now: datetime, *, erase_them: bool) -> list[tuple[str, int]]:
    """Who is named by plans of operations that are over: on the plans, and as targets of their rounds."""
    ended = over_ids(now)
    named = PlanPerson.objects.filter(plan__operation__in=ended)
    targets = TargetSubject.objects.filter(target__occurrence__plan__operation__in=ended)
    targets = targets.exclude(person__isnull=True)
    count = named.count() + targets.count()
    if erase_them and count:
        named.delete()
        targets.update(person=None)
    return [("round_people", count)] if count else []


def _rows(now: datetime) -> list[tuple[str, str, Any]]:
    ended = over_ids(now)
    plain = VisitPhoto.objects.filter(operation__isnull=True, sealed__isnull=False)
    return [
        ("visit_photos", "sealed", plain.filter(happened_at__lt=now - PHOTOS_KEPT)),
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
