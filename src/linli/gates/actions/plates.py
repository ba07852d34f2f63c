"""Plates of passages: masked on every page; the whole one is seen with a reason, and journaled (as whole numbers of the register)."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from linli import vault
from linli.accounts.models import User
from linli.gates import acts
from linli.gates.deciding import PLATE_CONTEXT
from linli.gates.models import Check
from linli.gates.seeing import seen_whole
from linli.kernel.refusal import Refusal

SHOWN_FIRST, SHOWN_LAST = 2, 2
SHORTEST_REASON = 2


def masked(check: Check) -> str:
    """沪A***45 of 沪A12345; empty when there is none or its key ended with the operation."""
    whole = _whole(check)
    if len(whole) <= SHOWN_FIRST + SHOWN_LAST:
        return "*" * len(whole)
    return whole[:SHOWN_FIRST] + "*" * (len(whole) - SHOWN_FIRST - SHOWN_LAST) + whole[-SHOWN_LAST:]


def see(*, by: User, check: Check, reason: str) -> str:
    """The whole plate. The reason is required, sealed with the operation's key, and journaled with who asked (PIPL art. 51)."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refusal("gates.plate_reason", gettext_noop("Please say what you need the whole plate for."))
    whole = _whole(check)
    if not whole:
        raise Refusal("gates.no_plate", gettext_noop("There is no plate here any more."))
    seen_whole(acts.PLATE_SEEN, by=by, check=check, reason=reason)
    return whole


def _whole(check: Check) -> str:
    if check.plate is None:
        return ""
    try:
        return vault.unseal_text(check.plate, context=PLATE_CONTEXT)
    except vault.KeyMissing:
        return ""
