"""The pages of who is who: two entries side by side, joined, taken back, said to be two."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from linli.ground.actions.people import phone_row
from linli.ground.models import AlikeAnswer, Merge, Person
from linli.ground.testing import Cast
from linli.ground.tests.test_people_pages import english, url
from linli.ground.tests.test_who import BORN, DAY, ID_A, ID_B, put


@pytest.fixture
def clerk(cast: Cast) -> Client:
    return english(cast, "clerk")


@pytest.fixture
def person(cast: Cast) -> Iterator[Person]:
    """Somebody with a document and a phone in the first villa."""
    with cast.scope():
        yield put(cast, "章荣茂", 0, BORN, document=ID_A, phone="19900001234")


def test_two_entries_side_by_side_then_joined_then_taken_back(cast: Cast, clerk: Client, person: Person) -> None:
    other = put(cast, "章蓉茂", 4, BORN, phone="19900001234")
    page = clerk.get(url("alike")).content.decode()
    assert "two spellings of one name" in page
    pair = url("alike_pair", person.pk, other.pk)
    side = clerk.get(pair).content.decode()
    for text in ("章荣茂", "章蓉茂", "zhang rong mao", "听松别墅 1号", "matches: ", "differs: "):
        assert text in side
    assert ID_A not in side
    assert clerk.post(pair, {"verb": "x"}).status_code == 404
    clerk.post(pair, {"verb": "keep_one"})
    merge = Merge.objects.get()
    assert (merge.person_id, merge.into_id) == (other.pk, person.pk)
    assert clerk.get(url("person_data", other.pk)).headers["Location"] == url("person_data", person.pk)
    assert clerk.get(pair).status_code == 302
    home = clerk.get(url("home", cast.dwellings[4].pk)).content.decode()
    assert "stands here as 章蓉茂" in home
    later = phone_row(person=other, number="19900008888", since=DAY)
    later.save()
    back = url("join", merge.pk)
    assert f'name="fact:phones:{later.pk}" value="kept"' in clerk.get(back).content.decode()
    clerk.post(back, {f"fact:phones:{later.pk}": "kept", "note": "同名不同人"})
    merge.refresh_from_db()
    later.refresh_from_db()
    assert merge.ended_at is not None
    assert later.person_id == person.pk
    assert "two people again" in clerk.get(back).content.decode()


def test_a_join_against_the_numbers_is_refused_until_somebody_writes_why(
    cast: Cast, clerk: Client, person: Person
) -> None:
    other = put(cast, "章荣茂", 4, BORN, document=ID_B)
    pair = url("alike_pair", person.pk, other.pk)
    assert "look again" in clerk.get(pair).content.decode()
    assert clerk.post(pair, {"verb": "keep_one"}).status_code == 422
    assert clerk.post(pair, {"verb": "keep_other", "note": "本人出示证件，旧号录错"}).status_code == 302
    assert clerk.get(url("join_with", person.pk) + "?q=章").status_code == 200


def test_two_people_stay_two_and_can_be_asked_about_again(cast: Cast, clerk: Client, person: Person) -> None:
    other = put(cast, "章荣茂", 4, BORN)
    clerk.post(url("alike_pair", person.pk, other.pk), {"verb": "two", "note": "见过两人"})
    page = clerk.get(url("alike")).content.decode()
    assert "No two entries look like one person" in page
    clerk.post(url("ask_again", AlikeAnswer.objects.get().pk))
    assert "1 pair may be one person" in clerk.get(url("alike")).content.decode()
    same = put(cast, "章荣茂", 5, document=ID_A)
    clerk.post(url("join_sure"))
    same.refresh_from_db()
    assert same.merged_into_id == person.pk
