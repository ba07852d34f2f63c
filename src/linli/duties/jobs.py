"""What runs by itself: shifts are written ahead, and who is not there is told, once a shift."""

from __future__ import annotations

from datetime import datetime

from linli.duties.generating import generate, running
from linli.duties.models import Post, Shift, Stint
from linli.duties.rules import GRACE
from linli.duties.telling import not_there
from linli.ground.models import Place
from linli.ground.scope import scoped
from linli.notices.models import Notice


def tick(now: datetime) -> dict[str, int]:
    """Every few minutes. Whoever was away for a day writes what is missing once; a shift that is over is told of no more."""
    written = generate(Post.objects.filter(running(now)), now)
    told = sum(_missing(place, now) for place in Place.objects.filter(pk__in=_watched(now)))
    return {"shifts": written, "missing": told}


def _watched(now: datetime) -> set[int]:
    """Neighbourhoods with a shift under way for longer than the quarter of an hour."""
    rows = Shift.objects.filter(starts_at__lte=now - GRACE, ends_at__gt=now, cancelled_at__isnull=True)
    return {pk for pk in rows.values_list("post__neighbourhood", flat=True) if pk is not None}


def _missing(neighbourhood: Place, now: datetime) -> int:
    with scoped(neighbourhood_ids={neighbourhood.pk}, reason="job:duties"):
        rows = Stint.objects.filter(
            shift__starts_at__lte=now - GRACE,
            shift__ends_at__gt=now,
            shift__cancelled_at__isnull=True,
            taken_at__isnull=False,
            released_at__isnull=True,
            came_at__isnull=True,
            missed=False,
        ).select_related("shift__post__neighbourhood")
        late: dict[Shift, int] = {}
        for stint in rows:
            late[stint.shift] = late.get(stint.shift, 0) + 1
        before = Notice.objects.count()
        for shift, people in late.items():
            not_there(shift, people)
        return int(Notice.objects.count() - before)
