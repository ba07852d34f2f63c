"""What may become of a place: where it may lie, with what it may be merged, how it may be split; and the consequences in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from linli.ground.mandates import under
from linli.ground.models import AreaPlace, Household, Mandate, Place
from linli.ground.tree import MOST_LEVELS, depth_below
from linli.kernel.place_names import place_key
from linli.kernel.refusal import Refusal

MERGED_KINDS = frozenset({"estate", "lane", "side_lane", "building", "unit"})
"""Kinds that are merged and split here. Gates and dwellings have acts of their own; official divisions follow their lists."""


def check_child(place: Place, parent: Place) -> None:
    """Refuse to put ``place`` under ``parent`` where the tree would break."""
    if place.contains(parent):
        raise Refusal("ground.place_in_itself", gettext_noop("A place cannot lie in itself."))
    if place.neighbourhood_id not in (parent.neighbourhood_id, place.pk):
        raise Refusal(
            "ground.place_elsewhere",
            gettext_noop("%(name)s lies in another neighbourhood; people's data do not cross."),
            name=parent.name,
        )
    if parent.until is not None or parent.kind.rank >= place.kind.rank:
        raise Refusal(
            "ground.place_not_inside",
            gettext_noop("%(place)s cannot lie in %(parent)s."),
            place=place.name,
            parent=parent.name,
        )
    same = Place.objects.filter(parent=parent, kind_id=place.kind_id, name=place.name, until__isnull=True)
    if same.exclude(pk=place.pk).exists():
        raise Refusal("ground.place_exists", gettext_noop("There is already a %(name)s here."), name=place.name)
    if len(parent.ancestor_ids()) + depth_below(place) > MOST_LEVELS:
        raise Refusal(
            "ground.tree_too_deep",
            gettext_noop("The tree of places would be more than %(most)s levels deep."),
            most=MOST_LEVELS,
        )


def check_kind(place: Place) -> None:
    """Refuse to merge or split what cannot be: ``ground.neighbourhood_whole``, ``ground.kind_not_merged``."""
    if place.kind.code == "neighbourhood":
        raise Refusal(
            "ground.neighbourhood_whole",
            gettext_noop(
                "A neighbourhood is split or merged on a page of its own, with everything that belongs to its people."
            ),
        )
    if place.kind.code not in MERGED_KINDS:
        raise Refusal(
            "ground.kind_not_merged",
            gettext_noop("%(name)s is of a kind that is not merged or split by hand."),
            name=place.name,
        )


def check_merge(place: Place, into: Place) -> None:
    """Refuse a merge: kinds, ``ground.place_ended``, ``ground.place_in_itself``, ``ground.place_elsewhere``, ``ground.kinds_differ``."""
    check_kind(place)
    if place.until is not None or into.until is not None:
        ended = place if place.until is not None else into
        raise Refusal("ground.place_ended", gettext_noop("%(name)s has ended already."), name=ended.name)
    if place.contains(into) or into.contains(place):
        raise Refusal("ground.place_in_itself", gettext_noop("A place cannot lie in itself."))
    if place.neighbourhood_id != into.neighbourhood_id:
        raise Refusal(
            "ground.place_elsewhere",
            gettext_noop("%(name)s lies in another neighbourhood; people's data do not cross."),
            name=into.name,
        )
    if place.kind_id != into.kind_id:
        raise Refusal("ground.kinds_differ", gettext_noop("Only places of one kind are merged."))


def check_parts(place: Place, parts: Sequence[Place], name: str) -> None:
    """Refuse a split: ``ground.nothing_to_split``, ``ground.not_a_part``, ``ground.place_exists`` and those of the kind."""
    check_kind(place)
    here = Place.objects.filter(parent=place, until__isnull=True).count()
    if not parts or len(parts) >= here:
        raise Refusal("ground.nothing_to_split", gettext_noop("Choose some of its parts, and leave some."))
    if any(part.parent_id != place.pk for part in parts):
        raise Refusal(
            "ground.not_a_part", gettext_noop("One of the chosen places is not a part of %(name)s."), name=place.name
        )
    same = Place.objects.filter(parent_id=place.parent_id, kind_id=place.kind_id, name=name, until__isnull=True)
    if same.exists():
        raise Refusal("ground.place_exists", gettext_noop("There is already a %(name)s here."), name=name)


def merged_with(place: Place, into: Place) -> list[tuple[Place, Place]]:
    """(place, the one that goes on for it) for the place and each part of it that has a part of the same name there; uppermost first."""
    pairs = [(place, into)]
    for one, other in pairs:
        theirs = {
            (child.kind_id, place_key(child.name).stem): child
            for child in Place.objects.filter(parent=other, until__isnull=True)
        }
        for child in Place.objects.filter(parent=one, until__isnull=True).order_by("path"):
            same = theirs.get((child.kind_id, place_key(child.name).stem))
            if same is not None:
                pairs.append((child, same))
    return pairs


@dataclass(frozen=True)
class Consequence:
    """What an act upon a place touches."""

    places: int
    dwellings: int
    households: int
    offices: int
    areas: int


def consequence(place: Place) -> Consequence:
    """The numbers behind a question: places, dwellings, open households in it, offices that lie at it or in it, areas that name it."""
    inside = Place.objects.filter(under([place]), until__isnull=True)
    return Consequence(
        places=inside.count() - 1,
        dwellings=inside.filter(kind__code="dwelling").count(),
        households=Household.objects.filter(under([place], "dwelling__path"), until__isnull=True).count(),
        offices=Mandate.objects.filter(under([place], "place__path"), until__isnull=True).count(),
        areas=AreaPlace.objects.filter(under([place], "place__path")).count(),
    )
