"""`linli daily-sheet`: in words, as JSON of codes and quantities, as a spreadsheet; and odd addresses of its page."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from linli.briefing.actions.making import make_due
from linli.briefing.tests.test_sheets import at, history
from linli.ground.testing import Cast, client_as

pytestmark = pytest.mark.django_db
__all__ = ["history"]


@pytest.fixture
def made(history: Cast) -> Cast:
    """A sheet of eight o'clock."""
    make_due(at(8))
    return history


def said(*arguments: str) -> str:
    out = io.StringIO()
    call_command("daily_sheet", *arguments, stdout=out)
    return out.getvalue()


def test_in_words_and_as_json(made: Cast, tmp_path: Path) -> None:
    day = f"--day={at(8).date()}"
    assert "已掌握住户  6 / 8 户" in said(day)
    told = json.loads(said(day, "--json"))
    assert (told["place"], told["version"], told["totals"]["register.coverage"]["value"]) == (
        made.neighbourhood.pk,
        1,
        6,
    )
    for person in made.people:
        assert person.name not in json.dumps(told, ensure_ascii=False), "no resident stands in a sheet"
    said(day, f"--to={tmp_path / 'sheet.xlsx'}")
    assert openpyxl.load_workbook(tmp_path / "sheet.xlsx").active["B4"].value == "已掌握住户"


def test_it_asks_which_place_and_which_day(made: Cast) -> None:
    with pytest.raises(CommandError, match="2026-03-13"):
        said("--day=2026-02-31")
    with pytest.raises(CommandError, match="--place"):
        said("--place=999999")
    with pytest.raises(CommandError, match="还没有简报"):
        said("--day=2001-01-01")


def test_odd_addresses_lead_to_no_error(made: Cast) -> None:
    client = client_as(made.users["clerk"])
    url = f"/briefing/{made.neighbourhood.pk}/"
    assert client.get(url + "?day=2026-02-31&version=x").status_code == 200
    assert client.get(url + "?day=2001-01-01").status_code == 200
    assert client.get(url + "rows/nothing/").status_code == 404
    assert client.post(url + "send/", {"day": "2026-99-99", "version": "1"}).status_code == 302
    assert client.post(url + "hour/", {"at": "25:99"}).status_code == 302
    assert client.get(f"/briefing/{10**19}/").status_code == 404
