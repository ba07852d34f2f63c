"""Erasure: everything about journeys goes with its operation, and before that when its days are over. The certificate keeps counts.

Words about people are sealed with the operation's key, which is destroyed with it: so they are gone from backups too.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from linli.journeys import alarms
from linli.journeys.models import ArrivalNotice, Handover, Hands, Leg, Movement, Run, RunCrew, Traveller
from linli.kernel.data_classes import JOURNEY
from linli.operations.models import OperationData
from linli.operations.queries import over_ids


def _old(now: datetime, field: str) -> Q:
    """Of an operation that is over, or so long ago as its class allows at most."""
    old = Q(operation__in=over_ids(now)) | Q(**{f"{field}__lte": now - timedelta(days=JOURNEY.days or 0)})
    for row in OperationData.objects.filter(code=JOURNEY.code, days__lt=JOURNEY.days or 0):
        old |= Q(operation=row.operation_id, **{f"{field}__lte": now - timedelta(days=row.days)})
    return old


def _rows(now: datetime) -> dict[str, QuerySet[Any]]:
    """What goes, in the order in which it can."""
    return {
        "handovers": Handover.objects.filter(_old(now, "heard_at")),
        "runs": Run.objects.filter(_old(now, "heard_at")),
        "travellers": Traveller.objects.filter(_old(now, "heard_at")),
        "arrival_notices": ArrivalNotice.objects.filter(_old(now, "heard_at")),
        "movements": Movement.objects.filter(_old(now, "heard_at")),
    }


def due(now: datetime) -> dict[str, int]:
    """How much would go."""
    return {name: rows.count() for name, rows in _rows(now).items()}


def erase(now: datetime) -> dict[str, int]:
    """Erase it, and the hands that nobody holds anything with any more: of homes and of people from outside."""
    found = due(now)
    if any(found.values()):
        _end_alarms(now)
        for rows in _rows(now).values():
            rows.delete()
        _unused().delete()
    return found


def _end_alarms(now: datetime) -> None:
    gone = _rows(now)
    legs = Leg.objects.filter(traveller__in=gone["travellers"], told_as__isnull=False)
    alarms.forget(
        {
            "leg": set(legs.values_list("told_as", flat=True)),
            "traveller": set(gone["travellers"].filter(told_as__isnull=False).values_list("told_as", flat=True)),
            "arrival_notice": set(gone["arrival_notices"].values_list("pk", flat=True)),
        },
        now,
    )


def _unused() -> QuerySet[Hands]:
    used = [
        Handover.objects.filter(Q(giver=OuterRef("pk")) | Q(taker=OuterRef("pk"))),
        Leg.objects.filter(Q(giver=OuterRef("pk")) | Q(taker=OuterRef("pk"))),
        Traveller.objects.filter(begun_hands=OuterRef("pk")),
        RunCrew.objects.filter(hands=OuterRef("pk")),
    ]
    rows: QuerySet[Hands] = Hands.objects.filter(*[~Exists(one) for one in used])
    return rows
