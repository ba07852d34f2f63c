"""Who looks after a household, or helps with a case, at a moment: exactly one, whatever became of who was named (Q01).

The latest row that began holds. A substitute whose mandate is over gives way to whom he stood in for; a supervisor whose mandate is
over, whose account is suspended or who belongs to another neighbourhood gives way to the secretary: then ``fell`` says so, and pages
list it as a blind spot until somebody is named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from linli.care.models import Case, Supervisor
from linli.care.models.hidden import children_too
from linli.care.rules import QUARANTINE
from linli.ground.mandates import active
from linli.ground.models import Mandate, Place


@dataclass(frozen=True)
class Post:
    """Who it is since when. ``back_at``: when a substitute gives way, where that is set; ``named``: who was named, where ``fell``."""

    mandate: Mandate | None
    since: datetime
    substitute: bool = False
    back_at: datetime | None = None
    fell: bool = False
    named: Mandate | None = None


def supervisors(households: Iterable[UUID], moment: datetime) -> dict[UUID, Post]:
    """Household → who looks after it at a moment; those for whom nobody was ever named are left out. Two statements."""
    rows = Supervisor.objects.filter(household__in=list(households), case__isnull=True)
    return _posts(rows, "household_id", moment)


def helpers(cases: Iterable[UUID], moment: datetime) -> dict[UUID, Post]:
    """Case → who helps at a moment. Two statements."""
    return _posts(Supervisor.objects.filter(case__in=list(cases)), "case_id", moment)


def holds(mandate: Mandate, neighbourhood: int, moment: datetime) -> bool:
    """Whether a mandate can carry a household of a neighbourhood at a moment. Its place and account come along."""
    day = timezone.localdate(moment)
    there = (
        mandate.place is None or mandate.place.neighbourhood_id == neighbourhood or mandate.place_id == neighbourhood
    )
    in_time = mandate.since <= day and (mandate.until is None or day < mandate.until)
    return there and in_time and (mandate.user is None or mandate.user.is_active)


def holder_of(mandate: Mandate) -> tuple[str, Any]:
    """Who holds a mandate, so that two offices of one person are one."""
    if mandate.user_id is not None:
        return ("user", mandate.user_id)
    if mandate.person_id is not None:
        return ("person", mandate.person_id)
    return ("body", mandate.body_id) if mandate.body_id is not None else ("mandate", mandate.pk)


def households_of(holder: tuple[str, Any], neighbourhood: int, moment: datetime) -> list[UUID]:
    """The households with somebody in quarantine that one person looks after at a moment. Three statements."""
    open_ones = Case.objects.filter(neighbourhood_id=neighbourhood, kind=QUARANTINE, closed_at__isnull=True)
    found = supervisors(set(open_ones.values_list("household_id", flat=True)), moment)
    return [pk for pk, post in found.items() if post.mandate is not None and holder_of(post.mandate) == holder]


def row_at(household: UUID, case: UUID | None, moment: datetime) -> Supervisor | None:
    """The row that holds at a moment, whether its mandate does or not."""
    rows = Supervisor.objects.filter(household=household, case=case, annulled_at__isnull=True, since__lte=moment)
    found: Supervisor | None = rows.select_related("mandate__place", "mandate__user").order_by("since", "id").last()
    return found


def secretary(neighbourhood: int, moment: datetime) -> Mandate | None:
    """Who carries what nobody else can: the first secretary whose office and account hold at a moment."""
    return _secretaries([neighbourhood], moment).get(neighbourhood)


def fallen(moment: datetime) -> list[Supervisor]:
    """The rows of open cases whose mandate no longer holds: what the job hands to the secretary. In the caller's scope."""
    with children_too():
        open_ones = list(Case.objects.filter(closed_at__isnull=True).values_list("pk", "household_id", "kind"))
    keys: set[tuple[UUID, UUID | None]] = {(home, None if kind == QUARANTINE else pk) for pk, home, kind in open_ones}
    by_key: dict[tuple[UUID, UUID | None], Supervisor] = {}
    rows = Supervisor.objects.filter(household__in={home for home, _case in keys}, annulled_at__isnull=True)
    for row in rows.filter(since__lte=moment).select_related("mandate__place", "mandate__user").order_by("since", "id"):
        by_key[(row.household_id, row.case_id)] = row
    return [row for key, row in by_key.items() if key in keys and not holds(row.mandate, row.neighbourhood_id, moment)]


def _posts(rows: Any, key: str, moment: datetime) -> dict[UUID, Post]:
    told: Mapping[UUID, list[Supervisor]] = defaultdict(list)
    wanted = rows.filter(annulled_at__isnull=True).select_related("mandate__place", "mandate__user")
    for row in wanted.order_by("since", "id"):
        told[getattr(row, key)].append(row)
    secretaries = _secretaries({row.neighbourhood_id for one in told.values() for row in one}, moment)
    found = {pk: _post(one, secretaries, moment) for pk, one in told.items()}
    return {pk: post for pk, post in found.items() if post is not None}


def _post(rows: list[Supervisor], secretaries: Mapping[int, Mandate], moment: datetime) -> Post | None:
    begun = [row for row in rows if row.since <= moment]
    if not begun:
        return None
    now, home = begun[-1], begun[-1].neighbourhood_id
    if now.substitute and not holds(now.mandate, home, moment):
        now = next((row for row in reversed(begun) if not row.substitute), now)
    if not holds(now.mandate, home, moment):
        return Post(secretaries.get(home), begun[-1].since, fell=True, named=now.mandate)
    later = next((row.since for row in rows if row.since > moment), None) if now.substitute else None
    return Post(now.mandate, now.since, now.substitute, later, now.why == Supervisor.Why.FELL)


def _secretaries(neighbourhoods: Iterable[int], moment: datetime) -> dict[int, Mandate]:
    places = Place.objects.filter(pk__in=list(neighbourhoods))
    able = Q(user__isnull=True) | Q(user__is_active=True)
    rows = Mandate.objects.filter(able, place__in=places, capacity="secretary")
    found: dict[int, Mandate] = {}
    for row in active(rows, timezone.localdate(moment)).select_related("place", "user").order_by("since", "pk"):
        if row.place_id is not None:
            found.setdefault(row.place_id, row)
    return found
