"""The sheet's figures of the rounds: exactly the lane that was missed and the branch that should have, as it was known at eight."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.briefing.actions.making import make_due
from linli.briefing.models import Sheet
from linli.briefing.naming import Names
from linli.briefing.numbers import Numbers
from linli.ground.figures import AsOf, Patch, total
from linli.ground.models import Area, Place
from linli.ground.testing import Cast, make_cast
from linli.rounds.actions.plans import start_plan
from linli.rounds.figures import blind, covered, missed
from linli.rounds.jobs import tick
from linli.rounds.models import Plan
from linli.rounds.testing_rounds import Zones, five_zones, patrol, targets, walk

pytestmark = pytest.mark.django_db
TOMORROW = timezone.localdate() + timedelta(days=1)


def at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=timezone.get_default_timezone())


EIGHT = at(TOMORROW + timedelta(days=1), 8)


@pytest.fixture
def walked(cast: Cast) -> Zones:
    """Both patrols of tomorrow are walked but for one lane of the second zone in the afternoon."""
    zones = five_zones(cast)
    with cast.scope():
        start_plan(by=None, plan=patrol(zones))
        tick(at(TOMORROW, 9))
        tick(at(TOMORROW, 15))
        for occurrence in Plan.objects.get().occurrences.order_by("slot_at"):
            slot = timezone.localtime(occurrence.slot_at)
            rows = [row for row in targets(occurrence) if slot.hour == 9 or row.place_id != zones.places[1][0].pk]
            walk(occurrence, rows, slot + timedelta(minutes=10))
        tick(at(TOMORROW, 23))
    return zones


def test_exactly_the_lane_and_the_branch_are_named(walked: Zones, cast: Cast) -> None:
    """P02, P11: 5 zones × 2 patrols; one lane missed stands on the sheet with the branch, in its zone."""
    here = cast.neighbourhood
    every = 2 * len(walked.everything)
    with cast.scope():
        done, gone = covered([here], AsOf.of(EIGHT)), missed([here], AsOf.of(EIGHT))
    assert (total(done.values()).value, total(done.values()).of) == (every - 1, every)
    zone = Patch(here.pk, walked.areas[1].pk)
    assert [patch for patch, count in gone.items() if count.value] == [zone]
    (late,) = gone[zone].late
    assert (late.place, late.mandate) == (walked.places[1][0].pk, walked.holders[1].pk)
    assert set(done) == {Patch(here.pk, area.pk) for area in walked.areas}
    make_due(EIGHT)
    numbers = Numbers.from_json(Sheet.objects.get(place=here).numbers)
    assert numbers.of("rounds.missed").value == 1
    named = Names([numbers]).late(numbers.of("rounds.missed").late[0], here.pk)
    assert walked.places[1][0].name in named
    assert walked.branches[1].name in named


@pytest.mark.parametrize(("slot", "due", "closes"), [(7, 30, 90), (7, 60, 60)])
def test_what_is_missed_around_eight_stands_on_exactly_one_sheet(cast: Cast, slot: int, due: int, closes: int) -> None:
    """A window that is open at eight, or closes at eight sharp, is the next sheet's."""
    zones = five_zones(cast)
    rule = f"FREQ=DAILY;COUNT=1;BYHOUR={slot};BYMINUTE=0"
    plan = patrol(zones, rule=rule, due=due, closes=closes, starts_at=at(TOMORROW, 0))
    with cast.scope():
        start_plan(by=None, plan=plan)
    for hour in (7, 9):
        tick(at(TOMORROW, hour))
    with cast.scope():
        sheets = [AsOf.of(at(TOMORROW + timedelta(days=n), 8)) for n in range(3)]
        gone = [total(missed([cast.neighbourhood], one).values()) for one in sheets]
    assert [(one.value, one.of) for one in gone] == [(0, 0), (17, 17), (0, 0)]


def test_a_visit_heard_at_nine_is_not_on_the_sheet_of_eight_but_in_its_correction(walked: Zones, cast: Cast) -> None:
    here = cast.neighbourhood
    with cast.scope():
        last = Plan.objects.get().occurrences.order_by("-slot_at")[0]
        rows = targets(last, [walked.places[1][0]])
        walk(last, rows, at(TOMORROW, 15), heard_at=EIGHT + timedelta(hours=1))
        assert total(missed([here], AsOf.of(EIGHT)).values()).value == 1
        assert total(missed([here], AsOf(EIGHT, EIGHT + timedelta(hours=2))).values()).value == 0


def test_a_zone_that_ended_since_still_has_its_patrols(walked: Zones, cast: Cast) -> None:
    with cast.scope():
        before = total(covered([cast.neighbourhood], AsOf.of(EIGHT)).values())
        Area.objects.filter(pk=walked.areas[4].pk).update(purpose="zone_ended")
        assert total(covered([cast.neighbourhood], AsOf.of(EIGHT)).values()).of == before.of


def test_what_began_with_nobody_to_answer(cast: Cast) -> None:
    zones = five_zones(cast, held=False)
    with cast.scope():
        with time_machine.travel(at(TOMORROW - timedelta(days=1), 22), tick=False):
            start_plan(by=None, plan=patrol(zones), name="何书记", why="先走起来")
        tick(at(TOMORROW, 9))
        (count,) = blind([cast.neighbourhood], AsOf.of(at(TOMORROW, 12))).values()
    assert (count.value, count.of) == (len(zones.everything), len(zones.everything))


def test_as_many_statements_for_many_rounds_and_places(walked: Zones, cast: Cast) -> None:
    far = make_cast("远山居民区", "far_")
    with cast.scope(), CaptureQueriesContext(connection) as few:
        covered([cast.neighbourhood], AsOf.of(at(TOMORROW, 12)))
    with cast.scope(), CaptureQueriesContext(connection) as many:
        covered([cast.neighbourhood, far.neighbourhood], AsOf.of(EIGHT))
    assert len(few) == len(many) <= 11
    assert Place.objects.filter(kind__code="neighbourhood").count() == 2
