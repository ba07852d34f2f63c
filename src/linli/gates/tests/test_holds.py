"""Holds: a gate calls somebody first. Whom and until when is known, never why; nobody is kept from home or from a doctor."""

from __future__ import annotations

import base64
import json
from datetime import date, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from linli.gates.actions.holds import end_hold, extend_hold, place_hold
from linli.gates.holds import call_of, guardian_of, open_holds, whom_to_call
from linli.gates.models import Check, GateException, Hold
from linli.gates.testing import Issued, Phone, check, refused
from linli.ground.actions.merge import join_people
from linli.ground.actions.people import phone_row
from linli.ground.holdings import held
from linli.ground.models import Consent, Person, Residence, Tie
from linli.ground.testing import Cast, client_as
from linli.journal.models import Entry
from linli.kernel.ids import uuid7
from linli.operations.actions import end_operation
from linli.operations.models import Operation

CALL = "居委会 199-0000-0001"


def place(
    cast: Cast, person: Person, hours: float = 24, call: str = CALL, source: str = "user", ago: float = 1
) -> Hold:
    """A hold that began ``ago`` hours ago and ends in ``hours``."""
    now = timezone.now()
    return place_hold(
        by=cast.users["secretary"],
        person=person,
        since=now - timedelta(hours=ago),
        until=now + timedelta(hours=hours),
        call=call,
        source=source,
    )


def make_child(cast: Cast, person: Person) -> Person:
    """Let a person be six years old and a child of the household."""
    Person.objects.filter(pk=person.pk).update(born=timezone.localdate() - timedelta(days=6 * 366))
    Residence.objects.filter(person=person).update(relation="child")
    found: Person = Person.objects.get(pk=person.pk)
    return found


def give_phone(person: Person, number: str, note: str = "") -> None:
    phone_row(person=person, number=number, note=note, since=date(2020, 1, 1)).save()


def opened(phone: Phone) -> Any:
    """The pack as the phone reads it."""
    got = phone.get("pack")

    def raw(name: str) -> bytes:
        return base64.urlsafe_b64decode(got[name] + "==")

    return json.loads(AESGCM(raw("key")).decrypt(raw("iv"), raw("sealed"), None))


def test_the_server_knows_who_is_held(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    with cast.scope():
        place(cast, issued.permit.person)
    (passed,) = phone.send(check(issued))
    assert passed["overridden"]
    assert passed["decision"] == {"outcome": "held", "reason": "hold"}
    (held_,) = phone.send(check(issued, decision={"outcome": "held", "reason": "hold"}))
    assert not held_["overridden"]
    (called,) = phone.send(check(issued, call="agreed", decision={"outcome": "admitted", "reason": "called"}))
    assert (called["status"], called["overridden"]) == ("stored", False)


def test_a_call_or_a_search_finds_the_hold_too(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    person = str(cast.people[3].pk)
    with cast.scope():
        place(cast, cast.people[3])
    found = check(card=None, code=None, person=person, way="room")
    assert phone.post("simulate", {"check": found})["decision"] == {"outcome": "held", "reason": "hold"}
    one, two = phone.send(found, check(issued))
    assert (one["decision"]["reason"], two["decision"]["reason"]) == ("hold", "ok")


def test_nobody_is_kept_from_a_doctor(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    with cast.scope():
        place(cast, issued.permit.person)
    out = check(issued, direction="out", purpose="doctor", decision={"outcome": "admitted", "reason": "doctor"})
    emergency = check(klass="emergency", way="emergency", decision={"outcome": "admitted", "reason": "emergency"})
    assert [one["overridden"] for one in phone.send(out, emergency)] == [False, False]


def test_a_hold_counts_at_the_moment_of_the_passage(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued
) -> None:
    """What was made offline before a hold began, or after it had ended, is judged by what held then."""
    now = timezone.now()
    with cast.scope():
        hold = place(cast, issued.permit.person, ago=2)
        end_hold(by=cast.users["secretary"], hold=hold)
    moments = {now - timedelta(hours=3): "ok", now - timedelta(minutes=30): "hold", now + timedelta(minutes=2): "ok"}
    sent = [check(issued, happened_at=at.isoformat(), made_offline=True) for at in moments]
    assert [one["decision"]["reason"] for one in phone.send(*sent)] == list(moments.values())
    for at, reason in moments.items():
        (alone,) = phone.send(check(issued, happened_at=at.isoformat()))
        assert alone["decision"]["reason"] == reason


def test_a_plain_admission_still_takes_four_statements(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    phone.send(check(issued))  # keys of the cards are remembered
    with cast.scope():
        place(cast, cast.people[4])
    with django_assert_max_num_queries(6):  # four and the transaction's two
        phone.send(check(issued))


def test_a_hold_follows_a_join(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    """The entry that was held is joined with the one that carries the card, before or after: the gate calls."""
    kept, other = issued.permit.person, cast.people[1]
    with cast.scope():
        place(cast, other)
        join_people(by=None, kept=kept, other=other, note="同一个人，两次登记")
    assert phone.send(check(issued))[0]["decision"]["reason"] == "hold"
    assert phone.send(check(issued), check(issued))[0]["decision"]["reason"] == "hold"
    assert [row[:2] for row in opened(phone)["holds"]] == [[str(kept.pk), str(issued.permit.pk)]]


def test_the_phone_is_told_whom_to_call_and_never_why(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued
) -> None:
    before = phone.get("pack")["version"]
    with cast.scope():
        hold = place(cast, issued.permit.person)
        place(cast, cast.people[3], call="物业值班 199-0000-0002")
    assert phone.get("pack")["version"] != before
    first, second = opened(phone)["holds"]
    seconds = [int(hold.since.timestamp()), int(hold.until.timestamp())]
    assert first == [str(hold.person_id), str(issued.permit.pk), *seconds, CALL, 0]
    assert second[1] is None
    assert second[4] == "物业值班 199-0000-0002"
    with cast.scope():
        end_hold(by=cast.users["secretary"], hold=hold)
    assert [row[0] for row in opened(phone)["holds"]] == [str(cast.people[3].pk)]
    assert not {"reason", "why", "note", "ground"} & {field.name for field in Hold._meta.get_fields()}


def test_every_hold_has_an_end(cast: Cast, strict: Operation) -> None:
    with cast.scope():
        person, now = cast.people[0], timezone.now()
        for since, until, code in (
            (now, now, "gates.hold_order"),
            (now - timedelta(days=2), now - timedelta(days=1), "gates.hold_order"),
            (now, now + timedelta(days=15), "gates.hold_too_long"),
            (now + timedelta(days=19), now + timedelta(days=21), "gates.hold_past_operation"),
        ):
            with refused(code):
                place_hold(by=None, person=person, since=since, until=until, call=CALL)
        hold = place(cast, person)
        with refused("gates.hold_not_later"):
            extend_hold(by=None, hold=hold, until=hold.until)
        with refused("gates.hold_past_operation"):
            extend_hold(by=None, hold=hold, until=strict.ends_at + timedelta(seconds=1))
        with refused("gates.hold_too_long"):
            extend_hold(by=None, hold=hold, until=now + timedelta(days=16))
        later = extend_hold(by=cast.users["secretary"], hold=hold, until=now + timedelta(days=5))
        assert later.until == now + timedelta(days=5)
        ended = end_hold(by=cast.users["secretary"], hold=hold)
        assert end_hold(by=cast.users["clerk"], hold=hold).ended_by == ended.ended_by == cast.users["secretary"].pk
        with refused("gates.hold_over"):
            extend_hold(by=None, hold=hold, until=now + timedelta(days=6))
    acts = Entry.objects.filter(act__startswith="gates.hold").order_by("id").values_list("act", flat=True)
    assert list(acts) == ["gates.hold_placed", "gates.hold_extended", "gates.hold_ended"]


def test_without_an_operation_nobody_is_held(cast: Cast) -> None:
    with cast.scope(), refused("gates.hold_no_operation"):
        place(cast, cast.people[0])


def test_somebody_must_be_named_to_call(cast: Cast, strict: Operation) -> None:
    with cast.scope():
        with refused("gates.hold_call"):
            place(cast, cast.people[0], call="  ")
        with refused("gates.hold_call_too_long"):
            place(cast, cast.people[0], call="长" * 81)


def test_one_source_has_one_hold_on_a_person(cast: Cast, strict: Operation) -> None:
    """A procedure that runs twice places one; a person is told to extend; two procedures have two."""
    with cast.scope():
        first = place(cast, cast.people[0], source="procedure:arrival:1")
        assert place(cast, cast.people[0], source="procedure:arrival:1", call="x 1").pk == first.pk
        assert place(cast, cast.people[0], source="procedure:arrival:2", call="街道 199-0000-0003").pk != first.pk
        place(cast, cast.people[1])
        with refused("gates.hold_already"):
            place(cast, cast.people[1])
        assert open_holds(cast.neighbourhood, timezone.now()).count() == 3
        assert whom_to_call(cast.people[0].pk, timezone.now()) == [CALL, "街道 199-0000-0003"]


def test_a_childs_hold_calls_the_guardian(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    """The head of the household, as the register knows; a phone that does not know who is called says so by its own reason."""
    with cast.scope():
        child = make_child(cast, issued.permit.person)
        Residence.objects.filter(person=cast.people[1]).update(relation="head")
        give_phone(cast.people[1], "19900000011")
        hold = place(cast, child, call="")
        assert hold.guardian
        assert call_of(hold).endswith(f"{cast.people[1].masked_name} 19900000011")
    assert opened(phone)["holds"][0][4:] == [call_of(hold), 1]
    (answer,) = phone.send(check(issued))
    assert answer["decision"] == {"outcome": "held", "reason": "hold_guardian"}


def test_an_unknown_guardian_is_asked_for(cast: Cast, strict: Operation) -> None:
    with cast.scope():
        child = make_child(cast, cast.people[0])
        give_phone(cast.people[1], "19900000011")
        Residence.objects.filter(person=cast.people[1]).update(relation="tenant")
        assert guardian_of(child) == ""
        with refused("gates.hold_guardian"):
            place(cast, child, call="")
        hold = place(cast, child, call="外婆 199-0000-0012")
        assert (hold.guardian, call_of(hold)) == (True, "外婆 199-0000-0012")


@pytest.mark.parametrize("known", ["consent", "contact", "note"])
def test_where_the_register_knows_a_guardian(cast: Cast, strict: Operation, known: str) -> None:
    with cast.scope():
        child, other = make_child(cast, cast.people[0]), cast.people[4]
        today = timezone.localdate()
        if known == "consent":
            give_phone(child, "19900000013")
            Consent.objects.create(
                neighbourhood=cast.neighbourhood, person=child, purpose="register", relation="mother",
                given_by="沈若溪", way="paper", given_on=today, noted_at=timezone.now(),
            )  # fmt: skip
        elif known == "contact":
            give_phone(other, "19900000013")
            Tie.objects.create(
                neighbourhood=cast.neighbourhood, person=other, household=cast.households[0], kind="contact",
                since=today,
            )  # fmt: skip
        else:
            give_phone(child, "19900000013", note="外婆")
        text = guardian_of(child)
        assert text.endswith("19900000013")
        assert "沈若溪" not in text


def test_a_hold_ends_with_its_operation(cast: Cast, strict: Operation) -> None:
    from django.core.management import call_command  # the verb that erases, as the timer runs it

    with cast.scope():
        hold = place(cast, cast.people[0])
        old = place(cast, cast.people[1])
        Hold.objects.filter(pk=old.pk).update(
            since=timezone.now() - timedelta(days=20), until=timezone.now() - timedelta(days=15)
        )
    call_command("purge")
    with cast.scope():
        assert set(Hold.objects.values_list("pk", flat=True)) == {hold.pk}
        end_operation(by=cast.users["secretary"], operation=strict)
    call_command("purge")
    with cast.scope():
        assert not Hold.objects.exists()


def test_the_rights_page_lists_a_hold(cast: Cast, strict: Operation) -> None:
    with cast.scope():
        place(cast, cast.people[0])
        (facts,) = [found for holding, found in held([cast.people[0].pk]) if holding.code == "holds"]
    assert len(facts) == 1


def test_a_passage_under_a_hold_leaves_an_exception_when_the_gate_did_not_call(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued
) -> None:
    with cast.scope():
        place(cast, issued.permit.person)
    phone.send(check(issued))
    with cast.scope():
        assert GateException.objects.get().kind == "overridden"
        assert Check.objects.get().server_reason == "hold"


def test_the_plain_form_says_whom_to_call(cast: Cast, strict: Operation) -> None:
    with cast.scope():
        place(cast, cast.people[0])
    client = client_as(cast.users["guard"])
    given = {
        "id": str(uuid7()), "q": "林知夏", "direction": "in", "klass": "resident", "person": str(cast.people[0].pk),
        "code": "", "q_symptoms": "no", "q_contact": "no", "temperature": "36.5", "consent": "unasked",
    }  # fmt: skip
    text = client.post(f"/gates/{cast.gates[0].pk}/form/", given).content.decode()
    assert CALL in text
    given |= {"id": str(uuid7()), "person": str(cast.people[1].pk), "q": "许安和"}
    assert CALL not in client.post(f"/gates/{cast.gates[0].pk}/form/", given).content.decode()
