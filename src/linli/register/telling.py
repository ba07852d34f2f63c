"""The changes of a file as one JSON object each (``linli import-register --json``)."""

from __future__ import annotations

from typing import Any

from linli.ground.models import Place
from linli.ground.scope import scoped
from linli.register.comparing import Comparison
from linli.register.doors import path_of, plain
from linli.register.interpret.model import Interpretation
from linli.register.keeping import shown_value
from linli.register.known import Known
from linli.register.models import ImportRun


def changes_json(compared: Comparison, *, show: bool) -> list[dict[str, Any]]:
    """``kind``, ``was_at`` and ``at`` ([sheet, row] before and now, or null), ``door``, ``was``, ``to``; masked unless ``show``."""
    rows = compared.result.rows
    return [
        {
            "kind": one.kind,
            "was_at": [one.was_at[0] or None, one.was_at[1]] if one.was_at else None,
            "at": [rows[one.row].sheet, rows[one.row].row] if one.row is not None else None,
            "door": one.door,
            "name": one.name or None,
            "was": shown_value(one.field, one.was, show=show),
            "to": shown_value(one.field, one.to, show=show),
            "conflict": one.conflict,
            "taken": one.taken,
        }
        for one in compared.changes
    ]


def compare_with(place: Place, result: Interpretation) -> Comparison:
    """Compare a file with the register of a neighbourhood; nothing is stored."""
    with scoped(neighbourhood_ids={place.pk}, reason="cli:import-register"):
        return Comparison(Known.load(place.pk), result).run()


def likely_neighbourhood(result: Interpretation) -> Place | None:
    """The neighbourhood whose register the file is about: the only one that has imported a register, or the only one with its estates."""
    places = list(Place.objects.filter(kind__code="neighbourhood"))
    found = []
    for place in places:
        with scoped(neighbourhood_ids={place.pk}, reason="cli:import-register"):
            if ImportRun.objects.filter(neighbourhood=place, state=ImportRun.State.DONE).exists():
                found.append(place)
    if len(found) < 2:
        return found[0] if found else None
    wanted = {plain(path)[0] for row in result.rows if (path := path_of(row.door))}
    return _by_estates(found, {name for _, name in wanted})


def _by_estates(places: list[Place], wanted: set[str]) -> Place | None:
    counts = {}
    for place in places:
        names = Place.objects.filter(neighbourhood=place, kind__code="estate").values_list("name", flat=True)
        counts[place.pk] = len(wanted & {plain((("estate", name),))[0][1] for name in names})
    best = sorted(places, key=lambda place: -counts[place.pk])
    return best[0] if counts[best[0].pk] > counts[best[1].pk] else None
