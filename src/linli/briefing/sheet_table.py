"""A sheet as a spreadsheet: a row a figure and piece, numbers as numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from linli.briefing.models import Sheet
from linli.briefing.sheet_lines import Line, Section
from linli.ui.exports import xlsx, xlsx_response
from linli.ui.words import moment


def heads() -> list[str]:
    """The heads of the columns."""
    return [
        _("Room"), _("Figure"), _("Part"), _("Number"), _("Of"), _("Unit"), _("Made of"), _("Yesterday"),
        _("Difference"), _("By name"),
    ]  # fmt: skip


def rows(sections: Sequence[Section]) -> Iterator[list[Any]]:
    """The whole of each figure, then its pieces, which add up to it."""
    for section in sections:
        for line in section.lines:
            yield [str(section.title), line.name, _("all together"), *_numbers(line), *_words(line)]
            for cell in line.pieces:
                value, of = (cell.count.value, cell.count.of) if cell.count.traceable else (cell.text, "")
                yield [str(section.title), line.name, cell.name, value, of, str(line.figure.unit), "", "", "", ""]


def _numbers(line: Line) -> list[Any]:
    if not line.count.traceable:
        return [line.text, "", str(line.figure.unit)]
    return [line.count.value, line.count.of, str(line.figure.unit)]


def _words(line: Line) -> list[Any]:
    known = line.before is not None and line.before.traceable
    before = line.before.value if known and line.before is not None else ""
    return [line.parts, before, line.difference, "\n".join(line.late)]


def workbook(sheet: Sheet, sections: Sequence[Section]) -> bytes:
    """The file."""
    return xlsx(_title(sheet), heads(), rows(sections), sub=_sub(sheet))


def response(sheet: Sheet, sections: Sequence[Section]) -> HttpResponse:
    """The download."""
    return xlsx_response(_title(sheet), heads(), rows(sections), sub=_sub(sheet))


def _title(sheet: Sheet) -> str:
    return _("Daily sheet %(place)s") % {"place": sheet.place.name}


def _sub(sheet: Sheet) -> str:
    return _("as of %(at)s, version %(n)s") % {"at": moment(sheet.as_of, "full"), "n": sheet.version}
