"""From hands to hands: offered, accepted, both at once, heard of from a phone, taken back (T03, T04)."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli import vault
from linli.accounts.models import User
from linli.journal.record import record
from linli.journeys import acts
from linli.journeys.actions.arrivals import check_past, ids
from linli.journeys.actions.handed import (
    SIGNATURE_CONTEXT,
    check_heads,
    check_holder,
    check_ways,
    listed_on,
    moved,
    people_of,
)
from linli.journeys.actions.travellers import check_open, held
from linli.journeys.models import Handover, HandoverAnnulment, HandoverTraveller, Hands, Run, Traveller
from linli.journeys.rules import CODE_TRIES
from linli.kernel import handover_ticket
from linli.kernel.ids import uuid7
from linli.kernel.refusal import Refusal


@dataclass(frozen=True)
class Side:
    """How one side confirmed: when, by which account (none: somebody without one), by what way, with what drawn signature."""

    at: datetime
    by: int | None = None
    way: str = Handover.Way.WORD
    signature: str = ""


@dataclass(frozen=True, kw_only=True)
class Form:
    """A hand-over as a page or a phone says it. ``travellers``: who is there. ``listed``: who should be; else the list of the run.

    ``counted``: heads that were counted without looking at names. ``id``: made by the sender; sent again it changes nothing.
    ``not_met``: for the journal, who of the run is in nobody's hands yet and what was said of them (ids and a code).
    """

    travellers: Sequence[Traveller]
    giver: Hands
    taker: Hands
    happened_at: datetime
    about: bool = False
    listed: Sequence[Traveller] | None = None
    counted: int | None = None
    run: Run | None = None
    id: UUID | None = None
    device: UUID | None = None
    not_met: Mapping[str, object] = field(default_factory=dict)


def hand_over(*, by: User, form: Form, gave: Side, took: Side) -> Handover:
    """Both sides confirm at once. Refused ``journeys.head_count`` with the difference named, when who is there is not who is listed.

    Refusals besides: ``journeys.not_with_giver``, ``journeys.same_hands``, ``journeys.way``, ``journeys.future``, ``journeys.closed``,
    ``journeys.not_begun``, ``journeys.nobody``.
    """
    return _write(by, form, gave, took)


def offer(*, by: User, form: Form, gave: Side) -> Handover:
    """The giver confirms; until the taker does, everybody stays in his hands. The six digits are :func:`code_of`.

    Refusals as :func:`hand_over`.
    """
    return _write(by, form, gave, None)


def _write(by: User, form: Form, gave: Side, took: Side | None) -> Handover:
    check_past(form.happened_at, gave.at, took.at if took else None)
    check_ways(gave, took)
    if form.giver.pk == form.taker.pk:
        raise Refusal("journeys.same_hands", gettext_noop("Nobody hands over to himself."))
    with transaction.atomic():
        rows = held(form.travellers)
        now = timezone.now()  # read while they are held: whoever was quicker is known by then
        if (before := Handover.objects.filter(pk=form.id).first()) is not None:
            return before
        check_open(rows)
        listed = form.listed or listed_on(form.run, form.giver, form.taker, rows, form.happened_at, now)
        check_heads(by, listed, rows, form.counted)
        check_holder(rows, form.giver, form.happened_at, now)
        handover = _row(by, form, rows, gave, took, now)
        act = acts.HANDED_OVER if took else acts.OFFERED
        record(act, by=by, subject=("handover", handover.pk), neighbourhood=handover.neighbourhood_id,
               happened_at=form.happened_at, data={"travellers": ids(rows), "counted": form.counted} | dict(form.not_met))  # fmt: skip
        if took is not None:
            moved(by, handover, rows, now)
    return handover


def _row(
    by: User | None, form: Form, rows: Sequence[Traveller], gave: Side, took: Side | None, now: datetime
) -> Handover:
    operation = rows[0].operation
    handover = Handover(
        id=form.id or uuid7(), neighbourhood_id=form.giver.neighbourhood_id, operation=operation, run=form.run, giver=form.giver,
        taker=form.taker, happened_at=form.happened_at, about=form.about, heard_at=now, counted=form.counted, device=form.device,
    )  # fmt: skip
    confirm(handover, "gave", gave)
    if took is not None:
        confirm(handover, "took", took)
    handover.save(force_insert=True)
    link(handover, rows)
    return handover


def link(handover: Handover, rows: Sequence[Traveller]) -> None:
    """Say who was handed over."""
    HandoverTraveller.objects.bulk_create(
        HandoverTraveller(neighbourhood_id=handover.neighbourhood_id, handover=handover, traveller=row) for row in rows
    )


def confirm(handover: Handover, side: str, said: Side) -> None:
    """Write one side's confirmation into the row (not saved). ``side``: ``gave`` or ``took``."""
    setattr(handover, f"{side}_at", said.at)
    setattr(handover, f"{side}_by", said.by)
    setattr(handover, f"{side}_way", said.way)
    if said.signature:
        sealed = vault.seal(said.signature, key=handover.operation.key_name, context=SIGNATURE_CONTEXT)
        setattr(handover, "giver_signature" if side == "gave" else "taker_signature", sealed)


def accept(
    *,
    by: User,
    handover: Handover,
    took: Side,
    present: Sequence[Traveller] | None = None,
    counted: int | None = None,
    code: str = "",
) -> Handover:
    """The taker confirms what was offered: it happens now, at the moment he says. Again is the first time.

    ``present``: who stands before him; left out, who was offered. Refusals: ``journeys.head_count``, ``journeys.code_wrong`` (with the
    way ``code``), ``journeys.code_spent`` after five wrong tries, ``journeys.annulled``, ``journeys.not_with_giver``, ``journeys.future``,
    ``journeys.way``, ``journeys.taker_unknown``.
    """
    check_past(took.at)
    check_ways(took)
    if took.way == Handover.Way.CODE:
        _check_code(handover, code)
    with transaction.atomic():
        rows = held(people_of(handover))
        now = timezone.now()
        fresh = Handover.objects.select_for_update(of=("self",)).select_related("operation").get(pk=handover.pk)
        if fresh.took_at is not None:
            return fresh
        if HandoverAnnulment.objects.filter(handover=fresh).exists():
            raise Refusal("journeys.annulled", gettext_noop("This hand-over was taken back meanwhile."))
        if fresh.taker is None:
            raise Refusal("journeys.taker_unknown", gettext_noop("Please say who takes them over."))
        check_heads(by, rows, rows if present is None else held(present), counted)
        at = max(took.at, fresh.gave_at or took.at)
        check_holder(rows, fresh.giver, at, now)
        confirm(fresh, "took", took)
        fresh.happened_at, fresh.heard_at = at, now
        fresh.counted = fresh.counted if counted is None else counted
        fresh.save()
        record(acts.HANDED_OVER, by=by, subject=("handover", fresh.pk), neighbourhood=fresh.neighbourhood_id,
               happened_at=at, data={"travellers": ids(rows), "counted": counted})  # fmt: skip
        moved(by, fresh, rows, now)
    return fresh


def code_of(handover: Handover) -> str:
    """The six digits by which the taker of an offer confirms it; the giver's page may show them as often as it likes."""
    digest = vault.blind_index(str(handover.pk), neighbourhood=handover.neighbourhood_id, purpose="journeys.handover")
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06d}"


def _check_code(handover: Handover, code: str) -> None:
    """Count the try first, in a transaction of its own, so that guessing side by side does not go further."""
    tried = Handover.objects.filter(pk=handover.pk, code_tries__lt=CODE_TRIES).update(code_tries=F("code_tries") + 1)
    if not tried:
        raise Refusal(
            "journeys.code_spent",
            gettext_noop("Five wrong codes: let the other side hand over once more, with new digits."),
        )
    digits = "".join(char for char in code if char.isdecimal())
    if not (hmac.compare_digest(digits.encode(), code_of(handover).encode()) or _of_a_phone(handover, digits)):
        raise Refusal("journeys.code_wrong", gettext_noop("These are not the six digits of the other side."))
    Handover.objects.filter(pk=handover.pk).update(code_tries=F("code_tries") - 1)  # only wrong ones count


def _of_a_phone(handover: Handover, digits: str) -> bool:
    """Whether these are the digits that a phone showed for it: they and the travellers make its id (``kernel.handover_ticket``)."""
    return handover_ticket.id_of(digits, [row.pk for row in people_of(handover)]) == handover.pk


def annul_handover(*, by: User | None, handover: Handover, why: str, at: datetime | None = None) -> HandoverAnnulment:
    """Take a hand-over back, or an offer: everybody is where he would be without it, and what was planned is planned again.

    Again is the first time. Refusal: ``journeys.annul_why``.
    """
    if why not in HandoverAnnulment.Why.values:
        raise Refusal("journeys.annul_why", gettext_noop("Please say from the list why it is taken back."))
    with transaction.atomic():
        rows = held(people_of(handover))
        now = timezone.now()
        annulment, made = HandoverAnnulment.objects.get_or_create(
            handover=handover,
            defaults={
                "neighbourhood_id": handover.neighbourhood_id, "at": at or now, "why": why,
                "by_user": by.pk if by is not None else None,
            },
        )  # fmt: skip
        if made:
            record(acts.HANDOVER_ANNULLED, by=by, subject=("handover", handover.pk),
                   neighbourhood=handover.neighbourhood_id, data={"why": why, "travellers": ids(rows)})  # fmt: skip
            moved(by, handover, rows, now)
    found: HandoverAnnulment = annulment
    return found
