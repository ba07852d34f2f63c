"""Journeys that are followed (E02), service to the door (S05), visits to staff (L18), the five items (Q04)."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from linli.care import service, staff
from linli.care.actions.follow_ups import Returns, set_follow_up
from linli.care.actions.staff import Due, ask_staff_visit, cancel_staff_visit, done_staff_visit
from linli.care.actions.visits import record_on_site, set_need
from linli.care.models import Case, FollowUp, Readiness, ReadinessPhoto, StaffVisit
from linli.care.tests.conftest import attention, begin_operation, refused
from linli.care.tests.own_stage import jpeg
from linli.ground.actions.mandates import give_mandate
from linli.ground.actions.places import create_neighbourhood
from linli.ground.testing import Cast, client_as
from linli.journal.models import Detail, Entry
from linli.operations.models import Operation

pytestmark = pytest.mark.django_db


def page(client: Client, name: str, *args: Any, **given: str) -> str:
    answer = client.get(reverse(name, args=args), given)
    assert answer.status_code == 200
    return answer.content.decode()


def journey(cast: Cast, person: int, tags: tuple[str, ...], *, whole: bool = True) -> Case:
    """Somebody on the way back; without ``whole`` only the route is known."""
    case = attention(cast, kind="journey", ground="journey", home=0, person=person)
    day = timezone.localdate() + timedelta(days=5)
    set_follow_up(
        by=None, case=case, route="从武昌坐高铁", tags=tags, health="好" if whole else None,
        returns=Returns(day, day + timedelta(days=3), True) if whole else None,
    )  # fmt: skip
    return case


def rows_of(answer: Any) -> list[tuple[Any, ...]]:
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    return list(sheet.iter_rows(values_only=True))


def test_two_lists_are_counted_each_and_never_added_up(cast: Cast, operation: Operation) -> None:
    """E02 in small: two and three people on two lists, one on both; neither five nor four people are spoken of."""
    with cast.scope():
        journey(cast, 0, ("key_region",))
        journey(cast, 1, ("key_region", "abroad"), whole=False)
        journey(cast, 2, ("abroad",))
        journey(cast, 3, ("abroad",))
    client = client_as(cast.users["clerk"])
    first = page(client, "care:journeys")
    assert "来自重点地区的行程：2 人，1 人信息不全" in first
    assert "来自重点地区的行程 · 2" in first
    assert "来自境外的行程 · 3" in first
    assert "不相加" in first
    for total in ("5 人", "4 人", "5 行", "4 行"):
        assert total not in first
    other = page(client, "care:journeys", list="abroad")
    assert "来自境外的行程：3 人，1 人信息不全" in other
    answer = client.get(reverse("care:journeys"), {"list": "abroad", "as": "xlsx"})
    names = {row[0] for row in rows_of(answer)}
    assert {cast.people[n].name for n in (1, 2, 3)} <= names
    assert Entry.objects.get(act="care.exported").data["list"] == "abroad"


def test_what_is_not_known_is_listed_until_somebody_has_asked(cast: Cast, operation: Operation) -> None:
    client = client_as(cast.users["clerk"])
    with cast.scope():
        case = journey(cast, 0, ("abroad",), whole=False)
    url = reverse("care:case", args=[case.pk])
    assert "还缺：身体状况、" in client.get(url).content.decode()
    given = {"verb": "follow", "tags": ["abroad"], "health": "有点累", "route": "从武昌坐高铁", "returns": "不知何时"}
    assert client.post(url, given).status_code == 422
    assert client.post(url, {**given, "returns": "3月底"}).status_code == 302
    with cast.scope():
        known = FollowUp.objects.get()
        assert known.returns_about
        assert known.health is not None
    shown = client.get(url).content.decode()
    assert "还缺" not in shown
    assert "信息都已齐全" in page(client, "care:journeys", list="abroad")


def test_a_journey_is_followed_from_the_page_and_its_ground_is_a_journey(cast: Cast, operation: Operation) -> None:
    client = client_as(cast.users["clerk"])
    url = f"{reverse('care:new')}?person={cast.people[0].pk}&kind=journey"
    shown = client.get(url).content.decode()
    assert "不问是哪里人" in shown
    given = {
        "tags": ["key_region"], "health": "", "route": "", "returns": "", "mandate": str(cast.mandates["clerk"].pk),
        "ends_on": (timezone.localdate() + timedelta(days=30)).isoformat(),
    }  # fmt: skip
    assert client.post(url, given).status_code == 302
    with cast.scope():
        assert Case.objects.get().ground == "journey"
    assert "1 人信息不全" in page(client, "care:journeys")


def test_an_empty_list_teaches_and_needs_no_operation(cast: Cast) -> None:
    assert "没有人在路上" in page(client_as(cast.users["clerk"]), "care:journeys")
    assert "目前没有需要的户" in page(client_as(cast.users["clerk"]), "care:service")


def test_every_household_has_somebody_by_name_and_things_are_brought(cast: Cast) -> None:
    """S05: who has nobody by name, who would still queue, what is past its day."""
    now = timezone.now()
    with cast.scope():
        one = attention(cast, kind="disabled")
        set_need(by=None, case=one, way="bring", every_days=7)
        two = attention(cast, kind="alone", home=1, person=2)
        gone = attention(cast, kind="hardship", home=2, person=4, supervisor=None)
        record_on_site(by=None, case=two, way="bring", happened_at=now - timedelta(days=4))
        lines = {line.household: line for line in service.load(cast.users["clerk"], cast.neighbourhood, now)}
        assert lines[one.household_id].due == timezone.localdate(now)
        assert (lines[two.household_id].served, lines[two.household_id].due) == (True, None)
        assert not lines[gone.household_id].served
    client = client_as(cast.users["clerk"])
    shown = page(client, "care:service")
    assert "3 户中" in shown
    assert "2 户送货上门" in shown
    queue = page(client, "care:service", show="queue")
    assert cast.people[4].name in queue
    assert cast.people[0].name not in queue[queue.index('id="results"') :]
    assert rows_of(client.get(reverse("care:service"), {"as": "xlsx"}))
    with cast.scope():
        record_on_site(by=None, case=one, way="bring")
        (line,) = [
            x for x in service.load(cast.users["clerk"], cast.neighbourhood, now) if x.household == one.household_id
        ]
        assert line.due == timezone.localdate(now) + timedelta(days=7)
        assert line.late(timezone.localdate(now) + timedelta(days=9)) == 2


def asked(cast: Cast, days: int = 2, reason: str = "母亲住院") -> StaffVisit:
    with cast.scope():
        due = Due(cast.mandates["building_leader"], timezone.localdate() + timedelta(days=days))
        return ask_staff_visit(
            by=cast.users["clerk"], neighbourhood=cast.neighbourhood, whom=staff.Whom("保洁员小吴", reason), due=due
        )


def test_visits_to_staff_are_counted_and_their_reason_is_read_by_two(cast: Cast) -> None:
    """L18: due and done for who plans; why for who goes and who asked, in no list, spreadsheet or journal."""
    asked(cast, days=-1)
    made = asked(cast)
    goes, plans, other = (client_as(cast.users[n]) for n in ("building_leader", "clerk", "secretary"))
    for client in (goes, plans):
        text = page(client, "care:visits")
        assert "保洁员小吴" in text
        assert "母亲住院" in text
    counted = page(other, "care:visits")
    assert "1 次走访过了日子；2 次中已到 0 次" in counted
    assert "保洁员小吴" not in counted
    assert goes.post(reverse("care:visit", args=[made.pk]), {"found": "送了粥"}).status_code == 302
    assert goes.post(reverse("care:visit", args=[made.pk])).status_code == 302
    with cast.scope():
        made.refresh_from_db()
        assert made.done_by == cast.users["building_leader"].pk
        assert made.found is not None
    assert "2 次中已到 1 次" in page(other, "care:visits")
    sheet = str(rows_of(plans.get(reverse("care:visits"), {"as": "xlsx"})))
    assert "小吴" not in sheet
    assert "住院" not in sheet
    told = str(list(Entry.objects.filter(act="care.staff_visited").values_list("data", flat=True)))
    assert "小吴" not in told
    assert Detail.objects.count() == 0
    stranger = give_mandate(by=None, capacity="volunteer", place=cast.neighbourhood, user=cast.users["stranger"])
    assert stranger.pk
    assert "小吴" not in page(client_as(cast.users["stranger"]), "care:visits")
    assert client_as(cast.users["stranger"]).post(reverse("care:visit", args=[made.pk])).status_code == 404


def test_a_visit_to_staff_is_planned_on_the_page_and_made_once(cast: Cast) -> None:
    client = client_as(cast.users["clerk"])
    given = {
        "name": "夜班老郑", "reason": "骨折在家", "way": "visit", "mandate": str(cast.mandates["clerk"].pk),
        "due_on": timezone.localdate().isoformat(), "body": "",
    }  # fmt: skip
    assert client.post(reverse("care:visits"), {**given, "name": " "}).status_code == 422
    assert client.post(reverse("care:visits"), given).status_code == 302
    assert client_as(cast.users["building_leader"]).post(reverse("care:visits"), given).status_code == 403
    with cast.scope():
        visit = StaffVisit.objects.get()
        done_staff_visit(by=cast.users["clerk"], visit=visit)
        with refused("care.visit_over"):
            cancel_staff_visit(by=cast.users["clerk"], visit=visit)
        with refused("care.name_missing"):
            ask_staff_visit(
                by=None, neighbourhood=cast.neighbourhood, whom=staff.Whom(" "),
                due=Due(cast.mandates["clerk"], timezone.localdate()),
            )  # fmt: skip


def test_a_visit_to_staff_is_erased_when_its_reason_has_done_its_work(cast: Cast) -> None:
    visit, later = asked(cast), timezone.now() + timedelta(days=91)
    with cast.scope():
        done_staff_visit(by=None, visit=visit)
        assert staff.due(timezone.now()) == {"staff_visits": 0}
        assert staff.erase(later) == {"staff_visits": 1}


def test_five_items_each_with_what_shows_it_and_a_free_field(cast: Cast) -> None:
    """Q04: none is in place until somebody looked; what it is called by no text stays a free field."""
    client, url = client_as(cast.users["clerk"]), reverse("care:readiness")
    assert "五项中 0 项到位" in page(client, "care:readiness")
    for item in ("quarantine", "plan", "stores", "prevention"):
        assert client.post(url, {"item": item, "ok": "yes", "words": "名单贴在东墙"}).status_code == 302
    assert client.post(url, {"item": "guidance", "ok": "yes"}).status_code == 422
    assert client.post(url, {"item": "webs", "ok": "yes", "words": "x"}).status_code == 422
    shot = SimpleUploadedFile("a.jpg", jpeg(), content_type="image/jpeg")
    assert client.post(url, {"item": "guidance", "ok": "yes", "photo": shot}).status_code == 302
    shown = client.get(url).content.decode()
    assert "五项全部到位" in shown
    assert "原文没有解释它指什么" in shown
    client.post(url, {"verb": "net", "words": "微信网格群"})
    client.post(url, {"verb": "net", "words": " "})
    paper = page(client, "care:readiness", **{"as": "paper"})
    assert "微信网格群" in paper
    assert "名单贴在东墙" in paper
    with cast.scope():
        assert Readiness.objects.count() == 5
        photo = ReadinessPhoto.objects.get()
    picture = client.get(reverse("care:readiness_photo", args=[photo.pk]))
    assert picture.content[:2] == b"\xff\xd8"
    assert client_as(cast.users["officer"]).post(url, {"item": "plan", "ok": "no"}).status_code == 403


def test_for_the_subdistrict_which_neighbourhoods_lack_what(cast: Cast) -> None:
    above = cast.neighbourhood
    other = create_neighbourhood(by=None, name="银杏居民区", name_en="Yinxing", code="310199002")
    officer = cast.users["officer"]
    give_mandate(by=None, capacity="officer", place=other, user=officer)
    client_as(cast.users["clerk"]).post(reverse("care:readiness"), {"item": "plan", "ok": "yes", "words": "预案在墙上"})
    shown = page(client_as(officer), "care:readiness")
    assert "2 个居民区中 2 个还有缺项" in shown
    results = shown[shown.index('id="results"') :]
    assert results.index(other.name) < results.index(above.name)
    assert rows_of(client_as(officer).get(reverse("care:readiness"), {"as": "xlsx"}))


def test_the_quiet_year_has_its_pages_too(cast: Cast) -> None:
    client = client_as(cast.users["clerk"])
    with cast.scope():
        attention(cast)
    for name in ("care:board", "care:journeys", "care:service", "care:visits", "care:readiness", "care:new"):
        assert client.get(reverse(name)).status_code == 200
    url = f"{reverse('care:new')}?person={cast.people[7].pk}&kind=journey"
    given = {
        "tags": ["abroad"],
        "mandate": str(cast.mandates["clerk"].pk),
        "ends_on": timezone.localdate() + timedelta(9),
    }
    assert "没有进行中的行动" in client.post(url, given).content.decode()
    begin_operation(cast)
    assert client.post(url, given).status_code == 302
