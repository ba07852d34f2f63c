"""Invented offices: registers in many layouts and wordings together with the truth about every row.

Nobody in here exists: order numbers 700-989, phones 199-0000-xxxx.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import xlsxwriter

from linli.kernel.identity import check_character

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜欧"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华慧巧美亮云健"
AREAS = ("310105", "310110", "310115", "320102", "340104", "330106", "310103", "420106")
STATE_WORDS = {
    "owner": ("业主自住", "自有自住", "在住", "产权人自住"),
    "let": ("整租", "已出租", "租赁户", "出租房"),
    "vacant": ("毛坯", "空置房", "未入住", "待售"),
    "closed": ("空关户", "长期无人居住，业主住别处", "业主不住"),
    "away": ("全家离沪", "人在境外", "全家外出", "全家回老家"),
    "refused": ("拒绝登记", "不愿配合", "拒访"),
    "unreached": ("多次上门无人", "敲门无应答", "联系不上", "失联"),
    None: ("",),
}
REL_WORDS = {
    "head": ("户主", "本人", "产权人"),
    "spouse": ("妻子", "丈夫", "爱人"),
    "child": ("长子", "次女", "儿子", "女儿"),
    "parent": ("母亲", "岳父", "奶奶"),
    "tenant": ("承租人", "租户", "主租人"),
    "cotenant": ("合租人", "室友", "同租"),
    "helper": ("住家保姆", "护工"),
    "owner_absent": ("房东", "产权人(不住)", "出租人"),
}
AWAY = (
    "在日本，4月10日左右回",
    "回湖北老家，未返沪",
    "法国留学 6月回",
    "人在加拿大，归期未定",
    "在安徽老家过年，3月底返沪",
    "滞留武汉",
)
HERE = (
    "",
    "",
    "",
    "",
    "低保",
    "在日企工作",
    "曾去过武汉(2019年)",
    "德国车一辆",
    "女儿同住",
    "家里有狗",
    "3月2日已返沪，居家观察满14天",
    "美国学校老师",
)
GONE = ("已搬走", "已去世", "2月退租搬离")


@dataclass
class Truth:
    """What should be read from one row."""

    sheet: str | None = None
    row: int = 0
    state: str | None = None
    name: str | None = None
    sex: str | None = None
    doc: str | None = None
    number: str | None = None
    born: str | None = None
    phone: object = None
    present: bool | None = None


@dataclass
class Person:
    """One invented person, with what is typed into the cells."""

    name: str
    rel: str
    sex: str
    number: str
    born: date
    phone: str
    remark: str = ""
    cells: dict[str, object] = field(default_factory=dict)
    truth: Truth = field(default_factory=Truth)


@dataclass
class Dwelling:
    """A door and its people."""

    building: str
    unit: str
    room: str
    state: str | None
    state_word: str
    people: list[Person] = field(default_factory=list)


class Town:
    """Everything random about a register, reproducible by its seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.given_out: set[str] = set()

    def number(self, born: date, sex: str) -> str:
        """A valid number that no other person of the town has."""
        while True:
            order = self.random.randrange(700, 989)
            if (order % 2 == 1) != (sex == "男"):
                continue
            first17 = f"{self.random.choice(AREAS)}{born:%Y%m%d}{order}"
            number = first17 + check_character(first17)
            if number not in self.given_out and number[:17] not in {other[:17] for other in ()}:
                self.given_out.add(number)
                return number

    def name(self) -> str:
        """A surname and one or two characters."""
        return self.random.choice(SURNAMES) + "".join(
            self.random.choice(GIVEN) for _ in range(self.random.choice((1, 2, 2)))
        )

    def person(self, rel: str) -> Person:
        """One person whose sex agrees with the word for the relation."""
        word = self.random.choice(REL_WORDS[rel])
        sex = self.random.choice("男女")
        sex = (
            "女"
            if any(mark in word for mark in "妻女母奶")
            else "男"
            if any(mark in word for mark in "夫子父")
            else sex
        )
        low, high = {"child": (2003, 2018), "parent": (1930, 1955)}.get(rel, (1960, 1995))
        born = date(self.random.randrange(low, high), self.random.randrange(1, 13), self.random.randrange(1, 29))
        person = Person(
            self.name(), rel, sex, self.number(born, sex), born, f"1990000{self.random.randrange(10_000):04d}"
        )
        person.cells = {
            "name": person.name,
            "rel": word,
            "sex": sex,
            "number": person.number,
            "phone": person.phone,
            "nation": "中国",
        }
        person.truth = Truth(
            name=person.name, sex=sex, doc="id", number=person.number, born=born.isoformat(), phone=person.phone
        )
        return person

    def dwelling(self, building: str, unit: str, room: str) -> Dwelling:
        """A dwelling in some state with the people who fit it."""
        state = self.random.choices(
            ("owner", "let", "vacant", "closed", "away", "refused", "unreached", None), (50, 20, 6, 6, 6, 3, 3, 2)
        )[0]
        home = Dwelling(building, unit, room, state, self.random.choice(STATE_WORDS[state]))
        if state in ("owner", "away", None):
            rels = ["head", "spouse", "child", "parent", "helper"][: self.random.randrange(1, 6)]
        elif state == "let":
            rels = ["owner_absent"] * (self.random.random() < 0.2) + ["tenant", "cotenant", "cotenant"][
                : self.random.randrange(1, 4)
            ]
        else:
            rels = []
        home.people = [self.person(rel) for rel in rels]
        for person in home.people:
            self._remark(person)
            person.truth.state = state
            person.truth.present = (
                state in ("owner", "let", None) and person.rel != "owner_absent" and person.remark not in (*AWAY, *GONE)
            )
        return home

    def _remark(self, person: Person) -> None:
        roll = self.random.random()
        person.remark = self.random.choice(AWAY if roll < 0.06 else GONE if roll < 0.07 else HERE)
        person.cells["remark"] = person.remark

    def spoil(self, people: list[Person], born_column: bool) -> list[tuple[Person, str]]:
        """Type some cells the way tired people do. Returns (person, kind of problem)."""
        planted = []
        for person in people:
            roll = self.random.random()
            if roll < 0.14:
                planted.append((person, self._spoil_number(person, born_column)))
            elif roll < 0.24:
                planted.append((person, self._spoil_phone(person)))
        return planted

    def _spoil_number(self, person: Person, born_column: bool) -> str:
        number = person.number
        wrong = str((int(number[15]) + 1) % 10)
        ways: dict[str, tuple[object, bool]] = {
            "id_lower_x": (number.lower(), True),
            "id_apostrophe": ("'" + number, True),
            "id_trailing_space": (number + self.random.choice(" \u3000\u00a0\u200b\t"), True),
            "id_inner_space": (f"{number[:6]} {number[6:14]} {number[14:]}", True),
            "id_fullwidth": (number.translate({ord(char): ord(char) + 0xFEE0 for char in "0123456789"}), True),
            "id_17_digits": (number[:9] + number[10:], False),
            "id_bad_check": (number[:15] + wrong + number[16:], False),
            "id_placeholder": (self.random.choice(("待补", "未提供", "/", "—")), False),
            "id_missing": ("", False),
            "id_float_lost": (float(number[:17] + "0"), False),
            "id_letter_in_number": (number.replace("0", "O"), False),
        }
        if not number.endswith("X"):
            ways.pop("id_lower_x")
        if "0" not in number[:17]:
            ways.pop("id_letter_in_number")
        kind = self.random.choice(sorted(ways))
        person.cells["number"], kept = ways[kind]
        if not kept:
            person.truth.number = None
            person.truth.born = person.born.isoformat() if born_column else None
        return kind

    def _spoil_phone(self, person: Person) -> str:
        phone = person.phone
        ways: dict[str, tuple[object, object]] = {
            "phone_spaced": (f"{phone[:3]} {phone[3:7]} {phone[7:]}", phone),
            "phone_dashed": (f"{phone[:3]}-{phone[3:7]}-{phone[7:]}", phone),
            "phone_prefix": (f"+86 {phone}", phone),
            "phone_two": (f"{phone}、021-00001234", [phone, "02100001234"]),
            "phone_with_note": (f"{phone}（儿子）", phone),
            "phone_10_digits": (phone[:-1], None),
            "phone_fullwidth": (phone.translate({ord(char): ord(char) + 0xFEE0 for char in "0123456789"}), phone),
            "phone_number_cell": (float(phone), phone),
        }
        kind = self.random.choice(sorted(ways))
        person.cells["phone"], person.truth.phone = ways[kind]
        return kind


@dataclass
class Office:
    """A register file as one office keeps it."""

    name: str
    filename: str
    data: bytes
    truth: list[Truth]
    planted: list[tuple[Truth, str]]


Rows = list[list[object]]


def homes_of(town: Town, buildings: int, units: int, floors: int, per_floor: int) -> list[Dwelling]:
    """Every door of some buildings; ``floors`` 0 makes villas."""
    found = []
    for building in range(1, buildings + 1):
        for unit in range(1, max(units, 1) + 1):
            rooms = (
                [""]
                if not floors
                else [f"{floor}{at:02d}" for floor in range(1, floors + 1) for at in range(1, per_floor + 1)]
            )
            found += [town.dwelling(str(building), str(unit) if units else "", room) for room in rooms]
    return found


def fill_rows(
    homes: list[Dwelling],
    fields: list[str],
    place: Callable[[Dwelling], dict[str, object]],
    fill: str,
    sheet: str | None,
    first: int,
) -> tuple[Rows, list[Truth], list[tuple[int, int, str]]]:
    """Rows of cells, the truth for each, and (first row, last row, field) of what is to be merged."""
    rows: Rows = []
    truth: list[Truth] = []
    merges: list[tuple[int, int, str]] = []
    for home in homes:
        start = len(rows)
        for at, person in enumerate(home.people or [None]):  # type: ignore[list-item]
            cells: dict[str, object] = {**place(home), "state": home.state_word, **(person.cells if person else {})}
            if person:
                cells["born"] = f"{person.born:%Y/%m/%d}"
                cells["head"] = home.people[0].name
            if at and fill != "every":
                for name in [*place(home), "state"]:
                    cells[name] = "" if fill in ("first", "merge") else "同上" if at % 2 else "〃"
            rows.append([cells.get(name, "") for name in fields])
            entry = person.truth if person else Truth(state=home.state)
            entry.sheet, entry.row = sheet, first + len(rows) - 1
            truth.append(entry)
        if fill == "merge" and len(rows) - start > 1:
            merges += [
                (first + start, first + len(rows) - 1, name) for name in (*place(home), "state") if name in fields
            ]
    return rows, truth, merges


def as_delimited(rows: Rows, encoding: str, delimiter: str) -> bytes:
    """Rows as a text table."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    for row in rows:
        writer.writerow(
            [
                f"{cell:.5E}"
                if isinstance(cell, float) and cell > 1e15
                else f"{cell:.0f}"
                if isinstance(cell, float)
                else cell
                for cell in row
            ]
        )
    return out.getvalue().encode(encoding)


def as_xlsx(
    sheets: list[tuple[str, Rows, list[tuple[int, int, str]], list[str]]], hidden_columns: tuple[int, ...] = ()
) -> bytes:
    """Rows as a workbook; merges are by field name of the sheet's field list (rows counted from 1)."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for name, rows, merges, fields in sheets:
        page = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, float):
                    page.write_number(at, column, cell)
                elif cell != "":
                    page.write_string(at, column, str(cell))
        for top, bottom, field_name in merges:
            column = fields.index(field_name)
            page.merge_range(top - 1, column, bottom - 1, column, str(rows[top - 1][column]))
        for column in hidden_columns:
            page.set_column(column, column, None, None, {"hidden": True})
    book.close()
    return out.getvalue()
