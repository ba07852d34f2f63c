"""The staff of firms in office towers: holders of permits who do not live here (G12). The firm stands where a resident's door does."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from linli.gates.cards_queries import Line, holders, with_cards
from linli.gates.models import Klass
from linli.ground.actions.staff import MEMBER, staff_of
from linli.ground.mandates import active
from linli.ground.models import Mandate, Place
from linli.ground.models.people import masked
from linli.ui.tables import natural

TOWER = "office_tower"


def towers_of(neighbourhood: Place) -> list[Place]:
    """The office towers of today, by name; one statement."""
    rows = Place.objects.filter(neighbourhood=neighbourhood, kind__code=TOWER, until__isnull=True)
    return sorted(rows.select_related("kind", "parent"), key=lambda tower: natural(tower.name))


def staff_holders(place: Place, *, inside: Iterable[Place] | None = None) -> list[Line]:
    """Who works today in the firms at home in ``place`` (and in one of ``inside``), by tower, firm and name; one statement.

    ``Line.building`` is where the firm is at home, ``place`` its name, ``room`` the firm's.
    """
    roots = None if inside is None else list(inside)
    found = []
    for row in staff_of(place):
        person, firm = row.person, row.of_body
        if person is None or firm is None or (roots is not None and not any(r.contains(firm.place) for r in roots)):
            continue
        order = (firm.place.sort or firm.place.name, firm.name, person.sort_name, str(person.pk))
        found.append(
            Line(person.pk, person.name, masked(person.name), firm.place_id, firm.place.name, firm.name, order)
        )
    found.sort(key=lambda line: line.order)
    return list({line.person: line for line in reversed(found)}.values())[::-1]


def staff_lines(place: Place, at: datetime, *, inside: Iterable[Place] | None = None) -> list[Line]:
    """The same with their permits and cards; three statements. ``place``: a tower or a neighbourhood."""
    neighbourhood = place.neighbourhood or place
    return with_cards(neighbourhood, staff_holders(place, inside=inside), at, klass=Klass.STAFF)


def holders_of(klass: str, neighbourhood: Place, day: date | None = None, place: Place | None = None) -> list[Line]:
    """Who is to hold a permit of a class: residents, or staff; ``place``: only there."""
    if klass == Klass.STAFF:
        return staff_holders(place or neighbourhood)
    return holders(neighbourhood, day, inside=None if place is None else [place])


def works_here(person: Any) -> QuerySet[Mandate]:
    """For a search: the rows by which ``person`` (an outer reference) belongs to a firm's staff today."""
    return active(Mandate.objects.filter(person=person, capacity=MEMBER, of_body__isnull=False))
