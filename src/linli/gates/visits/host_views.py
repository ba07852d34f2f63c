"""A household's own page, without an account: who is expected at my home, announce one, send the code, take it back."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.gates.models import HostCode, Visit
from linli.gates.queries import gate_label
from linli.gates.visits import codes, queries
from linli.gates.visits.actions import register
from linli.gates.visits.forms import VisitForm
from linli.gates.visits.host_access import PAGE
from linli.gates.visits.sealed import coming_of
from linli.gates.visits.shown import hours, state, state_signal, when, who
from linli.ground.doing import tried
from linli.ground.places import short_address
from linli.ground.words import refusal_text
from linli.kernel import permit_number
from linli.kernel.refusal import Refusal
from linli.operations.queries import ruleset_for, title_of


@require_http_methods(["GET", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """Who is expected at my home? Without a code: ask for it. A POST types one in."""
    return PAGE.door(request, _mine)


@PAGE.view
def _mine(request: Any, code: HostCode) -> HttpResponse:
    now = timezone.now()
    lines = [_line(row) for row in queries.of_home(code.home, code.operation, now)]
    expected = [line for line in lines if line["state"] == "expected"]
    return render(
        request,
        "gates/visits/host_home.html",
        {
            "code": code,
            "address": short_address(code.home),
            "expected": expected,
            "past": [line for line in lines if line not in expected],
            "rules": title_of(ruleset_for(code.operation, now)),
        },
    )


def _line(row: Visit) -> dict[str, Any]:
    return {
        "visit": row,
        "state": state(row),
        "signal": state_signal(row),
        "who": who(row),
        "name": coming_of(row).name,
        "when": when(row),
        "hours": hours(row),
        "gate": gate_label(row.gate),
    }


@require_http_methods(["GET", "POST"])
@PAGE.view
def new(request: Any, code: HostCode) -> HttpResponse:
    """Announce a visit to my home."""
    now, gates = timezone.now(), queries.gates_to(code.home)
    rules = ruleset_for(code.operation, now)
    form = VisitForm(request.POST or None, home=code.home, gates=gates, now=now, rules=rules)
    if request.method == "POST" and form.is_valid():
        try:
            made = register.register_visit(by=None, wish=form.wish(), consent=Visit.Consent.HOST_PAGE)
        except Refusal as refusal:
            form.refuse(refusal.code, refusal_text(refusal))
        else:
            return redirect("host:visit", made.pk)
    context = {"form": form, "address": short_address(code.home), "code": code, "gates": gates}
    return render(request, "gates/visits/host_new.html", context, status=422 if form.errors else 200)


@require_GET
@PAGE.view
def visit(request: Any, code: HostCode, pk: UUID) -> HttpResponse:
    """One visit to my home, with the code to send on."""
    row = _visit(code, pk)
    line = _line(row)
    shown = line["state"] == "expected"
    text = codes.text_of(row, timezone.now()) if shown else ""
    return render(
        request,
        "gates/visits/host_visit.html",
        {
            **line,
            "code": code,
            "number": permit_number.shown(row.number),
            "address": short_address(code.home),
            "picture": codes.picture(text) if text else "",
            "coming": coming_of(row),
        },
    )


def _visit(code: HostCode, pk: UUID) -> Visit:
    """A visit to the home of the code, or 404."""
    row = queries.of_home(code.home, code.operation, timezone.now()).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


@require_GET
@PAGE.view
def picture(request: Any, code: HostCode, pk: UUID) -> HttpResponse:
    """The code as a PNG file that can be sent on."""
    row = _visit(code, pk)
    if state(row) != "expected":
        raise Http404
    out = io.BytesIO()
    codes.image(codes.text_of(row, timezone.now())).save(out, kind="png", scale=10, border=4)
    response = HttpResponse(out.getvalue(), content_type="image/png")
    response["Content-Disposition"] = f'attachment; filename="{permit_number.shown(row.number)}.png"'
    return response


@require_POST
@PAGE.view
def withdraw(request: Any, code: HostCode, pk: UUID) -> HttpResponse:
    """Take a visit back."""
    tried(
        request,
        _("Taken back. Its code is refused from now on."),
        register.withdraw_visit,
        by=None,
        visit=_visit(code, pk),
    )
    return redirect("host:home")


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close the page in this browser; the code of the slip opens it again."""
    return PAGE.leave()
