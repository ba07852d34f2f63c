"""The demo's front door: whom one can be, where one lands, and the slip of somebody who has no account."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, path

from linli.care.models import OwnCode
from linli.care.tests.own_stage import operation_of, quarantined
from linli.ground.testing import Cast
from linli.site.demo import own_page, views
from linli.site.demo.build import ESCORT, HELPER, ROLES

pytestmark = pytest.mark.django_db


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Client:
    """A browser before the door, which only the demo has."""
    monkeypatch.setattr(own_page, "data_folder", lambda: tmp_path)
    addresses = ModuleType("addresses")
    addresses.__dict__["urlpatterns"] = [path("demo/", views.enter), *get_resolver().url_patterns]
    settings.ROOT_URLCONF = addresses
    return Client()


def test_everybody_who_is_offered_has_an_account_and_an_office() -> None:
    offices = {name: capacity for name, _shown, capacity in ROLES}
    assert set(views.WORDS) <= set(offices)
    assert (offices[ESCORT], offices[HELPER]) == ("volunteer", "volunteer")


@pytest.mark.parametrize(("name", "lands"), [(ESCORT, "/journeys/hand/"), (HELPER, "/care/mine/"), ("shuji", "/")])
def test_who_enters_lands_on_the_page_of_his_day(cast: Cast, door: Client, name: str, lands: str) -> None:
    cast.users["guard"].__class__.objects.create_user(name, "correct horse 1", display_name=name)
    answer = door.post("/demo/", {"user": name})
    assert (answer.status_code, answer["Location"]) == (302, lands)


def test_nobody_else_enters(cast: Cast, door: Client) -> None:
    assert door.post("/demo/", {"user": cast.users["secretary"].username}).status_code == 404


def test_the_slip_of_somebody_at_home_opens_his_own_page(cast: Cast, door: Client) -> None:
    assert "/mine/" not in door.get("/demo/").content.decode(), "nothing was handed over yet"
    with cast.scope():
        operation_of(cast)
        case = quarantined(cast)
        own_page.hand_over(by=cast.users["clerk"], case=case)
    held = own_page.handed()
    assert held is not None
    assert held.name == case.person.name
    page = door.get("/demo/").content.decode()
    assert held.code in page
    assert held.name in page
    assert door.post("/mine/", {"code": held.code}).status_code == 302
    assert held.name in door.get("/mine/").content.decode()
    assert OwnCode.objects.get().used_at is not None
