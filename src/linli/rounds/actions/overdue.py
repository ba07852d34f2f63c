"""Says who is overdue with what is done every so often (P04), once for each time it falls due, and step by step further up."""

from __future__ import annotations

from datetime import datetime, timedelta

from linli.ground.models import Mandate
from linli.kernel.cadence import Overdue
from linli.kernel.escalation import Step, due_steps
from linli.notices.actions import New, notify_all
from linli.notices.recipients import To
from linli.rounds import rhythms
from linli.rounds.actions.settling import OVERDUE, overdue_subject
from linli.rounds.models import Plan

MINUTE = timedelta(minutes=1)


def tell_overdue(*, plan: Plan, now: datetime) -> int:
    """A notice for every place of ``plan`` that is overdue at ``now``, to who answers for it; the steps of the plan follow. In the scope.

    A notice is known by when the place fell due, so that a worker that was down for a day tells once. A fixed number of statements at any
    number of places and steps. Returns how many are overdue.
    """
    found, neighbourhood = rhythms.of(plan, now), plan.place.neighbourhood
    if found is None or neighbourhood is None:
        return 0
    held = rhythms.holders([found.by_place[one.target] for one in found.overdue])
    people = Mandate.objects.in_bulk([pk for pk in held.values() if pk is not None])
    steps = [Step(row.after_minutes * MINUTE, row.to) for row in plan.steps.all()]
    wanted = []
    for one in found.overdue:
        holder = people.get(held[found.by_place[one.target].pk] or 0)
        first = To(mandate=holder) if holder is not None else To(capacity="secretary", place=neighbourhood)
        wanted.append(_new(plan, one, first))
        for due in due_steps(steps, one.due_at, now):
            wanted.append(_new(plan, one, To(capacity=due.step.to, place=neighbourhood), due.step))
    notify_all(by=None, neighbourhood=neighbourhood, wanted=wanted)
    return len(found.overdue)


def _new(plan: Plan, one: Overdue[int], to: To, step: Step | None = None) -> New:
    suffix = f":{step.to}:{step.after // MINUTE}" if step is not None else ""
    return New(
        OVERDUE,
        overdue_subject(plan.pk, one.target),
        to,
        f"{OVERDUE}:{plan.pk.hex}:{one.target}:{int(one.due_at.timestamp())}{suffix}",
        one.due_at,
        {"count": 1},
    )
