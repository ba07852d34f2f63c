"""A mandate counts at its place: gate pages show the gates where one has the right, and health data to who may see it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from linli.accounts.models import User
from linli.gates.actions.plates import masked, see
from linli.gates.actions.settle import ask_review
from linli.gates.models import Check, Device, EnrolmentToken, GateException, Review
from linli.gates.queries import board
from linli.gates.testing import Issued, Phone, check, refused
from linli.ground.actions.mandates import give_mandate
from linli.ground.models import Mandate
from linli.ground.testing import PASSWORD, Cast, client_as
from linli.journal.models import Entry
from linli.journal.record import detail_of
from linli.operations.models import Operation

PLATE = "沪A12345"
FEVER = {"outcome": "held", "reason": "fever_home"}


@pytest.fixture
def at_west(cast: Cast, strict: Operation, issued: Issued) -> Check:
    """A fever in a car at the west gate, heard from its own phone, and the same at the east gate."""
    found = []
    for gate in reversed(cast.gates):
        phone = Phone()
        phone.enrol(cast.users["secretary"], gate)
        one = check(issued, temperature=385, plate=PLATE, vehicle=True, decision=FEVER, answers={"symptoms": True})
        phone.send(one)
        found.append(one["id"])
    with cast.scope():
        for pk in found:
            ask_review(by=cast.users["secretary"], check=Check.objects.get(pk=pk))
        return Check.objects.select_related("gate", "operation").get(pk=found[0])


@pytest.fixture
def captain(cast: Cast) -> Client:
    """The head of the guards of the east gate alone."""
    Mandate.objects.filter(pk=cast.mandates["gate_captain"].pk).update(place=cast.gates[0])
    return english(cast.users["gate_captain"])


def english(user: User, **how: Any) -> Client:
    """A client that reads English."""
    client = client_as(user, **how)
    client.cookies["linli_language"] = "en"
    return client


def manager(cast: Cast, place: Any) -> Client:
    """A property manager of a place, without a second factor."""
    user = User.objects.create_user("manager", PASSWORD, display_name="manager", home=cast.neighbourhood.pk)
    give_mandate(by=None, capacity="property", place=place, user=user, since=date(2020, 1, 1))
    return english(user, second_factor=False)


def rows(cast: Cast, model: Any, gate: int) -> Any:
    """The only row of a model at one of the two gates."""
    with cast.scope():
        return model.objects.get(gate=cast.gates[gate])


def test_the_board_shows_ones_own_gates(cast: Cast, at_west: Check, captain: Client) -> None:
    text = captain.get("/gates/").content.decode()
    assert "东门" in text
    assert "西门" not in text
    assert captain.get(f"/gates/{cast.gates[0].pk}/").status_code == 200
    assert captain.get(f"/gates/{cast.gates[1].pk}/").status_code == 404
    assert "0 passages" in captain.get(f"/gates/?gate={cast.gates[1].pk}").content.decode()


def test_inside_is_counted_over_all_gates_of_the_same_walls(cast: Cast, strict: Operation, issued: Issued) -> None:
    away = Phone()
    away.enrol(cast.users["secretary"], cast.gates[1])
    away.send(check(issued, direction="out", decision={"outcome": "admitted", "reason": "leaving"}))
    with cast.scope():
        whole = board(cast.neighbourhood, timezone.now())
        part = board(cast.neighbourhood, timezone.now(), gates=cast.gates[:1])
    assert [line.gate for line in part.lines] == cast.gates[:1]
    assert (part.listed, part.inside, part.lines[0].inside) == (12, 11, 11)
    assert (whole.listed, whole.inside) == (12, 11)
    assert (part.total("day_out"), sum(number for _, number in part.hours)) == (0, 0)


def test_passages_elsewhere_do_not_exist(cast: Cast, at_west: Check, captain: Client) -> None:
    mine = rows(cast, Check, 0)
    for path in ("", "slip/"):
        assert captain.get(f"/gates/checks/{mine.pk}/{path}").status_code == 200
        assert captain.get(f"/gates/checks/{at_west.pk}/{path}").status_code == 404
    assert captain.post(f"/gates/checks/{at_west.pk}/review").status_code == 404


def test_exceptions_and_reviews_elsewhere_do_not_exist(cast: Cast, at_west: Check, captain: Client) -> None:
    for path in ("exceptions", "reviews"):
        text = captain.get(f"/gates/{path}/").content.decode()
        assert f"/gates/checks/{rows(cast, Check, 0).pk}/" in text
        assert str(at_west.pk) not in text
        assert "西门" not in text
    secretary = cast.mandates["secretary"]
    Mandate.objects.filter(pk=secretary.pk).update(place=cast.gates[0])
    client = english(cast.users["secretary"])
    odd, review = rows(cast, GateException, 1), rows(cast, Review, 1)
    assert client.post(f"/gates/exceptions/{odd.pk}/settle").status_code == 404
    assert client.post(f"/gates/reviews/{review.pk}/answer", {"answer": "stands", "text": "好"}).status_code == 404
    assert client.post(f"/gates/checks/{at_west.pk}/annul", {"reason": "test"}).status_code == 404
    assert client.post(f"/gates/checks/{at_west.pk}/plate/", {"reason": "找车主"}).status_code == 404
    assert rows(cast, GateException, 1).settled_at is None


def test_phones_elsewhere_do_not_exist(cast: Cast, at_west: Check, captain: Client) -> None:
    here, there = (Device.objects.get(gate=gate) for gate in cast.gates)
    text = captain.get("/gates/devices/").content.decode()
    assert str(here.pk) in text
    assert str(there.pk) not in text
    for act in ("cut-off", "shift"):
        assert captain.post(f"/gates/devices/{there.pk}/{act}", {"until": "20:00"}).status_code == 404
    codes = EnrolmentToken.objects.count()
    captain.post("/gates/devices/", {"gate": cast.gates[1].pk, "until": "20:00", "name": "x"})
    assert EnrolmentToken.objects.count() == codes
    there.refresh_from_db()
    assert there.cut_off_at is None


def test_a_manager_of_an_estate_sees_no_gate_of_the_neighbourhood(cast: Cast, at_west: Check) -> None:
    client = manager(cast, cast.villas)
    assert "西门" not in client.get("/gates/").content.decode()
    assert client.get(f"/gates/checks/{at_west.pk}/").status_code == 404
    assert "Nothing waits" in client.get("/gates/exceptions/").content.decode()


def test_health_and_plates_in_words_without_the_right(cast: Cast, at_west: Check) -> None:
    client = manager(cast, cast.neighbourhood)
    text = client.get(f"/gates/checks/{at_west.pk}/").content.decode()
    for word in ("measured", "something answered yes", "沪A***45"):
        assert word in text
    for path in (
        f"checks/{at_west.pk}/",
        f"{at_west.gate_id}/?show=all",
        "exceptions/",
        f"{at_west.gate_id}/?as=print",
    ):
        text = client.get(f"/gates/{path}").content.decode()
        assert "38.5" not in text
        assert "12345" not in text
        assert "whole plate" not in text
    with cast.scope():
        Review.objects.all().delete()
    asks = f"/gates/checks/{at_west.pk}/review"
    assert asks not in client.get(f"/gates/checks/{at_west.pk}/").content.decode()
    assert asks in english(cast.users["secretary"]).get(f"/gates/checks/{at_west.pk}/").content.decode()
    assert "High temperature" in client.get("/gates/exceptions/").content.decode()
    assert client.post(f"/gates/checks/{at_west.pk}/plate/", {"reason": "找车主"}).status_code == 403


def test_a_whole_plate_needs_a_reason_and_is_journaled(cast: Cast, at_west: Check) -> None:
    client, path = english(cast.users["secretary"]), f"/gates/checks/{at_west.pk}/"
    text = client.get(path).content.decode()
    assert "38.5" in text
    assert PLATE not in text
    without = client.post(path + "plate/", {"reason": " "})
    assert without.status_code == 422
    assert PLATE not in without.content.decode()
    assert not Entry.objects.filter(act="gates.plate_seen").exists()
    seen = client.post(path + "plate/", {"reason": "寻找挪车车主"})
    assert PLATE in seen.content.decode()
    assert seen["Cache-Control"] == "no-store"
    assert f"?back={path}" in seen.content.decode()
    entry = Entry.objects.get(act="gates.plate_seen")
    assert (entry.by_user, entry.subject) == (cast.users["secretary"].pk, str(at_west.pk))
    assert detail_of(entry.pk) == "寻找挪车车主"
    with refused("gates.plate_reason"):
        see(by=cast.users["secretary"], check=at_west, reason="?")
    at_west.plate = None
    with refused("gates.no_plate"):
        see(by=cast.users["secretary"], check=at_west, reason="寻找挪车车主")
    assert Entry.objects.filter(act="gates.plate_seen").count() == 1


@pytest.mark.parametrize("day", ["2026-02-31", "soon", "0001-01-01", "2019-12-31"])
def test_a_day_that_no_gate_had(cast: Cast, day: str) -> None:
    client = english(cast.users["secretary"])
    for path in ("", f"{cast.gates[0].pk}/"):
        assert client.get(f"/gates/{path}?day={day}").status_code == 404
    assert client.get("/gates/?day=9999-12-31").status_code == 200


@pytest.mark.parametrize("pk", ["", "x", "1f4f7c52-5a6c-4d7c-8a39-2f4d1a5f0e11"])
def test_a_plain_form_with_another_id(cast: Cast, strict: Operation, pk: str) -> None:
    path = f"/gates/{cast.gates[0].pk}/form/"
    answer = english(cast.users["guard"]).post(path, {"id": pk, "direction": "in", "klass": "visitor", "consent": ""})
    assert answer.status_code == 422
    assert "open it anew" in answer.content.decode()
    with cast.scope():
        assert not Check.objects.exists()


def test_odd_gates_in_the_address(cast: Cast) -> None:
    client = english(cast.users["secretary"])
    for gate in ("²", "9" * 40, "-1"):
        assert client.get(f"/gates/exceptions/?gate={gate}").status_code == 200
        assert client.get(f"/gates/?gate={gate}").status_code == 200


def test_a_short_plate_is_all_stars(at_west: Check) -> None:
    assert masked(at_west) == "沪A***45"
    at_west.plate = None
    assert masked(at_west) == ""
