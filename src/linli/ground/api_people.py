"""Routes of the ground under ``/api/v1``: households, persons, who answers for whom. Numbers stay masked; writes compare and swap."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop
from ninja import Router, Schema
from pydantic import Field

from linli.ground.actions.versions import change_household, change_person
from linli.ground.api import HolderOut, holder_out, part_of
from linli.ground.mandates import active, under
from linli.ground.models import Household, Mandate, Person
from linli.ground.people import HouseholdNow, PersonNow, households_now, persons_now
from linli.ground.rest.access import Caller, Token, caller_of
from linli.ground.rest.problems import ProblemError, invalid, not_found
from linli.ground.rest.reading import note_reading
from linli.ground.rest.types import Body, Day, Page, Pages, RowId, Text, cursor_uuid, cut, replies
from linli.ground.search import search

router = Router(tags=["register"])
READ, WRITE = "register.read", "register.write"


class NumberOut(Schema):
    """A document or phone: what every page shows of it, never the whole."""

    kind: str = Field(examples=["id"])
    masked: str


class PersonOut(Schema):
    """A person. ``name`` is masked unless the token has ``names.read``."""

    id: UUID
    name: str
    sex: str
    born: date | None
    presence: str = Field(description="here, away, moved, died", examples=["here"])
    relation: str
    household: UUID | None
    dwelling: int | None
    address: str
    numbers: list[NumberOut]
    version: str = Field(description="to be sent back in If-Match")


class PersonPage(Page):
    """Persons in the order of their ids; a search has one page of at most 60."""

    items: list[PersonOut]


class HouseholdOut(Schema):
    """Those who share a door and one who answers for them."""

    id: UUID
    dwelling: int
    address: str
    since: date
    until: date | None
    responsible: HolderOut | None
    persons: list[UUID]
    version: str


class HouseholdPage(Page):
    """Households in the order of their ids."""

    items: list[HouseholdOut]


class HouseholdIn(Body):
    """Who answers for the household from today, or from ``since``."""

    mandate: RowId
    since: Day | None = None


class PersonIn(Body):
    """What changes; a field that is left out stays."""

    name: Text | None = None
    presence: Literal["here", "away", "moved", "died"] | None = None
    note: Text = ""


def person_out(caller: Caller, now: PersonNow) -> dict[str, Any]:
    """A person as it is sent to this caller."""
    person = now.person
    return {
        "id": person.pk,
        "name": person.name if caller.has("names.read") else person.masked_name,
        "sex": person.sex,
        "born": person.born if caller.has("names.read") else None,
        "presence": now.presence,
        "relation": now.relation,
        "household": now.household,
        "dwelling": now.dwelling.pk if now.dwelling else None,
        "address": now.address,
        "numbers": [{"kind": kind, "masked": masked} for kind, masked in now.numbers],
        "version": now.version,
    }


def household_out(now: HouseholdNow) -> dict[str, Any]:
    """A household as it is sent."""
    return {
        "id": now.household.pk,
        "dwelling": now.household.dwelling_id,
        "address": now.address,
        "since": now.household.since,
        "until": now.household.until,
        "responsible": holder_out(now.responsibility) if now.responsibility is not None else None,
        "persons": now.persons,
        "version": now.version,
    }


def _households(caller: Caller, right: str) -> Any:
    return Household.objects.filter(
        under(caller.roots(right), "dwelling__path"), neighbourhood=caller.neighbourhood
    ).order_by("pk")


def _household(caller: Caller, pk: UUID, right: str) -> Household:
    found: Household | None = _households(caller, right).filter(pk=pk).first()
    if found is None:
        raise not_found()
    return found


def _person(caller: Caller, pk: UUID, right: str) -> PersonNow:
    rows = persons_now(Person.objects.filter(pk=pk, neighbourhood=caller.neighbourhood))
    if not rows or rows[0].last_dwelling is None or not _reaches(caller, rows[0], right):
        raise not_found()
    return rows[0]


def _reaches(caller: Caller, now: PersonNow, right: str) -> bool:
    """Whether somebody lives, or lived last, where the caller has a right; who moved on to another part is not his any more."""
    roots = caller.roots(right)
    if roots == [caller.neighbourhood]:
        return True
    return now.last_dwelling is not None and any(root.contains(now.last_dwelling) for root in roots)


@router.get(
    "/households",
    response=replies(HouseholdPage),
    auth=Token(READ),
    summary=gettext_noop("Households"),
    operation_id="list_households",
)
def list_households(
    request: HttpRequest, page: Pages, under_place: RowId | None = None, responsible: RowId | None = None
) -> Any:
    """The households that exist today, with who answers for each: all, those in a part, or those of one mandate."""
    caller = caller_of(request)
    rows = _households(caller, READ).filter(until__isnull=True)
    after = cursor_uuid(page)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    if under_place is not None:
        rows = rows.filter(under([part_of(caller, under_place)], "dwelling__path"))
    if responsible is not None:
        rows = rows.filter(responsibilities__mandate=responsible).distinct()
    kept, following = cut(rows, page, lambda row: row.pk)
    found = households_now(kept)
    if responsible is not None:
        found = [one for one in found if one.responsibility and one.responsibility.mandate_id == responsible]
    note_reading(caller, "households", len(found))
    return {"items": [household_out(one) for one in found], "next": following}


@router.get(
    "/households/{uuid:household}",
    response=replies(HouseholdOut),
    auth=Token(READ),
    summary=gettext_noop("One household"),
    operation_id="get_household",
)
def get_household(request: HttpRequest, response: HttpResponse, household: UUID) -> Any:
    """A household with its version, also as ``ETag``."""
    caller = caller_of(request)
    (now,) = households_now([_household(caller, household, READ)])
    note_reading(caller, "households", 1)
    response.headers["ETag"] = f'"{now.version}"'
    return household_out(now)


@router.patch(
    "/households/{uuid:household}",
    response=replies(HouseholdOut, 400, 409, 412, 415, 428),
    auth=Token(WRITE),
    summary=gettext_noop("Let somebody else answer for a household"),
    operation_id="change_household",
)
def patch_household(request: HttpRequest, response: HttpResponse, household: UUID, payload: HouseholdIn) -> Any:
    """Compare and swap: needs ``If-Match``; 412 shows what you sent and what stands there now."""
    caller = caller_of(request)
    row = _household(caller, household, WRITE)
    mandate = active(Mandate.objects.filter(pk=payload.mandate, place__neighbourhood=caller.neighbourhood)).first()
    if mandate is None:
        raise invalid("body.mandate", "literal_error")
    now, changed = change_household(
        by=caller.user, household=row, expected=version_sent(request), to=mandate, since=payload.since
    )
    if not changed:
        raise lost(payload, household_out(now))
    response.headers["ETag"] = f'"{now.version}"'
    return household_out(now)


@router.get(
    "/persons",
    response=replies(PersonPage),
    auth=Token(READ),
    summary=gettext_noop("Persons"),
    operation_id="list_persons",
)
def list_persons(request: HttpRequest, page: Pages, q: Text | None = None) -> Any:
    """Everybody on the register of the area, or who is found by ``q``: name, pinyin, initials, room, tail of a number, permit."""
    caller = caller_of(request)
    if q is not None:
        hits = search(caller.neighbourhood, q, inside=caller.roots(READ))
        ids = list(dict.fromkeys(hit.person.pk for hit in hits if hit.person is not None))[: page.limit]
        by_id = {one.person.pk: one for one in persons_now(Person.objects.filter(pk__in=ids))}
        found, following = [by_id[pk] for pk in ids if pk in by_id], None
    else:
        rows = Person.objects.filter(neighbourhood=caller.neighbourhood, merged_into__isnull=True).order_by("pk")
        inside = caller.roots(READ)
        if inside != [caller.neighbourhood]:
            rows = rows.filter(under(inside, "residences__household__dwelling__path")).distinct()
        after = cursor_uuid(page)
        if after is not None:
            rows = rows.filter(pk__gt=after)
        kept, following = cut(rows, page, lambda row: row.pk)
        found = persons_now(kept)
    found = [one for one in found if _reaches(caller, one, READ)]
    note_reading(caller, "persons", len(found))
    return {"items": [person_out(caller, one) for one in found], "next": following}


@router.get(
    "/persons/{uuid:person}",
    response=replies(PersonOut),
    auth=Token(READ),
    summary=gettext_noop("One person"),
    operation_id="get_person",
)
def get_person(request: HttpRequest, response: HttpResponse, person: UUID) -> Any:
    """A person with the version, also as ``ETag``. Numbers are masked; nothing unmasks them here."""
    caller = caller_of(request)
    now = _person(caller, person, READ)
    note_reading(caller, "persons", 1, person=now.person.pk)
    response.headers["ETag"] = f'"{now.version}"'
    return person_out(caller, now)


@router.patch(
    "/persons/{uuid:person}",
    response=replies(PersonOut, 400, 409, 412, 415, 428),
    auth=Token(WRITE),
    summary=gettext_noop("Correct a person"),
    operation_id="change_person",
)
def patch_person(request: HttpRequest, response: HttpResponse, person: UUID, payload: PersonIn) -> Any:
    """Compare and swap: needs ``If-Match``; 412 shows what you sent and what stands there now."""
    caller = caller_of(request)
    before = _person(caller, person, WRITE)
    if payload.name is None and payload.presence is None:
        raise invalid("body", "nothing")
    now, changed = change_person(
        by=caller.user,
        person=before.person,
        expected=version_sent(request),
        name=payload.name,
        presence=payload.presence,
        note=payload.note,
    )
    if not changed:
        raise lost(payload, person_out(caller, now))
    response.headers["ETag"] = f'"{now.version}"'
    return person_out(caller, now)


def version_sent(request: HttpRequest) -> str:
    """The version in If-Match. Raises 428 without one: who does not say what he read would overwrite what he did not."""
    found = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    if not found or found == "*":
        raise ProblemError(428, "version_missing")
    return found


def lost(sent: Body, current: dict[str, Any]) -> ProblemError:
    """412 with both values: the loser sees what he wanted and what is there."""
    shown = {key: str(value) if isinstance(value, date | UUID) else value for key, value in current.items()}
    return ProblemError(
        412,
        "changed_meanwhile",
        more={"yours": sent.model_dump(mode="json", exclude_unset=True), "current": _plain(shown)},
        headers={"ETag": f'"{current["version"]}"'},
    )


def _plain(value: Any) -> Any:
    """Dates and ids as JSON has them."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, date | UUID) else value


class WhoOut(Schema):
    """One household and who answers for it on the day."""

    household: UUID
    dwelling: int
    address: str
    responsible: HolderOut | None


class WhoPage(Page):
    """Households in the order of their ids."""

    on: date
    items: list[WhoOut]


@router.get(
    "/responsibilities",
    response=replies(WhoPage),
    auth=Token(READ),
    summary=gettext_noop("Who answers for which household on a day"),
    operation_id="list_responsibilities",
)
def list_responsibilities(request: HttpRequest, page: Pages, on: Day | None = None) -> Any:
    """Every household of the day with exactly one who answers for it (R02)."""
    caller = caller_of(request)
    day = on or timezone.localdate()
    rows = _households(caller, READ).filter(since__lte=day).exclude(until__lte=day)
    after = cursor_uuid(page)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    kept, following = cut(rows, page, lambda row: row.pk)
    items = [household_out(one) for one in households_now(kept, day)]
    note_reading(caller, "responsibilities", len(items))
    return {
        "on": day,
        "items": [
            {"household": i["id"], "dwelling": i["dwelling"], "address": i["address"], "responsible": i["responsible"]}
            for i in items
        ],
        "next": following,
    }
