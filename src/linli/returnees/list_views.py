"""Pages of lists from above: take one in, decide on each row."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.ground.access import needs
from linli.ground.door_words import DoorWords
from linli.ground.mandates import places_with
from linli.ground.places import short_address
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal
from linli.operations.queries import active_operation
from linli.returnees import words
from linli.returnees.actions.lists import decide_row, row_details, take_list
from linli.returnees.forms import ListForm
from linli.returnees.matching import Proposal, proposals
from linli.returnees.models import ArrivalList, ArrivalRow

A_PAGE = 50


@require_http_methods(["GET", "POST"])
@needs("register.import")
def lists(request: Any) -> HttpResponse:
    """Paste or drop a list."""
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        data = file.read() if file else form.cleaned_data["pasted"].encode()
        try:
            taken = take_list(
                by=request.user, neighbourhood=request.neighbourhood, data=data, filename=file.name if file else ""
            )
        except Refusal as refusal:
            form.add_error(None, refusal_text(refusal))
        else:
            return redirect("returnees:list", taken.pk)
    past = ArrivalList.objects.filter(neighbourhood=request.neighbourhood).order_by("-received_at")[:10]
    waiting = {one.pk: one.rows.filter(decision=ArrivalRow.Decision.WAITING).count() for one in past}
    context = {
        "form": form,
        "past": [(one, waiting[one.pk]) for one in past],
        "operation": active_operation(request.neighbourhood),
    }
    return render(request, "returnees/lists.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs("register.import")
def one_list(request: Any, pk: UUID) -> HttpResponse:
    """The rows that wait for a decision, with whom of the register each may mean and why."""
    taken = get_object_or_404(
        ArrivalList.objects.select_related("neighbourhood"), pk=pk, neighbourhood=request.neighbourhood
    )
    roots = places_with(request.mandates, "register.read")
    doors = DoorWords.load(request.neighbourhood)
    waiting = ArrivalRow.objects.filter(list=taken, decision=ArrivalRow.Decision.WAITING).select_related(
        "list", "neighbourhood"
    )
    rows = list(waiting.order_by("sheet", "row")[:A_PAGE])
    lines = [_line(request, row, doors, roots) for row in rows]
    if request.method == "POST":
        done = 0
        for line in lines:
            try:
                done += _decide(request, line, doors)
            except Refusal as refusal:
                messages.error(request, f"{line['row'].row}: {refusal_text(refusal)}")
        messages.success(request, _("%(n)s rows decided.") % {"n": done})
        return redirect("returnees:list", pk)
    context = {"taken": taken, "lines": lines, "waiting": waiting.count(), "done": taken.rows_total - waiting.count()}
    return render(request, "returnees/list.html", context)


def _line(request: Any, row: ArrivalRow, doors: DoorWords, roots: list[Any]) -> dict[str, Any]:
    said = row_details(row)
    dwelling = doors.dwelling(said.address) if said.address else None
    meant = proposals(request.neighbourhood, said, dwelling, inside=roots)
    return {
        "row": row,
        "said": said,
        "field": f"row-{row.pk}",
        "door": short_address(dwelling) if dwelling else "",
        "problems": [(cell, words.PROBLEMS.get(code, code)) for cell, code in row.problems],
        "meant": [(one, "、".join(str(words.REASONS[reason]) for reason in one.reasons)) for one in meant],
        "best": meant[0].person.pk if meant and _sure(meant) else None,
    }


def _sure(meant: list[Proposal]) -> bool:
    """Proposed at once only for two reasons, or the document, and no second one as good: never a name alone (X03)."""
    first = meant[0]
    good = "document" in first.reasons or len(first.reasons) > 1
    return good and (len(meant) == 1 or meant[1].weight < first.weight)


def _decide(request: Any, line: dict[str, Any], doors: DoorWords) -> int:
    answer = request.POST.get(line["field"], "")
    if answer not in ("new", "leave") and answer not in {str(one.person.pk) for one, _words in line["meant"]}:
        return 0
    person = next((one.person for one, _words in line["meant"] if str(one.person.pk) == answer), None)
    decide_row(by=request.user, row=line["row"], take=answer != "leave", person=person, words=doors)
    return 1
