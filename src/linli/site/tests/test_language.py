"""The language of a page is the device's choice, and the account's."""

from __future__ import annotations

from django.test import Client

from linli.accounts.models import User
from linli.ground.testing import Cast, client_as


def test_a_signed_in_user_changes_the_language_for_good(cast: Cast) -> None:
    client = client_as(cast.users["secretary"])
    assert "今日" in client.get("/").content.decode()
    answer = client.post("/language", {"language": "en", "next": "/homes/"})
    assert answer.headers["Location"] == "/homes/"
    assert "Today" in client.get("/").content.decode()
    assert User.objects.get(pk=cast.users["secretary"].pk).language == "en"
    assert "Today" in client_as(User.objects.get(username="secretary")).get("/").content.decode()


def test_a_stranger_changes_it_for_the_device(db: None) -> None:
    client = Client()
    client.post("/language", {"language": "en"})
    assert client.cookies["linli_language"].value == "en"
    client.post("/language", {"language": "xx"})
    assert client.cookies["linli_language"].value == "en"


def test_it_leads_back_to_our_own_pages_only(db: None) -> None:
    assert (
        Client().post("/language", {"language": "en", "next": "https://elsewhere.example/"}).headers["Location"] == "/"
    )
