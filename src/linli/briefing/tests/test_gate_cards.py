"""今日 shows what was odd at a gate within a minute of its upload, without anybody touching the page."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.test import Client

from linli.accounts.models import User
from linli.accounts.sessions import SEEN
from linli.gates.actions.settle import ask_review
from linli.gates.models import Check
from linli.gates.testing import Phone, check, issue, open_strict
from linli.ground.actions.mandates import give_mandate
from linli.ground.testing import PASSWORD, Cast, client_as
from linli.kernel.ids import uuid7

pytestmark = pytest.mark.django_db
BY_ITSELF = {"HTTP_LINLI_BY_ITSELF": "1", "HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def _no_remembered_attempts() -> None:
    cache.clear()


@pytest.fixture
def phone(cast: Cast) -> Phone:
    open_strict(cast.neighbourhood)
    made = Phone()
    made.enrol(cast.users["secretary"], cast.gates[0])
    return made


def english(cast: Cast, who: str) -> Client:
    client = client_as(cast.users[who])
    client.cookies["linli_language"] = "en"
    return client


def test_an_open_page_asks_every_half_minute_and_shows_what_came(cast: Cast, phone: Phone) -> None:
    client = english(cast, "secretary")
    page = client.get("/").content.decode()
    (poll,) = re.findall(r"<div hx-get=[^>]*>", page)
    assert "were odd" not in page
    seconds = int(re.search(r'hx-trigger="every (\d+)s"', poll).group(1))  # type: ignore[union-attr]
    assert seconds <= 60
    address = re.search(r'hx-get="([^"]+)"', poll).group(1)  # type: ignore[union-attr]
    phone.send(check(person=str(uuid7()), way="room"), check(person=str(uuid7()), way="room"))
    later = client.get(address, **BY_ITSELF).content.decode()
    assert "2 things at the gates were odd" in later
    assert 'id="main"' in later, "what the page puts in place of its own"
    assert 'href="/gates/exceptions/"' in later


def test_the_card_leads_to_ones_own(cast: Cast, phone: Phone) -> None:
    with cast.scope():
        card = issue(cast.people[0], 1)
    phone.send(check(card, temperature=381, decision={"outcome": "held", "reason": "fever_home"}))
    page = english(cast, "secretary").get("/").content.decode()
    assert "1 thing at the gates was odd" in page
    assert "1 is yours" in page
    assert 'href="/gates/exceptions/?whose=mine"' in page


def test_a_page_left_open_keeps_no_session_alive(cast: Cast) -> None:
    client = client_as(cast.users["secretary"])
    session = client.session
    session[SEEN] = 1000
    session.save()
    client.get("/", **BY_ITSELF)
    assert client.session[SEEN] == 1000
    client.get("/")
    assert client.session[SEEN] > 1000


def test_who_leads_one_gate_sees_that_gate(cast: Cast, phone: Phone) -> None:
    for name, gate in (("east", 0), ("west", 1)):
        cast.users[name] = User.objects.create_user(name, PASSWORD, display_name=name)
        give_mandate(by=None, capacity="property", place=cast.gates[gate], user=cast.users[name])
    refused = check(klass="courier", way="visitor", decision={"outcome": "refused", "reason": "class_not_allowed"})
    phone.send(check(person=str(uuid7()), way="room"), refused)
    with cast.scope():
        ask_review(by=cast.users["guard"], check=Check.objects.get(pk=refused["id"]))
    assert "1 thing at the gates was odd" in english(cast, "east").get("/").content.decode()
    assert "at the gates" not in english(cast, "west").get("/").content.decode()
    assert "asks for a review" not in english(cast, "east").get("/").content.decode()
    assert "asks for a review" in english(cast, "secretary").get("/").content.decode()
