"""Readers of tenancies, through a scope and inside the reader's places; a fixed number of statements at any size."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from linli.ground.mandates import under
from linli.ground.models import Mandate, Phone, Place, Residence
from linli.ground.places import short_address
from linli.ground.queries import households_with_responsible
from linli.kernel.said_dates import SaidDay
from linli.tenancies import rules
from linli.tenancies.models import ContactAttempt, Difference, Tenancy, Tenant, Whereabouts


@dataclass
class Renter:
    """A tenant with where he is."""

    row: Tenant
    name: str
    state: str


@dataclass
class Flat:
    """One let flat for a page."""

    row: Tenancy
    address: str
    renters: list[Renter] = field(default_factory=list)
    last: ContactAttempt | None = None
    owner: Mandate | None = None

    @property
    def names(self) -> str:
        """The tenants' names."""
        return "、".join(one.name for one in self.renters)

    @property
    def state(self) -> str:
        """Abroad or elsewhere if anybody is; unknown if of nobody anything is known."""
        states = [one.state for one in self.renters]
        return next((s for s in (rules.ABROAD, rules.ELSEWHERE, rules.HERE) if s in states), rules.UNKNOWN)


def open_tenancies(neighbourhood: Place, roots: Iterable[Place]) -> QuerySet[Tenancy]:
    """The tenancies that hold, in the reader's places."""
    rows: QuerySet[Tenancy] = Tenancy.objects.filter(
        under(list(roots), "dwelling__path"), neighbourhood=neighbourhood, ended_at__isnull=True
    )
    return rows.select_related("dwelling__parent__parent__parent", "landlord__person", "agent__person")


def renters(rows: Iterable[Tenancy]) -> dict[UUID, list[Renter]]:
    """Tenancy → its tenants with where they are now; one statement."""
    latest = Whereabouts.objects.filter(tenant=OuterRef("pk")).order_by("-happened_at", "-heard_at")
    found: dict[UUID, list[Renter]] = defaultdict(list)
    tenants = Tenant.objects.filter(tenancy__in=[row.pk for row in rows]).select_related("person")
    for one in tenants.annotate(now=Subquery(latest.values("state")[:1])).order_by("person__sort_name"):
        found[one.tenancy_id].append(Renter(one, one.person.name, one.now or rules.UNKNOWN))
    return found


def flats(neighbourhood: Place, roots: Iterable[Place]) -> list[Flat]:
    """Every let flat of the reader's places; five statements."""
    rows = list(open_tenancies(neighbourhood, roots))
    people = renters(rows)
    attempts: dict[UUID, ContactAttempt] = {}
    for attempt in ContactAttempt.objects.filter(tenancy__in=[row.pk for row in rows]).order_by("happened_at"):
        attempts[attempt.tenancy_id] = attempt
    owners = owners_of(neighbourhood)
    return [
        Flat(
            row, short_address(row.dwelling), people.get(row.pk, []), attempts.get(row.pk), owners.get(row.dwelling_id)
        )
        for row in rows
    ]


def owners_of(neighbourhood: Place) -> dict[int, Mandate]:
    """Dwelling → who answers for its household today; two statements."""
    rows: Any = households_with_responsible(neighbourhood)  # annotated: mypy does not know the column
    pairs = dict(rows.values_list("dwelling_id", "responsible"))
    mandates = Mandate.objects.in_bulk([pk for pk in pairs.values() if pk])
    return {dwelling: mandates[pk] for dwelling, pk in pairs.items() if pk in mandates}


def counts(all_flats: Iterable[Flat]) -> Counter[str]:
    """Tenants by where they are: people, not flats. The exact number abroad has the list behind it."""
    return Counter(one.state for flat in all_flats for one in flat.renters)


def known_tenants(neighbourhood: Place, place: Place) -> list[rules.Known]:
    """What the register knows of the tenants in a place, for the reconciliation; four statements."""
    rows = list(open_tenancies(neighbourhood, [place]))
    people = renters(rows)
    phones: dict[UUID, set[str]] = defaultdict(set)
    ids = [one.row.person_id for some in people.values() for one in some]
    for person, index in Phone.objects.filter(person_id__in=ids).values_list("person_id", "whole_index"):
        phones[person].add(bytes(index).hex())
    found = []
    for row in rows:
        since, until = said(row.since, row.since_about), said(row.until, row.until_about)
        for one in people.get(row.pk, []):
            key = one.row.person_id
            found.append(rules.Known(key, row.dwelling_id, one.name, frozenset(phones[key]), since, until, one.state))
    return found


def said(day: date | None, about: bool) -> SaidDay | None:
    """A stored day as a window: a rough one means its month."""
    if day is None:
        return None
    return SaidDay(day.replace(day=1), day.replace(day=28), True) if about else SaidDay(day, day, False)


def differences(neighbourhood: Place, roots: Iterable[Place]) -> QuerySet[Difference]:
    """The differences of the reader's places; those without a door for who reads the whole neighbourhood."""
    places = list(roots)
    condition = under(places, "dwelling__path")
    if any(root.contains(neighbourhood) for root in places):
        condition |= Q(dwelling__isnull=True)
    rows: QuerySet[Difference] = Difference.objects.filter(condition, neighbourhood=neighbourhood)
    return rows.select_related(
        "dwelling__parent__parent__parent", "owner", "tenancy", "person", "last_list", "first_list"
    )


def let_homes(neighbourhood: Place) -> dict[int, list[UUID]]:
    """Dwelling → persons who live there as tenants by the register; two statements."""
    latest: dict[UUID, Residence] = {}
    rows = Residence.objects.filter(neighbourhood=neighbourhood, person__merged_into__isnull=True)
    for row in rows.select_related("household").order_by("since"):
        latest[row.person_id] = row
    found: dict[int, list[UUID]] = defaultdict(list)
    for person, row in latest.items():
        if row.household is not None and row.household.until is None:
            found[row.household.dwelling_id].append(person)
    return found
