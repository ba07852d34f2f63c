"""Figures of the duties: places filled of those wanted (P03, P05), and who came of those expected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count as Number
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.duties.models import Post, Shift, Stint
from linli.duties.rules import ZONE_LEAST
from linli.ground import figures
from linli.ground.figures import ALL, AsOf, Count, Figure, Late, Patch, Patches, period
from linli.ground.models import Place

AT = ("post__neighbourhood", "post__area", "post__area__purpose", "post__place", "post__place__path")


def _patch(patches: Patches, neighbourhood: int, area: int | None, purpose: str | None, path: str | None) -> Patch:
    """Where a post counts: in its zone, else where its place lies, else in the neighbourhood."""
    if area is not None and purpose == "zone":
        return Patch(neighbourhood, area)
    return (patches.of(path) if path else None) or Patch(neighbourhood)


def _sum(rows: Iterable[tuple[Patch, Count]]) -> Mapping[Patch, Count]:
    found: dict[Patch, Count] = {}
    for patch, count in rows:
        found[patch] = found.get(patch, Count()) + count
    return found


@dataclass(slots=True)
class _Zone:
    """What the shifts of a zone want in the period, and how many have a place on one; ``where``: its first shift."""

    patch: Patch
    where: Late
    wanted: int = 0
    people: int = 0


def _places(got: int, wanted: int, where: Late) -> Count:
    return Count(got, wanted, {"open": wanted - got}, () if got == wanted else (where,))


def filled(places: Sequence[Place], as_of: AsOf) -> Mapping[Patch, Count]:
    """Places that somebody had, of those wanted, on shifts that began in the period and were not cancelled. Two statements.

    A zone wants two people a day, whatever its shifts say (P03).
    """
    start, end = period(as_of)
    patches = Patches(places)
    had = Q(stints__taken_at__lte=as_of.heard_by) & (
        Q(stints__released_at__isnull=True) | Q(stints__released_at__gt=as_of.heard_by)
    )
    # counted from the rows of the shift, so that a scope on people is not asked for
    shifts = Shift.objects.filter(
        Q(cancelled_at__isnull=True) | Q(cancelled_at__gt=as_of.heard_by),
        post__neighbourhood__in=[p.pk for p in places],
        starts_at__gte=start,
        starts_at__lt=end,
    ).annotate(people=Number("stints", filter=had))

    def each() -> Iterable[tuple[Patch, Count]]:
        zones: dict[object, _Zone] = {}
        for kind, post, wanted, people, begins, neighbourhood, area, purpose, place, path in shifts.values_list(
            "post__kind", "post", "wanted", "people", "starts_at", *AT
        ).order_by("starts_at", "pk"):
            patch = _patch(patches, neighbourhood, area, purpose, path)
            where = Late(place=place or neighbourhood, due_at=begins, code="open")
            if kind == Post.Kind.ZONE:
                zone = zones.setdefault(area or post, _Zone(patch, where))
                zone.wanted, zone.people = zone.wanted + wanted, zone.people + people
            yield patch, _places(min(people, wanted), wanted, where)
        for zone in zones.values():
            if zone.wanted < ZONE_LEAST:
                more = ZONE_LEAST - zone.wanted
                yield zone.patch, _places(min(max(zone.people - zone.wanted, 0), more), more, zone.where)

    return _sum(each())


def attendance(places: Sequence[Place], as_of: AsOf) -> Mapping[Patch, Count]:
    """Who came, of those who had a place on a shift that began in the period; parts: did not come, nobody said. Two statements."""
    start, end = period(as_of)
    patches = Patches(places)
    rows = Stint.objects.filter(
        Q(released_at__isnull=True) | Q(released_at__gt=as_of.heard_by),
        neighbourhood__in=[p.pk for p in places],
        taken_at__lte=as_of.heard_by,
        shift__starts_at__gte=start,
        shift__starts_at__lt=end,
        shift__cancelled_at__isnull=True,
    )

    def each() -> Iterable[tuple[Patch, Count]]:
        for came, missed, said, begins, neighbourhood, area, purpose, place, path in rows.values_list(
            "came_at", "missed", "said_at", "shift__starts_at", *(f"shift__{name}" for name in AT)
        ).order_by("shift__starts_at", "pk"):
            heard = said is not None and said <= as_of.heard_by
            here = heard and came is not None
            part = {} if here else {"missed" if heard and missed else "unsaid": 1}
            late = (Late(place=place or neighbourhood, due_at=begins, code="missed"),) if "missed" in part else ()
            yield _patch(patches, neighbourhood, area, purpose, path), Count(int(here), 1, part, late)

    return _sum(each())


def register_all() -> None:
    """Add them to the sheet."""
    figures.register(
        Figure(
            "duties.filled",
            _("Duties filled"),
            "duties",
            _("places"),
            filled,
            _week,
            {"open": _("nobody")},
            right="duties.read",
            wants=ALL,
        )
    )
    figures.register(
        Figure(
            "duties.attendance",
            _("Came to their duty"),
            "duties",
            _("people"),
            attendance,
            _week,
            {"missed": _("did not come"), "unsaid": _("nobody said")},
            right="duties.read",
        )
    )


def _week(patch: Patch, as_of: AsOf) -> str:
    """The week of the period; its rows are the shifts."""
    return f"{reverse('duties:week')}?week={timezone.localdate(period(as_of)[0]).isoformat()}"
