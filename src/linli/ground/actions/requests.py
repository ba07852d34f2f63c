"""Requests of a person about his own data: taken down, passed on, answered with reasons (PIPL art. 45 to 50)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground import acts
from linli.ground.mandates import secretary_of
from linli.ground.models import Mandate, Person, Place, RightsRequest
from linli.ground.people_words import CHECKED
from linli.journal.record import record
from linli.kernel.refusal import Refusal

REASON = 4
"""Characters of a written reason, at least."""


@dataclass(frozen=True)
class Asked:
    """What was asked: kind, by whom (empty: the person), how it was made sure who asks, the words, the day (None: today)."""

    kind: str
    checked: str
    asked_by: str = ""
    relation: str = ""
    words: str = ""
    on: date | None = None


def answer_days() -> int:
    """Days in which a request is answered; the law says "without delay" (PIPL art. 50), the setting ``LINLI_RIGHTS_DAYS`` says 30."""
    return int(settings.LINLI_RIGHTS_DAYS)


def note_request(*, by: User | None, person: Person, asked: Asked, owner: Mandate | None = None) -> RightsRequest:
    """Take a request down; the secretary answers for it unless an ``owner`` is named.

    Refusals: ``ground.request_incomplete`` (what, and how it was made sure who asks), ``ground.request_future``, ``ground.no_secretary``.
    """
    if asked.kind not in RightsRequest.Kind.values or asked.checked not in CHECKED:
        raise Refusal(
            "ground.request_incomplete", gettext_noop("Please say what is asked, and how it was made sure who asks.")
        )
    today = timezone.localdate()
    day = asked.on or today
    if day > today:
        raise Refusal("ground.request_future", gettext_noop("This day is still to come."))
    place: Place = person.neighbourhood
    answers = owner or secretary_of(place)
    if answers is None:
        raise Refusal("ground.no_secretary", gettext_noop("This neighbourhood has no secretary who could answer."))
    with transaction.atomic():
        request: RightsRequest = RightsRequest.objects.create(
            neighbourhood=place,
            person_id=person.merged_into_id or person.pk,
            kind=asked.kind,
            asked_by=asked.asked_by.strip()[:80],
            relation=asked.relation,
            checked=asked.checked,
            words=asked.words.strip()[:500],
            asked_on=day,
            due=day + timedelta(days=answer_days()),
            owner=answers,
            noted_by=by.pk if by else None,
        )
        record(
            acts.REQUEST_NOTED,
            by=by,
            subject=("person", request.person_id),
            neighbourhood=place.pk,
            data={"request": str(request.pk), "kind": request.kind, "due": request.due.isoformat()},
        )
    return request


def pass_request(*, by: User | None, request: RightsRequest, to: Mandate) -> RightsRequest:
    """Name another owner. Refusals: ``ground.request_answered``, ``ground.other_neighbourhood``."""
    if to.place is None or to.place.neighbourhood_id != request.neighbourhood_id:
        raise Refusal("ground.other_neighbourhood", gettext_noop("The responsible belongs to another neighbourhood."))
    with transaction.atomic():
        changed = RightsRequest.objects.filter(pk=request.pk, outcome="").update(owner=to)
        _still_open(changed)
        record(
            acts.REQUEST_PASSED,
            by=by,
            subject=("request", request.pk),
            neighbourhood=request.neighbourhood_id,
            data={"to": to.pk},
        )
    request.refresh_from_db()
    return request


def answer_request(*, by: User | None, request: RightsRequest, outcome: str, reasons: str = "") -> RightsRequest:
    """Answer: done, done in part, or refused; the last two with reasons (PIPL art. 50). Erasure is ``decide_erasure``.

    Refusals: ``ground.request_answered``, ``ground.outcome_unknown``, ``ground.reasons_missing``, ``ground.erase_by_decision``.
    """
    if outcome not in (RightsRequest.Outcome.DONE, RightsRequest.Outcome.PARTLY, RightsRequest.Outcome.REFUSED):
        raise Refusal(
            "ground.outcome_unknown", gettext_noop("Please say whether it was done, done in part or refused.")
        )
    if request.kind == RightsRequest.Kind.DELETE and outcome != RightsRequest.Outcome.REFUSED:
        raise Refusal(
            "ground.erase_by_decision", gettext_noop("Choose what is to be erased: the erasure itself is the answer.")
        )
    need_reasons(outcome, reasons)
    with transaction.atomic():
        changed = RightsRequest.objects.filter(pk=request.pk, outcome="").update(
            outcome=outcome,
            reasons=reasons.strip()[:500],
            answered_at=timezone.now(),
            answered_by=by.pk if by else None,
        )
        _still_open(changed)
        record(
            acts.REQUEST_ANSWERED,
            by=by,
            subject=("person", request.person_id) if request.person_id else ("request", request.pk),
            neighbourhood=request.neighbourhood_id,
            data={"request": str(request.pk), "kind": request.kind, "outcome": outcome},
        )
    request.refresh_from_db()
    return request


def need_reasons(outcome: str, reasons: str) -> None:
    """Refuse an answer that says no, or not all, without reasons (PIPL art. 50)."""
    if outcome != RightsRequest.Outcome.DONE and len(reasons.strip()) < REASON:
        raise Refusal(
            "ground.reasons_missing",
            gettext_noop("Please write down the reasons: what is not done, and why (PIPL art. 50)."),
        )


def _still_open(changed: int) -> None:
    if not changed:
        raise Refusal("ground.request_answered", gettext_noop("This request was answered already."))
