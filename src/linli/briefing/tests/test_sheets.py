"""The daily sheet: made once at its hour, adds up (P11), can be made again, is sent by name and corrected without losing the first."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.accounts.models import User
from linli.accounts.tests.refused import refused
from linli.briefing import sheets
from linli.briefing.actions import making
from linli.briefing.actions.making import make_due, numbers_of
from linli.briefing.actions.sending import correct, send, set_hour
from linli.briefing.jobs import tick
from linli.briefing.models import Sending, Sheet
from linli.briefing.numbers import Numbers, changes
from linli.briefing.streets import street_of, streets
from linli.ground.actions.mandates import give_mandate
from linli.ground.actions.places import create_neighbourhood
from linli.ground.figures import AsOf, Patch, registered, total
from linli.ground.models import Area, AreaPlace, DwellingState, Place
from linli.ground.testing import PASSWORD, Cast, client_as, make_cast
from linli.ground.tests.test_bodies import subdistrict
from linli.journal.models import Entry

pytestmark = pytest.mark.django_db
__all__ = ["subdistrict"]
DAY = date(2026, 3, 13)


def at(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=timezone.get_current_timezone())


def found(cast: Cast, door: int, state: str, happened: datetime, heard: datetime | None = None) -> None:
    """A finding at a door, heard of at once or later."""
    with cast.scope():
        DwellingState.objects.create(
            neighbourhood=cast.neighbourhood,
            dwelling=cast.dwellings[door],
            state=state,
            happened_at=happened,
            heard_at=heard or happened,
        )


@pytest.fixture
def history(cast: Cast) -> Cast:
    """The cast's places have always been there; its states were found two days before the sheet's."""
    Place.objects.update(since=None)
    with cast.scope():
        DwellingState.objects.update(
            happened_at=at(9, day=DAY - timedelta(days=2)), heard_at=at(9, day=DAY - timedelta(days=2))
        )
    return cast


def numbers(place: Place, day: date = DAY) -> Numbers:
    row = Sheet.objects.filter(place=place, day=day).order_by("-version")[0]
    return Numbers.from_json(row.numbers)


def test_it_is_made_once_at_its_hour(history: Cast) -> None:
    assert tick(at(7, 59)) == 0
    assert tick(at(8)) == 1
    assert tick(at(8, 1)) == 0
    row = Sheet.objects.get()
    assert (row.place, row.day, row.as_of, row.version) == (history.neighbourhood, DAY, at(8), 1)
    assert numbers(history.neighbourhood).of("register.coverage").value == 6
    assert numbers(history.neighbourhood).of("register.coverage").of == 8


def test_two_processes_make_one(history: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second has counted too when the first writes; nothing is made twice and nothing fails."""
    real = making.numbers_of

    def counted(*args: Any) -> Numbers:
        monkeypatch.setattr(making, "numbers_of", real)
        make_due(at(8))
        return real(*args)

    monkeypatch.setattr(making, "numbers_of", counted)
    make_due(at(8))
    assert Sheet.objects.count() == 1


def test_another_hour_is_a_setting_of_the_place(history: Cast) -> None:
    set_hour(by=history.users["secretary"], place=history.neighbourhood, at=time(7, 30))
    assert make_due(at(7, 31)) == 1
    assert Sheet.objects.get().as_of == at(7, 30)
    assert Entry.objects.filter(act="sheet.hour_set", data={"minutes": 450}).exists()


def test_days_on_which_nothing_ran_are_caught_up_in_order(history: Cast) -> None:
    make_due(at(8))
    later = DAY + timedelta(days=3)
    assert make_due(at(9, day=later)) == 3
    assert list(Sheet.objects.order_by("made_at", "day").values_list("day", flat=True)) == [
        DAY + timedelta(days=n) for n in range(4)
    ]
    with CaptureQueriesContext(connection) as none:
        make_due(at(10, day=later))
    assert len(none) < 8


def test_made_again_later_it_says_the_same(history: Cast) -> None:
    """As of eight: what is heard at nine does not change it, whatever it is about."""
    make_due(at(8))
    first = numbers(history.neighbourhood)
    found(history, 5, "owner", happened=at(7, 50), heard=at(9))
    found(history, 7, "owner", happened=at(8, 30))
    again = numbers_of([history.neighbourhood], AsOf.of(at(8)), at(10))
    assert again.cells["register.coverage"] == first.cells["register.coverage"]
    assert not again.of("register.unheld").traceable, "a responsibility has no moment: the cell says so"
    assert not again.of("gates.inside").traceable


def test_a_correction_keeps_what_was_sent(history: Cast, subdistrict: Place) -> None:
    make_due(at(8))
    clerk = history.users["clerk"]
    first = Sheet.objects.get(place=history.neighbourhood)
    send(by=clerk, sheet=first)
    with refused("sheet.unchanged"):
        correct(by=clerk, sheet=first, why="再看一遍")
    found(history, 5, "owner", happened=at(7, 50), heard=at(9))
    found(history, 7, "owner", happened=at(8, 30))
    with refused("sheet.why_missing"):
        correct(by=clerk, sheet=first, why=" ")
    second = correct(by=clerk, sheet=first, why="7号302昨晚联系上了，手机今早才上传")
    assert (second.version, second.as_of, second.by_name) == (2, at(8), clerk.display_name)
    before, after = Numbers.from_json(first.numbers), Numbers.from_json(second.numbers)
    told = {one.code: (one.before.value, one.after.value) for one in changes(before, after)}
    assert told == {"register.coverage": (6, 7), "register.unreached": (1, 0)}, "what happened after eight is not in it"
    assert after.of("register.unheld") == before.of("register.unheld"), "what cannot be retraced stays as it was"
    with refused("sheet.replaced"):
        send(by=clerk, sheet=first)
    with refused("sheet.replaced"):
        correct(by=clerk, sheet=first, why="再一次")
    assert Sending.objects.get().sheet == first
    street = Sheet.objects.filter(place=subdistrict).order_by("version")
    assert [row.version for row in street] == [1, 2]
    assert Numbers.from_json(street[1].numbers).of("register.coverage").value == 7
    shown = sheets.shown(history.neighbourhood, DAY, None)
    assert shown is not None
    assert sheets.reported([history.neighbourhood], DAY)[0].state(at(9)) == "corrected"
    client = client_as(clerk)
    page = client.get(f"/briefing/{history.neighbourhood.pk}/?day={DAY}").content.decode()
    assert "7号302昨晚联系上了" in page
    assert "<del>6 / 8</del> <ins>7 / 8</ins>" in page
    old = client.get(f"/briefing/{history.neighbourhood.pk}/?day={DAY}&version=1").content.decode()
    assert "这一版后来更正过" in old
    assert "<ins>" not in old
    assert Entry.objects.filter(act="sheet.corrected").count() == 1


def test_sending_is_by_name_and_once(history: Cast, subdistrict: Place) -> None:
    make_due(at(8))
    client = client_as(history.users["secretary"])
    url = f"/briefing/{history.neighbourhood.pk}/send/"
    for _time in range(2):
        client.post(url, {"day": str(DAY), "version": "1"})
    sending = Sending.objects.get()
    assert (sending.to, sending.by_name) == (subdistrict, history.users["secretary"].display_name)
    assert Entry.objects.filter(act="sheet.sent").count() == 1
    client.post(url, {"day": str(DAY), "version": "7"})
    assert Sending.objects.count() == 1


def zone(cast: Cast, name: str, *places: Place) -> Area:
    area = Area.objects.create(neighbourhood=cast.neighbourhood, name=name, purpose="zone")
    for place in places:
        AreaPlace.objects.create(area=area, place=place)
    return area


def test_patches_add_up_to_the_neighbourhood_and_to_the_subdistrict(history: Cast, subdistrict: Place) -> None:
    """P11: what lies in no zone is a line of its own, and late neighbourhoods are named."""
    villas = zone(history, "一号片", history.villas)
    other = create_neighbourhood(by=None, name="延安居民区", parent=subdistrict)
    give_mandate(by=None, capacity="secretary", place=other, user=history.users["stranger"])
    make_due(at(8))
    own, street = numbers(history.neighbourhood), numbers(subdistrict)
    here = history.neighbourhood.pk
    assert own.at("register.coverage", Patch(here, villas.pk)).of == 2
    assert own.at("register.coverage", Patch(here)).of == 6
    for figure in registered():
        assert total(own.cells[figure.code].values()) == own.of(figure.code) == street.of(figure.code, place=here)
        assert street.of(figure.code) == total(street.of(figure.code, place=pk) for pk in sorted(street.places))
    officer = User.objects.create_user("street", PASSWORD, display_name="街道 何")
    give_mandate(by=None, capacity="officer", place=subdistrict, user=officer)
    send(by=history.users["clerk"], sheet=Sheet.objects.get(place=history.neighbourhood))
    client = client_as(officer)
    page = client.get("/briefing/", follow=True).content.decode()
    assert "延安居民区" in page
    assert "有 1 个居民区还没有送出简报" in page
    assert history.users["clerk"].display_name in page
    assert client.get(f"/briefing/{here}/").status_code == 200


def test_who_may_read_which_sheet(history: Cast, subdistrict: Place) -> None:
    make_due(at(8))
    here = f"/briefing/{history.neighbourhood.pk}/"
    assert client_as(history.users["clerk"]).get(here).status_code == 200
    assert client_as(history.users["clerk"]).get(f"/briefing/{subdistrict.pk}/").status_code == 404
    assert client_as(history.users["guard"]).get(here).status_code == 403
    assert client_as(history.users["stranger"]).get(here).status_code == 404
    far = make_cast("远山居民区", "far_")
    assert client_as(far.users["secretary"]).get(here).status_code == 404
    assert client_as(far.users["secretary"]).post(here + "send/", {"version": "1"}).status_code == 404


def test_figures_lead_to_their_rows_for_who_may_see_them(history: Cast) -> None:
    make_due(at(8))
    client = client_as(history.users["secretary"])
    page = client.get(f"/briefing/{history.neighbourhood.pk}/").content.decode()
    own = numbers(history.neighbourhood)
    for figure in registered():
        if not own.of(figure.code).of:
            continue
        address = f"/briefing/{history.neighbourhood.pk}/rows/{figure.code}/?day={DAY}&amp;version=1"
        assert address in page, figure.code
        answer = client.get(address.replace("&amp;", "&"))
        assert client.get(answer.headers["Location"]).status_code == 200, figure.code
    officer = client_as(history.users["officer"]).get(f"/briefing/{history.neighbourhood.pk}/").content.decode()
    assert "rows/gates.passages" not in officer
    assert "rows/register.coverage" in officer


def test_the_spreadsheet_holds_numbers_and_their_sum(history: Cast) -> None:
    zone(history, "一号片", history.villas)
    make_due(at(8))
    answer = client_as(history.users["clerk"]).get(f"/briefing/{history.neighbourhood.pk}/?as=xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    homes = [row for row in rows if row[1] == "已掌握住户"]
    assert [row[2:5] for row in homes] == [("合计", 6, 8), ("一号片", 2, 2), ("不在片区内", 4, 6)]


def test_as_many_statements_for_ten_neighbourhoods_as_for_one(history: Cast, subdistrict: Place) -> None:
    with CaptureQueriesContext(connection) as one:
        make_due(at(8))
    for number in range(9):
        more = make_cast(f"第{number}居民区", f"n{number}_")
        Place.objects.filter(pk=more.neighbourhood.pk).update(parent=subdistrict)
    Place.objects.update(since=None)
    Sheet.objects.all().delete()
    with CaptureQueriesContext(connection) as ten:
        make_due(at(8))
    assert Sheet.objects.filter(day=DAY).count() == 11
    assert len(ten) == len(one) <= 80


def test_only_places_that_run_here_have_a_sheet(cast: Cast, subdistrict: Place) -> None:
    create_neighbourhood(by=None, name="没有启用居民区", parent=subdistrict)
    (street,) = streets()
    assert [place.name for place in street.neighbourhoods] == [cast.neighbourhood.name]
    cast.neighbourhood.refresh_from_db()
    assert street_of(cast.neighbourhood) == subdistrict


def test_today_says_that_the_sheet_waits_to_be_sent(history: Cast, subdistrict: Place) -> None:
    client = client_as(history.users["clerk"])
    assert "今天的简报还没有送出" not in client.get("/").content.decode()
    set_hour(by=history.users["clerk"], place=history.neighbourhood, at=time(0, 0))
    make_due(timezone.now())
    assert "今天的简报还没有送出" in client.get("/").content.decode()
    row = Sheet.objects.get(place=history.neighbourhood)
    send(by=history.users["clerk"], sheet=row)
    assert "今天的简报还没有送出" not in client.get("/").content.decode()
