"""How far a campaign is, in figures alone: per building, per state and per day, in six statements at any size (SEEDS G03, G04).

The lists (``cards_queries.lines``) make a row for every holder; the pages that only count would wait a second for them at 10,000
persons. Here every statement brings plain columns, keys as texts, and nothing is made of a person but one more in a sum.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, Substr
from django.utils import timezone

from linli.gates.cards_doors import Above, Door
from linli.gates.cards_queries import (
    GOOD,
    NONE,
    ORDERED,
    RANKS,
    BuildingFigures,
    State,
    key_withdrawn,
    live_permits,
    worth_of,
)
from linli.gates.models import Card, CardEvent
from linli.ground.models import Household, Person, Place, Residence

HOUR = len("2026-11-22 04")


@dataclass
class Campaign:
    """The figures of one area; ``made`` and ``per_day`` are of every card of the neighbourhood, whoever asks."""

    buildings: list[BuildingFigures]
    permits: int = 0
    made: Counter[str] = field(default_factory=Counter)
    per_day: list[tuple[date, int]] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Who is to hold a card."""
        return sum(one.total for one in self.buildings)

    @property
    def handed_out(self) -> int:
        """Cards in their holders' hands."""
        return sum(one.handed_out for one in self.buildings)

    @property
    def in_stock(self) -> int:
        """Cards that are printed and not handed out."""
        return sum(one.in_stock for one in self.buildings)

    @property
    def to_print(self) -> int:
        """Holders for whom no good card exists or is ordered."""
        return sum(count for one in self.buildings for state, count in one.states.items() if state not in GOOD)


def campaign(neighbourhood: Place, *, at: datetime | None = None, inside: Iterable[Place]) -> Campaign:
    """The figures of the holders whose buildings lie in the subtrees ``inside``, the buildings in the order of doors."""
    now = at or timezone.now()
    made, best, per_day = _cards(neighbourhood)
    merged: dict[str, str] = dict(
        _texts(Person.objects.filter(neighbourhood=neighbourhood, merged_into__isnull=False), "pk", "merged_into")
    )
    permits = _permits(neighbourhood, now, merged)
    states: dict[str, list[str]] = defaultdict(list)
    permitted: Counter[str] = Counter()
    for person, home in _homes(neighbourhood, timezone.localdate(now)).items():
        if home and person not in merged:
            permit = permits.get(person)
            states[home].append(best.get(permit, NONE) if permit else NONE)
            permitted[home] += permit is not None
    found = Campaign([], made=made, per_day=per_day)
    roots = list(inside)
    buildings: dict[int, BuildingFigures] = {}
    first: dict[int, tuple[str, ...]] = {}
    above = Above(neighbourhood)
    for home, *row in _texts(Household.objects.filter(neighbourhood=neighbourhood), "pk", *Door.COLUMNS):
        if home not in states:
            continue
        door = Door(*row)
        over = above.of(door.path)
        building = over.building
        if not any(root.contains(building) for root in roots):
            continue
        figures = buildings.setdefault(building.pk, BuildingFigures(building.pk, over.words))
        figures.total += len(states[home])
        figures.states.update(states[home])
        found.permits += permitted[home]
        here = (*over.order, door.sort or door.name)
        first[building.pk] = min(first.get(building.pk, here), here)
    found.buildings = sorted(buildings.values(), key=lambda one: first[one.id])
    return found


def _texts(rows: QuerySet[Any], *columns: str) -> list[tuple[Any, ...]]:
    """Rows of ids (as the database writes them) and plain columns; making UUIDs of ten thousand ids is most of a page's time."""
    ids = {"pk", "person", "household", "permit", "merged_into"}
    picked = [Cast(column, TextField()) if column in ids else column for column in columns]
    return list(rows.order_by().values_list(*picked))


def _homes(neighbourhood: Place, day: date) -> dict[str, str | None]:
    """Person → the household where the latest residence until ``day`` says "here"; None for who lives in none."""
    rows = Residence.objects.filter(neighbourhood=neighbourhood, since__lte=day)
    keys = [Cast(column, TextField()) for column in ("person", "household")]
    here = Residence.Presence.HERE
    ordered = rows.order_by("since", "id").values_list(*keys, "presence")
    return {person: household if presence == here else None for person, household, presence in ordered}


def _permits(neighbourhood: Place, now: datetime, merged: dict[str, str]) -> dict[str, str]:
    """Holder → the permit that counts: one's own before a joined entry's."""
    found: dict[str, str] = {}
    for permit, person in _texts(live_permits(neighbourhood, now), "pk", "person"):
        holder = merged.get(person, person)
        if holder == person or holder not in found:
            found[holder] = permit
    return found


def _cards(neighbourhood: Place) -> tuple[Counter[str], dict[str, str], list[tuple[date, int]]]:
    """How many cards are in each state; permit → the state of the card that counts; how many were handed out on each day."""
    latest = CardEvent.objects.filter(card=OuterRef("pk")).order_by("-happened_at", "-id")
    latest = latest.annotate(hour=Substr(Cast("happened_at", TextField()), 1, HOUR))
    rows = Card.objects.filter(neighbourhood=neighbourhood).order_by()
    made: Counter[str] = Counter()
    hours: Counter[str] = Counter()
    best: dict[str, str] = {}
    for permit, told, hour, withdrawn in rows.values_list(
        Cast("permit", TextField()),
        Subquery(latest.values("state")[:1]),
        Subquery(latest.values("hour")[:1]),
        key_withdrawn(),
    ):
        state = told or ORDERED
        made[state] += 1
        if state == State.HANDED_OUT:
            hours[hour] += 1
        worth = worth_of(state, withdrawn)
        other = best.get(permit)
        if other is None or RANKS[worth] < RANKS[other]:
            best[permit] = worth
    days: Counter[date] = Counter()
    for hour, count in hours.items():
        days[timezone.localdate(datetime.fromisoformat(f"{hour}:00").replace(tzinfo=UTC))] += count
    return made, best, sorted(days.items())
