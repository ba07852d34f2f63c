"""Runs of a night and what comes next (T04, T06, T07, T11)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from linli.journeys.actions.legs import cancel_leg, plan_leg
from linli.journeys.actions.runs import (
    Crew,
    Stop,
    arrive_run,
    call_off_run,
    change_run,
    depart_run,
    plan_run,
    plate_of,
    take_back_run,
)
from linli.journeys.actions.travellers import Listed, add_traveller
from linli.journeys.details import Details, stop_of
from linli.journeys.models import Leg, Run, RunTraveller, Traveller
from linli.journeys.testing import Night, refused

pytestmark = pytest.mark.django_db


def run_of(night: Night, at: datetime | None = None, **more: object) -> Run:
    return plan_run(
        by=night.by, neighbourhood=night.cast.neighbourhood, vehicle="van", planned_at=at or night.after(100), **more  # type: ignore[arg-type]
    )  # fmt: skip


def test_runs_are_numbered_by_the_night_that_began_the_evening_before(arrived: Night) -> None:
    evening = datetime(2020, 3, 13, 19, 25, tzinfo=timezone.get_current_timezone())
    early = datetime(2020, 3, 14, 3, 37, tzinfo=timezone.get_current_timezone())
    morning = datetime(2020, 3, 14, 9, 0, tzinfo=timezone.get_current_timezone())
    runs = [run_of(arrived, at) for at in (evening, early, morning)]
    assert [(run.night, run.number) for run in runs] == [
        (date(2020, 3, 13), 1),
        (date(2020, 3, 13), 2),
        (date(2020, 3, 14), 1),
    ]


def test_a_run_has_vehicle_crew_and_places(arrived: Night) -> None:
    crew = [
        Crew(arrived.escort, "driver"),
        Crew(arrived.office, "escort", date(2020, 3, 1)),
        Crew(arrived.escort, "driver"),
    ]
    stops = [Stop(words="浦东机场"), Stop(place=arrived.cast.gates[0], at=arrived.after(180), about=True)]
    run = run_of(arrived, crew=crew, stops=stops, plate="沪Z·D0031", travellers=arrived.travellers)
    assert plate_of(Run.objects.get(pk=run.pk)) == "沪Z·D0031"
    assert b"D0031" not in bytes(run.sealed_plate or b"")
    assert run.crew.count() == 2
    assert [stop_of(stop) or str(stop.place_id) for stop in run.stops.all()] == [
        "浦东机场",
        str(arrived.cast.gates[0].pk),
    ]
    assert run.seats.count() == 3


def test_who_has_no_training_cannot_go_along(arrived: Night) -> None:
    with refused("journeys.untrained"):
        run_of(arrived, crew=[Crew(arrived.office, "escort")])
    with refused("journeys.crew_duty"):
        run_of(arrived, crew=[Crew(arrived.escort, "sings")])
    run = run_of(arrived)
    with refused("journeys.untrained"):
        change_run(by=arrived.by, run=run, crew=[Crew(arrived.office, "escort")])


def test_what_a_run_cannot_be(arrived: Night) -> None:
    with refused("journeys.vehicle"):
        plan_run(
            by=arrived.by, neighbourhood=arrived.cast.neighbourhood, vehicle="balloon", planned_at=arrived.after(9)
        )
    run_of(arrived, travellers=arrived.travellers[:1])
    with refused("journeys.on_another_run"):
        run_of(arrived, travellers=arrived.travellers)


def test_a_run_departs_and_arrives_and_each_step_is_taken_back(arrived: Night) -> None:
    run = run_of(arrived, travellers=arrived.travellers)
    with refused("journeys.no_step"):
        take_back_run(by=arrived.by, run=run)
    with refused("journeys.future"):
        depart_run(by=arrived.by, run=run, at=timezone.now() + timedelta(hours=1))
    depart_run(by=arrived.by, run=run, at=arrived.after(110), about=True)
    with refused("journeys.departed"):
        call_off_run(by=arrived.by, run=run)
    with refused("journeys.run_order"):
        arrive_run(by=arrived.by, run=run, at=arrived.after(100))
    arrive_run(by=arrived.by, run=run, at=arrived.after(190))
    with refused("journeys.run_over"):
        depart_run(by=arrived.by, run=run, at=arrived.after(110))
    with refused("journeys.run_over"):
        change_run(by=arrived.by, run=run, travellers=[])
    assert take_back_run(by=arrived.by, run=run).arrived_at is None
    assert take_back_run(by=arrived.by, run=run).departed_at is None


def test_who_is_on_a_run_is_changed(arrived: Night) -> None:
    run = run_of(arrived, travellers=arrived.travellers, crew=[Crew(arrived.escort, "driver")])
    change_run(by=arrived.by, run=run, travellers=arrived.travellers[:1])
    assert RunTraveller.objects.count() == 1
    assert run.crew.count() == 1


def test_a_run_called_off_leaves_its_people_to_be_planned_for(arrived: Night) -> None:
    run = run_of(arrived, travellers=arrived.travellers)
    plan_leg(
        by=arrived.by, travellers=arrived.travellers, taker=arrived.escort, expected_at=arrived.after(120), run=run
    )
    assert not Traveller.objects.filter(alarm_at__isnull=False).exists()
    call_off_run(by=arrived.by, run=run)
    assert call_off_run(by=arrived.by, run=run).called_off_at is not None
    assert Traveller.objects.filter(alarm_at__isnull=False).count() == 3
    assert not Leg.objects.filter(cancelled_at__isnull=True).exists()
    run_of(arrived, travellers=arrived.travellers)
    assert take_back_run(by=arrived.by, run=run).called_off_at is None


def test_what_comes_next_is_replaced_by_a_later_plan_to_the_same_hands(arrived: Night) -> None:
    plan_leg(by=arrived.by, travellers=arrived.travellers, taker=arrived.escort, expected_at=arrived.after(120))
    plan_leg(by=arrived.by, travellers=arrived.travellers[:1], taker=arrived.escort, expected_at=arrived.after(150))
    assert Leg.objects.filter(cancelled_at__isnull=True).count() == 3
    assert cancel_leg(by=arrived.by, legs=list(Leg.objects.all())) == 3


def test_what_cannot_be_planned(arrived: Night) -> None:
    def plan(who: list[Traveller], grace: int = 30) -> None:
        plan_leg(
            by=arrived.by, travellers=who, taker=arrived.escort, expected_at=arrived.after(120), grace_minutes=grace
        )

    with refused("journeys.grace"):
        plan(arrived.travellers, grace=-1)
    listed = add_traveller(by=arrived.by, notice=arrived.notice, listed=Listed(Details(name="X/Y")))
    with refused("journeys.not_begun"):
        plan([listed])
    arrived.hand(arrived.desk, arrived.home(), 60, arrived.travellers[:1])
    with refused("journeys.at_home"):
        plan(arrived.travellers[:1])


def test_a_hand_over_does_the_leg_it_was_planned_as_and_what_was_skipped(arrived: Night) -> None:
    first = arrived.travellers[:1]
    legs = [
        plan_leg(by=arrived.by, travellers=first, taker=taker, expected_at=arrived.after(minutes))[0]
        for taker, minutes in ((arrived.escort, 120), (arrived.office, 180), (arrived.home(), 200))
    ]
    done = arrived.hand(arrived.desk, arrived.office, 170, first)
    found = [Leg.objects.get(pk=leg.pk).done_by for leg in legs]
    assert found == [done, done, None]
    last = arrived.hand(arrived.office, arrived.home(1), 175, first)
    assert Leg.objects.get(pk=legs[2].pk).done_by == last
