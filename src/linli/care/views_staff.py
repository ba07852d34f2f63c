"""Care visits (L18): to whom of a staff somebody goes, by when, done or not. Why is read by who goes there and by who asked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from linli.care import staff, words
from linli.care.access import MANAGE, needs_care
from linli.care.actions.staff import Due, ask_staff_visit, cancel_staff_visit, done_staff_visit
from linli.care.forms import StaffVisitForm
from linli.care.pages import attempt, bodies_of, helpers_of
from linli.ground.access import forbidden
from linli.ground.models import Body
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal
from linli.ui.tables import Column, Table
from linli.ui.templatetags.linli_ui import signal

STATES = {
    "late": ("red", gettext_lazy("past its day")),
    "due": ("amber", gettext_lazy("due")),
    "done": ("green", gettext_lazy("done")),
    "cancelled": ("info", gettext_lazy("called off")),
}


class StaffVisits(Table):
    """Visits by lateness. Who it is and why is in no column: neither the spreadsheet nor the paper holds it."""

    title = gettext_lazy("Care visits")
    sort = "due"
    columns = (
        Column("due", gettext_lazy("To be done by"), lambda one: one.row.due_on, sort=("due",), head=True),
        Column(
            "body", gettext_lazy("On whose staff"), lambda one: one.row.body.name if one.row.body else "", sort=("b",)
        ),
        Column("who", gettext_lazy("Who goes"), lambda one: one.row.helper.holder_name, sort=("who",)),
        Column("way", gettext_lazy("How"), lambda one: str(words.WAYS[one.row.way])),
        Column("done", gettext_lazy("Done"), lambda one: one.row.done_at, sort=("done",)),
        Column(
            "state",
            gettext_lazy("State"),
            lambda one: str(STATES[one.state][1]),
            sort=("state",),
            show=lambda one: signal(*STATES[one.state]),
        ),
    )


@require_http_methods(["GET", "POST"])
@needs_care
def visits(request: Any) -> HttpResponse:
    """Who is to be looked in on: mine with their reasons, all of them counted; a new one for who plans."""
    manage = MANAGE in request.rights
    if request.method == "POST" and not manage:
        return forbidden(request, MANAGE)
    place = request.neighbourhood
    form = StaffVisitForm(
        request.POST or None, mandates=helpers_of(place) if manage else [], bodies=bodies_of(place) if manage else []
    )
    if request.method == "POST" and form.is_valid() and attempt(form, lambda: _ask(request, form)):
        messages.success(request, _("Noted. Whoever goes there finds it on this page."))
        return redirect("care:visits")
    found = staff.lines(staff.visible(request.user, request.rights, place), request.user, timezone.localdate())
    table = StaffVisits(request, found)
    mine = [one for one in found if one.whom is not None and one.state in ("late", "due")]
    counted = [one for one in found if one.state != "cancelled"]
    return table.download() or render(
        request,
        "care/visits.html",
        {
            "form": form,
            "manage": manage,
            "mine": [(one, STATES[one.state]) for one in mine],
            "table": table,
            "of": len(counted),
            "done": sum(1 for one in counted if one.state == "done"),
            "late": sum(1 for one in counted if one.state == "late"),
            "open": bool(form.errors),
        },
        status=422 if form.errors else 200,
    )


def _ask(request: Any, form: StaffVisitForm) -> None:
    data, helper = form.cleaned_data, form.chosen()
    assert helper is not None  # the field is required and its choices are these offices
    body = Body.objects.filter(pk=data["body"]).first() if data["body"] else None
    ask_staff_visit(
        by=request.user,
        neighbourhood=request.neighbourhood,
        whom=staff.Whom(data["name"], data["reason"]),
        due=Due(helper, data["due_on"], data["way"], body),
    )


@require_POST
@needs_care
def visit(request: Any, pk: UUID) -> HttpResponse:
    """One visit was made, or is called off."""
    rows = staff.visible(request.user, request.rights, request.neighbourhood)
    row = get_object_or_404(rows, pk=pk)
    try:
        if request.POST.get("verb") == "cancel":
            cancel_staff_visit(by=request.user, visit=row)
            messages.success(request, _("Called off."))
        else:
            done_staff_visit(by=request.user, visit=row, found=request.POST.get("found", ""))
            messages.success(request, _("Noted. Thank you."))
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
    return redirect("care:visits")
