"""What of the arrivals is due for erasure: everything with its operation, a settled or empty case after its days."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from linli.kernel.data_classes import RETURNEE
from linli.operations.models import OperationData
from linli.operations.queries import over_ids
from linli.returnees.models import ArrivalList, ArrivalRow, Case, ReturnAttempt, ReturnPlan

EMPTY_DAYS = 7
"""*(ours)*: a signal that turned out empty has done its work after a week."""


def _cases(now: datetime) -> QuerySet[Case]:
    longest = timedelta(days=RETURNEE.days or 0)
    condition = Q(operation__in=over_ids(now)) | Q(settled_at__lte=now - longest)
    condition |= Q(closed_at__lte=now - timedelta(days=EMPTY_DAYS))
    condition |= Q(operation__isnull=True, due_at__lte=now - longest)
    for row in OperationData.objects.filter(code=RETURNEE.code, days__lt=RETURNEE.days or 0):
        condition |= Q(operation=row.operation_id, settled_at__lte=now - timedelta(days=row.days))
    rows: QuerySet[Case] = Case.objects.filter(condition)
    return rows


def _lists(now: datetime) -> QuerySet[ArrivalList]:
    old = now - timedelta(days=RETURNEE.days or 0)
    rows: QuerySet[ArrivalList] = ArrivalList.objects.filter(Q(operation__in=over_ids(now)) | Q(received_at__lte=old))
    return rows


def _plans(now: datetime) -> list[QuerySet[Any]]:
    """What somebody said of coming back, and the tries to ask him, as long after it was written as a case is kept."""
    old = now - timedelta(days=RETURNEE.days or 0)
    return [ReturnPlan.objects.filter(heard_at__lte=old), ReturnAttempt.objects.filter(heard_at__lte=old)]


def due(now: datetime) -> dict[str, int]:
    """How much would go."""
    return {
        "return_plans": sum(rows.count() for rows in _plans(now)),
        "returnees": _cases(now).count(),
        "returnee_rows": ArrivalRow.objects.filter(list__in=_lists(now)).count(),
    }


def erase(now: datetime) -> dict[str, int]:
    """Erase it. What the register learned (that somebody is at home again) is the register's own and stays."""
    found = due(now)
    _lists(now).delete()
    _cases(now).delete()
    for rows in _plans(now):
        rows.delete()
    return found
