"""What runs by itself: whoever is late, without a next hand-over, or undecided for too long is told of, once; ``alarm_at`` is an index."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from linli.ground.models import Place
from linli.ground.scope import scoped
from linli.journeys import alarms
from linli.operations.queries import active_operations, over

logger = logging.getLogger("linli.journeys")
LATELY = timedelta(days=60)
"""An alarm repeats for a week, and an operation was to end thirty days ahead at most: what ended before has none left."""


def tick(now: datetime) -> dict[str, int]:
    """Every fifteen seconds, where an operation is on. Whatever fell due while nobody ran it is told of once.

    What fails in one neighbourhood is logged and tried again the next time, and keeps none of the others from its alarms.
    """
    active = active_operations(now).values("neighbourhood")
    ended = over(now).filter(ends_at__gt=now - LATELY).exclude(neighbourhood__in=active).values("neighbourhood")
    for place in Place.objects.filter(pk__in=ended):
        _tried(alarms.end_all, place, now)
    return {"alarms": sum(_tried(alarms.raise_due, place, now) for place in Place.objects.filter(pk__in=active))}


def _tried(job: Callable[[Place, datetime], int], place: Place, now: datetime) -> int:
    try:
        with scoped(neighbourhood_ids={place.pk}, reason="job:journeys"):
            return job(place, now)
    except Exception:
        logger.exception("journeys: alarms of neighbourhood %s failed", place.pk)
        return 0
