"""Until it is done (R09, R10): whom to try now, who waits, who refused, who is listed for a person to decide. Needs a scope."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.kernel.until_done import Attempt, Case, Excuse, Outcome, Standing, State, queue, standing
from linli.rounds.models import Attempt as Reminder
from linli.rounds.models import Excusal, Occurrence, Target, VisitTarget
from linli.rounds.plans.timing import rhythm
from linli.rounds.round_pages import Line
from linli.rounds.standing import links

OUTCOMES = {
    VisitTarget.Outcome.DONE: Outcome.REACHED,
    VisitTarget.Outcome.NO_ANSWER: Outcome.NO_ANSWER,
    VisitTarget.Outcome.REFUSED: Outcome.REFUSED,
    VisitTarget.Outcome.CALL_BACK: Outcome.CALL_BACK,
    Reminder.Outcome.NO_ANSWER: Outcome.NO_ANSWER,
    Reminder.Outcome.LATER: Outcome.CALL_BACK,
    Reminder.Outcome.TOLD: Outcome.NO_ANSWER,
}
"""What the tables call it → what the kernel does. Who was told and has not answered is tried again, as who did not hear."""


@dataclass(frozen=True)
class Call:
    """A target with how it stands."""

    line: Line
    standing: Standing


@dataclass(frozen=True)
class Calls:
    """All of a round: whom to try now in turn, and the others by state."""

    now: list[Call]
    others: list[Call]

    @property
    def waiting(self) -> list[Call]:
        """Those whose next try comes by itself, the soonest first."""
        return [call for call in self.others if call.standing.state in (State.WAITING, State.CALL_BACK)]

    @property
    def listed(self) -> list[Call]:
        """Tried in vain so often, or refused, that a person looks."""
        return [call for call in (*self.now, *self.others) if call.standing.listed]

    @property
    def left(self) -> int:
        """How many are neither reached nor excused."""
        return len(self.now) + sum(1 for c in self.others if c.standing.state not in (State.REACHED, State.EXCUSED))


def attempt(at: datetime, outcome: str, call_back_at: datetime | None) -> Attempt:
    """A fact of the tables as the kernel reads it; who asks to be called at no time, or a past one, is tried again as any other."""
    kind = OUTCOMES[outcome]  # type: ignore[index]
    if kind is Outcome.CALL_BACK and call_back_at is not None and call_back_at > at:
        return Attempt(at, kind, call_back_at)
    return Attempt(at, Outcome.NO_ANSWER if kind is Outcome.CALL_BACK else kind)


def cases(occurrence: Occurrence, now: datetime) -> dict[UUID, Case[UUID]]:
    """Every target with what was tried. Four statements."""
    tried: dict[UUID, list[Attempt]] = {}
    rows = links([occurrence.pk], now, now).values_list("target", "visit__happened_at", "outcome", "call_back_at")
    told = Reminder.objects.filter(target__occurrence=occurrence, happened_at__lte=now)
    said: Iterable[tuple[UUID, datetime, str, datetime | None]] = told.values_list(
        "target", "happened_at", "outcome", "call_back_at"
    )
    for target, at, outcome, back in (*rows, *said):
        tried.setdefault(target, []).append(attempt(at, outcome, back))
    off = Excusal.objects.filter(target__occurrence=occurrence, heard_at__lte=now)
    excused = {target: Excuse(name, "said", at) for target, name, at in off.values_list("target", "by_name", "at")}
    targets = Target.objects.filter(occurrence=occurrence).values_list("pk", "joined_at")
    return {pk: Case(pk, joined or occurrence.opens_at, tried.get(pk, ()), excused.get(pk)) for pk, joined in targets}


def of(occurrence: Occurrence, lines: Iterable[Line], now: datetime) -> Calls:
    """Whom to call now, in the order of the kernel's queue, and how all others stand."""
    known, own = cases(occurrence, now), rhythm(occurrence.plan)
    table = {line.id: line for line in lines if line.id in known}
    first = [Call(table[case.target], one) for case, one in queue(known.values(), own, now) if case.target in table]
    called = {call.line.id for call in first}
    rest = [Call(line, standing(known[pk], own, now)) for pk, line in table.items() if pk not in called]
    rest.sort(key=lambda call: (call.standing.next_try is None, call.standing.next_try or now))
    return Calls(first, rest)
