"""A returnee whom the gate meets cannot pass unregistered: he is registered, or a task with an owner stays open until he is (R06)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from linli.gates.actions.settle import settle
from linli.gates.models import GateException
from linli.gates.testing import Phone, check, issue, open_strict, refused
from linli.ground.actions.people import move
from linli.ground.models import Person
from linli.ground.testing import Cast, client_as
from linli.kernel.ids import uuid7
from linli.returnees.actions.cases import Journey, close, join, register, signal
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


def stranger(cast: Cast, **changes: Any) -> dict[str, Any]:
    """Somebody who says that he comes back, and whom nobody here knows."""
    said = {"name": "返回甲", "phone": "199-0000-0021", "from": "外省某市", "note": "坐火车"}
    whole = {"klass": "visitor", "way": "visitor", "host_consent": True, "returning": True, "details": said}
    return check(**{**whole, "host": cast.dwellings[3].pk, **changes})


def test_who_says_that_he_comes_back_has_a_case_although_he_is_listed_here(cast: Cast) -> None:
    open_strict(cast.neighbourhood)
    phone, _card, _away = world(cast)
    with cast.scope():
        here = issue(cast.people[4], 9)
    at = (timezone.now() - timedelta(hours=3)).isoformat()
    sent = check(here, returning=True, details={"from": "外省某市"}, happened_at=at, made_offline=True)
    for _ in range(3):
        phone.send(sent)
    with cast.scope():
        case = Case.objects.get()
        assert (case.person_id, case.arrived) == (cast.people[4].pk, True)
        assert details_of(case).place == "外省某市"
        word = Signal.objects.get()
        assert (str(word.pk), word.told_at.isoformat()) == (sent["id"], at), "what was made offline keeps its time"
        task = GateException.objects.get(kind="returning")
        assert (task.owner, task.due_at) == (cast.users["secretary"].pk, case.due_at)


def test_a_stranger_with_a_host_has_a_case_at_that_door(cast: Cast) -> None:
    open_strict(cast.neighbourhood)
    phone, _card, _away = world(cast)
    sent = stranger(cast)
    assert phone.send(sent)[0]["status"] == "stored"
    assert phone.send(sent)[0]["status"] == "already"
    phone.send(stranger(cast))  # the same man again: one case, one task
    with cast.scope():
        case = Case.objects.get()
        assert (case.person, case.dwelling) == (None, cast.dwellings[3])
        assert (details_of(case).name, details_of(case).place) == ("返回甲", "外省某市")
        assert "返回甲".encode() not in bytes(case.sealed)
        task = GateException.objects.get(kind="returning")
        with refused("gates.register_first"):
            settle(by=cast.users["secretary"], exception=task, text="先放着")
        register(
            by=cast.users["clerk"],
            case=case,
            details=details_of(case),
            journey=Journey(arrives_from=timezone.localdate(), arrived=True),
            dwelling=cast.dwellings[3],
        )
        task.refresh_from_db()
        assert task.settled_by == cast.users["clerk"].pk
    phone.send(stranger(cast))
    with cast.scope():
        assert not GateException.objects.filter(kind="returning", settled_at__isnull=True).exists()


def test_who_was_not_let_in_has_a_case_and_no_task(cast: Cast) -> None:
    open_strict(cast.neighbourhood)
    phone, _card, _away = world(cast)
    phone.send(stranger(cast, decision={"outcome": "held", "reason": "host_call"}, host_consent=None))
    with cast.scope():
        assert Case.objects.count() == 1
        assert not GateException.objects.filter(kind="returning").exists()


def test_a_case_that_came_to_nothing_ends_the_task(cast: Cast) -> None:
    open_strict(cast.neighbourhood)
    phone, card, _person = world(cast)
    phone.send(check(card))
    with cast.scope():
        task = GateException.objects.get(kind="returning")
        close(by=cast.users["clerk"], case=Case.objects.get(), reason="not_away")
        task.refresh_from_db()
        assert task.settled_at is not None


def test_a_joined_case_leaves_one_task_for_the_other(cast: Cast) -> None:
    open_strict(cast.neighbourhood)
    phone, card, _person = world(cast)
    phone.send(check(card), stranger(cast))
    with cast.scope():
        one, other = Case.objects.order_by("pk")
        kept = signal(by=None, neighbourhood=cast.neighbourhood, source="self", details=Details(phone="19900000099"))
        join(by=cast.users["clerk"], case=one, into=kept)
        assert GateException.objects.get(subject=f"returning:returnee:{kept.pk}").settled_at is None
        join(by=cast.users["clerk"], case=other, into=kept)
        tasks = GateException.objects.filter(kind="returning")
        assert (tasks.count(), tasks.filter(settled_at__isnull=True).count()) == (2, 1)


def test_of_whom_nothing_is_said_a_task_stays_for_a_person(cast: Cast) -> None:
    open_strict(cast.neighbourhood)
    phone, _card, _away = world(cast)
    phone.send(stranger(cast, details=None, host=None), stranger(cast, details={"from": "外省"}, host=999_999))
    with cast.scope():
        assert not Case.objects.exists()
        tasks = list(GateException.objects.filter(kind="returning"))
        assert [task.owner for task in tasks] == [cast.users["secretary"].pk] * 2
        settle(by=cast.users["secretary"], exception=tasks[0], text="已用纸面登记")
        assert tasks[0].settled_at is not None


def test_the_page_leads_to_the_case(cast: Cast) -> None:
    open_strict(cast.neighbourhood)
    phone, card, _person = world(cast)
    phone.send(check(card))
    text = client_as(cast.users["clerk"]).get("/gates/exceptions/?kind=returning").content.decode()
    with cast.scope():
        assert f'href="/returnees/{Case.objects.get().pk}/"' in text
    assert "/settle" not in text
    phone.send(stranger(cast, id=str(uuid7())))


def test_without_an_operation_a_return_is_only_counted(cast: Cast) -> None:
    phone, _card, _away = world(cast)
    assert phone.send(stranger(cast, rules="quiet@1"))[0]["status"] == "counted"
    with cast.scope():
        assert not Case.objects.exists()
        assert not GateException.objects.exists()
