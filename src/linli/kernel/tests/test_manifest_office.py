"""The office's own files: the ten of CA936 are found in both lists, the eighteen are not; and the same from a small office made here.

Both run the same way: a list and a workbook are read as files, the register by the product's own reader.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from linli.kernel.manifest_cells import passport_spellings, passport_tail, read_born, read_sex
from linli.kernel.manifest_match import Finding, RegisterIndex, Resident, Traveller, match, same_travellers
from linli.kernel.manifest_places import Estate
from linli.kernel.phones import read_phones
from linli.register.interpret.interpretation import interpret

OFFICE = Path(__file__).resolve().parents[5] / "shared" / "data" / "office"
LANDED = date(2020, 3, 13)
DISTRICT = "长宁区"


@dataclass(frozen=True)
class Office:
    """Bytes of the three files, and what is true: number on the list → (sheet, row) of the register; numbers to be asked."""

    csv: bytes
    xlsx: bytes
    register: bytes
    ours: dict[str, tuple[str, int]]
    asked: set[str]
    on_board: int


def shared() -> Office:
    truth = json.loads((OFFICE / "truth" / "flight.json").read_text("utf-8"))
    rows = json.loads((OFFICE / "truth" / "register.json").read_text("utf-8"))["rows"]
    row_of = {row["pid"]: (row["sheet"], row["row"]) for row in rows if row.get("pid")}
    return Office(
        (OFFICE / "flight_manifest.csv").read_bytes(),
        (OFFICE / "flight_manifest.xlsx").read_bytes(),
        (OFFICE / "register.xlsx").read_bytes(),
        {plain(one["name"]): row_of[one["pid"]] for one in truth["match"]},
        {plain(one["name"]) for one in truth["must_not_match"] if one["kind"] == "ask"},
        truth["totals"]["on_board"],
    )


def small() -> Office:
    """梧桐别墅 with four people, and a flight with seven: three of ours, one asked, three of no concern."""
    head = ["门牌", "姓名", "性别", "证件号码", "出生日期", "电话", "与户主关系"]
    homes = [
        ["1号", "罗平安", "男", None, "1967-02-21", "19900000167", "户主"],
        [None, "苏珍", "女", None, "1969-01-29", "19900000168", "配偶"],
        ["2号", "Baker Oliver", "男", "000008401", None, "19900000160", "户主"],
        ["3号", "文铭海", "男", None, "1986-07-03", "19900000854", "户主"],
    ]
    flight = [
        ["1", "LUO/PING AN MR", "M", "CHN", "21FEB67", "EZ0001111", "11A", "", "LANE1597 QINGYANG RD #1"],
        ["2", "ZHEN/SU", "F", "CHN", "29JAN69", "EZ0001112", "11B", "+86 19900000167", "长宁区青杨路1597lane1号"],
        ["3", "BAKER/OLIV", "M", "GBR", "12APR70", "000008401", "11C", "0086-19900000160", "Wutong Villas 2"],
        ["4", "WEN/MINGHAI", "M", "CHN", "03JUL87", "EZ0001114", "11D", "+8619900000999", "浦东新区梧桐别墅3号"],
        ["5", "HU/BO", "M", "CHN", "01JAN90", "EZ0001115", "11E", "+8619900000998", "Lane 1597 Qingyang Rd No 99"],
        ["6", "GREY/IDA", "F", "GBR", "01JAN91", "000007159", "11F", "+44 7700 900086", "No.1597 Qingyang Rd"],
        ["7", "CHEN/XUE", "F", "CHN", "02JAN92", "EZ0001117", "CREW", "", "CREW"],
    ]
    text = io.StringIO()
    headings = ["No", "Name", "Sex", "Nat", "DOB", "Doc No", "Seat", "Contact", "Address in China"]
    csv.writer(text).writerows([["XX001 旅客名单"], headings, *flight, ["TOTAL PAX 6", "CREW 1"]])
    columns = [
        [*one[1].split("/"), int(one[5]) if one[5].isdigit() else one[5], one[3], read_born(one[4], on=LANDED), one[2]]
        + [one[6], one[7], one[8]]
        for one in sorted(flight, key=lambda one: one[1])
    ]
    words = ["姓", "名", "护照号", "国籍", "出生日期", "性别", "座位", "手机", "申报地址"]
    return Office(
        text.getvalue().encode("gb18030"),
        book("名单", [["XX001"], words, *columns, ["合计 7 人"]]),
        book("梧桐别墅", [["梧桐别墅 住户登记表"], ["地址：青杨路1597弄"], head, *homes]),
        {"LUOPINGAN": ("梧桐别墅", 4), "ZHENSU": ("梧桐别墅", 5), "BAKEROLIV": ("梧桐别墅", 6)},
        {"HUBO"},
        7,
    )


def book(title: str, rows: list[list[object]]) -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def plain(name: str) -> str:
    return re.sub(r"[^A-Z]|\b(?:MR|MS|MSTR)$", "", name)


def traveller(name: str, sex: object, born: object, document: object, phone: object, address: object) -> Traveller:
    told = read_phones(str(phone or ""), is_placeholder=lambda text: not text)
    return Traveller(
        plain(name),
        name,
        read_sex(sex),
        read_born(born, on=LANDED),
        frozenset(passport_spellings(document)),
        frozenset([passport_tail(document)]),
        frozenset(told.numbers),
        str(address or ""),
    )


def of_csv(data: bytes) -> Iterator[Traveller]:
    for row in csv.reader(io.StringIO(data.decode("gb18030"), newline="")):
        if row[0].isdigit():
            yield traveller(row[1], row[2], row[4], row[5], row[7], row[8])


def of_xlsx(data: bytes) -> Iterator[Traveller]:
    for sheet in openpyxl.load_workbook(io.BytesIO(data)):
        for row in sheet.iter_rows(min_row=3, max_col=9, values_only=True):
            if row[1]:
                born = row[4].date() if isinstance(row[4], datetime) else row[4]
                yield traveller(f"{row[0]}/{row[1]}", row[5], born, row[2], row[7], row[8])


def index_of(data: bytes) -> RegisterIndex:
    """The register as the product reads it; road and lane stand above each estate's table."""
    estates = []
    for sheet in openpyxl.load_workbook(io.BytesIO(data), read_only=True):
        if found := re.search(r"地址：(\D+)(\d+)弄", str(sheet["A2"].value)):
            estates.append(Estate(sheet.title, sheet.title, road=found[1], lane=found[2], district=DISTRICT))
    residents = []
    for row in interpret(data, "register.xlsx", today=LANDED).rows:
        if row.name:
            passports = [row.number] if row.doc == "passport" and row.number else []
            residents.append(
                Resident(
                    (row.sheet, row.row),
                    row.name,
                    row.sex or "",
                    row.born,
                    frozenset(passports),
                    frozenset(number[-4:] for number in passports),
                    frozenset(row.phones),
                    (row.sheet, row.door.code()),
                    ((row.sheet, row.door),),
                )
            )
    return RegisterIndex(residents, estates)


def sorted_out(found: list[Finding]) -> tuple[dict[object, object], set[object]]:
    matched = {one.traveller: one.resident for one in found if one.verdict == "match"}
    return matched, {one.traveller for one in found if one.verdict == "ask"}


@pytest.mark.parametrize("office", [small, shared] if OFFICE.exists() else [small])
def test_exactly_ours_are_found_in_both_lists_and_nobody_else(office: object) -> None:
    files = office()  # type: ignore[operator]
    register = index_of(files.register)
    first, second = list(of_csv(files.csv)), list(of_xlsx(files.xlsx))
    for people in (first, second):
        assert len(people) == files.on_board
        assert sorted_out(match(people, register)) == (files.ours, files.asked)
    assert len(same_travellers(first, second)) == files.on_board
