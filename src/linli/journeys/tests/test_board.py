"""The one reader: where everybody is, by what was known when, in statements that do not grow (T03)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from linli.ground.figures import AsOf, Patch
from linli.ground.testing import Cast
from linli.journeys.actions.handovers import Form, annul_handover, offer
from linli.journeys.actions.legs import plan_leg
from linli.journeys.actions.travellers import Listed, add_traveller, close_traveller
from linli.journeys.details import Details
from linli.journeys.figures import arrivals
from linli.journeys.models import Leg, Traveller
from linli.journeys.queries import Board, State, board, undecided
from linli.journeys.testing import Night, night

pytestmark = pytest.mark.django_db
BUDGET = 4
"""Travellers, hand-overs, legs, hands."""


def now_board(night: Night, **more: Any) -> Board:
    return board(night.cast.neighbourhood, timezone.now(), **more)


def test_in_is_delivered_and_open_and_what_presses_comes_first(arrived: Night) -> None:
    first, second, third = arrived.travellers
    arrived.hand(arrived.desk, arrived.escort, 120)
    arrived.hand(arrived.escort, arrived.home(), 190, [first])
    plan_leg(by=arrived.by, travellers=[second], taker=arrived.home(1), expected_at=arrived.after(130))
    plan_leg(by=arrived.by, travellers=[third], taker=arrived.home(2), expected_at=timezone.now() + timedelta(hours=1))
    now = timezone.now()
    found = board(arrived.cast.neighbourhood, now)
    landed = int((now - arrived.landed).total_seconds()) // 60  # the minute may have turned since the stage was made
    assert (found.came, found.delivered, found.open) == (3, 1, 2)
    assert [row.traveller for row in found.rows] == [second, third, first]
    late, waiting, done = found.rows
    assert (late.state, waiting.state, done.state) == (State.LATE, State.WAITING, State.DELIVERED)
    assert late.holder == arrived.escort
    assert late.since == arrived.after(120)
    assert late.minutes == landed - 120
    assert late.late_by == landed - 160
    assert done.minutes == 190
    assert [link.hands for link in done.links] == [arrived.desk, arrived.escort, arrived.home()]
    assert found.states[State.LATE] == 1


def test_an_about_time_gets_its_grace_twice(arrived: Night) -> None:
    legs = plan_leg(
        by=arrived.by, travellers=arrived.travellers[:1], taker=arrived.escort, expected_at=arrived.after(100),
        about=True, grace_minutes=20,
    )  # fmt: skip
    assert legs[0].alarm_at == arrived.after(140)


def test_nobody_is_planned_next(arrived: Night) -> None:
    assert {row.state for row in now_board(arrived).rows} == {State.UNPLANNED}


def test_half_a_hand_over_is_said(arrived: Night) -> None:
    plan_leg(by=arrived.by, travellers=arrived.travellers, taker=arrived.escort, expected_at=timezone.now())
    moment = timezone.now() - timedelta(minutes=2)
    form = Form(travellers=arrived.travellers, giver=arrived.desk, taker=arrived.escort, happened_at=moment)
    offer(by=arrived.by, form=form, gave=arrived.side(100))
    found = now_board(arrived)
    assert {row.state for row in found.rows} == {State.HALF}
    assert all(row.half for row in found.rows)
    assert found.delivered == 0


def test_who_is_not_ours_is_in_no_figure_and_who_is_over_stays_in_it(arrived: Night) -> None:
    first, second, _third = arrived.travellers
    close_traveller(by=arrived.by, traveller=first, closed_as="not_ours")
    arrived.hand(arrived.desk, arrived.home(), 60, [second])
    close_traveller(by=arrived.by, traveller=second, closed_as="over")
    found = now_board(arrived)
    assert (found.came, found.delivered, found.open) == (2, 1, 1)


def test_who_is_only_listed_is_not_on_the_way(arrived: Night) -> None:
    listed = add_traveller(by=arrived.by, notice=arrived.notice, listed=Listed(Details(name="WHO/IS"), ask=True))
    assert now_board(arrived).came == 3
    assert list(undecided(arrived.cast.neighbourhood)) == [listed]


def test_the_wall_of_an_earlier_moment_can_be_shown_again(arrived: Night) -> None:
    done = arrived.hand(arrived.desk, arrived.home(), 60)
    between = timezone.now()
    annul_handover(by=arrived.by, handover=done, why="wrong_people")
    Traveller.objects.update(heard_at=arrived.landed)
    assert now_board(arrived).delivered == 0
    assert board(arrived.cast.neighbourhood, timezone.now(), heard_by=between).delivered == 3
    assert board(arrived.cast.neighbourhood, arrived.after(30), heard_by=timezone.now()).delivered == 0
    assert board(arrived.cast.neighbourhood, arrived.after(-1)).came == 0


def test_who_arrived_before_a_moment_can_be_left_out(arrived: Night) -> None:
    arrived.hand(arrived.desk, arrived.home(), 60, arrived.travellers[:2])
    found = now_board(arrived, since=arrived.after(90))
    assert [row.traveller for row in found.rows] == arrived.travellers[2:]
    assert found.came == 1


def test_a_giver_who_did_not_hold_is_named_as_a_break(arrived: Night) -> None:
    first = arrived.hand(arrived.desk, arrived.escort, 60)
    arrived.hand(arrived.escort, arrived.office, 90)
    annul_handover(by=arrived.by, handover=first, why="not_done")
    assert all(row.broken for row in now_board(arrived).rows)


@pytest.mark.parametrize("people", [2, 16])
def test_statements_do_not_grow_with_travellers(cast: Cast, people: int, django_assert_num_queries: Any) -> None:
    with cast.scope():
        one = night(cast, people)
        plan_leg(by=one.by, travellers=one.travellers, taker=one.escort, expected_at=one.after(100))
        one.hand(one.desk, one.escort, 90)
        for n, traveller in enumerate(one.travellers):
            one.hand(one.escort, one.home(n % 8), 120, [traveller])
        with django_assert_num_queries(BUDGET):
            found = board(cast.neighbourhood, timezone.now())
            assert len({str(link.hands.place) for row in found.rows for link in row.links}) > 1
    assert found.delivered == people


def test_the_figure_counts_who_was_on_the_way_in_the_period(arrived: Night) -> None:
    first, second, _third = arrived.travellers
    Traveller.objects.filter(pk=second.pk).update(dwelling=arrived.cast.dwellings[0])
    plan_leg(by=arrived.by, travellers=[second], taker=arrived.home(), expected_at=arrived.after(60))
    arrived.hand(arrived.desk, arrived.home(), 60, [first])
    patch = Patch(arrived.cast.neighbourhood.pk)
    now = timezone.now()
    count = arrivals([arrived.cast.neighbourhood], AsOf.of(now))[patch]
    assert (count.value, count.of) == (1, 3)
    assert dict(count.parts) == {"late": 1, "unplanned": 1}
    assert count.late[0].due_at == Leg.objects.get().alarm_at
