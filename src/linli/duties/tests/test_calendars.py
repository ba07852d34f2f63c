"""Duties as calendars (RFC 5545), read back by two parsers that share no code: icalendar and vobject."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
import vobject
from django.test import Client
from icalendar import Calendar

from linli.duties.actions.people import renew_address
from linli.duties.actions.posts import PostFacts, change_post
from linli.duties.actions.shifts import cancel_shift
from linli.duties.actions.stints import assign, release
from linli.duties.calendars import of_person, of_post, opens, secret_of
from linli.duties.models import Post, Stint, Volunteer
from linli.duties.testing import Watch, person, watch
from linli.ground.testing import Cast

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2020, 2, 27, 8, 30, tzinfo=SHANGHAI)
HOUR = timedelta(hours=1)


@pytest.fixture
def gate(cast: Cast) -> Watch:
    with cast.scope():
        return watch(cast, NOW)


def by_icalendar(text: bytes) -> dict[str, dict[str, Any]]:
    calendar = Calendar.from_ical(text)
    return {
        str(one["uid"]): {
            "start": one.decoded("dtstart").astimezone(SHANGHAI),
            "end": one.decoded("dtend").astimezone(SHANGHAI),
            "stamp": one.decoded("dtstamp"),
            "sequence": int(one["sequence"]),
            "status": str(one["status"]),
            "summary": str(one["summary"]),
        }
        for one in calendar.walk("VEVENT")
    }


def by_vobject(text: bytes) -> dict[str, dict[str, Any]]:
    calendar = vobject.readOne(text.decode())
    return {
        one.uid.value: {
            "start": one.dtstart.value.astimezone(SHANGHAI),
            "end": one.dtend.value.astimezone(SHANGHAI),
            "stamp": one.dtstamp.value,
            "sequence": int(one.sequence.value),
            "status": one.status.value,
            "summary": one.summary.value,
        }
        for one in calendar.contents.get("vevent", [])
    }


def read(text: bytes) -> dict[str, dict[str, Any]]:
    """The events by UID, as both parsers say with one voice."""
    one, other = by_icalendar(text), by_vobject(text)
    assert one == other
    return one


def test_a_persons_calendar_reads_the_same_in_two_parsers(gate: Watch, cast: Cast) -> None:
    with cast.scope():
        own = person(cast, NOW, "林知夏")
        shifts = gate.shifts()
        day = assign(by=None, shift=shifts[2], volunteer=own, now=NOW)
        night = assign(by=None, shift=shifts[5], volunteer=own, now=NOW + HOUR)
        for guard in gate.guards[:3]:
            assign(by=None, shift=shifts[2], volunteer=guard, now=NOW)
        text = of_person(own, NOW + HOUR)
        found = read(text)
        assert set(found) == {f"stint-{one.pk}@linli" for one in (day, night)}
        event = found[f"stint-{night.pk}@linli"]
        assert (event["start"], event["end"]) == (shifts[5].starts_at, shifts[5].ends_at)
        assert event["start"].hour == 19
        assert event["stamp"] == NOW + HOUR, "when it was changed, not when it was asked for"
        assert text == of_person(own, NOW + 3 * HOUR), "unchanged is equal to the byte"
        assert "保安".encode() not in text
        assert b"BEGIN:VTIMEZONE" in text
        assert b"TZID=Asia/Shanghai:20200228T070000" in text.replace(b"\r\n ", b"")
        assert all(len(line) <= 75 for line in text.split(b"\r\n")), "folded at 75 octets"


def test_what_changes_keeps_its_uid_and_counts_up_and_what_is_given_back_is_cancelled(gate: Watch, cast: Cast) -> None:
    with cast.scope():
        own = person(cast, NOW, "林知夏")
        shift, other = gate.shifts()[2], gate.shifts()[6]
        stint = assign(by=None, shift=shift, volunteer=own, now=NOW)
        kept = assign(by=None, shift=other, volunteer=own, now=NOW)
        uid, kept_uid = f"stint-{stint.pk}@linli", f"stint-{kept.pk}@linli"
        before = read(of_person(own, NOW))
        release(by=None, stint=stint, reason="ill", now=NOW + HOUR)
        after = read(of_person(own, NOW + HOUR))
        assert (before[uid]["status"], after[uid]["status"]) == ("CONFIRMED", "CANCELLED")
        assert after[uid]["sequence"] > before[uid]["sequence"]
        assert after[uid]["stamp"] == NOW + HOUR
        assert after[kept_uid] == before[kept_uid]
        cancel_shift(by=None, shift=other, now=NOW + 2 * HOUR)
        last = read(of_person(own, NOW + 2 * HOUR))
        assert last[kept_uid]["status"] == "CANCELLED"
        assert last[kept_uid]["sequence"] > after[kept_uid]["sequence"]


def test_a_posts_calendar_has_names_and_no_number(gate: Watch, cast: Cast) -> None:
    with cast.scope():
        shift = gate.shifts()[2]
        Volunteer.objects.filter(pk=gate.guards[0].pk).update(phone_masked="199****0001")
        assign(by=None, shift=shift, volunteer=gate.guards[0], now=NOW)
        text = of_post(gate.gate, NOW)
        event = read(text)[f"shift-{shift.pk}@linli"]
        assert event["summary"].endswith("1/4")
        whole = text.replace(b"\r\n ", b"").decode()
        assert "保安01" in whole
        assert "199****0001" not in whole
        assert len(read(text)) == len(gate.shifts())


def test_the_address_is_the_secret_and_can_be_renewed(gate: Watch, cast: Cast) -> None:
    client = Client()
    with cast.scope():
        own = person(cast, NOW, "林知夏")
        assert not secret_of(own)
        assert not opens(own, ""), "nothing before the first address"
        renew_address(by=cast.users["clerk"], of=own)
        first = secret_of(own)
        renew_address(by=cast.users["clerk"], of=own)
        second = secret_of(own)
        renew_address(by=cast.users["clerk"], of=gate.gate)
        post = secret_of(gate.gate)
        assert Stint.objects.count() == 0
    answer = client.get(f"/duties/calendar/person/{own.pk}/{second}.ics")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert answer["Cache-Control"] == "private, no-store"
    for path in (
        f"person/{own.pk}/{first}", f"person/{own.pk}/{post}", f"person/{gate.gate.pk}/{post}", f"post/{own.pk}/{second}",
    ):  # fmt: skip
        assert client.get(f"/duties/calendar/{path}.ics").status_code == 404
    assert client.get(f"/duties/calendar/post/{gate.gate.pk}/{post}.ics").status_code == 200
    assert Post.objects.get(pk=gate.gate.pk).calendar_serial == 1


def test_a_post_with_another_name_counts_up_the_shifts_to_come(gate: Watch, cast: Cast) -> None:
    with cast.scope(), time_machine.travel(NOW + 3 * HOUR, tick=False):
        own = person(cast, NOW, "林知夏")
        stint = assign(by=None, shift=gate.shifts()[2], volunteer=own, now=NOW)
        uid = f"stint-{stint.pk}@linli"
        before = read(of_person(own, NOW + 3 * HOUR))[uid]
        facts = PostFacts("东大门", "gate", place=cast.gates[0], title_en="East gate", gapless=True)
        change_post(by=None, post=gate.gate, facts=facts)
        after = read(of_person(own, NOW + 3 * HOUR))[uid]
        assert after["summary"] == "东大门"
        assert after["sequence"] > before["sequence"]
        assert after["stamp"] == NOW + 3 * HOUR
        change_post(by=None, post=gate.gate, facts=facts)
        assert read(of_person(own, NOW + 3 * HOUR))[uid] == after, "nothing that a calendar shows has changed"
