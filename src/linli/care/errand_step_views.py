"""The steps of an errand, each a POST: take, give back, buy, deliver, money, call off, and taking each of them back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.care.access import MANAGE, needs_care
from linli.care.actions import errand_money, errands
from linli.care.errand_access import errand_for
from linli.care.errand_forms import BuyForm, CancelForm, DeliverForm, MoneyForm
from linli.care.errand_queries import mandate_for
from linli.care.errand_views import page
from linli.care.models import Errand, ErrandEntry, Receipt
from linli.care.pages import attempt, helpers_of
from linli.ground.access import forbidden
from linli.ground.doing import tried
from linli.ground.models import Mandate


def _run(request: Any, row: Errand, act: Callable[[], Any], said: str) -> HttpResponse:
    tried(request, said, act)
    return redirect("care_errands:errand", row.pk)


def _filled(
    request: Any, row: Errand, name: str, form: Any, act: Callable[[dict[str, Any]], Any], said: str
) -> HttpResponse:
    """Run an act with a form that was filled in; a mistake is said beside its field, with all that was typed."""
    if form.is_valid() and attempt(form, lambda: act(form.cleaned_data)):
        messages.success(request, said)
        return redirect("care_errands:errand", row.pk)
    return page(request, row, {name: form})


def _works(request: Any, row: Errand) -> bool:
    """Whether the steps of an errand are the reader's: who goes, and the office."""
    return MANAGE in request.rights or row.taken_by_id in {one.pk for one in request.mandates}


@require_POST
@needs_care
def take(request: Any, pk: UUID) -> HttpResponse:
    """ "I will go"; the office may name somebody else who goes."""
    row = errand_for(request, pk)
    named = helper_named(request, request.POST.get("mandate", ""))
    mandate = named or mandate_for(row, request.mandates, request.user.pk, timezone.now())
    said = _("%(name)s goes.") % {"name": named.holder_name} if named is not None else _("It is yours now.")
    return _run(request, row, lambda: errands.take_errand(by=request.user, errand=row, mandate=mandate), said)


def helper_named(request: Any, typed: str) -> Mandate | None:
    """The office holder whom the office names; None for who may not name anybody, and for nobody."""
    if MANAGE not in request.rights or not typed:
        return None
    return next((one for one in helpers_of(request.neighbourhood) if str(one.pk) == typed), None)


@require_POST
@needs_care
def step(request: Any, pk: UUID, what: str) -> HttpResponse:
    """A step without a form."""
    row = errand_for(request, pk)
    if not _works(request, row):
        return forbidden(request, MANAGE)
    by = request.user
    acts: dict[str, tuple[Callable[[], Any], str]] = {
        "back": (lambda: errands.give_errand_back(by=by, errand=row), _("It waits for somebody else.")),
        "received": (lambda: errands.confirm_errand(by=by, errand=row), _("Noted: the household has it.")),
        "not-there": (lambda: errands.take_delivery_back(by=by, errand=row), _("Taken back: it is still on the way.")),
        "settle": (lambda: errand_money.settle_errand(by=by, errand=row), _("Settled.")),
        "again": (lambda: errands.reopen_errand(by=by, errand=row), _("It is open again.")),
    }
    if what not in acts:
        raise Http404("no such step")
    act, said = acts[what]
    return _run(request, row, act, said)


@require_POST
@needs_care
def form(request: Any, pk: UUID, what: str) -> HttpResponse:
    """A step with a form: what it cost, how it was delivered, an amount, why it is called off."""
    row = errand_for(request, pk)
    if not _works(request, row) and not (what == "cancel" and row.taken_at is None):
        return forbidden(request, MANAGE)
    by = request.user
    if what == "buy":
        return _filled(request, row, what, BuyForm(request.POST, request.FILES), lambda said: errand_money.buy_errand(
            by=by, errand=row, fen=said["fen"], receipt=said["receipt"], no_receipt=said["no_receipt"], id=said["key"],
        ), _("Written down."))  # fmt: skip
    if what == "deliver":
        return _filled(request, row, what, DeliverForm(request.POST, request.FILES), lambda said: errands.deliver_errand(
            by=by, errand=row, contactless=said["contactless"] == "yes", door=said["receipt"],
        ), _("Delivered."))  # fmt: skip
    if what == "money":
        filled = MoneyForm(errand_money.owed_of(row), MANAGE in request.rights, request.POST)
        return _filled(request, row, what, filled, lambda said: errand_money.record_money(
            by=by, errand=row, what=said["what"], fen=said["fen"], way=said["way"], id=said["key"],
        ), _("Written down."))  # fmt: skip
    if what == "cancel":
        return _filled(request, row, what, CancelForm(request.POST), lambda said: errands.cancel_errand(
            by=by, errand=row, why=said["why"],
        ), _("Called off. It can be opened again."))  # fmt: skip
    raise Http404("no such form")


@require_POST
@needs_care
def reverse_row(request: Any, pk: UUID) -> HttpResponse:
    """Take an amount back."""
    entry: ErrandEntry = get_object_or_404(ErrandEntry, pk=pk)
    row = errand_for(request, entry.errand_id)
    if not _works(request, row):
        return forbidden(request, MANAGE)
    return _run(request, row, lambda: errand_money.reverse_entry(by=request.user, entry=entry),
                _("Taken back by a row of its own. Write the right amount down now."))  # fmt: skip


@require_POST
@needs_care
def drop_picture(request: Any, pk: UUID) -> HttpResponse:
    """Erase a picture."""
    found: Receipt = get_object_or_404(Receipt, pk=pk)
    row = errand_for(request, found.errand_id)
    if not _works(request, row):
        return forbidden(request, MANAGE)
    return _run(request, row, lambda: errand_money.remove_receipt(by=request.user, receipt=found), _("Erased."))
