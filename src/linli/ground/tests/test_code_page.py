"""A page that a code opens: asked for, paused, kept in a cookie, looked up each time, never kept by the browser. No room needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from django import forms
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import get_resolver, include, path

from linli.accounts.forms import SlipCodeField
from linli.accounts.lockout import PAIR
from linli.ground.code_page import CodePage
from linli.ground.models import Household, Place
from linli.ground.testing import Cast
from linli.kernel.ids import uuid7
from linli.kernel.refusal import Refusal


class Form(forms.Form):
    code = SlipCodeField(help_text="three characters")


@dataclass
class Code:
    neighbourhood: Place
    pk: UUID = field(default_factory=uuid7)

    @property
    def neighbourhood_id(self) -> int:
        return self.neighbourhood.pk


class Rows(list[Code]):
    """As much of a query set as a page needs."""

    def filter(self, *, pk: UUID) -> Rows:
        return Rows(one for one in self if one.pk == pk)

    def first(self) -> Code | None:
        return self[0] if self else None


class Stage:
    """A page with one code, "abc", whose views are given the number of households in its neighbourhood."""

    def __init__(self, cast: Cast) -> None:
        self.code = Code(cast.neighbourhood)
        self.rows = Rows([self.code])
        self.page: CodePage[Any, int] = CodePage(
            "tried", Form, "accounts/slip.html", opens=self.opens, live=self.live, behind=self.behind, until=self.until
        )

    def opens(self, *, by: None, typed: str) -> Code:
        if typed != "abc":
            raise Refusal("visits.wrong_code", "Wrong.")
        return self.code

    def live(self, now: datetime) -> Any:
        return self.rows

    @contextmanager
    def behind(self, code: Code) -> Iterator[int]:
        yield Household.objects.count()

    def until(self, shown: int, now: datetime) -> datetime:
        return now + timedelta(hours=shown)

    def home(self, request: HttpRequest) -> HttpResponse:
        return self.page.door(request, self.inside)

    def inside(self, request: HttpRequest) -> HttpResponse:
        return self.page.view(lambda request, shown: HttpResponse(f"{shown} households"))(request)

    def leave(self, request: HttpRequest) -> HttpResponse:
        return self.page.leave()


@pytest.fixture
def stage(cast: Cast, settings: Any) -> Stage:
    """The page, hung beside the site's own addresses for the time of a test."""
    made = Stage(cast)
    views = [
        path("", made.home, name="home"),
        path("in", made.inside, name="in"),
        path("leave", made.leave, name="leave"),
    ]
    whole = [*get_resolver().url_patterns, path("tried/", include((views, "tried")))]
    addresses = ModuleType("addresses")
    addresses.__dict__["urlpatterns"] = whole
    settings.ROOT_URLCONF = addresses
    return made


def test_who_has_typed_it_in_is_shown_the_page_in_the_scope_of_the_code(cast: Cast, stage: Stage) -> None:
    phone = Client()
    assert b"data-slip-code" in phone.get("/tried/").content
    opened = phone.post("/tried/", {"code": "abc"})
    assert (opened.status_code, opened["Location"]) == (302, "/tried/")
    with cast.scope():
        known = Household.objects.count()
    morsel = opened.cookies["linli_tried"]
    assert (morsel["path"], round(morsel["max-age"] / 3600)) == ("/tried/", known)
    page = phone.get("/tried/")
    assert (page.content.decode(), page["Cache-Control"]) == (f"{known} households", "no-store")
    stage.rows.clear()
    assert b"data-slip-code" in phone.get("/tried/").content, "it ends with the code, whatever the cookie says"


def test_without_a_live_code_a_view_asks_for_one(stage: Stage) -> None:
    refused = Client().get("/tried/in")
    assert (refused.status_code, b"data-slip-code" in refused.content) == (403, True)


def test_five_wrong_ones_and_the_address_pauses(stage: Stage) -> None:
    phone = Client()
    for _ in range(PAIR.failures):
        answer = phone.post("/tried/", {"code": "xyz"})
        assert (answer.status_code, b"Wrong." in answer.content) == (422, True)
    assert phone.post("/tried/", {"code": "abc"}).status_code == 429


def test_leaving_closes_it_in_this_browser(stage: Stage) -> None:
    phone = Client()
    phone.post("/tried/", {"code": "abc"})
    assert phone.get("/tried/in").status_code == 200
    phone.post("/tried/leave")
    assert phone.get("/tried/in").status_code == 403
