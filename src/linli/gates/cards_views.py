"""出入证: how far the cards are, who has not got one, what happens to a card (SEEDS G03, G04)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from linli.gates import cards_printing
from linli.gates.cards_books import PARTS, account, account_of, by_batch
from linli.gates.cards_figures import Campaign, campaign
from linli.gates.cards_forms import MomentForm
from linli.gates.cards_queries import IN_STOCK, Line, State, by_building, deadline, lines
from linli.gates.cards_saying import move_and_say
from linli.gates.cards_words import PART_WORDS, SIGNED, WORDS, state_signal
from linli.gates.models import PrintBatch
from linli.ground.access import needs
from linli.ground.mandates import places_with
from linli.ground.models import Place
from linli.ui.tables import Column, Table
from linli.ui.words import moment, number


class LateTable(Table):
    """Who has no card in hand yet."""

    title = gettext_lazy("Cards not handed out")
    empty = gettext_lazy("Everybody has the card")
    per_page = 100
    columns = (
        Column("place", gettext_lazy("Building"), lambda line: line.place, sort=("order",)),
        Column("room", gettext_lazy("Room"), lambda line: line.room, head=True, nowrap=True),
        Column("name", gettext_lazy("Name"), lambda line: line.masked, nowrap=True),
        Column("number", gettext_lazy("Permit no."), lambda line: line.shown_number, nowrap=True),
        Column(
            "state",
            gettext_lazy("Card"),
            lambda line: str(WORDS[line.state]),
            sort=("state",),
            show=lambda line: state_signal(line.state),
        ),
    )


def own_lines(request: Any, within: Place | None = None, but: Collection[str] = ()) -> list[Line]:
    """The holders where the user may hand out: all, or those of a leader's building; of these, who lives in ``within``.

    ``but``: without those whose card is in one of these states.
    """
    inside = places_with(request.mandates, "permits.handout")
    return lines(request.neighbourhood, inside=inside, within=within, but=but)


def headline(figures: Campaign, end: date | None) -> str:
    """The sentence that answers the page; ``end`` is the day by which cards are to be handed out."""
    total, handed = figures.total, figures.handed_out
    if not total:
        return _("Nobody on the register is to hold a permit yet")
    if handed == total:
        return _("All %(total)s cards are handed out") % {"total": number(total)}
    if end is not None and timezone.localdate() > end:
        late = total - handed
        return ngettext(
            "%(n)s card is late: it was to be handed out by %(day)s",
            "%(n)s cards are late: they were to be handed out by %(day)s",
            late,
        ) % {"n": number(late), "day": moment(end, "day")}
    return _("%(n)s of %(total)s cards are handed out") % {"n": number(handed), "total": number(total)}


def below(figures: Campaign, end: date | None) -> str:
    """The line under it: who has no permit, and how long there is."""
    said = []
    without = figures.total - figures.permits
    if without:
        said.append(
            ngettext("%(n)s resident has no permit yet", "%(n)s residents have no permit yet", without)
            % {"n": number(without)}
        )
    left = (end - timezone.localdate()).days if end is not None else -1
    if end is not None and left >= 0:
        said.append(
            ngettext("%(n)s day until %(day)s", "%(n)s days until %(day)s", left)
            % {"n": left, "day": moment(end, "day")}
        )
    return " · ".join(said)


@require_GET
@needs("permits.handout")
def overview(request: Any) -> HttpResponse:
    """How far the campaign is, per building and per day."""
    place = request.neighbourhood
    batches = list(PrintBatch.objects.filter(neighbourhood=place).select_related("place")[:20])
    for batch in batches:
        if "settled" not in batch.data:
            cards_printing.settle(batch, by=request.user)
    figures = campaign(place, inside=places_with(request.mandates, "permits.handout"))
    for one in figures.buildings:
        one.parts = share_parts(one.handed_out, one.in_stock, one.total)
    end = deadline(place)
    return render(
        request,
        "gates/cards/overview.html",
        {
            "heading": headline(figures, end),
            "sub": below(figures, end),
            "total": figures.total,
            "permits": figures.permits,
            "handed_out": figures.handed_out,
            "in_stock": figures.in_stock,
            "to_print": figures.to_print,
            "books": account_of(place, figures.made),
            "buildings": figures.buildings,
            "per_day": [(moment(day, "day"), count) for day, count in figures.per_day],
            "batches": batches,
            "may_print": "permits.print" in request.rights,
            "may_manage": "gates.manage" in request.rights,
        },
    )


def share_parts(handed: int, stock: int, total: int) -> list[tuple[str, int, str]]:
    """The parts of a building's bar."""
    parts = [
        (_("handed out"), handed, "done"),
        (_("in stock"), stock, "accent"),
        (_("no card yet"), total - handed - stock, "rest"),
    ]
    return [part for part in parts if part[1] or part[2] == "done"]


@require_GET
@needs("permits.handout")
def late(request: Any) -> HttpResponse:
    """Who has no card in hand, to be called or visited; a spreadsheet and a print of it."""
    rows = own_lines(request, but={State.HANDED_OUT})
    wanted = request.GET.get("state", "")
    if wanted in WORDS:
        rows = [line for line in rows if line.state == wanted]
    end = deadline(request.neighbourhood)
    sub = _("To be handed out by %(day)s") % {"day": moment(end, "day")} if end else ""
    table = LateTable(request, rows, sub=sub)
    context = {"table": table, "rows": len(rows), "sub": sub, "wanted": wanted, "words": WORDS.items()}
    return table.download() or render(request, "gates/cards/late.html", context)


@require_http_methods(["GET", "POST"])
@needs("permits.handout")
def building(request: Any, pk: int) -> HttpResponse:
    """The cards of one building: mark those that went out, all or some."""
    place = get_object_or_404(Place, pk=pk, neighbourhood=request.neighbourhood)
    rows = [line for line in own_lines(request, place) if line.building == pk]
    if not rows:
        raise Http404("nobody here, or not in your area")
    if request.method == "POST":
        chosen = set(request.POST.getlist("card"))
        everything = request.POST.get("which") == "all"
        cards = [
            line.card
            for line in rows
            if line.card and (line.state in IN_STOCK if everything else str(line.card) in chosen)
        ]
        move_and_say(request, cards, request.POST.get("verb", ""), request.POST.get("note", ""))
        return redirect("gates:permits_building", pk)
    figures = by_building(rows)[0]
    return render(
        request,
        "gates/cards/building.html",
        {
            "place": place,
            "figures": figures,
            "waiting": [{"line": line, "state": state_signal(line.state)} for line in rows if not line.handed_out],
            "done": [{"line": line, "state": state_signal(line.state)} for line in rows if line.handed_out],
            "parts": share_parts(figures.handed_out, figures.in_stock, figures.total),
            "signed": SIGNED.items(),
        },
    )


@require_GET
@needs("permits.handout")
def receipt_list(request: Any, pk: int) -> HttpResponse:
    """On paper: one building's cards in stock, with a line each for the signature of whoever takes it (G04)."""
    place = get_object_or_404(Place, pk=pk, neighbourhood=request.neighbourhood)
    rows = [line for line in own_lines(request, place) if line.building == pk]
    if not rows:
        raise Http404("nobody here, or not in your area")
    waiting = [line for line in rows if line.state in IN_STOCK]
    context = {"name": rows[0].place, "rows": waiting, "back_url": reverse("gates:permits_building", args=[pk])}
    return render(request, "gates/cards/receipt_list.html", context)


@require_GET
@needs("permits.handout")
def books(request: Any) -> HttpResponse:
    """The sum of the cards at any moment: printed = handed out + in stock + spoiled, whole and by batch (G04)."""
    place = request.neighbourhood
    now = timezone.now()
    form = MomentForm(request.GET if "at" in request.GET else None)
    at = form.cleaned_data["at"] if form.is_bound and form.is_valid() else now
    batches = PrintBatch.objects.filter(neighbourhood=place, made_at__lte=at).select_related("place")
    accounts = by_batch(place, at=at)
    found = account(place, at=at)
    return render(
        request,
        "gates/cards/books.html",
        {
            "form": form,
            "at": at,
            "now_shown": at == now,
            "books": found,
            "states": [(state_signal(state), found.states[state], PART_WORDS[PARTS[state]]) for state in PARTS],
            "batches": [(batch, accounts[batch.pk]) for batch in batches if batch.pk in accounts],
        },
    )
