"""Hours counted once also where two duties meet, and what an erased person leaves behind."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from linli.duties import holdings
from linli.duties.actions.attendance import say_came, say_left
from linli.duties.actions.people import renew_address
from linli.duties.actions.stints import assign
from linli.duties.actions.tasks import add_task, take_task
from linli.duties.calendars import opens, secret_of
from linli.duties.hours import done, served
from linli.duties.models import Volunteer
from linli.duties.rules import Against, minutes_once
from linli.duties.testing import person, watch
from linli.ground.testing import Cast
from linli.kernel.ids import uuid7

pytestmark = pytest.mark.django_db
NOW = datetime(2020, 3, 2, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
HOUR = timedelta(hours=1)


def test_an_hour_that_lies_in_two_spans_is_one_hour() -> None:
    assert minutes_once([]) == 0
    spans = [(NOW + 3 * HOUR, NOW + 4 * HOUR), (NOW, NOW + 2 * HOUR), (NOW + HOUR, NOW + 3 * HOUR)]
    assert minutes_once(spans) == 240


def test_who_is_early_for_his_next_duty_has_that_hour_once(cast: Cast) -> None:
    with cast.scope():
        gate = watch(cast, NOW, guards=1)
        early, late = gate.shifts()[:2]
        (guard,) = gate.guards
        first = assign(by=None, shift=early, volunteer=guard, now=NOW)
        second = assign(by=None, shift=late, volunteer=guard, now=NOW, despite=frozenset({Against.ADJACENT}))
        say_came(by=None, stint=first, at=NOW, now=NOW)
        say_came(by=None, stint=second, at=late.starts_at - 2 * HOUR, now=late.starts_at)
        say_left(by=None, stint=second, at=late.starts_at + HOUR, now=late.starts_at + HOUR)
        (one,) = served(done(NOW - 24 * HOUR, NOW + 48 * HOUR), NOW + 48 * HOUR)
        assert (one.duties, one.minutes) == (2, (late.starts_at + HOUR - NOW) // timedelta(minutes=1))


def test_an_erased_person_leaves_no_name_on_a_task_and_no_calendar(cast: Cast) -> None:
    with cast.scope():
        own, someone = person(cast, NOW, "林知夏"), uuid7()
        Volunteer.objects.filter(pk=own.pk).update(person=someone, named_on=NOW.date())
        renew_address(by=None, of=own)
        address = secret_of(own)
        task = add_task(by=None, neighbourhood=cast.neighbourhood, title="领口罩", now=NOW)
        take_task(by=None, task=task, now=NOW, volunteer=own)
        assert holdings.erase([someone], NOW) == 1
        own.refresh_from_db()
        task.refresh_from_db()
        assert (own.name, own.named_on, task.taken_name) == (holdings.NOBODY, None, holdings.NOBODY)
        assert not opens(own, address)
