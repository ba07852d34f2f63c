"""Permission, computed from mandates: a capacity says what, the subtree of its place says where."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from linli.accounts.models import User
from linli.ground.capacities import CAPACITIES
from linli.ground.models import Mandate, Place
from linli.ground.models.places import path_end


def active(rows: QuerySet[Mandate], on: date | None = None) -> QuerySet[Mandate]:
    """Those of ``rows`` that hold on a day (today in Shanghai)."""
    day = on or timezone.localdate()
    return rows.filter(since__lte=day).filter(Q(until__isnull=True) | Q(until__gt=day))


def mandates_of(user: User, on: date | None = None) -> list[Mandate]:
    """The user's active mandates with their places, and those of a body in which he holds the same capacity; one query, a second for a
    member of a body: this runs at every request, and most are of none.

    So a liaison officer works where his group is sent (R13), and nowhere by a body's other mandates. A suspended account has none.
    """
    if not user.is_authenticated or not user.is_active:
        return []
    ordered = Mandate.objects.select_related("place__kind").order_by("place__path")
    own = list(active(ordered.filter(user=user), on))
    member = {(one.of_body_id, one.capacity) for one in own if one.of_body_id is not None}
    if not member:
        return own
    # named by their bodies, so that it goes by an index, whatever else is in the database
    sent = active(ordered.filter(body__in={body for body, _ in member}), on)
    found = own + [one for one in sent if (one.body_id, one.capacity) in member]
    return sorted(found, key=lambda one: one.place.path if one.place is not None else "")


def accounts_of(rows: QuerySet[Mandate], on: date | None = None) -> list[tuple[Mandate, User]]:
    """Those of ``rows`` that hold on a day, each with the accounts for which it works: its own, or, where a body holds it, those that
    hold the same capacity in that body (the other way round than ``mandates_of``). One statement, two when a body holds one.
    """
    held = list(active(rows.filter(person__isnull=True), on).select_related("place", "user"))
    bodies = {one.body_id for one in held if one.body_id is not None}
    inside = Mandate.objects.filter(of_body__in=bodies, user__isnull=False) if bodies else None
    members = list(active(inside, on).select_related("user").order_by("since", "pk")) if inside is not None else []
    found = [(one, one.user) for one in held if one.user is not None]
    found += [
        (one, member.user)
        for one in held
        for member in members
        if member.user is not None and (member.of_body_id, member.capacity) == (one.body_id, one.capacity)
    ]
    return [(one, user) for one, user in found if user.is_active]


def rights_at(mandates: Iterable[Mandate], place: Place) -> frozenset[str]:
    """The rights that ``mandates`` give at ``place``."""
    found: set[str] = set()
    for mandate in mandates:
        if mandate.place is not None and mandate.place.contains(place) and mandate.capacity in CAPACITIES:
            found |= CAPACITIES[mandate.capacity].rights
    return frozenset(found)


def can(user: User, right: str, place: Place) -> bool:
    """Whether ``user`` may do ``right`` at ``place`` today."""
    return right in rights_at(mandates_of(user), place)


def places_with(mandates: Iterable[Mandate], right: str) -> list[Place]:
    """The places (roots of subtrees) where ``mandates`` give ``right``."""
    return [
        m.place
        for m in mandates
        if m.place is not None and m.capacity in CAPACITIES and right in CAPACITIES[m.capacity].rights
    ]


def under(places: Iterable[Place], field: str = "path") -> Q:
    """A condition for rows whose place path (``field``) lies in one of ``places``; an index range, never LIKE."""
    condition = Q(pk__in=[])
    for place in places:
        condition |= Q(**{f"{field}__gte": place.path, f"{field}__lt": path_end(place.path)})
    return condition


def needs_second_factor(mandates: Iterable[Mandate]) -> bool:
    """Whether one of ``mandates`` is of a capacity that sees unmasked data."""
    return any(m.capacity in CAPACITIES and CAPACITIES[m.capacity].sensitive for m in mandates)


def neighbourhoods_of(mandates: Iterable[Mandate]) -> list[Place]:
    """The neighbourhoods in which ``mandates`` give anything at all: those they lie in, and those below them."""
    roots = [m.place for m in mandates if m.place is not None]
    inside = {p.neighbourhood_id for p in roots if p.neighbourhood_id}
    above = [p for p in roots if not p.neighbourhood_id]
    condition = Q(pk__in=inside)
    if above:
        condition |= under(above) & Q(kind__code="neighbourhood")
    return list(Place.objects.filter(condition, until__isnull=True).order_by("path"))


def secretaries_of(neighbourhood: Place) -> list[Mandate]:
    """Every secretary's mandate of a neighbourhood, past and present, by its first day."""
    return list(Mandate.objects.filter(place=neighbourhood, capacity="secretary").order_by("since", "pk"))


def secretary_of(neighbourhood: Place, on: date | None = None) -> Mandate | None:
    """The secretary's mandate of a neighbourhood: the default responsible (R02)."""
    rows = active(Mandate.objects.filter(place=neighbourhood, capacity="secretary"), on)
    return rows.order_by("since", "pk").first()
