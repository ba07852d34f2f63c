"""Layouts that a program stumbles over: several people in a row, headings of two lines, examples, numbering, other scripts.

All of it invented; each function returns the file and the truth about every row (``Truth.row`` as the sheet counts).
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import xlsxwriter

from linli.register.tests.layouts_exported import lane_houses, plainly, web_page, xml_spreadsheet
from linli.register.tests.offices import (
    Dwelling,
    Office,
    Rows,
    Town,
    Truth,
    as_delimited,
    as_xlsx,
    fill_rows,
    homes_of,
)
from linli.register.tests.old_formats import ods, xls

TRADITIONAL = str.maketrans(
    "号码证关系与户话联备状态现龄单门栋楼东产权实际职业",
    "號碼證關係與戶話聯備狀態現齡單門棟樓東產權實際職業",
)


def _door(home: Dwelling) -> dict[str, object]:
    return {"addr": f"{home.building}号{home.room}室"}


def one_row_a_home() -> Office:
    """A row a dwelling: names joined by 、, numbers and phones below each other in the cell."""
    town = Town(21)
    homes = homes_of(town, 3, 0, 4, 2)
    plainly(homes)
    rows: Rows = []
    truth: list[Truth] = []
    for home in homes:
        here = home.people
        rows.append(
            [
                f"{home.building}-{home.room}",
                home.state_word,
                "、".join(person.name for person in here),
                "\n".join(person.number for person in here),
                "\n".join(person.phone for person in here),
                "、".join(str(person.cells["rel"]) for person in here),
            ]
        )
        found = [person.truth for person in here] or [Truth(state=home.state)]
        for entry in found:
            entry.sheet, entry.row = "登记", len(rows) + 1
        truth += found
    head: list[object] = ["房号", "居住情况", "居住人员", "身份证号码", "联系电话", "与户主关系"]
    return Office("one row a home", "n.xlsx", as_xlsx([("登记", [head, *rows], [], [])]), truth, [])


def members_beside() -> Office:
    """Head and members side by side: 户主姓名, 户主身份证号, 成员1姓名, 成员1身份证号 …"""
    town = Town(22)
    homes = homes_of(town, 2, 0, 4, 3)
    plainly(homes)
    rows: Rows = []
    truth: list[Truth] = []
    for home in homes:
        home.people = home.people[:3]
        row: list[object] = [f"{home.building}号{home.room}室", home.state_word]
        for at in range(3):
            person = home.people[at] if at < len(home.people) else None
            row += [person.name, person.number, person.phone, person.cells["rel"]] if person else [""] * 4
        rows.append(row)
        found = [person.truth for person in home.people] or [Truth(state=home.state)]
        for entry in found:
            entry.sheet, entry.row = "Sheet1", len(rows) + 2
        truth += found
    head: list[object] = ["门牌号", "居住情况", "户主姓名", "户主身份证号", "户主联系电话", "户主身份"]
    for at in (1, 2):
        head += [f"成员{at}姓名", f"成员{at}身份证号", f"成员{at}电话", f"成员{at}与户主关系"]
    table: Rows = [["槐安苑家庭情况登记表"], head, *rows]
    return Office("members beside", "o.xlsx", as_xlsx([("Sheet1", table, [], [])]), truth, [])


def printed_beside() -> Office:
    """Two tables printed beside each other to save paper."""
    town = Town(23)
    homes = homes_of(town, 2, 0, 5, 2)
    people = plainly(homes)
    planted = [(person.truth, kind) for person, kind in town.spoil(people, False)]
    fields = ["addr", "name", "rel", "number", "phone", "state"]
    left, truth, _ = fill_rows(homes[:10], fields, _door, "every", "名册", 3)
    right, more, _ = fill_rows(homes[10:], fields, _door, "every", "名册", 3)
    rows: Rows = []
    for at in range(max(len(left), len(right))):
        rows.append([*(left[at] if at < len(left) else [""] * 6), *(right[at] if at < len(right) else [""] * 6)])
    head: list[object] = ["门牌", "姓名", "关系", "证件号", "电话", "居住状态"] * 2
    data = as_xlsx([("名册", [["月桂苑居民名册"], head, *rows], [], [])])
    return Office("printed beside", "p.xlsx", data, [*truth, *more], planted)


def example_and_sums() -> Office:
    """Column numbers and an example under the header, a blank line and a sum after each building, signatures at the end."""
    town = Town(24)
    fields = ["no", "bld", "room", "name", "rel", "sex", "number", "phone", "state", "remark"]
    head: list[object] = [
        "序号",
        "楼号",
        "室号",
        "姓名",
        "与户主关系",
        "性别",
        "身份证号码",
        "手机号码",
        "房屋使用情况",
        "备注",
    ]
    table: Rows = [
        ["附件2"],
        ["常住人口核查表（截至2020年3月5日）"],
        head,
        [f"({at})" for at in range(1, 11)],
        ["例", "5", "201", "张三", "户主", "男", "310105199001011234", "13800000000", "自住", "2020年2月从武汉返沪"],
    ]
    truth: list[Truth] = []
    planted = []
    for building in (1, 2, 3):
        homes = [town.dwelling(str(building), "", f"{floor}0{at}") for floor in (1, 2, 3) for at in (1, 2, 3)]
        people = [person for home in homes for person in home.people]
        planted += [(person.truth, kind) for person, kind in town.spoil(people, False)]
        rows, more, _ = fill_rows(
            homes,
            fields,
            lambda home: {"bld": f"{home.building}号楼", "room": home.room},
            "first",
            "表",
            len(table) + 1,
        )
        table += [*rows, ["小计", "", f"{len(homes)}户", f"{len(people)}人"], []]
        truth += more
    table += [["总计", "", "27户", "60人"], ["填报人（签字）：小徐", "", "", "审核人：老马", "", "日期：2020.3.5"]]
    return Office("example", "q.xlsx", as_xlsx([("表", table, [], fields)]), truth, planted)


def two_languages() -> Office:
    """A Chinese header over an English one, sex as M and F, nationality in English."""
    town = Town(25)
    homes = homes_of(town, 30, 0, 0, 0)
    people = plainly(homes)
    planted = [(person.truth, kind) for person, kind in town.spoil(people, True)]
    for person in people:
        person.cells["sex"] = {"男": "M", "女": "F"}[person.sex]
        person.cells["nation"] = "China"
    fields = ["addr", "name", "sex", "nation", "number", "born", "phone", "rel", "state"]
    rows, truth, _ = fill_rows(homes, fields, lambda home: {"addr": f"Villa {home.building}"}, "every", "Villas", 5)
    table: Rows = [
        ["听松别墅住户登记表 Residents of Tingsong Villas"],
        ["Date: 2020-03-06"],
        ["房号", "姓名", "性别", "国籍", "证件号码", "出生日期", "联系电话", "与户主关系", "居住情况"],
        [
            "House No.",
            "Name",
            "Sex",
            "Nationality",
            "ID/Passport No.",
            "Date of birth",
            "Tel.",
            "Relationship",
            "Occupancy",
        ],
        *rows,
    ]
    return Office("two languages", "r.xls", xls(table, "Villas"), truth, planted)


def a_sheet_a_state() -> Office:
    """One sheet for each state of a home: 自住户, 出租户, 空置房."""
    town = Town(26)
    homes = homes_of(town, 5, 0, 4, 2)
    people = plainly(homes)
    planted = [(person.truth, kind) for person, kind in town.spoil(people, False)]
    fields = ["addr", "name", "rel", "number", "phone"]
    head: list[object] = ["楼栋门牌", "住户", "与业主关系", "证件号码", "联系方式"]
    sheets = []
    truth: list[Truth] = []
    for state, name in (("owner", "自住户"), ("let", "出租户"), ("vacant", "空置房"), ("closed", "空关户")):
        some = [home for home in homes if home.state == state]
        rows, more, _ = fill_rows(some, fields, _door, "first", name, 2)
        sheets.append((name, [list(head), *rows], [], fields))
        truth += more
    named = [(entry, kind) for entry, kind in planted if entry.sheet]
    return Office("a sheet a state", "s.xlsx", as_xlsx(sheets), truth, named)


def traditional() -> Office:
    """A Big5 file with traditional headings, from an office across the strait."""
    town = Town(27)
    homes = homes_of(town, 4, 0, 4, 2)
    plainly(homes)
    fields = ["addr", "name", "rel", "number", "phone", "state"]
    words = {
        "owner": "自住",
        "let": "出租",
        "vacant": "空置",
        "closed": "空置",
        "away": "境外",
        "refused": "拒絕",
        None: "",
    }
    for home in homes:
        home.state = "vacant" if home.state == "closed" else "refused" if home.state == "unreached" else home.state
        home.state_word = words[home.state]
        for at, person in enumerate(home.people):
            person.truth.state = home.state
            person.name = person.truth.name = "陳林王"[at % 3] + "大文美玉"[(at + int(home.room[:1])) % 4]  # type: ignore[assignment]
            person.cells |= {"name": person.name, "rel": "戶主" if person.rel == "head" else "租客"}
            person.truth.present = home.state in ("owner", "let", None)
    rows, truth, _ = fill_rows(
        homes, fields, lambda home: {"addr": f"{home.building}號{home.room}室"}, "every", None, 1
    )
    head: list[object] = ["居住地址", "姓名", "與戶主關係", "證件號碼", "聯絡電話", "居住狀態"]
    return Office("traditional", "t.csv", as_delimited([head, *rows], "big5", ","), truth, [])


def state_in_remarks() -> Office:
    """No column of states: 空关, 出租 and 拒访 stand in the remarks or where a name should be."""
    town = Town(28)
    homes = homes_of(town, 4, 0, 4, 2)
    people = plainly(homes)
    planted = [(person.truth, kind) for person, kind in town.spoil(people, False)]
    fields = ["room", "bld", "name", "phone", "number", "rel", "remark"]
    for home in homes:
        if home.people and home.state in ("owner", "away"):
            for person in home.people:
                person.truth.state, person.truth.present = None, True
            home.state = None
        elif home.people:
            for person in home.people:
                person.truth.state, person.truth.present = None, person.rel != "owner_absent"
            home.state = None
    rows, truth, _ = fill_rows(homes, fields, lambda home: {"bld": home.building, "room": home.room}, "every", None, 1)
    at = 0
    for home in homes:
        for index in range(max(len(home.people), 1)):
            if not home.people:
                rows[at][2 if int(home.building) % 2 else 6] = home.state_word
            at += 1
            assert index >= 0
    head: list[object] = ["房间号", "楼栋号", "住户姓名", "手机", "身份证", "家庭角色", "备注说明"]
    return Office("remarks", "u.csv", as_delimited([head, *rows], "gb18030", "\t"), truth, planted)


def estate_sections() -> Office:
    """One sheet for all estates, each below its own line; the home on a line of its own above its people."""
    town = Town(29)
    fields = ["addr", "state", "name", "rel", "number", "phone"]
    head: list[object] = ["地址", "房屋状态", "家庭成员", "关系", "身份证件号码", "联系电话"]
    table: Rows = [["槐安居民区各小区住户一览表"], head]
    truth: list[Truth] = []
    planted = []
    for estate in ("锦绣花园", "听泉雅苑"):
        homes = homes_of(town, 2, 0, 3, 2)
        people = plainly(homes)
        planted += [(person.truth, kind) for person, kind in town.spoil(people, False)]
        table.append([estate])
        for home in homes:
            table.append([f"{home.building}号{home.room}", home.state_word])
            if not home.people:
                truth.append(Truth("总表1", len(table), home.state))
            for person in home.people:
                table.append(["", "", *(person.cells[name] for name in fields[2:])])
                person.truth.sheet, person.truth.row = "总表1", len(table)
                truth.append(person.truth)
    return Office("estate sections", "v.xlsx", as_xlsx([("总表1", table, [], fields)]), truth, planted)


def other_documents() -> Office:
    """Passports, permits for Hong Kong, Macao and Taiwan, permanent residence, in one column with its kind beside it."""
    made: list[tuple[str, str, str, str | None, str | None]] = [
        ("Rossi, Luca", "意大利", "护照", "YA1234567", "passport"),
        ("伊藤真由", "日本", "护照", "tz0004194", "passport"),
        ("陈大文", "中国香港", "港澳居民来往内地通行证", "H10000001", "hk_macao_permit"),
        ("林小玉", "中国台湾", "台湾居民来往大陆通行证", "00000001", "taiwan_permit"),
        ("Kim Minsu", "韩国", "护照", "护照:M00000001", "passport"),
        ("Weber Anna", "德国", "护照", "C00X0123", "passport"),
        ("何家明", "中国澳门", "港澳居民来往内地通行证", "M10000002", "hk_macao_permit"),
        ("Dupont Marie", "法国", "外国人永久居留身份证", "FRA310080010112", "permanent_residence"),
    ]
    rows: Rows = []
    truth: list[Truth] = []
    for at, (name, nation, kind, written, doc) in enumerate(made, 1):
        rows.append([f"{at}号", name, nation, kind, written, f"1990000{at:04d}", "租客", "出租", f"1980.{at}.2"])
        number = str(written).removeprefix("护照:").upper()
        truth.append(
            Truth(
                "外籍", at + 1, "let", name, None, doc, number, date(1980, at, 2).isoformat(), f"1990000{at:04d}", True
            )
        )
    head: list[object] = [
        "门牌",
        "姓名",
        "国家（地区）",
        "证件种类",
        "证件号码",
        "电话",
        "人员类别",
        "居住类型",
        "出生年月日",
    ]
    return Office("documents", "w.xlsx", as_xlsx([("外籍", [head, *rows], [], [])]), truth, [])


def open_document() -> Office:
    """An OpenDocument table with the columns the other way round."""
    town = Town(31)
    homes = homes_of(town, 3, 2, 3, 2)
    people = plainly(homes)
    planted = [(person.truth, kind) for person, kind in town.spoil(people, True)]
    fields = ["state", "remark", "phone", "born", "number", "rel", "name", "addr", "no"]
    head: list[object] = [
        "实际居住情况",
        "其他说明",
        "联络方式",
        "出生年月",
        "证照号码",
        "与本户关系",
        "实际居住人",
        "楼栋/单元/房号",
        "序",
    ]
    rows, truth, _ = fill_rows(
        homes, fields, lambda home: {"addr": f"{home.building}栋-{home.unit}单元-{home.room}"}, "ditto", "底册", 3
    )
    return Office("open document", "x.ods", ods([["紫藤苑"], head, *rows], "底册"), truth, planted)


def struck_and_hidden() -> Office:
    """Rows struck out, rows filtered away, a hidden copy, a stale summary, formulas with errors, formats far below."""
    town = Town(32)
    homes = homes_of(town, 3, 0, 4, 2)
    people = plainly(homes)
    fields = ["addr", "state", "name", "number", "phone", "rel", "age"]
    rows, truth, _ = fill_rows(homes, fields, _door, "every", "海棠苑", 2)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet("海棠苑")
    struck = book.add_format({"font_strikeout": True})
    bordered = book.add_format({"border": 1})
    head = ["住址", "居住状况", "姓名", "身份证号", "联系电话", "与户主关系", "年龄"]
    gone = people[3]
    for at, row in enumerate([head, *rows]):
        for column, cell in enumerate(row):
            page.write(at, column, cell, struck if at and row[2] == gone.name and row[3] == gone.number else None)
        if at:
            page.write_formula(at, 6, '=DATEDIF(MID(D2,7,8),TODAY(),"y")', None, "#VALUE!")
    gone.truth.present = False
    page.set_row(4, None, None, {"hidden": True})
    for at in range(len(rows) + 1, len(rows) + 200):
        page.write_blank(at, 0, None, bordered)
    copy = book.add_worksheet("海棠苑 (2)")
    copy.hide()
    for at, row in enumerate([head, *rows[:6]]):
        copy.write_row(at, 0, row)
    total = book.add_worksheet("汇总表")
    total.write_row(0, 0, ["小区", "户数", "人数"])
    total.write_row(1, 0, ["海棠苑", 24, 999])
    book.close()
    planted = [(gone.truth, "row_struck_through")]
    return Office("struck and hidden", "y.xlsx", out.getvalue(), truth, planted)


HARD: tuple[Callable[[], Office], ...] = (
    one_row_a_home,
    members_beside,
    printed_beside,
    example_and_sums,
    two_languages,
    a_sheet_a_state,
    traditional,
    state_in_remarks,
    estate_sections,
    other_documents,
    open_document,
    struck_and_hidden,
    web_page,
    xml_spreadsheet,
    lane_houses,
)
