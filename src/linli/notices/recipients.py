"""To whom a notice goes: said by mandate, by office at a place, or by area; who that is, is found when it is told, and again each time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from linli.accounts.models import User
from linli.ground.mandates import accounts_of, active, under
from linli.ground.models import Area, Mandate, Place
from linli.ground.zones import holder_of
from linli.notices.models import Notice

DEFAULT = "secretary"
"""Whose everything is that nobody holds (R02)."""


@dataclass(frozen=True)
class To:
    """Exactly one of: a ``mandate``; a ``capacity`` at a ``place`` or, where nobody holds it there, nearest above, else below; an
    ``area``: who holds it. ``area`` beside another says whose group hears of it too."""

    mandate: Mandate | None = None
    capacity: str = ""
    place: Place | None = None
    area: Area | None = None

    def __post_init__(self) -> None:
        if bool(self.capacity) != (self.place is not None) or (self.mandate is not None and self.capacity):
            raise ValueError("a notice goes to a mandate, to an office at a place, or to who holds an area")
        if self.mandate is None and not self.capacity and self.area is None:
            raise ValueError("a notice goes to somebody")


@dataclass(frozen=True)
class Recipient:
    """Somebody to tell: by his account, or, without one, by the printed list."""

    mandate: Mandate
    user: User | None


def to_of(notice: Notice) -> To:
    """To whom a notice said that it goes."""
    return To(notice.to_mandate, notice.to_capacity, notice.to_place, notice.to_area)


def place_of(notice: Notice) -> Place:
    """Where a step looks for the office that it names, upwards: the notice's own place, else where its holder's mandate lies."""
    mandate = notice.to_mandate
    held = mandate.place if mandate is not None else None
    inside = held is not None and notice.neighbourhood.contains(held)
    place: Place = notice.to_place or (held if inside else None) or notice.neighbourhood
    return place


def resolve(to: To, neighbourhood: Place, on: date) -> list[Recipient]:
    """Who that is on a day; never empty while the neighbourhood has a secretary."""
    return _told(_mandates(to, on), on) or office(DEFAULT, neighbourhood, on)


def office(capacity: str, place: Place, on: date) -> list[Recipient]:
    """Who holds an office for a place on a day: there, else nearest above, else below it."""
    return _told(_holding(capacity, place, on), on)


def _holding(capacity: str, place: Place, on: date) -> QuerySet[Mandate]:
    rows = Mandate.objects.filter(capacity=capacity)
    above = list(active(rows.filter(place__in=place.ancestor_ids()), on).select_related("place"))
    nearest = max((len(one.place.path) for one in above if one.place is not None), default=0)
    held = [one.pk for one in above if one.place is not None and len(one.place.path) == nearest]
    return rows.filter(pk__in=held) if held else rows.filter(under([place], "place__path"))


def _mandates(to: To, on: date) -> QuerySet[Mandate]:
    if to.mandate is not None:
        return Mandate.objects.filter(pk=to.mandate.pk)
    if to.place is not None:
        return _holding(to.capacity, to.place, on)
    held = holder_of(to.area, on) if to.area is not None else None
    return Mandate.objects.filter(pk__in=[held.pk] if held is not None else [])


def _told(rows: QuerySet[Mandate], on: date) -> list[Recipient]:
    """The accounts for which mandates work; a mandate that never had one is told on paper, one of a suspended account not at all."""
    reached = accounts_of(rows, on)
    found = [Recipient(mandate, user) for mandate, user in reached]
    with_account = [mandate.pk for mandate, _user in reached]
    rest = active(rows.filter(user__isnull=True).exclude(pk__in=with_account), on).select_related("place")
    return found + [Recipient(one, None) for one in rest]
