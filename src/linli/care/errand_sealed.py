"""What an errand says, and its pictures: sealed with its operation's key, in quiet years with its case's or its own; gone with it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_noop

from linli import vault
from linli.accounts.models import User
from linli.care.models import Errand, ErrandEntry, Receipt
from linli.kernel.jpeg import NotAPicture, bare
from linli.kernel.refusal import Refusal

WORDS_CONTEXT, PICTURE_CONTEXT = "care.errand", "care.receipt"
LONGEST = 400
LARGEST = 3 * 1024 * 1024
"""Bytes of a picture as it is sent."""
RECEIPT, DOOR = "receipt", "door"


def key_of(errand: Errand) -> str:
    """The key of its operation; in quiet years that of its case, and without a case its own, destroyed when the errand is erased."""
    if errand.operation_id is not None:
        return f"operation:{errand.operation_id}"
    return f"care:{errand.case_id or errand.pk}"


def put_words(errand: Errand, words: str) -> None:
    """Seal what is asked for into the row. Refusal: ``care.errand_operation_over``."""
    errand.sealed = _sealed(errand, words, WORDS_CONTEXT)


def _sealed(errand: Errand, value: str | bytes, context: str) -> bytes:
    try:
        return vault.seal(value, key=key_of(errand), context=context)
    except vault.KeyMissing:
        over = gettext_noop("The operation of this case is over, so nothing can be written down in it any more.")
        raise Refusal("care.errand_operation_over", over) from None


def words_of(errand: Errand) -> str | None:
    """What was asked for; None when it was erased with its operation."""
    try:
        return vault.unseal_text(bytes(errand.sealed), context=WORDS_CONTEXT)
    except vault.KeyMissing:
        return None


def seal_anew(errand: Errand) -> None:
    """Its words and pictures under the key it has now, after it became that of another case. What is erased stays so."""
    words = words_of(errand)
    if words is not None:
        put_words(errand, words)
        errand.save(update_fields=["sealed"])
    for receipt in errand.receipts.all():
        picture = picture_of(receipt)
        if picture is not None:
            receipt.sealed = _sealed(errand, picture, PICTURE_CONTEXT)
            receipt.save(update_fields=["sealed"])


def new_receipt(
    errand: Errand, data: bytes, *, what: str, by: User, at: datetime, entry: ErrandEntry | None = None
) -> Receipt:
    """Keep a picture: nothing beside the picture itself, sealed.

    Refusals: ``care.not_a_photo`` (no JPEG, or too large), ``care.errand_operation_over``.
    """
    try:
        shot = bare(data) if len(data) <= LARGEST else None
    except NotAPicture:
        shot = None
    if shot is None:
        raise Refusal("care.not_a_photo", gettext_noop("This is no photo that can be read. JPEG, at most 3 MB."))
    sealed = _sealed(errand, shot.data, PICTURE_CONTEXT)
    made: Receipt = Receipt.objects.create(
        neighbourhood_id=errand.neighbourhood_id,
        errand=errand,
        entry=entry,
        what=what,
        sealed=sealed,
        width=shot.width,
        height=shot.height,
        size=len(shot.data),
        happened_at=at,
        by_user=by.pk,
    )
    return made


def picture_of(receipt: Receipt) -> bytes | None:
    """The JPEG; None when it was erased with its operation."""
    try:
        return vault.unseal(bytes(receipt.sealed), context=PICTURE_CONTEXT)
    except vault.KeyMissing:
        return None
