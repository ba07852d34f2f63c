"""The plain form of a gate: for a guard whose browser cannot run the scanner. Online only, the same rules and rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from linli.gates import holds, queries, search, words
from linli.gates.actions import record
from linli.gates.deciding import Source
from linli.gates.forms import PassForm
from linli.gates.models import Check
from linli.gates.parse import Item, parse
from linli.gates.reach import gates_for
from linli.gates.views import gate_of
from linli.gates.visits import queries as visits
from linli.ground.access import forbidden, needs
from linli.ground.mandates import rights_at
from linli.ground.models import Place
from linli.kernel import permit_code
from linli.kernel.ids import uuid7
from linli.operations.queries import active_operation, ruleset_for


def own_gates(request: Any) -> list[Place]:
    """The gates of the neighbourhood at which the user may work."""
    return gates_for(request, "gates.work")


@require_GET
@needs("gates.work")
def work(request: Any) -> HttpResponse:
    """Where do I stand today? One gate goes straight to its form."""
    gates = own_gates(request)
    if len(gates) == 1:
        return redirect("gates:form", gates[0].pk)
    return render(request, "gates/work.html", {"gates": [(g, queries.gate_label(g)) for g in gates]})


@require_http_methods(["GET", "POST"])
@needs("gates.work")
def plain_form(request: Any, pk: int) -> HttpResponse:
    """Verify, ask, record as one act on one page (G05)."""
    gate = gate_of(request, pk)
    if "gates.work" not in rights_at(request.mandates, gate):
        return forbidden(request, "gates.work")
    operation = active_operation(request.neighbourhood, gate=gate)
    rules = ruleset_for(operation)
    query = (request.POST.get("q") or request.GET.get("q") or "").strip()
    code = (
        query if permit_code.looks_like(query) else visits.code_of_number(request.neighbourhood, query, timezone.now())
    )
    people = [] if code else search.find(request.neighbourhood.pk, query)
    if request.method == "POST":
        form = PassForm(request.POST, rules=rules, people=people)
        if form.is_valid():
            return _record(request, gate, form)
    else:
        form = PassForm(initial={"id": uuid7(), "code": code}, rules=rules, people=people)
    return render(
        request,
        "gates/form.html",
        {
            "gate": gate,
            "label": queries.gate_label(gate),
            "form": form,
            "q": query,
            "code": code,
            "people": people,
            "searched": bool(query),
            "operation": operation,
            "rules": rules,
        },
        status=422 if form.errors else 200,
    )


def _whom_to_call(judged: record.Judged, now: datetime) -> list[str]:
    """For somebody who is held: whom the guard calls now."""
    person = judged.seen.person
    if person is None or not judged.decision.reason.startswith("hold"):
        return []
    return holds.whom_to_call(person, now)


def _record(request: Any, gate: Place, form: PassForm) -> HttpResponse:
    now = timezone.now()
    source = Source(gate=gate, now=now, by=request.user)
    raw = {**form.check(), "happened_at": now.isoformat()}
    raw["decision"] = {"outcome": "held", "reason": "incomplete"}  # replaced by the server's own, below
    item: Item = parse(raw)
    (judged,) = record.judge(source, [item], simulate=True)
    raw["decision"] = judged.decision._asdict()
    (result,) = record.record_checks(source=source, raw=[raw])
    if result.status == record.ALREADY:
        messages.info(request, _("This one was recorded already; nothing was stored twice."))
    return render(
        request,
        "gates/form_done.html",
        {
            "gate": gate,
            "label": queries.gate_label(gate),
            "decision": judged.decision,
            "outcome": words.outcome_signal(judged.decision.outcome),
            "reason": words.reason(judged.decision.reason),
            "result": result,
            "at": now,
            "slip": Check.objects.filter(pk=item.id).exists() and judged.decision.outcome != "admitted",
            "check_id": item.id,
            "calls": _whom_to_call(judged, now),
        },
    )
