"""Inspections of gates (G11): the sheet, what is amiss, whose it is, what becomes of it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from linli import vault
from linli.accounts.models import User
from linli.accounts.tests.refused import refused
from linli.ground.actions.bodies import BodyFacts, add_body
from linli.ground.actions.mandates import give_mandate
from linli.ground.actions.members import add_member, send_group
from linli.ground.models import BodyKind, Mandate, Place
from linli.ground.testing import PASSWORD, Cast, client_as
from linli.ground.tests.test_bodies import subdistrict
from linli.journal.models import Entry
from linli.kernel.ids import uuid7
from linli.operations.actions import Order, open_operation
from linli.operations.models import Operation
from linli.rounds import retention, sheets
from linli.rounds.actions.answers import BadValues
from linli.rounds.actions.inspections import Inspection, asked_at, record_inspection
from linli.rounds.actions.sheets import questions_of, take_sheet
from linli.rounds.actions.visits import Found
from linli.rounds.inspections import answers_for, gate_lines
from linli.rounds.models import Finding, Sheet, Visit, VisitValue
from linli.rounds.notes import text_of_value

pytestmark = pytest.mark.django_db
__all__ = ["subdistrict"]
TODAY = timezone.localdate()


def measuring(cast: Cast) -> Operation:
    """An operation that measures and records."""
    order = Order(
        name="春季", purpose="核验", ground="emergency", ground_text="演练", authority="街道", order_number="1",
        contact="021-0000-0101", ruleset="shanghai-2020-02-10",
    )  # fmt: skip
    now = timezone.now()
    with cast.scope():
        return open_operation(
            by=None, neighbourhood=cast.neighbourhood, order=order, starts_at=now, ends_at=now + timedelta(days=9)
        )


def said(client: Client, gate: Place, **changes: str) -> dict[str, str]:
    """The page as the browser would send it back: every question answered that all is well, with ``changes`` by code."""
    page = client.get(f"/rounds/inspections/gates/{gate.pk}/")
    form = page.context["form"]
    data = {name: str(form[name].value() or "") for name in form.fields}
    for one in form.lines():
        well = "2" if one.question.field == "number" else "yes" if one.question.field == "yes_no" else ""
        data[f"q{one.question.position}"] = changes.pop(one.question.code, well)
        for part in ("found", "owner", "due"):
            if f"{one.question.code}_{part}" in changes:
                data[f"q{one.question.position}_{part}"] = changes.pop(f"{one.question.code}_{part}")
        if one.finding:
            data[f"q{one.question.position}_due"] = data[f"q{one.question.position}_due"][:10]
    assert not changes
    return data


def inspect(client: Client, gate: Place, **changes: str) -> Any:
    """Send the sheet of a gate."""
    return client.post(f"/rounds/inspections/gates/{gate.pk}/", said(client, gate, **changes))


def test_a_no_is_a_finding_with_an_owner_a_day_and_a_sentence(cast: Cast) -> None:
    """G11: what is not in order is somebody's by a day, without anything typed but yes and no."""
    measuring(cast)
    gate = cast.gates[0]
    client = client_as(cast.users["secretary"])
    answer = inspect(client, gate, thermometer="no", masks="no", masks_found="两名保安没有戴口罩", on_duty="0")
    assert answer.status_code == 302, answer.context["form"].errors
    with cast.scope():
        visit = Visit.objects.get()
        assert answer.url == f"/rounds/inspections/{visit.pk}/"
        found = {row.due_on: row for row in Finding.objects.all()}
        assert len(Finding.objects.all()) == 3
        assert {row.source for row in Finding.objects.all()} == {f"inspection:{visit.pk}"}
        assert {row.owner for row in Finding.objects.all()} == {cast.mandates["gate_captain"]}
        assert set(found) == {TODAY}
        assert VisitValue.objects.filter(visit=visit).count() == 10
    page = client.get(answer.url).content.decode()
    for words in ("两名保安没有戴口罩", "测温枪不能正常使用", "到访时门岗无人值守"):
        assert words in page
    entry = Entry.objects.get(act="rounds.inspected")
    assert entry.data == {"gate": gate.pk, "sheet": 1, "found": 3}


def test_sending_the_page_twice_is_one_inspection(cast: Cast) -> None:
    client = client_as(cast.users["clerk"])
    path = f"/rounds/inspections/gates/{cast.gates[0].pk}/"
    data = said(client, cast.gates[0], notice="no")
    assert client.post(path, data).url == client.post(path, data).url
    with cast.scope():
        assert (Visit.objects.count(), Finding.objects.count()) == (1, 1)
    assert Sheet.objects.filter(code="gate").count() == 1


def test_nobody_is_told_to_measure_where_nothing_may_be_measured(cast: Cast) -> None:
    gate = cast.gates[0]
    sheet = take_sheet(by=None, code=sheets.GATE)
    now = timezone.now()
    quiet = {question.code for question in asked_at(gate, sheet, now)}
    measuring(cast)
    strict = {question.code for question in asked_at(gate, sheet, timezone.now())}
    assert {"keeps_nothing"} == quiet - strict
    assert {"registers", "measures", "thermometer", "masks", "disinfectant", "log"} == strict - quiet
    assert take_sheet(by=None, code=sheets.GATE) == sheet
    assert Entry.objects.filter(act="rounds.sheet_taken").count() == 1


def test_the_sheet_is_data_with_a_version(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    first = take_sheet(by=None, code=sheets.GATE)
    data = sheets.load(sheets.GATE)
    assert [q.code for q in questions_of(data)] == [q.code for q in first.questions.all()]
    newer = {**data, "version": 2, "questions": data["questions"][:3]}
    monkeypatch.setattr(sheets, "load", lambda code: newer)
    second = take_sheet(by=None, code=sheets.GATE)
    assert (second.version, second.replaces, second.questions.count()) == (2, first, 3)
    assert first.questions.count() == len(data["questions"])


def test_a_page_of_an_older_sheet_is_shown_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_as(cast.users["secretary"])
    data = said(client, cast.gates[0])
    newer = {**sheets.load(sheets.GATE), "version": 2}
    monkeypatch.setattr(sheets, "load", lambda code: newer)
    answer = client.post(f"/rounds/inspections/gates/{cast.gates[0].pk}/", data)
    assert answer.status_code == 422
    with cast.scope():
        assert not Visit.objects.exists()


def test_what_is_left_out_is_asked_again_and_nothing_is_lost(cast: Cast) -> None:
    client = client_as(cast.users["secretary"])
    answer = inspect(client, cast.gates[0], notice="", remark="门口有积水", slip="no", slip_owner="", on_duty="three")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "门口有积水" in page
    errors = answer.context["form"].errors
    assert len(errors) == 3
    with cast.scope():
        assert not Finding.objects.exists()


def test_a_visit_that_is_written_down_later_is_asked_by_the_rules_of_its_moment(cast: Cast) -> None:
    client, before = client_as(cast.users["secretary"]), timezone.localtime() - timedelta(hours=2)
    data = said(client, cast.gates[0]) | {"happened_at": before.strftime("%Y-%m-%dT%H:%M")}
    operation = measuring(cast)
    path = f"/rounds/inspections/gates/{cast.gates[0].pk}/"
    assert client.post(path, {**data, "happened_at": ""}).status_code == 422  # it measures by now: further questions
    assert client.post(path, data).status_code == 302
    with cast.scope():
        visit = Visit.objects.get()
        assert visit.happened_at < operation.starts_at < visit.heard_at
    later = {**data, "key": str(uuid7()), "happened_at": (before + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")}
    assert client.post(path, later).status_code == 422


def test_what_cannot_be_recorded(cast: Cast) -> None:
    sheet = take_sheet(by=None, code=sheets.GATE)
    well = {q.pk: "5" if q.field == "number" else "yes" for q in sheet.questions.all()}
    notice = sheet.questions.get(code="notice")

    def one(**changes: Any) -> Inspection:
        return Inspection(**{"id": uuid7(), "visitor": "沈书记", "values": well, **changes})

    with cast.scope():
        with refused("rounds.not_a_gate"):
            record_inspection(by=None, gate=cast.lanes, sheet=sheet, inspection=one())
        with refused("rounds.finding_missing"):
            record_inspection(
                by=None, gate=cast.gates[0], sheet=sheet, inspection=one(values={**well, notice.pk: "no"})
            )
        with refused("rounds.visitor_missing"):
            record_inspection(by=None, gate=cast.gates[0], sheet=sheet, inspection=one(visitor=" "))
        with pytest.raises(BadValues):
            record_inspection(by=None, gate=cast.gates[0], sheet=sheet, inspection=one(values={}))
        late = Found("没有告知", cast.mandates["clerk"], TODAY - timedelta(days=1))
        with refused("rounds.due_before"):  # a finding that cannot be recorded takes the visit along
            record_inspection(
                by=None, gate=cast.gates[0], sheet=sheet,
                inspection=one(values={**well, notice.pk: "no"}, found={notice.pk: late}),
            )  # fmt: skip
        assert not Visit.objects.exists()


def test_a_liaison_inspects_where_his_group_is_sent(subdistrict: Place, cast: Cast) -> None:
    kinds = {k.code: k for k in BodyKind.objects.all()}
    group = add_body(by=None, facts=BodyFacts("陕北联络组", kinds["liaison_group"], subdistrict))
    send_group(by=None, group=group, places=[cast.neighbourhood])
    add_member(by=None, body=group, capacity="liaison", user=cast.users["stranger"], title="组长")
    client = client_as(cast.users["stranger"])
    assert "东门" in client.get("/rounds/inspections/").content.decode()
    assert inspect(client, cast.gates[0], notice="no").status_code == 302
    with cast.scope():
        assert Visit.objects.get().group == group
        assert Finding.objects.get().group == group
    entry = Entry.objects.get(act="rounds.inspected")
    officer = client_as(cast.users["officer"])
    assert "陕北联络组" in officer.get(f"/rounds/inspections/{entry.subject}/").content.decode()


@pytest.mark.parametrize("name", ["guard", "gate_captain", "building_leader"])
def test_who_may_not(cast: Cast, name: str) -> None:
    client = client_as(cast.users[name])
    assert client.get("/rounds/inspections/").status_code == 403
    assert client.get(f"/rounds/inspections/gates/{cast.gates[0].pk}/").status_code == 403
    assert client_as(cast.users["officer"]).get(f"/rounds/inspections/gates/{cast.lanes.pk}/").status_code == 404
    assert client_as(cast.users["stranger"]).get(f"/rounds/inspections/{uuid7()}/").status_code == 404
    assert client_as(cast.users["secretary"]).get(f"/rounds/inspections/{uuid7()}/").status_code == 404


def test_its_owner_sees_it_and_closes_it_and_nobody_elses(cast: Cast) -> None:
    client = client_as(cast.users["secretary"])
    inspect(client, cast.gates[0], notice="no")
    inspect(client, cast.gates[0], slip="no", slip_owner=str(cast.mandates["clerk"].pk))
    with cast.scope():
        mine, other = Finding.objects.order_by("happened_at", "pk")
    captain = client_as(cast.users["gate_captain"])
    page = captain.get("/rounds/findings/mine/").content.decode()
    assert "门口没有张贴告知" in page
    assert "申诉" not in page
    assert captain.get(f"/rounds/findings/{mine.pk}/").status_code == 200
    assert captain.get(f"/rounds/findings/{other.pk}/").status_code == 403
    assert captain.post(f"/rounds/findings/{other.pk}/close/", {"text": "好了"}).status_code == 403
    assert captain.post(f"/rounds/findings/{mine.pk}/close/", {"text": "已张贴"}).url == "/rounds/findings/mine/"
    assert captain.post(f"/rounds/findings/{mine.pk}/reopen/").status_code == 403
    assert "已张贴" in client.get(f"/rounds/findings/{mine.pk}/").content.decode()
    assert "门口没有张贴告知" not in captain.get("/rounds/findings/mine/").content.decode()
    assert "门口没有张贴告知" in captain.get("/rounds/findings/mine/?all").content.decode()
    assert Client().get("/rounds/findings/mine/").url.startswith("/accounts/login/")
    assert client_as(cast.users["stranger"]).get("/rounds/findings/mine/").status_code == 404


def test_todays_page_shows_the_property_what_is_its_own(cast: Cast) -> None:
    user = User.objects.create_user("pm", PASSWORD, display_name="方经理")
    mandate = give_mandate(by=None, capacity="property", place=cast.neighbourhood, user=user)
    assert "/rounds/findings/mine/" not in client_as(user).get("/").content.decode()
    inspect(client_as(cast.users["secretary"]), cast.gates[0], notice="no", notice_owner=str(mandate.pk))
    assert "/rounds/findings/mine/" in client_as(user).get("/").content.decode()
    with cast.scope():
        Finding.objects.update(due_on=TODAY - timedelta(days=1))
    assert "1 个问题由您办理" in client_as(user).get("/").content.decode()


def test_the_contact_of_a_firm_sees_what_is_its_own(subdistrict: Place, cast: Cast) -> None:
    kinds = {k.code: k for k in BodyKind.objects.all()}
    firm = add_body(by=None, facts=BodyFacts("安居物业", kinds["property_company"], cast.neighbourhood))
    user = User.objects.create_user("contact", PASSWORD, display_name="林经理")
    inside = add_member(by=None, body=firm, capacity="contact", user=user)
    inspect(client_as(cast.users["secretary"]), cast.gates[0], notice="no", notice_owner=str(inside.pk))
    assert "门口没有张贴告知" in client_as(user).get("/rounds/findings/mine/").content.decode()


def test_the_nearest_answers_for_a_gate(cast: Cast) -> None:
    gate = cast.gates[0]
    people = list(Mandate.objects.select_related("place"))
    assert answers_for(gate, people) == cast.mandates["gate_captain"]
    user = User.objects.create_user("pm", PASSWORD, display_name="物业")
    near = give_mandate(by=None, capacity="property", place=gate.parent or gate, user=user)
    assert answers_for(gate, list(Mandate.objects.select_related("place"))) in (near, cast.mandates["gate_captain"])
    assert answers_for(gate, [cast.mandates["secretary"]]) == cast.mandates["secretary"]
    assert answers_for(gate, []) is None


def test_the_list_says_which_gate_nobody_looked_at(cast: Cast) -> None:
    client = client_as(cast.users["secretary"])
    inspect(client, cast.gates[1], notice="no")
    with cast.scope():
        Finding.objects.update(due_on=TODAY - timedelta(days=1))
        first, last = gate_lines([cast.neighbourhood], timezone.now())
    assert (first.gate, first.last) == (cast.gates[0], None)
    assert (last.gate, last.open, last.late) == (cast.gates[1], 1, 1)
    page = client.get("/rounds/inspections/")
    assert (page.context["today"], page.context["never"], page.context["late"]) == (1, 1, 1)
    assert client.get("/rounds/inspections/?as=xlsx").status_code == 200
    assert re.search(
        r"/rounds/findings/[0-9a-f-]+/", client.get(f"/rounds/inspections/gates/{last.gate.pk}/").content.decode()
    )


def test_a_remark_goes_with_its_operation(cast: Cast) -> None:
    operation = measuring(cast)
    inspect(client_as(cast.users["secretary"]), cast.gates[0], remark="保安说昨晚有人翻墙")
    with cast.scope():
        value = VisitValue.objects.get(operation=operation.pk)
        assert (value.text, text_of_value(value)) == ("", "保安说昨晚有人翻墙")
        vault.keyring().destroy(f"operation:{operation.pk}")
        assert text_of_value(value) is None
        after = timezone.now() + timedelta(days=10)
        assert retention.due(after)["visit_notes"] == 1
        assert retention.erase(after)["visit_notes"] == 1
    visit = Entry.objects.get(act="rounds.inspected").subject
    assert client_as(cast.users["secretary"]).get(f"/rounds/inspections/{visit}/").status_code == 200
