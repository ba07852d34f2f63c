"""What ends by itself: a term on its last day, other attention on its day. Called by the job and by nobody else."""

from __future__ import annotations

from datetime import datetime, time

from django.db import transaction
from django.utils import timezone

from linli.care.models import Case, CaseChange
from linli.care.models.hidden import children_too
from linli.care.ordering import standing
from linli.care.writing import Authority, Why, close, lock


def run_out(case: Case, now: datetime) -> bool:
    """A quarantine whose last day is over is released: the order itself said until when. False when it is not over, or closed.

    It ended at 24:00 of its last day, whenever the job came by; who ordered it is named. An alarm that nobody answered stays open.
    """
    with transaction.atomic():
        lock(case)
        if case.closed_at is not None or case.release_at is None or case.release_at > now:
            return False
        last = next(reversed(standing(case)), None)
        body = Authority(last.body_kind, last.body_name) if last is not None else None
        why = Why("term", body, last, at=case.release_at)
        close(None, case, Case.Closed.RELEASED, CaseChange.Kind.RELEASED, why)
    return True


def come_to_its_end(case: Case, now: datetime) -> bool:
    """Other attention whose day has come ends; its helper was asked a week before. False when it has not, or is closed."""
    with transaction.atomic(), children_too():
        lock(case)
        if case.closed_at is not None or case.ends_on is None or case.ends_on > timezone.localdate(now):
            return False
        at = timezone.make_aware(datetime.combine(case.ends_on, time()))
        close(None, case, Case.Closed.ENDED, CaseChange.Kind.ENDED, Why("term", at=at))
    return True
