"""What the states of a card are called, and what is said with a movement."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.gates.cards_actions import CORRECTION
from linli.gates.cards_batches import SERIALS, SHEETS
from linli.gates.cards_books import OUT, SPOILED, STOCK
from linli.gates.cards_queries import DEAD, IN_STOCK, NONE, ORDERED, State
from linli.gates.printing import Reason
from linli.ui.templatetags.linli_ui import signal

WORDS: dict[str, str | Promise] = {
    NONE: _("no card yet"),
    ORDERED: _("ordered, not printed"),
    DEAD: _("its key was withdrawn"),
    State.PRINTED: _("printed, in stock"),
    State.LAMINATED: _("laminated, in stock"),
    State.CUT: _("cut, in stock"),
    State.HANDED_OUT: _("handed out"),
    State.SPOILED: _("spoiled"),
    State.LOST: _("lost"),
    State.RETURNED: _("returned"),
}
MARKS: dict[str, str] = {State.HANDED_OUT: "green", State.SPOILED: "red", State.LOST: "red", DEAD: "red"}
REASONS: dict[str, str | Promise] = {
    Reason.GLYPH: _("a character of the name or door cannot be printed"),
    Reason.TOO_LARGE: _("the code does not fit on a card"),
    Reason.TWICE: _("it was in the batch twice"),
    Reason.NUMBER: _("the permit number is damaged"),
    Reason.KLASS: _("the class of the permit is not known"),
}
PART_WORDS: dict[str, str | Promise] = {OUT: _("handed out"), STOCK: _("in stock"), SPOILED: _("spoiled")}
UNIT_WORDS: dict[str, str | Promise] = {SHEETS: _("sheets"), SERIALS: _("serials")}
RECEIVERS: dict[str, str | Promise] = {
    "holder": _("the holder"),
    "household": _("somebody of the household"),
    "helper": _("a helper"),
}
SIGNED: dict[str, str | Promise] = {
    "signature:holder": _("signed for by the holder"),
    "signature:household": _("signed for by the household"),
    "signature:helper": _("signed for by a helper"),
}
SPOILED_WHY: dict[str, str | Promise] = {
    "lamination": _("spoiled in laminating"),
    "misprint": _("badly printed"),
    "cutting": _("cut badly"),
    "missing": _("not found in stock"),
}
LOST_WHY: dict[str, str | Promise] = {
    "lost": pgettext_lazy("why a card is replaced", "lost"),
    "copied": _("its code was photographed"),
    "damaged": _("damaged"),
}
NOTES: dict[str, str | Promise] = {
    **SIGNED,
    "scan:holder": _("scanned, to the holder"),
    "scan:household": _("scanned, to the household"),
    "scan:helper": _("scanned, to a helper"),
    **SPOILED_WHY,
    "copied": LOST_WHY["copied"],
    "damaged": LOST_WHY["damaged"],
    "destroyed": _("destroyed"),
    "found": _("found again"),
    "again": _("put into use again"),
    CORRECTION: _("taken back"),
}
"""What may stand with a movement: how and to whom a card went, or why it is waste, lost or back."""


def state_signal(state: str) -> SafeString:
    """A state as shape, colour and word."""
    return signal(MARKS.get(state, "info" if state in IN_STOCK else "amber"), WORDS.get(state, state))
