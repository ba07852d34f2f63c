"""Counting without recording: what a gate keeps when no operation is active. No person, no time finer than the hour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone

from linli.gates.deciding import Source
from linli.gates.models import CountReceipt, HourlyCount
from linli.kernel.ids import uuid7

if TYPE_CHECKING:
    from linli.gates.actions.record import Judged, Result

Key = tuple[int, datetime, str, str, str]


def hour_of(moment: datetime) -> datetime:
    """The beginning of the hour."""
    return moment.replace(minute=0, second=0, microsecond=0)


def count(source: Source, judged: Mapping[int, Judged]) -> dict[int, Result]:
    """Count items once each; what they say about anybody is dropped. At most six statements for any batch of 200."""
    # The two modules name each other's classes; record.py is imported first.
    from linli.gates.actions.record import COUNTED, Result

    if not judged:
        return {}
    place = source.gate.neighbourhood_id or 0
    token = uuid7()
    ids = sorted({one.item.id for one in judged.values()})
    receipts = [
        CountReceipt(id=pk, neighbourhood_id=place, upload=token, heard_on=timezone.localdate(source.now)) for pk in ids
    ]
    try:
        with transaction.atomic():
            CountReceipt.objects.bulk_create(receipts, ignore_conflicts=len(ids) > 1)
            add_counts(place, _counts(source, judged, set(ids) if len(ids) == 1 else _mine(ids, token)))
    except IntegrityError:
        if len(ids) > 1 or not CountReceipt.objects.filter(pk=ids[0]).exists():
            raise
    return {index: Result(str(one.item.id), COUNTED, one.decision) for index, one in judged.items()}


def _counts(source: Source, judged: Mapping[int, Judged], mine: set[UUID]) -> Counter[Key]:
    counts: Counter[Key] = Counter()
    for item in {one.item.id: one.item for one in judged.values() if one.item.id in mine}.values():
        hour = hour_of(min(item.happened_at, source.now))
        counts[(source.gate.pk, hour, item.klass, item.direction, item.outcome)] += 1
    return counts


def _mine(ids: list[UUID], token: UUID) -> set[UUID]:
    return set(CountReceipt.objects.filter(pk__in=ids, upload=token).values_list("pk", flat=True))


def add_counts(neighbourhood: int, counts: Mapping[Key, int]) -> None:
    """Add to hourly counts, in two statements at most; inside the caller's transaction, safe beside others who add."""
    if not counts:
        return
    wanted = sorted(counts)
    if len(wanted) == 1 and _bump(wanted[0], counts[wanted[0]]):
        return
    HourlyCount.objects.bulk_create(
        [
            HourlyCount(
                neighbourhood_id=neighbourhood, gate_id=gate, hour=hour, klass=klass, direction=way, outcome=outcome
            )
            for gate, hour, klass, way, outcome in wanted
        ],
        ignore_conflicts=True,
    )
    for start in range(0, len(wanted), 100):
        part = wanted[start : start + 100]
        cases = [
            When(gate_id=gate, hour=hour, klass=klass, direction=way, outcome=outcome, then=Value(counts[key]))
            for key in part
            for gate, hour, klass, way, outcome in [key]
        ]
        HourlyCount.objects.filter(gate_id__in={key[0] for key in part}, hour__in={key[1] for key in part}).update(
            count=F("count") + Case(*cases, default=Value(0))
        )


def _bump(key: Key, number: int) -> bool:
    gate, hour, klass, way, outcome = key
    rows = HourlyCount.objects.filter(gate_id=gate, hour=hour, klass=klass, direction=way, outcome=outcome)
    return rows.update(count=F("count") + number) == 1
