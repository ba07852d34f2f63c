"""Small files in the ways of offices that nobody had seen when the importer was written, each with what it must say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO

import openpyxl
import pytest

from linli.register.interpret.interpretation import interpret
from linli.register.interpret.model import Interpretation, RowReading
from linli.register.interpret.presence import read_away

TODAY = date(2020, 3, 1)
NAMES = ("王伟", "李芳", "张敏", "刘静", "陈丽", "杨强", "赵磊", "黄军", "周洋", "吴勇", "徐艳", "孙杰")


def _number(at: int) -> str:
    """A fictional identity number with a right check digit, one for each position."""
    body = f"31010519{60 + at}0311{700 + at}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]


def _read(rows: Sequence[Sequence[object]], sheet: str = "Sheet1", merges: Sequence[str] = ()) -> Interpretation:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for row in rows:
        page.append(list(row))
    for cells in merges:
        page.merge_cells(cells)
    out = BytesIO()
    book.save(out)
    return interpret(out.getvalue(), "register.xlsx", today=TODAY)


def _people(result: Interpretation) -> list[RowReading]:
    return [row for row in result.rows if row.is_person]


def test_a_household_number_is_no_room_where_another_column_says_the_room() -> None:
    head = ("户号", "楼栋", "单元", "门牌", "人员姓名", "公民身份号码", "与房主关系", "人户状态")
    states = ("业主自住", "租赁", "境外", "拒登", "待核实")
    rows = [
        (at + 1, "3栋", "2单元", f"{at // 2 + 1}0{at % 2 + 1}", name, _number(at), "房主", states[at % 5])
        for at, name in enumerate(NAMES)
    ]
    people = _people(_read([head, *rows], "梧桐苑"))
    assert [row.door.code() for row in people[:3]] == ["梧桐苑||3|2|101", "梧桐苑||3|2|102", "梧桐苑||3|2|201"]
    assert [row.state for row in people[:5]] == ["owner", "let", "away", "refused", "unreached"]


@pytest.mark.parametrize(
    ("title", "estate"),
    [
        ("紫藤公寓一户一档", "紫藤公寓"),
        ("榆林新村3号楼居民花名册", "榆林新村"),
        ("长宁别院居民登记册", "长宁别院"),
        ("某某居民区金桂园住户信息采集表", "金桂园"),
    ],
)
def test_a_title_names_the_estate_whatever_the_register_is_called(title: str, estate: str) -> None:
    rows = [(title,), ("楼号", "室号", "姓名", "身份证号"), ("3号", "101", NAMES[0], _number(0))]
    assert _people(_read(rows, "登记"))[0].door.estate == estate


def test_people_beside_each_other_in_a_row_live_in_the_same_estate() -> None:
    head = ("楼号", "室号", "成员1姓名", "成员1身份证号", "成员2姓名", "成员2身份证号")
    rows = [("1号", f"{at}01", NAMES[at], _number(at), NAMES[at + 4], _number(at + 4)) for at in range(1, 4)]
    people = _people(_read([("紫藤公寓一户一档",), head, *rows], "一户一行"))
    assert len(people) == 6
    assert {row.door.estate for row in people} == {"紫藤公寓"}


def test_tables_printed_beside_each_other_have_each_its_own_title() -> None:
    head = ("序号", "号", "室", "姓名", "身份证号")
    rows = [
        (at, "1", f"{at}01", NAMES[at], _number(at), None, at, "1", f"{at}01", NAMES[at + 5], _number(at + 5))
        for at in range(1, 5)
    ]
    titles = ("北苑居民登记表", *[None] * 5, "南苑居民登记表")
    people = _people(_read([titles, (*head, None, *head), *rows]))
    assert {(row.name, row.door.estate) for row in people} >= {(NAMES[1], "北苑"), (NAMES[6], "南苑")}
    assert all(row.door.estate for row in people)


def test_a_header_of_two_rows_may_hold_figures_in_brackets() -> None:
    rows = [
        ("序号", "房屋", None, "人员信息", None, "其他"),
        (None, "楼", "室", "姓名*", "证件号码（18位）", None),
        ("示例", "3", "101", "张三", "310105198001017777", "举例"),
        *((at, "3", f"{at}01", NAMES[at], _number(at), "在国外" if at == 2 else None) for at in range(1, 6)),
    ]
    people = _people(_read(rows, "静安雅筑", ("A1:A2", "B1:C1", "D1:E1", "F1:F2")))
    assert [row.name for row in people] == list(NAMES[1:6])
    assert [row.present for row in people] == [True, False, True, True, True]


def test_a_column_headed_situation_that_holds_states_is_the_state() -> None:
    states = ("自住", "长期无人居住", "出租", "自住", "境外", "自住")
    rows = [("楼号", "室号", "姓名", "身份证号", "情况", "备注")]
    found = _read(
        [*rows, *(("1号", f"{at}01", NAMES[at], _number(at), word, None) for at, word in enumerate(states, 1))],
        "兰亭苑",
    )
    assert [row.state for row in found.rows] == ["owner", "closed", "let", "owner", "away", "owner"]


def test_traditional_words_mean_what_the_simplified_ones_do() -> None:
    lines = ["地址;姓名;身份證號碼;與戶主關係;居住狀況"]
    lines += [
        f"松柏路88弄3號{at}01室;王{'明芳月文山'[at - 1]}安;{'無' if at == 2 else _number(at)};{'女兒' if at == 3 else '戶主'};自住"
        for at in range(1, 6)
    ]
    result = interpret("\r\n".join(lines).encode("big5"), "register.csv", today=TODAY)
    assert [row.rel for row in _people(result)] == ["head", "head", "child", "head", "head"]
    assert [problem.row for problem in result.problems if problem.kind == "id_placeholder"] == [2]


@pytest.mark.parametrize(
    ("remark", "where"),
    [
        ("在湖北孝感", "湖北"),
        ("湖北孝感，未返沪", "湖北"),
        ("在浙江温州过年", "浙江"),
        ("去女儿家", None),
        ("暂住儿子家", None),
    ],
)
def test_a_remark_that_somebody_is_elsewhere(remark: str, where: str | None) -> None:
    away = read_away(remark, TODAY)
    assert away is not None
    assert away.where == where


@pytest.mark.parametrize("remark", ["女儿家在美国", "女儿在湖北孝感", "在韩企上班", "儿子一家同住", "来女儿家带孩子"])
def test_a_remark_about_somebody_else_leaves_the_person_here(remark: str) -> None:
    assert read_away(remark, TODAY) is None


def test_sections_of_estates_and_of_buildings_hold_together() -> None:
    head = ("序号", "室号", "姓名", "身份证号码", "居住情况")
    rows: list[tuple[object, ...]] = [("某某居民区实有人口登记册",), head]
    at = 0
    for estate in ("北新园", "南新园"):
        rows.append((f"{estate}（共4户）",))
        for building in (1, 2):
            rows.append((f"{building}号楼",))
            for room in ("101", "102"):
                rows.append((at + 1, room, NAMES[at], _number(at), "自住"))
                at += 1
    people = _people(_read(rows, "全部"))
    expected = [
        f"{estate}||{building}||{room}"
        for estate in ("北新园", "南新园")
        for building in (1, 2)
        for room in ("101", "102")
    ]
    assert [row.door.code() for row in people] == expected


def test_two_languages_in_every_cell() -> None:
    head = (
        "Name/姓名",
        "国别",
        "M/F 男/女",
        "ID or Passport/证件",
        "Tower/座",
        "Room/室",
        "Occupancy/居住",
        "Relation/关系",
    )
    said = (
        ("户主 Head", "head"),
        ("配偶 Spouse", "spouse"),
        ("子 Son", "child"),
        ("女 Daughter", "child"),
        ("租客 Tenant", "tenant"),
    )
    rows = [
        (
            NAMES[at],
            "中国 China",
            "F 女" if at % 2 else "M 男",
            _number(at)[: 17 if at == 4 else 18],
            "Tower A",
            "1A",
            "自住 Owner",
            word,
        )
        for at, (word, _) in enumerate(said)
    ]
    result = _read([head, *rows], "海上花苑")
    people = _people(result)
    assert [row.rel for row in people] == [relation for _, relation in said]
    assert {row.door.code() for row in people} == {"海上花苑||A||1A"}
    assert all(row.nation == "中国" and row.doc == "id" and row.sex for row in people)
    assert "id_17_digits" in [problem.kind for problem in result.problems if problem.row == 6]


def test_brackets_say_which_kind_of_occupied_or_empty() -> None:
    states = ("有人居住(自住)", "有人居住(出租)", "无人居住(空关)", "无人居住（空置）", "无人居住(境外)")
    rows = [("1栋", f"{at}01", NAMES[at], _number(at), word) for at, word in enumerate(states)]
    found = _read([("楼栋", "房间号", "姓名", "证件号码", "房屋状况"), *rows], "Green Villas")
    assert [row.state for row in found.rows] == ["owner", "let", "closed", "vacant", "away"]
    assert {row.door.estate for row in found.rows} == {"Green Villas"}


def test_a_floor_said_twice_is_no_part_of_the_room() -> None:
    rows = [("2号7楼702室", NAMES[0], _number(0)), ("2号2楼前楼", NAMES[1], _number(1))]
    people = _people(_read([("住址", "姓名", "身份证号"), *rows], "云栖里"))
    assert [row.door.code() for row in people] == ["云栖里||2||702", "云栖里||2||2楼前楼"]


def test_a_register_of_cards_one_home_after_the_other() -> None:
    head = ("姓名", "与户主关系", "身份证号", "联系电话")
    rows: list[tuple[object, ...]] = []
    for room, state, people in (("101", "自住", (0, 1)), ("102", "空置", ()), ("103", "出租", (2,))):
        rows += [(f"1号{room}室", None, f"居住情况：{state}"), head]
        rows += [(NAMES[at], "户主", _number(at), f"1990000000{at}") for at in people] + [()]
    found = _read(rows, "竹园新村")
    assert [(row.door.code(), row.state, row.name) for row in found.rows] == [
        ("竹园新村||1||101", "owner", NAMES[0]),
        ("竹园新村||1||101", "owner", NAMES[1]),
        ("竹园新村||1||102", "vacant", None),
        ("竹园新村||1||103", "let", NAMES[2]),
    ]


def test_a_long_heading_that_explains_its_figures() -> None:
    head = (
        "幢",
        "室",
        "居住情况代码（1自住2出租3空置4空关5境外6拒访7未联系）",
        "姓名",
        "证件号码",
        "关系（1户主2配偶3子女）",
    )
    rows = [("1", f"{at}01", str(at), NAMES[at], _number(at), str((at - 1) % 3 + 1)) for at in range(1, 7)]
    people = _people(_read([head, *rows], "明珠苑"))
    assert [row.state for row in people] == ["owner", "let", "vacant", "closed", "away", "refused"]
    assert [row.rel for row in people[:3]] == ["head", "spouse", "child"]


def test_side_lane_and_house_in_one_column_and_the_room_in_another() -> None:
    rows = [("1-2", "亭子间", NAMES[0], _number(0)), (date(2020, 3, 2), "101", NAMES[1], _number(1))]
    result = _read([("支弄-号", "部位", "居民", "身份证"), *rows], "集贤里")
    assert [row.door.code() for row in _people(result)] == ["集贤里|1|2||亭子间", "集贤里|3|2||101"]
    assert [problem.cell for problem in result.problems if problem.kind == "address_became_date"] == ["A3"]


def test_the_relation_stands_in_the_brackets() -> None:
    said = ("业主", "家属（配偶）", "家属(女)", "家属(父)", "屋主(住别处)")
    rows = [("1-101", name, _number(at), said[at]) for at, name in enumerate(NAMES[:5])]
    people = _people(_read([("门牌", "姓名", "证件", "身份"), *rows], "锦江花苑"))
    assert [row.rel for row in people] == ["head", "spouse", "child", "parent", "owner_absent"]


def _states(*said: tuple[str, str]) -> list[str | None]:
    head = ["门牌", "姓名", "性别", "证件号码", "与户主关系", "房屋状态"]
    people = [[f"{at}号", f"王小{name}", "女", _number(at), "户主", text] for at, (name, text) in enumerate(said, 1)]
    return [row.state for row in _read([head, *people]).rows]


def test_let_to_others_is_not_away() -> None:
    states = _states(("二", "对外出租"), ("三", "有主不住"), ("四", "长期关门(业主在别处)"), ("五", "未聯絡上"))
    assert states == ["let", "closed", "closed", "unreached"]


@pytest.mark.parametrize(
    ("heading", "text", "door"),
    [
        ("弄-支弄-号-室", "520-1-2-501", "|1|2||501"),
        ("门牌（支弄-号-室）", "1-2-501", "|1|2||501"),
        ("楼栋-单元-房号", "1-2-501", "||1|2|501"),
        ("地址", "520-1-2-501", "||||520-1-2-501"),
    ],
)
def test_a_heading_that_names_the_parts_of_a_dashed_address(heading: str, text: str, door: str) -> None:
    result = _read([[heading, "姓名", "性别", "证件号码", "与户主关系"], [text, "王小二", "女", _number(1), "户主"]])
    assert [row.door.code() for row in result.rows] == [door]
    assert ("address_unclear" in {problem.kind for problem in result.problems}) == (heading == "地址")


def test_an_empty_home_whose_address_is_asked_about_is_not_lost() -> None:
    head = ["地址", "姓名", "性别", "证件号码", "与户主关系", "房屋状态"]
    result = _read(
        [head, ["520-1-2-501", "王小二", "女", _number(1), "户主", "自住"], ["520-1-2-502", *[""] * 4, "空置"]]
    )
    assert [(row.name, row.state) for row in result.rows] == [("王小二", "owner"), (None, "vacant")]


@pytest.mark.parametrize(("heading", "text"), [("房号", "3A"), ("门牌", "3A号别墅")])
def test_villas_have_no_rooms(heading: str, text: str) -> None:
    head = [heading, "户籍人员", "性别", "号码", "称谓"]
    result = _read([head, *([text, name, "女", _number(at), "户主"] for at, name in enumerate(("王小二", "李小三")))])
    assert {row.door.code() for row in result.rows} == {"||3A||"}
    assert [row.number for row in result.rows] == [_number(0), _number(1)]


@pytest.mark.parametrize(
    ("remark", "away"),
    [
        ("原在武汉，已于2月10日回沪", False),
        ("已回老家", True),
        ("已回沪", False),
        ("在美國探親，未返", True),
        ("现居美国", True),
        ("赴美探亲", True),
        ("在日企上班", False),
        ("儿子留学美国", False),
        ("女儿在美工作", False),
    ],
)
def test_back_here_or_back_there(remark: str, away: bool) -> None:
    assert (read_away(remark, date(2020, 2, 7)) is not None) is away


@pytest.mark.parametrize("title", ["一号楼", "榆林新村1号楼居民花名册"])
def test_a_title_names_the_building_where_no_column_does(title: str) -> None:
    result = _read([[title], ["室号", "姓名", "性别", "证件号码"], ["101", "王小二", "女", _number(1)]])
    assert [(row.door.building, row.door.room) for row in result.rows] == [("1", "101")]
