"""Where at the gates somebody may do what: a mandate counts at its place and below it, on every page (docs/permissions.md, R04)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from linli.gates.queries import gates_of
from linli.ground.mandates import places_with, rights_at, under
from linli.ground.models import Place

GATE_PATH = "gate__path"


def within(request: Any, right: str, field: str = GATE_PATH) -> Q:
    """A condition for rows whose gate (``field``: its path) lies where the user has ``right``; none for a whole neighbourhood."""
    places = places_with(request.mandates, right)
    if any(place.contains(request.neighbourhood) for place in places):
        return Q()
    return under(places, field)


def whole(request: Any, right: str) -> bool:
    """Whether the user has ``right`` in the whole neighbourhood."""
    return right in rights_at(request.mandates, request.neighbourhood)


def gates_for(request: Any, right: str) -> list[Place]:
    """The gates of today at which the user has ``right``; one statement."""
    return [gate for gate in gates_of(request.neighbourhood) if right in rights_at(request.mandates, gate)]
