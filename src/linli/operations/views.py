"""Pages of operations."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.ground.access import needs
from linli.ground.models import Place
from linli.ground.words import refusal_text
from linli.kernel import data_classes
from linli.kernel.refusal import Refusal
from linli.operations import actions
from linli.operations.forms import OperationForm, RenewForm, RulesForm, end_of
from linli.operations.models import Certificate, Operation
from linli.operations.queries import active_operation, ruleset_for
from linli.operations.rulesets import load
from linli.operations.words import count_word


def _own(request: Any, pk: UUID) -> Operation:
    return get_object_or_404(
        Operation.objects.prefetch_related("rules", "data", "renewals"), pk=pk, neighbourhood=request.neighbourhood
    )


def where(operation: Operation) -> str:
    """The gates at which the operation holds, by name; empty for all of them."""
    if operation.area is None:
        return ""
    return "、".join(operation.area.members.order_by("place__sort").values_list("place__name", flat=True))


def data_rows(operation: Operation) -> list[dict[str, Any]]:
    """The data classes an operation keeps, named in both languages, with their days; only those its rules use."""
    rules = ruleset_for(operation)
    skipped = set() if rules["measures"] else {"temperature", "answers", "quarantine", "reading"}
    skipped |= set() if rules["plates"] else {"plate"}
    found = []
    for row in operation.data.all():
        kind = data_classes.ALL.get(row.code)
        if kind is not None and row.code not in skipped:
            found.append({"zh": kind.chinese, "en": kind.english, "days": row.days, "sensitive": kind.sensitive})
    return found


@require_GET
@needs("operations.manage")
def index(request: Any) -> HttpResponse:
    """The operation in force, and those that are over."""
    operation = active_operation(request.neighbourhood)
    past = Operation.objects.filter(neighbourhood=request.neighbourhood)
    return render(
        request,
        "operations/index.html",
        {
            "operation": operation,
            "past": past.exclude(pk=operation.pk) if operation else past,
            "certificates": Certificate.objects.filter(neighbourhood=request.neighbourhood)[:20],
            "due": [(count_word(name), n) for name, n in sorted(actions.due(request.neighbourhood).items())],
        },
    )


@require_http_methods(["GET", "POST"])
@needs("operations.manage")
def new(request: Any) -> HttpResponse:
    """Open an operation."""
    gates = Place.objects.filter(neighbourhood=request.neighbourhood, kind__code="gate", until__isnull=True)
    form = OperationForm(request.POST or None, gates=list(gates.order_by("sort", "pk")))
    if request.method == "POST" and form.is_valid():
        try:
            operation = actions.open_operation(
                by=request.user,
                neighbourhood=request.neighbourhood,
                order=form.order(),
                ends_at=end_of(form.cleaned_data["ends_on"]),
            )
        except Refusal as refusal:
            form.add_error("ends_on" if refusal.code.startswith("operations.end") else None, refusal_text(refusal))
        else:
            return redirect("operations:detail", operation.pk)
    return render(request, "operations/new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs("operations.manage")
def detail(request: Any, pk: UUID) -> HttpResponse:
    """One operation: what it may do, until when, and the acts that change it."""
    operation = _own(request, pk)
    verb = request.POST.get("verb", "")
    renew_form = RenewForm(request.POST if verb == "renew" else None)
    rules_form = RulesForm(request.POST if verb == "rules" else None, replay=operation.replay)
    if request.method == "POST":
        try:
            if _change(request, operation, verb, renew_form, rules_form):
                return redirect("operations:detail", operation.pk)
        except Refusal as refusal:
            messages.error(request, refusal_text(refusal))
            return redirect("operations:detail", operation.pk)
    over = operation.ended_at is not None or operation.ends_at <= timezone.now()
    return render(
        request,
        "operations/detail.html",
        {
            "operation": operation,
            "over": over,
            "rules": ruleset_for(operation),
            "history": [{"row": r, "rules": load(r.code, r.version)} for r in operation.rules.all()],
            "data": data_rows(operation),
            "where": where(operation),
            "renew_form": renew_form,
            "rules_form": rules_form,
        },
    )


def _change(request: Any, operation: Operation, verb: str, renew_form: RenewForm, rules_form: RulesForm) -> bool:
    if verb == "renew" and renew_form.is_valid():
        ends = end_of(renew_form.cleaned_data["ends_on"])
        actions.renew(by=request.user, operation=operation, ends_at=ends, reason=renew_form.cleaned_data["reason"])
        messages.success(request, _("The operation goes on until the new last day."))
        return True
    if verb == "rules" and rules_form.is_valid():
        row = actions.switch_rules(
            by=request.user,
            operation=operation,
            ruleset=rules_form.cleaned_data["ruleset"],
            since=rules_form.since(),
        )
        ahead = row.since > timezone.now()
        messages.success(
            request,
            _("The new rule set holds from the beginning of that day. Until then nothing changes.")
            if ahead
            else _("The new rule set holds from now on. Earlier decisions keep theirs."),
        )
        return True
    if verb == "end":
        actions.end_operation(by=request.user, operation=operation)
        certificate = actions.purge(by=request.user, neighbourhood=request.neighbourhood)
        messages.success(request, _("The operation is over. What belonged to it was erased or turned into counts."))
        return bool(certificate)
    return False


@require_GET
@needs("operations.manage")
def notice(request: Any, pk: UUID) -> HttpResponse:
    """The notice for the gate: who, why, what, how long, rights (RULES.md B10; PIPL art. 17, 30), Chinese and English on one sheet."""
    operation = _own(request, pk)
    rules = ruleset_for(operation)
    return render(
        request,
        "operations/notice.html",
        {"operation": operation, "rules": rules, "data": data_rows(operation), "where": where(operation)},
    )


@require_POST
@needs("operations.manage")
def purge_now(request: Any) -> HttpResponse:
    """Erase what is due now; the certificate is shown."""
    row = actions.purge(by=request.user, neighbourhood=request.neighbourhood)
    return redirect("operations:certificate", row.pk)


@require_GET
@needs("operations.manage")
def certificate(request: Any, pk: UUID) -> HttpResponse:
    """A certificate of erasure, for print."""
    row = get_object_or_404(Certificate, pk=pk, neighbourhood=request.neighbourhood)
    return render(
        request,
        "operations/certificate.html",
        {"certificate": row, "counts": [(count_word(name), n) for name, n in sorted(row.counts.items())]},
    )
