"""Small lists that somebody sends: what is no list is refused in words."""

from __future__ import annotations

import io

import openpyxl
import pytest

from linli.inbox.tables import as_text, read_table
from linli.kernel.refusal import Refusal

HEADS = {"name": ("姓名",), "phone": ("电话",)}


def book(**cells: object) -> bytes:
    made = openpyxl.Workbook()
    for at, value in cells.items():
        made.active[at] = value
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "list.empty"),
        (b" \n\t", "list.empty"),
        (b"PK\x03\x04garbage" * 20, "list.broken"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "list.broken"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "list.format"),
        (b"%PDF-1.7", "list.format"),
        (book(A1="姓名", B1="电话", XFD1048576="x"), "list.too_large"),
        (book(A1="其他", B1="别的", A2="甲"), "list.no_headings"),
        ("姓名,电话\n".encode(), "list.no_headings"),
    ],
)
def test_what_is_no_list_says_so(data: bytes, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_table(data, "list.xlsx", HEADS, required=("name",))
    assert caught.value.code == code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_and_many_columns(encoding: str) -> None:
    text = ",".join(["甲"] * 50 + ["电话", "姓名"]) + "\n" + ",".join(["x"] * 50 + ["19900000001", "周一苇"]) + "\n"
    (row,) = read_table(text.encode(encoding), "x.csv", HEADS, required=("name",))
    assert (row.text("name"), row.text("phone"), row.at("name")) == ("周一苇", "19900000001", "AZ2")


def test_numbers_that_are_none() -> None:
    assert as_text(float("inf")) == "inf"
    assert as_text(float("nan")) == "nan"
    assert as_text(19900000001.0) == "19900000001"
