"""Writers of what follows from a passage: annul, settle an exception, ask for a review and answer it."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli import vault
from linli.accounts.models import User
from linli.gates import acts
from linli.gates.models import Annulment, Check, GateException, Review
from linli.journal.record import record
from linli.kernel.refusal import Refusal

SENTENCE_CONTEXT = "gates.sentence"
LONGEST = 300
REVIEW_DAYS = 1
"""*(ours)*: a review is answered within a day."""
ANNUL_REASONS = ("wrong_person", "wrong_direction", "double", "test")


def sealed_sentence(text: str, key: str) -> bytes | None:
    """A sentence about people, sealed; None when nothing was written. Raises :class:`Refusal` when it is too long."""
    cleaned = text.strip()
    if len(cleaned) > LONGEST:
        raise Refusal("gates.sentence_too_long", gettext_noop("At most %(most)s characters."), most=LONGEST)
    if not cleaned:
        return None
    try:
        return vault.seal(cleaned, key=key, context=SENTENCE_CONTEXT)
    except vault.KeyMissing:
        raise Refusal(
            "gates.operation_over",
            gettext_noop("The operation is over and what it kept is erased; nothing can be added."),
        ) from None


def sentence_of(blob: bytes | memoryview | None) -> str:
    """The sentence in the clear; empty when there is none or its key was destroyed with its operation."""
    if blob is None:
        return ""
    try:
        return vault.unseal_text(blob, context=SENTENCE_CONTEXT)
    except vault.KeyMissing:
        return ""


def annul(*, by: User, check: Check, reason: str, text: str = "") -> Annulment:
    """Say that a passage should not count, with a reason. The row itself stays; annulling it again returns the first annulment."""
    if reason not in ANNUL_REASONS:
        raise Refusal("gates.annul_reason", gettext_noop("Choose one of the reasons."))
    with transaction.atomic():
        row, made = Annulment.objects.get_or_create(
            check_id=check.pk,
            defaults={
                "neighbourhood_id": check.neighbourhood_id,
                "reason": reason,
                "sealed": sealed_sentence(text, check.operation.key_name),
                "at": timezone.now(),
                "by_user": by.pk,
            },
        )
        if made:
            record(
                acts.ANNULLED,
                by=by,
                subject=("check", check.pk),
                neighbourhood=check.neighbourhood_id,
                data={"reason": reason},
            )
    found: Annulment = row
    return found


def settle(*, by: User, exception: GateException, text: str = "") -> GateException:
    """Settle an exception in one tap, with or without a sentence. Settled once; who came first stands."""
    key = "inbox"
    check = Check.objects.select_related("operation").filter(pk=exception.check_id).first()
    if check is not None:
        key = check.operation.key_name
    with transaction.atomic():
        changed = GateException.objects.filter(pk=exception.pk, settled_at__isnull=True).update(
            settled_at=timezone.now(), settled_by=by.pk, sealed=sealed_sentence(text, key)
        )
        if changed:
            record(
                acts.SETTLED,
                by=by,
                subject=("exception", exception.pk),
                neighbourhood=exception.neighbourhood_id,
                data={"kind": exception.kind},
            )
    exception.refresh_from_db()
    return exception


def ask_review(*, by: User, check: Check, text: str = "") -> Review:
    """Write down that a held or refused person asks for a review. Asking again returns the first."""
    if check.outcome not in (Check.Outcome.HELD, Check.Outcome.REFUSED):
        raise Refusal(
            "gates.nothing_to_review", gettext_noop("This person was let through; there is nothing to review.")
        )
    now = timezone.now()
    with transaction.atomic():
        row, made = Review.objects.get_or_create(
            check_id=check.pk,
            defaults={
                "neighbourhood_id": check.neighbourhood_id,
                "gate_id": check.gate_id,
                "asked_at": now,
                "asked_through": by.pk,
                "question": sealed_sentence(text, check.operation.key_name),
                "due_at": now + timedelta(days=REVIEW_DAYS),
            },
        )
        if made:
            record(acts.REVIEW_ASKED, by=by, subject=("check", check.pk), neighbourhood=check.neighbourhood_id)
    found: Review = row
    return found


def answer_review(*, by: User, review: Review, answer: str, text: str) -> Review:
    """Answer a review, with a sentence that the person can be told. Answered once."""
    if answer not in Review.Answer.values:
        raise Refusal("gates.answer_unknown", gettext_noop("Choose an answer."))
    if not text.strip():
        raise Refusal("gates.answer_empty", gettext_noop("Please write a sentence that the person can be told."))
    check = Check.objects.select_related("operation").filter(pk=review.check_id).first()
    key = check.operation.key_name if check is not None else "inbox"
    with transaction.atomic():
        changed = Review.objects.filter(pk=review.pk, answered_at__isnull=True).update(
            answered_at=timezone.now(), answered_by=by.pk, answer=answer, answer_text=sealed_sentence(text, key)
        )
        if not changed:
            raise Refusal("gates.already_answered", gettext_noop("This review has been answered already."))
        record(
            acts.REVIEW_ANSWERED,
            by=by,
            subject=("check", review.check_id),
            neighbourhood=review.neighbourhood_id,
            data={"answer": answer},
        )
    review.refresh_from_db()
    return review
