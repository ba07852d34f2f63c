"""The books of the cards: printed = handed out + in stock + spoiled, at any moment (SEEDS G04).

Every card stands in exactly one of seven states (the database knows no eighth), and every state belongs to exactly one of three parts.
Nothing is stored that could drift: what was printed is counted from the events, the parts from each card's latest one, and whoever shows
them sees whether the two agree. A lost card has left our hands and stays under *handed out*, named apart; a returned one lies in the
office and stays under *in stock*, named apart, and opens no gate.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils import timezone

from linli.gates.cards_queries import IN_STOCK, State
from linli.gates.models import Card, CardEvent
from linli.ground.models import Place

OUT, STOCK, SPOILED = "handed_out", "in_stock", "spoiled"
PARTS: dict[str, str] = {
    State.PRINTED: STOCK,
    State.LAMINATED: STOCK,
    State.CUT: STOCK,
    State.RETURNED: STOCK,
    State.HANDED_OUT: OUT,
    State.LOST: OUT,
    State.SPOILED: SPOILED,
}


@dataclass(frozen=True)
class Account:
    """The books at a moment: how many cards are on paper, and how many of them are in each state."""

    printed: int
    states: Counter[str] = field(default_factory=Counter)

    def part(self, name: str) -> int:
        """How many cards a part of the sum holds."""
        return sum(count for state, count in self.states.items() if PARTS[state] == name)

    @property
    def handed_out(self) -> int:
        """Cards that left the office: in their holders' hands, or lost there."""
        return self.part(OUT)

    @property
    def in_stock(self) -> int:
        """Cards that lie in the office, those that were given back among them."""
        return self.part(STOCK)

    @property
    def ready(self) -> int:
        """Cards in stock that may be handed out."""
        return sum(self.states[state] for state in IN_STOCK)

    @property
    def spoiled(self) -> int:
        """Cards that are waste."""
        return self.part(SPOILED)

    @property
    def lost(self) -> int:
        """Of the handed out: reported lost."""
        return self.states[State.LOST]

    @property
    def returned(self) -> int:
        """Of those in stock: given back, not to be used."""
        return self.states[State.RETURNED]

    @property
    def agrees(self) -> bool:
        """Whether the sum is true."""
        return self.printed == self.handed_out + self.in_stock + self.spoiled


def account(neighbourhood: Place, *, at: datetime | None = None, batch: UUID | None = None) -> Account:
    """The books of a neighbourhood (or of one of its batches) as they stood at a moment, default now; two statements.

    Counted again where somebody wrote between the two.
    """
    moment = at or timezone.now()
    found = _count(neighbourhood, moment, batch)
    return found if found.agrees else _count(neighbourhood, moment, batch)


def account_of(neighbourhood: Place, states: Counter[str]) -> Account:
    """The books of now where somebody has counted the cards by state already (``cards_figures.campaign``); one statement."""
    events = CardEvent.objects.filter(neighbourhood=neighbourhood)
    known = Counter({state: count for state, count in states.items() if state in PARTS})
    return Account(events.aggregate(n=Count("card", distinct=True))["n"], known)


def by_batch(neighbourhood: Place, *, at: datetime | None = None) -> dict[UUID, Account]:
    """The books of each batch at a moment, default now; one statement. What a batch has printed is what is in a state."""
    states: dict[UUID, Counter[str]] = {}
    cards = Card.objects.filter(neighbourhood=neighbourhood)
    for row in _states(cards, at or timezone.now()).values("batch", "state").annotate(n=Count("pk")):
        if row["state"] is not None:
            states.setdefault(row["batch"], Counter())[row["state"]] = row["n"]
    return {batch: Account(found.total(), found) for batch, found in states.items()}


def _count(neighbourhood: Place, at: datetime, batch: UUID | None) -> Account:
    events = CardEvent.objects.filter(neighbourhood=neighbourhood, happened_at__lte=at)
    cards = Card.objects.filter(neighbourhood=neighbourhood)
    if batch is not None:
        events, cards = events.filter(card__batch=batch), cards.filter(batch=batch)
    printed = events.aggregate(n=Count("card", distinct=True))["n"]
    rows = _states(cards, at).values("state").annotate(n=Count("pk"))
    return Account(printed, Counter({row["state"]: row["n"] for row in rows if row["state"] is not None}))


def _states(cards: QuerySet[Card], at: datetime) -> QuerySet[Any]:
    latest = CardEvent.objects.filter(card=OuterRef("pk"), happened_at__lte=at).order_by("-happened_at", "-id")
    return cards.order_by().annotate(state=Subquery(latest.values("state")[:1]))
