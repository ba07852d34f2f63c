"""Writers of requests: ask bodies, add one that joined late, withdraw."""

from __future__ import annotations

from collections.abc import Sequence
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
from linli.rounds.models import Occurrence, Plan, Question, Sheet, Target

MOST_TARGETS = 5_000


@dataclass(frozen=True)
class Asked:
    """One field that is asked for: its kind (``Question.Field``), words and unit."""

    field: str
    label: str
    unit: str = ""
    required: bool = True


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
    _check(request, chosen, now)
    by_user = by.pk if by is not None else None
    with transaction.atomic():
        sheet = Sheet.objects.create(title=request.title)
        Question.objects.bulk_create(
            Question(sheet=sheet, position=n, field=q.field, label=q.label, unit=q.unit, required=q.required)
            for n, q in enumerate(request.questions, 1)
        )
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


def _check(request: Request, chosen: dict[int, Body], now: datetime) -> None:
    if not request.title.strip():
        raise Refusal("rounds.title_missing", gettext_noop("Please say in a few words what is asked."))
    if not request.questions:
        raise Refusal("rounds.no_question", gettext_noop("Please ask for at least one thing."))
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
