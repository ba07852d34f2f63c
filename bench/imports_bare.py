"""The bare way to bring a register in: read with calamine, write every table with `bulk_create`, check nothing."""

from __future__ import annotations

import sys
from datetime import date
from itertools import groupby
from typing import Any

import django
from python_calamine import CalamineWorkbook

SINCE = date(2020, 2, 1)


def main(path: str) -> None:
    """Write the rows of the workbook into the tables that an import fills."""
    django.setup()
    # reason: models can be imported only after Django is set up
    from django.db import transaction

    from linli.ground.models import Place
    from linli.ground.scope import scoped

    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[1:]
    place = Place.objects.get(kind__code="neighbourhood")
    with scoped(neighbourhood_ids={place.pk}, reason="bench"), transaction.atomic():
        households = write_homes(place, rows)
        people = write_people(place, rows, households)
        write_import(place, rows, households, people)


def write_homes(place: Any, rows: list[list[Any]]) -> dict[tuple[str, str], Any]:
    """Places, households, states and who answers; gives the household of each door."""
    # reason: as in main
    from django.utils import timezone

    from linli.ground.actions.places import NewPlace, add_places
    from linli.ground.models import DwellingState, Household, Mandate, Responsibility

    secretary, now = Mandate.objects.get(capacity="secretary"), timezone.now()
    (estate,) = add_places([NewPlace("estate", place, "槐安新村")])
    names = list(dict.fromkeys(str(r[0]) for r in rows))
    buildings = dict(zip(names, add_places([NewPlace("building", estate, n) for n in names]), strict=True))
    doors = [key for key, _ in groupby(rows, key=lambda r: (str(r[0]), str(r[1])))]
    dwellings = dict(zip(doors, add_places([NewPlace("dwelling", buildings[b], d) for b, d in doors]), strict=True))
    households = {key: Household(neighbourhood=place, dwelling=dwellings[key], since=SINCE) for key in doors}
    Household.objects.bulk_create(households.values(), batch_size=500)
    Responsibility.objects.bulk_create(
        [Responsibility(neighbourhood=place, household=h, mandate=secretary, since=SINCE) for h in households.values()],
        batch_size=500,
    )
    DwellingState.objects.bulk_create(
        [
            DwellingState(neighbourhood=place, dwelling=d, state="owner", happened_at=now, heard_at=now)
            for d in dwellings.values()
        ],
        batch_size=500,
    )
    return households


def write_people(place: Any, rows: list[list[Any]], households: dict[tuple[str, str], Any]) -> list[Any]:
    """Persons with their keys, sealed documents and phones, and where they live."""
    # reason: as in main
    from linli.ground.actions.people import document_row, key_rows, person_row, phone_row
    from linli.ground.models import Document, Person, PersonKey, Phone, Residence

    people = [person_row(neighbourhood=place.pk, name=str(r[2]), nation=str(r[8])) for r in rows]
    pairs = list(zip(people, rows, strict=True))
    Person.objects.bulk_create(people, batch_size=500)
    PersonKey.objects.bulk_create([k for p in people for k in key_rows(p)], batch_size=500)
    Document.objects.bulk_create(
        [document_row(person=p, kind="id", number=str(r[5]), checked=True, since=SINCE) for p, r in pairs],
        batch_size=500,
    )
    Phone.objects.bulk_create([phone_row(person=p, number=str(r[6]), since=SINCE) for p, r in pairs], batch_size=500)
    Residence.objects.bulk_create(
        [
            Residence(neighbourhood=place, person=p, household=households[(str(r[0]), str(r[1]))], since=SINCE)
            for p, r in pairs
        ],
        batch_size=500,
    )
    return people


def write_import(place: Any, rows: list[list[Any]], households: dict[tuple[str, str], Any], people: list[Any]) -> None:
    """The rows of the import itself: what each said, sealed and with its fingerprints, and what became of it."""
    # reason: as in main
    from django.utils import timezone

    from linli.kernel.addresses import Door
    from linli.register.base import printer_of
    from linli.register.changes.facts import values_of
    from linli.register.models import ImportRow, ImportRun
    from linli.register.packing import Packed, pack

    run = ImportRun.objects.create(neighbourhood=place, started_at=timezone.now(), state=ImportRun.State.DONE)
    printer, made = printer_of(place.pk), []
    for at, (r, person) in enumerate(zip(rows, people, strict=True)):
        building, room = str(r[0]), str(r[1])
        packed = Packed(
            door=Door("槐安新村", "", building.removesuffix("号"), "", room.removesuffix("室")),
            name=str(r[2]), sex="m", doc="id", number=str(r[5]), born=SINCE, born_about=False, rel=str(r[3]),
            phones=(str(r[6]),), phone_note="", nation=str(r[8]), remark=str(r[9]), state="owner", absence=None, away_note="",
        )  # fmt: skip
        home = households[(building, room)]
        made.append(
            ImportRow(
                neighbourhood=place,
                run=run,
                position=at,
                turn=at,
                sheet="槐安新村",
                row=at + 2,
                door=packed.door.code(),
                leads=at % 3 == 0,
                dwelling=home.dwelling,
                person=person,
                sealed=pack(packed, run.pk),
                prints=printer.all(values_of(packed, has={"phone"})),
                effects={"person": str(person.pk)},
                done=True,
            )  # fmt: skip
        )
    ImportRow.objects.bulk_create(made, batch_size=500)


if __name__ == "__main__":
    main(sys.argv[1])
