"""What follows at home, for the welcome sheet and the promise paper (T13): who looks after the household, how to call him, how long."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from linli.care.access import READ
from linli.care.calling import call_of
from linli.care.supervising import supervisors
from linli.journeys.beside import Aftercare
from linli.journeys.models import Traveller
from linli.procedures.arrival_case import case_of


def of_traveller(traveller: Traveller) -> Aftercare | None:
    """Of the open case that a journey led to; None while there is none."""
    case = case_of(traveller)
    if case is None:
        return None
    post = supervisors([case.household_id], timezone.now()).get(case.household_id)
    mandate = post.mandate if post is not None else None
    call = call_of(mandate, case.operation)
    return Aftercare(
        supervisor=mandate.holder_name if mandate is not None else "",
        phone=call.words if call is not None else "",
        day0=case.day0,
        days=case.days or 0,
        convention=case.convention,
        phone_from=call.source if call is not None else "",
        page=reverse("care:case", args=[case.pk]),
        right=READ,
    )
