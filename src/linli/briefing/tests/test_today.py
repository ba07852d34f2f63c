"""今日: at most seven cards, alarms first, only what one may act on; "all calm" when nothing waits."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.briefing import cards as module
from linli.briefing.context import Card
from linli.gates.cards_actions import issue_permits, order_batch, record_printed
from linli.gates.models import Card as PermitCard
from linli.gates.models import GateException, Permit, Review
from linli.ground.actions.homes import find_state
from linli.ground.actions.mandates import give_mandate
from linli.ground.models import Responsibility
from linli.ground.search import search
from linli.ground.testing import Cast, client_as
from linli.kernel.ids import uuid7
from linli.kernel.permit_number import shown
from linli.operations.actions import Order, open_operation


def titles(client: Client) -> list[str]:
    """The cards' titles on the page, in English."""
    client.cookies["linli_language"] = "en"
    page = client.get("/").content.decode()
    return [
        re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r'<h2 class="card-title">(.*?)</h2>', page, re.DOTALL)
    ]


def settled(cast: Cast) -> None:
    """Every home reached, every field filled."""
    with cast.scope():
        for dwelling in cast.dwellings:
            find_state(by=None, dwelling=dwelling, state="owner")


def test_what_is_not_reached_and_not_filled_is_said(cast: Cast) -> None:
    assert titles(client_as(cast.users["secretary"])) == ["1 home is not reached yet", "1 home has no state yet"]


def test_all_calm_when_nothing_waits(cast: Cast) -> None:
    settled(cast)
    client = client_as(cast.users["secretary"])
    assert titles(client) == []
    assert "All calm" in client.get("/").content.decode()


def test_a_leader_is_told_of_the_own_building_only(cast: Cast) -> None:
    settled(cast)
    with cast.scope():
        find_state(by=None, dwelling=cast.dwellings[0], state="unreached")
    assert titles(client_as(cast.users["building_leader"])) == []
    assert titles(client_as(cast.users["secretary"])) == ["1 home is not reached yet"]


def test_a_household_without_a_responsible_is_an_alarm_and_comes_first(cast: Cast) -> None:
    with cast.scope():
        Responsibility.objects.filter(household=cast.households[0]).delete()
    assert titles(client_as(cast.users["secretary"]))[0] == "1 household has nobody who answers for it"


def test_exceptions_and_reviews_wait_for_who_may_settle_them(cast: Cast) -> None:
    settled(cast)
    now = timezone.now()
    with cast.scope():
        GateException.objects.create(
            neighbourhood=cast.neighbourhood, kind="clock", subject="clock:1", happened_at=now, heard_at=now, due_at=now
        )
        Review.objects.create(
            neighbourhood=cast.neighbourhood,
            check_id=uuid7(),
            gate=cast.gates[0],
            asked_at=now,
            due_at=now + timedelta(hours=2),
        )
    assert titles(client_as(cast.users["secretary"])) == ["1 thing at the gates was odd", "1 person asks for a review"]
    assert titles(client_as(cast.users["clerk"])) == []


@pytest.mark.parametrize(("days", "kind"), [(3, "card-amber"), (-1, "card-red")])
def test_permits_not_handed_out_near_their_deadline(cast: Cast, days: int, kind: str) -> None:
    settled(cast)
    with cast.scope():
        day = timezone.localdate()
        at = timezone.now() - timedelta(days=2)
        issue_permits(by=None, neighbourhood=cast.neighbourhood, until=day + timedelta(days=60), at=at)
        batch = order_batch(by=None, neighbourhood=cast.neighbourhood, handout_by=day + timedelta(days=days), at=at)
        ids = list(PermitCard.objects.filter(batch=batch).values_list("pk", flat=True))
        record_printed(by=None, batch=batch, printed=ids, refused=[])
        count = len(ids)
        number = Permit.objects.order_by("number").first()
    client = client_as(cast.users["secretary"])
    assert titles(client) == [f"{count} permits are not handed out yet"]
    assert kind in client.get("/").content.decode()
    assert number is not None
    with cast.scope():
        hits = search(cast.neighbourhood, shown(number.number).lower(), inside=[cast.neighbourhood])
        assert [h.person for h in hits if h.person] == [number.person]


def test_an_operation_that_ends_soon_asks_for_a_decision(cast: Cast) -> None:
    settled(cast)
    order = Order("行动", "目的", "duty", "依据", "街道", "居委会", "entry-log")
    now = timezone.now()
    operation = open_operation(
        by=None, neighbourhood=cast.neighbourhood, order=order, ends_at=now + timedelta(days=2, hours=1)
    )
    client = client_as(cast.users["secretary"])
    assert titles(client) == ["“行动” ends in 2 days"]
    type(operation).objects.filter(pk=operation.pk).update(ended_at=now)
    assert titles(client) == []


def test_at_most_seven_cards_alarms_first(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    many = [Card(kind, f"{kind} {n}", "", "/", "x") for n in range(4) for kind in ("green", "amber", "red")]
    monkeypatch.setattr(module, "SOURCES", (lambda context: many,))
    shown_titles = titles(client_as(cast.users["secretary"]))
    assert len(shown_titles) == 7
    assert [t.split()[0] for t in shown_titles] == ["red"] * 4 + ["amber"] * 3


def test_the_first_page_of_each_office_and_of_nobody(cast: Cast) -> None:
    assert client_as(cast.users["guard"]).get("/").headers["Location"] == "/scan/"
    assert client_as(cast.users["gate_captain"]).get("/").headers["Location"] == "/gates/"
    assert client_as(cast.users["officer"]).get("/").status_code == 200
    assert client_as(cast.users["stranger"]).get("/").status_code == 404
    assert "/accounts/login/" in Client().get("/").headers["Location"]


def test_a_patroller_begins_on_his_round_and_finds_it_in_the_bar(cast: Cast) -> None:
    give_mandate(by=None, capacity="patroller", place=cast.neighbourhood, user=cast.users["stranger"])
    client = client_as(cast.users["stranger"])
    assert client.get("/").headers["Location"] == "/rounds/walk/"
    bar = client.get("/rounds/walk/").content.decode().partition('class="nav-list"')[2].partition("</ul>")[0]
    assert bar.count("<li>") == 3
    assert '<a href="/rounds/walk/" aria-current="page">' in bar


@pytest.mark.django_db
def test_an_empty_installation_begins_with_setup() -> None:
    assert Client().get("/").headers["Location"] == "/setup/"


def test_the_page_is_a_fixed_number_of_statements(cast: Cast) -> None:
    client = client_as(cast.users["secretary"])
    client.get("/")
    with CaptureQueriesContext(connection) as few:
        client.get("/")
    with cast.scope():
        for dwelling in cast.dwellings * 2:
            find_state(by=None, dwelling=dwelling, state="unreached")
    with CaptureQueriesContext(connection) as many:
        client.get("/")
    assert len(many) == len(few) <= 32


def test_the_demo_begins_with_choosing_who_you_are(cast: Cast, settings: Any) -> None:
    settings.DEMO = True
    assert Client().get("/").headers["Location"] == "/demo/"
