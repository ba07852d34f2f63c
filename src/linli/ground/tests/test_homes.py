"""住户: doors for those responsible, totals for everyone else; search; one dwelling's page; unmasking is journaled."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from linli.ground.actions.homes import find_state
from linli.ground.actions.people import document_row, key_rows, move, phone_row
from linli.ground.homes import SMALL, load, merged
from linli.ground.models import DwellingState, PersonKey, Residence
from linli.ground.search import search
from linli.ground.testing import Cast, cast, client_as, make_cast
from linli.journal.models import Entry
from linli.journal.record import detail_of

__all__ = ["cast"]
NUMBER = "310101199001017013"


def with_numbers(cast: Cast) -> None:
    """Keys for everybody, a document and a phone for the first."""
    PersonKey.objects.bulk_create([key for person in cast.people for key in key_rows(person)])
    since = date(2020, 1, 1)
    document_row(person=cast.people[0], kind="id", number=NUMBER, checked=True, since=since).save(force_insert=True)
    phone_row(person=cast.people[0], number="19900001234", since=since).save(force_insert=True)


def test_the_secretary_sees_every_door_the_officer_none(cast: Cast) -> None:
    page = client_as(cast.users["secretary"]).get("/homes/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert len(set(re.findall(r'href="/homes/(\d+)/"', page))) == 8
    page = client_as(cast.users["officer"]).get("/homes/").content.decode()
    assert not re.findall(r'href="/homes/\d+/"', page)
    assert "听松别墅" in page
    assert "林知夏" not in page


def test_a_building_leader_sees_the_doors_of_that_building_only(cast: Cast) -> None:
    client = client_as(cast.users["building_leader"])
    page = client.get("/homes/").content.decode()
    doors = {int(pk) for pk in re.findall(r'href="/homes/(\d+)/"', page)}
    assert doors == {d.pk for d in cast.dwellings[2:]}
    assert client.get(f"/homes/{cast.dwellings[0].pk}/").status_code == 404
    assert client.get(f"/homes/{cast.dwellings[2].pk}/").status_code == 200


def test_k_blank_dwellings_are_named_exactly(cast: Cast) -> None:
    """R01: with k blanked on purpose the board names exactly those k; none counted twice."""
    with cast.scope():
        DwellingState.objects.filter(dwelling__in=cast.dwellings[2:4]).delete()
        board = load(cast.neighbourhood, own=[cast.neighbourhood])
    assert {d.id for d in board.doors if d.state == "blank"} == {cast.dwellings[n].pk for n in (2, 3, 7)}
    assert len(board.doors) == len({d.id for d in board.doors}) == 8


def test_the_board_is_a_fixed_number_of_statements(cast: Cast) -> None:
    client = client_as(cast.users["secretary"])
    client.get("/homes/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/homes/")
    make_cast("别处居民区", "other-")
    with cast.scope():
        for dwelling in cast.dwellings:
            find_state(by=None, dwelling=dwelling, state="let")
    with CaptureQueriesContext(connection) as many:
        client.get("/homes/")
    assert len(many) == len(few) <= 16


@given(st.dictionaries(st.sampled_from(["owner", "let", "vacant", "closed", "away", "blank"]), st.integers(0, 30)))
def test_merged_totals_keep_the_sum_and_no_small_cell(counts: dict[str, int]) -> None:
    """R04: cells under five are merged and the sum stays; what is left alone is never smaller than five."""
    lines = merged(Counter(counts))
    assert sum(line["count"] for line in lines) == sum(counts.values())
    if len(lines) > 1:
        assert min(line["count"] for line in lines) >= SMALL


def test_the_public_print_has_totals_and_no_door(cast: Cast) -> None:
    page = client_as(cast.users["officer"]).get("/homes/public/").content.decode()
    assert "7号" in page
    assert "101室" not in page
    assert "林知夏" not in page


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("林知", "林知夏"),
        ("lzx", "林知夏"),
        ("zhixia", ""),
        ("知夏", "林知夏"),
        ("1234", "林知夏"),
        ("7013", "林知夏"),
        ("陆䶮", "陆䶮"),
        ("没有人", ""),
    ],
)
def test_search_by_name_sound_and_tails(cast: Cast, typed: str, found: str) -> None:
    with cast.scope():
        with_numbers(cast)
        hits = search(cast.neighbourhood, typed, inside=[cast.neighbourhood])
    assert [h.person.name for h in hits if h.person] == ([found] if found else [])


def test_search_by_room_and_only_inside_ones_area(cast: Cast) -> None:
    with cast.scope():
        with_numbers(cast)
        rooms = search(cast.neighbourhood, "7 302", inside=[cast.neighbourhood])
        assert [h.address for h in rooms] == ["泉口花苑 7号 302室"]
        assert search(cast.neighbourhood, "林知夏", inside=[cast.building]) == []
        assert search(cast.neighbourhood, " ", inside=[cast.neighbourhood]) == []


def test_the_page_of_a_dwelling_masks_and_unmasking_is_journaled(cast: Cast) -> None:
    with cast.scope():
        with_numbers(cast)
        row = cast.people[0].documents.get()
    client = client_as(cast.users["clerk"])
    page = client.get(f"/homes/{cast.dwellings[0].pk}/").content.decode()
    assert "林知夏" in page
    assert NUMBER not in page
    assert "19900001234" not in page
    url = f"/homes/unmask/document/{row.pk}/"
    assert client.post(url, {"reason": ""}).status_code == 422
    answer = client.post(url, {"reason": "核对身份证"})
    assert NUMBER in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    entry = Entry.objects.get(act="ground.unmasked")
    assert entry.by_user == cast.users["clerk"].pk
    assert str(cast.people[0].pk) not in (entry.subject, str(entry.data))
    assert detail_of(entry.pk) == "核对身份证"
    assert client_as(cast.users["building_leader"]).post(url, {"reason": "看看"}).status_code == 403
    other = make_cast("别处居民区", "other-")
    assert client_as(other.users["clerk"]).post(url, {"reason": "看看"}).status_code == 404


def test_states_people_moves_and_hand_overs_from_the_page(cast: Cast) -> None:
    client = client_as(cast.users["clerk"])
    url = f"/homes/{cast.dwellings[5].pk}/"
    client.post(url, {"verb": "state", "state": "owner"})
    client.post(url, {"verb": "person", "name": "新来的人", "relation": "head"})
    client.post(url, {"verb": "hand_over", "to": cast.mandates["building_leader"].pk})
    page = client.get(url).content.decode()
    assert "新来的人" in page
    assert cast.mandates["building_leader"].holder_name in page
    with cast.scope():
        person = Residence.objects.get(person__name="新来的人").person
        client.post(url, {"verb": "move", "person": person.pk, "presence": "moved"})
        assert Residence.objects.filter(person=person).latest("since").presence == "moved"
    assert "新来的人" not in client.get(url).content.decode()
    assert client.post(url, {"verb": "person", "name": ""}).status_code == 302


def test_a_building_leader_records_a_state_and_nothing_else(cast: Cast) -> None:
    client = client_as(cast.users["building_leader"])
    url = f"/homes/{cast.dwellings[2].pk}/"
    assert client.post(url, {"verb": "state", "state": "away"}).status_code == 302
    assert client.post(url, {"verb": "person", "name": "某人"}).status_code == 403


def test_a_person_who_left_comes_back_only_into_a_household(cast: Cast) -> None:
    with cast.scope():
        move(by=None, person=cast.people[0], presence="moved", since=date(2020, 3, 1))
        row = move(
            by=None, person=cast.people[0], presence="here", household=cast.households[3], since=date(2020, 4, 1)
        )
        assert row.household == cast.households[3]


def test_a_stranger_sees_nothing(cast: Cast) -> None:
    client = client_as(cast.users["stranger"])
    for url in ("/homes/", "/homes/public/", f"/homes/{cast.dwellings[0].pk}/"):
        assert client.get(url).status_code == 404
    guard = client_as(cast.users["guard"]).get("/homes/")
    assert guard.status_code == 403
