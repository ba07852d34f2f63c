"""A list sorts, pages, exports and prints from one declaration."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from typing import Any

import openpyxl
import pytest
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory

from linli.ui.exports import xlsx
from linli.ui.tables import Column, Table, natural


@dataclass
class Row:
    door: str
    born: dt.date | None
    guess: bool = False
    people: int = 1


ROWS = [
    Row("3-101", dt.date(1990, 1, 1), guess=True),
    Row("1-101", dt.date(1970, 5, 5)),
    Row("2-101", None),
    Row("4-101", dt.date(2001, 2, 3), people=1200),
]


class Doors(Table):
    title = "Doors"
    sort = "door"
    per_page = 3
    columns = (
        Column("door", "Door", lambda row: row.door, sort=("door",), head=True),
        Column("born", "Born", lambda row: row.born, sort=("born",), about=lambda row: row.guess),
        Column("people", "People", lambda row: row.people, number=True),
        Column("secret", "Secret", lambda row: "shown", exported=False),
    )


def ask(query: str = "") -> HttpRequest:
    return RequestFactory().get(f"/doors/?{query}")


def doors(query: str = "") -> list[str]:
    return [row.door[0] for row in Doors(ask(query), ROWS).rows]


def test_sorts_by_its_own_column_unless_the_address_says_otherwise() -> None:
    assert doors() == ["1", "2", "3", "4"]
    assert doors("sort=-door") == ["4", "3", "2", "1"]


def test_a_guess_never_sorts_as_exact_and_the_unknown_is_last_both_ways() -> None:
    assert doors("sort=born") == ["1", "4", "3", "2"]
    assert doors("sort=-born") == ["4", "1", "3", "2"]


@pytest.mark.parametrize("query", ["sort=people", "sort=nonsense", "sort="])
def test_an_unknown_sort_falls_back(query: str) -> None:
    assert doors(query) == ["1", "2", "3", "4"]


def test_doors_sort_as_people_count() -> None:
    rows = [Row(door, None) for door in ("2 号 10", "10 号 1", "2 号 9", "1 号 1")]
    assert [row.door for row in Doors(ask(), rows).rows] == ["1 号 1", "2 号 9", "2 号 10", "10 号 1"]


def test_heads_turn_the_sort_round_and_keep_the_filters() -> None:
    heads = list(Doors(ask("q=x&sort=door&page=2"), ROWS).heads())
    assert heads[0]["aria"] == "ascending"
    assert heads[0]["url"] == "?q=x&sort=-door"
    assert heads[2]["url"] == ""


def test_a_page_past_the_end_is_the_last_one() -> None:
    assert [row.door for row in Doors(ask("page=99"), ROWS).page] == ["4-101"]


def test_the_page_writes_row_heads_labels_and_guesses() -> None:
    request = ask()
    html = render_to_string("ui/table.html", {"table": Doors(request, ROWS), "request": request})
    assert '<th role="rowheader" scope="row"><div class="cell">1-101</div></th>' in html
    assert 'data-label="Born"' in html
    assert "约 1990年1月1日" in html
    assert 'aria-sort="ascending"' in html


def test_a_cell_that_leads_somewhere_is_a_link_on_the_page_alone() -> None:
    row = Row("1-101 <b>", dt.date(1990, 1, 1), guess=True)
    door = Column("door", "Door", lambda row: row.door, url=lambda row: "/doors/1/")
    assert door.text(row) == '<a href="/doors/1/">1-101 &lt;b&gt;</a>'
    assert door.exported_value(row) == "1-101 <b>"
    who = Column("who", "Who", lambda row: row.door, url=lambda row: "/people/1/", name=True)
    assert who.text(row).startswith('<a class="name" href="/people/1/">')
    born = Column("born", "Born", lambda row: row.born, url=lambda row: "/doors/1/", about=lambda row: row.guess)
    assert (born.text(row).startswith("<a "), born.exported_value(row)) == (True, "约 1990年1月1日 周一")


def test_an_empty_list_says_so() -> None:
    request = ask()
    assert "empty-title" in render_to_string("ui/table.html", {"table": Doors(request, []), "request": request})


def sheet(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content)).active


def test_the_spreadsheet_has_every_row_typed_and_the_guess_in_words() -> None:
    response = Doors(ask("as=xlsx"), ROWS).download()
    assert response is not None
    assert response["Cache-Control"] == "no-store"
    rows = list(sheet(response.content).iter_rows(min_row=3, values_only=True))
    assert rows[0] == ("Door", "Born", "People")
    assert (rows[1][0], rows[1][1].date(), rows[1][2]) == ("1-101", dt.date(1970, 5, 5), 1)
    assert rows[3][1] == "约 1990年1月1日 周一"
    assert len(rows) == 5


@pytest.mark.parametrize("text", ["=1+1", "+86 199", "@here", "-3", "https://example.org", "00123"])
def test_text_stays_text_whatever_it_begins_with(text: str) -> None:
    cell = sheet(xlsx("Names", ["Name"], [[text]]))["A4"]
    assert (cell.value, cell.data_type) == (text, "s")


@pytest.mark.parametrize("title", ["a/b[c]:*?", "x" * 40, "", "'"])
def test_any_title_gives_a_sheet_name_that_opens(title: str) -> None:
    assert 1 <= len(sheet(xlsx(title, ["A"], [[1]])).title) <= 31


def test_numbers_in_words_are_in_their_order_too() -> None:
    said = ["第十片区", "第二片区", "10号", "2号", "第一片区", "第十一片区"]
    assert sorted(said, key=natural) == ["2号", "10号", "第一片区", "第二片区", "第十片区", "第十一片区"]
    assert natural(None) == ""
    assert natural(7) == 7
