"""Whose pages these are: a traveller, a notice, a run of the chosen neighbourhood; and whom an escort sees."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from linli.ground.mandates import rights_at
from linli.ground.models import Mandate
from linli.journeys import stories
from linli.journeys.faces import TRAVELLER
from linli.journeys.models import ArrivalNotice, Run, Traveller

READ, MANAGE, ESCORT = "journeys.read", "journeys.manage", "journeys.escort"


def may_manage(request: Any) -> bool:
    """Whether the user sees to the arrivals of the whole neighbourhood."""
    return MANAGE in rights_at(request.mandates, request.neighbourhood)


def require_manage(request: Any) -> None:
    """403 unless the user sees to the arrivals."""
    if not may_manage(request):
        raise PermissionDenied("sees to no arrivals")


def own_traveller(request: Any, pk: UUID) -> Traveller:
    """A traveller of the chosen neighbourhood, else 404."""
    rows = Traveller.objects.select_related(*TRAVELLER, "notice", "household", "owner")
    found: Traveller = get_object_or_404(rows, pk=pk, neighbourhood=request.neighbourhood)
    return found


def own_notice(request: Any, pk: UUID) -> ArrivalNotice:
    """Word of an arrival in the chosen neighbourhood, else 404."""
    rows = ArrivalNotice.objects.select_related("movement", "owner", "operation")
    found: ArrivalNotice = get_object_or_404(rows, pk=pk, neighbourhood=request.neighbourhood)
    return found


def own_run(request: Any, pk: UUID) -> Run:
    """A run of the chosen neighbourhood with crew, places and list, else 404."""
    found: Run = get_object_or_404(stories.runs(request.neighbourhood), pk=pk)
    return found


def acting_mandates(request: Any) -> list[Mandate]:
    """The offices by which the user takes people over here: those with the right, widest first as he holds them."""
    place = request.neighbourhood
    return [one for one in request.mandates if one.place is not None and _escorts(one) and place.contains(one.place)]


def _escorts(mandate: Mandate) -> bool:
    return mandate.place is not None and ESCORT in rights_at([mandate], mandate.place)
