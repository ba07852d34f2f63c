"""Who is to hold a permit, who has one, and where each card is: the figures of a campaign (SEEDS G02, G03, G04)."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from linli.gates import keys
from linli.gates.cards_doors import Above, Door, Over
from linli.gates.models import Card, CardEvent, Permit, PermitKey, PrintBatch
from linli.ground.mandates import under
from linli.ground.models import Household, Person, Place, Residence
from linli.ground.models.people import masked
from linli.kernel import permit_code, permit_number

State = CardEvent.State
NONE, ORDERED, DEAD = "none", "ordered", "dead"
"""Three beside those of events: no card at all; a card that a batch holds and no paper has carried yet; a card that nobody has taken
back and that no gate reads any more, because its signing key was withdrawn."""

IN_STOCK = frozenset({State.PRINTED, State.LAMINATED, State.CUT})
GOOD = frozenset({ORDERED, State.HANDED_OUT}) | IN_STOCK
RANK = (
    State.HANDED_OUT,
    State.CUT,
    State.LAMINATED,
    State.PRINTED,
    ORDERED,
    DEAD,
    State.LOST,
    State.RETURNED,
    State.SPOILED,
)
"""Of several cards of one permit the first in this order is the one that counts."""
RANKS = {state: rank for rank, state in enumerate(RANK)}

HOLDER = Coalesce("person__merged_into", "person")
"""Whose a permit is: who its entry was joined with, else the entry itself."""


def worth_of(state: str, withdrawn: bool) -> str:
    """What a card in this state is worth, its key withdrawn or not: the state itself, or ``DEAD``."""
    return DEAD if withdrawn and state in GOOD else state


@dataclass(frozen=True, slots=True)
class CardNow:
    """A card and what happened to it last."""

    id: UUID
    permit: UUID
    batch: UUID | None
    state: str
    at: datetime | None
    withdrawn: bool = False

    @property
    def worth(self) -> str:
        """What it is worth at a gate and for the next order: its state, or ``DEAD``."""
        return worth_of(self.state, self.withdrawn)


@dataclass(frozen=True, slots=True)
class Line:
    """One person who is to hold a permit: the door, the permit if there is one, and the card that counts."""

    person: UUID
    name: str
    masked: str
    building: int
    place: str
    room: str
    order: tuple[str, ...]
    permit: UUID | None = None
    number: str = ""
    card: UUID | None = None
    state: str = NONE
    at: datetime | None = None

    @property
    def handed_out(self) -> bool:
        """Whether the holder has the card."""
        return self.state == State.HANDED_OUT

    @property
    def shown_number(self) -> str:
        """The permit number with its hyphens."""
        return permit_number.shown(self.number) if self.number else ""


@dataclass
class BuildingFigures:
    """How far a building is."""

    id: int
    name: str
    total: int = 0
    states: Counter[str] = field(default_factory=Counter)
    parts: list[tuple[str, int, str]] = field(default_factory=list)

    @property
    def handed_out(self) -> int:
        """Cards in their holders' hands."""
        return self.states[State.HANDED_OUT]

    @property
    def in_stock(self) -> int:
        """Cards that are printed and not handed out."""
        return sum(self.states[state] for state in IN_STOCK)

    @property
    def open(self) -> int:
        """Holders who have no card yet."""
        return self.total - self.handed_out


def key_withdrawn() -> Exists:
    """Whether a card's signing key was withdrawn."""
    return Exists(PermitKey.objects.filter(kid=OuterRef("kid"), withdrawn_at__isnull=False))


def cards_now(cards: QuerySet[Card], at: datetime | None = None) -> list[CardNow]:
    """Each card with its latest event (until ``at``); one statement."""
    latest = CardEvent.objects.filter(card=OuterRef("pk")).order_by("-happened_at", "-id")
    if at is not None:
        latest = latest.filter(happened_at__lte=at)
    rows = cards.annotate(
        state=Subquery(latest.values("state")[:1]),
        moment=Subquery(latest.values("happened_at")[:1]),
        withdrawn=key_withdrawn(),
    ).values_list("pk", "permit_id", "batch_id", "state", "moment", "withdrawn")
    return [CardNow(pk, permit, batch, state or ORDERED, *rest) for pk, permit, batch, state, *rest in rows]


def live_permits(neighbourhood: Place, at: datetime, klass: str = "resident") -> QuerySet[Permit]:
    """Permits that are neither cancelled nor over."""
    rows: QuerySet[Permit] = Permit.objects.filter(neighbourhood=neighbourhood, cancelled_at__isnull=True, until__gt=at)
    return rows.filter(klass=klass)


def holders(
    neighbourhood: Place,
    day: date | None = None,
    *,
    inside: Iterable[Place] | None = None,
    within: Place | None = None,
    leave: Collection[str] = (),
) -> list[Line]:
    """Everybody who is to hold a permit: whose latest residence says "here". In the order of doors; four statements.

    ``inside``: only doors whose building lies in one of these subtrees. ``within``: only who lives in this subtree; nothing is read
    of who never lived there. ``leave``: without these persons (``UUID.hex``).
    """
    roots = None if inside is None else list(inside)
    everywhere = Residence.objects.filter(neighbourhood=neighbourhood, since__lte=day or timezone.localdate())
    people = Person.objects.filter(neighbourhood=neighbourhood, merged_into__isnull=True)
    homes = Household.objects.filter(neighbourhood=neighbourhood)
    if within is not None:
        homes = homes.filter(under([within], "dwelling__path"))
        lived = Residence.objects.filter(household__in=homes.values("pk")).values("person")
        everywhere, people = everywhere.filter(person__in=lived), people.filter(pk__in=lived)
    latest: dict[str, str | None] = {}
    keys = [Cast(column, TextField()) for column in ("person", "household")]
    for person, household, presence in everywhere.order_by("since", "id").values_list(*keys, "presence"):
        latest[person] = household if presence == Residence.Presence.HERE else None
    doors = {key: Door(*row) for key, *row in homes.values_list(Cast("pk", TextField()), *Door.COLUMNS)}
    above = Above(neighbourhood)
    found = []
    for key, *who in people.order_by().values_list(Cast("pk", TextField()), "name", "sort_name"):
        door = doors.get(latest.get(key) or "")
        if door is None or _hex(key) in leave:
            continue
        over = above.of(door.path)
        if roots is None or any(root.contains(over.building) for root in roots):
            found.append(_line(UUID(key), who, door, over))
    return sorted(found, key=lambda line: line.order)


def _line(person: UUID, who: list[Any], door: Door, over: Over) -> Line:
    name, sort_name = who
    return Line(
        person=person,
        name=name,
        masked=masked(name),
        building=over.building.pk,
        place=over.words,
        room=door.name,
        order=(*over.order, door.sort or door.name, sort_name, str(person)),
    )


def lines(
    neighbourhood: Place,
    *,
    at: datetime | None = None,
    inside: Iterable[Place] | None = None,
    within: Place | None = None,
    but: Collection[str] = (),
) -> list[Line]:
    """The holders with their permits and cards; six statements at any size. ``inside``: only doors whose building is in these subtrees.

    ``within``: only the doors of this subtree are read at all, for the page of one building or of one card. ``but``: without those whose
    card is in one of these states (of the others it is not read since when).
    """
    now = at or timezone.now()
    if within is not None:
        found = holders(neighbourhood, timezone.localdate(now), inside=inside, within=within)
        return [line for line in with_cards(neighbourhood, found, now) if line.state not in but]
    held = _held(neighbourhood, now, moments=not but)
    leave = {person for person, (permit, _number) in held.permits.items() if held.worth(permit) in but}
    found = holders(neighbourhood, timezone.localdate(now), inside=inside, leave=leave)
    return [_with(line, held) for line in found]


def with_cards(neighbourhood: Place, found: list[Line], now: datetime, *, klass: str = "resident") -> list[Line]:
    """``found`` with the permits of a class and the cards that count; only those of these people are read; two statements."""
    held = _held(neighbourhood, now, klass=klass, people=[line.person for line in found])
    return [_with(line, held) for line in found]


@dataclass(frozen=True, slots=True)
class _Held:
    """Person (hex) → permit and number; permit → the card that counts, what it is worth, since when. Ids stay texts: making UUIDs of all
    is most of a page's time."""

    permits: dict[str, tuple[str, str]]
    best: dict[str, tuple[str, str, datetime | None]]

    def worth(self, permit: str) -> str:
        """What the card of a permit is worth."""
        return self.best[permit][1] if permit in self.best else NONE


def _held(
    neighbourhood: Place,
    now: datetime,
    *,
    klass: str = "resident",
    people: list[UUID] | None = None,
    moments: bool = True,
) -> _Held:
    """Two statements. ``people``: of these alone; ``moments``: whether it is read since when a card is what it is."""
    given = live_permits(neighbourhood, now, klass).annotate(holder=HOLDER)
    cards = Card.objects.filter(neighbourhood=neighbourhood)
    if people is not None:
        joined = Person.objects.filter(merged_into__in=people).values("pk")
        given = given.filter(Q(person__in=people) | Q(person__in=joined))
        cards = cards.filter(permit__in=given.values("pk"))
    permits: dict[str, tuple[str, str]] = {}
    ids = [Cast("pk", TextField()), Cast("person", TextField()), Cast(HOLDER, TextField())]
    for permit, person, holder, number in given.order_by().values_list(*ids, "number"):
        if holder == person or _hex(holder) not in permits:  # one's own before a joined entry's
            permits[_hex(holder)] = (permit, number)
    return _Held(permits, _best(cards, moments=moments))


def _hex(key: str) -> str:
    """An id as ``UUID.hex`` writes it, from however the database does."""
    return key.replace("-", "")


def _best(cards: QuerySet[Card], *, moments: bool) -> dict[str, tuple[str, str, datetime | None]]:
    latest = CardEvent.objects.filter(card=OuterRef("pk")).order_by("-happened_at", "-id")
    found: dict[str, tuple[str, str, datetime | None]] = {}
    columns: list[Any] = [
        Cast("pk", TextField()),
        Cast("permit", TextField()),
        Subquery(latest.values("state")[:1]),
        key_withdrawn(),
    ]
    if moments:
        columns.append(Subquery(latest.values("happened_at")[:1]))
    for card, permit, state, withdrawn, *at in cards.order_by().values_list(*columns):
        worth = worth_of(state or ORDERED, withdrawn)
        other = found.get(permit)
        if other is None or RANKS[worth] < RANKS[other[1]]:
            found[permit] = (card, worth, at[0] if at else None)
    return found


def _with(line: Line, held: _Held) -> Line:
    permit = held.permits.get(line.person.hex)
    if permit is None:
        return line
    card, worth, at = held.best.get(permit[0], ("", NONE, None))
    return Line(
        line.person,
        line.name,
        line.masked,
        line.building,
        line.place,
        line.room,
        line.order,
        UUID(permit[0]),
        permit[1],
        UUID(card) if card else None,
        worth,
        at,
    )


def by_building(rows: Iterable[Line]) -> list[BuildingFigures]:
    """The figures of each building, in the order of doors."""
    found: dict[int, BuildingFigures] = {}
    for line in rows:
        figures = found.setdefault(line.building, BuildingFigures(line.building, line.place))
        figures.total += 1
        figures.states[line.state] += 1
    return list(found.values())


def deadline(neighbourhood: Place) -> date | None:
    """The day by which cards are to be handed out: that of the latest batch that has one (G03)."""
    row = PrintBatch.objects.filter(neighbourhood=neighbourhood, deadline__isnull=False).first()
    return row.deadline if row else None


def card_for(neighbourhood: Place, text: str, *, at: datetime) -> Card | None:
    """The card that a typed permit number or a scanned code means: for a number, the permit's card that counts.

    A code is read with every key that this neighbourhood ever had, so that a card of a withdrawn key is found too. What an input
    method has made of a hand scanner's characters (full width, lower case) is undone first.
    """
    cards = Card.objects.filter(neighbourhood=neighbourhood)
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    if permit_code.looks_like(plain):
        public = {kid: keys.load_public(spki) for kid, spki in keys.every_spki(neighbourhood.pk).items()}
        claims = permit_code.decode(plain, public, now=int(at.timestamp())).claims
        return None if claims is None else cards.filter(pk=claims.card).first()
    if not permit_number.is_number(plain):
        return None
    found = cards_now(cards.filter(permit__number=permit_number.parse(plain)))
    if not found:
        return None
    best: Card = cards.get(pk=min(found, key=lambda card: RANKS[card.worth]).id)
    return best
