"""Correct what is known of a traveller: name, door, telephone, document, where the journey began (T02, T09)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.ground.access import needs
from linli.ground.words import refusal_text
from linli.journeys.access import MANAGE, own_traveller
from linli.journeys.actions.travellers import correct_traveller
from linli.journeys.details import details_of
from linli.journeys.faces import name_of
from linli.journeys.forms import CorrectForm
from linli.journeys.models import Traveller
from linli.journeys.views_traveller import known_facts
from linli.kernel.refusal import Refusal


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def correct(request: Any, pk: UUID) -> HttpResponse:
    """The form. Who was slower than somebody else is told, sees how it is now, and keeps what he typed."""
    one = own_traveller(request, pk)
    form = CorrectForm(one, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _correct(request, form)
        except Refusal as refusal:
            form.add_error("document" if refusal.code == "journeys.document_known" else None, refusal_text(refusal))
            one = own_traveller(request, pk)
        else:
            messages.success(request, _("Written down."))
            return redirect("journeys:traveller", pk)
    facts = [(_("Name"), details_of(one).name), *known_facts(one, details_of(one))]
    context = {"form": form, "one": one, "name": name_of(one), "facts": [fact for fact in facts if fact[1]]}
    return render(request, "journeys/correct.html", context, status=422 if form.errors else 200)


def _correct(request: Any, form: CorrectForm) -> Traveller:
    said = form.cleaned_data
    return correct_traveller(
        by=request.user, traveller=form.traveller, words=form.details(), revision=said["revision"], country=said["country"],
        expected_at=said["expected_at"], about=said["about"], dwelling=form.dwelling,
    )  # fmt: skip
