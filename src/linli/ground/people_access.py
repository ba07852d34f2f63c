"""Which person a page may show: only where his home lies in the reader's area."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from linli.ground.mandates import places_with
from linli.ground.models import Person, Place
from linli.ground.who import last_homes


def person_for(request: Any, pk: UUID, right: str) -> Person:
    """The person, if he lives or lived last where the reader has ``right``; who never had a home here belongs to the whole."""
    person: Person = get_object_or_404(Person, pk=pk, neighbourhood=request.neighbourhood)
    if not reaches(request, home_of(person) or request.neighbourhood, right):
        raise Http404("not in your area")
    return person


def home_of(person: Person) -> Place | None:
    """Where a person lives or lived last."""
    return last_homes([person.pk]).get(person.pk, (None, None))[1]


def reaches(request: Any, place: Place, right: str) -> bool:
    """Whether the reader has ``right`` at a place."""
    return any(root.contains(place) for root in places_with(request.mandates, right))
