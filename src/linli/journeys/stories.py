"""Readers beside the board: hand-overs of a stretch of time, those that wait for a side, runs with their people. Within a scope."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from linli.ground.models import Mandate, Place
from linli.journeys.faces import HANDS, TRAVELLER
from linli.journeys.models import (
    Handover,
    HandoverTraveller,
    Hands,
    Leg,
    Run,
    RunCrew,
    RunStop,
    RunTraveller,
    Traveller,
)

_GIVER = tuple(f"giver__{path}" for path in HANDS)
_TAKER = tuple(f"taker__{path}" for path in HANDS)
MOST = 200
"""No page shows more hand-overs or runs than this."""


def handovers(neighbourhood: Place) -> QuerySet[Handover]:
    """Hand-overs with both hands, their people and whether they were taken back; three statements."""
    links = HandoverTraveller.objects.select_related(
        "traveller__notice", *(f"traveller__{path}" for path in TRAVELLER)
    ).order_by("pk")
    rows = Handover.objects.filter(neighbourhood=neighbourhood)
    rows = rows.select_related("run", "operation", "annulment", *_GIVER, *_TAKER)
    return rows.prefetch_related(Prefetch("links", queryset=links)).order_by("happened_at", "pk")


def between(neighbourhood: Place, since: datetime, until: datetime) -> list[Handover]:
    """What both sides confirmed in ``since`` ≤ t < ``until`` and nobody took back, in the order of the clock."""
    rows = handovers(neighbourhood).filter(happened_at__gte=since, happened_at__lt=until, annulment__isnull=True)
    return list(rows.filter(gave_at__isnull=False, took_at__isnull=False)[:MOST])


def is_final(handover: Handover) -> bool:
    """Whether it brought people to the end of their journey."""
    return handover.taker is not None and handover.taker.is_final


def waiting(neighbourhood: Place, hands: Collection[UUID] | None = None) -> list[Handover]:
    """Hand-overs of which one side has not confirmed, the oldest first; only those of these hands, if given."""
    rows = handovers(neighbourhood).filter(annulment__isnull=True)
    rows = rows.filter(Q(gave_at__isnull=True) | Q(took_at__isnull=True))
    if hands is not None:
        rows = rows.filter(Q(giver__in=hands) | Q(taker__in=hands))
    return list(rows[:MOST])


def of_traveller(traveller: Traveller) -> list[Handover]:
    """Every hand-over of somebody, the half done and those taken back among them, in the order of the clock."""
    return list(handovers(traveller.neighbourhood).filter(links__traveller=traveller))


def runs(neighbourhood: Place) -> QuerySet[Run]:
    """Runs with crew, stops and their lists, the latest first; four statements."""
    crew = RunCrew.objects.select_related(*(f"hands__{path}" for path in HANDS)).order_by("duty", "pk")
    seats = RunTraveller.objects.select_related(*(f"traveller__{path}" for path in TRAVELLER)).order_by("pk")
    stops = RunStop.objects.select_related("place__parent__parent").order_by("position")
    rows = Run.objects.filter(neighbourhood=neighbourhood).select_related("operation")
    return rows.prefetch_related(
        Prefetch("crew", queryset=crew), Prefetch("seats", queryset=seats), Prefetch("stops", queryset=stops)
    ).order_by("-night", "-number")


def open_legs(travellers: Iterable[Traveller]) -> list[Leg]:
    """What these people wait for, the earliest first."""
    rows = Leg.objects.filter(traveller__in=list(travellers), done_by__isnull=True, cancelled_at__isnull=True)
    return list(rows.select_related("run", *_TAKER).order_by("expected_at", "pk"))


def hands_of(mandates: Sequence[Mandate], neighbourhood: Place) -> list[Hands]:
    """The hands that somebody is here, by the offices he acts in."""
    rows = Hands.objects.filter(neighbourhood=neighbourhood, mandate__in=mandates)
    return list(rows.select_related(*HANDS))
