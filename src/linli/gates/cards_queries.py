"""Who is to hold a permit, who has one, and where each card is: the figures of a campaign (SEEDS G02, G03, G04)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from linli.gates import keys
from linli.gates.models import Card, CardEvent, Permit, PrintBatch
from linli.ground.models import Household, Person, Place, Residence
from linli.kernel import permit_code, permit_number

State = CardEvent.State
NONE, ORDERED = "none", "ordered"
"""Two states beside those of events: no card at all, and a card that a batch holds and no paper has carried yet."""

IN_STOCK = frozenset({State.PRINTED, State.LAMINATED, State.CUT})
GOOD = frozenset({ORDERED, State.HANDED_OUT}) | IN_STOCK
RANK = (State.HANDED_OUT, State.CUT, State.LAMINATED, State.PRINTED, ORDERED, State.LOST, State.RETURNED, State.SPOILED)
"""Of several cards of one permit the first in this order is the one that counts."""

HOLDER = Coalesce("person__merged_into", "person")
"""Whose a permit is: who its entry was joined with, else the entry itself."""

PLACES = frozenset({"estate", "lane", "side_lane", "building", "unit"})


@dataclass(frozen=True, slots=True)
class CardNow:
    """A card and what happened to it last."""

    id: UUID
    permit: UUID
    batch: UUID | None
    state: str
    at: datetime | None


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


def cards_now(cards: QuerySet[Card]) -> list[CardNow]:
    """Each card with its latest event; one statement."""
    latest = CardEvent.objects.filter(card=OuterRef("pk")).order_by("-happened_at", "-id")
    rows = cards.annotate(
        state=Subquery(latest.values("state")[:1]), moment=Subquery(latest.values("happened_at")[:1])
    ).values_list("pk", "permit_id", "batch_id", "state", "moment")
    return [CardNow(pk, permit, batch, state or ORDERED, moment) for pk, permit, batch, state, moment in rows]


def live_permits(neighbourhood: Place, at: datetime, klass: str = "resident") -> QuerySet[Permit]:
    """Permits that are neither cancelled nor over."""
    rows: QuerySet[Permit] = Permit.objects.filter(neighbourhood=neighbourhood, cancelled_at__isnull=True, until__gt=at)
    return rows.filter(klass=klass)


def holders(neighbourhood: Place, day: date | None = None) -> list[Line]:
    """Everybody who is to hold a permit: whose latest residence says "here". In the order of doors; four statements."""
    latest: dict[UUID, UUID | None] = {}
    rows = Residence.objects.filter(neighbourhood=neighbourhood, since__lte=day or timezone.localdate())
    for person, household, presence in rows.order_by("since", "id").values_list(
        "person_id", "household_id", "presence"
    ):
        latest[person] = household if presence == Residence.Presence.HERE else None
    dwellings = dict(Household.objects.filter(neighbourhood=neighbourhood).values_list("pk", "dwelling_id"))
    places = {place.pk: place for place in Place.objects.filter(neighbourhood=neighbourhood).select_related("kind")}
    people = Person.objects.filter(neighbourhood=neighbourhood, merged_into__isnull=True).only("name", "sort_name")
    found = []
    for person in people:
        household = latest.get(person.pk)
        dwelling = places.get(dwellings.get(household, 0)) if household else None
        if dwelling is not None:
            found.append(_line(person, dwelling, places))
    return sorted(found, key=lambda line: line.order)


def _line(person: Person, dwelling: Place, places: dict[int, Place]) -> Line:
    chain = [places[pk] for pk in dwelling.ancestor_ids() if pk in places]
    above = [place for place in chain if place.kind.code in PLACES]
    building = above[-1] if above else chain[0]
    sort = tuple(place.sort or place.name for place in [*above, dwelling])
    return Line(
        person=person.pk,
        name=person.name,
        masked=person.masked_name,
        building=building.pk,
        place=" ".join(place.name for place in above),
        room=dwelling.name,
        order=(*sort, person.sort_name, str(person.pk)),
    )


def lines(neighbourhood: Place, *, at: datetime | None = None, inside: Iterable[Place] | None = None) -> list[Line]:
    """The holders with their permits and cards; six statements at any size. ``inside``: only doors in these subtrees."""
    now = at or timezone.now()
    roots = None if inside is None else [place.path for place in inside]
    permits: dict[UUID, Permit] = {}
    for given in live_permits(neighbourhood, now).annotate(holder=HOLDER):
        if given.holder == given.person_id or given.holder not in permits:  # one's own before a joined entry's
            permits[given.holder] = given
    best: dict[UUID, CardNow] = {}
    for card in cards_now(Card.objects.filter(neighbourhood=neighbourhood)):
        other = best.get(card.permit)
        if other is None or RANK.index(card.state) < RANK.index(other.state):
            best[card.permit] = card
    allowed = None if roots is None else _under(neighbourhood, roots)
    found = []
    for line in holders(neighbourhood, timezone.localdate(now)):
        if allowed is not None and line.building not in allowed:
            continue
        permit = permits.get(line.person)
        found.append(line if permit is None else _with(line, permit, best.get(permit.pk)))
    return found


def _under(neighbourhood: Place, roots: list[str]) -> set[int]:
    rows = Place.objects.filter(neighbourhood=neighbourhood).values_list("pk", "path")
    return {pk for pk, path in rows if any(path.startswith(root) for root in roots)}


def _with(line: Line, permit: Permit, card: CardNow | None) -> Line:
    return Line(
        line.person,
        line.name,
        line.masked,
        line.building,
        line.place,
        line.room,
        line.order,
        permit.pk,
        permit.number,
        card.id if card else None,
        card.state if card else NONE,
        card.at if card else None,
    )


def by_building(rows: Iterable[Line]) -> list[BuildingFigures]:
    """The figures of each building, in the order of doors."""
    found: dict[int, BuildingFigures] = {}
    for line in rows:
        figures = found.setdefault(line.building, BuildingFigures(line.building, line.place))
        figures.total += 1
        figures.states[line.state] += 1
    return list(found.values())


def production(neighbourhood: Place) -> Counter[str]:
    """How many cards are in each state, over all cards ever printed: printed = handed out + in stock + spoiled … (G04)."""
    return Counter(card.state for card in cards_now(Card.objects.filter(neighbourhood=neighbourhood)))


def deadline(neighbourhood: Place) -> date | None:
    """The day by which cards are to be handed out: that of the latest batch that has one (G03)."""
    row = PrintBatch.objects.filter(neighbourhood=neighbourhood, deadline__isnull=False).first()
    return row.deadline if row else None


def handed_out_per_day(neighbourhood: Place) -> list[tuple[date, int]]:
    """How many cards were handed out on each day, oldest first (G03)."""
    cards = Card.objects.filter(neighbourhood=neighbourhood)
    days = Counter(
        timezone.localdate(card.at)
        for card in cards_now(cards)
        if card.state == State.HANDED_OUT and card.at is not None
    )
    return sorted(days.items())


def card_for(neighbourhood: Place, text: str, *, at: datetime) -> Card | None:
    """The card that a typed permit number or a scanned code means: for a number, the permit's card that counts."""
    cards = Card.objects.filter(neighbourhood=neighbourhood)
    plain = text.strip()
    if permit_code.looks_like(plain):
        public = {kid: keys.load_public(spki) for kid, spki in keys.public_spki(neighbourhood.pk).items()}
        claims = permit_code.decode(plain, public, now=int(at.timestamp())).claims
        return None if claims is None else cards.filter(pk=claims.card).first()
    if not permit_number.is_number(plain):
        return None
    found = cards_now(cards.filter(permit__number=permit_number.parse(plain)))
    if not found:
        return None
    best: Card = cards.get(pk=min(found, key=lambda card: RANK.index(card.state)).id)
    return best
