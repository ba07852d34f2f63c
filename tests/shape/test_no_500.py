"""No address answers a secretary's garbage with an error of ours: every address, read and posted to, with rows that exist and not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import get_resolver

from linli.care.actions.errands import ask_errand
from linli.care.actions.readings import emergency
from linli.care.change_forms import VERBS
from linli.care.tests.own_stage import quarantined
from linli.gates.models import HostCode
from linli.gates.testing import Phone, check, issue, open_strict
from linli.gates.visits.actions.host_codes import make_host_codes
from linli.gates.visits.testing import announced
from linli.ground.testing import Cast, client_as
from linli.journeys.actions.arrivals import take_notice
from linli.journeys.actions.travellers import Listed, Source, add_travellers
from linli.journeys.details import Details
from linli.register.actions.read import read_run
from linli.register.actions.start import start_import
from tests.shape.paths import CODE, nothing
from tests.support.asked import Asked
from tests.support.code import Finding
from tests.support.doors import NO_KEY, Door, doors

GARBAGE = ("²", "\x00", "99999999999999999999", "9999-12-31", "0001-01-01", "[{")
"""A digit that is no number, what PostgreSQL cannot store, more than a column holds, the last day and the first, broken JSON."""
PARTS = 8
"""The walk in as many tests, so that two workers share it."""
NAMED = (
    re.compile(r"(?:GET|POST|query|data)\.(?:get|getlist)\(\"(\w+)\""),
    re.compile(r"^ +(\w+) = forms\.", re.MULTILINE),
    re.compile(r"<(?:input|select|textarea|button)[^>]* name=\"(\w+)\""),
)

CHOSEN = {
    "care/cases/<uuid:pk>/<slug:verb>/": tuple(VERBS),
    "care/errands/<uuid:pk>/form/<slug:what>/": ("buy", "deliver", "money", "cancel"),
    "care/errands/<uuid:pk>/step/<slug:what>/": ("back", "received", "not-there", "settle", "again"),
}
"""Routes whose last word says which form is meant."""
ASKED = {
    "care/cases/<uuid:pk>/": ("supervisor", "document", "fit", "answer"),
    "care/homes/<uuid:pk>/": ("reading", "on_site", "answer", "emergency"),
    "care/readiness/": ("net",),
}
"""Pages of several forms: which of them is sent stands in ``verb``; garbage there reaches none."""


def names(source: Path) -> list[str]:
    """Every parameter that some page reads."""
    found = set()
    for path in [*source.rglob("*.py"), *source.rglob("*.html")]:
        if "tests" not in path.parts:
            text = path.read_text(encoding="utf-8")
            found |= {name for pattern in NAMED for name in pattern.findall(text)}
    return sorted(found - {"csrfmiddlewaretoken"})


@pytest.fixture
def rows(cast: Cast) -> dict[str, str]:
    """Beginning of a route → the key of a row of that room."""
    secretary, phone = cast.users["secretary"], Phone()
    operation = open_strict(cast.neighbourhood)
    device = phone.enrol(secretary, cast.gates[0])
    with cast.scope():
        issued = issue(cast.people[0], 1)
        visit = announced(cast, klass="worker", purpose="repair")
        make_host_codes(by=secretary, neighbourhood=cast.neighbourhood, homes=cast.dwellings[:1])
        code = HostCode.objects.get()
        (passage,) = phone.send(check(issued))
        file = "姓名,楼号,室号\n林知夏,7号,101室\n".encode()
        run = start_import(by=secretary, neighbourhood=cast.neighbourhood, content=file, name="住户.csv")
        read_run(by=secretary, run=run)
        case = quarantined(cast)
        emergency(by=None, case=case)
        errand = ask_errand(by=None, household=case.household, case=case, words="米")
        notice = take_notice(
            by=secretary, neighbourhood=cast.neighbourhood, via="phone", text="MU5102", received_at=case.opened_at
        )
        (traveller,) = add_travellers(
            by=secretary, notice=notice, listed=[Listed(Details(name="TRAVELLER/A"), Source(f"notice:{notice.pk}", 1))]
        )
    return {
        "care/cases/": str(case.pk),
        "care/homes/": str(case.household_id),
        "care/own/": str(case.pk),
        "care/errands/": str(errand.pk),
        "journeys/notices/": str(notice.pk),
        "journeys/": str(traveller.pk),
        "operations/": str(operation.pk),
        "gates/devices/": str(device.pk),
        "gates/visits/codes/": str(code.pk),
        "gates/visits/": str(visit.pk),
        "gates/checks/": str(passage["id"]),
        "gates/permits/cards/": str(issued.card.pk),
        "register/import/": str(run.pk),
        "homes/place/": str(cast.building.pk),
        "homes/": str(cast.dwellings[0].pk),
        "gates/permits/places/": str(cast.building.pk),
        "gates/": str(cast.gates[0].pk),
        "offices/mandate/": str(cast.mandates["clerk"].pk),
        "offices/": str(cast.users["clerk"].pk),
    }


def walk(rows: dict[str, str]) -> Iterator[Door]:
    """Every address twice: with a row that exists where the room has one, and with none."""
    patterns = get_resolver().url_patterns
    for door in doors(patterns, {"int": "0", "uuid": NO_KEY}):
        key = next((rows[start] for start in rows if door.route.startswith(start)), None)
        yield door
        if key is not None and re.search(r"<(int|uuid):pk>", door.route):
            path = "/" + re.sub(r"<(?:int|uuid):pk>", key, door.route)
            for word in CHOSEN.get(door.route, ("x",)):
                yield Door(door.route, door.name, re.sub(r"<slug:\w+>", word, path))


def send(client: Client, path: str, fields: dict[str, str], value: str | None) -> Any:
    """Post a form: in parts, as with a file, which takes ten times as long to read, or encoded, as most forms."""
    if value in (None, GARBAGE[0]):
        return client.post(path, fields)
    return client.post(path, urlencode(fields), content_type="application/x-www-form-urlencoded")


def errors(client: Client, signed_in: Any, door: Door, given: list[str], case: str, asked: Asked) -> Iterator[str]:
    """What of one address ends in an error of ours. Nothing stays of what it wrote, and of a sign-out neither: it has these cookies.

    An address that asks for nothing of what is sent (a row that does not exist, a page without fields) gets one kind of garbage.
    """
    sent = [("post", {"verb": verb, "case": case}) for verb in ASKED.get(door.route, ())]
    for method, said in (("get", {}), ("post", {}), *sent):
        asked.anything = False
        for value in (None, *GARBAGE):
            with transaction.atomic():
                client.cookies = signed_in.copy()
                fields = (dict.fromkeys(given, value) if value else {}) | said
                answer: Any = (
                    client.get(door.path, fields) if method == "get" else send(client, door.path, fields, value)
                )
                transaction.set_rollback(True)
            if answer.status_code >= 500:
                yield f"{door.name} {method.upper()} with {value!r} {said}: {answer.status_code}"
            if answer.status_code == 405:
                break  # the method is refused whatever is sent with it
            if value is not None and not asked.anything:
                break  # nor is it seen what is sent


@pytest.mark.django_db
@pytest.mark.parametrize("part", range(PARTS))
def test_no_address_breaks_on_garbage(cast: Cast, rows: dict[str, str], part: int) -> None:
    given = names(CODE)
    assert len(given) > 60
    client = client_as(cast.users["secretary"])
    client.raise_request_exception = False
    signed_in: Any = client.cookies.copy()
    walked = list(walk(rows))[part::PARTS]
    case = rows["care/cases/"]
    asked = Asked()
    with asked.listening():
        found = [
            Finding(door.path, 1, text)
            for door in walked
            for text in errors(client, signed_in, door, given, case, asked)
        ]
    nothing(found)
    client.cookies = signed_in
    assert client.get("/homes/").status_code == 200, (
        "she lost her way in, and the rest of the walk stood before closed doors"
    )


@pytest.mark.parametrize(
    ("ask", "seen"),
    [
        (lambda request: request.GET.get("q"), True),
        (lambda request: "q" in request.POST, True),
        (lambda request: bool(request.POST), True),
        (lambda request: request.GET.copy(), True),
        (lambda request: Template("{{ request.POST.q }}").render(Context({"request": request})), True),
        (lambda request: NamedForm(request.POST).is_valid(), True),
        (lambda request: request.body, True),
        (lambda request: (request.path, request.method, request.get_full_path(), request.GET, request.POST), False),
    ],
)
def test_who_looks_into_what_was_sent_is_seen(ask: Any, seen: bool) -> None:
    asked = Asked()
    with asked.listening():
        request = RequestFactory().post("/x/?q=1", {"q": "1"})
        request.user = AnonymousUser()  # who may send how much
        ask(request)
    assert asked.anything is seen


class NamedForm(forms.Form):
    """A form with one field."""

    q = forms.CharField()


def test_the_walk_knows_what_pages_ask_for() -> None:
    assert {"q", "to", "who", "capacity", "place", "gates", "as"} <= set(names(CODE))
