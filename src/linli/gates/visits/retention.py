"""What of visits is due for erasure: as long as passages, at the latest with their operation, whose key seals what they say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from linli.gates.models import HostCode, Visit
from linli.gates.retention import CHUNK, days_of, of_scope, operations_here
from linli.gates.timetable import end_of
from linli.kernel import data_classes
from linli.operations.queries import over

ENDED_CODES = timedelta(days=30)
"""How long the digest of a code that was ended is kept, as those of phones are."""


def due(now: datetime) -> dict[str, int]:
    """How much would go."""
    return {"visits": sum(rows.count() for rows in _visits(now)), "host_codes": _codes(now).count()}


def erase(now: datetime) -> dict[str, int]:
    """Erase it, a chunk at a time; a visit goes with its uses."""
    visits = sum(_erased(rows) for rows in _visits(now))
    return {"visits": visits, "host_codes": _codes(now).delete()[0]}


def _visits(now: datetime) -> Iterator[QuerySet[Visit]]:
    for operation in operations_here():
        rows: QuerySet[Visit] = Visit.objects.filter(operation=operation)
        if end_of(operation) > now:
            rows = rows.filter(until__lte=now - days_of(operation, data_classes.PASSAGE))
        yield rows


def _erased(rows: QuerySet[Visit]) -> int:
    total = 0
    while True:
        with transaction.atomic():
            chunk = list(rows.order_by("pk").values_list("pk", flat=True)[:CHUNK])
            if not chunk:
                return total
            total += Visit.objects.filter(pk__in=chunk).delete()[1].get("gates.Visit", 0)


def _codes(now: datetime) -> QuerySet[HostCode]:
    return of_scope(HostCode.objects).filter(Q(operation__in=over(now)) | Q(revoked_at__lte=now - ENDED_CODES))
