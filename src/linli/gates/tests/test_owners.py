"""Whose an exception or a review is when mandates end, begin, or are held by a body."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from linli.accounts.models import User
from linli.gates.actions.reown import reown, reown_everything
from linli.gates.actions.settle import ask_review, hand_on
from linli.gates.models import Check, GateException, Review
from linli.gates.queries import reviews
from linli.gates.testing import Phone, check
from linli.ground.models import Body, BodyKind, Mandate
from linli.ground.testing import PASSWORD, Cast, client_as
from linli.journal.models import Entry
from linli.kernel.ids import uuid7
from linli.operations.models import Operation
from linli.site import daily

REFUSED = {"outcome": "refused", "reason": "class_not_allowed"}


def strange() -> dict[str, Any]:
    """An admission that the server would have decided otherwise: nobody knows this resident."""
    return check(person=str(uuid7()), way="room")


def ended(cast: Cast, capacity: str) -> None:
    """The mandate of one of the cast is over from today."""
    Mandate.objects.filter(pk=cast.mandates[capacity].pk).update(until=timezone.localdate())


def owner(cast: Cast) -> int | None:
    """Whose the only exception is."""
    with cast.scope():
        found: int | None = GateException.objects.get().owner
    return found


@pytest.fixture
def manager(cast: Cast) -> User:
    """The manager of a property company that works at the first gate: the company holds the mandate, he holds his in it."""
    day = timezone.localdate() - timedelta(days=3)
    body = Body.objects.create(kind=BodyKind.objects.earliest("pk"), place=cast.neighbourhood, name="和顺物业")
    user = User.objects.create_user("manager", PASSWORD, display_name="物业经理")
    Mandate.objects.create(capacity="property", place=cast.gates[0], body=body, holder_name=body.name, since=day)
    Mandate.objects.create(capacity="property", of_body=body, user=user, holder_name="物业经理", since=day)
    return user


def test_a_body_leads_a_gate_through_its_people(cast: Cast, strict: Operation, phone: Phone, manager: User) -> None:
    phone.send(strange())
    assert owner(cast) == manager.pk
    page = client_as(manager).get("/gates/exceptions/?whose=mine")
    assert f"/gates/exceptions/{_only(cast).pk}/settle" in page.content.decode()
    with cast.scope():
        row = hand_on(by=manager, exception=_only(cast), to=cast.users["secretary"])
        hand_on(by=cast.users["secretary"], exception=row, to=manager)
    Mandate.objects.filter(user=manager).update(until=timezone.localdate())
    with cast.scope():
        assert reown(by=None, neighbourhood=cast.neighbourhood) == 1
    assert owner(cast) == cast.users["gate_captain"].pk


def _only(cast: Cast) -> GateException:
    with cast.scope():
        found: GateException = GateException.objects.select_related("gate", "neighbourhood").get()
    return found


def test_what_an_owner_left_behind_goes_to_who_leads_the_gate(cast: Cast, strict: Operation, phone: Phone) -> None:
    phone.send(strange())
    assert owner(cast) == cast.users["gate_captain"].pk
    assert reown_everything(by=None) == 0
    ended(cast, "gate_captain")
    daily.tick()
    assert owner(cast) == cast.users["secretary"].pk
    entry = Entry.objects.get(act="gates.reowned")
    assert entry.data == {"to": cast.users["secretary"].pk, "n": 1}
    ended(cast, "secretary")
    daily.tick()
    assert owner(cast) is None
    Mandate.objects.filter(pk=cast.mandates["secretary"].pk).update(until=None)
    daily.tick()
    assert owner(cast) == cast.users["secretary"].pk


def test_what_was_handed_on_to_who_may_settle_it_stays_his(cast: Cast, strict: Operation, phone: Phone) -> None:
    phone.send(strange())
    with cast.scope():
        hand_on(by=cast.users["gate_captain"], exception=_only(cast), to=cast.users["secretary"])
    assert reown_everything(by=None) == 0
    assert owner(cast) == cast.users["secretary"].pk


def test_a_review_goes_on_too_and_those_without_an_answer_come_first(
    cast: Cast, strict: Operation, phone: Phone
) -> None:
    phone.send(*[check(klass="courier", way="visitor", decision=REFUSED) for _ in range(3)])
    now = timezone.now()
    with cast.scope():
        asked = [
            ask_review(by=cast.users["clerk"], check=row) for row in Check.objects.select_related("operation", "gate")
        ]
        for n, row in enumerate(asked[:2]):
            Review.objects.filter(pk=row.pk).update(answered_at=now - timedelta(hours=2 - n))
        assert [row.pk for row in reviews(cast.neighbourhood)] == [asked[2].pk, asked[1].pk, asked[0].pk]
        Review.objects.update(owner=cast.users["stranger"].pk)
        assert reown(by=None, neighbourhood=cast.neighbourhood) == 1
        assert Review.objects.get(answered_at__isnull=True).owner == cast.users["secretary"].pk
