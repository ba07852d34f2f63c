"""Errands of a home in which nobody has a case: alone, without a phone, in the heat; the same ledger and pages, and no case (Q03)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from linli import vault
from linli.accounts.models import User
from linli.care import retention
from linli.care.actions.errand_money import buy_errand, record_money
from linli.care.actions.errands import ask_errand, deliver_errand, take_errand
from linli.care.errand_sealed import key_of, words_of
from linli.care.models import Case, Errand
from linli.ground.actions.homes import hand_over_households
from linli.ground.actions.mandates import give_mandate
from linli.ground.holdings import held
from linli.ground.models import Mandate
from linli.ground.testing import PASSWORD, Cast, client_as
from linli.kernel.ids import uuid7
from linli.notices.models import Notice

pytestmark = pytest.mark.django_db
NEW = "/care/errands/new/"


def asks(client: Client, address: str, words: str = "大米 2 公斤") -> int:
    sent = {"key": str(uuid7()), "home": "other", "address": address, "words": words, "limit": ""}
    return client.post(NEW, sent).status_code


@pytest.fixture
def helper(cast: Cast) -> Mandate:
    """A volunteer of the whole neighbourhood who answers for the third home."""
    user = User.objects.create_user("wu", PASSWORD, display_name="乌援")
    today = timezone.localdate()
    mandate = give_mandate(by=None, capacity="volunteer", place=cast.neighbourhood, user=user, since=today)
    with cast.scope():
        hand_over_households(by=cast.users["secretary"], place=cast.dwellings[3], to=mandate)
    return mandate


def test_the_secretary_asks_for_any_home_and_no_case_is_opened(cast: Cast) -> None:
    client = client_as(cast.users["secretary"])
    assert asks(client, "泉口花苑7号302室") == 302
    with cast.scope():
        errand = Errand.objects.get()
        assert (errand.case, errand.operation, words_of(errand)) == (None, None, "大米 2 公斤")
        assert not Case.objects.exists()
    assert "302室" in client.get("/care/errands/").content.decode()
    assert client.get(reverse("care_errands:errand", args=[errand.pk])).status_code == 200
    for address in ("", "泉口花苑", "泉口花苑99号999室"):
        assert asks(client, address) == 422


def test_whoever_leads_a_building_asks_for_its_homes_and_for_no_other(cast: Cast) -> None:
    leader, clerk = client_as(cast.users["building_leader"]), client_as(cast.users["clerk"])
    assert asks(leader, "泉口花苑7号302室") == 302
    assert asks(leader, "听松别墅1号") == 422
    assert asks(clerk, "听松别墅1号") == 302
    shown = leader.get("/care/errands/").content.decode()
    with cast.scope():
        own, other = Errand.objects.order_by("asked_at")
    assert str(own.pk) in shown
    assert str(other.pk) not in shown
    assert leader.get(reverse("care_errands:errand", args=[other.pk])).status_code == 404


def test_a_helper_asks_for_whom_he_answers_for_and_sees_no_other(cast: Cast, helper: Mandate) -> None:
    assert helper.user is not None
    client, clerk = client_as(helper.user), client_as(cast.users["clerk"])
    with cast.scope():
        home = cast.households[3].dwelling
        address = f"{home.parent.parent.name}{home.parent.name}{home.name}"
    assert asks(clerk, address) == 302
    with cast.scope():
        errand = Errand.objects.get()
        assert Notice.objects.get(subject=str(errand.pk)).to_mandate == helper, "who answers for it hears of it"
    assert client.get(reverse("care_errands:errand", args=[errand.pk])).status_code == 200
    assert asks(client, address) == 302
    assert asks(client, "听松别墅1号") == 422, "not his to ask for"
    assert client_as(cast.users["guard"]).get("/care/errands/").status_code in (403, 404)


def test_the_page_of_a_home_leads_to_the_form_with_its_door(cast: Cast) -> None:
    client = client_as(cast.users["secretary"])
    door = cast.dwellings[3]
    page = client.get(reverse("ground:home", args=[door.pk])).content.decode()
    assert page.count(f"{NEW}?place={door.pk}") == 1
    form = client.get(f"{NEW}?place={door.pk}").content.decode()
    with cast.scope():
        assert door.name in form
    leader = client_as(cast.users["building_leader"])
    assert "听松别墅" not in leader.get(f"{NEW}?place={cast.dwellings[0].pk}").content.decode().split("<form")[-1]


def test_it_is_settled_in_the_same_ledger_and_goes_with_a_key_of_its_own(cast: Cast) -> None:
    clerk, mandate = cast.users["clerk"], cast.mandates["clerk"]
    with cast.scope():
        errand = ask_errand(by=clerk, household=cast.households[0], words="降温的药")
        take_errand(by=clerk, errand=errand, mandate=mandate)
        buy_errand(by=clerk, errand=errand, fen=2_350, no_receipt="none_given")
        deliver_errand(by=clerk, errand=errand, contactless=True)
        record_money(by=clerk, errand=errand, what="paid", fen=2_350, way="cash")
        errand.refresh_from_db()
        assert errand.settled_at is not None
        facts = [fact for _holding, found in held([cast.people[0].pk], ("care.read",)) for fact in found]
        assert str(errand.pk) in {fact.id for fact in facts}, "whoever lives there can read that it is held"
        key = key_of(errand)
        assert vault.keyring().get(key)
    with time_machine.travel(timezone.now() + timedelta(days=40)), cast.scope():
        assert retention.erase(timezone.now())["care_errands"] == 1


def test_its_key_is_destroyed_with_it(cast: Cast, django_capture_on_commit_callbacks: pytest.FixtureRequest) -> None:
    with cast.scope():
        errand = ask_errand(by=cast.users["clerk"], household=cast.households[0], words="米")
        key = key_of(errand)
    later = timezone.now() + timedelta(days=400)
    with cast.scope(), django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        retention.erase(later)
    with pytest.raises(vault.KeyMissing):
        vault.keyring().get(key)
