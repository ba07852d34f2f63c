"""A returnee whom the gate meets cannot pass unregistered (R06)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from linli.gates.testing import Phone, check, issue, open_strict
from linli.ground.actions.people import move
from linli.ground.models import Person
from linli.ground.testing import Cast
from linli.returnees.actions.cases import close, signal
from linli.returnees.details import Details, details_of
from linli.returnees.models import Case, Signal

pytestmark = pytest.mark.django_db


def world(cast: Cast) -> tuple[Phone, Any, Person]:
    """A phone at the gate, and the card of somebody who is away by the register."""
    phone = Phone()
    phone.enrol(cast.users["secretary"], cast.gates[0])
    person = cast.people[0]
    with cast.scope():
        card = issue(person, 7)
        move(by=None, person=person, presence="away")
    return phone, card, person


def test_whom_the_gate_meets_has_a_case_with_an_owner_at_once(cast: Cast) -> None:
    open_strict(cast.neighbourhood)
    phone, card, person = world(cast)
    with cast.scope():
        other = issue(cast.people[1], 8)
    sent = [check(card), check(other)]
    assert {r["status"] for r in phone.send(*sent)} == {"stored"}
    phone.send(*sent)
    phone.send(check(card, happened_at=(timezone.now() - timedelta(minutes=1)).isoformat()))
    with cast.scope():
        case = Case.objects.get()
        assert case.person_id == person.pk
        assert details_of(case).name == person.name
        assert case.owner is not None
        assert [s.source for s in Signal.objects.filter(case=case)] == ["gate"]
        close(by=cast.users["clerk"], case=case, reason="not_away")
    phone.send(check(card))
    with cast.scope():
        assert Case.objects.filter(closed_at__isnull=True).count() == 0


def test_the_gates_word_joins_the_case_that_is_open(cast: Cast) -> None:
    open_strict(cast.neighbourhood)
    phone, card, person = world(cast)
    with cast.scope():
        known = signal(
            by=None,
            neighbourhood=cast.neighbourhood,
            source="self",
            details=Details(phone="19900001111"),
            person=person,
        )
    phone.send(check(card, direction="out"))
    with cast.scope():
        assert Signal.objects.count() == 1
    phone.send(check(card))
    with cast.scope():
        assert Case.objects.get().pk == known.pk
        assert set(Signal.objects.values_list("source", flat=True)) == {"self", "gate"}


def test_without_an_operation_or_a_secretary_the_passage_goes_on(cast: Cast) -> None:
    phone, card, _person = world(cast)
    phone.send(check(card))
    with cast.scope():
        assert Case.objects.count() == 0
    open_strict(cast.neighbourhood)
    cast.mandates["secretary"].until = timezone.localdate() - timedelta(days=1)
    cast.mandates["secretary"].save()
    assert phone.send(check(card))[0]["status"] == "stored"
    with cast.scope():
        assert Case.objects.count() == 0
