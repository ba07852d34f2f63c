"""The gates' pages: each answers its question, costs few statements, and shows a stranger nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.gates.actions.devices import cut_off
from linli.gates.actions.settle import ask_review
from linli.gates.models import Annulment, Check, Device, EnrolmentToken, GateException, Permit, Review
from linli.gates.queries import board
from linli.gates.testing import Issued, Phone, check
from linli.ground.testing import Cast, client_as
from linli.kernel import permit_number
from linli.kernel.ids import uuid7
from linli.operations.models import Operation

HELD = {"outcome": "held", "reason": "fever_home"}
REFUSED = {"outcome": "refused", "reason": "class_not_allowed"}


@pytest.fixture
def day(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    """An hour at the gate: in, out, a fever, a refusal, an emergency."""
    phone.send(
        check(issued),
        check(issued, direction="out", decision={"outcome": "admitted", "reason": "leaving"}),
        check(issued, temperature=381, decision=HELD),
        check(klass="courier", way="visitor", decision=REFUSED),
        check(klass="emergency", way="emergency", decision={"outcome": "admitted", "reason": "emergency"}),
    )


def get(cast: Cast, capacity: str, path: str, status: int = 200) -> str:
    """A page as somebody sees it, in English."""
    client = client_as(cast.users[capacity])
    client.cookies["linli_language"] = "en"
    response = client.get(path)
    assert response.status_code == status, response.status_code
    return response.content.decode()


def post(cast: Cast, capacity: str, path: str, data: dict[str, Any] | None = None) -> Any:
    """A form as somebody sends it."""
    client = client_as(cast.users[capacity])
    client.cookies["linli_language"] = "en"
    return client.post(path, data or {}, follow=True)


def test_the_board_answers(cast: Cast, day: None) -> None:
    text = get(cast, "secretary", "/gates/")
    assert "3 passages, and one thing to look at" in text
    assert "东门" in text
    assert "西门" in text


def test_the_board_counts(cast: Cast, day: None) -> None:
    with cast.scope():
        found = board(cast.neighbourhood, timezone.now())
    east, west = found.lines
    assert (east.day_in, east.day_out, east.held, east.refused, east.exceptions, east.phones) == (2, 1, 1, 1, 1, 1)
    assert (west.day_in, west.exceptions, west.phones) == (0, 0, 0)
    assert (found.listed, found.inside) == (12, 12)
    assert sum(number for _, number in found.hours) == 3


def test_the_board_of_counts_without_an_operation(cast: Cast, phone: Phone) -> None:
    phone.send(check(rules="quiet@1"), check(rules="quiet@1", klass="visitor"))
    with cast.scope():
        found = board(cast.neighbourhood, timezone.now())
    assert (found.lines[0].day_in, found.outsiders, found.inside) == (2, 1, 14)
    assert "record nothing" in get(cast, "secretary", "/gates/")


def test_a_neighbourhood_without_gates(cast: Cast) -> None:
    type(cast.gates[0]).objects.filter(pk__in=[g.pk for g in cast.gates]).update(until=timezone.localdate())
    assert "There is no gate yet" in get(cast, "secretary", "/gates/")


def test_one_gate_and_its_passages(cast: Cast, day: None) -> None:
    path = f"/gates/{cast.gates[0].pk}/"
    text = get(cast, "secretary", path)
    assert "东门: 2 in, 1 out, 1 not let in" in text
    assert "林**" in text
    assert "林知夏" not in text
    assert "38.1" in text
    assert "All in order" not in text
    assert "All in order" in get(cast, "secretary", path + "?show=all")
    client = client_as(cast.users["secretary"])
    assert client.get(path + "?as=xlsx")["Content-Type"].startswith("application/vnd.openxmlformats")
    assert client.get(path + "?as=print").status_code == 200
    assert client.get(path + f"?day={timezone.localdate() - timedelta(days=1):%F}").status_code == 200
    get(cast, "secretary", f"/gates/{cast.building.pk}/", 404)


def test_a_passage_and_its_slip(cast: Cast, day: None) -> None:
    with cast.scope():
        held = Check.objects.get(outcome="held")
        number = permit_number.shown(Permit.objects.get(pk=held.permit).number)
    text = get(cast, "secretary", f"/gates/checks/{held.pk}/")
    assert "accompanied home" in text
    assert "10 February 2020" in text, "the rules by their title"
    assert held.rules not in text
    assert number in text, "the number as it is printed"
    slip = get(cast, "guard", f"/gates/checks/{held.pk}/slip/")
    assert "门岗单" in slip
    assert "申请复核" in slip
    assert "ask the office or the gate for a review" in slip
    assert "林" not in slip
    get(cast, "secretary", f"/gates/checks/{uuid7()}/", 404)


def test_annul_from_the_page(cast: Cast, day: None) -> None:
    with cast.scope():
        out = Check.objects.get(direction="out")
    assert post(cast, "secretary", f"/gates/checks/{out.pk}/annul", {"reason": "mood"}).status_code == 200
    post(cast, "secretary", f"/gates/checks/{out.pk}/annul", {"reason": "test", "text": "试机"})
    with cast.scope():
        assert Annulment.objects.get().check_id == out.pk
        assert board(cast.neighbourhood, timezone.now()).lines[0].day_out == 0


def test_settle_in_one_tap(cast: Cast, day: None) -> None:
    assert "One exception waits for somebody" in get(cast, "secretary", "/gates/exceptions/")
    with cast.scope():
        row = GateException.objects.get()
    assert post(cast, "gate_captain", f"/gates/exceptions/{row.pk}/settle").status_code == 403
    post(cast, "secretary", f"/gates/exceptions/{row.pk}/settle", {"text": "已送医", "next": "/gates/exceptions/"})
    assert "Nothing waits" in get(cast, "secretary", "/gates/exceptions/")
    assert "已送医" in get(cast, "secretary", "/gates/exceptions/?state=settled&kind=fever")


def test_take_in_what_a_cut_off_phone_sent(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    cut_off(by=cast.users["secretary"], device=Device.objects.get())
    phone.send(check(issued), check(issued))
    with cast.scope():
        row = GateException.objects.get()
    assert "Take the records in" in get(cast, "secretary", "/gates/exceptions/")
    response = post(cast, "secretary", f"/gates/exceptions/{row.pk}/settle", {"take": "1"})
    assert "2 records taken in" in response.content.decode()
    with cast.scope():
        assert Check.objects.count() == 2
        assert GateException.objects.get(kind="late_upload").settled_at is not None


def test_reviews_from_slip_to_answer(cast: Cast, day: None) -> None:
    with cast.scope():
        refused = Check.objects.get(outcome="refused")
    post(cast, "guard", f"/gates/checks/{refused.pk}/review", {"text": "快递已约好"})
    assert "One person waits for an answer" in get(cast, "secretary", "/gates/reviews/")
    with cast.scope():
        review = Review.objects.get()
    post(cast, "secretary", f"/gates/reviews/{review.pk}/answer", {"answer": "stands", "text": ""})
    post(cast, "secretary", f"/gates/reviews/{review.pk}/answer", {"answer": "stands", "text": "请放门口货架"})
    text = get(cast, "secretary", "/gates/reviews/")
    assert "Nobody waits for an answer" in text
    assert "请放门口货架" in text


def test_enrol_by_a_code_shown_once(cast: Cast) -> None:
    until = f"{timezone.localtime(timezone.now() + timedelta(hours=8)):%H:%M}"
    page = get(cast, "secretary", "/gates/devices/")
    assert "No phone is on shift" in page
    response = post(cast, "secretary", "/gates/devices/", {"gate": cast.gates[0].pk, "until": until, "name": "东门1号"})
    text = response.content.decode()
    assert "data:image/svg+xml" in text
    assert response["Cache-Control"] == "no-store"
    row = EnrolmentToken.objects.get()
    assert (row.gate, row.name) == (cast.gates[0], "东门1号")
    assert str(row.digest) not in text


@pytest.mark.parametrize("until", ["", "25:99", "soon"])
def test_a_shift_needs_an_end(cast: Cast, phone: Phone, until: str) -> None:
    assert post(cast, "secretary", "/gates/devices/", {"gate": cast.gates[0].pk, "until": until}).status_code == 200
    assert post(cast, "secretary", f"/gates/devices/{phone.device}/shift", {"until": until}).status_code == 200
    assert EnrolmentToken.objects.count() == 1


def test_phones_are_changed_and_cut_off(cast: Cast, phone: Phone) -> None:
    until = timezone.localtime(timezone.now() + timedelta(hours=2)).replace(second=0, microsecond=0)
    post(cast, "gate_captain", f"/gates/devices/{phone.device}/shift", {"until": f"{until:%H:%M}"})
    assert timezone.localtime(Device.objects.get().shift_end) == until
    assert "One phone is on shift" in get(cast, "gate_captain", "/gates/devices/")
    post(cast, "gate_captain", f"/gates/devices/{phone.device}/cut-off")
    assert Device.objects.get().cut_off_at is not None
    assert "cut off" in get(cast, "gate_captain", "/gates/devices/")


def test_simulate_records_nothing(cast: Cast, strict: Operation) -> None:
    query = (
        "rules=shanghai-2020-02-10&klass=resident&direction=in&card=valid&resident=on&temperature=38.1&consent=unasked"
    )
    assert "accompanied home" in get(cast, "guard", f"/gates/simulate/?{query}&q_symptoms=no&q_contact=no")
    assert "What would happen if" in get(cast, "guard", "/gates/simulate/")
    with cast.scope():
        assert not Check.objects.exists()


def form_of(cast: Cast, **changes: Any) -> dict[str, Any]:
    """The plain form as a guard fills it in for the first person."""
    whole = {
        "id": str(uuid7()), "q": "林知夏", "direction": "in", "klass": "resident", "person": str(cast.people[0].pk),
        "code": "", "q_symptoms": "no", "q_contact": "no", "temperature": "36.5", "consent": "unasked",
    }  # fmt: skip
    return whole | changes


def test_the_plain_form(cast: Cast, strict: Operation, issued: Issued) -> None:
    path = f"/gates/{cast.gates[0].pk}/form/"
    assert "One person found" in get(cast, "guard", path + "?q=林知夏")
    assert "Nobody found" in get(cast, "guard", path + "?q=无名氏")
    one = form_of(cast)
    for expected in ("recorded", "nothing was stored twice"):
        assert expected in post(cast, "guard", path, one).content.decode()
    assert "accompanied home" in post(cast, "guard", path, form_of(cast, temperature="38.1")).content.decode()
    by_card = form_of(cast, q=issued.code, code=issued.code)
    del by_card["person"]
    post(cast, "guard", path, by_card)
    with cast.scope():
        assert sorted(Check.objects.values_list("way", "outcome")) == [
            ("card", "admitted"),
            ("search", "admitted"),
            ("search", "held"),
        ]
        assert not Check.objects.filter(overridden=True).exists()
    assert post(cast, "guard", path, form_of(cast, klass="tourist")).status_code == 422


def test_the_plain_form_counts_without_an_operation(cast: Cast) -> None:
    path = f"/gates/{cast.gates[0].pk}/form/"
    assert "Decide and count" in get(cast, "guard", path)
    text = post(cast, "guard", path, form_of(cast)).content.decode()
    assert "counted, nothing recorded" in text
    with cast.scope():
        assert not Check.objects.exists()


def test_a_guard_works_at_his_own_gate(cast: Cast) -> None:
    assert client_as(cast.users["guard"]).get("/gates/work/").url == f"/gates/{cast.gates[0].pk}/form/"
    get(cast, "guard", f"/gates/{cast.gates[1].pk}/form/", 403)
    assert "At which gate" in get(cast, "secretary", "/gates/work/")


PAGES = ["", "exceptions/", "reviews/", "devices/", "simulate/", "work/"]


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_sees_nothing(cast: Cast, page: str) -> None:
    get(cast, "stranger", f"/gates/{page}", 404)
    get(cast, "officer", f"/gates/{page}", 403)


BUDGETS = {"": 22, "{gate}/": 24, "{gate}/?show=all": 24, "exceptions/": 20, "reviews/": 18, "devices/": 18,
           "{gate}/form/?q=林知夏": 22, "simulate/": 16}  # fmt: skip


@pytest.mark.parametrize(("page", "most"), BUDGETS.items())
def test_statements_of_the_pages(cast: Cast, day: None, page: str, most: int) -> None:
    with cast.scope():
        ask_review(by=cast.users["guard"], check=Check.objects.get(outcome="refused"))
    client = client_as(cast.users["secretary"])
    with CaptureQueriesContext(connection) as asked:
        response = client.get("/gates/" + page.format(gate=cast.gates[0].pk))
    assert response.status_code == 200
    assert len(asked) <= most, "\n".join(q["sql"][:160] for q in asked.captured_queries)
