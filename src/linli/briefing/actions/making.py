"""Make the sheets that are due: once each, in order, also after a day on which nothing ran."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from linli.briefing.models import Sheet
from linli.briefing.numbers import Numbers
from linli.briefing.streets import Street, hours, moment_of, streets
from linli.ground import figures
from linli.ground.figures import AsOf
from linli.ground.models import Area, Place
from linli.ground.scope import scoped
from linli.ground.zones import PURPOSE
from linli.rounds.group_days import group_days

MOST_DAYS = 7
"""So many days that nobody made a sheet of are caught up; what is older nobody reports any more."""


def numbers_of(places: Sequence[Place], as_of: AsOf, now: datetime) -> Numbers:
    """Every figure of some neighbourhoods (and their subdistrict) at a moment, in a fixed number of statements."""
    ids = [place.pk for place in places]
    zones: dict[int, list[int]] = {}
    areas = Area.objects.filter(neighbourhood__in=ids, purpose=PURPOSE).order_by("pk")
    for neighbourhood, area in areas.values_list("neighbourhood__pk", "pk"):
        zones.setdefault(neighbourhood, []).append(area)
    with scoped(neighbourhood_ids=frozenset(ids), reason="job:daily-sheet"):
        cells = figures.compute(places, as_of, now)
        groups = group_days(places, as_of)
    return Numbers(cells, tuple(groups), {pk: tuple(areas) for pk, areas in zones.items()})


def make_due(now: datetime) -> int:
    """Make every sheet whose hour is over, of all neighbourhoods and subdistricts that run here. Returns how many.

    Those of one moment are counted together, so that they add up. A sheet is made once: a second process that comes to the same one
    writes nothing. A place that has never had one begins with today's.
    """
    every = streets()
    made = 0
    for day, at, due in _due(every, now):
        found = numbers_of(_counted(every, due), AsOf.of(at), now)
        made += len(_keep(every, due, day, at, found, now))
    return made


def _due(every: Sequence[Street], now: datetime) -> list[tuple[date, datetime, frozenset[int]]]:
    """(day, moment, places) for which no sheet was made, the earliest first."""
    places = [place for street in every for place in street.places]
    today = timezone.localdate(now)
    last = dict(
        Sheet.objects.filter(place__in=[p.pk for p in places]).order_by().values_list("place").annotate(Max("day"))
    )
    table: dict[tuple[date, datetime], set[int]] = defaultdict(set)
    for pk, hour in hours(places).items():
        first = max(last[pk] + timedelta(days=1), today - timedelta(days=MOST_DAYS - 1)) if pk in last else today
        for ahead in range((today - first).days + 1):
            day = first + timedelta(days=ahead)
            at = moment_of(day, hour)
            if at <= now:
                table[(day, at)].add(pk)
    return [(day, at, frozenset(pks)) for (day, at), pks in sorted(table.items())]


def _counted(every: Sequence[Street], due: frozenset[int]) -> list[Place]:
    """The places to count: a subdistrict's sheet needs all its neighbourhoods."""
    found = []
    for street in every:
        whole = street.place is not None and street.place.pk in due
        found += [place for place in street.places if whole or place.pk in due]
    return found


def _keep(
    every: Sequence[Street], due: frozenset[int], day: date, at: datetime, found: Numbers, now: datetime
) -> list[Sheet]:
    rows = []
    for street in every:
        for place in street.places:
            if place.pk not in due:
                continue
            inside = street.places if street.place is not None and place.pk == street.place.pk else [place]
            kept = found.part(one.pk for one in inside).as_json()
            rows.append(Sheet(place=place, day=day, as_of=at, heard_by=at, made_at=now, numbers=kept))
    return Sheet.objects.bulk_create(rows, ignore_conflicts=True)
