"""Who looks at what was odd: whoever leads the gate, by mandate, or the office; always the same one for the same gate and day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q

from linli.accounts.models import User
from linli.gates.models import GateException
from linli.ground.capacities import capacities_with
from linli.ground.mandates import active, rights_at
from linli.ground.models import Mandate, Place

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


def leaders(gate: Place, on: date | None = None) -> list[Mandate]:
    """The mandates over a gate whose holders may own something odd there: the nearest place first; one statement."""
    rows = Mandate.objects.filter(
        place__in=gate.ancestor_ids(), capacity__in=NEAREST, user__isnull=False, user__is_active=True
    )
    found = list(active(rows, on).select_related("place"))
    return sorted(found, key=_order)


def _order(mandate: Mandate) -> tuple[int, int, date, int]:
    depth = len(mandate.place.path) if mandate.place is not None else 0
    return -depth, NEAREST.index(mandate.capacity), mandate.since, mandate.pk


def holder_of(right: str, gate: Place, mandates: Iterable[Mandate]) -> int | None:
    """The account of the first of ``mandates`` that has ``right`` at the gate; None when nobody holds the office."""
    return next((one.user_id for one in mandates if right in rights_at([one], gate)), None)


def assign(gate: Place, odd: Sequence[GateException]) -> None:
    """Give each an owner (not saved); one statement, and none when nothing was odd."""
    if not odd:
        return
    mandates = leaders(gate)
    for one in odd:
        one.owner = holder_of(right_for(one.kind), gate, mandates)


def reviewer(gate: Place) -> int | None:
    """Whose a review of what happened at this gate is."""
    return holder_of(REVIEW, gate, leaders(gate))


def candidates(neighbourhood: Place) -> list[Mandate]:
    """The mandates to whose holders something at a gate can be handed on, by the holder's name; one statement."""
    rights = {SETTLE, REVIEW, *FURTHER.values()}
    codes = {one.code for right in rights for one in capacities_with(right)}
    rows = Mandate.objects.filter(
        Q(place__neighbourhood=neighbourhood) | Q(place=neighbourhood), capacity__in=codes, user__is_active=True
    )
    return list(active(rows).select_related("place", "user").order_by("user__display_name", "user"))


def who_may(right: str, gate: Place, mandates: Iterable[Mandate]) -> list[User]:
    """Of ``candidates`` the accounts that have ``right`` at the gate, each once."""
    found = {one.user_id: one.user for one in mandates if one.user is not None and right in rights_at([one], gate)}
    return list(found.values())
