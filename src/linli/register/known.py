"""What the register already knows of a neighbourhood, loaded once, so that each row of a file can be told new from known."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from linli import vault
from linli.ground.models import Document, DwellingState, Residence, Tie
from linli.kernel.names import search_form
from linli.register.doors import DoorMap
from linli.register.packing import Packed


@dataclass(slots=True)
class Known:
    """Look-ups over one neighbourhood."""

    neighbourhood: int
    doors: DoorMap
    documents: dict[bytes, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    names: dict[UUID, str] = field(default_factory=dict)
    at_door: dict[int, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    states: dict[int, str] = field(default_factory=dict)
    gone: dict[str, list[tuple[UUID, date | None]]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def load(cls, neighbourhood: int) -> Known:
        """Five statements, however large the register is."""
        known = cls(neighbourhood, DoorMap.load(neighbourhood))
        for person, index in Document.objects.filter(neighbourhood_id=neighbourhood).values_list(
            "person_id", "whole_index"
        ):
            known.documents[bytes(index)].append(person)
        homes: dict[UUID, tuple[int | None, str, date | None]] = {}
        rows = Residence.objects.filter(neighbourhood_id=neighbourhood, person__merged_into__isnull=True)
        columns = ("person_id", "person__name", "person__born", "household__dwelling_id")
        for person, name, born, dwelling in rows.order_by("since").values_list(*columns):
            homes[person] = (dwelling, name, born)
        for person, (dwelling, name, born) in homes.items():
            known.names[person] = search_form(name)
            if dwelling is not None:
                known.at_door[dwelling].add(person)
            else:
                known.gone[known.names[person]].append((person, born))
        ties = Tie.objects.filter(neighbourhood_id=neighbourhood)
        for person, name, dwelling in ties.values_list("person_id", "person__name", "household__dwelling_id"):
            known.names.setdefault(person, search_form(name))
            known.at_door[dwelling].add(person)
        states = DwellingState.objects.filter(neighbourhood_id=neighbourhood).order_by("happened_at")
        known.states = dict(states.values_list("dwelling_id", "state"))
        return known

    def person_of(self, row: Packed, dwelling: int | None) -> UUID | None:
        """The person a row means: by his document, else by his name at that door."""
        form = search_form(row.name or "")
        here = self.at_door.get(dwelling, set()) if dwelling is not None else set()
        if row.number:
            index = vault.blind_index(row.number, neighbourhood=self.neighbourhood, purpose="document")
            same = self.documents.get(index, [])
            if same:  # two people may stand with one number until a person has said which of them it belongs to
                return max(same, key=lambda person: (self.names.get(person) == form, person in here))
        found = next((person for person in here if self.names.get(person) == form), None)
        if found is None and row.absence == "gone":
            found = next((person for person, born in self.gone.get(form, ()) if born == row.born), None)
        return found

    def verdict(self, row: Packed, dwelling: int | None, leads: bool) -> tuple[str, UUID | None]:
        """(verdict, person): new, same, state or differs."""
        person = self.person_of(row, dwelling) if row.name else None
        stale = leads and (dwelling is None or self.states.get(dwelling) != (row.state or "blank"))
        if row.name is None:
            return ("new" if dwelling is None else "state" if stale else "same"), None
        if person is None:
            return "new", None
        if row.absence == "gone" and any(person == other for other, _ in self.gone.get(search_form(row.name), ())):
            return ("state" if stale else "same"), person
        if (
            dwelling is None
            or person not in self.at_door.get(dwelling, ())
            or self.names.get(person) != search_form(row.name)
        ):
            return "differs", person
        return ("state" if stale else "same"), person
