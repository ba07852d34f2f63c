"""Persons and households as they stand now, each with a version: what to compare before a change (optimistic locking)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.utils import timezone

from linli.ground.models import Document, Household, Person, Phone, Place, Residence, Responsibility
from linli.ground.places import short_address
from linli.ground.who import joined_with

UP = "dwelling__parent__parent__parent__parent"


@dataclass
class PersonNow:
    """A person with the latest residence, and masked numbers."""

    person: Person
    presence: str = ""
    relation: str = ""
    household: UUID | None = None
    dwelling: Place | None = None
    last_dwelling: Place | None = None
    numbers: list[tuple[str, str]] = field(default_factory=list)
    version: str = ""

    @property
    def address(self) -> str:
        """Where the person lives; empty for who has left."""
        return short_address(self.dwelling) if self.dwelling else ""


@dataclass
class HouseholdNow:
    """A household with those who live in it and who answers for it."""

    household: Household
    persons: list[UUID]
    responsibility: Responsibility | None
    version: str

    @property
    def address(self) -> str:
        """Its door."""
        return short_address(self.household.dwelling)


def version_of(*parts: object) -> str:
    """A short text that differs whenever one of the parts does."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:20]


def persons_now(rows: Iterable[Person]) -> list[PersonNow]:
    """Persons with home, presence, numbers (also of joined entries) and version; six statements at any size, in order."""
    found = {row.pk: PersonNow(row) for row in rows}
    latest: dict[UUID, Residence] = {}
    residences = Residence.objects.filter(person_id__in=found).order_by("since")
    for row in residences.select_related("household__" + UP):
        latest[row.person_id] = row
        if row.household is not None:
            found[row.person_id].last_dwelling = row.household.dwelling
    for pk, now in found.items():
        home = latest.get(pk)
        if home is not None:
            now.presence, now.relation, now.household = home.presence, home.relation, home.household_id
            now.dwelling = home.household.dwelling if home.household is not None else None
        stands = (home.pk, home.presence, home.household_id, home.away_note, home.relation) if home else ()
        now.version = version_of(now.person.name, now.person.sex, now.person.born, now.person.merged_into_id, *stands)
    joined = {pk: pk for pk in found} | joined_with(found)
    for document in Document.objects.filter(person_id__in=joined).order_by("since", "pk"):
        found[joined[document.person_id]].numbers.append((document.kind, document.masked))
    for phone in Phone.objects.filter(person_id__in=joined).order_by("since", "pk"):
        found[joined[phone.person_id]].numbers.append(("phone", phone.masked))
    return list(found.values())


def households_now(rows: Iterable[Household], day: date | None = None) -> list[HouseholdNow]:
    """Households with their persons today and who answers for them on ``day``; four statements, in the order given."""
    when = day or timezone.localdate()
    ids = [row.pk for row in rows]
    loaded = {row.pk: row for row in Household.objects.filter(pk__in=ids).select_related(UP)}
    held: dict[UUID, Responsibility] = {}
    terms = Responsibility.objects.filter(household_id__in=ids, since__lte=when).select_related("mandate")
    for term in terms.order_by("since"):
        held[term.household_id] = term
    candidates = Residence.objects.filter(household_id__in=ids).values("person_id")
    latest: dict[UUID, Residence] = {}
    lived = Residence.objects.filter(person_id__in=candidates, person__merged_into__isnull=True)
    for row in lived.order_by("since"):
        latest[row.person_id] = row
    members: dict[UUID, list[Residence]] = {pk: [] for pk in ids}
    for row in latest.values():
        if row.household_id in members:
            members[row.household_id].append(row)
    return [_household(loaded[pk], members[pk], held.get(pk)) for pk in ids if pk in loaded]


def _household(row: Household, members: list[Residence], term: Responsibility | None) -> HouseholdNow:
    members = sorted(members, key=lambda one: one.person_id)
    stands = [f"{one.pk}:{one.presence}:{one.relation}" for one in members]
    answers = (term.pk, term.mandate_id, term.since) if term is not None else ()
    version = version_of(row.dwelling_id, row.since, row.until, *answers, *stands)
    return HouseholdNow(row, [one.person_id for one in members], term, version)
