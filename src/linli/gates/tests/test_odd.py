"""Exceptions: whose they are, handed on, settled one by one or together; another gate's records."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.accounts.models import User
from linli.gates.actions.devices import cut_off
from linli.gates.actions.late import take_in_waiting
from linli.gates.actions.settle import (
    annul,
    hand_on,
    sentence_of,
    settle,
    settle_many,
    settle_subject,
)
from linli.gates.models import Check, Device, GateException
from linli.gates.queries import board, passed_total
from linli.gates.testing import Issued, Phone, check, issue, refused
from linli.gates.throughput import paces
from linli.ground.actions.mandates import give_mandate
from linli.ground.testing import PASSWORD, Cast, client_as
from linli.inbox.models import RawUpload
from linli.journal.models import Entry
from linli.kernel.ids import uuid7
from linli.operations.models import Operation
from linli.vault import keyring

HELD = {"outcome": "held", "reason": "fever_home"}
REFUSED = {"outcome": "refused", "reason": "class_not_allowed"}


def strange(**changes: Any) -> dict[str, Any]:
    """An admission that the server would have decided otherwise: nobody knows this resident."""
    return check(person=str(uuid7()), way="room", **changes)


def ahead(issued: Issued, minutes: int) -> dict[str, Any]:
    """A passage dated ahead: the phone's clock was wrong."""
    return check(issued, happened_at=(timezone.now() + timedelta(minutes=minutes)).isoformat())


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


def owner_of(kind: str) -> int | None:
    owner: int | None = GateException.objects.get(kind=kind).owner
    return owner


def test_the_gates_leader_owns_what_was_odd(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    phone.send(strange(), check(issued, temperature=381, decision=HELD))
    with cast.scope():
        assert owner_of("overridden") == cast.users["gate_captain"].pk
        assert owner_of("fever") == cast.users["secretary"].pk, "a temperature is for who may see it"


def test_the_nearest_leader_comes_first_and_the_office_is_left(cast: Cast, strict: Operation, phone: Phone) -> None:
    near = User.objects.create_user("manager", PASSWORD, display_name="物业经理")
    mandate = give_mandate(by=None, capacity="property", place=cast.gates[0], user=near)
    phone.send(strange())
    with cast.scope():
        assert owner_of("overridden") == near.pk
        GateException.objects.all().delete()
    near.is_active = False
    near.save()
    cast.mandates["gate_captain"].until = timezone.localdate()
    cast.mandates["gate_captain"].save()
    phone.send(strange())
    with cast.scope():
        assert owner_of("overridden") == cast.users["secretary"].pk
        GateException.objects.all().delete()
    cast.mandates["secretary"].until = timezone.localdate()
    cast.mandates["secretary"].save()
    phone.send(strange())
    with cast.scope():
        assert owner_of("overridden") is None
    assert mandate.user == near


def test_an_owner_costs_one_statement_for_a_batch(cast: Cast, strict: Operation, phone: Phone) -> None:
    phone.send(strange())
    with CaptureQueriesContext(connection) as asked:
        phone.send(*[strange() for _ in range(60)])
    statements = [q["sql"] for q in asked.captured_queries if "ground_mandate" in q["sql"]]
    assert len(statements) == 1
    with cast.scope():
        assert GateException.objects.filter(owner=cast.users["gate_captain"].pk).count() == 61


def test_handed_on_to_who_may(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    phone.send(strange(), check(issued, temperature=381, decision=HELD))
    captain, secretary = cast.users["gate_captain"], cast.users["secretary"]
    with cast.scope():
        row, fever = GateException.objects.get(kind="overridden"), GateException.objects.get(kind="fever")
        with refused("gates.cannot_own"):
            hand_on(by=captain, exception=row, to=cast.users["guard"])
        with refused("gates.cannot_own"):
            hand_on(by=secretary, exception=fever, to=captain)
    assert post(cast, "gate_captain", f"/gates/exceptions/{fever.pk}/hand-on", {"to": secretary.pk}).status_code == 403
    post(cast, "gate_captain", f"/gates/exceptions/{row.pk}/hand-on", {"to": secretary.pk})
    with cast.scope():
        row.refresh_from_db()
        assert row.owner == secretary.pk
        settle(by=secretary, exception=row)
        with refused("gates.is_settled"):
            hand_on(by=secretary, exception=row, to=captain)
    assert Entry.objects.get(act="gates.exception_handed_on").data == {"to": secretary.pk}


def test_mine_come_first_to_choose(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    phone.send(strange(), check(issued, temperature=381, decision=HELD))
    text = page(cast, "gate_captain", "/gates/exceptions/?whose=mine")
    assert "mine (1)" in text
    assert text.index('value="mine"') < text.index('value=""')
    assert text.count('<li class="card ') == 1
    assert page(cast, "gate_captain", "/gates/exceptions/").count('<li class="card ') == 2
    other = page(cast, "gate_captain", f"/gates/exceptions/?whose={cast.users['secretary'].pk}")
    assert "High temperature" in other
    assert "38.1" not in other
    assert "38.1" in page(cast, "secretary", "/gates/exceptions/?kind=fever")
    for nonsense in ("?whose=x", "?whose=99999999999", "?kind=x&gate=x", "?page=x"):
        page(cast, "secretary", f"/gates/exceptions/{nonsense}")


def test_settled_in_one_tap_with_the_usual_sentence(cast: Cast, strict: Operation, phone: Phone) -> None:
    """The first of the usual sentences stands in the field, so that one tap settles with it."""
    phone.send(strange())
    text = page(cast, "gate_captain", "/gates/exceptions/")
    (row,) = re.findall(r'action="(/gates/exceptions/[0-9a-f-]+/settle)"', text)
    usual = "Looked into it: the phone had an older list. Nothing further to do."
    assert f'value="{usual}" list=' in text
    post(cast, "gate_captain", row, {"text": usual})
    settled = page(cast, "gate_captain", "/gates/exceptions/?state=settled")
    assert usual in settled
    assert cast.users["gate_captain"].display_name in settled


def test_three_hundred_stay_readable(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    phone.send(*[strange() for _ in range(150)])
    phone.send(*[ahead(issued, 10 + n) for n in range(150)])
    client = client_as(cast.users["secretary"])
    with CaptureQueriesContext(connection) as asked:
        text = client.get("/gates/exceptions/").content.decode()
    assert len(asked) <= 20
    assert text.count('<li class="card ') == 20
    assert "?kind=clock" in text
    assert "?kind=overridden" in text
    with CaptureQueriesContext(connection) as asked:
        text = client.get("/gates/exceptions/?kind=clock&page=3").content.decode()
    assert len(asked) <= 20
    assert "/gates/exceptions/together" in text


def test_one_sentence_for_one_phones_clock(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    phone.send(*[ahead(issued, 10 + n) for n in range(5)])
    other = Phone()
    other.enrol(cast.users["secretary"], cast.gates[0])
    other.send(ahead(issued, 30), ahead(issued, 31))
    given = {"kind": "clock", "device": str(phone.device), "at": timezone.now().isoformat(), "text": "时钟已改为自动"}
    phone.send(ahead(issued, 40))  # came after the page was made: not settled unseen
    assert "5 settled" in post(cast, "gate_captain", "/gates/exceptions/together", given).content.decode()
    with cast.scope():
        assert {sentence_of(row.sealed) for row in GateException.objects.filter(settled_at__isnull=False)} == {
            "时钟已改为自动"
        }
        assert GateException.objects.filter(settled_at__isnull=True).count() == 3
        rows = GateException.objects.filter(kind="clock")
        with refused("gates.bulk_sentence"):
            settle_many(by=cast.users["secretary"], rows=rows, text=" ")
    assert Entry.objects.filter(act="gates.exception_settled").count() == 5
    for wrong in ({"kind": "x"}, {"device": "x"}, {"at": "yesterday"}, {"at": "2020-13-45T00:00"}):
        assert post(cast, "secretary", "/gates/exceptions/together", given | wrong).status_code == 404
    assert post(cast, "guard", "/gates/exceptions/together", given).status_code == 403


def test_what_is_about_one_person_needs_a_look_of_its_own(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued
) -> None:
    phone.send(*[check(issued, temperature=381, decision=HELD) for _ in range(2)])
    with cast.scope(), refused("gates.bulk_kind"):
        settle_many(by=cast.users["secretary"], rows=GateException.objects.all(), text="都好")
    assert "/gates/exceptions/together" not in page(cast, "secretary", "/gates/exceptions/?kind=fever")


def test_a_double_use_shows_both_passages(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    west = Phone()
    west.enrol(cast.users["secretary"], cast.gates[1])
    now = timezone.now()
    first = check(issued, happened_at=(now - timedelta(minutes=4)).isoformat(), made_offline=True)
    second = check(issued, happened_at=(now - timedelta(minutes=1)).isoformat(), made_offline=True)
    west.send(second)
    phone.send(first)
    text = page(cast, "gate_captain", "/gates/exceptions/?kind=double_use")
    both = text[text.index('<ol class="both">') : text.index("</ol>", text.index('<ol class="both">'))]
    assert both.index("东门") < both.index("西门")
    for one in (now - timedelta(minutes=4), now - timedelta(minutes=1)):
        assert f"{timezone.localtime(one):%H:%M}" in both
    assert both.count("made offline") == 2


def test_an_annulled_passage_counts_nowhere(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    phone.send(strange(), check(issued))
    with cast.scope():
        row = Check.objects.get(overridden=True)
        annul(by=cast.users["secretary"], check=row, reason="test", text="试机")
        now = timezone.now()
        assert board(cast.neighbourhood, now).total("day_in") == 1
        assert passed_total(cast.neighbourhood, now - timedelta(hours=1), now) == 1
        assert paces(cast.neighbourhood, [cast.gates[0].pk], now)[cast.gates[0].pk].entries == 1
        assert Check.objects.count() == 2, "the row stays"
        settled = GateException.objects.get()
        assert (settled.settled_by, sentence_of(settled.sealed)) == (cast.users["secretary"].pk, "试机")


def test_an_annulled_passage_leaves_a_fever_open(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    phone.send(check(issued, temperature=381, decision=HELD))
    with cast.scope():
        annul(by=cast.users["secretary"], check=Check.objects.get(), reason="wrong_person")
        assert GateException.objects.get().settled_at is None


def test_another_gates_batch_stands_at_the_gate_it_names(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued
) -> None:
    """A phone was carried to another gate with a full queue: what it did here and there is kept where it happened, and told once."""
    east, west = (gate.pk for gate in cast.gates)
    old = [
        check(issued, gate=west, made_offline=True),
        check(gate=west, klass="courier", way="visitor", decision=REFUSED),
    ]
    results = phone.send(old[0], check(issued, gate=east), old[1], check(issued))
    assert [one["status"] for one in results] == ["stored"] * 4
    assert [one["status"] for one in phone.send(*old)] == ["already"] * 2
    with cast.scope():
        assert list(Check.objects.order_by("pk").values_list("gate", flat=True)) == [west, west, east, east]
        row = GateException.objects.get(kind="wrong_gate")
        assert (row.gate_id, row.other_gate_id) == (east, west)
        assert row.owner == cast.users["gate_captain"].pk
    assert "They name 西门" in page(cast, "gate_captain", "/gates/exceptions/?kind=wrong_gate")


@pytest.mark.parametrize("named", [999_999, "dwelling"])
def test_a_gate_that_is_not_here_is_not_believed(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued, named: int | str
) -> None:
    gate = cast.dwellings[0].pk if named == "dwelling" else named
    phone.send(check(issued, gate=gate), check(issued, gate=gate))
    with cast.scope():
        assert set(Check.objects.values_list("gate", flat=True)) == {cast.gates[0].pk}
        assert GateException.objects.get(kind="wrong_gate").other_gate is None
    assert "a gate that is not here" in page(cast, "secretary", "/gates/exceptions/?kind=wrong_gate")


def test_a_cut_off_phones_batch_is_set_aside_in_one_tap(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued
) -> None:
    cut_off(by=cast.users["secretary"], device=Device.objects.get())
    phone.send(check(issued))
    with cast.scope():
        row = GateException.objects.get()
        assert row.owner == cast.users["gate_captain"].pk
    post(cast, "gate_captain", f"/gates/exceptions/{row.pk}/settle", {"text": "不是我们的"})
    with cast.scope():
        assert RawUpload.objects.get().state == RawUpload.State.DONE
        assert not Check.objects.exists()


def test_a_leader_of_one_gate_settles_there_alone(cast: Cast, strict: Operation, phone: Phone) -> None:
    user = User.objects.create_user("west", PASSWORD, display_name="西门物业")
    cast.users["west"] = user
    give_mandate(by=None, capacity="property", place=cast.gates[1], user=user)
    phone.send(strange(), strange())
    with cast.scope():
        one, two = GateException.objects.order_by("pk")
    assert post(cast, "west", f"/gates/exceptions/{one.pk}/settle", {"text": "x"}).status_code == 404
    given = {"kind": "overridden", "device": str(phone.device), "at": timezone.now().isoformat(), "text": "好"}
    post(cast, "west", "/gates/exceptions/together", given)
    with cast.scope():
        assert GateException.objects.filter(settled_at__isnull=True).count() == 2
        assert two.owner == cast.users["gate_captain"].pk


def test_ids_of_a_batch_with_cards_of_both_gates(cast: Cast, strict: Operation, phone: Phone) -> None:
    """The card of an area is judged at the gate where it was shown, not at the gate of the phone that sends it."""
    with cast.scope():
        card = issue(cast.people[5], 6)
    sent = check(card, gate=cast.gates[1].pk)
    assert phone.send(sent)[0]["overridden"] is False
    with cast.scope():
        assert Check.objects.get(pk=UUID(sent["id"])).gate == cast.gates[1]


def test_what_a_cut_off_phone_sent_in_pieces_is_taken_in_together(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued
) -> None:
    """A guard who went on after the phone was cut off sent passage by passage, some of them twice: one decision for all."""
    cut_off(by=cast.users["secretary"], device=Device.objects.get())
    sent = [check(issued) for _ in range(3)]
    for one in (*sent, sent[0]):
        phone.send(one)
    phone.send(*sent)  # half of it again, in another cut
    text = page(cast, "gate_captain", "/gates/exceptions/?kind=late_upload")
    assert "Take all 4 in" in text
    assert text.count("Take the records in, or set them aside.") == 1
    given = {"kind": "late_upload", "device": str(phone.device), "at": timezone.now().isoformat(), "text": "已核对"}
    post(cast, "gate_captain", "/gates/exceptions/together", given | {"take": "1"})
    with cast.scope():
        assert Check.objects.count() == 3
        assert not GateException.objects.filter(kind="late_upload", settled_at__isnull=True).exists()
        assert not RawUpload.objects.filter(state=RawUpload.State.WAITING).exists()


def test_an_upload_is_taken_in_once(cast: Cast, strict: Operation, phone: Phone, issued: Issued) -> None:
    cut_off(by=cast.users["secretary"], device=Device.objects.get())
    phone.send(check(issued), check(issued))
    with cast.scope():
        rows = list(GateException.objects.all())
        assert take_in_waiting(by=cast.users["secretary"], exceptions=rows) == 2
        assert take_in_waiting(by=cast.users["secretary"], exceptions=rows) == 0
        assert Check.objects.count() == 2
        assert rows[0].settled_at is None, "taking in says nothing yet"


def test_what_is_settled_elsewhere_is_settled_by_its_subject(cast: Cast, strict: Operation, phone: Phone) -> None:
    phone.send(strange())
    with cast.scope():
        row = GateException.objects.get()
        for text in ("已核实", "再一次"):
            settle_subject(by=cast.users["secretary"], subject=row.subject, text=text)
        row.refresh_from_db()
        assert sentence_of(row.sealed) == "已核实"


def test_uploads_of_one_phone_are_set_aside_together(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued
) -> None:
    phone.send({"id": "1"}, {"id": "2"}, {"id": "3"})
    given = {"kind": "malformed", "device": str(phone.device), "at": timezone.now().isoformat(), "text": "旧版本"}
    post(cast, "gate_captain", "/gates/exceptions/together", given)
    with cast.scope():
        assert set(RawUpload.objects.values_list("state", flat=True)) == {RawUpload.State.DONE}
        assert not Check.objects.exists()


def test_an_upload_whose_operation_is_over_is_only_set_aside(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued
) -> None:
    cut_off(by=cast.users["secretary"], device=Device.objects.get())
    phone.send(check(issued))
    keyring().destroy(strict.key_name)
    with cast.scope():
        row = GateException.objects.get()
    response = post(cast, "gate_captain", f"/gates/exceptions/{row.pk}/settle", {"take": "1"})
    assert "retention of this upload has ended" in response.content.decode()
    post(cast, "gate_captain", f"/gates/exceptions/{row.pk}/settle", {"text": ""})
    with cast.scope():
        row.refresh_from_db()
        assert row.settled_at is not None
