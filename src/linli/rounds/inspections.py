"""Readers of inspections: each gate with when it was last looked at, by whom, and what is still open there. Within a scope."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from linli.ground.models import Body, Mandate, Place
from linli.rounds.models import Finding, Visit
from linli.rounds.sheets import GATE

ANSWERS_FOR_GATES = ("gate_captain", "property")
ANSWERS_FOR_PLACES = ("property",)


@dataclass(frozen=True)
class GateLine:
    """A gate with its last inspection and its findings that are not closed."""

    gate: Place
    last: Visit | None
    open: int
    late: int

    @property
    def neighbourhood(self) -> Place:
        """Where it stands; every gate stands in one."""
        place: Place = self.gate.neighbourhood or self.gate
        return place

    @property
    def label(self) -> str:
        """Its name, with what it closes when that is not the whole neighbourhood."""
        parent = self.gate.parent
        inside = parent is not None and parent.pk != self.gate.neighbourhood_id
        return f"{parent.name} {self.gate.name}" if parent is not None and inside else self.gate.name


def inspections() -> QuerySet[Visit]:
    """Every inspection of a gate, the latest first."""
    rows: QuerySet[Visit] = Visit.objects.filter(sheet__code=GATE)
    return rows.select_related("sheet", "place__parent", "group", "neighbourhood").order_by("-happened_at", "-pk")


def gate_lines(neighbourhoods: Iterable[Place], now: datetime, *, only: int | None = None) -> list[GateLine]:
    """The gates of today, those that nobody looked at first, then the longest ago; three statements."""
    rows = Place.objects.filter(
        neighbourhood__in=[place.pk for place in neighbourhoods], kind__code="gate", until__isnull=True
    )
    if only is not None:
        rows = rows.filter(pk=only)
    latest = Visit.objects.filter(sheet__code=GATE, place=OuterRef("pk")).order_by("-happened_at", "-pk")
    gates = list(
        rows.select_related("parent", "neighbourhood", "kind").annotate(last=Subquery(latest.values("pk")[:1]))
    )
    visits = Visit.objects.select_related("group").in_bulk([gate.last for gate in gates if gate.last is not None])
    late = Q(due_on__lt=timezone.localdate(now))
    counts = {
        place: (every, past)
        for place, every, past in Finding.objects.filter(place__in=gates, closed_at__isnull=True)
        .values_list("place")
        .annotate(every=Count("pk"), past=Count("pk", filter=late))
        .order_by()
    }
    lines = [GateLine(gate, visits.get(gate.last), *counts.get(gate.pk, (0, 0))) for gate in gates]
    return sorted(lines, key=lambda line: (line.last is not None, line.last and line.last.happened_at, line.gate.path))


def open_at(gate: Place) -> list[Finding]:
    """What is not closed at a gate, the most overdue first."""
    rows = Finding.objects.filter(place=gate, closed_at__isnull=True)
    return list(rows.select_related("owner__of_body", "place").order_by("due_on", "pk"))


def answers_for(place: Place, people: Sequence[Mandate]) -> Mandate | None:
    """Who sees to what is found at a place, of ``people``: at a gate the head of its guards or its property, elsewhere the property,
    the nearest; else the secretary."""
    near = [m for m in people if m.place is not None and m.place.contains(place)]
    for wanted in (ANSWERS_FOR_GATES if place.kind.code == "gate" else ANSWERS_FOR_PLACES, ("secretary",)):
        found = [m for m in near if m.capacity in wanted]
        if found:
            return max(found, key=lambda m: (len(m.place.path) if m.place else 0, -m.pk))
    return None


def group_of(mandates: Iterable[Mandate], gate: Place) -> Body | None:
    """The liaison group for which somebody with ``mandates`` comes to a gate; None for who comes from an office."""
    sent = (m for m in mandates if m.capacity == "liaison" and m.body is not None and m.place is not None)
    return next((m.body for m in sent if m.place is not None and m.place.contains(gate)), None)
