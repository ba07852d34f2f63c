"""A change of a case in two steps: what is asked for, then what it brings about, and only then it is done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.care import case_page, consequences, seeing
from linli.care.access import MANAGE
from linli.care.actions import cases
from linli.care.actions.orders import Authority, Ordered, order
from linli.care.change_forms import VERBS, ReleaseForm, form_for, verbs_for
from linli.care.forms import Saying
from linli.care.models import Case
from linli.care.pages import attempt
from linli.ground.access import needs


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def change(request: Any, pk: UUID, verb: str) -> HttpResponse:
    """Ask, say what comes of it, do it (``sure``)."""
    case = seeing.case_of(request.user, request.neighbourhood, pk)
    if verb not in verbs_for(case):
        raise Http404("no such change of this case now")
    now, page = timezone.now(), case_page.load(case, timezone.now())
    form = form_for(verb, case, request.POST or None, request.neighbourhood, page.standing)
    context = {"page": page, "case": case, "form": form, "verb": verb, "word": VERBS[verb]}
    if request.method == "POST" and form.is_valid():
        if request.POST.get("sure") == "yes" and attempt(form, lambda: _do(request, case, verb, form)):
            messages.success(request, _("Done, and written down with your name."))
            return redirect("care:case", pk)
        if not form.errors and _rehearsed(request, pk, verb, form):
            lines = consequences.said(case, verb, form.cleaned_data, now)
            return render(request, "care/change_sure.html", {**context, "lines": lines})
    return render(request, "care/change.html", context, status=422 if form.errors else 200)


def _rehearsed(request: Any, pk: UUID, verb: str, form: Saying) -> bool:
    """Whether it would be done: what refuses it says so before anybody is shown what comes of it. Nothing of the rehearsal stays."""
    with transaction.atomic():
        again = seeing.case_of(request.user, request.neighbourhood, pk)
        could = attempt(form, lambda: _do(request, again, verb, form))
        transaction.set_rollback(True)
    return could


def ordered_of(data: dict[str, Any]) -> Ordered:
    """What a form with an order says."""
    return Ordered(
        Authority(data["body_kind"], data["body_name"]),
        data["given_at"],
        data.get("document", ""),
        data.get("said_by", ""),
    )


def _do(request: Any, case: Case, verb: str, form: Saying) -> None:
    by, data = request.user, form.cleaned_data
    said = data.get("words", "")
    if verb in ("extend", "shorten"):
        act = cases.extend if verb == "extend" else cases.shorten
        act(by=by, case=case, days=data["days"], reason=data["reason"], ordered=ordered_of(data), words=said)
    elif verb == "order":
        order(by=by, case=case, ordered=ordered_of(data))
    elif verb == "prolong":
        cases.prolong(by=by, case=case, ends_on=data["ends_on"], words=said)
    elif verb == "recount":
        cases.recount(by=by, case=case, convention=data["convention"])
    elif verb == "move":
        cases.move(by=by, case=case, dwelling=getattr(form, "dwelling", None), reason=data["reason"], words=said)
    elif verb == "end":
        cases.end(by=by, case=case, reason=data["reason"], words=said)
    elif verb == "release":
        assert isinstance(form, ReleaseForm)  # what stands under this verb
        cases.release(by=by, case=case, body=form.authority(), words=said)
    elif verb == "annul":
        cases.annul(by=by, case=case, reason=data["reason"], words=said)
    else:
        ordered = ordered_of(data) if data.get("body_kind") else None
        cases.reopen(by=by, case=case, words=said, ordered=ordered)
