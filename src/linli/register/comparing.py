"""This file, the file before and the register, three ways: what is new, what is the same, and what has changed (docs/decisions/0093).

Changed in the file and not in the register since: a change. Changed in both: a conflict, which shows both values. Not changed in the
file: nothing, whatever the register says by now.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from linli.register.base import Said
from linli.register.changes.doors import Path, Renamed, find_renamed
from linli.register.changes.facts import Values, carried, mark, values_of
from linli.register.changes.kinds import KINDS, RENAMES
from linli.register.changes.model import Change
from linli.register.differing import Differences
from linli.register.differing_homes import Homes
from linli.register.doors import door_of, path_of, plain
from linli.register.interpret.model import Interpretation, RowReading
from linli.register.known import Known
from linli.register.matching_people import Matcher
from linli.register.models import ImportRow
from linli.register.packing import packed

_PHONES_UNREAD = {"phone_10_digits", "phone_bad_length", "phone_unclear", "phone_letter_in_number"}
_EMPTY_COLUMN = 10
"""In a sheet of so many people a column without any telephone was not filled in; it does not say that they have none."""
Verdict = ImportRow.Verdict


@dataclass
class Comparison:
    """The verdict on every row of a file, by its index, and the changes."""

    known: Known
    result: Interpretation
    dwellings: list[int | None] = field(default_factory=list)
    persons: list[UUID | None] = field(default_factory=list)
    prints: list[bytes] = field(default_factory=list)
    verdicts: list[str] = field(default_factory=list)
    leads: list[bool] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    estates: set[Path] = field(default_factory=set)
    listed: set[int] = field(default_factory=set)
    _has: dict[str | None, frozenset[str]] = field(default_factory=dict)

    def run(self) -> Comparison:
        """Compare; a fixed number of statements, and five for every 400 persons about whom something has changed."""
        self._places()
        self.listed = {dwelling for dwelling in self.dwellings if dwelling is not None}
        self._prints()
        self.persons = Matcher(self.known, self.result.rows, self.dwellings).match(self.prints)
        by_person: dict[UUID, list[int]] = defaultdict(list)
        for at, person in enumerate(self.persons):
            if person is not None:
                by_person[person].append(at)
        differences = Differences(self)
        differences.people(by_person)
        homes = Homes(self)
        homes.splits()
        homes.states()
        self._verdicts()
        homes.gone(by_person)
        order = {kind: at for at, kind in enumerate(KINDS)}
        self.changes.sort(key=lambda change: (order[change.kind], change.row if change.row is not None else -1))
        return self

    def values(self, at: int) -> Values:
        """What a row says."""
        row = self.result.rows[at]
        has = self._has.get(row.sheet, frozenset())
        return values_of(packed(row), has=has, phones_read=(row.sheet, row.row) not in self._unread)

    def lasting(self, at: int) -> bytes:
        """The fingerprints of a row as they are kept: what it says nothing about is taken from the file before."""
        said = self.said_here(at, self.dwellings[at] or 0) if self.persons[at] is not None else None
        if said is None and not self.result.rows[at].is_person:
            said = self.said_at(self.dwellings[at])
        return carried(self.prints[at], said.prints if said is not None else None)

    def _prints(self) -> None:
        self._unread = {(one.sheet, one.row) for one in self.result.problems if one.kind in _PHONES_UNREAD}
        self._has = {sheet: frozenset(table.columns.values()) for sheet, table in self.result.tables.items()}
        people = Counter(row.sheet for row in self.result.rows if row.is_person)
        phoned = {row.sheet for row in self.result.rows if row.phones}
        for sheet, many in people.items():
            if many >= _EMPTY_COLUMN and sheet not in phoned:  # a column that nobody filled in says nothing
                self._has[sheet] = self._has.get(sheet, frozenset()) - {"phone"}
        printer = self.known.printer
        self.prints = [printer.all(self.values(at)) for at in range(len(self.result.rows))]

    def _places(self) -> None:
        """Which home each row means, first under the names that the files before gave it."""
        doors, base = self.known.doors, self.known.base
        led: set[str] = set()
        codes = []
        for row in self.result.rows:
            codes.append(row.door.code()[:160])
            self.leads.append(codes[-1] not in led)
            led.add(codes[-1])
        if base:
            self._renamed(codes)
        for row, code in zip(self.result.rows, codes, strict=True):
            said = base.doors.get(code)
            self.dwellings.append(said if said is not None else doors.dwelling(row.door))

    def _renamed(self, codes: list[str]) -> None:
        """Places that this file calls by another name."""
        doors, base = self.known.doors, self.known.base
        path_by_id = {pk: path for path, pk in doors.ids.items()}

        def path(at: int) -> Path:
            said = base.doors.get(codes[at])
            return path_by_id.get(said, ()) if said is not None else plain(path_of(self.result.rows[at].door))

        paths = [path(at) for at in range(len(codes))]
        if all(one in doors.ids for one in paths if one):
            return
        witnesses = [
            (paths[at], self.known.form(row.name)) for at, row in enumerate(self.result.rows) if row.name and paths[at]
        ]
        known = [one for one, pk in doors.ids.items() if one[-1][0] == "dwelling" and pk in base.homes]
        doors.renamed = find_renamed(known, set(paths), self._names_at, witnesses)
        first = _first_rows(self.result.rows, doors.renamed)
        for one in doors.renamed:
            row = self.result.rows[first[one.to]]
            self.changes.append(
                Change(
                    RENAMES[one.to[-1][0]],
                    "place",
                    door_of(path_of(row.door)[: len(one.to)]).code(),
                    place=doors.ids[one.was],
                    name=one.to[-1][1],
                    was=self.known.place_name(doors.ids[one.was]),
                    to=self.known.new_name(one, self.result.tables[row.sheet].building_word),
                )
            )

    def _names_at(self, path: Path) -> set[str]:
        here = self.known.at_door.get(self.known.doors.ids.get(path, 0), ())
        return {self.known.names[person] for person in here}

    def said_at(self, dwelling: int | None) -> Said | None:
        """The row of the file before that spoke of a home."""
        return self.known.base.homes.get(dwelling) if dwelling is not None else None

    def at_of(self, at: int) -> tuple[str, int]:
        """(sheet, row) of a row of this file."""
        return (self.result.rows[at].sheet or "", self.result.rows[at].row)

    def said_here(self, at: int, dwelling: int) -> Said | None:
        person = self.persons[at]
        saids = self.known.base.persons.get(person, []) if person is not None else []
        return next((said for said in saids if said.dwelling == dwelling), None)

    def _verdicts(self) -> None:
        """new, same, state, changed or left; and who is new in a home that the files know."""
        touched = {change.row: change.kind for change in self.changes if change.row is not None}
        for change in self.changes:
            if change.row is not None and change.kind != "dwelling_state":
                touched[change.row] = change.kind
        base, homes = self.known.base, self.known.base.homes
        self.estates = {path[:1] for path, pk in self.known.doors.ids.items() if pk in homes}
        for at, row in enumerate(self.result.rows):
            known = self.persons[at] is not None if row.is_person else self.dwellings[at] is not None
            if not path_of(row.door):
                verdict = Verdict.LEFT  # nobody can say at which door
            elif known:
                kind = touched.get(at)
                verdict = (
                    Verdict.SAME if kind is None else Verdict.STATE if kind == "dwelling_state" else Verdict.CHANGED
                )
                if kind is None and self._first_state(at, row):
                    verdict = Verdict.STATE
            elif row.is_person and (row.door.code()[:160], mark(self.prints[at], "name")) in base.settled:
                verdict = Verdict.SAME  # somebody took him out of the register, and the file says nothing new
            else:
                verdict = Verdict.NEW
                self._new(at, row)
            self.verdicts.append(verdict)

    def _first_state(self, at: int, row: RowReading) -> bool:
        dwelling = self.dwellings[at]
        return self.leads[at] and dwelling is not None and dwelling not in self.known.states and row.state is not None

    def _new(self, at: int, row: RowReading) -> None:
        """Somebody (or a home) that no file before has named, in an estate they know; a whole new one is a first registration."""
        dwelling, said = self.dwellings[at], None
        if dwelling is not None:
            said = self.said_at(dwelling)
        if said is None and not self._estate_known(row):
            return
        if row.absence == "gone":
            return
        kind = "moved_in" if row.is_person else "dwelling_added"
        was = (said.sheet, said.row) if said is not None and self._empty_before(dwelling) else None
        self.changes.append(
            Change(kind, "row", row.door.code(), at, was, place=dwelling, name=row.name or "", to=row.name or row.state)
        )

    def _empty_before(self, dwelling: int | None) -> bool:
        return dwelling is not None and not self.known.said_at.get(dwelling)

    def _estate_known(self, row: RowReading) -> bool:
        estate = plain(self.known.doors.path(row.door))[:1]
        return estate in self.estates


def _first_rows(rows: list[RowReading], renamed: list[Renamed]) -> dict[Path, int]:
    """New path → the first row below it. A building may stand in an estate that has a new name as well."""
    first: dict[Path, int] = {}
    for at, row in enumerate(rows if renamed else ()):
        path = plain(path_of(row.door))
        for one in renamed:
            if path[: len(one.to)] == one.to:
                first.setdefault(one.to, at)
                path = (*one.was, *path[len(one.to) :])
    return first
