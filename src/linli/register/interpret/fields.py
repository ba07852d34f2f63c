"""Single fields of a person: document, sex, birth date, phones. Each names its problems by the cell it read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from linli.kernel import identity
from linli.kernel.approximate import DateReading, read_date
from linli.kernel.identity_reading import read_identity
from linli.kernel.phones import read_phones
from linli.register.interpret import words
from linli.register.interpret.birthdays import read_birthday
from linli.register.interpret.filling import Line
from linli.register.interpret.model import RowReading, Table
from linli.register.reading.sheet import Cell, as_text

Report = Callable[[str, int | None, object, object], None]
_ADULT = frozenset({"head", "spouse", "parent", "tenant", "helper", "owner_absent", "cotenant"})


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one line by field, and where its problems go."""

    table: Table
    has: dict[str, int | None]
    line: Line
    report: Report
    today: date

    def cell(self, name: str) -> Cell:
        """The value of a field, None if the table has no such column."""
        column = self.has.get(name)
        return None if column is None else self.line.cells.get(column)

    def text(self, name: str) -> str:
        """The same as text."""
        return as_text(self.cell(name))


def whereabouts(line: Line, has: dict[str, int | None]) -> list[str]:
    """What columns such as 是否在沪, 目前所在地 and 返沪日期 say, as the words of a remark."""

    def text(name: str) -> str:
        column = has.get(name)
        return "" if column is None else as_text(line.cells.get(column))

    found = []
    here, place, back = text("here"), text("whereabouts"), text("return_date")
    vocabulary = words.load("words")
    if here and here.startswith(tuple(vocabulary["here_no"])):
        found.append("不在沪" if len(here) <= 3 else f"不在沪，{here}")
    if place and not any(local in place for local in vocabulary["local_places"]) and not words.is_placeholder(place):
        found.append(f"人在{place.removeprefix('在')}" if not found else f"在{place.removeprefix('在')}")
    if back and not words.is_placeholder(back):
        day = read_date(back, today=date(2100, 1, 1)).value
        found.append(f"{day.year}年{day.month}月{day.day}日返沪" if day else f"{back}返沪")
    return found


def document(row: RowReading, cells: Cells) -> None:
    """Document kind and number, and the nationality that a resident number implies."""
    column, value, kind = cells.has.get("number"), cells.cell("number"), cells.text("doc_kind")
    if isinstance(value, (date, datetime)):
        row.doc = "id"
        cells.report("document_unclear", column, value.isoformat(), None)
        return
    if isinstance(value, str) and words.is_ditto(value.strip()):
        value = "-"
    if isinstance(value, str) and kind and "护照" in kind and value.strip():
        value = f"护照{value}" if not value.startswith("护照") else value
    reading = read_identity(
        value, nation=row.nation, home=_home(row, kind), is_placeholder=words.is_placeholder, today=cells.today
    )
    for code in reading.problems:
        if column is None and code == "id_missing":
            continue  # the table has no such column
        if code != "passport_prefixed" or "护照" in cells.text("number"):
            cells.report(code, column, cells.cell("number"), reading.number or reading.proposal)
    row.doc, row.number, row.fragment = reading.doc, reading.number, reading.fragment
    if row.nation is None and row.doc == "id" and (row.number or "")[:1] not in ("8", "9"):
        row.nation = "中国"


def _home(row: RowReading, kind: str) -> bool | None:
    if kind and "身份证" in kind and "永久" not in kind:
        return True
    if kind and "护照" in kind and row.nation is None:
        return False
    return words.is_home(row.nation)


def sex(row: RowReading, cells: Cells, relation: str) -> None:
    """The number's, else the column's, else what the word for the relation says."""
    text = cells.text("sex")
    written = words.sex_of(text) if text else None
    if text and written is None and not words.is_placeholder(text):
        cells.report("sex_unknown", cells.has["sex"], text, None)
    by_number = identity.sex_of(row.number) if row.doc == "id" and row.number else None
    if by_number and written and by_number != written:
        cells.report("sex_contradicts_id", cells.has["sex"], text, by_number)
    elif by_number and not written and "sex" in cells.has:
        cells.report("sex_from_id", cells.has["sex"], text or None, by_number)
    row.sex = by_number or written or words.relation_sex(relation)


def born(row: RowReading, cells: Cells) -> None:
    """The number's birth date, else the column's."""
    column, value = cells.has.get("born"), cells.cell("born")
    if isinstance(value, str) and (words.is_placeholder(value) or words.is_ditto(value.strip())):
        value = None
    reading, doubt = read_birthday(value, today=cells.today, elder=row.rel in _ADULT)
    certain = identity.born_of(row.number) if row.doc == "id" and row.number else None
    if reading.value is not None and (reading.value.year < 1850 or reading.value > cells.today):
        reading = DateReading(impossible=True)
    day = certain or reading.value
    if reading.impossible:
        cells.report("born_impossible", column, value, day.isoformat() if day else None)
    elif reading.two_digit_year:
        cells.report("born_two_digit_year", column, value, day.isoformat() if day else None)
    if certain and reading.value and not reading.impossible and not _same_day(certain, reading):
        cells.report("born_contradicts_id", column, value, certain.isoformat())
    if doubt and certain is None:
        cells.report(doubt, column, value, None)
    row.born, row.born_about = day, certain is None and reading.about


def phones_of(row: RowReading, cells: Cells) -> None:
    """Every phone of every phone column, each once."""
    numbers: list[str] = []
    notes: list[str] = []
    for column in cells.table.all("phone"):
        value = cells.line.cells.get(column)
        if isinstance(value, (date, datetime)) or value is None:
            continue
        reading = read_phones(value, is_placeholder=words.is_placeholder)
        numbers += [number for number in reading.numbers if number not in numbers]
        notes += [reading.note] if reading.note else []
        if column in cells.line.filled:
            continue
        proposal = list(reading.numbers) if len(reading.numbers) > 1 else (*reading.numbers, reading.proposal)[0]
        for code in reading.problems:
            cells.report(code, column, value, proposal)
    row.phones, row.phone_note = tuple(numbers), "；".join(notes) or None


def _same_day(certain: date, reading: DateReading) -> bool:
    """A two-digit year agrees with either century."""
    value = reading.value
    if value is None or value == certain:
        return value is not None
    return (
        reading.two_digit_year
        and (value.year - certain.year) % 100 == 0
        and (value.month, value.day) == (certain.month, certain.day)
    )
