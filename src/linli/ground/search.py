"""Search for people and homes: name, pinyin, initials, room, a number or its tail, and what rooms add (permit number).

Every look-up goes by an index, on SQLite and PostgreSQL alike (``tests/test_search_plan.py`` asserts the plans); what is looked up is
bounded before rows are loaded, so that one letter costs no more than a whole name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from linli import vault
from linli.ground.doors_search import dwelling_hits
from linli.ground.mandates import under
from linli.ground.models import Document, Household, Person, PersonKey, Phone, Place, Residence
from linli.ground.places import short_address
from linli.ground.prefixes import begins, exactly
from linli.kernel.names import search_form
from linli.kernel.pinyin_mixed import initials_of, reads_as

MOST = 60
CANDIDATES = 100
"""So many persons are loaded before those without a home here are left out."""
MIXED_CANDIDATES = 800
READING = ("person_id", "person__sort_name")
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


def search(neighbourhood: Place | Sequence[Place], text: str, *, inside: list[Place]) -> list[Hit]:
    """At most 60 hits for ``text`` in the subtrees ``inside`` of one neighbourhood or several: persons, then dwellings by door.

    Persons whose name or reading is the query come first, then by sound. Who was merged into another is found as that other.
    """
    places = [neighbourhood] if isinstance(neighbourhood, Place) else list(neighbourhood)
    query = search_form(text.replace("ü", "v").replace("Ü", "v")).lower().replace(" ", "")
    if not query or "\x00" in query or not places:
        return []
    exact, rest = _person_ids(places, query, inside)
    found = _latest({*exact, *rest})
    rows = [(row, home) for row, home in found if any(place.contains(home) for place in inside)]
    hits = [_person_hit(row) for row, _home in rows]
    hits.sort(key=lambda h: (h.person.pk not in exact, h.person.sort_name, h.address) if h.person else (True, "", ""))
    doors = [Hit(d, short_address(d), None, "") for d in dwelling_hits(places, text, inside, MOST)]
    return (hits[:MOST] + doors)[:MOST]


def _latest(ids: set[UUID]) -> list[tuple[Residence, Place]]:
    """The latest residence of each, with the home where the person lives or lived last; two statements."""
    merged = Person.objects.named().filter(pk__in=ids, merged_into__isnull=False).values_list("pk", "merged_into")
    into = dict(merged)
    wanted = {into.get(pk, pk) for pk in ids}
    rows = (
        Residence.objects.named()
        .filter(person_id__in=wanted)
        .select_related("person", "household__dwelling__parent__parent__parent")
    )
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


def _person_ids(places: list[Place], query: str, inside: list[Place]) -> tuple[set[UUID], set[UUID]]:
    """Who is found: by exactly this name, reading or number, and by its beginning."""
    exact: set[UUID] = set()
    rest: set[UUID] = set()
    if not query.isdecimal():
        by_key = list(_keys(places, begins("key", query), inside).values_list("person_id", "key")[: CANDIDATES * 2])
        exact.update(list(dict.fromkeys(pk for pk, key in by_key if key == query))[:CANDIDATES])
        rest.update(list(dict.fromkeys(pk for pk, _key in by_key))[:CANDIDATES])
        if not rest:  # what no key begins with may be mixed pinyin
            rest |= _mixed(places, query, inside)
    exact |= _by_number(places, query)
    for place in places:
        for provider in _providers:
            exact.update(provider(place, query))
    return exact, rest - exact


def _keys(places: list[Place], condition: Q, inside: list[Place]) -> QuerySet[PersonKey]:
    """Search keys in the order of the index; of one's own area only, where that is a part of the neighbourhood."""
    one = Q(neighbourhood=places[0]) if len(places) == 1 else Q(neighbourhood__in=places)
    rows: QuerySet[PersonKey] = PersonKey.objects.filter(one & condition)
    if not all(any(root.contains(place) for root in inside) for place in places):
        doors = Place.objects.filter(under(inside)).order_by().values("pk")
        homes = Household.objects.named().filter(dwelling__in=doors).values("pk")
        lived = Residence.objects.named().filter(household__in=homes).values("person_id")
        rows = rows.filter(person_id__in=lived)
    return rows.order_by("key")


def _mixed(places: list[Place], query: str, inside: list[Place]) -> set[UUID]:
    """Persons whose reading fits ``query`` with some syllables in full and some by initial."""
    every = initials_of(query)
    ways = [way for way in every if not any(way != short and way.startswith(short) for short in every)]
    if not ways:
        return set()
    # one arm for each way: conditions joined by OR are no ranges of an index to SQLite
    first, *more = [_keys(places, begins("key", way), inside).order_by().values_list(*READING) for way in ways]
    rows = first.union(*more, all=True) if more else first
    found = {pk for pk, reading in rows[:MIXED_CANDIDATES] if reads_as(reading, query)}
    return set(list(found)[:CANDIDATES])


def _by_number(places: list[Place], query: str) -> set[UUID]:
    """Persons by the last four characters of a phone or document, or by the whole of it."""
    text = query.upper().replace("-", "")
    if not re.fullmatch(r"[0-9A-Z]{4,20}", text) or not re.search(r"\d{3}", text):
        return set()
    found: set[UUID] = set()
    whole = len(text) > 4
    for model, purpose in ((Phone, "phone"), (Document, "document")):
        for place in places:
            name = purpose if whole else f"{purpose}.tail"
            index = vault.blind_index(text, neighbourhood=place.pk, purpose=name)
            column = "whole_index" if whole else "tail_index"
            rows = model.objects.filter(exactly(column, index), neighbourhood=place)
            found.update(rows.values_list("person_id", flat=True)[:CANDIDATES])
    return found
