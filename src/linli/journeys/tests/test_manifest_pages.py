"""The page of a passenger list: what is wrong where, taken in step by step, each match decided and taken back, the rest closed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from linli.ground.actions.people import document_row, phone_row
from linli.ground.models import Person, Place
from linli.ground.testing import Cast, client_as
from linli.inbox.models import RawUpload
from linli.journeys import manifest_views
from linli.journeys.models import Match, Movement, Traveller
from linli.journeys.testing import open_transfer
from linli.journeys.tests.test_manifest_reading import text

HEAD = ["No", "Name", "Sex", "DOB", "Doc No", "Seat", "Contact", "Address in China", "PNR"]
LIST = [
    ["XX936 FRA-PVG 13MAR20 旅客名单"],
    HEAD,
    [1, "LUO/PINGAN MS", "F", "01DEC83", "EZ0009159", "11A", "+8619900002317", "青杨路1597弄1号", "QX7"],
    [2, "NOBODY/KNOWN", "F", "20SEP72", "EZ0001482", "11C", "+8619900001111", "Tingsong Villas 99", ""],
    [3, "FAR/AWAY", "M", "02XXX92", "EZ0001117", "11D", "+8619900002222", "杭州市西湖区文三路550号", ""],
    [4, "OUR/CREW", "M", "02JAN92", "EZ0001118", "CREW", "", "CREW", ""],
    ["TOTAL PAX 3", "CREW 1"],
]


@pytest.fixture
def here(cast: Cast) -> Iterator[Cast]:
    """The cast with 罗平安 at 听松别墅 1号, whose lane the estate knows, and an operation."""
    with cast.scope():
        Place.objects.filter(pk=cast.villas.pk).update(address="青杨路1597弄")
        person = cast.people[0]
        Person.objects.filter(pk=person.pk).update(name="罗平安", born=date(1983, 12, 1))
        phone_row(person=person, number="19900002317", since=date(2020, 1, 1)).save(force_insert=True)
        document_row(person=person, kind="passport", number="EZ0000001", checked=False, since=date(2020, 1, 1)).save(
            force_insert=True
        )
        open_transfer(cast.neighbourhood)
        yield cast


def dropped(client: Client, name: str = "XX936.csv", data: bytes | None = None) -> str:
    """Drop the list; its page."""
    file = SimpleUploadedFile(name, data or text(LIST, "gb18030"))
    answer = client.post("/journeys/lists/", {"file": file})
    assert answer.status_code == 302, answer.content.decode()
    url: str = answer["Location"]
    return url


def taken(client: Client, url: str) -> None:
    """Take the list in to the end."""
    assert client.post(url, {"number": "XX936", "day": "2020-03-13", "origin": "FRA"}).status_code == 302
    for _turn in range(20):
        told = json.loads(client.post(f"{url}step/", HTTP_ACCEPT="application/json").content)
        if told["done"]:
            return
    pytest.fail("the list never ends")


def test_a_list_is_looked_at_before_anything_of_it_is_stored(here: Cast) -> None:
    client = client_as(here.users["clerk"])
    url = dropped(client)
    page = client.get(url).content.decode()
    assert "D5" in page or "D5" in page
    assert "PNR" in page
    assert "02XXX92" in page
    assert not Traveller.objects.exists()
    assert dropped(client) == url
    assert RawUpload.objects.count() == 1


def test_ours_are_decided_by_a_person_and_the_rest_is_closed(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_as(here.users["clerk"])
    url = dropped(client)
    taken(client, url)
    assert Traveller.objects.count() == 4
    movement = Movement.objects.get()
    assert (movement.number, movement.day, movement.passengers, movement.crew) == ("XX936", date(2020, 3, 13), 3, 1)
    page = client.get(url).content.decode()
    assert "LUO/PINGAN" in page
    assert "NOBODY/KNOWN" in page
    assert "FAR/AWAY" not in page
    assert "EZ0009159" not in page
    assert "19900002317" not in page
    sure = Match.objects.get(verdict="match")
    asked = Match.objects.get(verdict="ask")
    assert {"phone", "born", "address"} <= set(sure.reasons)
    client.post(f"{url}decide/", {"match": sure.pk, "answer": "yes"})
    sure.traveller.refresh_from_db()
    assert sure.traveller.person_id == here.people[0].pk
    client.post(f"{url}decide/", {"match": sure.pk, "answer": "undo"})
    sure.traveller.refresh_from_db()
    assert sure.traveller.person_id is None
    client.post(f"{url}decide/", {"match": asked.pk, "answer": "no"})
    rest = client.get(f"{url}rest/").content.decode()
    assert "FAR/AWAY" in rest
    assert "NOBODY/KNOWN" in rest
    assert "LUO/PINGAN" not in rest
    monkeypatch.setattr(manifest_views, "AT_ONCE", 0)
    client.post(f"{url}rest/close/")
    assert Traveller.objects.filter(closed_as="not_ours").count() == 3
    assert client.get(f"{url}rest/").status_code == 200


def test_the_same_list_again_and_a_second_one_of_the_flight_add_nobody(here: Cast) -> None:
    client = client_as(here.users["clerk"])
    taken(client, dropped(client))
    rows = [HEAD, *reversed(LIST[2:6])]
    taken(client, dropped(client, "second.csv", text(rows)))
    assert Traveller.objects.count() == 4
    assert Movement.objects.count() == 1


def test_a_step_of_a_list_that_was_not_begun_is_none(here: Cast) -> None:
    client = client_as(here.users["clerk"])
    url = dropped(client)
    assert client.post(f"{url}step/").status_code == 404
    assert client.post(f"{url}decide/", {"match": "x"}).status_code == 404


def test_what_is_no_list_is_said_on_the_page(here: Cast) -> None:
    client = client_as(here.users["clerk"])
    for data, words in ((b"a,b\n1,2\n", "表头"), ("姓名,证件号\n".encode(), "一个人也没有")):
        answer = client.post("/journeys/lists/", {"file": SimpleUploadedFile("x.csv", data)})
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert not RawUpload.objects.exists()


@pytest.mark.parametrize("who", ["guard", "building_leader", "officer", "stranger"])
def test_others_see_no_lists(here: Cast, who: str) -> None:
    url = dropped(client_as(here.users["clerk"]))
    client = client_as(here.users[who])
    for address in ("/journeys/lists/", url, f"{url}rest/", "/journeys/lists/chat/"):
        assert client.get(address).status_code in (403, 404)
