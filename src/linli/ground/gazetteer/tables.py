"""Bytes of a list → sheets of cells, or records of a JSON file. Text tables in any usual encoding, workbooks by calamine."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from linli.ground.workbook_extent import too_far
from linli.kernel.refusal import Refusal

MAX_BYTES = 200 * 1024 * 1024
MAX_INFLATED = 1_000 * 1024 * 1024
Cells = list[str]
_OLE = b"\xd0\xcf\x11\xe0"


def sheets_of(data: bytes, name: str) -> Iterator[tuple[str | None, Iterator[tuple[int, Cells]]]]:
    """(sheet, (row number, cells)) of a workbook or a text table. Raises Refusal ``gazetteer.unreadable``, ``.too_large``, ``.empty``."""
    if len(data) > MAX_BYTES:
        raise Refusal("gazetteer.too_large", "The list is larger than %(most)s MB.", most=MAX_BYTES // 2**20)
    if not data.strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise Refusal("gazetteer.empty", "The list is empty.")
    if data.startswith((b"PK\x03\x04", _OLE)):
        yield from _workbook(data)
    else:
        text = decode(data)
        yield None, _delimited(text, name)


def _workbook(data: bytes) -> Iterator[tuple[str | None, Iterator[tuple[int, Cells]]]]:
    try:
        if data.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                if sum(part.file_size for part in archive.infolist()) > MAX_INFLATED:
                    raise Refusal(
                        "gazetteer.too_large", "The list is larger than %(most)s MB.", most=MAX_BYTES // 2**20
                    )
        if too_far(data):
            raise Refusal(
                "gazetteer.too_wide", "The values of the workbook reach so far apart that no table can hold them."
            )
        book = CalamineWorkbook.from_object(io.BytesIO(data))
        for title in book.sheet_names:
            sheet = book.get_sheet_by_name(title)
            rows = sheet.to_python(skip_empty_area=False)
            yield title, ((at, [_text(cell) for cell in row]) for at, row in enumerate(rows, 1))
    except (CalamineError, zipfile.BadZipFile, ValueError, OSError) as broken:
        raise _unreadable() from broken


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def decode(data: bytes) -> str:
    """Text of any usual encoding: UTF-8 and UTF-16 with or without a mark, GB18030."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    head = data[:4000]
    if head.count(0) > len(head) // 8:
        return data.decode("utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be", "replace")
    if b"\0" in head:
        raise _unreadable()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    text = data.decode("gb18030", "replace")
    if text.count("\ufffd") > 5 + len(text) // 1000:
        raise _unreadable()
    return text


def _unreadable() -> Refusal:
    return Refusal(
        "gazetteer.unreadable", "The list cannot be read: it is neither a table (xlsx, xls, ods, csv, txt) nor JSON."
    )


def _delimited(text: str, name: str) -> Iterator[tuple[int, Cells]]:
    lines = [line for line in text[:40_000].splitlines()[:200] if line.strip()]
    scores = {}
    for mark in "\t,;|，":
        counts = [line.count(mark) for line in lines]
        common = max(set(counts), key=counts.count) if counts else 0
        scores[mark] = (common > 0) * counts.count(common)
    best = max(scores, key=lambda mark: scores[mark])
    if scores[best] < max(1, len(lines) // 2):
        for at, line in enumerate(text.splitlines(), 1):
            yield at, re.split(r"[\s\u3000]+", line.strip())
        return
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=best)
    try:
        for record in reader:
            yield reader.line_num, [_unwrapped(cell.strip()) for cell in record]
    except csv.Error as broken:
        raise _unreadable() from broken


def _unwrapped(cell: str) -> str:
    """``="310…"`` is how some exports keep Excel from turning text into a number."""
    return cell[2:-1] if cell.startswith('="') and cell.endswith('"') and len(cell) > 3 else cell


def records_of(data: bytes) -> Any | None:
    """What a JSON file holds (or a file of one JSON object a line); None when it is no JSON."""
    if data[:4].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"[", b"{"):
        return None
    text = decode(data)
    try:
        return json.loads(text)
    except RecursionError as broken:
        raise _unreadable() from broken
    except ValueError:
        pass
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError) as broken:
        raise _unreadable() from broken
