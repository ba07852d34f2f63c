"""What the page of a proposal shows: people × days, open places in sentences, how even it is. Within a scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR

from linli.duties.models import Pattern, Post, Proposal, ProposedStint, Shift, Volunteer
from linli.duties.proposals import Basis, basis
from linli.kernel.roster import Desk, Load, Roster, Violation, violations
from linli.kernel.roster_cost import KINDS, Cost, bands, cost, loads, spread
from linli.kernel.roster_why import Unmet, unmet
from linli.kernel.shift_times import days_of, is_night
from linli.ui.words import is_chinese


@dataclass(frozen=True)
class Piece:
    """A duty in a cell. ``how``: "agreed" (taken already), "fixed" (by hand), "off" (by hand not there), "" (proposed)."""

    shift: Shift
    word: str
    post: int
    night: bool
    how: str = ""


@dataclass
class Cell:
    """A person's day."""

    day: date
    pieces: list[Piece] = field(default_factory=list)
    wish: str = ""
    away: bool = False
    weekend: bool = False


@dataclass
class Row:
    """A person with every day of the span."""

    person: Volunteer
    cells: list[Cell]
    load: Load


@dataclass(frozen=True)
class Even:
    """How even a roster is among those who are able to carry a full share: most − least; and wishes, met and asked for."""

    total: int
    nights: int
    weekends: int
    wishes_met: int
    wishes: int


@dataclass(frozen=True)
class Grid:
    """The roster as a table. ``posts``: each with its number; ``words``: short word and name of each shift."""

    days: list[tuple[date, str]]
    rows: list[Row]
    posts: list[tuple[int, Post]]
    words: list[tuple[str, str, bool]]
    places: int
    filled: int
    even: Even
    cost: Cost
    broken: list[Violation]
    open: list[Unmet]
    there: Basis


def grid(proposal: Proposal) -> Grid:
    """Read a proposal and lay it out; people in the order of names, never of numbers."""
    there = basis(proposal, proposal.started_at or proposal.created_at)
    desk = Desk(there.problem)
    decided = list(ProposedStint.objects.filter(proposal=proposal))
    roster = _roster(there, decided)
    carried = loads(there.problem, roster)
    days = [proposal.since + timedelta(days=n) for n in range((proposal.until - proposal.since).days)]
    posts = list(enumerate(sorted(there.posts.values(), key=lambda post: (post.kind, str(post.pk))), 1))
    naming = _Naming({post.pk: number for number, post in posts})
    pieces = _pieces(there, decided, naming)
    return Grid(
        days=[(day, _weekday(day)) for day in days],
        rows=[_row(one, there, desk, pieces, days, carried) for one in _in_order(there)],
        posts=posts,
        words=naming.legend(),
        places=sum(shift.places for shift in there.problem.shifts),
        filled=sum(desk.filled(shift, roster.get(key, ())) for key, shift in desk.shifts.items()),
        even=_even(desk, roster, carried),
        cost=cost(desk, roster),
        broken=violations(there.problem, roster, desk),
        open=unmet(there.problem, roster, desk),
        there=there,
    )


def _weekday(day: date) -> str:
    """As short as it goes: 一, Mo."""
    word = str(WEEKDAYS_ABBR[day.weekday()])
    return word[-1] if is_chinese() else word[:2]


def _roster(there: Basis, decided: Sequence[ProposedStint]) -> Roster:
    """Who is where, agreed and proposed."""
    known = {person.id for person in there.problem.people}
    found: dict[str, set[str]] = defaultdict(set)
    for volunteer, shift in there.agreed:
        found[str(shift)].add(str(volunteer))
    for row in decided:
        if not row.off and row.shift_id in there.shifts and str(row.volunteer_id) in known:
            found[str(row.shift_id)].add(str(row.volunteer_id))
    return {key: frozenset(people) for key, people in found.items()}


def _in_order(there: Basis) -> Iterable[Volunteer]:
    asked = {UUID(person.id) for person in there.problem.people}
    return sorted((one for key, one in there.people.items() if key in asked), key=lambda v: (v.sort_name, v.name, v.pk))


class _Naming:
    """Short words for shifts: the first character of the pattern's name, more where two would look alike; else the hour."""

    def __init__(self, posts: dict[UUID, int]) -> None:
        self.posts = posts
        rows = Pattern.objects.filter(post__in=posts).order_by("starts", "name")
        self.names = {row.pk: row.label for row in rows}
        self.short: dict[str, str] = {}
        for name in dict.fromkeys(self.names.values()):
            length = next((n for n in range(1, len(name)) if name[:n] not in self.short.values()), len(name))
            self.short[name] = name[:length]
        self.seen: dict[str, tuple[str, bool]] = {}

    def piece(self, shift: Shift, how: str) -> Piece:
        """A duty as a cell shows it."""
        start, end = timezone.localtime(shift.starts_at), timezone.localtime(shift.ends_at)
        name = self.names.get(shift.pattern_id) if shift.pattern_id else None
        word, night = self.short.get(name or "", f"{start:%H}"), is_night(start, end)
        self.seen.setdefault(word, (f"{name or ''} {start:%H:%M}–{end:%H:%M}".strip(), night))
        return Piece(shift, word, self.posts[shift.post_id], night, how)

    def legend(self) -> list[tuple[str, str, bool]]:
        """Short word, name with hours, night or not."""
        return [(word, name, night) for word, (name, night) in self.seen.items()]


Pieces = dict[tuple[UUID, date], list[Piece]]


def _pieces(there: Basis, decided: Sequence[ProposedStint], naming: _Naming) -> Pieces:
    """(volunteer, day on which the shift begins) → duties in the order of time."""
    hows = dict.fromkeys(((who, shift) for who, shift in there.agreed), "agreed")
    for row in decided:
        how = ("off" if row.off else "fixed") if row.fixed else ""
        hows.setdefault((row.volunteer_id, row.shift_id), how)
    found: Pieces = defaultdict(list)
    order = {key: number for number, key in enumerate(there.shifts)}
    for (who, shift), how in sorted(hows.items(), key=lambda one: order.get(one[0][1], 0)):
        if shift in there.shifts:
            row_shift = there.shifts[shift]
            found[who, timezone.localdate(row_shift.starts_at)].append(naming.piece(row_shift, how))
    return found


def _row(
    one: Volunteer, there: Basis, desk: Desk, pieces: Pieces, days: Sequence[date], carried: dict[str, Load]
) -> Row:
    person = desk.people[str(one.pk)]
    cells = [
        Cell(
            day,
            pieces.get((one.pk, day), []),
            "off" if day in person.wishes_off else "on" if day in person.wishes_on else "",
            day in person.away,
            day.isoweekday() >= 6,
        )
        for day in days
    ]
    return Row(one, cells, carried[str(one.pk)])


def _even(desk: Desk, roster: Roster, carried: dict[str, Load]) -> Even:
    """Whoever is able to carry a full share is compared; who cannot, by training, nights or absence, is not."""
    fair = bands(desk)
    apart = {}
    for kind in KINDS:
        full = max((band[0] for band in fair[kind].values()), default=0)
        apart[kind] = spread(getattr(carried[one], kind) for one, band in fair[kind].items() if band[0] >= full)
    days: dict[str, set[date]] = defaultdict(set)
    for key, people in roster.items():
        for person in people:
            days[person] |= days_of(desk.shifts[key].start, desk.shifts[key].end)
    everybody = desk.problem.people
    asked = sum(len(one.wishes_off) + len(one.wishes_on) for one in everybody)
    met = sum(len(one.wishes_off - days[one.id]) + len(one.wishes_on & days[one.id]) for one in everybody)
    return Even(apart["total"], apart["nights"], apart["weekends"], met, asked)


@dataclass(frozen=True)
class Day:
    """A person's day: its shifts, and of them what is taken already, what was fixed, what the search gave; ``off``: fixed that none."""

    shifts: list[Shift]
    agreed: list[Shift]
    fixed: Shift | None
    proposed: Shift | None
    off: bool


def day_of(proposal: Proposal, volunteer: Volunteer, day: date) -> Day:
    """How a day is with this person."""
    there = basis(proposal, proposal.started_at or proposal.created_at)
    shifts = [shift for shift in there.shifts.values() if timezone.localdate(shift.starts_at) == day]
    of_day = {shift.pk: shift for shift in shifts}
    rows = list(ProposedStint.objects.filter(proposal=proposal, volunteer=volunteer, shift__in=of_day))
    on = [row for row in rows if not row.off]
    return Day(
        shifts,
        [shift for shift in shifts if (volunteer.pk, shift.pk) in there.agreed],
        next((of_day[row.shift_id] for row in on if row.fixed), None),
        next((of_day[row.shift_id] for row in on if not row.fixed), None),
        any(row.off for row in rows),
    )
