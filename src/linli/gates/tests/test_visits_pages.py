"""访客: who is expected, found, announced, taken back, printed; the households' codes."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.accounts.models import User
from linli.gates.models import Check, HostCode, Visit
from linli.gates.testing import Phone, open_strict
from linli.gates.visits.queries import of_day, with_uses
from linli.gates.visits.testing import VISITORS, announced, arrival
from linli.ground.actions.mandates import give_mandate
from linli.ground.testing import PASSWORD, Cast, client_as, make_cast
from linli.kernel import permit_number
from linli.operations.models import Operation


@pytest.fixture
def open_gates(cast: Cast) -> Operation:
    """An operation under which visitors come in with consent."""
    return open_strict(cast.neighbourhood, VISITORS)


@pytest.fixture
def office(cast: Cast) -> Client:
    """The clerk's browser, in English."""
    client = client_as(cast.users["clerk"])
    client.cookies["linli_language"] = "en"
    return client


def text(client: Client, path: str) -> str:
    """A page's text without its tags."""
    response = client.get(path)
    assert response.status_code == 200, path
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def said(cast: Cast, **changes: Any) -> dict[str, Any]:
    """What the office types in."""
    today = f"{timezone.localdate():%F}"
    whole = {
        "klass": "visitor", "consent": "phone", "name": "苏小北", "party": "2", "purpose": "family", "day": today,
        "start": "00:00", "end": "24:00", "entries": "once", "gate": cast.gates[0].pk, "plate": "沪A12345", "last_day": "",
    }  # fmt: skip
    tomorrow = f"{timezone.localdate() + timedelta(days=1):%F}"
    return {**whole, "day": tomorrow, **changes}


def test_empty_says_what_to_do(cast: Cast, office: Client) -> None:
    assert "No operation is open" in text(office, "/gates/visits/")
    assert "Nothing to announce now" in text(office, "/gates/visits/new/")
    assert "Households need no code now" in text(office, "/gates/visits/codes/")
    open_strict(cast.neighbourhood, VISITORS)
    page = text(office, "/gates/visits/")
    assert "No visit has been announced yet" in page
    assert "Print the households' slips" in page.replace("&#x27;", "'")


def test_announce_look_print_take_back(cast: Cast, office: Client, open_gates: Operation) -> None:
    hits = office.get("/gates/visits/new/", {"q": "7-101"}).content.decode()
    assert f"/gates/visits/new/?place={cast.dwellings[2].pk}" in hits
    path = f"/gates/visits/new/?place={cast.dwellings[2].pk}"
    assert "Who comes to 泉口花苑 7号 101室?" in text(office, path)
    made = office.post(path, said(cast))
    assert made.status_code == 302
    with cast.scope():
        visit = Visit.objects.get()
    assert (visit.party, visit.consent_by, visit.by_user) == (2, "phone", cast.users["clerk"].pk)
    assert visit.until - visit.since == timedelta(days=1)
    page = text(office, made["Location"])
    for one in (permit_number.shown(visit.number), "苏小北", "沪A12345", "the household agreed by phone", "expected"):
        assert one in page
    slip = office.get(f"/gates/visits/{visit.pk}/slip/")
    assert slip["Cache-Control"] == "no-store"
    assert "data:image/svg+xml" in slip.content.decode()
    assert "苏小北" not in slip.content.decode()
    assert office.post(f"/gates/visits/{visit.pk}/withdraw").status_code == 302
    assert "taken back" in text(office, f"/gates/visits/{visit.pk}/")
    assert office.get(f"/gates/visits/{visit.pk}/slip/").status_code == 404


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"start": "14:00", "end": "13:00"}, "A visit ends after it begins"),
        ({"klass": "worker", "purpose": "decoration"}, "This work is filed first"),
        ({"consent": "filed"}, "Work is filed with the committee"),
        ({"party": "0"}, "greater than or equal to 1"),
        ({"gate": "0"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_stands_beside_it_and_nothing_is_lost(
    cast: Cast, office: Client, open_gates: Operation, changes: dict[str, Any], sentence: str
) -> None:
    response = office.post(f"/gates/visits/new/?place={cast.dwellings[0].pk}", said(cast, **changes))
    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert 'value="苏小北"' in page


def test_filed_work_waits_for_its_promise(cast: Cast, office: Client, open_gates: Operation) -> None:
    last = f"{timezone.localdate() + timedelta(days=6):%F}"
    path = f"/gates/visits/new/?place={cast.dwellings[0].pk}"
    work = said(
        cast,
        klass="worker",
        purpose="decoration",
        consent="filed",
        entries="many",
        last_day=last,
        start="08:00",
        end="18:00",
    )
    assert office.post(path, work).status_code == 302
    with cast.scope():
        visit = Visit.objects.get()
    assert f"{timezone.localtime(visit.until):%F %H:%M}" == f"{last} 18:00"
    assert "the promise is missing" in text(office, "/gates/visits/?state=promise&day=" + said(cast)["day"])
    assert office.get(f"/gates/visits/{visit.pk}/slip/").status_code == 404
    assert office.post(f"/gates/visits/{visit.pk}/promise").status_code == 302
    assert office.get(f"/gates/visits/{visit.pk}/slip/").status_code == 200


def test_the_list_by_state_gate_and_search(cast: Cast, office: Client, open_gates: Operation) -> None:
    phone = Phone()
    phone.enrol(cast.users["secretary"], cast.gates[0])
    with cast.scope():
        came, left, waits, other = (
            announced(cast),
            announced(cast, home=1),
            announced(cast, home=2),
            announced(cast, gate=1, home=3),
        )
    phone.send(arrival(came), arrival(left))
    out = {
        "direction": "out",
        "decision": {"outcome": "admitted", "reason": "leaving"},
        "answers": None,
        "temperature": None,
    }
    phone.send(arrival(left, happened_at=(timezone.now() + timedelta(seconds=2)).isoformat(), **out))

    def listed(query: str) -> set[str]:
        return set(re.findall(r"\b\w{3}-\w{3}-\w\b", text(office, f"/gates/visits/?{query}")))

    number = {
        name: permit_number.shown(one.number)
        for name, one in (("came", came), ("left", left), ("waits", waits), ("other", other))
    }
    assert listed("") == set(number.values())
    assert listed("state=in") == {number["came"]}
    assert listed("state=used") == {number["left"]}
    assert listed("state=expected") == {number["waits"], number["other"]}
    assert listed("state=not_come") == set()
    assert listed(f"gate={cast.gates[1].pk}") == {number["other"]}
    assert listed("q=7-101") == {number["waits"]}
    assert listed(f"q={number['came'].lower()}") == {number["came"]}
    assert listed("day=" + f"{timezone.localdate() - timedelta(days=3):%F}") == set()
    assert "苏小北" not in office.get("/gates/visits/").content.decode(), "the list names nobody"
    assert office.get("/gates/visits/?as=xlsx").status_code == 200
    for day in ("2026-13-45", "0001-01-01", "9999-12-31"):
        assert office.get(f"/gates/visits/?day={day}").status_code == 404


def test_few_statements_however_many_visits(cast: Cast, office: Client, open_gates: Operation) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert office.get("/gates/visits/").status_code == 200
        return len(asked)

    with cast.scope():
        announced(cast)
    statements()
    few = statements()
    with cast.scope():
        for n in range(30):
            announced(cast, gate=n % 2, home=n % 8)
    assert statements() <= few
    assert few <= 22


def test_households_codes_are_shown_once(cast: Cast, office: Client, open_gates: Operation) -> None:
    assert "0 of 8 households have a code" in text(office, "/gates/visits/codes/")
    response = office.post("/gates/visits/codes/", {"place": cast.building.pk})
    page = response.content.decode()
    assert response["Cache-Control"] == "no-store"
    assert len(re.findall(r"<code>[2-9A-Z]{4}-[2-9A-Z]{4}</code>", page)) == 6
    assert "7号 101室" in page
    assert "6 of 8 households have a code" in text(office, "/gates/visits/codes/")
    found = office.get("/gates/visits/codes/", {"q": "7-101"}).content.decode()
    code = HostCode.objects.get(home=cast.dwellings[2], revoked_at__isnull=True)
    assert f"/gates/visits/codes/{code.pk}/revoke" in found
    assert office.post(f"/gates/visits/codes/{code.pk}/revoke").status_code == 302
    assert "5 of 8 households have a code" in text(office, "/gates/visits/codes/")
    for wrong in ("", "x", "0", str(cast.gates[0].pk), "9" * 30):
        assert office.post("/gates/visits/codes/", {"place": wrong}).status_code == 302


def test_who_may_what(cast: Cast, open_gates: Operation) -> None:
    with cast.scope():
        visit = announced(cast)
    estate = User.objects.create_user("wuye", PASSWORD, display_name="wuye")
    give_mandate(by=None, capacity="property", place=cast.lanes, user=estate)
    paths = (
        "/gates/visits/",
        f"/gates/visits/{visit.pk}/",
        "/gates/visits/new/",
        f"/gates/visits/{visit.pk}/slip/",
        "/gates/visits/codes/",
    )
    expected = {
        "clerk": (200, 200, 200, 200, 200),
        "gate_captain": (200, 200, 200, 200, 403),
        "guard": (403, 403, 403, 403, 403),
        "building_leader": (403, 403, 403, 403, 403),
        "stranger": (404, 404, 404, 404, 404),
    }
    for name, statuses in expected.items():
        client = client_as(cast.users[name])
        assert tuple(client.get(path).status_code for path in paths) == statuses, name
    of_estate = client_as(estate)
    assert of_estate.get("/gates/visits/").status_code == 200
    assert of_estate.get(f"/gates/visits/{visit.pk}/").status_code == 404, "the gate is not in his estate"
    other = make_cast("梧桐居民区", "other-")
    elsewhere = client_as(other.users["secretary"])
    assert elsewhere.get(f"/gates/visits/{visit.pk}/").status_code == 404
    assert elsewhere.post(f"/gates/visits/{visit.pk}/withdraw").status_code == 404
    assert elsewhere.get(f"/gates/visits/new/?place={cast.dwellings[0].pk}").status_code == 404


def test_posts_need_the_token(cast: Cast, open_gates: Operation) -> None:
    with cast.scope():
        visit = announced(cast)
    client = Client(enforce_csrf_checks=True)
    client.cookies = client_as(cast.users["secretary"]).cookies
    for path in (
        f"/gates/visits/{visit.pk}/withdraw",
        "/gates/visits/codes/",
        f"/gates/visits/new/?place={cast.dwellings[0].pk}",
    ):
        assert client.post(path).status_code == 403
    with cast.scope():
        assert Visit.objects.get().annulled_at is None


def test_the_plain_form_takes_a_visitors_number(cast: Cast, open_gates: Operation) -> None:
    guard = client_as(cast.users["guard"])
    guard.cookies["linli_language"] = "en"
    with cast.scope():
        visit = announced(cast)
    path = f"/gates/{cast.gates[0].pk}/form/"
    page = guard.get(path, {"q": permit_number.shown(visit.number)})
    assert "A card was read: ask and decide" in page.content.decode()
    fields = dict(re.findall(r'name="(id|code)" value="([^"]*)"', page.content.decode()))
    answers = {"direction": "in", "klass": "resident", "consent": "unasked", "q_symptoms": "no", "temperature": "36.5"}
    done = guard.post(path, {**fields, **answers, "q": visit.number})
    assert "let through" in done.content.decode()
    with cast.scope():
        row = Check.objects.get()
        assert (row.visit, row.klass) == (visit.pk, "visitor")
    again = guard.get(path, {"q": visit.number}).content.decode()
    fields = dict(re.findall(r'name="(id|code)" value="([^"]*)"', again))
    assert (
        "This visitor&#x27;s code has been used"
        in guard.post(path, {**fields, **answers, "q": visit.number}).content.decode()
    )


def test_a_homes_page_leads_to_announcing(cast: Cast, office: Client, open_gates: Operation) -> None:
    path = f"/gates/visits/new/?place={cast.dwellings[0].pk}"
    assert path in office.get(f"/homes/{cast.dwellings[0].pk}/").content.decode()
    assert "听松别墅 1号" in text(office, path)


def test_states_are_found_by_the_visit_not_by_the_days_passages(cast: Cast, open_gates: Operation) -> None:
    with cast.scope():
        plan = with_uses(of_day(cast.neighbourhood, timezone.localdate())).explain()
    if connection.vendor == "sqlite":  # PostgreSQL plans by statistics, and an empty table has none
        assert "check_visit" in plan
        assert plan.count("neighbourhood_id=?") == 1, "the visits of a day alone are read by their neighbourhood"
    assert plan
