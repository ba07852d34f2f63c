"""The one shape that every kind of file is read into."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

Cell = str | float | int | date | datetime | None

_BLANKS = " \t\r\n\u00a0\u3000\u200b\ufeff"
MAX_COLUMNS = 300
MAX_ROWS = 300_000


@dataclass(slots=True)
class Sheet:
    """A sheet of a workbook (rows are the spreadsheet's own: ``rows[0]`` is row 1) or a delimited file (name None).

    Positions are (row, column) from 0. ``errors``: cells with a formula error and its text. ``formulas``: column → rows
    that hold one. ``formatted_after``: rows after the last value that hold formatting only.
    """

    name: str | None
    rows: list[list[Cell]]
    hidden: bool = False
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    formulas: dict[int, list[int]] = field(default_factory=dict)
    struck: set[tuple[int, int]] = field(default_factory=set)
    formatted_after: int = 0
    delimited: bool = False

    def cell(self, row: int, column: int) -> Cell:
        """The value, None outside the sheet and for empty text."""
        if 0 <= row < len(self.rows) and 0 <= column < len(self.rows[row]):
            value = self.rows[row][column]
            return None if value == "" else value
        return None

    def text(self, row: int, column: int) -> str:
        """The value as text, trimmed; a whole number without its decimal point."""
        return as_text(self.cell(row, column))


def as_text(value: Cell) -> str:
    """Text of a cell for comparing words: trimmed, whole floats as integers, dates as ISO."""
    if type(value) is str:
        return value.strip(_BLANKS)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value == int(value) and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if not (value.hour or value.minute) else value.isoformat(" ")
    return str(value)


def column_letter(column: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """A → 0, AA → 26."""
    value = 0
    for letter in letters:
        value = value * 26 + ord(letter) - 64
    return value - 1
