"""R09: who is away, what they say of coming back, and who has not answered after several tries. Readers; within a scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.ground import figures
from linli.ground.figures import AsOf, Count, Figure, Patch, Patches
from linli.ground.mandates import under
from linli.ground.models import Person, Place, Residence
from linli.ground.places import short_address
from linli.returnees.models import Case, ReturnAttempt, ReturnPlan

TRIES = 3
"""*(ours)*: who has not answered after so many tries in a row is listed for a person to decide what else can be done."""

KNOWN, STAYS, UNSURE, PAST = "known", "stays", "unsure", "past"
SILENT, TRYING, UNASKED = "silent", "trying", "unasked"
STATES = (SILENT, PAST, UNASKED, TRYING, UNSURE, KNOWN, STAYS)
"""In the order in which they need somebody."""
_OF_PLAN = {"comes": KNOWN, "stays": STAYS, "unsure": UNSURE}


def state_of(plan: ReturnPlan | None, tries: Sequence[ReturnAttempt], today: date) -> str:
    """What is known of somebody's return. A plan holds until its days are over; before there is one, tries in vain are counted."""
    if plan is not None:
        if plan.arrives_until is not None and plan.arrives_until < today:
            return PAST
        return _OF_PLAN[plan.intention]
    if not tries:
        return UNASKED
    in_vain = 0
    for attempt in tries:
        in_vain = 0 if attempt.outcome == ReturnAttempt.Outcome.REACHED else in_vain + 1
    return SILENT if in_vain >= TRIES else TRYING


@dataclass(frozen=True)
class Absent:
    """Somebody who is away: his door, his plan, the tries to reach him."""

    person: Person
    dwelling: Place | None
    plan: ReturnPlan | None
    tries: Sequence[ReturnAttempt]

    @property
    def state(self) -> str:
        """One of :data:`STATES`, today."""
        return state_of(self.plan, self.tries, timezone.localdate())

    @property
    def address(self) -> str:
        """The door, as people say it."""
        return short_address(self.dwelling) if self.dwelling is not None else ""


def away(places: Iterable[Place]) -> QuerySet[Any]:
    """The people of some neighbourhoods who are away, with ``home`` (the path of their door) and ``door`` (its id)."""
    latest = Residence.objects.filter(person=OuterRef("pk")).order_by("-since", "-id")
    rows: QuerySet[Any] = Person.objects.filter(neighbourhood__in=[p.pk for p in places], merged_into__isnull=True)
    return rows.annotate(
        presence=Subquery(latest.values("presence")[:1]),
        door=Subquery(latest.values("household__dwelling")[:1]),
        home=Subquery(latest.values("household__dwelling__path")[:1]),
    ).filter(presence=Residence.Presence.AWAY)


def absent(neighbourhood: Place, roots: Iterable[Place]) -> list[Absent]:
    """Everybody who is away from a door in the reader's places, those who need somebody first. Four statements."""
    people = list(away([neighbourhood]).filter(under(roots, "home")).order_by("home", "sort_name", "pk"))
    ids = [one.pk for one in people]
    doors = Place.objects.filter(pk__in=[one.door for one in people if one.door])
    homes = {p.pk: p for p in doors.select_related("parent__parent__parent")}
    plans, tries = _plans(ids), _tries(ids)
    found = [
        Absent(one, homes.get(getattr(one, "door", 0)), plans.get(one.pk), tries.get(one.pk, ())) for one in people
    ]
    return sorted(found, key=lambda one: STATES.index(one.state))


def _plans(people: Sequence[UUID]) -> dict[UUID, ReturnPlan]:
    rows = ReturnPlan.objects.filter(person__in=people).order_by("happened_at", "pk")
    return {row.person_id: row for row in rows}


def _tries(people: Sequence[UUID]) -> Mapping[UUID, Sequence[ReturnAttempt]]:
    found: dict[UUID, list[ReturnAttempt]] = defaultdict(list)
    for row in ReturnAttempt.objects.filter(person__in=people).order_by("happened_at", "pk"):
        found[row.person_id].append(row)
    return found


def windows(rows: Iterable[Absent]) -> list[tuple[date | None, date | None, bool]]:
    """The days on which they say they come back, of those who have no open case; that one speaks for them. One statement."""
    coming = [one for one in rows if one.plan is not None and one.plan.intention == ReturnPlan.Intention.COMES]
    open_cases = Case.objects.filter(person__in=[one.person.pk for one in coming], closed_at__isnull=True)
    cases = set(open_cases.filter(settled_at__isnull=True).values_list("person", flat=True))
    plans = [one.plan for one in coming if one.plan is not None and one.person.pk not in cases]
    return [(plan.arrives_from, plan.arrives_until, plan.arrives_about) for plan in plans]


def known(places: Sequence[Place], as_of: AsOf) -> Mapping[Patch, Count]:
    """People who are away and have said whether and when they come back, of all who are away. Four statements.

    Parts: who comes, who has not answered after several tries, whom nobody has asked.
    """
    people = list(away(places).annotate(where=F("neighbourhood")).values_list("pk", "home", "where"))
    ids = [pk for pk, _home, _where in people]
    plans, tries = _plans(ids), _tries(ids)
    patches = Patches(places)
    found: dict[Patch, Count] = {}
    for pk, home, where in people:
        patch = (patches.of(home) if home else None) or Patch(where)
        state = state_of(plans.get(pk), tries.get(pk, ()), timezone.localdate(as_of.at))
        one = Count(int(state in (KNOWN, STAYS)), 1, {state: 1})
        found[patch] = found.get(patch, Count()) + one
    return found


def register_figure() -> None:
    """Add it to the sheet."""
    parts = {SILENT: _("no answer"), PAST: _("past the day"), UNASKED: _("not asked yet"), UNSURE: _("not decided")}
    figures.register(
        Figure(
            "returns.known",
            _("People away whose return is known"),
            "register",
            _("people"),
            known,
            lambda patch, as_of: reverse("returnees:expected"),
            parts,
            "register.read",
            retraced=False,
        )
    )
