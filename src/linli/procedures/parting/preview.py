"""What would go, what stays, and what a person must decide or know first: counted before anything moves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.gates.models import Card, Device
from linli.ground.mandates import active, under
from linli.ground.models import AreaPlace, Body, Household, Mandate, Person, Place, Residence, Tie
from linli.ground.scope import scoped
from linli.kernel.refusal import Refusal
from linli.procedures.models import Parting
from linli.procedures.parting.blocking import blocks
from linli.procedures.parting.ends import model_of
from linli.procedures.parting.numbers import same_documents
from linli.procedures.parting.plan import uppermost
from linli.procedures.parting.rules import Goes, Rule
from linli.procedures.parting.sides import homes_of
from linli.procedures.parting.table import TABLE

SHOWN = 60
HOMES, OFFICES, BODIES = _("Dwellings"), _("Offices held there"), _("Bodies seated there")
GATES, PHONES_AT_GATES = _("Gates"), _("Phones at gates")


@dataclass(frozen=True)
class Line:
    """One kind of thing: how many go, how many stay."""

    title: Any
    goes: int
    stays: int


@dataclass(frozen=True)
class Crossing:
    """Somebody with a home on both sides: where the person goes, and the home on the other side."""

    name: str
    goes: bool
    home: Place
    tie: str = ""


@dataclass(frozen=True)
class Preview:
    """The whole of it; ``blocks`` are refusals that must go away first."""

    people: int
    roots: tuple[Place, ...]
    lines: tuple[Line, ...]
    lived: tuple[Crossing, ...]
    owned: tuple[Crossing, ...]
    cards: int
    cut_areas: tuple[str, ...]
    cut_estates: tuple[str, ...]
    offices: tuple[Mandate, ...]
    answered: int
    same_documents: int
    same_names: tuple[str, ...]
    gateless: bool
    blocks: tuple[Refusal, ...]


def preview(parting: Parting) -> Preview:
    """Count it; a fixed number of statements, and one unsealing of every document number for a merge. Opens its own scope."""
    with scoped(
        neighbourhood_ids={pk for pk in (parting.source_id, parting.target_id) if pk}, reason=f"preview:{parting.pk}"
    ):
        return _Counting(parting).whole()


class _Counting:
    def __init__(self, parting: Parting) -> None:
        self.parting, self.source = parting, parting.source
        self.merge = parting.kind == Parting.Kind.MERGE
        self.roots = [self.source] if self.merge else uppermost(parting.parts)
        homes = self._places(kind__code="dwelling")
        self.homes = {place.pk: place for place in homes.select_related("parent__parent__parent")}
        everyone = Person.objects.filter(neighbourhood=self.source).values_list("pk", "name")
        self.names: dict[UUID, str] = dict(everyone)
        self.home_of = homes_of(self.names)
        self.going = {pk for pk in self.names if self.merge or self.home_of.get(pk) in self.homes}

    def _places(self, **more: Any) -> Any:
        return Place.objects.filter(under(self.roots), neighbourhood=self.source, **more)

    def whole(self) -> Preview:
        lived = self._crossing(Residence)
        owned = self._crossing(Tie)
        gates = list(self._places(kind__code="gate").values_list("pk", flat=True))
        cards = Card.objects.filter(
            permit__cancelled_at__isnull=True, permit__person__neighbourhood=self.source
        ).values_list("permit__person", flat=True)
        return Preview(
            people=len(self.going),
            roots=tuple(self.roots),
            lines=tuple(line for line in self._lines(gates) if line.goes or line.stays),
            lived=tuple(lived[:SHOWN]),
            owned=tuple(owned[:SHOWN]),
            cards=sum(1 for person in cards.iterator() if person in self.going),
            cut_areas=tuple(self._cut_areas()),
            cut_estates=tuple(
                {r.parent.name: 0 for r in self.roots if r.parent and r.parent_id != self.source.pk and not self.merge}
            ),
            offices=tuple(self._offices()),
            answered=self._answered(),
            same_documents=same_documents(self.source, self.parting.target)
            if self.merge and self.parting.target
            else 0,
            same_names=tuple(self._same_names()),
            gateless=not self.merge and not gates,
            blocks=tuple(blocks(self.parting)),
        )

    def _lines(self, gates: Sequence[int]) -> Iterable[Line]:
        all_homes = Place.objects.filter(neighbourhood=self.source, kind__code="dwelling", until__isnull=True).count()
        here = sum(1 for home in self.homes.values() if home.until is None)
        yield Line(HOMES, here, all_homes - here)
        for label, rule in TABLE.items():
            if rule.title:
                yield self._line(label, rule)
        offices = active(Mandate.objects.filter(place__neighbourhood=self.source))
        yield self._two(OFFICES, offices.exclude(place=self.source) if self.merge else offices, "place")
        yield self._two(BODIES, Body.objects.filter(place__neighbourhood=self.source, until__isnull=True), "place")
        all_gates = Place.objects.filter(neighbourhood=self.source, kind__code="gate", until__isnull=True).count()
        yield Line(GATES, len(gates), all_gates - len(gates))
        yield self._two(PHONES_AT_GATES, Device.objects.filter(neighbourhood=self.source), "gate")

    def _two(self, title: Any, rows: Any, place: str) -> Line:
        goes = rows.filter(under(self.roots, f"{place}__path")).count()
        return Line(title, goes, rows.count() - goes)

    def _line(self, label: str, rule: Rule) -> Line:
        rows = model_of(label).objects.filter(neighbourhood=self.source)
        if rule.ask is not None:
            rows = rows.filter(rule.ask.rows)
        total = rows.count()
        if not isinstance(rule, Goes):
            return Line(rule.title, 0, total)
        if self.merge:
            return Line(rule.title, total, 0)
        goes = 0
        if rule.place:
            goes += rows.filter(under(self.roots, f"{rule.place}__path")).count()
            rows = rows.filter(**{f"{rule.place}__isnull": True})
        person = rule.person or ("person" if rule.within == "person" else "")
        if person:
            goes += sum(1 for pk in rows.values_list(person, flat=True).iterator() if pk in self.going)
        return Line(rule.title, goes, total - goes)

    def _crossing(self, model: Any) -> list[Crossing]:
        """People whose row names a home on the other side than theirs."""
        rows = model.objects.filter(neighbourhood=self.source, household__isnull=False)
        found: dict[tuple[UUID, int], Crossing] = {}
        for row in rows.select_related("household__dwelling__parent__parent__parent"):
            home = row.household.dwelling
            goes = row.person_id in self.going
            if goes != (home.pk in self.homes or self.merge) and row.person_id in self.names:
                tie = getattr(row, "kind", "")
                found[(row.person_id, home.pk)] = Crossing(self.names[row.person_id], goes, home, tie)
        return sorted(found.values(), key=lambda one: one.home.path)

    def _cut_areas(self) -> list[str]:
        if self.merge:
            return []
        members = AreaPlace.objects.filter(area__neighbourhood=self.source)
        inside = set(members.filter(under(self.roots, "place__path")).values_list("area__name", flat=True))
        outside = set(members.exclude(under(self.roots, "place__path")).values_list("area__name", flat=True))
        return sorted(inside & outside)

    def _offices(self) -> list[Mandate]:
        """Offices at the whole of a neighbourhood that ends: they reach nothing afterwards."""
        if not self.merge:
            return []
        return list(active(Mandate.objects.filter(place=self.source)).order_by("capacity", "pk"))

    def _answered(self) -> int:
        """Households whose responsible changes: those that an office at the whole neighbourhood answers for."""
        households = Household.objects.filter(neighbourhood=self.source, until__isnull=True)
        going = households if self.merge else households.filter(under(self.roots, "dwelling__path"))
        from_above = Q(responsibilities__mandate__place=self.source)
        return going.filter(from_above).distinct().count()

    def _same_names(self) -> list[str]:
        if not self.merge or self.parting.target is None:
            return []
        here = Place.objects.filter(parent=self.source, until__isnull=True).exclude(
            split_from__neighbourhood=self.parting.target
        )
        there = Place.objects.filter(parent=self.parting.target, until__isnull=True)
        return sorted(set(here.values_list("name", flat=True)) & set(there.values_list("name", flat=True)))
