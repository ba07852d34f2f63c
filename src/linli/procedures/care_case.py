"""What stands beside a home quarantine for as long as it lasts: two checks a day, somebody who is held to them, a call at the gate.

Rooms do not know each other, so a case tells this file what happened to it (``care.changes``), inside its own transaction; here everything
is brought to what the case says now. The same again changes nothing, so that the worker may come by at any time and set right what was
late: a substitute who begins this morning, a hold that is longer than a gate allows at once, a term that ran out in the night.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from linli.accounts.models import User
from linli.care import failing
from linli.care.actions.cases import set_plan_person
from linli.care.calling import Numbers
from linli.care.models import Alarm, Case, CaseChange
from linli.care.supervising import Post, supervisors
from linli.ground.models import Household, Mandate, Place
from linli.ground.scope import scoped
from linli.procedures import care_checks, care_holds
from linli.rounds.models import Plan

AMBULANCE = timedelta(hours=12)
"""*(ours)*: so long after an ambulance was called no gate asks first; whoever is taken along is moved or ended meanwhile."""


def opened(by: User | None, case: Case) -> None:
    """A case began, or was opened again."""
    keep(by=by, case=case)


def changed(by: User | None, case: Case, _change: CaseChange) -> None:
    """Its term, its home or its supervisor changed."""
    keep(by=by, case=case)


def ended(by: User | None, case: Case, _change: CaseChange) -> None:
    """It is closed, in whatever way."""
    keep(by=by, case=case)


def named(by: User | None, household: Household) -> None:
    """Somebody else looks after a household: from now on, or from a moment that the worker will not miss."""
    for case in _open().filter(household=household):
        keep(by=by, case=case)


def alarmed(by: User | None, alarm: Alarm) -> None:
    """Somebody is in danger: while that is so no gate calls anybody first."""
    if alarm.cause == Alarm.Cause.EMERGENCY:
        keep(by=by, case=alarm.case)


def _open() -> QuerySet[Case]:
    rows: QuerySet[Case] = Case.objects.filter(kind=Case.Kind.QUARANTINE, closed_at__isnull=True)
    return rows.select_related("person", "household__dwelling", "operation__neighbourhood").order_by("pk")


@dataclass(frozen=True)
class Wanted:
    """What is to stand beside a case: who is held to its checks (None: nobody), whether a gate calls him first."""

    checks: Mandate | None = None
    call: bool = False


def _wanted(case: Case, post: Post | None, danger: bool, moment: datetime) -> Wanted | None:
    """None: whatever stands stays, since nobody is there who could be held to it."""
    if case.closed_at is not None or case.release_at is None or case.release_at <= moment or case.dwelling_id is None:
        return Wanted()
    if post is None or post.mandate is None:
        return None
    return Wanted(post.mandate, call=not danger)


def keep(*, by: User | None, case: Case, now: datetime | None = None, post: Post | None = None) -> None:
    """Bring checks and hold to what the case says. Needs a scope; in the caller's transaction.

    Whoever is not at home any more (central place, hospital), whose term is over or whose case is closed is asked for nothing, and no
    gate calls anybody for him; nor while he is in danger.
    """
    if case.kind != Case.Kind.QUARANTINE:
        return
    moment = now or timezone.now()
    post = post or supervisors([case.household_id], moment).get(case.household_id)
    wanted = _wanted(case, post, case.pk in _in_danger([case], moment), moment)
    if wanted is None:
        return
    if wanted.checks is None:
        care_checks.let_go(by=by, case=case)
    else:
        row = care_checks.keep(by=by, case=case, supervisor=wanted.checks)
        if row is not None and case.plan_person != row.pk:
            set_plan_person(case=case, plan_person=row.pk)
    if wanted.checks is not None and wanted.call and case.release_at is not None:
        call = care_holds.words(wanted.checks, case.operation)
        care_holds.keep(by=by, case=case, until=case.release_at, call=call, now=moment)
    else:
        care_holds.let_go(by=by, case=case, now=moment)


def _in_danger(cases: Iterable[Case], moment: datetime) -> set[UUID]:
    """Cases with an emergency that nobody has answered, or whose answer is an ambulance that may be on its way still."""
    called = Q(answer="ambulance", answered_at__gt=moment - AMBULANCE)
    rows = Alarm.objects.filter(Q(answered_at__isnull=True) | called, cause=Alarm.Cause.EMERGENCY)
    return set(rows.filter(case__in=[one.pk for one in cases]).values_list("case", flat=True))


def tick(now: datetime) -> None:
    """The worker's turn: set right what was late, case by case; whatever fails in one keeps none of the others from it.

    What is right already is found in a bounded number of statements a neighbourhood, and only what is not is written.
    """
    plans = Plan.objects.filter(kind=care_checks.KIND, ended_at__isnull=True)
    for place in Place.objects.filter(pk__in=plans.values("place")).order_by("pk"):
        with scoped(neighbourhood_ids={place.pk}, reason="job:care"):
            turn = failing.Turn("beside", now)
            turn.tried(place, partial(_neighbourhood, place, turn, now))
            turn.over()


def _neighbourhood(place: Place, turn: failing.Turn, now: datetime) -> None:
    cases = list(_open())
    beside = Beside(place, cases, now)
    for case in cases:
        turn.tried(case, partial(_set_right, beside, case))
    for reading in care_checks.unmarked(now):
        turn.tried(reading.case, partial(care_checks.read, None, reading))


def _set_right(beside: Beside, case: Case) -> None:
    if not beside.right(case):
        with transaction.atomic():
            keep(by=None, case=case, now=beside.now, post=beside.posts.get(case.household_id))


class Beside:
    """What stands beside the open cases of a neighbourhood, read at once, in a bounded number of statements."""

    def __init__(self, place: Place, cases: Sequence[Case], now: datetime) -> None:
        self.now, self.posts = now, supervisors({row.household_id for row in cases}, now)
        self._danger, self._asked = _in_danger(cases, now), care_checks.Asked(cases)
        self._held = care_holds.Held(place.pk, cases, now)
        self._numbers = Numbers(post.mandate for post in self.posts.values() if post.mandate is not None)

    def right(self, case: Case) -> bool:
        """Whether :func:`keep` would change nothing."""
        wanted = _wanted(case, self.posts.get(case.household_id), case.pk in self._danger, self.now)
        if wanted is None:
            return True
        who = wanted.checks
        if who is None:
            return self._asked.nobody(case, self.now) and self._held.nobody(case)
        if not self._asked.right(case, who, self.now):
            return False
        if not wanted.call:
            return self._held.nobody(case)
        return self._held.right(case, care_holds.words(who, case.operation, self._numbers))
