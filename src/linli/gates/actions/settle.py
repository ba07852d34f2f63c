"""Writers of what follows from a passage: annul, settle an exception, ask for a review and answer it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from linli import vault
from linli.accounts.models import User
from linli.gates import acts, owners, returning
from linli.gates.models import Annulment, Check, Device, GateException, Review
from linli.inbox import actions as inbox
from linli.inbox.models import RawUpload
from linli.journal.record import record
from linli.kernel.ids import uuid7
from linli.kernel.refusal import Refusal

SENTENCE_CONTEXT = "gates.sentence"
LONGEST = 300
REVIEW_DAYS = 1
"""*(ours)*: a review is answered within a day."""
ANNUL_REASONS = ("wrong_person", "wrong_direction", "double", "test")
INBOX = "inbox"
"""The key that seals a sentence about what belongs to no passage."""
TOGETHER = frozenset({"clock", "overridden", "unknown_card", "wrong_gate", "late_upload", "malformed"})
"""Kinds of which many from one phone have one cause and may be settled with one sentence. The others are about one person each."""
STAYS_OPEN = frozenset({"fever", "returning"})
"""Kinds that an annulled passage does not settle: somebody was hot, somebody came back, whoever was meant."""


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
            about = GateException.objects.filter(check_id=check.pk, settled_at__isnull=True)
            _settled(by, list(about.exclude(kind__in=STAYS_OPEN)), text or _("The passage was annulled."))
    found: Annulment = row
    return found


def settle(*, by: User, exception: GateException, text: str = "") -> GateException:
    """Settle an exception in one tap, with or without a sentence. Settled once; who came first stands.

    An upload that waited for it is set aside, unless it was taken in before.
    Refusal: ``gates.register_first`` (an arrival whose registration is open is settled by registering it).
    """
    if returning.is_open(exception):
        raise Refusal(
            "gates.register_first",
            gettext_noop("This ends by itself as soon as the arrival is registered or closed. Please do that first."),
        )
    _set_aside(by, [exception])
    _settled(by, [exception], text)
    exception.refresh_from_db()
    return exception


def settle_many(*, by: User, rows: QuerySet[GateException], text: str) -> int:
    """Settle many of a kind that may be settled together, with one sentence; returns how many. Refusals: ``gates.bulk_kind``,
    ``gates.bulk_sentence``.
    """
    found = list(rows.filter(settled_at__isnull=True).order_by("pk"))
    if any(row.kind not in TOGETHER for row in found):
        raise Refusal("gates.bulk_kind", gettext_noop("Each of these needs a look of its own."))
    if not text.strip():
        raise Refusal("gates.bulk_sentence", gettext_noop("Please write the sentence that stands for all of them."))
    _set_aside(by, found)
    return _settled(by, found, text)


def settle_subject(*, by: User, subject: str, text: str) -> None:
    """Settle the exception about one subject, if there is one that is open."""
    _settled(by, list(GateException.objects.filter(subject=subject, settled_at__isnull=True)), text)


def wait_for(*, by: User, subject: str, other: str, text: str) -> None:
    """Let an exception wait for another subject; if one waits for that already, this one is settled."""
    if GateException.objects.filter(subject=other).exists():
        settle_subject(by=by, subject=subject, text=text)
    else:
        GateException.objects.filter(subject=subject, settled_at__isnull=True).update(subject=other)


def _set_aside(by: User, rows: Sequence[GateException]) -> None:
    """Empty the uploads that waited for these: somebody has looked, and did not take them in."""
    uploads = RawUpload.objects.filter(pk__in=[row.upload for row in rows if row.upload is not None])
    for upload in uploads.exclude(state=RawUpload.State.ERASED):
        inbox.handle(by=by, upload=upload, empty=True)


def _settled(by: User, rows: Sequence[GateException], text: str) -> int:
    """Settle those that are still open, each with the sentence sealed as its passage is; returns how many."""
    checks = Check.objects.select_related("operation").in_bulk([row.check_id for row in rows if row.check_id])
    done, now = 0, timezone.now()
    with transaction.atomic():
        for row in rows:
            key = checks[row.check_id].operation.key_name if row.check_id in checks else INBOX
            changed = GateException.objects.filter(pk=row.pk, settled_at__isnull=True).update(
                settled_at=now, settled_by=by.pk, sealed=sealed_sentence(text, key)
            )
            if changed:
                _journal(acts.SETTLED, by, row, {"kind": row.kind})
            done += changed
    return done


def hand_on(*, by: User, exception: GateException, to: User) -> GateException:
    """Give an open exception to somebody else who may settle it. Refusals: ``gates.cannot_own``, ``gates.is_settled``."""
    place = exception.neighbourhood
    if to not in owners.who_may(owners.right_for(exception.kind), exception.gate or place, owners.candidates(place)):
        raise Refusal("gates.cannot_own", gettext_noop("This account may not settle it at this gate."))
    with transaction.atomic():
        changed = GateException.objects.filter(pk=exception.pk, settled_at__isnull=True).update(owner=to.pk)
        if not changed:
            raise Refusal("gates.is_settled", gettext_noop("This is settled already."))
        _journal(acts.HANDED_ON, by, exception, {"to": to.pk})
    exception.refresh_from_db()
    return exception


def _journal(act: str, by: User, row: GateException, data: dict[str, object]) -> None:
    record(act, by=by, subject=("exception", row.pk), neighbourhood=row.neighbourhood_id, data=data)


@dataclass(frozen=True)
class Asked:
    """When and where a review was asked: by an account that writes it down, or by the phone at the gate (with its own id for it)."""

    at: datetime | None = None
    id: UUID | None = None
    device: Device | None = None


def ask_review(*, by: User | None, check: Check, text: str = "", asked: Asked | None = None) -> Review:
    """Write down that a held or refused person asks for a review: it has an owner and a due time. Asking again returns the first."""
    if check.outcome not in (Check.Outcome.HELD, Check.Outcome.REFUSED):
        raise Refusal(
            "gates.nothing_to_review", gettext_noop("This person was let through; there is nothing to review.")
        )
    how, now = asked or Asked(), timezone.now()
    at = min(how.at or now, now)
    with transaction.atomic():
        row, made = Review.objects.get_or_create(
            check_id=check.pk,
            defaults={
                "id": how.id or uuid7(),
                "neighbourhood_id": check.neighbourhood_id,
                "gate_id": check.gate_id,
                "asked_at": at,
                "asked_through": by.pk if by else None,
                "device": how.device,
                "owner": owners.reviewer(check.gate),
                "question": sealed_sentence(text, check.operation.key_name),
                "due_at": at + timedelta(days=REVIEW_DAYS),
            },
        )
        if made:
            record(acts.REVIEW_ASKED, by=by, subject=("check", check.pk), neighbourhood=check.neighbourhood_id)
    found: Review = row
    return found


def answer_review(*, by: User, review: Review, answer: str, text: str, then: str = "") -> Review:
    """Answer a review, with a sentence that the person can be told. Answered once.

    ``then``: for a correction, what follows from it (``Review.Then``; the next time let in when nothing else is said). It is said
    here and done by a person, never by itself.
    """
    if answer not in Review.Answer.values:
        raise Refusal("gates.answer_unknown", gettext_noop("Choose an answer."))
    follows = (then or Review.Then.NEXT_TIME) if answer == Review.Answer.CHANGED else ""
    if follows and follows not in Review.Then.values:
        raise Refusal("gates.answer_then", gettext_noop("Choose what follows from the correction."))
    if not text.strip():
        raise Refusal("gates.answer_empty", gettext_noop("Please write a sentence that the person can be told."))
    check = Check.objects.select_related("operation").filter(pk=review.check_id).first()
    key = check.operation.key_name if check is not None else INBOX
    with transaction.atomic():
        changed = Review.objects.filter(pk=review.pk, answered_at__isnull=True).update(
            answered_at=timezone.now(),
            answered_by=by.pk,
            answer=answer,
            answer_text=sealed_sentence(text, key),
            then=follows,
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
