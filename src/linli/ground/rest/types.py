"""Types of parameters and bodies: what they let through can be stored, compared and sent back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

from ninja import Query, Schema
from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, WithJsonSchema

from linli.ground.rest.problems import Problem, invalid

Row = TypeVar("Row")
Item = TypeVar("Item")
LARGEST = 2**53 - 1
"""The largest whole number that JavaScript reads exactly."""
FIRST, LAST = date(1900, 1, 1), date(2200, 1, 1)


def storable(text: str) -> str:
    """Refuses what a database cannot keep: NUL, and halves of surrogate pairs."""
    if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise ValueError("unstorable")
    return text


def _in_time(moment: datetime) -> datetime:
    if not FIRST < moment.date() < LAST:
        raise ValueError("out_of_time")
    return moment.astimezone(UTC)


def _in_days(day: date) -> date:
    if not FIRST < day < LAST:
        raise ValueError("out_of_time")
    return day


def _version_seven(value: UUID) -> UUID:
    if value.version != 7:
        raise ValueError("uuid_version")
    return value


Text = Annotated[str, AfterValidator(storable), Field(max_length=200)]
Moment = Annotated[
    AwareDatetime,
    AfterValidator(_in_time),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-02-10T08:30:00+08:00"]}),
]
Day = Annotated[date, AfterValidator(_in_days)]
RowId = Annotated[int, Field(ge=1, le=LARGEST)]
NewId = Annotated[UUID, AfterValidator(_version_seven), Field(description="made by the caller, UUID of version 7")]


class Body(Schema):
    """Base of what is sent in: an unknown field is a mistake and is named."""

    model_config = ConfigDict(extra="forbid")


class Paging(Schema):
    """Where a list begins and how long it is."""

    limit: Annotated[int, Field(ge=1, le=200, description="how many at most")] = 50
    cursor: Annotated[
        str | None, Field(pattern=r"^[0-9A-Za-z_.-]{1,120}$", description="``next`` of the page before")
    ] = None


Pages = Annotated[Paging, Query()]


class Page(Schema):
    """What every list has beside its items; each room's page names the type of its items."""

    next: str | None = Field(description="the cursor of the next page; null on the last")


def cut(rows: Iterable[Row], paging: Paging, key: Callable[[Row], object]) -> tuple[list[Row], str | None]:
    """The rows of a page and the cursor behind it. ``rows`` are ordered by ``key`` and begin after the cursor."""
    sliced: Sequence[Row] = list(rows[: paging.limit + 1])  # type: ignore[index]
    more = len(sliced) > paging.limit
    kept = list(sliced[: paging.limit])
    return kept, str(key(kept[-1])) if more and kept else None


def cursor_uuid(paging: Paging) -> UUID | None:
    """The cursor of a list in the order of UUIDs. Raises 422 for anything else."""
    if paging.cursor is None:
        return None
    try:
        return UUID(paging.cursor)
    except ValueError:
        raise invalid("query.cursor", "cursor") from None


def cursor_number(paging: Paging) -> int | None:
    """The cursor of a list in the order of numbers. Raises 422 for anything else."""
    if paging.cursor is None:
        return None
    if not (paging.cursor.isascii() and paging.cursor.isdecimal()) or int(paging.cursor) > LARGEST:
        raise invalid("query.cursor", "cursor")
    return int(paging.cursor)


def replies(ok: Any, *more: int, status: int = 200) -> dict[int, Any]:
    """The answers of a route: its own, those that every route has, and ``more`` problems."""
    return {status: ok, **dict.fromkeys((401, 403, 404, 422, 429, *more), Problem)}
