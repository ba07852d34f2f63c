"""From hand to hand: who holds somebody (or something) at any moment, without a gap and without two (T03, T04).

Travellers and parcels share this arithmetic, never a table (HOUSE.md). A subject begins in the hands of its first holder; a *hand-over*
that both sides confirmed passes it on at the moment it happened. So at any moment from the beginning on there is exactly one holder:

- a hand-over that only one side confirmed moves nobody: who has not been taken over is still in the hands of the giver;
- a hand-over is a fact, also when the giver was not the holder that we knew of (a phone that was two days late, a leg that nobody wrote
  down): it holds, and the break before it is named, for a person to look at;
- taking back is an annulment; the chain is then what it would have been without it.

Pure: moments are aware, ``now`` is an argument. Two clocks as everywhere: the chain follows ``at`` (when it happened), and what is known
"as of" a moment follows ``heard_at``, so that the wall of 20:00 can be shown again. Linear in hand-overs, but for the sorting.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import takewhile
from typing import Generic, TypeVar

from linli.kernel.cadence import SHANGHAI

Subject = TypeVar("Subject", bound=Hashable)
Holder = TypeVar("Holder", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Handover(Generic[Subject, Holder]):
    """One hand-over of one or many subjects. ``gave`` and ``took``: whether each side confirmed. ``id`` orders what happened in one moment.

    ``heard_at``: when it became known; None is at once. ``annulled_at``: when it was taken back. Raises ValueError for a giver who is
    the taker, or for no subject.
    """

    id: str
    subjects: tuple[Subject, ...]
    giver: Holder
    taker: Holder
    at: datetime
    gave: bool = True
    took: bool = True
    heard_at: datetime | None = None
    annulled_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.giver == self.taker:
            raise ValueError("nobody hands over to himself")
        if not self.subjects:
            raise ValueError("a hand-over is of somebody")

    @property
    def known_at(self) -> datetime:
        """When it became known, at the earliest when it happened."""
        return self.at if self.heard_at is None else max(self.at, self.heard_at)

    def holds(self, known: datetime) -> bool:
        """Whether both sides confirmed it and nobody took it back, by what was known then."""
        annulled = self.annulled_at is not None and self.annulled_at <= known
        return self.gave and self.took and not annulled and self.known_at <= known


@dataclass(frozen=True, slots=True)
class Span(Generic[Holder]):
    """``holder`` from ``since`` until ``until`` (None: still). ``by``: the id of the hand-over that began it, "" for the beginning.

    ``broken``: the hand-over names another giver than the holder before.
    """

    holder: Holder
    since: datetime
    until: datetime | None
    by: str = ""
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Start(Generic[Holder]):
    """In whose hands a subject begins, and when."""

    holder: Holder
    at: datetime


def chains(
    starts: Mapping[Subject, Start[Holder]],
    handovers: Iterable[Handover[Subject, Holder]],
    known: datetime,
) -> dict[Subject, list[Span[Holder]]]:
    """Every subject's spans, in the order of ``starts``: the first begins with its start, each ends where the next begins.

    The last is open. Subjects of hand-overs that are not in ``starts`` are left out (:func:`unknown`). A hand-over from before the
    start counts from the start. Of several in one moment the one comes first whose giver holds the subject then.
    """
    steps: dict[Subject, list[Handover[Subject, Holder]]] = {subject: [] for subject in starts}
    for one in handovers:
        if one.holds(known):
            for subject in dict.fromkeys(one.subjects):
                if subject in steps:
                    steps[subject].append(one)
    return {subject: _chain(starts[subject], taken) for subject, taken in steps.items()}


def _chain(start: Start[Holder], taken: list[Handover[Subject, Holder]]) -> list[Span[Holder]]:
    spans = [Span(start.holder, start.at, None)]
    waiting = deque(sorted(taken, key=lambda step: (step.at, step.id)))
    while waiting:
        last = spans[-1]
        one = _following(waiting, last.holder)
        waiting.remove(one)
        since = max(one.at, start.at)
        spans[-1] = Span(last.holder, last.since, since, last.by, last.broken)
        spans.append(Span(one.taker, since, None, one.id, one.giver != last.holder))
    return spans


def _following(waiting: Sequence[Handover[Subject, Holder]], holder: Holder) -> Handover[Subject, Holder]:
    """The next of some hand-overs in order: of those in its very moment the one that ``holder`` gave."""
    together = takewhile(lambda step: step.at == waiting[0].at, waiting)
    return next((step for step in together if step.giver == holder), waiting[0])


def holder_at(chain: Sequence[Span[Holder]], moment: datetime) -> Holder | None:
    """Who holds at ``moment``: exactly one from the beginning on, nobody before it."""
    return next((span.holder for span in reversed(chain) if span.since <= moment), None)


def unknown(
    starts: Collection[Subject], handovers: Iterable[Handover[Subject, Holder]], known: datetime
) -> list[Subject]:
    """Subjects that were handed over and are on no list, each once: for a person to look at; they are in no figure."""
    found = (subject for one in handovers if one.holds(known) for subject in one.subjects if subject not in starts)
    return list(dict.fromkeys(found))


def half_done(handovers: Iterable[Handover[Subject, Holder]], known: datetime) -> list[Handover[Subject, Holder]]:
    """Hand-overs that one side confirmed and the other did not, the oldest first; annulled ones are none."""
    found = [
        one
        for one in handovers
        if one.gave != one.took and one.known_at <= known and (one.annulled_at is None or one.annulled_at > known)
    ]
    return sorted(found, key=lambda one: (one.at, one.id))


@dataclass(frozen=True, slots=True)
class Balance:
    """in = delivered + open (T03). Counts of subjects."""

    came: int
    delivered: int
    open: int

    def __post_init__(self) -> None:
        if self.came != self.delivered + self.open:
            raise ValueError("who came is delivered or still on the way")


def balance(chains: Mapping[Subject, Sequence[Span[Holder]]], homes: Collection[Holder], moment: datetime) -> Balance:
    """How many have begun by ``moment``, how many of them are in the hands of one of ``homes``, how many are on the way."""
    holders = [holder_at(chain, moment) for chain in chains.values() if chain[0].since <= moment]
    delivered = sum(holder in homes for holder in holders)
    return Balance(len(holders), delivered, len(holders) - delivered)


@dataclass(frozen=True, slots=True)
class Difference(Generic[Subject]):
    """What a head count says against the list (T04). Empty when they agree; then, and only then, a hand-over may go on.

    ``missing``: on the list and not there. ``extra``: there and not on the list. ``uncounted``: how many more (or, negative, fewer) heads
    were counted than names were ticked.
    """

    missing: tuple[Subject, ...] = ()
    extra: tuple[Subject, ...] = ()
    uncounted: int = 0

    def __bool__(self) -> bool:
        return bool(self.missing or self.extra or self.uncounted)


def head_count(
    listed: Iterable[Subject], present: Iterable[Subject], counted: int | None = None
) -> Difference[Subject]:
    """The list against who stands there, both by name; ``counted``: heads that somebody counted without looking at names."""
    want, there = Counter(listed), Counter(present)
    heads = sum(there.values()) if counted is None else counted
    return Difference(tuple((want - there).elements()), tuple((there - want).elements()), heads - sum(there.values()))


@dataclass(frozen=True, slots=True)
class Leg(Generic[Subject]):
    """The next hand-over that a subject waits for: expected ``at`` (may be about), alarmed ``grace`` after it."""

    subject: Subject
    at: datetime
    grace: timedelta = timedelta(minutes=30)
    about: bool = False

    @property
    def limit(self) -> datetime:
        """When an alarm is due: an "about" time gets its grace twice."""
        return self.at + self.grace * (2 if self.about else 1)


def late(
    legs: Iterable[Leg[Subject]], chains: Mapping[Subject, Sequence[Span[Holder]]], now: datetime
) -> list[Leg[Subject]]:
    """Legs past their limit whose subject has not changed hands since the leg's subject was last taken, the longest late first.

    A leg is done once a span of its subject began at or after ``at`` − ``grace``: people come early, too.
    """
    found = [leg for leg in legs if leg.limit < now and not _moved(leg, chains.get(leg.subject, ()))]
    return sorted(found, key=lambda leg: leg.limit)


def _moved(leg: Leg[Subject], chain: Sequence[Span[Holder]]) -> bool:
    return any(span.by and span.since >= leg.at - leg.grace for span in chain)


def without_next(
    legs: Iterable[Leg[Subject]],
    chains: Mapping[Subject, Sequence[Span[Holder]]],
    homes: Collection[Holder],
    now: datetime,
    limit: timedelta,
) -> list[Subject]:
    """Who is on the way, in the same hands for longer than ``limit``, and waits for no leg: nobody has planned what comes next (T03)."""
    waiting = {leg.subject for leg in legs if leg.at >= now}
    return [
        subject
        for subject, chain in chains.items()
        if subject not in waiting and chain[-1].holder not in homes and now - chain[-1].since > limit
    ]


def night_of(moment: datetime, changes_at: time = time(8), zone: tzinfo = SHANGHAI) -> date:
    """The day whose shift a moment belongs to: 03:37 on the 14th is of the night that began on the 13th (T06)."""
    wall = moment.astimezone(zone).replace(tzinfo=None)
    return (wall - timedelta(hours=changes_at.hour, minutes=changes_at.minute)).date()


def minutes_between(since: datetime, until: datetime) -> int:
    """Whole minutes as clocks show them: 16:41:50 to 19:25:10 is 164."""
    face = (moment.astimezone(UTC).replace(second=0, microsecond=0) for moment in (since, until))
    first, second = face
    return (second - first) // timedelta(minutes=1)
