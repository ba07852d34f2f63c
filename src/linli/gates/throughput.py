"""How fast a gate works: entries a minute (SEEDS G10)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.db.models.functions import TruncMinute

from linli.gates.models import Check
from linli.gates.queries import counting
from linli.ground.models import Place

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Pace:
    """Of the last hour: entries, the minutes in which somebody came, the busiest minute's entries."""

    entries: int = 0
    minutes: int = 0
    busiest: int = 0

    @property
    def a_minute(self) -> float:
        """Entries for each minute in which somebody came, one decimal."""
        return round(self.entries / self.minutes, 1) if self.minutes else 0.0


def paces(neighbourhood: Place, gates: Iterable[int], now: datetime) -> dict[int, Pace]:
    """The pace of each gate in the hour before ``now``; one statement. Only while an operation keeps passages."""
    wanted = list(gates)
    rows = (
        counting(Check.objects.filter(neighbourhood=neighbourhood, gate__in=wanted, direction="in", outcome="admitted"))
        .filter(happened_at__gt=now - HOUR, happened_at__lte=now)
        .annotate(minute=TruncMinute("happened_at"))
        .values_list("gate", "minute")
        .annotate(n=Count("pk"))
        .order_by()
    )
    minutes: dict[int, Counter[datetime]] = {gate: Counter() for gate in wanted}
    for gate, minute, count in rows:
        minutes[gate][minute] += count
    return {g: Pace(sum(m.values()), len(m), max(m.values(), default=0)) for g, m in minutes.items()}
