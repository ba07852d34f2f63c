"""可能是同一人: the register as faces for ``linli.kernel.alike``, the pairs that nobody has decided yet, and one pair side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.ground.mandates import active
from linli.ground.models import AlikeAnswer, Document, Mandate, Person, Phone, Place, Residence, Tie
from linli.ground.queries import dwellings
from linli.ground.who import pointers
from linli.kernel.alike import Around, Face, Number, Pair, candidates, crowded_phones, look


class Register:
    """Everything by which people are compared, of a neighbourhood or of a few people; a fixed number of statements."""

    def __init__(self, neighbourhood: Place, people: Iterable[UUID] | None = None) -> None:
        self.neighbourhood = neighbourhood
        self.pointers = pointers(neighbourhood)
        self.only = None if people is None else self._with_joined(people)
        self.near, self.paths = _doors(neighbourhood)
        self.faces = self._faces()

    def _with_joined(self, people: Iterable[UUID]) -> set[UUID]:
        roots = {self.pointers.get(pk, pk) for pk in people}
        return roots | {pk for pk, root in self.pointers.items() if root in roots}

    def _rows(self, model: Any, *columns: str, field: str = "person_id") -> Iterator[tuple[Any, ...]]:
        rows: QuerySet[Any] = model.objects.filter(neighbourhood=self.neighbourhood)
        if self.only is not None:
            rows = rows.filter(**{f"{field}__in": self.only})
        for person, *values in rows.values_list(field, *columns):
            yield (self.pointers.get(person, person), *values)

    def _faces(self) -> dict[UUID, Face]:
        numbers: dict[UUID, set[Number]] = defaultdict(set)
        phones: dict[UUID, set[bytes]] = defaultdict(set)
        doors: dict[UUID, set[int]] = defaultdict(set)
        for person, kind, index, checked in self._rows(Document, "kind", "whole_index", "checked"):
            numbers[person].add(Number(kind, bytes(index), checked))
        for person, index in self._rows(Phone, "whole_index"):
            phones[person].add(bytes(index))
        for model in (Residence, Tie):
            for person, door in self._rows(model, "household__dwelling_id"):
                if door is not None:
                    doors[person].add(door)
        roles = self._roles()
        found = {}
        columns = ("name", "sort_name", "sex", "born", "born_about", "merged_into_id")
        for pk, name, sound, sex, born, about, merged in self._rows(Person, *columns, field="pk"):
            if merged is None:
                found[pk] = Face(
                    str(pk), name, sound, sex, born, about, frozenset(numbers[pk]), frozenset(phones[pk]),
                    frozenset(doors[pk]), frozenset(roles[pk]),
                )  # fmt: skip
        return found

    def _roles(self) -> dict[UUID, set[Any]]:
        """Offices that people of the register hold: in which body or at which place, and which."""
        inside = Q(person__neighbourhood=self.neighbourhood)
        if self.only is not None:
            inside &= Q(person__in=self.only)
        found: dict[UUID, set[Any]] = defaultdict(set)
        for person, place, body, capacity in active(Mandate.objects.filter(inside)).values_list(
            "person_id", "place_id", "of_body_id", "capacity"
        ):
            found[self.pointers.get(person, person)].add((place, body, capacity))
        return found

    def around(self) -> Around:
        """Doors next to doors, and telephones that say nothing; only meaningful for a whole neighbourhood."""
        return Around(self.near, crowded_phones(self.faces.values()))

    def pairs(self) -> list[Pair]:
        """Every pair worth a question that was not answered."""
        answered = answered_pairs(self.neighbourhood, self.pointers)
        return [
            pair
            for pair in candidates(list(self.faces.values()), self.near)
            if (pair.one.id, pair.other.id) not in answered
        ]


def open_pairs(neighbourhood: Place) -> list[Pair]:
    """The questions of 可能是同一人; nine statements, however many people there are."""
    return Register(neighbourhood).pairs()


def pair_of(neighbourhood: Place, one: Person, other: Person) -> Pair:
    """Two people side by side. Telephones that many have are left out of what agrees."""
    register = Register(neighbourhood, [one.pk, other.pk])
    shared = {phone for face in register.faces.values() for phone in face.phones}
    around = Around(register.near, _crowded_of(neighbourhood, shared))
    return look(register.faces[one.pk], register.faces[other.pk], around)


def _crowded_of(neighbourhood: Place, phones: set[bytes]) -> frozenset[bytes]:
    """Which of some telephones too many people have."""
    if not phones:
        return frozenset()
    holders = Phone.objects.filter(neighbourhood=neighbourhood, whole_index__in=list(phones)).values("person")
    people = set(Person.objects.filter(pk__in=holders).values_list("pk", flat=True))
    return crowded_phones(Register(neighbourhood, people).faces.values()) & frozenset(phones)


def answered_pairs(neighbourhood: Place, joined: dict[UUID, UUID]) -> set[tuple[str, str]]:
    """Pairs of which somebody said that they are two, under the ids of today."""
    rows = AlikeAnswer.objects.filter(neighbourhood=neighbourhood).values_list("one_id", "other_id")
    found = set()
    for one, other in rows:
        ids = sorted((str(joined.get(one, one)), str(joined.get(other, other))))
        found.add((ids[0], ids[1]))
    return found


def _doors(neighbourhood: Place) -> tuple[dict[int, frozenset[int]], dict[int, str]]:
    """The doors next to each door (the one before and after it under the same roof, on the same floor), and every door's path."""
    rows = dwellings(neighbourhood).order_by("parent_id", "sort", "pk").values_list("pk", "parent_id", "name", "path")
    near: dict[int, set[int]] = defaultdict(set)
    paths: dict[int, str] = {}
    before: tuple[int, int | None, int | None] | None = None
    for pk, parent, name, path in rows:
        paths[pk] = path
        digits = "".join(char for char in name if char.isdecimal())
        floor = int(digits) // 100 if len(digits) >= 3 else None
        if before is not None and before[1:] == (parent, floor):
            near[before[0]].add(pk)
            near[pk].add(before[0])
        before = (pk, parent, floor)
    return {pk: frozenset(found) for pk, found in near.items()}, paths
