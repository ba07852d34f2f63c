"""What the gate knows of somebody who stays at home: "call the supervisor first", with a number, and never why."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.db.models import Q

from linli.accounts.models import User
from linli.care.calling import call_of as call_of_office
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


def keep(*, by: User | None, case: Case, until: datetime, call: str, now: datetime) -> Hold | None:
    """Let gates call ``call`` before the person passes, until the term or the operation ends. Twice is the first; needs a scope.

    A hold that stands longer than it should, or calls somebody else, is placed anew; one that ends too soon is extended. Without an open
    operation nobody is held: None. A child's hold calls its guardian, whom the register knows.
    """
    operation = active_operation(case.neighbourhood_id, now)
    if operation is None:
        return None
    wanted = min(until, end_of(operation))
    known = _standing(case, now)
    if known is not None and (known.until > wanted or (not known.guardian and call_of(known) != call)):
        end_hold(by=by, hold=known)
        known = None
    upto = min(wanted, now + LONGEST)
    if upto <= now:
        return None
    if known is None:
        return _place(by, case, now, upto, call)
    enough = upto if upto == wanted else upto - DAY
    return extend_hold(by=by, hold=known, until=upto) if known.until < enough else known


def let_go(*, by: User | None, case: Case, now: datetime) -> None:
    """Nobody is called for this case any more. Needs a scope."""
    known = _standing(case, now)
    if known is not None:
        end_hold(by=by, hold=known)


def words(supervisor: Mandate, operation: Operation | None) -> str:
    """Whom the gate calls: no more than a name and a number, his own or the operation's. Words are in the neighbourhood's language."""
    known = call_of_office(supervisor, operation)
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
    rows = Hold.objects.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=now), source=_source(case), until__gt=now)
    found: Hold | None = rows.select_related("operation").order_by("pk").first()
    return found


def _source(case: Case) -> str:
    return f"procedure:{case.pk}"
