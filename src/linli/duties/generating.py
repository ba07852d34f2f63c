"""Shifts come of patterns, ahead of time: once each, however often and in however many processes this runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from linli.duties.models import Need, Pattern, Post, Shift
from linli.kernel.cadence import Timetable

AHEAD = timedelta(days=28)
"""Shifts stand on the roster four weeks ahead."""
LONGEST = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Slot:
    """A time at which a post has a shift, by one of its patterns."""

    pattern: Pattern
    starts_at: datetime
    ends_at: datetime


def midnight(day: date) -> datetime:
    """The beginning of a day, here."""
    return timezone.make_aware(datetime.combine(day, time.min))


def timetable(pattern: Pattern) -> Timetable:
    """When its shifts begin. Raises ``kernel.recurrence.RuleError`` for a rule that cannot be read."""
    return Timetable.read(pattern.rule, datetime.combine(pattern.since, pattern.starts))


def slots(pattern: Pattern, since: datetime, until: datetime) -> list[Slot]:
    """The shifts of a pattern that begin in ``since`` ≤ t < ``until``, on days on which it and its post hold."""
    ends = [day for day in (pattern.ended_on, pattern.post.ended_on) if day is not None]
    first = max(since, midnight(max(pattern.since, pattern.post.since)))
    last = min([until, *map(midnight, ends)])
    if first >= last:
        return []
    long = timedelta(minutes=pattern.minutes)
    return [Slot(pattern, one.at, one.at + long) for one in timetable(pattern).occurrences(first, last)]


def generate(posts: Iterable[Post], now: datetime, ahead: timedelta = AHEAD) -> int:
    """Write the shifts of these posts that are not there yet, from the one under way until ``ahead``. Returns how many it wrote.

    A shift under way now is wanted too: a post that is set up at noon has its day shift today. Fixed statements for all posts.
    """
    patterns = list(Pattern.objects.filter(post__in=posts).select_related("post").prefetch_related("needs"))
    since, until = now - LONGEST, now + ahead
    wanted = [slot for pattern in patterns for slot in slots(pattern, since, until) if slot.ends_at > now]
    there = set(
        Shift.objects.filter(
            post__in={one.post_id for one in patterns}, starts_at__gte=since, starts_at__lt=until
        ).values_list("post", "starts_at")
    )
    missing = {(one.pattern.post_id, one.starts_at): one for one in wanted}
    return _write([slot for key, slot in missing.items() if key not in there], now)


def _write(new: Sequence[Slot], now: datetime) -> int:
    if not new:
        return 0
    shifts = [
        Shift(
            post_id=one.pattern.post_id,
            pattern=one.pattern,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            wanted=one.pattern.count,
            changed_at=now,
        )
        for one in new
    ]
    with transaction.atomic():
        Shift.objects.bulk_create(shifts, ignore_conflicts=True)  # another process may be at it
        made = set(Shift.objects.filter(pk__in=[one.pk for one in shifts]).values_list("pk", flat=True))
        Need.objects.bulk_create(
            copied(need, shift)
            for shift, slot in zip(shifts, new, strict=True)
            if shift.pk in made
            for need in slot.pattern.needs.all()
        )
    return len(made)


def copied(need: Need, shift: Shift) -> Need:
    """A need of a pattern, for one of its shifts: what the pattern says later changes no shift in silence."""
    return Need(shift=shift, count=need.count, training_id=need.training_id, body_id=need.body_id, leader=need.leader)


def running(now: datetime) -> Q:
    """Posts that exist on this day, in neighbourhoods that do."""
    today = timezone.localdate(now)
    alive = Q(ended_on__isnull=True) | Q(ended_on__gt=today)
    return alive & (Q(neighbourhood__until__isnull=True) | Q(neighbourhood__until__gt=today))
