"""Papers for the door: the welcome sheet in the languages of the house (T13), and the promise (RULES.md B4)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from linli.ground.access import needs
from linli.journeys.access import READ, own_traveller
from linli.journeys.beside import aftercare
from linli.journeys.details import details_of
from linli.journeys.faces import door_of, flight_of, name_of
from linli.journeys.terms import term_of
from linli.journeys.welcome import DEFAULT, LANGUAGES, greetings


@require_GET
@needs(READ)
def welcome(request: Any, pk: UUID) -> HttpResponse:
    """The sheet that is handed over at the door; languages by the address, at first Chinese and the one that he speaks."""
    one = own_traveller(request, pk)
    after = aftercare(one)
    spoken = details_of(one).language[:2].lower()
    asked = [code for code in request.GET.getlist("lang") if code in LANGUAGES]
    chosen = asked or list(dict.fromkeys([*DEFAULT[:1], spoken if spoken in LANGUAGES else DEFAULT[1]]))
    context = {
        "sheets": greetings(chosen, name_of(one), term_of(one, after)),
        "languages": LANGUAGES.items(),
        "chosen": chosen,
        "after": after,
        "door": door_of(one),
        "back_url": reverse("journeys:traveller", args=[pk]),
    }
    return render(request, "journeys/welcome.html", context)


@require_GET
@needs(READ)
def promise(request: Any, pk: UUID) -> HttpResponse:
    """The promise of observation at home: what is known is filled in, document and telephone are written by hand."""
    one = own_traveller(request, pk)
    after = aftercare(one)
    context = {
        "name": name_of(one),
        "door": door_of(one),
        "journey": flight_of(one.movement),
        "after": after,
        "term": term_of(one, after),
        "back_url": reverse("journeys:traveller", args=[pk]),
    }
    return render(request, "journeys/promise.html", context)
