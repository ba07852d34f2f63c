"""Hours counted once also where two duties meet, and what an erased person leaves behind."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from linli.accounts.tests.refused import refused
from linli.duties import holdings
from linli.duties.actions.attendance import say_came, say_left
from linli.duties.actions.erasing import NOBODY, erase_volunteer
from linli.duties.actions.people import renew_address
from linli.duties.actions.stints import assign, release
from linli.duties.actions.tasks import add_task, take_task
from linli.duties.calendars import opens, secret_of
from linli.duties.hours import done, served
from linli.duties.models import Membership, Volunteer
from linli.duties.rules import Against, minutes_once
from linli.duties.testing import body, person, watch
from linli.ground.testing import Cast, client_as
from linli.journal.models import Entry
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
        assert (own.name, own.named_on, task.taken_name) == (NOBODY, None, NOBODY)
        assert not opens(own, address)


def test_somebody_the_register_does_not_know_is_erased_at_his_own_request_and_his_hours_stay(cast: Cast) -> None:
    with cast.scope():
        gate = watch(cast, NOW, guards=1)
        (guard,) = gate.guards
        stint = assign(by=None, shift=gate.shifts()[0], volunteer=guard, now=NOW)
        Volunteer.objects.filter(pk=guard.pk).update(phone_masked="199****0001", phone_sealed=b"1", said="周末")
        Membership.objects.create(
            neighbourhood=cast.neighbourhood, volunteer=guard, body=body(cast, "第一党支部"), since=NOW.date()
        )
        ahead = assign(by=None, shift=gate.shifts()[4], volunteer=guard, now=NOW)
        with refused("duties.duties_ahead"):
            erase_volunteer(by=None, volunteer=guard, now=NOW + 24 * HOUR)
        release(by=None, stint=ahead, reason="unsaid", now=NOW)
        say_came(by=None, stint=stint, at=NOW, now=NOW)
        later = NOW + 48 * HOUR
        url = f"/duties/people/{guard.pk}/"
    assert client_as(cast.users["guard"]).post(f"{url}erase/").status_code == 403
    assert "erase/" in client_as(cast.users["clerk"]).get(url).content.decode()
    with time_machine.travel(later):
        assert client_as(cast.users["clerk"]).post(f"{url}erase/").status_code == 302
        assert "erase/" not in client_as(cast.users["clerk"]).get(url).content.decode()
    with cast.scope():
        guard.refresh_from_db()
        assert (guard.name, guard.phone_sealed, guard.phone_masked, guard.said) == (NOBODY, None, "", "")
        assert guard.until == later.date()
        assert not Membership.objects.exists()
        (one,) = served(done(NOW - 24 * HOUR, later), later)
        assert one.duties == 1
        erase_volunteer(by=None, volunteer=guard, now=later)
        assert Entry.objects.filter(act="duties.person_erased").count() == 1
