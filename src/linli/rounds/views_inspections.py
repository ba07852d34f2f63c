"""Inspections of gates (G11): which gate was looked at when, one inspection on a phone, what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from linli.ground.access import needs
from linli.ground.mandates import rights_at
from linli.ground.setup_forms import show_refusal
from linli.kernel.refusal import Refusal
from linli.operations.queries import active_operation, ruleset_for
from linli.rounds import inspections as reading
from linli.rounds import sheets
from linli.rounds.access import neighbourhoods, scope_of
from linli.rounds.actions.inspections import Inspection, record_inspection
from linli.rounds.actions.sheets import questions_of, take_sheet
from linli.rounds.asking import amiss
from linli.rounds.findings import findings as every_finding
from linli.rounds.groups import owners
from linli.rounds.inspection_form import InspectionForm
from linli.rounds.inspections import GateLine
from linli.rounds.models import Question, Visit
from linli.rounds.notes import text_of_value
from linli.rounds.queries import names_of
from linli.rounds.rules import applies
from linli.rounds.sheet_reading import ask_of, value_of
from linli.rounds.words import label_of, said, title_of
from linli.ui.tables import Column, Table
from linli.ui.templatetags.linli_ui import signal
from linli.ui.words import moment, number


def _last(line: GateLine) -> Any:
    if line.last is None:
        return _("never")
    address = reverse("rounds:inspection", args=[line.last.pk])
    return format_html('<a href="{}">{}</a>', address, moment(line.last.happened_at))


class Gates(Table):
    """The gates, those that nobody looked at first."""

    title = gettext_lazy("Inspections of gates")
    empty = gettext_lazy("No gate here yet")
    per_page = 200
    columns: ClassVar[Sequence[Column]] = (
        Column("gate", gettext_lazy("Gate"), lambda r: r.label, sort=("x",), head=True),
        Column("where", gettext_lazy("Neighbourhood"), lambda r: r.gate.neighbourhood.name, sort=("x",)),
        Column("last", gettext_lazy("Last inspected"), lambda r: r.last.happened_at if r.last else None, show=_last,
               sort=("x",)),
        Column("who", gettext_lazy("Who went"), lambda r: r.last.visitor if r.last else ""),
        Column("open", gettext_lazy("Findings open"), lambda r: r.open, sort=("x",)),
        Column("late", gettext_lazy("Of these overdue"), lambda r: r.late, sort=("x",),
               show=lambda r: signal("red", number(r.late)) if r.late else number(0)),
        Column("inspect", "", lambda r: "", exported=False, bare=True,
               show=lambda r: format_html('<a class="button" href="{}">{}</a>', reverse("rounds:inspect", args=[r.gate.pk]),
                                          _("Inspect"))),
    )  # fmt: skip


class GatesHere(Gates):
    """The same for who has one neighbourhood alone."""

    columns = tuple(column for column in Gates.columns if column.key != "where")


@require_GET
@needs("rounds.read")
def inspections(request: Any) -> HttpResponse:
    """Which gate was looked at when, and what is open there; the longest ago first."""
    now = timezone.now()
    with scope_of(request, "rounds.read"):
        lines = reading.gate_lines(neighbourhoods(request, "rounds.read"), now)
        many = len({line.neighbourhood.pk for line in lines}) > 1
        table = (Gates if many else GatesHere)(request, lines)
        start = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
        context = {
            "table": table,
            "gates": len(lines),
            "today": sum(1 for line in lines if line.last is not None and line.last.happened_at >= start),
            "never": sum(1 for line in lines if line.last is None),
            "open": sum(line.open for line in lines),
            "late": sum(line.late for line in lines),
        }
        return table.download() or render(request, "rounds/inspections.html", context)


def _gate(request: Any, pk: int) -> GateLine:
    """A gate at which the user may record what was found; within a scope."""
    reach = neighbourhoods(request, "rounds.write")
    for line in reading.gate_lines(reach, timezone.now(), only=pk):
        if "rounds.write" in rights_at(request.mandates, line.gate):
            return line
    raise Http404("no such gate here")


def _questions(request: Any, line: GateLine, data: dict[str, Any]) -> list[Question]:
    """Those that are asked under the rules of the moment that the page says, else of now."""
    told = parse_datetime(request.POST.get("happened_at", "")) if request.method == "POST" else None
    now = timezone.now()
    at = min(timezone.make_aware(told), now) if told is not None and timezone.is_naive(told) else now
    rules = ruleset_for(active_operation(line.gate.neighbourhood_id or 0, at, gate=line.gate), at)
    return [question for question in questions_of(data) if applies(question.when, rules)]


@require_http_methods(["GET", "POST"])
@needs("rounds.write")
def inspect(request: Any, pk: int) -> HttpResponse:
    """The sheet at a gate, for a phone: answer, and what is amiss becomes a finding with somebody and a day."""
    with scope_of(request, "rounds.write"):
        line, data = _gate(request, pk), sheets.load(sheets.GATE)
        people = owners([line.neighbourhood])
        form = InspectionForm(
            _questions(request, line, data),
            people,
            reading.answers_for(line.gate, people),
            data["version"],
            request.POST or None,
            initial={"visitor": request.user.display_name},
        )
        if request.method == "POST" and form.is_valid():
            try:
                visit = _record(request, line, form)
            except Refusal as refusal:
                show_refusal(form, refusal)
            else:
                _tell(request, visit)
                return redirect("rounds:inspection", pk=visit.pk)
        context = {"form": form, "line": line, "open": reading.open_at(line.gate), "title": data["title"]}
        return render(request, "rounds/inspect.html", context, status=422 if form.errors else 200)


def _record(request: Any, line: GateLine, form: InspectionForm) -> Visit:
    sheet = take_sheet(by=request.user, code=sheets.GATE)
    at = {question.position: question.pk for question in sheet.questions.all()}
    inspection = Inspection(
        id=form.cleaned_data["key"],
        visitor=form.cleaned_data["visitor"],
        values={at[position]: value for position, value in form.values().items()},
        found={at[position]: found for position, found in form.found().items()},
        group=reading.group_of(request.mandates, line.gate),
        happened_at=form.cleaned_data["happened_at"],
    )
    return record_inspection(by=request.user, gate=line.gate, sheet=sheet, inspection=inspection)


def _tell(request: Any, visit: Visit) -> None:
    count = every_finding().filter(source=f"inspection:{visit.pk}").count()
    messages.success(
        request,
        ngettext("Recorded, with %(n)s finding.", "Recorded, with %(n)s findings.", count) % {"n": count}
        if count
        else _("Recorded. Everything is in order."),
    )


@require_GET
@needs("rounds.read")
def inspection(request: Any, pk: UUID) -> HttpResponse:
    """One inspection: every answer, what was found and what became of it."""
    with scope_of(request, "rounds.read"):
        visit: Visit = get_object_or_404(reading.inspections(), pk=pk)
        found = list(every_finding().filter(source=f"inspection:{visit.pk}"))
        values = visit.values.select_related("question").order_by("question__position")
        lines = [_line(value) for value in values]
        context = {
            "visit": visit,
            "sheet": title_of(visit.sheet) if visit.sheet else "",
            "gate": GateLine(visit.place, None, 0, 0).label,
            "lines": lines,
            "amiss": sum(1 for one in lines if one["amiss"]),
            "found": found,
            "by": names_of([visit.by_user]).get(visit.by_user or 0, ""),
        }
        return render(request, "rounds/inspection.html", context)


def _line(value: Any) -> dict[str, Any]:
    question, text = value.question, text_of_value(value)
    wrong = amiss(ask_of(question), value_of(value))
    return {
        "label": label_of(question),
        "said": text if question.field == Question.Field.TEXT else said(value),
        "erased": text is None,
        "amiss": wrong,
        "kind": "amber" if wrong else "green" if question.finding else "",
    }
