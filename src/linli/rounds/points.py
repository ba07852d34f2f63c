"""R12: leaders cover areas, liaison officers points: which zone nobody leads, which lane, gate or body nobody answers for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.ground import figures
from linli.ground.bodies import TEAMS, standing
from linli.ground.figures import NONE, AsOf, Count, Figure, Late, Patch, Patches
from linli.ground.mandates import active, under
from linli.ground.models import Area, Body, Mandate, Place
from linli.ground.models.places import SEGMENT
from linli.ground.zones import POINTS, PURPOSE, holders

ON_SITE = ("liaison", "patroller", "building_leader", "gate_captain", "property")
"""Offices that answer for a place of their own: held at it or above it, inside the neighbourhood."""
IN_BODY = ("liaison", "contact", "head")
"""Who answers for a body from inside it."""


@dataclass(frozen=True)
class Point:
    """An area or a point on a day, and who answers for it, if anybody. Exactly one of area, place, body."""

    patch: Patch
    area: Area | None = None
    place: Place | None = None
    body: Body | None = None
    mandate: Mandate | None = None

    @property
    def late(self) -> Late:
        """As a figure names it."""
        return Late(
            place=self.place.pk if self.place else None,
            area=self.area.pk if self.area else None,
            body=self.body.pk if self.body else None,
            code="nobody",
        )


def areas(places: Sequence[Place], on: date) -> list[Point]:
    """Every zone with who leads it. Two statements."""
    rows = Area.objects.filter(neighbourhood__in=[p.pk for p in places], purpose=PURPOSE)
    found = list(rows.select_related("neighbourhood").order_by("neighbourhood__path", "name", "pk"))
    held = holders([area.pk for area in found], on)
    return [Point(Patch(area.neighbourhood_id, area.pk), area=area, mandate=held.get(area.pk)) for area in found]


def points(places: Sequence[Place], on: date) -> list[Point]:
    """Every lane, side lane, gate and body with who answers for it. Eight statements at any number.

    A place: who holds an office at it or above it inside its neighbourhood, else who leads its zone. A body: who is its liaison officer,
    contact or head.
    """
    patches = Patches(places)
    ids = [place.pk for place in places if place.neighbourhood_id]
    held = {point.area.pk: point.mandate for point in areas(places, on) if point.area is not None}
    offices = Mandate.objects.filter(capacity__in=ON_SITE, place__neighbourhood__in=ids).exclude(place__in=ids)
    near = {one.place.path: one for one in active(offices, on).select_related("place", "body") if one.place is not None}
    rows = Place.objects.filter(neighbourhood__in=ids, kind__code__in=POINTS, until__isnull=True)
    found = []
    for place in rows.select_related("parent", "neighbourhood").order_by("path"):
        patch = patches.of(place.path) or Patch(place.neighbourhood_id or 0)
        found.append(Point(patch, place=place, mandate=_nearest(near, place.path) or held.get(patch.zone or 0)))
    return found + _bodies(places, patches, on)


def _nearest(near: Mapping[str, Mandate], path: str) -> Mandate | None:
    ends = range(len(path), 0, -SEGMENT)
    return next((near[path[:end]] for end in ends if path[:end] in near), None)


def _bodies(places: Sequence[Place], patches: Patches, on: date) -> list[Point]:
    rows = Body.objects.filter(under(places, "place__path"), standing(on)).exclude(kind__code__in=TEAMS)
    bodies = list(rows.select_related("place", "kind").order_by("kind__rank", "name", "pk"))
    inside: dict[int | None, list[Mandate]] = defaultdict(list)
    for one in active(Mandate.objects.filter(of_body__in=bodies, capacity__in=IN_BODY), on):
        inside[one.of_body_id].append(one)
    found = []
    for body in bodies:
        patch = patches.of(body.place.path)
        speakers = sorted(inside[body.pk], key=lambda one: IN_BODY.index(one.capacity))
        if patch is not None:
            found.append(Point(patch, body=body, mandate=speakers[0] if speakers else None))
    return found


def _count(found: Sequence[Point]) -> Mapping[Patch, Count]:
    counted: dict[Patch, Count] = {}
    for point in found:
        alone = point.mandate is None
        one = Count(int(alone), 1, late=(point.late,) if alone else ())
        counted[point.patch] = counted.get(point.patch, Count()) + one
    return counted


def without_leader(places: Sequence[Place], as_of: AsOf) -> Mapping[Patch, Count]:
    """Zones that nobody leads, of all zones."""
    return _count(areas(places, timezone.localdate(as_of.at)))


def without_liaison(places: Sequence[Place], as_of: AsOf) -> Mapping[Patch, Count]:
    """Lanes, gates and bodies that nobody answers for, of all of them."""
    return _count(points(places, timezone.localdate(as_of.at)))


def register_all() -> None:
    """Add them to the sheet."""
    for code, title, unit, compute in (
        ("people.areas", _("Zones nobody leads"), _("zones"), without_leader),
        ("people.points", _("Points nobody answers for"), _("points"), without_liaison),
    ):
        figures.register(
            Figure(code, title, "people", unit, compute, _page, right="rounds.read", wants=NONE, retraced=False)
        )


def _page(patch: Patch, as_of: AsOf) -> str:
    return reverse("rounds:points")
