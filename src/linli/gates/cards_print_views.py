"""Ordering and printing cards: one form, a job with its progress, the file (SEEDS G02)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.gates import cards_printing
from linli.gates.cards_actions import issue_permits, order_batch, undo_cards
from linli.gates.cards_batches import SERIALS, SHEETS, on_paper
from linli.gates.cards_books import account
from linli.gates.cards_figures import campaign
from linli.gates.cards_forms import MarkForm, PrintForm
from linli.gates.cards_life import spoil_cards
from linli.gates.cards_queries import IN_STOCK, State, cards_now, lines
from linli.gates.cards_saying import move_and_say
from linli.gates.cards_words import REASONS, SPOILED_WHY, UNIT_WORDS, WORDS, state_signal
from linli.gates.models import Card, PrintBatch
from linli.gates.printing import job
from linli.ground.access import needs
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal
from linli.ui.words import number

SPOIL, SPOIL_ONLY = "spoil", "spoil_only"


@require_http_methods(["GET", "POST"])
@needs("permits.print")
def new(request: Any) -> HttpResponse:
    """Issue permits to all who are to hold one, order the cards that are missing, and begin to print."""
    place = request.neighbourhood
    last = PrintBatch.objects.filter(neighbourhood=place).first()
    initial = {} if last is None else {name: last.data.get(name) for name in ("names", "review") if last.data.get(name)}
    form = PrintForm(request.POST or None, neighbourhood=place, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            batch = _order(request, form)
        except Refusal as refusal:
            form.add_error(None, refusal_text(refusal))
        else:
            cards_printing.start(batch)
            return redirect("gates:permits_batch", batch.pk)
    figures = campaign(place, inside=[place])
    context = {"form": form, "to_issue": figures.total - figures.permits, "to_print": figures.to_print}
    return render(request, "gates/cards/new.html", context)


def _order(request: Any, form: PrintForm) -> PrintBatch:
    said = form.cleaned_data
    group = form.chosen_group()
    issue_permits(
        by=request.user,
        neighbourhood=request.neighbourhood,
        until=said["until"],
        area=group,
        place=form.chosen_place() if group else None,
    )
    return order_batch(
        by=request.user,
        neighbourhood=request.neighbourhood,
        place=form.chosen_place(),
        title=said["title"],
        handout_by=said["handout_by"],
        data={"names": said["names"], "review": said["review"]},
    )


def _batch(request: Any, pk: UUID) -> PrintBatch:
    rows = PrintBatch.objects.select_related("neighbourhood", "place")
    found: PrintBatch = get_object_or_404(rows, pk=pk, neighbourhood=request.neighbourhood)
    return found


@require_http_methods(["GET", "POST"])
@needs("permits.print")
def batch(request: Any, pk: UUID) -> HttpResponse:
    """One batch: being printed, or done with its file and with the cards that could not be printed."""
    row = _batch(request, pk)
    if request.method == "POST":
        cards_printing.start(row)
        messages.success(request, _("Printing again: the same cards with the same codes, no doubles."))
        return redirect("gates:permits_batch", row.pk)
    cards_printing.settle(row, by=request.user)
    running = job.progress(cards_printing.folder(row))
    paper = on_paper(row)
    printed = len(paper.cards)
    return render(
        request,
        "gates/cards/batch.html",
        {
            "batch": row,
            "progress": running,
            "file": cards_printing.file_of(row),
            "printed": printed,
            "pages": paper.sheets,
            "refused": _refused(row),
            "books": account(row.neighbourhood, batch=row.pk),
            "runs": [(run, state_signal(run.state)) for run in paper.runs()],
            "last": paper.last,
            "mark": MarkForm(initial=_asked(request)),
            "undo": _undoable(request),
            "heading": _heading(row, printed, running=running is not None and not (running.done or running.failed)),
        },
    )


def _asked(request: Any) -> dict[str, str]:
    """What the last act named, so that the form still says it."""
    return {name: request.GET[name] for name in ("unit", "which") if name in request.GET} or {"unit": SHEETS}


def _undoable(request: Any) -> dict[str, Any] | None:
    """The last act on this batch, for the button that takes it back."""
    state = request.GET.get("done", "")
    if state not in WORDS:
        return None
    unit = SERIALS if request.GET.get("unit") == SERIALS else SHEETS
    which = request.GET.get("which", "")
    return {"state": state, "word": WORDS[state], "which": which, "unit": unit, "unit_word": UNIT_WORDS[unit]}


@require_POST
@needs("permits.print")
def mark(request: Any, pk: UUID) -> HttpResponse:
    """Mark sheets or serials of a batch: laminated, cut, waste (with new ones printed), or take the last act back (G04)."""
    row = _batch(request, pk)
    form = MarkForm(request.POST)
    back = redirect("gates:permits_batch", row.pk)
    if not form.is_valid():
        messages.error(request, _("Please say which: for example 1-35, 40."))
        return back
    said, verb = form.cleaned_data, request.POST.get("verb", "")
    try:
        cards = on_paper(row).chosen(said["unit"], said["which"])
        if verb in (SPOIL, SPOIL_ONLY):
            return _spoil(request, row, cards, said, print_new=verb == SPOIL)
        if verb.startswith("undo-"):
            undone = undo_cards(by=request.user, neighbourhood=row.neighbourhood, cards=cards, state=verb[5:])
            messages.success(
                request, ngettext("%(n)s card taken back.", "%(n)s cards taken back.", undone) % {"n": number(undone)}
            )
            return back
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
        return back
    if move_and_say(request, cards, verb):
        return redirect(f"{back.url}?{urlencode({'done': verb, 'unit': said['unit'], 'which': said['which']})}")
    return back


def _spoil(request: Any, row: PrintBatch, cards: list[UUID], said: dict[str, str], *, print_new: bool) -> HttpResponse:
    """Ask with the number first; then take them as waste, and print exactly these anew."""
    if "sure" not in request.POST:
        stock = [card for card in cards_now(Card.objects.filter(pk__in=cards)) if card.state in IN_STOCK]
        context = {"batch": row, "said": said, "count": len(stock), "left": len(cards) - len(stock)}
        context |= {"print_new": print_new, "why": SPOILED_WHY.get(said["note"], "")}
        context |= {"unit_word": UNIT_WORDS[said["unit"]]}
        return render(request, "gates/cards/spoil.html", context)
    place = row.neighbourhood
    moved, batch = spoil_cards(
        by=request.user, neighbourhood=place, cards=cards, note=said["note"], print_new=print_new
    )
    text = ngettext("%(n)s card is waste; it opens no gate.", "%(n)s cards are waste; they open no gate.", moved)
    messages.success(request, text % {"n": number(moved)})
    if batch is None:
        back = redirect("gates:permits_batch", row.pk)
        return redirect(
            f"{back.url}?{urlencode({'done': State.SPOILED, 'unit': said['unit'], 'which': said['which']})}"
        )
    cards_printing.start(batch)
    return redirect("gates:permits_batch", batch.pk)


def _heading(row: PrintBatch, printed: int, *, running: bool) -> str:
    if running:
        said = ngettext("%(n)s card is being printed", "%(n)s cards are being printed", row.cards)
        return said % {"n": number(row.cards)}
    if not printed:
        said = ngettext("%(n)s card is ordered and not printed", "%(n)s cards are ordered and not printed", row.cards)
        return said % {"n": number(row.cards)}
    said = ngettext("%(n)s card is printed", "%(n)s cards are printed", printed)
    return said % {"n": number(printed)}


def _refused(row: PrintBatch) -> list[dict[str, Any]]:
    """The cards that could not be printed, with door, masked name and the reason in words."""
    reasons = dict(row.data.get("refused", []))
    if not reasons:
        return []
    permits = dict(Card.objects.filter(pk__in=list(reasons)).values_list("permit_id", "pk"))
    rows = [line for line in lines(row.neighbourhood) if line.permit in permits]
    return [{"line": line, "why": REASONS.get(reasons[str(permits[line.permit])], "")} for line in rows if line.permit]


@require_GET
@needs("permits.print")
def progress(request: Any, pk: UUID) -> JsonResponse:
    """How far the print is, for the page's bar. The last tenth is the engine's."""
    row = _batch(request, pk)
    found = job.progress(cards_printing.folder(row))
    if found is None or found.failed or found.done:
        cards_printing.settle(row, by=request.user)
        address = reverse("gates:permits_batch", args=[row.pk])
        return JsonResponse({"value": row.cards, "total": row.cards, "done": True, "url": address})
    total = max(found.total, 1)
    said = _("drawing the codes") if found.drawn < total * 0.97 else _("setting the pages")
    return JsonResponse({"value": int(found.drawn * 0.9), "total": total, "text": said, "done": False})


@require_GET
@needs("permits.print")
def pdf(request: Any, pk: UUID) -> HttpResponse:
    """The printed file; never kept by the browser, because its codes open gates."""
    row = _batch(request, pk)
    path = cards_printing.file_of(row)
    if path is None:
        raise Http404("print it again")
    cards_printing.settle(row, by=request.user)
    name = f"linli-{timezone.localtime(row.made_at):%Y%m%d}-{row.cards}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(path.read_bytes(), content_type="application/pdf", headers=headers)
