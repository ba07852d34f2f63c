"""A pasted chat: kept without codes, each proposal confirmed by a person, the third count asked, and nobody twice whatever comes first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from linli.ground.models import Person, Place
from linli.ground.testing import Cast, client_as
from linli.inbox.models import RawUpload
from linli.inbox.queries import content_of
from linli.journeys.actions.arrivals import text_of
from linli.journeys.actions.manifests import begin_list, take_rows
from linli.journeys.chat_reading import TAKEN_OUT, read_pieces, without_secrets
from linli.journeys.details import details_of
from linli.journeys.manifest_reading import read_manifest
from linli.journeys.matching import match_with_register
from linli.journeys.models import ArrivalNotice, Match, Movement, Run, Traveller
from linli.journeys.testing import open_transfer
from linli.journeys.tests.test_manifest_reading import text
from linli.kernel.cadence import SHANGHAI
from linli.kernel.tests.arrival_samples import NIGHT, NOW, OURS

OFFICE = Path(__file__).resolve().parents[5] / "shared" / "data" / "office"
COPIED = date(2020, 3, 15)
FLIGHT = [
    ["ZZ512 MEL-SHA 13MAR20"],
    ["No", "Name", "DOB", "Doc No", "Seat", "Address"],
    [1, "ALDER/MAYLIN MS", "01DEC83", "EZ0009159", "11A", "听松别墅1号"],
    [2, "BIRCH/TOMAS LEE", "20SEP72", "EZ0001482", "11C", ""],
    [3, "OTHER/PERSON", "20SEP72", "EZ0001483", "11D", ""],
]


@pytest.fixture
def here(cast: Cast) -> Iterator[Cast]:
    """An operation; Alder Maylin lives at 松涛苑 12号."""
    with cast.scope():
        Person.objects.filter(pk=cast.people[0].pk).update(name="Alder Maylin")
        Place.objects.filter(pk=cast.villas.pk).update(name="松涛苑")
        Place.objects.filter(pk=cast.dwellings[0].pk).update(name="12号")
        open_transfer(cast.neighbourhood)
        yield cast


def pasted(client: Client, words: str = NIGHT) -> str:
    answer = client.post("/journeys/lists/chat/", {"text": words, "copied_on": "2020-03-15"})
    assert answer.status_code == 302, answer.content.decode()
    url: str = answer["Location"]
    return url


def form_of(client: Client, url: str, number: int) -> dict[str, Any]:
    """What the form of one message sends when nobody changes anything."""
    shown = client.get(url).context["shown"]
    (one,) = [one for one in shown if one.piece.message.number == number]
    data: dict[str, Any] = {"message": number}
    for form in (one.form, *one.people):
        for box in form:
            value = box.value()
            if value not in (None, False, ""):
                data[box.html_name] = value
    return data


@pytest.mark.parametrize(
    "words", [NIGHT, *([(OFFICE / "notices.txt").read_bytes().decode("gb18030")] if OFFICE.exists() else [])]
)
def test_codes_are_gone_from_what_is_kept_and_everything_else_reads_the_same(words: str) -> None:
    ours = OURS if words == NIGHT else ("程桥居民区",)
    kept, count = without_secrets(words, ours=ours, copied_on=COPIED, now=NOW)
    assert count >= 1
    assert not [part for part in ("482913", "771203", "19900000099") if part in kept]
    assert ("199-0000-0012" in kept) == ("199-0000-0012" in words)
    before, after = (read_pieces(one, ours=ours, copied_on=COPIED, now=NOW) for one in (words, kept))
    assert [one.reading.kind for one in before] == [one.reading.kind for one in after]
    assert [one.people for one in before] == [one.people for one in after]
    assert kept.replace(TAKEN_OUT, "") != words


def test_a_code_in_a_quotation_is_gone_too() -> None:
    words = "老周 2020-03-13 16:50:13\n「老李：验证码 482913」\n- - - - - - - - -\n收到\n"
    kept, count = without_secrets(words, ours=OURS, copied_on=COPIED, now=NOW)
    assert (count, "482913" in kept) == (1, False)


def test_a_chat_is_kept_once_and_shows_what_it_proposes(here: Cast) -> None:
    client = client_as(here.users["clerk"])
    url = pasted(client)
    assert pasted(client, NIGHT.replace("\n", "\r\n")) == url
    kept = content_of(RawUpload.objects.get(kind="journeys.chat")).decode()
    assert "771203" not in kept
    page = client.get(url).content.decode()
    assert "杏林别墅8号" in page
    assert "771203" not in page
    assert "槐安小陶" in page
    shown = client.get(url).context["shown"]
    assert len(shown) == 15
    assert [one.piece.message.number for one in shown if one.form is not None] == [2, 8, 10, 12, 13, 14]
    last = shown[13]
    assert last.form["count"].value() is None
    assert last.piece.arrived.people == 1


def test_confirming_makes_notice_travellers_and_runs_and_a_person_decides_who_they_are(here: Cast) -> None:
    client = client_as(here.users["clerk"])
    url = pasted(client)
    data = form_of(client, url, 2)
    assert data["m2-number"] == "ZZ512"
    assert data["m2p1-address"] == "杏林别墅8号"
    assert client.post(url, data).status_code == 302
    notice = ArrivalNotice.objects.get()
    assert (notice.via, notice.received_at) == ("chat", datetime(2020, 3, 13, 15, 12, 8, tzinfo=SHANGHAI))
    assert notice.settled_at is not None
    assert "ALDER/MAYLIN" in text_of(notice)
    movement = Movement.objects.get()
    assert (movement.number, movement.passengers, movement.crew) == ("ZZ512", 201, 12)
    assert movement.landed_at == datetime(2020, 3, 13, 11, 20, tzinfo=SHANGHAI)
    people = {details_of(one).name: one for one in Traveller.objects.all()}
    assert set(people) == {"ALDER/MAYLIN", "BIRCH/TOMAS LEE", "欧阳·小满"}
    assert people["BIRCH/TOMAS LEE"].document_index is None
    assert client.post(url, data).status_code == 302
    assert Traveller.objects.count() == 3
    asked = Match.objects.get(traveller=people["ALDER/MAYLIN"], person=here.people[0])
    assert asked.verdict == "ask"
    client.post(url, {"match": asked.pk, "answer": "yes"})
    people["ALDER/MAYLIN"].refresh_from_db()
    assert people["ALDER/MAYLIN"].person_id == here.people[0].pk


def test_runs_of_the_night_and_the_count_that_nobody_said(here: Cast) -> None:
    client = client_as(here.users["clerk"])
    url = pasted(client)
    client.post(url, form_of(client, url, 2))
    two = [str(pk) for pk in Traveller.objects.order_by("pk").values_list("pk", flat=True)[:2]]
    left = form_of(client, url, 8)
    assert client.post(url, left | {"m8-travellers": two}).status_code == 302
    run = Run.objects.get()
    assert run.departed_at == datetime(2020, 3, 13, 17, 5, tzinfo=SHANGHAI)
    there = form_of(client, url, 10) | {"m10-run": str(run.pk)}
    wrong = client.post(url, there | {"m10-count": "3"})
    assert wrong.status_code == 422
    assert client.post(url, there).status_code == 302
    run.refresh_from_db()
    assert (run.arrived_at, run.arrived_about) == (datetime(2020, 3, 13, 18, 15, tzinfo=SHANGHAI), True)
    unsaid = form_of(client, url, 14)
    assert client.post(url, unsaid).status_code == 422
    assert client.post(url, unsaid | {"m14-count": "1"}).status_code == 302
    assert Run.objects.count() == 2


def test_a_run_that_left_when_its_message_was_sent_is_confirmed_once(here: Cast) -> None:
    client = client_as(here.users["clerk"])
    url = pasted(client, "老周 2020-03-13 18:02:19\n面包车已从T2出发，四位，跟车小季\n")
    (one,) = client.get(url).context["shown"]
    assert client.post(url, form_of(client, url, one.piece.message.number)).status_code == 302
    assert Run.objects.get().departed_at == datetime(2020, 3, 13, 18, 2, tzinfo=SHANGHAI)
    (again,) = client.get(url).context["shown"]
    assert (again.form, again.run) == (None, Run.objects.get())


@pytest.mark.parametrize("list_first", [True, False])
def test_a_chat_and_a_list_of_one_flight_name_nobody_twice(here: Cast, list_first: bool) -> None:
    client = client_as(here.users["clerk"])

    def by_list() -> None:
        data = text(FLIGHT)
        found = read_manifest(data, today=date(2020, 3, 13))
        taking = begin_list(
            by=here.users["clerk"], neighbourhood=here.neighbourhood, data=data, name="x.csv", manifest=found
        )
        matched = match_with_register(here.neighbourhood, found.on_board)
        while not taking.done:
            take_rows(by=here.users["clerk"], taking=taking, matched=matched)

    def by_chat() -> None:
        url = pasted(client)
        client.post(url, form_of(client, url, 2))
        (left,) = [one for one in client.get(url).context["shown"] if one.piece.message.number == 8]
        assert len(left.form.fields["travellers"].choices) == 3

    for step in (by_list, by_chat) if list_first else (by_chat, by_list):
        step()
    names = sorted(details_of(one).name for one in Traveller.objects.all())
    assert len(names) == 4, names
    tomas = next(one for one in Traveller.objects.all() if details_of(one).name.startswith("BIRCH"))
    assert tomas.document_index is not None
    assert details_of(tomas).address == "杏林别墅8号"


def test_nothing_is_kept_without_words_or_operation(cast: Cast) -> None:
    client = client_as(cast.users["clerk"])
    answer = client.post("/journeys/lists/chat/", {"text": "收到", "copied_on": "2020-03-15"})
    assert answer.status_code == 422
    with cast.scope():
        open_transfer(cast.neighbourhood)
        assert client.post("/journeys/lists/chat/", {"text": " \n ", "copied_on": "2020-03-15"}).status_code == 422
        assert not RawUpload.objects.exists()


def test_a_message_that_is_not_there_changes_nothing(here: Cast) -> None:
    client = client_as(here.users["clerk"])
    url = pasted(client)
    client.post(url, {"message": "99"})
    assert not ArrivalNotice.objects.exists()
    assert timezone.now() - RawUpload.objects.get().received_at < timedelta(hours=1)
