"""A small list that somebody sends (names of people expected, a company's tenants): file bytes or pasted text → rows under known headings.

The register's own reader stays in its room: it learns any layout of a whole register. This one reads one table with one row of headings,
in any column order, bounded, and shared by the rooms that take lists (decision 0103). Pure: no database.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from linli.ground.workbook_extent import too_far
from linli.kernel import text_bytes
from linli.kernel.refusal import Refusal

MOST_BYTES = 8 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 80
HEAD_WITHIN = 15
"""Headings stand within the first so many rows."""
Value = str | float | int | date | datetime | None


@dataclass(frozen=True)
class Row:
    """A row of a list: ``sheet`` None in csv and pasted text, ``number`` as the spreadsheet counts, ``cells`` by field."""

    sheet: str | None
    number: int
    cells: dict[str, Value]
    columns: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A cell's words; whole numbers without a decimal point, days as 2020-03-13."""
        return as_text(self.cells.get(name))

    def at(self, name: str) -> str:
        """The cell's own name (C12), for a problem to point at."""
        return f"{self.columns.get(name, 'A')}{self.number}"


def as_text(value: Value) -> str:
    """Words of a cell, trimmed, NFKC."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and abs(value) < 1e15 and value == int(value):
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    text = "".join(char for char in str(value) if char in "\n\t" or unicodedata.category(char) not in ("Cf", "Cc"))
    return unicodedata.normalize("NFKC", text).strip()


def read_table(
    data: bytes, filename: str, headings: Mapping[str, Sequence[str]], *, required: Sequence[str], names: bool = False
) -> list[Row]:
    """The rows below the headings of every visible sheet.

    ``headings``: field → words by which offices call it, the first match wins. ``required``: without these no table is seen.
    ``names``: text without headings may be a bare list, a name a line. Refusals: ``list.empty``, ``list.too_large``, ``list.format``,
    ``list.broken``, ``list.no_headings``.
    """
    found: list[Row] = []
    grids = read_grids(data)
    for sheet, grid in grids:
        found += _below_headings(sheet, grid, headings, required)
    if not found and names and len(grids) == 1 and grids[0][0] is None:
        found = _bare(grids[0][1])
    if not found:
        raise Refusal("list.no_headings", "No row of headings was found. Needed: %(needed)s.",
                      needed="、".join(headings[name][0] for name in required))  # fmt: skip
    return found


def _too_large() -> Refusal:
    return Refusal(
        "list.too_large",
        "The file is too large for a list of this kind: at most %(most)s MB, %(rows)s rows.",
        most=MOST_BYTES // 1024 // 1024,
        rows=MOST_ROWS,
    )


def read_grids(data: bytes, *, spread: bool = False) -> list[tuple[str | None, list[list[Value]]]]:
    """Every visible sheet as rows of cells (sheet None in text), for a room that finds more than one row of headings in it.

    ``spread``: what stands in cells that are merged downwards stands in each of their rows.
    Refusals: ``list.empty``, ``list.too_large``, ``list.format``, ``list.broken``.
    """
    if len(data) > MOST_BYTES:
        raise _too_large()
    if not data.strip():
        raise Refusal("list.empty", "There is nothing in this list.")
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return _workbook(data, spread=spread)
    if data[:5].upper().startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RAR!", b"<HTML", b"<!DOC")):
        raise Refusal(
            "list.format", "This file is no table. Workbooks (.xlsx, .xls, .ods) and text tables (.csv) can be read."
        )
    return [(None, _delimited(data))]


def _workbook(data: bytes, *, spread: bool) -> list[tuple[str | None, list[list[Value]]]]:
    try:
        if data.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                    raise _too_large()
        if too_far(data):
            raise _too_large()
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        shown = [
            meta.name
            for meta in book.sheets_metadata
            if meta.typ == SheetTypeEnum.WorkSheet and meta.visible == SheetVisibleEnum.Visible
        ]
        grids: list[tuple[str | None, list[list[Value]]]] = []
        for name in shown:
            sheet = book.get_sheet_by_name(name)
            if sheet.height > MOST_ROWS or sheet.width > 16_384 // 4:
                raise _too_large()
            grid = [[_value(v) for v in row[:MOST_COLUMNS]] for row in sheet.to_python(skip_empty_area=False)]
            if spread:
                _spread(grid, sheet.merged_cell_ranges or ())
            grids.append((name, grid))
        return grids
    except (CalamineError, zipfile.BadZipFile, KeyError, ValueError, OSError, RuntimeError) as broken:
        raise Refusal(
            "list.broken", "The workbook is damaged or locked and cannot be opened. Save it again, and try that."
        ) from broken


def _spread(grid: list[list[Value]], ranges: Iterable[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    for (top, left), (bottom, _right) in ranges:
        if left < MOST_COLUMNS and top < len(grid):
            for row in grid[top + 1 : bottom + 1]:
                row[left] = grid[top][left]


def _value(value: Any) -> Value:
    if isinstance(value, timedelta):
        return None
    return value if value != "" else None


def _delimited(data: bytes) -> list[list[Value]]:
    text = _decoded(data)
    lines = [line for line in text.splitlines()[:30] if line.strip()]
    marks = {mark: sum(line.count(mark) for line in lines) for mark in "\t,;|，、"}
    best = max(marks, key=lambda mark: (marks[mark] > 0, mark == "\t" and marks["\t"] >= len(lines), marks[mark]))
    rows: list[list[Value]] = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=best if marks[best] else "\t"):
            rows.append([value.removeprefix('="').removesuffix('"') or None for value in record[:MOST_COLUMNS]])
            if len(rows) > MOST_ROWS:
                raise _too_large()
    except csv.Error as broken:
        raise Refusal(
            "list.broken", "The workbook is damaged or locked and cannot be opened. Save it again, and try that."
        ) from broken
    return rows


def _decoded(data: bytes) -> str:
    try:
        return text_bytes.decode(data)[0].lstrip("\ufeff")
    except text_bytes.Unreadable as unreadable:
        raise Refusal(
            "list.format", "This file is no table. Workbooks (.xlsx, .xls, .ods) and text tables (.csv) can be read."
        ) from unreadable


def _plain(value: Value) -> str:
    return re.sub(r"[:（(].*$|[\s*]+", "", as_text(value)).lower()


def _field_of(word: str, headings: Mapping[str, Sequence[str]], taken: set[str]) -> str | None:
    """The field a heading names: the same word first, else the longest known word inside it."""
    if not word:
        return None
    exact = next((f for f, words in headings.items() if f not in taken and word in (w.lower() for w in words)), None)
    if exact:
        return exact
    inside = [
        (len(w), f)
        for f, words in headings.items()
        if f not in taken
        for w in words
        if len(w) > 1 and w.lower() in word
    ]
    return max(inside)[1] if inside and len(word) <= 14 else None


def _below_headings(
    sheet: str | None, grid: list[list[Value]], headings: Mapping[str, Sequence[str]], required: Sequence[str]
) -> list[Row]:
    for at, cells in enumerate(grid[:HEAD_WITHIN]):
        columns: dict[str, int] = {}
        for number, value in enumerate(cells):
            name = _field_of(_plain(value), headings, set(columns))
            if name:
                columns[name] = number
        if all(name in columns for name in required) and len(columns) >= min(2, len(headings)):
            return _rows(sheet, grid, at + 1, columns)
    return []


def _rows(sheet: str | None, grid: list[list[Value]], start: int, columns: dict[str, int]) -> list[Row]:
    letters = {name: letter(number) for name, number in columns.items()}
    found = []
    for number, cells in enumerate(grid[start:], start + 1):
        values = {name: cells[column] if column < len(cells) else None for name, column in columns.items()}
        words = "".join(as_text(value) for value in values.values())
        begins = next((as_text(value) for value in cells if as_text(value)), "")
        if words and not re.match(r"^(?:合计|总计|小计|共计|填表|制表|备注[::]|说明[::])", begins):
            found.append(Row(sheet, number, values, letters))
    return found


def _bare(grid: list[list[Value]]) -> list[Row]:
    """Pasted lines without headings: the name first, a phone where one is seen, the rest is the address."""
    found = []
    for number, cells in enumerate(grid, 1):
        parts = [part for cell in cells for part in re.split(r"\s{1,}", as_text(cell)) if part]
        if not parts or not re.search(r"[\u3400-\u9fffA-Za-z]", parts[0]):
            continue
        phone = next((part for part in parts[1:] if re.fullmatch(r"\+?[\d-]{7,16}", part)), None)
        rest = " ".join(part for part in parts[1:] if part != phone)
        found.append(Row(None, number, {"name": parts[0], "phone": phone, "address": rest or None}))
    return found


def letter(column: int) -> str:
    """0 → A, 27 → AB."""
    word = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        word = chr(65 + rest) + word
    return word
