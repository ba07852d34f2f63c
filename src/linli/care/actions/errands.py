"""Writers of errands: asked, taken by name, delivered, received, called off; each step can be told late and taken back (Q03)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.care import errand_acts as acts
from linli.care.actions.errand_money import even, locked
from linli.care.errand_rules import owed
from linli.care.errand_sealed import DOOR, LONGEST, new_receipt, put_words
from linli.care.errand_telling import asked_for, no_longer_waits
from linli.care.errand_words import NOT_DONE
from linli.care.models import Case, Errand, ErrandEntry
from linli.ground.models import Household, Mandate
from linli.journal.record import record
from linli.kernel.ids import uuid7
from linli.kernel.refusal import Refusal

MOST_OPEN = 12
"""Errands of one household that may wait at the same time when it asks itself (*(ours)*): a list, not a flood."""


def ask_errand(
    *,
    by: User | None,
    household: Household,
    words: str,
    case: Case | None = None,
    limit_fen: int | None = None,
    id: UUID | None = None,
    happened_at: datetime | None = None,
) -> Errand:
    """Ask for something to be fetched or bought. ``by`` None: the household itself, on its own page. By ``id`` once.

    ``case``: whose it is; left out, that of whoever stays at home there, so that it ends with his operation; any other household has
    its errands without a case. Whoever looks after it, else who answers for it, else the secretary hears of it.

    Refusals: ``care.errand_empty``, ``care.errand_many``, ``care.errand_twice`` (the id is that of something else),
    ``care.errand_operation_over``.
    """
    now, said = timezone.now(), _list(words)
    if not said:
        raise Refusal("care.errand_empty", gettext_noop("Please write what is needed, one thing a line is enough."))
    if id is not None and (known := _known(id, household)) is not None:
        return known
    if by is None:
        _not_a_flood(household)
    case = case or _kept_at_home(household)
    errand = Errand(
        id=id or uuid7(),
        neighbourhood_id=household.neighbourhood_id,
        household=household,
        case=case,
        operation_id=case.operation_id if case is not None else None,
        limit_fen=limit_fen,
        asked_at=min(happened_at or now, now),
        heard_at=now,
        asked_by=by.pk if by is not None else None,
        by_self=by is None,
        changed_at=now,
    )
    put_words(errand, said)
    return _stored(by, errand)


def _list(words: str) -> str:
    """What was typed, on one line: what stood on lines of its own stays apart."""
    lines = (" ".join(line.split()) for line in words.splitlines())
    return " / ".join(line for line in lines if line)[:LONGEST]


def _stored(by: User | None, errand: Errand) -> Errand:
    """The row; the one that is there when the same was sent twice at once."""
    try:
        with transaction.atomic():
            errand.save(force_insert=True)
            _journal(acts.ASKED, by, errand)
            asked_for(errand)
    except IntegrityError:
        known = _known(errand.pk, errand.household)
        if known is None:
            raise Refusal(
                "care.errand_twice", gettext_noop("This form was used before. Please fill it in again.")
            ) from None
        return known
    return errand


def _not_a_flood(household: Household) -> None:
    waiting = Errand.objects.filter(household=household, settled_at__isnull=True, cancelled_at__isnull=True)
    if waiting.count() >= MOST_OPEN:
        raise Refusal(
            "care.errand_many",
            gettext_noop("%(most)s errands are open already. Please call the person who looks after you."),
            most=MOST_OPEN,
        )


def _kept_at_home(household: Household) -> Case | None:
    rows = Case.objects.filter(household=household, kind=Case.Kind.QUARANTINE, closed_at__isnull=True)
    found: Case | None = rows.order_by("opened_at", "pk").first()
    return found


def _known(id: UUID, household: Household) -> Errand | None:
    found: Errand | None = Errand.objects.filter(pk=id, household=household).first()
    return found


def take_errand(*, by: User, errand: Errand, mandate: Mandate, happened_at: datetime | None = None) -> Errand:
    """Take it by name: one of two at the same moment; who is named by another hears of it.

    Refusals: ``care.errand_taken``, ``care.errand_over``.
    """
    now = timezone.now()
    with transaction.atomic():
        rows = Errand.objects.filter(pk=errand.pk, taken_at__isnull=True, cancelled_at__isnull=True)
        if not rows.update(taken_by=mandate, taken_at=min(happened_at or now, now), changed_at=now):
            _refresh(errand)
            _not_cancelled(errand)
            raise Refusal("care.errand_taken", gettext_noop("%(name)s has taken it already."), name=_taker(errand))
        no_longer_waits(errand, now)
        if mandate.user_id != by.pk:
            asked_for(errand, mandate)
        _journal(acts.TAKEN, by, errand, mandate=mandate.pk)
    return _refresh(errand)


def give_errand_back(*, by: User, errand: Errand) -> Errand:
    """Whoever took it cannot go: it waits again. Refusals: ``care.errand_not_taken``, ``care.errand_money_open``, ``care.errand_there``."""
    now = timezone.now()
    with transaction.atomic():
        row = locked(errand, now)
        _taken(row)
        _not_there(row)
        _no_money(row)
        Errand.objects.filter(pk=row.pk).update(taken_by=None, taken_at=None, bought_at=None)
        _journal(acts.GIVEN_BACK, by, row)
        no_longer_waits(row, now)
        asked_for(row)
    return _refresh(errand)


def deliver_errand(
    *, by: User, errand: Errand, contactless: bool, door: bytes | None = None, happened_at: datetime | None = None
) -> Errand:
    """It stands at the door, or was handed over. ``door``: a JPEG of what stands there. It is settled when no money is open.

    Refusals: ``care.errand_not_taken``, ``care.errand_over``, ``care.errand_there``, ``care.not_a_photo``.
    """
    now = timezone.now()
    at = min(happened_at or now, now)
    with transaction.atomic():
        row = locked(errand, now)
        _not_cancelled(row)
        _taken(row)
        _not_there(row)
        Errand.objects.filter(pk=row.pk).update(delivered_at=at, contactless=contactless)
        if door:
            new_receipt(row, door, what=DOOR, by=by, at=at)
        no_longer_waits(row, now)
        _journal(acts.DELIVERED, by, row, contactless=contactless)
        even(row, at)
    return _refresh(errand)


def take_delivery_back(*, by: User, errand: Errand) -> Errand:
    """It was not delivered after all: a wrong tap. Refusal: ``care.errand_not_there``."""
    now = timezone.now()
    with transaction.atomic():
        row = locked(errand, now)
        _there(row)
        Errand.objects.filter(pk=row.pk).update(delivered_at=None, contactless=None, received_at=None, settled_at=None)
        row.receipts.filter(what=DOOR).delete()
        _journal(acts.DELIVERY_TAKEN_BACK, by, row)
    return _refresh(errand)


def confirm_errand(*, by: User | None, errand: Errand) -> Errand:
    """The household has it. Saying so twice changes nothing. Refusal: ``care.errand_not_there``."""
    now = timezone.now()
    with transaction.atomic():
        _there(_refresh(errand))
        if Errand.objects.filter(pk=errand.pk, received_at__isnull=True).update(received_at=now, changed_at=now):
            _journal(acts.RECEIVED, by, errand)
    return _refresh(errand)


def cancel_errand(*, by: User | None, errand: Errand, why: str) -> Errand:
    """Call it off. Refusals: ``care.errand_why``, ``care.errand_over``, ``care.errand_there``, ``care.errand_money_open``."""
    if why not in NOT_DONE:
        raise Refusal("care.errand_why", gettext_noop("Please say why it is called off."))
    now = timezone.now()
    with transaction.atomic():
        row = locked(errand, now)
        _not_cancelled(row)
        _not_there(row)
        _no_money(row)
        Errand.objects.filter(pk=row.pk).update(cancelled_at=now, cancelled_as=why)
        no_longer_waits(row, now)
        _journal(acts.CANCELLED, by, row, why=why)
    return _refresh(errand)


def reopen_errand(*, by: User, errand: Errand) -> Errand:
    """It is needed after all. Saying so of one that is not called off changes nothing."""
    now = timezone.now()
    with transaction.atomic():
        rows = Errand.objects.filter(pk=errand.pk, cancelled_at__isnull=False)
        if rows.update(cancelled_at=None, cancelled_as="", changed_at=now):
            _journal(acts.REOPENED, by, errand)
            if _refresh(errand).taken_at is None:
                asked_for(errand)
    return _refresh(errand)


def _refresh(errand: Errand) -> Errand:
    errand.refresh_from_db()
    return errand


def _taker(errand: Errand) -> str:
    return errand.taken_by.holder_name if errand.taken_by is not None else ""


def _not_cancelled(errand: Errand) -> None:
    if errand.cancelled_at is not None:
        raise Refusal("care.errand_over", gettext_noop("This errand was called off. Take that back first."))


def _taken(errand: Errand) -> None:
    if errand.taken_at is None:
        raise Refusal("care.errand_not_taken", gettext_noop("Nobody has taken this errand yet."))


def _there(errand: Errand) -> None:
    if errand.delivered_at is None:
        raise Refusal("care.errand_not_there", gettext_noop("It is not delivered yet."))


def _not_there(errand: Errand) -> None:
    if errand.delivered_at is not None:
        raise Refusal("care.errand_there", gettext_noop("It is delivered already."))


def _no_money(errand: Errand) -> None:
    rows = ErrandEntry.objects.filter(errand=errand).values_list("fen", flat=True)
    if owed(rows):
        raise Refusal(
            "care.errand_money_open",
            gettext_noop("Money of it is still open. Settle it, or take the amounts back first."),
        )


def _journal(act: str, by: User | None, errand: Errand, **data: Any) -> None:
    record(act, by=by, subject=("errand", errand.pk), neighbourhood=errand.neighbourhood_id, data=data)
