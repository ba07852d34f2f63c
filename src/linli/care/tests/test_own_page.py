"""The own page: a code handed over in person, five tries; my dates, helper, readings, errands, my data; nobody else's (Q01 to Q03)."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.accounts.lockout import PAIR
from linli.care import own_codes
from linli.care.actions.cases import Ordered, end, extend
from linli.care.actions.errand_money import buy_errand
from linli.care.actions.errands import deliver_errand, take_errand
from linli.care.actions.own_codes import end_own_code, make_own_code, open_own_page
from linli.care.actions.own_requests import ask_about_own_data
from linli.care.models import Alarm, Case, Errand, OwnCode, Reading, Receipt
from linli.care.own_until import open_until
from linli.care.seeing import opened_page
from linli.care.tests.own_stage import DISTRICT, attended, code_for, jpeg, operation_of, phone, quarantined, refused
from linli.ground.actions.people import phone_row
from linli.ground.models import RightsRequest
from linli.ground.testing import Cast, client_as
from linli.journal.models import Entry
from linli.kernel.ids import uuid7
from linli.notices.models import Notice
from linli.operations.models import Operation


@pytest.fixture
def case(cast: Cast) -> Case:
    with cast.scope():
        operation_of(cast)
        return quarantined(cast)


@pytest.fixture
def code(cast: Cast, case: Case) -> str:
    with cast.scope():
        return code_for(cast, case)


@pytest.fixture
def me(code: str) -> Client:
    return phone(code)


def page(client: Client, path: str = "/mine/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def fill(**changes: Any) -> dict[str, Any]:
    return {"key": str(uuid7()), "temperature": "36.4", "words": "", **changes}


def test_without_a_code_nothing_is_shown(case: Case, code: str) -> None:
    stranger = phone()
    assert "Your own page" in page(stranger)
    for path in ("/mine/reading/", "/mine/errands/", "/mine/data/", "/mine/data/opened/"):
        answer = stranger.get(path)
        assert answer.status_code == 403
        assert b"Your own page" in answer.content
    assert stranger.post("/mine/data/copy/").status_code == 403
    stranger.cookies["linli_mine"] = "forged"
    assert stranger.get("/mine/data/").status_code == 403


def test_my_dates_my_helper_and_how_to_call(cast: Cast, case: Case, me: Client) -> None:
    text = page(me)
    assert case.day0 is not None
    last = case.day0 + timedelta(days=14)
    assert "day 1 of 14" in text
    assert f"24:00 on {last.day}" in text
    assert "第二百零一条" in text
    assert "演练区人民政府" in text
    assert cast.mandates["building_leader"].holder_name in text
    assert 'href="tel:' in text
    assert 'href="tel:120"' in text
    assert cast.people[7].name in text
    assert cast.people[8].name not in text, "nobody else who lives there"
    assert me.get("/mine/")["Cache-Control"] == "no-store"
    chinese = phone(code_for_again(cast, case), "zh-hans").get("/mine/").content.decode()
    assert "24:00" in chinese


def code_for_again(cast: Cast, case: Case) -> str:
    with cast.scope():
        return code_for(cast, case)


def test_five_wrong_tries_lock_that_code(cast: Cast, code: str) -> None:
    wrong = code[:5] + ("22222" if code[5:] != "22222" else "33333")
    for n in range(4):
        answer = phone(address=f"192.0.2.{n}").post("/mine/", {"code": wrong})
        assert (answer.status_code, b"wrong or holds no longer" in answer.content) == (422, True)
    assert OwnCode.objects.get().locked_at is None
    fifth = phone(address="192.0.2.9").post("/mine/", {"code": wrong})
    assert b"After five wrong tries this code is locked" in fifth.content
    right = phone(address="192.0.2.10").post("/mine/", {"code": code})
    assert (right.status_code, b"locked" in right.content) == (422, True)
    assert Entry.objects.filter(act="care.own_code_locked").count() == 1
    with cast.scope(), refused("care.own_code_locked"):
        open_own_page(by=None, typed=code)
    OwnCode.objects.update(locked_at=None)
    with refused("care.own_code_locked"):
        open_own_page(by=None, typed=code)  # a try is claimed before it is looked at
    newer = code_for_again(cast, case_of(cast))
    assert phone(newer, address="192.0.2.11").get("/mine/").status_code == 200


def case_of(cast: Cast) -> Case:
    with cast.scope():
        found: Case = Case.objects.select_related("person", "household", "operation").get(kind="quarantine")
        return found


def test_a_right_one_forgets_the_wrong_ones_and_who_is_in_stays_in(cast: Cast, code: str) -> None:
    wrong = code[:5] + ("22222" if code[5:] != "22222" else "33333")
    for _ in range(3):
        phone().post("/mine/", {"code": wrong})
    inside = phone(f" {code[:5].lower()}-{code[5:].lower()} ", address="192.0.2.1")
    assert OwnCode.objects.get().tries == 0
    for n in range(5):
        phone(address=f"192.0.2.{n + 20}").post("/mine/", {"code": wrong})
    assert OwnCode.objects.get().locked_at is not None
    assert inside.get("/mine/data/").status_code == 200, "a stranger's tries close no open page"


def test_an_address_pauses_too(code: str) -> None:
    client = phone()
    for _ in range(PAIR.failures):
        assert client.post("/mine/", {"code": "2222-222222"}).status_code == 422
    assert client.post("/mine/", {"code": code}).status_code == 429
    with refused("care.own_code_wrong"):
        open_own_page(by=None, typed="nothing")
    assert own_codes.read("一二三四五六七八九十") is None


@pytest.mark.parametrize("how", ["a newer code", "the office", "the case", "the operation", "another neighbourhood"])
def test_it_ends_on_every_phone_at_once(cast: Cast, case: Case, code: str, me: Client, how: str) -> None:
    with cast.scope():
        if how == "a newer code":
            make_own_code(by=cast.users["clerk"], case=case)
        elif how == "the office":
            end_own_code(by=cast.users["clerk"], code=OwnCode.objects.get())
        elif how == "the case":
            end(by=cast.users["secretary"], case=case, reason="left")
        elif how == "the operation":
            Operation.objects.update(ended_at=timezone.now())
        else:
            OwnCode.objects.update(neighbourhood=cast.villas)
    assert me.get("/mine/data/").status_code == 403
    assert "Your own page" in page(me)
    if how != "a newer code":
        assert phone(address="192.0.2.3").post("/mine/", {"code": code}).status_code == 422
    if how == "the case":
        with cast.scope(), refused("care.own_case_over"):
            make_own_code(by=cast.users["clerk"], case=case)


@pytest.mark.parametrize(
    ("closed_as", "words"), [("released", "Your observation is over"), ("ended", "This is over"), ("annulled", "This is over")]
)  # fmt: skip
def test_the_right_code_alone_hears_that_it_is_over(
    cast: Cast, case: Case, code: str, closed_as: str, words: str
) -> None:
    with cast.scope():
        Case.objects.filter(pk=case.pk).update(closed_at=timezone.now(), closed_as=closed_as)
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    for _try in range(own_codes.TRIES - 1):
        with refused("care.own_code_wrong"):
            open_own_page(by=None, typed=wrong)
    answer = phone(address="192.0.2.4").post("/mine/", {"code": code})
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    for typed in [wrong] * own_codes.TRIES + [code]:
        with refused("care.own_code_wrong"):
            open_own_page(by=None, typed=typed)


def test_an_extended_case_keeps_its_page(cast: Cast, case: Case, me: Client) -> None:
    with cast.scope():
        before = open_until(case, timezone.now())
        order = Ordered(DISTRICT, timezone.now(), document="演练〔2020〕13号")
        extend(by=cast.users["secretary"], case=case, days=16, reason="contact", ordered=order)
        case.refresh_from_db()
        after = open_until(case, timezone.now())
    assert before is not None
    assert after is not None
    assert after > before
    assert "day 1 of 16" in page(me)


def test_a_reading_of_mine(cast: Cast, case: Case, me: Client) -> None:
    assert "How are you today?" in page(me, "/mine/reading/")
    answer = me.post("/mine/reading/", fill())
    assert answer.status_code == 302
    assert "Written down. Thank you." in page(me, answer["Location"])
    assert "36.4" in page(me)
    with cast.scope():
        reading = Reading.objects.get()
        assert (reading.by_self, reading.by_user, reading.alarming) == (True, None, False)
    again = fill()
    me.post("/mine/reading/", again)
    me.post("/mine/reading/", again)
    with cast.scope():
        assert Reading.objects.count() == 2, "the same form twice is one reading"


def test_fever_is_said_calmly_and_somebody_is_told(cast: Cast, case: Case, me: Client) -> None:
    answer = me.post("/mine/reading/", fill(temperature="38.37", symptoms=["cough"]))
    text = page(me, answer["Location"])
    assert "Please stay calm" in text
    assert f"{cast.mandates['building_leader'].holder_name} has just been told and calls you" in text
    assert "take no bus and no taxi" in text
    assert 'href="tel:120"' in text
    assert "has been told and calls you" in page(me)
    assert "38.37 °C" in text
    with cast.scope():
        assert Alarm.objects.get().cause == "fever"
        notice = Notice.objects.get(kind__startswith="care.alarm")
        assert notice.to_mandate_id == cast.mandates["building_leader"].pk
    assert "38.37" not in str(list(Entry.objects.values("data", "subject")))


def test_what_no_thermometer_says_is_said_beside_the_box(me: Client) -> None:
    answer = me.post("/mine/reading/", fill(temperature="365"))
    assert answer.status_code == 422
    assert b"look at the thermometer again" in answer.content
    assert b'value="365"' in answer.content
    assert me.post("/mine/reading/", fill(temperature="")).status_code == 422


def test_my_errands(cast: Cast, case: Case, me: Client) -> None:
    asked = {"key": str(uuid7()), "words": "大米 2 公斤", "limit": "30"}
    assert me.post("/mine/errands/", asked).status_code == 302
    assert "大米 2 公斤" in page(me, "/mine/errands/")
    wrong = me.post("/mine/errands/", {"key": str(uuid7()), "words": "盐", "limit": "三十"})
    assert (wrong.status_code, b"This is not an amount" in wrong.content) == (422, True)
    with cast.scope():
        errand = Errand.objects.get()
        assert (errand.by_self, errand.asked_by, errand.limit_fen) == (True, None, 3000)
        take_errand(by=cast.users["building_leader"], errand=errand, mandate=cast.mandates["building_leader"])
        assert me.post(f"/mine/errands/{errand.pk}/cancel/").status_code == 404, "somebody is on the way"
        buy_errand(by=cast.users["building_leader"], errand=errand, fen=2350, receipt=jpeg())
        deliver_errand(by=cast.users["building_leader"], errand=errand, contactless=True)
        receipt = Receipt.objects.get()
    text = page(me, "/mine/errands/")
    assert "23.50 yuan" in text
    assert "I have it" in text
    picture = me.get(f"/mine/receipts/{receipt.pk}/")
    assert (picture["Content-Type"], picture["Cache-Control"]) == ("image/jpeg", "no-store")
    assert me.post(f"/mine/errands/{errand.pk}/received/").status_code == 302
    with cast.scope():
        errand.refresh_from_db()
        assert errand.received_at is not None
    me.post("/mine/errands/", {"key": str(uuid7()), "words": "不要了"})
    with cast.scope():
        second = Errand.objects.exclude(pk=errand.pk).get()
    me.post(f"/mine/errands/{second.pk}/cancel/")
    assert "called off" in page(me, "/mine/errands/")


def test_another_member_of_the_household_has_a_page_of_his_own(cast: Cast, case: Case, me: Client) -> None:
    with cast.scope():
        other = attended(cast, person=8)
        Case.objects.filter(pk=other.pk).update(household=case.household)
        hers = phone(code_for(cast, other), address="192.0.2.5")
    hers.post("/mine/errands/", {"key": str(uuid7()), "words": "降压药"})
    assert "降压药" not in page(me, "/mine/errands/")
    with cast.scope():
        errand = Errand.objects.get()
    assert me.post(f"/mine/errands/{errand.pk}/received/").status_code == 404
    me.post("/mine/reading/", fill(temperature="36.9"))
    assert "36.9" not in page(hers)
    assert hers.get("/mine/reading/").status_code == 404, "nobody asks for readings"
    assert "regular medicine" in page(hers)
    assert OwnCode.objects.filter(revoked_at__isnull=True).count() == 2


def test_who_opened_my_data(cast: Cast, case: Case, me: Client) -> None:
    with cast.scope():
        opened_page(by=cast.users["clerk"], case=case)
    text = page(me, "/mine/data/opened/")
    assert cast.users["clerk"].display_name in text
    assert "opened the page of a case of care" in text
    assert "the case of care" in text


def test_a_copy_for_me_with_masked_numbers(cast: Cast, case: Case, me: Client) -> None:
    with cast.scope():
        phone_row(person=cast.people[7], number="19900001234", since=date(2020, 1, 1)).save()
    me.post("/mine/reading/", fill(temperature="36.8"))
    answer = me.post("/mine/data/copy/", {"form": "json"})
    text = json.dumps(json.loads(answer.content), ensure_ascii=False)
    assert cast.people[7].name in text
    assert "36.8" in text
    assert "19900001234" not in text
    sheet = openpyxl.load_workbook(io.BytesIO(me.post("/mine/data/copy/", {"form": "xlsx"}).content)).active
    assert sheet is not None
    assert any(cast.people[7].name in str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
    assert Entry.objects.filter(act="ground.copy_given", by_user=None).count() == 2


def test_correct_erase_explain_are_requests_that_the_office_answers_in_time(cast: Cast, case: Case, me: Client) -> None:
    for kind in ("correct", "delete", "explain", "review"):
        assert me.post("/mine/data/", {"kind": kind, "words": "门牌写错了"}).status_code == 302
    twice = me.post("/mine/data/", {"kind": "delete", "words": "请删除"})
    assert (twice.status_code, b"You asked for this already" in twice.content) == (422, True)
    with cast.scope():
        rows = list(RightsRequest.objects.order_by("kind").values_list("kind", "checked", "noted_by"))
        due = {row.due for row in RightsRequest.objects.all()}
        with refused("care.own_asked"):
            ask_about_own_data(by=None, person=cast.people[7], kind="correct", words="")
    assert rows == [(kind, "own_page", None) for kind in ("correct", "delete", "explain", "review")]
    assert due == {timezone.localdate() + timedelta(days=30)}
    assert "answer by" in page(me, "/mine/data/")


def test_the_cookie_goes_nowhere_else(cast: Cast, code: str) -> None:
    answer = phone().post("/mine/", {"code": code})
    morsel = answer.cookies["linli_mine"]
    assert (morsel["path"], bool(morsel["httponly"]), morsel["samesite"]) == ("/mine/", True, "Lax")
    assert code not in morsel.value
    left = OwnCode.objects.get().expires_at - timezone.now()
    assert abs(morsel["max-age"] - left.total_seconds()) < 60, "the browser forgets it with the case"
    me = phone(code)
    assert me.get("/care/errands/").status_code == 302
    assert me.post("/mine/leave").status_code == 302
    assert me.get("/mine/data/").status_code == 403


def test_a_child_alone_at_home_has_a_page_that_only_the_helper_made(cast: Cast, case: Case) -> None:
    with cast.scope():
        alone = attended(cast, kind="child_alone")
        slip = make_own_code(by=cast.users["secretary"], case=alone)
    text = page(phone(slip.code))
    assert "child alone at home" in text
    assert client_as(cast.users["clerk"]).get(f"/care/own/{alone.pk}/").status_code == 404
    assert client_as(cast.users["secretary"]).get(f"/care/own/{alone.pk}/").status_code == 200


def test_few_statements(cast: Cast, case: Case, me: Client) -> None:
    for n in range(6):
        me.post("/mine/errands/", {"key": str(uuid7()), "words": f"第 {n} 样"})
        me.post("/mine/reading/", fill())
    with CaptureQueriesContext(connection) as asked:
        me.get("/mine/")
    assert len(asked) <= 40
