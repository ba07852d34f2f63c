"""Office towers (G12), end to end: a tower with a gate, its staff by a list, their cards, two phones, and a log that says who recorded."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from openpyxl import Workbook

from linli.gates.actions.devices import Holder, enrol, make_token
from linli.gates.actions.devices import Phone as NewPhone
from linli.gates.actions.towers import issue_staff, leave, open_tower, take_staff
from linli.gates.cards_printing import faces, print_to
from linli.gates.cards_staff import staff_lines
from linli.gates.models import Check, Permit, PrintBatch, Role
from linli.gates.queries import board, by_role
from linli.gates.testing import Phone, check, refused
from linli.gates.tests.test_api import opened
from linli.gates.tests.test_pages import get, post
from linli.ground.actions.bodies import BodyFacts, add_body, end_body
from linli.ground.actions.staff import add_staff, staff_of
from linli.ground.bodies import contacts
from linli.ground.models import Body, BodyKind, Place, Residence
from linli.ground.setup import gates_of, set_gates
from linli.ground.testing import Cast, client_as
from linli.inbox.phones.signature import from_base64url
from linli.journal.models import Entry
from linli.operations.models import Operation

pytestmark = pytest.mark.django_db
LIST = "姓名,单位\n钱一,云帆科技\n钱二,云帆科技\n孙三,星河贸易\n"


@pytest.fixture
def tower(cast: Cast) -> Place:
    """A tower with two gates."""
    return open_tower(by=None, neighbourhood=cast.neighbourhood, name="望江大厦", gates=["大堂", "地库", "大堂"])


def staffed(cast: Cast, tower: Place, text: str = LIST) -> Any:
    """Its staff by a list."""
    with cast.scope():
        return take_staff(by=None, tower=tower, data=text.encode(), filename="")


def phone_at(cast: Cast, gate: Place, holder: Holder) -> Phone:
    """A phone at a gate of the tower."""
    now, phone = timezone.now(), Phone()
    _, code = make_token(
        by=cast.users["secretary"], gate=gate, shift_start=now, shift_end=now + timedelta(hours=8), holder=holder
    )
    phone.device = UUID(str(enrol(by=None, code=code, phone=NewPhone(from_base64url(phone.public_key()), "机")).pk))
    return phone


def until() -> Any:
    """A day to come."""
    return timezone.localdate() + timedelta(days=90)


def test_a_tower_from_its_list_to_the_log(cast: Cast, strict: Operation, tower: Place, tmp_path: Path) -> None:
    """G12: the same app; property staff and volunteers are told apart in the log."""
    taken = staffed(cast, tower)
    assert (taken.new, taken.known, taken.firms) == (3, 0, ["云帆科技", "星河贸易"])
    hall = Place.objects.get(parent=tower, name="大堂")
    with cast.scope():
        batch = issue_staff(by=None, tower=tower, until=until(), data={"names": "masked"})
        shown = faces(batch)
        assert [(face.place, face.room, face.name, face.klass) for face in shown] == [
            ("望江大厦", "云帆科技", "钱*", "staff"),
            ("望江大厦", "云帆科技", "钱*", "staff"),
            ("望江大厦", "星河贸易", "孙*", "staff"),
        ]
        print_to(batch, tmp_path / "cards.pdf", by=None)
        lines = staff_lines(tower, timezone.now())
        assert not Residence.objects.filter(person=lines[0].person).exists()
    company = add_body(by=None, facts=BodyFacts("安居物业", BodyKind.objects.get(code="property_company"), tower))
    property_phone = phone_at(cast, hall, Holder(Role.PROPERTY, company))
    volunteer = phone_at(cast, hall, Holder(Role.VOLUNTEER))
    for phone, face, line in ((property_phone, shown[0], lines[0]), (volunteer, shown[2], lines[2])):
        one = check(
            code=face.code,
            card=str(line.card),
            permit=str(line.permit),
            person=str(line.person),
            klass="staff",
            rules=strict_key(),
        )
        (result,) = phone.send(one)
        assert (result["status"], result["overridden"]) == ("stored", False), result
    with cast.scope():
        assert sorted(by_role(Check.objects.all())) == [("property", 1), ("volunteer", 1)]
        assert set(Check.objects.values_list("klass", "card_state")) == {("staff", "valid")}
        found = board(cast.neighbourhood, timezone.now())
        assert (found.outsiders, next(one.inside for one in found.lines if one.gate == hall)) == (0, 2)
    page = get(cast, "secretary", f"/gates/{hall.pk}/?show=all")
    assert "property staff · 安居物业" in page
    assert "volunteer" in page
    # the same card at a residents' gate is for another gate
    other = phone_at(cast, cast.gates[0], Holder())
    (result,) = other.send(check(code=shown[1].code, person=None, permit=None, klass="staff"))
    assert result["decision"]["outcome"] != "admitted"


def strict_key() -> str:
    """The rule set in force."""
    from linli.operations import rulesets  # named here: the key changes with its versions

    return str(rulesets.load("shanghai-2020-02-10")["key"])


def test_the_phone_knows_the_staff_without_a_network(cast: Cast, strict: Operation, tower: Place) -> None:
    staffed(cast, tower)
    with cast.scope():
        issue_staff(by=None, tower=tower, until=until(), data={})
    hall = Place.objects.get(parent=tower, name="大堂")
    pack = opened(phone_at(cast, hall, Holder()).get("pack"))
    row = next(card for card in pack["cards"] if card[6] == "staff")
    person = pack["people"][row[7]]
    assert person[1] in ("钱*", "孙*")
    assert pack["dwellings"][person[2]][0] == "望江大厦"
    found = phone_at(cast, hall, Holder()).get("search", "q=孙三")["people"]
    assert [one["name"] for one in found] == ["孙*"]
    assert found[0]["permit_no"]


def test_a_list_handed_in_again_adds_only_who_is_new(cast: Cast, tower: Place) -> None:
    staffed(cast, tower)
    again = staffed(cast, tower, LIST + "钱一,云帆科技\n李四,星河 贸易\n,云帆科技\n")
    assert (again.new, again.known, again.firms) == (2, 3, [])  # a second 钱一, because the list names two
    assert again.problems == [7]
    with cast.scope():
        assert staff_of(tower).count() == 5
    assert Body.objects.filter(place=tower).count() == 2


def test_what_cannot_be_taken(cast: Cast, tower: Place) -> None:
    with refused("towers.gates"):
        open_tower(by=None, neighbourhood=cast.neighbourhood, name="空塔", gates=[" "])
    with refused("list.no_headings"):
        staffed(cast, tower, "甲\n乙\n")
    rows = "\n".join(f"钱{n},云帆" for n in range(5_001))
    with refused("towers.many"):
        staffed(cast, tower, "姓名,单位\n" + rows)
    firm = add_body(by=None, facts=BodyFacts("云帆", BodyKind.objects.get(code="company"), tower))
    far = add_body(
        by=None, facts=BodyFacts("远方", BodyKind.objects.get(code="company"), cast.neighbourhood.parent or tower)
    )
    with cast.scope():
        with refused("staff.name"):
            add_staff(by=None, firm=firm, names=["x" * 81])
        if far.place.neighbourhood_id is None:
            with refused("staff.nowhere"):
                add_staff(by=None, firm=far, names=["钱"])
        end_body(by=None, body=firm, on=timezone.localdate())
        with refused("bodies.ended"):
            add_staff(by=None, firm=Body.objects.get(pk=firm.pk), names=["钱"])


def test_who_leaves_opens_no_gate_any_more(cast: Cast, strict: Operation, tower: Place) -> None:
    staffed(cast, tower)
    with cast.scope():
        batch = issue_staff(by=None, tower=tower, until=until(), data={})
        shown = faces(batch)
        gone = next(m for m in staff_of(tower) if m.holder_name == "孙三")
        leave(by=None, mandate=gone)
        assert Permit.objects.get(person=gone.person_id).reason == "left"
        assert [line.masked for line in staff_lines(tower, timezone.now())] == ["钱*", "钱*"]
    phone = phone_at(cast, Place.objects.get(parent=tower, name="大堂"), Holder())
    (result,) = phone.send(check(code=shown[2].code, klass="staff"))
    assert result["decision"]["outcome"] != "admitted"
    assert Entry.objects.filter(act="gates.staff_left").count() == 1


def test_the_pages_of_a_tower(cast: Cast, tmp_path: Path) -> None:
    post(cast, "secretary", "/gates/towers/", {"name": "望江大厦", "gates": "大堂"})
    tower = Place.objects.get(name="望江大厦")
    book = Workbook()
    for row in (["员工姓名", "公司"], ["钱一", "云帆科技"], ["孙三", "星河贸易"]):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    file.name = "staff.xlsx"
    page = post(cast, "clerk", f"/gates/towers/{tower.pk}/staff/", {"file": file}).content.decode()
    assert "2 people added" in page
    assert "孙*" in page
    assert "孙三" not in page
    assert post(cast, "clerk", f"/gates/towers/{tower.pk}/staff/", {}).status_code == 422
    issued = post(cast, "clerk", f"/gates/towers/{tower.pk}/issue/", {"until": until().isoformat(), "names": "masked"})
    assert issued.redirect_chain[0][0].startswith("/gates/permits/batches/")
    with cast.scope():
        batch = PrintBatch.objects.get()
        print_to(batch, tmp_path / "cards.pdf", by=None)
    assert "2 cards recorded" in post(cast, "clerk", f"/gates/towers/{tower.pk}/hand_out/").content.decode()
    assert "2 of 2 have their card" in get(cast, "secretary", f"/gates/towers/{tower.pk}/")
    assert "2 / 2" in get(cast, "secretary", "/gates/towers/")
    with cast.scope():
        line = staff_lines(tower, timezone.now())[0]
        who = staff_of(tower).get(person=line.person)
    assert get(cast, "clerk", f"/gates/permits/cards/{line.card}/")
    post(cast, "clerk", f"/gates/towers/{tower.pk}/leave/", {"who": who.pk})
    assert "1 of 1 have their card" in get(cast, "secretary", f"/gates/towers/{tower.pk}/")
    for name, status in (("guard", 403), ("building_leader", 403), ("stranger", 404)):
        assert client_as(cast.users[name]).get(f"/gates/towers/{tower.pk}/").status_code == status
    assert client_as(cast.users["clerk"]).post(f"/gates/towers/{tower.pk}/burn/").status_code == 404
    assert client_as(cast.users["clerk"]).post(f"/gates/towers/{tower.pk}/leave/", {"who": "0"}).status_code == 404


def test_staff_is_no_list_of_people_to_call(cast: Cast, tower: Place) -> None:
    """The page of a firm, which the subdistrict reads too, names who speaks for it and nobody of its staff."""
    staffed(cast, tower)
    firm = Body.objects.get(name="云帆科技")
    assert "钱" not in client_as(cast.users["secretary"]).get(f"/bodies/{firm.pk}/").content.decode()
    assert contacts([firm.pk]) == {}


def test_the_set_up_of_gates_leaves_a_towers_gates_alone(cast: Cast, tower: Place) -> None:
    names = [gate.name for gate in gates_of(cast.neighbourhood)]
    assert "大堂" not in names
    set_gates(by=cast.users["secretary"], neighbourhood=cast.neighbourhood, names=names)
    assert Place.objects.filter(parent=tower, until__isnull=True).count() == 2
