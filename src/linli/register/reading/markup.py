"""Web pages and XML spreadsheets of 2003 that carry the name .xls: what many government systems export → sheets.

Read by the standard library's tolerant HTML parser: no entities are expanded beyond characters, nothing is fetched, and
spans are cut to what a sheet may have.
"""

from __future__ import annotations

import re
from datetime import datetime
from html.parser import HTMLParser

from linli.kernel.refusal import Refusal
from linli.register.reading.delimited import decode
from linli.register.reading.sheet import MAX_COLUMNS, MAX_ROWS, Cell, Sheet

_ROWS, _CELLS = ("tr", "row"), ("td", "th", "cell")
_SILENT = frozenset({"script", "style", "head", "title", "comment"})
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.0+)?")


def is_markup(data: bytes) -> bool:
    """Whether the file is a web page or an XML spreadsheet with a table in it."""
    head = data[:4000].replace(b"\x00", b"").lower()
    if not head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<"):
        return False
    body = data[:400_000].replace(b"\x00", b"").lower()
    return b"<table" in body or b"office:spreadsheet" in head


def read_markup(data: bytes) -> list[Sheet]:
    """One sheet a worksheet, or one for each table of a web page that is no layout of others. Raises Refusal ``import.*``."""
    reader = _Reader()
    reader.feed(decode(data)[0])
    reader.close()
    found = [sheet for sheet in reader.sheets if any(any(row) for row in sheet.rows)]
    if not found:
        raise Refusal("import.empty", "The file is empty.")
    return found


class _Reader(HTMLParser):
    """Collects the innermost tables."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sheets: list[Sheet] = []
        self.open: list[Sheet] = []
        self.name: str | None = None
        self.text: list[str] | None = None
        self.kind = ""
        self.silent = 0
        self.column = 0
        self.width = 1
        self.spans: dict[tuple[int, int], bool] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a sheet, a row, a cell."""
        tag = tag.rpartition(":")[2]
        given = {name.rpartition(":")[2]: value or "" for name, value in attrs}
        if tag in _SILENT:
            self.silent += 1
        elif tag == "worksheet":
            self.name = given.get("name")
        elif tag == "table":
            self._begin_table()
        elif self.open and tag in _ROWS:
            self._begin_row(given)
        elif self.open and tag in _CELLS and self.open[-1].rows:
            self._begin_cell(given)
        elif tag == "data":
            self.kind = given.get("type", "")
        elif tag == "br" and self.text is not None:
            self.text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Close what was opened."""
        tag = tag.rpartition(":")[2]
        if tag in _SILENT:
            self.silent = max(self.silent - 1, 0)
        elif tag in _CELLS:
            self._end_cell()
        elif tag == "table" and self.open:
            self._end_cell()
            self.open.pop()

    def handle_data(self, data: str) -> None:
        """Text of a cell."""
        if self.text is not None and not self.silent:
            self.text.append(data)

    def _begin_table(self) -> None:
        if self.open and self.open[-1] in self.sheets:
            self.sheets.remove(self.open[-1])  # a table that only lays others out
        self.text, self.spans = None, {}
        sheet = Sheet(self.name or f"Sheet{len(self.sheets) + 1}", [])
        self.sheets.append(sheet)
        self.open.append(sheet)

    def _begin_row(self, given: dict[str, str]) -> None:
        self._end_cell()
        rows = self.open[-1].rows
        for _ in range(min(max(_number(given.get("index")) - len(rows), 1), MAX_ROWS)):
            rows.append([])
        if len(rows) > MAX_ROWS:
            raise _too_many()
        if given.get("hidden") in ("1", "true"):
            self.open[-1].hidden_rows.add(len(rows) - 1)
        self.column = 0

    def _begin_cell(self, given: dict[str, str]) -> None:
        self._end_cell()
        rows = self.open[-1].rows
        at = len(rows) - 1
        if _number(given.get("index")):
            self.column = _number(given.get("index")) - 1
        while self.spans.pop((at, self.column), False):
            self.column += 1
        down = min(max(_number(given.get("rowspan")) - 1, _number(given.get("mergedown")), 0), 2_000)
        across = min(max(_number(given.get("colspan")) - 1, _number(given.get("mergeacross")), 0), MAX_COLUMNS)
        if self.column + across >= MAX_COLUMNS:
            raise _too_many()
        rows[at] += [None] * (self.column + 1 - len(rows[at]))
        if down or across:
            self.open[-1].merges.append((at, self.column, at + down, self.column + across))
            for row in range(at + 1, at + down + 1):
                self.spans.update({(row, column): True for column in range(self.column, self.column + across + 1)})
        self.text, self.kind = [], ""
        self.width = across + 1

    def _end_cell(self) -> None:
        if self.text is None or not self.open or not self.open[-1].rows:
            self.text = None
            return
        row = self.open[-1].rows[-1]
        row[self.column] = _value("".join(self.text), self.kind)
        self.column += self.width
        self.text = None


def _value(text: str, kind: str) -> Cell:
    """An XML spreadsheet names the type; a web page's cell is text."""
    if kind == "Number":
        try:
            return float(text)
        except ValueError:
            return text
    moment = _DATE.fullmatch(text.strip()) if kind == "DateTime" else None
    if moment:
        return datetime.fromisoformat(f"{moment.group(1)} {moment.group(2)}")
    return (text if kind else text.strip(" \t\r\n")) or None


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0


def _too_many() -> Refusal:
    return Refusal(
        "import.too_many_cells",
        "A sheet reaches over more than %(rows)s rows or %(columns)s columns. "
        "Delete what stands far away from the table, and try again.",
        rows=MAX_ROWS,
        columns=MAX_COLUMNS,
    )
