"""Who is told when something stays undone: steps of a plan (after so many minutes, to whom), each once.

Pure: the steps that were taken are facts that the caller keeps; a worker that was down for a day gets what fell due meanwhile once, in
order. A step is known by what it says, not by its place, so that a plan may gain a step without repeating the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """``after`` since the beginning (0 is at once), ``to`` a capacity (secretary, building_leader). Raises ValueError otherwise."""

    after: timedelta
    to: str

    def __post_init__(self) -> None:
        if self.after < timedelta(0) or not self.to:
            raise ValueError("a step has a time that is not negative, and somebody")


@dataclass(frozen=True, slots=True)
class Due:
    """A step that is due, and since when."""

    step: Step
    at: datetime


def due_steps(
    steps: Iterable[Step],
    started_at: datetime,
    now: datetime,
    *,
    taken: Collection[Step] = (),
    settled_at: datetime | None = None,
) -> list[Due]:
    """Steps due at ``now`` that were not taken yet, in order of their time, each once.

    ``started_at``: when the wait began, such as the window's close. ``settled_at``: when somebody answered or it was done; nothing is
    due after that, and what fell due before it is no longer sent either: it would call someone to what is settled.
    """
    if settled_at is not None and settled_at <= now:
        return []
    return [Due(step, started_at + step.after) for step in _open(steps, taken) if started_at + step.after <= now]


def next_step(
    steps: Iterable[Step], started_at: datetime, now: datetime, *, taken: Collection[Step] = ()
) -> Due | None:
    """The next step that is not due yet: the deadline to put an index on. None where there is none."""
    later = (Due(step, started_at + step.after) for step in _open(steps, taken) if started_at + step.after > now)
    return next(later, None)


def _open(steps: Iterable[Step], taken: Collection[Step]) -> list[Step]:
    return sorted(set(steps) - set(taken))
