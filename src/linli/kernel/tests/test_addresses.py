"""Addresses → parts of a door."""

from __future__ import annotations

from datetime import date

import pytest

from linli.kernel import addresses
from linli.kernel.addresses import read_address, road_and_lane


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("别墅 3号", "||3||"),
        ("V3A", "||3A||"),
        ("Villa 12", "||12||"),
        ("槐安路1710弄3号", "槐安路1710弄||3||"),
        ("12幢/2单元/301", "||12|2|301"),
        ("12幢2单元301室", "||12|2|301"),
        ("3号楼2单元301", "||3|2|301"),
        ("１２栋３０１", "||12||301"),
        ("1228弄1支弄1号101室", "1228弄|1|1||101"),
        ("槐安路167弄1支弄1号2楼前楼", "槐安路167弄|1|1||2楼前楼"),
        ("槐安路167弄1支弄1号亭子间", "槐安路167弄|1|1||亭子间"),
        ("槐安路八九九弄十二号301室", "槐安路899弄||12||301"),
        ("槐安路八百九十九弄3号", "槐安路899弄||3||"),
        ("上海市长宁区槐安路899弄3号401室", "槐安路899弄||3||401"),
        ("3-2-301", "||3|2|301"),
        ("12-301", "||12||301"),
        ("12#301", "||12||301"),
        ("A座1201", "||A||1201"),
        ("金桂花园3栋1201", "金桂花园||3||1201"),
        ("", "||||"),
    ],
)
def test_addresses(written: str, code: str) -> None:
    assert read_address(written).code() == code


def test_a_pair_before_a_room_column_is_side_lane_and_building() -> None:
    assert read_address("3-2", side_first=True).code() == "|3|2||"
    assert read_address("3-2", estate="东苑", side_first=True).estate == "东苑"
    assert read_address("东苑3号", estate="东苑").building == "3"


def test_what_cannot_be_read_is_kept_as_rest() -> None:
    assert read_address("门卫室旁边").rest == "门卫室旁边"


@pytest.mark.parametrize(
    ("part", "clean"),
    [
        ("12幢", "12"),
        ("2单元", "2"),
        ("301室", "301"),
        ("3a", "3A"),
        ("一单元", "1"),
        ("亭子间", "亭子间"),
        ("03", "3"),
        ("5.0", "5"),
    ],
)
def test_parts(part: str, clean: str) -> None:
    assert addresses.clean_part(part) == clean


@pytest.mark.parametrize("text", ["3月2日", "2-Mar", "Mar-02", "2020/3/2", "2020-03-02 0:00:00", "2020年3月2日"])
def test_dates_are_given_back(text: str) -> None:
    assert addresses.from_date_text(text) == ("3", "2")


def test_a_date_cell_is_given_back() -> None:
    assert addresses.from_date(date(2020, 3, 2)) == ("3", "2")
    assert addresses.from_date_text("3-2") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("地址：虹古路1597弄   填表日期：2020年2月6日", ("虹古路", "1597")),
        ("上海市长宁区双流路 1546 弄", ("双流路", "1546")),
        ("杨浦区市光路六百二十六弄3号", ("市光路", "626")),
        ("新泾镇剑河东路20弄1支弄3号", ("剑河东路", "20")),
        ("1376弄1号201室", ("", "")),
        ("虹古路1228号", ("", "")),
    ],
)
def test_road_and_lane_of_an_estate(text: str, expected: tuple[str, str]) -> None:
    assert road_and_lane(text) == expected
