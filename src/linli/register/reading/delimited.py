"""csv and tsv → one sheet: encoding and delimiter are found out, quoted line breaks stay in their cell."""

from __future__ import annotations

import csv
import io
import re

from linli.kernel import text_bytes
from linli.kernel.refusal import Refusal
from linli.register.reading.sheet import MAX_COLUMNS, MAX_ROWS, Cell, Sheet


def decode(data: bytes) -> tuple[str, str]:
    """(text, encoding). Raises Refusal ``import.binary``, ``import.broken_text``, ``import.encoding``."""
    try:
        return text_bytes.decode(data)
    except text_bytes.Unreadable as unreadable:
        if unreadable.fault == "binary":
            refusal = Refusal("import.binary", "The file is neither a workbook nor a text table.")
        elif unreadable.fault == "cut_off":
            refusal = Refusal(
                "import.broken_text", "The file is cut off or damaged: its characters cannot be read to the end."
            )
        else:
            refusal = Refusal(
                "import.encoding",
                "The characters of the file cannot be read: it is neither UTF-8 nor UTF-16 nor GB18030.",
            )
        raise refusal from unreadable


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
