"""What the imports before have said of each person and each home: the newest word of a finished import, by fingerprints.

The sealed rows are erased after 30 days; their fingerprints stay (docs/decisions/0093), so that next week's file is compared all the same.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, Q

from linli import vault
from linli.register.changes.facts import SILENT, Printer, mark, values_of
from linli.register.interpret import words
from linli.register.models import ImportChange, ImportRow, ImportRun
from linli.register.packing import opened

VANISHING = ("moved_out", "household_vanished", "dwelling_vanished")
_COLUMNS = ("person_id", "dwelling_id", "sheet", "row", "door", "prints", "verdict", "person_row", "pk")


class Said(NamedTuple):
    """One row of an import that was taken in."""

    pk: int
    sheet: str
    row: int
    dwelling: int | None
    prints: bytes
    rank: int = 0
    """Of the imports, which: 0 the newest."""


@dataclass(slots=True)
class Base:
    """The last word about persons, homes, and rows that stand for nobody in the register."""

    persons: dict[UUID, list[Said]] = field(default_factory=dict)
    homes: dict[int, Said] = field(default_factory=dict)
    doors: dict[str, int] = field(default_factory=dict)
    settled: set[tuple[str, bytes]] = field(default_factory=set)
    stay: set[UUID] = field(default_factory=set)
    stay_homes: set[int] = field(default_factory=set)

    @classmethod
    def load(cls, neighbourhood: int, printer: Printer, wanted: set[UUID]) -> Base:
        """Newest import first, until everybody ``wanted`` is found; one statement an import."""
        base = cls()
        done = ImportRun.objects.filter(neighbourhood_id=neighbourhood, state=ImportRun.State.DONE)
        done = done.exclude(totals__has_key="export")  # edited here, not said by an office
        missing = set(wanted)
        refused = _refused(neighbourhood)
        runs = list(done.order_by("-finished_at").values_list("pk", flat=True))
        for rank, run in enumerate(runs):
            base._take(run, rank, printer, missing, refused)
            if base.persons and not missing:
                break
        base._settled({run: rank for rank, run in enumerate(runs)}, neighbourhood)
        return base

    def _settled(self, ranks: dict[UUID, int], neighbourhood: int) -> None:
        """Whose absence from the files was answered, since a file named him last."""
        for run, person, place in _answered(neighbourhood):
            rank = ranks.get(run, len(ranks))
            if person is not None:
                saids = self.persons.get(person)
                if not saids or rank < saids[0].rank:
                    self.stay.add(person)
            elif place is not None and (place not in self.homes or rank < self.homes[place].rank):
                self.stay_homes.add(place)

    def _take(self, run: UUID, rank: int, printer: Printer, missing: set[UUID], refused: set[int]) -> None:
        newer = set(self.persons)
        older = set(self.homes)
        for person, dwelling, sheet, row, door, prints, verdict, is_person, pk in _rows(run, printer):
            said = Said(pk, sys.intern(sheet), row, dwelling, prints, rank)
            if person is not None:
                if person not in newer:
                    self.persons.setdefault(person, []).append(said)
                    missing.discard(person)
            elif is_person and (verdict != ImportRow.Verdict.LEFT or pk in refused):
                self.settled.add((door, mark(prints, "name")))
            if dwelling is not None:
                self.doors.setdefault(door, dwelling)
            if dwelling is not None and dwelling not in older:
                before = self.homes.get(dwelling)
                if before is None or mark(before.prints, "state") == SILENT:
                    self.homes[dwelling] = said

    def __bool__(self) -> bool:
        return bool(self.persons or self.homes)


def _rows(run: UUID, printer: Printer) -> Iterator[tuple[Any, ...]]:
    here = F("neighbourhood")  # homes and people that came under another neighbourhood are not spoken of here
    rows = ImportRow.objects.filter(
        Q(dwelling=None) | Q(dwelling__neighbourhood=here),
        Q(person=None) | Q(person__neighbourhood=here),
        run=run,
        done=True,
    )
    for found in rows.exclude(prints=None).values_list(*_COLUMNS).iterator(chunk_size=2000):
        yield (*found[:5], bytes(found[5]), *found[6:])
    old = rows.filter(prints=None, sealed__isnull=False)  # imported before there were fingerprints
    every = frozenset(words.load("headings"))
    for *found, sealed in old.values_list(*_COLUMNS, "sealed").iterator(chunk_size=500):
        packed = opened(sealed)
        if packed is not None:
            yield (*found[:5], printer.all(values_of(packed, has=every)), *found[6:])


def _refused(neighbourhood: int) -> set[int]:
    """Rows of people whom somebody has looked at and left out: they are not asked about every week."""
    left = ImportChange.objects.filter(
        neighbourhood_id=neighbourhood, kind="moved_in", outcome=ImportChange.Outcome.LEFT, decided_at__isnull=False
    )
    return set(left.exclude(row=None).values_list("row_id", flat=True))


def _answered(neighbourhood: int) -> Iterator[tuple[UUID, UUID | None, int | None]]:
    """Who vanished from a file and was said to stay, and homes whose people were said to have left: (run, person, home)."""
    left = Q(kind__in=VANISHING, outcome=ImportChange.Outcome.LEFT, decided_at__isnull=False)
    emptied = Q(kind="household_vanished", outcome=ImportChange.Outcome.APPLIED)
    rows = ImportChange.objects.filter(left | emptied, neighbourhood_id=neighbourhood, row=None)
    yield from rows.values_list("run_id", "person_id", "place_id").iterator()


def printer_of(neighbourhood: int) -> Printer:
    """The maker of a neighbourhood's fingerprints; its key is derived, never stored."""
    return Printer(vault.blind_index("fingerprints", neighbourhood=neighbourhood, purpose="register.prints"))


def by_door(base: Base) -> dict[int, list[UUID]]:
    """Home → who was said to be there."""
    found: dict[int, list[UUID]] = defaultdict(list)
    for person, saids in base.persons.items():
        for said in saids:
            if said.dwelling is not None:
                found[said.dwelling].append(person)
    return found
