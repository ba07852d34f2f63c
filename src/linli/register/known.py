"""What the register already knows of a neighbourhood, loaded once, so that each row of a file can be told new from known."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from linli import vault
from linli.ground.models import Document, DwellingState, Person, Place, Residence, Tie
from linli.kernel.names import search_form
from linli.register.base import Base, by_door, printer_of
from linli.register.changes.doors import Renamed
from linli.register.changes.facts import Printer
from linli.register.doors import DoorMap, name_of
from linli.register.interpret.model import RowReading
from linli.register.packing import Packed


@dataclass(slots=True)
class Known:
    """Look-ups over one neighbourhood."""

    neighbourhood: int
    doors: DoorMap
    printer: Printer
    base: Base = field(default_factory=Base)
    said_at: dict[int, list[UUID]] = field(default_factory=dict)
    documents: dict[bytes, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    names: dict[UUID, str] = field(default_factory=dict)
    at_door: dict[int, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    states: dict[int, str] = field(default_factory=dict)
    gone: dict[str, list[tuple[UUID, date | None]]] = field(default_factory=lambda: defaultdict(list))
    codes: dict[int, str] = field(default_factory=dict)

    @classmethod
    def load(cls, neighbourhood: int) -> Known:
        """A fixed number of statements, and one for each import whose word still holds; however large the register is."""
        known = cls(neighbourhood, DoorMap.load(neighbourhood), printer_of(neighbourhood))
        merged = _merged(neighbourhood)
        for person, index in Document.objects.filter(neighbourhood_id=neighbourhood).values_list(
            "person_id", "whole_index"
        ):
            known.documents[bytes(index)].append(merged.get(person, person))
        imported = known._homes(neighbourhood)
        states = DwellingState.objects.filter(neighbourhood_id=neighbourhood).order_by("happened_at")
        known.states = dict(states.values_list("dwelling_id", "state"))
        known.base = Base.load(neighbourhood, known.printer, imported)
        for gone, stays in merged.items():
            if gone in known.base.persons:
                known.base.persons.setdefault(stays, []).extend(known.base.persons.pop(gone))
        known.said_at = by_door(known.base)
        return known

    def _homes(self, neighbourhood: int) -> set[UUID]:
        """Who is at which door, or has gone; returns whom an import has brought."""
        homes: dict[UUID, tuple[int | None, str, date | None]] = {}
        imported: set[UUID] = set()
        rows = Residence.objects.filter(neighbourhood_id=neighbourhood, person__merged_into__isnull=True)
        columns = ("person_id", "person__name", "person__born", "household__dwelling_id", "source")
        for person, name, born, dwelling, source in rows.order_by("since").values_list(*columns):
            homes[person] = (dwelling, name, born)
            if source.startswith("import:"):
                imported.add(person)
        for person, (dwelling, name, born) in homes.items():
            self.names[person] = search_form(name)
            if dwelling is not None:
                self.at_door[dwelling].add(person)
            else:
                self.gone[self.names[person]].append((person, born))
                imported.discard(person)
        ties = Tie.objects.filter(neighbourhood_id=neighbourhood, person__merged_into__isnull=True)
        for person, name, dwelling in ties.values_list("person_id", "person__name", "household__dwelling_id"):
            self.names.setdefault(person, search_form(name))
            self.at_door[dwelling].add(person)
        return imported

    def person_of(self, row: Packed | RowReading, dwelling: int | None) -> UUID | None:
        """The person a row means: by his document, else by his name at that door, else one who has gone."""
        found = self.by_number(row, dwelling)
        if found is None:
            form = search_form(row.name or "")
            here = self.at_door.get(dwelling, set()) if dwelling is not None else set()
            found = next((person for person in sorted(here, key=str) if self.names.get(person) == form), None)
        if found is None and row.absence == "gone":
            found = self.gone_of(row)
        return found

    def by_number(self, row: Packed | RowReading, dwelling: int | None) -> UUID | None:
        """The person who has the row's document. Two may have it until a person has said whose it is: then the name and the door say."""
        if not row.number:
            return None
        index = vault.blind_index(row.number, neighbourhood=self.neighbourhood, purpose="document")
        same = self.documents.get(index, [])
        if len(same) < 2:
            return same[0] if same else None
        form = search_form(row.name or "")
        here = self.at_door.get(dwelling, set()) if dwelling is not None else set()
        return max(same, key=lambda person: (self.names.get(person) == form, person in here))

    def gone_of(self, row: Packed | RowReading) -> UUID | None:
        """Somebody of the row's name and birth date who has moved away or died."""
        gone = self.gone.get(search_form(row.name or ""), ())
        return next((person for person, born in gone if born == row.born), None)

    def form(self, name: str) -> str:
        """A name in its spelling for searching."""
        return search_form(name)

    def base_code(self, place: int | None) -> str:
        """The door of a home as the file before wrote it; empty for one that no file has named."""
        if not self.codes:
            self.codes.update((pk, code) for code, pk in reversed(self.base.doors.items()))
        return self.codes.get(place, "") if place is not None else ""

    def place_name(self, place: int) -> str:
        """What a place is called now."""
        return str(Place.objects.values_list("name", flat=True).get(pk=place))

    def new_name(self, renamed: Renamed, building_word: str) -> str:
        """What the file calls it, in the register's way of writing."""
        return name_of(renamed.to, building_word)


def _merged(neighbourhood: int) -> dict[UUID, UUID]:
    """Person → whom he was merged into, to the end of the chain."""
    rows = Person.objects.filter(neighbourhood_id=neighbourhood, merged_into__isnull=False)
    pairs: dict[UUID, UUID] = dict(rows.values_list("pk", "merged_into_id"))
    ends = {}
    for person in pairs:
        end, steps = pairs[person], 0
        while end in pairs and steps < len(pairs):
            end, steps = pairs[end], steps + 1
        ends[person] = end
    return ends
