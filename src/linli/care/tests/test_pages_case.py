"""The office's pages of a case: opened with what its kind asks for, changed in two steps, its order, its days, who read it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from linli.care.actions.readings import Said, emergency, record_reading
from linli.care.actions.visits import record_on_site, set_need
from linli.care.models import Alarm, Case, HomeFit, Need, OnSite, Order, Reading, Supervisor
from linli.care.pages import nearest_first
from linli.care.sealed import words_of
from linli.care.tests.conftest import DISTRICT, attention, ordered, quarantine
from linli.care.words import midnight
from linli.ground.testing import Cast, client_as
from linli.notices.models import Notice
from linli.operations.models import Operation

pytestmark = pytest.mark.django_db
ORDER = {"body_kind": DISTRICT.kind, "body_name": DISTRICT.name, "document": "演练〔2020〕77号"}


def minute(hours: int = 0) -> str:
    return (timezone.localtime() + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")


def page(client: Client, name: str, *args: Any, **given: str) -> str:
    answer = client.get(reverse(name, args=args), given)
    assert answer.status_code == 200
    return answer.content.decode()


def term(case: Case) -> tuple[int | None, str]:
    case.refresh_from_db()
    return case.days, case.closed_as


def test_a_quarantine_without_a_journey_is_opened_on_the_page(cast: Cast, operation: Operation) -> None:
    client, person = client_as(cast.users["clerk"]), cast.people[7]
    found = page(client, "care:new", q="102")
    assert f"?person={person.pk}" in found
    kinds = page(client, "care:new", person=str(person.pk))
    assert "居家隔离" in kinds
    assert "儿童独自在家" not in kinds
    url = f"{reverse('care:new')}?person={person.pk}&kind=quarantine"
    given = {
        "ground": "contact", "event": minute(-30), "days": "14", "convention": "landing", "given_at": minute(-1),
        "fit": "no", "why": ["no_bath"], "mandate": str(cast.mandates["building_leader"].pk), "words": "与家人同住",
        **ORDER,
    }  # fmt: skip
    answer = client.post(url, given)
    assert answer.status_code == 302
    with cast.scope():
        case = Case.objects.get()
        assert (case.ground, case.convention, case.days) == ("contact", "exposure", 14)
        assert case.day0 == timezone.localdate(timezone.now() - timedelta(hours=30))
        assert HomeFit.objects.get().why == ["no_bath"]
        assert Supervisor.objects.get().mandate == cast.mandates["building_leader"]
    shown = client.get(answer["Location"]).content.decode()
    for words in ("演练〔2020〕77号", "第四十一条", "没有单独的卫生间", "最后一次接触当日为第 0 天", "24:00"):
        assert words in shown
    again = page(client, "care:new", person=str(person.pk))
    assert "已经登记" in again


def test_the_office_of_the_building_stands_before_those_of_other_buildings(cast: Cast) -> None:
    offices = [cast.mandates["clerk"], cast.mandates["building_leader"]]
    assert nearest_first(offices, cast.dwellings[3]) == offices[::-1]
    assert nearest_first(offices[::-1], cast.dwellings[0]) == offices
    assert nearest_first(offices, None) == offices


def test_an_order_of_a_body_that_may_not_is_refused_beside_its_field(cast: Cast, operation: Operation) -> None:
    url = f"{reverse('care:new')}?person={cast.people[7].pk}&kind=quarantine"
    given = {
        "ground": "journey", "event": minute(-3), "days": "14", "convention": "landing", "given_at": minute(-1),
        "body_kind": "committee", "body_name": "槐安居委会", "document": "1号", "fit": "yes",
        "mandate": str(cast.mandates["clerk"].pk),
    }  # fmt: skip
    answer = client_as(cast.users["clerk"]).post(url, given)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert text.index("id_body_kind") < text.index("id_body_name")
    assert "field-wrong" in text
    with cast.scope():
        assert not Case.objects.exists()
        assert not Order.objects.exists()


def test_every_kind_of_other_attention_has_its_form(cast: Cast, operation: Operation) -> None:
    client = client_as(cast.users["secretary"])
    end = (timezone.localdate() + timedelta(days=60)).isoformat()
    for number, kind in enumerate(("alone", "disabled", "pregnant", "medicine", "hardship", "child_alone")):
        url = f"{reverse('care:new')}?person={cast.people[number].pk}&kind={kind}"
        assert client.get(url).status_code == 200
        given = {
            "ground": "duty", "mandate": str(cast.mandates["clerk"].pk), "way": "visit", "every_days": "3",
            "words": "腿脚不便", "ends_on": end,
        }  # fmt: skip
        answer = client.post(url, given)
        assert answer.status_code == 302, answer.content.decode()[-2000:]
        assert "每 3 天一次" in client.get(answer["Location"]).content.decode()
    with cast.scope():
        assert Need.objects.count() == 6
    assert client.post(url, {**given, "ends_on": "2020-01-01"}).status_code in (302, 422)


def test_who_only_reads_the_list_of_kinds_finds_nobody_of_elsewhere(cast: Cast, operation: Operation) -> None:
    client = client_as(cast.users["clerk"])
    for key in ("x", str(cast.users["clerk"].pk), "00000000-0000-7000-8000-000000000000"):
        assert client.get(reverse("care:new"), {"person": key}).status_code == 404
    assert client_as(cast.users["building_leader"]).get(reverse("care:new")).status_code == 403
    home = page(client, "care:new", place=str(cast.dwellings[0].pk))
    assert cast.people[0].name in home


def change(client: Client, case: Case, verb: str, **given: str) -> str:
    """Ask, read what comes of it, then do it; returns what was said."""
    url = reverse("care:change", args=[case.pk, verb])
    assert client.get(url).status_code == 200
    before = term(case)
    said = client.post(url, given)
    assert said.status_code == 200, said.content.decode()
    assert term(case) == before
    done = client.post(url, {**given, "sure": "yes"})
    assert done.status_code == 302, done.content.decode()
    return said.content.decode()


def test_each_change_says_what_comes_of_it_before_it_is_done(cast: Cast, operation: Operation) -> None:
    client = client_as(cast.users["clerk"])
    with cast.scope():
        case = quarantine(cast)
        longer = change(client, case, "extend", days="21", reason="contact", given_at=minute(-1), **ORDER)
        assert "多测 14 次" in longer
        assert term(case) == (21, "")
        shorter = change(client, case, "shorten", days="10", reason="order", given_at=minute(-1), **ORDER)
        assert "少测 22 次" in shorter
        assert "也以这份决定为依据" in change(client, case, "order", given_at=minute(-1), **ORDER)
        assert "第 0 天改为" in change(client, case, "recount", convention="door")
        assert case.convention == "landing"
        moved = change(client, case, "move", reason="unfit", address="")
        assert "不再要求每日测量" in moved
        case.refresh_from_db()
        assert (case.dwelling, case.convention) == (None, "door")
        home = change(client, case, "move", reason="home_again", address="泉口花苑7号302室")
        assert f"解除时间不变：{midnight(case.release_at)}。" in home, "24:00 of the last day, as orders say it"
        assert "不再要求" in change(client, case, "end", reason="left")
        assert term(case) == (10, "ended")
        assert "照常要做" in change(client, case, "reopen", words="点错了")
        assert term(case) == (10, "")
        change(client, case, "release", body_kind=DISTRICT.kind, body_name=DISTRICT.name)
        assert term(case)[1] == "released"
        change(client, case, "reopen")
        assert "不计入任何数字" in change(client, case, "annul", reason="mistyped")
        assert term(case)[1] == "annulled"
    shown = page(client, "care:case", case.pk)
    for word in ("延长", "缩短", "换了地方", "提前结束", "重新打开", "已解除", "已作废"):
        assert word in shown
    assert " · 已作废：登记有误</strong>" in shown


def test_another_day_for_other_attention(cast: Cast) -> None:
    client = client_as(cast.users["clerk"])
    with cast.scope():
        case = attention(cast)
        day = timezone.localdate() + timedelta(days=90)
        assert "再看一次" in change(client, case, "prolong", ends_on=day.isoformat())
        case.refresh_from_db()
        assert case.ends_on == day


def test_only_who_ordered_releases_and_a_change_that_does_not_fit_is_404(cast: Cast, operation: Operation) -> None:
    client = client_as(cast.users["clerk"])
    with cast.scope():
        case = quarantine(cast)
    url = reverse("care:change", args=[case.pk, "release"])
    asked = client.get(url).content.decode()
    assert "只有作出决定的机关可以提前解除：演练区人民政府。" in asked, "said before, in words"
    assert asked.count('type="radio"') == 1, "and only that body is offered"
    assert "演练区人民政府。" in page(client, "care:case", case.pk)
    for sure in ("", "yes"):
        given = {"body_kind": "city_government", "body_name": "演练市人民政府", "sure": sure}
        assert client.post(url, given).status_code == 422
    for verb in ("prolong", "reopen", "explode"):
        assert client.get(reverse("care:change", args=[case.pk, verb])).status_code == 404
    leader = client_as(cast.users["building_leader"])
    assert leader.get(url).status_code == 403


def test_what_will_be_refused_is_refused_before_its_consequences_are_shown(cast: Cast, operation: Operation) -> None:
    client = client_as(cast.users["clerk"])
    with cast.scope():
        case = quarantine(cast)
    url = reverse("care:change", args=[case.pk, "extend"])
    asked = client.get(url).content.decode()
    assert "居民委员会（无权决定）" in asked
    assert "区人民政府（无权决定）" not in asked
    for more in ({"body_kind": "committee", "days": "21"}, {"days": "14"}):
        given = {**ORDER, "reason": "contact", "given_at": minute(-1), **more}
        answer = client.post(url, given)
        assert (answer.status_code, "sure" in answer.content.decode()) == (422, False)
    said = {**ORDER, "document": "", "said_by": "值班员 丙", "days": "21", "reason": "contact", "given_at": minute(-25)}
    assert "24 小时" in client.post(url, said).content.decode()
    client.post(url, {**ORDER, "reason": "contact", "given_at": minute(-1), "days": "21"})
    with cast.scope():
        assert case.changes.count() == case.orders.count() == 1, "nothing of a rehearsal stays"
        assert not Notice.objects.exists()


def test_the_document_of_an_order_in_words_and_an_order_that_was_a_mistake(cast: Cast, operation: Operation) -> None:
    client = client_as(cast.users["clerk"])
    with cast.scope():
        case = quarantine(cast, ordered=ordered(oral=True))
        order = Order.objects.get()
    url = reverse("care:case", args=[case.pk])
    assert "口头通知，" in client.get(url).content.decode()
    assert client.post(url, {"verb": "document", "order": str(order.pk), "document": ""}).status_code == 422
    client.post(url, {"verb": "document", "order": str(order.pk), "document": "演练〔2020〕9号"})
    with cast.scope():
        order.refresh_from_db()
        assert words_of(order.document) == "演练〔2020〕9号"
    assert "书面" in client.get(url).content.decode()
    assert client.post(url, {"verb": "strike", "order": "x"}).status_code == 404
    client.post(url, {"verb": "strike", "order": str(order.pk)})
    with cast.scope():
        assert term(case)[1] == "lapsed"


def test_supervisors_follow_each_other_on_the_page(cast: Cast, operation: Operation) -> None:
    client = client_as(cast.users["clerk"])
    with cast.scope():
        case = quarantine(cast)
    url = reverse("care:case", args=[case.pk])
    secretary = str(cast.mandates["secretary"].pk)
    client.post(url, {"verb": "supervisor", "mandate": secretary, "how": "substitute", "until": ""})
    assert "代班" in client.get(url).content.decode()
    client.post(url, {"verb": "back"})
    client.post(url, {"verb": "supervisor", "mandate": str(cast.mandates["clerk"].pk), "how": "name"})
    with cast.scope():
        rows = Supervisor.objects.order_by("since", "id")
        assert [row.mandate.capacity for row in rows] == ["building_leader", "secretary", "building_leader", "clerk"]
    assert client.post(url, {"verb": "supervisor", "mandate": "", "how": "name"}).status_code == 422


def test_what_stands_on_the_page_can_be_taken_back(cast: Cast, operation: Operation) -> None:
    client = client_as(cast.users["clerk"])
    with cast.scope():
        case = quarantine(cast)
        reading = record_reading(by=None, case=case, said=Said(Decimal("36.5")))
        visit = record_on_site(by=None, case=case)
        alarm = emergency(by=None, case=case)
        other = attention(cast)
        need = set_need(by=None, case=other, way="visit", every_days=7)
    url = reverse("care:case", args=[case.pk])
    assert "36.5" in client.get(url).content.decode()
    assert client.post(url, {"verb": "unread", "reading": str(reading.pk)}).status_code == 302
    assert client.post(url, {"verb": "unvisit", "visit": str(visit.pk)}).status_code == 302
    assert client.post(url, {"verb": "answer", "alarm": str(alarm.pk)}).status_code == 422
    answered = {"verb": "answer", "alarm": str(alarm.pk), "answer": "ambulance", "words": "已送医"}
    assert client.post(url, answered).status_code == 302
    assert client.post(url, {"verb": "fit", "fit": "yes"}).status_code == 302
    ends = {"verb": "need_end", "need": str(need.pk)}
    assert client.post(reverse("care:case", args=[other.pk]), ends).status_code == 302
    assert client.post(url, {"verb": "unvisit", "visit": str(need.pk)}).status_code == 404
    assert client.post(url, {"verb": "dance"}).status_code == 404
    with cast.scope():
        assert Reading.objects.get().annulled_at is not None
        assert OnSite.objects.get().annulled_at is not None
        assert Alarm.objects.get().answer == "ambulance"
        assert HomeFit.objects.get().fit is True
        assert Need.objects.get().ended_at is not None


def test_a_case_on_paper_has_its_days_and_its_article(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast)
        record_reading(by=None, case=case, said=Said(Decimal("36.4")))
    paper = page(client_as(cast.users["clerk"]), "care:case", case.pk, **{"as": "paper"})
    assert "36.4" in paper
    assert "民法典第二百零一条" in paper
    assert "data-print" in paper


def test_an_open_case_gets_another_order_before_the_wrong_one_is_struck(cast: Cast, operation: Operation) -> None:
    client = client_as(cast.users["clerk"])
    with cast.scope():
        case = quarantine(cast)
        (wrong,) = case.orders.all()
        assert reverse("care:change", args=[case.pk, "order"]) in page(client, "care:case", case.pk)
        said = change(client, case, "order", given_at=minute(-1), **{**ORDER, "document": "", "said_by": "值班员 丙"})
        assert "失效" in said
        client.post(reverse("care:case", args=[case.pk]), {"verb": "strike", "order": str(wrong.pk)})
        assert term(case) == (14, "")
        refused = client.post(
            reverse("care:change", args=[case.pk, "order"]),
            {**ORDER, "body_kind": "committee", "given_at": minute(-1), "sure": "yes"},
        )
        assert refused.status_code == 422
        assert case.orders.count() == 2
