"""One line of a passenger list → a passenger or a member of the crew, with the doubts about each cell. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from linli.inbox.tables import Value, as_text, letter
from linli.journeys.manifest_columns import Columns
from linli.journeys.manifest_flight import read_flight_day
from linli.kernel.manifest_cells import (
    PASSPORT_LENGTHS,
    Order,
    is_masked,
    is_slashed,
    masked_tail,
    passport_spellings,
    read_born,
    read_sex,
)
from linli.kernel.manifest_names import TITLES, written_by_airline
from linli.kernel.phones import kind_of, read_phones

PASSENGER, CREW = "passenger", "crew"
PROBLEMS = (
    "name_missing", "document_missing", "document_unclear", "passport_zeros_lost", "born_missing", "born_unclear", "born_order_unclear",
    "born_in_future", "document_masked", "phone_masked",
    "phone_unclear", "surname_from_above", "listed_twice", "document_shared", "total_differs",
)  # fmt: skip
"""Closed list of what may be wrong on a list."""
SHORTEST = 5
"""A document with a letter in it has at least so many characters."""
_CREW_CELL = re.compile(r"^(?:\W*(?:crew|ccm|机组(?:人员|成员)?|乘务(?:员|长)?|飞行员|机长|副驾驶|航空安全员|安全员|"
                        r"captain|capt|pilot|first officer|f/?o|purser|steward(?:ess)?|cabin crew|flight attendant|dhc|dh)\W*)+$",
                        re.IGNORECASE)  # fmt: skip
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff·•]+")
_TITLED = re.compile(r"^(?:mr|mrs|ms|miss|mstr|master|dr|prof)\.?\s+(?=\S)", re.IGNORECASE)
_NOTHING = frozenset(
    ("无", "-", "/", "—", "--", "n/a", "na", "nil", "none", "null", "未知", "不详", "待补", "tbc", "tba")
)
_OF_AN_ADDRESS = {
    "district": "", "address": "", "road": "", "lane": "弄", "house": "号", "unit": "单元", "room": "室", "door": "",
}  # fmt: skip
"""Columns that an address may be spread over, each with the word that a number alone needs."""
_MALE, _FEMALE = frozenset(("MR", "MSTR", "MASTER", "HERR")), frozenset(("MRS", "MS", "MISS", "MME", "FRAU"))


@dataclass(frozen=True, slots=True)
class Problem:
    """What a person has to look at: ``kind`` from :data:`PROBLEMS`, ``raw`` what stands in the cell."""

    sheet: str | None
    row: int
    cell: str
    kind: str
    raw: str = ""


@dataclass
class Passenger:
    """A line. ``name`` as a ticket has it (SURNAME/GIVEN) or Chinese; ``document`` in its longest spelling, ``spellings`` all that
    the cell may have meant, ``tail`` and ``phone_tails`` what is left of numbers half hidden;
    ``extra``: what stands under headings that nobody knew; ``raw``: the whole line under its headings."""

    sheet: str | None
    row: int
    name: str
    role: str = PASSENGER
    chinese: str = ""
    sex: str = ""
    nation: str = ""
    born: date | None = None
    document: str = ""
    spellings: tuple[str, ...] = ()
    seat: str = ""
    tail: str = ""
    phones: tuple[str, ...] = ()
    phone_tails: tuple[str, ...] = ()
    phone: str = ""
    address: str = ""
    flight: str = ""
    landed: date | None = None
    origin: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    raw: dict[str, str] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    twice: bool = False


class _Line:
    """A row under its headings."""

    def __init__(self, sheet: str | None, number: int, at: int, row: Sequence[Value], columns: Columns) -> None:
        self.sheet, self.number, self.at, self.row, self.columns = sheet, number, at, row, columns

    def value(self, name: str) -> Value:
        places = self.columns.fields.get(name, ())
        return next((self.row[at] for at in places if at < len(self.row) and as_text(self.row[at])), None)

    def text(self, name: str) -> str:
        found = re.sub(r"\s+", " ", as_text(self.value(name)))
        return "" if found.lower() in _NOTHING else found

    def texts(self, name: str) -> list[str]:
        places = self.columns.fields.get(name, ())
        return [
            text
            for at in places
            if at < len(self.row) and (text := as_text(self.row[at])) and text.lower() not in _NOTHING
        ]

    def cell(self, name: str) -> str:
        places = self.columns.fields.get(name, (0,))
        return f"{letter(places[0])}{self.at + 1}"

    def under(self, labels: Mapping[int, str]) -> dict[str, str]:
        return {label: text for at, label in labels.items() if at < len(self.row) and (text := as_text(self.row[at]))}


def read_passenger(
    sheet: str | None,
    number: int,
    at: int,
    row: Sequence[Value],
    columns: Columns,
    *,
    role: str,
    on: date,
    order: Order,
    told: bool,
    before: Passenger | None,
) -> tuple[Passenger | None, list[Problem]]:
    """The person of a row and what is wrong with it; None for a line that names nobody and says nothing of anybody."""
    line = _Line(sheet, number, at, row, columns)
    problems: list[Problem] = []

    def doubt(name: str, kind: str, raw: str = "") -> None:
        problems.append(Problem(sheet, number, line.cell(name), kind, raw or line.text(name)))

    name, chinese = _name(line, before, doubt)
    if not name and not any(line.text(one) for one in ("document", "born", "phone")):
        return None, []
    if not name:
        doubt(
            next((one for one in ("name", "latin", "surname", "chinese") if one in columns.fields), "name"),
            "name_missing",
        )
    one = Passenger(sheet, number, name, _role(line, role), chinese, nation=line.text("nation"), seat=line.text("seat"))
    one.sex = read_sex(line.text("sex")) or _sex_of_title(name)
    _document(line, one, doubt)
    _born(line, one, doubt, on=on, order=order, told=told)
    _reach(line, one, doubt)
    _journey(line, one)
    one.extra, one.raw = line.under(columns.unknown), line.under(columns.labels)
    one.cells = {field: line.cell(field) for field in columns.fields}
    one.problems = [problem.kind for problem in problems]
    return one, problems


def _name(line: _Line, before: Passenger | None, doubt: Any) -> tuple[str, str]:
    """(as on a ticket, in characters): from one column or from surname and given name."""
    surname = line.text("surname")
    given = " ".join(part for part in (line.text("given"), line.text("middle")) if part)
    if given and not surname and before is not None and "/" in before.name:
        surname = before.name.partition("/")[0]
        doubt("surname", "surname_from_above", given)
    whole = line.text("name") or line.text("latin")
    if surname or given:
        whole = surname if "/" in surname or not given else given if not surname else f"{surname}/{given}"
    texts = [one for one in (line.text("latin"), whole, line.text("chinese")) if one]
    latin = next(
        (part for one in texts if len(re.findall(r"[^\W\d_]", part := _HAN.sub(" ", one).strip(" ()/"))) > 1), ""
    )
    chinese = next((found.group() for one in texts if (found := _HAN.search(one.replace("/", "")))), "")
    return re.sub(r"\s+", " ", _TITLED.sub("", latin)) or chinese, chinese


def _role(line: _Line, role: str) -> str:
    """Crew by a column for it, by CREW in place of a seat or an address, or by the section it stands in."""
    said = line.text("role")
    if said and re.search(r"机组|乘务|crew|飞行|机长", said, re.IGNORECASE):
        return CREW
    if any(
        _CREW_CELL.match(as_text(value)) for at, value in enumerate(line.row) if at not in _name_columns(line.columns)
    ):
        return CREW
    if said and re.search(r"旅客|乘客|pax|passenger|adult|child|infant|成人|儿童|婴儿", said, re.IGNORECASE):
        return PASSENGER
    return role


def _name_columns(columns: Columns) -> set[int]:
    return {
        at for name in ("name", "latin", "surname", "given", "middle", "chinese") for at in columns.fields.get(name, ())
    }


def _sex_of_title(name: str) -> str:
    """MR, MRS behind a name."""
    words = re.findall(r"[A-Z]+", name.upper())
    last = words[-1] if len(words) > 2 and words[-1] in TITLES else ""
    return "男" if last in _MALE else "女" if last in _FEMALE else ""


def _document(line: _Line, one: Passenger, doubt: Any) -> None:
    value, text = line.value("document"), re.sub(r"\s*\([^()]*\)", "", line.text("document"))
    value = text if isinstance(value, str) else value
    one.spellings = passport_spellings(value) if text else ()
    one.document = one.spellings[-1] if one.spellings else ""
    if not text:
        if "document" in line.columns.fields:
            doubt("document", "document_missing")
        return
    if is_masked(text):
        one.spellings, one.document, one.tail = (), "", masked_tail(text)
        doubt("document", "document_masked")
        return
    cut = re.fullmatch(r"\d(?:\.\d+)?E\+?\d{1,2}", text, re.IGNORECASE)  # a spreadsheet kept the first digits only
    if not one.spellings or cut or (len(one.spellings[0]) < SHORTEST and not text.isdigit()):
        one.spellings, one.document = (), ""
        doubt("document", "document_unclear")
        return
    if one.spellings[0].isdigit() and len(one.spellings[0]) < PASSPORT_LENGTHS[0]:
        doubt("document", "passport_zeros_lost")


def _born(line: _Line, one: Passenger, doubt: Any, *, on: date, order: Order, told: bool) -> None:
    value, text = line.value("born"), line.text("born")
    if not text:
        if "born" in line.columns.fields:
            doubt("born", "born_missing")
        return
    one.born = read_born(value, on=on, order=order)
    if one.born is None:
        doubt("born", "born_unclear")
    elif one.born > on:
        one.born = None
        doubt("born", "born_in_future")
    elif not told and is_slashed(value) and one.born.day <= 12 and one.born.day != one.born.month:
        doubt("born", "born_order_unclear")


def _reach(line: _Line, one: Passenger, doubt: Any) -> None:
    """Telephones and address."""
    numbers: list[str] = []
    hidden = False
    for text in line.texts("phone"):
        if _CREW_CELL.match(text):
            continue
        hidden |= is_masked(text)
        one.phone_tails += (tail,) if (tail := masked_tail(text)) else ()
        numbers += [
            number
            for number in read_phones(text, is_placeholder=lambda word: word.lower() in _NOTHING).numbers
            if kind_of(number)
        ]
    one.phones = tuple(dict.fromkeys(numbers))
    one.phone = one.phones[0] if one.phones else ""
    if not numbers and any(re.search(r"\d", text) for text in line.texts("phone")):
        doubt("phone", "phone_masked" if hidden else "phone_unclear")
    one.address = _address(line)


def _address(line: _Line) -> str:
    """The address, of one column or of several as they stand beside each other: 小区, 楼号, 室号."""
    places = sorted((at, name) for name in _OF_AN_ADDRESS for at in line.columns.fields.get(name, ()))
    parts: list[str] = []
    for at, name in places:
        text = re.sub(r"\s+", " ", as_text(line.row[at])) if at < len(line.row) else ""
        if text and text.lower() not in _NOTHING:
            parts.append(text + (_OF_AN_ADDRESS[name] if re.fullmatch(r"\d+[A-Za-z]?", text) else ""))
    whole = [part for part in parts if not any(part in other for other in parts if other != part)]
    return (" " if any(part.isascii() for part in whole) else "").join(whole)


def _journey(line: _Line, one: Passenger) -> None:
    flight = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", line.text("flight"))).upper()
    one.flight = flight if re.fullmatch(r"[A-Z0-9]{2}\d{3,4}|[GDCZTK]\d{1,4}", flight) else ""
    landed = line.value("landed")
    one.landed = landed.date() if isinstance(landed, datetime) else landed if isinstance(landed, date) else None
    one.landed = one.landed or read_flight_day(line.text("landed"))
    one.origin = line.text("origin")


def find_doubles(people: Sequence[Passenger], problems: list[Problem]) -> None:
    """Who stands on the list twice (the same document and name, or name, birth date and sex without one), and who shares a document."""
    by_document: dict[str, list[Passenger]] = {}
    by_name: dict[tuple[Any, ...], list[Passenger]] = {}
    for one in people:
        if one.document:
            group = by_document.setdefault(one.document, [])
        else:
            group = by_name.setdefault((_form(one), one.born, one.sex), []) if one.name and one.born else []
        same = next((other for other in group if _same_name(one, other)), None)
        kind = "listed_twice" if same else "document_shared" if group and one.document else ""
        if kind:
            first = same or group[0]
            where = f"{first.sheet or ''} {first.row}".strip()
            problems.append(Problem(one.sheet, one.row, one.cells.get("document", f"A{one.row}"), kind, where))
            one.problems.append(kind)
            one.twice = kind == "listed_twice"
        group.append(one)


def _form(one: Passenger) -> frozenset[Any]:
    return written_by_airline(one.name).forms


def _same_name(one: Passenger, other: Passenger) -> bool:
    return bool(_form(one) & _form(other))
