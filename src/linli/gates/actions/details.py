"""What a stranger said of himself at a gate: masked on every page; whole with a reason, and journaled, as plates are."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.gates import acts
from linli.gates.actions.plates import SHORTEST_REASON
from linli.gates.deciding import details_of
from linli.gates.models import Check
from linli.gates.seeing import seen_whole
from linli.kernel import names, phones
from linli.kernel.refusal import Refusal

MASKS = {"name": names.masked, "phone": phones.masked}


def masked(check: Check) -> dict[str, str]:
    """What he said, the name and the telephone masked; empty when there is none or its key ended with the operation."""
    return {name: MASKS[name](text) if name in MASKS else text for name, text in details_of(check).items()}


def see(*, by: User, check: Check, reason: str) -> dict[str, str]:
    """The name and the telephone whole. The reason is required, sealed with the operation's key, and journaled with who asked.

    Refusals: ``gates.details_reason``, ``gates.no_details``.
    """
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refusal("gates.details_reason", gettext_noop("Please say what you need the name and number for."))
    whole = details_of(check)
    if not whole:
        raise Refusal("gates.no_details", gettext_noop("There is nothing of it here any more."))
    seen_whole(acts.DETAILS_SEEN, by=by, check=check, reason=reason)
    return whole
