"""Routes of operations under ``/api/v1``: why something is recorded, on what ground, until when."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop
from ninja import Router, Schema
from pydantic import Field

from linli.ground.rest.access import Token, caller_of
from linli.ground.rest.problems import not_found
from linli.ground.rest.types import Page, Pages, cursor_uuid, cut, replies
from linli.operations.models import Operation
from linli.operations.queries import rules_at

router = Router(tags=["operations"])


class DataOut(Schema):
    """A class of data that the operation may keep, and for how many days."""

    code: str
    days: int


class OperationOut(Schema):
    """An operation: no personal data, so that anybody who asks can be told."""

    id: UUID
    name: str
    purpose: str
    ground: str = Field(description="emergency, duty, consent: PIPL art. 13")
    ground_text: str
    authority: str
    contact: str
    replay: bool = Field(description="for practice, not in force")
    starts_at: datetime
    ends_at: datetime
    ended_at: datetime | None
    active: bool
    rules: str | None = Field(description="rule set in force, as code@version")
    data: list[DataOut]


class OperationPage(Page):
    """Operations in the order in which they were opened."""

    items: list[OperationOut]


def operation_out(row: Operation) -> dict[str, Any]:
    """An operation as it is sent."""
    now = timezone.now()
    rules = rules_at(row, now)
    return {
        **{name: getattr(row, name) for name in ("id", "name", "purpose", "ground", "ground_text", "authority")},
        **{name: getattr(row, name) for name in ("contact", "replay", "starts_at", "ends_at", "ended_at")},
        "active": row.starts_at <= now < min(row.ends_at, row.ended_at or row.ends_at),
        "rules": str(rules) if rules is not None else None,
        "data": [{"code": one.code, "days": one.days} for one in row.data.all()],
    }


@router.get(
    "/operations",
    response=replies(OperationPage),
    auth=Token("operations.read"),
    summary=gettext_noop("Operations"),
    operation_id="list_operations",
)
def list_operations(request: HttpRequest, page: Pages) -> Any:
    """Every operation of the neighbourhood, past and present."""
    rows = Operation.objects.filter(neighbourhood=caller_of(request).neighbourhood).order_by("pk")
    after = cursor_uuid(page)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    kept, following = cut(rows.prefetch_related("rules", "data"), page, lambda row: row.pk)
    return {"items": [operation_out(row) for row in kept], "next": following}


@router.get(
    "/operations/{uuid:operation}",
    response=replies(OperationOut),
    auth=Token("operations.read"),
    summary=gettext_noop("One operation"),
    operation_id="get_operation",
)
def get_operation(request: HttpRequest, operation: UUID) -> Any:
    """One operation."""
    rows = Operation.objects.filter(pk=operation, neighbourhood=caller_of(request).neighbourhood)
    row = rows.prefetch_related("rules", "data").first()
    if row is None:
        raise not_found()
    return operation_out(row)
