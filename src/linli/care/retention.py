"""Erasure: what belongs to an operation goes with it; what is closed goes after its days; other attention after a year at the latest.

A case is erased with everything that hangs on it, and the key of its own with it, so that backups cannot be read either. Counts stay in
the certificate, by kind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from linli import vault
from linli.care import telling
from linli.care.errand_sealed import key_of as errand_key
from linli.care.models import Case, Errand, Reading, Supervisor
from linli.care.models.hidden import children_too
from linli.care.rules import LONGEST_ATTENTION
from linli.care.sealed import key_of
from linli.kernel import data_classes
from linli.operations.models import OperationData
from linli.operations.queries import over_ids


def due(now: datetime) -> dict[str, int]:
    """How much would go."""
    with children_too():
        cases = list(_cases(now))
    return _counts(cases, _readings(now).exclude(case__in=[one.pk for one in cases]).count(), _errands(now).count())


def erase(now: datetime) -> dict[str, int]:
    """Erase it. Returns how many of each went."""
    with children_too():
        cases = list(_cases(now))
        readings = _readings(now).exclude(case__in=[one.pk for one in cases])
        found = _counts(cases, readings.count(), _errands(now).count())
        readings.delete()
        alone = _errands(now).filter(case__isnull=True, operation__isnull=True)
        keys = [errand_key(one) for one in alone]
        _errands(now).delete()
        transaction.on_commit(partial(_destroy, keys))
        erase_cases(cases)
    return found


def erase_cases(cases: Iterable[Case]) -> int:
    """Delete cases with all that hangs on them, their own keys, and who looked after a household that nobody is left in."""
    rows = list(cases)
    with children_too():
        telling.erased(rows, timezone.now())
        Case.objects.filter(pk__in=[one.pk for one in rows]).delete()
        homes = {one.household_id for one in rows}
        left = set(Case.objects.filter(household__in=homes).values_list("household_id", flat=True))
        Supervisor.objects.filter(household__in=homes - left, case__isnull=True).delete()
    keys = [key_of(one) for one in rows if one.operation_id is None]
    transaction.on_commit(partial(_destroy, keys))  # a key that is gone does not come back with a transaction that does
    return len(rows)


def _destroy(keys: Iterable[str]) -> None:
    for key in keys:
        vault.keyring().destroy(key)


def _cases(now: datetime) -> QuerySet[Case]:
    condition = Q(operation__in=over_ids(now))
    for kind, days in _days().items():
        condition |= Q(kind=kind, closed_at__lte=now - timedelta(days=days))
    condition |= Q(operation__isnull=True, ends_on__lte=timezone.localdate(now) - LONGEST_ATTENTION)
    for operation, kind, less in _shorter():
        condition |= Q(operation=operation, kind=kind, closed_at__lte=now - timedelta(days=less))
    rows: QuerySet[Case] = Case.objects.filter(condition)
    return rows


def _readings(now: datetime) -> QuerySet[Reading]:
    """Readings are kept as long as somebody may have to look back at them: their days after the case is closed."""
    days = data_classes.READING.days or 0
    condition = Q(case__closed_at__lte=now - timedelta(days=days))
    for row in OperationData.objects.filter(code=data_classes.READING.code, days__lt=days):
        condition |= Q(case__operation=row.operation_id, case__closed_at__lte=now - timedelta(days=row.days))
    rows: QuerySet[Reading] = Reading.objects.filter(condition)
    return rows


def _errands(now: datetime) -> QuerySet[Errand]:
    days = timedelta(days=data_classes.ERRAND.days or 0)
    condition = Q(operation__in=over_ids(now)) | Q(settled_at__lte=now - days) | Q(cancelled_at__lte=now - days)
    condition |= Q(asked_at__lte=now - LONGEST_ATTENTION)
    rows: QuerySet[Errand] = Errand.objects.filter(condition)
    return rows


def _days() -> dict[str, int]:
    """Kind of a case → days after its closing; each kind is the data class of its name."""
    return {kind: data_classes.ALL[kind].days or 0 for kind in Case.Kind.values}


def _shorter() -> Iterable[tuple[Any, str, int]]:
    rows = OperationData.objects.filter(code__in=Case.Kind.values)
    return [(row.operation_id, row.code, row.days) for row in rows if row.days < (data_classes.ALL[row.code].days or 0)]


def _counts(cases: Iterable[Case], readings: int, errands: int) -> dict[str, int]:
    rows = list(cases)
    found = Counter(f"care_{one.kind}" for one in rows)
    hanging: dict[str, int] = {
        "care_readings": readings + Reading.objects.filter(case__in=[one.pk for one in rows]).count(),
        "care_errands": errands,
    }
    return dict(found) | {name: number for name, number in hanging.items() if number}


def owned_by(people: Iterable[UUID]) -> list[Case]:
    """Every case of these people, for erasure at their own request."""
    with children_too():
        return list(Case.objects.filter(person__in=list(people)))
