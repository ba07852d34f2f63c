"""Writers of requests: ask bodies, add one that joined late, withdraw."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground.inserting import ready
from linli.ground.models import Body, Place
from linli.journal.record import record
from linli.kernel.refusal import Refusal
from linli.rounds import acts
from linli.rounds.asking import MOST_CHOICES
from linli.rounds.models import Occurrence, Plan, Question, QuestionChoice, Sheet, Target

MOST_TARGETS = 5_000
LONGEST_UNIT = 20


@dataclass(frozen=True)
class Asked:
    """One field that is asked for: its kind (``Question.Field``), words and unit, or the choices between which it is answered."""

    field: str
    label: str
    unit: str = ""
    required: bool = True
    choices: tuple[str, ...] = ()

    @classmethod
    def typed(cls, field: str, label: str, unit: str) -> Asked:
        """As somebody types it: for a choice, what stands in the place of the unit are the choices, "线下、线上、混合"."""
        words = " ".join(label.split())
        if field != Question.Field.CHOICE:
            return cls(field, words, unit.strip())
        parts = (" ".join(part.split()) for part in re.split(r"[、，,;；/／|]+", unit))
        return cls(field, words, choices=tuple(dict.fromkeys(part for part in parts if part)))


@dataclass(frozen=True)
class Request:
    """What is asked, and until when."""

    title: str
    due_at: datetime
    questions: Sequence[Asked]
    text: str = ""


def open_request(*, by: User | None, place: Place, request: Request, bodies: Sequence[Body]) -> Occurrence:
    """Ask ``bodies`` (any set) and freeze them as rows: the denominator never changes in silence (R14).

    A fixed number of statements at any number of bodies. A body asked twice is one row.
    """
    now = timezone.now()
    chosen = {body.pk: body for body in bodies}
    check_request(request, chosen, now)
    by_user = by.pk if by is not None else None
    with transaction.atomic():
        sheet = make_sheet(request)
        plan = Plan.objects.create(
            place=place,
            title=request.title,
            filled_by=Plan.FilledBy.TARGET,
            sheet=sheet,
            created_at=now,
            started_at=now,
            started_by=by_user,
            by_user=by_user,
        )
        occurrence = Occurrence.objects.create(
            plan=plan,
            place=place,
            sheet=sheet,
            title=request.title,
            text=request.text,
            opens_at=now,
            opened_at=now,
            due_at=request.due_at,
            closes_at=request.due_at,
            frozen=len(chosen),
            by_user=by_user,
        )
        ready(
            [Target(occurrence=occurrence, body=body, kind_id=body.kind_id, name=body.name) for body in chosen.values()]
        ).write()
        record(
            acts.REQUEST_OPENED,
            by=by,
            subject=("occurrence", occurrence.pk),
            neighbourhood=place.neighbourhood_id,
            data={"targets": len(chosen)},
        )
    return occurrence


def make_sheet(request: Request) -> Sheet:
    """The sheet of a request, in the caller's transaction; three statements."""
    sheet = Sheet.objects.create(title=request.title)
    rows = Question.objects.bulk_create(
        Question(sheet=sheet, position=n, field=q.field, label=q.label, unit=q.unit, required=q.required)
        for n, q in enumerate(request.questions, 1)
    )
    QuestionChoice.objects.bulk_create(
        QuestionChoice(question=row, position=n, code=f"c{n}", label=label)
        for row, asked in zip(rows, request.questions, strict=True)
        for n, label in enumerate(asked.choices, 1)
    )
    return sheet


def check_request(request: Request, chosen: Mapping[int, Body], now: datetime) -> None:
    """Refuse what cannot be asked: no words, no field, nobody, a time that is over, a body that has ended."""
    if not request.title.strip():
        raise Refusal("rounds.title_missing", gettext_noop("Please say in a few words what is asked."))
    _check_questions(request.questions)
    if not chosen:
        raise Refusal("rounds.no_target", gettext_noop("Please choose at least one body."))
    if len(chosen) > MOST_TARGETS:
        raise Refusal("rounds.many_targets", gettext_noop("At most %(most)s bodies at once."), most=MOST_TARGETS)
    if request.due_at <= now:
        raise Refusal("rounds.due_past", gettext_noop("The time by which to answer is already over."))
    today = timezone.localdate(now)
    for body in chosen.values():
        if body.until is not None and body.until <= today:
            raise Refusal("bodies.ended", gettext_noop("%(name)s has ended."), name=body.name)


def _check_questions(questions: Sequence[Asked]) -> None:
    if not questions:
        raise Refusal("rounds.no_question", gettext_noop("Please ask for at least one thing."))
    for asked in questions:
        if asked.field == Question.Field.CHOICE and not 2 <= len(asked.choices) <= MOST_CHOICES:
            raise Refusal(
                "rounds.choices", gettext_noop("“%(label)s”: please write what to choose from."), label=asked.label
            )
        if len(asked.unit) > LONGEST_UNIT:
            raise Refusal("rounds.unit_long", gettext_noop("“%(label)s”: the unit is too long."), label=asked.label)


def add_target(*, by: User | None, occurrence: Occurrence, body: Body, reason: str) -> Target:
    """Ask one more body after the opening, and say why; it is shown beside the frozen number. Adding it twice returns the first."""
    why = " ".join(reason.split())
    if not why:
        raise Refusal("rounds.reason_missing", gettext_noop("Please say why this body joins late."))
    _open(occurrence)
    with transaction.atomic():
        target, made = Target.objects.get_or_create(
            occurrence=occurrence,
            body=body,
            defaults={"kind_id": body.kind_id, "name": body.name, "joined_at": timezone.now(), "reason": why},
        )
        if made:
            _record(acts.TARGET_ADDED, by, occurrence, {"body": body.pk})
    return target


def withdraw_request(*, by: User | None, occurrence: Occurrence, reason: str) -> Occurrence:
    """Withdraw a request that was a mistake: nobody is asked any more, what was answered stays."""
    why = " ".join(reason.split())
    if not why:
        raise Refusal("rounds.why_missing", gettext_noop("Please say why."))
    _open(occurrence)
    with transaction.atomic():
        occurrence.withdrawn_at, occurrence.withdrawn_why = timezone.now(), why
        occurrence.save(update_fields=["withdrawn_at", "withdrawn_why"])
        _record(acts.REQUEST_WITHDRAWN, by, occurrence)
    return occurrence


def _open(occurrence: Occurrence) -> None:
    if occurrence.withdrawn_at is not None:
        raise Refusal("rounds.withdrawn", gettext_noop("This request was withdrawn."))


def _record(act: str, by: User | None, occurrence: Occurrence, data: dict[str, int] | None = None) -> None:
    record(
        act,
        by=by,
        subject=("occurrence", occurrence.pk),
        neighbourhood=occurrence.place.neighbourhood_id,
        data=data,
    )
