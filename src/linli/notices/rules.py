"""When somebody is told of a notice, and when a message is tried again. Pure: nothing is read or saved."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from linli.kernel.escalation import Step, due_steps, next_step

FIRST, AGAIN, STEP = "first", "again", "step"
BACKOFF = tuple(timedelta(seconds=n) for n in (30, 60, 120, 300, 600, 1200, 1800, 3600))
MOST_TRIES = 30
"""About a day, at the last of ``BACKOFF``: then it is given up, and the page says so."""
MOST_UNKNOWN = 3


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a kind is told: again after ``repeat_after``, ``repeats`` times; then after each ``then_every``, without an end, or no
    more. ``steps`` say who else and when."""

    repeat_after: timedelta | None = None
    repeats: int = 0
    steps: tuple[Step, ...] = ()
    then_every: timedelta | None = None

    def fallen_due(self, since: timedelta) -> int:
        """How many repeats have fallen due so long after the first telling."""
        if self.repeat_after is None:
            return 0
        later = since - self.repeats * self.repeat_after
        if later < timedelta(0):
            return since // self.repeat_after
        return self.repeats + (later // self.then_every if self.then_every is not None else 0)

    def pause(self, number: int) -> timedelta | None:
        """How long after the first telling this repeat comes; None when there is no such repeat."""
        quick = min(number, self.repeats)
        slow = (number - quick) * self.then_every if self.then_every is not None else None
        if self.repeat_after is None or (number > quick and slow is None):
            return None
        return quick * self.repeat_after + (slow or timedelta(0))


@dataclass(frozen=True, slots=True)
class Told:
    """What was told already: when first, how many repeats (their highest number), which steps."""

    first_at: datetime | None = None
    repeats: int = 0
    steps: Collection[Step] = field(default=())


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody is told now: what it is, since when it was due, which repeat, which step."""

    what: str
    due_at: datetime
    number: int = 0
    step: Step | None = None


def turns(rhythm: Rhythm, due_at: datetime, told: Told, now: datetime) -> list[Turn]:
    """Who is told now, in the order in which it fell due. A worker that was down tells each step once, and one repeat for all it missed."""
    found = [Turn(STEP, due.at, step=due.step) for due in due_steps(rhythm.steps, due_at, now, taken=told.steps)]
    if told.first_at is None:
        first = [Turn(FIRST, due_at)] if due_at <= now else []
        return first + found
    number = rhythm.fallen_due(now - told.first_at)
    pause = rhythm.pause(number)
    if number > told.repeats and pause is not None:
        found.append(Turn(AGAIN, told.first_at + pause, number))
    return sorted(found, key=lambda turn: turn.due_at)


def next_turn(rhythm: Rhythm, due_at: datetime, told: Told, now: datetime) -> datetime | None:
    """The next moment after ``now`` at which somebody is told, once what is due was told; None when nothing follows."""
    found = []
    step = next_step(rhythm.steps, due_at, now, taken=told.steps)
    if step is not None:
        found.append(step.at)
    if told.first_at is None:
        found.append(due_at)
    elif (pause := rhythm.pause(told.repeats + 1)) is not None:
        found.append(told.first_at + pause)
    return min(found, default=None)


def after(told: Told, done: Collection[Turn], now: datetime) -> Told:
    """What was told, with what is told now."""
    first = now if any(turn.what == FIRST for turn in done) else told.first_at
    steps = {*told.steps, *(turn.step for turn in done if turn.step is not None)}
    return Told(first, max([told.repeats, *(turn.number for turn in done)]), steps)


def wait(tries: int, *, unknown: bool = False) -> timedelta | None:
    """How long until a message that failed ``tries`` times is tried again; None when it is given up. Raises ValueError below one.

    ``unknown``: the group may have got it (the bot answered too late). That is tried again a few times only: a bot that takes
    everything and never answers in time would fill the group with one message.
    """
    if tries < 1:
        raise ValueError("a wait follows a try")
    if tries >= (MOST_UNKNOWN if unknown else MOST_TRIES):
        return None
    return BACKOFF[min(tries, len(BACKOFF)) - 1]
