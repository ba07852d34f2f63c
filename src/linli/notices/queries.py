"""Readers of the notices: mine, those that wait, how the worker and the groups do. All need a scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from linli.accounts.models import User
from linli.ground.models import Place
from linli.kernel.escalation import Step
from linli.notices import kinds
from linli.notices.kinds import Said
from linli.notices.models import Acknowledgement, Addressee, Channel, Delivery, JobRun, Notice, Telling

JOB = "notices"
DONE_DAYS = 14
QUIET = timedelta(minutes=5)
"""So long may the worker be silent, or a notice be due and not told, before 今日 says so."""
WAITING = Q(acknowledged_at__isnull=True, settled_at__isnull=True)


@dataclass(frozen=True)
class Line:
    """A notice as a page shows it: what it says, since when, who took it up, who was told, who is told next."""

    notice: Notice
    said: Said
    told: Sequence[Addressee]
    by: Sequence[Acknowledgement]
    next: Step | None = None
    next_at: datetime | None = None

    @property
    def state(self) -> str:
        """``waiting``, ``taken`` or ``settled``."""
        if self.notice.settled_at is not None:
            return "settled"
        return "taken" if self.notice.acknowledged_at is not None else "waiting"


def own(user: User, neighbourhood: Place, now: datetime) -> QuerySet[Notice]:
    """The notices that somebody was told by a mandate that he still has; each once."""
    today = timezone.localdate(now)
    holds = Q(mandate__until__isnull=True) | Q(mandate__until__gt=today)
    told = Addressee.objects.filter(holds, user=user).values("notice")
    rows: QuerySet[Notice] = Notice.objects.filter(neighbourhood=neighbourhood, pk__in=told)
    return rows


def mine(user: User, neighbourhood: Place, now: datetime) -> tuple[list[Line], list[Line]]:
    """What waits for somebody, the oldest first; and what was taken up or done in the last two weeks, the newest first."""
    rows = own(user, neighbourhood, now)
    since = now - timedelta(days=DONE_DAYS)
    done = rows.filter(Q(acknowledged_at__gte=since) | Q(settled_at__gte=since)).order_by("-due_at")[:50]
    return lines(rows.filter(WAITING)), lines(done)


def bell(user: User, neighbourhood: Place, now: datetime) -> tuple[int, datetime | None]:
    """How many notices wait for somebody, and when he was last told of one that makes a sound. Two statements at any size."""
    waiting = own(user, neighbourhood, now).filter(WAITING)
    loud = [code for code in set(waiting.values_list("kind", flat=True)) if kinds.kind_of(code).sound]
    found = waiting.aggregate(count=Count("pk", distinct=True))
    last = Telling.objects.filter(notice__in=waiting.filter(kind__in=loud).values("pk")).aggregate(at=Max("at"))
    return found["count"], last["at"]


def waiting(neighbourhood: Place) -> QuerySet[Notice]:
    """What nobody took up and what is not done, of a whole neighbourhood: the longest due first."""
    rows: QuerySet[Notice] = Notice.objects.filter(WAITING, neighbourhood=neighbourhood, tellings__isnull=False)
    return rows.distinct().order_by("due_at", "pk")


def lines(rows: QuerySet[Notice]) -> list[Line]:
    """The lines of some notices: four statements and what the rooms ask to say theirs."""
    found = list(rows)
    ids = [one.pk for one in found]
    words = kinds.said(found)
    told = _by_notice(Addressee.objects.filter(notice__in=ids).select_related("mandate__place__parent", "user"))
    taken = _by_notice(Acknowledgement.objects.filter(notice__in=ids).select_related("user"))
    steps = _by_notice(Telling.objects.filter(notice__in=ids, what=Telling.What.STEP))
    return [_line(one, words[one.pk], told, taken, steps) for one in found]


def _line(notice: Notice, said: Said, told: Any, taken: Any, steps: Any) -> Line:
    done = {Step(timedelta(seconds=row.seconds), row.capacity) for row in steps.get(notice.pk, [])}
    open_steps = sorted(set(kinds.kind_of(notice.kind).steps) - done) if notice.open else []
    step = open_steps[0] if open_steps else None
    at = notice.due_at + step.after if step is not None else None
    return Line(notice, said, told.get(notice.pk, []), taken.get(notice.pk, []), step, at)


def _by_notice(rows: QuerySet[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.notice_id, []).append(row)
    return found


def in_use(neighbourhood: Place) -> list[Channel]:
    """The groups and mailboxes of a neighbourhood; those of the whole of it first."""
    rows = Channel.objects.filter(neighbourhood=neighbourhood, ended_at__isnull=True).select_related("area")
    return sorted(rows, key=lambda one: (one.area is not None, one.area.name if one.area else "", one.created_at))


def failing(neighbourhood: Place) -> list[Channel]:
    """Groups and mailboxes in use that do not work since their last message."""
    return [one for one in in_use(neighbourhood) if one.failing_since is not None]


def pending(channels: Sequence[Channel]) -> dict[UUID, int]:
    """Channel → how many deliveries wait for it; those with none are left out."""
    rows = Delivery.objects.filter(
        channel__in=list(channels), state__in=(Delivery.State.WAITING, Delivery.State.SENDING)
    )
    return {row["channel"]: row["n"] for row in rows.values("channel").annotate(n=Count("pk")).order_by()}


def worker(now: datetime) -> tuple[datetime | None, list[JobRun]]:
    """Since when nobody is told, None when all is well: the worker has not worked or has failed for minutes, or never did while notices
    are due. And the other jobs that have failed for minutes, the longest first.
    """
    runs = list(JobRun.objects.all())
    sender = next((one for one in runs if one.name == JOB), None)
    failed = [one for one in runs if one is not sender and one.failed_since and now - one.failed_since > QUIET]
    return _silent(sender, now), sorted(failed, key=lambda one: (one.failed_since or now, one.name))


def _silent(run: JobRun | None, now: datetime) -> datetime | None:
    last = (run.failed_since or run.started_at) if run is not None else None
    if last is not None:
        return last if now - last > QUIET else None
    due: datetime | None = (
        Notice.objects.filter(next_at__lt=now - QUIET).order_by("next_at").values_list("next_at", flat=True).first()
    )
    return due
