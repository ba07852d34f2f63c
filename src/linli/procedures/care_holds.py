"""What the gate knows of somebody who stays at home: "call the supervisor first", with a number, and never why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db.models import Q, QuerySet

from linli.accounts.models import User
from linli.care.calling import Numbers
from linli.care.models import Case
from linli.gates.actions.holds import LONGEST, LONGEST_CALL, end_hold, extend_hold, place_hold
from linli.gates.holds import call_of
from linli.gates.models import Hold
from linli.gates.timetable import end_of
from linli.ground.models import Mandate
from linli.kernel.refusal import Refusal
from linli.operations.models import Operation
from linli.operations.queries import active_operation

DAY = timedelta(days=1)
"""*(ours)*: a hold that cannot be as long as the term yet is lengthened day by day, not minute by minute."""


@dataclass(frozen=True)
class Todo:
    """What is to be done about a hold: end the one that stands, let one hold until then (placed or extended)."""

    end: bool = False
    until: datetime | None = None


class Held:
    """The holds of the open cases of a neighbourhood, and its operation; three statements at any number of cases."""

    def __init__(self, neighbourhood: int, cases: Iterable[Case], now: datetime) -> None:
        self._operation, self._now = active_operation(neighbourhood, now), now
        rows = _holding([_source(one) for one in cases], now).order_by("-pk")
        self._known: dict[str, Hold] = {row.source: row for row in rows}

    def right(self, case: Case, call: str) -> bool:
        """Whether all is as :func:`keep` would leave it."""
        until = case.release_at or self._now
        return _todo(self._known.get(_source(case)), self._operation, until, call, self._now) == Todo()

    def nobody(self, case: Case) -> bool:
        """Whether no gate calls anybody for a case."""
        return _source(case) not in self._known


def keep(*, by: User | None, case: Case, until: datetime, call: str, now: datetime) -> None:
    """Let gates call ``call`` before the person passes, until the term or the operation ends. Twice is the first; needs a scope.

    A hold that stands longer than it should, or calls somebody else, is placed anew; one that ends too soon is extended. Without an open
    operation nobody is held. A child's hold calls its guardian, whom the register knows.
    """
    known = _standing(case, now)
    todo = _todo(known, active_operation(case.neighbourhood_id, now), until, call, now)
    if known is not None and todo.end:
        end_hold(by=by, hold=known)
    if todo.until is None:
        return
    if known is None or todo.end:
        _place(by, case, now, todo.until, call)
    else:
        extend_hold(by=by, hold=known, until=todo.until)


def _todo(known: Hold | None, operation: Operation | None, until: datetime, call: str, now: datetime) -> Todo:
    if operation is None:
        return Todo()
    wanted = min(until, end_of(operation))
    wrong = known is not None and (known.until > wanted or (not known.guardian and call_of(known) != call))
    upto = min(wanted, now + LONGEST)
    enough = upto if upto == wanted else upto - DAY
    stands = known is not None and not wrong and known.until >= enough
    return Todo(wrong, None if stands or upto <= now else upto)


def let_go(*, by: User | None, case: Case, now: datetime) -> None:
    """Nobody is called for this case any more. Needs a scope."""
    known = _standing(case, now)
    if known is not None:
        end_hold(by=by, hold=known)


def words(supervisor: Mandate, operation: Operation | None, numbers: Numbers | None = None) -> str:
    """Whom the gate calls: no more than a name and a number, his own or the operation's. Words are in the neighbourhood's language."""
    known = (numbers or Numbers([supervisor])).of(supervisor, operation)
    name, number = supervisor.holder_name, known.words if known is not None else ""
    return " ".join(f"请先联系照看的人 {name} {number}".split())[:LONGEST_CALL]


def _place(by: User | None, case: Case, since: datetime, until: datetime, call: str) -> Hold:
    """A child's hold calls its guardian, as the register knows him; anybody else's the supervisor."""
    place = partial(place_hold, by=by, person=case.person, since=since, until=until, source=_source(case))
    try:
        return place()
    except Refusal as refused:
        if refused.code not in ("gates.hold_call", "gates.hold_guardian"):
            raise
    return place(call=call)


def _standing(case: Case, now: datetime) -> Hold | None:
    found: Hold | None = _holding([_source(case)], now).order_by("pk").first()
    return found


def _holding(sources: Iterable[str], now: datetime) -> QuerySet[Hold]:
    rows = Hold.objects.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=now), source__in=list(sources), until__gt=now)
    found: QuerySet[Hold] = rows.select_related("operation")
    return found


def _source(case: Case) -> str:
    return f"procedure:{case.pk}"
