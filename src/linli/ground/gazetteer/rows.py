"""What a list says: one row a place; and what could not be read."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Row:
    """One place of a list. ``above``: the code of what it is part of; ``row`` counts from 1 as the spreadsheet does."""

    code: str
    name: str
    above: str | None
    row: int
    sheet: str | None = None
    urban: str = ""

    @property
    def level(self) -> int:
        """2 province, 4 city, 6 district, 9 street or town, 12 committee."""
        return len(self.code)


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that says nothing usable. Problems: code_missing, code_wrong, name_missing, twice, twice_differs, no_place."""

    sheet: str | None
    row: int
    field: str
    problem: str
    value: str = ""


@dataclass(slots=True)
class Reading:
    """A list as read: its rows by code, names of upper places that its rows carry, bad rows."""

    rows: dict[str, Row] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    bad: list[Bad] = field(default_factory=list)
    year_hint: str = ""

    def add(self, row: Row) -> None:
        """Take a row; a code that was there before is a bad row, named as the same or as another name."""
        known = self.rows.get(row.code)
        if known is None:
            self.rows[row.code] = row
        else:
            problem = "twice" if known.name == row.name else "twice_differs"
            self.bad.append(Bad(row.sheet, row.row, "code", problem, row.code))
