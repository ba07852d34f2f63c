"""Alarms: repeated and passed on until somebody answers, ended by the hand-over; who is late together is told together (T03)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone, translation

from linli.ground.testing import Cast
from linli.journeys import alarms, jobs
from linli.journeys.actions.arrivals import settle_notice
from linli.journeys.actions.handovers import annul_handover
from linli.journeys.actions.legs import cancel_leg, plan_leg
from linli.journeys.actions.matches import Proposal, decide_match, propose_match, undo_match
from linli.journeys.actions.phones import Told, record_handover
from linli.journeys.actions.runs import call_off_run, change_run, plan_run
from linli.journeys.actions.travellers import Listed, add_traveller, begin, close_traveller
from linli.journeys.details import Details
from linli.journeys.models import Leg, Traveller
from linli.journeys.testing import Night, night
from linli.kernel.ids import uuid7
from linli.notices import jobs as sending
from linli.notices import kinds
from linli.notices.actions import acknowledge
from linli.notices.models import Notice, Telling
from linli.operations.actions import end_operation

pytestmark = pytest.mark.django_db


def notices(kind: str) -> list[Notice]:
    return list(Notice.objects.filter(kind=kind).order_by("made_at", "pk"))


def open_notices() -> set[str]:
    return set(
        Notice.objects.filter(settled_at__isnull=True).exclude(kind=alarms.ARRIVAL).values_list("kind", flat=True)
    )


def plan(night: Night, minutes: int, **more: Any) -> list[Leg]:
    return plan_leg(
        by=night.by, travellers=night.travellers, taker=night.escort, expected_at=night.after(minutes), **more
    )


def test_word_of_an_arrival_is_told_at_once_and_ends_when_it_is_seen_to(arrived: Night) -> None:
    (notice,) = notices(alarms.ARRIVAL)
    assert notice.to_mandate == arrived.notice.owner
    settle_notice(by=arrived.by, notice=arrived.notice)
    assert notices(alarms.ARRIVAL)[0].settled_at is not None


def test_a_leg_past_its_limit_is_one_alarm_for_all_who_are_late_together(arrived: Night) -> None:
    legs = plan(arrived, 100)
    assert legs[0].alarm_at == arrived.after(130)
    assert jobs.tick(arrived.after(130)) == {"alarms": 0}
    assert jobs.tick(arrived.after(131)) == {"alarms": 3}
    assert jobs.tick(arrived.after(132)) == {"alarms": 0}
    (notice,) = notices(alarms.LATE)
    assert notice.count == 3
    assert notice.to_mandate == arrived.travellers[0].owner


def test_an_alarm_ends_with_the_last_hand_over_it_was_about(arrived: Night) -> None:
    plan(arrived, 100)
    jobs.tick(timezone.now())
    arrived.hand(arrived.desk, arrived.escort, 200, arrived.travellers[:2])
    assert open_notices() == {alarms.LATE}
    done = arrived.hand(arrived.desk, arrived.escort, 205, arrived.travellers[2:])
    assert open_notices() == set()
    annul_handover(by=arrived.by, handover=done, why="not_done")
    jobs.tick(timezone.now())
    assert open_notices() == {alarms.LATE}
    assert len(notices(alarms.LATE)) == 2


def test_an_alarm_rings_again_when_what_ended_it_is_taken_back(arrived: Night) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        plan(arrived, 100)
        for _turn in range(2):
            jobs.tick(now)
            assert open_notices() == {alarms.LATE}
            done = arrived.hand(arrived.desk, arrived.escort, 200)
            assert open_notices() == set()
            annul_handover(by=arrived.by, handover=done, why="not_done")
        jobs.tick(now)
        assert open_notices() == {alarms.LATE}


def test_nobody_is_called_to_who_is_home_when_an_earlier_hand_over_is_taken_back(arrived: Night) -> None:
    plan(arrived, 100)
    first = arrived.hand(arrived.desk, arrived.escort, 100)
    ours = arrived.home()
    plan_leg(by=arrived.by, travellers=arrived.travellers[2:], taker=ours, expected_at=arrived.after(150))
    arrived.hand(arrived.escort, ours, 150, arrived.travellers[:2])
    annul_handover(by=arrived.by, handover=first, why="wrong_people")
    waiting = Leg.objects.filter(done_by__isnull=True)
    assert set(waiting.values_list("traveller", flat=True)) == {arrived.travellers[2].pk}
    jobs.tick(timezone.now())
    assert {one.count for one in notices(alarms.LATE)} == {1}


def test_who_is_home_after_all_waits_for_nothing(arrived: Night) -> None:
    ours = arrived.home()
    arrived.hand(arrived.desk, ours, 60)
    out = arrived.hand(ours, arrived.escort, 90)
    plan(arrived, 100)
    annul_handover(by=arrived.by, handover=out, why="not_done")
    assert not Leg.objects.filter(done_by__isnull=True).exists()
    assert jobs.tick(timezone.now()) == {"alarms": 0}


def test_whom_only_the_giver_ticked_is_still_waited_for(arrived: Night) -> None:
    plan(arrived, 100)
    key, hands = uuid7(), {"giver": arrived.desk, "taker": arrived.escort}
    gave, took = {"gave": arrived.side(100)}, {"took": arrived.side(101)}
    for people, said in ((arrived.travellers, gave), (arrived.travellers[:2], took)):
        record_handover(by=None, told=Told(id=key, travellers=people, happened_at=arrived.after(101), **hands, **said))  # type: ignore[arg-type]
    (waiting,) = Leg.objects.filter(done_by__isnull=True)
    assert waiting.traveller == arrived.travellers[2]
    jobs.tick(timezone.now())
    assert open_notices() == {alarms.LATE}


def test_an_alarm_repeats_and_goes_up_until_somebody_answers(arrived: Night) -> None:
    plan(arrived, 100)
    now = timezone.now()
    jobs.tick(now)
    (notice,) = notices(alarms.LATE)
    for minutes in range(0, 121, 5):
        sending.tick(now + timedelta(minutes=minutes))
    tellings = Telling.objects.filter(notice=notice)
    assert tellings.filter(what="again").count() >= 6
    assert tellings.filter(what="step").count() == 2
    told = {one.user for telling in tellings for one in telling.addressees.all()}
    assert arrived.cast.users["secretary"] in told
    before = tellings.count()
    acknowledge(by=arrived.cast.users["secretary"], notice=notice)
    sending.tick(now + timedelta(hours=4))
    assert tellings.count() == before


def test_an_alarm_that_nobody_answers_goes_on_for_weeks_hour_by_hour(arrived: Night) -> None:
    plan(arrived, 100)
    now = timezone.now()
    jobs.tick(now)
    sending.tick(now)
    (notice,) = notices(alarms.LATE)
    for days in (1, 8, 30):
        sending.tick(now + timedelta(days=days))
        row = Notice.objects.get(pk=notice.pk)
        assert row.next_at is not None
        assert timedelta(0) < row.next_at - (now + timedelta(days=days)) <= alarms.LATER
    assert Telling.objects.filter(notice=notice, what="again").count() == 3
    operation = arrived.operation
    operation.ends_at = now + timedelta(days=31)
    operation.save(update_fields=["ends_at"])
    jobs.tick(now + timedelta(days=30))
    assert open_notices() == {alarms.LATE}
    jobs.tick(now + timedelta(days=200))
    assert open_notices() == set(), "also when nothing ran for months after the end"


def test_a_leg_that_was_cancelled_ends_its_alarm_and_then_a_next_one_is_owed(arrived: Night) -> None:
    legs = plan(arrived, 100)
    jobs.tick(timezone.now())
    cancel_leg(by=arrived.by, legs=legs)
    assert open_notices() == set()
    later = timezone.now() + timedelta(minutes=11)
    assert jobs.tick(later) == {"alarms": 3}
    assert open_notices() == {alarms.WITHOUT_NEXT}
    (notice,) = notices(alarms.WITHOUT_NEXT)
    assert notice.count == 3
    plan(arrived, 300)
    assert open_notices() == set()


def test_nobody_is_told_of_who_is_at_home(arrived: Night) -> None:
    arrived.hand(arrived.desk, arrived.home(), 60)
    assert jobs.tick(timezone.now() + timedelta(hours=5)) == {"alarms": 0}


def test_whoever_has_just_learned_gets_ten_minutes_and_no_second_look_moves_a_deadline(arrived: Night) -> None:
    row = Traveller.objects.get(pk=arrived.travellers[0].pk)
    assert row.alarm_at is not None
    assert timezone.now() + timedelta(minutes=9) < row.alarm_at <= timezone.now() + timedelta(minutes=10)
    with time_machine.travel(timezone.now() + timedelta(minutes=4)):
        legs = plan(arrived, 300)
        cancel_leg(by=arrived.by, legs=legs)
        fresh = Traveller.objects.get(pk=row.pk).alarm_at
        assert fresh is not None
        assert fresh > row.alarm_at


def test_a_decision_is_owed_half_an_hour_after_the_word(arrived: Night) -> None:
    listed = add_traveller(by=arrived.by, notice=arrived.notice, listed=Listed(Details(name="WHO/IS"), ask=True))
    assert listed.alarm_at == arrived.notice.received_at + timedelta(minutes=30)
    jobs.tick(arrived.after(60))
    assert alarms.UNDECIDED in open_notices()
    begin(by=arrived.by, travellers=[listed], hands=arrived.desk, at=arrived.after(70))
    assert alarms.UNDECIDED not in open_notices()
    row = Traveller.objects.get(pk=listed.pk)
    assert row.told_at is None
    assert row.alarm_at is not None


def ours(night: Night, **more: Any) -> Traveller:
    """Somebody of ours whom nobody has met yet."""
    listed = Listed(Details(name="WHO/IS"), person=night.cast.people[0], **more)
    return add_traveller(by=night.by, notice=night.notice, listed=listed)


def test_one_of_ours_whom_nobody_meets_is_not_forgotten(arrived: Night) -> None:
    row = Traveller.objects.get(pk=ours(arrived, expected_at=timezone.now() + timedelta(hours=1)).pk)
    assert row.alarm_at is not None
    assert row.alarm_at - timezone.now() > timedelta(minutes=89)
    jobs.tick(timezone.now() + timedelta(minutes=91))
    assert alarms.UNMET in open_notices()
    begin(by=arrived.by, travellers=[row], hands=arrived.desk, at=timezone.now())
    assert alarms.UNMET not in open_notices()


def test_whoever_is_decided_to_be_ours_is_to_be_met_and_undone_to_be_decided(arrived: Night) -> None:
    listed = add_traveller(by=arrived.by, notice=arrived.notice, listed=Listed(Details(name="WHO/IS"), ask=True))
    jobs.tick(arrived.after(60))
    (match,) = propose_match(by=arrived.by, traveller=listed, candidates=[Proposal(arrived.cast.people[0], "match")])
    decide_match(by=arrived.by, match=match, yes=True)
    assert alarms.UNDECIDED not in open_notices()
    jobs.tick(timezone.now() + timedelta(minutes=11))
    assert alarms.UNMET in open_notices()
    undo_match(by=arrived.by, match=match)
    assert alarms.UNMET not in open_notices()
    jobs.tick(timezone.now() + timedelta(minutes=31))
    assert alarms.UNDECIDED in open_notices()


def test_who_is_on_a_run_is_to_be_met_by_it_and_without_it_at_once(arrived: Night) -> None:
    row = ours(arrived)
    at = timezone.now() + timedelta(hours=3)
    run = plan_run(
        by=arrived.by, neighbourhood=arrived.cast.neighbourhood, vehicle="van", planned_at=at, travellers=[row]
    )
    assert Traveller.objects.get(pk=row.pk).alarm_at == at + timedelta(minutes=30)
    change_run(by=arrived.by, run=run, travellers=[])
    change_run(by=arrived.by, run=run, travellers=[row])
    assert Traveller.objects.get(pk=row.pk).alarm_at == at + timedelta(minutes=30)
    call_off_run(by=arrived.by, run=run)
    assert Traveller.objects.get(pk=row.pk).alarm_at is not None
    at_door = add_traveller(
        by=arrived.by, notice=arrived.notice, listed=Listed(Details(name="A/B"), dwelling=arrived.cast.dwellings[0])
    )
    assert Traveller.objects.get(pk=at_door.pk).alarm_at is not None


def test_closing_ends_what_was_owed(arrived: Night) -> None:
    listed = add_traveller(by=arrived.by, notice=arrived.notice, listed=Listed(Details(name="WHO/IS"), ask=True))
    jobs.tick(arrived.after(60))
    close_traveller(by=arrived.by, traveller=listed, closed_as="not_ours")
    assert alarms.UNDECIDED not in open_notices()
    plan(arrived, 60)
    jobs.tick(timezone.now())
    for traveller in arrived.travellers:
        close_traveller(by=arrived.by, traveller=traveller, closed_as="double")
    assert open_notices() == set()


def test_what_an_alarm_says_names_nobody(arrived: Night) -> None:
    plan(arrived, 60)
    jobs.tick(timezone.now())
    with translation.override("en"):
        said = kinds.said(list(Notice.objects.all()))
        words = " ".join(f"{one.title} {one.detail}" for one in said.values())
    assert "3 travellers were not handed over in time" in words
    assert "CA936" in words
    assert "TRAVELLER" not in words
    assert all(one.url for one in said.values())


def test_a_neighbourhood_that_fails_keeps_no_other_from_its_alarms(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with cast.scope():
        plan(night(cast), 60)
    calls: list[datetime] = []

    def breaks(place: object, now: datetime) -> int:
        calls.append(now)
        raise RuntimeError("breaks")

    monkeypatch.setattr(alarms, "raise_due", breaks)
    assert jobs.tick(timezone.now()) == {"alarms": 0}
    assert len(calls) == 1


def test_nobody_is_called_any_more_when_the_operation_is_over(arrived: Night) -> None:
    plan(arrived, 60)
    jobs.tick(timezone.now())
    end_operation(by=arrived.cast.users["secretary"], operation=arrived.operation)
    assert jobs.tick(timezone.now() + timedelta(seconds=1)) == {"alarms": 0}
    assert not Notice.objects.filter(settled_at__isnull=True).exists()


def test_a_turn_that_finds_nobody_late_asks_four_times(arrived: Night, django_assert_num_queries: Any) -> None:
    plan(arrived, 2_000)
    with django_assert_num_queries(4):
        jobs.tick(timezone.now())


def test_what_is_due_is_found_by_its_index(arrived: Night) -> None:
    place, now = arrived.cast.neighbourhood, timezone.now()
    legs = Leg.objects.filter(neighbourhood=place, done_by__isnull=True, cancelled_at__isnull=True)
    for rows, index in ((legs, "leg_alarm"), (Traveller.objects.filter(neighbourhood=place), "traveller_alarm")):
        how = rows.filter(told_at__isnull=True, alarm_at__lt=now).order_by("alarm_at", "pk").explain()
        assert index in how or connection.vendor != "sqlite", "PostgreSQL reads a table of three rows from end to end"


def test_what_cannot_be_ended_keeps_nobody_from_his_alarms(arrived: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_now: datetime) -> int:
        raise OSError("disk full")

    plan(arrived, 100)
    end_operation(by=arrived.by, operation=arrived.operation)
    monkeypatch.setattr(alarms, "end_all", full)
    assert jobs.tick(timezone.now()) == {"alarms": 0}
