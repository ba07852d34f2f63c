"""What a plan is about on a day: its scope, looked up and named, in walking order. A few statements at any number of targets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from linli.ground.bodies import standing
from linli.ground.mandates import under
from linli.ground.models import AreaPlace, Body, Household, Place, Residence
from linli.ground.models.places import SEGMENT
from linli.ground.zones import ZoneIndex
from linli.kernel.cadence import Slot
from linli.rounds.models import Plan, PlanPerson, PlanScope

NAMED = ("estate", "lane", "side_lane", "building", "unit", "office_tower")
"""Kinds whose names stand before the name of what lies in them."""

LONGEST = 120


@dataclass(frozen=True, slots=True)
class Chosen:
    """One target to be: what it is, its words, its zone, and the place in the walking order. ``slot``: times of its own."""

    name: str
    path: str = ""
    place: int | None = None
    body: int | None = None
    body_kind: int | None = None
    household: UUID | None = None
    person: UUID | None = None
    area: int | None = None
    sort: str = ""
    day: int = 0
    part: int = 0
    slot: Slot | None = None

    @property
    def key(self) -> str:
        """What makes it one target of an occurrence."""
        subject = self.person or self.household or (f"b{self.body}" if self.body else f"p{self.place}")
        return f"{subject}/{self.day}/{self.part}"


def chosen(plan: Plan, on: date) -> list[Chosen]:
    """The targets that a plan has on a day, each once. People on a clock of their own have theirs from ``plans.clocks``.

    Needs a scope where the plan is about households or people.
    """
    scopes = list(plan.scopes.select_related("place", "kind"))
    if plan.subject == Plan.Subject.BODY:
        return _bodies(scopes, on)
    names = Names(plan.place)
    if plan.subject == Plan.Subject.HOUSEHOLD:
        return _households(plan, scopes, names)
    if plan.subject == Plan.Subject.PERSON:
        return [person_target(row, home, names) for row, home in people(plan)]
    return _places(plan, scopes, names)


class Names:
    """How places are called, and in which zone they lie: everything above the doors is read at once; three statements."""

    def __init__(self, place: Place) -> None:
        """``place``: a neighbourhood, or one above some."""
        above = Place.objects.filter(under([place]), kind__code__in=NAMED)
        self._names: dict[int, str] = dict(above.values_list("pk", "name"))
        self._sorts: dict[int, str] = dict(above.values_list("pk", "sort"))
        self.zones = ZoneIndex(place)

    def of(self, path: str, name: str) -> str:
        """泉口花苑 7号 101室: the name with those of what it lies in."""
        return " ".join([*(self._names[pk] for pk in self._above(path)), name])[-LONGEST:]

    def sort(self, path: str, own: str) -> str:
        """The walking order: by what it lies in, then by its own number."""
        return "/".join([*(self._sorts[pk] for pk in self._above(path)), own])[:80]

    def _above(self, path: str) -> list[int]:
        ids = (int(path[at : at + SEGMENT], 36) for at in range(0, len(path) - SEGMENT, SEGMENT))
        return [pk for pk in ids if pk in self._names]

    def area(self, path: str) -> int | None:
        """The zone of a path."""
        area = self.zones.at(path)
        return area.pk if area is not None else None


def _places(plan: Plan, scopes: Iterable[PlanScope], names: Names) -> list[Chosen]:
    lines = list(scopes)
    members = _members(lines)
    kinds = {line.kind_id for line in lines if line.kind_id}
    whole = [line.place_id for line in lines if line.place_id and not line.kind_id]
    whole += [place for line in lines if line.area_id and not line.kind_id for place in members[line.area_id]]
    condition = Q(pk__in=whole) | (under([plan.place]) & Q(kind__in=kinds) if kinds else Q(pk__in=[]))
    rows = Place.objects.filter(condition, until__isnull=True).values_list("pk", "path", "name", "sort", "kind")
    inside = _Inside(lines, members)
    picked = set(whole)
    found = [
        Chosen(name=names.of(path, name), path=path, place=pk, area=names.area(path), sort=names.sort(path, sort))
        for pk, path, name, sort, kind in rows.iterator(5000)
        if pk in picked or inside.has(path, kind)
    ]
    return sorted(found, key=_order)


class _Inside:
    """Which places of a kind the lines of a scope mean: those that lie in their place, or in a member of their zone."""

    def __init__(self, lines: Iterable[PlanScope], members: Mapping[int, Mapping[int, str]]) -> None:
        self._roots: dict[int | None, set[str]] = {}
        for line in lines:
            paths = [line.place.path] if line.place is not None else list(members.get(line.area_id or 0, {}).values())
            self._roots.setdefault(line.kind_id, set()).update(paths)

    def has(self, path: str, kind: int | None) -> bool:
        """Whether a place of a kind is meant."""
        roots = self._roots.get(kind)
        return roots is not None and any(path[:end] in roots for end in range(len(path), 0, -SEGMENT))


def _members(lines: Iterable[PlanScope]) -> dict[int, dict[int, str]]:
    """Area → its places with their paths; one statement."""
    areas = [line.area_id for line in lines if line.area_id]
    found: dict[int, dict[int, str]] = {area: {} for area in areas}
    rows = AreaPlace.objects.filter(area__in=areas, place__until__isnull=True)
    for area, place, path in rows.values_list("area", "place", "place__path"):
        found[area][place] = path
    return found


def _households(plan: Plan, scopes: Iterable[PlanScope], names: Names) -> list[Chosen]:
    lines = list(scopes)
    inside = _Inside([PlanScope(place=line.place, area_id=line.area_id) for line in lines], _members(lines))
    rows = Household.objects.filter(until__isnull=True, dwelling__until__isnull=True)
    rows = rows.filter(under([plan.place], "dwelling__path"))
    columns = ("pk", "dwelling", "dwelling__path", "dwelling__name", "dwelling__sort")
    found = [
        Chosen(
            name=names.of(path, name),
            path=path,
            place=dwelling,
            household=pk,
            area=names.area(path),
            sort=names.sort(path, sort),
        )
        for pk, dwelling, path, name, sort in rows.values_list(*columns).iterator(5000)
        if inside.has(path, None)
    ]
    return sorted(found, key=_order)


def people(plan: Plan, at: datetime | None = None) -> list[tuple[PlanPerson, Place | None]]:
    """Whom a plan is about by name at a moment (now), each with the door where he lives, if he lives at one. Two statements.

    Whose end is set already but lies after that moment is on it until then.
    """
    on_it = Q(ended_at__isnull=True) | Q(ended_at__gt=at or timezone.now())
    rows = list(PlanPerson.objects.filter(on_it, plan=plan).select_related("person", "household__dwelling"))
    homes: dict[UUID, Place] = {}
    lived = Residence.objects.filter(person__in=[row.person_id for row in rows], household__isnull=False)
    for residence in lived.select_related("household__dwelling").order_by("since", "pk"):
        homes[residence.person_id] = residence.household.dwelling
    return [(row, row.household.dwelling if row.household is not None else homes.get(row.person_id)) for row in rows]


def person_target(
    row: PlanPerson, home: Place | None, names: Names, *, day: int = 0, part: int = 0, slot: Slot | None = None
) -> Chosen:
    """The target of somebody; his door is its place and its name, his own name is in his scoped row only."""
    place = home or row.plan.place
    return Chosen(
        name=names.of(place.path, place.name),
        path=place.path,
        place=place.pk,
        household=row.household_id,
        person=row.person_id,
        area=names.area(place.path),
        sort=names.sort(place.path, place.sort),
        day=day,
        part=part,
        slot=slot,
    )


def _bodies(scopes: Iterable[PlanScope], on: date) -> list[Chosen]:
    condition = Q(pk__in=[])
    for line in scopes:
        if line.body_id:
            condition |= Q(pk=line.body_id)
        elif line.place is not None:
            kind = Q(kind=line.body_kind_id) if line.body_kind_id else Q()
            condition |= kind & under([line.place], "place__path")
    rows = Body.objects.filter(condition).filter(standing(on)).values_list("pk", "name", "kind", "kind__rank")
    found = [Chosen(name=name, body=pk, body_kind=kind, sort=f"{rank:03}") for pk, name, kind, rank in rows]
    return sorted(found, key=lambda one: (one.sort, one.name, one.body))


def _order(one: Chosen) -> tuple[int, str, str]:
    return (one.area or 0, one.sort, one.path)
