"""Writers of plans: make, change as long as it was not started, start, pause, resume, end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, gettext_noop

from linli.accounts.models import User
from linli.ground.capacities import CAPACITIES
from linli.ground.models import Area, Body, BodyKind, Mandate, Place, PlaceKind
from linli.journal.record import record
from linli.kernel.recurrence import RuleError
from linli.kernel.refusal import Refusal
from linli.rounds import acts
from linli.rounds.models import Plan, PlanHolder, PlanRhythm, PlanScope, PlanStep, Sheet
from linli.rounds.plans.holding import before
from linli.rounds.plans.timing import timetable, window

SHORTEST = 15
"""Minutes: nothing is asked for more often (as ``kernel.recurrence``)."""


@dataclass(frozen=True)
class About:
    """One line of what a plan is about; see ``PlanScope``."""

    place: Place | None = None
    area: Area | None = None
    kind: PlaceKind | None = None
    body: Body | None = None
    body_kind: BodyKind | None = None


@dataclass(frozen=True)
class NewPlan:
    """What :func:`make_plan` needs. ``rhythms``: place kind → minutes; ``steps``: (minutes after the close, capacity)."""

    kind: str
    title: str
    subject: str
    about: Sequence[About]
    holds: str
    office: str = ""
    cadence: str = Plan.Cadence.TIMETABLE
    filled_by: str = Plan.FilledBy.ASSIGNEE
    rule: str = ""
    starts_at: datetime | None = None
    early: int = 0
    due: int = 60
    closes: int = 60
    text: str = ""
    wants_one: bool = True
    sheet: Sheet | None = None
    operation: UUID | None = None
    rhythm: dict[str, Any] = field(default_factory=dict)
    rhythms: Sequence[tuple[PlaceKind, int]] = ()
    steps: Sequence[tuple[int, str]] = ()


def make_plan(*, by: User | None, place: Place, new: NewPlan) -> Plan:
    """A plan that nobody has started yet.

    Refusals: ``plans.title_missing``, ``plans.about_nothing``, ``plans.rule`` (with what is wrong in words), ``plans.window``,
    ``plans.rhythm``, ``plans.step``, ``plans.office_missing``.
    """
    plan = _row(by, place, new)
    _check(plan, new)
    with transaction.atomic():
        plan.save(force_insert=True)
        PlanScope.objects.bulk_create(
            PlanScope(plan=plan, place=a.place, area=a.area, kind=a.kind, body=a.body, body_kind=a.body_kind)
            for a in new.about
        )
        PlanRhythm.objects.bulk_create(PlanRhythm(plan=plan, kind=kind, minutes=n) for kind, n in new.rhythms)
        PlanStep.objects.bulk_create(PlanStep(plan=plan, after_minutes=n, to=to) for n, to in dict.fromkeys(new.steps))
        _record(acts.PLAN_MADE, by, plan, {"kind": plan.kind, "cadence": plan.cadence})
    return plan


def _row(by: User | None, place: Place, new: NewPlan) -> Plan:
    return Plan(
        place=place,
        kind=new.kind,
        title=" ".join(new.title.split()),
        text=new.text.strip(),
        filled_by=new.filled_by,
        cadence=new.cadence,
        subject=new.subject,
        holds=new.holds,
        office=new.office if new.holds == Plan.Holds.OFFICE else "",
        wants_one=new.wants_one,
        rule=new.rule.strip(),
        starts_at=new.starts_at,
        early=new.early,
        due=new.due,
        closes=new.closes,
        rhythm=new.rhythm,
        sheet=new.sheet,
        operation=new.operation,
        created_at=timezone.now(),
        by_user=by.pk if by is not None else None,
    )


def _check(plan: Plan, new: NewPlan) -> None:
    if not plan.title:
        raise Refusal("plans.title_missing", gettext_noop("Please give the plan a name."))
    if not new.about and plan.subject != Plan.Subject.PERSON:
        raise Refusal("plans.about_nothing", gettext_noop("Please say what the plan is about: it has no place yet."))
    if plan.holds == Plan.Holds.OFFICE and plan.office not in CAPACITIES:
        raise Refusal("plans.office_missing", gettext_noop("Please say which office answers for it."))
    _check_times(plan, new)
    if any(minutes < 0 or to not in CAPACITIES for minutes, to in new.steps):
        raise Refusal("plans.step", gettext_noop("A step has minutes and an office."))


def _check_times(plan: Plan, new: NewPlan) -> None:
    try:
        window(plan)
    except ValueError as wrong:
        raise Refusal("plans.window", gettext_noop("A round opens, is due and is given up, in this order.")) from wrong
    if any(minutes < SHORTEST for _kind, minutes in new.rhythms):
        raise Refusal("plans.rhythm", gettext_noop("At most every %(shortest)s minutes, please."), shortest=SHORTEST)
    try:
        timetable(plan)
    except RuleError as wrong:
        raise Refusal(
            "plans.rule", gettext_noop("When it happens: %(problem)s"), problem=wrong.said(get_language() or "en")
        ) from wrong


def start_plan(*, by: User | None, plan: Plan, name: str = "", why: str = "") -> Plan:
    """Let the worker open its rounds from now on.

    With blind spots it starts only if somebody says so by name with a sentence (``plans.blind``); both stay on every round that opens
    with blind spots. Starting it twice is the first. Needs a scope. Refusals: ``plans.blind``, ``plans.empty``, ``plans.ended``.
    """
    if plan.started_at is not None:
        return plan
    _not_ended(plan)
    now = timezone.now()
    found = before(plan, timezone.localdate(now))
    if not found.targets and plan.cadence != Plan.Cadence.OWN_CLOCK:
        raise Refusal("plans.empty", gettext_noop("There is nothing in what this plan is about."))
    said, sentence = " ".join(name.split()), " ".join(why.split())
    if found.blind and not (said and sentence):
        raise Refusal(
            "plans.blind",
            gettext_noop(
                "Nobody, or more than one, answers for %(count)s of them. Assign them, or write who starts it all the same, and why."
            ),
            count=found.count,
        )
    with transaction.atomic():
        started = Plan.objects.filter(pk=plan.pk, started_at__isnull=True).update(
            started_at=now,
            started_by=by.pk if by is not None else None,
            blind_name=said[:80] if found.blind else "",
            blind_why=sentence[:200] if found.blind else "",
        )
        if started:
            _record(acts.PLAN_STARTED, by, plan, {"targets": len(found.targets), "blind": found.count})
    plan.refresh_from_db()
    return plan


def pause_plan(*, by: User | None, plan: Plan) -> Plan:
    """Open no further rounds for the time being; what is open goes on. Refusal: ``plans.ended``."""
    return _switch(by, plan, acts.PLAN_PAUSED, paused_at=timezone.now())


def resume_plan(*, by: User | None, plan: Plan) -> Plan:
    """Open rounds again, from now on: those of the pause are no part of the plan. Refusal: ``plans.ended``."""
    if plan.paused_at is None:
        return plan
    return _switch(by, plan, acts.PLAN_RESUMED, paused_at=None, opened_until=timezone.now())


def end_plan(*, by: User | None, plan: Plan) -> Plan:
    """Open no further round, ever. What was walked stays. Refusal: ``plans.ended``."""
    return _switch(by, plan, acts.PLAN_ENDED, ended_at=timezone.now())


def _switch(by: User | None, plan: Plan, act: str, **fields: datetime | None) -> Plan:
    _not_ended(plan)
    with transaction.atomic():
        Plan.objects.filter(pk=plan.pk).update(**fields)
        _record(act, by, plan, {})
    plan.refresh_from_db()
    return plan


def _not_ended(plan: Plan) -> None:
    if plan.ended_at is not None:
        raise Refusal("plans.ended", gettext_noop("This plan has ended."))


def assign(*, by: User | None, plan: Plan, place: Place, mandate: Mandate) -> PlanHolder:
    """Say who answers in this plan for a place and what lies in it. Refusal: ``plans.not_here`` (an office of elsewhere)."""
    check_here(plan.place, mandate)
    with transaction.atomic():
        row, _made = PlanHolder.objects.update_or_create(
            plan=plan,
            place=place,
            defaults={"mandate": mandate, "by_user": by.pk if by is not None else None, "at": timezone.now()},
        )
        _record(acts.HANDED, by, plan, {"place": place.pk, "mandate": mandate.pk})
    return row


def check_here(place: Place, mandate: Mandate, on: date | None = None) -> None:
    """Refuse an office that has ended, or of another neighbourhood: ``plans.not_here``."""
    day = on or timezone.localdate()
    at = mandate.place or (mandate.of_body.place if mandate.of_body is not None else None)
    here = at is not None and (at.contains(place) or place.contains(at))
    if not here or mandate.since > day or (mandate.until is not None and mandate.until <= day):
        raise Refusal("plans.not_here", gettext_noop("%(name)s holds no office here."), name=mandate.holder_name)


def picked(people: Iterable[Mandate], wanted: int | None) -> Mandate:
    """Who was chosen from a list on a page. Refusal: ``targets.nobody``."""
    found = next((one for one in people if one.pk == wanted), None)
    if found is None:
        raise Refusal("targets.nobody", gettext_noop("Please choose somebody."))
    return found


def _record(act: str, by: User | None, plan: Plan, data: dict[str, object]) -> None:
    record(act, by=by, subject=("plan", plan.pk), neighbourhood=plan.place.neighbourhood_id, data=data)
