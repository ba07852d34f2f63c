"""出入证: how far the cards are, who has not got one, what happens to a card (SEEDS G03, G04)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.accounts.models import User
from linli.gates import cards_printing
from linli.gates.cards_actions import NEXT, correct_card, move_cards
from linli.gates.cards_figures import Campaign, campaign
from linli.gates.cards_queries import (
    IN_STOCK,
    NONE,
    Line,
    State,
    by_building,
    card_for,
    cards_now,
    deadline,
    lines,
)
from linli.gates.cards_words import WORDS, state_signal
from linli.gates.models import Card, PrintBatch
from linli.ground.access import needs
from linli.ground.mandates import places_with
from linli.ground.models import Place, Residence
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal
from linli.ui.tables import Column, Table
from linli.ui.words import moment, number

VERBS = (State.LAMINATED, State.CUT, State.HANDED_OUT, State.SPOILED, State.LOST, State.RETURNED)
VERB_WORDS = {
    State.LAMINATED: gettext_lazy("Laminated"),
    State.CUT: gettext_lazy("Cut"),
    State.HANDED_OUT: gettext_lazy("Handed out"),
    State.SPOILED: gettext_lazy("Spoiled"),
    State.LOST: gettext_lazy("Lost"),
    State.RETURNED: gettext_lazy("Returned"),
}


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


def own_lines(request: Any, within: Place | None = None) -> list[Line]:
    """The holders where the user may hand out: all, or those of a leader's building; of these, who lives in ``within``."""
    return lines(request.neighbourhood, inside=places_with(request.mandates, "permits.handout"), within=within)


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
            "gone": figures.gone,
            "buildings": figures.buildings,
            "per_day": [(moment(day, "day"), count) for day, count in figures.per_day],
            "batches": batches,
            "may_print": "permits.print" in request.rights,
            "scanning": "scan" in request.GET,
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
    rows = [line for line in own_lines(request) if not line.handed_out]
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
        _move(request, cards, request.POST.get("verb", ""))
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
        },
    )


def _move(request: Any, cards: Sequence[UUID], verb: str) -> None:
    """Move cards and say what came of it."""
    if not cards:
        messages.warning(request, _("No card was chosen."))
        return
    try:
        moved = move_cards(by=request.user, neighbourhood=request.neighbourhood, cards=cards, state=verb)
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
        return
    said = ngettext("%(n)s card recorded.", "%(n)s cards recorded.", moved) % {"n": number(moved)}
    messages.success(request, said)


def _own_line(request: Any, card: Card) -> Line:
    """The holder's line, if it lies where the user hands out; otherwise the card does not exist for him."""
    holder = card.permit.person.merged_into_id or card.permit.person_id
    lived = Residence.objects.filter(person=holder, since__lte=timezone.localdate()).order_by("-since", "-id")
    last = lived.select_related("household__dwelling").first()
    if last is not None and last.household is not None:
        for line in own_lines(request, last.household.dwelling):
            if line.permit == card.permit_id:
                return line
    raise Http404("not in your area")


@require_http_methods(["GET", "POST"])
@needs("permits.handout")
def card(request: Any, pk: UUID) -> HttpResponse:
    """One card: where it is, what happened to it, what may happen next."""
    row = get_object_or_404(
        Card.objects.select_related("permit__person", "batch"), pk=pk, neighbourhood=request.neighbourhood
    )
    line = _own_line(request, row)
    if request.method == "POST":
        if request.POST.get("verb") == "correction":
            _correct(request, row)
        else:
            _move(request, [row.pk], request.POST.get("verb", ""))
        return redirect("gates:permits_card", row.pk)
    now = cards_now(Card.objects.filter(pk=row.pk))[0]
    events = list(row.events.order_by("-happened_at", "-id"))
    ids = [event.by_user for event in events if event.by_user]
    people = dict(User.objects.filter(pk__in=ids).values_list("pk", "display_name"))
    verbs = [(verb, VERB_WORDS[verb]) for verb in VERBS if now.state in NEXT[verb] and now.state != verb]
    return render(
        request,
        "gates/cards/card.html",
        {
            "card": row,
            "line": line,
            "state": state_signal(now.state),
            "last_day": timezone.localdate(row.permit.until - timedelta(seconds=1)),
            "verbs": verbs,
            "may_correct": now.at is not None and now.state != State.PRINTED,
            "events": [{"row": e, "word": WORDS[e.state], "by": people.get(e.by_user or 0, "")} for e in events],
        },
    )


def _correct(request: Any, row: Card) -> None:
    try:
        correct_card(by=request.user, neighbourhood=request.neighbourhood, card=row.pk)
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
    else:
        messages.success(request, _("The card is in stock again; what was before stays in its history."))


@require_POST
@needs("permits.handout")
def hand_out(request: Any) -> HttpResponse:
    """Hand a card out by its number, typed, or its code, from a hand scanner."""
    found = card_for(request.neighbourhood, request.POST.get("text", ""), at=timezone.now())
    if found is None:
        messages.error(request, _("No card here has this number. Please look at the seven characters again."))
        return redirect(f"{reverse('gates:permits')}?scan=1")
    line = _own_line(request, found)
    if line.state == NONE or line.handed_out:
        messages.info(request, _("This card is handed out already."))
        return redirect("gates:permits_card", found.pk)
    _move(request, [found.pk], State.HANDED_OUT)
    return redirect(f"{reverse('gates:permits')}?scan=1")
