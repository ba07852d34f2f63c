"""What this file says otherwise: counted by kind, then one line each; taken or left singly or by kind."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from linli.ground.access import needs
from linli.ground.doing import tried
from linli.register import queries, words_changes
from linli.register.actions.changes import choose_changes
from linli.register.changes.kinds import KINDS
from linli.register.keeping import told
from linli.register.models import ImportChange, ImportRun
from linli.register.views import own

SHOWN = ("taken", "left", "look", "conflict", "lost")


@require_http_methods(["GET", "POST"])
@needs("register.import")
def changes(request: Any, pk: UUID) -> HttpResponse:
    """The list, and the choices made on it."""
    run = own(request, pk)
    if request.method == "POST":
        return _choose(request, run)
    kind = request.GET.get("kind", "") if request.GET.get("kind", "") in KINDS else ""
    show = request.GET.get("show", "") if request.GET.get("show", "") in SHOWN else ""
    kinds = queries.change_kinds(run)
    for entry in kinds:
        entry["title"] = words_changes.KINDS.get(entry["kind"], entry["kind"])
    found = _filtered(run, kind, show).select_related("row").order_by("position")
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    context = {
        "run": run,
        "kinds": kinds,
        "kind": kind,
        "show": show,
        "page": page,
        "lines": [_line(one) for one in page],
        "total": sum(entry["count"] for entry in kinds),
        "look": sum(entry["look"] for entry in kinds),
        "open": run.state == ImportRun.State.PREVIEW,
    }
    return render(request, "register/changes.html", context)


def _filtered(run: ImportRun, kind: str, show: str) -> QuerySet[ImportChange]:
    rows: QuerySet[ImportChange] = ImportChange.objects.filter(run=run)
    rows = rows.filter(kind=kind) if kind else rows
    wanted: dict[str, dict[str, Any]] = {
        "taken": {"taken": True},
        "left": {"taken": False},
        "look": {"taken": False, "decided_at": None},
        "conflict": {"conflict": True},
        "lost": {"outcome": ImportChange.Outcome.LOST},
    }
    return rows.filter(**wanted[show]) if show else rows


def _line(change: ImportChange) -> dict[str, Any]:
    said = told(change)
    text = words_changes.value_text
    outcome = words_changes.OUTCOMES.get(change.outcome)
    door = words_changes.door_text(change.door)
    whole = change.kind in ("moved_in", "moved_out", "also_listed")  # the name says it all
    return {
        "change": change,
        "door": door,
        "estate": door.rpartition(" ")[0],
        "number": door.rpartition(" ")[2],
        "kind": words_changes.KINDS.get(change.kind, change.kind),
        "name": said.name if said is not None and change.field not in ("state", "place") else "",
        "was": text(change.kind, change.field, said.was) if said is not None and not whole else "",
        "to": text(change.kind, change.field, said.to) if said is not None and not whole else "",
        "now": f"{change.row.sheet} {change.row.row}".strip() if change.row is not None else "",
        "before": f"{change.was_sheet} {change.was_row}".strip() if change.was_row is not None else "",
        "mark": outcome[0] if outcome else "",
        "word": outcome[1] if outcome else "",
    }


def _choose(request: Any, run: ImportRun) -> HttpResponse:
    """One change (``take``, ``leave``: its place in the list), a kind (``take_kind``, ``leave_kind``) or everything (``all``)."""
    form = request.POST
    taken = any(name in form for name in ("take", "take_kind", "take_all"))
    one, kind = form.get("take", form.get("leave", "")), form.get("take_kind", form.get("leave_kind", ""))
    choice: dict[str, Any] = {}
    if one:
        choice["positions"] = [int(one)] if one.isascii() and one.isdigit() and len(one) < 10 else []
    elif kind:
        choice["kinds"] = [kind]
    tried(request, None, choose_changes, by=request.user, run=run, taken=taken, **choice)
    kept = {name: form[name] for name in ("kind", "show", "page") if form.get(name, "").strip("0")}
    anchor = f"#c{choice['positions'][0]}" if choice.get("positions") else ""
    return redirect(f"{request.path}?{urlencode(kept)}{anchor}" if kept else f"{request.path}{anchor}")
