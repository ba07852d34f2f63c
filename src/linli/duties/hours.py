"""Hours, from evidence: each person's once, and the same hours for every body that may see them (C08, C09). Within a scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from linli.duties.models import Credit, Stint, Volunteer
from linli.duties.rules import MINUTE, Span, minutes_of, minutes_once
from linli.duties.standing import facts_of


@dataclass(frozen=True)
class Served:
    """What somebody did in a span: how many duties, how many minutes; each counts once, whoever else counts it too."""

    volunteer: Volunteer
    duties: int
    minutes: int

    @property
    def hours(self) -> float:
        """Hours to a tenth."""
        return round(self.minutes / 60, 1)


def done(since: datetime, until: datetime) -> QuerySet[Stint]:
    """The duties that somebody said were done, of shifts that began in ``since`` ≤ t < ``until``."""
    rows: QuerySet[Stint] = Stint.objects.filter(
        came_at__isnull=False,
        released_at__isnull=True,
        shift__starts_at__gte=since,
        shift__starts_at__lt=until,
    ).select_related("shift__post", "volunteer")
    return rows


def served(stints: Iterable[Stint], now: datetime) -> list[Served]:
    """By person, by name; never by number. An hour in which somebody was already there for his next duty is one hour."""
    spans: dict[UUID, list[Span]] = defaultdict(list)
    duties: dict[UUID, int] = defaultdict(int)
    people: dict[UUID, Volunteer] = {}
    for one in stints:
        people[one.volunteer_id] = one.volunteer
        duties[one.volunteer_id] += 1
        facts = facts_of(one)
        if one.came_at is not None:
            spans[one.volunteer_id].append((one.came_at, one.came_at + minutes_of(facts, now) * MINUTE))
    found = [Served(person, duties[pk], minutes_once(spans[pk])) for pk, person in people.items()]
    return sorted(found, key=lambda one: (one.volunteer.sort_name, one.volunteer.name, str(one.volunteer.pk)))


def of_body(body: Any, since: datetime, until: datetime, now: datetime) -> list[Served]:
    """The same hours as a body sees them: of those it may see, and no others."""
    seen = Credit.objects.filter(body=body).values("stint")
    return served(done(since, until).filter(pk__in=seen), now)
