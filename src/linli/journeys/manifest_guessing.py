"""A column whose heading nobody knows (GNDR, TRVL DOC, 护照/通行) → what it is, by what stands in it. Pure.

Only for what no heading names, and only where nearly every cell says the same: a wrong column is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from linli.inbox.tables import Value, as_text
from linli.journeys.manifest_columns import NEVER, Columns, plain
from linli.kernel.manifest_cells import read_born, read_sex
from linli.kernel.phones import kind_of, read_phones

ENOUGH = 3
"""Fewer cells say nothing about a column."""
NEARLY_ALL = 0.9
SOME = 0.3
"""Of addresses, so many have a word that only an address has; hotels and cities have none."""
GENERATION = 10
"""Birth dates lie further apart than this, in years; days of issue or of a booking do not."""
_DOCUMENT = re.compile(r"[A-Z]{1,3}\d{6,8}[A-Z]?|\d{9}|[A-Z]\d{2}[A-Z]\d{5}|[A-Z0-9]{2,4}\*{2,}[A-Z0-9]{2,4}")
_NAME = re.compile(r"[A-Za-z][A-Za-z' .-]*/ ?[A-Za-z][A-Za-z' .-]*")
_ADDRESS = re.compile(r"\d\s*[弄号室幢栋]|路\s*\d|\b(?:lane|road|rd|lu|apt|villa)\b", re.IGNORECASE)


def with_guesses(columns: Columns, rows: Sequence[Sequence[Value]], *, on: date) -> Columns:
    """The columns, and besides those known by their cells. ``on``: the day of the journey."""
    fields = dict(columns.fields)
    for at, label in columns.unknown.items():
        cells = [row[at] for row in rows if at < len(row) and as_text(row[at])]
        if len(cells) < ENOUGH or NEVER.search(plain(label)):
            continue
        field = next((one for one, is_one in _tests(on).items() if one not in fields and is_one(cells)), None)
        if field is not None:
            fields[field] = (at,)
    return Columns(fields, columns.labels)


def nameless(grid: Sequence[Sequence[Value]]) -> tuple[Columns, int] | None:
    """(columns, first row of people) of a sheet whose headings nobody knows: the column of names in passport form, the words above it.

    None where no column has such names.
    """
    width = max((len(row) for row in grid), default=0)
    named = [
        [at for at, row in enumerate(grid) if column < len(row) and _NAME.fullmatch(as_text(row[column]))]
        for column in range(width)
    ]
    column = max(range(width), key=lambda one: len(named[one]), default=0)
    if not named or len(named[column]) < ENOUGH:
        return None
    first = named[column][0]
    above = grid[first - 1] if first else []
    labels = {at: as_text(value) or f"#{at + 1}" for at, value in enumerate(above)} or {
        at: f"#{at + 1}" for at in range(width)
    }
    return Columns({"name": (column,)}, labels), first


def _tests(on: date) -> Mapping[str, Callable[[Sequence[Value]], bool]]:
    return {
        "born": lambda cells: _are_births(cells, on),
        "document": lambda cells: _share(cells, _is_document) >= NEARLY_ALL and _vary(cells),
        "phone": lambda cells: _share(cells, _is_phone) >= NEARLY_ALL,
        "sex": lambda cells: _share(cells, _is_sex) >= NEARLY_ALL,
        "address": lambda cells: (
            _share(cells, lambda cell: bool(_ADDRESS.search(as_text(cell)))) >= SOME and _vary(cells)
        ),
    }


def _share(cells: Sequence[Value], is_one: Callable[[Value], bool]) -> float:
    return sum(is_one(cell) for cell in cells) / len(cells)


def _vary(cells: Sequence[Value]) -> bool:
    return len({as_text(cell) for cell in cells}) * 2 > len(cells)


def _is_document(cell: Value) -> bool:
    return _DOCUMENT.fullmatch(re.sub(r"[\s-]", "", as_text(cell)).upper()) is not None


def _is_phone(cell: Value) -> bool:
    numbers = read_phones(as_text(cell), is_placeholder=lambda text: not text).numbers
    return any(kind_of(number) in ("mobile", "abroad") for number in numbers)


def _is_sex(cell: Value) -> bool:
    return bool(read_sex(cell)) and not as_text(cell).isdigit()


def _are_births(cells: Sequence[Value], on: date) -> bool:
    """Days before the journey over more than a generation; numbers alone are no days."""
    days = [read_born(cell, on=on) for cell in cells if not isinstance(cell, (int, float))]
    told = [day for day in days if day is not None and day <= on]
    return len(told) >= NEARLY_ALL * len(cells) and max(told).year - min(told).year > GENERATION
