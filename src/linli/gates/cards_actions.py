"""The only writers of permits, cards and their events (SEEDS G02–G04). Every act can be repeated without a second row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.gates import acts, keys
from linli.gates.cards_queries import GOOD, HOLDER, CardNow, State, cards_now, lines, live_permits
from linli.gates.cards_staff import holders_of, staff_lines
from linli.gates.models import Card, CardEvent, Klass, Permit, PrintBatch
from linli.ground.locks import hold_neighbourhood
from linli.ground.models import Area, Place
from linli.journal.record import record
from linli.kernel import permit_number
from linli.kernel.ids import uuid7
from linli.kernel.refusal import Refusal

CHUNK = 250
"""Rows of one write transaction: well under 200 ms, so that gates go on writing."""

DEFAULT_DAYS = 180
LONGEST_DAYS = 400

NOTHING = gettext_noop("Every permit here has its card; there is nothing to print.")
CANNOT = gettext_noop("This card cannot go there from where it is.")
REPLACED = gettext_noop("Another card of this permit is in use or ordered; this one is not put into use again.")
CORRECTION = "correction"
TICK = timedelta(microseconds=1)

NEXT: dict[str, frozenset[str]] = {
    State.PRINTED: frozenset({State.LAMINATED, State.CUT}),
    State.LAMINATED: frozenset({State.PRINTED}),
    State.CUT: frozenset({State.PRINTED, State.LAMINATED}),
    State.HANDED_OUT: frozenset({State.PRINTED, State.LAMINATED, State.CUT}),
    State.SPOILED: frozenset({State.PRINTED, State.LAMINATED, State.CUT, State.RETURNED, State.LOST}),
    State.LOST: frozenset({State.HANDED_OUT}),
    State.RETURNED: frozenset({State.HANDED_OUT, State.LOST}),
}
"""To which state a card may go from which (G04). What is lost or returned comes back into use by ``cards_life.put_back`` alone."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happened, when we heard of it, and who says so."""

    happened_at: datetime | None
    heard_at: datetime
    by: User | None


def issue_permits(
    *,
    by: User | None,
    neighbourhood: Place,
    until: date,
    at: datetime | None = None,
    people: Sequence[UUID] = (),
    area: Area | None = None,
    place: Place | None = None,
    klass: str = Klass.RESIDENT,
) -> int:
    """Give everybody who is to hold a permit (or of these only ``people``, or who lives in ``place``) one through the day ``until``.

    ``klass``: residents, or the staff of the firms in ``place``. ``area``: the gate group whose gates it opens, None for all. Returns
    how many were issued; who has a live one keeps it. A permit that is over is closed first. Refusals: ``cards.until``, ``cards.again``
    when somebody else issues at the same moment.
    """
    now = at or timezone.now()
    last = _midnight_after(until)
    if not now < last <= now + timedelta(days=LONGEST_DAYS):
        raise Refusal(
            "cards.until", gettext_noop("A permit ends on a day to come, within %(days)s days."), days=LONGEST_DAYS
        )
    _close_those_that_are_over(neighbourhood, now)
    have = set(live_permits(neighbourhood, now, klass).values_list(HOLDER, flat=True))
    chosen = set(people)
    wanted = [
        line.person
        for line in holders_of(klass, neighbourhood, timezone.localdate(now), place)
        if line.person not in have and (not chosen or line.person in chosen)
    ]
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        try:
            with transaction.atomic():
                _issue_part(by, neighbourhood, part, (_midnight(now), last), (area, klass))
        except IntegrityError:
            again = gettext_noop("Somebody else is issuing permits at this moment. Please try again.")
            raise Refusal("cards.again", again) from None
    return len(wanted)


def _issue_part(
    by: User | None,
    neighbourhood: Place,
    part: Sequence[UUID],
    span: tuple[datetime, datetime],
    what: tuple[Area | None, str],
) -> None:
    (since, until), (area, klass) = span, what
    serial = _next_serial(neighbourhood)
    Permit.objects.bulk_create(
        Permit(
            neighbourhood=neighbourhood,
            number=permit_number.number_for(serial + index),
            person_id=person,
            area=area,
            klass=klass,
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
    klass: str = Klass.RESIDENT,
) -> PrintBatch:
    """Order a card for every live permit (under ``place``) that has no good one: never printed, or spoiled, lost, returned.

    ``data``: ``names`` (masked, none, full) and ``review``, as the cards show them. A second order right after the first finds
    nothing to print: that is what keeps doubles away (G02). Refusals: ``cards.nothing``.
    """
    now = at or timezone.now()
    if klass == Klass.STAFF:
        found = staff_lines(place or neighbourhood, now)
    else:
        found = lines(neighbourhood, at=now, inside=None if place is None else [place])
    permits = [line.permit for line in found if line.permit and line.state not in GOOD]
    batch = PrintBatch(
        neighbourhood=neighbourhood,
        place=place,
        title=title.strip()[:80],
        deadline=handout_by,
        data=data or {},
    )
    return order_cards(by=by, batch=batch, permits=permits, now=now)


def order_cards(*, by: User | None, batch: PrintBatch, permits: Sequence[UUID], now: datetime) -> PrintBatch:
    """Store a new ``batch`` with one card for each of ``permits``, in their order, that has no good one. Refusals: ``cards.nothing``."""
    if not permits:
        raise Refusal("cards.nothing", NOTHING)
    batch.kid, _private = keys.signing_key(batch.neighbourhood_id, now)
    batch.made_at, batch.made_by = now, by.pk if by else None
    batch.save(force_insert=True)
    for start in range(0, len(permits), CHUNK):
        _order_part(batch, permits[start : start + CHUNK], now)
    if not batch.cards:  # somebody else ordered all of them at the same moment
        batch.delete()
        raise Refusal("cards.nothing", NOTHING)
    _write(acts.CARDS_ORDERED, by, batch.neighbourhood, {"batch": str(batch.pk), "count": batch.cards})
    return batch


def _order_part(batch: PrintBatch, part: Sequence[UUID], now: datetime) -> None:
    """Make cards for some permits, unless somebody else ordered them meanwhile; one order of a neighbourhood at a time."""
    with transaction.atomic():
        hold_neighbourhood(batch.neighbourhood_id)
        have = with_good_card(part)
        wanted = [permit for permit in part if permit not in have]
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


def with_good_card(permits: Sequence[UUID], *, but: Sequence[UUID] = ()) -> set[UUID | None]:
    """Which of these permits have a card that is in use, in stock or ordered, the cards ``but`` left aside; one statement."""
    cards = Card.objects.filter(permit__in=permits).exclude(pk__in=but)
    return {card.permit for card in cards_now(cards) if card.worth in GOOD}


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
            fresh = [card for card in rows if card.at is None]
            add_events(batch.neighbourhood_id, fresh, State.PRINTED, Moment(at, now, by))
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

    ``note``: a code, see ``cards_words.NOTES``; ``happened_at``: default now, never before what happened to the card last. Returns how
    many moved. Refusals: ``cards.state`` for an unknown state, ``cards.cannot`` when a single card cannot go there, ``cards.when`` for a
    moment to come or, of a single card, one before its last movement.
    """
    if state not in NEXT:
        raise Refusal("cards.state", gettext_noop("There is no such state of a card."))
    now = timezone.now()
    if happened_at is not None and happened_at > now:
        raise Refusal("cards.when", gettext_noop("This moment is still to come."))
    moved = 0
    for start in range(0, len(cards), CHUNK):
        with transaction.atomic():
            rows = _held(neighbourhood, cards[start : start + CHUNK])
            able = [row for row in rows if row.state in NEXT[state] and row.state != state]
            if len(cards) == 1 and rows and not able and rows[0].state != state:
                raise Refusal("cards.cannot", CANNOT)
            in_time = [row for row in able if happened_at is None or row.at is None or row.at <= happened_at]
            if len(cards) == 1 and able and not in_time:
                raise Refusal("cards.when", gettext_noop("Something happened to this card after that moment."))
            add_events(neighbourhood.pk, in_time, state, Moment(happened_at, now, by), note)
            moved += len(in_time)
    if moved:
        _write(acts.CARDS_MOVED, by, neighbourhood, {"state": state, "count": moved} | ({"note": note} if note else {}))
    return moved


def correct_card(*, by: User | None, neighbourhood: Place, card: UUID) -> None:
    """Take the last movement of a card back: it is again what it was before; both stay in its history.

    Refusals: ``cards.cannot`` when nothing happened to it since it was printed, ``cards.replaced`` when it was lost, returned or
    spoiled and another card of the permit is in use.
    """
    rows = cards_now(Card.objects.filter(neighbourhood=neighbourhood, pk=card))
    if not rows or rows[0].at is None:
        raise Refusal("cards.cannot", CANNOT)
    if undo_cards(by=by, neighbourhood=neighbourhood, cards=[card], state=rows[0].state):
        return
    if rows[0].state not in GOOD and rows[0].permit in with_good_card([rows[0].permit], but=[card]):
        raise Refusal("cards.replaced", REPLACED)
    raise Refusal("cards.cannot", CANNOT)


def undo_cards(*, by: User | None, neighbourhood: Place, cards: Sequence[UUID], state: str) -> int:
    """Take back that ``cards`` went to ``state``: each becomes what it was before. Returns how many.

    Left out: cards that are in another state by now, that were only printed, and dead ones whose permit has another good card.
    """
    now = timezone.now()
    undone = 0
    for start in range(0, len(cards), CHUNK):
        with transaction.atomic():
            rows = {row.id: row for row in _held(neighbourhood, cards[start : start + CHUNK]) if row.state == state}
            have = set() if state in GOOD else with_good_card([row.permit for row in rows.values()], but=list(rows))
            for before, part in _before(row for row in rows.values() if row.permit not in have).items():
                add_events(neighbourhood.pk, [rows[card] for card in part], before, Moment(None, now, by), CORRECTION)
                undone += len(part)
    if undone:
        _write(acts.CARDS_MOVED, by, neighbourhood, {"state": CORRECTION, "count": undone})
    return undone


def _before(rows: Iterable[CardNow]) -> dict[str, list[UUID]]:
    """State → the cards that were in it before their last movement; what was taken back already does not count as a movement."""
    ways: dict[UUID, list[str]] = {row.id: [] for row in rows}
    events = CardEvent.objects.filter(card__in=list(ways)).order_by("happened_at", "id")
    for card, state, note in events.values_list("card_id", "state", "note"):
        way = ways[card]
        while note == CORRECTION and way and way[-1] != state:
            way.pop()
        if note != CORRECTION or not way:
            way.append(state)
    found: dict[str, list[UUID]] = {}
    for card, way in ways.items():
        if len(way) > 1:
            found.setdefault(way[-2], []).append(card)
    return found


def _held(neighbourhood: Place, cards: Sequence[UUID]) -> list[CardNow]:
    """The cards as they are now, nobody else moving any until the caller's transaction ends."""
    hold_neighbourhood(neighbourhood)
    return cards_now(Card.objects.filter(neighbourhood=neighbourhood, pk__in=cards))


def add_events(neighbourhood: int, cards: Iterable[CardNow], state: str, when: Moment, note: str = "") -> None:
    """Write one event a card. Without a moment of its own it happens now, and never before what happened to the card last."""
    CardEvent.objects.bulk_create(
        CardEvent(
            id=uuid7(),
            neighbourhood_id=neighbourhood,
            card_id=card.id,
            state=state,
            happened_at=when.happened_at or max(when.heard_at, card.at + TICK if card.at else when.heard_at),
            heard_at=when.heard_at,
            by_user=when.by.pk if when.by else None,
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
