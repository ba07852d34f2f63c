"""Search for people and homes: name, pinyin, initials, room, the tail of a phone or document, and what rooms add (permit number).

Every look-up is a range on an index: ``key <= x < key + U+10FFFF``; LIKE with ESCAPE would read the whole table on SQLite.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from linli import vault
from linli.ground.mandates import under
from linli.ground.models import Document, Person, PersonKey, Phone, Place, Residence
from linli.ground.places import short_address
from linli.ground.who import roots
from linli.kernel.names import search_form

MOST = 60
CANDIDATES = 2000
"""So many persons are looked at before those outside the reader's area are left out."""
LAST = "\U0010ffff"
Provider = Callable[[Place, str], Iterable[UUID]]
_providers: list[Provider] = []


@dataclass(frozen=True)
class Hit:
    """One line of the result: a dwelling, and the person when one was found."""

    dwelling: Place | None
    address: str
    person: Person | None
    presence: str


def register_provider(provider: Provider) -> None:
    """Let a room find persons by something of its own; returns person ids. From its ``apps.py``."""
    if provider not in _providers:
        _providers.append(provider)


def search(neighbourhood: Place, text: str, *, inside: list[Place]) -> list[Hit]:
    """At most 60 hits for ``text`` in the subtrees ``inside`` of a neighbourhood, persons by sound, then dwellings by door."""
    query = search_form(text).lower().replace(" ", "")
    if not query:
        return []
    found = _latest(roots(_person_ids(neighbourhood, query)))
    hits = [_person_hit(row) for row, home in found if any(place.contains(home) for place in inside)]
    hits.sort(key=lambda h: (h.person.sort_name if h.person else "", h.address))
    return (hits + _dwelling_hits(neighbourhood, text, inside))[:MOST]


def _latest(ids: set[UUID]) -> list[tuple[Residence, Place]]:
    """The latest residence of each, with the home where the person lives or lived last; one statement."""
    rows = Residence.objects.filter(person_id__in=ids).select_related("person", "household__dwelling__parent__parent")
    latest: dict[UUID, Residence] = {}
    home: dict[UUID, Place] = {}
    for row in rows.order_by("since"):
        latest[row.person_id] = row
        if row.household is not None:
            home[row.person_id] = row.household.dwelling
    return [(row, home[person]) for person, row in latest.items() if person in home]


def _person_hit(row: Residence) -> Hit:
    dwelling = row.household.dwelling if row.household is not None else None
    return Hit(dwelling, short_address(dwelling) if dwelling else "", row.person, row.presence)


def _person_ids(neighbourhood: Place, query: str) -> set[UUID]:
    found: set[UUID] = set()
    keys = PersonKey.objects.filter(neighbourhood=neighbourhood, key__gte=query, key__lt=query + LAST)
    found.update(keys.values_list("person_id", flat=True)[:CANDIDATES])
    if re.fullmatch(r"\d{3,4}x?|\d{4}", query):
        tail = query[-4:].upper()
        for model, purpose in ((Phone, "phone.tail"), (Document, "document.tail")):
            index = vault.blind_index(tail, neighbourhood=neighbourhood.pk, purpose=purpose)
            found.update(
                model.objects.filter(neighbourhood=neighbourhood, tail_index=index).values_list("person_id", flat=True)[
                    :CANDIDATES
                ]
            )
    for provider in _providers:
        found.update(provider(neighbourhood, query))
    return found


def _dwelling_hits(neighbourhood: Place, query: str, inside: list[Place]) -> list[Hit]:
    numbers = [n.rjust(6, "0") for n in re.findall(r"\d+", query)]
    words = list(re.findall(r"[^\W\d_]{2,}", query))
    if not numbers:
        return []
    rows = Place.objects.filter(under(inside), neighbourhood=neighbourhood, kind__code="dwelling", until__isnull=True)
    rows = rows.filter(Q(sort__contains=numbers[-1])).select_related("parent__parent__parent")
    for number in numbers[:-1]:
        rows = rows.filter(
            Q(parent__sort__contains=number) | Q(parent__parent__sort__contains=number) | Q(sort__contains=number)
        )
    found = [d for d in rows.order_by("path")[:CANDIDATES] if all(word in short_address(d) for word in words)]
    return [Hit(d, short_address(d), None, "") for d in found[:MOST]]
