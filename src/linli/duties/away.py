"""Readers of who is away: secondments with their days (P09: 2 × 36 = 72; T10: 53 days), who of a body is abroad. Within a scope."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from linli.duties.models import Away, Membership, Volunteer
from linli.ground.models import Body


def overlapping(since: date, until: date) -> Q:
    """Absences that touch the days ``since`` ≤ day < ``until``."""
    return Q(since__lt=until) & (Q(until__isnull=True) | Q(until__gt=since))


def days_away(row: Away, today: date) -> int:
    """Days of an absence so far: the first day and the last count (T10: inclusive), today too while it lasts."""
    end = row.until if row.until is not None else today + timedelta(days=1)
    return max((min(end, today + timedelta(days=1)) - row.since).days, 0)


@dataclass(frozen=True)
class Secondment:
    """One place where people were lent to: who, how many days each, person-days in all."""

    place: str
    body: Body | None
    rows: tuple[Away, ...]
    days: int


def secondments(rows: Iterable[Away], today: date) -> list[Secondment]:
    """Secondments by where they lead, the latest first."""
    places: dict[tuple[str, int | None], list[Away]] = {}
    for row in rows:
        places.setdefault((row.place, row.body_id), []).append(row)
    found = [
        Secondment(place, some[0].body, tuple(some), sum(days_away(one, today) for one in some))
        for (place, _body), some in places.items()
    ]
    return sorted(found, key=lambda one: max(row.since for row in one.rows), reverse=True)


def seconded(neighbourhood: int) -> QuerySet[Away]:
    """Every secondment of a neighbourhood's people."""
    rows: QuerySet[Away] = Away.objects.filter(neighbourhood=neighbourhood, reason=Away.Reason.SECONDMENT)
    return rows.select_related("volunteer", "body").order_by("since", "volunteer__sort_name")


def people_of(body: Body) -> QuerySet[Volunteer]:
    """Who on the roster is of a body: sent by it, or a member of it."""
    inside = Membership.objects.filter(body=body, until__isnull=True).values("volunteer")
    rows: QuerySet[Volunteer] = Volunteer.objects.filter(Q(home=body) | Q(pk__in=inside), until__isnull=True)
    return rows.order_by("sort_name", "pk")


def absent(people: QuerySet[Volunteer], since: date, until: date) -> list[Away]:
    """Who of these is away on some of the days, and why (O02: one of five abroad)."""
    rows = Away.objects.filter(overlapping(since, until), volunteer__in=people)
    return list(rows.select_related("volunteer").order_by("volunteer__sort_name"))
