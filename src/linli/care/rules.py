"""Pure decisions of the room: kinds and grounds, terms, checks, fever, due visits. Moments are aware, dates local; nothing is saved."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from linli.kernel.cadence import CONVENTIONS, SHANGHAI, DaySlot, OwnClock, day0_of, release

QUARANTINE, JOURNEY, CHILD_ALONE = "quarantine", "journey", "child_alone"
ATTENTION = ("alone", "disabled", "pregnant", "medicine", "hardship", CHILD_ALONE)

GROUNDS: dict[str, tuple[str, ...]] = {
    QUARANTINE: ("journey", "contact"),
    JOURNEY: ("journey",),
    **dict.fromkeys(ATTENTION, ("request", "duty", "emergency")),
}
"""On what ground each kind may be opened. A journey's follow-up knows one ground alone; where somebody is from is none (E02)."""

NEED_NO_CONSENT = frozenset({"journey", "contact", "duty", "emergency"})
"""Grounds of PIPL art. 13(1)3 and 4: what a statutory duty or a public-health emergency asks for waits for no guardian's consent."""

ORAL_HOURS = 24
LAPSE_WARNING = timedelta(hours=6)
"""*(ours)*: so long before an oral order lapses the office is told."""
LONGEST_ATTENTION = timedelta(days=365)
"""Other attention in quiet years: named anew at least once a year (PIPL art. 19)."""
MOST_DAYS = 60
"""*(ours)*: longer terms are slips of the pen."""
FEVER_TENTHS = 373
"""Where the rule set in force says no limit (RULES.md B3: own knowledge)."""

REASONS: dict[str, tuple[str, ...]] = {
    "extended": ("contact", "test", "symptoms", "order"),
    "shortened": ("order", "recount"),
    "moved": ("unfit", "hospital", "central", "home_again"),
    "ended": ("hospital", "central", "left", "died", "withdrawn", "no_need"),
    "annulled": ("wrong_person", "double", "mistyped"),
}
OF_A_REQUEST = frozenset({"withdrawn", "no_need"})
"""Reasons that end what somebody asked for. What was ordered is released by who ordered it and nobody else (2013 law art. 41)."""
SYMPTOMS = ("cough", "throat", "breath", "tired", "diarrhoea", "other")
UNFIT = ("no_room", "no_bath", "at_risk", "others")
FIVE = ("quarantine", "plan", "stores", "prevention", "guidance")
"""Q04: 居家隔离管理、应急预案、物资储备、常规防范、宣传引导."""
STEPS: dict[str, tuple[str, ...]] = {
    "fever": ("call", "clinic", "report"),
    "symptoms": ("call", "retake", "report"),
    "emergency": ("ambulance", "doors", "go"),
}
"""What comes next after an alarm, in this order."""
ANSWERS = ("clinic", "ambulance", "retaken", "watching")

MORNING, EVENING, EXTRA = "morning", "evening", "extra"
PARTS = (MORNING, EVENING)
MORNING_FROM, EVENING_FROM = 7, 13
"""Hours. Before the first window of a day opens (08:00, an hour early) nobody has asked yet: a reading of the night is an extra one."""


@dataclass(frozen=True)
class Counted:
    """How a term is counted: day 0 (None: what the convention counts from is not known), the convention, days."""

    day0: date | None
    convention: str
    days: int


def reasons_of(change: str, kind: str) -> tuple[str, ...]:
    """The reasons for a change of a case of this kind."""
    return tuple(code for code in REASONS[change] if kind != QUARANTINE or code not in OF_A_REQUEST)


def counted(
    *, convention: str, days: int, landed_at: datetime | None, door_at: datetime | None, day0: date | None = None
) -> Counted:
    """Day 0 by what the convention counts from: the Shanghai date of landing or of the door; a given ``day0`` stands.

    Landing at 12:37 on 13 March is day 0 = 13 March, released 27 March 24:00; by the door at 03:37 on 14 March it is the 28th.
    """
    if day0 is None:
        event = {"landing": landed_at, "door": door_at}.get(CONVENTIONS[convention].from_event, door_at or landed_at)
        day0 = day0_of(event) if event is not None else None
    return Counted(day0, convention, days)


def release_at(day0: date, days: int, convention: str) -> datetime:
    """24:00 of the last day (Civil Code 201, 203), in UTC."""
    return release(day0, days, CONVENTIONS[convention])


def clock(day0: date, days: int, convention: str) -> OwnClock:
    """The own clock of a term: morning and evening."""
    return OwnClock(day0, days, convention=CONVENTIONS[convention])


def checks_on(own: OwnClock, day: date, since: datetime, ended_at: datetime | None = None) -> list[DaySlot]:
    """The checks of a day that are due: of those that were over before the case began none is."""
    return [
        one
        for one in own.slots(ended_at)
        if one.slot.at.astimezone(own.zone).date() == day and one.slot.closes_at > since
    ]


def away(moves: Sequence[tuple[datetime, bool]], moment: datetime) -> bool:
    """Whether somebody was in a central place or a hospital at a moment. ``moves``: in order, each with whether it was to a home."""
    return next((not home for at, home in reversed(moves) if at <= moment), False)


def part_at(moment: datetime) -> str:
    """Which check a moment belongs to; one of the night to none, so that the morning is asked for all the same."""
    hour = moment.astimezone(SHANGHAI).hour
    if hour < MORNING_FROM:
        return EXTRA
    return EVENING if hour >= EVENING_FROM else MORNING


def feverish(celsius: Decimal | None, limit: int | None) -> bool:
    """Whether a temperature reaches the limit (tenths of a degree, as gates keep it), exactly: 37.30 reaches 373, 37.29 does not."""
    return celsius is not None and celsius >= Decimal(limit or FEVER_TENTHS).scaleb(-1)


def cause_of(celsius: Decimal | None, symptoms: Collection[str], limit: int | None) -> str:
    """What a reading alarms for: ``fever``, ``symptoms``, or nothing."""
    if feverish(celsius, limit):
        return "fever"
    return "symptoms" if symptoms else ""


def lapses_at(given_at: datetime) -> datetime:
    """When an oral order lapses unless its document has come."""
    return given_at + timedelta(hours=ORAL_HOURS)


@dataclass(frozen=True)
class Step:
    """A change of a term as far as it decides the term: how many days, and whether its order stands (no order: it stands)."""

    days: int
    stands: bool


def term_that_stands(steps: Sequence[Step]) -> Step:
    """The last change whose order stands; the first when none does. ``steps``: in order, at least one.

    So an extension that lapses gives back the term before it, and not more.
    """
    return next((one for one in reversed(steps) if one.stands), steps[0])


def next_visit(since: date, every_days: int, visits: Iterable[date]) -> date:
    """When a need asks for somebody to look in: so many days after the last time, or after it began; the first time on that day."""
    last = max((day for day in visits if day >= since), default=None)
    return since if last is None else last + timedelta(days=every_days)


def same_body(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two names of a body mean the same: the kind, and the name without blanks."""
    return one[0] == other[0] and "".join(one[1].split()) == "".join(other[1].split())


def incomplete(*, health: bool, route: bool, returns: bool) -> tuple[str, ...]:
    """Which of the three attributes of a follow-up are not known yet (E02)."""
    return tuple(code for code, known in (("health", health), ("route", route), ("returns", returns)) if not known)
