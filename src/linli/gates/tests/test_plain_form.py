"""The plain form of a gate asks what the phone asks: what for, a filing, a call, who from outside (SEEDS G05)."""

from __future__ import annotations

from typing import Any

import pytest

from linli.gates.deciding import details_of
from linli.gates.models import Check
from linli.gates.testing import open_strict
from linli.ground.testing import Cast, client_as
from linli.kernel.ids import uuid7
from linli.operations.models import Operation

MARCH = "shanghai-2020-03-24"
WELL = {"direction": "in", "consent": "unasked", "q_symptoms": "no", "temperature": "36.5"}


@pytest.fixture
def march(cast: Cast) -> Operation:
    """An operation under the rules of 24 March 2020."""
    return open_strict(cast.neighbourhood, MARCH)


def send(cast: Cast, **said: Any) -> str:
    """Fill in the form as the guard; the page that answers."""
    path = f"/gates/{cast.gates[0].pk}/form/"
    data = {**WELL, "id": str(uuid7()), **said}
    response = client_as(cast.users["guard"]).post(path, data, headers={"Accept-Language": "en"})
    assert response.status_code == 200
    return str(response.content.decode())


@pytest.mark.parametrize(
    ("said", "outcome", "reason"),
    [
        ({"klass": "worker", "purpose": "decoration"}, "held", "filed_missing"),
        ({"klass": "worker", "purpose": "decoration", "filed": "yes"}, "admitted", "ok"),
        ({"klass": "worker", "purpose": "decoration", "filed": "no", "call": "agreed"}, "admitted", "called"),
        ({"klass": "visitor", "call": "declined"}, "refused", "call_declined"),
        ({"klass": "visitor", "consent": "yes"}, "admitted", "ok"),
        ({"klass": "courier", "purpose": "meal"}, "admitted", "ok"),
        ({"klass": "staff"}, "held", "filed_missing"),
        ({"klass": "courier", "direction": "out", "doctor": "on", "purpose": "meal"}, "admitted", "doctor"),
    ],
)
def test_what_somebody_comes_for(cast: Cast, march: Operation, said: dict[str, Any], outcome: str, reason: str) -> None:
    send(cast, **said)
    with cast.scope():
        row = Check.objects.get()
        assert (row.outcome, row.reason, row.call) == (outcome, reason, said.get("call", ""))
        assert not row.overridden


def test_who_comes_from_outside_says_a_name_if_he_likes(cast: Cast, march: Operation) -> None:
    send(cast, klass="visitor", consent="yes", name=" 来客甲 ", phone="199-0000-0001")
    with cast.scope():
        assert details_of(Check.objects.get()) == {"name": "来客甲", "phone": "199-0000-0001"}


def test_a_residents_name_is_not_written_down_again(cast: Cast, march: Operation) -> None:
    send(cast, klass="resident", name="林知夏")
    with cast.scope():
        assert Check.objects.get().details is None


def test_without_an_operation_nothing_of_it_is_asked(cast: Cast) -> None:
    page = client_as(cast.users["guard"]).get(f"/gates/{cast.gates[0].pk}/form/").content.decode()
    assert 'name="call"' not in page
    assert 'name="phone"' not in page


def test_the_simulation_asks_for_it_too(cast: Cast, march: Operation) -> None:
    said = "klass=worker&direction=in&card=none&consent=unasked&purpose=decoration&temperature=36.5&q_symptoms=no"
    client = client_as(cast.users["guard"])
    held = client.get(f"/gates/simulate/?rules={MARCH}&{said}").content.decode()
    assert "备案" in held or "filing" in held
    agreed = client.get(f"/gates/simulate/?rules={MARCH}&{said}&call=agreed").content.decode()
    assert "已经打电话核实，可以通过" in agreed or "may pass" in agreed
