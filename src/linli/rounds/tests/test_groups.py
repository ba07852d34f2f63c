"""Liaison groups with visits and findings (R13); notes that go with their operation."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from linli import vault
from linli.accounts.tests.refused import refused
from linli.ground.actions.bodies import BodyFacts, add_body
from linli.ground.actions.members import add_member, send_group
from linli.ground.actions.places import NewPlace, add_places, create_neighbourhood
from linli.ground.models import Body, BodyKind, Mandate, Place
from linli.ground.scope import ScopeError, scoped
from linli.ground.testing import Cast, client_as
from linli.ground.tests.test_bodies import subdistrict
from linli.journal.models import Entry
from linli.journal.record import detail_of
from linli.operations.actions import Order, open_operation
from linli.rounds import retention
from linli.rounds.actions.visits import Found, close_finding, record_finding, record_visit, reopen_finding
from linli.rounds.groups import load
from linli.rounds.models import Finding, Visit
from linli.rounds.notes import close_of, text_of

pytestmark = pytest.mark.django_db
__all__ = ["subdistrict"]
TODAY = timezone.localdate()


@pytest.fixture
def groups(subdistrict: Place, cast: Cast) -> list[Body]:
    """陕北 is sent to the cast's neighbourhood, 延中 to another of the subdistrict."""
    other = create_neighbourhood(by=None, name="延安居民区", parent=subdistrict)
    kinds = {k.code: k for k in BodyKind.objects.all()}
    office = add_body(by=None, facts=BodyFacts("党建办公室", kinds["office"], subdistrict))
    made = [
        add_body(by=None, facts=BodyFacts(n, kinds["liaison_group"], subdistrict, office)) for n in ("陕北", "延中")
    ]
    send_group(by=None, group=made[0], places=[cast.neighbourhood])
    send_group(by=None, group=made[1], places=[other])
    add_member(by=None, body=made[0], capacity="liaison", user=cast.users["stranger"], title="组长")
    return made


def found(cast: Cast, text: str = "测温枪没有电", days: int = 1) -> Found:
    return Found(text, cast.mandates["gate_captain"], TODAY + timedelta(days=days))


def test_each_groups_visits_and_findings_per_day(groups: list[Body], subdistrict: Place, cast: Cast) -> None:
    """R13: 陕北 and 延中 are visible, each with its visits and findings of the day."""
    gate = cast.gates[0]
    with cast.scope():
        visit = record_visit(by=None, group=groups[0], place=gate, visitor="孙科长", note="有人排队")
        record_finding(by=None, place=gate, found=found(cast), source=f"visit:{visit.pk}", group=groups[0])
    client = client_as(cast.users["officer"])
    page = client.get("/rounds/groups/").content.decode()
    assert "陕北" in page
    assert "延中" in page
    assert "延安居民区" in page
    one = client.get(f"/rounds/groups/{groups[0].pk}/").content.decode()
    for word in ("有人排队", "测温枪没有电", "孙科长", "东门"):
        assert word in one
    assert "有人排队" not in client.get(f"/rounds/groups/{groups[1].pk}/").content.decode()
    before = (TODAY - timedelta(days=1)).isoformat()
    assert "有人排队" not in client.get(f"/rounds/groups/{groups[0].pk}/?day={before}").content.decode()
    everywhere = {cast.neighbourhood.pk, Place.objects.get(name="延安居民区").pk}
    with scoped(neighbourhood_ids=everywhere, reason="test"):
        table = {g.body.name: g for g in load([subdistrict], TODAY)}
    assert [len(table[n].visits) for n in ("陕北", "延中")] == [1, 0]
    assert [p.name for p in table["延中"].unseen] == ["延安居民区"]


def test_a_member_works_where_the_group_is_sent(groups: list[Body], cast: Cast) -> None:
    client = client_as(cast.users["stranger"])
    assert client.get("/").url == "/rounds/"
    assert client.get("/rounds/").status_code == 200
    assert client.get(f"/rounds/groups/{groups[1].pk}/").status_code == 404
    form = {
        "place": cast.gates[0].pk, "happened_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"), "visitor": "组长",
        "note": "看了东门", "found": "标线不清", "owner": cast.mandates["clerk"].pk, "due_on": TODAY.isoformat(),
    }  # fmt: skip
    path = f"/rounds/groups/{groups[0].pk}/visit/"
    assert client.get(path).status_code == 200
    assert client.post(path, {**form, "owner": ""}).status_code == 200
    assert client.post(path, form).url == f"/rounds/groups/{groups[0].pk}/"
    with cast.scope():
        finding = Finding.objects.get()
        assert finding.source == f"visit:{Visit.objects.get().pk}"
        assert finding.owner == cast.mandates["clerk"]
    assert "标线不清" in client.get("/rounds/findings/").content.decode()
    assert client.post(f"/rounds/findings/{finding.pk}/close/", {"text": ""}).status_code == 200
    assert client.post(f"/rounds/findings/{finding.pk}/close/", {"text": "重画了"}).status_code == 302
    assert "重画了" in client.get(f"/rounds/findings/{finding.pk}/").content.decode()
    client.post(f"/rounds/findings/{finding.pk}/reopen/")
    assert client.get("/homes/").status_code == 403
    assert client.get("/bodies/").status_code == 403
    for name, status in (("guard", 403), ("building_leader", 403)):
        assert client_as(cast.users[name]).get(f"/rounds/findings/{finding.pk}/").status_code == status


def test_what_cannot_be_recorded(groups: list[Body], cast: Cast) -> None:
    gate, far = cast.gates[0], Place.objects.get(name="延安居民区")
    with scoped(neighbourhood_ids={cast.neighbourhood.pk, far.pk}, reason="test"):
        with refused("rounds.not_sent"):
            record_visit(by=None, group=groups[0], place=far, visitor="谁")
        with refused("rounds.visit_future"):
            record_visit(
                by=None, group=groups[0], place=gate, visitor="谁", happened_at=timezone.now() + timedelta(hours=1)
            )
        with refused("rounds.visitor_missing"):
            record_visit(by=None, group=groups[0], place=gate, visitor=" ")
        with refused("rounds.finding_text"):
            record_finding(by=None, place=gate, found=found(cast, " "))
        with refused("rounds.due_before"):
            record_finding(by=None, place=gate, found=found(cast, days=-1))
        with refused("rounds.finding_place"):
            record_finding(by=None, place=far.parent, found=found(cast))
        one = record_finding(by=None, place=gate, found=found(cast), source="shift:42")
        with refused("rounds.close_text"):
            close_finding(by=None, finding=one, text=" ")
        close_finding(by=None, finding=one, text="换了电池")
        with refused("rounds.closed_already"):
            close_finding(by=None, finding=one, text="再换")
        assert close_of(one) == "换了电池"
        assert reopen_finding(by=None, finding=one).closed_at is None
        assert reopen_finding(by=None, finding=one).closed_at is None
    with pytest.raises(ScopeError):
        Finding.objects.first()
    with pytest.raises(ScopeError):
        Visit.objects.first()


def test_what_is_overdue_stands_on_today(groups: list[Body], cast: Cast) -> None:
    with cast.scope():
        one = record_finding(by=None, place=cast.gates[0], found=found(cast, days=0))
        Finding.objects.filter(pk=one.pk).update(due_on=TODAY - timedelta(days=1))
    client = client_as(cast.users["secretary"])
    assert "/rounds/findings/?show=late" in client.get("/").content.decode()
    assert "测温枪没有电" in client.get("/rounds/findings/?show=late").content.decode()
    assert client.get("/rounds/findings/?show=late&as=xlsx").status_code == 200
    assert "测温枪没有电" not in client.get("/rounds/findings/?show=closed").content.decode()
    with cast.scope():
        close_finding(by=None, finding=one, text="好了")
    assert "/rounds/findings/?show=late" not in client.get("/").content.decode()


def test_notes_are_sealed_while_an_operation_is_on_and_go_with_it(groups: list[Body], cast: Cast) -> None:
    now = timezone.now()
    order = Order(
        name="春季", purpose="核验", ground="emergency", ground_text="演练", authority="街道", order_number="1",
        contact="021-0000-0101", ruleset="shanghai-2020-02-10",
    )  # fmt: skip
    with cast.scope():
        operation = open_operation(
            by=cast.users["secretary"],
            neighbourhood=cast.neighbourhood,
            order=order,
            starts_at=now,
            ends_at=now + timedelta(days=9),
        )
        visit = record_visit(by=None, group=groups[0], place=cast.gates[0], visitor="谁", note="7号有人咳嗽")
        one = record_finding(by=None, place=cast.gates[0], found=found(cast))
        close_finding(by=None, finding=one, text="送医")
        reopen_finding(by=None, finding=one)
        again = Entry.objects.filter(act="rounds.finding_reopened").get()
        assert detail_of(again.pk) == "送医"
        close_finding(by=None, finding=one, text="送医")
        assert (visit.note, one.note, one.closed_with) == ("", "", "")
        assert (text_of(visit), text_of(one), close_of(one)) == ("7号有人咳嗽", "测温枪没有电", "送医")
        vault.keyring().destroy(f"operation:{operation.pk}")
        assert (text_of(visit), text_of(one), close_of(one)) == (None, None, None)
        assert detail_of(again.pk) is None  # the journal does not keep what the operation took along
        after = now + timedelta(days=10)
        going = {"visit_notes": 1, "visit_photos": 0, "finding_notes": 1, "finding_closings": 1}
        assert retention.due(after) == going
        assert retention.erase(after) == going
        assert sum(retention.due(after).values()) == 0
        assert text_of(Visit.objects.get()) is None


def test_a_group_is_made_and_sent_through_the_pages(subdistrict: Place, cast: Cast) -> None:
    kinds = {k.code: k for k in BodyKind.objects.all()}
    office = add_body(by=None, facts=BodyFacts("党建办公室", kinds["office"], subdistrict))
    add_places([NewPlace("public_spot", cast.neighbourhood, "公告栏")])
    client = client_as(cast.users["officer"])
    assert client.get("/rounds/groups/add/").status_code == 200
    data = {"name": "陕北", "parent": office.pk, "places": [cast.neighbourhood.pk]}
    assert client.post("/rounds/groups/add/", {**data, "places": []}).status_code == 200
    client.post("/rounds/groups/add/", data)
    group = Body.objects.get(name="陕北")
    assert Mandate.objects.get(body=group).place == cast.neighbourhood
    assert client.post("/rounds/groups/add/", data).status_code == 200  # bodies.exists
    client.post(f"/rounds/groups/{group.pk}/send/", {"places": []})
    client.post(f"/rounds/groups/{group.pk}/send/", {"places": [cast.neighbourhood.pk]})
    assert Mandate.objects.get(body=group).until is None
    assert client.get("/rounds/findings/add/").status_code == 200
    finding = {
        "place": cast.neighbourhood.pk,
        "found": "公告过期",
        "owner": cast.mandates["clerk"].pk,
        "due_on": TODAY.isoformat(),
    }
    assert client.post("/rounds/findings/add/", finding).url == "/rounds/findings/"
    assert client.post("/rounds/findings/add/", {}).status_code == 200


def test_days_without_a_neighbour_are_today(groups: list[Body], cast: Cast) -> None:
    client = client_as(cast.users["officer"])
    for day in ("9999-12-31", "0001-01-01", "gestern"):
        page = client.get(f"/rounds/groups/?day={day}")
        assert (page.status_code, page.context["today"]) == (200, True)
