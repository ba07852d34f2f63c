"""Single forms that offices write: days, people in one cell, columns of somebody else, states by sheet, web pages as files."""

from __future__ import annotations

from datetime import date

import pytest

from linli.kernel.refusal import Refusal
from linli.register.interpret import words
from linli.register.interpret.birthdays import read_birthday
from linli.register.interpret.interpretation import interpret
from linli.register.interpret.presence import is_gone, read_away
from linli.register.reading.delimited import decode
from linli.register.reading.files import read_file
from linli.register.tests.test_interpret import book, kinds, number, read

TODAY = date(2020, 3, 1)


@pytest.mark.parametrize(
    "written",
    [
        "Mar 2, 1985",
        "March 2nd 1985",
        "02-Mar-85",
        "1985 3 2",
        "1985，3，2",
        "一九八五年三月二日",
        "公历1985年3月2日",
        "生于1985.3.2",
        "31108",
    ],
)
def test_a_birthday_in_many_forms_is_one_day(written: str) -> None:
    assert read_birthday(written, today=TODAY) == (read_birthday("1985-03-02", today=TODAY)[0], None) or (
        read_birthday(written, today=TODAY)[0].value == date(1985, 3, 2)
    )


@pytest.mark.parametrize(
    ("written", "problem", "value"),
    [
        ("农历1985年二月十一", "born_lunar", None),
        ("1985.3.2(阴历)", "born_lunar", None),
        ("03/02/1985", "born_unclear", None),
        ("3/15/1985", None, date(1985, 3, 15)),
        ("15/3/1985", None, date(1985, 3, 15)),
        ("85年3月", None, None),
    ],
)
def test_a_doubtful_birthday_is_asked_and_never_guessed(written: str, problem: str | None, value: date | None) -> None:
    reading, said = read_birthday(written, today=TODAY)
    assert (reading.value, said) == (value, problem)


def test_a_doubtful_birthday_is_named_with_its_cell() -> None:
    head: list[object] = ["地址", "姓名", "出生日期", "关系"]
    result = read([head, ["1号101室", "某甲", "农历1985年二月", "户主"], ["1号102室", "某乙", "3/2/1985", "户主"]])
    assert {(p.cell, p.kind) for p in result.problems} >= {("C2", "born_lunar"), ("C3", "born_unclear")}
    assert [row.born for row in result.rows] == [None, None]


@pytest.mark.parametrize(
    "label",
    ["紧急联系人电话", "网格员", "房东姓名", "登记日期", "Emergency contact", "房产证号", "监护人身份证号", "单位电话"],
)
def test_a_column_of_somebody_else_is_not_imported(label: str) -> None:
    found = words.plain_vocabulary().heading(label)[0]
    assert found in ("other", "group", "work", "no", "old_phone")


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("姓名/Name", "name"),
        ("证件号码（身份证/护照/通行证）", "number"),
        ("与业主/租户关系", "rel"),
        ("居住性质（自住/租住/空置）", "state"),
        ("Relationship to householder", "rel"),
        ("戶主姓名", "head_name"),
        ("聯絡電話", "phone"),
    ],
)
def test_headings_of_other_offices(label: str, field: str) -> None:
    assert words.plain_vocabulary().heading(label)[0] == field


def test_names_in_one_cell_are_people_and_a_lone_number_is_nobodys() -> None:
    head: list[object] = ["门牌", "住户姓名", "身份证号", "电话"]
    result = read([head, ["1号101室", "王小明、李红", number(), "19900000001"], ["1号102室", "欧阳娜娜 ", "", ""]])
    assert [(row.name, row.number, row.part) for row in result.rows] == [
        ("王小明", None, 0),
        ("李红", None, 1),
        ("欧阳娜娜", None, 0),
    ]
    assert "people_in_one_cell" in kinds(result)


def test_pairs_of_rows_with_several_people_are_left_to_a_person() -> None:
    head: list[object] = ["门牌", "住户姓名", "身份证号", "电话"]
    both = f"{number(order=701)}\n{number(order=704)}"
    result = read([head, ["1号101室", "王小明、李红", both, ""], ["1号102室", "李红", number(order=704), ""]])
    assert result.merge == []
    assert "people_alike" in kinds(result)


@pytest.mark.parametrize("remark", ["女儿在美国", "父母在江苏", "湖北人，未回老家", "周末回苏州"])
def test_a_relative_elsewhere_is_not_the_person_elsewhere(remark: str) -> None:
    assert read_away(remark, TODAY) is None


@pytest.mark.parametrize(
    "remark", ["1月20日去重庆，至今未返", "出差广州，下月初返", "In Japan until 20 March", "Abroad"]
)
def test_who_is_away_is_away(remark: str) -> None:
    assert read_away(remark, TODAY) is not None


def test_who_moved_in_has_not_moved_out() -> None:
    assert is_gone("已卖房搬家")
    assert not is_gone("去年从闵行搬来，搬家")


def test_a_landlord_in_brackets_is_not_the_head_who_lives_here() -> None:
    assert words.relation_of("产权人（不在住）") == "owner_absent"
    assert words.relation_of("户主（自住）") == "head"


def test_big5_is_told_from_gb18030() -> None:
    text = "姓名,地址,電話\n陳大文,3號101室,19900000001\n"
    assert decode(text.encode("big5"))[0] == text
    simplified = "姓名,地址,电话\n陈大文,3号101室,19900000001\n"
    assert decode(simplified.encode("gb18030")) == (simplified, "gb18030")


def test_a_web_page_called_xls_is_read_with_its_spans() -> None:
    page = (
        "<html><body><table><tr><td colspan=3>名册</td></tr><tr><th>楼号</th><th>姓名</th></tr>"
        "<tr><td rowspan=2>1</td><td>王小明</td></tr><tr><td>李红<br>二</td></tr></table></body></html>"
    )
    [sheet] = read_file(page.encode(), "a.xls")
    assert sheet.rows[2:] == [["1", "王小明"], [None, "李红\n二"]]
    assert (2, 0, 3, 0) in sheet.merges


@pytest.mark.parametrize("page", [b"<html><body>nothing</body></html>", b"<!DOCTYPE html><p>x</p>"])
def test_a_web_page_without_a_table_is_refused(page: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        read_file(page, "a.xls")
    assert refused.value.code == "import.format"


def test_a_table_without_text_and_one_that_is_too_wide_are_refused() -> None:
    with pytest.raises(Refusal) as empty:
        read_file(b"<table><tr><td> </td></tr></table>", "a.xls")
    assert empty.value.code == "import.empty"
    with pytest.raises(Refusal) as wide:
        read_file(b"<table><tr><td colspan=99999>x</td></tr></table>", "a.xls")
    assert wide.value.code == "import.too_many_cells"


def test_a_summary_sheet_with_the_people_in_it_is_the_register_where_nothing_else_is() -> None:
    rows: list[list[object]] = [["地址", "姓名", "身份证号"], ["1号101室", "某甲", number()]]
    assert len(interpret(book(rows, "汇总表"), "x.xlsx", today=TODAY).rows) == 1


def test_a_role_before_the_name_is_the_relation() -> None:
    head: list[object] = ["门牌", "姓名", "证件", "电话"]
    ids = [number(order=701 + 2 * at) for at in range(3)]
    rows: list[list[object]] = [
        ["101室", "王建国（户主）", ids[0], ""],
        ["102室", "房东：陈强", ids[1], ""],
        ["102室", "租客 赵六", ids[2], ""],
    ]
    result = read([head, *rows], "3号楼")
    assert [(row.name, row.rel, row.number) for row in result.rows] == [
        ("王建国", "head", ids[0]),
        ("陈强", "owner_absent", ids[1]),
        ("赵六", "tenant", ids[2]),
    ]


def test_states_among_remarks_stand_for_a_missing_column_but_not_for_others_when_away() -> None:
    head: list[object] = ["房号", "户主", "电话", "备注"]
    rows: list[list[object]] = [
        ["1-101", "王建国", "19900000001", "自住"],
        ["1-102", "李梅", "19900000002", "出租，租客5人"],
        ["1-103", "", "", "空置"],
        ["1-201", "陈强", "19900000003", "人在日本"],
    ]
    result = read([head, *rows])
    assert [(row.state, row.present) for row in result.rows] == [
        ("owner", True),
        ("let", True),
        ("vacant", None),
        (None, False),
    ]


@pytest.mark.parametrize(
    ("heads", "cells"),
    [
        (["居住情况(1自住2出租3空置)"], [[1], [2], [3]]),
        (["是否自住", "是否出租", "是否空置"], [["是", "否", "否"], ["否", "是", "否"], ["否", "否", "是"]]),
    ],
)
def test_figures_with_a_legend_and_yes_or_no_are_states(heads: list[object], cells: list[list[object]]) -> None:
    rows: list[list[object]] = [["门牌", "姓名", "身份证", *heads]]
    rows += [[f"1号10{at}", f"王小{'甲乙丙'[at]}", number(order=701 + 2 * at), *cells[at]] for at in range(3)]
    assert [row.state for row in read(rows).rows] == ["owner", "let", "vacant"]


@pytest.mark.parametrize(
    ("address", "door"),
    [
        ("Room 301, Bldg 3", "东苑||3||301"),
        ("Building 3, Unit 301", "东苑||3||301"),
        ("程家桥一村12号301室", "东苑||12||301"),
        ("（12）301", "东苑||12||301"),
        ("12号301、302室", "东苑||12||301、302"),
        ("2号101-1", "东苑||2||101-1"),
        ("十二幢三单元四零二", "东苑||12|3|402"),
        ("二期5-602", "东苑2期||5||602"),
        ("12號301室", "东苑||12||301"),
    ],
)
def test_addresses_of_other_offices(address: str, door: str) -> None:
    result = read([["地址", "姓名", "电话"], [address, "王小明", "19900000001"]])
    assert [row.door.code() for row in result.rows] == [door]


def test_a_household_number_beside_an_address_is_no_room() -> None:
    head: list[object] = ["户号", "地址", "姓名", "电话"]
    result = read([head, ["001", "1号101室", "王小明", "19900000001"], ["002", "1号102室", "李红", "19900000002"]])
    assert [row.door.room for row in result.rows] == ["101", "102"]


def test_a_line_that_says_how_to_fill_in_is_no_row() -> None:
    rows: list[list[object]] = [
        ["地址", "姓名", "身份证", "居住情况"],
        ["（如：1号101）", "（按身份证）", "（18位）", "（自住/出租）"],
        ["1号101", "王建国", number(), "自住"],
    ]
    assert [row.name for row in read(rows).rows] == ["王建国"]
