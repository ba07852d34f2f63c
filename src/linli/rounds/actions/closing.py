"""Closes a round when its window is over: what was missed is passed on, by name, to who should have; then step by step further up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from linli.ground.models import Mandate, Place
from linli.journal.record import record
from linli.kernel.escalation import Step, due_steps
from linli.notices.actions import notify
from linli.notices.models import Notice
from linli.notices.recipients import To
from linli.rounds import acts, standing, unreported
from linli.rounds.actions.settling import MISSED, answers_for, missed_key, missed_subject, settle_missed, undone
from linli.rounds.models import Handing, Occurrence, Plan, PlanStep, Target

MINUTE = timedelta(minutes=1)


def close(*, occurrence: Occurrence, now: datetime) -> bool:
    """Pass on what was missed, once; False where somebody else did. Needs the scope.

    A round that nobody could walk has told the office so when it was opened; nobody is held to it.
    """
    stand = standing.of([occurrence], now)[occurrence.pk]
    missed = Counter(one.should_have[0] if one.should_have else None for one in stand.omissions)
    holders = Mandate.objects.in_bulk([pk for pk in missed if pk is not None])
    with transaction.atomic():
        if not Occurrence.objects.filter(pk=occurrence.pk, closed_at__isnull=True).update(closed_at=now):
            return False
        if occurrence.plan.filled_by == Plan.FilledBy.TARGET:
            unreported.tell(occurrence, [one.target for one in stand.omissions])
        elif not stand.unwalkable:
            for holder, count in missed.items():
                _tell(occurrence, holders.get(holder or 0), count)
        record(
            acts.CLOSED,
            by=None,
            subject=("occurrence", occurrence.pk),
            neighbourhood=occurrence.place.neighbourhood_id,
            data={"missed": sum(missed.values()), "of": stand.covered.total},
        )
    return True


def tell_left(occurrence: Occurrence, targets: Iterable[UUID], now: datetime) -> None:
    """Targets of a round that is over were given to somebody else, or a visit of them was taken back: who answers for what of them is
    undone now is told, as if it were closing. In the caller's transaction; nothing for a round that is not over, or that nobody could walk.
    """
    if occurrence.closed_at is None or occurrence.plan.filled_by == Plan.FilledBy.TARGET or _unwalkable(occurrence):
        return
    rows = Target.objects.filter(pk__in=list(targets), occurrence=occurrence).filter(undone())
    held: dict[UUID, int | None] = dict(rows.order_by().values_list("pk", "holder"))
    held.update(Handing.objects.filter(target__in=list(held)).order_by("since").values_list("target", "mandate"))
    holders = Mandate.objects.in_bulk([pk for pk in held.values() if pk is not None])
    open_ = Notice.objects.filter(kind=MISSED, settled_at__isnull=True, subject_type="missed")
    for holder, count in Counter(held.values()).items():
        if not open_.filter(subject=missed_subject(occurrence.pk, holder)[1]).exists():
            _tell(occurrence, holders.get(holder or 0), count, f":{int(now.timestamp())}")


def _unwalkable(occurrence: Occurrence) -> bool:
    opened, closes = occurrence.opened_at, occurrence.closes_at
    return opened is not None and closes is not None and opened > closes


def _tell(occurrence: Occurrence, holder: Mandate | None, count: int, again: str = "") -> None:
    """Who should have is told how many; the office where nobody answered for them."""
    neighbourhood = occurrence.place.neighbourhood
    if neighbourhood is None:
        return
    to = To(mandate=holder) if holder is not None else To(capacity="secretary", place=neighbourhood)
    _notify(occurrence, neighbourhood, holder.pk if holder is not None else None, to, count, again)


def _notify(
    occurrence: Occurrence, neighbourhood: Place, holder: int | None, to: To, count: int, suffix: str = ""
) -> None:
    notify(
        by=None,
        kind=MISSED,
        subject=missed_subject(occurrence.pk, holder),
        neighbourhood=neighbourhood,
        to=to,
        key=missed_key(occurrence.pk, holder) + suffix,
        due_at=occurrence.closes_at,
        quantities={"count": count},
    )


def escalate(*, now: datetime) -> int:
    """Tell who is next on each plan's steps, as long as something missed is not done. In the scope; how many were told.

    What was settled without a visit of its own (a target that was handed on) is found here, too.
    """
    open_ = Notice.objects.filter(kind=MISSED, settled_at__isnull=True, subject_type="missed")
    waiting = {str(row.subject): row for row in open_.order_by("-made_at")}
    ids = {subject.partition(":")[0] for subject in waiting}
    occurrences = {
        row.pk.hex: row for row in Occurrence.objects.filter(pk__in=ids).select_related("plan", "place__neighbourhood")
    }
    steps: dict[object, list[Step]] = {}
    for row in PlanStep.objects.filter(plan__in=[one.plan_id for one in occurrences.values()]):
        steps.setdefault(row.plan_id, []).append(Step(timedelta(minutes=row.after_minutes), row.to))
    told = 0
    for subject, notice in waiting.items():
        key, _colon, number = subject.partition(":")
        occurrence = occurrences.get(key)
        holder = int(number) or None
        if occurrence is None or occurrence.closes_at is None:
            continue
        left = answers_for(occurrence, holder).filter(undone()).count()
        if not left:
            settle_missed(occurrence.pk, holder, now)
            continue
        for due in due_steps(steps.get(occurrence.plan_id, []), occurrence.closes_at, now):
            to = To(capacity=due.step.to, place=notice.neighbourhood)
            _notify(occurrence, notice.neighbourhood, holder, to, left, f":{due.step.to}:{due.step.after // MINUTE}")
            told += 1
    return told
