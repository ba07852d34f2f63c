"""Who is called before somebody passes: those in force, a new one, longer, ended early. Whom and until when; nobody writes why."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.accounts.models import User
from linli.gates import holds, queries, search
from linli.gates.actions import holds as acting
from linli.gates.holds_forms import ExtendForm, HoldForm
from linli.gates.models import Hold
from linli.gates.reach import whole
from linli.ground.access import forbidden, needs
from linli.ground.models import Person, Residence
from linli.ground.places import short_address
from linli.ground.who import last_homes
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal
from linli.operations.queries import active_operation
from linli.ui.fields import MINUTE

RIGHT = "gates.manage"


@require_GET
@needs(RIGHT)
def in_force(request: Any) -> HttpResponse:
    """Who is called before somebody passes, the next to end first; of one person when the address names him."""
    if not whole(request, RIGHT):
        return forbidden(request, RIGHT)
    rows = list(holds.open_holds(request.neighbourhood, timezone.now()))
    person = request.GET.get("person", "")
    if person:
        rows = [row for row in rows if person in (str(row.person_id), str(row.person.merged_into_id))]
    homes = last_homes([row.person.merged_into_id or row.person_id for row in rows])
    names = dict(User.objects.filter(pk__in={row.placed_by for row in rows}).values_list("pk", "display_name"))
    return render(
        request,
        "gates/holds.html",
        {
            "lines": [_line(row, homes, names) for row in rows],
            "one": bool(person),
            "operation": active_operation(request.neighbourhood),
        },
    )


def _line(row: Hold, homes: dict[UUID, tuple[Residence, Any]], names: dict[int, str]) -> dict[str, Any]:
    person = row.person.merged_into or row.person
    home = homes.get(person.pk, (None, None))[1]
    by = names.get(row.placed_by or 0, "")
    return {
        "row": row,
        "who": queries.masked(person.name),
        "place": short_address(home) if home is not None else "",
        "call": holds.call_of(row),
        "by": by or (_("a procedure") if row.source != acting.BY_HAND else ""),
        "until": timezone.localtime(row.until).strftime(MINUTE),
    }


@require_http_methods(["GET", "POST"])
@needs(RIGHT)
def new(request: Any) -> HttpResponse:
    """Let gates call somebody before a person passes, from now on."""
    if not whole(request, RIGHT):
        return forbidden(request, RIGHT)
    operation = active_operation(request.neighbourhood)
    query = (request.POST.get("q") or request.GET.get("q") or "").strip()
    people = search.find(request.neighbourhood.pk, query)
    given = request.POST if request.method == "POST" else None
    form = HoldForm(given, people=people, contact=operation.contact if operation is not None else "")
    if len(people) == 1:
        form.initial["person"] = people[0]["person"]
    if given is not None and form.is_valid() and _placed(request, form):
        return redirect("gates:holds")
    context = {"form": form, "q": query, "people": people, "operation": operation}
    return render(request, "gates/hold_new.html", context, status=422 if form.errors else 200)


def _placed(request: Any, form: HoldForm) -> bool:
    """Place it; a refusal stands beside the field that it is about."""
    person = get_object_or_404(Person, pk=form.cleaned_data["person"], neighbourhood=request.neighbourhood)
    try:
        hold = acting.place_hold(
            by=request.user, person=person, since=timezone.now(), until=form.end(), call=form.cleaned_data["call"]
        )
    except Refusal as refusal:
        about_call = refusal.code in ("gates.hold_call", "gates.hold_guardian", "gates.hold_call_too_long")
        form.add_error("call" if about_call else "until", refusal_text(refusal))
        return False
    messages.success(request, _("From now on the gates call: %(whom)s") % {"whom": holds.call_of(hold)})
    return True


def _hold(request: Any, pk: UUID) -> Hold:
    rows = Hold.objects.filter(neighbourhood=request.neighbourhood).select_related("operation")
    found: Hold = get_object_or_404(rows, pk=pk)
    return found


@require_POST
@needs(RIGHT)
def extend(request: Any, pk: UUID) -> HttpResponse:
    """Give it a later end."""
    if not whole(request, RIGHT):
        return forbidden(request, RIGHT)
    form, hold = ExtendForm(request.POST), _hold(request, pk)
    try:
        if form.is_valid():
            acting.extend_hold(by=request.user, hold=hold, until=form.cleaned_data["until"])
            messages.success(request, _("Extended."))
        else:
            messages.error(request, _("Please give a day and a time."))
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
    return redirect("gates:holds")


@require_POST
@needs(RIGHT)
def end(request: Any, pk: UUID) -> HttpResponse:
    """End it now."""
    if not whole(request, RIGHT):
        return forbidden(request, RIGHT)
    acting.end_hold(by=request.user, hold=_hold(request, pk))
    messages.success(request, _("Ended. The gates let this person pass like everybody else."))
    return redirect("gates:holds")
