"""A movement of cards behind a button: do it, and say what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.gates.cards_actions import move_cards
from linli.gates.cards_words import NOTES
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal
from linli.ui.words import number


def known_note(note: str) -> str:
    """A note that a page may send; any other is none."""
    return note if note in NOTES else ""


def move_and_say(request: Any, cards: Sequence[UUID], state: str, note: str = "") -> int:
    """Move cards, say how many, and return it; a refusal is said too."""
    if not cards:
        messages.warning(request, _("No card was chosen."))
        return 0
    try:
        moved = move_cards(
            by=request.user, neighbourhood=request.neighbourhood, cards=cards, state=state, note=known_note(note)
        )
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
        return 0
    said = ngettext("%(n)s card recorded.", "%(n)s cards recorded.", moved) % {"n": number(moved)}
    left = len(cards) - moved
    if left:
        more = ngettext("%(n)s was left as it is.", "%(n)s were left as they are.", left) % {"n": number(left)}
        said = f"{said} {more}"
    (messages.success if moved else messages.warning)(request, said)
    return moved
