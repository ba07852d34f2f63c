"""The writers of lists and chats by themselves: what they refuse, what a second time changes, what a person's no keeps away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest

from linli.ground.places import short_address
from linli.ground.testing import Cast, client_as
from linli.inbox.models import RawUpload
from linli.journeys.actions.chats import chat_of, confirm_arrived, confirm_departed, confirm_notice, keep_chat
from linli.journeys.actions.manifests import begin_kept, keep_list, take_rows
from linli.journeys.actions.matches import Proposal, decide_match, propose_matches
from linli.journeys.manifest_reading import read_manifest
from linli.journeys.matching import match_with_register
from linli.journeys.models import ArrivalNotice, Match, Run, Traveller
from linli.journeys.rules import DECIDE_WITHIN
from linli.journeys.testing import open_transfer, refused
from linli.journeys.tests.test_manifest_reading import AIRLINE, text
from linli.kernel.cadence import SHANGHAI
from linli.kernel.tests.arrival_samples import NIGHT

COPIED = date(2020, 3, 15)
NO_FLIGHT: dict[str, Any] = {
    "number": "", "origin": "", "country": "", "landed_at": None, "landed_about": False, "passengers": None, "crew": None,
    "expected_at": None, "expected_about": False,
}  # fmt: skip


@pytest.fixture
def here(cast: Cast) -> Iterator[Cast]:
    with cast.scope():
        open_transfer(cast.neighbourhood)
        yield cast


def told(part: int, name: str, **more: str) -> dict[str, Any]:
    return {"part": part, "name": name, "address": "", "phone": "", "document": "", "note": "", **more}


def test_a_chat_without_words_is_refused_and_a_message_that_is_not_there_too(here: Cast) -> None:
    by, place = here.users["clerk"], here.neighbourhood
    with refused("journeys.no_text"):
        keep_chat(by=by, neighbourhood=place, text=" \n", copied_on=COPIED)
    upload, removed = keep_chat(by=by, neighbourhood=place, text=NIGHT, copied_on=COPIED)
    assert removed == 2
    with refused("journeys.no_message"):
        confirm_notice(by=by, chat=chat_of(upload), number=99, flight=NO_FLIGHT, people=[])
    assert not ArrivalNotice.objects.exists()


def test_a_notice_is_confirmed_once_and_the_end_of_a_document_is_no_document(here: Cast) -> None:
    by, place = here.users["clerk"], here.neighbourhood
    chat = chat_of(keep_chat(by=by, neighbourhood=place, text=NIGHT, copied_on=COPIED)[0])
    people = [told(0, "BIRCH/TOMAS LEE", document="7731"), told(1, "ALDER/MAYLIN", document="EZ0001234")]
    for _turn in range(2):
        notice = confirm_notice(by=by, chat=chat, number=2, flight=NO_FLIGHT | {"number": "G7302"}, people=people)
    assert notice.movement is not None
    assert (notice.movement.kind, notice.movement.number) == ("train", "G7302")
    assert Traveller.objects.filter(document_index__isnull=True).count() == 1
    assert Traveller.objects.count() == 2


def test_a_run_of_which_nobody_knew_is_written_down_when_it_is_there(here: Cast) -> None:
    by, place = here.users["clerk"], here.neighbourhood
    chat = chat_of(keep_chat(by=by, neighbourhood=place, text=NIGHT, copied_on=COPIED)[0])
    left, there = (datetime(2020, 3, 13, hour, 0, tzinfo=SHANGHAI) for hour in (17, 18))
    said = {"vehicle": "van", "plate": "沪Z·D0088", "escort": "小季", "about": False}
    run = confirm_departed(by=by, chat=chat, number=8, said=said | {"at": left}, travellers=[])
    assert (run.departed_at, run.crew.count()) == (left, 1)
    same = confirm_arrived(by=by, chat=chat, number=10, said={"at": there, "about": True, "count": 2}, run=run)
    assert (same.pk, same.arrived_at, same.arrived_about) == (run.pk, there, True)
    confirm_arrived(by=by, chat=chat, number=12, said={"at": there, "about": False, "count": 1}, run=None)
    assert Run.objects.filter(arrived_at=there).count() == 2


def test_a_list_is_kept_once_and_goes_on_where_it_stopped(here: Cast) -> None:
    by, data = here.users["clerk"], text(AIRLINE)
    upload = keep_list(by=by, neighbourhood=here.neighbourhood, data=data, name="a.csv")
    assert keep_list(by=by, neighbourhood=here.neighbourhood, data=data, name="b.csv").pk == upload.pk
    found = read_manifest(data, today=date(2020, 3, 13))
    take_rows(by=by, taking=begin_kept(by=by, upload=upload, manifest=found))
    assert Traveller.objects.count() == 3
    again = begin_kept(by=by, upload=upload, manifest=found)
    assert (again.listed, again.waiting, again.done) == (3, [], False)
    take_rows(by=by, taking=again, matched=match_with_register(here.neighbourhood, found.on_board))
    assert again.done
    assert again.as_json() == {"new": 0, "same": 3, "proposed": 0, "differs": []}
    assert RawUpload.objects.get().state == RawUpload.State.DONE
    assert ArrivalNotice.objects.count() == 1


def test_what_a_person_said_no_to_is_not_proposed_again(here: Cast) -> None:
    by = here.users["clerk"]
    rows = [*AIRLINE[:2], [1, "FAN/LAN", "F", "CHN", "01JAN90", "EZ0009159", "11A", "", "听松别墅1号", ""]]
    person = here.people[0]
    person.name, person.born = "范兰", date(1990, 1, 1)
    person.save()
    data = text(rows)
    found = read_manifest(data, today=date(2020, 3, 13))
    upload = keep_list(by=by, neighbourhood=here.neighbourhood, data=data, name="a.csv")
    for _turn in range(2):
        taking = begin_kept(by=by, upload=upload, manifest=found)
        while not taking.done:
            take_rows(by=by, taking=taking, matched=match_with_register(here.neighbourhood, found.on_board))
        for match in Match.objects.filter(decision__isnull=True):
            decide_match(by=by, match=match, yes=False)
    assert list(Match.objects.values_list("person", "decision")) == [(person.pk, False)]
    (row,) = Traveller.objects.all()
    (again,) = propose_matches(by=by, proposals=[(row, [Proposal(here.people[1], "ask", 30)])])
    assert again.person_id == here.people[1].pk


def test_a_list_after_the_chat_leaves_the_door_and_says_where_the_journey_began(here: Cast) -> None:
    by, place, data = here.users["clerk"], here.neighbourhood, text(AIRLINE)
    found = read_manifest(data, today=date(2020, 3, 13))
    first = found.on_board[0]
    chat = chat_of(keep_chat(by=by, neighbourhood=place, text=NIGHT, copied_on=COPIED)[0])
    landed = datetime(2020, 3, 13, 12, 37, tzinfo=SHANGHAI)
    flight = NO_FLIGHT | {"number": found.flight.number, "origin": "法兰克福", "landed_at": landed}
    notice = confirm_notice(by=by, chat=chat, number=2, flight=flight, people=[told(0, first.name)])
    assert notice.movement is not None
    assert notice.movement.country == "DE", "a list of countries of the day can be looked at"
    Traveller.objects.update(dwelling=here.dwellings[0])
    upload = keep_list(by=by, neighbourhood=place, data=data, name="a.csv")
    take_rows(by=by, taking=begin_kept(by=by, upload=upload, manifest=found))
    row = Traveller.objects.get(notice=notice)
    assert row.country == "DE"
    assert row.document_index is not None, "the list gave his document"
    assert row.dwelling == here.dwellings[0]


def test_the_register_is_asked_a_bounded_number_of_times(here: Cast, django_assert_max_num_queries: Any) -> None:
    rows = [*AIRLINE[:2]] + [
        [
            at,
            f"LUO/PINGAN{at}",
            "F",
            "CHN",
            f"{at % 28 + 1:02}JAN90",
            f"EZ{at:07}",
            "11A",
            f"199{at:08}",
            f"听松别墅{at}号",
            "",
        ]
        for at in range(1, 300)
    ]
    found = read_manifest(text(rows), today=date(2020, 3, 13))
    with django_assert_max_num_queries(24):
        assert len(match_with_register(here.neighbourhood, found.on_board)) == 299


def test_the_door_that_a_chat_names_is_the_travellers_though_the_register_knows_nobody_there(here: Cast) -> None:
    by, place, door = here.users["clerk"], here.neighbourhood, here.dwellings[0]
    chat = chat_of(keep_chat(by=by, neighbourhood=place, text=NIGHT, copied_on=COPIED)[0])
    people = [told(0, "ALDER/MAYLIN", address=short_address(door)), told(1, "BIRCH/TOM", address="没有这个小区99号")]
    confirm_notice(by=by, chat=chat, number=2, flight=NO_FLIGHT, people=people)
    assert [one.dwelling for one in Traveller.objects.order_by("pk")] == [door, None], "he can be brought home"


def test_whoever_a_message_names_as_ours_is_asked_about_though_he_is_like_nobody(here: Cast) -> None:
    by, place, door = here.users["clerk"], here.neighbourhood, here.dwellings[0]
    chat = chat_of(keep_chat(by=by, neighbourhood=place, text=NIGHT, copied_on=COPIED)[0])
    people = [told(0, "BIRCH/TOM", document="4046"), told(1, "ALDER/MAYLIN", address=short_address(door))]
    notice = confirm_notice(by=by, chat=chat, number=2, flight=NO_FLIGHT, people=people)
    asked, sure = Traveller.objects.order_by("pk")
    assert asked.alarm_at == notice.received_at + DECIDE_WITHIN
    page = client_as(by).get(f"/journeys/notices/{notice.pk}/").content.decode()
    assert "还没有定" in page
    assert "看来不是我们的居民" not in page
    assert sure.dwelling == door
