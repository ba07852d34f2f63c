"""Answers: by the body itself, or entered for it by who asked. A body sees its own row and nothing of another's."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.ground.access import forbidden, needs
from linli.ground.bodies import contacts, roots
from linli.ground.mandates import under
from linli.ground.setup_forms import show_refusal
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal
from linli.rounds import queries
from linli.rounds.access import needs_body, words_of
from linli.rounds.actions.answers import BadValues, Said, answer, remind
from linli.rounds.forms import AnswerForm, ReminderForm
from linli.rounds.models import Answer, Target
from linli.rounds.rules import state_of
from linli.rounds.words import FIELD_ERRORS, OUTCOMES, STATES, said


@require_GET
@needs_body
def asked(request: Any) -> HttpResponse:
    """What is asked of the bodies for which one speaks: open first."""
    now = timezone.now()
    rows = Target.objects.filter(body__in=request.bodies, occurrence__withdrawn_at__isnull=True)
    lines = []
    for row in (
        rows.select_related("occurrence", "body").prefetch_related("answers").order_by("-occurrence__due_at")[:100]
    ):
        given = list(row.answers.all())
        state = state_of(given[0].happened_at if given else None, row.occurrence.due_at, now)
        lines.append({"target": row, "state": state, "kind": STATES[state][0], "word": STATES[state][1]})
    lines.sort(key=lambda line: line["state"] not in queries.OPEN)
    open_ = sum(1 for line in lines if line["state"] in queries.OPEN)
    return render(request, "rounds/asked.html", {"lines": lines, "open": open_})


@require_http_methods(["GET", "POST"])
@needs_body
def own(request: Any, pk: UUID) -> HttpResponse:
    """The body answers, or corrects what it answered."""
    rows = Target.objects.filter(body__in=request.bodies)
    row = get_object_or_404(rows.select_related("occurrence__sheet", "occurrence__place", "body"), pk=pk)
    return _answer_page(request, row, entered_for=False)


@require_http_methods(["GET", "POST"])
@needs("rounds.read")
def target(request: Any, pk: UUID) -> HttpResponse:
    """One row of a request: whom to call, every version of the answer, and entering it for the body."""
    row = _target(request, pk, "rounds.read")
    if request.method == "POST" and "rounds.ask" not in request.rights:
        return forbidden(request, "rounds.ask")
    return _answer_page(request, row, entered_for=True)


def _target(request: Any, pk: UUID, right: str) -> Target:
    rows = Target.objects.filter(under(roots(request, right), "occurrence__place__path"))
    found: Target = get_object_or_404(rows.select_related("occurrence__sheet", "occurrence__place", "body"), pk=pk)
    return found


def _answer_page(request: Any, row: Target, *, entered_for: bool) -> HttpResponse:
    fields = queries.questions(row.occurrence)
    given = list(row.answers.prefetch_related("values").order_by("version"))
    last = given[-1] if given else None
    form = AnswerForm(fields, last, request.POST or None, entered_for=entered_for)
    if request.POST.get("key") in {str(one.pk) for one in given}:
        return _thanks(request, row, entered_for)  # sent again by a phone that did not hear the answer
    if request.method == "POST" and form.is_valid():
        done = _store(request, row, form, entered_for)
        if done is not None:
            return done
        given = list(row.answers.prefetch_related("values").order_by("version"))
    first = given[0].happened_at if given else None
    state = state_of(first, row.occurrence.due_at, timezone.now())
    names = queries.names_of([*(a.by_user for a in given), *(r.by_user for r in row.attempts.all())])
    context = {
        "target": row,
        "one": row.occurrence,
        "form": form,
        "state": STATES[state],
        "answered": bool(given),
        "versions": [_version(a, fields, names) for a in reversed(given)],
        "calls": [(r, dict(OUTCOMES)[r.outcome], names.get(r.by_user or 0, "")) for r in row.attempts.all()],
        "contact": contacts([row.body_id]).get(row.body_id) if row.body_id else None,
        "reminder": ReminderForm(),
        "entered_for": entered_for,
        "may": not entered_for or "rounds.ask" in request.rights,
    }
    return render(request, "rounds/target.html", context)


def _version(one: Answer, fields: list[Any], names: dict[int, str]) -> dict[str, Any]:
    values = {v.question_id: v for v in one.values.all()}
    return {
        "answer": one,
        "by": names.get(one.by_user or 0, ""),
        "late": one.happened_at > one.target.occurrence.due_at,
        "lines": [(f, said(values.get(f.pk), f)) for f in fields],
    }


def _store(request: Any, row: Target, form: AnswerForm, entered_for: bool) -> HttpResponse | None:
    """Store it and go on, or put what is wrong into the form."""
    data = form.cleaned_data
    how = Said(
        seen=data["seen"],
        entered_for=entered_for,
        said_by=data.get("said_by", ""),
        why=data.get("why", ""),
        id=data["key"],
    )
    try:
        answer(by=request.user, target=row, values=form.values(), said=how)
    except BadValues as bad:
        for question in form.asked:
            if question.pk in bad.fields:
                form.add_error(form.name_of(question), FIELD_ERRORS[bad.fields[question.pk]])
        return None
    except Refusal as refusal:
        show_refusal(form, refusal)
        return None
    return _thanks(request, row, entered_for)


def _thanks(request: Any, row: Target, entered_for: bool) -> HttpResponse:
    messages.success(request, _("Thank you. The answer is stored."))
    if entered_for:
        return redirect("rounds:request", pk=row.occurrence_id)
    return redirect("rounds:asked")


@require_POST
@needs("rounds.ask")
def reminded(request: Any, pk: UUID) -> HttpResponse:
    """Note that the body was called."""
    row = _target(request, pk, "rounds.ask")
    try:
        remind(
            by=request.user,
            target=row,
            outcome=request.POST.get("outcome", ""),
            note=words_of(request, "note", 120),
        )
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
        return redirect("rounds:target", pk=pk)
    messages.success(request, _("Noted."))
    return redirect("rounds:request", pk=row.occurrence_id)
