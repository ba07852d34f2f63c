"""Writers of the money of an errand: rows in fen that are only added; settled exactly while it is delivered and they add up to nothing."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.care import errand_acts as acts
from linli.care.errand_rules import signed
from linli.care.errand_sealed import RECEIPT, new_receipt
from linli.care.errand_words import NO_RECEIPT, WAYS
from linli.care.models import Errand, ErrandEntry, Receipt
from linli.journal.record import record
from linli.kernel.ids import uuid7
from linli.kernel.money import MOST, yuan
from linli.kernel.refusal import Refusal

SPENT, PAID, RETURNED, REVERSAL = (
    ErrandEntry.What.SPENT, ErrandEntry.What.PAID, ErrandEntry.What.RETURNED, ErrandEntry.What.REVERSAL,
)  # fmt: skip


def buy_errand(
    *,
    by: User,
    errand: Errand,
    fen: int,
    way: str = "cash",
    receipt: bytes | None = None,
    no_receipt: str = "",
    id: UUID | None = None,
    happened_at: datetime | None = None,
) -> ErrandEntry:
    """It was bought for so many fen, with its receipt (a JPEG) or the word why there is none. Bought at two shops: twice.

    Refusals: ``care.errand_receipt``, ``care.not_a_photo``, and those of :func:`record_money`.
    """
    if not receipt and no_receipt not in NO_RECEIPT:
        raise Refusal("care.errand_receipt", gettext_noop("Please add the receipt, or say why there is none."))
    now = timezone.now()
    at = min(happened_at or now, now)
    with transaction.atomic():
        entry = record_money(by=by, errand=errand, what=SPENT, fen=fen, way=way, id=id, happened_at=at)
        Errand.objects.filter(pk=errand.pk, bought_at__isnull=True).update(bought_at=at)
        if not receipt:
            Errand.objects.filter(pk=errand.pk).update(receipt_none=no_receipt)
        elif not Receipt.objects.filter(entry=entry).exists():
            new_receipt(errand, receipt, what=RECEIPT, by=by, at=at, entry=entry)
    errand.refresh_from_db()
    return entry


def record_money(
    *,
    by: User,
    errand: Errand,
    what: str,
    fen: int,
    way: str = "",
    id: UUID | None = None,
    happened_at: datetime | None = None,
) -> ErrandEntry:
    """Write an amount down: ``spent``, ``paid`` (also beforehand, also in part), ``returned`` (change), ``waived``. By ``id`` once.

    An amount that is told late, after it was settled, opens it again until the rows add up. Refusals: ``care.errand_amount``,
    ``care.errand_way``, ``care.errand_over``, ``care.errand_not_taken`` (nobody went who could have spent it), ``care.errand_twice``.
    """
    if not 1 <= fen <= MOST:
        raise Refusal("care.errand_amount", gettext_noop("Please write more than 0, and at most 100,000 yuan."))
    if way and way not in WAYS:
        raise Refusal("care.errand_way", gettext_noop("Please choose how it was paid."))
    now = timezone.now()
    at = min(happened_at or now, now)
    with transaction.atomic():
        row = locked(errand, now)
        known = ErrandEntry.objects.filter(pk=id).first() if id is not None else None
        if known is not None and known.errand_id == row.pk:
            return known
        if known is not None:
            raise Refusal("care.errand_twice", gettext_noop("This form was used before. Please fill it in again."))
        if row.cancelled_at is not None:
            raise Refusal("care.errand_over", gettext_noop("This errand was called off. Take that back first."))
        if row.taken_at is None:
            raise Refusal("care.errand_not_taken", gettext_noop("Nobody has taken this errand yet."))
        entry = _add(by, row, what, signed(what, fen), at, now, way=way, id=id)
        record(acts.MONEY, by=by, subject=("errand", row.pk), neighbourhood=row.neighbourhood_id,
               data={"what": what, "fen": entry.fen})  # fmt: skip
        even(row, at)
    errand.refresh_from_db()
    return entry


def settle_errand(*, by: User, errand: Errand, way: str = "cash", happened_at: datetime | None = None) -> Errand:
    """All of it was paid, or the change given back: one row over what is open. When nothing is, nothing is written.

    Refusals: ``care.errand_not_delivered``, and those of :func:`record_money`.
    """
    with transaction.atomic():
        row = locked(errand, timezone.now())
        if row.delivered_at is None:
            raise Refusal(
                "care.errand_not_delivered",
                gettext_noop("It is not delivered yet. Money that was paid beforehand can be written down."),
            )
        rest = owed_of(row)
        if rest:
            what = PAID if rest > 0 else RETURNED
            record_money(by=by, errand=row, what=what, fen=abs(rest), way=way, happened_at=happened_at)
    errand.refresh_from_db()
    return errand


def reverse_entry(*, by: User, entry: ErrandEntry) -> ErrandEntry:
    """Take an amount back by a row that undoes it; the errand is settled no longer when the rows do not add up.

    Refusals: ``care.entry_reversed`` (it was taken back already), ``care.entry_is_reversal`` (write the amount anew instead).
    """
    if entry.reverses_id is not None:
        raise Refusal("care.entry_is_reversal", gettext_noop("This row takes another one back. Write the amount anew."))
    now = timezone.now()
    try:
        with transaction.atomic():
            row = locked(entry.errand, now)
            back = _add(by, row, REVERSAL, -entry.fen, now, now, reverses=entry, way=entry.way)
            record(acts.MONEY_TAKEN_BACK, by=by, subject=("errand", row.pk), neighbourhood=row.neighbourhood_id,
                   data={"fen": back.fen, "entry": str(entry.pk)})  # fmt: skip
            if not row.entries.filter(what=SPENT, reversed_by__isnull=True).exists():
                Errand.objects.filter(pk=row.pk).update(bought_at=None, receipt_none="")
            even(row, now)
    except IntegrityError:
        raise Refusal("care.entry_reversed", gettext_noop("This amount was taken back already.")) from None
    return back


def remove_receipt(*, by: User, receipt: Receipt) -> None:
    """Erase a picture that should not have been taken: somebody stands in it, or it is the wrong one."""
    with transaction.atomic():
        if Receipt.objects.filter(pk=receipt.pk).delete()[0]:
            record(acts.RECEIPT_REMOVED, by=by, subject=("errand", receipt.errand_id),
                   neighbourhood=receipt.neighbourhood_id)  # fmt: skip


def locked(errand: Errand, now: datetime) -> Errand:
    """The row as it stands, held against others until the transaction ends: the claim is the UPDATE."""
    Errand.objects.filter(pk=errand.pk).update(changed_at=now)
    return Errand.objects.select_related("taken_by").get(pk=errand.pk)


def owed_of(errand: Errand) -> int:
    """What the household owes for it, in fen; below zero: what it is to get back."""
    return int(ErrandEntry.objects.filter(errand=errand).aggregate(sum=Sum("fen"))["sum"] or 0)


def even(errand: Errand, at: datetime) -> None:
    """Settled exactly while it is delivered and its rows add up to nothing; inside the caller's transaction."""
    rows = Errand.objects.filter(pk=errand.pk)
    if owed_of(errand):
        rows.update(settled_at=None)
    else:
        rows.filter(delivered_at__isnull=False, settled_at__isnull=True).update(settled_at=at)


def difference(errand: Errand) -> str:
    """The amount that is open, in yuan, without a sign."""
    return yuan(abs(owed_of(errand)))


def _add(
    by: User, errand: Errand, what: str, fen: int, at: datetime, now: datetime, *,
    way: str = "", id: UUID | None = None, reverses: ErrandEntry | None = None,
) -> ErrandEntry:  # fmt: skip
    entry: ErrandEntry = ErrandEntry.objects.create(
        id=id or uuid7(), neighbourhood_id=errand.neighbourhood_id, errand=errand, what=what, fen=fen, way=way,
        reverses=reverses, happened_at=at, heard_at=now, by_user=by.pk,
    )  # fmt: skip
    return entry
