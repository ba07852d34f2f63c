"""Own clocks: the checks that somebody's clock has on a day, as targets with times of their own (day 1–14, morning and evening)."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from linli.kernel.cadence import DaySlot
from linli.rounds.models import Plan, PlanPerson
from linli.rounds.plans.choosing import Chosen, Names, people, person_target
from linli.rounds.plans.timing import clock, zone


def checks_of(row: PlanPerson, plan: Plan, day: date) -> list[DaySlot]:
    """The checks of one clock whose moment lies on a local day."""
    own = clock(row, plan)
    found = own.slots(row.ended_at) if own is not None else []
    return [one for one in found if timezone.localtime(one.slot.at, zone()).date() == day]


def due_on(plan: Plan, day: date) -> list[Chosen]:
    """Every check of a day, of everybody on the plan; what was over before it started is no part of it. Needs a scope."""
    names = Names(plan.place)
    found = [
        person_target(row, home, names, day=check.day, part=check.part, slot=check.slot)
        for row, home in people(plan)
        for check in checks_of(row, plan, day)
        if plan.started_at is None or check.slot.closes_at > plan.started_at
    ]
    return sorted(found, key=lambda one: (one.part, one.sort, one.key))
