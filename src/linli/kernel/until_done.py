"""The third cadence: tried until each target is reached or excused by name (R09, R10; the mask calls).

Facts go in (attempts, an excuse), a standing comes out; nothing ends by itself. After :attr:`Rhythm.listed_after` attempts in vain a
target is *listed* for a person to decide, and tried on meanwhile. Attempts may arrive in any order (a phone two days late).
``now`` is an argument; moments are aware and come out in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Generic

from linli.kernel.cadence import SHANGHAI, TargetId
from linli.kernel.recurrence import instant


class Outcome(StrEnum):
    """What came of an attempt; closed list."""

    NO_ANSWER = "no_answer"
    CALL_BACK = "call_back"
    REFUSED = "refused"
    REACHED = "reached"


class State(StrEnum):
    """Where a target stands: ``due`` now, ``waiting`` for a pause to end, ``call_back`` at a promised time, ``refused`` (a person decides),
    ``reached``, ``excused``. The last two are final.
    """

    DUE = "due"
    WAITING = "waiting"
    CALL_BACK = "call_back"
    REFUSED = "refused"
    REACHED = "reached"
    EXCUSED = "excused"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call or knock. ``call_back_at`` exactly when the outcome is ``call_back``, and later than the attempt; else ValueError."""

    at: datetime
    outcome: Outcome
    call_back_at: datetime | None = None

    def __post_init__(self) -> None:
        if (self.call_back_at is not None) != (self.outcome is Outcome.CALL_BACK):
            raise ValueError("a call back has a time, and nothing else has one")
        if self.call_back_at is not None and self.call_back_at <= self.at:
            raise ValueError("a call back is later than the call")


@dataclass(frozen=True, slots=True)
class Excuse:
    """Somebody, by name, takes the target off the list, with a reason. Raises ValueError without either."""

    by: str
    reason: str
    at: datetime

    def __post_init__(self) -> None:
        if not (self.by.strip() and self.reason.strip()):
            raise ValueError("an excuse has a name and a reason")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When to try again: pauses after the first, second, … attempt in vain (the last one repeats), only between two local times.

    A time that somebody asked for is kept to, whatever the hour. Raises ValueError for no pauses, an empty day or ``listed_after`` < 1.
    """

    pauses: tuple[timedelta, ...] = (timedelta(hours=2), timedelta(hours=4), timedelta(days=1))
    earliest: time = time(9)
    latest: time = time(20)
    listed_after: int = 3
    zone: tzinfo = SHANGHAI

    def __post_init__(self) -> None:
        if not self.pauses or min(self.pauses) <= timedelta(0) or self.earliest >= self.latest or self.listed_after < 1:
            raise ValueError("a rhythm has pauses, hours of the day and a number of attempts")

    def fitting(self, moment: datetime) -> datetime:
        """The first moment from this one on that lies within the hours (earliest ≤ time < latest)."""
        wall = moment.astimezone(self.zone).replace(tzinfo=None)
        opens, closes = (datetime.combine(wall.date(), hour) for hour in (self.earliest, self.latest))
        if opens <= wall < closes:
            return moment.astimezone(UTC)
        return instant(opens if wall < opens else opens + timedelta(days=1), self.zone)


@dataclass(frozen=True, slots=True)
class Case(Generic[TargetId]):
    """A target with what was tried. ``opened_at``: from when on it is to be tried."""

    target: TargetId
    opened_at: datetime
    attempts: Sequence[Attempt] = ()
    excuse: Excuse | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where it stands. ``next_try``: None where no further try is due by itself; ``listed``: tried in vain so often that a person looks."""

    state: State
    next_try: datetime | None
    attempts: int
    listed: bool
    settled_at: datetime | None = None
    excused_by: str = ""


def standing(case: Case[TargetId], rhythm: Rhythm, now: datetime) -> Standing:
    """A target's standing at ``now``; what happens later than ``now`` is not known yet. Reached beats excused beats all else."""
    known = sorted((one for one in case.attempts if one.at <= now), key=lambda one: one.at)
    tried = len(known)
    reached = next((one.at for one in known if one.outcome is Outcome.REACHED), None)
    if reached is not None:
        return Standing(State.REACHED, None, tried, False, settled_at=reached)
    if case.excuse is not None and case.excuse.at <= now:
        return Standing(State.EXCUSED, None, tried, False, case.excuse.at, case.excuse.by)
    listed = tried >= rhythm.listed_after
    if known and known[-1].outcome is Outcome.REFUSED:
        return Standing(State.REFUSED, None, tried, True)
    next_try = _next_try(case, known, rhythm)
    if next_try <= now:
        return Standing(State.DUE, next_try, tried, listed)
    promised = bool(known) and known[-1].outcome is Outcome.CALL_BACK
    return Standing(State.CALL_BACK if promised else State.WAITING, next_try, tried, listed)


def _next_try(case: Case[TargetId], known: Sequence[Attempt], rhythm: Rhythm) -> datetime:
    if not known:
        return rhythm.fitting(case.opened_at)
    last = known[-1]
    if last.call_back_at is not None:
        return last.call_back_at.astimezone(UTC)
    vain = sum(one.outcome is Outcome.NO_ANSWER for one in known)
    return rhythm.fitting(last.at + rhythm.pauses[min(vain, len(rhythm.pauses)) - 1])


def queue(cases: Iterable[Case[TargetId]], rhythm: Rhythm, now: datetime) -> list[tuple[Case[TargetId], Standing]]:
    """Who is to be tried at ``now``, in turn: whose next try has been due the longest, then who was tried the least.

    Fair: an attempt moves a target's next try into the future, behind everybody who is due already, so nobody is passed over for ever.
    """
    standings = ((case, standing(case, rhythm, now)) for case in cases)
    due = [
        (one.next_try, one.attempts, case, one) for case, one in standings if one.state is State.DUE and one.next_try
    ]
    return [(case, one) for _, _, case, one in sorted(due, key=lambda row: row[:2])]


def settled(standings: Iterable[Standing]) -> bool:
    """Whether nothing is left to do: everyone is reached or excused by name."""
    return all(one.state in (State.REACHED, State.EXCUSED) for one in standings)
