"""Who looks at what was odd: whoever leads the gate, by mandate, or the office; always the same one for the same gate and day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q

from linli.accounts.models import User
from linli.gates.models import GateException
from linli.ground.capacities import capacities_with
from linli.ground.mandates import accounts_of, rights_at
from linli.ground.models import Mandate, Place

Held = tuple[Mandate, User]
"""A mandate and an account for which it works."""
SETTLE, REVIEW = "gates.settle", "gates.manage"
"""The right to settle an exception; the right to answer a review: not the gate's own leader looks again at what the gate did."""
ASKED = frozenset({"gates.work", "register.write"})
"""Who may write down that somebody asks for a review: the gate and the office."""
FURTHER = {"fever": "gates.health", "returning": "register.write"}
"""Kinds that need another right than ``SETTLE``: a temperature is health data, an arrival is registered by the office."""
NEAREST = ("gate_captain", "property", "secretary", "clerk")
"""Of two mandates at one place whose comes first; what stands further down is chosen when the others lack the right."""


def right_for(kind: str) -> str:
    """What somebody must be allowed at the gate to settle an exception of this kind."""
    return FURTHER.get(kind, SETTLE)


def leaders(gate: Place, on: date | None = None) -> list[Held]:
    """Who may own something odd at a gate: the nearest place first; one statement, two when a body leads it."""
    rows = Mandate.objects.filter(place__in=gate.ancestor_ids(), capacity__in=NEAREST)
    return sorted(accounts_of(rows, on), key=_order)


def _order(held: Held) -> tuple[int, int, date, int, int]:
    mandate, user = held
    depth = len(mandate.place.path) if mandate.place is not None else 0
    return -depth, NEAREST.index(mandate.capacity), mandate.since, mandate.pk, user.pk


def holder_of(right: str, gate: Place, held: Iterable[Held]) -> int | None:
    """The account of the first of ``held`` that has ``right`` at the gate; None when nobody holds the office."""
    return next((user.pk for mandate, user in held if right in rights_at([mandate], gate)), None)


def assign(gate: Place, odd: Sequence[GateException]) -> None:
    """Give each an owner (not saved); one statement, and none when nothing was odd."""
    if not odd:
        return
    held = leaders(gate)
    for one in odd:
        one.owner = holder_of(right_for(one.kind), gate, held)


def reviewer(gate: Place) -> int | None:
    """Whose a review of what happened at this gate is."""
    return holder_of(REVIEW, gate, leaders(gate))


def candidates(neighbourhood: Place) -> list[Held]:
    """To whom something at a gate can be handed on, by name; one statement, two when a body holds a mandate here.

    A mandate over a place further up counts here too, as it does for whoever opens the page.
    """
    rights = {SETTLE, REVIEW, *FURTHER.values()}
    codes = {one.code for right in rights for one in capacities_with(right)}
    rows = Mandate.objects.filter(
        Q(place__neighbourhood=neighbourhood) | Q(place__in=neighbourhood.ancestor_ids()), capacity__in=codes
    )
    return sorted(accounts_of(rows), key=lambda held: (held[1].display_name, held[1].pk))


def who_may(right: str, gate: Place, held: Iterable[Held]) -> list[User]:
    """Of ``candidates`` the accounts that have ``right`` at the gate, each once."""
    return list({user.pk: user for mandate, user in held if right in rights_at([mandate], gate)}.values())
