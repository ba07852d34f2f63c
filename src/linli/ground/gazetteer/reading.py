"""A file → the rows of a list of divisions: any table or JSON that has a code and a name for each place."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from typing import Any

from linli.ground.gazetteer.codes import MUNICIPALITIES, URBAN_RURAL, above, read_code
from linli.ground.gazetteer.columns import Columns, find_columns
from linli.ground.gazetteer.rows import Bad, Reading, Row
from linli.ground.gazetteer.tables import records_of, sheets_of
from linli.kernel.refusal import Refusal

SAMPLE = 2000
"""So many rows of a sheet are looked at to find its columns."""
LONGEST_NAME = 120
"""So many characters of a name are kept: what the tables hold, so that the same list says the same again."""
_NAME_KEYS = ("name", "title", "label", "text", "名称", "fullname", "n")
_DEEPEST = 12


def read_list(data: bytes, filename: str) -> Reading:
    """The rows of a list. Raises Refusal ``gazetteer.no_codes`` when nothing in it is a code, others for unreadable files."""
    found = Reading(year_hint=filename)
    records = records_of(data)
    if records is not None:
        flat = list(_flatten(records, 0))
        keys = list(dict.fromkeys(key for record in flat for key in record))
        table = [keys, *([str(record.get(key, "") or "").strip() for key in keys] for record in flat)]
        _read_sheet(found, None, iter(enumerate(table)))
    else:
        for sheet, rows in sheets_of(data, filename):
            _read_sheet(found, sheet, rows)
    if not found.rows:
        raise Refusal(
            "gazetteer.no_codes",
            "No row of the list has both a code of a division (2, 4, 6, 9 or 12 digits) and a name.",
        )
    return found


def _read_sheet(found: Reading, sheet: str | None, rows: Iterator[tuple[int, list[str]]]) -> None:
    start = list(itertools.islice(rows, SAMPLE))
    columns = find_columns([cells for _, cells in start])
    if columns is None:
        return
    found.year_hint += " " + " ".join([sheet or "", *(cell for _, cells in start[: columns.first] for cell in cells)])
    for number, cells in itertools.chain(start[columns.first :], rows):
        if any(cells):
            _take(found, columns, sheet, number, cells)


def _take(found: Reading, columns: Columns, sheet: str | None, number: int, cells: list[str]) -> None:
    def cell(at: int) -> str:
        return cells[at] if 0 <= at < len(cells) else ""

    raw, name = cell(columns.code), re.sub(r"[\s\x00-\x1f\u3000]+", "", cell(columns.name))[:LONGEST_NAME]
    code = read_code(raw) if raw else None
    if raw and raw == (columns.header[columns.code] if columns.code < len(columns.header) else None):
        return
    if code is None:
        found.bad.append(Bad(sheet, number, "code", "code_wrong" if raw else "code_missing", raw or name))
        return
    if len(code) == 4 and code[:2] in MUNICIPALITIES:
        found.bad.append(Bad(sheet, number, "code", "no_place", raw))
        return
    if not name:
        found.bad.append(Bad(sheet, number, "name", "name_missing", raw))
        return
    up = read_code(cell(columns.above)) if columns.above >= 0 else None
    up = up if up and len(up) < len(code) and up != code else above(code)
    if up is not None and len(up) == 4 and up[:2] in MUNICIPALITIES:
        up = up[:2]
    urban = cell(columns.urban)
    found.add(Row(code, name, up, number, sheet, urban if urban in URBAN_RURAL else ""))
    _upper_names(found, columns, code, up, cell)


def _upper_names(found: Reading, columns: Columns, code: str, up: str | None, cell: Any) -> None:
    """Names of what the row is part of, where the list has a column for them."""
    place = up
    while place is not None:
        at = columns.upper.get(len(place))
        if at is not None and place not in found.names and cell(at) and place != code:
            found.names[place] = cell(at)
        place = above(place)


def _flatten(node: Any, depth: int) -> Iterable[dict[str, Any]]:
    """Records of nested JSON: lists of objects, objects with lists of children, code → name, code → object."""
    if depth > _DEEPEST:
        return
    if isinstance(node, list):
        for one in node:
            yield from _flatten(one, depth + 1)
    elif isinstance(node, dict):
        if node and all(read_code(key) for key in node):
            for key, value in node.items():
                yield from _coded(key, value, depth)
            return
        plain = {key: value for key, value in node.items() if not isinstance(value, list | dict)}
        if any(isinstance(value, str | int) and read_code(value) for value in plain.values()):
            yield plain
        for value in node.values():
            if isinstance(value, list | dict):
                yield from _flatten(value, depth + 1)


def _coded(code: str, value: Any, depth: int) -> Iterable[dict[str, Any]]:
    if isinstance(value, dict):
        name = next((value[key] for key in _NAME_KEYS if isinstance(value.get(key), str)), None)
        if name is not None:
            yield {"code": code, "name": name}
        for child in value.values():
            if isinstance(child, list | dict):
                yield from _flatten(child, depth + 1)
    elif isinstance(value, list):
        yield from _flatten(value, depth + 1)
    else:
        yield {"code": code, "name": value}
