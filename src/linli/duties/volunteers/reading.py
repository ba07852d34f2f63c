"""An office's list of volunteers → people, when they can, who with whom, and every doubt with its cell. Pure: no database.

``linli import-volunteers`` and the page of the import read through this one door. Two people of one name stay two people.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from linli.duties.volunteers.notes import Known, Ruling, read_sentence
from linli.duties.volunteers.table import Line, Table, read_tables
from linli.duties.volunteers.ticks import hollow_is_no, read_ticks, verdict
from linli.duties.volunteers.vocabulary import ROLES, WITHOUT_ROLE
from linli.duties.volunteers.week import ALL, Slot, as_words, label_slots, read_week
from linli.inbox.tables import as_text, read_grids
from linli.kernel.approximate import read_date
from linli.kernel.names import read_name, search_form
from linli.kernel.phones import kind_of, read_phones
from linli.kernel.refusal import Refusal

Sentence = tuple[str | None, int, str, int | None]
"""Sheet, row, words, whose note it is."""
PARTY = ("党员", "预备党员")
ADULT = 18
REFUSED = "不行："
"""Before words that stood in a column of times when somebody cannot, so that nobody reads them the other way."""
_TURNED = re.compile("(?:不能|不可|不便|不方便|没空|无空|无法)[^,，;；。×✗xX叉]{0,10}(?:√|✓|勾|钩)")
"""A title that asks for a tick where somebody cannot."""
_UNIT = re.compile(r"支援|抽调|下沉|增援|每.{1,2}人(?:为)?一组|工作人员|职工|员工")
_PLACE = "[\u4e00-\u9fffA-Za-z0-9]{2,20}?"
_DEALT = re.compile(rf"({_PLACE})(?:支援|下沉|增援|抽调至|协助)({_PLACE})(?:人员|的|[(（,，\s]|$|志愿|名单)")
_GROUP = re.compile(r"每([二三四五六七八九十]|\d{1,2})(?:个)?人(?:为|编|分)?(?:成)?一?[个]?组")


@dataclass
class Problem:
    """Something a person has to look at. ``raw``: what stands there; ``proposal``: what may be meant."""

    sheet: str | None
    row: int
    cell: str
    kind: str
    raw: str = ""
    proposal: str = ""


@dataclass
class Someone:
    """A row of the list. ``slots`` None: what was said is no weekly pattern. ``unit``: a member of a lent staff, not a volunteer."""

    sheet: str | None
    row: int
    name: str | None
    sex: str | None = None
    roles: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    said: str | None = None
    slots: frozenset[Slot] | None = frozenset()
    born_year: int | None = None
    minor: bool = False
    unit: bool = False
    mark: str = ""
    cell: str = ""

    @property
    def party(self) -> bool:
        """Whether the list calls this person a party member: shown by the body only."""
        return any(role in PARTY for role in self.roles)


@dataclass
class Sheet:
    """What the title of a table says: from which day on, who lends to whom, groups of how many."""

    since: date | None = None
    home: str = ""
    host: str = ""
    group_size: int | None = None


@dataclass
class VolunteerList:
    """The whole list. Pairs and codes name people by their place in ``people``."""

    people: list[Someone] = field(default_factory=list)
    together: list[list[int]] = field(default_factory=list)
    apart: list[list[int]] = field(default_factory=list)
    codes: dict[str, list[Ruling]] = field(default_factory=lambda: defaultdict(list))
    problems: list[Problem] = field(default_factory=list)
    title: Sheet = field(default_factory=Sheet)

    def marked(self, code: str) -> list[int]:
        """Who is exempt, day_only, no_standing, leader."""
        return sorted({at for ruling in self.codes.get(code, ()) for at in ruling.people})


def read_volunteers(data: bytes, *, today: date) -> VolunteerList:
    """Read a file (xlsx, xls, ods, csv, any encoding) or pasted text. Refusals ``list.*`` for what is no list of people."""
    found = VolunteerList()
    sentences: list[Sentence] = []
    for sheet, grid in read_grids(data):
        tables, loose = read_tables(sheet, grid)
        for table in tables:
            _title(f"{table.sheet or ''} {table.title}", found.title)
            sentences += _people(table, found, today)
            sentences += [(sheet, row, words, None) for row, words in table.text]
        if not tables:
            sentences += [(sheet, row, words, None) for row, words in loose]
    if not found.people:
        raise Refusal("list.no_headings", "No row of headings was found. Needed: %(needed)s.", needed="姓名")
    _rule(found, sentences)
    _namesakes(found)
    return found


def _title(words: str, title: Sheet) -> None:
    day = re.search(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})", words)
    if day and title.since is None:
        try:
            title.since = date(*(int(part) for part in day.groups()))
        except ValueError:
            title.since = None
    size = _GROUP.search(words)
    if size and title.group_size is None:
        word = size.group(1)
        title.group_size = int(word) if word.isdigit() else " 一二三四五六七八九十".index(word)
    dealt = _DEALT.search(words.split(" ", 1)[-1])
    if dealt and not title.home:
        title.home, title.host = dealt.group(1), dealt.group(2)


def _people(table: Table, found: VolunteerList, today: date) -> list[Sentence]:
    """The people of a table; their notes, to be read when everybody is known."""
    unit = not table.columns.tells_hours and (
        "phone" not in table.columns.fields or bool(_UNIT.search(f"{table.sheet or ''} {table.title}"))
    )
    if not unit and "said" not in table.columns.fields and _notes_tell_hours(table):
        table.columns.fields["said"] = table.columns.fields.pop("note")
    hollow = not hollow_is_no(table.lines)
    notes: list[Sentence] = []
    last: Someone | None = None
    for line in table.lines:
        if last is not None and "day" in table.columns.fields and _goes_on(line, last):
            _one_day(line, last, found, hollow)
            continue
        last = _someone(line, found, today, unit)
        found.people.append(last)
        if "day" in table.columns.fields:
            _one_day(line, last, found, hollow)
        elif table.columns.tells_hours:
            _hours(line, last, found, hollow)
            if last.said == "ticks" and _TURNED.search(table.title):
                last.slots = None
                _problem(found, line, "name", "hours_unclear")
        note = " ".join(part for part in (line.text("note"), read_name(line.written("name")).note or "") if part)
        if note:
            notes.append((line.sheet, line.number, note, len(found.people) - 1))
    return notes


def _notes_tell_hours(table: Table) -> bool:
    """Whether the column called "备注" is where people wrote when they can: most of what stands in it says so."""
    weeks = [read_week(words) for line in table.lines if (words := line.written("note"))]
    told = sum(week.doubt == "not_weekly" or (week.slots is not None and not week.doubt) for week in weeks)
    return told * 2 > len(weeks)


def _goes_on(line: Line, last: Someone) -> bool:
    """A table with a row a day: the next row without a name, or with the same name and no other telephone."""
    name = read_name(line.written("name")).name
    phones = _phones(line)[0]
    return name is None or (name == last.name and (not phones or phones == last.phones))


def _someone(line: Line, found: VolunteerList, today: date, unit: bool) -> Someone:
    name = read_name(line.written("name"))
    if name.name is None:
        _problem(found, line, "name", "name_missing")
    elif {"character_lost_before_us", "name_masked"} & set(name.problems):
        _problem(found, line, "name", "name_damaged")
    phones, code = _phones(line)
    if code:
        _problem(found, line, "phone", code)
    elif not phones and not unit:
        _problem(found, line, "phone", "phone_missing")
    one = Someone(line.sheet, line.number, name.name, _sex(line.text("sex")), _roles(line), phones, None, unit=unit)
    one.mark, one.cell = line.text("number"), line.cell("name")
    one.born_year = _born(line, today)
    one.minor = one.born_year is not None and today.year - one.born_year < ADULT
    if one.minor:
        _problem(found, line, "age" if line.text("age") else "born", "under_age")
    return one


def _phones(line: Line) -> tuple[tuple[str, ...], str]:
    """The numbers of the cell, and the code of what is wrong when there is none."""
    value = line.value("phone")
    raw = value if isinstance(value, str | float | int) and not isinstance(value, bool) else line.text("phone")
    read = read_phones(raw, is_placeholder=lambda word: word in ("无", "-", "/", "未知", "待补"))
    good = tuple(number for number in read.numbers if kind_of(number))
    wrong = next((code for code in read.problems if code in _BROKEN), "phone_unclear")
    return good, wrong if read.problems and not good else ""


_BROKEN = ("phone_10_digits", "phone_bad_length", "phone_zero_lost", "phone_letter_in_number", "phone_unclear")


def _sex(text: str) -> str | None:
    return {"男": "男", "m": "男", "male": "男", "女": "女", "f": "女", "female": "女"}.get(text.strip().lower())


def _roles(line: Line) -> tuple[str, ...]:
    """The words of the role column, and the ticked role columns, as the office calls them."""
    words = [
        word for word in re.split(r"[/、,，;；+＋&|\s()（）和兼]+", line.text("roles")) if word not in WITHOUT_ROLE
    ]
    roles = [ROLES.get(word, word) for word in words if word]
    for column, role in line.columns.roles.items():
        text = as_text(line.cells[column]) if column < len(line.cells) else ""
        if text and (verdict(text) or ROLES.get(text) == role):
            roles.append(role)
        elif ROLES.get(text):
            roles.append(ROLES[text])
    return tuple(dict.fromkeys(roles))


def _born(line: Line, today: date) -> int | None:
    """The year of birth, where the list says it."""
    year: int | None = None
    age, born = line.text("age"), line.value("born")
    if age:
        digits = re.match(r"\d{1,3}", age)
        year = today.year - int(digits.group()) if digits else None
    elif born is not None:
        text = as_text(born)
        read = read_date(born, today=today) if not isinstance(born, bool) else None
        written = re.match(r"(19|20)\d\d", text)
        year = read.value.year if read is not None and read.value else int(written.group()) if written else None
    return year


def _hours(line: Line, one: Someone, found: VolunteerList, hollow: bool) -> None:
    """When somebody can: ticks, else words; where both speak and differ, the ticks hold and it is asked."""
    _said_free(line, one, found, hollow)
    words = line.written("busy")
    if not words:
        return
    refused = read_week(words)
    told = one.said if one.said != "ticks" else None
    one.said = "，".join(part for part in (told, f"{REFUSED}{words}") if part)
    if refused.doubt or refused.slots is None:
        one.slots = None
        _problem(found, line, "busy", "hours_unclear")
    elif one.slots is not None:
        one.slots = (one.slots if line.columns.says_free else ALL) - refused.slots


def _said_free(line: Line, one: Someone, found: VolunteerList, hollow: bool) -> None:
    """What is ticked or said about when somebody can."""
    ticked, unclear, some = read_ticks(line, hollow=hollow)
    for column, text, code in unclear:
        found.problems.append(Problem(line.sheet, line.number, line.at(column), code, text))
    words = line.written("said")
    week = read_week(words)
    if some:
        one.said, one.slots = "ticks", ticked if ticked or not unclear else None
        if words and week.slots is not None and not week.doubt and week.slots and week.slots != ticked:
            _problem(found, line, "said", "hours_differ")
        return
    if not words:
        if not line.text("busy"):
            _problem(found, line, "said", "hours_missing")
        return
    one.said, one.slots = words, week.slots
    if week.doubt:
        _problem(found, line, "said", f"hours_{week.doubt}", proposal=_proposal(week.likely))


def _one_day(line: Line, one: Someone, found: VolunteerList, hollow: bool) -> None:
    """A row that speaks of one day: its parts ticked or said."""
    days, parts = label_slots(line.text("day"))
    ticked, unclear, some = read_ticks(line, hollow=hollow)
    words = line.written("said")
    week = read_week(words)
    one.said = one.said or ("ticks" if some or not words else words)
    for column, text, code in unclear:
        found.problems.append(Problem(line.sheet, line.number, line.at(column), code, text))
    if days is None or (words and (week.slots is None or week.doubt)):
        _problem(found, line, "day" if days is None else "said", "hours_unclear")
        return
    free = ticked if some else week.slots if words and week.slots is not None else None
    here = {(day, part) for day, part in _every(parts) if day in days and (free is None or (day, part) in free)}
    one.slots = frozenset((one.slots or frozenset()) | here)


def _every(parts: frozenset[str] | None) -> list[Slot]:
    return [(day, part) for day in range(1, 8) for part in parts or ("early", "afternoon", "night")]


def _proposal(likely: frozenset[Slot] | None) -> str:
    return " ".join(as_words(likely)) if likely else ""


def _problem(found: VolunteerList, line: Line, name: str, kind: str, *, proposal: str = "") -> None:
    found.problems.append(Problem(line.sheet, line.number, line.cell(name), kind, line.written(name), proposal))


def _rule(found: VolunteerList, sentences: list[Sentence]) -> None:
    """Notes beside people and sentences below them or on a sheet of their own, read when everybody is known."""
    known = [
        Known(
            at,
            one.name or "",
            tuple(mark for mark in (*one.roles, one.sex or "", *(p[-4:] for p in one.phones), one.mark) if mark),
        )
        for at, one in enumerate(found.people)
    ]
    for sheet, row, words, subject in sentences:
        read = read_sentence(words, known, subject=subject)
        for ruling in read.rulings:
            if ruling.code in ("together", "apart"):
                target = found.together if ruling.code == "together" else found.apart
                if sorted(ruling.people) not in [sorted(pair) for pair in target]:
                    target.append(ruling.people)
            else:
                found.codes[ruling.code].append(ruling)
        for kind, raw in read.problems:
            found.problems.append(Problem(sheet, row, f"A{row}", kind, raw))


def _namesakes(found: VolunteerList) -> None:
    """Two rows of one name: two people, said aloud; with the same telephone too, asked whether it is one row twice."""
    rows: dict[str, list[Someone]] = defaultdict(list)
    for one in found.people:
        if one.name:
            rows[search_form(one.name)].append(one)
    for same in rows.values():
        for at, one in enumerate(same[1:], 1):
            twice = any(set(one.phones) & set(other.phones) for other in same[:at])
            others = "、".join(f"{other.sheet or ''}{other.row}" for other in same[:at])
            kind = "row_twice" if twice else "same_name"
            found.problems.append(Problem(one.sheet, one.row, one.cell, kind, one.name or "", others))
