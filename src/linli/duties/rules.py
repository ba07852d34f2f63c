"""Pure decisions of the duties. Nothing here saves, asks the database or looks at a clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from linli.kernel.roster import REST, Bar, Desk, Fixed, Person, Problem, Shift

Span = tuple[datetime, datetime]
"""From a moment until another, the second not included; aware."""

MINUTE = timedelta(minutes=1)
GRACE = timedelta(minutes=15)
"""After the beginning of a shift whoever has not come is missing."""
NOON = time(12)
ADULT = 18
ZONE_LEAST = 2
"""P03: two people on duty in each zone, each day."""


# ---------------------------------------------------------------- spans (P05, P06)


def gaps(watch: Iterable[Span], since: datetime, until: datetime) -> list[Span]:
    """The spans of ``since`` ≤ t < ``until`` in which nobody stands, in order (P06). Days and months make no difference."""
    found: list[Span] = []
    covered = since
    for start, end in sorted(watch):
        if start > covered:
            found.append((covered, min(start, until)))
        covered = max(covered, end)
        if covered >= until:
            break
    if covered < until:
        found.append((covered, until))
    return [(start, end) for start, end in found if start < end]


def gap_minutes(watch: Iterable[Span], since: datetime, until: datetime) -> int:
    """How many minutes of a span nobody stands, begun ones counted (P06: nought across a day and a month)."""
    return sum(-((start - end) // MINUTE) for start, end in gaps(watch, since, until))


@dataclass(frozen=True, slots=True)
class Stretch:
    """A span in which the same number of people stand."""

    start: datetime
    end: datetime
    people: int


def coverage(watch: Iterable[tuple[datetime, datetime, int]], since: datetime, until: datetime) -> list[Stretch]:
    """How many stand at every moment of a span, as stretches without a hole (P05: four at every minute).

    ``watch``: from, until, how many.
    """
    steps: dict[datetime, int] = {since: 0}
    for start, end, people in watch:
        start, end = max(start, since), min(end, until)
        if start < end:
            steps[start] = steps.get(start, 0) + people
            steps[end] = steps.get(end, 0) - people
    found: list[Stretch] = []
    standing = 0
    moments = [*sorted(moment for moment in steps if moment < until), until]
    for moment, following in zip(moments, moments[1:], strict=False):
        standing += steps[moment]
        if found and found[-1].people == standing:
            found[-1] = replace(found[-1], end=following)
        else:
            found.append(Stretch(moment, following, standing))
    return found


def on_at_noon(start: datetime, end: datetime, day: date, zone: tzinfo) -> bool:
    """Whether a shift is on duty at noon of a day: who is gets a meal (S18: four of eight guards, not eight)."""
    noon = datetime.combine(day, NOON, tzinfo=zone)
    return start <= noon < end


# ---------------------------------------------------------------- who may take a place


class Against(StrEnum):
    """What speaks against somebody on a shift: the closed list of answers to "why can't I". In the order in which they are said."""

    CANCELLED = "cancelled"
    PAST = "past"
    UNDER_AGE = "under_age"
    AGE_UNSAID = "age_unsaid"
    NOT_LISTED = "not_listed"
    ALREADY = "already"
    OVERLAP = "overlap"
    EXEMPT = "exempt"
    NO_SIGNUP = "no_signup"
    FULL = "full"
    AWAY = "away"
    ADJACENT = "adjacent"
    REST = "rest"
    APART = "apart"
    NOT_FITTING = "not_fitting"


OVERRIDABLE = frozenset(
    {Against.FULL, Against.AWAY, Against.ADJACENT, Against.REST, Against.APART, Against.NOT_FITTING, Against.NO_SIGNUP}
)
"""What the office may put aside with its name. Age, an exemption and two places at once it may not."""


class Age(StrEnum):
    """Whether somebody is known to be of age."""

    ADULT = "adult"
    UNDER = "under"
    UNSAID = "unsaid"


def age_of(born_year: int | None, said_on: date | None, today: date) -> Age:
    """Whoever stands on duty is 18 or older, and somebody answers for that: by the year of birth alone one is of age for certain only
    in the year after the eighteenth birthday; in between, and without a year, somebody must have said so (``said_on``).
    """
    if born_year is not None:
        years = today.year - born_year
        if years < ADULT:
            return Age.UNDER
        if years > ADULT:
            return Age.ADULT
    return Age.ADULT if said_on is not None else Age.UNSAID


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who is asked about a shift. ``person``: as the kernel's roster knows him, ``taken`` his other times;
    ``apart``: people he is never put with.
    """

    person: Person
    age: Age = Age.ADULT
    listed: bool = True
    apart: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Opening:
    """A shift that somebody may take: as the kernel knows it, and who stands on it already."""

    shift: Shift
    here: tuple[Person, ...] = ()
    cancelled: bool = False
    signup: bool = True

    @property
    def free(self) -> int:
        """How many places are open; never less than none."""
        return max(self.shift.places - len(self.here), 0)


def against(candidate: Candidate, opening: Opening, now: datetime, *, oneself: bool) -> list[Against]:
    """Everything that speaks against it, the weightiest first. ``oneself``: who asks is who would stand there."""
    person, shift = candidate.person, opening.shift
    here = {one.id for one in opening.here}
    times = _times(person, shift)
    said = {
        Against.CANCELLED: opening.cancelled,
        Against.PAST: shift.end <= now,
        Against.UNDER_AGE: candidate.age is Age.UNDER,
        Against.AGE_UNSAID: candidate.age is Age.UNSAID,
        Against.NOT_LISTED: not candidate.listed,
        Against.ALREADY: person.id in here,
        Against.OVERLAP: person.id not in here and Against.OVERLAP in times,
        Against.EXEMPT: _barred(person, shift) is Bar.EXEMPT,
        Against.NO_SIGNUP: oneself and not opening.signup,
        Against.FULL: not opening.free,
        Against.AWAY: _barred(replace(person, exempt=frozenset()), shift) is Bar.AWAY,
        Against.ADJACENT: Against.ADJACENT in times,
        Against.REST: Against.REST in times,
        Against.APART: bool(candidate.apart & here),
        Against.NOT_FITTING: person.id not in here and bool(opening.free) and not fits(opening, person),
    }
    return [code for code in Against if said[code]]


def _barred(person: Person, shift: Shift) -> Bar | None:
    """What the kernel's roster says, times and wishes apart: those have reasons of their own here, or are the person's to decide."""
    bare = replace(person, taken=(), free=None)
    return Desk(Problem((bare,), (shift,))).bar(bare, shift)


def _times(person: Person, shift: Shift) -> set[Against]:
    """Whether one of his other times lies across this one, borders on it, or leaves less than eleven hours."""
    found = set()
    for start, end in person.taken:
        between = max(shift.start - end, start - shift.end)
        if between < timedelta():
            found.add(Against.OVERLAP)
        elif between < MINUTE:
            found.add(Against.ADJACENT)
        elif between < REST:
            found.add(Against.REST)
    return found


def fits(opening: Opening, person: Person) -> bool:
    """Whether he fills a place that those who are there leave open: the last place for a trained one is for a trained one."""
    everybody = (*opening.here, person)
    desk = Desk(Problem(everybody, (opening.shift,)))
    ids = [one.id for one in opening.here]
    return desk.filled(opening.shift, [*ids, person.id]) > desk.filled(opening.shift, ids)


def unfilled(shift: Shift, here: Sequence[Person]) -> int:
    """How many places stay open with these people on it, each filling one that is for him."""
    desk = Desk(Problem(tuple(here), (shift,), fixed=tuple(Fixed(one.id, shift.id) for one in here)))
    return shift.places - desk.filled(shift, [one.id for one in here])


# ---------------------------------------------------------------- what is the case


class Standing(StrEnum):
    """How it is with somebody's place at a moment, derived from what was said."""

    INVITED = "invited"
    COMING = "coming"
    DUE = "due"
    MISSING = "missing"
    ON = "on"
    LEFT = "left"
    MISSED = "missed"
    UNSAID = "unsaid"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Place:
    """The facts of a place on a shift."""

    start: datetime
    end: datetime
    taken_at: datetime | None = None
    released_at: datetime | None = None
    came_at: datetime | None = None
    left_at: datetime | None = None
    missed: bool = False


def standing(place: Place, now: datetime) -> Standing:
    """DUE: it has begun and he may still be on his way; MISSING: more than a quarter of an hour ago; UNSAID: over, and nobody said."""
    if place.released_at is not None:
        return Standing.RELEASED
    if place.taken_at is None:
        return Standing.INVITED
    if place.missed:
        return Standing.MISSED
    if place.left_at is not None:
        return Standing.LEFT
    if place.came_at is not None:
        return Standing.ON if now < place.end else Standing.LEFT
    if now < place.start:
        return Standing.COMING
    if now < place.start + GRACE:
        return Standing.DUE
    return Standing.MISSING if now < place.end else Standing.UNSAID


BARS: dict[str, frozenset[str]] = {"gate": frozenset({"no_standing"}), "building": frozenset({"no_stairs"})}
"""Kind of post → the exemptions that keep somebody from it; nights and evenings bar by themselves (``kernel.roster``)."""

PRESENT = frozenset({Standing.ON, Standing.DUE})
"""Who is counted as standing there: whoever said so, and for a quarter of an hour whoever is expected."""


def minutes_once(spans: Iterable[Span]) -> int:
    """The minutes that lie in any of these spans, each counted once (C08)."""
    found, covered = timedelta(), None
    for start, end in sorted(spans):
        begins = start if covered is None else max(start, covered)
        found += max(end - begins, timedelta())
        covered = end if covered is None else max(end, covered)
    return int(found / MINUTE)


def minutes_of(place: Place, now: datetime) -> int:
    """The minutes somebody stood there, from evidence: only if somebody said that he came; until he left, else the shift's end."""
    if place.came_at is None or place.released_at is not None:
        return 0
    end = place.left_at or min(place.end, now)
    return max(int((end - place.came_at) / MINUTE), 0)
