"""Reviews: asked at the gate, at the office by the number of the slip; answered by a person, on paper, with what follows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from linli.gates.actions.settle import (
    answer_review,
    ask_review,
    sentence_of,
)
from linli.gates.models import Check, Review
from linli.gates.testing import Issued, Phone, check, refused
from linli.ground.testing import Cast, client_as
from linli.inbox.models import RawUpload
from linli.kernel.ids import uuid7
from linli.operations.models import Operation

HELD = {"outcome": "held", "reason": "fever_home"}
REFUSED = {"outcome": "refused", "reason": "class_not_allowed"}


def page(cast: Cast, capacity: str, path: str, status: int = 200) -> str:
    client = client_as(cast.users[capacity])
    client.cookies["linli_language"] = "en"
    response = client.get(path, headers={"Accept-Language": "en"})
    assert response.status_code == status
    return response.content.decode()


def post(cast: Cast, capacity: str, path: str, data: dict[str, Any]) -> Any:
    client = client_as(cast.users[capacity])
    client.cookies["linli_language"] = "en"
    return client.post(path, data, follow=True)


def wish(first: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """What the phone queues when a person asks for a review: the row again, naming it."""
    return {**first, "id": str(uuid7()), "follows": first["id"], "review": True, **changes}


def test_a_review_asked_at_the_gate(cast: Cast, strict: Operation, phone: Phone) -> None:
    first = check(klass="courier", way="visitor", decision=REFUSED)
    asked = wish(first, note="快递已约好", happened_at=(timezone.now() - timedelta(minutes=2)).isoformat())
    results = phone.send(asked, first)  # out of order within a batch: the passage comes first all the same
    assert [one["status"] for one in results] == ["stored", "stored"]
    assert phone.send(asked)[0]["status"] == "already"
    assert phone.send(wish(first))[0]["status"] == "already"
    with cast.scope():
        row = Review.objects.get()
        assert (str(row.pk), row.device_id, row.asked_through) == (asked["id"], phone.device, None)
        assert row.asked_at.isoformat() == asked["happened_at"]
        assert row.owner == cast.users["secretary"].pk, "not the gate's own leader looks again"
        assert sentence_of(row.question) == "快递已约好"
        assert Check.objects.count() == 1
    assert "at the gate" in page(cast, "secretary", "/gates/reviews/")


def test_a_review_of_what_never_came_waits(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    first = check(klass="courier", way="visitor", decision=REFUSED)
    (unknown,) = phone.send(wish(first))
    assert (unknown["status"], unknown["problem"]) == ("waiting", "follows")
    (broken,) = phone.send(wish(first, follows="x"))
    assert broken["status"] == "waiting"
    passed = check(issued)
    phone.send(passed)
    (nothing,) = phone.send(wish(passed))
    assert (nothing["status"], nothing["problem"]) == ("already", "nothing_to_review")


def test_a_review_of_what_was_only_counted_keeps_nothing(cast: Cast, phone: Phone) -> None:
    first = check(klass="courier", way="visitor", decision=REFUSED, rules="quiet@1")
    assert [one["status"] for one in phone.send(first, wish(first))] == ["counted", "counted"]
    with cast.scope():
        assert not Review.objects.exists()
        assert not RawUpload.objects.exists()


def test_the_office_finds_a_slip_by_its_number(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    first, other = check(klass="courier", way="visitor", decision=REFUSED), check(issued)
    phone.send(first, other)
    number = first["id"][-12:].upper()
    for typed in (number, f"{number[:4]}-{number[4:8]} {number[8:].lower()}"):
        text = page(cast, "clerk", f"/gates/reviews/?number={typed}")
        assert "Write down that a review is asked for" in text
    assert "No slip with this number" in page(cast, "clerk", f"/gates/reviews/?number={other['id'][-12:]}")
    assert "No slip with this number" in page(cast, "clerk", "/gates/reviews/?number=%25")
    post(cast, "clerk", f"/gates/checks/{first['id']}/review/office", {"text": "住户说已同意"})
    with cast.scope():
        assert Review.objects.get().asked_through == cast.users["clerk"].pk
    assert "asked for already" in page(cast, "clerk", f"/gates/reviews/?number={number}")
    assert post(cast, "guard", f"/gates/checks/{first['id']}/review/office", {}).status_code == 403


def test_the_answer_says_what_follows_and_leads_there(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued
) -> None:
    phone.send(check(issued, temperature=381, decision=HELD))
    with cast.scope():
        held = Check.objects.select_related("operation", "gate").get()
        review = ask_review(by=cast.users["clerk"], check=held)
        assert review.due_at - review.asked_at == timedelta(days=1)
        with refused("gates.answer_then"):
            answer_review(by=cast.users["secretary"], review=review, answer="changed", text="复测正常", then="all")
    given = {"answer": "changed", "then": "hold_ended", "text": "复测正常，下次直接放行"}
    post(cast, "secretary", f"/gates/reviews/{review.pk}/answer", given)
    text = page(cast, "secretary", "/gates/reviews/")
    assert f"/gates/holds/?person={issued.permit.person_id}" in text
    slip = page(cast, "secretary", f"/gates/reviews/{review.pk}/slip/")
    for expected in ("复测正常，下次直接放行", "更正原决定", "The decision is corrected", str(held.pk)[-12:].upper()):
        assert expected in slip
    assert "林" not in slip
    page(cast, "stranger", f"/gates/reviews/{review.pk}/slip/", 404)
    page(cast, "secretary", f"/gates/reviews/{uuid7()}/slip/", 404)
    then = {"card_replaced": "/gates/permits/find/?q=", "register": f"/homes/people/{issued.permit.person_id}/"}
    for code, link in then.items():
        with cast.scope():
            Review.objects.update(then=code)
        assert link in page(cast, "secretary", "/gates/reviews/")


def test_only_what_is_answered_has_an_answer_to_print(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued
) -> None:
    phone.send(check(issued, temperature=381, decision=HELD))
    with cast.scope():
        review = ask_review(by=cast.users["clerk"], check=Check.objects.get())
    page(cast, "secretary", f"/gates/reviews/{review.pk}/slip/", 404)
