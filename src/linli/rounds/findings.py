"""Readers of findings. Within a scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from linli.rounds.models import Finding
from linli.rounds.rules import overdue


@dataclass(frozen=True)
class OpenFindings:
    """How many are open, and how many of those are past their day."""

    open: int
    late: int


def open_findings(now: datetime) -> OpenFindings:
    """In the neighbourhoods of the scope; one statement."""
    late = Q(due_on__lt=timezone.localdate(now))
    found = Finding.objects.filter(closed_at__isnull=True).aggregate(all=Count("pk"), late=Count("pk", filter=late))
    return OpenFindings(found["all"], found["late"])


def findings() -> QuerySet[Finding]:
    """Every finding of the scope, the open ones first, the most overdue first."""
    rows: QuerySet[Finding] = Finding.objects.select_related("place", "owner__of_body", "group", "neighbourhood")
    return rows.order_by("closed_at", "due_on", "pk")


def state_of(row: Finding) -> str:
    """open, late or closed, today."""
    if row.closed_at is not None:
        return "closed"
    return "late" if overdue(row.due_on, None, timezone.localdate()) else "open"
