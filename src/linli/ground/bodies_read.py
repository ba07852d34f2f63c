"""A list of bodies as an office writes it, read into rows of cells: xlsx, xls, ods or csv. No database."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any
from zipfile import BadZipFile

from django.utils.translation import gettext_noop
from python_calamine import CalamineError, CalamineWorkbook

from linli.ground.workbook_extent import too_far
from linli.kernel.refusal import Refusal

MOST_ROWS = 5_000
MOST_BYTES = 8 * 1024 * 1024
ENCODINGS = ("utf-8-sig", "gb18030")
HEADS: dict[str, tuple[str, ...]] = {
    "name": ("名称", "单位名称", "组织名称", "单位", "机构名称", "组织", "全称", "居民区", "党组织名称", "name", "body", "unit"),
    "kind": ("类型", "类别", "种类", "单位类型", "组织类型", "性质", "单位性质", "kind", "type"),
    "parent": ("上级", "上级单位", "上级组织", "所属", "隶属", "隶属单位", "隶属关系", "上级党组织", "parent", "belongs to"),
    "place": ("所在地", "地点", "所在居民区", "所在小区", "位置", "地址", "place", "where"),
    "contact": ("联系人", "联络人", "联系人姓名", "负责人", "书记", "contact", "contact person"),
    "title": ("职务", "联系人职务", "title"),
    "phone": ("值班电话", "电话", "办公电话", "联系电话", "联系方式", "座机", "duty phone", "phone", "duty telephone", "telephone"),
    "code": ("编号", "编码", "代码", "单位编号", "统一社会信用代码", "code", "number", "own number"),
}  # fmt: skip
_FIELD_OF = {word: field for field, words in HEADS.items() for word in words}


@dataclass(frozen=True)
class Line:
    """One row: sheet (None in csv), row number from 1 as the spreadsheet shows it, field → (column letter, text)."""

    sheet: str | None
    row: int
    cells: dict[str, tuple[str, str]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The text of a field, or ""."""
        return self.cells.get(name, ("", ""))[1]

    def cell(self, name: str) -> str:
        """The cell of a field as the spreadsheet calls it: ``B7``; the row's first cell when the column is missing."""
        return f"{self.cells.get(name, ('A', ''))[0]}{self.row}"


def letter(index: int) -> str:
    """Column letters from a zero-based index: 0 is A, 26 is AA."""
    out = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        out = chr(65 + rest) + out
    return out


def lines(data: bytes, name: str) -> list[Line]:
    """Every row below a heading that names the bodies, on every sheet. Raises a Refusal when the file is none, or has no such heading."""
    if len(data) > MOST_BYTES:
        raise Refusal("bodies.file_large", gettext_noop("The file is larger than %(mb)s MB."), mb=MOST_BYTES >> 20)
    found: list[Line] = []
    headed = False
    for sheet, rows in _sheets(data, name):
        head: dict[int, str] | None = None
        for number, row in enumerate(rows, 1):
            named = _head(row)
            if _is_head(named, row, again=head is not None):
                head, headed = named, True
                continue
            if head is None or not any(row):
                continue
            cells = {what: (letter(i), row[i]) for i, what in head.items() if i < len(row)}
            if any(text for _, text in cells.values()):
                found.append(Line(sheet, number, cells))
    if not headed:
        raise Refusal(
            "bodies.no_heading",
            gettext_noop("No row of headings was found. The list needs at least a name and a kind."),
        )
    if len(found) > MOST_ROWS:
        raise Refusal("bodies.file_long", gettext_noop("The list has more than %(rows)s rows."), rows=MOST_ROWS)
    return found


def _is_head(named: dict[int, str], row: list[str], *, again: bool) -> bool:
    """A heading names the bodies, and most of its words are headings; one further down is a heading word for word, for
    居民区 and 书记 are also what stands in the rows."""
    words = sum(1 for text in row if text)
    return "name" in named.values() and len(named) >= 2 and len(named) * (1 if again else 2) >= words


def _head(row: list[str]) -> dict[int, str]:
    found: dict[int, str] = {}
    for index, text in enumerate(row):
        word = "".join(text.split()).strip("*＊:：").casefold() if text else ""
        word = word.split("(")[0].split("（")[0]
        what = _FIELD_OF.get(word) or _FIELD_OF.get(text.strip().casefold())
        if what is not None and what not in found.values():
            found[index] = what
    return found


def _sheets(data: bytes, name: str) -> list[tuple[str | None, list[list[str]]]]:
    if PurePath(name).suffix.lower() in (".csv", ".tsv", ".txt"):
        return [(None, _delimited(data))]
    try:
        if too_far(data):
            raise Refusal("bodies.file_long", gettext_noop("The list has more than %(rows)s rows."), rows=MOST_ROWS)
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [(sheet, _rows(book, sheet)) for sheet in book.sheet_names]
    except (CalamineError, BadZipFile, ValueError, OSError) as broken:
        raise _unreadable() from broken


def _unreadable() -> Refusal:
    return Refusal(
        "bodies.file_unreadable", gettext_noop("The file cannot be read. Save it as xlsx or csv and try again.")
    )


def _rows(book: Any, sheet: str) -> list[list[str]]:
    return [[_text(value) for value in row] for row in book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)]


def _text(value: Any) -> str:
    """A cell as people read it: 12.0 is 12."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join("".join(char for char in str(value) if char >= " " or char in "\t\n\r").split())


def _delimited(data: bytes) -> list[list[str]]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16", "replace").encode()
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise _unreadable()
    mark = max(",\t;", key="\n".join(text.splitlines()[:20]).count)  # a title may stand above the headings
    try:
        return [[_text(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark)]
    except csv.Error as broken:
        raise _unreadable() from broken
