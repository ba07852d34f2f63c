"""The figure of journeys: who has arrived, of those who were on the way (T03: in = delivered + open)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linli.ground import figures
from linli.ground.figures import ALL, AsOf, Count, Figure, Late, Patch, Patches, period
from linli.ground.models import Place
from linli.journeys.models import Traveller
from linli.journeys.queries import Row, State, board


def arrivals(places: Sequence[Place], as_of: AsOf) -> Mapping[Patch, Count]:
    """Delivered of those on the way in the period, each in the zone of his door. A fixed number of statements."""
    start, _end = period(as_of)
    patches = Patches(places)
    rows = Traveller.objects.filter(neighbourhood__in=[place.pk for place in places])
    found: dict[Patch, Count] = {}
    for row in board(None, as_of.at, heard_by=as_of.heard_by, since=start, travellers=rows).rows:
        door = row.traveller.dwelling
        patch = (patches.of(door.path) if door is not None else None) or Patch(row.traveller.neighbourhood_id)
        found[patch] = found.get(patch, Count()) + _one(row)
    return found


def _one(row: Row) -> Count:
    if row.state is State.DELIVERED:
        return Count(1, 1)
    if row.state is State.LATE and row.next is not None:
        late = Late(row.traveller.neighbourhood_id, None, row.traveller.owner_id, row.next.alarm_at, "late")
        return Count(0, 1, {"late": 1}, (late,))
    return Count(0, 1, {"unplanned": 1} if row.state is State.UNPLANNED else {})


def register_all() -> None:
    """Add it to the sheet, from ``apps.py``."""
    figures.register(
        Figure(
            "journeys.arrivals",
            _("Travellers who have arrived"),
            "journeys",
            _("people"),
            arrivals,
            lambda patch, as_of: reverse("journeys:board"),
            {"late": _("late for the next hand-over"), "unplanned": _("nobody is planned next")},
            "journeys.read",
            wants=ALL,
        )
    )
