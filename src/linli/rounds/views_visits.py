"""One visit of a round: who, when, at which doors, every answer as its sheet asked it, its photos, what became of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from linli.ground.access import needs
from linli.ground.mandates import rights_at
from linli.rounds.access import scope_of
from linli.rounds.asking import amiss
from linli.rounds.findings import findings
from linli.rounds.models import Visit, VisitAnnulment, VisitPhoto, VisitValue
from linli.rounds.notes import text_of, text_of_value
from linli.rounds.photos import picture_of
from linli.rounds.sheet_reading import ask_of, value_of
from linli.rounds.words import VISIT_OUTCOMES, label_of, said

READ = "rounds.read"


def _own(request: Any, pk: UUID) -> Visit:
    rows = Visit.objects.select_related("place", "occurrence", "sheet", "mandate")
    visit: Visit = get_object_or_404(rows, pk=pk)
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
    text = text_of_value(row) if row.operation is not None else said(row, row.question)
    return {
        "label": label_of(row.question),
        "said": text,
        "photo": row.photo,
        "amiss": amiss(ask_of(row.question), value_of(row)),
    }


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
