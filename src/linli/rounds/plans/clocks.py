"""Own clocks: the checks that somebody's clock has on a day, as targets with times of their own (day 1–14, morning and evening)."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from linli.kernel.cadence import DaySlot
from linli.rounds.models import Plan, PlanPerson
from linli.rounds.plans.choosing import Chosen, Names, people, person_target
from linli.rounds.plans.timing import clock, day_slot, zone


def checks_of(row: PlanPerson, plan: Plan, day: date) -> list[DaySlot]:
    """The checks of one clock whose moment lies on a local day."""
    own = clock(row, plan)
    found = own.slots(row.ended_at) if own is not None else []
    return [one for one in found if timezone.localtime(one.slot.at, zone()).date() == day]


def due_on(plan: Plan, day: date) -> list[Chosen]:
    """Every check of a day, of everybody on the plan on that day. Needs a scope.

    What was over before the plan started, or before somebody was put on it, is no part of it.
    """
    names = Names(plan.place)
    found = [
        person_target(row, home, names, day=check.day, part=check.part, slot=check.slot)
        for row, home in people(plan, day_slot(day).opens_at)
        for check in checks_of(row, plan, day)
        if check.slot.closes_at > max(plan.started_at or row.since, row.since)
    ]
    return sorted(found, key=lambda one: (one.part, one.sort, one.key))
