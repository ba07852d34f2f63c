"""Readers of arrivals, through a scope and inside the reader's places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from linli.ground.mandates import secretary_of, under
from linli.ground.models import Mandate, Place
from linli.ground.places import short_address
from linli.returnees import rules
from linli.returnees.details import Details, details_of
from linli.returnees.models import Case, Signal


@dataclass
class Line:
    """One case for a page: row, words, first signal, state, minutes."""

    row: Case
    said: Details
    signals: list[Signal]
    facts: rules.Facts
    state: str
    minutes: int | None
    late: bool
    address: str

    @property
    def name(self) -> str:
        """The name, or the phone's tail, or the door: what is known."""
        return self.said.name or self.said.phone_masked or self.address or "—"


def inside(neighbourhood: Place, roots: Iterable[Place]) -> Q:
    """Cases at doors in the reader's places; those without a door only for who reads the whole neighbourhood."""
    places = list(roots)
    condition = under(places, "dwelling__path")
    if any(root.contains(neighbourhood) for root in places):
        condition |= Q(dwelling__isnull=True)
    return condition


def cases(neighbourhood: Place, roots: Iterable[Place]) -> QuerySet[Case]:
    """The cases that a reader may see, with what a line needs; two statements when read."""
    rows: QuerySet[Case] = Case.objects.filter(inside(neighbourhood, roots), neighbourhood=neighbourhood)
    return rows.select_related("dwelling__parent__parent__parent", "owner", "operation").prefetch_related("signals")


def facts_of(case: Case) -> rules.Facts:
    """The facts that decide a case's state. A joined case has no signal left: its due time stands for the first."""
    first = min(case.signals.all(), key=lambda one: one.told_at, default=None)
    return rules.Facts(
        first_at=first.told_at if first else case.due_at,
        about=first.about if first else False,
        registered_at=case.registered_at,
        settled_at=case.settled_at,
        closed_at=case.closed_at,
        due_at=case.due_at,
    )


def line(case: Case, now: datetime) -> Line:
    """One case with everything that a page says of it."""
    facts = facts_of(case)
    state = rules.state_of(facts)
    return Line(
        row=case,
        said=details_of(case),
        signals=sorted(case.signals.all(), key=lambda one: one.told_at),
        facts=facts,
        state=state,
        minutes=rules.minutes(facts, now),
        late=state == rules.OPEN and case.due_at < now,
        address=short_address(case.dwelling) if case.dwelling else "",
    )


def owner_now(case: Case, today: date) -> Mandate | None:
    """The owner while the mandate holds, then the secretary."""
    if case.owner.until is None or case.owner.until > today:
        return case.owner
    return secretary_of(case.neighbourhood)


def alike(case: Case, roots: Iterable[Place], now: datetime) -> list[Line]:
    """Other open cases with the same name or the same phone: perhaps the same person; a person decides."""
    condition = Q(pk__in=[])
    if case.name_index:
        condition |= Q(name_index=case.name_index)
    if case.phone_index:
        condition |= Q(phone_index=case.phone_index)
    rows = cases(case.neighbourhood, roots).filter(condition, operation=case.operation_id, closed_at__isnull=True)
    return [line(one, now) for one in rows.exclude(pk=case.pk)[:10]]


def waiting(neighbourhood: Place, roots: Iterable[Place], now: datetime) -> tuple[int, int]:
    """(not registered, of them late): for the card of today. One statement."""
    rows = Case.objects.filter(
        inside(neighbourhood, roots), neighbourhood=neighbourhood, registered_at__isnull=True, closed_at__isnull=True
    )
    due = list(rows.values_list("due_at", flat=True))
    return len(due), sum(1 for one in due if one < now)


@dataclass(frozen=True)
class Day:
    """How many are expected on a day: exact ones, and those whose window holds it."""

    day: date
    surely: int
    perhaps: int


Window = tuple[date | None, date | None, bool]


def expected(lines: Iterable[Line], start: date, days: int = 14, *, plans: Iterable[Window] = ()) -> list[Day]:
    """Day by day, from the open and registered cases that have not arrived, and from ``plans`` of who is away.

    The two columns are never added up.
    """
    windows: list[Window] = [
        (one.row.arrives_from, one.row.arrives_until, one.row.arrives_about)
        for one in lines
        if one.state in (rules.OPEN, rules.REGISTERED) and not one.row.arrived and one.row.arrives_from
    ]
    windows += plans
    found = []
    for number in range(days):
        day = start + timedelta(days=number)
        found.append(Day(day, *rules.expected_on(windows, day)))
    return found
