"""A list, declared once: sorted by links, paged, filtered by the address, exported as xlsx and printed.

    class People(Table):
        title = _("People")
        columns = (
            Column("door", _("Door"), lambda p: p.door, sort=("path", "sort"), head=True),
            Column("name", _("Name"), lambda p: p.name, sort=("name_key",), url=lambda p: f"/people/{p.pk}/", name=True),
            Column("born", _("Born"), lambda p: p.born, sort=("born",), about=lambda p: p.born_about),
        )
        sort = "door"

    table = People(request, Person.objects.all())
    return table.download() or render(request, "ground/people.html", {"table": table})

and in the template ``{% include "ui/table.html" %}``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, ClassVar

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.html import format_html

from linli.kernel.place_names import numerals_to_digits
from linli.ui.addresses import with_query
from linli.ui.exports import xlsx_response
from linli.ui.words import about, moment, number

LINK, NAMED = '<a href="{}">{}</a>', '<a class="name" href="{}">{}</a>'


@dataclass(frozen=True)
class Column:
    """One column. ``value(row)`` is what is exported and, for plain sequences, sorted; ``show(row)`` what the page says.

    ``sort``: names for ``order_by`` of a queryset, or ``()`` for a column that does not sort; for a sequence any
    non-empty value means "by value". ``about(row)`` marks a guess: written with "about" and never sorted as exact.
    ``head``: this column names the row (``th scope=row``, the card's title on a phone). ``bare``: no label on a card.
    ``nowrap``: never broken over lines (phones, numbers). ``url(row)``: where the cell leads, on the page only; ``name``: it is somebody's.
    """

    key: str
    label: Any
    value: Callable[[Any], Any]
    sort: tuple[str, ...] = ()
    show: Callable[[Any], Any] | None = None
    about: Callable[[Any], Any] | None = None
    number: bool = False
    head: bool = False
    bare: bool = False
    nowrap: bool = False
    exported: bool = True
    url: Callable[[Any], str] | None = None
    name: bool = False

    def text(self, row: Any) -> Any:
        """What the page and the paper say in this cell."""
        said = self._said(row)
        return said if self.url is None else format_html(NAMED if self.name else LINK, self.url(row), said)

    def _said(self, row: Any) -> Any:
        if self.show is not None:
            return self.show(row)
        value = self.value(row)
        if self.about is not None and self.about(row):
            return about(value)
        if isinstance(value, dt.date | dt.time):
            return moment(value, "" if isinstance(value, dt.datetime) else "day")
        return "" if value is None else number(value)

    def cell(self, row: Any) -> dict[str, Any]:
        """A cell for the templates: ``label``, ``text``, ``head`` and its classes."""
        text = self.text(row)
        kept = self.nowrap or self.number or (self.show is None and isinstance(self.value(row), dt.date))
        flags = {"number": self.number, "bare": self.bare, "nowrap": kept, "cell-empty": text == ""}
        return {
            "label": self.label,
            "text": text,
            "head": self.head,
            "number": self.number,
            "classes": " ".join(name for name, on in flags.items() if on),
        }

    def exported_value(self, row: Any) -> Any:
        """What the spreadsheet holds: typed where exact, words where it is a guess."""
        return self._said(row) if self.about is not None and self.about(row) else self.value(row)

    def order(self, row: Any) -> tuple[Any, ...]:
        """Sort key for plain sequences: known before unknown, exact before guessed, door 2 before door 10."""
        value = self.value(row)
        guess = bool(self.about and self.about(row))
        return (value is None or value == "", guess, natural(value))


class Table:
    """Rows of one list for one request. Query keys: ``sort``, ``page``, ``as`` (``xlsx`` or ``print``)."""

    title: ClassVar[Any] = ""
    columns: ClassVar[Sequence[Column]] = ()
    sort: ClassVar[str] = ""
    per_page: ClassVar[int] = 50
    empty: ClassVar[Any] = ""

    def __init__(self, request: HttpRequest, rows: QuerySet[Any] | Sequence[Any], *, sub: str = "") -> None:
        self.request, self.source, self.sub = request, rows, sub

    @cached_property
    def sorted_by(self) -> str:
        """The sort in force; an unknown one in the address falls back to the table's own."""
        asked = self.request.GET.get("sort", "")
        known = {column.key for column in self.columns if column.sort}
        return asked if asked.removeprefix("-") in known else self.sort

    @cached_property
    def rows(self) -> QuerySet[Any] | list[Any]:
        """All rows, sorted."""
        key = self.sorted_by
        column = next((one for one in self.columns if one.key == key.removeprefix("-")), None)
        if column is None:
            return self.source if isinstance(self.source, QuerySet) else list(self.source)
        down = key.startswith("-")
        if isinstance(self.source, QuerySet):
            names = [_turned(name) if down else name for name in column.sort]
            return self.source.order_by(*names, "pk")
        return _sorted(self.source, column, down)

    @cached_property
    def page(self) -> Page[Any]:
        """The page asked for; a page past the end is the last one."""
        return Paginator(self.rows, self.per_page).get_page(self.request.GET.get("page"))

    def heads(self) -> Iterator[dict[str, Any]]:
        """Column heads with ``label``, ``url``, ``aria`` (ascending, descending or ""), ``number``."""
        for column in self.columns:
            now = {column.key: "ascending", f"-{column.key}": "descending"}.get(self.sorted_by, "")
            turned = f"-{column.key}" if now == "ascending" else column.key
            url = with_query(self.request, {"sort": turned, "page": None}) if column.sort else ""
            yield {"label": column.label, "url": url, "aria": now, "number": column.number}

    def lines(self, rows: Any = None) -> Iterator[list[dict[str, Any]]]:
        """Cells of each row, see ``Column.cell``."""
        for row in self.page if rows is None else rows:
            yield [one.cell(row) for one in self.columns]

    def every_line(self) -> Iterator[list[dict[str, Any]]]:
        """Cells of all rows, for paper."""
        return self.lines(self.rows)

    @property
    def xlsx_url(self) -> str:
        """This list, with its filters, as a spreadsheet."""
        return with_query(self.request, {"as": "xlsx", "page": None})

    @property
    def print_url(self) -> str:
        """This list, with its filters, on paper."""
        return with_query(self.request, {"as": "print", "page": None})

    @property
    def back_url(self) -> str:
        """From the paper back to the screen."""
        return with_query(self.request, {"as": None})

    def download(self) -> HttpResponse | None:
        """The spreadsheet or the print page if the address asks for one, else None."""
        asked = self.request.GET.get("as")
        if asked == "xlsx":
            shown = [column for column in self.columns if column.exported]
            values = ([column.exported_value(row) for column in shown] for row in self.rows)
            return xlsx_response(str(self.title), [str(column.label) for column in shown], values, sub=self.sub)
        if asked == "print":
            return render(self.request, "ui/table_print.html", {"table": self, "back_url": self.back_url})
        return None


def natural(value: Any) -> Any:
    """A text as words and numbers in turn, so that 2 号 stands before 10 号 and 第二片区 before 第十片区; anything else as it is."""
    if not isinstance(value, str):
        return "" if value is None else value
    parts = re.split(r"([0-9]+)", numerals_to_digits(value.casefold()))
    return tuple(int(part) if index % 2 else part for index, part in enumerate(parts))


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _sorted(source: Sequence[Any], column: Column, down: bool) -> list[Any]:
    """Sorted by value; guesses come after what is exact, and what is not known stays last in both directions."""
    groups: dict[tuple[bool, bool], list[tuple[Any, Any]]] = {}
    for row in source:
        unknown, guess, value = column.order(row)
        groups.setdefault((unknown, guess), []).append((value, row))
    by_value = itemgetter(0)  # each key is made once: making it is most of the time of a long list
    return [row for key in sorted(groups) for _value, row in sorted(groups[key], key=by_value, reverse=down)]
