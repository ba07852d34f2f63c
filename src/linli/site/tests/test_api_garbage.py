"""What cannot be read or kept is said to be so; it never ends in an error of ours."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from linli.ground.rest.access import PREFIX
from linli.ground.testing import Cast
from linli.kernel.ids import uuid7
from linli.site.limits import STRANGER
from linli.site.tests.api_client import problem, token_of

pytestmark = pytest.mark.django_db
GOOD = {"id": str(uuid7()), "state": "let", "happened_at": "2026-02-10T12:00:00+08:00"}


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe{}",
        b"\x80\x81",
        b'{"id": NaN}',
        b"[" * 60_000,
        b'{"a":' * 9000 + b"1" + b"}" * 9000,
        b"[" * 30 + b"]" * 30,
        b"1" * 5000,
    ],
    ids=["cut", "utf-16", "no utf-8", "NaN", "deep list", "deep object", "thirty", "huge number"],
)
def test_what_is_no_json_is_unreadable(cast: Cast, body: bytes) -> None:
    answer = token_of(cast).send("POST", f"dwellings/{cast.dwellings[0].pk}/states", body)
    problem(answer, 400, "not_readable")


@pytest.mark.parametrize("body", [b"[]", b"1", b'"x"', b"null", b"{}"])
def test_json_that_is_no_finding_is_invalid(cast: Cast, body: bytes) -> None:
    answer = token_of(cast).send("POST", f"dwellings/{cast.dwellings[0].pk}/states", body)
    assert problem(answer, 422, "invalid")["errors"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_another_kind_of_content_is_named(cast: Cast, kind: str) -> None:
    api = token_of(cast)
    answer = api.send("POST", f"dwellings/{cast.dwellings[0].pk}/states", b"x=1", Content_Type=kind)
    problem(answer, 415, "content_type")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("state", "a\x00b"),
        ("state", "\ud800"),
        ("state", "x" * 300),
        ("state", 5),
        ("happened_at", "0001-01-01T00:00:00+08:00"),
        ("happened_at", "9999-12-31T23:59:59-12:00"),
        ("happened_at", 10**30),
        ("id", 7),
        ("note", "no such field"),
    ],
)
def test_a_value_that_cannot_be_kept_is_named_with_its_field(cast: Cast, field: str, value: Any) -> None:
    body = json.dumps({**GOOD, field: value}).encode()
    answer = token_of(cast).send("POST", f"dwellings/{cast.dwellings[0].pk}/states", body)
    assert f"body.{field}" in {one["field"] for one in problem(answer, 422, "invalid")["errors"]}


@pytest.mark.parametrize(
    "path",
    [
        "places?name=%00",
        "places?code=%FF%FE%00",
        "places?parent=99999999999999999999",
        "places?parent=-1",
        "places?cursor=99999999999999999999",
        "places?limit=0",
        "places?limit=201",
        "dwellings?state=nice",
        "persons?q=%00",
        "persons?cursor=zz",
        "responsibilities?on=9999-12-31",
        "responsibilities?on=%C2%B2",
        "gates/hours?since=2026-01-01T00:00:00Z&until=2025-01-01T00:00:00Z",
        "gates/hours?since=0001-01-01T00:00:00Z",
        "gates/hours?since=2020-01-01T00:00:00Z&until=2026-01-01T00:00:00Z",
        "gates/exceptions?settled=perhaps",
    ],
)
def test_a_parameter_that_does_not_fit_is_named(cast: Cast, path: str) -> None:
    found = problem(token_of(cast).send("GET", path), 422, "invalid")
    assert found["errors"][0]["field"].startswith("query.")
    assert found["errors"][0]["message"]


@pytest.mark.parametrize(
    "path",
    [
        "nothing",
        "places/abc",
        "places/99999999999999999999",
        "places/²",
        "persons/7",
        "households/x/y",
        "places/",
        "%00",
    ],
)
def test_an_address_that_is_none_is_a_problem_too(cast: Cast, path: str) -> None:
    answer = token_of(cast).send("GET", path)
    assert answer.status_code in (404, 422)
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("text", ["x", "%", "_", "'; --", "[", "(", "\\", "𠮷", "²", "٣٤٥", "😀", "ü" * 50, "7-" * 60])
def test_a_search_for_anything_ends_well(cast: Cast, text: str) -> None:
    answer = Client().get(f"{PREFIX}persons", {"q": text}, headers={"Authorization": f"Bearer {token_of(cast).text}"})
    assert answer.status_code == 200


def test_a_method_that_is_not_there(cast: Cast) -> None:
    answer = token_of(cast).send("DELETE", "places")
    problem(answer, 405, "method")
    assert "GET" in answer.headers["Allow"]


def test_a_body_is_bounded_before_it_is_read(cast: Cast) -> None:
    large = b" " * (STRANGER + 1)
    problem(token_of(cast).send("POST", f"dwellings/{cast.dwellings[0].pk}/states", large), 413, "not_readable")
    assert Client().post(f"{PREFIX}imports", large, content_type="application/json").status_code == 413


def test_lists_are_paged_to_their_end(cast: Cast) -> None:
    api = token_of(cast)
    for path in ("places", "dwellings", "households", "persons"):
        whole = [one["id"] for one in api.get(f"{path}?limit=200")["items"]]
        found, cursor = [], ""
        while cursor is not None:
            page = api.get(f"{path}?limit=3{cursor and '&cursor='}{cursor}")
            found += [one["id"] for one in page["items"]]
            cursor = page["next"]
        assert found == whole
        assert len(whole) >= 8
