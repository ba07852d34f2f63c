"""A token is the hand of its maker: never more, never longer, shown once, stored hashed, revocable, journaled."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone, translation

from linli.accounts.models import ApiToken
from linli.accounts.tests.refused import refused
from linli.accounts.tokens import find_token, make_token, revoke_token
from linli.ground.actions.mandates import give_mandate
from linli.ground.actions.people import move
from linli.ground.models import Mandate
from linli.ground.rest.access import A_MINUTE, SCOPES, WRONG
from linli.ground.testing import Cast, client_as, make_cast
from linli.journal.models import Entry
from linli.site.tests.api_client import Api, problem, token_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


def test_a_token_is_made_on_a_page_shown_once_and_stored_hashed(cast: Cast) -> None:
    client = client_as(cast.users["secretary"])
    with translation.override("en"):
        sent = {"name": "物业", "purpose": "报修", "scopes": ["places.read", "totals.read"], "days": "90"}
        page = client.post("/tokens/", sent)
    token = ApiToken.objects.get()
    text = page.context["text"]
    assert text in page.content.decode()
    assert page.headers["Cache-Control"] == "no-store"
    assert text not in str(list(ApiToken.objects.values()))
    assert text not in client.get("/tokens/").content.decode()
    assert token.expires_at - token.made_at == timedelta(days=90)
    assert Entry.objects.filter(act="accounts.token_made", subject=str(token.pk)).exists()
    me = Api(text).get("me")
    assert me["scopes"] == me["holding"] == ["places.read", "totals.read"]
    assert me["neighbourhood"]["name"] == "槐安居民区"


def test_only_who_manages_tokens_makes_them_and_with_a_second_factor(cast: Cast) -> None:
    assert client_as(cast.users["clerk"]).get("/tokens/").status_code == 403
    assert client_as(cast.users["stranger"]).get("/tokens/").status_code == 404
    assert client_as(cast.users["secretary"], second_factor=False).get("/tokens/").status_code == 302


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": " "}, "accounts.token_unnamed"),
        ({"scopes": []}, "accounts.token_without_scope"),
        ({"days": 366}, "accounts.token_too_long"),
        ({"days": 0}, "accounts.token_too_long"),
    ],
)
def test_a_token_says_who_what_for_and_how_long(cast: Cast, given: dict[str, object], code: str) -> None:
    wanted = {"name": "x", "purpose": "y", "scopes": ["places.read"], "days": 1, **given}
    with refused(code):
        make_token(by=cast.users["secretary"], neighbourhood=cast.neighbourhood.pk, **wanted)  # type: ignore[arg-type]


def test_without_a_token_nothing(cast: Cast) -> None:
    answer = Api("").send("GET", "places")
    problem(answer, 401, "token_missing")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    problem(Api("linli_nothing").send("GET", "places"), 401, "token_dead")
    problem(Api("").send("GET", "places", Authorization="Basic eDp5"), 401, "token_dead")


def test_a_token_dies_with_its_end_its_revocation_its_makers_mandate_and_account(cast: Cast) -> None:
    api = token_of(cast)
    api.get("me")
    ApiToken.objects.update(expires_at=timezone.now())
    problem(api.send("GET", "me"), 401, "token_dead")
    ApiToken.objects.update(expires_at=timezone.now() + timedelta(days=1))
    Mandate.objects.filter(pk=cast.mandates["secretary"].pk).update(until=timezone.localdate())
    problem(api.send("GET", "me"), 401, "token_dead")
    Mandate.objects.filter(pk=cast.mandates["secretary"].pk).update(until=None)
    cast.users["secretary"].is_active = False
    cast.users["secretary"].save()
    problem(api.send("GET", "me"), 401, "token_dead")
    assert find_token(api.text, timezone.now()) is None
    cast.users["secretary"].is_active = True
    cast.users["secretary"].save()
    api.get("me")
    assert client_as(cast.users["secretary"]).post(f"/tokens/{api.token.pk}/revoke/").status_code == 302
    problem(api.send("GET", "me"), 401, "token_dead")
    revoke_token(by=cast.users["secretary"], token=api.token)
    assert Entry.objects.filter(act="accounts.token_revoked").count() == 1


def test_a_token_shrinks_with_its_makers_office(cast: Cast) -> None:
    api = token_of(cast)
    assert len(api.get("dwellings")["items"]) == 8
    Mandate.objects.filter(pk=cast.mandates["secretary"].pk).update(until=timezone.localdate())
    give_mandate(
        by=None,
        capacity="building_leader",
        place=cast.building,
        user=cast.users["secretary"],
        since=date(2020, 1, 1),
    )
    assert {one["address"].split()[1] for one in api.get("dwellings")["items"]} == {"7号"}
    assert {one["dwelling"] for one in api.get("households")["items"]} == {d.pk for d in cast.dwellings[2:]}
    assert len(api.get("persons")["items"]) == 8
    assert api.get("persons?q=林知夏")["items"] == []
    problem(api.send("GET", f"dwellings/{cast.dwellings[0].pk}"), 404, "not_found")
    problem(api.send("GET", f"persons/{cast.people[0].pk}"), 404, "not_found")
    with cast.scope():
        moved = next(one for one in cast.people if one.residences.get().household.dwelling == cast.dwellings[2])
        move(by=None, person=moved, presence="here", household=cast.households[0])
    assert len(api.get("persons")["items"]) == 7, "who has moved to another building is not shown any more"
    found = problem(api.send("GET", "imports"), 403, "right_missing")
    assert found["capacities"] == ["secretary", "clerk"]
    assert "secretary, clerk" in found["detail"]


def test_a_scope_that_was_not_given_is_named(cast: Cast) -> None:
    api = token_of(cast, "places.read")
    found = problem(api.send("GET", "persons"), 403, "scope_missing")
    assert "register.read" in found["detail"]
    problem(api.send("GET", "gates"), 403, "scope_missing")
    assert api.get("places")["items"]


def test_another_neighbourhood_does_not_exist(cast: Cast) -> None:
    other = make_cast("松河居民区", "b")
    api = token_of(cast)
    paths = [
        f"places/{other.building.pk}",
        f"dwellings/{other.dwellings[0].pk}",
        f"dwellings/{other.dwellings[0].pk}/responsible",
        f"households/{other.households[0].pk}",
        f"persons/{other.people[0].pk}",
        f"dwellings?under_place={other.building.pk}",
        f"households?under_place={other.building.pk}",
    ]
    for path in paths:
        problem(api.send("GET", path), 404, "not_found")
    assert len(api.get("households")["items"]) == 8


def test_names_are_masked_unless_the_token_has_them_and_reading_is_journaled(cast: Cast) -> None:
    masked = token_of(cast, "register.read").get(f"persons/{cast.people[0].pk}")
    assert (masked["name"], masked["born"]) == ("林**", None)
    whole = token_of(cast, "register.read", "names.read").get(f"persons/{cast.people[0].pk}")
    assert whole["name"] == "林知夏"
    token_of(cast, "register.read").get("persons")
    assert Entry.objects.filter(act="ground.read_by_token", subject_kind="token").count() == 1
    read = Entry.objects.filter(act="ground.person_read_by_token")
    assert read.count() == 2
    assert {entry.subject_kind for entry in read} == {"person"}


def test_the_language_is_the_callers(cast: Cast) -> None:
    api = token_of(cast, "places.read")
    api.language = "zh-CN,zh;q=0.9,en;q=0.8"
    found = problem(api.send("GET", "places?limit=x"), 422, "invalid")
    assert found["errors"] == [{"field": "query.limit", "code": "int_parsing", "message": "请填写整数。"}]
    api.language = "en-GB"
    assert api.send("GET", "places?limit=x").json()["errors"][0]["message"] == "This should be a whole number."


def test_too_many_requests_and_too_many_wrong_tokens_wait(cast: Cast) -> None:
    api = token_of(cast, "places.read")
    cache.clear()
    for minute in (timezone.now(), timezone.now() + timedelta(minutes=1)):
        cache.set(f"linli.api:{api.token.pk}:{minute:%H%M}", A_MINUTE, 120)
    answer = api.send("GET", "me")
    problem(answer, 429, "too_often")
    assert answer.headers["Retry-After"] == "60"
    for _ in range(WRONG):
        Api("linli_guess").send("GET", "me")
    problem(Api("linli_guess").send("GET", "me"), 429, "too_often")


def test_every_scope_stands_on_a_right(cast: Cast) -> None:
    me = token_of(cast).get("me")
    assert me["holding"] == list(SCOPES)
    clerk = token_of(cast, user=cast.users["clerk"]).get("me")
    assert clerk["holding"] == list(SCOPES)
    officer = token_of(cast, user=cast.users["officer"]).get("me")
    assert officer["holding"] == ["places.read", "totals.read", "operations.read"]


def test_last_use_is_shown(cast: Cast) -> None:
    api = token_of(cast)
    assert api.token.last_used_at is None
    api.get("me")
    api.token.refresh_from_db()
    assert api.token.last_used_at is not None
    assert "上次使用" in client_as(cast.users["secretary"]).get("/tokens/").content.decode()
