"""The files of one office over one week: a register of some hundred homes as a clerk keeps it, and the same a week later.

Everything in them is invented; identity numbers pass GB 11643 with sequence numbers from 700, telephones begin with 199-0000.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils import timezone

from linli.kernel.identity import check_character

SURNAMES = "赵钱孙李周吴郑冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎"
GIVEN = "知安静丽强磊洋勇艳杰娟涛明超秀霞平刚桂英慧巧美亮云健宁若晓棠听雨"
BLOCK, VILLAS, HIDDEN = "槐荫新村", "听松别墅", "旧表勿用"
HEADINGS = ["楼号", "室号", "姓名", "与户主关系", "性别", "身份证号", "联系电话", "房屋状态", "随手记"]
VILLA_HEADINGS = ["门牌", "住户姓名", "关系", "性别", "证件号码", "手机", "居住情况", "随手记"]
AGENT = "19900008888"
BUILDINGS, FLOORS, DOORS = 7, 5, 4


@dataclass
class Line:
    """One row of the office's table; ``building`` is empty in the villas."""

    building: str
    room: str
    name: str = ""
    rel: str = ""
    sex: str = ""
    number: object = ""
    phone: str = ""
    state: str = "自住"
    note: str = ""

    def cells(self) -> list[object]:
        """Under HEADINGS or VILLA_HEADINGS."""
        head = [self.building, self.room] if self.building else [self.room]
        return [*head, self.name, self.rel, self.sex, self.number, self.phone, self.state, self.note]


Office = dict[str, Line]


def number(index: int, born: str = "") -> str:
    """An invented identity number with a right check digit; a birth date of its own for every index below 20,000."""
    day = born or f"{1938 + index % 60}{1 + index // 60 % 12:02}{1 + index * 7 % 28:02}"
    first = f"310117{day}{700 + index % 290}"
    return first + check_character(first)


def person(index: int, rel: str, door: Line) -> Line:
    """Somebody at a door, different for every index."""
    name = (
        SURNAMES[index % len(SURNAMES)] + GIVEN[index * 5 % len(GIVEN)] + GIVEN[(index * 3 + index // 29) % len(GIVEN)]
    )
    digits = number(index)
    sex = "男" if int(digits[16]) % 2 else "女"
    return replace(door, name=name, rel=rel, sex=sex, number=digits, phone=f"1990001{index:04}")


def first_week() -> Office:
    """Key → row: "3-201-1" is the first person of 3号201室, "v5-1" the first of villa 5."""
    found: Office = {}
    index = 0
    for home in range(BUILDINGS * FLOORS * DOORS):
        building, floor, door = home // (FLOORS * DOORS) + 1, home // DOORS % FLOORS + 1, home % DOORS + 1
        key, place = f"{building}-{floor}0{door}", Line(f"{building}号", f"{floor}0{door}室")
        if home % 11 == 4:
            found[f"{key}-1"] = replace(place, state="空关" if home % 2 else "空置")
            continue
        let = home % 7 == 2
        place.state = "出租" if let else "自住"
        for at, rel in enumerate(["租客", "合租"] if let else ["户主", "配偶", "子女"][: 1 + home % 3], start=1):
            line = person(index, rel, place)
            if rel == "子女":
                line.name = found[f"{key}-1"].name[0] + line.name[1:]
            found[f"{key}-{at}"] = line
            index += 1
    for villa in range(1, 13):
        for at, rel in enumerate(["户主", "配偶"], start=1):
            found[f"v{villa}-{at}"] = person(index, rel, Line("", f"{villa}号"))
            index += 1
    _plant(found)
    return found


def _plant(rows: Office) -> None:
    """What ten years leave behind: namesakes, twins, an agent's telephone, bad numbers, one person in two rows."""
    for key, born in (("1-102-1", "19560311"), ("5-502-1", "19880724")):  # namesakes: one name, two people
        edit(rows, key, name="王建国", sex="男", number=number(11, born))
    for at, name in enumerate(("思远", "思齐"), start=3):  # twins: one birthday, one telephone
        twin = replace(rows["2-301-1"], rel="子女", sex="女", number=number(40 + 2 * at, "20110909"))
        rows[f"2-301-{at}"] = replace(twin, name=twin.name[0] + name, phone="19900005001", note="双胞胎")
    flats = [key for key, line in rows.items() if line.rel == "租客"][:6]
    for key in flats:
        edit(rows, key, phone=AGENT, note="电话是中介小杜的")
    edit(rows, "1-204-1", number=str(rows["1-204-1"].number)[:-1])
    wrong = str(rows["3-102-1"].number)
    edit(rows, "3-102-1", number=wrong[:-1] + ("1" if wrong[-1] != "1" else "2"))
    edit(rows, "4-402-1", number=float(str(rows["4-402-1"].number).replace("X", "0")))
    edit(rows, "1-301-1", name="陶立春", phone="19900005011")
    rows["6-301-2"] = replace(rows["6-301-1"], name="陶立春", rel="亲属", sex="", number="", phone="19900005011")
    edit(rows, "7-104-1", name="胡文静", sex="女", number=number(60, "19790518"), phone="19900005021")
    rows["7-203-2"] = replace(rows["7-203-1"], name="胡雯静", rel="亲属", sex="女", number="", phone="19900005021")
    edit(rows, "1-401-1", note="在日本，3月底回")


def edit(rows: Office, key: str, **cells: Any) -> None:
    """Change cells of one row."""
    rows[key] = replace(rows[key], **cells)


def second_week(rows: Office) -> Office:
    """A week later: one or two of every kind of change, and what only looks like one."""
    rows = dict(rows)
    del rows["1-202-3"]  # moved out
    edit(rows, "2-103-2", note="已故")
    rows["2-201-2"] = person(900, "配偶", rows["2-201-1"])  # moved in
    edit(rows, "1-401-1", note="已返沪")
    edit(rows, "1-204-1", number=_whole(rows["1-204-1"]))  # the digit that was missing
    edit(rows, "3-204-1", phone="19900005099")
    edit(rows, "5-201-1", name=str(rows["5-201-1"].name)[:2] + "珺")
    edit(rows, "6-102-3", rel="户主")  # a household split
    empty = next(key for key, line in rows.items() if line.state == "空置")
    edit(rows, empty, state="拒绝登记")
    for key, line in list(rows.items()):  # a building with another name
        if line.building == "4号":
            rows[key] = replace(line, building="4甲号")
    edit(rows, "3-101-1", phone=_dashed(rows["3-101-1"]))  # bait: the same number
    edit(rows, "5-101-1", state="常住")  # bait: another word for the same
    edit(rows, "v3-1", name=f" {rows['v3-1'].name[0]}{rows['v3-1'].name[1:]} ")
    return rows


def _whole(line: Line) -> str:
    return str(line.number) + check_character(str(line.number))


def _dashed(line: Line) -> str:
    return f"{line.phone[:3]}-{line.phone[3:7]}-{line.phone[7:]}"


def in_block(rows: Office) -> list[Line]:
    """The rows of the block's sheet in their order, building by building; the first stands in row 4."""
    return sorted((line for line in rows.values() if line.building), key=lambda line: line.building)


def excel_row(rows: Office, key: str) -> int:
    """The row of the block's sheet in which somebody stands, counted as a spreadsheet does."""
    return next(at for at, line in enumerate(in_block(rows), start=4) if line is rows[key])


def write(path: Path, rows: Office, *, days_ago: int = 0) -> Path:
    """The workbook as the office keeps it: a title with the day, merged building cells, a second estate, and a hidden old copy."""
    day = timezone.localdate() - timedelta(days=days_ago)
    title = f"{BLOCK}住户登记表 {day.year}年{day.month}月{day.day}日"
    with xlsxwriter.Workbook(str(path)) as book:
        block = book.add_worksheet(BLOCK)
        block.merge_range(0, 0, 0, len(HEADINGS) - 1, title)
        block.write_row(2, 0, HEADINGS)
        lines = in_block(rows)
        for at, line in enumerate(lines, start=3):
            block.write_row(at, 0, ["", *line.cells()[1:]])
        for name in dict.fromkeys(line.building for line in lines):
            places = [at for at, line in enumerate(lines, start=3) if line.building == name]
            block.merge_range(places[0], 0, places[-1], 0, name)
        villas = book.add_worksheet(VILLAS)
        villas.write_row(0, 0, VILLA_HEADINGS)
        for at, line in enumerate((line for line in rows.values() if not line.building), start=1):
            villas.write_row(at, 0, line.cells())
        old = book.add_worksheet(HIDDEN)
        old.write_row(0, 0, HEADINGS)
        for at, line in enumerate(lines[:20], start=1):
            old.write_row(at, 0, [line.building, *line.cells()[1:]])
        old.hide()
    return path


def tenants(path: Path, rows: Office) -> Path:
    """The property company's list: two flats as the register has them, one tenant whom it does not know."""
    let = [line for line in rows.values() if line.rel == "租客"]
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("租客")
        page.write_row(0, 0, ["小区", "楼号", "室号", "租客姓名", "电话"])
        for at, line in enumerate(let[:3], start=1):
            page.write_row(at, 0, [BLOCK, line.building, line.room, "吕未名" if at == 3 else line.name, line.phone])
    return path
