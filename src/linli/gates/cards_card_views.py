"""One card: found by its number or by a code on a photo, replaced, taken back, put into use again (SEEDS G04)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from linli.accounts.models import User
from linli.gates import cards_printing
from linli.gates.cards_actions import NEXT, correct_card, with_good_card
from linli.gates.cards_life import put_back, replace_card, spoil_cards
from linli.gates.cards_queries import GOOD, IN_STOCK, CardNow, Line, State, card_for, cards_now, lines
from linli.gates.cards_saying import move_and_say
from linli.gates.cards_staff import staff_lines
from linli.gates.cards_words import LOST_WHY, NOTES, SPOILED_WHY, WORDS, state_signal
from linli.gates.models import Card, Klass, PrintBatch
from linli.ground.access import needs
from linli.ground.doing import tried
from linli.ground.mandates import places_with
from linli.ground.models import Person, Place, Residence
from linli.ground.words import refusal_text
from linli.kernel import permit_number
from linli.kernel.refusal import Refusal

PLAIN = (State.LAMINATED, State.CUT, State.HANDED_OUT, State.RETURNED)
"""Where one press of a button is enough; what makes a card waste or lost asks first."""
VERB_WORDS = {
    State.LAMINATED: gettext_lazy("Laminated"),
    State.CUT: gettext_lazy("Cut"),
    State.HANDED_OUT: gettext_lazy("Handed out"),
    State.RETURNED: gettext_lazy("Returned"),
}


def card_line(request: Any, card: Card) -> Line:
    """Whose the card is and at which door. 404 for a card outside the area of who asks; who looks after the whole neighbourhood finds
    the card of somebody who has moved away too, without a door."""
    holder = card.permit.person.merged_into_id or card.permit.person_id
    inside = places_with(request.mandates, "permits.handout")
    if card.permit.klass == Klass.STAFF:
        return _staff_line(inside, card)
    lived = Residence.objects.filter(person=holder, since__lte=timezone.localdate()).order_by("-since", "-id")
    last = lived.select_related("household__dwelling").first()
    if last is not None and last.household is not None:
        for line in lines(request.neighbourhood, inside=inside, within=last.household.dwelling):
            if line.person == holder:
                return line
    if not any(place.contains(request.neighbourhood) for place in inside):
        raise Http404("not in your area")
    person = Person.objects.get(pk=holder)
    return Line(person.pk, person.name, person.masked_name, 0, "", "", (), card.permit_id, card.permit.number)


def _staff_line(inside: list[Place], card: Card) -> Line:
    """The firm in whose name somebody comes; 404 for a tower that is not one's own."""
    for line in staff_lines(card.neighbourhood, timezone.now(), inside=inside):
        if line.person == card.permit.person_id:
            return line
    raise Http404("not in your area")


def own_card(request: Any, pk: UUID) -> Card:
    """A card of this neighbourhood with its permit and batch."""
    rows = Card.objects.select_related("permit__person", "batch", "neighbourhood")
    found: Card = get_object_or_404(rows, pk=pk, neighbourhood=request.neighbourhood)
    return found


@require_http_methods(["GET", "POST"])
@needs("permits.handout")
def card(request: Any, pk: UUID) -> HttpResponse:
    """One card: where it is, what happened to it, what may happen next."""
    row = own_card(request, pk)
    line = card_line(request, row)
    if request.method == "POST":
        _act(request, row, request.POST.get("verb", ""))
        return redirect("gates:permits_card", row.pk)
    now = cards_now(Card.objects.filter(pk=row.pk))[0]
    events = list(row.events.order_by("-happened_at", "-id"))
    ids = [event.by_user for event in events if event.by_user]
    people = dict(User.objects.filter(pk__in=ids).values_list("pk", "display_name"))
    return render(
        request,
        "gates/cards/card.html",
        {
            "card": row,
            "line": line,
            "number": permit_number.shown(row.permit.number),
            "state": state_signal(now.state),
            "withdrawn": now.withdrawn,
            "over": _over(row),
            "last_day": timezone.localdate(row.permit.until - timedelta(seconds=1)),
            "other": line.card if line.permit == row.permit_id and line.card != row.pk and line.state in GOOD else None,
            "events": [_told(event, people.get(event.by_user or 0, "")) for event in events],
            **_ways(row, now),
        },
    )


def _told(event: Any, by: str) -> dict[str, Any]:
    return {"row": event, "word": WORDS[event.state], "note": NOTES.get(event.note, ""), "by": by}


def _over(row: Card) -> bool:
    now, permit = timezone.now(), row.permit
    return permit.until <= now or (permit.cancelled_at is not None and permit.cancelled_at <= now)


def _ways(row: Card, now: CardNow) -> dict[str, Any]:
    """What may happen next: plain movements, and what asks first."""
    back = now.state == State.RETURNED and not _over(row) and not with_good_card([row.permit_id], but=[row.pk])
    return {
        "verbs": [(one, VERB_WORDS[one]) for one in PLAIN if now.state in NEXT[one] - {State.LOST}],
        "may_replace": now.state == State.HANDED_OUT,
        "may_spoil": now.state in IN_STOCK,
        "is_lost": now.state == State.LOST,
        "may_destroy": now.state in (State.LOST, State.RETURNED),
        "may_put_back": back,
        "may_correct": now.at is not None and now.state != State.PRINTED,
    }


def _act(request: Any, row: Card, verb: str) -> None:
    if verb == "correction":
        _try(request, correct_card, _("It is what it was before; both stay in its history."),
             neighbourhood=request.neighbourhood, card=row.pk)  # fmt: skip
    elif verb == "put_back":
        _try(request, put_back, _("The card lies in stock again and may be handed out."), card=row)
    elif verb in ("found", "destroyed"):
        move_and_say(request, [row.pk], State.RETURNED if verb == "found" else State.SPOILED, verb)
    else:
        move_and_say(request, [row.pk], verb, request.POST.get("note", ""))


def _try(request: Any, action: Any, said: str, **more: Any) -> None:
    tried(request, said, action, by=request.user, **more)


@require_http_methods(["GET", "POST"])
@needs("permits.handout")
def replace(request: Any, pk: UUID) -> HttpResponse:
    """Declare the card lost (or waste) and print another for the same permit, as one act; first the consequences, then the act."""
    row = own_card(request, pk)
    line = card_line(request, row)
    now = cards_now(Card.objects.filter(pk=row.pk))[0]
    stock = now.state in IN_STOCK
    why = SPOILED_WHY | {"copied": LOST_WHY["copied"]} if stock else LOST_WHY
    may_print = "permits.print" in request.rights
    if request.method == "POST":
        note = request.POST.get("note", "")
        note = note if note in why else next(iter(why))
        try:
            batch = _replace(request, row, note, stock=stock, may_print=may_print)
        except Refusal as refusal:
            messages.error(request, refusal_text(refusal))
            return redirect("gates:permits_card", row.pk)
        return _onward(request, row, batch)
    context = {"card": row, "line": line, "number": permit_number.shown(row.permit.number), "stock": stock}
    context |= {"why": why.items(), "may_print": may_print and not _over(row), "over": _over(row)}
    return render(request, "gates/cards/replace.html", context)


def _replace(request: Any, row: Card, note: str, *, stock: bool, may_print: bool) -> PrintBatch | None:
    if stock:
        place = request.neighbourhood
        return spoil_cards(by=request.user, neighbourhood=place, cards=[row.pk], note=note, print_new=may_print)[1]
    return replace_card(by=request.user, card=row, note=note, print_new=may_print)


def _onward(request: Any, row: Card, batch: PrintBatch | None) -> HttpResponse:
    if batch is None:
        messages.success(request, _("This card opens no gate any more. No other was ordered."))
        return redirect("gates:permits_card", row.pk)
    cards_printing.start(batch)
    messages.success(request, _("This card opens no gate any more. The new one is printed alone, on a small sheet."))
    return redirect("gates:permits_batch", batch.pk)


@require_http_methods(["GET", "POST"])
@needs("permits.handout")
def find(request: Any) -> HttpResponse:
    """The card that a number or a code means, for example one seen on a photo: that card, not its holder (and never in an address)."""
    wrong = False
    if request.method == "POST":
        found = card_for(request.neighbourhood, request.POST.get("text", ""), at=timezone.now())
        if found is not None:
            card_line(request, own_card(request, found.pk))
            return redirect("gates:permits_card", found.pk)
        wrong = True
    return render(request, "gates/cards/find.html", {"wrong": wrong}, status=404 if wrong else 200)
