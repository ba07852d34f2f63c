"""What runs by itself every minute: oral orders lapse, terms run out, who left his office is replaced by the secretary."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import TypeVar

from django.utils import timezone

from linli.care.actions.ending import come_to_its_end, run_out
from linli.care.actions.orders import lapse_order
from linli.care.actions.supervisors import hand_to_secretary
from linli.care.failing import Turn
from linli.care.models import Case, Order, Supervisor
from linli.care.models.hidden import children_too
from linli.care.supervising import fallen
from linli.care.telling import operations_over, readdress
from linli.ground.models import Place
from linli.ground.scope import scoped

Row = TypeVar("Row", Case, Order, Supervisor)


def tick(now: datetime) -> dict[str, int]:
    """Do what is due at ``now``, however long nobody ran it. Stopped anywhere and run again, it does the rest and nothing twice; whatever
    fails in one case keeps none of the others from it."""
    every = set(Place.objects.filter(kind__code="neighbourhood").values_list("pk", flat=True))
    with scoped(neighbourhood_ids=every, reason="job:care"), children_too():
        open_ones = Case.objects.filter(closed_at__isnull=True)
        orders = Order.objects.filter(lapses_at__lte=now, lapsed_at__isnull=True, annulled_at__isnull=True)
        turn = Turn("due", now)
        done = {
            "lapsed": _each(turn, orders.select_related("case"), lapse_order, now),
            "released": _each(turn, open_ones.filter(release_at__lte=now), run_out, now),
            "ended": _each(turn, open_ones.filter(ends_on__lte=timezone.localdate(now)), come_to_its_end, now),
            "fell": _each(turn, fallen(now), hand_to_secretary, now),
        }
        turn.over()
        operations_over(now)
        readdress(now)
        return done


def _each(turn: Turn, rows: Iterable[Row], verb: Callable[[Row, datetime], bool], now: datetime) -> int:
    return sum(bool(turn.tried(row, partial(verb, row, now))) for row in list(rows))
