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
from linli.ground.models import Household, Mandate, Person, Place
from linli.journal.record import record
from linli.kernel.cadence import CONVENTIONS
from linli.kernel.refusal import Refusal
from linli.rounds import acts
from linli.rounds.actions.opening import open_slot
from linli.rounds.actions.settling import undone
from linli.rounds.actions.targets import excuse, hand_over, join
from linli.rounds.models import Excusal, Occurrence, Plan, PlanPerson, Target, TargetSubject
from linli.rounds.plans.choosing import Chosen, Names, people, person_target
from linli.rounds.plans.clocks import checks_of
from linli.rounds.plans.holding import before
from linli.rounds.plans.running import running
from linli.rounds.plans.timing import clock, day_slot


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
    """Put somebody on a plan; what is due today joins today's round with a reason. Needs a scope.

    Twice is the first; whoever was taken off before is on it again, by the clock and at the door that are said now: of today's checks those
    that only his taking off had excused are open again. A plan that runs and had nothing to do today has a round from now on.

    Refusals: ``plans.no_people`` (the plan is about something else), ``plans.convention``, ``plans.day0`` (an own clock needs one).
    """
    _check(plan, own)
    now = timezone.now()
    facts = {
        "household": household,
        "since": now,
        "reason": " ".join(reason.split())[:120],
        "day0": own.day0,
        "days": own.days,
        "convention": own.convention,
        "by_user": by.pk if by is not None else None,
    }
    with transaction.atomic():
        row, made = PlanPerson.objects.get_or_create(
            plan=plan, person=person, defaults={"neighbourhood_id": person.neighbourhood_id, **facts}
        )
        if not made and row.ended_at is not None:
            ended = row.ended_at
            made = bool(PlanPerson.objects.filter(pk=row.pk, ended_at__lte=now).update(ended_at=None, **facts))
            row.refresh_from_db()
            if made:
                _excused_no_more(row, ended, now)
                _go_along(by, row, now)
        if made:
            _record(acts.PERSON_PUT, by, plan, person)
            _join_today(by, row, now)
    found: PlanPerson = row
    return found


def change_clock(*, by: User | None, row: PlanPerson, own: OnPlan, household: Household | None = None) -> PlanPerson:
    """Count for somebody by another clock from now on: extended, shortened, begun on another day; or look for him at another door.

    What is frozen of today stays in the number: what was done or missed where it was, what is still open at the new door; what lies after
    the new end is excused. Needs a scope. Refusals: as :func:`put_person`.
    """
    _check(row.plan, own)
    now, home = timezone.now(), household or row.household
    moved = row.household != home
    if (row.day0, row.days, row.convention, row.household) == (own.day0, own.days, own.convention, home):
        return row
    row.day0, row.days, row.convention, row.household = own.day0, own.days, own.convention, home
    with transaction.atomic():
        row.save(update_fields=["day0", "days", "convention", "household"])
        counted = clock(row, row.plan)
        for target in _still_open(row, counted.release_at) if counted is not None else ():
            excuse(by=by, target=target, name=_name(by, row), reason="the term is shorter", at=now)
        if moved:
            _go_along(by, row, now)
        _record(acts.PERSON_CHANGED, by, row.plan, row.person)
        _join_today(by, row, now)
    return row


def _check(plan: Plan, own: OnPlan) -> None:
    if plan.subject != Plan.Subject.PERSON:
        raise Refusal("plans.no_people", gettext_noop("This plan is not about people."))
    if own.convention not in CONVENTIONS:
        raise Refusal("plans.convention", gettext_noop("This way of counting days is not known."))
    if plan.cadence == Plan.Cadence.OWN_CLOCK and own.day0 is None:
        raise Refusal("plans.day0", gettext_noop("Please say on which day it begins."))


def _go_along(by: User | None, row: PlanPerson, now: datetime) -> None:
    """What is frozen of somebody and still open is looked for where he is now, by who answers there; each row stays the row it is."""
    plan = row.plan
    one = person_target(row, _home(row, now), Names(plan.place))
    for target in _still_open(row, now).select_related("occurrence__place", "occurrence__plan", "place"):
        TargetSubject.objects.filter(target=target).update(household=one.household)
        if target.place_id == one.place:
            continue
        Target.objects.filter(pk=target.pk).update(place=one.place, area=one.area, name=one.name, sort=one.sort)
        (who,) = before(plan, timezone.localdate(now), [one]).held
        for mandate in Mandate.objects.filter(pk__in=who[:1]):
            hand_over(by=by, targets=[target], to=mandate, reason="another door")


def _excused_no_more(row: PlanPerson, ended: datetime, now: datetime) -> None:
    """He is back on the plan: what was excused at the moment he was taken off, and is not over, is to be done again."""
    taken = Target.objects.filter(subject__person=row.person_id, occurrence__plan=row.plan_id, excusal__at=ended)
    Excusal.objects.filter(target__in=[one.pk for one in _not_over(taken, now)]).delete()


def _home(row: PlanPerson, now: datetime) -> Place | None:
    return next((home for one, home in people(row.plan, now) if one.pk == row.pk), None)


def _join_today(by: User | None, row: PlanPerson, now: datetime) -> None:
    """What of today is not over joins the round that is open already, or makes one; where he is looked for already he is not again."""
    plan, day = row.plan, timezone.localdate(now)
    if plan.cadence == Plan.Cadence.OWN_CLOCK:
        slot = day_slot(day)
        opened = Occurrence.objects.filter(plan=plan, slot_at=slot.at, opened_at__isnull=False)
        if not opened.exists():
            if running(now).filter(pk=plan.pk).exists():
                open_slot(plan=plan, slot=slot, now=now)
            return
    else:
        opened = Occurrence.objects.filter(plan=plan, opened_at__isnull=False, closed_at__isnull=True)
    home, names = _home(row, now), Names(plan.place)
    for occurrence in opened.select_related("plan", "place"):
        known = set(
            Target.objects.filter(occurrence=occurrence, subject__person=row.person_id).values_list("part", flat=True)
        )
        for one in _of_today(row, home, names, now):
            if one.part not in known:
                join(by=by, occurrence=occurrence, one=one, reason="began today")


def _of_today(row: PlanPerson, home: Place | None, names: Names, now: datetime) -> list[Chosen]:
    if row.plan.cadence != Plan.Cadence.OWN_CLOCK:
        return [person_target(row, home, names)]
    return [
        person_target(row, home, names, day=one.day, part=one.part, slot=one.slot)
        for one in checks_of(row, row.plan, timezone.localdate(now))
        if one.slot.closes_at > now
    ]


def take_off(
    *, by: User | None, row: PlanPerson, at: datetime | None = None, name: str = "", reason: str = ""
) -> PlanPerson:
    """Nothing further is due for somebody from ``at`` (now) on, which may lie ahead. Needs a scope.

    What was frozen stays in the number; of it, what was not done and whose window was still open then is excused, by ``name`` (who is
    signed in, else the plan) with ``reason``. A second call is the first, unless its end still lies ahead.
    """
    now = timezone.now()
    when = at or now
    with transaction.atomic():
        rows = PlanPerson.objects.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=now), pk=row.pk)
        if rows.update(ended_at=when):
            for target in _still_open(row, when):
                excuse(
                    by=by, target=target, name=name or _name(by, row), reason=reason or "taken off the plan", at=when
                )
            _record(acts.PERSON_TAKEN, by, row.plan, row.person)
    row.refresh_from_db()
    return row


def _name(by: User | None, row: PlanPerson) -> str:
    return (by.display_name if by is not None else "") or row.plan.title


def _still_open(row: PlanPerson, at: datetime) -> QuerySet[Target]:
    """What is frozen for somebody, undone, and not over at a moment."""
    rows = Target.objects.filter(subject__person=row.person_id, occurrence__plan=row.plan_id).filter(undone())
    return _not_over(rows, at).select_related("occurrence__place", "place")


def _not_over(rows: QuerySet[Target], at: datetime) -> QuerySet[Target]:
    """Those whose window is not over at a moment."""
    rows = rows.annotate(over_at=Coalesce("closes_at", "occurrence__closes_at"))
    return rows.filter(Q(over_at__gt=at) | Q(over_at__isnull=True))


def _record(act: str, by: User | None, plan: Plan, person: Person) -> None:
    record(
        act,
        by=by,
        subject=("person", person.pk),
        neighbourhood=person.neighbourhood_id,
        data={"plan": str(plan.pk)},
    )
