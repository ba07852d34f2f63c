"""Files of every kind: what can be read is read, what cannot gets a sentence."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
import xlsxwriter

from linli.kernel.refusal import Refusal
from linli.register.reading import files
from linli.register.reading.delimited import decode
from linli.register.reading.files import read_file
from linli.register.reading.sheet import Sheet, as_text, column_index, column_letter
from linli.register.tests import old_formats

CSV = '姓名,地址,备注\n胡𫍽,1号101室,"两行\n备注"\n易㛃,1号102室,\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_every_encoding_gives_the_same_cells(encoding: str) -> None:
    [sheet] = read_file(CSV.encode(encoding), "x.csv")
    assert sheet.name is None
    assert sheet.rows == [["姓名", "地址", "备注"], ["胡𫍽", "1号101室", "两行\n备注"], ["易㛃", "1号102室", ""]]


def test_utf8_is_tried_before_gb18030() -> None:
    assert decode("姓名".encode())[1] == "utf-8"
    assert decode("姓名".encode("gb18030"))[1] == "gb18030"


@pytest.mark.parametrize("mark", [",", "\t", ";", "|"])
def test_the_delimiter_is_found_out(mark: str) -> None:
    text = mark.join(["姓名", "地址"]) + "\n" + mark.join(["某某", "1号"]) + "\n"
    assert read_file(text.encode(), "x.txt")[0].rows == [["姓名", "地址"], ["某某", "1号"]]


def test_text_wrapped_for_excel_is_unwrapped() -> None:
    assert read_file(b'a,b\n="0012",x\n', "x.csv")[0].rows[1][0] == "0012"
    assert read_file(b"sep=;\na;b\n1;2\n", "x.csv")[0].rows[0] == ["a", "b"]


def _zip(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return out.getvalue()


def _book() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet("东苑")
    struck = book.add_format({"font_strikeout": True})
    page.write_row(0, 0, ["姓名", "性别", "旧电话", "地址"])
    page.write_row(1, 0, ["某甲", "", "1", "1号"])
    page.write_formula(1, 1, '=IF(1,"男","女")', None, "男")
    page.write_row(2, 0, ["某乙", "", "2"])
    page.write_formula(2, 1, "=1/0", None, "#DIV/0!")
    page.write_string(3, 0, "某丙", struck)
    page.merge_range("D2:D4", "1号")
    page.write_comment("A3", "钥匙在物业")
    page.set_column(2, 2, None, None, {"hidden": True})
    page.set_row(3, None, None, {"hidden": True})
    for row in range(4, 120):
        page.write_blank(row, 0, None, struck)
    book.add_worksheet("旧").hide()
    book.close()
    return out.getvalue()


def test_a_workbook_tells_what_is_hidden_merged_computed_struck_and_commented() -> None:
    sheet, old = read_file(_book(), "x.xlsx")
    assert list(sheet.rows[1]) == ["某甲", "男", "1", "1号"]
    assert sheet.merges == [(1, 3, 3, 3)]
    assert sheet.hidden_columns == {2}
    assert sheet.hidden_rows == {3}
    assert sheet.comments == {(2, 0): "钥匙在物业"}
    assert sheet.errors == {(2, 1): "#DIV/0!"}
    assert sheet.formulas == {1: [1, 2]}
    assert (3, 0) in sheet.struck
    assert sheet.formatted_after == 116
    assert (sheet.hidden, old.hidden) == (False, True)


def _refused(data: bytes, name: str = "x.xlsx") -> str:
    with pytest.raises(Refusal) as caught:
        read_file(data, name)
    assert str(caught.value).endswith(".")
    return caught.value.code


def _lying() -> bytes:
    """A workbook whose directory claims a part of 10 bytes that inflates to a megabyte."""
    data = bytearray(_zip(**{"[Content_Types]_dot_xml": b"<a/>", "xl__workbook_dot_xml": b"0" * 1_000_000}))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    return bytes(data)


def test_files_that_are_no_register_get_a_sentence() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    assert _refused(b"") == "import.empty"
    assert _refused(b"\n\n  ") == "import.empty"
    assert _refused(b",,,\n,,,\n", "x.csv") == "import.empty"
    assert _refused(ole + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 99) == "import.password"
    assert _refused(ole + b"\x00" * 999) == "import.broken"
    assert _refused(b"%PDF-1.7 ...") == "import.format"
    assert _refused(b"PK\x03\x04 cut off") == "import.broken"
    assert _refused(_book()[:2000]) == "import.broken"
    assert _refused(_zip(readme=b"hello")) == "import.format_zip"
    assert _refused(_zip(mimetype=b"application/vnd.oasis.opendocument.spreadsheet")) == "import.broken"
    assert _refused(_zip(**{"[Content_Types]_dot_xml": b"<a/>", "xl__workbook_dot_bin": b"x"})) == "import.xlsb"
    assert _refused(_lying()) == "import.broken"
    assert _refused(b"\x01\x02\x00\x7f" * 50 + b"abc", "x.csv") in {"import.binary", "import.broken_text"}
    assert _refused(b"\xff\x41,\xff\n" * 60, "x.csv") == "import.encoding"
    assert _refused(("姓名,地址\n" * 50).encode("utf-16")[:-1], "x.csv") == "import.broken_text"


@pytest.mark.parametrize("make", [old_formats.ods, old_formats.xls])
def test_workbooks_of_other_programs_are_read_too(make: Callable[[list[list[object]], str], bytes]) -> None:
    rows: list[list[object]] = [["姓名", "地址", "电话"], ["某甲", "1号", 19900000001], ["陈𬱖", "", "无"]]
    [sheet] = read_file(make(rows, "东苑"), "x")
    assert sheet.name == "东苑"
    assert sheet.rows == [["姓名", "地址", "电话"], ["某甲", "1号", 19900000001.0], ["陈𬱖", "", "无"]]


def test_a_cell_that_says_a_million_times_is_refused() -> None:
    cell = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
    many = f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>'
    wide = '<table:table-row><table:table-cell table:number-columns-repeated="16000" office:value-type="string"/></table:table-row>'
    nothing = '<table:table-cell table:number-columns-repeated="1024"/>'
    empty = f'<table:table-row table:number-rows-repeated="1048000">{nothing}</table:table-row>'
    assert _refused(old_formats.ods([["a"]], "x", many)) == "import.too_many_cells"
    assert _refused(old_formats.ods([["a"]], "x", wide)) == "import.too_many_cells"
    assert read_file(old_formats.ods([["a"]], "x", empty), "x")[0].rows == [["a"]]


def test_a_small_file_that_would_become_a_large_one_is_not_opened() -> None:
    bomb = _zip(
        **{"[Content_Types]_dot_xml": b"<a/>", "xl__workbook_dot_xml": b"<a/>", "xl__sheet_dot_xml": b"0" * 120_000_000}
    )
    assert len(bomb) < 200_000
    assert _refused(bomb) == "import.bomb"


def test_a_file_of_200_mb_is_refused_by_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refusal) as caught:
        files.check_size(200 * 1024 * 1024)
    assert caught.value.code == "import.too_large"
    assert "200 MB" in str(caught.value)


def test_one_cell_far_away_does_not_make_a_table_of_sixteen_thousand_columns() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet()
    page.write_row(0, 0, ["姓名", "地址"])
    page.write_string(1_000_000, 16_000, "x")
    book.close()
    assert _refused(out.getvalue()) == "import.too_many_cells"


def test_cells_as_text_and_column_letters() -> None:
    assert as_text(3.0) == "3"
    assert as_text(None) == ""
    assert as_text("　x ") == "x"
    assert [column_letter(at) for at in (0, 25, 26, 701)] == ["A", "Z", "AA", "ZZ"]
    assert column_index("ZZ") == 701
    assert Sheet("x", [["a"]]).cell(5, 5) is None
