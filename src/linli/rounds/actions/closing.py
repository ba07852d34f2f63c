"""Closes a round when its window is over: what was missed is passed on, by name, to who should have; then step by step further up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Min

from linli.ground.models import Mandate, Place
from linli.journal.record import record
from linli.kernel.coverage import Omission
from linli.kernel.escalation import Step, due_steps
from linli.notices.actions import notify
from linli.notices.models import Notice
from linli.notices.recipients import To
from linli.rounds import acts, standing, unreported
from linli.rounds.actions.settling import (
    MISSED,
    answers_for,
    closes_of,
    is_told,
    missed_key,
    missed_subject,
    settle_missed,
    undone,
)
from linli.rounds.models import Handing, Occurrence, Plan, PlanStep, Target

MINUTE = timedelta(minutes=1)


def close(*, occurrence: Occurrence, now: datetime) -> bool:
    """Pass on what was missed, once; False where somebody else did. Needs the scope.

    A round that nobody could walk has told the office so when it was opened; nobody is held to it.
    """
    stand = standing.of([occurrence], now)[occurrence.pk]
    left = [one for one in stand.omissions if stand.facts[one.target].own is None]
    with transaction.atomic():
        if not Occurrence.objects.filter(pk=occurrence.pk, closed_at__isnull=True).update(closed_at=now):
            return False
        if occurrence.plan.filled_by == Plan.FilledBy.TARGET:
            unreported.tell(occurrence, [one.target for one in left])
        elif not stand.unwalkable:
            _pass_on(occurrence, left, occurrence.closes_at)
        record(
            acts.CLOSED,
            by=None,
            subject=("occurrence", occurrence.pk),
            neighbourhood=occurrence.place.neighbourhood_id,
            data={"missed": stand.covered.missed, "of": stand.covered.total},
        )
    return True


def close_own(*, occurrence: Occurrence, now: datetime) -> int:
    """Pass on what was missed of targets with times of their own (morning and evening), each window when it closes, in order, once.

    Also after the round itself was closed: a window may pass midnight. Returns how many windows were closed here. Needs the scope.
    """
    stand, at, closed = standing.of([occurrence], now)[occurrence.pk], occurrence.next_close, 0
    while at is not None and at < now:
        missed = [one for one in stand.omissions if one.since == at and stand.facts[one.target].own is not None]
        with transaction.atomic():
            if not Occurrence.objects.filter(pk=occurrence.pk, next_close=at).update(next_close=None):
                return closed
            later = Target.objects.filter(occurrence=occurrence, closes_at__gt=at).aggregate(at=Min("closes_at"))["at"]
            Occurrence.objects.filter(pk=occurrence.pk).update(next_close=later)
            _pass_on(occurrence, missed, at)
        occurrence.next_close = at = later
        closed += 1
    return closed


def _pass_on(occurrence: Occurrence, missed: Iterable[Omission[UUID, int]], closes: datetime | None) -> None:
    """One notice to each who should have, in the caller's transaction."""
    counts = Counter(one.should_have[0] if one.should_have else None for one in missed)
    holders = Mandate.objects.in_bulk([pk for pk in counts if pk is not None])
    for holder, count in counts.items():
        _tell(occurrence, holders.get(holder or 0), closes, count)


def tell_left(occurrence: Occurrence, targets: Iterable[UUID], now: datetime) -> None:
    """Targets of a round that is over were given to somebody else, or a visit of them was taken back: who answers for what of them is
    undone now is told, as if it were closing. In the caller's transaction; nothing for a round that is not over, or that nobody could walk.
    """
    if occurrence.plan.filled_by == Plan.FilledBy.TARGET:
        return
    rows = (
        Target.objects.filter(pk__in=list(targets), occurrence=occurrence).filter(undone()).select_related("occurrence")
    )
    over = {row.pk: row for row in rows if is_told(row) and not _unwalkable(row)}
    held: dict[UUID, int | None] = {pk: row.holder_id for pk, row in over.items()}
    held.update(Handing.objects.filter(target__in=list(held)).order_by("since").values_list("target", "mandate"))
    holders = Mandate.objects.in_bulk([pk for pk in held.values() if pk is not None])
    open_ = Notice.objects.filter(kind=MISSED, settled_at__isnull=True, subject_type="missed")
    for (holder, closes), count in Counter((held[pk], closes_of(row)) for pk, row in over.items()).items():
        if not open_.filter(subject=missed_subject(occurrence.pk, holder)[1], due_at=closes).exists():
            _tell(occurrence, holders.get(holder or 0), closes, count, f":{int(now.timestamp())}")


def _unwalkable(target: Target) -> bool:
    opened, closes = target.occurrence.opened_at, closes_of(target)
    return opened is not None and closes is not None and opened > closes


def _tell(occurrence: Occurrence, holder: Mandate | None, closes: datetime | None, count: int, again: str = "") -> None:
    """Who should have is told how many; the office where nobody answered for them."""
    neighbourhood = occurrence.place.neighbourhood
    if neighbourhood is None:
        return
    to = To(mandate=holder) if holder is not None else To(capacity="secretary", place=neighbourhood)
    pk = holder.pk if holder is not None else None
    _notify(occurrence, neighbourhood, missed_key(occurrence, pk, closes) + again, pk, to, closes, count)


def _notify(
    occurrence: Occurrence,
    neighbourhood: Place,
    key: str,
    holder: int | None,
    to: To,
    closes: datetime | None,
    count: int,
) -> None:
    notify(
        by=None,
        kind=MISSED,
        subject=missed_subject(occurrence.pk, holder),
        neighbourhood=neighbourhood,
        to=to,
        key=key,
        due_at=closes,
        quantities={"count": count},
    )


def escalate(*, now: datetime) -> int:
    """Tell who is next on each plan's steps, counted from the close of the window, as long as something missed in it is not done. In the
    scope; how many were told.

    What was settled without a visit of its own (a target that was handed on) is found here, too.
    """
    open_ = Notice.objects.filter(kind=MISSED, settled_at__isnull=True, subject_type="missed")
    waiting = {(str(row.subject), row.due_at): row for row in open_.order_by("-made_at")}
    ids = {subject.partition(":")[0] for subject, _closes in waiting}
    occurrences = {
        row.pk.hex: row for row in Occurrence.objects.filter(pk__in=ids).select_related("plan", "place__neighbourhood")
    }
    steps: dict[object, list[Step]] = {}
    for row in PlanStep.objects.filter(plan__in=[one.plan_id for one in occurrences.values()]):
        steps.setdefault(row.plan_id, []).append(Step(timedelta(minutes=row.after_minutes), row.to))
    told = 0
    for (subject, closes), notice in waiting.items():
        key, _colon, number = subject.partition(":")
        occurrence = occurrences.get(key)
        holder = int(number) or None
        if occurrence is None:
            continue
        left = answers_for(occurrence, holder, closes).filter(undone()).count()
        if not left:
            settle_missed(occurrence.pk, holder, closes, now)
            continue
        for due in due_steps(steps.get(occurrence.plan_id, []), closes, now):
            to = To(capacity=due.step.to, place=notice.neighbourhood)
            key = f"{missed_key(occurrence, holder, closes)}:{due.step.to}:{due.step.after // MINUTE}"
            _notify(occurrence, notice.neighbourhood, key, holder, to, closes, left)
            told += 1
    return told
