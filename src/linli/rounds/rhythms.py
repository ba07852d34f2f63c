"""Every so often by kind of place (P04): when each was done last, and what is overdue, to the minute. Needs a scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Exists, Max, OuterRef

from linli.kernel.cadence import Overdue, overdue
from linli.rounds.models import Handing, Occurrence, Plan, Target, VisitAnnulment, VisitTarget


@dataclass
class Rhythms:
    """A plan's places of today with their rhythm, and when each was done last."""

    plan: Plan
    now: datetime
    targets: Sequence[Target]
    every: dict[str, timedelta]
    last: dict[int, datetime]

    @cached_property
    def overdue(self) -> list[Overdue[int]]:
        """Place ids that are overdue, the longest first."""
        done = {row.place_id: self.last.get(row.place_id) for row in self.targets if row.place_id is not None}
        kinds = {row.place.pk: row.place.kind.code for row in self.targets if row.place is not None}
        return overdue(done, kinds, self.every, self.plan.started_at or self.now, self.now)

    @cached_property
    def by_place(self) -> dict[int, Target]:
        """Place id → its target of today."""
        return {row.place_id: row for row in self.targets if row.place_id is not None}

    def due_at(self, place: int) -> datetime | None:
        """When a place is due next; None for a kind without a rhythm."""
        target = self.by_place[place].place
        rhythm = self.every.get(target.kind.code) if target is not None else None
        start = self.plan.started_at or self.now
        return max(self.last.get(place, start), start) + rhythm if rhythm is not None else None


def of(plan: Plan, now: datetime) -> Rhythms | None:
    """How a plan with rhythms stands; None for a plan without, or one of which no round was opened yet. Four statements."""
    every = {row.kind.code: timedelta(minutes=row.minutes) for row in plan.rhythms.select_related("kind")}
    opened = Occurrence.objects.filter(plan=plan, opened_at__isnull=False, opens_at__lte=now)
    latest = opened.order_by("-slot_at").first()
    if not every or latest is None:
        return None
    rows = Target.objects.filter(occurrence=latest, place__isnull=False)
    targets = list(rows.select_related("place__kind", "place__parent", "area", "holder").order_by("sort"))
    return Rhythms(plan, now, targets, every, _last_done(plan, now))


def _last_done(plan: Plan, now: datetime) -> dict[int, datetime]:
    taken_back = VisitAnnulment.objects.filter(visit=OuterRef("visit"))
    done = VisitTarget.objects.filter(
        target__occurrence__plan=plan, outcome=VisitTarget.Outcome.DONE, visit__happened_at__lte=now
    )
    rows = done.filter(~Exists(taken_back)).values_list("target__place").annotate(last=Max("visit__happened_at"))
    return {place: last for place, last in rows.order_by() if place is not None}


def holders(targets: Sequence[Target]) -> dict[object, int | None]:
    """Target → who answers for it now; one statement."""
    found: dict[object, int | None] = {row.pk: row.holder_id for row in targets}
    handed = Handing.objects.filter(target__in=list(found)).order_by("since")
    found.update(handed.values_list("target", "mandate"))
    return found
