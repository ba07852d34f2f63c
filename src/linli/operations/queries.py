"""Readers of operations."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.ground.models import AreaPlace, Place
from linli.operations import rulesets
from linli.operations.models import Operation, OperationRules

A_YEAR = timedelta(days=365)
"""An operation that begins longer after its rule set is one with its dates moved."""


def active_operations(now: datetime | None = None) -> QuerySet[Operation]:
    """Operations that hold at a moment, of every neighbourhood (no personal data in them)."""
    moment = now or timezone.now()
    return Operation.objects.filter(starts_at__lte=moment, ends_at__gt=moment).filter(
        Q(ended_at__isnull=True) | Q(ended_at__gt=moment)
    )


def active_operation(
    neighbourhood: Place | int, now: datetime | None = None, *, gate: Place | None = None
) -> Operation | None:
    """The operation of a neighbourhood at a moment; the one opened last if there are several. Its rules come along.

    With ``gate``: only an operation whose area has that gate, or that names no area and so holds at every gate.
    """
    pk = neighbourhood if isinstance(neighbourhood, int) else neighbourhood.pk
    found = active_operations(now).filter(neighbourhood_id=pk)
    if gate is not None:
        inside = AreaPlace.objects.filter(area=OuterRef("area"), place=gate)
        found = found.filter(Q(area__isnull=True) | Exists(inside))
    return found.prefetch_related("rules").order_by("-starts_at").first()


def rules_at(operation: Operation, now: datetime | None = None) -> OperationRules | None:
    """The rule set row that holds at a moment (G08: old decisions keep theirs)."""
    moment = now or timezone.now()
    rows = [r for r in operation.rules.all() if r.since <= moment]
    return max(rows, key=lambda r: r.since) if rows else None


def ruleset_for(operation: Operation | None, now: datetime | None = None) -> dict[str, Any]:
    """The rule set in force: the operation's, or the quiet one without an operation."""
    row = rules_at(operation, now) if operation is not None else None
    return rulesets.load(row.code, row.version) if row else rulesets.load(rulesets.QUIET)


def as_of(operation: Operation, day: date) -> date | None:
    """As of which day dated lists and schemes are read for something of ``day`` (T12): that day itself, outside a replay.

    None where nobody may measure by its rules: then no scheme of other years is anybody's.
    A replay whose dates were moved to today is read as of the last day of its rule set, never by what came years later. One that runs at
    the dates of its rule set is not moved.
    """
    rules = ruleset_for(operation, max(timezone.make_aware(datetime.combine(day, time.max)), operation.starts_at))
    if not rules["measures"]:
        return None
    began = timezone.localdate(operation.starts_at)
    if not rules["replay"] or began - date.fromisoformat(rules["since"]) < A_YEAR:
        return day
    return min(day, rulesets.last_day(rules))


def over(now: datetime | None = None) -> QuerySet[Operation]:
    """Operations that have ended, by act or by their date: their data is due for erasure."""
    moment = now or timezone.now()
    return Operation.objects.filter(Q(ends_at__lte=moment) | Q(ended_at__lte=moment))


def over_ids(now: datetime | None = None) -> list[UUID]:
    """Their ids."""
    return list(over(now).values_list("pk", flat=True))


def strips(neighbourhood: Place) -> list[dict[str, Any]]:
    """The strips that every page shows: a replay says so everywhere."""
    operation = active_operation(neighbourhood)
    if operation is None or not operation.replay:
        return []
    rules = ruleset_for(operation)
    return [
        {
            "kind": "replay",
            "text": _("For practice, not in force: %(title)s (dates moved to today)") % {"title": title_of(rules)},
        }
    ]


def _language_key() -> str:
    from django.utils.translation import get_language  # at call time: the language is the request's

    return "en" if (get_language() or "").startswith("en") else "zh"


def title_of(ruleset: dict[str, Any]) -> str:
    """A rule set's title in the active language."""
    return str(ruleset["title"][_language_key()])
