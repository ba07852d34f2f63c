"""What runs by itself: whoever is late, without a next hand-over, or undecided for too long is told of, once; ``alarm_at`` is an index."""

from __future__ import annotations

import logging
from datetime import datetime

from linli.ground.models import Place
from linli.ground.scope import scoped
from linli.journeys import alarms
from linli.operations.queries import active_operations, over

logger = logging.getLogger("linli.journeys")


def tick(now: datetime) -> dict[str, int]:
    """Every fifteen seconds, where an operation is on. Whatever fell due while nobody ran it is told of once.

    What fails in one neighbourhood is logged and tried again the next time, and keeps none of the others from its alarms.
    """
    active = active_operations(now).values("neighbourhood")
    ended = {one.neighbourhood_id for one in over(now).exclude(neighbourhood__in=active).only("neighbourhood")}
    if ended:
        _end(ended, now)
    return {"alarms": sum(_raised(place, now) for place in Place.objects.filter(pk__in=active))}


def _end(ended: set[int], now: datetime) -> None:
    try:
        with scoped(neighbourhood_ids=ended, reason="job:journeys"):
            alarms.end_all(now)
    except Exception:
        logger.exception("journeys: alarms of operations that are over could not be ended")


def _raised(place: Place, now: datetime) -> int:
    try:
        with scoped(neighbourhood_ids={place.pk}, reason="job:journeys"):
            return alarms.raise_due(place, now)
    except Exception:
        logger.exception("journeys: alarms of neighbourhood %s failed", place.pk)
        return 0
