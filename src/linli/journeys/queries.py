"""The one reader of journeys: where everybody is, in whose hands, for how long, what comes next (T03).

A fixed number of statements at any number of travellers (a test counts them); all arithmetic is ``kernel.handover``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.ground.models import Place
from linli.journeys import rules
from linli.journeys.models import Hands, Leg, Traveller
from linli.journeys.standing import Chains, Handed, chains_of, finals, handovers_of
from linli.kernel import handover as kernel
from linli.kernel.handover import Balance, Span, minutes_between

HANDS = ("mandate", "body", "place__parent__parent")
TRAVELLER = ("dwelling__parent__parent", "movement", "person", "operation")


def in_figures(known: datetime | None = None) -> Q:
    """Travellers who count: not closed as somebody else's by then; a journey that is over stays."""
    found = Q(closed_at__isnull=True) | Q(closed_as=Traveller.Closed.OVER)
    return found if known is None else found | Q(closed_at__gt=known)


class State(Enum):
    """How it is with a traveller, the most pressing first."""

    LATE = "late"
    """The next hand-over is past its limit."""
    UNPLANNED = "unplanned"
    """On the way, and nobody is planned to take him next, for longer than the limit."""
    HALF = "half"
    """One side has confirmed a hand-over, the other has not; he is still in the giver's hands."""
    WAITING = "waiting"
    """On the way; the next hand-over is planned and not late, or there is time yet to plan it."""
    DELIVERED = "delivered"
    """In the hands of his home, or of a place that looks after him from now on."""


@dataclass(frozen=True)
class Link:
    """One stretch in somebody's hands. ``by``: the hand-over that began it, None for the beginning; ``broken``: it names another giver."""

    hands: Hands
    since: datetime
    until: datetime | None
    by: UUID | None
    broken: bool


@dataclass(frozen=True)
class Row:
    """One line of the board. ``minutes``: in the present hands, up to now, or on the way in all once delivered. ``late_by``: minutes.

    ``odd``: what a phone did with him was stored though a server would have refused it (``Handover.overridden``)."""

    traveller: Traveller
    links: Sequence[Link]
    state: State
    minutes: int
    next: Leg | None
    late_by: int
    half: bool
    odd: bool = False

    @property
    def holder(self) -> Hands:
        """Who holds him."""
        return self.links[-1].hands

    @property
    def since(self) -> datetime:
        """Since when."""
        return self.links[-1].since

    @property
    def broken(self) -> bool:
        """Whether somewhere on his way a giver was not the holder before, which somebody must look at."""
        return any(one.broken for one in self.links)


@dataclass(frozen=True)
class Board:
    """Everybody on the way and who has arrived, what presses most first. in = delivered + open (``balance``)."""

    rows: Sequence[Row]
    balance: Balance
    at: datetime
    states: Counter[State] = field(default_factory=Counter)

    @property
    def came(self) -> int:
        """How many have begun."""
        return self.balance.came

    @property
    def delivered(self) -> int:
        """How many have arrived."""
        return self.balance.delivered

    @property
    def open(self) -> int:
        """How many are on the way."""
        return self.balance.open


def board(
    neighbourhood: Place | None,
    now: datetime,
    *,
    heard_by: datetime | None = None,
    since: datetime | None = None,
    travellers: QuerySet[Traveller] | None = None,
) -> Board:
    """The board at ``now``, by what was known at ``heard_by`` (``now`` unless given, so that the wall of 20:00 can be shown again).

    ``since``: leaves out who had arrived before it. ``travellers``: only these, for somebody who sees no others, or of several
    neighbourhoods (then ``neighbourhood`` may be None).
    """
    known = heard_by or now
    rows = Traveller.objects.filter(neighbourhood=neighbourhood) if travellers is None else travellers
    rows = rows.filter(in_figures(known), begun_at__lte=now)
    if heard_by is not None:
        rows = rows.filter(heard_at__lte=known)
    found = list(rows.select_related(*TRAVELLER).order_by("begun_at", "pk"))
    handovers = handovers_of(rows)
    # what is planned or happens after ``now`` is not on the board of ``now``
    past = [one for one in handovers if one.at <= now]
    chains = chains_of(found, past, known)
    hands = _hands(chains)
    homes = finals(hands.values())
    reading = _Reading(now, known, hands, homes, chains, past, _legs(rows, known))
    shown = [row for row in (reading.row(one) for one in found) if _is_shown(row, since)]
    order = list(State)
    shown.sort(key=lambda row: (order.index(row.state), -row.late_by, row.next.expected_at if row.next else now))
    shown_chains = {row.traveller.pk: chains[row.traveller.pk] for row in shown}
    return Board(shown, kernel.balance(shown_chains, homes, now), now, Counter(row.state for row in shown))


def _is_shown(row: Row, since: datetime | None) -> bool:
    return since is None or row.state is not State.DELIVERED or row.since >= since


def _hands(chains: Chains) -> dict[UUID, Hands]:
    used = {span.holder for chain in chains.values() for span in chain}
    return {one.pk: one for one in Hands.objects.filter(pk__in=used).select_related(*HANDS)}


def _legs(travellers: QuerySet[Traveller], known: datetime) -> dict[UUID, list[Leg]]:
    """What each waited for, by what was known: planned by then, and not cancelled yet; the earliest first."""
    found: dict[UUID, list[Leg]] = {}
    rows = Leg.objects.filter(traveller__in=travellers.order_by().values("pk"), planned_at__lte=known)
    rows = rows.filter(Q(cancelled_at__isnull=True) | Q(cancelled_at__gt=known))
    joined = ("taker__mandate", "taker__body", "taker__place__parent__parent", "run", "done_by")
    for leg in rows.select_related(*joined).order_by("expected_at", "pk"):
        found.setdefault(leg.traveller_id, []).append(leg)
    return found


@dataclass(frozen=True)
class _Reading:
    """Everything a row of the board is made of."""

    now: datetime
    known: datetime
    hands: dict[UUID, Hands]
    homes: frozenset[UUID]
    chains: Chains
    handovers: Sequence[Handed]
    legs: dict[UUID, list[Leg]]
    half: frozenset[UUID] = field(init=False)
    odd: frozenset[UUID] = field(init=False)

    def __post_init__(self) -> None:
        half = {who for one in kernel.half_done(self.handovers, self.known) for who in one.subjects}
        odd = {who for one in self.handovers if one.odd and one.annulled_at is None for who in one.subjects}
        object.__setattr__(self, "half", frozenset(half))
        object.__setattr__(self, "odd", frozenset(odd))

    def row(self, traveller: Traveller) -> Row:
        """The line of one traveller."""
        chain = self.chains[traveller.pk]
        delivered = chain[-1].holder in self.homes
        waiting = [] if delivered else [leg for leg in self.legs.get(traveller.pk, ()) if not self._is_done(leg)]
        late = kernel.late([_kernel_leg(leg) for leg in waiting], {}, self.now)
        half = traveller.pk in self.half
        return Row(
            traveller=traveller,
            links=[self._link(span) for span in chain],
            state=self._state(traveller, chain, delivered, waiting, bool(late), half),
            minutes=minutes_between(
                chain[0].since if delivered else chain[-1].since, chain[-1].since if delivered else self.now
            ),
            next=waiting[0] if waiting else None,
            late_by=minutes_between(late[0].limit, self.now) if late else 0,
            half=half,
            odd=traveller.pk in self.odd,
        )

    def _state(
        self,
        traveller: Traveller,
        chain: Sequence[Span[UUID]],
        delivered: bool,
        waiting: Sequence[Leg],
        late: bool,
        half: bool,
    ) -> State:
        if delivered:
            return State.DELIVERED
        if late:
            return State.LATE
        if half:
            return State.HALF
        alone = not waiting and kernel.without_next((), {traveller.pk: chain}, self.homes, self.now, rules.WITHOUT_NEXT)
        return State.UNPLANNED if alone else State.WAITING

    def _is_done(self, leg: Leg) -> bool:
        done = leg.done_by
        return done is not None and max(done.heard_at, done.happened_at) <= self.known and done.happened_at <= self.now

    def _link(self, span: Span[UUID]) -> Link:
        return Link(self.hands[span.holder], span.since, span.until, UUID(span.by) if span.by else None, span.broken)


def _kernel_leg(leg: Leg) -> kernel.Leg[UUID]:
    return kernel.Leg(leg.traveller_id, leg.expected_at, timedelta(minutes=leg.grace_minutes), leg.about)


def undecided(neighbourhood: Place) -> QuerySet[Traveller]:
    """Who is only listed, open, and waits for somebody to say whether he is ours, the longest waiting first."""
    rows = Traveller.objects.filter(neighbourhood=neighbourhood, closed_at__isnull=True, begun_at__isnull=True)
    found: QuerySet[Traveller] = rows.filter(person__isnull=True, alarm_at__isnull=False).order_by("alarm_at", "pk")
    return found
