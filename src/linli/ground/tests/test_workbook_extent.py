"""How far the values of a workbook reach."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import openpyxl
import pytest
from openpyxl.styles import Font

from linli.ground.workbook_extent import too_far


def book(*cells: tuple[str, object], bold: str = "") -> bytes:
    """A workbook with these cells, and one that is only formatted."""
    made = openpyxl.Workbook()
    for at, value in cells:
        made.active[at] = value
    if bold:
        made.active[bold].font = Font(bold=True)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def ods(body: str) -> Iterator[bytes]:
    """An ods file, as far as it matters here."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("content.xml", f"<table:table>{body}</table:table>")
    yield out.getvalue()


def test_one_cell_far_away_is_too_far() -> None:
    assert too_far(book(("A1", "名称"), ("XFD1048576", "x")))
    assert not too_far(book(("A1", "名称"), ("B2", 330102001051)))
    assert not too_far(book(("A1", "名称"), bold="XFD1048576"))
    assert not too_far(book(("A1", "x"), ("A1048576", "x")))
    assert not too_far("代码,名称".encode())
    with pytest.raises(zipfile.BadZipFile):
        too_far(b"PK\x03\x04garbage")


def test_repeated_values_of_an_open_document() -> None:
    cell = '<table:table-cell office:value-type="string" table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell>'
    row = '<table:table-row table:number-rows-repeated="1048576">{}</table:table-row>'
    assert too_far(next(ods(row.format(cell))))
    assert not too_far(next(ods(row.format('<table:table-cell table:number-columns-repeated="16384"/>'))))
    assert not too_far(next(ods("<table:table-row>" + cell + "</table:table-row>")))


def test_an_ordinary_workbook_is_not_too_far() -> None:
    made = openpyxl.Workbook(write_only=True)
    sheet = made.create_sheet()
    for number in range(5000):
        sheet.append([number] * 20)
    out = io.BytesIO()
    made.save(out)
    assert not too_far(out.getvalue())
