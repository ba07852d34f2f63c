"""Findings: what is open, whose it is, by when; close and take up again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.ground.access import needs
from linli.ground.doing import tried
from linli.ground.models import Place
from linli.ground.setup_forms import show_refusal
from linli.kernel.refusal import Refusal
from linli.rounds import findings as reading
from linli.rounds.access import (
    finding_scope,
    needs_or_owns,
    neighbourhoods,
    own_findings,
    own_scope,
    scope_of,
)
from linli.rounds.actions.visits import Found, close_finding, record_finding, reopen_finding
from linli.rounds.forms import CloseForm, FindingForm, owner_name
from linli.rounds.groups import owners
from linli.rounds.models import Finding
from linli.rounds.notes import close_of
from linli.rounds.queries import names_of
from linli.rounds.sources import origin_of
from linli.rounds.views_groups import spots
from linli.rounds.words import FINDING_STATES, finding_text
from linli.ui.tables import Column, Table
from linli.ui.templatetags.linli_ui import signal


class Findings(Table):
    """Findings with their owner and day."""

    title = gettext_lazy("Findings")
    empty = gettext_lazy("No finding matches")
    columns = (
        Column(
            "what",
            gettext_lazy("What"),
            finding_text,
            url=lambda r: reverse("rounds:finding", args=[r.pk]),
            head=True,
        ),
        Column("where", gettext_lazy("Where"), lambda r: r.place.name, sort=("x",)),
        Column("owner", gettext_lazy("Who sees to it"), lambda r: owner_name(r.owner), sort=("x",)),
        Column("due", gettext_lazy("Done by"), lambda r: r.due_on, sort=("x",)),
        Column(
            "state",
            gettext_lazy("State"),
            lambda r: str(FINDING_STATES[reading.state_of(r)][1]),
            show=lambda r: signal(*FINDING_STATES[reading.state_of(r)]),
            sort=("x",),
        ),
        Column("group", gettext_lazy("Group"), lambda r: r.group.name if r.group else "", sort=("x",)),
    )


@require_GET
@needs("rounds.read")
def findings(request: Any) -> HttpResponse:
    """Every finding, the overdue first."""
    with scope_of(request, "rounds.read"):
        every = list(reading.findings())
        shown = request.GET.get("show") if request.GET.get("show") in (*FINDING_STATES, "all") else "undone"
        wanted = {"undone": ("open", "late"), "all": tuple(FINDING_STATES)}.get(str(shown), (str(shown),))
        words = request.GET.get("q", "").strip().casefold()
        rows = [r for r in every if reading.state_of(r) in wanted]
        rows = [r for r in rows if words in f"{finding_text(r)} {r.place.name} {r.owner.holder_name}".casefold()]
        table = Findings(request, rows)
        states = [reading.state_of(r) for r in every]
        context = {
            "table": table,
            "shown": shown,
            "open": states.count("open") + states.count("late"),
            "late": states.count("late"),
            "states": FINDING_STATES,
        }
        return table.download() or render(request, "rounds/findings.html", context)


@require_http_methods(["GET", "POST"])
@needs("rounds.write")
def add(request: Any) -> HttpResponse:
    """A finding that comes from no visit."""
    with scope_of(request, "rounds.write"):
        reach = neighbourhoods(request, "rounds.write")
        people = owners(reach)
        form = FindingForm(list(spots(reach).items()), people, request.POST or None)
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            owner = next(m for m in people if m.pk == data["owner"])
            place = Place.objects.get(pk=data["place"])
            try:
                record_finding(by=request.user, place=place, found=Found(data["found"], owner, data["due_on"]))
            except Refusal as refusal:
                show_refusal(form, refusal)
            else:
                messages.success(request, _("The finding is recorded."))
                return redirect("rounds:findings")
        return render(request, "rounds/finding_add.html", {"form": form})


def _own(pk: UUID) -> Finding:
    found: Finding = get_object_or_404(reading.findings(), pk=pk)
    return found


@require_GET
def mine(request: Any) -> HttpResponse:
    """What the user sees to himself, by an office or for a body; for who holds nothing it does not exist."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not request.mandates:
        raise Http404("holds nothing")
    with own_scope(request):
        every = own_findings(request)
        rows = [row for row in every if row.closed_at is None] if "all" not in request.GET else list(every)
        table = Findings(request, rows)
        late = sum(1 for row in rows if reading.state_of(row) == "late")
        context = {"table": table, "open": sum(1 for row in rows if row.closed_at is None), "late": late}
        return table.download() or render(request, "rounds/findings_mine.html", context)


@require_GET
@needs_or_owns("rounds.read")
def finding(request: Any, pk: UUID) -> HttpResponse:
    """One finding: what, whose, by when, and its close."""
    with finding_scope(request, "rounds.read"):
        return _page(request, _own(pk), CloseForm())


def _page(request: Any, row: Finding, form: CloseForm) -> HttpResponse:
    names = names_of([row.by_user, row.closed_by])
    context = {
        "finding": row,
        "text": finding_text(row),
        "owner": owner_name(row.owner),
        "closing": close_of(row),
        "state": FINDING_STATES[reading.state_of(row)],
        "by": names.get(row.by_user or 0, ""),
        "closer": names.get(row.closed_by or 0, ""),
        "form": form,
        "owns": request.owns,
        "origin": origin_of(request, row),
    }
    return render(request, "rounds/finding.html", context)


@require_POST
@needs_or_owns("rounds.write")
def close(request: Any, pk: UUID) -> HttpResponse:
    """Close it and say with what; its owner may, and the office takes it up again where that was not enough."""
    with finding_scope(request, "rounds.write"):
        row = _own(pk)
        form = CloseForm(request.POST)
        if form.is_valid():
            try:
                close_finding(by=request.user, finding=row, text=form.cleaned_data["text"])
            except Refusal as refusal:
                show_refusal(form, refusal)
            else:
                messages.success(request, _("Closed."))
                return redirect("rounds:findings_mine" if request.owns else "rounds:findings")
        return _page(request, row, form)


@require_POST
@needs("rounds.write")
def reopen(request: Any, pk: UUID) -> HttpResponse:
    """Take it up again."""
    with scope_of(request, "rounds.write"):
        tried(request, _("The finding is open again."), reopen_finding, by=request.user, finding=_own(pk))
    return redirect("rounds:finding", pk=pk)
