"""``/mine/``: a person's own page, without an account: my dates, who looks after me, my readings, my errands (Q01 to Q03)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.care import own_shown, queries, rules, words
from linli.care.actions.errands import ask_errand, cancel_errand, confirm_errand
from linli.care.actions.readings import record_reading
from linli.care.errand_forms import WishForm
from linli.care.errand_views import picture_response
from linli.care.models import Errand, Receipt
from linli.care.own_access import PAGE, Own
from linli.care.own_forms import OwnReadingForm
from linli.care.pages import attempt
from linli.care.sealed import Said
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal


@require_http_methods(["GET", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """How do I stand? Without a code: ask for it. A POST types one in."""
    return PAGE.door(request, _home)


@PAGE.view
def _home(request: Any, own: Own) -> HttpResponse:
    now, case = timezone.now(), own.case
    (line,) = queries.of_cases([case], now).cases
    return render(
        request,
        "care/own/home.html",
        {
            "own": own,
            "kind": words.KINDS[case.kind],
            "term": own_shown.term_of(case, now),
            "order": own_shown.order_of(line),
            "needs": own_shown.needs_of(line),
            "helper": own_shown.helper_of(case, now),
            "checks": own_shown.checks_of(line),
            "readings": own_shown.readings_of(case),
            "measured": case.kind == rules.QUARANTINE,
            "alarm": next(iter(line.alarms), None),
            "errands": [one for one in own_shown.errands_of(own, now) if one.line.open],
            "others": own_shown.others_of(own),
        },
    )


@require_http_methods(["GET", "POST"])
@PAGE.view
def reading(request: Any, own: Own) -> HttpResponse:
    """How am I today? Written down as it is; fever or a complaint is said calmly, with what comes next, and somebody is told."""
    if own.case.kind != rules.QUARANTINE:
        raise Http404("nobody asks for readings")
    form = OwnReadingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        told = Said(said["temperature"], tuple(said["symptoms"]), said["words"])
        if attempt(form, lambda: record_reading(by=None, case=own.case, said=told, by_self=True, key=said["key"])):
            return redirect("mine:noted", said["key"])
    helper = own_shown.helper_of(own.case, timezone.now())
    context = {"form": form, "own": own, "helper": helper}
    return render(request, "care/own/reading.html", context, status=422 if form.errors else 200)


@require_GET
@PAGE.view
def noted(request: Any, own: Own, pk: UUID) -> HttpResponse:
    """What came of a reading of mine: all is well, or what happens now."""
    found = next((one for one in own_shown.readings_of(own.case) if one.row.pk == pk), None)
    if found is None:
        raise Http404("no such reading")
    helper = own_shown.helper_of(own.case, timezone.now())
    return render(request, "care/own/noted.html", {"own": own, "one": found, "helper": helper})


@require_http_methods(["GET", "POST"])
@PAGE.view
def errands(request: Any, own: Own) -> HttpResponse:
    """What I need, how far it is; ask for something."""
    form = WishForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        asked = attempt(form, lambda: ask_errand(
            by=None, household=own.household, case=own.case, words=said["words"], limit_fen=said["limit"], id=said["key"],
        ))  # fmt: skip
        if asked:
            messages.success(request, _("Noted. Whoever looks after you hears of it."))
            return redirect("mine:errands")
    rows = own_shown.errands_of(own, timezone.now())
    return render(
        request, "care/own/errands.html", {"form": form, "own": own, "rows": rows}, status=422 if form.errors else 200
    )


@require_POST
@PAGE.view
def errand(request: Any, own: Own, pk: UUID, what: str) -> HttpResponse:
    """I have it; or I do not need it after all, as long as nobody has gone."""
    row = _errand(own, pk)
    try:
        if what == "received":
            confirm_errand(by=None, errand=row)
            messages.success(request, _("Thank you. Noted."))
        elif what == "cancel" and row.taken_at is None:
            cancel_errand(by=None, errand=row, why="not_needed")
            messages.success(request, _("Called off."))
        else:
            raise Http404("no such word")
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
    return redirect("mine:errands")


def _errand(own: Own, pk: UUID) -> Errand:
    rows = Errand.objects.filter(case__in=own_shown.cases_of(own.person))
    found: Errand | None = rows.select_related("taken_by", "neighbourhood").filter(pk=pk).first()
    if found is None:
        raise Http404("no such errand")
    return found


@require_GET
@PAGE.view
def receipt(request: Any, own: Own, pk: UUID) -> HttpResponse:
    """The receipt of an errand of mine."""
    found = Receipt.objects.filter(pk=pk, errand__case__in=own_shown.cases_of(own.person)).first()
    if found is None:
        raise Http404("no such receipt")
    return picture_response(found)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close the page in this browser; the code of the slip opens it again."""
    return PAGE.leave()
