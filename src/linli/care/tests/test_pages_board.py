"""The pages 关怀 and of a household: one line a household, filters, lateness, what is needed today; 404 for who may not know."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from linli.care.actions.readings import Said, emergency, record_reading
from linli.care.actions.visits import record_on_site, set_need
from linli.care.board_page import coming
from linli.care.models import Alarm, Case, OnSite, Reading
from linli.care.queries import of_cases
from linli.care.sealed import said_of, words_of
from linli.care.tests.conftest import attention, ordered, quarantine
from linli.ground.actions.mandates import give_mandate
from linli.ground.testing import Cast, client_as
from linli.journal.models import Entry
from linli.kernel.ids import uuid7
from linli.operations.models import Operation
from linli.ui.words import moment

pytestmark = pytest.mark.django_db


def page(client: Client, name: str, *args: Any, **given: str) -> str:
    answer = client.get(reverse(name, args=args), given)
    assert answer.status_code == 200
    return answer.content.decode()


def volunteer(cast: Cast) -> Any:
    """Somebody who may help, and looks after nobody yet."""
    give_mandate(by=None, capacity="volunteer", place=cast.neighbourhood, user=cast.users["stranger"])
    return cast.users["stranger"]


def test_an_empty_page_teaches(cast: Cast) -> None:
    board = page(client_as(cast.users["clerk"]), "care:board")
    assert "目前没有要照看的人" in board
    assert reverse("care:new") in board
    assert "目前没有由您照看的户" in page(client_as(cast.users["building_leader"]), "care:mine")


def test_a_line_a_household_alarms_on_top_and_what_nobody_sees_to(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        ill = quarantine(cast)
        quarantine(cast, home=2, person=4, supervisor=cast.mandates["clerk"], ordered=ordered(oral=True))
        record_reading(by=None, case=ill, said=Said(Decimal("38.3")))
    client = client_as(cast.users["clerk"])
    board = page(client, "care:board")
    assert "1 条告警等人处理" in board
    assert board.index(cast.people[7].name) < board.index('id="results"')
    assert "马上给本人打电话" in board
    assert "从未上门看过 · 2" in board
    shown = page(client, "care:board", show="alarm")
    results = shown[shown.index('id="results"') :]
    assert cast.people[7].name in results
    assert cast.people[4].name not in results


def test_an_order_in_words_that_is_about_to_lapse_stands_there(cast: Cast, operation: Operation) -> None:
    given = timezone.now() - timedelta(hours=20)
    with cast.scope():
        case = quarantine(cast, ordered=ordered(oral=True, at=given))
    board = page(client_as(cast.users["clerk"]), "care:board")
    assert "口头通知快失效了 · 1" in board
    assert reverse("care:case", args=[case.pk]) in board
    assert "该看" not in board


def test_filters_live_in_the_address_and_reach_the_spreadsheet(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        quarantine(cast)
        attention(cast)
    client = client_as(cast.users["clerk"])
    for given, expected in (
        ({}, 2),
        ({"q": cast.people[7].name}, 1),
        ({"q": "听松"}, 1),
        ({"kind": "alone"}, 1),
        ({"kind": "no such"}, 2),
        ({"who": str(cast.mandates["building_leader"].pk)}, 2),
        ({"who": "999999"}, 0),
        ({"area": str(cast.villas.pk)}, 1),
        ({"show": "never_visited"}, 1),
        ({"q": "nobody"}, 0),
    ):
        answer = client.get(reverse("care:board"), {**given, "as": "xlsx"})
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
        doors = [row for row in sheet.iter_rows(values_only=True) if row[0] and "号" in str(row[0])]
        assert len(doors) == expected, given
    assert client.get(reverse("care:board"), {"as": "print", "sort": "-late"}).status_code == 200
    assert Entry.objects.filter(act="care.exported").count() == 10
    assert not any("℃" in str(entry.data) for entry in Entry.objects.filter(act="care.exported"))


def test_what_nothing_is_asked_of_is_one_line_and_folded(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        quarantine(cast)
        calm = attention(cast)
    client, url = client_as(cast.users["clerk"]), reverse("care:household", args=[calm.household_id])
    board = page(client, "care:board")
    open_part, folded = board.split('<details class="care-fold">')
    assert cast.people[7].name in open_part[open_part.index('id="results"') :]
    assert "1 户目前没有要办的" in folded
    line = folded[folded.index('class="care-calm"') :]
    assert line.count("<li>") == 1
    holder = cast.mandates["building_leader"].holder_name
    for said in (url, cast.people[0].name, f"由{holder}照看", "独居", "到 "):
        assert said in line
    found = page(client, "care:board", q=cast.people[0].name)
    assert '<details class="care-fold" open>' in found
    assert "共 1 户" in found
    assert url not in page(client, "care:board", show="never_visited")
    paper = page(client, "care:board", **{"as": "print"})
    assert cast.people[0].name in paper
    assert cast.people[7].name in paper


def test_where_nothing_is_to_be_done_the_lines_stand_open(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        attention(cast)
    assert '<details class="care-fold" open>' in page(client_as(cast.users["clerk"]), "care:board")


def test_the_next_thing_of_a_term_is_its_next_check_and_then_its_end(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast)
        assert case.release_at is not None
        midnight = timezone.localtime(case.release_at) - timedelta(days=5)
        for at, said in (
            (midnight + timedelta(hours=5), "08:00 量体温"),
            (midnight + timedelta(hours=12), "18:00 量体温"),
            (midnight + timedelta(hours=23), f"{moment(midnight + timedelta(hours=32))} 量体温"),
            (case.release_at - timedelta(hours=1), f"到 {moment(midnight + timedelta(days=4), 'day')} 24:00"),
        ):
            (home,) = of_cases([case], at).households
            next_thing = coming(home)
            assert next_thing is not None
            assert next_thing[1] == said


def test_the_next_thing_of_other_care_is_who_looks_in_or_until_when(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = attention(cast)
        assert _next_of(case) == f"到 {moment(case.ends_on, 'day')}"
        set_need(by=None, case=case, way="call", every_days=3, words="")
        record_on_site(by=None, case=case, way="call")
        assert _next_of(case) == f"打电话 {moment(timezone.localdate() + timedelta(days=3), 'day')}"


def _next_of(case: Case) -> str | None:
    (home,) = of_cases([case], timezone.now()).households
    found = coming(home)
    return found[1] if found is not None else None


def test_the_board_costs_the_same_for_any_number_of_households(cast: Cast, operation: Operation) -> None:
    client = client_as(cast.users["clerk"])
    with cast.scope():
        quarantine(cast, supervisor=cast.mandates["clerk"])
        attention(cast)
    client.get(reverse("care:board"))
    with CaptureQueriesContext(connection) as few:
        page(client, "care:board")
    with cast.scope():
        quarantine(cast, home=1, person=2)
        attention(cast, kind="medicine", home=2, person=4)
        attention(cast, kind="disabled", home=6, person=9)
    with CaptureQueriesContext(connection) as more:
        board = page(client, "care:board")
    assert board[board.index('class="care-calm"') :].count("<li>") == 3
    assert len(more) <= len(few) + 1  # now and then the session is read again
    assert len(more) <= 30


def test_who_may_only_help_sees_his_own_households_and_no_other(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        own = quarantine(cast)
        other = quarantine(cast, home=1, person=2, supervisor=cast.mandates["clerk"])
    leader = client_as(cast.users["building_leader"])
    mine = page(leader, "care:mine")
    assert cast.people[7].name in mine
    assert cast.people[2].name not in mine
    assert leader.get(reverse("care:household", args=[own.household_id])).status_code == 200
    assert leader.get(reverse("care:household", args=[other.household_id])).status_code == 404
    assert leader.get(reverse("care:case", args=[other.pk])).status_code == 404
    assert leader.get(reverse("care:board")).status_code == 403
    led = leader.get(reverse("care:case", args=[own.pk]))
    assert (led.status_code, led["Location"]) == (302, reverse("care:household", args=[own.household_id]))
    helper = client_as(volunteer(cast))
    assert helper.get(reverse("care:household", args=[own.household_id])).status_code == 404


def test_a_stranger_and_a_guard_see_nothing(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast)
    for url in (reverse("care:board"), reverse("care:household", args=[case.household_id])):
        assert client_as(cast.users["stranger"]).get(url).status_code == 404
        assert client_as(cast.users["guard"]).get(url).status_code == 403
        assert Client().get(url).status_code == 302


def test_a_child_alone_is_seen_by_its_helper_and_the_secretary_only(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = attention(cast, kind="child_alone", ground="emergency")
    url = reverse("care:household", args=[case.household_id])
    assert client_as(cast.users["secretary"]).get(url).status_code == 200
    assert client_as(cast.users["building_leader"]).get(url).status_code == 200
    assert client_as(cast.users["clerk"]).get(url).status_code == 404
    assert cast.people[0].name not in page(client_as(cast.users["clerk"]), "care:board")
    assert cast.people[0].name in page(client_as(cast.users["secretary"]), "care:board")


def read(client: Client, case: Case, **given: Any) -> Any:
    said = {"verb": "reading", "case": str(case.pk), "key": str(uuid7()), **given}
    return client.post(reverse("care:household", args=[case.household_id]), said)


def test_a_reading_from_the_household_page_once_whatever_is_pressed_twice(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast)
    client, key = client_as(cast.users["building_leader"]), str(uuid7())
    assert read(client, case, temperature="36.6", key=key).status_code == 302
    assert read(client, case, temperature="36.6", key=key).status_code == 302
    with cast.scope():
        row = Reading.objects.get()
        assert row.by_user == cast.users["building_leader"].pk
        said = said_of(row)
        assert said is not None
        assert (said.celsius, said.symptoms) == (Decimal("36.6"), ())
    shown = page(client, "care:household", case.household_id)
    assert "36.6" in shown
    undo = {"verb": "unread", "case": str(case.pk), "reading": str(row.pk)}
    client.post(reverse("care:household", args=[case.household_id]), undo)
    with cast.scope():
        assert Reading.objects.get().annulled_at is not None


def test_what_cannot_be_read_is_said_beside_its_field_and_kept(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast)
    client = client_as(cast.users["building_leader"])
    wrong = read(client, case, temperature="366", words="手有点抖")
    assert wrong.status_code == 422
    text = wrong.content.decode()
    assert "应在 30 到 45" in text
    assert "手有点抖" in text
    assert read(client, case).status_code == 422
    later = (timezone.localtime() + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M")
    assert read(client, case, temperature="36.6", at=later).status_code == 422
    with cast.scope():
        assert not Reading.objects.exists()


def test_a_fever_shows_the_next_step_to_the_helper_at_once(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast)
    client = client_as(cast.users["building_leader"])
    read(client, case, temperature="38.2", symptoms=["cough"])
    shown = page(client, "care:household", case.household_id)
    assert "发热门诊" in shown
    assert shown.index("发热门诊") < shown.index('value="reading"')
    assert "今天有" in shown


def test_an_emergency_says_what_to_do_and_calls_the_office(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast)
    client, url = client_as(cast.users["building_leader"]), reverse("care:household", args=[case.household_id])
    calm = client.get(url).content.decode()
    assert 'href="tel:120"' in calm
    assert "每个门岗马上" in calm
    answer = client.post(url, {"verb": "emergency", "case": str(case.pk)})
    assert answer["Location"].endswith("?emergency=1")
    with cast.scope():
        assert Alarm.objects.get().cause == "emergency"
    assert "打 120" in client.get(answer["Location"]).content.decode()


def test_whoever_looks_after_it_answers_the_alarm_where_he_stands(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast)
        alarm = emergency(by=None, case=case)
    client, url = client_as(cast.users["building_leader"]), reverse("care:household", args=[case.household_id])
    sent = {"verb": "answer", "case": str(case.pk), "alarm": str(alarm.pk)}
    assert client.post(url, sent).status_code == 422
    assert client.post(url, {**sent, "answer": "ambulance", "alarm": str(case.pk)}).status_code == 404
    assert client.post(url, {**sent, "answer": "ambulance", "words": "车已到"}).status_code == 302
    with cast.scope():
        alarm.refresh_from_db()
        assert (alarm.answer, alarm.answered_by) == ("ambulance", cast.users["building_leader"].pk)


def test_somebody_looked_in_and_wrote_what_he_found(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = attention(cast)
        set_need(by=None, case=case, way="bring", every_days=7, words="米送到三楼")
    client, url = client_as(cast.users["building_leader"]), reverse("care:household", args=[case.household_id])
    shown = client.get(url).content.decode()
    assert "送上门：今天" in shown
    assert "米送到三楼" in shown
    sent = {"verb": "on_site", "case": str(case.pk), "key": str(uuid7()), "way": "bring", "words": "放在门口"}
    assert client.post(url, sent).status_code == 302
    assert client.post(url, sent).status_code == 302
    with cast.scope():
        visit = OnSite.objects.get()
        assert (visit.way, words_of(visit.sealed)) == ("bring", "放在门口")
    assert "送上门：今天" not in client.get(url).content.decode()


def test_a_form_about_another_household_is_refused(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        own = quarantine(cast)
        other = quarantine(cast, home=1, person=2, supervisor=cast.mandates["clerk"])
        reading = record_reading(by=None, case=own, said=Said(Decimal("36.6")))
        alarm = emergency(by=None, case=own)
        record_on_site(by=None, case=own)
    url = reverse("care:household", args=[own.household_id])
    client = client_as(cast.users["building_leader"])
    for sent in (
        {"verb": "reading", "case": str(other.pk), "temperature": "36.6"},
        {"verb": "unread", "case": str(own.pk), "reading": str(reading.pk)},
        {"verb": "unread", "case": str(own.pk), "reading": str(alarm.pk)},
        {"verb": "emergency", "case": "x"},
    ):
        assert client.post(url, sent).status_code == 404, sent


def test_opening_a_page_is_written_down_for_the_person(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast)
    page(client_as(cast.users["building_leader"]), "care:household", case.household_id)
    entry = Entry.objects.get(act="care.seen", subject=str(case.pk))
    assert entry.by_user == cast.users["building_leader"].pk
    assert cast.users["building_leader"].display_name in page(client_as(cast.users["clerk"]), "care:case", case.pk)


def test_cards_of_today(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast)
        emergency(by=None, case=case)
    office = client_as(cast.users["clerk"]).get("/").content.decode()
    assert "1 条关怀告警等人处理" in office
    helper = client_as(cast.users["building_leader"]).get("/").content.decode()
    assert "您照看的 1 户有事要办" in helper
    assert cast.people[7].name not in client_as(cast.users["guard"]).get("/", follow=True).content.decode()
