"""Taking in what a phone says of hand-overs: stored as it happened, both halves of one in any order, days apart (decision 0134).

A giver's code that was scanned goes up with the taker's item: signed by the giver's phone it is his confirmation, also when that phone is
never heard again. Only what cannot be a row waits in the inbox for a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from linli.ground.models import Mandate, Place
from linli.inbox.phones import rooms
from linli.inbox.phones.items import Malformed
from linli.inbox.phones.rooms import Bearer, Taken
from linli.inbox.phones.signature import signed_by
from linli.journeys import hands as holding
from linli.journeys import stories
from linli.journeys.actions.handovers import Side, annul_handover
from linli.journeys.actions.phones import Recorded, Told, record_handover
from linli.journeys.details import Outsider
from linli.journeys.models import Handover, Hands, Leg, RunCrew, Traveller
from linli.journeys.phone_items import Other, SentHandover, read_annulment, read_handover
from linli.journeys.signatures import read_path
from linli.journeys.standing import chains_now
from linli.kernel.handover import holder_at
from linli.kernel.handover_ticket import Signed
from linli.kernel.refusal import Refusal
from linli.operations.queries import over

SAME = timedelta(minutes=15)
"""*(ours)*: one side's word about one hand-over, said again within so long, is the same word (a code shown twice)."""


def take_handover(bearer: Bearer, raw: Mapping[str, Any]) -> Taken:
    """One side of a hand-over, or both. Raises :class:`Malformed`.

    Odd, and stored all the same: ``unknown_travellers``, ``unsigned`` (a code that no phone of ours has signed), ``signature``. Not kept
    after its operation has ended (``operation_over``): what it is about is erased.
    """
    sent = read_handover(raw)
    rows = list(
        Traveller.objects.filter(pk__in=sent.travellers, neighbourhood=bearer.neighbourhood).select_related("operation")
    )
    if not rows:
        raise Malformed("unknown_travellers")
    if over(bearer.now).filter(pk=rows[0].operation_id).exists():
        return Taken(False, "operation_over")
    told, problem = _told(bearer, sent, rows)
    recorded = _recorded(bearer, told, rows)
    if recorded.handover is None:
        raise Malformed("same_hands")
    if not recorded.fresh and _is_another(recorded.handover, sent):
        raise Malformed("code_again")
    return Taken(recorded.fresh, "unknown_travellers" if len(rows) < len(sent.travellers) else problem)


def _is_another(known: Handover, sent: SentHandover) -> bool:
    """Whether this is no re-send but a second hand-over of the same people under the same digits, which happens once in ten thousand."""
    said = known.gave_at if sent.side == "gave" else known.took_at
    return said is not None and abs(said - sent.happened_at) > SAME


def _recorded(bearer: Bearer, told: Told, rows: Sequence[Traveller]) -> Recorded:
    """Stored. Where nobody is known to have held them before, they come out of the hands of somebody else, whom a person finds out."""
    recorded = record_handover(by=bearer.user, told=told)
    if recorded.handover is not None or told.giver is not None:
        return recorded
    unknown = holding.of_outsider(bearer.neighbourhood, rows[0].operation, Hands.Role.OTHER, Outsider())
    return record_handover(by=bearer.user, told=replace(told, giver=unknown))


def _told(bearer: Bearer, sent: SentHandover, rows: Sequence[Traveller]) -> tuple[Told, str]:
    own = Side(sent.happened_at, bearer.user.pk if bearer.user is not None else None, sent.way)
    mine = _own_hands(bearer, sent, rows)
    theirs, their_word, problem = _other_side(bearer, sent, rows)
    gives = sent.side == "gave"
    giver, taker = (mine, theirs) if gives else (theirs, mine)
    gave, took = (own, their_word) if gives else (their_word, own)
    told = Told(
        id=sent.handover, travellers=rows, happened_at=sent.happened_at, giver=giver, taker=taker, gave=gave, took=took,
        counted=sent.counted, device=bearer.device, made_offline=sent.made_offline, not_met=_known(bearer, sent.not_met),
    )  # fmt: skip
    return told, problem


def _known(bearer: Bearer, travellers: Sequence[UUID]) -> list[str]:
    """Those of them who are travellers of this neighbourhood."""
    rows = Traveller.objects.filter(pk__in=travellers, neighbourhood=bearer.neighbourhood) if travellers else []
    return [str(one.pk) for one in rows]


def _other_side(bearer: Bearer, sent: SentHandover, rows: Sequence[Traveller]) -> tuple[Hands | None, Side | None, str]:
    """The other side as far as this item proves it: its hands, its confirmation, and what is odd."""
    if sent.other is not None:
        signature, problem = _path(sent.signature)
        word = Side(sent.happened_at, None, sent.other_way, signature)
        return _hands_of(bearer.neighbourhood, sent, rows), word, problem
    if sent.ticket is None or sent.side == "gave":
        return None, None, ""
    giver = _signer(bearer, sent.ticket)
    if giver is None:
        return None, None, "unsigned"
    at = min(sent.ticket.ticket.at, sent.happened_at)
    return holding.of_mandate(bearer.neighbourhood, giver), Side(at, giver.user_id, Handover.Way.SCAN), ""


def _path(text: str) -> tuple[str, str]:
    try:
        return read_path(text), ""
    except Refusal:
        return "", "signature"


def _hands_of(neighbourhood: Place, sent: SentHandover, rows: Sequence[Traveller]) -> Hands:
    """Raises :class:`Malformed` for hands, a door or a role that there is not."""
    other = sent.other or Other()
    try:
        if other.hands is not None:
            return Hands.objects.get(pk=other.hands, neighbourhood=neighbourhood)
        if other.place is not None:
            return holding.of_dwelling(neighbourhood, Place.objects.select_related("kind").get(pk=other.place))
        known = _known_by_role(other, sent, rows) if sent.side == "took" else None
        return known or holding.of_outsider(neighbourhood, rows[0].operation, other.role, Outsider(other.name))
    except (Hands.DoesNotExist, Place.DoesNotExist, Refusal):
        raise Malformed("other") from None


def _known_by_role(other: Other, sent: SentHandover, rows: Sequence[Traveller]) -> Hands | None:
    """A desk that gave no name is the desk that held them."""
    held = Hands.objects.filter(pk__in=_held_by(sent, rows), role=other.role).first() if not other.name else None
    found: Hands | None = held
    return found


def _signer(bearer: Bearer, signed: Signed) -> Mandate | None:
    """Whose phone has signed a giver's code; None where no phone of this neighbourhood has."""
    device = signed.ticket.device
    known = rooms.phones_of(bearer.neighbourhood.pk, [device], bearer.now).get(device)
    right = known is not None and signed_by(known.public_key, signed.ticket.message(), signed.signature)
    return known.mandate if known is not None and right else None


def _own_hands(bearer: Bearer, sent: SentHandover, rows: Sequence[Traveller]) -> Hands:
    """By which of his offices he stood there: the one that held them, or that was to take them; else his own."""
    held = {one.pk: one for one in stories.hands_of(bearer.mandates, bearer.neighbourhood)}
    if held:
        found = _held_by(sent, rows) if sent.side == "gave" else _awaited_by(rows)
        fitting = next((pk for pk in found if pk in held), None)
        if fitting is not None:
            return held[fitting]
    own = next((one for one in bearer.mandates if one.user_id is not None), bearer.mandates[0])
    return holding.of_mandate(bearer.neighbourhood, own)


def _held_by(sent: SentHandover, rows: Sequence[Traveller]) -> list[Any]:
    chains = chains_now(rows, sent.happened_at)
    return [holder_at(chain, sent.happened_at) for chain in chains.values()]


def _awaited_by(rows: Sequence[Traveller]) -> list[Any]:
    legs = Leg.objects.filter(traveller__in=rows, done_by__isnull=True, cancelled_at__isnull=True).order_by(
        "expected_at"
    )
    crew = RunCrew.objects.filter(run__seats__traveller__in=rows, run__called_off_at__isnull=True)
    return [*legs.values_list("taker", flat=True), *crew.values_list("hands", flat=True)]


def take_annulment(bearer: Bearer, raw: Mapping[str, Any]) -> Taken:
    """A hand-over that did not happen, said by one of its two sides. Raises :class:`Malformed`: unknown_handover, not_own_handover, why."""
    sent = read_annulment(raw)
    rows = Handover.objects.select_related("giver", "taker", "operation", "annulment")
    handover = rows.filter(pk=sent.handover, neighbourhood=bearer.neighbourhood).first()
    if handover is None:
        raise Malformed("unknown_handover")
    if not _is_side(bearer, handover):
        raise Malformed("not_own_handover")
    before = hasattr(handover, "annulment")
    try:
        annul_handover(by=bearer.user, handover=handover, why=sent.why, at=min(sent.happened_at, bearer.now))
    except Refusal:
        raise Malformed("why") from None
    return Taken(not before)


def _is_side(bearer: Bearer, handover: Handover) -> bool:
    user = bearer.user.pk if bearer.user is not None else None
    if handover.device == bearer.device or (user is not None and user in (handover.gave_by, handover.took_by)):
        return True
    own = {one.pk for one in bearer.mandates}
    return any(side is not None and side.mandate_id in own for side in (handover.giver, handover.taker))
