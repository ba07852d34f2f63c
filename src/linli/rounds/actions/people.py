"""Writers of whom a plan is about by name: put somebody on it, with a clock of his own or without, and end it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground.models import Household, Person
from linli.journal.record import record
from linli.kernel.cadence import CONVENTIONS
from linli.kernel.refusal import Refusal
from linli.rounds import acts
from linli.rounds.actions.settling import undone
from linli.rounds.actions.targets import excuse, join
from linli.rounds.models import Occurrence, Plan, PlanPerson, Target
from linli.rounds.plans.choosing import Names, people, person_target
from linli.rounds.plans.clocks import checks_of
from linli.rounds.plans.timing import day_slot


@dataclass(frozen=True)
class OnPlan:
    """Somebody's own clock: day 0, how many days, counted how (``kernel.cadence.CONVENTIONS``)."""

    day0: date | None = None
    days: int = 14
    convention: str = "landing"


def put_person(
    *,
    by: User | None,
    plan: Plan,
    person: Person,
    own: OnPlan = OnPlan(),
    household: Household | None = None,
    reason: str = "",
) -> PlanPerson:
    """Put somebody on a plan; what is due today joins today's round with a reason. Twice is the first. Needs a scope.

    Refusals: ``plans.no_people`` (the plan is about something else), ``plans.convention``, ``plans.day0`` (an own clock needs one).
    """
    if plan.subject != Plan.Subject.PERSON:
        raise Refusal("plans.no_people", gettext_noop("This plan is not about people."))
    if own.convention not in CONVENTIONS:
        raise Refusal("plans.convention", gettext_noop("This way of counting days is not known."))
    if plan.cadence == Plan.Cadence.OWN_CLOCK and own.day0 is None:
        raise Refusal("plans.day0", gettext_noop("Please say on which day it begins."))
    now = timezone.now()
    with transaction.atomic():
        row, made = PlanPerson.objects.get_or_create(
            plan=plan,
            person=person,
            defaults={
                "neighbourhood_id": person.neighbourhood_id,
                "household": household,
                "since": now,
                "reason": " ".join(reason.split())[:120],
                "day0": own.day0,
                "days": own.days,
                "convention": own.convention,
                "by_user": by.pk if by is not None else None,
            },
        )
        if made:
            _record(acts.PERSON_PUT, by, plan, person)
            _join_today(by, row, now)
    found: PlanPerson = row
    return found


def _join_today(by: User | None, row: PlanPerson, now: datetime) -> None:
    """What of today is not over joins the round that is open already."""
    plan, day = row.plan, timezone.localdate(now)
    homes = {one.pk: home for one, home in people(plan)}
    names = Names(plan.place)
    if plan.cadence == Plan.Cadence.OWN_CLOCK:
        opened = Occurrence.objects.filter(plan=plan, slot_at=day_slot(day).at, opened_at__isnull=False)
        found = [
            person_target(row, homes.get(row.pk), names, day=one.day, part=one.part, slot=one.slot)
            for one in checks_of(row, plan, day)
            if one.slot.closes_at > now
        ]
    else:
        opened = Occurrence.objects.filter(plan=plan, opened_at__isnull=False, closed_at__isnull=True)
        found = [person_target(row, homes.get(row.pk), names)]
    for occurrence in opened.select_related("plan", "place"):
        for one in found:
            join(by=by, occurrence=occurrence, one=one, reason="began today")


def take_off(
    *, by: User | None, row: PlanPerson, at: datetime | None = None, name: str = "", reason: str = ""
) -> PlanPerson:
    """Nothing further is due for somebody from ``at`` (now) on. Needs a scope.

    What was frozen stays in the number; of it, what was not done and whose window was still open then is excused, by ``name`` (who is
    signed in, else the plan) with ``reason``. A second call is the first.
    """
    when = at or timezone.now()
    who = name or (by.display_name if by is not None else "") or row.plan.title
    with transaction.atomic():
        rows = PlanPerson.objects.filter(pk=row.pk, ended_at__isnull=True)
        if rows.update(ended_at=when):
            for target in _still_open(row, when):
                excuse(by=by, target=target, name=who, reason=reason or "taken off the plan", at=when)
            _record(acts.PERSON_TAKEN, by, row.plan, row.person)
    row.refresh_from_db()
    return row


def _still_open(row: PlanPerson, at: datetime) -> QuerySet[Target]:
    """What is frozen for somebody, undone, and not over at a moment."""
    rows = Target.objects.filter(subject__person=row.person_id, occurrence__plan=row.plan_id).filter(undone())
    rows = rows.annotate(over_at=Coalesce("closes_at", "occurrence__closes_at"))
    return rows.filter(Q(over_at__gt=at) | Q(over_at__isnull=True)).select_related("occurrence__place", "place")


def _record(act: str, by: User | None, plan: Plan, person: Person) -> None:
    record(
        act,
        by=by,
        subject=("person", person.pk),
        neighbourhood=person.neighbourhood_id,
        data={"plan": str(plan.pk)},
    )
