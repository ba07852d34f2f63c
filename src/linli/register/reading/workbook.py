"""xlsx → sheets: values by calamine, everything it does not tell (hidden, comments, errors, struck out) from the XML.

The XML is scanned with patterns, not parsed: no entities, no recursion, one pass over each part.
"""

from __future__ import annotations

import html
import io
import posixpath
import re
import zipfile
import zlib
from datetime import date

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from linli.kernel.refusal import Refusal
from linli.register.reading.sheet import MAX_COLUMNS, MAX_ROWS, Cell, Sheet, column_index

_SHEET = re.compile(rb"<(?:\w+:)?sheet\s([^>]*?)/?>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s([^>]*?)/?>")
_ATTRIBUTE = re.compile(rb'([\w:]+)\s*=\s*"([^"]*)"')
_ROW = re.compile(rb'<(?:\w+:)?row\s[^>]*?r="(\d+)"')
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\s(?=[^>]*?\bhidden="(?:1|true)")[^>]*?\br="(\d+)"')
_COL = re.compile(rb"<(?:\w+:)?col\s([^>]*?)/?>")
_ERROR = re.compile(
    rb'<(?:\w+:)?c\s(?=[^>]*?\bt="e")[^>]*?\br="([A-Z]+)(\d+)"[^>]*>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)<'
)
_FORMULA = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]+)(\d+)"[^>/]*><(?:\w+:)?f[ >/]')
_STYLED = re.compile(rb'<(?:\w+:)?c\s(?=[^>]*?\bs="(\d+)")[^>]*?\br="([A-Z]+)(\d+)"[^>/]*>')
_ANY_REF = re.compile(rb' r="([A-Z]+)\d+"')
_CELL_REF = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]+)\d+"[^>/]*>')
_COMMENT = re.compile(rb'<(?:\w+:)?comment\s[^>]*?\bref="([A-Z]+)(\d+)"[^>]*>(.*?)</(?:\w+:)?comment>', re.DOTALL)
_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>([^<]*)<")
_FONT = re.compile(rb"<(?:\w+:)?font(?:\s[^>]*)?(?:/>|>(.*?)</(?:\w+:)?font>)", re.DOTALL)
_XF = re.compile(rb"<(?:\w+:)?xf\s([^>]*?)/?>")


_WORDS = 20_000  # different texts of a sheet that are looked up again


def read_workbook(data: bytes, archive: zipfile.ZipFile) -> list[Sheet]:
    """All worksheets, hidden ones too. Raises Refusal ``import.broken`` or ``import.too_many_cells``."""
    try:
        parts = _Parts(archive)
        extras = [(name, parts.scan(path)) for name, path in parts.sheets()]
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return _sheets(book, dict(extras))
    except Refusal:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        CalamineError,
        KeyError,
        ValueError,
        OSError,
        EOFError,
        UnicodeError,
        RuntimeError,
    ) as broken:
        raise Refusal(
            "import.broken",
            "The workbook is damaged and cannot be opened. Save it again in Excel or WPS, and try that.",
        ) from broken


def read_plain(data: bytes) -> list[Sheet]:
    """xls and ods: values, merged ranges (xls) and hidden sheets; these formats' hidden rows, columns and notes are not told.

    Raises Refusal ``import.broken`` or ``import.password``.
    """
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        found = _sheets(book, {})
    except PasswordError as locked:
        raise Refusal(
            "import.password",
            "The workbook is protected by a password. Open it, save a copy without a password, and try that.",
        ) from locked
    except (CalamineError, KeyError, ValueError, OSError, EOFError, UnicodeError, RuntimeError) as broken:
        raise Refusal(
            "import.broken",
            "The workbook is damaged and cannot be opened. Save it again in Excel or WPS, and try that.",
        ) from broken
    if any(
        len(sheet.rows) > MAX_ROWS or max((len(row) for row in sheet.rows[:1]), default=0) > MAX_COLUMNS
        for sheet in found
    ):
        raise _too_many()
    return found


def check_repeats(xml: bytes) -> None:
    """An OpenDocument cell or row may say "this a million times": refuse it where it has a value."""
    for count, rest in re.findall(rb'number-(?:columns|rows)-repeated="(\d{4,})"([^>]*>)', xml):
        if b"value-type" in rest or (int(count) > MAX_ROWS * 4):
            raise _too_many()
    for body in re.findall(rb'number-rows-repeated="\d{4,}"[^>]*>(.*?)</table:table-row>', xml, re.DOTALL):
        if b"value-type" in body:
            raise _too_many()


def _sheets(book: CalamineWorkbook, extras: dict[str, Sheet]) -> list[Sheet]:
    found = []
    for info in book.sheets_metadata:
        if info.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = extras.get(info.name) or Sheet(info.name, [])
        sheet.name = info.name
        source = book.get_sheet_by_name(info.name)
        sheet.rows = _values(source)
        sheet.merges = [(top, left, bottom, right) for (top, left), (bottom, right) in source.merged_cell_ranges or []]
        sheet.hidden = info.visible != SheetVisibleEnum.Visible
        sheet.formatted_after = max(sheet.formatted_after - len(sheet.rows), 0)
        found.append(sheet)
    return found


def _values(source: CalamineSheet) -> list[list[Cell]]:
    """Rows from A1 to the last that holds a value, one after the other; equal short texts are one object (a register has few words)."""
    left: list[Cell] = [""] * (source.start[1] if source.start else 0)
    rows: list[list[Cell]] = []
    words: dict[str, str] = {}
    filled = 0
    for values in source.iter_rows():
        row = left + [_cell(value, words) for value in values]
        rows.append(row)
        if any(value != "" for value in row):
            filled = len(rows)
    del rows[filled:]
    return rows


def _cell(value: object, words: dict[str, str]) -> Cell:
    """A cell of a type that a ``Sheet`` knows: times of day and truth values become text."""
    if type(value) is str:
        known = words.get(value)
        if known is None and len(words) < _WORDS:
            words[value] = value
        return known or value
    if isinstance(value, float | int | date) and not isinstance(value, bool):
        return value
    return str(value).upper()


class _Parts:
    """The parts of the archive that are read beside the values."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.names = set(archive.namelist())
        self.struck_styles = self._struck_styles()

    def read(self, path: str) -> bytes:
        """One part; zipfile stops at the size in the directory and fails on a wrong check sum."""
        return self.archive.read(path)

    def relations(self, path: str) -> dict[str, tuple[str, str]]:
        """Relation id → (type, target path) of a part."""
        folder, name = posixpath.split(path)
        rels = f"{folder}/_rels/{name}.rels"
        if rels not in self.names:
            return {}
        found = {}
        for match in _RELATION.finditer(self.read(rels)):
            values = _attributes(match.group(1))
            target = values.get("Target", "")
            full = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[values.get("Id", "")] = (values.get("Type", "").rsplit("/", 1)[-1], full)
        return found

    def sheets(self) -> list[tuple[str, str]]:
        """(name, path) of each sheet in the order of the workbook."""
        book = next((name for name in sorted(self.names) if re.fullmatch(r"xl/workbook\d*\.xml", name)), None)
        if book is None:
            raise KeyError("workbook.xml")
        relations = self.relations(book)
        found = []
        for match in _SHEET.finditer(self.read(book)):
            values = _attributes(match.group(1))
            kind, path = relations.get(next((v for k, v in values.items() if k.endswith(":id")), ""), ("", ""))
            if kind == "worksheet" and path in self.names:
                found.append((values.get("name", ""), path))
        return found

    def scan(self, path: str) -> Sheet:
        """Everything about a sheet except its values."""
        xml = self.read(path)
        rows = [int(row) for row in _ROW.findall(xml)]
        columns = _columns(_ANY_REF, xml)
        if max(columns, default=0) >= MAX_COLUMNS:
            columns = _columns(_CELL_REF, xml)  # formatting alone may reach to the last column
        if len(rows) > MAX_ROWS * 4 or max(columns, default=0) >= 16_384:
            raise _too_many()
        sheet = Sheet("", [], formatted_after=max(rows, default=0))
        self._guard(xml, columns, rows)
        sheet.hidden_rows = {int(row) - 1 for row in _HIDDEN_ROW.findall(xml)}
        sheet.hidden_columns = _hidden_columns(xml)
        for letters, row, text in _ERROR.findall(xml) if b't="e"' in xml else ():
            sheet.errors[(int(row) - 1, column_index(letters.decode()))] = text.decode("utf-8", "replace")
        for letters, row in _FORMULA.findall(xml) if b"<f" in xml else ():
            sheet.formulas.setdefault(column_index(letters.decode()), []).append(int(row) - 1)
        if self.struck_styles:
            for style, letters, row in _STYLED.findall(xml):
                if style in self.struck_styles:
                    sheet.struck.add((int(row) - 1, column_index(letters.decode())))
        sheet.comments = self._comments(path)
        return sheet

    def _guard(self, xml: bytes, columns: set[int], rows: list[int]) -> None:
        """Values spread so far apart that a table of them would not fit: one cell at XFD1048576 is enough."""
        width = max(columns, default=0) + 1
        end = xml.rfind(b"</", 0, max(xml.rfind(b"</row>"), xml.rfind(b":row>")))
        refs = re.findall(rb' r="[A-Z]+(\d+)"', xml[max(end - 4000, 0) : end])
        last = int(refs[-1]) if refs else max(rows, default=0)
        if width > MAX_COLUMNS or last > MAX_ROWS or width * max(last, 1) > 40_000_000:
            raise _too_many()

    def _comments(self, path: str) -> dict[tuple[int, int], str]:
        found: dict[tuple[int, int], str] = {}
        for kind, target in self.relations(path).values():
            if kind != "comments" or target not in self.names:
                continue
            for letters, row, body in _COMMENT.findall(self.read(target)):
                text = html.unescape(b"".join(_TEXT.findall(body)).decode("utf-8", "replace")).strip()
                if text:
                    found[(int(row) - 1, column_index(letters.decode()))] = text
        return found

    def _struck_styles(self) -> set[bytes]:
        """Indexes of cell formats whose font is struck through, as bytes as they stand in the cell."""
        if "xl/styles.xml" not in self.names:
            return set()
        xml = self.read("xl/styles.xml")
        if b"strike" not in xml:
            return set()
        fonts = re.search(rb"<(?:\w+:)?fonts[\s>].*?</(?:\w+:)?fonts>", xml, re.DOTALL)
        formats = re.search(rb"<(?:\w+:)?cellXfs[\s>].*?</(?:\w+:)?cellXfs>", xml, re.DOTALL)
        if fonts is None or formats is None:
            return set()
        strike = re.compile(rb'<(?:\w+:)?strike\s*(?:/>|val="(?:1|true)"|>)')
        struck = {
            str(at) for at, found in enumerate(_FONT.finditer(fonts.group())) if strike.search(found.group(1) or b"")
        }
        chosen = enumerate(_XF.finditer(formats.group()))
        return {str(at).encode() for at, found in chosen if _attributes(found.group(1)).get("fontId") in struck}


def _attributes(raw: bytes) -> dict[str, str]:
    return {key.decode(): html.unescape(value.decode("utf-8", "replace")) for key, value in _ATTRIBUTE.findall(raw)}


def _columns(pattern: re.Pattern[bytes], xml: bytes) -> set[int]:
    return {column_index(letters.decode()) for letters in set(pattern.findall(xml))}


def _hidden_columns(xml: bytes) -> set[int]:
    head = xml[: xml.find(b"sheetData")]
    hidden: set[int] = set()
    for match in _COL.finditer(head):
        values = _attributes(match.group(1))
        if values.get("hidden") in ("1", "true"):
            first, last = int(values.get("min", "1")), int(values.get("max", "0"))
            hidden.update(range(first - 1, min(last, MAX_COLUMNS)))
    return hidden


def _too_many() -> Refusal:
    return Refusal(
        "import.too_many_cells",
        "A sheet reaches over more than %(rows)s rows or %(columns)s columns. Delete what stands far away from the table, and try again.",
        rows=MAX_ROWS,
        columns=MAX_COLUMNS,
    )
