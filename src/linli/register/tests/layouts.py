"""Ten offices, each with its own headings, order, layout and encoding. None of it is taken from the sample files."""

from __future__ import annotations

from linli.register.tests.offices import (
    Dwelling,
    Office,
    Person,
    Rows,
    Town,
    Truth,
    as_delimited,
    as_xlsx,
    fill_rows,
    homes_of,
)

Planted = list[tuple[Truth, str]]


def _spoiled(town: Town, homes: list[Dwelling], born: bool) -> Planted:
    people: list[Person] = [person for home in homes for person in home.people]
    return [(person.truth, kind) for person, kind in town.spoil(people, born)]


def merged_columns() -> Office:
    """Building, unit and room in merged cells, remarks first, unusual headings."""
    town = Town(1)
    homes = homes_of(town, 3, 2, 4, 2)
    planted = _spoiled(town, homes, True)
    fields = ["no", "bld", "unit", "room", "state", "name", "rel", "sex", "born", "number", "phone", "remark"]
    head = [
        "顺序号",
        "楼栋",
        "门洞",
        "户室",
        "房屋使用情况",
        "成员姓名",
        "称谓",
        "男/女",
        "出生年月日",
        "公民身份号码",
        "移动电话",
        "情况说明",
    ]
    rows, truth, merges = fill_rows(
        homes,
        fields,
        lambda home: {"bld": f"{home.building}栋", "unit": f"{home.unit}门", "room": home.room},
        "merge",
        "金桂苑",
        4,
    )
    table: Rows = [["金桂苑人口底册"], ["登记日期 2020年3月8日"], list(head), *rows]
    return Office("merged", "a.xlsx", as_xlsx([("金桂苑", table, merges, fields)]), truth, planted)


def utf16_dashes() -> Office:
    """UTF-16 with tabs, addresses as 3-2-501, no date of birth."""
    town = Town(2)
    homes = homes_of(town, 2, 3, 4, 2)
    planted = _spoiled(town, homes, False)
    fields = ["name", "number", "sex", "phone", "addr", "rel", "state", "remark"]
    head = ["居住人姓名", "身份证件号码", "性别", "手机号码", "现居住地址", "家庭关系", "居住类别", "备考"]
    rows, truth, _ = fill_rows(
        homes, fields, lambda home: {"addr": f"{home.building}-{home.unit}-{home.room}"}, "every", None, 1
    )
    return Office("utf16", "b.csv", as_delimited([list(head), *rows], "utf-16", "\t"), truth, planted)


def building_sections() -> Office:
    """A line for each building over the whole width, only rooms below it, first-only, header repeated on every page."""
    town = Town(3)
    fields = ["room", "name", "rel", "number", "phone", "state", "remark"]
    head: list[object] = ["房号", "实际居住人", "与业主关系", "证件号", "联络电话", "入住情况", "其它情况"]
    table: Rows = [["阳光新村实有人口登记表（2020年3月1日）"], list(head)]
    truth: list[Truth] = []
    planted: Planted = []
    merges = []
    for building in (5, 7, 12):
        homes = [town.dwelling(str(building), "", f"{floor}0{at}") for floor in (1, 2, 3, 4) for at in (1, 2, 3)]
        planted += _spoiled(town, homes, False)
        table.append([f"{building}号楼"])
        merges.append(len(table))
        rows, more, _ = fill_rows(
            homes, fields, lambda home: {"room": f"{home.room}室"}, "first", "Sheet1", len(table) + 1
        )
        table += rows
        truth += more
        table.append(list(head))
    table.append(["填表人：", "某某", "", "审核：", "某某"])
    data = as_xlsx([("Sheet1", table, [], fields)])
    return Office("sections", "c.xlsx", data, truth, planted)


def sheet_per_building() -> Office:
    """One sheet a building, the head of household beside every name, 同上 and 〃."""
    town = Town(4)
    fields = ["no", "room", "head", "name", "rel", "number", "born", "phone", "state", "nation", "remark"]
    head: list[object] = [
        "序",
        "户号",
        "户主姓名",
        "家庭成员姓名",
        "与户主的关系",
        "身份证或护照号码",
        "生日",
        "常用电话",
        "房屋现状",
        "国家或地区",
        "说明",
    ]
    sheets = []
    truth: list[Truth] = []
    planted: Planted = []
    for building in (1, 2, 3):
        homes = [town.dwelling(str(building), "", f"{floor}0{at}") for floor in (1, 2, 3, 4) for at in (1, 2)]
        planted += _spoiled(town, homes, True)
        rows, more, _ = fill_rows(homes, fields, lambda home: {"room": home.room}, "ditto", f"{building}号楼", 3)
        sheets.append((f"{building}号楼", [["翠竹花园登记表"], list(head), *rows], [], fields))
        truth += more
    return Office("per building", "d.xlsx", as_xlsx(sheets), truth, planted)


def villas() -> Office:
    """Villas in a GB18030 file with semicolons."""
    town = Town(5)
    homes = homes_of(town, 70, 0, 0, 0)
    planted = _spoiled(town, homes, False)
    fields = ["addr", "state", "name", "sex", "rel", "phone", "number", "remark"]
    head = ["门号", "房态", "住户姓名", "性", "身份", "联系方式", "证件编号", "去向"]
    rows, truth, _ = fill_rows(homes, fields, lambda home: {"addr": f"别墅{home.building}"}, "every", None, 1)
    return Office("villas", "e.csv", as_delimited([list(head), *rows], "gb18030", ";"), truth, planted)


def full_addresses() -> Office:
    """Whole addresses with Chinese numerals, one column of everything else in another order."""
    town = Town(6)
    homes = homes_of(town, 4, 0, 3, 3)
    planted = _spoiled(town, homes, True)
    fields = ["addr", "phone", "number", "born", "name", "rel", "remark", "state"]
    head = [
        "房屋坐落",
        "电话（本人）",
        "居民身份证号码(18位)",
        "出生时间",
        "人员姓名",
        "人员性质",
        "特殊情况",
        "走访情况",
    ]
    rows, truth, _ = fill_rows(
        homes,
        fields,
        lambda home: {"addr": f"上海市长宁区槐安路八九九弄{home.building}号{home.room}室"},
        "first",
        "名单",
        2,
    )
    return Office("addresses", "f.xlsx", as_xlsx([("名单", [list(head), *rows], [], fields)]), truth, planted)


def three_row_header() -> Office:
    """A header of three rows with groups, an old phone in a hidden column."""
    town = Town(7)
    homes = homes_of(town, 2, 2, 4, 2)
    planted = _spoiled(town, homes, False)
    fields = ["bld", "unit", "room", "state", "name", "sex", "rel", "number", "phone", "old", "remark"]
    rows, truth, _ = fill_rows(
        homes,
        fields,
        lambda home: {"bld": f"{home.building}幢", "unit": f"{home.unit}单元", "room": f"{home.room}室"},
        "every",
        "紫荆雅苑",
        6,
    )
    for row in rows:
        row[9] = "021-00009876" if row[4] else ""
    table: Rows = [
        ["紫荆雅苑"],
        [],
        ["房屋情况", "", "", "", "人员情况", "", "", "", "", "", "备注"],
        ["位置", "", "", "现状", "基本信息", "", "", "证件", "联系", "", ""],
        ["幢号", "单元号", "室号", "居住状况", "名字", "性别", "关系", "号码", "手机", "旧手机", ""],
        *rows,
    ]
    data = as_xlsx([("紫荆雅苑", table, [], fields)], hidden_columns=(9,))
    return Office("three rows", "g.xlsx", data, truth, planted)


def no_header() -> Office:
    """A list without any heading."""
    town = Town(8)
    homes = homes_of(town, 5, 0, 3, 2)
    planted = _spoiled(town, homes, False)
    fields = ["addr", "name", "sex", "number", "phone", "rel", "state"]
    for home in homes:
        for person in home.people:
            person.cells["remark"] = person.remark = ""
            person.truth.present = home.state in ("owner", "let", None) and person.rel != "owner_absent"
    rows, truth, _ = fill_rows(
        homes, fields, lambda home: {"addr": f"{home.building}号{home.room}室"}, "every", None, 1
    )
    return Office("no header", "h.csv", as_delimited(rows, "utf-8-sig", ","), truth, planted)


def english() -> Office:
    """English headings, estate in a column, two estates in one sheet."""
    town = Town(9)
    homes = homes_of(town, 4, 0, 4, 2)
    planted = _spoiled(town, homes, True)
    fields = ["estate", "bld", "room", "name", "number", "born", "phone", "rel", "state", "remark"]
    head = [
        "Estate",
        "Building",
        "Room",
        "Full name",
        "ID number",
        "Date of birth",
        "Mobile",
        "Relation",
        "Occupancy",
        "Remarks",
    ]
    rows, truth, _ = fill_rows(
        homes,
        fields,
        lambda home: {"estate": "东苑" if int(home.building) < 3 else "西苑", "bld": home.building, "room": home.room},
        "every",
        "data",
        2,
    )
    return Office("english", "i.xlsx", as_xlsx([("data", [list(head), *rows], [], fields)]), truth, planted)


def wrapped_text() -> Office:
    """UTF-8 without a mark, numbers wrapped as ="310…", slashes in addresses, merged-away continuation rows."""
    town = Town(10)
    homes = homes_of(town, 3, 2, 3, 2)
    planted = _spoiled(town, homes, False)
    for home in homes:
        for person in home.people:
            if person.cells["number"] == person.number:
                person.cells["number"] = f'="{person.number}"'
    fields = ["addr", "state", "rel", "name", "number", "phone", "remark"]
    head = ["楼室号", "住房性质", "关系", "姓 名", "身份证号码", "联系电话1", "备  注"]
    rows, truth, _ = fill_rows(
        homes, fields, lambda home: {"addr": f"{home.building}幢/{home.unit}单元/{home.room}"}, "first", None, 1
    )
    return Office("wrapped", "j.csv", as_delimited([list(head), *rows], "utf-8", ","), truth, planted)


def ticked_states() -> Office:
    """States ticked in columns of their own, the head in one column and the others in the next, whether people are here."""
    town = Town(11)
    homes = homes_of(town, 40, 0, 0, 0)
    for home in homes:
        home.state_word = ""
    planted = _spoiled(town, homes, False)
    ticks = {
        "owner": "自住",
        "let": "出租",
        "vacant": "空置",
        "closed": "空关",
        "away": "全家在外",
        "refused": "拒访",
        "unreached": "联系不上",
    }
    fields = ["addr", "head", "name", "number", "phone", *ticks, "here"]
    rows, truth, _ = fill_rows(homes, fields, lambda home: {"addr": f"{home.building}号"}, "first", "白兰苑", 4)
    at = 0
    for home in homes:
        for index, person in enumerate(home.people or [None]):  # type: ignore[list-item]
            row, entry = rows[at], truth[at]
            at += 1
            if index == 0 and home.state:
                row[fields.index(home.state)] = "√"
            if person is None:
                continue
            row[1], row[2] = (person.name, "") if index == 0 else ("", person.name)
            away = index == 1
            row[-1] = "否" if away else "是"
            entry.present = home.state in ("owner", "let", None) and not away
            if not any(mark in "妻女母奶夫子父" for mark in str(person.cells["rel"])) or entry.number is None:
                entry.sex = person.sex if entry.number else None
    head: Rows = [
        ["白兰苑登记表 2020年3月1日"],
        ["门牌", "户主", "家庭成员", "证件号码", "手机", "居住情况", "", "", "", "", "", "", "是否在沪"],
        ["", "", "", "", "", *ticks.values(), ""],
    ]
    return Office("ticks", "k.xlsx", as_xlsx([("白兰苑", [*head, *rows], [], fields)]), truth, planted)


def two_tables() -> Office:
    """Two tables with different headers below each other in one sheet."""
    town = Town(12)
    first, second = homes_of(town, 2, 0, 3, 2), [town.dwelling("9", "", f"{floor}01") for floor in range(1, 9)]
    planted = _spoiled(town, [*first, *second], False)
    upper = ["bld", "room", "name", "number", "phone", "rel", "state", "remark"]
    lower = ["name", "rel", "addr", "phone", "number", "state", "remark"]
    rows, truth, _ = fill_rows(
        first, upper, lambda home: {"bld": home.building, "room": home.room}, "every", "丁香苑", 3
    )
    start = len(rows) + 5
    more, also, _ = fill_rows(
        second, lower, lambda home: {"addr": f"{home.building}号{home.room}室"}, "every", "丁香苑", start + 1
    )
    table: Rows = [
        ["丁香苑"],
        ["楼号", "房号", "姓名", "身份证", "电话", "关系", "状态", "备注"],
        *rows,
        [],
        ["新建楼"],
        ["人员姓名", "与户主关系", "门牌号", "联系方式", "证件号码", "居住情况", "说明"],
        *more,
    ]
    return Office("two tables", "l.xlsx", as_xlsx([("丁香苑", table, [], upper)]), [*truth, *also], planted)


ALL = (
    ticked_states,
    two_tables,
    merged_columns,
    utf16_dashes,
    building_sections,
    sheet_per_building,
    villas,
    full_addresses,
    three_row_header,
    no_header,
    english,
    wrapped_text,
)
