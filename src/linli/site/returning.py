"""Gates and arrivals know nothing of each other; here the one hears of the other: a returnee met at the gate has a case at once (R06).

A case that is registered, or came to nothing, settles what the gate was waiting for; joined into another case, the gate waits for that.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from linli.accounts.models import User
from linli.gates.actions import settle
from linli.gates.returning import Met, Registry, State, Task, subject_of
from linli.ground.models import Person, Place, Residence
from linli.kernel.refusal import Refusal
from linli.operations.models import Operation
from linli.operations.queries import active_operation
from linli.returnees.actions.cases import Journey, Told, signal
from linli.returnees.details import Details
from linli.returnees.models import Case, Signal

PREFIX = "returnee:"


def met(who: Met) -> Task | None:
    """Open a case for somebody who comes back, once; or add the gate's word to his open case. None when nothing can be kept.

    Without an operation nothing is noted (a gate may keep nothing about people then), and a neighbourhood without a secretary has
    nobody who could own a case: the passage goes on, and nothing is kept. Of whom neither the register nor he himself says anything
    by which he could be found again, there is no case either; the gate's exception stays.
    """
    operation = active_operation(who.neighbourhood)
    if operation is None:
        return None
    known = _told_before(who, operation)
    if known is not None:
        return _task(known)
    if not who.said and _never_away(who, operation):
        return None
    try:
        return _task(_signal(who))
    except Refusal:
        return None


def _told_before(who: Met, operation: Operation) -> Case | None:
    """The open case of a person of whom a gate has told already: a second passage adds no second word."""
    if who.person is None:
        return None
    told = Signal.objects.filter(case__person=who.person, case__operation=operation, source=Signal.Source.GATE)
    found = told.filter(case__closed_at__isnull=True, case__settled_at__isnull=True).select_related("case").first()
    return found.case if found is not None else None


def _never_away(who: Met, operation: Operation) -> bool:
    """Whether somebody has said that this one was never away, although the register has him so."""
    rows = Case.objects.filter(person=who.person, operation=operation)
    return bool(rows.filter(closed_as=Case.Closed.NOT_AWAY).exists())


def _signal(who: Met) -> Case:
    """The gate's word, with what he said of himself; sealed there with the operation's key."""
    said = who.details
    place = Place.objects.get(pk=who.neighbourhood)
    details = Details(
        name=said.get("name", ""), phone=said.get("phone", ""), place=said.get("from", ""), note=said.get("note", "")
    )
    return signal(
        by=None,
        neighbourhood=place,
        source=Signal.Source.GATE,
        details=details,
        told=Told(who.at, who.at),
        person=Person.objects.get(pk=who.person) if who.person is not None else None,
        dwelling=_home(who, place),
        journey=Journey(arrived=True) if who.said else None,
        key=who.check,
    )


def _home(who: Met, neighbourhood: Place) -> Place | None:
    """The door he comes to: his own by the register, else the one he names."""
    rows = Residence.objects.filter(person=who.person).select_related("household__dwelling")
    row = rows.order_by("-since", "-id").first() if who.person is not None else None
    if row is not None and row.household is not None:
        home: Place = row.household.dwelling
        return home
    if who.host is None:
        return None
    return Place.objects.filter(pk=who.host, neighbourhood=neighbourhood, kind__code="dwelling").first()


def _task(case: Case) -> Task:
    return Task(f"{PREFIX}{case.pk}", case.due_at, case.registered_at is None and case.closed_at is None)


def states(sources: Sequence[str]) -> dict[str, State]:
    """How some cases stand; one statement. A case that is gone is left out."""
    rows = Case.objects.filter(pk__in=[source.removeprefix(PREFIX) for source in sources])
    return {_task(case).source: State(_task(case).open, reverse("returnees:case", args=[case.pk])) for case in rows}


REGISTRY = Registry(met=met, states=states)


def changed(by: User, case: Case) -> None:
    """Settle what the gate waited for when a case is registered or came to nothing; joined, the gate waits for the other."""
    subject = subject_of(_task(case).source)
    into = case.joined_into
    if into is not None and _task(into).open:
        settle.wait_for(subject=subject, other=subject_of(_task(into).source), by=by, text=_("Joined with another."))
    elif not _task(case).open:
        closed = case.closed_at is not None and into is None
        text = _("The arrival was closed: it came to nothing.") if closed else _("The arrival is registered.")
        settle.settle_subject(by=by, subject=subject, text=text)
