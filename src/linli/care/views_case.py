"""The office's page of one case: order, days, release, who looks after it, what was measured, who opened the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.care import case_page, rules, seeing, words
from linli.care.access import MANAGE, READ, needs_care
from linli.care.actions import cases
from linli.care.actions.follow_ups import set_follow_up
from linli.care.actions.orders import document_order, strike_order
from linli.care.actions.readings import annul_reading, answer_alarm
from linli.care.actions.supervisors import back, name_supervisor, substitute
from linli.care.actions.visits import annul_on_site, end_need, set_need
from linli.care.change_forms import VERBS, verbs_for, who_releases
from linli.care.forms import AnswerForm, DocumentForm, FitForm, FollowForm, NeedForm, Saying, SupervisorForm
from linli.care.models import Alarm, Case, Need, OnSite, Order, Reading
from linli.care.pages import attempt, follow_initial, helpers_of, list_choices, nearest_first
from linli.ground.access import forbidden
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal


@require_http_methods(["GET", "POST"])
@needs_care
def case(request: Any, pk: UUID) -> HttpResponse:
    """One case. Whoever only helps is led to the page of the household, which has what is needed today and nothing more."""
    row = seeing.case_of(request.user, request.neighbourhood, pk)
    if READ not in request.rights:
        return redirect("care:household", row.household_id)
    forms = _forms(request, row)
    if request.method == "POST":
        if MANAGE not in request.rights:
            return forbidden(request, MANAGE)
        if _acted(request, row, forms):
            messages.success(request, _("Done, and written down with your name."))
            return redirect("care:case", pk)
    else:
        seeing.opened_page(by=request.user, case=row)
    now = timezone.now()
    page = case_page.load(row, now)
    return render(
        request,
        "care/case_print.html" if request.GET.get("as") == "paper" else "care/case.html",
        {
            "case": row,
            "page": page,
            "kind": words.KINDS[row.kind],
            "is_term": row.kind == rules.QUARANTINE,
            "day": _day(row, now),
            "release": words.midnight(row.release_at),
            "counting": words.counting(page.convention) if page.convention is not None else "",
            "incomplete": _incomplete(row),
            "who_releases": who_releases(page.standing),
            "verbs": [(code, VERBS[code]) for code in verbs_for(row)],
            "manage": MANAGE in request.rights,
            "forms": forms,
            "now": now,
        },
        status=422 if any(form.errors for form in forms.values()) else 200,
    )


def _day(row: Case, now: Any) -> str:
    if row.day0 is None or row.days is None:
        return ""
    clock = rules.clock(row.day0, row.days, row.convention)
    return words.day_of(clock.day_of(now), row.days)


def _incomplete(row: Case) -> list[Any]:
    """Which of the three of a follow-up are not known yet, in words."""
    if row.kind != rules.JOURNEY:
        return []
    known = row.follow_up
    missing = rules.incomplete(
        health=known.health is not None, route=known.route is not None, returns=known.returns_from is not None
    )
    return [words.FOLLOWED[code] for code in missing]


def _forms(request: Any, row: Case) -> dict[str, Saying]:
    """The forms of the page by their verb; what was typed is in the one that was sent."""
    sent = request.POST.get("verb", "") if request.method == "POST" else ""
    offices = nearest_first(helpers_of(request.neighbourhood), row.dwelling)
    made: dict[str, Callable[[Any], Saying]] = {
        "supervisor": lambda data: SupervisorForm(data, mandates=offices, auto_id="id_s_%s"),
        "answer": lambda data: AnswerForm(data, auto_id="id_a_%s"),
    }
    if row.kind == rules.QUARANTINE:
        made["document"] = lambda data: DocumentForm(data, auto_id="id_d_%s")
        made["fit"] = lambda data: FitForm(data, auto_id="id_f_%s")
    elif row.kind == rules.JOURNEY:
        made["follow"] = lambda data: FollowForm(
            data, lists=list_choices(), initial=follow_initial(row), auto_id="id_j_%s"
        )
    else:
        made["need"] = lambda data: NeedForm(data, auto_id="id_n_%s")
    return {verb: form(request.POST if verb == sent else None) for verb, form in made.items()}


def _acted(request: Any, row: Case, forms: dict[str, Saying]) -> bool:
    """Do what the page's form asks. True: it is done."""
    verb = request.POST.get("verb", "")
    if verb in forms:
        form = forms[verb]
        return form.is_valid() and attempt(form, lambda: _of_form(request, row, verb, form))
    try:
        _without_form(request, row, verb)
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
        return False
    return True


def _of_form(request: Any, row: Case, verb: str, form: Saying) -> None:
    by, data = request.user, form.cleaned_data
    if verb == "supervisor":
        _named(by, row, form)
    elif verb == "document":
        document_order(by=by, order=_one(Order, row, request.POST.get("order")), document=data["document"])
    elif verb == "fit":
        cases.set_fit(by=by, case=row, fit=data["fit"] == "yes", why=tuple(data["why"]))
    elif verb == "need":
        set_need(by=by, case=row, way=data["way"], every_days=data["every_days"], words=data["words"])
    elif verb == "follow":
        set_follow_up(
            by=by, case=row, health=data["health"], route=data["route"], returns=data["returns"], tags=data["tags"]
        )
    else:
        alarm = _one(Alarm, row, request.POST.get("alarm"))
        answer_alarm(by=by, alarm=alarm, answer=data["answer"], words=data["words"])


def _named(by: Any, row: Case, form: Saying) -> None:
    assert isinstance(form, SupervisorForm)  # what stands under this verb
    mandate, data = form.chosen(), form.cleaned_data
    of = None if row.kind == rules.QUARANTINE else row
    if mandate is None:
        return
    if data["how"] == "substitute":
        now = timezone.now()
        substitute(by=by, household=row.household, mandate=mandate, since=now, until=data["until"], case=of)
    else:
        name_supervisor(by=by, household=row.household, mandate=mandate, case=of)


def _without_form(request: Any, row: Case, verb: str) -> None:
    by, given = request.user, request.POST
    if verb == "back":
        back(by=by, household=row.household, case=None if row.kind == rules.QUARANTINE else row)
    elif verb == "strike":
        strike_order(by=by, order=_one(Order, row, given.get("order")))
    elif verb == "unread":
        annul_reading(by=by, reading=_one(Reading, row, given.get("reading")))
    elif verb == "unvisit":
        annul_on_site(by=by, visit=_one(OnSite, row, given.get("visit")))
    elif verb == "need_end":
        end_need(by=by, need=_one(Need, row, given.get("need")))
    else:
        raise Http404("no such verb")


def _one(model: Any, row: Case, key: str | None) -> Any:
    """A row of this case, by what a form names; 404 for anything else."""
    try:
        return get_object_or_404(model, pk=UUID(key or ""), case=row)
    except ValueError:
        raise Http404("no such id") from None
