"""A passenger list (csv in any encoding, xlsx, xls, ods) → the people on it, what is wrong in which cell, the flight. Pure: no database.

Airlines and offices write it as they like: titles above, sums below, headings anywhere and in any language, crew on a sheet of its own or
marked in a column, surname and given name apart, numbers without their zeros. Nobody is left out for a fault in a cell (T02).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate

from django.utils.translation import gettext_noop

from linli.inbox.tables import Value, as_text, letter, read_grids
from linli.journeys.manifest_columns import Columns, merged, read_columns
from linli.journeys.manifest_flight import FlightTitle, read_title
from linli.journeys.manifest_guessing import nameless, with_guesses
from linli.journeys.manifest_people import CREW, PASSENGER, Passenger, Problem, find_doubles, read_passenger
from linli.kernel.manifest_cells import Order, day_order
from linli.kernel.refusal import Refusal

_CREW_WORDS = re.compile(r"机组|乘务|飞行员|crew|flight ?deck|cabin staff", re.IGNORECASE)
_PASSENGER_WORDS = re.compile(r"旅客|乘客|passenger|\bpax\b", re.IGNORECASE)
_FOOT = re.compile(
    r"^\W*(?:合\s*计|总\s*计|小\s*计|共\s*计|总\s*数|以上|共\s*\d+|第\s*\d+\s*页|填\s*表|制\s*表|填报|审核|备\s*注\s*[:：]|说\s*明|注\s*[:：]|"
    r"签\s*[字名]|(?:grand |sub)?totals?\b|sum\b|end of|page\b|printed\b|\*{2,}|-{3,})",
    re.IGNORECASE,
)
_SUMS = (
    (PASSENGER, re.compile(r"(?:旅客|乘客|\bpax|passengers?)\s*[:：]?\s*(?:共|合计|total)?\s*[:：]?\s*(\d{1,4})", re.IGNORECASE)),
    (PASSENGER, re.compile(r"(\d{1,4})\s*(?:名|位|人)?\s*(?:旅客|乘客|pax\b|passengers?)", re.IGNORECASE)),
    (CREW, re.compile(r"(?:机组|crew)(?:人员|成员)?\s*[:：]?\s*(?:共|合计|total)?\s*[:：]?\s*(\d{1,4})", re.IGNORECASE)),
    (CREW, re.compile(r"(\d{1,4})\s*(?:名|位|人)?\s*(?:机组|crew\b)", re.IGNORECASE)),
)  # fmt: skip
_ALL = re.compile(r"(?:合\s*计|总\s*计|共\s*计?|totals?|sum)\D{0,12}?(\d{1,4})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sum:
    """A number that the list itself states. ``role`` None: of everybody below the same headings, or on the whole list."""

    sheet: str | None
    row: int
    cell: str
    role: str | None
    stated: int
    counted: int


@dataclass
class Manifest:
    """A list as read. ``people``: every line, also those listed twice (``Passenger.twice``); ``unknown``: headings that nobody knew."""

    people: list[Passenger] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    flight: FlightTitle = field(default_factory=FlightTitle)
    unknown: list[str] = field(default_factory=list)
    sums: list[Sum] = field(default_factory=list)

    @property
    def on_board(self) -> list[Passenger]:
        """Everybody once."""
        return [one for one in self.people if not one.twice]

    def count(self, role: str) -> int:
        """How many passengers, or crew."""
        return sum(one.role == role for one in self.on_board)


@dataclass
class _Table:
    """Rows under one row of headings. ``start``: index of the first row below it; ``base``: what row numbers count from."""

    sheet: str | None
    grid: Sequence[Sequence[Value]]
    columns: Columns
    start: int
    end: int
    base: int
    role: str
    records: Sequence[int]

    def number(self, at: int) -> int:
        """A workbook's rows are its own; of a text the records below the first headings are counted, without empty lines."""
        if self.sheet is not None:
            return at + 1
        return self.records[at] - self.records[self.base - 1]


def read_manifest(data: bytes, *, today: date, filename: str = "") -> Manifest:
    """Everybody on the list. Refusals ``list.*`` for what is no list of people, ``list.nobody`` for headings without a row.

    The day of the journey is the title's, else ``today``; two digits of a birth year are read against it.
    """
    grids = read_grids(data, spread=True)
    tables = [table for sheet, grid in grids for table in _tables(sheet, grid)]
    tables = tables or [table for sheet, grid in grids for table in _headless(sheet, grid)]
    if not tables:
        raise Refusal("list.no_headings", "No row of headings was found. Needed: %(needed)s.", needed="姓名")
    found = Manifest()
    words = [text for sheet, grid in grids for text in _words_around(sheet, grid, tables)]
    found.flight = read_title([*words, filename])
    on = found.flight.day or today
    for table in tables:
        _read_table(table, found, on)
    if not found.people:
        raise Refusal(
            "list.nobody",
            gettext_noop(
                "There is nobody on this list, only its headings. Nothing was taken in. Check that it is the right file and that its "
                "rows are not on another sheet or hidden, or ask whoever sent it for the whole list."
            ),
        )
    find_doubles(found.people, found.problems)
    _flight_of_rows(found)
    for one in found.sums:
        if one.stated != one.counted:
            raw = f"{one.stated} ≠ {one.counted}"
            found.problems.append(Problem(one.sheet, one.row, one.cell, "total_differs", raw))
    return found


def _words_around(sheet: str | None, grid: Sequence[Sequence[Value]], tables: Sequence[_Table]) -> Iterator[str]:
    """The sheet's name and what stands above its headings."""
    own = next((table for table in tables if table.grid is grid), None)
    yield sheet or ""
    for row in grid[: own.base - 1 if own else 3]:
        yield " ".join(dict.fromkeys(as_text(value) for value in row if as_text(value)))


def _tables(sheet: str | None, grid: Sequence[Sequence[Value]]) -> list[_Table]:
    """The tables of a sheet, one below the other; crew or passengers by the words above."""
    found: list[_Table] = []
    role = _role_said(sheet or "") or PASSENGER
    records = list(accumulate(int(bool(row)) for row in grid))
    at = 0
    while at < len(grid):
        labels = _labels(grid[at])
        columns, height = _headings(grid, at, labels)
        if columns is None:
            role = _section(labels) or role
            at += 1
            continue
        if found:
            found[-1].end = at
        base = found[0].base if found else at + height
        found.append(_Table(sheet, grid, columns, at + height, len(grid), base, role, records))
        at += height
    return found


def _headless(sheet: str | None, grid: Sequence[Sequence[Value]]) -> list[_Table]:
    """The people of a sheet without headings that anybody knows; crew or passengers by the sheet's name."""
    found = nameless(grid)
    if found is None:
        return []
    columns, first = found
    records = list(accumulate(int(bool(row)) for row in grid))
    return [
        _Table(sheet, grid, columns, first, len(grid), max(first, 1), _role_said(sheet or "") or PASSENGER, records)
    ]


def _headings(grid: Sequence[Sequence[Value]], at: int, labels: Mapping[int, str]) -> tuple[Columns | None, int]:
    """The headings that begin in a row: that row, or with the one below where it says more."""
    one = read_columns(labels) if len(labels) > 1 else None
    below = _labels(grid[at + 1]) if at + 1 < len(grid) else {}
    if len(labels) < 2 or len(below) < 2 or any(re.search(r"\d", label) for label in below.values()):
        return one, 1
    two = read_columns(merged(labels, below))
    own = read_columns(below)
    if (
        two is not None
        and (one is None or len(two.fields) > len(one.fields))
        and (own is None or _spans(labels, below))
    ):
        return two, 2
    return one, 1


def _spans(above: Mapping[int, str], below: Mapping[int, str]) -> bool:
    """Whether the upper row heads groups of the lower one: it has words where the lower has none, or has the same by a merged cell."""
    return any(below.get(at) in (None, label) for at, label in above.items()) and len(above) > 2


def _labels(row: Sequence[Value]) -> dict[int, str]:
    return {at: text for at, value in enumerate(row) if isinstance(value, str) and (text := as_text(value))}


def _section(labels: Mapping[int, str]) -> str | None:
    """A line such as 机组名单: what it says of the people below it."""
    words = set(labels.values())
    return _role_said(words.pop()) if len(words) == 1 else None


def _role_said(words: str) -> str | None:
    crew, passengers = _CREW_WORDS.search(words), _PASSENGER_WORDS.search(words)
    if crew and passengers:
        return None
    return CREW if crew else PASSENGER if passengers else None


def _read_table(table: _Table, found: Manifest, on: date) -> None:
    """Every person of one table; sections and sums between them."""
    columns = with_guesses(_with_twin(table), table.grid[table.start : table.end], on=on)
    found.unknown += [label for label in columns.unknown.values() if label not in found.unknown]
    born = [
        row[at] for row in table.grid[table.start : table.end] for at in columns.fields.get("born", ()) if at < len(row)
    ]
    order: Order = day_order(born) or "dmy"
    told = day_order(born) is not None
    role, before = table.role, None
    first = len(found.people)
    for at in range(table.start, table.end):
        row = table.grid[at]
        texts = [as_text(value) for value in row]
        filled = [text for text in texts if text]
        if not filled:
            continue
        if _FOOT.match(filled[0]) and _no_person(table, row):
            _sums(table, at, texts, found, first)
            continue
        if len(set(filled)) == 1 and (said := _role_said(filled[0])) and _no_person(table, row):
            role = said
            continue
        one, problems = read_passenger(
            table.sheet, table.number(at), at, row, columns, role=role, on=on, order=order, told=told, before=before
        )
        if one is not None:
            found.people.append(one)
            before = one
        found.problems += problems


def _no_person(table: _Table, row: Sequence[Value]) -> bool:
    """Whether a line has nothing that only a person has: a document or a birth date."""
    places = [at for name in ("document", "born", "seat") for at in table.columns.fields.get(name, ())]
    return (
        not any(re.search(r"\d", as_text(row[at])) for at in places if at < len(row) and at > 0)
        or len({as_text(value) for value in row if as_text(value)}) == 1
    )


def _with_twin(table: _Table) -> Columns:
    """姓名 over two columns without a second heading: surname and given name."""
    fields = dict(table.columns.fields)
    at = fields.get("name", (-1,))[0]
    label = table.columns.labels.get(at + 1, "")
    if at < 0 or "given" in fields or (label and label != table.columns.labels.get(at)):
        return table.columns
    rows = [row for row in table.grid[table.start : table.end] if len(row) > at + 1 and as_text(row[at])]
    both = sum(bool(re.fullmatch(r"[^\d]+", as_text(row[at + 1]))) and row[at] != row[at + 1] for row in rows)
    if not rows or both * 2 < len(rows):
        return table.columns
    del fields["name"]
    return Columns({**fields, "surname": (at,), "given": (at + 1,)}, table.columns.labels)


def _sums(table: _Table, at: int, texts: Sequence[str], found: Manifest, first: int) -> None:
    """What a line of sums states, beside what was read above it."""
    line = " , ".join(dict.fromkeys(text for text in texts if text))
    cell = f"{letter(next(n for n, text in enumerate(texts) if text))}{at + 1}"
    own = [one for one in found.people[first:] if not one.twice]
    for role, pattern in _SUMS:
        if (said := pattern.search(line)) and not any(
            one.row == table.number(at) and one.role == role for one in found.sums
        ):
            counted = sum(one.role == role for one in own)
            found.sums.append(Sum(table.sheet, table.number(at), cell, role, int(said.group(1)), counted))
    if not any(one.row == table.number(at) and one.sheet == table.sheet for one in found.sums) and (
        said := _ALL.search(line)
    ):
        found.sums.append(Sum(table.sheet, table.number(at), cell, None, int(said.group(1)), len(own)))


def _flight_of_rows(found: Manifest) -> None:
    """Where the title names no flight, the flight that the rows name."""
    named = {one.flight for one in found.people if one.flight}
    if len(named) == 1 and not found.flight.number:
        found.flight.number = named.pop()
    days = {one.landed for one in found.people if one.landed}
    if len(days) == 1 and found.flight.day is None:
        found.flight.day = days.pop()
    origins = {one.origin for one in found.people if one.origin}
    if len(origins) == 1 and not found.flight.origin:
        found.flight.origin = origins.pop()
