"""Readings are sealed, counted once, never refused late; a fever or a symptom alarms until somebody answers."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from linli import vault
from linli.care import changes, jobs, queries, telling
from linli.care.actions.cases import annul, end
from linli.care.actions.readings import Said, annul_reading, answer_alarm, emergency, record_reading
from linli.care.models import Alarm, Case, Reading
from linli.care.sealed import said_of
from linli.care.tests.conftest import attention, quarantine, refused
from linli.ground.models import Person
from linli.ground.testing import Cast
from linli.journal.models import Entry
from linli.kernel.ids import uuid7
from linli.notices import jobs as notices
from linli.notices.actions import acknowledge
from linli.notices.kinds import kind_of
from linli.notices.models import Notice
from linli.operations.actions import end_operation
from linli.operations.models import Operation

WELL, ILL = Said(Decimal("36.6")), Said(Decimal("38.3"), ("cough",), "夜里咳嗽")


def test_a_reading_is_sealed_and_says_its_day_and_part(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast)
        key = uuid7()
        reading = record_reading(
            by=cast.users["building_leader"], case=case, said=Said(Decimal("38.37"), (), "好"), key=key
        )
        assert record_reading(by=cast.users["clerk"], case=case, said=WELL, key=key).pk == reading.pk
        assert reading.day == 2
        assert said_of(reading) == Said(Decimal("38.37"), (), "好")
        assert "38.37" not in str(bytes(reading.sealed))
        entry = Entry.objects.get(act="care.read")
        assert entry.data == {"part": reading.part, "day": 2, "self": False}


def test_the_second_reading_of_a_check_is_an_extra_one(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case, by = quarantine(cast), cast.users["clerk"]
        now = timezone.now()
        parts = [record_reading(by=by, case=case, said=WELL, part="morning", happened_at=now).part for _ in range(2)]
        parts.append(record_reading(by=by, case=case, said=WELL, part="evening", happened_at=now).part)
        parts.append(record_reading(by=by, case=case, said=WELL, part="extra", happened_at=now).part)
        assert parts == ["morning", "extra", "evening", "extra"]


def test_who_was_measured_in_the_night_is_asked_in_the_morning(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case, by = quarantine(cast), cast.users["clerk"]
        night = timezone.localtime().replace(hour=0, minute=38)
        with time_machine.travel(night, tick=False):
            assert record_reading(by=by, case=case, said=ILL).part == "extra"
            assert Alarm.objects.get().cause == "fever"
        with time_machine.travel(night.replace(hour=8), tick=False):
            (line,) = queries.of_cases([case], timezone.now()).cases
            assert [(one.part, one.reading) for one in line.checks] == [("morning", None), ("evening", None)]
            assert [one.row.part for one in line.today] == ["extra"]
            assert record_reading(by=by, case=case, said=ILL).part == "morning"


def test_what_comes_from_a_visit_is_stored_once_and_never_refused(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case, by = quarantine(cast), cast.users["clerk"]
        end(by=by, case=case, reason="left")
        late = record_reading(
            by=by, case=case, said=Said(Decimal("30.0"), ("unknown",)), source="visit:1", happened_at=timezone.now()
        )
        assert record_reading(by=by, case=case, said=WELL, source="visit:1").pk == late.pk
        annul_reading(by=by, reading=late)
        annul_reading(by=by, reading=late)
        assert late.annulled_at is not None
        assert record_reading(by=by, case=case, said=WELL, source="visit:1").pk != late.pk


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (Said(), "care.temperature"), (Said(Decimal("365.0")), "care.temperature"), (Said(Decimal("25.0")), "care.temperature"),
        (Said(Decimal("36.6"), ("gossip",)), "care.symptom"),
    ],
)  # fmt: skip
def test_a_slip_of_the_pen_is_said_on_the_page(cast: Cast, operation: Operation, said: Said, code: str) -> None:
    with cast.scope():
        case = quarantine(cast)
        with refused(code):
            record_reading(by=cast.users["clerk"], case=case, said=said)
        assert not Reading.objects.exists()


def test_a_childs_reading_that_nobody_ordered_waits_for_its_guardian(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        Person.objects.filter(pk=cast.people[7].pk).update(born=timezone.localdate() - timedelta(days=3000))
        case = quarantine(cast)
        case.person.refresh_from_db()
        assert record_reading(by=cast.users["clerk"], case=case, said=WELL, part="morning").pk
        with refused("care.guardian_consent"):
            record_reading(by=cast.users["clerk"], case=case, said=WELL, part="extra")


def test_a_fever_is_told_to_the_supervisor_again_and_then_to_the_secretary(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case, by = quarantine(cast), cast.users["clerk"]
        reading = record_reading(by=by, case=case, said=ILL)
        (alarm,) = Alarm.objects.all()
        assert (alarm.cause, alarm.reading, reading.alarming) == ("fever", reading, True)
        record_reading(by=by, case=case, said=ILL)
        assert Alarm.objects.count() == 1
        notice = Notice.objects.get(kind=telling.ALARM)
        assert notice.to_mandate == cast.mandates["building_leader"]
        kind = kind_of(telling.ALARM)
        assert kind.repeats > 3
        assert kind.sound
        assert kind.steps[0].to == "secretary"
    notices.tick(timezone.now())
    notices.tick(timezone.now() + telling.UP + timedelta(seconds=1))
    with cast.scope():
        told = set(notice.addressees.values_list("user__username", flat=True))
        assert told == {"building_leader", "secretary"}
        with refused("care.answer"):
            answer_alarm(by=by, alarm=alarm, answer="later")
        answer_alarm(by=cast.users["building_leader"], alarm=alarm, answer="clinic", words="120 已接走")
        answer_alarm(by=by, alarm=alarm, answer="watching")
        notice.refresh_from_db()
        assert (alarm.answer, notice.settled_at is not None) == ("clinic", True)


def test_an_alarm_that_nobody_answers_goes_on_until_the_operation_ends(cast: Cast, operation: Operation) -> None:
    now = timezone.now()
    with cast.scope():
        case, by = quarantine(cast), cast.users["clerk"]
        record_reading(by=by, case=case, said=ILL)
    notices.tick(now + timedelta(seconds=1))
    for hours in (1, 3, 30, 200):
        notices.tick(now + timedelta(hours=hours))
        with cast.scope():
            (notice,) = Notice.objects.filter(kind=telling.ALARM, settled_at__isnull=True)
        pace = telling.AGAIN if hours == 1 else telling.LATER
        assert notice.next_at is not None
        assert timedelta(0) < notice.next_at - (now + timedelta(hours=hours)) <= pace
    with time_machine.travel(now + timedelta(hours=201)), cast.scope():
        record_reading(by=by, case=case, said=ILL)
        assert Notice.objects.filter(kind=telling.ALARM).count() == 1, "one that is called out still is called out once"
        acknowledge(by=cast.users["secretary"], notice=notice)
        record_reading(by=by, case=case, said=ILL)
        assert Notice.objects.filter(kind=telling.ALARM, next_at__isnull=False).count() == 1, (
            "who took it up hears of the next"
        )
        end_operation(by=cast.users["secretary"], operation=operation)
        jobs.tick(timezone.now())
        assert not Notice.objects.filter(kind=telling.ALARM, settled_at__isnull=True).exists()
        assert Alarm.objects.get().answered_at is None, "what nobody did is not said to be done"


def test_a_symptom_without_a_fever_alarms_and_a_mistaken_one_is_taken_back(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case, by = quarantine(cast), cast.users["clerk"]
        reading = record_reading(by=by, case=case, said=Said(Decimal("36.6"), ("breath",)))
        (alarm,) = Alarm.objects.all()
        assert alarm.cause == "symptoms"
        annul_reading(by=by, reading=reading)
        alarm.refresh_from_db()
        assert (alarm.answer, Notice.objects.get(kind=telling.ALARM).settled_at is not None) == ("retaken", True)


def test_an_emergency_opens_every_door(cast: Cast, operation: Operation, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    monkeypatch.setattr(changes, "_alarmed", [])
    changes.listen(alarmed=lambda by, alarm: heard.append(alarm.cause))
    with cast.scope():
        case = quarantine(cast)
        alarm = emergency(by=None, case=case, words="摔倒，叫不醒")
        assert emergency(by=cast.users["clerk"], case=case).pk == alarm.pk
    assert heard == ["emergency"]


def test_an_emergency_of_a_child_who_is_alone_is_told_to_helper_and_secretary(cast: Cast) -> None:
    with cast.scope():
        case = attention(cast, "child_alone", ground="duty")
        alarm = emergency(by=cast.users["building_leader"], case=case)
        notice = Notice.objects.get(kind=telling.ALARM)
        assert notice.to_mandate == cast.mandates["building_leader"]
        answer_alarm(by=cast.users["building_leader"], alarm=Alarm.objects.get(pk=alarm.pk), answer="ambulance")
        assert Alarm.objects.get().answered_at is not None


def test_who_closes_a_case_answers_its_alarms(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast)
        record_reading(by=cast.users["clerk"], case=case, said=ILL)
        annul(by=cast.users["clerk"], case=case, reason="wrong_person")
        assert Alarm.objects.get().answered_at is not None
        assert Notice.objects.get(kind=telling.ALARM).settled_at is not None


def test_without_its_key_nothing_is_read(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast)
        reading = record_reading(by=cast.users["clerk"], case=case, said=ILL)
        vault.keyring().destroy(operation.key_name)
        assert said_of(Reading.objects.get(pk=reading.pk)) is None
        assert Case.objects.get().pk == case.pk
