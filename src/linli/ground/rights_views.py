"""Requests of persons about their own data: taken down, listed with owner and due day, answered, on paper (PIPL art. 45 to 50)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from linli.ground.access import forbidden, needs
from linli.ground.actions.erase import decide_erasure
from linli.ground.actions.requests import answer_days, answer_request, note_request, pass_request
from linli.ground.doing import tried
from linli.ground.holdings import holdings, stays
from linli.ground.mandates import active
from linli.ground.models import Mandate, RightsRequest
from linli.ground.people_access import home_of, person_for
from linli.ground.people_forms import AnswerForm, AskForm, EraseForm, OwnerForm
from linli.ground.people_words import ARTICLES, CHECKED, OUTCOMES, PARTS, REQUESTS
from linli.ground.places import short_address
from linli.ground.who import everyone
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal
from linli.ui.tables import Column, Table
from linli.ui.templatetags.linli_ui import signal


@require_http_methods(["GET", "POST"])
@needs("register.write")
def ask(request: Any, pk: UUID) -> HttpResponse:
    """Take a request down: at the desk, on the telephone, from paper."""
    person = person_for(request, pk, "register.write")
    form = AskForm(request.POST or None, initial={"asked_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            row = note_request(by=request.user, person=person, asked=form.asked())
        except Refusal as refusal:
            form.add_error(None, refusal_text(refusal))
        else:
            messages.success(request, _("The request is noted. It can be printed for the person to sign."))
            return redirect("ground:rights_request", row.pk)
    return render(request, "ground/people/ask.html", {"person": person, "form": form, "days": answer_days()})


class Requests(Table):
    """Requests, the open ones first, by the day on which they are due."""

    title = gettext_lazy("Requests about personal data")
    empty = gettext_lazy("Nobody has asked anything yet")
    columns = (
        Column("who", gettext_lazy("Person"), lambda r: r.person.name if r.person else _("erased"), show=lambda r: _link(r), head=True),
        Column("kind", gettext_lazy("What is asked"), lambda r: REQUESTS[r.kind], sort=("kind",)),
        Column("asked", gettext_lazy("Asked on"), lambda r: r.asked_on, sort=("asked_on",)),
        Column("due", gettext_lazy("Due"), lambda r: r.due, sort=("due",), show=lambda r: _due(r)),
        Column("owner", gettext_lazy("Who answers"), lambda r: r.owner.holder_name if r.owner else ""),
        Column("outcome", gettext_lazy("Answer"), lambda r: OUTCOMES[r.outcome], sort=("outcome",)),
    )  # fmt: skip


def _link(row: RightsRequest) -> Any:
    name = row.person.name if row.person is not None else _("erased")
    return format_html('<a href="{}">{}</a>', reverse("ground:rights_request", args=[row.pk]), name)


def _due(row: RightsRequest) -> Any:
    text = f"{row.due:%Y-%m-%d}"
    late = not row.outcome and row.due < timezone.localdate()
    return signal("red", _("%(day)s, overdue") % {"day": text}) if late else text


@require_GET
@needs("register.write")
def requests(request: Any) -> HttpResponse:
    """Every request with its owner and due day."""
    rows = RightsRequest.objects.filter(neighbourhood=request.neighbourhood).select_related("person", "owner")
    open_ = rows.filter(outcome="")
    table = Requests(request, rows.order_by("outcome", "due", "pk"))
    late = open_.filter(due__lt=timezone.localdate()).count()
    context = {"table": table, "open": open_.count(), "late": late, "days": answer_days()}
    return table.download() or render(request, "ground/people/requests.html", context)


def _request_of(request: Any, pk: UUID) -> RightsRequest:
    row: RightsRequest = get_object_or_404(
        RightsRequest.objects.select_related("person", "owner"), pk=pk, neighbourhood=request.neighbourhood
    )
    if row.person_id is not None:
        person_for(request, row.person_id, "register.write")
    return row


@require_http_methods(["GET", "POST"])
@needs("register.write")
def rights_request(request: Any, pk: UUID) -> HttpResponse:
    """One request: what was asked, what is to be done, the answer."""
    row = _request_of(request, pk)
    if request.method == "POST":
        if "persons.answer" not in request.rights:
            return forbidden(request, "persons.answer")
        tried(request, None, _answer, request, row)
        return redirect("ground:rights_request", row.pk)
    return render(request, "ground/people/request.html", _shown(request, row))


def _shown(request: Any, row: RightsRequest) -> dict[str, Any]:
    """What the page of a request says."""
    mandates = list(active(Mandate.objects.filter(place__neighbourhood=request.neighbourhood)).order_by("holder_name"))
    home = home_of(row.person) if row.person is not None else None
    erasing = row.kind == RightsRequest.Kind.DELETE and not row.outcome and row.person is not None
    return {
        "row": row,
        "person": row.person,
        "home": home,
        "address": short_address(home) if home is not None else "",
        "kind": REQUESTS[row.kind],
        "article": ARTICLES[row.kind],
        "checked": CHECKED.get(row.checked, row.checked),
        "outcome": OUTCOMES[row.outcome],
        "late": not row.outcome and row.due < timezone.localdate(),
        "erasing": erasing,
        "stays": stays(everyone(row.person), timezone.now()) if erasing and row.person is not None else [],
        "erase_form": EraseForm(),
        "answer_form": AnswerForm(initial={"outcome": "refused" if erasing else "done"}),
        "owner_form": OwnerForm(mandates=mandates, initial={"to": row.owner_id}),
        "parts": [PARTS[part] for part in row.erased.get("parts", []) if part in PARTS],
        "counts": _counts(row),
        "may_answer": "persons.answer" in request.rights,
    }


def _counts(row: RightsRequest) -> list[tuple[Any, int]]:
    words = {holding.code: holding.label for holding in holdings()}
    return [(words.get(code, code), number) for code, number in row.erased.get("counts", {}).items()]


def _answer(request: Any, row: RightsRequest) -> None:
    verb = request.POST.get("verb", "")
    if verb == "pass":
        wanted = request.POST.get("to", "")
        number = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 19 else 0
        to = get_object_or_404(Mandate, pk=number, place__neighbourhood=request.neighbourhood)
        pass_request(by=request.user, request=row, to=to)
        messages.success(request, _("From today %(name)s answers this request.") % {"name": to.holder_name})
    elif verb == "erase":
        reasons = request.POST.get("reasons", "")
        decide_erasure(by=request.user, request=row, parts=request.POST.getlist("parts"), reasons=reasons)
        messages.success(request, _("It is erased. What stays and until when stands below."))
    elif verb == "answer":
        outcome = "refused" if row.kind == RightsRequest.Kind.DELETE else request.POST.get("outcome", "")
        answer_request(by=request.user, request=row, outcome=outcome, reasons=request.POST.get("reasons", ""))
        messages.success(request, _("The answer is noted. It can be printed for the person."))
    else:
        raise Http404("no such act")


@require_GET
@needs("register.write")
def request_paper(request: Any, pk: UUID) -> HttpResponse:
    """The request and its answer on paper, with lines to sign: for people without an account."""
    row = _request_of(request, pk)
    context = _shown(request, row) | {"back_url": reverse("ground:rights_request", args=[row.pk])}
    return render(request, "ground/people/request_print.html", context)


@require_GET
@needs("register.read")
def request_blank(request: Any) -> HttpResponse:
    """An empty form to take along and fill in by hand."""
    kinds = [(REQUESTS[code], ARTICLES[code]) for code in REQUESTS]
    context = {"kinds": kinds, "back_url": reverse("ground:rights_requests"), "days": answer_days()}
    return render(request, "ground/people/request_blank.html", context)
