"""A list as a spreadsheet: a head with title and time, typed cells, never a formula."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from linli.ui.words import moment

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDEST = 48


def _width(text: str) -> int:
    """Columns a text takes: a Chinese character counts two."""
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)


def _plain(value: Any) -> Any:
    """A cell value a spreadsheet understands: local naive moments, numbers, text."""
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
    if value is None or isinstance(value, bool | int | float | Decimal | dt.date):
        return value
    return str(value)


def xlsx(title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], *, sub: str = "") -> bytes:
    """One sheet: title and time in row 1, column heads in row 3, then ``rows``.

    Text is written as text whatever it begins with (no formula, no link), identity-like digits stay text; dates and
    moments get a date format. ``rows`` may be a generator.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(_sheet_name(title))
    bold = book.add_format({"bold": True, "font_size": 14})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    styles = {
        "day": book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
        "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"}),
        "text": book.add_format({"num_format": "@"}),
    }
    sheet.write_string(0, 0, title, bold)
    sheet.write_string(1, 0, " · ".join(part for part in (sub, moment(timezone.now(), "full")) if part))
    widths = [_width(text) for text in heads]
    for column, text in enumerate(heads):
        sheet.write_string(2, column, text, head)
    last = 2
    for last, row in enumerate(rows, 3):
        for column, value in enumerate(row):
            widths[column] = max(widths[column], _write(sheet, last, column, _plain(value), styles))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(width + 2, _WIDEST))
    sheet.freeze_panes(3, 0)
    if heads:
        sheet.autofilter(2, 0, max(last, 3), len(heads) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.repeat_rows(2)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&R&P / &N")
    book.close()
    return buffer.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any, styles: dict[str, Any]) -> int:
    if value is None or value == "":
        return 0
    if isinstance(value, dt.datetime):
        sheet.write_datetime(row, column, value, styles["moment"])
        return 16
    if isinstance(value, dt.date):
        sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time()), styles["day"])
        return 10
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        sheet.write_number(row, column, value)
        return len(str(value))
    sheet.write_string(row, column, str(value), styles["text"])
    return _width(str(value))


def _sheet_name(title: str) -> str:
    """A sheet name as Excel allows it: no ``[]:*?/\\``, at most 31 characters, never empty."""
    return "".join(char for char in title if char not in "[]:*?/\\'")[:31].strip() or "Sheet"


def xlsx_response(title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], *, sub: str = "") -> HttpResponse:
    """The same as a download named ``<title> <day>.xlsx``; never cached, for it may hold personal data."""
    response = HttpResponse(xlsx(title, heads, rows, sub=sub), content_type=XLSX)
    name = f"{title} {timezone.localdate():%Y-%m-%d}.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "no-store"
    return response
