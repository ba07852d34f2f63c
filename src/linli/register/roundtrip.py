"""An exported register that comes back: which rows are whose, by the ids in their columns, and what the export said of itself."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from uuid import UUID

from linli.register.export import MANIFEST
from linli.register.interpret import words
from linli.register.interpret.model import Interpretation, RowKey, Table
from linli.register.reading.files import read_file
from linli.register.reading.sheet import Sheet, as_text, column_letter
from linli.register.sheetwords import clean, head, keys_of_heads
from linli.register.showing import Checker

FIELDS = {
    "estate": "estate",
    "side": "side",
    "building": "bld",
    "unit": "unit",
    "room": "room",
    "state": "state",
    "name": "name",
    "rel": "rel",
    "sex": "sex",
    "born": "born",
    "nation": "nation",
    "doc": "doc_kind",
    "number": "number",
    "phone": "phone",
    "remark": "remark",
}
"""Column of the export → field of the importer, which reads new rows and what was typed into a cell."""


@dataclass(slots=True)
class Line:
    """One row of the file: its cells by column key, and where each stands."""

    sheet: str | None
    row: int
    cells: dict[str, str]
    columns: dict[str, int]

    @property
    def key(self) -> RowKey:
        """(sheet, row), as the importer counts."""
        return (self.sheet, self.row)

    def cell(self, key: str) -> str:
        """The name of a cell: N12."""
        return f"{column_letter(self.columns[key])}{self.row}" if key in self.columns else ""

    def key_at(self, cell: str) -> str | None:
        """Which column a cell's name is about."""
        letters = cell.rstrip("0123456789")
        return next((key for key, at in self.columns.items() if column_letter(at) == letters), None)


@dataclass(slots=True)
class Returned(Interpretation):
    """A file that was exported. ``listed``: (person, home) of every row that the export had; None if that list is gone or was touched."""

    rows_back: list[Line] = field(default_factory=list)
    listed: list[tuple[UUID, int]] | None = None
    language: str = "zh-hans"


def columns_of(labels: dict[int, str]) -> dict[str, int]:
    """Column key → column, for a header that has both ids; empty for any other."""
    found: dict[str, int] = {}
    for at, label in sorted(labels.items()):
        key = keys_of_heads().get(words.plain(label))
        if key is not None:
            found.setdefault(key, at)
    return found if {"dwelling", "person", "name"} <= found.keys() else {}


def fields_of(table: Table) -> dict[int, str] | None:
    """What the importer is to make of each column of an exported sheet; None for a sheet that was not exported."""
    found = columns_of(table.labels)
    if not found:
        return None
    known = {at: FIELDS.get(key, "") for key, at in found.items()}
    return {at: known.get(at, "") for at in {*table.columns, *table.ignored, *known} - set(table.hidden)}


def returned(result: Interpretation, data: bytes, filename: str, neighbourhood: int) -> Interpretation:
    """The same reading, known as an export that came back, if it is one."""
    found = {name: columns_of(table.labels) for name, table in result.tables.items()}
    if not any(found.values()):
        return result
    sheets = read_file(data, filename)
    lines: list[Line] = []
    for sheet in sheets:
        columns = found.get(sheet.name) or {}
        if columns:
            lines += _lines(sheet, result.tables[sheet.name], columns)
    listed = next((_listed(sheet, neighbourhood) for sheet in sheets if sheet.name == MANIFEST), None)
    labels = [table.labels.get(found[name]["dwelling"], "") for name, table in result.tables.items() if found.get(name)]
    english = words.plain(labels[0]) == words.plain(head("dwelling", "en"))
    made = Returned(rows_back=lines, listed=listed, language="en" if english else "zh-hans")
    for one in fields(Interpretation):
        setattr(made, one.name, getattr(result, one.name))
    made.problems = [one for one in result.problems if one.row is not None]
    made.merge, made.ask = [], []
    return made


def _lines(sheet: Sheet, table: Table, columns: dict[str, int]) -> list[Line]:
    """Every row below the header that says anything in a column of the export."""
    found = []
    for index in range(table.first, table.last or len(sheet.rows)):
        cells = {key: clean(as_text(sheet.cell(index, at))) for key, at in columns.items()}
        if any(text for key, text in cells.items() if key != "check"):
            number = index - table.first + 1 if sheet.delimited else index + 1
            found.append(Line(sheet.name, number, cells, columns))
    return found


def _listed(sheet: Sheet, neighbourhood: int) -> list[tuple[UUID, int]] | None:
    """What the hidden sheet says, if it is as it was written and of this neighbourhood."""
    rows = [as_text(row[0]) if row else "" for row in sheet.rows]
    if len(rows) < 2 or Checker(neighbourhood).seal(rows[1:]) != rows[0]:
        return None
    try:
        told = json.loads(rows[1])
        pairs = [row.split(" ") for row in rows[2:]]
        found = [(UUID(person), int(home)) for person, home in pairs if person != "-"]
    except ValueError:
        return None
    return found if told.get("format") == "linli-register" else None
