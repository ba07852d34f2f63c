"""When a plan happens: its rules, its windows, the words for them, and the slots that a worker has to open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from django.utils import timezone

from linli.kernel.cadence import CONVENTIONS, OwnClock, Slot, Timetable, Window
from linli.kernel.recurrence import RuleError, instant
from linli.kernel.until_done import Rhythm
from linli.rounds.models import Occurrence, Plan, PlanPerson

AT_ONCE = timedelta(microseconds=1)
SPAN = timedelta(days=30)
DAY = timedelta(days=1)
"""A worker that was down for longer goes on in spans of it."""

CHECK_TIMES = ("08:00", "18:00")
"""Morning and evening, unless the plan says otherwise."""


def zone() -> tzinfo:
    """The zone in which rules are counted: the installation's."""
    return timezone.get_default_timezone()


def window(plan: Plan) -> Window:
    """A plan's lengths around a moment."""
    return Window(timedelta(minutes=plan.early), timedelta(minutes=plan.due), timedelta(minutes=plan.closes))


def begins(plan: Plan) -> datetime:
    """From when on its rules count: what it says, else the day it was made."""
    return plan.starts_at or timezone.localtime(plan.created_at, zone()).replace(
        hour=0, minute=0, second=0, microsecond=0
    )


def timetable(plan: Plan) -> Timetable | None:
    """The timetable of a plan with a rule; None for one that happens once."""
    if not plan.rule:
        return None
    starts = timezone.localtime(begins(plan), zone()).replace(second=0, microsecond=0, tzinfo=None)
    return Timetable.read(plan.rule, starts, window(plan), zone())


def said(plan: Plan, language: str) -> str:
    """每天 09:00 和 15:00: when a plan happens, read back in words; empty for what happens once, or by clocks of its own."""
    table = timetable(plan)
    return table.said(language) if table is not None else ""


def following(plan: Plan, now: datetime) -> Slot | None:
    """Its next time, from ``now`` on."""
    if plan.cadence == Plan.Cadence.OWN_CLOCK:
        return day_slot(timezone.localtime(now, zone()).date() + DAY)
    table = timetable(plan)
    if table is not None:
        return table.following(now)
    slot = window(plan).around(begins(plan).astimezone(UTC))
    return slot if slot.at >= now else None


def due_to_open(plan: Plan, now: datetime) -> list[Slot]:
    """The slots that have to be open at ``now`` and were not opened yet, in order.

    At the first start those whose window is still open count as well; what was over by then is no part of the plan. After a time in
    which nothing ran every slot comes, also those that nobody could walk any more. At most :data:`SPAN` of them at once: go on.
    """
    since, until = plan.opened_until, now + AT_ONCE
    if since is None:
        started = plan.started_at or now
        reach = timedelta(minutes=plan.early + plan.closes) if plan.cadence != Plan.Cadence.OWN_CLOCK else DAY
        found = _slots(plan, max(started - reach, begins(plan) - timedelta(minutes=plan.early)), until)
        endless = plan.cadence == Plan.Cadence.UNTIL_DONE
        return [slot for slot in found if endless or slot.closes_at > started]
    return _slots(plan, since, min(until, since + SPAN))


def _slots(plan: Plan, since: datetime, until: datetime) -> list[Slot]:
    if since >= until:
        return []
    if plan.cadence == Plan.Cadence.OWN_CLOCK:
        return _days(since, until)
    table = timetable(plan)
    if table is not None:
        return table.opening(since, until)
    slot = window(plan).around(begins(plan).astimezone(UTC))
    return [slot] if since <= slot.opens_at < until or (plan.opened_until is None and slot.opens_at < until) else []


def _days(since: datetime, until: datetime) -> list[Slot]:
    first, last = (timezone.localtime(one, zone()).date() for one in (since, until - AT_ONCE))
    slots = [day_slot(first + DAY * number) for number in range((last - first).days + 1)]
    return [slot for slot in slots if since <= slot.opens_at < until]


def day_slot(day: date) -> Slot:
    """A whole local day: what own clocks have on it is one round."""
    begin, end = (instant(datetime.combine(one, time.min), zone()) for one in (day, day + DAY))
    return Slot(begin, begin, end, end)


def clock(row: PlanPerson, plan: Plan) -> OwnClock | None:
    """The clock of somebody on a plan; None without a day 0."""
    if row.day0 is None:
        return None
    return OwnClock(row.day0, row.days, check_times(plan), window(plan), CONVENTIONS[row.convention], zone())


def check_times(plan: Plan) -> tuple[time, ...]:
    """The times of a day at which the people on a plan are seen, in order."""
    return tuple(sorted(time.fromisoformat(one) for one in plan.rhythm.get("times", CHECK_TIMES)))


def own_moment(one: Occurrence, closes: datetime | None) -> datetime:
    """The moment of what closes then in a round: of a check with times of its own that check's, else the round's."""
    at = one.slot_at or one.opens_at
    if one.plan.cadence != Plan.Cadence.OWN_CLOCK or closes is None:
        return at
    day, given_up = timezone.localtime(at, zone()).date(), window(one.plan).given_up
    moments = [instant(datetime.combine(day, clock), zone()) for clock in check_times(one.plan)]
    return next((moment for moment in moments if moment + given_up >= closes), at)


def rhythm(plan: Plan) -> Rhythm:
    """When to try again, of a plan that goes on until it is done; the kernel's where the plan says nothing."""
    said_: Mapping[str, Any] = plan.rhythm
    values: dict[str, Any] = {"zone": zone()}
    if said_.get("pauses"):
        values["pauses"] = tuple(timedelta(minutes=minutes) for minutes in said_["pauses"])
    for name in ("earliest", "latest"):
        if said_.get(name):
            values[name] = time.fromisoformat(said_[name])
    if said_.get("listed_after"):
        values["listed_after"] = said_["listed_after"]
    return Rhythm(**values)


def problem(plan: Plan) -> RuleError | None:
    """What is wrong with the rule, if anything is."""
    try:
        timetable(plan)
    except RuleError as wrong:
        return wrong
    return None
