"""The one reader: what every household needs now, in a bounded number of statements."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.care import queries
from linli.care.actions.cases import Term, set_fit
from linli.care.actions.practice import set_practice
from linli.care.actions.readings import Said, record_reading
from linli.care.actions.visits import record_on_site, set_need
from linli.care.lines import Today
from linli.care.tests.conftest import attention, begin_operation, ordered, quarantine
from linli.ground.testing import Cast
from linli.kernel.cadence import SHANGHAI
from linli.operations.models import Operation

STATEMENTS = 24
"""For the page of the office and for a helper's, however many households there are."""


def page(world: Cast, who: str = "clerk", now: datetime | None = None) -> Today:
    return queries.today(world.users[who], world.neighbourhood, now or timezone.now())


def acts(found: Today) -> list[str]:
    return [act.code for act in found.cases[0].acts]


@pytest.mark.parametrize("who", ["clerk", "building_leader"])
def test_the_number_of_statements_does_not_grow(cast: Cast, operation: Operation, who: str) -> None:
    with cast.scope():
        set_practice(by=None, neighbourhood=cast.neighbourhood, convention="landing", households_each=9)
        record_reading(by=None, case=quarantine(cast), said=Said(Decimal("36.6")))
        set_need(by=None, case=attention(cast), way="visit", every_days=7)
        attention(cast, "journey", person=1, ground="journey")
        with CaptureQueriesContext(
            connection,
        ) as first:
            page(cast, who)
        for person, home in ((2, 1), (3, 1), (4, 2), (9, 6)):
            case = quarantine(cast, home=home, person=person)
            record_reading(by=None, case=case, said=Said(Decimal("38.0")))
            record_on_site(by=None, case=case)
            attention(cast, "medicine", home=home, person=person)
            attention(cast, "journey", home=home, person=person, ground="journey")
        with CaptureQueriesContext(connection) as second:
            found = page(cast, who)
        assert len(found.cases) == 15
        assert len(found.alarms) == 4
        assert len(first) <= STATEMENTS
        assert len(second) <= len(first) + 1, [q["sql"][:120] for q in second]


def test_a_day_of_a_quarantine_hour_by_hour(cast: Cast) -> None:
    start = datetime(2026, 3, 13, 12, 37, tzinfo=SHANGHAI)
    door = datetime(2026, 3, 14, 3, 37, tzinfo=SHANGHAI)
    with time_machine.travel(door + timedelta(minutes=5), tick=False), cast.scope():
        begin_operation(cast)
        case = quarantine(
            cast, at=door, term=Term(landed_at=start, door_at=door), ordered=ordered(at=door - timedelta(hours=3))
        )
        found = page(cast)
        (line,) = found.cases
        assert (line.day, case.release_at) == (1, datetime(2026, 3, 28, tzinfo=SHANGHAI)), "27 March 24:00"
        assert [(one.part, one.state) for one in line.checks] == [("morning", "ahead"), ("evening", "ahead")]
        assert acts(found) == ["fit"]
        set_fit(by=None, case=case, fit=True)
        record_on_site(by=None, case=case)
        assert acts(page(cast)) == []
        assert page(cast).households[0].next_act.code == "calm"
    with time_machine.travel(datetime(2026, 3, 14, 8, 30, tzinfo=SHANGHAI), tick=False), cast.scope():
        assert acts(page(cast)) == ["check"]
        assert page(cast).checks == (0, 1)
    with time_machine.travel(datetime(2026, 3, 14, 11, 0, tzinfo=SHANGHAI), tick=False), cast.scope():
        assert page(cast).cases[0].checks[0].state == "late"
    with time_machine.travel(datetime(2026, 3, 14, 13, 0, tzinfo=SHANGHAI), tick=False), cast.scope():
        assert page(cast).cases[0].checks[0].state == "missed"
    with time_machine.travel(datetime(2026, 3, 14, 18, 30, tzinfo=SHANGHAI), tick=False), cast.scope():
        record_reading(by=None, case=case, said=Said(Decimal("36.6")))
        found = page(cast)
        assert [one.state for one in found.cases[0].checks] == ["missed", "done"]
        assert found.cases[0].checks[1].reading is not None
        assert found.checks == (1, 2)


def test_the_last_day_says_that_it_is_the_last(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        day = timezone.localdate() - timedelta(days=14)
        quarantine(cast, term=Term(day0=day, convention="landing"))
        found = page(cast)
        assert found.cases[0].day == 14
        assert "release" in acts(found)


def test_an_oral_order_that_lapses_soon_is_named_with_its_time(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        early = timezone.now() - timedelta(hours=20)
        quarantine(cast, ordered=ordered(oral=True, at=early))
        found = page(cast)
        assert acts(found)[0] == "order"
        assert found.cases[0].lapses_at == early + timedelta(hours=24)
        assert "order" in {one.code for one in found.blind}


def test_the_most_urgent_household_comes_first(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        set_practice(by=None, neighbourhood=cast.neighbourhood, convention="landing", households_each=9)
        quarantine(cast)
        ill = quarantine(cast, home=2, person=4)
        record_reading(by=None, case=ill, said=Said(Decimal("39.0")))
        set_fit(by=None, case=ill, fit=False, why=("no_room",))
        found = page(cast)
        assert found.households[0].household == cast.households[2]
        assert found.households[0].next_act.code == "alarm"
        assert {"alarm", "unfit"} <= {act.code for act in found.households[0].cases[0].acts}
        one = queries.today(cast.users["clerk"], cast.neighbourhood, timezone.now(), [cast.households[3].pk])
        assert [home.household for home in one.households] == [cast.households[3]]


def test_a_household_that_fell_to_the_secretary_is_a_blind_spot(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        quarantine(cast)
        quarantine(cast, home=2, person=4, supervisor=None)
        quarantine(cast, home=1, person=2, supervisor=None)
        found = page(cast)
        fallen = [one.household.household for one in found.blind if one.code == "supervisor"]
        assert fallen == [cast.households[1]]
