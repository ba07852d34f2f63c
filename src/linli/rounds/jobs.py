"""What the worker does for the rounds, every minute: open what is due, close what is over, tell who has to hear of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import groupby

from django.db.models import QuerySet

from linli.ground.mandates import under
from linli.ground.models import Place
from linli.ground.scope import scoped
from linli.rounds.actions.closing import close, close_own, escalate
from linli.rounds.actions.opening import open_slot
from linli.rounds.actions.overdue import tell_overdue
from linli.rounds.models import Occurrence, Plan
from linli.rounds.plans.running import running
from linli.rounds.plans.timing import AT_ONCE, SPAN, due_to_open
from linli.rounds.standing import slot_of

logger = logging.getLogger("linli.rounds")


def tick(now: datetime) -> None:
    """Bring every plan up to ``now``, in order; safe to be run by two at once, and again after a kill.

    Whatever fails in one plan or one place is logged and tried again the next time, and keeps none of the others from its work.
    """
    for place, rows in groupby(_half(), key=lambda row: row.place):
        with scoped(neighbourhood_ids=below(place), reason="job:rounds"):
            for row in rows:
                _tried(_finish, row, now)
    plans = running(now).select_related("place__neighbourhood").order_by("place__path", "created_at")
    for place, own in groupby(plans, key=lambda plan: plan.place):
        with scoped(neighbourhood_ids=below(place), reason="job:rounds"):
            for plan in own:
                _tried(open_due, plan, now)
                _tried(_overdue, plan, now)
    for place, rows in groupby(_own_over(now), key=lambda row: row.place):
        with scoped(neighbourhood_ids=below(place), reason="job:rounds"):
            for row in rows:
                _tried(_close_own, row, now)
    for place, rows in groupby(_over(now), key=lambda row: row.place):
        with scoped(neighbourhood_ids=below(place), reason="job:rounds"):
            for row in rows:
                _tried(_close, row, now)
    for place in Place.objects.filter(pk__in=Plan.objects.values("place")):
        with scoped(neighbourhood_ids=below(place), reason="job:rounds"):
            _tried(_escalate, now)


def _tried(job: Callable[..., object], *values: object) -> None:
    try:
        job(*values)
    except Exception:
        logger.exception("rounds: %s failed", job.__name__)


def below(place: Place) -> set[int]:
    """The neighbourhoods of a place: itself, or those of a subdistrict."""
    if place.neighbourhood_id is not None:
        return {place.neighbourhood_id}
    return set(Place.objects.filter(under([place]), kind__code="neighbourhood").values_list("pk", flat=True)) | {
        place.pk
    }


def open_due(plan: Plan, now: datetime) -> None:
    """Open every slot of a plan that has to be open, in order.

    ``opened_until`` moves on behind each slot, so that whoever is stopped in the middle goes on there.
    """
    while True:
        since = plan.opened_until
        for slot in due_to_open(plan, now):
            open_slot(plan=plan, slot=slot, now=now)
            _moved_on(plan, slot.opens_at + AT_ONCE)
        until = now + AT_ONCE if since is None else min(now + AT_ONCE, since + SPAN)
        _moved_on(plan, until)
        if until > now:
            return


def _moved_on(plan: Plan, until: datetime) -> None:
    if plan.opened_until is None or until > plan.opened_until:
        plan.opened_until = until
        Plan.objects.filter(pk=plan.pk).update(opened_until=until)


def _half() -> QuerySet[Occurrence]:
    """What a killed process left half open, also of plans that were paused or ended meanwhile: a round is never half there."""
    rows = Occurrence.objects.filter(opened_at__isnull=True, slot_at__isnull=False, withdrawn_at__isnull=True)
    return rows.select_related("plan", "place__neighbourhood").order_by("place__path", "slot_at")


def _finish(row: Occurrence, now: datetime) -> None:
    open_slot(plan=row.plan, slot=slot_of(row), now=now)


def _own_over(now: datetime) -> QuerySet[Occurrence]:
    """Rounds with checks whose own windows are over, also where the round itself is closed."""
    rows = Occurrence.objects.filter(next_close__lt=now, withdrawn_at__isnull=True)
    return rows.select_related("plan", "place__neighbourhood").order_by("place__path", "next_close")


def _over(now: datetime) -> Iterable[Occurrence]:
    rows = Occurrence.objects.filter(closed_at__isnull=True, closes_at__lt=now, slot_at__isnull=False)
    rows = rows.filter(opened_at__isnull=False, withdrawn_at__isnull=True)
    return rows.select_related("plan", "place__neighbourhood").order_by("place__path", "closes_at")


def _close(row: Occurrence, now: datetime) -> None:
    close(occurrence=row, now=now)


def _close_own(row: Occurrence, now: datetime) -> None:
    close_own(occurrence=row, now=now)


def _escalate(now: datetime) -> None:
    escalate(now=now)


def _overdue(plan: Plan, now: datetime) -> None:
    tell_overdue(plan=plan, now=now)
