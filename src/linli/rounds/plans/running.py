"""Which plans run."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from linli.operations.queries import over_ids
from linli.rounds.models import Plan


def running(now: datetime) -> QuerySet[Plan]:
    """The plans whose rounds open at ``now``: started, neither paused nor ended, nor of an operation that is over."""
    rows = Plan.objects.filter(started_at__lte=now, ended_at__isnull=True, paused_at__isnull=True)
    rows = rows.exclude(Q(kind="request") | Q(operation__in=over_ids(now)) & Q(operation__isnull=False))
    return rows
