"""Which places go where: the roots of what goes with the parent each gets, and the paths that follow from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from linli.ground.actions.places import NewPlace, add_places
from linli.ground.mandates import under
from linli.ground.models import Place
from linli.ground.models.places import segment
from linli.procedures.models import Parting


@dataclass(frozen=True)
class Root:
    """A place that goes with all that lies in it, and under what."""

    place: Place
    parent: Place

    @property
    def path(self) -> str:
        """The path it gets."""
        return self.parent.path + segment(self.place.pk)

    def path_of(self, place: Place) -> str:
        """The path that a place in it gets."""
        return self.path + place.path[len(self.place.path) :]


@dataclass(frozen=True)
class Plan:
    """Everything that goes, and the places that are joined with their other half."""

    roots: tuple[Root, ...]
    halves: tuple[tuple[Place, Place], ...] = ()

    def inside(self, field: str = "path") -> Q:
        """A condition for places (or rows by the path of theirs) that go."""
        return under([root.place for root in self.roots], field)

    def places(self) -> QuerySet[Place]:
        """Every place that goes, ended ones too."""
        return Place.objects.filter(self.inside())

    def paths(self, places: Sequence[Place]) -> dict[int, str]:
        """Place id → the path it gets."""
        return {place.pk: self._root(place).path_of(place) for place in places}

    def _root(self, place: Place) -> Root:
        return next(root for root in self.roots if root.place.contains(place))


def plan_of(parting: Parting, *, make: bool = False) -> Plan:
    """The plan of a parting that has its target; ``make``: add what it needs (an estate that is cut needs a half on the other side)."""
    if parting.target is None:
        raise ValueError("a split has no target before it begins")
    if parting.kind == Parting.Kind.MERGE:
        return _everything(parting.source, parting.target)
    chosen = uppermost(parting.parts)
    return Plan(tuple(Root(place, _counterpart(place.parent, parting, make)) for place in chosen))


def uppermost(ids: Sequence[int]) -> list[Place]:
    """The chosen places without those that lie in another chosen one, in the order of the tree."""
    found: list[Place] = []
    for place in Place.objects.filter(pk__in=ids).select_related("kind", "parent").order_by("path"):
        if not any(other.contains(place) for other in found):
            found.append(place)
    return found


def _counterpart(above: Place | None, parting: Parting, make: bool) -> Place:
    """Where a part lies on the other side: in the new neighbourhood, or in the other half of the estate that is cut."""
    if above is None or parting.target is None or above.pk == parting.source_id:
        return parting.target or parting.source
    half = Place.objects.filter(split_from=above, neighbourhood=parting.target, until__isnull=True).first()
    if half is not None or not make:
        return half or above
    parent = _counterpart(above.parent, parting, make)
    (half,) = add_places([NewPlace(above.kind.code, parent, above.name, above.name_en, estate_type=above.estate_type)])
    half.split_from, half.since = above, parting.since
    half.save(update_fields=["split_from", "since"])
    return half


def _everything(source: Place, target: Place) -> Plan:
    roots: list[Root] = []
    halves: list[tuple[Place, Place]] = []
    for place, parent, half in _below(source, target):
        if half is None:
            roots.append(Root(place, parent))
        else:
            halves.append((place, half))
    return Plan(tuple(roots), tuple(halves))


def _below(above: Place, counterpart: Place) -> Iterator[tuple[Place, Place, Place | None]]:
    """(place, the parent it gets, the half it is joined with) for what lies in a neighbourhood, or in one half of a cut estate."""
    for place in Place.objects.filter(parent=above).select_related("kind", "split_from").order_by("path"):
        half = _half_of(place, counterpart)
        if half is not None:
            yield from _below(place, half)
        yield place, counterpart, half


def _half_of(place: Place, counterpart: Place) -> Place | None:
    """The other half of an estate that was cut once, if it lies in the counterpart."""
    pieces = Q(pk=place.split_from_id) | Q(split_from=place)
    there = Place.objects.filter(pieces, parent=counterpart, kind_id=place.kind_id, until__isnull=True)
    return there.first() if place.until is None else None
