"""How far the values of a workbook reach, read from the bytes before any library spreads them out as a table.

One cell at XFD1048576 is a file of some kilobytes and a table of seventeen thousand million cells: whoever opens it pays with all the
memory of the machine, and the program ends. Pure; nothing is decided about what the values say.
"""

from __future__ import annotations

import io
import re
import zipfile

MOST_CELLS = 40_000_000
"""*(ours)*: 400,000 rows of 100 columns; no list that an office sends is near it."""
_VALUE = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r="([A-Z]{1,3})(\d{1,7})"[^>/]*>')
_ODS_ROW = re.compile(rb"<table:table-row\b([^>]*)>(.*?)</table:table-row>", re.DOTALL)
_ODS_CELL = re.compile(rb"<table:table-cell\b([^>]*office:value-type[^>]*)>")
_ROWS = re.compile(rb'number-rows-repeated="(\d+)"')
_COLUMNS = re.compile(rb'number-columns-repeated="(\d+)"')


def too_far(data: bytes) -> bool:
    """Whether some sheet of an xlsx or ods file is a table of more than ``MOST_CELLS`` cells. False for every other file.

    Cells that are only formatted count for nothing. Raises zipfile.BadZipFile for a damaged container.
    """
    if not data.startswith(b"PK\x03\x04"):
        return False
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name, re.IGNORECASE) and _far(archive.read(name)):
                return True
            if name == "content.xml" and _far_ods(archive.read(name)):
                return True
    return False


def _far(xml: bytes) -> bool:
    last = width = 0
    for letters, row in _VALUE.findall(xml):
        last = max(last, int(row))
        column = 0
        for letter in letters:
            column = column * 26 + letter - 64
        width = max(width, column)
    return last * width > MOST_CELLS


def _far_ods(xml: bytes) -> bool:
    """Values that are said to be repeated more often than a table may have cells; empty rows at the end are no values."""
    rows = width = 0
    for attributes, body in _ODS_ROW.findall(xml):
        times = _ROWS.search(attributes)
        cells = [int(found.group(1)) if (found := _COLUMNS.search(one)) else 1 for one in _ODS_CELL.findall(body)]
        if cells:
            rows += int(times.group(1)) if times else 1
            width = max(width, sum(cells))
    return rows * width > MOST_CELLS
