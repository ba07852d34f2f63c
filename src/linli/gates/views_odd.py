"""What was odd: exceptions to settle, uploads that wait, requests for review."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from linli.gates import queries, words
from linli.gates.actions import late, settle
from linli.gates.models import Check, GateException, Review
from linli.gates.reach import gates_for, within
from linli.gates.views_devices import refusal_text
from linli.ground.access import needs
from linli.ground.mandates import rights_at
from linli.inbox.actions import handle
from linli.inbox.models import RawUpload
from linli.kernel.refusal import Refusal

PER_PAGE = 30


@require_GET
@needs("gates.read")
def exceptions(request: Any) -> HttpResponse:
    """What waits for somebody to look, the most urgent first."""
    now = timezone.now()
    rows = queries.exceptions(request.neighbourhood).filter(within(request, "gates.read"))
    open_rows = rows.filter(settled_at__isnull=True)
    shown = "settled" if request.GET.get("state") == "settled" else "open"
    rows = open_rows if shown == "open" else rows.filter(settled_at__isnull=False).order_by("-settled_at")
    kind, gate = request.GET.get("kind", ""), request.GET.get("gate", "")
    if kind in words.KINDS:
        rows = rows.filter(kind=kind)
    gates = gates_for(request, "gates.read")
    if any(str(one.pk) == gate for one in gates):
        rows = rows.filter(gate=int(gate))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    checks = queries.checks_by_id(row.check_id for row in page)
    return render(
        request,
        "gates/exceptions.html",
        {
            "page": page,
            "lines": [_line(request, row, checks, now) for row in page],
            "open": open_rows.count(),
            "overdue": open_rows.filter(due_at__lt=now).count(),
            "shown": shown,
            "kind": kind,
            "kinds": words.KINDS.items(),
            "gate": gate,
            "gates": gates,
            "reviews": queries.reviews(request.neighbourhood)
            .filter(within(request, "gates.read"), answered_at__isnull=True)
            .count(),
        },
    )


def _rights(request: Any, gate: Any) -> frozenset[str]:
    return rights_at(request.mandates, gate or request.neighbourhood)


def _line(request: Any, row: GateException, checks: dict[UUID, Any], now: Any) -> dict[str, Any]:
    found, rights = checks.get(row.check_id) if row.check_id else None, _rights(request, row.gate)
    return {
        "row": row,
        "title": words.word(words.KINDS, row.kind),
        "advice": words.word(words.ADVICE, row.kind),
        "check": found,
        "who": (queries.masked(found.name) or words.word(words.KLASSES, found.klass)) if found else "",
        "direction": words.word(words.DIRECTIONS, found.direction) if found else "",
        "outcome": words.outcome_signal(found.outcome) if found else "",
        "server": words.reason(found.server_reason) if found and found.overridden else "",
        "temperature": words.celsius(found.temperature) if found and "gates.health" in rights else "",
        "may": "gates.manage" in rights,
        "late": row.settled_at is None and row.due_at < now,
        "sentence": settle.sentence_of(row.sealed),
        "takes": row.kind in ("late_upload", "malformed") and row.upload is not None,
    }


def _check(request: Any, pk: UUID, right: str) -> Check:
    """A passage at a gate where the user has ``right``, or 404."""
    rows = Check.objects.filter(within(request, right), neighbourhood=request.neighbourhood)
    return get_object_or_404(rows.select_related("operation", "gate"), pk=pk)


def _back(request: Any, default: str) -> HttpResponse:
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}):
        return redirect(target)
    return redirect(default)


@require_POST
@needs("gates.manage")
def settle_exception(request: Any, pk: UUID) -> HttpResponse:
    """Settle one in one tap; an upload that waits is set aside with it, or taken in first."""
    mine = within(request, "gates.manage")
    row = get_object_or_404(GateException.objects.filter(mine, neighbourhood=request.neighbourhood), pk=pk)
    upload = RawUpload.objects.filter(pk=row.upload).first() if row.upload else None
    try:
        if upload is not None and request.POST.get("take"):
            results = late.take_in(by=request.user, upload=upload)
            taken = sum(1 for one in results if one.status != "waiting")
            messages.success(
                request,
                ngettext("%(n)s record taken in.", "%(n)s records taken in.", taken) % {"n": taken},
            )
        elif upload is not None and upload.state != RawUpload.State.ERASED:
            handle(by=request.user, upload=upload, empty=True)
        settle.settle(by=request.user, exception=row, text=request.POST.get("text", ""))
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
    else:
        messages.success(request, _("Settled: %(what)s") % {"what": words.word(words.KINDS, row.kind)})
    return _back(request, "gates:exceptions")


@require_POST
@needs("gates.manage")
def annul(request: Any, pk: UUID) -> HttpResponse:
    """Annul a passage with a reason; the row stays."""
    row = _check(request, pk, "gates.manage")
    try:
        settle.annul(
            by=request.user, check=row, reason=request.POST.get("reason", ""), text=request.POST.get("text", "")
        )
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
    else:
        messages.success(request, _("Annulled. The row stays, and no figure counts it."))
    return redirect("gates:check", pk)


@require_POST
@needs("gates.work")
def ask_review(request: Any, pk: UUID) -> HttpResponse:
    """Write down that a person asks for a review."""
    row = _check(request, pk, "gates.work")
    try:
        settle.ask_review(by=request.user, check=row, text=request.POST.get("text", ""))
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
    else:
        messages.success(request, _("Written down. Somebody answers within a day."))
    if "gates.read" in _rights(request, row.gate):
        return redirect("gates:check", pk)
    return redirect("gates:work")


@require_GET
@needs("gates.read")
def reviews(request: Any) -> HttpResponse:
    """Who asked for a review, and what was answered."""
    rows = list(queries.reviews(request.neighbourhood).filter(within(request, "gates.read"))[:200])
    checks = queries.checks_by_id(row.check_id for row in rows)
    now = timezone.now()
    lines: list[dict[str, Any]] = []
    for row in rows:
        found = checks.get(row.check_id)
        lines.append(
            {
                "row": row,
                "check": found,
                "who": queries.masked(found.name) or words.word(words.KLASSES, found.klass) if found else "",
                "reason": words.reason(found.reason) if found else "",
                "question": settle.sentence_of(row.question),
                "answer": words.word(words.ANSWERS, row.answer) if row.answer else "",
                "answer_text": settle.sentence_of(row.answer_text),
                "late": row.answered_at is None and row.due_at < now,
                "may": "gates.manage" in _rights(request, row.gate),
            }
        )
    return render(
        request,
        "gates/reviews.html",
        {
            "waiting": [one for one in lines if one["row"].answered_at is None],
            "answered": [one for one in lines if one["row"].answered_at is not None],
            "answers": words.ANSWERS.items(),
        },
    )


@require_POST
@needs("gates.manage")
def answer_review(request: Any, pk: UUID) -> HttpResponse:
    """Answer a review."""
    mine = within(request, "gates.manage")
    row = get_object_or_404(Review.objects.filter(mine, neighbourhood=request.neighbourhood), pk=pk)
    try:
        settle.answer_review(
            by=request.user, review=row, answer=request.POST.get("answer", ""), text=request.POST.get("text", "")
        )
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
    else:
        messages.success(request, _("Answered."))
    return redirect("gates:reviews")
