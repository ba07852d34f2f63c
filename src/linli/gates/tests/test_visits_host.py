"""A household's own page: the code of a slip opens it, for that home alone, until it ends; nobody's name is in an address or a log."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.accounts.lockout import PAIR
from linli.gates.models import HostCode, Visit
from linli.gates.testing import Phone, open_strict
from linli.gates.visits.actions.host_codes import make_host_codes
from linli.gates.visits.testing import VISITORS, announced, arrival
from linli.ground.testing import Cast
from linli.journal.models import Entry
from linli.operations.models import Operation


@pytest.fixture
def open_gates(cast: Cast) -> Operation:
    """An operation under which visitors come in with consent."""
    return open_strict(cast.neighbourhood, VISITORS)


@pytest.fixture
def codes(cast: Cast, open_gates: Operation) -> list[str]:
    """The codes of the first two homes."""
    with cast.scope():
        made = make_host_codes(by=cast.users["clerk"], neighbourhood=cast.neighbourhood, homes=cast.dwellings[:2])
    return [slip.code for slip in made]


def browser(code: str = "") -> Client:
    """A phone's browser, with a code typed in."""
    client = Client()
    client.cookies["linli_language"] = "en"
    if code:
        assert client.post("/host/", {"code": code}).status_code == 302
    return client


@pytest.fixture
def host(codes: list[str]) -> Client:
    """The first household's phone."""
    return browser(codes[0])


def said(cast: Cast, **changes: Any) -> dict[str, Any]:
    """What a household types in."""
    day = f"{timezone.localdate() + timedelta(days=1):%F}"
    whole = {
        "klass": "visitor", "name": "苏小北", "party": "1", "purpose": "family", "day": day, "start": "09:00", "end": "12:30",
        "gate": cast.gates[1].pk, "plate": "",
    }  # fmt: skip
    return {**whole, **changes}


def test_without_a_code_the_page_asks_for_it_and_shows_nothing(cast: Cast, codes: list[str]) -> None:
    with cast.scope():
        visit = announced(cast)
    stranger = browser()
    page = stranger.get("/host/")
    assert page.status_code == 200
    assert "Who is coming to your home?" in page.content.decode()
    for path in ("/host/new/", f"/host/visits/{visit.pk}/", f"/host/visits/{visit.pk}/code.png"):
        answer = stranger.get(path)
        assert answer.status_code == 403
        assert b"Who is coming to your home?" in answer.content
    assert stranger.post(f"/host/visits/{visit.pk}/back").status_code == 403
    assert stranger.post("/host/new/", said(cast)).status_code == 403
    stranger.cookies["linli_host"] = "forged"
    assert stranger.get("/host/new/").status_code == 403


def test_five_wrong_codes_and_it_pauses(cast: Cast, codes: list[str]) -> None:
    client = browser()
    for _ in range(PAIR.failures):
        answer = client.post("/host/", {"code": "2222-2222"})
        assert answer.status_code == 422
        assert b"This code is wrong or holds no longer" in answer.content
    paused = client.post("/host/", {"code": codes[0]})
    assert paused.status_code == 429
    assert int(paused["Retry-After"]) > 60
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert elsewhere.post("/host/", {"code": codes[0]}).status_code == 302, "only the address is paused, never the code"


def test_announce_send_on_take_back(cast: Cast, host: Client) -> None:
    assert "Nobody is expected" in host.get("/host/").content.decode()
    form = host.get("/host/new/").content.decode()
    assert "What is kept about a visit, and for how long" in form
    assert "articles 17 and 44 to 47" in form
    made = host.post("/host/new/", said(cast))
    with cast.scope():
        visit = Visit.objects.get()
    assert (visit.host_id, visit.consent_by, visit.by_user, visit.gate_id) == (
        cast.dwellings[0].pk, "host_page", None, cast.gates[1].pk,
    )  # fmt: skip
    assert made["Location"] == f"/host/visits/{visit.pk}/"
    page = host.get(made["Location"])
    assert page["Cache-Control"] == "no-store"
    assert "data:image/svg+xml" in page.content.decode()
    assert "style=" not in page.content.decode()
    picture = host.get(f"{made['Location']}code.png")
    assert picture["Content-Type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    assert "苏小北" not in picture["Content-Disposition"]
    assert "One visit is expected" in host.get("/host/").content.decode()
    assert host.post(f"/host/visits/{visit.pk}/back").status_code == 302
    assert "Nobody is expected" in host.get("/host/").content.decode()
    assert host.get(f"/host/visits/{visit.pk}/code.png").status_code == 404
    assert list(
        Entry.objects.filter(act__startswith="gates.visit").order_by("heard_at").values_list("act", "by_user")
    ) == [
        ("gates.visit_registered", None),
        ("gates.visit_withdrawn", None),
    ]


def test_who_came_in_is_shown_and_not_taken_back(cast: Cast, host: Client) -> None:
    phone = Phone()
    phone.enrol(cast.users["secretary"], cast.gates[0])
    with cast.scope():
        visit = announced(cast)
    phone.send(arrival(visit))
    page = host.get(f"/host/visits/{visit.pk}/").content.decode()
    assert "inside" in page
    assert "data:image" not in page
    host.post(f"/host/visits/{visit.pk}/back")
    with cast.scope():
        assert Visit.objects.get().annulled_at is None


def test_a_refusal_stands_beside_its_field(cast: Cast, host: Client) -> None:
    wrong = host.post("/host/new/", said(cast, start="14:00", end="13:00"))
    assert wrong.status_code == 422
    assert "A visit ends after it begins" in wrong.content.decode()
    assert 'value="苏小北"' in wrong.content.decode()
    work = host.post("/host/new/", said(cast, klass="worker", purpose="decoration"))
    assert "This work is filed first" in work.content.decode()


def test_another_home_is_not_there(cast: Cast, host: Client, codes: list[str]) -> None:
    with cast.scope():
        visit = announced(cast, home=1)
    assert host.get(f"/host/visits/{visit.pk}/").status_code == 404
    assert host.get(f"/host/visits/{visit.pk}/code.png").status_code == 404
    assert host.post(f"/host/visits/{visit.pk}/back").status_code == 404
    assert "苏小北" not in host.get("/host/").content.decode()
    assert browser(codes[1]).get(f"/host/visits/{visit.pk}/").status_code == 200
    with cast.scope():
        assert Visit.objects.get().annulled_at is None


@pytest.mark.parametrize("end", ["withdrawn", "a newer slip", "the operation"])
def test_it_ends_on_every_phone_at_once(cast: Cast, host: Client, end: str) -> None:
    now = timezone.now()
    if end == "withdrawn":
        HostCode.objects.update(revoked_at=now)
    elif end == "a newer slip":
        with cast.scope():
            make_host_codes(by=cast.users["clerk"], neighbourhood=cast.neighbourhood, homes=cast.dwellings[:1])
    else:
        Operation.objects.update(ended_at=now)
    assert host.get("/host/new/").status_code == 403
    assert "Who is coming to your home?" in host.get("/host/").content.decode()


def test_leaving_closes_it_in_this_browser(host: Client) -> None:
    assert host.get("/host/new/").status_code == 200
    assert host.post("/host/leave").status_code == 302
    assert host.get("/host/new/").status_code == 403


def test_the_cookie_goes_nowhere_else_and_opens_nothing_else(cast: Cast, codes: list[str]) -> None:
    answer = browser().post("/host/", {"code": codes[0]})
    morsel = answer.cookies["linli_host"]
    assert (morsel["path"], bool(morsel["httponly"]), morsel["samesite"]) == ("/host/", True, "Lax")
    assert codes[0] not in morsel.value
    left = Operation.objects.get().ends_at - timezone.now()
    assert abs(morsel["max-age"] - left.total_seconds()) < 60, "the browser forgets it with the operation"
    client = browser(codes[0])
    assert client.get("/gates/visits/").status_code == 302
    assert client.get("/").status_code == 302


def test_posts_need_the_token(cast: Cast, codes: list[str]) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/host/", {"code": codes[0]}).status_code == 403
    client.cookies = browser(codes[0]).cookies
    assert client.post("/host/new/", said(cast)).status_code == 403
    with cast.scope():
        assert not Visit.objects.exists()


def test_no_name_in_addresses_journal_and_logs(cast: Cast, host: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    made = host.post("/host/new/", said(cast, plate="沪A12345"))
    host.get(made["Location"])
    host.get("/host/")
    # what a test's debug log says of the database is no log of ours
    lines = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    journal = str(list(Entry.objects.values("data", "subject")))
    assert not re.search("苏小北|A12345", "\n".join([*lines, made["Location"], journal]))


def test_few_statements(cast: Cast, host: Client) -> None:
    with cast.scope():
        for _ in range(12):
            announced(cast)
    with CaptureQueriesContext(connection) as asked:
        host.get("/host/")
    assert len(asked) <= 8
