"""An edited export against the register, three ways: what was exported (by the marks in its check column), what the file
says, what stands now.

A cell that still holds what was exported is no change, whatever the register says by now. A cell that was typed over is a change; if the
register was changed too, a conflict that shows both. Rows are matched by their ids alone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from linli.ground.models import Place
from linli.kernel.addresses import Door
from linli.register.changes.kinds import KINDS
from linli.register.changes.model import Change
from linli.register.comparing import Comparison
from linli.register.doors import path_of
from linli.register.interpret import words
from linli.register.interpret.model import Interpretation, Problem, RowKey, RowReading
from linli.register.known import Known
from linli.register.models import ImportRow
from linli.register.ours import facts_of, written_names
from linli.register.returning_cells import Cells, Row
from linli.register.roundtrip import Returned
from linli.register.sheetwords import ELSEWHERE, code, word
from linli.register.showing import Addresses, Checker, Showing, Shown

Verdict = ImportRow.Verdict
_ABSENCE = {"here": None, "away": "away", "moved": "gone", "died": "gone", ELSEWHERE: "elsewhere"}
_WORDS = {"m": "男", "f": "女"}


def comparison_of(known: Known, result: Interpretation) -> Comparison | Returning:
    """The comparison that fits a file."""
    return Returning(known, result) if isinstance(result, Returned) else Comparison(known, result)


@dataclass
class Returning:
    """Compares by id, and answers as a :class:`Comparison` does; its rows are never the last word of a file about anybody."""

    known: Known
    result: Returned
    dwellings: list[int | None] = field(default_factory=list)
    persons: list[UUID | None] = field(default_factory=list)
    verdicts: list[str] = field(default_factory=list)
    leads: list[bool] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def run(self) -> Returning:
        """A fixed number of statements, and eleven for every 400 persons of the file."""
        result = self.result
        self.checker, self.addresses = Checker(self.known.neighbourhood), Addresses(self.known.neighbourhood)
        self.paths = {pk: path for path, pk in self.known.doors.ids.items()}
        homes = Place.objects.filter(neighbourhood=self.known.neighbourhood, kind__code="dwelling", until__isnull=True)
        self.homes = set(homes.values_list("pk", flat=True))
        readings = {row.key: row for row in result.rows}
        self.read: dict[RowKey, list[Problem]] = defaultdict(list)
        for one in result.problems:
            self.read[(one.sheet, one.row or 0)].append(one)
        rows = [
            Row(at, line, readings.get(line.key) or RowReading(line.sheet, line.row, Door()))
            for at, line in enumerate(result.rows_back)
        ]
        result.rows = [row.reading for row in rows]
        self._identify(rows)
        self._compare(rows)
        self._missing(rows)
        order = {kind: at for at, kind in enumerate(KINDS)}
        self.changes.sort(key=lambda change: (order[change.kind], change.row if change.row is not None else -1))
        result.problems = self.problems
        result.totals["export"] = 1
        return self

    def lasting(self, at: int) -> bytes:
        """Nothing: next week's file is compared with the office's files, not with what was edited here."""
        return b""

    def problem(self, row: Row, key: str, kind: str, level: str = "ask", raw: object = None) -> None:
        """Name a cell."""
        cell = row.line.cell(key)
        self.problems.append(Problem(row.line.sheet, row.line.row, cell, kind, raw, None, level))

    def _identify(self, rows: list[Row]) -> None:
        """Whose row each is. A wrong, foreign or doubled id is named, and its row is left out."""
        led: set[str] = set()
        wanted = {row.at: _uuid(row.line.cells.get("person", "")) for row in rows}
        clear = any(read[0] for row in rows if (read := self.checker.read(row.line.cells.get("check", ""))) is not None)
        self.showing = Showing(self.result.language, clear)
        shown = self.showing.people([one for one in wanted.values() if one is not None])
        self.ours = facts_of(shown)
        seen: set[UUID] = set()
        for row in rows:
            row.dwelling = self._home(row)
            verdict = self._whose(row, wanted[row.at], shown, seen)
            row.reading.door = self.door_of(row.dwelling) or row.reading.door
            self.dwellings.append(row.dwelling)
            self.persons.append(row.person)
            self.verdicts.append(verdict)
            door = row.reading.door.code()
            self.leads.append(row.dwelling is None and door not in led)
            led.add(door)

    def _home(self, row: Row) -> int | None:
        text = row.line.cells.get("dwelling", "")
        if text.isascii() and text.isdigit() and len(text) < 19 and int(text) in self.homes:
            return int(text)
        return None if text else self.known.doors.dwelling(row.reading.door)

    def _whose(self, row: Row, person: UUID | None, shown: dict[UUID, Shown], seen: set[UUID]) -> str:
        cells = row.line.cells
        if cells.get("dwelling") and row.dwelling is None:
            self.problem(row, "dwelling", "export_id_unknown", raw=cells["dwelling"])
            return Verdict.LEFT
        if cells.get("person") and (person is None or person not in shown):
            self.problem(row, "person", "export_id_unknown", raw=cells["person"])
            return Verdict.LEFT
        if person is None:
            return Verdict.SAME if cells.get("dwelling") and not cells.get("name") else Verdict.NEW
        if person in seen:
            self.problem(row, "person", "export_id_twice", raw=cells["person"])
            return Verdict.LEFT
        read = self.checker.read(cells.get("check", ""))
        if read is not None and read[1]["id"] != self.checker.marks(shown[person])["id"]:
            self.problem(row, "person", "export_id_other", raw=cells["person"])
            return Verdict.LEFT
        seen.add(person)
        row.person, row.shown, row.base = person, shown[person], read[1] if read is not None else None
        if row.dwelling is None:
            row.dwelling = shown[person].dwelling
        return Verdict.SAME

    def door_of(self, dwelling: int | None) -> Door | None:
        """The door of a home of the register."""
        path = self.paths.get(dwelling or 0)
        if not path:
            return None
        parts = dict(path)
        if "building" not in parts and "unit" not in parts:
            return Door(parts.get("estate", ""), parts.get("side_lane", ""), parts["dwelling"], "", "")
        return Door(*(parts.get(name, "") for name in ("estate", "side_lane", "building", "unit", "dwelling")))

    def code_of(self, dwelling: int | None) -> str:
        """The same as the code that rows are told apart by."""
        door = self.door_of(dwelling)
        return door.code() if door is not None else ""

    def _compare(self, rows: list[Row]) -> None:
        states: dict[int, list[Row]] = defaultdict(list)
        for row in rows:
            if self.verdicts[row.at] == Verdict.LEFT:
                continue
            if row.dwelling is not None and (row.person is not None or self.verdicts[row.at] == Verdict.SAME):
                states[row.dwelling].append(row)
            if row.person is not None and row.shown is not None:
                Cells(self, row, self.ours[row.person], row.shown).compare()
            elif self.verdicts[row.at] == Verdict.NEW:
                self._new(row)
        for dwelling, lines in states.items():
            self._home_state(dwelling, lines)

    def touched(self, row: Row, key: str, now: str) -> bool:
        """Whether a cell no longer holds what was exported."""
        text = row.line.cells.get(key)
        if text is None:
            return False  # the column was taken out
        if row.base is not None:
            return self.checker.text(row.person, row.dwelling or 0, key, text) != row.base[key]
        return text != now

    def _new(self, row: Row) -> None:
        """A row without a person's id: somebody new, unless his number says who he is."""
        self.keep_problems(row, None)
        reading = row.reading
        if not reading.is_person or (row.dwelling is None and not path_of(reading.door)):
            self.verdicts[row.at] = Verdict.LEFT
            self.problem(row, "name", "export_row_unclear")
            return
        known = self.known.person_of(reading, row.dwelling) if reading.number else None
        kind, field_ = "moved_in", "row"
        if known is not None:
            self.persons[row.at] = known
            here = known in self.known.at_door.get(row.dwelling or 0, ())
            self.verdicts[row.at] = Verdict.LEFT if known in self.ours or row.dwelling is None else Verdict.CHANGED
            if known in self.ours or here:
                self.problem(row, "name", "export_already_there")
                self.verdicts[row.at] = Verdict.LEFT
                return
            kind, field_ = "moved", "door"
        ours = facts_of([known]).get(known) if known is not None else None
        expected = ours.expected("door", self.known.printer) if ours is not None else b""
        was = self.code_of(ours.dwelling) if ours is not None else None
        to = reading.name if kind == "moved_in" else reading.door.code()
        change = Change(
            kind, field_, reading.door.code(), row.at, None, known, row.dwelling, reading.name or "", was, to
        )
        change.expected, change.taken = expected, known is None
        self.changes.append(change)

    def keep_problems(self, row: Row, touched: set[str] | None) -> None:
        """What the importer says of cells that were typed into; of the others it must not speak, they hold masks."""
        for one in self.read.get(row.line.key, ()):
            if touched is None or row.line.key_at(one.cell or "") in touched:
                self.problems.append(one)

    def _home_state(self, dwelling: int, rows: list[Row]) -> None:
        """The state of a home, which stands in each of its rows; where two were typed, a person must say."""
        ours = self.known.states.get(dwelling, "blank")
        now = word("state", ours, self.result.language)
        typed: dict[str, Row] = {}
        for row in rows:
            base = self.checker.read(row.line.cells.get("check", "")) if row.person is None else None
            row.base = base[1] if base is not None else row.base
            text = row.line.cells.get("state", "")
            if not self.touched(row, "state", now):
                continue
            found = code("state", text) or words.state_of(text)
            if found is None:
                self.problem(row, "state", "state_unknown", "warn", text)
            else:
                typed.setdefault(found, row)
        if len(typed) > 1:
            self.problem(next(iter(typed.values())), "state", "export_state_disagrees")
        elif typed and ours not in typed:
            [(to, row)] = typed.items()
            conflict = (
                row.base is not None and self.checker.text(row.person, dwelling, "state", now) != row.base["state"]
            )
            expected = self.known.printer.one("state", self.known.states.get(dwelling, ""))
            self.mark(row, Verdict.STATE)
            row.reading.state = to
            self.changes.append(
                Change("dwelling_state", "state", row.reading.door.code(), row.at, None, None, dwelling, "", ours, to, expected,
                       conflict=conflict, taken=not conflict)
            )  # fmt: skip

    def mark(self, row: Row, verdict: str) -> None:
        if self.verdicts[row.at] == Verdict.SAME:
            self.verdicts[row.at] = verdict

    def _missing(self, rows: list[Row]) -> None:
        """Rows that were exported and are no longer there: each is asked about. An estate of which no row came back was not edited."""
        if self.result.listed is None:
            self.problems.append(Problem(None, None, None, "export_no_list", None, None, "warn"))
            return
        here = {person for row in rows if (person := _uuid(row.line.cells.get("person", ""))) is not None}
        back = {self.addresses.of(row.dwelling).get("estate") for row in rows if row.dwelling in self.addresses.places}
        gone = {person: home for person, home in self.result.listed if person not in here and home in self.homes}
        gone = {person: home for person, home in gone.items() if self.addresses.of(home).get("estate") in back}
        names = written_names(list(gone))
        for person, ours in facts_of(gone).items():
            if ours.dwelling != gone[person] or ours.presence in ("moved", "died"):
                continue
            name, home = names[person], gone[person]
            door = self.code_of(home)
            expected = ours.expected("door", self.known.printer)
            self.changes.append(
                Change("moved_out", "door", door, None, None, person, home, name, name, None, expected, taken=False)
            )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
