"""Passenger lists as airlines and offices write them: headings anywhere and in any language, crew marked any way, sums, doubts."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.journeys.manifest_columns import read_columns
from linli.journeys.manifest_reading import Manifest, read_manifest
from linli.kernel.refusal import Refusal

OFFICE = Path(__file__).resolve().parents[5] / "shared" / "data" / "office"
TODAY = date(2020, 3, 20)
Rows = Sequence[Sequence[object]]


def book(merge: str = "", **sheets: Rows) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for area in merge.split():
            sheet.merge_cells(area)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def text(rows: Rows, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def read(data: bytes, filename: str = "list.csv") -> Manifest:
    return read_manifest(data, today=TODAY, filename=filename)


def kinds(found: Manifest) -> list[tuple[int, str, str]]:
    return [(one.row, one.cell, one.kind) for one in found.problems]


AIRLINE = [
    ["XX936 FRA-PVG 13MAR20 旅客名单"],
    ["No", "Name", "Sex", "Nat", "DOB", "Doc No", "Seat", "Contact", "Address in China", "PNR"],
    [1, "LUO/PINGAN MR", "M", "CHN", "01DEC03", "EZ0009159", "11A", "+8619900002317", "青杨路1597弄1号", "QX7"],
    [2, "ITO/MAKOTO", "F", "JPN", "20SEP72", "000001482", "11C", "+81 90-0000-0040", "Wutong Villas 2", ""],
    [3, "BAI/XUE", "F", "CHN", "02JAN92", "EZ0001117", "CREW", "", "CREW", ""],
    ["TOTAL PAX 2", "CREW 1", "INAD 0"],
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_an_airlines_list_in_any_encoding(encoding: str, delimiter: str) -> None:
    found = read(text(AIRLINE, encoding, delimiter))
    flight = found.flight
    assert (flight.number, flight.origin, flight.destination, flight.day) == ("XX936", "FRA", "PVG", date(2020, 3, 13))
    assert [(one.row, one.name, one.role) for one in found.people] == [
        (1, "LUO/PINGAN MR", "passenger"),
        (2, "ITO/MAKOTO", "passenger"),
        (3, "BAI/XUE", "crew"),
    ]
    first = found.people[0]
    assert (first.sex, first.born, first.document, first.seat) == ("男", date(2003, 12, 1), "EZ0009159", "11A")
    assert (first.phones, first.address, first.extra) == (("19900002317",), "青杨路1597弄1号", {"PNR": "QX7"})
    assert first.raw["Nat"] == "CHN"
    assert found.unknown == ["PNR"]
    assert found.problems == []


def test_an_offices_workbook_with_crew_on_a_sheet_of_its_own_and_zeros_eaten() -> None:
    title = ["浦东机场境外航班人员转运登记 2020年3月13日 XX936"]
    head = ["姓", "名", "护照号", "国籍", "出生日期", "性别", "座位", "手机", "申报地址"]
    found = read(
        book(
            "A1:I1",
            旅客=[
                title, head,
                ["LUO", "PINGAN MR", "EZ0009159", "CHN", datetime(2003, 12, 1), "男", "11A", 19900002317, "青杨路1597弄1号"],  # noqa: DTZ001
                ["ITO", "MAKOTO", 1482, "JPN", datetime(1972, 9, 20), "女", "11C", "", "HOTEL"],  # noqa: DTZ001
                [], ["合计 3 人"],
            ],
            机组=[title, head, ["BAI", "XUE", "EZ0001117", "CHN", datetime(1992, 1, 2), "女", None, None, "CREW"], ["合计 1 人"]],  # noqa: DTZ001
        )
    )  # fmt: skip
    assert [(one.sheet, one.row, one.name, one.role) for one in found.people] == [
        ("旅客", 3, "LUO/PINGAN MR", "passenger"),
        ("旅客", 4, "ITO/MAKOTO", "passenger"),
        ("机组", 3, "BAI/XUE", "crew"),
    ]
    assert found.people[1].spellings == ("1482", "00001482", "000001482")
    assert kinds(found) == [(4, "C4", "passport_zeros_lost"), (6, "A6", "total_differs")]


def test_headings_in_two_rows_below_titles_and_sections_for_passengers_and_crew() -> None:
    found = read(
        book(
            "B7:B8",
            名单=[
                ["长宁区入境人员转运专班"], ["航班：XX 936    始发：法兰克福 → 上海"], ["落地：2020-03-13 12:37"],
                ["序号", "护照姓名", None, "证件信息", None, "出生年月日", "联系电话", "目的地", None, "备注"],
                [None, "姓", "名", "证件类型", "证件号码", None, None, "所属区", "详细地址", None],
                ["一、旅客名单"],
                ["1", "LUO", "PING-AN", "护照", "ez 0009159", "1/12/2003", "199-0000-2317", "长宁区", "青杨路1597弄1号", "带小孩"],
                ["2", None, "YUJUN", "护照", "TZ0001482", "20/9/1972", "", "", "HOTEL", ""],
                ["二、机组"],
                ["3", "BAI", "XUE", "护照", "EZ0001117", "2/1/1992", "", "", "机组", ""],
                ["4"], ["5"], ["填表人：小季"],
            ],
        )
    )  # fmt: skip
    assert (found.flight.number, found.flight.day) == ("XX936", date(2020, 3, 13))
    assert [(one.row, one.name, one.role, one.born) for one in found.people] == [
        (7, "LUO/PING-AN", "passenger", date(2003, 12, 1)),
        (8, "LUO/YUJUN", "passenger", date(1972, 9, 20)),
        (10, "BAI/XUE", "crew", date(1992, 1, 2)),
    ]
    assert found.people[0].address == "长宁区青杨路1597弄1号"
    assert found.people[0].extra == {"证件信息证件类型": "护照", "备注": "带小孩"}
    assert kinds(found) == []
    told = read(text([["姓", "名", "护照号"], ["LUO", "PINGAN", "EZ0009159"], ["", "YUJUN", "EZ0009160"]]))
    assert told.people[1].name == "LUO/YUJUN"
    assert kinds(told) == [(2, "A3", "surname_from_above")]


def test_one_name_heading_over_two_columns_a_column_for_the_role_and_chinese_names() -> None:
    found = read(
        book(
            Sheet1=[
                [
                    "姓名",
                    None,
                    "中文姓名",
                    "性别",
                    "旅客类型",
                    "Passport No.",
                    "Date of Birth (MM/DD/YYYY)",
                    "Mobile",
                    "Home tel",
                ],
                ["LUO", "PINGAN", "罗平安", "", "成人", "EZ0009159", "12/01/2003", "+86 199 0000 2317", "021-00001234"],
                ["ITO", "MAKOTO MRS", "", "", "机组人员", "TZ0001482", "09/20/1972", "n/a", ""],
            ]
        )
    )
    one, other = found.people
    assert (one.name, one.chinese, one.born, one.role) == ("LUO/PINGAN", "罗平安", date(2003, 12, 1), "passenger")
    assert one.phones == ("19900002317", "02100001234")
    assert (other.name, other.role, other.sex, other.phones) == ("ITO/MAKOTO MRS", "crew", "女", ())


def test_two_tables_in_one_text_go_on_counting_their_records() -> None:
    rows = [*AIRLINE[:4], [], ["CREW LIST"], ["No", "Name", "DOB", "Doc No"], [1, "BAI/XUE", "02JAN92", "EZ0001117"]]
    found = read(text(rows))
    assert [(one.row, one.name, one.role) for one in found.people] == [
        (1, "LUO/PINGAN MR", "passenger"),
        (2, "ITO/MAKOTO", "passenger"),
        (5, "BAI/XUE", "crew"),
    ]


def test_a_middle_name_of_a_column_of_its_own_follows_the_first_name() -> None:
    head = ["Seat", "Last Name", "First Name", "Middle Name", "Birthdate", "Passport #", "CTCM"]
    rows = [
        head,
        ["11A", "LUO", "PINGAN", "", "03/14/1985", "EZ0009159", "19900002317"],
        ["11C", "ALDER", "MAY", "LIN", "", "EZ2", ""],
    ]
    found = read(text(rows)).people
    assert [one.name for one in found] == ["LUO/PINGAN", "ALDER/MAY LIN"]
    assert found[0].phones == ("19900002317",)


def test_merged_headings_over_groups_of_columns_are_one_with_the_row_below() -> None:
    rows = [
        ["座位", "姓名", None, "证件", None, "出生日期"],
        [None, "姓", "名", "国籍", "号码", None],
        ["1A", "Luo", "Pingan", "CHN", "EZ0001117", "1992-01-02"],
    ]
    found = read(book("A1:A2 B1:C1 D1:E1 F1:F2", 名单=rows))
    assert [(one.name, one.document, one.nation, one.row) for one in found.people] == [
        ("Luo/Pingan", "EZ0001117", "CHN", 3)
    ]


def test_a_column_of_unknown_heading_is_known_by_what_stands_in_it() -> None:
    rows = [
        ["Name", "Seat", "Genre", "Naissance", "Titre de voyage", "Où", "Joindre", "Lettre"],
        ["LUO/PINGAN", "1A", "M", "01DEC03", "EZ0001111", "青杨路1597弄1号", "19900002317", "M"],
        ["BAI/XUE", "1C", "F", "02JAN92", "EZ0001117", "Hotel", "19900002318", "W"],
        ["ITO/MAKOTO", "1D", "F", "20SEP72", "TZ0001482", "Lane 5 Beifeng Rd", "+81 90-0000-0040", "Q"],
    ]
    found = read(text(rows))
    assert found.unknown == ["Lettre"]
    assert [(one.sex, one.born, one.document, one.phone, one.address) for one in found.people][1] == (
        "女", date(1992, 1, 2), "EZ0001117", "19900002318", "Hotel",
    )  # fmt: skip


def test_an_address_over_several_columns_is_put_together() -> None:
    rows = [
        ["姓名", "出生日期", "区", "小区", "楼号", "单元", "室号"],
        ["罗平安", "1992-01-02", "长宁区", "橘泉苑", 12, 2, "301"],
        ["白雪", "1992-01-03", "", "北枫路212弄", "5号", "", "亭子间"],
    ]
    assert [one.address for one in read(text(rows)).people] == ["长宁区橘泉苑12号2单元301室", "北枫路212弄5号亭子间"]


@pytest.mark.parametrize("headings", [["Пассажир", "Место", "Рождён", "Паспорт"], ["", "", "", ""]])
def test_a_list_whose_headings_nobody_knows_is_read_by_its_names(headings: list[str]) -> None:
    people = [
        ["LUO/PINGAN MR", "1A", "01DEC03", "EZ0001111"],
        ["BAI/XUE", "1C", "02JAN92", "EZ0001117"],
        ["ITO/MAKOTO", "1D", "20SEP72", "TZ0001482"],
    ]
    found = read(text([["XX936 13MAR20"], headings, *people]))
    assert [(one.row, one.name, one.document) for one in found.people] == [
        (at, row[0], row[3]) for at, row in enumerate(people, 1)
    ]
    assert found.people[1].born == date(1992, 1, 2)


def test_numbers_half_hidden_leave_their_tails() -> None:
    rows = [["姓名", "证件号码", "手机", "出生日期"], ["罗平安", "EZ0****1117", "199****2317", "1992-01-02"]]
    (one,) = read(text(rows)).people
    assert (one.document, one.tail, one.phones, one.phone_tails) == ("", "1117", (), ("2317",))
    assert one.problems == ["document_masked", "phone_masked"]


def test_every_doubt_names_its_cell_and_nobody_is_left_out() -> None:
    head = ["姓名", "护照号码", "出生日期", "电话"]
    found = read(
        text(
            [
                head,
                ["LUO/PINGAN", "", "", ""],
                ["", "EZ0009159", "1967-02-30", "123"],
                ["ITO/MAKOTO", "1.5E+08", "2031-01-01", ""],
                ["LUO PING AN", "EZ0009160", "03/04/1985", ""],
                ["PING AN LUO", "EZ0009160", "03/04/1985", ""],
                ["LUO/BABY", "EZ0009160", "01JAN20", ""],
            ]
        )
    )
    assert kinds(found) == [
        (1, "B2", "document_missing"),
        (1, "C2", "born_missing"),
        (2, "A3", "name_missing"),
        (2, "C3", "born_unclear"),
        (2, "D3", "phone_unclear"),
        (3, "B4", "document_unclear"),
        (3, "C4", "born_in_future"),
        (4, "C5", "born_order_unclear"),
        (5, "C6", "born_order_unclear"),
        (5, "B6", "listed_twice"),
        (6, "B7", "document_shared"),
    ]
    assert len(found.people) == 6
    assert len(found.on_board) == 5


def test_titles_before_names_and_words_behind_numbers_are_no_part_of_them() -> None:
    found = read(text([["Name", "Passport No."], ["Mr. Luo Pingan (罗平安)", "ez0009159 (P)"]]))
    (one,) = found.people
    assert (one.name, one.chinese, one.document) == ("Luo Pingan", "罗平安", "EZ0009159")


def test_what_is_no_list_of_people_is_refused() -> None:
    with pytest.raises(Refusal) as caught:
        read(text([["Budget 2020"], ["Item", "Price"], ["Mask", "5"]]))
    assert caught.value.code == "list.no_headings"


@pytest.mark.parametrize("below", [[], [["", ""]], [["合计", "0"]], [["机组名单", ""]]])
def test_headings_without_anybody_below_them_are_no_list(below: list[list[str]]) -> None:
    with pytest.raises(Refusal) as caught:
        read(text([["航班 XX936 旅客名单"], ["姓名", "国籍"], *below]))
    assert caught.value.code == "list.nobody"


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (["姓名 Name", "证件有效期", "证件号 Passport No.", "紧急联系人电话"], {"name": (0,), "document": (2,)}),
        (["氏名", "旅券番号", "国籍", "座席", "電話番号"], {"name": (0,), "document": (1,), "nation": (2,), "seat": (3,), "phone": (4,)}),
        (["Last Name", "First Name", "Gender", "Place of Birth"], {"surname": (0,), "given": (1,), "sex": (2,)}),
        (
            ["Passenger Surname", "Passenger Given Names", "Travel Doc Number", "Issuing country", "Address During Stay in China"],
            {"surname": (0,), "given": (1,), "document": (2,), "address": (4,)},
        ),
        (["旅客姓名", "旅客类型", "乘客护照号"], {"name": (0,), "role": (1,), "document": (2,)}),
        (["中文姓名", "英文姓名", "在沪详细地址"], {"chinese": (0,), "latin": (1,), "address": (2,)}),
        (["LUO/PINGAN", "EZ0009159", "11A"], None),
        (["姓名"], None),
    ],
)  # fmt: skip
def test_which_column_is_what(headings: list[str], expected: dict[str, tuple[int, ...]] | None) -> None:
    found = read_columns(dict(enumerate(headings)))
    assert (dict(found.fields) if found else None) == expected


@given(st.lists(st.lists(st.text(max_size=12), max_size=6), max_size=12))
def test_any_table_is_read_or_refused(rows: list[list[str]]) -> None:
    try:
        found = read(text(rows, "utf-8"))
    except Refusal:
        return
    assert len(found.on_board) <= len(found.people) <= len(rows)


@pytest.mark.parametrize("name", ["flight_manifest.csv", "flight_manifest.xlsx"] if OFFICE.exists() else [])
def test_the_offices_own_lists_are_303_people(name: str) -> None:
    found = read((OFFICE / name).read_bytes(), name)
    assert (found.count("passenger"), found.count("crew"), len(found.on_board)) == (286, 17, 303)
    assert (found.flight.number, found.flight.day) == ("CA936", date(2020, 3, 13))
    assert {one.kind for one in found.problems} <= {"passport_zeros_lost"}
