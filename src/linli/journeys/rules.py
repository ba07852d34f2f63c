"""Decisions about journeys, pure: which legs a hand-over does, when somebody owes the next step, why a hand-over cannot be.

Moments are aware. ``kernel.handover`` says who holds whom; here is what a room makes of it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from linli.kernel.handover import Leg as KernelLeg
from linli.kernel.handover import Span

GRACE_MINUTES = 30
"""*(ours)*: so long after its time a hand-over is late; twice as long when the time was about."""
WITHOUT_NEXT = timedelta(minutes=30)
"""*(ours)*: so long somebody may be in the same hands before it must be planned who takes him next."""
TO_ACT = timedelta(minutes=10)
"""*(ours)*: whoever has just learned of something gets so long before an alarm."""
DECIDE_WITHIN = timedelta(minutes=30)
"""*(ours)*: so long after word came somebody must have said whether a traveller is ours."""
FAR = timedelta(hours=48)
"""*(ours)*: nobody is on the way home for more than two nights. What is planned farther than this both from now and from when
somebody landed is most likely a slip of the date, and asked about."""
FUTURE = timedelta(minutes=5)
"""Clocks differ by so much."""
CODE_TRIES = 5


@dataclass(frozen=True, slots=True)
class Plan:
    """A leg that is neither done nor cancelled, as these rules see it."""

    id: Hashable
    taker: Hashable
    expected_at: datetime
    grace: timedelta = timedelta(minutes=GRACE_MINUTES)
    about: bool = False


def alarm_at(expected_at: datetime, *, about: bool, grace: timedelta) -> datetime:
    """From when a leg is late."""
    return KernelLeg("", expected_at, grace, about).limit


def is_far(at: datetime, near: Iterable[datetime | None]) -> bool:
    """Whether a planned moment is far from all of these; ``near``: now, a landing, and what else was said of the journey."""
    return all(abs(at - one) > FAR for one in near if one is not None)


def done_by(plans: Iterable[Plan], taker: Hashable, at: datetime, *, final: bool) -> list[Plan]:
    """The legs of one traveller that a hand-over to ``taker`` does.

    To the taker of a leg: that leg, the earliest of them, and those planned before it, which were skipped. To somebody whom no leg
    names: those whose time had come (``expected_at`` − grace ≤ ``at``), for the plan was another than what happened. To final hands:
    all, for nothing comes after.
    """
    waiting = sorted(plans, key=lambda plan: plan.expected_at)
    if final:
        return waiting
    named = next((n for n, plan in enumerate(waiting) if plan.taker == taker), None)
    if named is not None:
        return waiting[: named + 1]
    return [plan for plan in waiting if plan.expected_at - plan.grace <= at]


def owed_at(
    chain: Sequence[Span[Any]], *, final: bool, planned: bool, before: datetime | None, now: datetime
) -> datetime | None:
    """By when somebody must have planned who takes a traveller next; None while a leg waits, or nothing comes after.

    Half an hour after he came into these hands, and never sooner than ten minutes from when that became known. ``before``: what was
    owed until now; it stays as long as he is in the same hands, so that a second look at him moves no deadline.
    """
    if final or planned or not chain:
        return None
    return _kept(chain[-1].since + WITHOUT_NEXT, before, now)


def unmet_at(expected: Iterable[datetime | None], *, before: datetime | None, now: datetime) -> datetime:
    """By when somebody must have met one of ours who is only listed: half an hour after the last moment at which he was expected.

    ``expected``: when he lands, is expected at the door, sets out with a run; those that are known. ``before`` as in :func:`owed_at`.
    """
    last = max((moment for moment in expected if moment is not None), default=now)
    return _kept(last + WITHOUT_NEXT, before, now)


def _kept(limit: datetime, before: datetime | None, now: datetime) -> datetime:
    """What was owed before, if it is still that; else the limit, and at least some minutes to act."""
    return before if before is not None and before >= limit else max(limit, now + TO_ACT)


def not_with(holders: Mapping[UUID, UUID | None], giver: UUID) -> list[UUID]:
    """Whom ``giver`` cannot hand over, for somebody else holds him."""
    return [who for who, holder in holders.items() if holder != giver]
