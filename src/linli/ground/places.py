"""Words for places, and finding them by what they were called and coded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.db.models import F, Q

from linli.ground.gazetteer.codes import read_code
from linli.ground.models import Place, PlaceName

DOOR_KINDS = frozenset({"estate", "lane", "side_lane", "building", "unit", "dwelling"})
MOST_MERGES = 20


def short_address(place: Place) -> str:
    """Estate · building · room, as people say it; needs ``parent`` (and its parents) loaded, else one query a level."""
    parts: list[str] = []
    here: Place | None = place
    while here is not None and here.pk != here.neighbourhood_id and here.neighbourhood_id is not None:
        parts.append(here.name)
        here = here.parent
    return " ".join(reversed(parts))


def door(place: Place) -> str:
    """The door without its estate: 7号 302室."""
    parts = short_address(place).split(" ")
    return " ".join(parts[1:]) if len(parts) > 1 else parts[0]


def resolve(code: str, on: date | None = None) -> Place | None:
    """The place that has an official code, or had it; on a day, the one that had it then. A merged place leads to the one that goes on.

    ``code`` may be written with filling zeros. Without a day, the place that has the code now is preferred to those that had it.
    """
    wanted = read_code(code) or code.strip()
    if not wanted:
        return None
    spans: dict[int, list[PlaceName]] = defaultdict(list)
    had = PlaceName.objects.filter(code=wanted).values("place")
    for span in PlaceName.objects.filter(place__in=had).select_related("place").order_by("place", "since"):
        spans[span.place_id].append(span)
    scored = [(_rank(of_place, wanted, on), of_place[0].place) for of_place in spans.values()]
    for place in Place.objects.filter(code=wanted).exclude(pk__in=spans):
        scored.append(((2 if place.until is None else 1, place.since or date.min), place))
    if not scored:
        return None
    return follow(max(scored, key=lambda pair: pair[0])[1], on)


def _rank(spans: list[PlaceName], code: str, on: date | None) -> tuple[int, date]:
    """3 and more: it has the code now (or had it on the day) and is there; 2: there, with another code by now; 1: it had it once."""
    latest = max(span.since for span in spans if span.code == code)
    day = on or date.max
    then = next((span for span in reversed(spans) if span.since <= day), None)
    if then is not None and then.code == code:
        return (4 if then.until is None or then.until > day else 3), latest
    return (2 if spans[-1].until is None else 1), latest


def follow(place: Place, on: date | None = None) -> Place:
    """The place that goes on for a merged one (on a day: if it was merged by then)."""
    for _ in range(MOST_MERGES):
        if place.merged_into_id is None or (on is not None and place.until is not None and place.until > on):
            return place
        place = Place.objects.get(pk=place.merged_into_id)
    return place


def names_of(neighbourhood: Place | int) -> dict[int, frozenset[str]]:
    """Place id → every name it ever had in a neighbourhood, with those of the places that were merged into it. Two statements."""
    pk = neighbourhood if isinstance(neighbourhood, int) else neighbourhood.pk
    found: dict[int, set[str]] = defaultdict(set)
    goes_on: dict[int, int] = {}
    for place, name, merged in Place.objects.filter(neighbourhood=pk).values_list("pk", "name", "merged_into"):
        found[place].add(name)
        if merged:
            goes_on[place] = merged
    for place, name in PlaceName.objects.filter(place__neighbourhood=pk).values_list("place", "name"):
        found[place].add(name)
    for place in goes_on:
        end = place
        for _ in range(MOST_MERGES):
            end = goes_on.get(end, end)
        found[end] |= found[place]
    return {place: frozenset(names) for place, names in found.items() if place not in goes_on}


def former_names(neighbourhoods: Sequence[Place], kinds: Sequence[int]) -> dict[int, list[str]]:
    """Place id → names of some kinds that it no longer has, and those of places that were merged into it; one statement."""
    rows = PlaceName.objects.filter(place__neighbourhood__in=list(neighbourhoods), place__kind__in=list(kinds)).filter(
        ~Q(name=F("place__name")) | Q(place__merged_into__isnull=False)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for place, merged, name in rows.order_by().values_list("place", "place__merged_into", "name"):
        found[merged or place].append(name)
    return found


def called(neighbourhood: Place, word: str) -> Q:
    """A condition for places of a neighbourhood that are or once were called ``word`` exactly, or lead on from one that was."""
    named = PlaceName.objects.filter(place__neighbourhood=neighbourhood, name=word)
    return Q(pk__in=named.values("place")) | Q(pk__in=named.values("place__merged_into")) | Q(name=word)
