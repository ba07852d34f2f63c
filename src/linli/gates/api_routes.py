"""Routes of the gates under ``/api/v1`` (``api.py`` beside it speaks with phones): gates, hourly counts, exceptions. No person in them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop
from ninja import Router, Schema

from linli.gates.models import GateException
from linli.gates.queries import cells, gate_label, gates_of
from linli.gates.words import KINDS, word
from linli.ground.models import Place
from linli.ground.rest.access import Caller, Token, caller_of
from linli.ground.rest.problems import invalid
from linli.ground.rest.types import Moment, Page, Pages, cursor_uuid, cut, replies

router = Router(tags=["gates"])
READ = "gates.read"
LONGEST = timedelta(days=31)


class GateOut(Schema):
    """A gate."""

    id: int
    name: str
    closes: int | None


class GateList(Schema):
    """Every gate of the area."""

    items: list[GateOut]


class HourOut(Schema):
    """How many of a class passed a gate in an hour."""

    gate: int
    hour: datetime
    klass: str
    direction: str
    outcome: str
    count: int


class HourList(Schema):
    """Hours with at least one passage, in order."""

    since: datetime
    until: datetime
    items: list[HourOut]


class ExceptionOut(Schema):
    """Something odd at a gate, without whom it was about."""

    id: UUID
    kind: str
    title: str
    gate: int | None
    happened_at: datetime
    heard_at: datetime
    due_at: datetime
    settled_at: datetime | None


class ExceptionPage(Page):
    """Exceptions in the order in which they came up."""

    items: list[ExceptionOut]


def _gates(caller: Caller) -> list[Place]:
    roots = caller.roots(READ)
    return [gate for gate in gates_of(caller.neighbourhood) if any(root.contains(gate) for root in roots)]


@router.get(
    "/gates", response=replies(GateList), auth=Token(READ), summary=gettext_noop("Gates"), operation_id="list_gates"
)
def list_gates(request: HttpRequest) -> Any:
    """The gates that exist today; ``closes`` is the place behind them."""
    return {"items": [{"id": g.pk, "name": gate_label(g), "closes": g.parent_id} for g in _gates(caller_of(request))]}


@router.get(
    "/gates/hours",
    response=replies(HourList),
    auth=Token(READ),
    summary=gettext_noop("Passages by hour"),
    operation_id="list_gate_hours",
)
def list_gate_hours(request: HttpRequest, since: Moment | None = None, until: Moment | None = None) -> Any:
    """Counts only, of at most 31 days; the last 24 hours unless ``since`` and ``until`` say otherwise."""
    end = until or (since + timedelta(days=1) if since else timezone.now())
    start = since or end - timedelta(days=1)
    if not start < end or end - start > LONGEST:
        raise invalid("query.until", "order")
    found = cells([gate.pk for gate in _gates(caller_of(request))], start, end)
    found.sort(key=lambda c: (c.hour, c.gate, c.klass, c.direction, c.outcome))
    names = ("gate", "hour", "klass", "direction", "outcome", "count")
    return {"since": start, "until": end, "items": [{n: getattr(cell, n) for n in names} for cell in found]}


@router.get(
    "/gates/exceptions",
    response=replies(ExceptionPage),
    auth=Token(READ),
    summary=gettext_noop("Exceptions of the gates"),
    operation_id="list_gate_exceptions",
)
def list_gate_exceptions(request: HttpRequest, page: Pages, settled: bool | None = None) -> Any:
    """What came up at the gates; ``settled=false``: what still waits for somebody."""
    caller = caller_of(request)
    rows = GateException.objects.filter(neighbourhood=caller.neighbourhood).order_by("pk")
    if caller.roots(READ) != [caller.neighbourhood]:
        rows = rows.filter(gate__in=[gate.pk for gate in _gates(caller)])
    if settled is not None:
        rows = rows.filter(settled_at__isnull=not settled)
    after = cursor_uuid(page)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    kept, following = cut(rows, page, lambda row: row.pk)
    return {"items": [_exception(row) for row in kept], "next": following}


def _exception(row: GateException) -> dict[str, Any]:
    names = ("kind", "happened_at", "heard_at", "due_at", "settled_at")
    shown = {name: getattr(row, name) for name in names}
    return {"id": row.pk, "gate": row.gate_id, "title": word(KINDS, row.kind), **shown}
