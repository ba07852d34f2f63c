"""Who looks after a household asks morning and evening with his own phone: each check has its own time, its answers become a reading."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils import timezone

from linli.care.actions.cases import end
from linli.care.models import Alarm, Case, Reading
from linli.care.sealed import Said, said_of
from linli.inbox.phones.signature import from_base64url
from linli.kernel.ids import uuid7
from linli.operations.actions import end_operation, purge
from linli.operations.models import Operation
from linli.procedures.tests.at_home import Home
from linli.rounds.jobs import tick
from linli.rounds.models import Visit, VisitValue
from linli.rounds.testing_walk import WalkersPhone

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone(home: Home) -> WalkersPhone:
    """The helper's phone on the morning of day 1."""
    home.opens()
    home.to(home.at(3, "07:10"))
    tick(timezone.now())
    found = WalkersPhone()
    found.enrol(home.cast.users["secretary"], home.helper, home.cast.neighbourhood)
    return found


def pack_of(phone: WalkersPhone) -> dict[str, Any]:
    """The pack that it carries now, opened."""
    answer = phone.get("pack")
    cipher = AESGCM(from_base64url(answer["key"]))
    found: dict[str, Any] = json.loads(
        cipher.decrypt(from_base64url(answer["iv"]), from_base64url(answer["sealed"]), None)
    )
    return found


def said(pack: dict[str, Any], temperature: str, **changes: Any) -> dict[str, Any]:
    """The morning's check as the phone sends it, two hours later."""
    (sheet,) = pack["sheets"].values()
    questions = {one["kind"]: one["id"] for one in sheet["questions"]}
    whole = {
        "id": str(uuid7()), "kind": "visit", "happened_at": timezone.now().isoformat(), "made_offline": True,
        "occurrence": pack["rounds"][0]["id"], "targets": [[pack["targets"][0]["id"], "done", None]],
        "values": {str(questions["temperature"]): temperature, str(questions["choices"]): "cough"},
    }  # fmt: skip
    return whole | changes


def test_morning_and_evening_stand_on_the_phone_with_their_own_times(home: Home, phone: WalkersPhone) -> None:
    pack = pack_of(phone)
    morning, evening = pack["targets"]
    assert [morning["day"], morning["own"], morning["whom"]] == [1, True, home.person.masked_name]
    due = [timezone.localtime(home.at(3, clock)) for clock in ("10:00", "20:00")]
    assert [morning["due"], evening["due"]] == [int(one.timestamp() * 1000) for one in due]


def test_a_check_that_was_walked_before_its_window_is_that_check(home: Home, phone: WalkersPhone) -> None:
    early = timezone.localtime(home.at(3, "06:50")).isoformat()
    item = said(pack_of(phone), "36.6", happened_at=early)
    assert [one["status"] for one in phone.send(item)] == ["stored"]
    assert Reading.objects.get().part == "morning"


def test_a_reading_of_a_phone_is_heard_late_once_and_taken_back(home: Home, phone: WalkersPhone) -> None:
    item = said(pack_of(phone), "38.37")
    home.to(home.at(3, "09:30"))
    assert [one["status"] for one in phone.send(item, item)] == ["stored", "already"]
    (reading,) = Reading.objects.all()
    assert said_of(reading) == Said(Decimal("38.37"), ("cough",))
    assert (reading.part, reading.happened_at, reading.heard_at) == (
        "morning",
        home.at(3, "07:10"),
        home.at(3, "09:30"),
    )
    assert not VisitValue.objects.exists()
    back = {"id": str(uuid7()), "kind": "annulment", "visit": item["id"], "happened_at": timezone.now().isoformat()}
    assert phone.send(back)[0]["status"] == "stored"
    reading.refresh_from_db()
    assert reading.annulled_at is not None


def test_a_phone_whose_clock_is_ahead_does_not_lose_a_reading(home: Home, phone: WalkersPhone) -> None:
    ahead = (timezone.now() + timedelta(hours=3)).isoformat()
    (result,) = phone.send(said(pack_of(phone), "36.6", happened_at=ahead))
    assert result["status"] == "stored"
    assert Visit.objects.count() == Reading.objects.count() == 1


def test_what_was_read_before_the_end_is_a_reading_though_it_is_heard_after_it(
    home: Home,
    phone: WalkersPhone,
) -> None:
    item = said(pack_of(phone), "38.37")
    home.to(home.at(3, "09:30"))
    case = Case.objects.get()
    end(by=None, case=case, reason="left")
    home.to(home.at(3, "11:00"))
    assert [one["status"] for one in phone.send(item)] == ["stored"]
    assert (Reading.objects.get().case, VisitValue.objects.exists()) == (case, False)
    assert Alarm.objects.filter(case=case, cause="fever").exists()


def test_after_the_end_of_the_operation_no_word_of_a_check_is_kept(home: Home, phone: WalkersPhone) -> None:
    item = said(pack_of(phone), "38.37", note="咳得厉害")
    end_operation(by=home.cast.users["secretary"], operation=Operation.objects.get())
    home.to(home.at(3, "09:30"))
    purge(by=home.cast.users["secretary"], neighbourhood=home.cast.neighbourhood)
    assert [(one["status"], one["problem"]) for one in phone.send(item)] == [("stored", "operation_over")]
    assert (Visit.objects.get().note, VisitValue.objects.exists()) == ("", False)
