"""Writers of answers and reminders. Every version stays; the loser of two who write at once sees the other's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.journal.record import record
from linli.kernel.ids import uuid7
from linli.kernel.refusal import Refusal
from linli.rounds import acts
from linli.rounds.asking import NotAValue, Value, read_answer
from linli.rounds.models import Answer, AnswerValue, Attempt, Question, Target
from linli.rounds.sheet_reading import ask_of, columns
from linli.rounds.unreported import settle_reported


@dataclass(frozen=True)
class Said:
    """How an answer came. ``seen``: the version that was on the page (0: none). ``said_by``: only for one entered for a body."""

    seen: int = 0
    entered_for: bool = False
    said_by: str = ""
    why: str = ""
    happened_at: datetime | None = None
    id: UUID | None = None


class BadValues(Refusal):
    """Fields that cannot be understood: question id → code (``asking.NotAValue``)."""

    def __init__(self, fields: dict[int, str]) -> None:
        super().__init__("rounds.values", gettext_noop("Some fields cannot be understood; nothing was stored."))
        self.fields = fields


def answer(*, by: User | None, target: Target, values: Mapping[int, str], said: Said) -> Answer:
    """Take an answer: question id → what was typed. Late ones are taken; a correction is a further version with its reason.

    A re-send with the same id is a success without a second row. Who writes over a version he has not seen is refused.
    """
    key = said.id or uuid7()
    known = Answer.objects.filter(pk=key, target=target).first()
    if known is not None:
        return known
    _check(target, said)
    sheet = target.occurrence.sheet
    read = read_values(sheet.questions.all() if sheet is not None else [], values)
    now = timezone.now()
    try:
        with transaction.atomic():
            last = target.answers.aggregate(last=Max("version"))["last"] or 0
            if last != said.seen:
                raise _overtaken()
            row = Answer.objects.create(
                id=key,
                target=target,
                version=last + 1,
                happened_at=min(said.happened_at or now, now),
                heard_at=now,
                by_user=by.pk if by is not None else None,
                entered_for=said.entered_for,
                said_by=" ".join(said.said_by.split()),
                why=" ".join(said.why.split()),
            )
            AnswerValue.objects.bulk_create(
                AnswerValue(answer=row, question_id=q, **columns(v)) for q, v in read.items() if not v.empty
            )
            settle_reported(target, now)
            _record(acts.ANSWERED, by, target, {"version": row.version, "entered_for": said.entered_for})
    except IntegrityError as race:
        raise _overtaken() from race
    return row


def _check(target: Target, said: Said) -> None:
    if target.occurrence.withdrawn_at is not None:
        raise Refusal("rounds.withdrawn", gettext_noop("This request was withdrawn."))
    if said.entered_for and not said.said_by.strip():
        raise Refusal("rounds.said_by_missing", gettext_noop("Please write who said it."))
    if said.seen and not said.why.strip():
        raise Refusal(
            "rounds.correction_reason", gettext_noop("Please say what is corrected. The earlier answer stays.")
        )


def _overtaken() -> Refusal:
    return Refusal(
        "rounds.overtaken",
        gettext_noop(
            "Somebody answered meanwhile. Their answer is shown below; write yours as a correction if it differs."
        ),
    )


def read_values(questions: Iterable[Question], values: Mapping[int, str]) -> dict[int, Value]:
    """What was typed (question id → words) as each question understands it. Raises :class:`BadValues`."""
    found: dict[int, Value] = {}
    bad: dict[int, str] = {}
    for question in questions:
        try:
            found[question.pk] = read_answer(ask_of(question), values.get(question.pk, ""))
        except NotAValue as wrong:
            bad[question.pk] = wrong.code
    if bad:
        raise BadValues(bad)
    return found


def remind(*, by: User | None, target: Target, outcome: str, note: str = "") -> Attempt:
    """Note that a body was called, and what came of it."""
    if outcome not in Attempt.Outcome.values:
        raise Refusal("rounds.outcome_unknown", gettext_noop("Please choose what came of the call."))
    with transaction.atomic():
        row = Attempt.objects.create(
            target=target,
            happened_at=timezone.now(),
            by_user=by.pk if by is not None else None,
            outcome=outcome,
            note=" ".join(note.split()),
        )
        _record(acts.REMINDED, by, target, {"outcome": outcome})
    return row


def _record(act: str, by: User | None, target: Target, data: dict[str, object]) -> None:
    record(
        act,
        by=by,
        subject=("target", target.pk),
        neighbourhood=target.occurrence.place.neighbourhood_id,
        data=data,
    )
