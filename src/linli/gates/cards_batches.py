"""A batch at the laminator: which sheets and serials are where, and what a clerk marks many at a time (SEEDS G04)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from linli.gates.cards_queries import ORDERED, CardNow, cards_now
from linli.gates.cards_ranges import PER_SHEET, numbers
from linli.gates.models import Card, PrintBatch

SHEETS, SERIALS = "sheets", "serials"


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring cards of a batch that are in the same state."""

    first: int
    last: int
    state: str
    cards: int


@dataclass(frozen=True)
class OnPaper:
    """The cards of a batch that are on paper, in the order of their serials: ten a sheet, as they were printed."""

    serials: Sequence[int]
    cards: Sequence[CardNow]

    @property
    def sheets(self) -> int:
        """How many sheets they fill."""
        return -(-len(self.cards) // PER_SHEET)

    @property
    def last(self) -> int:
        """The highest serial."""
        return self.serials[-1] if self.serials else 0

    def runs(self) -> list[Run]:
        """Where everything is, in as few lines as there are changes of state."""
        found: list[Run] = []
        for serial, card in zip(self.serials, self.cards, strict=True):
            before = found[-1] if found else None
            if before is not None and before.state == card.state:
                found[-1] = Run(before.first, serial, card.state, before.cards + 1)
            else:
                found.append(Run(serial, serial, card.state, 1))
        return found

    def chosen(self, unit: str, text: str) -> list[UUID]:
        """The cards that ``text`` names, as sheets or as serials. Refusals: ``cards.range``."""
        if unit == SHEETS:
            sheets = numbers(text, self.sheets)
            return [card.id for n in sheets for card in self.cards[(n - 1) * PER_SHEET : n * PER_SHEET]]
        wanted = set(numbers(text, self.last))
        return [card.id for serial, card in zip(self.serials, self.cards, strict=True) if serial in wanted]


def on_paper(batch: PrintBatch) -> OnPaper:
    """The printed cards of a batch; two statements."""
    serials = dict(Card.objects.filter(batch=batch).values_list("pk", "serial"))
    rows = [card for card in cards_now(Card.objects.filter(batch=batch)) if card.state != ORDERED]
    rows.sort(key=lambda card: serials[card.id])
    return OnPaper([serials[card.id] for card in rows], rows)
