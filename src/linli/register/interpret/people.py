"""One line of a table → what it says about a dwelling and a person, with every problem named by its cell."""

from __future__ import annotations

import re
from datetime import date, datetime

from linli.kernel.names import NameReading, read_name
from linli.kernel.plates import plates_in
from linli.register.interpret import fields, words
from linli.register.interpret.blocks import people_of
from linli.register.interpret.columns import legend, ticked_state
from linli.register.interpret.fields import Cells, Report
from linli.register.interpret.filling import Line
from linli.register.interpret.model import Problem, RowReading, Table
from linli.register.interpret.presence import is_gone, lives_elsewhere
from linli.register.reading.sheet import Cell, Sheet, as_text, column_letter

_LEVELS = {
    "error": "id_17_digits id_bad_length id_bad_check id_impossible_date id_unknown_area phone_10_digits phone_bad_length "
    "phone_unclear born_impossible",
    "ask": "id_float_lost id_float_lost_lucky id_letter_in_number document_unclear passport_zeros_lost phone_zero_lost "
    "phone_letter_in_number character_lost_before_us name_masked name_missing address_unclear id_missing id_placeholder "
    "row_struck_through people_alike born_lunar born_unclear",
    "warn": "people_in_one_cell "
    "born_contradicts_id sex_contradicts_id state_unknown relation_unknown nation_unknown sex_unknown formula_error "
    "id_number_cell born_two_digit_year address_became_date",
}
LEVEL = {kind: level for level, kinds in _LEVELS.items() for kind in kinds.split()}


_ROLE = re.compile(r"^([\u4e00-\u9fff]{2,4})(?:[:：]\s*|\s+)(?=[\u3400-\u9fffA-Za-z]{2})")


class RowReader:
    """Reads the lines of one table."""

    def __init__(self, sheet: Sheet, table: Table, today: date, begins: int) -> None:
        self.begins = begins
        self.sheet = sheet
        self.table = table
        self.today = max(today, table.filled or today)
        self.problems: list[Problem] = []
        self.words = table.vocabulary
        self.names = table.column("name") if table.column("name") is not None else table.column("head_name")
        self.legends = {
            name: legend(table.labels.get(at, "")) for at, name in table.columns.items() if name in ("state", "rel")
        }
        self.has = {name: table.column(name) for name in set(table.columns.values())}

    def read(self, line: Line) -> RowReading | None:
        """The reading, or None if the line is neither a person nor a dwelling."""
        cells = line.cells
        row = RowReading(self.sheet.name, self.number_of(line), line.door, part=line.part or self.table.part)
        report = self._reporter(line)
        self._state_cell(row, line, report)
        texts = [as_text(cells.get(column)) for column in self.table.all("remark")]
        row.remark = "；".join(text for text in (*texts, *fields.whereabouts(line, self.has)) if text) or None
        person = self._person(row, line, report)
        if not person and not self._is_dwelling(row, line):
            return None
        if line.date_column is not None and line.date_column not in line.filled:
            report("address_became_date", line.date_column, _raw_date(line), _date_proposal(line))
        if row.door.rest or (not row.door.building and not row.door.room):
            report("address_unclear", self.has.get("addr", self.has.get("bld")), row.door.rest or None, None)
        self._cells_as_such(line, report)
        row.comment = "；".join(text for (at, _), text in self.sheet.comments.items() if at == line.index) or None
        return row

    def read_all(self, line: Line) -> list[RowReading]:
        """Everybody in the line; a dwelling alone counts once, for the first table of the same rows."""
        cell = self.names
        lines = list(people_of(line, self.table, cell))
        if len(lines) > 1:
            self._reporter(line)("people_in_one_cell", cell, line.cells.get(cell) if cell is not None else None, None)
        before = len(self.problems)
        rows = [row for one in lines if (row := self.read(one)) is not None]
        if self.table.shared:
            rows = [row for row in rows if row.is_person]
            seen = {column_letter(column) for column in self.table.shared}
            own = [
                problem for problem in self.problems[before:] if (problem.cell or "").rstrip("0123456789") not in seen
            ]
            self.problems[before:] = own if rows else []
        for number, row in enumerate(rows[1:], 1):
            row.part = row.part or number
        return rows

    def number_of(self, line: Line) -> int:
        """The row as people count it: the spreadsheet's number, or the record after the header in a delimited file."""
        return line.index - self.begins + 1 if self.sheet.delimited else line.index + 1

    def _reporter(self, line: Line) -> Report:
        number = self.number_of(line)

        def report(kind: str, column: int | None, raw: object, proposal: object) -> None:
            cell = f"{column_letter(column)}{number}" if column is not None else None
            self.problems.append(Problem(self.sheet.name, number, cell, kind, raw, proposal, LEVEL.get(kind, "note")))

        return report

    def _cell(self, line: Line, name: str) -> Cell:
        column = self.has.get(name)
        return None if column is None else line.cells.get(column)

    def _text(self, line: Line, name: str) -> str:
        return as_text(self._cell(line, name))

    def _state_cell(self, row: RowReading, line: Line, report: Report) -> None:
        for column in self.table.all("tick"):
            if as_text(line.cells.get(column)) in words.load("words")["ticks"]:
                row.state = self.words.state_exactly(ticked_state(self.table.labels.get(column, ""))) or row.state
        if "state" not in self.has and row.state is None:
            row.state = self.table.state
        text = self._text(line, "state")
        if not text or words.is_placeholder(text) and not self.words.state_exactly(text):
            return  # 待核实 and 空 are states where states are asked for
        row.state = self.words.state_of(self.legends["state"].get(text, text)) or row.state
        if row.state is None and self.has["state"] not in line.filled:
            report("state_unknown", self.has["state"], text, None)

    def _is_dwelling(self, row: RowReading, line: Line) -> bool:
        """A row without a person stands for a dwelling if it says where and names its state, or where alone."""
        if row.state is None and row.remark:
            row.state = self.words.state_exactly(row.remark)
        own = any(
            as_text(self.sheet.cell(line.index, column))
            for name in ("addr", "bld", "room", "unit")
            for column in self.table.all(name)
        )
        asked = (
            row.state is not None and re.search(r"\d", row.door.rest) is not None
        )  # the address itself is asked about
        return asked or bool(row.door.building or row.door.room) and (own or row.state is not None)

    def _person(self, row: RowReading, line: Line, report: Report) -> bool:
        text = self._text(line, "name")
        alone = self.has.get("rel") is None or self.table.others
        if not text and alone and self.has.get("name") is None:
            text = self._text(line, "head_name")
        row.head_name = self._text(line, "head_name") or None
        own_head = self.has.get("head_name")
        if not text and own_head is not None and own_head not in line.filled and self._identity_present(line):
            text = self._text(line, "head_name")  # the head stands in his own column, the others in theirs
        if text and (words.is_placeholder(text) or words.is_ditto(text)):
            text = ""
        if text and not self._text(line, "number") and self.words.state_exactly(text):
            row.state = row.state or self.words.state_exactly(text)
            text = ""
        if not text:
            if not self._identity_present(line):
                return False
            report("name_missing", self.has.get("name"), None, None)
        role = _ROLE.match(text)
        if role and (relation := self.words.relation_of(role.group(1))):
            text, row.rel = text[role.end() :], relation
        self._fill_person(row, line, read_name(text), report)
        _state_from_remark(row, self.table)
        return True

    def _identity_present(self, line: Line) -> bool:
        text = self._text(line, "number")
        return bool(text) and not words.is_placeholder(text) and any(char.isdigit() for char in text)

    def _fill_person(self, row: RowReading, line: Line, name: NameReading, report: Report) -> None:
        row.name = name.name or "（无姓名）"
        for kind in name.problems:
            report(kind, self.has.get("name"), self._cell(line, "name"), None)
        relation = self._text(line, "rel")
        relation = self.legends.get("rel", {}).get(relation, relation)
        if relation and not words.is_placeholder(relation):
            row.rel = self.words.relation_of(relation)
            if row.rel is None:
                report("relation_unknown", self.has["rel"], relation, None)
        elif name.note:
            row.rel = self.words.relation_of(name.note)
        if name.note and not (relation == "" and row.rel):
            row.remark = "；".join(text for text in (row.remark, name.note) if text)
        nation = self._text(line, "nation")
        row.nation = words.nation_of(nation) if nation and not words.is_placeholder(nation) else None
        cells = Cells(self.table, self.has, line, report, self.today)
        fields.document(row, cells)
        fields.sex(row, cells, relation)
        fields.born(row, cells)
        fields.phones_of(row, cells)
        row.plates = plates_in(" ".join((row.remark or "", self._text(line, "plate"))))
        if row.remark and is_gone(row.remark):
            row.absence = "gone"
        elif (line.index, self.has.get("name")) in self.sheet.struck:
            row.absence = "gone"
            report("row_struck_through", self.has.get("name"), row.name, None)
        elif row.rel == "owner_absent" or (row.remark and row.rel == "head" and lives_elsewhere(row.remark)):
            row.rel, row.absence = "owner_absent", "elsewhere"

    def _cells_as_such(self, line: Line, report: Report) -> None:
        errors = self.sheet.errors
        for column, value in line.cells.items():
            if errors and (line.index, column) in errors:
                report("formula_error", column, errors[(line.index, column)], None)
            if (
                isinstance(value, str)
                and ("\n" in value or '""' in value)
                and ("\n" in value.strip() or '""' in value)
                and (line.index, column) not in self.sheet.comments
            ):
                report("line_break_and_quotes_in_cell", column, value, " ".join(value.split()))


def _state_from_remark(row: RowReading, table: Table) -> None:
    """出租，租客5人 among the remarks of a table without a column of states. Who is away says nothing about the others."""
    if row.remark and row.state is None and table.column("state") is None:
        found = table.vocabulary.state_exactly(row.remark) or table.vocabulary.state_exactly(
            re.split("[,，;；。]", row.remark)[0]
        )
        row.state = found if found != "away" else None


def _raw_date(line: Line) -> str:
    value = line.cells.get(line.date_column) if line.date_column is not None else None
    return f"{value.year}-{value.month}-{value.day}" if isinstance(value, (date, datetime)) else as_text(value)


def _date_proposal(line: Line) -> str:
    door = line.door
    parts = ((door.side, "支弄"), (door.building, "号"), (door.unit, "单元"))
    return "".join(f"{part}{word}" for part, word in parts if part) or line.date_text
