"""Duties as calendars (RFC 5545, decision 0129): one address for each person, one for each post. Within a scope."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, TimezoneStandard

from linli.duties.models import Post, Shift, Stint, Volunteer
from linli.duties.standing import held

BACK, AHEAD = timedelta(days=60), timedelta(days=90)
ZONE = "Asia/Shanghai"
PRODUCT = "-//Linli//Duties//ZH"
SALT = "linli.duties.calendar"
HOST = "linli"


def secret_of(owner: Volunteer | Post) -> str:
    """The part of a calendar's address that nobody can guess; another one after each renewal, nothing before the first."""
    if not owner.calendar_serial:
        return ""
    said = f"{type(owner).__name__}:{owner.pk}:{owner.calendar_serial}"
    return salted_hmac(SALT, said, algorithm="sha256").hexdigest()[:40]


def opens(owner: Volunteer | Post, secret: str) -> bool:
    """Whether a secret is the one in force."""
    right = secret_of(owner)
    return bool(right) and constant_time_compare(right, secret)


def of_person(volunteer: Volunteer, now: datetime) -> bytes:
    """Somebody's own duties. Nobody else's name stands in it, and no telephone number."""
    rows = Stint.objects.filter(volunteer=volunteer, taken_at__isnull=False, **_span("shift__", now))
    stints = rows.select_related("shift__post__place").order_by("shift__starts_at", "pk")
    calendar = _calendar(_("My duties"))
    for one in stints:
        gone = one.released_at is not None or one.shift.cancelled_at is not None
        event = _event(f"stint-{one.pk}", one.shift, one.shift.post.label, gone)
        _dated(event, one.revision + one.shift.revision, max(one.changed_at, one.shift.changed_at))
        calendar.add_component(event)
    return _written(calendar)


def of_post(post: Post, now: datetime) -> bytes:
    """The shifts of a post with the names of who stands on them, and no telephone number."""
    shifts = list(post.shifts.filter(**_span("", now)).order_by("starts_at"))
    for shift in shifts:
        shift.post = post
    calendar = _calendar(post.label)
    for one in held(shifts, now):
        names = "、".join(seat.name for seat in one.people)
        said = f"{post.label} {len(one.people)}/{one.shift.wanted}"
        event = _event(f"shift-{one.shift.pk}", one.shift, said, one.shift.cancelled_at is not None)
        if names:
            event.add("description", names)
        _dated(event, one.shift.revision, one.shift.changed_at)
        calendar.add_component(event)
    return _written(calendar)


def _span(prefix: str, now: datetime) -> dict[str, Any]:
    return {f"{prefix}ends_at__gt": now - BACK, f"{prefix}starts_at__lt": now + AHEAD}


def _calendar(name: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", ZONE)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"value": "DURATION"})
    calendar.add_component(_shanghai())
    return calendar


def _shanghai() -> Timezone:
    """China Standard Time: one offset, without summer time since September 1991."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", ZONE)
    standard.add("dtstart", datetime(1991, 9, 15, 1))  # noqa: DTZ001  a local time without a zone, as RFC 5545 wants it here
    standard.add("tzoffsetfrom", timedelta(hours=9))
    standard.add("tzoffsetto", timedelta(hours=8))
    standard.add("tzname", "CST")
    zone.add_component(standard)
    return zone


def _event(identity: str, shift: Shift, title: str, gone: bool) -> Event:
    event = Event()
    event.add("uid", f"{identity}@{HOST}")
    event.add("summary", title)
    event.add("dtstart", timezone.localtime(shift.starts_at))
    event.add("dtend", timezone.localtime(shift.ends_at))
    if shift.post.place is not None:
        event.add("location", shift.post.place.name)
    event.add("status", "CANCELLED" if gone else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if gone else "OPAQUE")
    return event


def _dated(event: Event, revision: int, changed_at: datetime) -> None:
    """When it was last changed, not when it is asked for: two readings of an unchanged roster are equal to the byte."""
    event.add("sequence", revision)
    event.add("dtstamp", changed_at)
    event.add("last-modified", changed_at)


def _written(calendar: Calendar) -> bytes:
    text: bytes = calendar.to_ical()
    return text
