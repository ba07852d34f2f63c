"""What runs by itself: jobs, each every so often, in a thread of ``linli serve`` or by ``linli work``.

Two processes never run one turn twice. A job does what is due at ``now``, however long nobody ran it, and may be stopped anywhere. Each
stands for itself: whatever fails in one is logged and tried again at its next turn, and keeps none of the others from its work. Rooms
offer theirs as ``jobs.py: tick(now)``.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import close_old_connections
from django.utils import timezone

from linli.briefing import jobs as briefing
from linli.care import jobs as care
from linli.duties import jobs as duties
from linli.journeys import jobs as journeys
from linli.notices import jobs as notices
from linli.notices.actions.running import begin, finish
from linli.procedures import jobs as procedures
from linli.rounds import jobs as rounds
from linli.site import daily

logger = logging.getLogger("linli.work")
PAUSE_SECONDS = 3.0
FIRST_SECONDS = 10.0


@dataclass(frozen=True)
class Job:
    """``run(now)`` every so often. Turns are numbered from 1970 on, so that all processes count alike."""

    name: str
    every: timedelta
    run: Callable[[datetime], object]

    def slot(self, now: datetime) -> int:
        """The number of the turn at a moment."""
        return int(now.timestamp() // self.every.total_seconds())


def _hourly(now: datetime) -> None:
    daily.tick()


JOBS: tuple[Job, ...] = (
    Job("hourly", timedelta(hours=1), _hourly),
    Job("procedures", timedelta(minutes=1), procedures.tick),
    Job("rounds", timedelta(minutes=1), rounds.tick),
    Job("sheets", timedelta(minutes=1), briefing.tick),
    Job("duties", timedelta(minutes=5), duties.tick),
    Job("care", timedelta(minutes=1), care.tick),
    Job("journeys", timedelta(seconds=15), journeys.tick),
    Job("notices", timedelta(seconds=15), notices.tick),
)
"""In the order in which they run: who writes notices stands before what sends them."""


def run_due(now: datetime, jobs: Sequence[Job] = JOBS, *, seen: dict[str, int] | None = None) -> list[str]:
    """Run what is due and no other process has; returns the names of what ran. ``seen`` remembers turns that need no asking again."""
    ran = []
    known = seen if seen is not None else {}
    for job in jobs:
        slot = job.slot(now)
        if known.get(job.name, -1) < slot and _take(job, slot, now):
            ran.append(job.name)
            known[job.name] = slot
    return ran


def _take(job: Job, slot: int, now: datetime) -> bool:
    try:
        if not begin(job.name, slot, now):
            return False
        _run(job, slot, now)
    except Exception:
        # the database itself does not answer: the next turn finds it, and the others are tried
        logger.exception("%s could not be taken", job.name)
    return True


def _run(job: Job, slot: int, now: datetime) -> None:
    error = ""
    try:
        job.run(now)
    except Exception as failure:
        logger.exception("%s failed", job.name)
        error = type(failure).__name__
    finish(job.name, slot, timezone.now(), error)


def loop(
    stop: threading.Event, *, jobs: Sequence[Job] = JOBS, first: float = 0.0, pause: float = PAUSE_SECONDS
) -> None:
    """Run what is due of ``jobs`` every few seconds until ``stop`` is set."""
    seen: dict[str, int] = {}
    wait = first
    while not stop.wait(wait):
        close_old_connections()
        run_due(timezone.now(), jobs, seen=seen)
        close_old_connections()
        wait = pause


def start(stop: threading.Event | None = None, *, first: float = FIRST_SECONDS) -> list[threading.Thread]:
    """A loop for each job, in threads that end with ``stop`` or with the process: erasure takes minutes, a slow bot some seconds, and
    neither keeps a round from being opened on time."""
    ends = stop or threading.Event()
    threads = [
        threading.Thread(target=loop, args=(ends,), kwargs={"jobs": [job], "first": first}, daemon=True, name=job.name)
        for job in JOBS
    ]
    for thread in threads:
        thread.start()
    return threads
