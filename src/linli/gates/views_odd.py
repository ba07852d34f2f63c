"""What was odd: exceptions by kind, gate and owner; settled one by one or many of a phone together; annulled passages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from linli.accounts.models import User
from linli.gates import odd_page, owners, queries, words
from linli.gates.actions import late, settle
from linli.gates.models import Check, GateException
from linli.gates.reach import gates_for, within
from linli.gates.views_devices import refusal_text
from linli.ground.access import forbidden, needs
from linli.ground.doing import tried
from linli.ground.mandates import rights_at
from linli.kernel.refusal import Refusal


@require_GET
@needs("gates.read")
def exceptions(request: Any) -> HttpResponse:
    """What waits for somebody to look: mine first to choose, then by kind, gate and owner; the most urgent first."""
    now = timezone.now()
    every = queries.exceptions(request.neighbourhood).filter(within(request, "gates.read"))
    waiting = every.filter(settled_at__isnull=True)
    gates = gates_for(request, "gates.read")
    wanted = odd_page.Wanted.read(request.GET, gates)
    settled = request.GET.get("state") == "settled"
    kinds, mine = odd_page.tallies(waiting, now)
    rows = every.filter(settled_at__isnull=False).order_by("-settled_at") if settled else waiting
    rows = wanted.of(rows, request.user)
    lines = odd_page.load(
        rows,
        number=request.GET.get("page"),
        user=request.user,
        mandates=request.mandates,
        place=request.neighbourhood,
        now=now,
    )
    return render(
        request,
        "gates/exceptions.html",
        {
            "page": lines.page,
            "lines": lines.all(),
            "open": sum(mine.values()),
            "overdue": sum(group.late for group in kinds),
            "groups": [] if settled or wanted.kind else kinds,
            "together": [] if settled else _together(request, rows, wanted.kind),
            "usual": [str(one) for one in words.SENTENCES.get(wanted.kind, ())],
            "advice": words.word(words.ADVICE, wanted.kind) if wanted.kind else "",
            "takes": wanted.kind in odd_page.UPLOADED,
            "wanted": wanted,
            "settled": settled,
            "kinds": words.KINDS.items(),
            "gates": gates,
            "mine": mine[request.user.pk],
            "owners": [
                (str(pk), name, mine[pk]) for pk, name in lines.names.items() if mine[pk] and pk != request.user.pk
            ],
            "at": now.isoformat(),
        },
    )


def _together(request: Any, rows: QuerySet[GateException], kind: str) -> list[odd_page.Group]:
    if not kind or not within_right(request, owners.right_for(kind)):
        return []
    return odd_page.together(rows.filter(within(request, owners.right_for(kind))), kind)


def within_right(request: Any, right: str) -> bool:
    """Whether the user has a right anywhere in the neighbourhood."""
    return right in request.rights


def _may(request: Any, row: GateException) -> bool:
    """Whether the user may settle this one: the right that its kind needs, at its gate."""
    return owners.right_for(row.kind) in rights_at(request.mandates, row.gate or request.neighbourhood)


def _exception(request: Any, pk: UUID) -> GateException:
    """An exception at a gate that the user sees, or 404."""
    rows = GateException.objects.filter(within(request, "gates.read"), neighbourhood=request.neighbourhood)
    found: GateException = get_object_or_404(rows.select_related("gate"), pk=pk)
    return found


def _back(request: Any, default: str) -> HttpResponse:
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}):
        return redirect(target)
    return redirect(default)


@require_POST
@needs("gates.read")
def settle_exception(request: Any, pk: UUID) -> HttpResponse:
    """Settle one in one tap; an upload that waits is set aside with it, or taken in first."""
    row = _exception(request, pk)
    if not _may(request, row):
        return forbidden(request, owners.right_for(row.kind))
    try:
        _take_in(request, [row])
        settle.settle(by=request.user, exception=row, text=request.POST.get("text", ""))
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
    else:
        messages.success(request, _("Settled: %(what)s") % {"what": words.word(words.KINDS, row.kind)})
    return _back(request, "gates:exceptions")


@require_POST
@needs("gates.read")
def settle_together(request: Any) -> HttpResponse:
    """Settle every open exception of a kind and a phone that the page showed, with one sentence; later ones wait for their own look."""
    kind, device = request.POST.get("kind", ""), _uuid(request.POST.get("device", ""))
    shown_at = _moment(request.POST.get("at", ""))
    if kind not in words.KINDS:
        raise Http404
    right = owners.right_for(kind)
    rows = GateException.objects.filter(within(request, right), neighbourhood=request.neighbourhood)
    if not within_right(request, right):
        return forbidden(request, right)
    rows = rows.filter(kind=kind, device=device, heard_at__lte=shown_at, settled_at__isnull=True)
    try:
        _take_in(request, rows)
        done = settle.settle_many(by=request.user, rows=rows, text=request.POST.get("text", ""))
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
    else:
        messages.success(request, ngettext("%(n)s settled.", "%(n)s settled.", done) % {"n": done})
    return _back(request, "gates:exceptions")


def _take_in(request: Any, rows: Iterable[GateException]) -> None:
    """Take in first what waits for these, when that is asked; else it is set aside with them."""
    if not request.POST.get("take"):
        return
    taken = late.take_in_waiting(by=request.user, exceptions=rows)
    messages.success(request, ngettext("%(n)s record taken in.", "%(n)s records taken in.", taken) % {"n": taken})


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def _moment(text: str) -> datetime:
    """The moment at which the page was made; 404 for anything else."""
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or timezone.is_naive(found):
        raise Http404
    return found


@require_POST
@needs("gates.read")
def hand_on(request: Any, pk: UUID) -> HttpResponse:
    """Give an exception to somebody else who may settle it."""
    row = _exception(request, pk)
    if not _may(request, row):
        return forbidden(request, owners.right_for(row.kind))
    chosen = request.POST.get("to", "")
    to = get_object_or_404(User, pk=int(chosen) if chosen.isdecimal() and len(chosen) < 10 else 0)
    tried(
        request,
        _("Handed on to %(name)s.") % {"name": to.display_name},
        settle.hand_on,
        by=request.user,
        exception=row,
        to=to,
    )
    return _back(request, "gates:exceptions")


@require_POST
@needs("gates.manage")
def annul(request: Any, pk: UUID) -> HttpResponse:
    """Annul a passage with a reason; the row stays."""
    rows = Check.objects.filter(within(request, "gates.manage"), neighbourhood=request.neighbourhood)
    row = get_object_or_404(rows.select_related("operation", "gate"), pk=pk)
    tried(
        request,
        _("Annulled. The row stays, and no figure counts it."),
        settle.annul,
        by=request.user,
        check=row,
        reason=request.POST.get("reason", ""),
        text=request.POST.get("text", ""),
    )
    return redirect("gates:check", pk)
