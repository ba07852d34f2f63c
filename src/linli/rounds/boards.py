"""What the board says: the rounds of a day as bars, zone by zone, what was missed by whom, and the blind spots. Needs a scope.

A fixed number of statements for any number of rounds, targets and visits. Every number comes from ``rounds.standing``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from linli.ground.mandates import under
from linli.ground.models import Area, Mandate, Place
from linli.kernel.coverage import Covered, covered
from linli.rounds import standing
from linli.rounds.groups import bounds
from linli.rounds.models import Occurrence, Plan, Target
from linli.rounds.standing import NEVER, Stand

PARTS = (
    ("done", _("done"), "done"),
    ("late", _("done late"), "late"),
    ("missed", _("missed"), "red"),
    ("excused", _("excused"), "accent"),
    ("open", _("still open"), "rest"),
)
"""The parts of a bar: name in ``Covered``, words, look."""

DAY = timedelta(hours=23)
"""So long and longer is the whole day, also where the clocks change."""

MOST_IDS = 400
"""So many ids fit into one statement of any database."""


@dataclass(frozen=True)
class Bar:
    """One round as a bar, with what was missed in words; ``overdue``: places of its plan that have to be done again by now (P04)."""

    stand: Stand
    missed: list[str]
    overdue: int = 0

    @property
    def one(self) -> Occurrence:
        """The round."""
        return self.stand.occurrence

    @property
    def covered(self) -> Covered:
        """Its numbers."""
        return self.stand.covered

    @property
    def parts(self) -> list[tuple[Any, int, str]]:
        """For ``share_bar``."""
        counts = [(word, getattr(self.covered, name), look) for name, word, look in PARTS]
        return [part for part in counts if part[1]] or counts[:1]

    @property
    def all_day(self) -> bool:
        """Whether it has no time of the day, but the whole of it."""
        slot = self.stand.round.slot
        return slot.closes_at != NEVER and slot.closes_at - slot.opens_at >= DAY

    @property
    def running(self) -> bool:
        """Whether its window is still open."""
        return self.stand.round.slot.closes_at >= self.stand.now

    @property
    def kind(self) -> str:
        """green, amber or red."""
        if self.covered.missed or self.overdue:
            return "red"
        return "amber" if self.covered.open or self.covered.late or self.unsigned else "green"

    @property
    def unsigned(self) -> bool:
        """Whether it began with blind spots that nobody has put his name to."""
        return bool(self.one.blind) and not self.one.blind_name


@dataclass
class ZoneDay:
    """One zone on a day: all of its rounds together, and what was missed in it."""

    area: Area | None
    covered: Covered = field(default_factory=Covered)
    rounds: int = 0
    missed: list[str] = field(default_factory=list)
    holder: Mandate | None = None


def of_day(places: Sequence[Place], day: date) -> QuerySet[Occurrence]:
    """The rounds of a day: those whose moment lies in it, and what goes on until it is done."""
    start, end = bounds(day)
    rows = Occurrence.objects.filter(under(places, "place__path"), slot_at__isnull=False, withdrawn_at__isnull=True)
    endless = Q(plan__cadence=Plan.Cadence.UNTIL_DONE, closed_at__isnull=True, plan__ended_at__isnull=True)
    rows = rows.filter(Q(slot_at__gte=start) | endless, slot_at__lt=end, opened_at__isnull=False)
    return rows.select_related("plan", "place__neighbourhood").order_by("slot_at", "title", "pk")


def bars(rounds: Iterable[Occurrence], now: datetime) -> list[Bar]:
    """Each round with what was missed in it, by name. Six statements."""
    found = standing.of(rounds, now)
    missing = [stand.occurrence.pk for stand in found if stand.omissions]
    names = names_of((one.target for stand in found for one in stand.omissions), missing)
    return [Bar(stand, [names[one.target] for one in stand.omissions]) for stand in found]


def names_of(targets: Iterable[UUID], rounds: Sequence[UUID]) -> dict[UUID, str]:
    """Target → its words; one statement: by their ids, or, where they are many, all of their rounds."""
    ids = set(targets)
    rows = Target.objects.filter(pk__in=ids) if len(ids) <= MOST_IDS else Target.objects.filter(occurrence__in=rounds)
    return {pk: name for pk, name in rows.order_by().values_list("pk", "name") if pk in ids}


def by_zone(found: Iterable[Bar], holders: dict[int, Mandate]) -> list[ZoneDay]:
    """The rounds of places, zone by zone; what lies in no zone comes last. One statement."""
    zones: dict[int | None, ZoneDay] = {}
    for bar in found:
        if bar.one.plan.holds != Plan.Holds.ZONE or bar.one.plan.subject != Plan.Subject.PLACE:
            continue
        for area, count in bar.stand.zones.items():
            zone = zones.setdefault(area, ZoneDay(None))
            zone.covered += count
            zone.rounds += 1
        for omission, name in zip(bar.stand.omissions, bar.missed, strict=True):
            zones[bar.stand.facts[omission.target].area].missed.append(name)
    areas = Area.objects.in_bulk([pk for pk in zones if pk is not None])
    for pk, zone in zones.items():
        zone.area, zone.holder = areas.get(pk or 0), holders.get(pk or 0)
    return sorted(zones.values(), key=lambda zone: (zone.area is None, zone.area.pk if zone.area else 0))


@dataclass(frozen=True)
class Walker:
    """P02: one of the patrols of a day: who holds what, of which round; done, or missed by name."""

    bar: Bar
    holder: Mandate | None
    covered: Covered
    missed: list[str]

    @property
    def kind(self) -> str:
        """green, amber or red."""
        if self.covered.missed:
            return "red"
        return "amber" if self.covered.open or self.covered.late else "green"


def by_holder(found: Sequence[Bar]) -> list[Walker]:
    """Who should have walked what: each round by who answered for its targets when its window closed. One statement."""
    counted: list[tuple[Bar, int | None, Covered, list[str]]] = []
    for bar in found:
        stand = bar.stand
        moment = min(stand.now, stand.round.slot.closes_at)
        parts: dict[int | None, list[UUID]] = {}
        for target in stand.states:
            parts.setdefault(stand.held_to(target, moment), []).append(target)
        names = dict(zip((one.target for one in stand.omissions), bar.missed, strict=True))
        for holder, targets in parts.items():
            states = (stand.states[target] for target in targets)
            missed = [names[target] for target in targets if target in names]
            counted.append((bar, holder, covered(states), missed))
    people = Mandate.objects.in_bulk({holder for _bar, holder, _count, _missed in counted if holder is not None})
    rows = [Walker(bar, people.get(holder or 0), count, missed) for bar, holder, count, missed in counted]
    return sorted(rows, key=lambda row: row.bar.one.slot_at or row.bar.one.opens_at)
