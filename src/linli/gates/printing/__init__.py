"""Cards on paper: from plain faces to an A4 PDF. Knows no tables; `gates.cards_actions` gives it what to print."""

from linli.gates.printing.cards import print_cards
from linli.gates.printing.faces import CardFace, Face, PrintResult, Reason, RefusedCard, Sheet

__all__ = ["CardFace", "Face", "PrintResult", "Reason", "RefusedCard", "Sheet", "print_cards"]
