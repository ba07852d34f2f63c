"""Asking bodies: choose whom, say what, open; one that joins late; withdraw."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from linli.ground.access import needs
from linli.ground.bodies import TEAMS, below, find, roots, totals, visible, widest
from linli.ground.doing import tried
from linli.ground.models import Body, Place
from linli.ground.setup_forms import show_refusal
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal
from linli.rounds.access import number_of, words_of
from linli.rounds.actions.collections import open_series
from linli.rounds.actions.requests import Request, add_target, open_request, withdraw_request
from linli.rounds.forms import RequestForm
from linli.rounds.models import Occurrence
from linli.rounds.views import own_request


@require_http_methods(["GET", "POST"])
@needs("rounds.ask")
def new(request: Any) -> HttpResponse:
    """Whom (by kind, by subtree, by hand), what, until when. Opening freezes the targets."""
    place = widest(roots(request, "rounds.ask"))
    bodies = visible([place])
    form = RequestForm(request.POST or None)
    picked = {pk for raw in request.POST.getlist("body") if (pk := number_of(raw)) is not None}
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        asked = Request(data["title"], data["due_at"], form.questions(), data["text"])
        try:
            return _opened(request, place, asked, [b for b in bodies if b.pk in picked], data["repeat"])
        except Refusal as refusal:
            show_refusal(form, refusal)
    if request.method == "GET":
        picked = {b.pk for b in _matching(request, bodies)}
    units, teams = totals(bodies)
    context = {
        "form": form,
        "place": place,
        "kinds": [*units, *teams],
        "chosen_kinds": request.GET.getlist("kind"),
        "tops": [b for b in bodies if any(c.parent_id == b.pk for c in bodies)],
        "under": request.GET.get("under", ""),
        "groups": _groups(bodies, picked),
        "count": len(picked),
        "second": request.method == "POST" or "who" in request.GET,
    }
    return render(request, "rounds/request_new.html", context)


def _opened(request: Any, place: Place, asked: Request, bodies: list[Body], repeat: str) -> HttpResponse:
    """Ask them, once or again and again, and go to the list of who has answered; to all lists where it opens later."""
    if not repeat:
        one: Occurrence | None = open_request(by=request.user, place=place, request=asked, bodies=bodies)
    else:
        one = open_series(by=request.user, place=place, request=asked, bodies=bodies, repeat=repeat)[1]
    messages.success(request, _("%(count)s bodies are asked.") % {"count": one.frozen if one else len(bodies)})
    return redirect("rounds:request", pk=one.pk) if one else redirect("rounds:requests")


def _matching(request: Any, bodies: list[Body]) -> list[Body]:
    """The bodies of the chosen kinds (none chosen: every unit) in the chosen subtree; the top itself is asked too."""
    kinds = set(request.GET.getlist("kind"))
    found = [b for b in bodies if (b.kind.code in kinds if kinds else b.kind.code not in TEAMS)]
    under = number_of(request.GET.get("under", ""))
    if under is not None:
        ids = below(bodies, under)
        found = [b for b in found if b.pk in ids]
    return found


def _groups(bodies: list[Body], picked: set[int]) -> list[dict[str, Any]]:
    """Every body by kind with whether it is picked, for ticking by hand."""
    found: dict[int, dict[str, Any]] = {}
    for body in bodies:
        group = found.setdefault(body.kind_id, {"kind": body.kind, "bodies": [], "picked": 0})
        group["bodies"].append((body, body.pk in picked))
        group["picked"] += body.pk in picked
    return list(found.values())


@require_POST
@needs("rounds.ask")
def joins(request: Any, pk: UUID) -> HttpResponse:
    """One body more, after the opening, with a reason."""
    one = own_request(request, pk, "rounds.ask")
    wanted = number_of(request.POST.get("body", ""))
    body = find([one.place], wanted) if wanted is not None else None
    if body is None:
        raise Http404("no such body here")
    tried(
        request,
        _("%(name)s is asked too.") % {"name": body.name},
        add_target,
        by=request.user,
        occurrence=one,
        body=body,
        reason=words_of(request, "reason", 120),
    )
    return redirect("rounds:request", pk=pk)


@require_POST
@needs("rounds.ask")
def withdraw(request: Any, pk: UUID) -> HttpResponse:
    """Withdraw a request that was a mistake."""
    one = own_request(request, pk, "rounds.ask")
    try:
        withdraw_request(by=request.user, occurrence=one, reason=words_of(request, "reason", 200))
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
        return redirect("rounds:request", pk=pk)
    messages.success(request, _("Withdrawn. Nobody is asked any more."))
    return redirect("rounds:board")
