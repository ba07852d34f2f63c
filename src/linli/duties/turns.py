"""Reader of a fair rotation (O04): who of those that stand on a post takes which open place of the next weeks. Within a scope."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from linli.duties.candidates import candidates, openings
from linli.duties.models import Availability, Post, Shift, Stint, Volunteer
from linli.duties.rotation import spread, turns
from linli.duties.rules import against
from linli.kernel.roster import REST

AHEAD, BEHIND = timedelta(days=28), timedelta(days=90)
NOON, EVENING = 12, 18


@dataclass(frozen=True)
class Turn:
    """An open place of a shift and whose turn it is; None: nobody can."""

    shift: Shift
    volunteer: Volunteer | None


@dataclass(frozen=True)
class Plan:
    """The turns of a post, and how many duties each has with them, by name."""

    turns: list[Turn]
    people: list[tuple[Volunteer, int]]

    @property
    def spread(self) -> int:
        """Between who has most and who has least."""
        return spread({one.pk: count for one, count in self.people})


def plan(post: Post, now: datetime) -> Plan:
    """Open places of the next four weeks, and whose turn each is: of those who can come at that part of the week, who did least.

    Counted are the duties on this post of the last 90 days and those ahead. A dozen statements, however many places there are.
    """
    shifts = list(
        Shift.objects.filter(post=post, cancelled_at__isnull=True, starts_at__gt=now, starts_at__lt=now + AHEAD)
        .select_related("post__neighbourhood")
        .order_by("starts_at")
    )
    people = list(_people(post, now))
    held = Stint.objects.filter(shift__post=post, released_at__isnull=True, taken_at__isnull=False,
                                shift__starts_at__gt=now - BEHIND, missed=False, shift__cancelled_at__isnull=True)  # fmt: skip
    rows = list(held.values_list("volunteer", "shift__starts_at"))
    done = Counter(pk for pk, _at in rows)
    last = {pk: int(at.timestamp()) for pk, at in sorted(rows, key=lambda row: row[1])}
    slots = [shift for shift in shifts for _n in range(max(shift.wanted - shift.taken, 0))]
    by_pk = {one.pk: one for one in people}
    able = _able(people, shifts, now)
    chosen = turns(
        list(by_pk), slots, done=done, last=last, near=_near, can=lambda person, shift: (person, shift.pk) in able
    )
    found = [Turn(shift, by_pk[pk] if pk is not None else None) for shift, pk in zip(slots, chosen, strict=True)]
    ahead = Counter(turn.volunteer.pk for turn in found if turn.volunteer)
    return Plan(found, [(one, done[one.pk] + ahead[one.pk]) for one in people])


def _people(post: Post, now: datetime) -> list[Volunteer]:
    """Who goes round: whoever of the roster said when he can come, and is listed."""
    free = Availability.objects.filter(volunteer__neighbourhood=post.neighbourhood_id).values("volunteer")
    rows = Volunteer.objects.filter(pk__in=free, until__isnull=True, since__lte=timezone.localdate(now))
    return list(rows.order_by("sort_name", "pk"))


def part_of(shift: Shift) -> tuple[int, str]:
    """The part of the week in which a shift begins."""
    start = timezone.localtime(shift.starts_at)
    part = "early" if start.hour < NOON else "afternoon" if start.hour < EVENING else "night"
    return start.isoweekday(), part


def _able(people: list[Volunteer], shifts: list[Shift], now: datetime) -> set[tuple[UUID, UUID]]:
    """Who can take which shift: by his hours, and by every rule of the roster."""
    if not shifts:
        return set()
    free = set(Availability.objects.filter(volunteer__in=people).values_list("volunteer", "weekday", "part"))
    days = [timezone.localdate(one.starts_at) for one in shifts]
    known = candidates(people, min(days), max(days) + timedelta(days=2))
    open_at = openings(shifts)
    return {
        (one.pk, shift.pk)
        for shift in shifts
        for one in people
        if (one.pk, *part_of(shift)) in free and not against(known[one.pk], open_at[shift.pk], now, oneself=False)
    }


def _near(one: Shift, other: Shift) -> bool:
    """Whether less than the rest that people need lies between two shifts."""
    first, second = sorted((one, other), key=lambda shift: shift.starts_at)
    return second.starts_at - first.ends_at < REST
