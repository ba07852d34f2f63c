"""The watch over documents, telephones and readings in clear sees them wherever they might be written, and leaves out what may be."""

from __future__ import annotations

import io
import logging
import zipfile

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from tests.support.in_clear import Watch, found_in

PHONE, DOCUMENT = "19900004217", "310101196402298885"


@pytest.mark.parametrize(
    "text", [f"call {PHONE}", "199-0000-4217", "199 0000 4217", f"证件{DOCUMENT}，", '{"temperature": 38.37}']
)
def test_it_sees_them_in_any_spelling(text: str) -> None:
    assert len(found_in(text)) == 1


@pytest.mark.parametrize(
    "text",
    ["01709364786a7a88a2d0d3885f03e203", "310101196402298884", "199****4217", "1990000421", f"x{PHONE}1", "138.3"],
)
def test_it_takes_nothing_else_for_one(text: str) -> None:
    assert found_in(text) == []


def test_it_looks_at_logs_error_pages_and_the_sheets_of_a_workbook() -> None:
    watch, request = Watch(), RequestFactory().get("/x/")
    watch.emit(logging.LogRecord("linli", logging.INFO, "", 0, "read %s", ("38.37",), None))
    watch.look_at(request, HttpResponse(f"no {PHONE}", status=404), [])
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/sharedStrings.xml", f"<t>{DOCUMENT}</t>")
    sent = HttpResponse(book.getvalue(), headers={"Content-Disposition": "attachment"})
    watch.look_at(request, sent, [])
    assert watch.taken() == ["log: 38.37", f"404 /x/: {PHONE}", f"200 /x/: {DOCUMENT}"]
    watch.look_at(request, sent, ["register.exported"])
    watch.look_at(request, HttpResponse(PHONE), [])
    assert watch.taken() == [], "a page shows what its reader may see; an export with whole numbers is journaled"
