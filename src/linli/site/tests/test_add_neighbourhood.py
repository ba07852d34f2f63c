"""One installation holds the neighbourhoods of a subdistrict, with a chooser; an officer reads the totals of all of them."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from linli.accounts.models import User
from linli.ground.models import Place
from linli.ground.testing import Cast, client_as


def test_a_second_neighbourhood_with_its_secretary_and_an_officer_above_both(cast: Cast) -> None:
    call_command("add_neighbourhood", "别处居民区", secretary="secretary", subdistrict="槐安街道", officer="stranger")
    place = Place.objects.get(kind__code="neighbourhood", name="别处居民区")
    assert place.parent is not None
    assert place.parent.name == "槐安街道"
    client = client_as(cast.users["secretary"])
    assert "别处居民区" in client.get("/").content.decode()
    client.post("/neighbourhood", {"neighbourhood": place.pk})
    assert "8" not in client.get("/homes/").content.decode().split("<h1>")[1].split("</h1>")[0]
    assert client_as(cast.users["stranger"]).get("/homes/").status_code == 200
    client_as(cast.users["clerk"]).post("/neighbourhood", {"neighbourhood": place.pk})


def test_one_without_a_mandate_there_stays_where_he_is(cast: Cast) -> None:
    call_command("add_neighbourhood", "别处居民区", secretary="secretary")
    place = Place.objects.get(kind__code="neighbourhood", name="别处居民区")
    client = client_as(cast.users["clerk"])
    client.post("/neighbourhood", {"neighbourhood": place.pk})
    assert "听松别墅" in client.get("/homes/").content.decode()


@pytest.mark.parametrize(
    "words", [{"secretary": "nobody"}, {"secretary": "secretary", "officer": "stranger"}, {"secretary": "old"}]
)
def test_what_does_not_exist_is_said(cast: Cast, words: dict[str, str]) -> None:
    User.objects.create_user("old", "correct horse 9", display_name="old", is_active=False)
    with pytest.raises(CommandError):
        call_command("add_neighbourhood", "别处居民区", **words)
    assert Place.objects.filter(kind__code="neighbourhood").count() == 1
