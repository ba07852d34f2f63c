"""Following the pointer: who a joined person is. A join moves nothing, so every reader asks here (or leaves out ``merged_into``).

A pointer has one step only: nobody is joined with a person who is joined himself (``actions.merge`` refuses chains). The kept person
is the one who lives here, and every later fact is written with him, so his own latest residence says where he is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from linli.ground.models import Household, Person, Place, Residence, Tie


def pointers(neighbourhood: Place | int) -> dict[UUID, UUID]:
    """Joined person → the person who was kept; every join of a neighbourhood in one statement (an index, usually few rows)."""
    pk = neighbourhood if isinstance(neighbourhood, int) else neighbourhood.pk
    rows = Person.objects.filter(neighbourhood_id=pk, merged_into__isnull=False)
    return dict(rows.values_list("pk", "merged_into_id"))


def roots(people: Iterable[UUID]) -> set[UUID]:
    """Who these people are, each once; one statement."""
    ids = list(people)
    found = Person.objects.filter(pk__in=ids, merged_into__isnull=False).values_list("pk", "merged_into_id")
    joined = dict(found) if ids else {}
    return {joined.get(pk, pk) for pk in ids}


def everyone(person: Person) -> list[UUID]:
    """The ids under which this person stands in the register: his own, and those that were joined with him. One statement."""
    root = person.merged_into_id or person.pk
    return [root, *Person.objects.filter(merged_into_id=root).order_by("pk").values_list("pk", flat=True)]


def joined_with(people: Iterable[UUID]) -> dict[UUID, UUID]:
    """Joined person → kept person, for some kept people; one statement."""
    rows = Person.objects.filter(merged_into_id__in=list(people))
    return dict(rows.values_list("pk", "merged_into_id"))


@dataclass(frozen=True)
class Elsewhere:
    """Somebody who stands at a door under an entry that was joined with another: ``person`` is who he is."""

    person: Person
    listed_as: str


def known_here_as(household: Household | None) -> list[Elsewhere]:
    """Entries of a household that were joined with somebody who lives elsewhere; he is counted there. Two statements."""
    if household is None:
        return []
    entries: dict[UUID, Person] = {}
    for model in (Residence, Tie):
        rows = model.objects.filter(household=household, person__merged_into__isnull=False)
        entries |= {row.person_id: row.person for row in rows.select_related("person__merged_into")}
    here = set(Residence.objects.filter(household=household).values_list("person_id", flat=True)) if entries else set()
    return [
        Elsewhere(entry.merged_into, entry.name)
        for entry in entries.values()
        if entry.merged_into is not None and entry.merged_into_id not in here
    ]


def last_homes(people: Iterable[UUID]) -> dict[UUID, tuple[Residence, Place | None]]:
    """Person → the latest residence, and the home where he lives or lived last; one statement."""
    rows = Residence.objects.filter(person_id__in=list(people))
    latest: dict[UUID, Residence] = {}
    home: dict[UUID, Place] = {}
    for row in rows.select_related("household__dwelling__parent__parent__parent").order_by("since", "id"):
        latest[row.person_id] = row
        if row.household is not None:
            home[row.person_id] = row.household.dwelling
    return {person: (row, home.get(person)) for person, row in latest.items()}
