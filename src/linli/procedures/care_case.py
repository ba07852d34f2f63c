"""What stands beside a home quarantine for as long as it lasts: two checks a day, somebody who is held to them, a call at the gate.

Rooms do not know each other, so a case tells this file what happened to it (``care.changes``), inside its own transaction; here everything
is brought to what the case says now. The same again changes nothing, so that the worker may come by at any time and set right what was
late: a substitute who begins this morning, a hold that is longer than a gate allows at once, a term that ran out in the night.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from linli.accounts.models import User
from linli.care.actions.cases import set_plan_person
from linli.care.models import Alarm, Case, CaseChange
from linli.care.supervising import Post, supervisors
from linli.ground.models import Household
from linli.ground.scope import scoped
from linli.procedures import care_checks, care_holds
from linli.rounds.models import Plan

logger = logging.getLogger("linli.procedures")

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


def keep(*, by: User | None, case: Case, now: datetime | None = None, post: Post | None = None) -> None:
    """Bring checks and hold to what the case says. Needs a scope; in the caller's transaction.

    Whoever is not at home any more (central place, hospital), whose term is over or whose case is closed is asked for nothing, and no
    gate calls anybody for him; nor while he is in danger.
    """
    if case.kind != Case.Kind.QUARANTINE:
        return
    moment = now or timezone.now()
    post = post or supervisors([case.household_id], moment).get(case.household_id)
    if case.closed_at is not None or case.release_at is None or case.release_at <= moment or case.dwelling is None:
        care_checks.let_go(by=by, case=case)
        care_holds.let_go(by=by, case=case, now=moment)
    elif post is not None and post.mandate is not None:
        row = care_checks.keep(by=by, case=case, supervisor=post.mandate)
        if row is not None and case.plan_person != row.pk:
            set_plan_person(case=case, plan_person=row.pk)
        if _in_danger(case, moment):
            care_holds.let_go(by=by, case=case, now=moment)
            return
        call = care_holds.words(post.mandate, case.operation)
        care_holds.keep(by=by, case=case, until=case.release_at, call=call, now=moment)


def _in_danger(case: Case, moment: datetime) -> bool:
    """An emergency that nobody has answered, or whose answer is an ambulance that may be on its way still."""
    called = Q(answer="ambulance", answered_at__gt=moment - AMBULANCE)
    waits = Q(answered_at__isnull=True) | called
    return Alarm.objects.filter(waits, case=case, cause=Alarm.Cause.EMERGENCY).exists()


def tick(now: datetime) -> None:
    """The worker's turn: set right what was late, case by case; whatever fails in one keeps none of the others from it."""
    places = Plan.objects.filter(kind=care_checks.KIND, ended_at__isnull=True).order_by("place").distinct()
    for place in places.values_list("place", flat=True):
        with scoped(neighbourhood_ids={place}, reason="job:care"):
            cases = list(_open())
            posts = supervisors({row.household_id for row in cases}, now)
            for case in cases:
                _tried(case, posts.get(case.household_id), now)
            care_checks.catch_up(now)


def _tried(case: Case, post: Post | None, now: datetime) -> None:
    try:
        with transaction.atomic():
            keep(by=None, case=case, now=now, post=post)
    except Exception:
        logger.exception("what stands beside case %s could not be set right", case.pk)
