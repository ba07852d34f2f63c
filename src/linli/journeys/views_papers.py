"""Papers for the door: the welcome sheet in the languages of the house (T13), and the promise (RULES.md B4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from linli.ground.access import needs
from linli.journeys.access import READ, own_traveller
from linli.journeys.beside import Aftercare, aftercare
from linli.journeys.details import details_of
from linli.journeys.faces import door_of, flight_of, name_of
from linli.journeys.models import Traveller
from linli.journeys.terms import term_of
from linli.journeys.welcome import DEFAULT, LANGUAGES, greetings

SOURCES = {
    "holder": (gettext_lazy("The telephone is the office holder's own, from the register."), "ground:homes"),
    "body": (
        gettext_lazy("The telephone is from the list of bodies: that of whoever looks after the household."),
        "ground:bodies",
    ),
    "committee": (gettext_lazy("The telephone is the committee's, from the list of bodies."), "ground:bodies"),
    "operation": (
        gettext_lazy(
            "The telephone is the one under which people may ask about this operation. A number of the contact's own "
            "office comes before it, once it stands in the list of bodies."
        ),
        "ground:bodies",
    ),
}
"""Where a telephone is from, in words, and the page where it is changed."""


@dataclass(frozen=True)
class Contact:
    """Whom a paper names: who looks after the household, and the telephone under which somebody answers in any case."""

    name: str
    phone: str
    says: tuple[str, ...]
    url: str

    @classmethod
    def of(cls, traveller: Traveller, after: Aftercare | None) -> Contact:
        """Before a case is open nobody is named: then the number under which people of the operation ask."""
        name, phone = (after.supervisor, after.phone) if after is not None else ("", "")
        source = after.phone_from if after is not None and phone else "operation"
        words, page = SOURCES.get(
            source, (_("The telephone is that of whoever looks after the household."), "ground:bodies")
        )
        nobody = _("Nobody looks after this household yet: the name is left free, to be written by hand.")
        says = (str(words),) if name else (nobody, str(words))
        return cls(name, phone or traveller.operation.contact, says, reverse(page))


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
        "contact": Contact.of(one, after),
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
        "contact": Contact.of(one, after),
        "term": term_of(one, after),
        "back_url": reverse("journeys:traveller", args=[pk]),
    }
    return render(request, "journeys/promise.html", context)
