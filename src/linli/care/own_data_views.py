"""``/mine/data/``: what is held about me, who opened it, a copy, and what I ask: correct, erase, explain (PIPL art. 44 to 50)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.care import acts, errand_acts, own_acts
from linli.care.actions.own_requests import ask_about_own_data
from linli.care.own_access import PAGE, Own
from linli.care.own_forms import FORMS_OF_A_COPY, AskForm, CopyForm
from linli.care.pages import attempt
from linli.ground import acts as ground_acts
from linli.ground.actions.requests import answer_days
from linli.ground.copies import copy_lines, note_copy
from linli.ground.copy_files import copy_file
from linli.ground.holdings import held
from linli.ground.models import RightsRequest
from linli.ground.openings import lines_of, openings
from linli.ground.people_words import OUTCOMES, REQUESTS
from linli.ground.who import everyone

OPENINGS_SHOWN = 200
BY_SELF = frozenset(
    {own_acts.OPENED, errand_acts.ASKED, errand_acts.RECEIVED, errand_acts.CANCELLED, acts.READ, ground_acts.COPY_GIVEN,
     ground_acts.REQUEST_NOTED}
)  # fmt: skip
"""What the journal has without an account was done by the person on this page."""
MASKED = ("documents", "phones")
"""A slip can be lost: whole numbers go from hand to hand only."""


@require_http_methods(["GET", "POST"])
@PAGE.view
def data(request: Any, own: Own) -> HttpResponse:
    """What is held about me, for what, on what ground, how long; and what I can ask. A POST asks."""
    form = AskForm(request.POST or None, initial={"kind": "correct"})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if attempt(
            form, lambda: ask_about_own_data(by=None, person=own.person, kind=said["kind"], words=said["words"])
        ):
            messages.success(request, _("Noted. The office answers within %(days)s days.") % {"days": answer_days()})
            return redirect("mine:data")
    ids = everyone(own.person)
    asked = RightsRequest.objects.filter(person_id__in=ids).order_by("-asked_on")
    context = {
        "own": own,
        "form": form,
        "copy_form": CopyForm(),
        "held": [(holding, facts) for holding, facts in held(ids) if facts],
        "asked": [(REQUESTS[row.kind], OUTCOMES[row.outcome], row) for row in asked],
        "days": answer_days(),
    }
    return render(request, "care/own/data.html", context, status=422 if form.errors else 200)


@require_GET
@PAGE.view
def opened(request: Any, own: Own) -> HttpResponse:
    """Who opened or changed my data, when, in which office."""
    rows = openings(own.person)
    entries = list(rows[:OPENINGS_SHOWN])
    lines = [
        replace(one, who=_("you, on this page")) if entry.by_user is None and entry.act in BY_SELF else one
        for entry, one in zip(entries, lines_of(entries), strict=True)
    ]
    return render(request, "care/own/opened.html", {"own": own, "lines": lines, "count": rows.count()})


@require_POST
@PAGE.view
def copy(request: Any, own: Own) -> HttpResponse:
    """A copy of what is held about me, as a file. Numbers stay masked: whole ones are handed out by the office. Journaled."""
    form = request.POST.get("form", "")
    form = form if form in FORMS_OF_A_COPY else "xlsx"
    lines = copy_lines(everyone(own.person), masked=MASKED)
    note_copy(by=None, person=own.person, to=own.person.name, form=form, checked="own_page")
    return copy_file(own.person, own.neighbourhood, lines, form)
