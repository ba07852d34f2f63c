"""What liaison groups did in a day, for many neighbourhoods at once (R13); and which of them they did not come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count as Number
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.ground import figures
from linli.ground.figures import AsOf, Count, Figure, Late, Patch, period
from linli.ground.mandates import active
from linli.ground.models import Mandate, Place
from linli.rounds.groups import KIND
from linli.rounds.models import Finding, Visit


@dataclass(frozen=True, slots=True)
class GroupDay:
    """What a liaison group did in a neighbourhood in a day; ids and quantities. ``sent``: whether that is where it is sent."""

    group: int
    place: int
    visits: int = 0
    found: int = 0
    open: int = 0
    sent: bool = True


def group_days(places: Sequence[Place], as_of: AsOf) -> list[GroupDay]:
    """Every group that is sent to one of ``places``, or was there in the period, or found something still open. Four statements."""
    start, end = period(as_of)
    here = [place for place in places if place.neighbourhood_id]
    ids = [place.pk for place in here]
    mandates = Mandate.objects.filter(capacity="liaison", body__kind__code=KIND, place__isnull=False)
    sent = {
        (body, place.pk)
        for body, path in active(mandates, timezone.localdate(as_of.at)).values_list("body", "place__path")
        for place in here
        if place.path.startswith(path) or path.startswith(place.path)
    }
    heard = Q(group__isnull=False, neighbourhood__in=ids, heard_at__lte=as_of.heard_by)
    day = Q(happened_at__gte=start, happened_at__lt=end)
    visits = _tally(Visit.objects.filter(heard & day))
    rows = Finding.objects.filter(heard)
    found = _tally(rows.filter(day))
    undone = Q(closed_at__isnull=True) | Q(closed_at__gt=as_of.at)
    still = _tally(rows.filter(undone, happened_at__lt=end))
    every = sorted(sent | visits.keys() | found.keys() | still.keys())
    return [
        GroupDay(group, place, visits[group, place], found[group, place], still[group, place], (group, place) in sent)
        for group, place in every
    ]


def _tally(rows: object) -> Counter[tuple[int, int]]:
    counted = rows.order_by().values_list("group", "neighbourhood").annotate(n=Number("pk"))  # type: ignore[attr-defined]
    return Counter({(group, place): number for group, place, number in counted})


def came(places: Sequence[Place], as_of: AsOf) -> Mapping[Patch, Count]:
    """Groups that came in the period, of those that are sent; parts: visits, findings. Named: where a group did not come."""
    found: dict[Patch, Count] = {}
    for day in group_days(places, as_of):
        patch = Patch(day.place)
        parts = {code: number for code, number in (("visits", day.visits), ("found", day.found)) if number}
        came_here = int(day.sent and day.visits > 0)
        late = (Late(place=day.place, body=day.group, code="missed"),) if day.sent and not came_here else ()
        found[patch] = found.get(patch, Count()) + Count(came_here, int(day.sent), parts, late)
    return found


def register_all() -> None:
    """Add it to the sheet."""
    parts = {"visits": _("visits"), "found": _("found")}
    figures.register(
        Figure(
            "groups.came",
            _("Liaison groups that came"),
            "people",
            _("groups"),
            came,
            lambda patch, as_of: reverse("rounds:groups") + f"?day={timezone.localtime(as_of.at):%Y-%m-%d}",
            parts,
            "rounds.read",
            zoned=False,
        )
    )
