"""What happens to a single card after it is printed: replaced, found again, put into use again (SEEDS G04). The permit is never touched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.gates import acts
from linli.gates.cards_actions import (
    CANNOT,
    REPLACED,
    Moment,
    add_events,
    move_cards,
    order_cards,
    with_good_card,
)
from linli.gates.cards_queries import IN_STOCK, State, cards_now
from linli.gates.models import Card, Permit, PrintBatch
from linli.ground.locks import hold_neighbourhood
from linli.ground.models import Place
from linli.journal.record import record
from linli.kernel.refusal import Refusal

SMALL = 2
"""So many replacements are printed on a small sheet (A6); more of them on A4."""


def replace_card(
    *, by: User | None, card: Card, note: str = "lost", at: datetime | None = None, print_new: bool = True
) -> PrintBatch | None:
    """Declare a card lost (挂失) and order another for the same permit (补证), as one act; the right itself is not touched.

    ``note``: why, see ``cards_words.LOST_WHY``. A card that still lies in stock becomes waste instead. Returns the batch of the new card;
    None where the permit is over, or another card of it is good already. Refusals: ``cards.cannot`` for a card that is waste.
    """
    now = at or timezone.now()
    with transaction.atomic():
        hold_neighbourhood(card.neighbourhood_id)
        state = cards_now(Card.objects.filter(pk=card.pk))[0].state
        if state == State.HANDED_OUT:
            move_cards(by=by, neighbourhood=card.neighbourhood, cards=[card.pk], state=State.LOST, note=note)
        elif state in IN_STOCK:
            move_cards(by=by, neighbourhood=card.neighbourhood, cards=[card.pk], state=State.SPOILED, note=note)
        elif state not in (State.LOST, State.RETURNED):
            raise Refusal("cards.cannot", CANNOT)
        batch = _order_again(by, card.neighbourhood, [card.pk], now) if print_new else None
        _write(acts.CARD_REPLACED, by, card, {"note": note, "batch": str(batch.pk) if batch else None})
    return batch


def spoil_cards(
    *, by: User | None, neighbourhood: Place, cards: Sequence[UUID], note: str, print_new: bool = True
) -> tuple[int, PrintBatch | None]:
    """Take cards in stock as waste and order exactly these anew: other cards, the same permits, in the same order.

    Returns how many are waste now, and the batch of the new ones (None where none is to be printed). What cannot become waste (it is
    handed out) is left out. Refusals: ``cards.cannot`` when that is all of them.
    """
    with transaction.atomic():
        hold_neighbourhood(neighbourhood)
        rows = cards_now(Card.objects.filter(neighbourhood=neighbourhood, pk__in=cards))
        able = [row.id for row in rows if row.state in IN_STOCK]
        if not able:
            raise Refusal("cards.cannot", CANNOT)
        moved = move_cards(by=by, neighbourhood=neighbourhood, cards=able, state=State.SPOILED, note=note)
        batch = _order_again(by, neighbourhood, able, timezone.now()) if print_new else None
    return moved, batch


def _order_again(by: User | None, neighbourhood: Place, cards: Sequence[UUID], now: datetime) -> PrintBatch | None:
    """A batch with a new card for each permit of ``cards`` that holds and has no good one; as the first of them was printed."""
    rows = Card.objects.filter(pk__in=cards).select_related("batch").order_by("batch__made_at", "serial")
    live = Permit.objects.filter(Q(cancelled_at__isnull=True) | Q(cancelled_at__gt=now), until__gt=now)
    holding = set(live.filter(cards__in=cards).values_list("pk", flat=True))
    have = with_good_card(list(holding))
    permits = list(dict.fromkeys(row.permit_id for row in rows if row.permit_id in holding - have))
    if not permits:
        return None
    first = rows[0].batch
    said = {name: first.data[name] for name in ("names", "review") if name in first.data} if first else {}
    data = {**said, "replaces": len(permits), "small": len(permits) <= SMALL}
    batch = PrintBatch(neighbourhood=neighbourhood, deadline=first.deadline if first else None, data=data)
    return order_cards(by=by, batch=batch, permits=permits, now=now)


def put_back(*, by: User | None, card: Card) -> None:
    """Put a returned card into use again: it lies in stock, cut, and may be handed out. Said in the journal, never silently.

    Refusals: ``cards.cannot`` from any other state, ``cards.replaced`` when the permit has another good card, ``cards.over`` when
    the permit no longer holds.
    """
    now = timezone.now()
    with transaction.atomic():
        hold_neighbourhood(card.neighbourhood_id)
        rows = cards_now(Card.objects.filter(pk=card.pk))
        if rows[0].state != State.RETURNED:
            raise Refusal("cards.cannot", CANNOT)
        if card.permit_id in with_good_card([card.permit_id], but=[card.pk]):
            raise Refusal("cards.replaced", REPLACED)
        permit = card.permit
        if permit.until <= now or (permit.cancelled_at is not None and permit.cancelled_at <= now):
            raise Refusal("cards.over", gettext_noop("The permit of this card no longer holds."))
        add_events(card.neighbourhood_id, rows, State.CUT, Moment(None, now, by), "again")
        _write(acts.CARD_PUT_BACK, by, card, {})


def _write(act: str, by: User | None, card: Card, data: dict[str, object]) -> None:
    record(act, by=by, subject=("card", card.pk), neighbourhood=card.neighbourhood_id, data=data)
