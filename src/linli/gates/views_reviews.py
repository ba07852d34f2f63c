"""Reviews: whoever was held or refused may ask, by the number of his slip; a person answers, and says what follows."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.db.models import CharField, Q
from django.db.models.functions import Cast
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.accounts.models import User
from linli.gates import owners, queries, words
from linli.gates.actions import settle
from linli.gates.models import Check, Review
from linli.gates.reach import within
from linli.gates.reasons import sentence
from linli.ground.access import forbidden, needs
from linli.ground.doing import tried
from linli.ground.mandates import rights_at

LATEST = 200
SLIP = 12
"""Characters of a passage's id that stand on its slip."""


def by_slip(rows: Any, text: str) -> Check | None:
    """The held or refused passage whose slip has this number, as somebody types it; None without exactly one."""
    number = re.sub(r"[^0-9a-f]", "", text.lower())
    if len(number) != SLIP:
        return None
    odd = rows.filter(outcome__in=(Check.Outcome.HELD, Check.Outcome.REFUSED))
    found = list(odd.annotate(text=Cast("pk", CharField())).filter(text__iendswith=number)[:2])
    return found[0] if len(found) == 1 else None


@require_GET
@needs("gates.read")
def reviews(request: Any) -> HttpResponse:
    """Who asked for a review, whose it is, what was answered; and the passage of a slip."""
    rows = list(queries.reviews(request.neighbourhood).filter(within(request, "gates.read"))[:LATEST])
    checks = queries.checks_by_id(row.check_id for row in rows)
    accounts = {pk for row in rows for pk in (row.owner, row.answered_by) if pk is not None}
    names = dict(User.objects.filter(pk__in=accounts).values_list("pk", "display_name"))
    lines = [_line(request, row, checks.get(row.check_id), names) for row in rows]
    number = request.GET.get("number", "").strip()
    return render(
        request,
        "gates/reviews.html",
        {
            "waiting": [one for one in lines if one["row"].answered_at is None],
            "answered": [one for one in lines if one["row"].answered_at is not None],
            "answers": words.ANSWERS.items(),
            "follows": words.FOLLOWS.items(),
            "number": number,
            "found": _found(request, number) if number else None,
        },
    )


def _found(request: Any, number: str) -> dict[str, Any] | None:
    """The passage of a slip with what the page says of it."""
    seen = Check.objects.filter(within(request, "gates.read"), neighbourhood=request.neighbourhood)
    row = by_slip(queries.with_names(seen).select_related("gate"), number)
    if row is None:
        return None
    return {
        "check": row,
        "outcome": words.outcome_signal(row.outcome),
        "reason": words.reason(row.reason),
        "review": Review.objects.filter(check_id=row.pk).first(),
        "may": bool(rights_at(request.mandates, row.gate) & owners.ASKED),
    }


def _line(request: Any, row: Review, found: Any, names: dict[int, str]) -> dict[str, Any]:
    return {
        "row": row,
        "check": found,
        "who": queries.masked(found.name) or words.word(words.KLASSES, found.klass) if found else "",
        "reason": words.reason(found.reason) if found else "",
        "question": settle.sentence_of(row.question),
        "owner": names.get(row.owner or 0, ""),
        "mine": row.owner == request.user.pk,
        "by": names.get(row.answered_by or 0, ""),
        "answer": words.word(words.ANSWERS, row.answer) if row.answer else "",
        "answer_text": settle.sentence_of(row.answer_text),
        "then": words.word(words.FOLLOWS, row.then) if row.then else "",
        "link": _then_link(row, found),
        "late": row.answered_at is None and row.due_at < timezone.now(),
        "may": "gates.manage" in rights_at(request.mandates, row.gate),
    }


def _then_link(row: Review, found: Any) -> str:
    """Where what follows from a correction is done; empty when nothing is to be done, or it is not known about whom."""
    if found is None or found.person is None:
        return ""
    if row.then == Review.Then.HOLD_ENDED:
        return f"{reverse('gates:holds')}?person={found.person}"
    if row.then == Review.Then.CARD_REPLACED and found.number:
        return f"{reverse('gates:permits_find')}?q={found.number}"
    return reverse("ground:person_data", args=[found.person]) if row.then == Review.Then.REGISTER else ""


@require_POST
@needs("gates.work")
def ask_at_gate(request: Any, pk: UUID) -> HttpResponse:
    """Write down at the gate that a person asks for a review."""
    _ask(request, pk, "gates.work")
    return redirect("gates:work")


@require_POST
@needs("gates.read")
def ask_at_office(request: Any, pk: UUID) -> HttpResponse:
    """Write down at the office that a person asks for a review."""
    if not request.rights & owners.ASKED:
        return forbidden(request, "gates.work")
    _ask(request, pk, "gates.read")
    return redirect("gates:check", pk)


def _ask(request: Any, pk: UUID, right: str) -> None:
    rows = Check.objects.filter(within(request, right), neighbourhood=request.neighbourhood)
    row = get_object_or_404(rows.select_related("operation", "gate"), pk=pk)
    tried(
        request,
        _("Written down. Somebody answers within a day."),
        settle.ask_review,
        by=request.user,
        check=row,
        text=request.POST.get("text", ""),
    )


def _review(request: Any, pk: UUID, right: str) -> Review:
    rows = Review.objects.filter(within(request, right), neighbourhood=request.neighbourhood)
    found: Review = get_object_or_404(rows.select_related("gate"), pk=pk)
    return found


@require_POST
@needs("gates.manage")
def answer_review(request: Any, pk: UUID) -> HttpResponse:
    """Answer a review."""
    row, given = _review(request, pk, "gates.manage"), request.POST
    tried(
        request,
        _("Answered."),
        settle.answer_review,
        by=request.user,
        review=row,
        answer=given.get("answer", ""),
        text=given.get("text", ""),
        then=given.get("then", ""),
    )
    return redirect("gates:reviews")


@require_GET
@needs("gates.read")
def answer_slip(request: Any, pk: UUID) -> HttpResponse:
    """The answer on a 58 mm slip, to be handed over; it carries no name."""
    row = get_object_or_404(
        Review.objects.filter(Q(answered_at__isnull=False), within(request, "gates.read")).select_related("gate"),
        pk=pk,
        neighbourhood=request.neighbourhood,
    )
    check = Check.objects.select_related("operation").filter(pk=row.check_id).first()
    return render(
        request,
        "gates/answer_slip.html",
        {
            "review": row,
            "check": check,
            "number": str(row.check_id)[-SLIP:].upper(),
            "reason": (sentence(check.reason, "zh-hans"), sentence(check.reason, "en")) if check else None,
            "answer": words.both(words.ANSWERS[row.answer]),
            "then": words.both(words.FOLLOWS[row.then]) if row.then else None,
            "text": settle.sentence_of(row.answer_text),
            "back_url": reverse("gates:reviews"),
        },
    )
