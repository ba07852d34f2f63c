"""csv and tsv → one sheet: encoding and delimiter are found out, quoted line breaks stay in their cell."""

from __future__ import annotations

import csv
import io
import re

from linli.kernel.refusal import Refusal
from linli.register.reading.sheet import MAX_COLUMNS, MAX_ROWS, Cell, Sheet

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def decode(data: bytes) -> tuple[str, str]:
    """(text, encoding). UTF-8 is tried before GB18030, because GB18030 accepts nearly everything."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strict(data, encoding), encoding.removesuffix("-sig")
    head = data[:4000]
    zeros = head.count(0)
    if zeros > len(head) // 8:
        little = head[1::2].count(0) >= head[0::2].count(0)
        encoding = "utf-16-le" if little else "utf-16-be"
        return _strict(data, encoding), encoding
    if b"\x00" in data:
        raise Refusal("import.binary", "The file is neither a workbook nor a text table.")
    for encoding in ("utf-8", "gb18030", "big5hkscs"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _rather_big5(data, text) if encoding == "gb18030" else (text, encoding)
    text = data.decode("gb18030", "replace")
    if text.count("\ufffd") > 20 + len(text) // 1000:
        raise Refusal(
            "import.encoding", "The characters of the file cannot be read: it is neither UTF-8 nor UTF-16 nor GB18030."
        )
    return text, "gb18030"


def _rather_big5(data: bytes, text: str) -> tuple[str, str]:
    """GB18030 takes nearly any bytes: Big5 it is where the usual words of a register appear only when read so."""
    try:
        other = data.decode("big5hkscs")
    except UnicodeDecodeError:
        return text, "gb18030"
    usual = ("姓名", "地址", "號", "電話", "證", "關係", "性別", "住", "戶", "室")
    ours = ("姓名", "地址", "号", "电话", "证", "关系", "性别", "住", "户", "室")
    more = sum(word in other for word in usual) > sum(word in text for word in ours)
    return (other, "big5") if more else (text, "gb18030")


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as broken:
        raise Refusal(
            "import.broken_text", "The file is cut off or damaged: its characters cannot be read to the end."
        ) from broken


def read_delimited(data: bytes, filename: str) -> Sheet:
    """One sheet named None. ``filename`` only breaks a tie between delimiters."""
    text, _ = decode(data)
    text = text.lstrip("\ufeff")
    if re.match(r"sep=.\r?\n", text):
        text = text.split("\n", 1)[1]
    delimiter = _delimiter(text, filename)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, quotechar='"', doublequote=True, strict=False
    )
    rows: list[list[Cell]] = []
    try:
        for record in reader:
            rows.append([_unwrapped(value) for value in record])
            if len(rows) > MAX_ROWS or len(record) > MAX_COLUMNS:
                raise Refusal(
                    "import.too_many_cells",
                    "A sheet reaches over more than %(rows)s rows or %(columns)s columns. "
                    "Delete what stands far away from the table, and try again.",
                    rows=MAX_ROWS,
                    columns=MAX_COLUMNS,
                )
    except csv.Error as broken:
        raise Refusal(
            "import.broken_text", "The file is cut off or damaged: its characters cannot be read to the end."
        ) from broken
    sheet = Sheet(None, rows, delimited=True)
    while sheet.rows and not any(isinstance(value, str) and value.strip() for value in sheet.rows[-1]):
        sheet.rows.pop()
    if not sheet.rows:
        raise Refusal("import.empty", "The file is empty.")
    return sheet


def _unwrapped(value: str) -> str:
    """``="310…"`` is how some exports keep Excel from turning text into a number."""
    return value[2:-1] if value.startswith('="') and value.endswith('"') and len(value) > 3 else value


def _delimiter(text: str, filename: str) -> str:
    """The character that cuts the first lines into the same number of cells most often."""
    lines = [line for line in text[:20_000].splitlines()[:40] if line.strip()]
    scores = {}
    for mark in ",\t;|":
        counts = [line.count(mark) for line in lines]
        common = max(set(counts), key=counts.count) if counts else 0
        scores[mark] = (counts.count(common) if common else 0, common)
    best = max(scores, key=lambda mark: scores[mark])
    if scores[best][1] == 0:
        return "\t" if filename.lower().endswith((".tsv", ".txt")) else ","
    if filename.lower().endswith(".tsv") and scores["\t"][1]:
        return "\t"
    return best
