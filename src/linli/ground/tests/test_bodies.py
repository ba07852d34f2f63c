"""Bodies: a tree with history, members, names alike, and lists of them (R14, X02, X03)."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.accounts.tests.refused import refused
from linli.ground import bodies
from linli.ground.actions.bodies import (
    BodyFacts,
    add_body,
    add_kind,
    change_body,
    correct_body,
    end_body,
    remove_body,
    reopen_body,
    tell_apart,
)  # fmt: skip
from linli.ground.actions.bodies_import import import_bodies
from linli.ground.actions.members import add_member, end_member, send_group
from linli.ground.actions.places import NewPlace, add_places
from linli.ground.bodies_alike import bodies_alike, pairs, people_alike
from linli.ground.bodies_list import totals
from linli.ground.bodies_read import lines
from linli.ground.bodies_source import reader
from linli.ground.mandates import can
from linli.ground.models import Body, BodyKind, BodyVersion, Mandate, Place
from linli.ground.testing import Cast, client_as

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def kind(code: str) -> BodyKind:
    return BodyKind.objects.get(code=code)


@pytest.fixture
def subdistrict(cast: Cast) -> Place:
    """The cast's neighbourhood under a subdistrict, with an officer there."""
    (place,) = add_places([NewPlace("subdistrict", None, "槐安街道")])
    hood = cast.neighbourhood
    hood.parent, hood.path = place, place.path + hood.path
    hood.save(update_fields=["parent", "path"])
    for row in Place.objects.filter(neighbourhood=hood).exclude(pk=hood.pk):
        row.path = place.path + row.path
        row.save(update_fields=["path"])
    for known in (cast.villas, cast.lanes, cast.building, *cast.gates, *cast.dwellings):
        known.refresh_from_db()
    Mandate.objects.filter(pk=cast.mandates["officer"].pk).update(place=place)
    return place


def sheet(count: tuple[int, int, int] = (13, 112, 9)) -> list[list[str]]:
    """An office's list: heading lines, then 13 + 112 + 9 rows."""
    firsts = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳"
    rows = [["槐安街道单位一览表"], [], ["序号", "单位名称", "单位类型", "上级单位", "联系人", "职务", "值班电话"]]
    for n in range(count[0]):
        rows.append(["", f"{firsts[n]}园居民区", "居民区", "", f"何{firsts[n]}", "书记", f"021-0000-1{n:03}"])
    for n in range(count[1]):
        name = f"{firsts[n % 16]}{firsts[n // 16]}{n}科技"
        rows.append(["", name, "“两新”党组织", f"{firsts[n % 13]}园居民区", "", "", ""])
    for n in range(count[2]):
        rows.append(["", f"第{n}办公室", "机关", "", "", "", ""])
    return rows


def as_csv(rows: list[list[str]], encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)


def take(place: Place, data: bytes, name: str = "list.csv") -> dict[str, Any]:
    entries = reader(place).read(lines(data, name))
    import_bodies(by=None, entries=entries, root=place)
    return totals(entries)


def test_134_units_by_three_kinds_that_add_up(subdistrict: Place, cast: Cast) -> None:
    """R14: 13 + 112 + 9 = 134."""
    counts = take(subdistrict, as_csv(sheet()))
    assert counts["new"] == 134
    assert counts["by_kind"] == {"committee": 13, "two_new": 112, "office": 9}
    add_body(by=None, facts=BodyFacts("陕北组", kind("liaison_group"), subdistrict))
    units, teams = bodies.totals(bodies.visible([subdistrict]))
    assert [(t.kind.code, t.count) for t in units] == [("committee", 13), ("two_new", 112), ("office", 9)]
    assert sum(t.count for t in units) == 134
    assert [t.count for t in teams] == [1]
    page = client_as(cast.users["officer"]).get("/bodies/").content.decode()
    assert "134" in page
    assert page.count('href="/bodies/') > 134
    tops = bodies.forest(bodies.visible([subdistrict]))
    assert sum(1 + top.size for top in tops) == 135


def test_the_pages_need_the_same_statements_at_any_number(subdistrict: Place, cast: Cast) -> None:
    client = client_as(cast.users["officer"])
    take(subdistrict, as_csv(sheet((2, 3, 1))))
    client.get("/bodies/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/bodies/")
    take(subdistrict, as_csv(sheet()))
    with CaptureQueriesContext(connection) as many:
        client.get("/bodies/")
    assert len(many) == len(few)


def test_search_export_and_print(subdistrict: Place, cast: Cast) -> None:
    take(subdistrict, as_csv(sheet()))
    client = client_as(cast.users["officer"])
    assert (
        "1 行" in client.get("/bodies/?q=丙园居民区").content.decode()
        or "丙园居民区" in client.get("/bodies/?q=丙园居民区").content.decode()
    )
    top = Body.objects.get(name="甲园居民区")
    under = client.get(f"/bodies/?under={top.pk}&as=xlsx").content
    again = reader(subdistrict).read(lines(under, "export.xlsx"))
    assert {e.verdict for e in again} == {"same"}
    assert len(again) == 1 + sum(1 for n in range(112) if n % 13 == 0)
    assert client.get("/bodies/?as=print").status_code == 200
    whole = reader(subdistrict).read(lines(client.get("/bodies/?as=xlsx").content, "all.xlsx"))
    assert totals(whole)["same"] == 134


def test_a_neighbourhood_sees_its_own_and_a_stranger_nothing(subdistrict: Place, cast: Cast) -> None:
    own = add_body(by=None, facts=BodyFacts("槐安业委会", kind("owners_committee"), cast.lanes))
    other = add_body(by=None, facts=BodyFacts("别处的公司", kind("company"), subdistrict))
    client = client_as(cast.users["secretary"])
    page = client.get("/bodies/").content.decode()
    assert own.name in page
    assert other.name not in page
    assert client.get(f"/bodies/{other.pk}/").status_code == 404
    assert client.post(f"/bodies/{other.pk}/do/end/", {"on": TODAY.isoformat()}).status_code == 404
    assert client_as(cast.users["officer"]).get(f"/bodies/{other.pk}/").status_code == 200
    assert client_as(cast.users["stranger"]).get("/bodies/").status_code == 404
    assert client_as(cast.users["guard"]).get(f"/bodies/{own.pk}/").status_code == 403


def test_rename_move_and_end_keep_the_history(subdistrict: Place) -> None:
    office = add_body(by=None, facts=BodyFacts("党建办", kind("office"), subdistrict), since=date(2019, 1, 1))
    body = add_body(by=None, facts=BodyFacts("荣茂公司", kind("company"), subdistrict), since=date(2019, 1, 1))
    body = change_body(
        by=None, body=body, to=BodyFacts("荣茂科技", kind("two_new"), subdistrict, office), since=date(2020, 3, 1)
    )
    assert list(body.versions.order_by("since").values_list("name", "kind__code", "parent__name")) == [
        ("荣茂公司", "company", None),
        ("荣茂科技", "two_new", "党建办"),
    ]
    change_body(by=None, body=body, to=BodyFacts("荣茂科技", kind("two_new"), subdistrict, office))
    assert body.versions.count() == 2
    member = add_member(by=None, body=body, capacity="contact", name="何远山", title="书记", since=date(2020, 3, 1))
    with refused("bodies.has_children"):
        end_body(by=None, body=office)
    end_body(by=None, body=body)
    member.refresh_from_db()
    assert member.until == TODAY
    assert body not in bodies.visible([subdistrict])
    assert body in bodies.visible([subdistrict], ended=True)
    with refused("bodies.ended"):
        add_member(by=None, body=Body.objects.get(pk=body.pk), capacity="contact", name="谁")
    assert reopen_body(by=None, body=Body.objects.get(pk=body.pk)).until is None
    assert correct_body(by=None, body=body, code=" A7 ", phone="021-0000-1111").code == "A7"


def test_what_a_body_cannot_be(subdistrict: Place) -> None:
    office = add_body(by=None, facts=BodyFacts("党建办", kind("office"), subdistrict))
    firm = add_body(by=None, facts=BodyFacts("云帆", kind("company"), subdistrict, office))
    with refused("bodies.exists"):
        add_body(by=None, facts=BodyFacts("党 建办", kind("office"), subdistrict))
    with refused("bodies.name_missing"):
        add_body(by=None, facts=BodyFacts("  ", kind("office"), subdistrict))
    with refused("bodies.under_itself"):
        change_body(by=None, body=office, to=BodyFacts("党建办", kind("office"), subdistrict, firm))
    with refused("bodies.future"):
        change_body(
            by=None, body=firm, to=BodyFacts("新", kind("company"), subdistrict), since=TODAY + timedelta(days=1)
        )
    change_body(by=None, body=firm, to=BodyFacts("新", kind("company"), subdistrict, office))
    with refused("bodies.before_history"):
        change_body(
            by=None, body=firm, to=BodyFacts("旧", kind("company"), subdistrict), since=TODAY - timedelta(days=9)
        )
    with refused("bodies.named"):
        remove_body(by=None, body=office)
    remove_body(by=None, body=Body.objects.get(pk=firm.pk))
    assert not BodyVersion.objects.filter(name="新").exists()
    with refused("bodies.kind_exists"):
        add_kind(by=None, name_zh="机关", name_en="bureau")
    with refused("bodies.kind_name"):
        add_kind(by=None, name_zh="", name_en="")
    assert add_kind(by=None, name_zh="楼宇党委", name_en="tower committee").code == "tower_committee"


def test_a_mandate_without_holder_needs_a_name_and_a_body(subdistrict: Place) -> None:
    for wrong in ({"place": subdistrict, "holder_name": "谁"}, {"holder_name": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Mandate.objects.create(capacity="contact", since=TODAY, **wrong)


def test_one_name_with_two_roles_is_two_rows_and_two_spellings_are_flagged(subdistrict: Place, cast: Cast) -> None:
    """X03: never joined by name alone. X02: two spellings of a name are shown to a person, never joined."""
    one = add_body(by=None, facts=BodyFacts("荣茂公司党支部", kind("branch"), subdistrict))
    other = add_body(by=None, facts=BodyFacts("荣茂工贸公司党支部", kind("branch"), subdistrict))
    first = add_member(by=None, body=one, capacity="head", name="方晓岚", title="书记")
    second = add_member(by=None, body=other, capacity="member", name="方晓岚", title="突击队员")
    assert first.pk != second.pk
    assert add_member(by=None, body=one, capacity="head", name="方晓岚").pk == first.pk
    client = client_as(cast.users["officer"])
    assert one.name in client.get("/bodies/").content.decode().split("apart")[0]
    assert f"/bodies/{one.pk}/apart/{other.pk}/" in client.get("/bodies/").content.decode()
    client.post(f"/bodies/{one.pk}/apart/{other.pk}/")
    assert "/apart/" not in client.get("/bodies/").content.decode()
    assert tell_apart(by=None, one=other, other=one).one_id == one.pk
    assert Body.objects.filter(kind__code="branch").count() == 2
    end_member(by=None, mandate=second)
    assert other.pk not in bodies.contacts([other.pk])
    with refused("bodies.member_missing"):
        add_member(by=None, body=one, capacity="member")
    with refused("ground.capacity_unknown"):
        add_member(by=None, body=one, capacity="king", name="谁")


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("荣茂公司党支部", "荣茂工贸公司党支部", True),
        ("云帆科技党支部", "云凡科技党支部", True),
        ("槐安 街道（东）", "槐安街道(东)", True),
        ("第一党支部", "第二党支部", False),
        ("东苑居民区", "西苑居民区", False),
        ("槐安居民区", "槐荫居民区", False),
        ("上海青禾餐饮有限公司", "上海青禾物流有限公司", False),
    ],
)
def test_which_names_are_alike(one: str, other: str, alike: bool) -> None:
    assert bodies_alike(one, other) is alike
    assert bodies_alike(other, one) is alike
    assert bool(pairs([(1, one), (2, other)])) is alike


def test_people_with_one_sound_and_two_signs() -> None:
    assert people_alike("黄连娣", "黄莲娣")
    assert not people_alike("黄连娣", "黄连娣")
    assert not people_alike("黄连娣", "王连娣")


def test_a_whole_life_through_the_pages(subdistrict: Place, cast: Cast) -> None:
    client = client_as(cast.users["officer"])
    made = client.post(
        "/bodies/add/", {"name": "云帆社", "kind": kind("ngo").pk, "place": subdistrict.pk, "contact": "韩一鸣"}
    )
    body = Body.objects.get(name="云帆社")
    assert made.url == f"/bodies/{body.pk}/"
    base = f"/bodies/{body.pk}/"
    change = {"name": "云帆中心", "kind": kind("ngo").pk, "place": subdistrict.pk, "since": TODAY.isoformat()}
    client.post(base + "do/change/", change)
    client.post(base + "do/reach/", {"phone": "021-0000-7777", "code": "N9"})
    client.post(base + "do/member/", {"capacity": "head", "user": cast.users["clerk"].pk, "title": "主任"})
    page = client.get(base).content.decode()
    for word in ("云帆中心", "云帆社", "021-0000-7777", "N9", "韩一鸣", "主任"):
        assert word in page
    member = Mandate.objects.get(of_body=body, capacity="contact")
    client.post(f"/bodies/member/{member.pk}/end/")
    member.refresh_from_db()
    assert member.until == TODAY
    for verb, wrong in (
        ("change", {}),
        ("reach", {"phone": "0" * 99}),
        ("end", {"on": "x"}),
        ("member", {"capacity": "x"}),
    ):
        assert client.post(f"{base}do/{verb}/", wrong).status_code == 200
    client.post(base + "do/remove/")
    client.post(base + "do/end/", {"on": TODAY.isoformat()})
    body.refresh_from_db()
    assert body.until == TODAY
    client.post(base + "do/reopen/")
    body.refresh_from_db()
    assert body.until is None
    assert client.post(base + "do/nothing/").status_code == 404
    client.post("/bodies/kinds/", {"name_zh": "楼组", "name_en": "stair group"})
    assert "楼组" in client.get("/bodies/kinds/").content.decode()


def test_a_group_is_sent_and_its_officer_works_there_only(subdistrict: Place, cast: Cast) -> None:
    """R13: the mandate of a group gives its officers rights where it is sent, and nowhere else."""
    group = add_body(by=None, facts=BodyFacts("陕北", kind("liaison_group"), subdistrict))
    user = cast.users["stranger"]
    add_member(by=None, body=group, capacity="liaison", user=user)
    assert not can(user, "rounds.write", cast.neighbourhood)
    send_group(by=None, group=group, places=[cast.neighbourhood])
    assert can(user, "rounds.write", cast.neighbourhood)
    assert not can(user, "rounds.write", subdistrict)
    assert not can(user, "register.read", cast.neighbourhood)
    send_group(by=None, group=group, places=[])
    assert not can(user, "rounds.write", cast.neighbourhood)
    with refused("bodies.group_place"):
        send_group(by=None, group=group, places=[cast.gates[0]])
    contact = add_member(by=None, body=group, capacity="contact", user=cast.users["guard"])
    send_group(by=None, group=group, places=[cast.neighbourhood])
    assert contact.of_body_id == group.pk
    assert not can(cast.users["guard"], "rounds.write", cast.neighbourhood)
