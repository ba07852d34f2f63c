"""What an interpretation consists of."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from linli.kernel.addresses import Door
from linli.register.interpret.presence import Away
from linli.register.interpret.words import Vocabulary, vocabulary

RowKey = tuple[str | None, int]
PART = 10_000_000


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the file that a person should know. ``row`` None: the whole sheet or column, then ``cell`` says which.

    ``level``: error (a value is not stored), ask (a person must decide), warn (a value was chosen), note (nothing is lost).
    """

    sheet: str | None
    row: int | None
    cell: str | None
    kind: str
    raw: object = None
    proposal: object = None
    level: str = "note"


@dataclass(slots=True)
class RowReading:
    """One row: a person, or a dwelling with nobody in it (``name`` None). ``row`` counts as the spreadsheet does."""

    sheet: str | None
    row: int
    door: Door
    state: str | None = None
    name: str | None = None
    sex: str | None = None
    doc: str | None = None
    number: str | None = None
    fragment: str | None = None
    born: date | None = None
    born_about: bool = False
    rel: str | None = None
    phones: tuple[str, ...] = ()
    phone_note: str | None = None
    nation: str | None = None
    remark: str | None = None
    comment: str | None = None
    present: bool | None = None
    absence: str | None = None  # away, elsewhere, gone, dwelling
    away: Away | None = None
    head_name: str | None = None
    plates: tuple[str, ...] = ()
    part: int = 0  # several people in one row of the file: 0 the first, 1 the second …

    @property
    def key(self) -> RowKey:
        """(sheet, row): how results identify a row. Others in the same row get a number that no sheet has."""
        return (self.sheet, self.row + self.part * PART)

    @property
    def is_person(self) -> bool:
        """False for a dwelling with nobody in it."""
        return self.name is not None


@dataclass(slots=True)
class Table:
    """A register table inside a sheet: which column is what, where its rows begin."""

    columns: dict[int, str]
    labels: dict[int, str]
    header: int
    first: int
    last: int | None = None
    estate: str = ""
    address: str = ""  # of the estate: its road and lane
    building: str = ""
    state: str | None = None  # of every home in it: a sheet called 出租户
    filled: date | None = None
    building_word: str = "号"
    hidden: dict[int, str] = field(default_factory=dict)
    ignored: dict[int, str] = field(default_factory=dict)
    guessed: dict[int, str] = field(default_factory=dict)
    vocabulary: Vocabulary = field(default_factory=vocabulary, repr=False)
    part: int = 0
    shared: frozenset[int] = frozenset()  # columns that the first table of the same rows has read already
    others: list[Table] = field(default_factory=list)  # further people or tables in the same rows
    lanes: dict[str, Counter[str]] = field(default_factory=dict)  # estate that a column names → what its addresses say

    def addresses(self) -> dict[str, str]:
        """Estate → its road and lane: what stands above the rows, and for estates that a column names what most of their doors say."""
        named = {estate: told.most_common(1)[0][0] for estate, told in self.lanes.items()}
        return named | ({self.estate: self.address} if self.estate and self.address else {})

    def column(self, name: str) -> int | None:
        """The first column of a field."""
        return next((column for column, name_ in self.columns.items() if name_ == name), None)

    def all(self, name: str) -> list[int]:
        """Every column of a field (two phone columns, two remarks)."""
        return [column for column, name_ in sorted(self.columns.items()) if name_ == name]


@dataclass(slots=True)
class Interpretation:
    """Everything that was read from one file, before anybody answered anything or anything was stored."""

    rows: list[RowReading] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    merge: list[tuple[RowKey, RowKey]] = field(default_factory=list)
    ask: list[tuple[RowKey, RowKey]] = field(default_factory=list)
    never_merge: list[tuple[RowKey, RowKey]] = field(default_factory=list)
    same: list[tuple[RowKey, RowKey]] = field(default_factory=list)
    totals: dict[str, int] = field(default_factory=dict)
    tables: dict[str | None, Table] = field(default_factory=dict)
    villas: dict[str, bool] = field(default_factory=dict)
    records: int = 0
    lines: int = 0
