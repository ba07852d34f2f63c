"""Which person of the register each row of a file means, loaded look-ups in hand: by number, by name at the door, by what else agrees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from linli.kernel.names import search_form
from linli.register.changes.facts import SILENT, mark
from linli.register.changes.people import Left, pairs
from linli.register.interpret.model import RowReading
from linli.register.known import Known

K = TypeVar("K")


def _fits(row: Left[int], said: Left[UUID], *, whole: bool) -> int | None:
    """See ``Matcher._fit``, for one row of a file before."""
    weights = {"number": 8, "born": 4, "phones": 2, "sex": 1, "rel": 1}
    pairs_ = {fact: (getattr(row, fact), getattr(said, fact)) for fact in weights}
    agree = {fact for fact, both in pairs_.items() if both[0] == both[1] != SILENT}
    apart = {fact for fact, both in pairs_.items() if SILENT not in both and both[0] != both[1]}
    if (whole and apart) or ({"number", "born"} <= apart and "phones" not in agree):
        return None
    return sum(weights[fact] for fact in agree)


class Matcher:
    """Matches all rows of one file; ``persons`` holds the answer a row."""

    def __init__(self, known: Known, rows: Sequence[RowReading], dwellings: Sequence[int | None]) -> None:
        self.known, self.rows, self.dwellings = known, rows, dwellings
        self.persons: list[UUID | None] = [None] * len(rows)
        self.taken: set[UUID] = set()
        self.prints: list[bytes] = []

    def match(self, prints: list[bytes]) -> list[UUID | None]:
        """Each pass takes what the one before left over."""
        self.prints = prints
        for at, row in enumerate(self.rows):
            if row.is_person:
                self._give(at, self.known.by_number(row, self.dwellings[at]))
        self._by_name()
        if self.taken or self.known.base:
            self._by_former_name()
            self._at_doors()
            self._elsewhere()
        return self.persons

    def _give(self, at: int, person: UUID | None) -> None:
        if person is not None:
            self.persons[at] = person
            self.taken.add(person)

    def _open(self) -> list[int]:
        return [at for at, row in enumerate(self.rows) if row.is_person and self.persons[at] is None]

    def _by_name(self) -> None:
        """By the name at the door. Of several people of one name there, each row takes the one whom its other facts fit best."""
        groups: dict[tuple[int, str], list[int]] = defaultdict(list)
        for at in self._open():
            dwelling, form = self.dwellings[at], search_form(self.rows[at].name or "")
            if dwelling is not None:
                groups[(dwelling, form)].append(at)
        for (dwelling, form), rows in groups.items():
            here = self.known.at_door.get(dwelling, ())
            people = sorted((one for one in here if self.known.names.get(one) == form), key=str)
            if people:
                self._namesakes(rows, people, dwelling)
        for at in self._open():
            if self.rows[at].absence == "gone":
                self._give(at, self.known.gone_of(self.rows[at]))

    def _namesakes(self, rows: list[int], people: list[UUID], dwelling: int) -> None:
        weighed = [
            (-fit, at, person)
            for at in rows
            for person in people
            if (fit := self._fit(at, person, dwelling)) is not None and person not in self.taken
        ]
        for _fit, at, person in sorted(weighed, key=lambda one: (one[0], one[1])):
            if self.persons[at] is None and person not in self.taken:
                self._give(at, person)
        for at in rows:  # a second row that says nothing else says again what the first said
            if self.persons[at] is None:
                self._give(
                    at, next((one for one in people if self._fit(at, one, dwelling, whole=True) is not None), None)
                )

    def _fit(self, at: int, person: UUID, dwelling: int | None, *, whole: bool = False) -> int | None:
        """How well a row fits what the files said of somebody of its name; None for somebody else of the same name: another identity
        number, born on another day, and no telephone that speaks for him. ``whole``: None where any fact differs."""
        saids = self.known.base.persons.get(person, ())
        marks = [said.prints for said in saids if said.dwelling == dwelling] or [said.prints for said in saids]
        row = self._left(at, "", self.prints[at])
        fits = [_fits(row, self._left(person, "", prints), whole=whole) for prints in marks]
        return 0 if not fits else max((one for one in fits if one is not None), default=None)

    def _by_former_name(self) -> None:
        """Somebody whose name was corrected in the register: the file goes on calling him as before."""
        said: dict[tuple[int | None, bytes], UUID] = {}
        waiting = self._open()
        if not waiting:
            return
        for person, saids in self.known.base.persons.items():
            if person not in self.taken:
                for one in saids:
                    said[(one.dwelling, mark(one.prints, "name"))] = person
        for at in waiting:
            person_ = said.get((self.dwellings[at], mark(self.prints[at], "name")))
            if (
                person_ is not None
                and person_ not in self.taken
                and self._fit(at, person_, self.dwellings[at]) is not None
            ):
                self._give(at, person_)

    def _at_doors(self) -> None:
        """Leftovers of one home: a corrected name, number or birth date."""
        by_door: dict[int, list[int]] = defaultdict(list)
        for at in self._open():
            dwelling = self.dwellings[at]
            if dwelling is not None:
                by_door[dwelling].append(at)
        for dwelling, rows in by_door.items():
            here = {*self.known.at_door.get(dwelling, ()), *self.known.said_at.get(dwelling, ())} - self.taken
            if here:
                people = [self._left(person, self.known.names.get(person, ""), self._said(person)) for person in here]
                people.sort(key=lambda one: str(one.key))
                mine = [self._left(at, search_form(self.rows[at].name or ""), self.prints[at]) for at in rows]
                for at, person in pairs(mine, people, SILENT):
                    self._give(at, person)

    def _said(self, person: UUID) -> bytes | None:
        saids = self.known.base.persons.get(person)
        return saids[0].prints if saids else None

    def _left(self, key: K, name: str, prints: bytes | None) -> Left[K]:
        facts = {field: mark(prints, field) for field in ("sex", "number", "born", "phones", "rel")}
        if facts["phones"] == self.known.printer.one("phones", ""):
            facts["phones"] = SILENT
        return Left(key, name, **facts)

    def _elsewhere(self) -> None:
        """Somebody of the same name and birth date (or phones) who is no longer at his old door: he has moved, or has come back."""
        waiting = self._open()
        if not waiting:
            return
        names: dict[str, list[UUID]] = defaultdict(list)
        for person in self.known.base.persons:
            if person not in self.taken:
                names[self.known.names.get(person, "")].append(person)
        for at in waiting:
            row = self._left(at, search_form(self.rows[at].name or ""), self.prints[at])
            found = []
            for person in names.get(row.name, ()):
                one = self._left(person, row.name, self._said(person))
                numbers = SILENT not in (row.number, one.number) and row.number != one.number
                alike = (row.born == one.born != SILENT) or (row.phones == one.phones != SILENT and row.sex == one.sex)
                apart = SILENT not in (row.born, one.born) and row.born != one.born
                if person not in self.taken and alike and not apart and not numbers:
                    found.append(person)
            if len(found) == 1:
                self._give(at, found[0])
