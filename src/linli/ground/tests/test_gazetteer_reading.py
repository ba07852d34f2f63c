"""Lists of divisions as offices and packages write them: tables and JSON with any headings, in any encoding; bad rows by name."""

from __future__ import annotations

import io
import json
from datetime import date

import openpyxl
import pytest

from linli.ground.gazetteer.codes import above, read_code
from linli.ground.gazetteer.dates import as_of
from linli.ground.gazetteer.reading import read_list
from linli.ground.gazetteer.rows import Reading
from linli.kernel.refusal import Refusal

ROWS = [
    ("310105102024", "程桥居委会"),
    ("310105102006", "淮阴路居委会"),
    ("310105102036", "怡景苑居委会"),
]


def names(reading: Reading) -> dict[str, str]:
    return {row.code: row.name for row in reading.rows.values()}


def table(mark: str, head: list[str], rows: list[list[str]]) -> str:
    return "\n".join(mark.join(row) for row in [head, *rows]) + "\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";", "|"])
def test_text_tables(mark: str, encoding: str) -> None:
    text = table(mark, ["统计用区划代码", "城乡分类代码", "名称"], [[c, "111", n] for c, n in ROWS])
    found = read_list(text.encode(encoding), "list.txt")
    assert names(found) == dict(ROWS)
    assert {row.urban for row in found.rows.values()} == {"111"}
    assert [row.row for row in found.rows.values()] == [2, 3, 4]
    assert {row.above for row in found.rows.values()} == {"310105102"}


def test_a_pasted_page_without_headings() -> None:
    text = "\n".join(f"{code}  220   {name}" for code, name in ROWS)
    assert names(read_list(text.encode(), "2016.txt")) == dict(ROWS)


def test_columns_of_every_level() -> None:
    head = ["省", "市", "区县", "街道代码", "街道", "居委会代码", "居委会"]
    rows = [["上海市", "市辖区", "长宁区", "310105102", "新泾镇", code, name] for code, name in ROWS]
    found = read_list(table(",", head, rows).encode(), "x.csv")
    assert names(found) == dict(ROWS)
    assert found.names == {"310105102": "新泾镇", "310105": "长宁区", "31": "上海市"}


def test_a_workbook_with_a_title_and_numbers_as_numbers() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["2021年统计用区划代码（截至2021年10月31日）"])
    sheet.append(["名称", "代码"])
    for code, name in ROWS:
        sheet.append([name, int(code)])
    book.create_sheet("说明").append(["来源：统计局"])
    stream = io.BytesIO()
    book.save(stream)
    found = read_list(stream.getvalue(), "区划.xlsx")
    assert names(found) == dict(ROWS)
    assert {(row.sheet, row.row) for row in found.rows.values()} == {("Sheet", 3), ("Sheet", 4), ("Sheet", 5)}
    assert as_of(found.year_hint) == date(2021, 10, 31)


FLAT = [{"code": code, "name": name, "streetCode": code[:9]} for code, name in ROWS]
TREE = [
    {
        "code": "31",
        "name": "上海市",
        "children": [
            {"code": "3101", "name": "市辖区", "children": [{"code": "310105", "name": "长宁区", "children": FLAT}]}
        ],
    }
]


@pytest.mark.parametrize(
    "data", [FLAT, TREE, {"data": FLAT}, dict(ROWS), {"310105102": {"name": "新泾镇", "child": dict(ROWS)}}]
)
def test_json_of_any_shape(data: object) -> None:
    found = names(read_list(json.dumps(data, ensure_ascii=False).encode(), "villages.json"))
    assert dict(ROWS).items() <= found.items()
    if data is TREE:
        assert found["31"] == "上海市"
        assert "3101" not in found, "市辖区 of a municipality is no place"


def test_one_object_a_line() -> None:
    text = "\n".join(json.dumps(one) for one in FLAT)
    assert names(read_list(text.encode(), "villages.jsonl")) == dict(ROWS)


def test_bad_rows_are_named_by_row_and_field() -> None:
    rows = [[c, n] for c, n in ROWS] + [["", "缺码居委会"], ["31010510", "坏"], ["310105102077", ""], list(ROWS[0])]
    rows.append([ROWS[0][0], "别名居委会"])
    found = read_list(table(",", ["代码", "名称"], rows).encode(), "x.csv")
    assert [(bad.row, bad.field, bad.problem) for bad in found.bad] == [
        (5, "code", "code_missing"),
        (6, "code", "code_wrong"),
        (7, "name", "name_missing"),
        (8, "code", "twice"),
        (9, "code", "twice_differs"),
    ]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("310101000000", "310101"),
        ("441900003000", "441900003"),
        ("441900", "4419"),
        ("3.10105102024E+11", "310105102024"),
        ("310105102024.0", "310105102024"),
        ("'310105 102 024", "310105102024"),
        ("３１０１０５", "310105"),
        ("2019", None),
        ("99", None),
        ("31010510202", None),
    ],
)
def test_codes_as_spreadsheets_leave_them(raw: str, code: str | None) -> None:
    assert read_code(raw) == code


def test_what_a_place_is_part_of() -> None:
    assert [above(code) for code in ("310105102024", "310105102", "310105", "441900003", "130102", "31")] == [
        "310105102", "310105", "31", "4419", "1301", None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "gazetteer.empty"),
        (b"a,b\n1,2\n", "gazetteer.no_codes"),
        (b"PK\x03\x04nonsense", "gazetteer.unreadable"),
        (b'{"a": [', "gazetteer.unreadable"),
    ],
)
def test_what_cannot_be_read_says_so(content: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read_list(content, "x.csv")
    assert refusal.value.code == code


def test_a_list_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linli.ground.gazetteer.tables.MAX_BYTES", 10)
    with pytest.raises(Refusal) as refusal:
        read_list(b"x" * 11, "x.csv")
    assert refusal.value.code == "gazetteer.too_large"


def test_of_which_day_a_list_is() -> None:
    assert as_of("villages_shanghai_2019.csv") == date(2019, 12, 31)
    assert as_of("list.csv", folder="/lists/2023-06-30/") == date(2023, 6, 30)
    assert as_of("20200630.xlsx") == date(2020, 6, 30)
    assert as_of("x", said="2018") == date(2018, 12, 31)
    assert as_of("x", said="2018-02-03") == date(2018, 2, 3)
    for hint, said, code in (
        ("x", "", "gazetteer.date_unknown"),
        ("2019-2023", "", "gazetteer.date_unknown"),
        ("", "soon", "gazetteer.date_wrong"),
    ):
        with pytest.raises(Refusal) as refusal:
            as_of(hint, said=said)
        assert refusal.value.code == code


def test_what_no_table_can_hold_or_nobody_can_nest_is_refused() -> None:
    made = openpyxl.Workbook()
    for at, value in (
        ("A1", "代码"),
        ("B1", "名称"),
        ("A2", "310105102024"),
        ("B2", "程桥居委会"),
        ("XFD1048576", "x"),
    ):
        made.active[at] = value
    out = io.BytesIO()
    made.save(out)
    for content, code in ((out.getvalue(), "gazetteer.too_wide"), (b"[" * 100_000, "gazetteer.unreadable")):
        with pytest.raises(Refusal) as caught:
            read_list(content, "list")
        assert caught.value.code == code


def test_names_are_read_as_the_tables_keep_them() -> None:
    text = f"代码,名称\n310105102024,程\x00桥{'很' * 200}居委会\n"
    (row,) = read_list(("代码,名称\n" * 600).encode() + text.encode(), "list.csv").rows.values()
    assert (row.name[:3], len(row.name)) == ("程桥很", 120)
