"""Gates and arrivals know nothing of each other; here the one hears of the other: a returnee met at the gate has a case at once (R06)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from linli.ground.models import Person, Place, Residence
from linli.kernel.refusal import Refusal
from linli.operations.queries import active_operation
from linli.returnees.actions.cases import Told, signal
from linli.returnees.details import Details
from linli.returnees.models import Case, Signal


def met(neighbourhood: int, person: UUID, at: datetime) -> None:
    """Open a case for somebody whom the gate met while the register has him away, once; or add the gate's word to his open case.

    Without an operation nothing is noted (a gate may keep nothing about people then), and a neighbourhood without a secretary has
    nobody who could own a case: the passage goes on, and nothing is kept.
    """
    operation = active_operation(neighbourhood)
    if operation is None:
        return
    told = Signal.objects.filter(case__person=person, case__operation=operation, source=Signal.Source.GATE)
    if told.filter(case__closed_at__isnull=True).exists():
        return
    if Case.objects.filter(person=person, operation=operation, closed_as=Case.Closed.NOT_AWAY).exists():
        return  # a person has said that this one was never away
    row = (
        Residence.objects.filter(person=person).select_related("household__dwelling").order_by("-since", "-id").first()
    )
    try:
        signal(
            by=None,
            neighbourhood=Place.objects.get(pk=neighbourhood),
            source=Signal.Source.GATE,
            details=Details(),
            told=Told(at, at),
            person=Person.objects.get(pk=person),
            dwelling=row.household.dwelling if row is not None and row.household is not None else None,
        )
    except Refusal:
        return
