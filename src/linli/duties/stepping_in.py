"""Who could step in: everybody on the roster with what speaks against it, who said he can first. Within a scope."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from linli.duties.candidates import candidates, openings
from linli.duties.models import Availability, Post, Shift, Stint, Volunteer
from linli.duties.rules import OVERRIDABLE, Against, Opening, against
from linli.ground.models import Place
from linli.kernel.shift_times import parts_of

DAY = timedelta(days=1)
LATELY = timedelta(days=28)


@dataclass(frozen=True)
class Option:
    """Somebody for a shift: what speaks against it; whether he said he can at that time; his duties in the four weeks around."""

    volunteer: Volunteer
    against: tuple[Against, ...]
    said: bool
    duties: int

    @property
    def can(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.against

    @property
    def despite(self) -> bool:
        """Whether the office may put him there all the same, with its name."""
        return bool(self.against) and set(self.against) <= OVERRIDABLE


def listed(neighbourhood: Place, on: datetime) -> list[Volunteer]:
    """Who is on the roster on a day, by name."""
    day = timezone.localdate(on)
    rows = Volunteer.objects.filter(neighbourhood=neighbourhood, since__lte=day)
    return list(rows.filter(Q(until__isnull=True) | Q(until__gt=day)).order_by("sort_name", "name", "pk"))


def options(shift: Shift, now: datetime) -> list[Option]:
    """Everybody on the roster for a shift: who can and said so, who can, who cannot; by few duties, then by name. Fixed statements."""
    people = listed(shift.post.neighbourhood, shift.starts_at)
    day = timezone.localdate(shift.starts_at)
    known = candidates(people, day, day + DAY)
    opening = openings([shift])[shift.pk]
    wanted = parts_of(timezone.localtime(shift.starts_at), timezone.localtime(shift.ends_at))
    free: dict[UUID, set[tuple[int, str]]] = {}
    for pk, weekday, part in Availability.objects.filter(volunteer__in=people).values_list(
        "volunteer", "weekday", "part"
    ):
        free.setdefault(pk, set()).add((weekday, part))
    near = Stint.objects.filter(
        volunteer__in=people,
        taken_at__isnull=False,
        released_at__isnull=True,
        shift__starts_at__gt=shift.starts_at - LATELY,
        shift__starts_at__lt=shift.starts_at + LATELY,
    )
    duties = Counter(near.values_list("volunteer", flat=True))
    found = [
        Option(
            one,
            tuple(against(known[one.pk], opening, now, oneself=False)),
            free.get(one.pk, set()) >= wanted,
            duties[one.pk],
        )
        for one in people
    ]
    rank = {one.pk: number for number, one in enumerate(people)}
    return sorted(found, key=lambda one: (not one.can, not one.said, one.duties, rank[one.volunteer.pk]))


@dataclass(frozen=True)
class Offer:
    """A shift with open places for one person: what speaks against it, and how near it is to where he works or lives."""

    shift: Shift
    opening: Opening
    against: tuple[Against, ...]
    near: int


def offers(
    volunteer: Volunteer, posts: Sequence[Post], near: Sequence[Place], now: datetime, ahead: timedelta
) -> list[Offer]:
    """Open shifts for somebody, the nearest post first, each with why not; fixed statements."""
    known = {one.pk: one for one in posts if one.signup}
    rows = Shift.objects.filter(post__in=known, cancelled_at__isnull=True, starts_at__gt=now, starts_at__lt=now + ahead)
    shifts = list(rows.order_by("starts_at"))
    for shift in shifts:
        shift.post = known[shift.post_id]
    today = timezone.localdate(now)
    candidate = candidates([volunteer], today, today + ahead + DAY)[volunteer.pk]
    open_ = openings(shifts)
    found = []
    for shift in shifts:
        opening = open_[shift.pk]
        if opening.free:
            said = tuple(against(candidate, opening, now, oneself=True))
            found.append(Offer(shift, opening, said, _nearness(shift.post, near)))
    return sorted(found, key=lambda one: (bool(one.against), -one.near, one.shift.starts_at))


def _nearness(post: Post, near: Sequence[Place]) -> int:
    """How much of the way down the tree of places is shared."""
    if post.place is None:
        return 0
    path = post.place.path
    return max((_shared(path, one.path) for one in near), default=0)


def _shared(one: str, other: str) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
