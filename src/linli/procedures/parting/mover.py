"""Homes go, whole: one transaction takes some of them with everything that belongs to them, and leaves no pointer across."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q

from linli.accounts.models import User
from linli.ground.inserting import ready_changes
from linli.ground.mandates import secretary_of
from linli.ground.models import Household, Mandate, Person, Place, Residence, Responsibility, Tie
from linli.ground.models.places import path_end
from linli.kernel.ids import uuid7
from linli.procedures.parting.ends import Ends, in_few, model_of, rows_of
from linli.procedures.parting.pairs import take_along
from linli.procedures.parting.rules import Goes, Pair
from linli.procedures.parting.sides import homes_of, with_joined
from linli.procedures.parting.table import TABLE


class Mover:
    """Takes homes and people from one neighbourhood to another. ``inside``: the places that go, as they lay before anything went."""

    def __init__(self, source: Place, to: Place, day: date, *, by: User | None, inside: Q) -> None:
        self.source, self.to, self.day, self.by, self.inside = source, to, day, by, inside
        self.ends = Ends(to, day)
        self.secretary = secretary_of(to)
        self.moved: Counter[str] = Counter()

    def homes(self, homes: Sequence[Place], paths: Mapping[int, str]) -> None:
        """Some homes, with the paths they get; who belongs to them goes along."""
        self.places(homes, paths)
        ids = [home.pk for home in homes]
        self.carry(ids, self._people_of(ids))
        self._answered_for(ids)

    def places(self, places: Sequence[Place], paths: Mapping[int, str]) -> None:
        """Places change their path and their neighbourhood, not what they lie in."""
        for place in places:
            place.path, place.neighbourhood = paths[place.pk], self.to
        if places:
            ready_changes(places, ["path", "neighbourhood"]).write()
        self.moved["ground.Place"] += len(places)

    def _people_of(self, homes: Collection[int]) -> list[UUID]:
        """Who belongs to one of these homes now: some are only tied to them and belong elsewhere."""
        households = list(Household.objects.named().filter(dwelling__in=homes).values_list("pk", flat=True))
        near = set(Residence.objects.named().filter(household__in=households).values_list("person_id", flat=True))
        near |= set(Tie.objects.named().filter(household__in=households).values_list("person_id", flat=True))
        here = [person for person, home in homes_of(near).items() if home in set(homes)]
        rows = Person.objects.named().filter(pk__in=here).values_list("pk", "neighbourhood_id")
        return [pk for pk, lies in rows if lies == self.source.pk]

    def carry(self, places: Sequence[int], people: Sequence[UUID], *, rest: int = 0) -> int:
        """The rows of every table that go with these places and people; ``rest``: and so many of those that belong to no home."""
        moved: dict[str, list[Any]] = {}
        for label, rule in TABLE.items():
            if isinstance(rule, Goes):
                ids = self._ids(label, rule, places, people, moved)
                if rest and not ids:
                    ids = self._rest(label, rule, rest)
                if ids:
                    moved[label] = ids
                    self._take(label, rule, ids)
        went = moved.get("ground.Person", [])
        for label, rule in TABLE.items():
            if isinstance(rule, Pair) and went:
                self.moved[label] += take_along(label, rule, went)
        self.ends.mend(moved)
        return sum(len(ids) for ids in moved.values())

    def _ids(
        self, label: str, rule: Goes, places: Sequence[int], people: Sequence[UUID], moved: Mapping[str, list[Any]]
    ) -> list[Any]:
        model = model_of(label)
        conditions = []
        if rule.place and places:
            conditions.append(Q(**{f"{rule.place}__in": places}))
        nowhere = Q(**{f"{rule.place}__isnull": True}) if rule.place else Q()
        if rule.person and people:
            conditions.append(Q(**{f"{rule.person}__in": people}) & nowhere)
        if rule.within:
            parent = model._meta.get_field(rule.within).related_model._meta.label
            conditions += [Q(**{f"{rule.within}__in": few}) & nowhere for few in in_few(moved.get(parent, []))]
        found: list[Any] = []
        for condition in conditions:
            rows = rows_of(label).filter(condition).values_list("pk", "neighbourhood_id")
            found += [pk for pk, lies in rows if lies == self.source.pk]
        return list(dict.fromkeys(found))

    def _rest(self, label: str, rule: Goes, room: int) -> list[Any]:
        """Rows that no home and no person has taken along, once those that they belong to have all gone."""
        model = model_of(label)
        if rule.within:
            parent = model._meta.get_field(rule.within).related_model
            if parent.objects.filter(neighbourhood=self.source).exists():
                return []
        ids = list(model.objects.filter(neighbourhood=self.source).order_by("pk").values_list("pk", flat=True)[:room])
        return list(with_joined(ids)) if model is Person else ids

    def _take(self, label: str, rule: Goes, ids: Sequence[Any]) -> None:
        for few in in_few(ids):
            rows = rows_of(label).filter(pk__in=few)
            if rule.anew is not None:
                rule.anew(list(rows), self.to)
            self.moved[label] += rows.update(neighbourhood=self.to)

    def _answered_for(self, homes: Sequence[int]) -> None:
        """Every open household whose responsible office stays behind goes to the new secretary (R02: never without one)."""
        households = Household.objects.named().filter(dwelling__in=homes, until__isnull=True)
        latest: dict[UUID, Responsibility] = {}
        rows = Responsibility.objects.named().filter(household__in=list(households.values_list("pk", flat=True)))
        for row in rows.order_by("since"):
            latest[row.household_id] = row
        keeps = set(self._offices_inside({row.mandate_id for row in latest.values()}))
        new: list[Responsibility] = []
        for household, row in latest.items():
            if row.mandate_id in keeps or self.secretary is None or row.mandate_id == self.secretary.pk:
                continue
            self._hand_over(row, new, household)
        if new:
            Responsibility.objects.bulk_create(new)

    def _hand_over(self, row: Responsibility, new: list[Responsibility], household: UUID) -> None:
        if row.since < self.day:
            by = self.by.pk if self.by else None
            said = {"household_id": household, "mandate": self.secretary, "since": self.day, "by_user": by}
            new.append(Responsibility(id=uuid7(), neighbourhood=self.to, **said))
            return
        earlier = Responsibility.objects.named().filter(household=household, since__lt=row.since)
        before = earlier.order_by("-since").first()
        if before is not None and self._offices_inside({before.mandate_id}):
            row.delete()  # what a cut wrote on this very day, and now the way back
        else:
            Responsibility.objects.named().filter(pk=row.pk).update(mandate=self.secretary)

    def _offices_inside(self, mandates: set[int]) -> list[int]:
        """Those whose place goes too, or lies where the homes go, or that lie in a body."""
        there = Q(place__path__gte=self.to.path, place__path__lt=path_end(self.to.path))
        rows = Mandate.objects.filter(there | self.inside | Q(place__isnull=True), pk__in=mandates)
        return list(rows.values_list("pk", flat=True))
