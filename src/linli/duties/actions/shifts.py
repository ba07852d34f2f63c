"""Add a single shift, and cancel one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.duties import acts
from linli.duties.models import HandoverNote, Post, Shift, Stint
from linli.duties.telling import all_settled, cancelled, many_cancelled, settled
from linli.journal.record import record
from linli.kernel.refusal import Refusal

LONGEST = timedelta(hours=24)


def add_shift(
    *, by: User | None, post: Post, starts_at: datetime, ends_at: datetime, wanted: int, now: datetime
) -> Shift:
    """Add one shift outside every pattern."""
    if not timedelta() < ends_at - starts_at <= LONGEST or wanted < 1:
        raise Refusal(
            "duties.pattern_span",
            gettext_noop("A shift lasts from a quarter of an hour to 24 hours, with somebody on it."),
        )
    try:
        with transaction.atomic():
            shift = Shift.objects.create(post=post, starts_at=starts_at, ends_at=ends_at, wanted=wanted, changed_at=now)
            record(acts.SHIFT_ADDED, by=by, subject=("shift", shift.pk), neighbourhood=post.neighbourhood_id)
    except IntegrityError as taken:
        raise Refusal(
            "duties.pattern_clash", gettext_noop("Another shift of this post begins at the same time.")
        ) from taken
    return shift


def cancel_shift(*, by: User | None, shift: Shift, now: datetime) -> None:
    """Cancel a shift: it stays in the books and in calendars, crossed out; who was on it is told. A second time is the first one."""
    with transaction.atomic():
        people = _cross_out([shift.pk], now)
        if people is None:
            return
        record(
            acts.SHIFT_CANCELLED,
            by=by,
            subject=("shift", shift.pk),
            neighbourhood=shift.post.neighbourhood_id,
            data={"people": people},
        )
        settled(shift, now)
        if people:
            cancelled(by, shift, people)


def drop_shifts(*, by: User | None, post: Post, shifts: QuerySet[Shift], now: datetime) -> dict[str, object]:
    """Shifts of a post that no longer come: those on which nobody ever was go, the others are cancelled.

    A fixed number of statements, and one notice for all. Returns what the caller's entry in the journal says of it: how many shifts went,
    how many were cancelled, how many different people were on one of these.
    """
    with transaction.atomic():
        keys = list(shifts.filter(cancelled_at__isnull=True).select_for_update().values_list("pk", flat=True))
        stood = Stint.objects.filter(shift__in=keys).values("shift")
        noted = HandoverNote.objects.filter(shift__in=keys).values("shift")
        used = list(Shift.objects.filter(Q(pk__in=stood) | Q(pk__in=noted)).values_list("pk", flat=True))
        people = _cross_out(used, now) or 0
        all_settled(post, used, now)
        if people:
            many_cancelled(by, post, len(used), people, now)
        Shift.objects.filter(pk__in=set(keys).difference(used)).delete()
    return {"dropped": len(keys) - len(used), "cancelled": len(used), "people": people}


def _cross_out(shifts: Sequence[UUID], now: datetime) -> int | None:
    """Cancel these shifts and take everybody off them. Returns how many different people had a place; None: there was nothing to cancel."""
    rows = Shift.objects.filter(pk__in=shifts, cancelled_at__isnull=True)
    if not rows.update(cancelled_at=now, changed_at=now, revision=F("revision") + 1, taken=0):
        return None
    stints = Stint.objects.filter(shift__in=shifts, released_at__isnull=True)
    held = stints.filter(taken_at__isnull=False).aggregate(people=Count("volunteer", distinct=True))
    stints.update(released_at=now, release_reason=Stint.Release.CANCELLED, changed_at=now, revision=F("revision") + 1)
    return int(held["people"])
