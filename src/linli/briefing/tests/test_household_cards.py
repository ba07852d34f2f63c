"""Cards about who arrives and who rents."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.ground.testing import Cast, client_as
from linli.returnees.actions.cases import signal
from linli.returnees.details import Details
from linli.returnees.models import Case
from linli.tenancies.actions.lists import take_list

pytestmark = pytest.mark.django_db


def test_who_arrives_unregistered_is_said_and_late_ones_first(cast: Cast) -> None:
    with cast.scope():
        signal(by=None, neighbourhood=cast.neighbourhood, source="self", details=Details(name="周一苇"))
    client = client_as(cast.users["secretary"])
    cards = {card.url: card for card in client.get("/").context["cards"]}
    assert cards[reverse("returnees:index")].kind == "amber"
    assert "登记册" not in str(cards[reverse("returnees:index")]), "the button leads to the people, not to the register"
    with cast.scope():
        Case.objects.update(due_at=timezone.now() - timedelta(hours=1))
    cards = {card.url: card for card in client.get("/").context["cards"]}
    assert cards[reverse("returnees:index")].kind == "red"
    leader = client_as(cast.users["building_leader"]).get("/").context["cards"]
    assert reverse("returnees:index") not in {card.url for card in leader}  # no door known: the office's


def test_differences_with_a_tenant_list_are_said(cast: Cast) -> None:
    file = "小区,楼号,室号,租客\n泉口花苑,7号,101,某人\n".encode()
    with cast.scope():
        take_list(by=None, neighbourhood=cast.neighbourhood, place=cast.lanes, data=file)
    cards = {card.url: card for card in client_as(cast.users["building_leader"]).get("/").context["cards"]}
    assert cards[reverse("tenancies:differences")].kind == "amber"
