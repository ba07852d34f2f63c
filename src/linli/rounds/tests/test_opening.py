"""A round opens once and complete, whatever stops it; a day down is made up for in order, once, and honestly."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from linli.ground.actions.zones import hold_zone
from linli.ground.figures import AsOf
from linli.ground.models import Household, Place
from linli.ground.testing import Cast
from linli.kernel.coverage import State
from linli.notices.models import Notice
from linli.rounds import standing
from linli.rounds.actions import opening
from linli.rounds.actions.plans import About, NewPlan, make_plan, pause_plan, resume_plan
from linli.rounds.boards import bars, by_holder
from linli.rounds.figures import missed
from linli.rounds.jobs import tick
from linli.rounds.models import Occurrence, Plan, Target, TargetSubject
from linli.rounds.testing_rounds import five_zones, patrol, since, targets, walk

pytestmark = pytest.mark.django_db


def at(hour: int, minute: int = 0, day: int = 0) -> datetime:
    """A local time some days ago: ``day`` 0 is five days before today."""
    base = timezone.localtime().replace(hour=hour, minute=minute, second=0, microsecond=0)
    return base + timedelta(days=day - 5)


class Killed(BaseException):
    """A process that is gone: nothing catches it."""


def households(cast: Cast) -> Plan:
    new = NewPlan(
        kind="calls",
        title="逐户上门",
        subject=Plan.Subject.HOUSEHOLD,
        cadence=Plan.Cadence.UNTIL_DONE,
        about=[About(place=cast.neighbourhood)],
        holds=Plan.Holds.DOOR,
    )
    return make_plan(by=None, place=cast.neighbourhood, new=new)


@pytest.mark.parametrize("step", range(8))
def test_a_server_that_is_killed_while_a_round_opens_leaves_it_once_and_complete(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    monkeypatch.setattr(opening, "CHUNK", 3)
    plan = since(households(cast), at(8))
    calls = {"n": 0}

    def killing(name: str) -> None:
        real = getattr(opening, name)

        def wrapped(*values: Any, **named: Any) -> Any:
            calls["n"] += 1
            if calls["n"] == step + 1:
                raise Killed(name)
            result = real(*values, **named)
            return result

        monkeypatch.setattr(opening, name, wrapped)

    for name in ("_begin", "ready", "_finish", "record"):
        killing(name)
    try:
        tick(at(9))
    except Killed:
        left = Occurrence.objects.filter(plan=plan).first()
        assert left is None or left.opened_at is None
    tick(at(9, 1))
    tick(at(9, 2))
    (one,) = Occurrence.objects.filter(plan=plan)
    assert one.opened_at is not None
    assert one.frozen == Target.objects.filter(occurrence=one).count() == 8
    with cast.scope():
        assert TargetSubject.objects.filter(target__occurrence=one).count() == Household.objects.count() == 8


def test_two_workers_that_open_at_once_open_one_round(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = since(patrol(five_zones(cast)), at(6))
    real, inside = opening._finish, []

    def meanwhile(*values: Any) -> Any:
        if not inside:
            inside.append(True)
            tick(at(8, 31))  # another worker, in the middle of this one's work
        return real(*values)

    monkeypatch.setattr(opening, "_finish", meanwhile)
    tick(at(8, 31))
    (one,) = Occurrence.objects.filter(plan=plan)
    assert one.frozen == Target.objects.filter(occurrence=one).count() == 17


def test_a_day_down_is_made_up_for_once_in_order_and_says_what_nobody_could_walk(cast: Cast) -> None:
    zones = five_zones(cast)
    plan = since(patrol(zones), at(6))
    tick(at(8, 31))
    with cast.scope():
        (first,) = Occurrence.objects.filter(plan=plan)
        walk(first, targets(first), at(9, 1), by=zones.walkers[0])
    back = at(9, 30, day=1)
    tick(back)
    tick(back + timedelta(minutes=1))
    rows = list(Occurrence.objects.filter(plan=plan).order_by("slot_at"))
    assert [row.slot_at for row in rows] == [at(9), at(15), at(9, day=1)]
    assert [row.frozen for row in rows] == [17, 17, 17]
    assert all(row.opened_at for row in rows)
    with cast.scope():
        stands = standing.of(rows, back + timedelta(minutes=2))
        assert [stands[row.pk].unwalkable for row in rows] == [False, True, False]
        assert stands[rows[1].pk].covered.missed == 17
        assert {one.should_have for one in stands[rows[1].pk].omissions} == {()}  # nobody is held to it
        assert {row.holder for row in by_holder(bars(rows[1:2], back))} == {None}
        named = missed([cast.neighbourhood], AsOf(back + timedelta(minutes=2), back + timedelta(minutes=2)))
        assert {late.mandate for count in named.values() for late in count.late} == {None}
        assert stands[rows[2].pk].covered.open == 17
        (notice,) = Notice.objects.all()
        assert notice.kind == "rounds.unwalkable"
        assert notice.to_capacity == "secretary"
        walk(rows[1], targets(rows[1])[:1], at(15, 10), heard_at=back + timedelta(minutes=3))
        late = standing.of(rows, back + timedelta(minutes=4))[rows[1].pk]
        assert list(late.states.values()).count(State.DONE) == 1


def test_a_pause_is_no_part_of_the_plan(cast: Cast) -> None:
    plan = since(patrol(five_zones(cast)), at(6))
    tick(at(9))
    pause_plan(by=None, plan=plan)
    tick(at(16))
    assert Occurrence.objects.filter(plan=plan).count() == 1
    resume_plan(by=None, plan=plan)
    Plan.objects.filter(pk=plan.pk).update(opened_until=at(17))
    tick(at(9, day=1))
    assert [row.slot_at for row in Occurrence.objects.filter(plan=plan).order_by("slot_at")] == [at(9), at(9, day=1)]


def test_a_round_with_blind_spots_says_how_many_and_tells_the_office(cast: Cast) -> None:
    zones = five_zones(cast)
    hold_zone(by=None, area=zones.areas[0], since=at(1).date())
    plan = since(patrol(zones), at(6))
    tick(at(8, 31))
    one = Occurrence.objects.get(plan=plan)
    assert one.blind == len(zones.places[0])
    assert set(Target.objects.filter(occurrence=one, holder=None).values_list("place", flat=True)) == {
        place.pk for place in zones.places[0]
    }
    with cast.scope():
        assert [row.kind for row in Notice.objects.all()] == ["rounds.blind"]
    tick(at(11, 1))
    with cast.scope():
        blind = Notice.objects.get(kind="rounds.missed", to_capacity="secretary", due_at=one.closes_at)
        assert blind.count == len(zones.places[0])
        assert Notice.objects.filter(kind="rounds.missed", to_mandate__isnull=False).count() == 4


def test_what_no_longer_exists_is_no_target_and_what_was_frozen_stays(cast: Cast) -> None:
    zones = five_zones(cast)
    plan = since(patrol(zones), at(6))
    tick(at(8, 31))
    Place.objects.filter(pk=zones.places[0][0].pk).update(until=at(10).date())
    tick(at(14, 31))
    assert [row.frozen for row in Occurrence.objects.filter(plan=plan).order_by("slot_at")] == [17, 16]
