"""What runs by itself every minute: oral orders lapse, terms run out, who left his office is replaced by the secretary."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from linli.care.actions.ending import come_to_its_end, run_out
from linli.care.actions.orders import lapse_order
from linli.care.actions.supervisors import hand_to_secretary
from linli.care.models import Case, Order
from linli.care.models.hidden import children_too
from linli.care.supervising import fallen
from linli.ground.models import Place
from linli.ground.scope import scoped


def tick(now: datetime) -> dict[str, int]:
    """Do what is due at ``now``, however long nobody ran it. Stopped anywhere and run again, it does the rest and nothing twice."""
    every = set(Place.objects.filter(kind__code="neighbourhood").values_list("pk", flat=True))
    with scoped(neighbourhood_ids=every, reason="job:care"), children_too():
        return {
            "lapsed": sum(lapse_order(one, now) for one in _lapsing(now)),
            "released": sum(run_out(case, now) for case in Case.objects.filter(**_open(), release_at__lte=now)),
            "ended": sum(
                come_to_its_end(case, now)
                for case in Case.objects.filter(**_open(), ends_on__lte=timezone.localdate(now))
            ),
            "fell": _hand_over(now),
        }


def _open() -> dict[str, bool]:
    return {"closed_at__isnull": True}


def _lapsing(now: datetime) -> list[Order]:
    rows = Order.objects.filter(lapses_at__lte=now, lapsed_at__isnull=True, annulled_at__isnull=True)
    return list(rows.select_related("case"))


def _hand_over(now: datetime) -> int:
    rows = fallen(now)
    for row in rows:
        hand_to_secretary(row, now)
    return len(rows)
