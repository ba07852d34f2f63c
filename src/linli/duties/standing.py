"""Who is on, who comes, who is missing, where it is thin: one reader for board, wall, week, 今日 and the sheet. Within a scope."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from uuid import UUID

from django.utils import timezone

from linli.duties import rules
from linli.duties.candidates import openings
from linli.duties.generating import midnight, running
from linli.duties.models import Post, Shift, Stint, Volunteer
from linli.duties.rules import PRESENT, ZONE_LEAST, Opening, Standing
from linli.ground.models import Area, Place
from linli.ui.tables import natural

DAY = timedelta(days=1)
AHEAD = timedelta(hours=36)
"""So far the board and the wall look ahead: tonight, and who takes over tomorrow morning."""


@dataclass(frozen=True)
class Seat:
    """Somebody's place on a shift, and how it is with it."""

    stint: Stint
    volunteer: Volunteer
    standing: Standing

    @property
    def name(self) -> str:
        """Who it is."""
        return str(self.volunteer.name)


@dataclass(frozen=True)
class Held:
    """A shift with its people. ``short``: places that nobody fills who fits them and is there or coming; ``asked``: without an answer."""

    shift: Shift
    seats: tuple[Seat, ...]
    short: int
    asked: int

    @property
    def people(self) -> list[Seat]:
        """Who has a place, the missing among them."""
        return [one for one in self.seats if one.standing not in (Standing.INVITED, Standing.RELEASED)]

    @property
    def present(self) -> list[Seat]:
        """Who stands there, or is expected within the quarter of an hour."""
        return [one for one in self.seats if one.standing in PRESENT]

    @property
    def missing(self) -> list[Seat]:
        """Who ought to stand there and does not."""
        return [one for one in self.seats if one.standing in (Standing.MISSING, Standing.MISSED)]

    @property
    def present_briefly(self) -> list[str]:
        """Who stands there, for a screen that is read from afar."""
        return briefly([one.name for one in self.present])

    @property
    def people_briefly(self) -> list[str]:
        """Who has a place, for a screen that is read from afar."""
        return briefly([one.name for one in self.people])

    @property
    def complete(self) -> bool:
        """Whether every place is filled."""
        return not self.short

    def on(self, now: datetime) -> bool:
        """Whether it is under way."""
        return self.shift.starts_at <= now < self.shift.ends_at


@dataclass(frozen=True)
class Thin:
    """A time with too few people: a shift, or for a zone a whole day (P03). ``people`` of ``wanted``; ``shift`` None: there is none."""

    post: str
    day: date
    people: int
    wanted: int
    shift: Shift | None = None
    zone: bool = False


@dataclass(frozen=True)
class Line:
    """A post on the board: what is under way, what comes next."""

    post: Post
    now: tuple[Held, ...]
    following: Held | None


@dataclass(frozen=True)
class Board:
    """Everything that is shown of a neighbourhood at a moment."""

    lines: tuple[Line, ...] = ()
    thin: tuple[Thin, ...] = ()
    under_way: tuple[Held, ...] = ()
    every: tuple[Held, ...] = ()

    @property
    def present(self) -> int:
        """How many people stand somewhere."""
        return sum(len(one.present) for one in self.under_way)

    @property
    def short(self) -> int:
        """How many places under way nobody fills."""
        return sum(one.short for one in self.under_way)

    @property
    def missing(self) -> list[tuple[Held, Seat]]:
        """Who ought to stand somewhere and does not."""
        return [(held, seat) for held in self.under_way for seat in held.missing]


def briefly(names: Sequence[str]) -> list[str]:
    """Surnames; the whole name where two share one, and where it is longer than three characters."""
    firsts = Counter(name[:1] for name in names)
    return [name if firsts[name[:1]] > 1 or len(name) > 3 else name[:1] for name in names]


def posts_of(neighbourhood: Place, now: datetime) -> list[Post]:
    """The posts of a neighbourhood that exist today: gates first, then zones, each kind by name."""
    rows = Post.objects.filter(running(now), neighbourhood=neighbourhood).select_related("place", "area", "host")
    return in_order(rows)


def in_order(posts: Iterable[Post]) -> list[Post]:
    """Posts as a person lists them: gates first, then zones; of a kind by name, 第二 before 第三 and 2 before 10."""
    rank = {kind: number for number, kind in enumerate(Post.Kind.values)}
    return sorted(posts, key=lambda one: (rank[one.kind], natural(one.title), one.pk))


def load(posts: Sequence[Post], since: datetime, until: datetime, now: datetime) -> list[Held]:
    """Every shift of these posts that reaches into ``since`` ≤ t < ``until``, in order, with its people; ten statements at most."""
    known = {one.pk: one for one in posts}
    shifts = list(
        Shift.objects.filter(post__in=known, cancelled_at__isnull=True, ends_at__gt=since, starts_at__lt=until)
    )
    for shift in shifts:
        shift.post = known[shift.post_id]
    return held(sorted(shifts, key=lambda one: (one.starts_at, natural(one.post.title), one.pk)), now)


def held(shifts: Sequence[Shift], now: datetime) -> list[Held]:
    """These shifts (each with its post at hand) with their people and what is short."""
    stints = list(
        Stint.objects.filter(shift__in=shifts, released_at__isnull=True)
        .select_related("volunteer")
        .order_by("volunteer__sort_name", "volunteer__name", "pk")
    )
    by_shift = {one.pk: one for one in shifts}
    seats: dict[UUID, list[Seat]] = defaultdict(list)
    for stint in stints:
        stint.shift = by_shift[stint.shift_id]
        seats[stint.shift_id].append(Seat(stint, stint.volunteer, standing_of(stint, now)))
    absent = (Standing.INVITED, Standing.MISSED, Standing.MISSING)
    there = [seat.stint for of_shift in seats.values() for seat in of_shift if seat.standing not in absent]
    open_ = openings(shifts, there)
    return [_held(one, seats[one.pk], open_[one.pk]) for one in shifts]


def _held(shift: Shift, seats: Sequence[Seat], opening: Opening) -> Held:
    asked = sum(1 for one in seats if one.standing is Standing.INVITED)
    return Held(shift, tuple(seats), rules.unfilled(opening.shift, opening.here), asked)


def standing_of(stint: Stint, now: datetime) -> Standing:
    """How it is with a place, its shift at hand."""
    return rules.standing(facts_of(stint), now)


def facts_of(stint: Stint) -> rules.Place:
    """The facts of a place, its shift at hand."""
    return rules.Place(
        stint.shift.starts_at,
        stint.shift.ends_at,
        stint.taken_at,
        stint.released_at,
        stint.came_at,
        stint.left_at,
        stint.missed,
    )


def board(neighbourhood: Place, now: datetime) -> Board:
    """Who is on, who comes, who is missing, and where it is thin until tomorrow evening; a fixed number of statements."""
    posts = posts_of(neighbourhood, now)
    until = max(now + AHEAD, midnight(timezone.localdate(now) + 2 * DAY))
    every = load(posts, now - DAY, until, now)
    of_post: dict[UUID, list[Held]] = defaultdict(list)
    for one in every:
        of_post[one.shift.post_id].append(one)
    lines = tuple(_line(post, of_post[post.pk], now) for post in posts)
    under_way = tuple(held for line in lines for held in line.now)
    days = [timezone.localdate(now) + n * DAY for n in range(2)]
    return Board(lines, tuple(thin(neighbourhood, posts, every, days, now)), under_way, tuple(every))


def _line(post: Post, every: Iterable[Held], now: datetime) -> Line:
    shifts = list(every)
    later = [one for one in shifts if one.shift.starts_at > now]
    return Line(post, tuple(one for one in shifts if one.on(now)), later[0] if later else None)


def thin(
    neighbourhood: Place, posts: Sequence[Post], every: Sequence[Held], days: Sequence[date], now: datetime
) -> list[Thin]:
    """Where it is thin on these days, in order of time: a shift to come with an open place, a zone's day with fewer than two (P03).

    A zone without any shift on a day is said too, wherever zones have posts at all: nobody is never shown as nothing.
    """
    found = _thin_zones(neighbourhood, posts, every, days)
    said = {(one.shift.post_id, one.day) for one in found if one.shift is not None}
    wanted = set(days)
    for one in every:
        day = timezone.localdate(one.shift.starts_at)
        if one.short and one.shift.starts_at > now and day in wanted and (one.shift.post_id, day) not in said:
            people = one.shift.wanted - one.short
            found.append(Thin(one.shift.post.label, day, people, one.shift.wanted, one.shift))
    return sorted(found, key=lambda one: (one.day, one.shift.starts_at if one.shift else midnight(one.day), one.post))


def _thin_zones(neighbourhood: Place, posts: Sequence[Post], every: Sequence[Held], days: Sequence[date]) -> list[Thin]:
    """A zone is an area, whatever posts it has; a post for a zone without an area is one of its own."""
    zones = {one.pk: one.area or one for one in posts if one.kind == Post.Kind.ZONE}
    if not zones:
        return []
    people: dict[tuple[object, date], set[UUID]] = defaultdict(set)
    first: dict[tuple[object, date], Shift] = {}
    for one in every:
        if one.shift.post_id in zones:
            key = (zones[one.shift.post_id], timezone.localdate(one.shift.starts_at))
            people[key] |= {seat.volunteer.pk for seat in one.people if seat not in one.missing}
            first.setdefault(key, one.shift)
    bare = Area.objects.filter(neighbourhood=neighbourhood, purpose="zone").order_by("pk")
    names: dict[object, str] = {area: area.name for area in bare} | {zone: _name(zone) for zone in zones.values()}
    return [
        Thin(name, day, len(people[zone, day]), ZONE_LEAST, first.get((zone, day)), zone=True)
        for zone, name in names.items()
        for day in days
        if len(people[zone, day]) < ZONE_LEAST
    ]


def _name(zone: Area | Post) -> str:
    return zone.label if isinstance(zone, Post) else zone.name


def meals(every: Iterable[Held], day: date) -> dict[Post, int]:
    """How many eat at noon, by post: who has a place on a shift that covers noon of that day, was not missed and had not left (S18)."""
    zone = timezone.get_current_timezone()
    found: dict[Post, int] = {}
    for one in every:
        if rules.on_at_noon(one.shift.starts_at, one.shift.ends_at, day, zone):
            here = [
                seat for seat in one.people if seat.standing is not Standing.MISSED and _still_there(seat, day, zone)
            ]
            if here:
                found[one.shift.post] = found.get(one.shift.post, 0) + len(here)
    return found


def _still_there(seat: Seat, day: date, zone: tzinfo) -> bool:
    """Whether somebody had not left before noon of that day."""
    shift, left = seat.stint.shift, seat.stint.left_at
    return left is None or rules.on_at_noon(shift.starts_at, left, day, zone)
