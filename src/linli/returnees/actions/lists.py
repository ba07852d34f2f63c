"""Lists of names from above: kept row by row, sealed, until a person has decided on each (R06)."""

from __future__ import annotations

import json
from dataclasses import asdict

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli import vault
from linli.accounts.models import User
from linli.ground.door_words import DoorWords
from linli.ground.models import Person, Place
from linli.journal.record import record
from linli.kernel.refusal import Refusal
from linli.kernel.said_dates import read_said_day
from linli.operations.queries import active_operation
from linli.returnees import acts
from linli.returnees.actions.cases import Journey, Told, signal
from linli.returnees.details import ROW_CONTEXT, Details
from linli.returnees.models import ArrivalList, ArrivalRow, Case
from linli.returnees.reading import ListRow, read_list


def take_list(*, by: User | None, neighbourhood: Place, data: bytes, filename: str = "") -> ArrivalList:
    """Read a list and keep its rows for decision. The same list again gives the same rows: nothing is doubled."""
    now = timezone.now()
    operation = active_operation(neighbourhood, now)
    if operation is None:
        raise Refusal(
            "returnees.quiet",
            gettext_noop(
                "Without an open operation only what people say of themselves may be noted. Nothing was stored."
            ),
        )
    rows = read_list(data, filename, today=timezone.localdate(now))
    text = json.dumps([[one.sheet, one.row, asdict(one.details)] for one in rows], ensure_ascii=False)
    digest = vault.blind_index(text, neighbourhood=neighbourhood.pk, purpose="returnee.list")
    with transaction.atomic():
        Place.objects.select_for_update().get(pk=neighbourhood.pk)
        known: ArrivalList | None = ArrivalList.objects.filter(operation=operation, digest=digest).first()
        if known is not None:
            return known
        taken: ArrivalList = ArrivalList.objects.create(
            neighbourhood=neighbourhood, operation=operation, digest=digest, received_at=now, rows_total=len(rows)
        )
        ArrivalRow.objects.bulk_create([_kept(taken, one, operation.key_name) for one in rows], batch_size=500)
        record(
            acts.LISTED,
            by=by,
            subject=("arrival_list", taken.pk),
            neighbourhood=neighbourhood.pk,
            data={"rows": len(rows)},
        )
    return taken


def _kept(taken: ArrivalList, one: ListRow, key: str) -> ArrivalRow:
    return ArrivalRow(
        neighbourhood_id=taken.neighbourhood_id,
        list=taken,
        sheet=one.sheet[:60] if one.sheet else None,
        row=one.row,
        sealed=vault.seal(json.dumps(asdict(one.details), ensure_ascii=False), key=key, context=ROW_CONTEXT),
        problems=[list(problem) for problem in one.problems],
    )


def row_details(row: ArrivalRow) -> Details:
    """The words of a row."""
    return Details(**json.loads(vault.unseal_text(row.sealed, context=ROW_CONTEXT)))


def decide_row(
    *, by: User, row: ArrivalRow, take: bool, person: Person | None = None, words: DoorWords | None = None
) -> Case | None:
    """Take a row in as a signal (as a person of the register, or as somebody new), or leave it. Decided once."""
    with transaction.atomic():
        row.refresh_from_db(from_queryset=ArrivalRow.objects.select_for_update())  # another clerk may have decided
        if row.decision == ArrivalRow.Decision.TAKEN:
            return row.case
        if not take:
            row.decision = ArrivalRow.Decision.LEFT
            row.save(update_fields=["decision"])
            return None
        return _taken(by, row, person, words)


def _taken(by: User, row: ArrivalRow, person: Person | None, words: DoorWords | None) -> Case:
    details = row_details(row)
    if not details.name:
        raise Refusal(
            "returnees.row_without_name", gettext_noop("This row has no name. Correct the list, or leave the row.")
        )
    doors = words or DoorWords.load(row.neighbourhood)
    day = read_said_day(details.arrival, said_on=timezone.localdate(row.list.received_at)) if details.arrival else None
    journey = Journey(
        arrives_from=day.earliest if day else None,
        arrives_until=day.latest if day else None,
        arrives_about=day.about if day else False,
    )
    case = signal(
        by=by,
        neighbourhood=row.neighbourhood,
        source="list",
        details=details,
        told=Told(row.list.received_at, row.list.received_at),
        person=person,
        dwelling=doors.dwelling(details.address) if details.address else None,
        journey=journey,
    )
    row.decision, row.case = ArrivalRow.Decision.TAKEN, case
    row.save(update_fields=["decision", "case"])
    return case
