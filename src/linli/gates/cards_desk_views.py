"""发证台: a pile of cards handed out with a hand scanner or the keyboard alone, one line each, wrong ones said at once (SEEDS G04)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.gates.cards_actions import correct_card, move_cards
from linli.gates.cards_card_views import card_line
from linli.gates.cards_queries import NONE, Line, State, card_for, cards_now, lines
from linli.gates.cards_words import RECEIVERS, WORDS
from linli.gates.models import Card
from linli.ground.access import needs
from linli.ground.mandates import places_with
from linli.ground.models import Place
from linli.ground.words import refusal_text
from linli.kernel import permit_number
from linli.kernel.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Answer:
    """What the desk says to one card: ``kind`` is a signal (green, amber, red); ``line`` whose it is; ``undo`` what can be taken back."""

    kind: str
    said: str
    line: Line | None = None
    card: UUID | None = None
    number: str = ""
    undo: UUID | None = None


@require_http_methods(["GET", "POST"])
@needs("permits.handout")
def hand_out(request: Any) -> HttpResponse:
    """The desk. A card that is read is handed out and shown with door and masked name; the field is ready for the next."""
    asked = request.POST if request.method == "POST" else request.GET
    buildings = _buildings(request)
    chosen = next((place for place in buildings if str(place.pk) == asked.get("building")), None)
    who = asked.get("who") if asked.get("who") in RECEIVERS else "holder"
    answer = None
    if request.method == "POST":
        undo = request.POST.get("undo")
        answer = _undo(request, undo) if undo else _hand(request, request.POST.get("text", ""), chosen, who)
    waiting, total = _count(request, chosen)
    context = {
        "answer": answer,
        "buildings": buildings,
        "chosen": chosen,
        "who": who,
        "receivers": RECEIVERS.items(),
        "waiting": waiting,
        "total": total,
    }
    if request.headers.get("HX-Request"):
        return render(request, "gates/cards/_desk_answer.html", {**context, "swapped": True})
    elsewhere = answer is not None and answer.number and answer.line is None
    return render(request, "gates/cards/desk.html", context, status=404 if elsewhere else 200)


def _buildings(request: Any) -> list[Place]:
    """The buildings in which the user hands out, by the words of their address."""
    inside = places_with(request.mandates, "permits.handout")
    kinds = ("building", "estate", "lane", "side_lane")
    rows = Place.objects.filter(neighbourhood=request.neighbourhood, until__isnull=True, kind__code__in=kinds)
    with_doors = rows.filter(children__kind__code__in=("dwelling", "unit")).distinct().select_related("parent__kind")
    return [place for place in with_doors.order_by("path") if any(root.contains(place) for root in inside)]


def _count(request: Any, chosen: Place | None) -> tuple[int, int]:
    """How many cards of the chosen building still lie here, and how many persons it has; nothing is counted without one."""
    if chosen is None:
        return 0, 0
    rows = [line for line in lines(request.neighbourhood, within=chosen) if line.building == chosen.pk]
    return sum(not line.handed_out for line in rows), len(rows)


def _hand(request: Any, text: str, chosen: Place | None, who: str) -> Answer:
    found = card_for(request.neighbourhood, text, at=timezone.now())
    if found is None:
        return Answer("red", _("No card here has this number or code. Please look again."))
    number = permit_number.shown(found.permit.number)
    try:
        line = card_line(request, found)
    except Http404:
        return Answer(
            "red", _("This card belongs to a building that is not yours. It was not handed out."), number=number
        )
    problem = _problem(found, line, chosen)
    if problem is not None:
        kind, said = problem
        return Answer(kind, said, line, found.pk, number)
    note = f"scan:{who}"
    try:
        move_cards(
            by=request.user, neighbourhood=request.neighbourhood, cards=[found.pk], state=State.HANDED_OUT, note=note
        )
    except Refusal as refusal:
        return Answer("red", refusal_text(refusal), line, found.pk, number)
    return Answer("green", _("handed out"), line, found.pk, number, undo=found.pk)


def _problem(card: Card, line: Line, chosen: Place | None) -> tuple[str, str] | None:
    """Why a card is not handed out: the kind of signal and the sentence; None where it may be."""
    now = cards_now(Card.objects.filter(pk=card.pk))[0]
    if now.withdrawn:
        return "red", _("Its key was withdrawn, so no gate reads it. Hand out the new card.")
    if line.permit != card.permit_id or line.state == NONE:
        return "red", _("Its permit no longer holds, or its holder does not live here any more. Keep it here.")
    if chosen is not None and line.building != chosen.pk:
        return "red", _("Another building: %(place)s. It was not handed out.") % {"place": line.place}
    if now.state == State.HANDED_OUT:
        return "amber", _("It is handed out already.")
    if now.state in (State.LOST, State.RETURNED, State.SPOILED):
        return "red", _("This card is not in use any more: %(state)s.") % {"state": WORDS[now.state]}
    return None


def _undo(request: Any, pk: str) -> Answer:
    try:
        card = Card.objects.select_related("permit__person").get(pk=UUID(pk), neighbourhood=request.neighbourhood)
    except (ValueError, Card.DoesNotExist):
        raise Http404("no such card") from None
    line = card_line(request, card)
    try:
        correct_card(by=request.user, neighbourhood=request.neighbourhood, card=card.pk)
    except Refusal as refusal:
        return Answer("red", refusal_text(refusal), line, card.pk, line.shown_number)
    return Answer("amber", _("taken back; it lies in stock"), line, card.pk, line.shown_number)
