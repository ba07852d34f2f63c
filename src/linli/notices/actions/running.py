"""Writers of jobs' runs: which process runs a turn of a job, and how it ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, Value
from django.db.models.functions import Coalesce

from linli.notices.models import JobRun

ABANDONED = timedelta(minutes=15)
"""A run that has not ended for so long belongs to a process that is gone."""


def begin(name: str, slot: int, now: datetime) -> bool:
    """Take a turn of a job for this process: True for exactly one of all that ask, and for none while an earlier turn still runs.

    A machine that was off for a day takes the newest turn alone: a job does what is due, however much that is.
    """
    last = JobRun.objects.filter(name=name).first()  # asked every few seconds: only who may have it writes
    if last is None:
        _row, made = JobRun.objects.get_or_create(name=name, defaults={"slot": slot, "started_at": now})
        return made
    if last.slot >= slot:
        return False
    free = Q(finished_at__isnull=False) | Q(started_at__lt=now - ABANDONED)
    taken = JobRun.objects.filter(free, name=name, slot__lt=slot)
    return bool(taken.update(slot=slot, started_at=now, finished_at=None))


def finish(name: str, slot: int, now: datetime, error: str = "") -> None:
    """Say that a turn ended, and of a failure its class alone: its words could hold somebody's name."""
    rows = JobRun.objects.filter(name=name, slot=slot)
    if error:
        rows.update(finished_at=now, error=error[:80], failed_since=Coalesce("failed_since", Value(now)))
    else:
        rows.update(finished_at=now, error="", failed_since=None)
