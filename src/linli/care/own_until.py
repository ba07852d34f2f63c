"""How long an own page is open: as long as its case, and no longer than the operation to which the case belongs."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from linli.care.models import Case, OwnCode
from linli.operations.queries import over


def live(now: datetime) -> QuerySet[OwnCode]:
    """Codes whose page is open at a moment: not ended by a newer one, the case open, its operation not over. Needs no scope."""
    lasting = Q(case__ends_on__isnull=True) | Q(case__ends_on__gt=timezone.localdate(now))
    here = Q(
        neighbourhood=F("case__neighbourhood")
    )  # a case that went to another neighbourhood is opened by a slip of that one
    rows = OwnCode.objects.filter(lasting, here, revoked_at__isnull=True, case__closed_at__isnull=True)
    return rows.exclude(case__operation__in=over(now))


def open_until(case: Case, now: datetime) -> datetime | None:
    """Until when the page of a case is expected to be open, for the slip and the cookie; None when it is over.

    A quarantine that is not released on its day stays open until somebody does it: a day at a time, or until its operation ends.
    """
    term, operation = _term_of(case), case.operation
    end = min(operation.ends_at, operation.ended_at or operation.ends_at) if operation is not None else None
    gone = case.closed_at is not None or (end is not None and end <= now)
    if gone or (case.ends_on is not None and term is not None and term <= now):
        return None
    expected = term if term is not None and term > now else now + timedelta(days=1)
    return min(expected, end) if end is not None else expected


def _term_of(case: Case) -> datetime | None:
    if case.release_at is not None or case.ends_on is None:
        return case.release_at
    return timezone.make_aware(datetime.combine(case.ends_on, time()))
