"""The only writers of permits, cards and their events (SEEDS G02–G04). Every act can be repeated without a second row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.gates import acts, keys
from linli.gates.cards_queries import GOOD, HOLDER, Line, State, cards_now, holders, lines, live_permits
from linli.gates.models import Card, CardEvent, Permit, PrintBatch
from linli.ground.locks import hold_neighbourhood
from linli.ground.models import Place
from linli.journal.record import record
from linli.kernel import permit_number
from linli.kernel.ids import uuid7
from linli.kernel.refusal import Refusal

CHUNK = 250
"""Rows of one write transaction: well under 200 ms, so that gates go on writing."""

DEFAULT_DAYS = 180
LONGEST_DAYS = 400

NOTHING = gettext_noop("Every permit here has its card; there is nothing to print.")

NEXT: dict[str, frozenset[str]] = {
    State.PRINTED: frozenset({State.PRINTED, State.LAMINATED, State.CUT, State.HANDED_OUT}),
    State.LAMINATED: frozenset({State.PRINTED}),
    State.CUT: frozenset({State.PRINTED, State.LAMINATED}),
    State.HANDED_OUT: frozenset({State.PRINTED, State.LAMINATED, State.CUT, State.RETURNED}),
    State.SPOILED: frozenset({State.PRINTED, State.LAMINATED, State.CUT}),
    State.LOST: frozenset({State.HANDED_OUT}),
    State.RETURNED: frozenset({State.HANDED_OUT}),
}
"""To which state a card may go from which (G04). PRINTED from a later state is the correction of a slip."""


def issue_permits(
    *, by: User | None, neighbourhood: Place, until: date, at: datetime | None = None, people: Sequence[UUID] = ()
) -> int:
    """Give everybody who is to hold a permit (or of these only ``people``) one that holds through the day ``until``.

    Returns how many were issued; who has a live one keeps it. A permit that is over is closed first. Refusals: ``cards.until``,
    ``cards.again`` when somebody else issues at the same moment.
    """
    now = at or timezone.now()
    last = _midnight_after(until)
    if not now < last <= now + timedelta(days=LONGEST_DAYS):
        raise Refusal(
            "cards.until", gettext_noop("A permit ends on a day to come, within %(days)s days."), days=LONGEST_DAYS
        )
    _close_those_that_are_over(neighbourhood, now)
    have = set(live_permits(neighbourhood, now).values_list(HOLDER, flat=True))
    chosen = set(people)
    wanted = [
        line.person
        for line in holders(neighbourhood, timezone.localdate(now))
        if line.person not in have and (not chosen or line.person in chosen)
    ]
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        try:
            with transaction.atomic():
                _issue_part(by, neighbourhood, part, _midnight(now), last)
        except IntegrityError:
            again = gettext_noop("Somebody else is issuing permits at this moment. Please try again.")
            raise Refusal("cards.again", again) from None
    return len(wanted)


def _issue_part(by: User | None, neighbourhood: Place, part: Sequence[UUID], since: datetime, until: datetime) -> None:
    serial = _next_serial(neighbourhood)
    Permit.objects.bulk_create(
        Permit(
            neighbourhood=neighbourhood,
            number=permit_number.number_for(serial + index),
            person_id=person,
            since=since,
            until=until,
            issued_by=by.pk if by else None,
        )
        for index, person in enumerate(part)
    )
    _write(acts.PERMITS_ISSUED, by, neighbourhood, {"count": len(part), "until": until.isoformat()})


def order_batch(
    *,
    by: User | None,
    neighbourhood: Place,
    place: Place | None = None,
    title: str = "",
    handout_by: date | None = None,
    data: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> PrintBatch:
    """Order a card for every live permit (under ``place``) that has no good one: never printed, or spoiled, lost, returned.

    ``data``: ``names`` (masked, none, full) and ``review``, as the cards show them. A second order right after the first finds
    nothing to print: that is what keeps doubles away (G02). Refusals: ``cards.nothing``.
    """
    now = at or timezone.now()
    inside = None if place is None else [place]
    wanted = [line for line in lines(neighbourhood, at=now, inside=inside) if line.permit and line.state not in GOOD]
    if not wanted:
        raise Refusal("cards.nothing", NOTHING)
    kid, _private = keys.signing_key(neighbourhood.pk, now)
    batch = PrintBatch.objects.create(
        neighbourhood=neighbourhood,
        place=place,
        title=title.strip()[:80],
        kid=kid,
        deadline=handout_by,
        made_at=now,
        made_by=by.pk if by else None,
        data=data or {},
    )
    for start in range(0, len(wanted), CHUNK):
        _order_part(batch, wanted[start : start + CHUNK], now)
    if not batch.cards:  # somebody else ordered all of them at the same moment
        batch.delete()
        raise Refusal("cards.nothing", NOTHING)
    _write(acts.CARDS_ORDERED, by, neighbourhood, {"batch": str(batch.pk), "count": batch.cards})
    return batch


def _order_part(batch: PrintBatch, part: Sequence[Line], now: datetime) -> None:
    """Make the cards of some lines, unless somebody else ordered them meanwhile; one order of a neighbourhood at a time."""
    with transaction.atomic():
        hold_neighbourhood(batch.neighbourhood_id)
        ids = [line.permit for line in part]
        have = {card.permit for card in cards_now(Card.objects.filter(permit__in=ids)) if card.state in GOOD}
        wanted = [permit for permit in ids if permit is not None and permit not in have]
        Card.objects.bulk_create(
            Card(
                neighbourhood_id=batch.neighbourhood_id,
                permit_id=permit,
                batch=batch,
                kid=batch.kid,
                serial=batch.cards + number,
                made_at=now,
            )
            for number, permit in enumerate(wanted, start=1)
        )
        batch.cards += len(wanted)
        batch.save(update_fields=["cards"])


def record_printed(
    *,
    by: User | None,
    batch: PrintBatch,
    printed: Iterable[UUID],
    refused: Sequence[Any],
    at: datetime | None = None,
) -> int:
    """Write down that cards are on paper, and which are not and why; a second printing adds nothing. Returns how many are new.

    ``refused``: pairs (card id, reason code); ``at``: when they were printed, default now.
    """
    now = at or timezone.now()
    ids = list(printed)
    new = 0
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        with transaction.atomic():
            rows = cards_now(Card.objects.filter(batch=batch, pk__in=part))
            fresh = [card.id for card in rows if card.at is None]
            _add_events(batch.neighbourhood_id, fresh, State.PRINTED, now, by, "")
        new += len(fresh)
    batch.data = {**batch.data, "refused": [[str(card), reason] for card, reason in refused]}
    batch.save(update_fields=["data"])
    _write(acts.CARDS_PRINTED, by, batch.neighbourhood, {"batch": str(batch.pk), "count": len(ids), "new": new})
    return new


def move_cards(
    *,
    by: User | None,
    neighbourhood: Place,
    cards: Sequence[UUID],
    state: str,
    note: str = "",
    happened_at: datetime | None = None,
) -> int:
    """Record that ``cards`` went to ``state``; those that already are there, or cannot go there, are left out.

    Returns how many moved. Refusals: ``cards.state`` for an unknown state, ``cards.cannot`` when a single card cannot go there.
    """
    if state not in NEXT:
        raise Refusal("cards.state", gettext_noop("There is no such state of a card."))
    now = timezone.now()
    moved = 0
    for start in range(0, len(cards), CHUNK):
        with transaction.atomic():
            rows = cards_now(Card.objects.filter(neighbourhood=neighbourhood, pk__in=cards[start : start + CHUNK]))
            able = [row.id for row in rows if row.state in NEXT[state] and row.state != state]
            if len(cards) == 1 and rows and not able and rows[0].state != state:
                raise Refusal("cards.cannot", gettext_noop("This card cannot go there from where it is."))
            _add_events(neighbourhood.pk, able, state, happened_at or now, by, note, heard_at=now)
            moved += len(able)
    if moved:
        _write(acts.CARDS_MOVED, by, neighbourhood, {"state": state, "count": moved})
    return moved


def correct_card(*, by: User | None, neighbourhood: Place, card: UUID) -> None:
    """Take the last movement of a card back: it is in stock again. What was before stays in its history. Refusals: ``cards.cannot``."""
    now = timezone.now()
    with transaction.atomic():
        rows = cards_now(Card.objects.filter(neighbourhood=neighbourhood, pk=card))
        if not rows or rows[0].at is None or rows[0].state == State.PRINTED:
            raise Refusal("cards.cannot", gettext_noop("This card cannot go there from where it is."))
        _add_events(neighbourhood.pk, [card], State.PRINTED, now, by, "correction")
        _write(acts.CARDS_MOVED, by, neighbourhood, {"state": "correction", "count": 1})


def _add_events(
    neighbourhood: int,
    cards: Iterable[UUID],
    state: str,
    happened_at: datetime,
    by: User | None,
    note: str,
    *,
    heard_at: datetime | None = None,
) -> None:
    CardEvent.objects.bulk_create(
        CardEvent(
            id=uuid7(),
            neighbourhood_id=neighbourhood,
            card_id=card,
            state=state,
            happened_at=happened_at,
            heard_at=heard_at or happened_at,
            by_user=by.pk if by else None,
            note=note,
        )
        for card in cards
    )


def _close_those_that_are_over(neighbourhood: Place, now: datetime) -> None:
    """One live permit a person and class: what has run out makes room for the next."""
    rows = Permit.objects.filter(neighbourhood=neighbourhood, cancelled_at__isnull=True, until__lte=now)
    rows.update(cancelled_at=now, reason="over")


def _next_serial(neighbourhood: Place) -> int:
    numbers = Permit.objects.filter(neighbourhood=neighbourhood).values_list("number", flat=True)
    return 1 + max((permit_number.serial_of(number) for number in numbers), default=-1)


def _midnight(moment: datetime) -> datetime:
    return timezone.localtime(moment).replace(hour=0, minute=0, second=0, microsecond=0)


def _midnight_after(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def _write(act: str, by: User | None, neighbourhood: Place, data: dict[str, Any]) -> None:
    record(act, by=by, subject=("place", neighbourhood.pk), neighbourhood=neighbourhood.pk, data=data)
