"""What the server knows about a card or a person at a moment: the facts that ``rules.decide`` needs, for a whole batch at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from linli.gates import codes, holds
from linli.gates.models import Card, CardEvent, Check, PermitKey
from linli.gates.parse import Item
from linli.gates.prepared import IDENTITY, INTEGER, MOMENT, Prepared
from linli.gates.visits import seen as visits
from linli.ground.models import Person, Place, Residence
from linli.ground.models.places import AreaPlace
from linli.ground.scope import current_scope, scoped
from linli.kernel import permit_code

HERE, AWAY = Residence.Presence.HERE, Residence.Presence.AWAY
LIVES = (HERE, AWAY)
"""Who belongs here: a resident who comes back from elsewhere is on the way home too, and is never refused it."""
CARD_STATES = {
    "valid": "valid",
    "not_yet": "not_yet",
    "expired": "expired",
    "bad_signature": "bad_signature",
}
"""Status of a permit code → state of the card; every other status is unknown, never green."""
EVENT_STATES = {"lost": "lost", "returned": "cancelled", "spoiled": "cancelled"}
DEEPEST = 14
"""Levels of places that a path holds (``ground.Place.path``)."""
FIELDS = (
    "pk", "permit_id", "permit__since", "permit__until", "permit__cancelled_at", "permit__klass", "permit__area",
    "permit__person", "holder", "presence", "at_gate", "withdrawn",
)  # fmt: skip
DOUBLE_USE = timedelta(minutes=10)
"""The same card let in at two gates within this time is looked at by a person (*(ours)*, no source)."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read at the gate and what the register says of it."""

    card_state: str
    card: UUID | None
    permit: UUID | None
    person: UUID | None
    known_resident: bool
    elsewhere: bool = False
    away: bool = False
    hold: bool = False
    guardian: bool = False
    announced: visits.Known | None = None


@dataclass(frozen=True)
class Standing:
    """The cards and people of one batch, the holds on them, and the visits it names."""

    neighbourhood: int
    gate: int
    cards: Mapping[UUID, dict[str, Any]]
    people: Mapping[UUID, dict[str, Any]]
    codes: Mapping[UUID, permit_code.Verified]
    holds: Mapping[UUID, list[holds.Span]]
    visits: Mapping[UUID, visits.Known]

    def of(self, item: Item) -> Seen:
        """What the server makes of one item at the moment when it happened."""
        verified, visit = self.codes.get(item.id), visits.named_by(item, self.codes)
        if visit is not None and visit in self.visits:
            announced = self.visits[visit]
            return Seen(announced.state(item, self.gate), None, None, None, False, announced=announced)
        if verified is not None:
            return self._of_code(verified, item)
        if item.card is not None and item.card in self.cards:
            return self._of_row(self.cards[item.card], item, "valid")
        known, away, hold, guardian = self._person(item)
        return Seen("none", item.card, item.permit, item.person, known, away=away, hold=hold, guardian=guardian)

    def _of_code(self, verified: permit_code.Verified, item: Item) -> Seen:
        state = CARD_STATES.get(verified.status, "unknown")
        claims = verified.claims
        if claims is None or claims.neighbourhood != self.neighbourhood or claims.card not in self.cards:
            known, _away, hold, guardian = self._person(item)
            said = claims.card if claims else item.card
            state = "unknown" if state == "valid" else state
            return Seen(state, said, item.permit, item.person, known, hold=hold, guardian=guardian)
        return self._of_row(self.cards[claims.card], item, state)

    def _of_row(self, row: dict[str, Any], item: Item, state: str) -> Seen:
        moment, cancelled = item.happened_at, row["permit__cancelled_at"]
        if row["withdrawn"]:
            state = "unknown"
        elif cancelled is not None and cancelled <= moment:
            state = "cancelled"
        elif row["event"] in EVENT_STATES and row.get("event_at", moment) <= moment:
            state = EVENT_STATES[row["event"]]
        elif moment < row["permit__since"]:
            state = "not_yet"
        elif moment >= row["permit__until"]:
            state = "expired"
        elif row["permit__area"] is not None and not row["at_gate"]:
            state = "other_gate"
        known = row["presence"] in LIVES and row["permit__klass"] == "resident"
        elsewhere = bool(row.get("elsewhere"))
        away = row["presence"] == AWAY
        hold, guardian = self._hold(row, item)
        return Seen(state, row["pk"], row["permit_id"], row["permit__person"], known, elsewhere, away, hold, guardian)

    def _person(self, item: Item) -> tuple[bool, bool, bool, bool]:
        """Whether somebody found without a card belongs here, is away, is held, and whether a guardian is called."""
        row = self.people.get(item.person) if item.person is not None else None
        if row is None:
            return False, False, False, False
        return row["presence"] in LIVES, row["presence"] == AWAY, *self._hold(row, item)

    def _hold(self, row: Mapping[str, Any], item: Item) -> tuple[bool, bool]:
        """Whether this person is held at the moment of the item, and whether a guardian is called."""
        if "held" in row:
            return row["held"] is not None, bool(row["held"])
        moment = item.happened_at
        found = [one.guardian for one in self.holds.get(row["holder"], ()) if one.since <= moment < one.over]
        return bool(found), any(found)


def load(gate: Place, items: Iterable[Item]) -> Standing:
    """Read what a batch needs: a statement for cards, one for people found without a card, one for holds, one for visits; each
    only when needed.

    What comes alone is looked at together with its holds.
    """
    batch = list(items)
    place = gate.neighbourhood_id or 0
    read = codes.verify(place, [item for item in batch if item.code and not item.emergency])
    wanted = {item.card for item in batch if item.card is not None}
    wanted |= {found.claims.card for found in read.values() if found.claims is not None and found.claims.gate is None}
    alone = batch[0].happened_at if len(batch) == 1 else None
    cards = {row["pk"]: row for row in _cards(gate, wanted, alone)} if wanted else {}
    loose = {item.person for item in batch if item.person is not None and (item.card is None or item.card not in cards)}
    people = {row["pk"]: row for row in _presence(place, loose, alone)} if loose else {}
    asked = {row["holder"] for row in [*cards.values(), *people.values()] if "held" not in row}
    moments = [item.happened_at for item in batch]
    held = holds.spans(asked, min(moments), max(moments)) if asked else {}
    return Standing(place, gate.pk, cards, people, read, held, visits.load(batch, read))


def latest_residence(person: str) -> QuerySet[Residence]:
    """The rows of a person (``person``: the outer field), latest first."""
    rows: QuerySet[Residence] = Residence.objects.filter(person_id=OuterRef(person))
    return rows.order_by("-since", "-id")


def _cards(gate: Place, wanted: set[UUID], alone: datetime | None) -> list[dict[str, Any]]:
    """One row a card. ``alone``: the moment of the only item, so that the database can look at that moment itself."""
    above = gate.ancestor_ids()
    if (
        alone is None
        or len(wanted) != 1
        or len(above) > DEEPEST
        or current_scope().neighbourhoods != {gate.neighbourhood_id}
    ):
        events = CardEvent.objects.filter(card=OuterRef("pk")).order_by("-happened_at", "-id")
        rows = Card.objects.filter(pk__in=wanted).annotate(
            event=Subquery(events.values("state")[:1]), event_at=Subquery(events.values("happened_at")[:1])
        )
        return list(_with_standing(rows, above).values(*FIELDS, "event", "event_at"))
    levels = {f"level{n}": pk for n, pk in enumerate((above + [0] * DEEPEST)[:DEEPEST])}
    return ONE_CARD.rows(
        card=next(iter(wanted)),
        neighbourhood=gate.neighbourhood_id,
        gate=gate.pk,
        moment=alone,
        first=alone - DOUBLE_USE,
        last=alone + DOUBLE_USE,
        **levels,
    )


def _with_standing(cards: QuerySet[Card], above: list[int]) -> QuerySet[Card]:
    """Cards with what the register says of their holder (who an entry was joined with), their area and their key."""
    return cards.annotate(
        holder=Coalesce("permit__person__merged_into", "permit__person"),
        presence=Subquery(latest_residence("holder").values("presence")[:1]),
        at_gate=Exists(AreaPlace.objects.filter(area=OuterRef("permit__area"), place__in=above)),
        withdrawn=Exists(PermitKey.objects.filter(kid=OuterRef("kid"), withdrawn_at__isnull=False)),
    )


def _one_card(
    *, card: UUID, neighbourhood: int, gate: int, moment: datetime, first: datetime, last: datetime, **levels: int
) -> QuerySet[Any, Any]:
    """One card at one moment, whether its holder is held, and whether its permit was let in at another gate at almost that time."""
    with scoped(neighbourhood_ids={neighbourhood}, reason="gates:prepare"):
        events = CardEvent.objects.filter(card=OuterRef("pk"), happened_at__lte=moment).order_by("-happened_at", "-id")
        entries = (
            Check.objects.named()
            .filter(
                permit=OuterRef("permit_id"),
                direction="in",
                outcome__in=("admitted", "open"),
                happened_at__range=(first, last),
            )
            .exclude(gate=gate)
        )
        rows = Card.objects.filter(pk=card).annotate(
            event=Subquery(events.values("state")[:1]), elsewhere=Exists(entries)
        )
        found = _with_standing(rows, list(levels.values())).annotate(held=holds.at_moment("holder", moment))
        return found.values(*FIELDS, "event", "elsewhere", "held")


ONE_CARD = Prepared(
    _one_card,
    list,
    card=IDENTITY,
    neighbourhood=INTEGER,
    gate=INTEGER,
    moment=MOMENT,
    first=MOMENT,
    last=MOMENT,
    **{f"level{n}": INTEGER for n in range(DEEPEST)},
)


def _presence(neighbourhood: int, people: Iterable[UUID], alone: datetime | None) -> Iterable[dict[str, Any]]:
    """One row a person. ``alone``: the moment of the only item; the row then says whether he is held."""
    rows = Person.objects.filter(pk__in=list(people), neighbourhood_id=neighbourhood)
    rows = rows.annotate(holder=Coalesce("merged_into", "pk"))
    rows = rows.annotate(presence=Subquery(latest_residence("holder").values("presence")[:1]))
    if alone is None:
        return rows.values("pk", "holder", "presence")
    return rows.annotate(held=holds.at_moment("holder", alone)).values("pk", "holder", "presence", "held")
