"""Add a single shift, and cancel one."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.duties import acts
from linli.duties.models import Post, Shift, Stint
from linli.duties.telling import cancelled, settled
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
        rows = Shift.objects.filter(pk=shift.pk, cancelled_at__isnull=True)
        if not rows.update(cancelled_at=now, changed_at=now, revision=F("revision") + 1, taken=0):
            return
        stints = Stint.objects.filter(shift=shift, released_at__isnull=True)
        people = stints.filter(taken_at__isnull=False).count()
        stints.update(
            released_at=now,
            release_reason=Stint.Release.CANCELLED,
            changed_at=now,
            revision=F("revision") + 1,
        )
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


def drop_shifts(*, by: User | None, shifts: QuerySet[Shift], now: datetime) -> None:
    """Shifts that no longer come: those on which nobody ever was go, the others are cancelled."""
    with transaction.atomic():
        rows = list(shifts.filter(cancelled_at__isnull=True).select_related("post__neighbourhood"))
        used = set(Stint.objects.filter(shift__in=rows).values_list("shift", flat=True))
        for shift in rows:
            if shift.pk in used:
                cancel_shift(by=by, shift=shift, now=now)
        Shift.objects.filter(pk__in=[one.pk for one in rows if one.pk not in used]).delete()
