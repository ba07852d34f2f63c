"""Words for places."""

from __future__ import annotations

from linli.ground.models import Place

DOOR_KINDS = frozenset({"estate", "lane", "side_lane", "building", "unit", "dwelling"})


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
