"""One visit of a round: who, when, at which doors, every answer as its sheet asked it, its photos, what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from linli.ground.access import needs
from linli.ground.bodies import roots
from linli.ground.mandates import rights_at, under
from linli.rounds.access import scope_of
from linli.rounds.asking import amiss
from linli.rounds.fenced import seen
from linli.rounds.findings import findings
from linli.rounds.models import Occurrence, Question, Visit, VisitAnnulment, VisitPhoto, VisitValue
from linli.rounds.notes import text_of, text_of_value
from linli.rounds.photos import picture_of
from linli.rounds.sheet_reading import ask_of, questions_with_choices, value_of
from linli.rounds.words import VISIT_OUTCOMES, label_of, said
from linli.ui.tables import Column, Table
from linli.ui.templatetags.linli_ui import signal
from linli.ui.words import moment

READ = "rounds.read"


def _own(request: Any, pk: UUID) -> Visit:
    rows = Visit.objects.select_related("place", "occurrence", "sheet", "mandate")
    visit: Visit = get_object_or_404(seen(rows, request.rights, "occurrence__plan__"), pk=pk)
    if READ not in rights_at(request.mandates, visit.place):
        raise Http404("no such visit here")
    return visit


@require_GET
@needs(READ)
def visit(request: Any, pk: UUID) -> HttpResponse:
    """A visit with its answers, photos and findings."""
    with scope_of(request, READ):
        found = _own(request, pk)
        links = found.links.select_related("target", "place").order_by("target__sort", "pk")
        context = {
            "visit": found,
            "note": text_of(found),
            "links": [(one, VISIT_OUTCOMES.get(one.outcome, one.outcome)) for one in links],
            "answers": answers_of(found),
            "photos": list(found.photos.order_by("pk")),
            "found": list(findings().filter(source__in=(f"visit:{found.pk}", found.source or "-"))),
            "taken_back": VisitAnnulment.objects.filter(pk=found.pk).first(),
        }
        return render(request, "rounds/visit.html", context)


def answers_of(found: Visit) -> list[dict[str, Any]]:
    """Every answer of a visit in the order of its sheet, in words, and whether somebody must act on it; three statements."""
    rows = VisitValue.objects.filter(visit=found).select_related("question", "photo").order_by("question__position")
    return [_answer(row) for row in rows.prefetch_related("question__choices")]


def _answer(row: VisitValue) -> dict[str, Any]:
    words = text_of_value(row) if row.operation is not None else said(row, row.question)
    plain = _("photo") if row.photo_id is not None else words if words is not None else _("(erased with its operation)")
    wrong = amiss(ask_of(row.question), value_of(row))
    return {
        "label": label_of(row.question),
        "said": plain,
        "shown": signal("amber", plain) if wrong else plain,
        "photo": row.photo,
        "amiss": wrong,
    }


class Answers(Table):
    """A visit a row, a question a column."""

    title = gettext_lazy("What was answered")
    empty = gettext_lazy("Nothing was answered yet")
    per_page = 100

    def __init__(self, request: Any, rows: list[dict[str, Any]], questions: list[Question], *, sub: str) -> None:
        super().__init__(request, rows, sub=sub)
        asked = [
            Column(f"q{one.position}", label_of(one), _answer_to(one.pk, "said"), show=_answer_to(one.pk, "shown"))
            for one in questions
        ]
        self.columns = (*self.own, *asked)  # type: ignore[misc]

    own: ClassVar[Sequence[Column]] = (
        Column("where", gettext_lazy("Where"), lambda r: r["where"], head=True,
               url=lambda r: reverse("rounds:visit", args=[r["visit"].pk])),
        Column("who", gettext_lazy("Who went"), lambda r: r["visit"].visitor),
        Column("when", gettext_lazy("When"), lambda r: r["visit"].happened_at, show=lambda r: moment(r["visit"].happened_at)),
    )  # fmt: skip


def _answer_to(question: int, part: str) -> Any:
    return lambda row: row["answers"].get(question, {}).get(part, "")


@require_GET
@needs(READ)
def answers(request: Any, pk: UUID) -> HttpResponse:
    """Every answer of a round: a visit a row, a question a column; what somebody must act on is marked. Visits taken back are left out."""
    with scope_of(request, READ):
        rows = Occurrence.objects.filter(under(roots(request, READ), "place__path"), sheet__isnull=False)
        one = get_object_or_404(seen(rows, request.rights).select_related("sheet"), pk=pk)
        questions = list(questions_with_choices().filter(sheet=one.sheet_id))
        lines = _lines(one)
        table = Answers(request, lines, questions, sub=one.title)
        wrong = sum(1 for line in lines if any(said["amiss"] for said in line["answers"].values()))
        context = {"one": one, "table": table, "wrong": wrong, "count": len(lines)}
        return table.download() or render(request, "rounds/answers.html", context)


def _lines(one: Occurrence) -> list[dict[str, Any]]:
    """The visits of a round that say something, the latest first; four statements."""
    taken_back = VisitAnnulment.objects.values("visit")
    visits = Visit.objects.filter(occurrence=one).exclude(pk__in=taken_back).select_related("place")
    found = {row.pk: {"visit": row, "where": row.place.name, "answers": {}} for row in visits.order_by("-happened_at")}
    values = VisitValue.objects.filter(visit__in=list(found)).select_related("question", "photo")
    for value in values.prefetch_related("question__choices"):
        found[value.visit_id]["answers"][value.question_id] = _answer(value)
    return [line for line in found.values() if line["answers"]]


@require_GET
@needs(READ)
def photo(request: Any, pk: UUID, photo: UUID) -> HttpResponse:
    """A photo of a visit; never cached by anybody on the way."""
    with scope_of(request, READ):
        found = _own(request, pk)
        data = picture_of(get_object_or_404(VisitPhoto, visit=found, pk=photo))
    if data is None:
        raise Http404("erased")
    response = HttpResponse(data, content_type="image/jpeg")
    response["Cache-Control"] = "private, no-store"
    return response
