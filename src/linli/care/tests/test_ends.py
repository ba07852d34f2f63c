"""What ends by itself, what is erased when, and what a certificate says of it (HOUSE.md, "Operation and sunset"; PIPL art. 19, 47)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from linli import vault
from linli.care import changes, jobs, retention, telling
from linli.care.actions.cases import end, prolong, reopen
from linli.care.actions.readings import Said, record_reading
from linli.care.actions.supervisors import name_supervisor
from linli.care.models import Alarm, Case, Reading, Supervisor
from linli.care.models.hidden import children_too
from linli.care.sealed import key_of, words_of
from linli.care.tests.conftest import attention, quarantine
from linli.care.words import KINDS
from linli.ground.holdings import held, stays
from linli.ground.testing import Cast
from linli.kernel.refusal import Refusal
from linli.notices.models import Notice
from linli.operations.actions import due, end_operation, purge
from linli.operations.models import Operation, OperationData


def at_release(case: Case) -> datetime:
    assert case.release_at is not None
    return case.release_at


def test_on_its_last_day_at_24_00_a_quarantine_is_released(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast)
    assert jobs.tick(at_release(case) - timedelta(seconds=1))["released"] == 0
    with time_machine.travel(at_release(case) + timedelta(hours=9), tick=False):
        assert jobs.tick(timezone.now())["released"] == 1
        assert jobs.tick(timezone.now())["released"] == 0
    with cast.scope():
        case.refresh_from_db()
        assert (case.closed_as, case.closed_at) == ("released", case.release_at)
        change = case.changes.get(kind="released")
        assert (change.reason, change.body_name, change.happened_at) == ("term", "演练区人民政府", case.release_at)


def test_an_alarm_that_nobody_answered_outlives_the_term(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast)
        record_reading(by=None, case=case, said=Said(Decimal("39.0")))
    with time_machine.travel(at_release(case) + timedelta(minutes=1), tick=False):
        jobs.tick(timezone.now())
    with cast.scope():
        assert Alarm.objects.get().answered_at is None


def test_other_attention_asks_a_week_before_and_ends_on_its_day(cast: Cast) -> None:
    with cast.scope():
        case = attention(cast, "child_alone", ground="duty")
        notice = Notice.objects.get(kind=telling.ENDING)
        assert notice.to_mandate == cast.mandates["building_leader"]
        assert timezone.localdate(notice.due_at) == timezone.localdate() + timedelta(days=53)
        with children_too():
            prolong(by=cast.users["secretary"], case=case, ends_on=timezone.localdate() + timedelta(days=90))
        notice.refresh_from_db()
        assert notice.settled_at is not None
        assert Notice.objects.filter(kind=telling.ENDING, settled_at__isnull=True).count() == 1
    with time_machine.travel(timezone.now() + timedelta(days=91), tick=False):
        assert jobs.tick(timezone.now())["ended"] == 1
    with cast.scope(), children_too():
        case.refresh_from_db()
        assert (case.closed_as, case.changes.last().reason) == ("ended", "term")


def test_what_is_opened_again_or_set_back_to_its_day_is_announced_again(cast: Cast) -> None:
    by = cast.users["secretary"]
    with cast.scope(), time_machine.travel(timezone.now(), tick=False):
        case = attention(cast)
        told = Notice.objects.filter(kind=telling.ENDING, settled_at__isnull=True)
        day = case.ends_on
        assert day is not None
        prolong(by=by, case=case, ends_on=day + timedelta(days=9))
        prolong(by=by, case=case, ends_on=day)
        assert told.count() == 1
        end(by=by, case=case, reason="no_need")
        assert told.count() == 0
        reopen(by=by, case=case)
        assert told.count() == 1


def test_with_its_operation_everything_goes_and_the_certificate_counts(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast, words="住二楼")
        record_reading(by=None, case=case, said=Said(Decimal("38.3")))
        kept = attention(cast, words="喜欢听戏")
        sealed = case.changes.get().sealed
    end_operation(by=cast.users["secretary"], operation=operation)
    certificate = purge(by=cast.users["secretary"], neighbourhood=cast.neighbourhood)
    assert {name: certificate.counts[name] for name in ("care_quarantine", "care_readings")} == {
        "care_quarantine": 1,
        "care_readings": 1,
    }
    with cast.scope():
        assert list(Case.objects.values_list("pk", flat=True)) == [kept.pk]
        assert not Reading.objects.exists()
        assert not Supervisor.objects.filter(case__isnull=True).exists()
        assert words_of(sealed) is None
        assert words_of(kept.changes.get().sealed) == "喜欢听戏"


def test_a_restored_row_of_an_ended_case_cannot_be_read(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    with cast.scope(), django_capture_on_commit_callbacks(execute=True):
        case = attention(cast, words="喜欢听戏")
        sealed = case.changes.get().sealed
        end(by=cast.users["secretary"], case=case, reason="no_need")
        assert retention.due(timezone.now() + timedelta(days=29)) == {}
        assert retention.erase(timezone.now() + timedelta(days=31)) == {"care_alone": 1}
    with cast.scope():
        assert key_of(case) not in vault.keyring().names()
        assert words_of(sealed) is None
        assert not Case.objects.exists()


def test_readings_go_two_weeks_after_the_case_and_sooner_where_the_operation_says_so(
    cast: Cast, operation: Operation
) -> None:
    with cast.scope():
        case = quarantine(cast)
        record_reading(by=None, case=case, said=Said(Decimal("36.6")))
        end(by=cast.users["secretary"], case=case, reason="left")
        now = timezone.now()
        assert retention.due(now + timedelta(days=13)) == {}
        assert retention.due(now + timedelta(days=15)) == {"care_readings": 1}
        OperationData.objects.filter(operation=operation, code="reading").update(days=3)
        assert retention.erase(now + timedelta(days=4)) == {"care_readings": 1}
        assert Case.objects.count() == 1
        OperationData.objects.filter(operation=operation, code="quarantine").update(days=5)
        assert retention.erase(now + timedelta(days=6)) == {"care_quarantine": 1}


def test_attention_that_was_never_closed_goes_a_year_after_its_end(cast: Cast) -> None:
    with cast.scope():
        attention(cast)
        day = timezone.now() + timedelta(days=60)
        assert retention.due(day + timedelta(days=360)) == {}
        assert retention.due(day + timedelta(days=366)) == {"care_alone": 1}


def test_what_is_held_and_why_it_stays(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast)
        record_reading(by=None, case=case, said=Said(Decimal("38.37")))
        people = [case.person_id]
        facts = {holding.code: found for holding, found in held(people) if holding.code.startswith("care")}
        assert {code: len(found) for code, found in facts.items()} == {
            "care": 1,
            "care_children": 0,
            "care_readings": 1,
        }
        (fact,) = facts["care_readings"]
        assert fact.value == ""
        assert fact.clear is not None
        assert fact.clear().startswith("38.3")
        (stay,) = [one for one in stays(people, timezone.now()) if one.what == KINDS["quarantine"]]
        assert stay.until == timezone.localdate(at_release(case))
        assert retention.erase_cases(retention.owned_by(people)) == 1
        assert not Case.objects.exists()


def test_the_job_looks_only_at_what_is_due(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        quarantine(cast)
        attention(cast)
    assert jobs.tick(timezone.now()) == {"lapsed": 0, "released": 0, "ended": 0, "fell": 0}
    assert due(cast.neighbourhood) == {}


def test_what_fails_in_one_case_keeps_no_other_from_its_end(
    cast: Cast, operation: Operation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cast.scope():
        broken, other = quarantine(cast), quarantine(cast, person=8)

    def fails(by: object, case: Case, change: object) -> None:
        if case.pk == broken.pk:
            raise RuntimeError("a room above")

    monkeypatch.setattr(changes, "_ended", [fails])
    with time_machine.travel(at_release(broken) + timedelta(minutes=1), tick=False):
        assert jobs.tick(timezone.now())["released"] == 1
    with cast.scope():
        assert Case.objects.get(closed_at__isnull=True).pk == broken.pk
        assert Case.objects.get(closed_as="released").pk == other.pk


def test_a_name_for_a_household_whose_case_is_over_changes_nothing(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast)
        end(by=cast.users["secretary"], case=case, reason="left")
        row = name_supervisor(by=None, household=case.household, mandate=cast.mandates["clerk"])
        assert row.mandate == cast.mandates["clerk"]
        with pytest.raises(Refusal):
            end(by=cast.users["secretary"], case=case, reason="left")
