"""Routes of the ground under ``/api/v1``: places, doors with their state, who answers for a door, totals."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop
from ninja import Router, Schema, Status
from pydantic import Field

from linli.ground.actions.findings import hear_state
from linli.ground.homes import load
from linli.ground.mandates import under
from linli.ground.models import DwellingState, Household, Place, PlaceName, Responsibility
from linli.ground.places import short_address
from linli.ground.queries import dwellings
from linli.ground.rest.access import Caller, Token, caller_of
from linli.ground.rest.problems import invalid, not_found
from linli.ground.rest.types import (
    Body,
    Day,
    Moment,
    NewId,
    Page,
    Pages,
    RowId,
    Text,
    cursor_number,
    cut,
    replies,
)

router = Router(tags=["places"])
UP = "parent__parent__parent__parent"


class PlaceOut(Schema):
    """A place of the official tree."""

    id: int
    kind: str = Field(examples=["building"])
    name: str
    name_en: str
    code: str
    parent: int | None
    address: str = Field(description="as people say it, without the neighbourhood")
    since: date | None
    until: date | None


class NameOut(Schema):
    """What a place was called, and its code, from a day on."""

    name: str
    code: str
    since: date


class PlaceDetail(PlaceOut):
    """A place with its former names and codes."""

    names: list[NameOut]


class PlacePage(Page):
    """Places in the order of their ids."""

    items: list[PlaceOut]


class DwellingOut(Schema):
    """A door with the latest finding about it."""

    id: int
    address: str
    state: str = Field(description="one of eight words; ``blank`` when nothing was found yet", examples=["let"])
    found_at: datetime | None
    household: UUID | None


class DwellingPage(Page):
    """Doors in the order of their ids."""

    items: list[DwellingOut]


class HolderOut(Schema):
    """Who answers for a household: an office and who holds it, no account."""

    mandate: int
    holder: str
    capacity: str
    title: str
    since: date = Field(description="from this day on")


class ResponsibleOut(Schema):
    """Who answers for a door on a day. ``responsible`` is null when no household was there."""

    dwelling: int
    on: date
    household: UUID | None
    responsible: HolderOut | None


class FindingIn(Body):
    """What was found at a door. Sending it again with the same ``id`` changes nothing."""

    id: NewId
    state: Text
    happened_at: Moment


class FindingOut(Schema):
    """A finding as it is kept: when it happened, and when we heard of it."""

    id: UUID
    dwelling: int
    state: str
    happened_at: datetime
    heard_at: datetime
    source: str


class Count(Schema):
    """A state and how many doors have it; ``state`` is empty where small figures were put together."""

    state: str
    count: int


class TotalOut(Schema):
    """One building's figures, as they may hang on the wall."""

    estate: int
    place: int
    name: str
    total: int
    counts: list[Count]


class TotalsOut(Schema):
    """Every building, and all together."""

    total: int
    counts: list[Count]
    buildings: list[TotalOut]


def place_out(place: Place) -> dict[str, Any]:
    """A place as it is sent; ``kind`` and the parents are loaded."""
    return {
        "id": place.pk,
        "kind": place.kind.code,
        "name": place.name,
        "name_en": place.name_en,
        "code": place.code,
        "parent": place.parent_id,
        "address": short_address(place),
        "since": place.since,
        "until": place.until,
    }


def _places(caller: Caller, right: str) -> QuerySet[Place]:
    rows = Place.objects.filter(under(caller.roots(right)), neighbourhood=caller.neighbourhood)
    return rows.select_related("kind", UP)


def part_of(caller: Caller, pk: int) -> Place:
    """A place of the neighbourhood by id. Raises 404 for any other."""
    found = Place.objects.filter(pk=pk, neighbourhood=caller.neighbourhood).first()
    if found is None:
        raise not_found()
    return found


def dwelling_for(caller: Caller, pk: int, right: str) -> Place:
    """A dwelling where the caller has a right. Raises 404 for any other."""
    found = _places(caller, right).filter(pk=pk, kind__code="dwelling").first()
    if found is None:
        raise not_found()
    return found


@router.get(
    "/places",
    response=replies(PlacePage),
    auth=Token("places.read"),
    summary=gettext_noop("Places"),
    operation_id="list_places",
)
def list_places(
    request: HttpRequest,
    page: Pages,
    parent: RowId | None = None,
    under_place: RowId | None = None,
    kind: Text | None = None,
    name: Text | None = None,
    code: Text | None = None,
) -> Any:
    """The tree, a level (``parent``) or a subtree (``under_place``) at a time. ``name`` and ``code`` find former ones too."""
    caller = caller_of(request)
    rows = _places(caller, "board.totals").order_by("pk")
    after = cursor_number(page)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    if parent is not None:
        rows = rows.filter(parent=parent)
    if under_place is not None:
        rows = rows.filter(under([part_of(caller, under_place)]))
    if kind is not None:
        rows = rows.filter(kind__code=kind)
    if name is not None:
        former = PlaceName.objects.filter(name=name, place__neighbourhood=caller.neighbourhood).values("place")
        rows = rows.filter(Q(name=name) | Q(pk__in=former))
    if code is not None:
        former = PlaceName.objects.filter(code=code, place__neighbourhood=caller.neighbourhood).values("place")
        rows = rows.filter(Q(code=code) | Q(pk__in=former))
    items, following = cut(rows, page, lambda row: row.pk)
    return {"items": [place_out(row) for row in items], "next": following}


@router.get(
    "/places/{int:place}",
    response=replies(PlaceDetail),
    auth=Token("places.read"),
    summary=gettext_noop("One place"),
    operation_id="get_place",
)
def get_place(request: HttpRequest, place: RowId) -> Any:
    """A place with what it was called before."""
    found = _places(caller_of(request), "board.totals").filter(pk=place).first()
    if found is None:
        raise not_found()
    names = [{"name": n.name, "code": n.code, "since": n.since} for n in found.names.order_by("since")]
    return {**place_out(found), "names": names}


@router.get(
    "/dwellings",
    response=replies(DwellingPage),
    auth=Token("homes.read"),
    summary=gettext_noop("Doors with their state"),
    operation_id="list_dwellings",
)
def list_dwellings(
    request: HttpRequest, page: Pages, under_place: RowId | None = None, state: Text | None = None
) -> Any:
    """The doors of the area, or of a part of it (``under_place``), or those in one ``state``."""
    caller = caller_of(request)
    rows = _with_state(caller).order_by("pk")
    after = cursor_number(page)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    if under_place is not None:
        rows = rows.filter(under([part_of(caller, under_place)]))
    if state is not None:
        if state not in DwellingState.State.values:
            raise invalid("query.state", "literal_error")
        blank = Q(state_now__isnull=True) if state == DwellingState.State.BLANK else Q(pk__in=[])
        rows = rows.filter(blank | Q(state_now=state))
    items, following = cut(rows, page, lambda row: row.pk)
    return {"items": [_dwelling(row) for row in items], "next": following}


def _with_state(caller: Caller) -> QuerySet[Place]:
    latest = DwellingState.objects.filter(neighbourhood=caller.neighbourhood, dwelling=OuterRef("pk"))
    latest = latest.order_by("-happened_at")
    household = Household.objects.filter(dwelling=OuterRef("pk"), until__isnull=True)
    return (
        dwellings(caller.neighbourhood)
        .filter(under(caller.roots("board.read")))
        .select_related(UP)
        .annotate(
            state_now=Subquery(latest.values("state")[:1]),
            found_now=Subquery(latest.values("happened_at")[:1]),
            household_now=Subquery(household.values("pk")[:1]),
        )
    )


def _dwelling(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "address": short_address(row),
        "state": row.state_now or DwellingState.State.BLANK,
        "found_at": row.found_now,
        "household": row.household_now,
    }


@router.get(
    "/dwellings/{int:dwelling}",
    response=replies(DwellingOut),
    auth=Token("homes.read"),
    summary=gettext_noop("One door"),
    operation_id="get_dwelling",
)
def get_dwelling(request: HttpRequest, dwelling: RowId) -> Any:
    """A door with its latest state."""
    found = _with_state(caller_of(request)).filter(pk=dwelling).first()
    if found is None:
        raise not_found()
    return _dwelling(found)


@router.post(
    "/dwellings/{int:dwelling}/states",
    response={201: FindingOut, **replies(FindingOut, 400, 409, 415)},
    auth=Token("states.write"),
    summary=gettext_noop("Record what was found at a door"),
    operation_id="add_finding",
)
def add_finding(request: HttpRequest, dwelling: RowId, payload: FindingIn) -> Any:
    """201 the first time; 200 with the kept row when the same finding is sent again; 409 when the id stands for another one."""
    caller = caller_of(request)
    place = dwelling_for(caller, dwelling, "register.state")
    row, fresh = hear_state(
        by=caller.user,
        dwelling=place,
        id=payload.id,
        state=payload.state,
        happened_at=payload.happened_at,
        source=caller.source,
    )
    return Status(201 if fresh else 200, _finding(row))


def _finding(row: DwellingState) -> dict[str, Any]:
    names = ("state", "happened_at", "heard_at", "source")
    return {"id": row.pk, "dwelling": row.dwelling_id, **{name: getattr(row, name) for name in names}}


@router.get(
    "/dwellings/{int:dwelling}/responsible",
    response=replies(ResponsibleOut),
    auth=Token("register.read"),
    summary=gettext_noop("Who answers for a door on a day"),
    operation_id="get_responsible",
)
def get_responsible(request: HttpRequest, dwelling: RowId, on: Day | None = None) -> Any:
    """Today unless ``on`` names another day (R02)."""
    place = dwelling_for(caller_of(request), dwelling, "register.read")
    day = on or timezone.localdate()
    there = Household.objects.filter(Q(until__isnull=True) | Q(until__gt=day), dwelling=place, since__lte=day)
    household = there.order_by("-since").first()
    row = None
    if household is not None:
        rows = Responsibility.objects.filter(household=household, since__lte=day).select_related("mandate")
        row = rows.order_by("-since").first()
    return {
        "dwelling": place.pk,
        "on": day,
        "household": household.pk if household else None,
        "responsible": holder_out(row) if row else None,
    }


def holder_out(row: Responsibility) -> dict[str, Any]:
    """Who answers, from when on."""
    mandate = row.mandate
    return {
        "mandate": mandate.pk,
        "holder": mandate.holder_name,
        "capacity": mandate.capacity,
        "title": mandate.title,
        "since": row.since,
    }


@router.get(
    "/totals",
    response=replies(TotalsOut),
    auth=Token("totals.read"),
    summary=gettext_noop("Totals"),
    operation_id="get_totals",
)
def get_totals(request: HttpRequest) -> Any:
    """Doors by state for every building; cells under five are put together so that no door is told apart (R04)."""
    found = load(caller_of(request).neighbourhood, own=[])
    buildings = [
        {
            "estate": estate.place.pk,
            "place": building.place.pk,
            "name": f"{estate.place.name} {building.name}".strip(),
            "total": len(building.doors),
            "counts": building.cells,
        }
        for estate in found.estates
        for building in estate.buildings
    ]
    return {"total": len(found.doors), "counts": found.totals, "buildings": buildings}
