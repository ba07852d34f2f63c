"""Where in a sheet the people stand: the rows of headings (one or two), and what each column says. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from linli.duties.volunteers.vocabulary import HEADINGS, ROLES
from linli.duties.volunteers.week import PARTS, Slot, bare_day, label_slots
from linli.inbox.tables import HEAD_WITHIN, Value, as_text, letter

Grid = list[list[Value]]


@dataclass(frozen=True)
class Line:
    """A row of a table: the sheet, its number as the spreadsheet counts, its cells and where each field stands."""

    sheet: str | None
    number: int
    cells: list[Value]
    columns: Columns

    def value(self, name: str) -> Value:
        """The cell of a field as it is."""
        at = self.columns.fields.get(name)
        return self.cells[at] if at is not None and at < len(self.cells) else None

    def text(self, name: str) -> str:
        """The cell of a field in words, half-width."""
        return as_text(self.value(name))

    def written(self, name: str) -> str:
        """The cell of a field exactly as it was written; a number without its decimal point."""
        value = self.value(name)
        return value.strip() if isinstance(value, str) else as_text(value)

    def at(self, column: int) -> str:
        """C12."""
        return f"{letter(column)}{self.number}"

    def cell(self, name: str) -> str:
        """Where a field stands: C12; the first column for a field that has none."""
        return self.at(self.columns.fields.get(name, 0))


@dataclass
class Columns:
    """Which column says what. ``slots``: column → the parts of the week it stands for; ``days`` and ``parts``: only one half is said."""

    fields: dict[str, int] = field(default_factory=dict)
    roles: dict[int, str] = field(default_factory=dict)
    slots: dict[int, frozenset[Slot]] = field(default_factory=dict)
    days: dict[int, frozenset[int]] = field(default_factory=dict)
    parts: dict[int, frozenset[str]] = field(default_factory=dict)
    rows: int = 1

    def count(self) -> int:
        """How many columns say something."""
        return len(self.fields) + len(self.roles) + len(self.slots) + len(self.days) + len(self.parts)

    @property
    def says_free(self) -> bool:
        """Whether the table says when people can, not only when they cannot."""
        return bool(self.slots or self.days or self.parts or "said" in self.fields)

    @property
    def tells_hours(self) -> bool:
        """Whether the table says when people can."""
        return self.says_free or "busy" in self.fields


@dataclass
class Table:
    """One table of one sheet, the lines above it (its title) and what stands beside or below it in words."""

    sheet: str | None
    columns: Columns
    title: str
    lines: list[Line] = field(default_factory=list)
    text: list[tuple[int, str]] = field(default_factory=list)


def read_tables(sheet: str | None, grid: Grid) -> tuple[list[Table], list[tuple[int, str]]]:
    """The tables of a sheet, one below the other; and the rows that stand in none, as words (row number, words)."""
    tables: list[Table] = []
    loose: list[tuple[int, str]] = []
    skip = 0
    for at, cells in enumerate(grid):
        if at < skip:
            continue
        words = [as_text(value) for value in cells]
        columns = _columns(grid, at) if tables or at < HEAD_WITHIN else None
        if columns is not None:
            above = " ".join(text for _row, text in loose) if not tables else ""
            tables.append(Table(sheet, columns, above))
            skip = at + columns.rows
        elif not tables:
            loose += _loose(at, words)
        elif _is_person(words, tables[-1].columns):
            tables[-1].lines.append(Line(sheet, at + 1, cells, tables[-1].columns))
        else:
            tables[-1].text += _loose(at, words)
    return tables, loose


def _loose(at: int, words: list[str]) -> list[tuple[int, str]]:
    said = "；".join(dict.fromkeys(word for word in words if word))
    return [(at + 1, said)] if said else []


def _is_person(words: list[str], columns: Columns) -> bool:
    """A row with a name, or with a telephone or hours where the name was left out; sums and sentences are none."""
    first = next((word for word in words if word), "")
    if re.match(r"^(?:合计|总计|小计|共计|填表|制表|备注[::]|说明[::]|注[::])", first):
        return False
    name = columns.fields["name"]
    said = words[name] if name < len(words) else ""
    if said:
        return len(said) <= 24 and not re.search(r"[,，。;；]", said)
    wanted = [columns.fields.get(key) for key in ("phone", "said", "day")] + [
        *columns.slots,
        *columns.days,
        *columns.parts,
    ]
    filled = [at for at in wanted if at is not None and at < len(words) and words[at]]
    return bool(filled) and sum(map(bool, words)) > 1


def _plain(text: str) -> str:
    return re.sub(r"[\s*:：/、()（）√✓]+", "", text).lower()


_REFUSED = re.compile("不能|不可|不便|不方便|不在|没空|没有空|无空|无法|没时间|请假")
"""In a heading: it says when somebody cannot."""


def _field(word: str, taken: dict[str, int]) -> str | None:
    """The field a heading names: the same word first, else the longest known word that ends or begins it."""
    if not word or len(word) > 14:
        return None
    exact = next((name for name, words in HEADINGS.items() if name not in taken and word in words), None)
    if exact:
        return exact
    if _REFUSED.search(word):
        return None if "busy" in taken or not re.search("时间|时段|时候", word) else "busy"
    inside = [
        (len(known), name)
        for name, words in HEADINGS.items()
        for known in words
        if name not in taken and len(known) > 1 and known in word
    ]
    return max(inside)[1] if inside else None


def _columns(grid: Grid, at: int) -> Columns | None:
    """The columns of the headings that stand in row ``at`` (and the row below it, where days are over parts); None when there are none."""
    words = [_plain(as_text(value)) for value in grid[at]]
    name = _name_column(words)
    if name is None:
        # a row of days above the row with the names' heading belongs to it
        return _below(grid, at, words)
    found = Columns(fields={"name": name})
    _sort_words(words, [as_text(value) for value in grid[at]], found)
    if found.count() < 2:
        return None
    if at + 1 < len(grid) and not as_text(dict(enumerate(grid[at + 1])).get(name)):
        _two_rows(grid, at, at + 1, found)
    return found


def _name_column(words: list[str]) -> int | None:
    """The column of the names; "志愿者" is such a heading only beside another one, for it is a role as well."""
    named = [at for at, word in enumerate(words) if word in HEADINGS["name"] or word.endswith(("姓名", "名字"))]
    if named:
        return named[0]
    if not any(word in known for word in words if word for name, known in HEADINGS.items() if name != "name"):
        return None
    return next((at for at, word in enumerate(words) if word in ("志愿者", "volunteer")), None)


def _below(grid: Grid, at: int, words: list[str]) -> Columns | None:
    """Headings in two rows of which the upper one names days or parts only, the lower one the name."""
    labels = [word for word in words if word]
    if at + 1 >= len(grid) or not labels or not any(label_slots(word) != (None, None) for word in labels):
        return None
    named = _name_column([_plain(as_text(value)) for value in grid[at + 1]]) is not None
    lower = _columns(grid, at + 1) if named else None
    if lower is None:
        return None
    _two_rows(grid, at, at + 1, lower)
    for column, word in enumerate(words):
        name = _field(word, lower.fields) if label_slots(word) == (None, None) else None
        if name and column not in lower.fields.values():
            lower.fields[name] = column
    lower.rows = 2
    return lower


def _sort_words(words: list[str], raw: list[str], found: Columns) -> None:
    """Each heading of one row: a field, a role to tick, a part of the week."""
    for column, word in enumerate(words):
        if column in found.fields.values() or not word:
            continue
        if word in ROLES:
            found.roles[column] = ROLES[word]
            continue
        days, parts = label_slots(raw[column])
        if (days or parts) and word not in HEADINGS["said"]:
            _add_slot(found, column, days, parts)
            continue
        name = _field(word, found.fields)
        if name:
            found.fields[name] = column


def _add_slot(found: Columns, column: int, days: frozenset[int] | None, parts: frozenset[str] | None) -> None:
    for table in (found.slots, found.days, found.parts):
        table.pop(column, None)
    if days and parts:
        found.slots[column] = frozenset((day, part) for day in days for part in parts)
    elif days:
        found.days[column] = days
    elif parts:
        found.parts[column] = parts


def _two_rows(grid: Grid, upper: int, lower: int, found: Columns) -> None:
    """Days over parts, or parts over days, a merged cell spoken once: each column of the lower row takes what stands above it."""
    top = [as_text(value) for value in grid[upper]]
    low = [as_text(value) for value in grid[lower]]
    width = max(len(top), len(low))
    top, low = top + [""] * (width - len(top)), low + [""] * (width - len(low))
    above: tuple[frozenset[int] | None, frozenset[str] | None] = (None, None)
    made: list[tuple[int, frozenset[int], frozenset[str]]] = []
    alone: list[tuple[int, frozenset[int] | None, frozenset[str] | None]] = []
    for column in range(width):
        if top[column]:
            above = label_slots(top[column])
        days, parts = label_slots(low[column]) if low[column] else (None, None)
        if (days or parts) and above == (None, None) and column not in found.fields.values():
            alone.append((column, days, parts))
        single = bare_day(low[column])
        if days is None and parts is None and single and above[1] and not above[0]:
            days = frozenset({single})
        if (above[0] and parts and not days) or (above[1] and days and not parts):
            made.append((column, above[0] or days or frozenset(), parts or above[1] or frozenset()))
    if len(made) < 2:
        if len(alone) > 1:  # "3月第一周" over "周一", "周二", …
            for column, day, part in alone:
                _add_slot(found, column, day, part)
            found.rows = 2
        return
    for column, one, two in made:
        _add_slot(found, column, one, two)
    # the days that were read alone from the upper row belong to what stands below them
    for column in [*found.days, *found.parts]:
        if column < width and top[column] and not low[column]:
            continue
        found.days.pop(column, None)
        found.parts.pop(column, None)
    found.rows = 2


def every_slot(days: frozenset[int] | None, parts: frozenset[str] | None) -> frozenset[Slot]:
    """Days × parts; what is not said means all of them."""
    return frozenset((day, part) for day in days or range(1, 8) for part in parts or PARTS)


def cells_of(line: Line, columns: Iterable[int]) -> Iterator[tuple[int, Value]]:
    """The filled cells of a row under these columns."""
    for column in columns:
        value = line.cells[column] if column < len(line.cells) else None
        if as_text(value):
            yield column, value
