"""What the states of a card are called."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from linli.gates.cards_queries import NONE, ORDERED, State
from linli.gates.printing import Reason
from linli.ui.templatetags.linli_ui import signal

WORDS: dict[str, str | Promise] = {
    NONE: _("no card yet"),
    ORDERED: _("ordered, not printed"),
    State.PRINTED: _("printed, in stock"),
    State.LAMINATED: _("laminated, in stock"),
    State.CUT: _("cut, in stock"),
    State.HANDED_OUT: _("handed out"),
    State.SPOILED: _("spoiled"),
    State.LOST: _("lost"),
    State.RETURNED: _("returned"),
}
MARKS: dict[str, str] = {State.HANDED_OUT: "green", State.SPOILED: "red", State.LOST: "red"}
REASONS: dict[str, str | Promise] = {
    Reason.GLYPH: _("a character of the name or door cannot be printed"),
    Reason.TOO_LARGE: _("the code does not fit on a card"),
    Reason.TWICE: _("it was in the batch twice"),
    Reason.NUMBER: _("the permit number is damaged"),
    Reason.KLASS: _("the class of the permit is not known"),
}


def state_signal(state: str) -> SafeString:
    """A state as shape, colour and word."""
    in_stock = state in {State.PRINTED, State.LAMINATED, State.CUT}
    return signal(MARKS.get(state, "info" if in_stock else "amber"), WORDS.get(state, state))
