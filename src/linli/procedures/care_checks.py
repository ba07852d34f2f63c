"""The two checks a day of those who stay at home: rounds ask for them and know who was missed, care keeps what was read, sealed.

A check that somebody walked becomes a reading, and its answers leave the round; a reading from elsewhere marks the check as done.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from linli.accounts.models import User
from linli.care.actions.readings import Said, annul_reading, record_reading
from linli.care.models import Case, Reading
from linli.ground.locks import hold_neighbourhood
from linli.ground.models import Mandate, Person, Place
from linli.ground.who import everyone
from linli.operations.models import Operation
from linli.rounds.actions.people import OnPlan, change_clock, put_person, take_off
from linli.rounds.actions.plans import NewPlan, assign, make_plan, start_plan
from linli.rounds.actions.settling import undone
from linli.rounds.actions.sheets import take_sheet
from linli.rounds.actions.targets import hand_over
from linli.rounds.actions.values import taken_out
from linli.rounds.actions.walked import Walker, annul
from linli.rounds.actions.walking import At, record_visit
from linli.rounds.models import Plan, PlanHolder, PlanPerson, Target, Visit, VisitAnnulment, VisitTarget
from linli.rounds.plans.timing import day_slot
from linli.rounds.sheets import CARE

KIND = "care"
"""Of the plan; one a neighbourhood and operation."""

TITLE, TEXT = "居家观察每日检查", "早晚各一次：测体温、问有没有不舒服，不进门。"
"""Stored words are in the language of the neighbourhood."""

TIMES = ("08:00", "18:00")
PARTS = (Reading.Part.MORNING, Reading.Part.EVENING)
HOUR = 60
RECENT = timedelta(days=2)
"""A reading is of a check of these days; a window may pass midnight."""


def plan_of(operation: Operation) -> Plan | None:
    """The plan of an operation's checks, once there is one."""
    return Plan.objects.filter(kind=KIND, operation=operation.pk, ended_at__isnull=True).order_by("created_at").first()


class Asked:
    """Who of the open cases is on the plan, and who answers for their doors; two statements at any number of cases."""

    def __init__(self, cases: Iterable[Case]) -> None:
        ids = {one.plan_person for one in cases} - {None}
        self._rows: dict[UUID | None, PlanPerson] = dict(PlanPerson.objects.select_related("plan").in_bulk(ids))
        plans = {row.plan_id for row in self._rows.values()}
        self._held = set(PlanHolder.objects.filter(plan__in=plans).values_list("plan", "place", "mandate"))

    def right(self, case: Case, supervisor: Mandate, now: datetime) -> bool:
        """Whether all is as :func:`keep` would leave it."""
        if case.operation is None or case.day0 is None or case.days is None:
            return True
        row = self._rows.get(case.plan_person)
        if row is None or row.plan.ended_at is not None or row.plan.operation != case.operation_id or _off(row, now):
            return False
        said = (row.person_id, row.household_id, row.day0, row.days, row.convention)
        known = (row.plan_id, case.household.dwelling_id, supervisor.pk) in self._held
        return known and said == (case.person_id, case.household_id, case.day0, case.days, case.convention)

    def nobody(self, case: Case, now: datetime) -> bool:
        """Whether nothing is asked of somebody any more."""
        row = self._rows.get(case.plan_person)
        return row is None or _off(row, now)


def _off(row: PlanPerson, now: datetime) -> bool:
    return row.ended_at is not None and row.ended_at <= now


def keep(*, by: User | None, case: Case, supervisor: Mandate) -> PlanPerson | None:
    """See to it that somebody is asked morning and evening until his term ends, by ``supervisor``. Twice is the first; needs a scope."""
    if case.operation is None or case.day0 is None or case.days is None:
        return None
    own = OnPlan(case.day0, case.days, case.convention)
    with transaction.atomic():
        plan = _plan(by, case.operation)
        answers(by=by, plan=plan, home=case.household.dwelling, supervisor=supervisor)
        row = put_person(
            by=by, plan=plan, person=case.person, own=own, household=case.household, reason=f"case:{case.pk}"
        )
        row = change_clock(by=by, row=row, own=own, household=case.household)
    return row


def _plan(by: User | None, operation: Operation) -> Plan:
    """Found, or made and started; of two who need it first at once both get the same."""
    known = plan_of(operation)
    if known is not None:
        return known
    hold_neighbourhood(operation.neighbourhood_id)
    known = plan_of(operation)
    if known is not None:
        return known
    new = NewPlan(
        kind=KIND,
        title=TITLE,
        text=TEXT,
        subject=Plan.Subject.PERSON,
        cadence=Plan.Cadence.OWN_CLOCK,
        about=(),
        holds=Plan.Holds.OFFICE,
        office="secretary",
        wants_one=False,
        early=HOUR,
        due=2 * HOUR,
        closes=4 * HOUR,
        rhythm={"times": list(TIMES)},
        sheet=take_sheet(by=by, code=CARE),
        operation=operation.pk,
        steps=[(HOUR // 2, "secretary")],
    )
    return start_plan(by=by, plan=make_plan(by=by, place=operation.neighbourhood, new=new))


def answers(*, by: User | None, plan: Plan, home: Place, supervisor: Mandate) -> None:
    """Let somebody answer for the checks of a home from now on, also for those of today that nobody has done yet."""
    if PlanHolder.objects.filter(plan=plan, place=home, mandate=supervisor).exists():
        return
    assign(by=by, plan=plan, place=home, mandate=supervisor)
    left = Target.objects.filter(occurrence__plan=plan, place=home, occurrence__closed_at__isnull=True).filter(undone())
    for one in {row.occurrence: None for row in left.select_related("occurrence__place", "occurrence__plan")}:
        hand_over(
            by=by, targets=left.filter(occurrence=one).select_related("occurrence__place", "place"), to=supervisor
        )


def let_go(*, by: User | None, case: Case, at: datetime | None = None) -> None:
    """Nothing more is asked of somebody from a moment (now) on. Needs a scope."""
    row = PlanPerson.objects.select_related("plan", "person").filter(pk=case.plan_person).first()
    if row is not None:
        take_off(by=by, row=row, at=at, reason="term over")


def visited(by: User | None, visit: Visit) -> None:
    """A visit of a round was stored, or taken back (``rounds.changes``): a check's answers become a reading of the case, or end with it."""
    if visit.occurrence is None or visit.occurrence.plan.kind != KIND:
        return
    source = f"visit:{visit.pk}"
    if VisitAnnulment.objects.filter(pk=visit.pk).exists():
        for reading in Reading.objects.filter(source=source, annulled_at__isnull=True):
            annul_reading(by=by, reading=reading)
        return
    done = visit.links.filter(outcome=VisitTarget.Outcome.DONE, target__subject__person__isnull=False)
    people = set(done.values_list("target__subject__person", flat=True))
    if len(people) != 1:
        return  # whose answers they are nobody can tell: they stay with the visit
    case = case_then(people.pop(), visit.happened_at)
    if case is None:
        return
    said = taken_out(visit)
    heat = said.get("temperature")
    reading = Said(
        celsius=heat.number if heat is not None else None,
        symptoms=said["symptoms"].codes if "symptoms" in said else (),
    )
    if reading.celsius is not None or reading.symptoms:
        record_reading(by=by, case=case, said=reading, happened_at=visit.happened_at, source=source, part=_part(visit))


def _part(visit: Visit) -> str:
    """Which check was walked, early or late on its day; of one that was walked after midnight its hour decides."""
    today = day_slot(timezone.localdate(visit.happened_at)).at
    done = visit.links.filter(outcome=VisitTarget.Outcome.DONE, target__occurrence__slot_at=today)
    part: int | None = done.values_list("target__part", flat=True).first()
    return PARTS[part] if part is not None else ""


def case_then(person: UUID | None, moment: datetime) -> Case | None:
    """The quarantine that somebody is in, under whichever entry of the register, else the one he was in at ``moment``: what was read
    before its end may be heard after it."""
    known = Person.objects.filter(pk=person).first()
    people = everyone(known) if known is not None else []
    rows = Case.objects.filter(person__in=people, kind=Case.Kind.QUARANTINE).exclude(closed_as=Case.Closed.ANNULLED)
    still = rows.filter(Q(closed_at__isnull=True) | Q(closed_at__gt=moment))
    found: Case | None = still.order_by(F("closed_at").desc(nulls_first=True)).first()
    return found


def read(by: User | None, reading: Reading) -> None:
    """A reading was recorded, or taken back, elsewhere than on a round (``care.changes``): its check counts as done, or as not."""
    if reading.source.startswith("visit:") or reading.part not in PARTS:
        return
    pk = _visit_of(reading)
    if reading.annulled_at is not None:
        if Visit.objects.filter(pk=pk).exists():
            annul(by=Walker(by, (), timezone.now()), pk=pk, happened_at=reading.annulled_at)
        return
    target = _target(reading)
    if target is not None:
        record_visit(
            by=by,
            id=pk,
            occurrence=target.occurrence,
            targets=[At(target.pk)],
            happened_at=reading.happened_at,
            heard_at=reading.heard_at,
            visitor="本人" if reading.by_self else "",
            source=f"reading:{reading.pk}",
        )


def unmarked(now: datetime) -> list[Reading]:
    """Readings from before their round was opened, because nothing ran that opens it: their checks do not count as done yet.

    In the scope; three statements at any number of readings.
    """
    recent = Reading.objects.filter(happened_at__gt=now - RECENT, annulled_at__isnull=True, part__in=PARTS)
    rows = {_visit_of(row): row for row in recent.exclude(source__startswith="visit:").select_related("case")}
    for pk in Visit.objects.filter(pk__in=list(rows)).values_list("pk", flat=True):
        del rows[pk]
    people = {row.case.person_id for row in rows.values()}
    of = Target.objects.filter(subject__person__in=people, occurrence__plan__kind=KIND)
    of = of.filter(occurrence__slot_at__gt=now - RECENT - timedelta(days=1)) if people else of.none()
    due = set(of.values_list("subject__person", "occurrence__slot_at", "part"))
    return [
        row
        for row in rows.values()
        if row.day is not None and (row.case.person_id, _slot(row), PARTS.index(Reading.Part(row.part))) in due
    ]


def _slot(reading: Reading) -> datetime:
    return day_slot(timezone.localdate(reading.happened_at)).at


def _visit_of(reading: Reading) -> UUID:
    """The visit that marks the check of a reading."""
    return uuid5(reading.pk, "visit")


def _target(reading: Reading) -> Target | None:
    """The check of the date and part of a reading, by whatever number its day has been counted since."""
    if reading.day is None:
        return None
    rows = Target.objects.filter(
        subject__person=reading.case.person_id,
        occurrence__plan__kind=KIND,
        occurrence__slot_at=_slot(reading),
        part=PARTS.index(Reading.Part(reading.part)),
    )
    return rows.select_related("occurrence__place", "occurrence__plan").order_by("-pk").first()
