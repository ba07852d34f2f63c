"""Offices thrown together at random: headings, order, layout, words, dates, noise, format. ``wild(seed)`` is reproducible.

What is drawn is taken from ``wild_words.toml``. The truth is built beside the cells; ``Office.doors`` is the door of each row.
"""

from __future__ import annotations

import io
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import xlsxwriter

from linli.register.tests.offices import Dwelling, Person, Rows, Town, Truth, as_delimited
from linli.register.tests.old_formats import ods, xls

POOL = tomllib.loads((Path(__file__).parent / "wild_words.toml").read_text(encoding="utf-8"))
Place = Callable[[Dwelling], dict[str, object]]
_BLOCKS: tuple[tuple[str, Place], ...] = (
    ("号室", lambda home: {"addr": f"{home.building}号{home.room}室"}),
    ("号房", lambda home: {"addr": f"{home.building}号{home.room}"}),
    ("dash", lambda home: {"addr": f"{home.building}-{home.room}"}),
    ("hash", lambda home: {"addr": f"{home.building}#{home.room}"}),
    ("幢室", lambda home: {"addr": f"{home.building}幢{home.room}室"}),
    ("号楼", lambda home: {"addr": f"{home.building}号楼 {home.room}"}),
    ("村", lambda home: {"addr": f"程家桥一村{home.building}号{home.room}室"}),
    ("弄", lambda home: {"addr": f"槐安路五十弄{home.building}号{home.room}室"}),
    ("区", lambda home: {"addr": f"长宁区槐安路50弄{home.building}号{home.room}室"}),
    ("slash", lambda home: {"addr": f"{home.building}/{home.room}"}),
    ("split", lambda home: {"bld": home.building, "room": home.room}),
    ("split words", lambda home: {"bld": f"{home.building}号", "room": f"{home.room}室"}),
    ("wide dash", lambda home: {"addr": f"{home.building}—{home.room}室"}),
)
_UNITS: tuple[tuple[str, Place], ...] = (
    ("dashes", lambda home: {"addr": f"{home.building}-{home.unit}-{home.room}"}),
    ("幢单元", lambda home: {"addr": f"{home.building}幢{home.unit}单元{home.room}"}),
    ("号楼单元", lambda home: {"addr": f"{home.building}号楼{home.unit}单元{home.room}室"}),
    ("栋门", lambda home: {"addr": f"{home.building}栋{home.unit}门{home.room}"}),
    ("split", lambda home: {"bld": f"{home.building}栋", "unit": f"{home.unit}单元", "room": home.room}),
    ("split numbers", lambda home: {"bld": home.building, "unit": home.unit, "room": home.room}),
    ("two columns", lambda home: {"bld": f"{home.building}幢{home.unit}单元", "room": home.room}),
)
_ENGLISH: tuple[tuple[str, Place], ...] = (
    ("bldg room", lambda home: {"addr": f"Bldg {home.building}, Room {home.room}"}),
    ("room bldg", lambda home: {"addr": f"Rm {home.room}, Building {home.building}"}),
    ("no", lambda home: {"addr": f"No. {home.building}-{home.room}"}),
    ("split", lambda home: {"bld": home.building, "room": home.room}),
)
_VILLAS: tuple[tuple[str, Place], ...] = (
    ("号", lambda home: {"addr": f"{home.building}号"}),
    ("别墅", lambda home: {"addr": f"别墅{home.building}号"}),
    ("V", lambda home: {"addr": f"V{home.building}"}),
    ("No.", lambda home: {"addr": f"No.{home.building}"}),
    ("bare", lambda home: {"bld": home.building}),
    ("栋", lambda home: {"addr": f"{home.building}栋"}),
)
_LANES = ("101", "亭子间", "前楼", "后楼", "底层", "二层阁", "三层阁", "2楼前楼", "客堂", "后客堂", "灶间", "晒台搭建")
_BORN: tuple[Callable[[date], object], ...] = (
    lambda day: f"{day.year}.{day.month}.{day.day}",
    lambda day: f"{day:%Y-%m-%d}",
    lambda day: f"{day:%Y/%m/%d}",
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day:%Y%m%d}",
    lambda day: f"{day:%Y.%m.%d}",
    lambda day: float((day - date(1899, 12, 30)).days),
    lambda day: f"{day.day}-{day:%b}-{day.year}",
    lambda day: f"{day:%b} {day.day}, {day.year}",
    lambda day: f"{day.year} {day.month} {day.day}",
    lambda day: f"公历{day.year}年{day.month}月{day.day}日",
)
_SEX: tuple[dict[str, object], ...] = (
    {"男": "男", "女": "女"}, {"男": "M", "女": "F"}, {"男": "1", "女": "2"}, {"男": "男性", "女": "女性"},
    {"男": "Male", "女": "Female"}, {"男": 1.0, "女": 2.0},
)  # fmt: skip
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be")


@dataclass
class Wild:
    """One file, its truth, and what was drawn for it."""

    filename: str
    data: bytes
    truth: list[Truth] = field(default_factory=list)
    doors: list[str] = field(default_factory=list)
    planted: list[tuple[Truth, str]] = field(default_factory=list)
    drawn: dict[str, object] = field(default_factory=dict)


def wild(seed: int) -> Wild:
    """A register of an office that nobody has seen."""
    return _Drawing(seed).file()


class _Drawing:
    """Everything that is drawn for one file."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.town = Town(seed)
        self.random = self.town.random
        draw = self.random.choice
        self.kind = draw(("xlsx", "xlsx", "xlsx", "csv", "csv", "xls", "ods"))
        self.english = self.random.random() < 0.15
        self.house = draw(("blocks", "blocks", "units", "villas", "lanes"))
        self.fill = draw(("every", "first", "ditto") + ("merge",) * (self.kind == "xlsx"))
        self.sex = draw(_SEX)
        self.born = draw(_BORN)
        self.many = draw(("one sheet", "one sheet", "estates", "buildings")) if self.kind == "xlsx" else "one sheet"
        self.out = Wild("", b"")
        self.place_name, self.place = self._draw_place()
        self.estate = draw(("锦绣花园", "槐安新村", "月桂苑", "听泉雅苑"))
        self.fields = self._draw_fields()
        self.heads = [self._head(name) for name in self.fields]

    def _draw_place(self) -> tuple[str, Place]:
        draw = self.random.choice
        if self.house == "villas":
            return draw(_VILLAS)
        if self.house == "units":
            return draw(_UNITS)
        if self.house == "lanes":
            return "lane", lambda home: {"addr": f"{home.unit}支弄{home.building}号{home.room}"}
        return draw(_ENGLISH) if self.english else draw(_BLOCKS)

    def _draw_fields(self) -> list[str]:
        sample = Dwelling("1", "1", "1", None, "")
        place = list(self.place(sample))
        fields = [*place, "name", "number", "phone", "rel", "state", "remark"]
        fields += [name for name in ("sex", "born", "nation") if self.random.random() < 0.5]
        if self.many == "estates":
            self.many = self.random.choice(("estates", "estate column"))
        if self.many == "estate column":
            fields.append("estate")
        noise = self.random.sample(sorted(POOL["noise"]), self.random.randrange(0, 5))
        order = [*place, *[name for name in fields if name not in place]]
        if self.random.random() < 0.6:
            rest = [*(name for name in fields if name not in place), *noise]
            self.random.shuffle(rest)
            at = self.random.randrange(0, len(rest) + 1) if self.random.random() < 0.3 else 0
            order = [*rest[:at], *place, *rest[at:]]
        else:
            order += noise
        if "state" in order and self.fill == "merge":
            order.remove("state")
            order.insert(order.index(place[-1]) + 1, "state")
        return order

    def _head(self, name: str) -> str:
        if name in POOL["noise"]:
            return name
        return self.random.choice(POOL["english_heads" if self.english else "heads"][name])

    def _homes(self, building: int) -> list[Dwelling]:
        town, number = self.town, str(building)
        if self.house == "villas":
            homes = [town.dwelling(str(building * 20 + at), "", "") for at in range(12)]
        elif self.house == "lanes":
            homes = [town.dwelling(number, "3", room) for room in self.random.sample(_LANES, 8)]
        else:
            units = ("1", "2") if self.house == "units" else ("",)
            homes = [town.dwelling(number, unit, f"{f}0{at}") for unit in units for f in (1, 2, 3) for at in (1, 2)]
        for home in homes:
            self._word(home)
        return homes

    def _word(self, home: Dwelling) -> None:
        states = POOL["english_states" if self.english else "states"]
        relations = POOL["english_relations" if self.english else "relations"]
        home.state_word = self.random.choice(states[home.state]) if home.state else ""
        for person in home.people:
            words = [word for word in relations[person.rel] if _fits(word, person.sex)]
            person.cells["rel"] = self.random.choice(words)
            person.cells["sex"] = self.sex[person.sex]
            person.cells["born"] = self.born(person.born)
            roll = self.random.random()
            remark = self.random.choice(POOL["away"] if roll < 0.06 else POOL["gone"] if roll < 0.08 else POOL["here"])
            person.remark = person.cells["remark"] = remark  # type: ignore[assignment]
            here = home.state in ("owner", "let", None) and person.rel != "owner_absent"
            person.truth.present = here and remark not in POOL["away"] and remark not in POOL["gone"]

    def _rows(
        self, homes: list[Dwelling], sheet: str | None, first: int, estate: str
    ) -> tuple[Rows, list[tuple[int, int, int]]]:
        rows: Rows = []
        merges = []
        for home in homes:
            start = len(rows)
            for at, person in enumerate(home.people or [None]):  # type: ignore[list-item]
                cells = {
                    **self.place(home),
                    "state": home.state_word,
                    "estate": estate,
                    **(person.cells if person else {}),
                }
                if at and self.fill != "every":
                    for name in (*self.place(home), "state", "estate"):
                        cells[name] = self.random.choice(("同上", "〃", "″", "-do-")) if self.fill == "ditto" else ""
                rows.append([self._cell(name, cells, len(rows), person) for name in self.fields])
                self._note(home, person, sheet, first + len(rows) - 1, estate)
            if self.fill == "merge" and len(rows) - start > 1:
                keys = [at for at, name in enumerate(self.fields) if name in (*self.place(home), "state", "estate")]
                merges += [(first + start, first + len(rows) - 1, at) for at in keys]
        return rows, merges

    def _cell(self, name: str, cells: dict[str, object], at: int, person: Person | None) -> object:
        if name in POOL["noise"]:
            if name == "序号":
                return float(at + 1)
            return self.random.choice(POOL["noise"][name]) if person else ""
        return cells.get(name, "")

    def _note(self, home: Dwelling, person: Person | None, sheet: str | None, row: int, estate: str) -> None:
        entry = person.truth if person else Truth(state=home.state)
        entry.sheet, entry.row = sheet, row
        unit = home.unit if self.house in ("units",) else ""
        side = home.unit if self.house == "lanes" else ""
        self.out.truth.append(entry)
        self.out.doors.append("|".join((estate, side, home.building, unit, home.room)))

    def file(self) -> Wild:
        """Put it all together."""
        sheets = []
        first = 1
        names = {
            "one sheet": [self.random.choice(("Sheet1", "登记表", self.estate))],
            "estate column": ["汇总表", "花名册"][1:],
        }
        names |= {"estates": ["月桂苑", "听泉雅苑"], "buildings": ["1号楼", "2号楼"]}
        for number, name in enumerate(names[self.many]):
            top = self._top(name)
            sheet = None if self.kind == "csv" else name
            first = 1 if self.kind == "csv" else len(top) + 1
            buildings = (number + 1,) if self.many in ("buildings", "estates") else (1, 2, 3, 12)
            rows: Rows = []
            merges: list[tuple[int, int, int]] = []
            for building in buildings:
                homes = self._homes(building)
                people = [person for home in homes for person in home.people]
                self.out.planted += [(p.truth, kind) for p, kind in self.town.spoil(people, "born" in self.fields)]
                estate = (
                    name
                    if self.many == "estates"
                    else ("东苑" if building < 3 else "西苑")
                    if self.many == "estate column"
                    else ""
                )
                more, also = self._rows(homes, sheet, first + len(rows), estate)
                rows += more
                merges += also
            sheets.append((name, [*top, *rows, *self._bottom()], merges))
        self.out.data, self.out.filename = self._encode(sheets)
        self.out.drawn |= {
            "kind": self.kind, "english": self.english, "house": self.house, "fill": self.fill, "place": self.place_name,
            "many": self.many, "heads": self.heads, "sex": self.sex, "born": self.born(date(1985, 3, 2)), "file": self.out.filename,
        }  # fmt: skip
        return self.out

    def _top(self, name: str) -> Rows:
        """Titles, the header in one or two rows, a row of column numbers."""
        width = len(self.fields)
        top: Rows = []
        if self.random.random() < 0.7:
            top.append([f"{self.estate}住户情况登记表（2020年3月1日）"])
        if self.random.random() < 0.3:
            top.append(["填报单位：槐安居委会", "", "", "填报人：小徐", "联系电话：021-00001234"])
        if self.random.random() < 0.2:
            top.append([])
        if self.random.random() < 0.2:
            top.append(["房屋信息" if self.fields[0] in ("addr", "bld") else "基本信息", *[""] * (width - 2), "其他"])
        top.append(list(self.heads))
        if self.random.random() < 0.15:
            top.append([str(at + 1) for at in range(width)])
        return top

    def _bottom(self) -> Rows:
        if self.random.random() < 0.5:
            return []
        return self.random.choice(
            ([[], ["填表人：小徐", "", "审核：老马"]], [["合计", "", "88人"]], [["注：请如实填写，如有变动及时上报。"]])
        )  # type: ignore[return-value]

    def _encode(self, sheets: list[tuple[str, Rows, list[tuple[int, int, int]]]]) -> tuple[bytes, str]:
        name, rows, _ = sheets[0]
        if self.kind == "csv":
            encoding, mark = self.random.choice(ENCODINGS), self.random.choice(",\t;|")
            self.out.drawn |= {"encoding": encoding, "delimiter": mark}
            return as_delimited(rows, encoding, mark), self.random.choice(
                ("a.csv", "a.txt", "a.tsv" if mark == "\t" else "b.csv")
            )
        if self.kind == "xls":
            return xls(rows, name), "a.xls"
        if self.kind == "ods":
            return ods(rows, name), "a.ods"
        return _book(sheets), "a.xlsx"


def _fits(word: str, sex: str) -> bool:
    low = word.lower()
    if any(mark in low for mark in ("妻", "女", "母", "婆", "媳", "老婆", "wife", "daughter", "mother")):
        return sex == "女" and word != "外孙"
    return not (
        any(mark in low for mark in ("夫", "子", "父", "公公", "外孙", "husband", "son", "father"))
        and sex == "女"
        and word not in ("妻子",)
    )


def _book(sheets: list[tuple[str, Rows, list[tuple[int, int, int]]]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for name, rows, merges in sheets:
        page = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, float):
                    page.write_number(at, column, cell)
                elif cell != "":
                    page.write_string(at, column, str(cell))
        for top, bottom, column in merges:
            page.merge_range(top - 1, column, bottom - 1, column, str(rows[top - 1][column]))
    book.close()
    return out.getvalue()
