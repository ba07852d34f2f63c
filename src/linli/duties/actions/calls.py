"""Calls for volunteers (C06, C07): open one, sign up, choose a batch, withdraw. The first to come is the first to be chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.duties import acts
from linli.duties.actions.people import require_of_age
from linli.duties.calls_telling import moved_up
from linli.duties.models import Batch, Call, SignUp, Volunteer
from linli.ground.models import Body, Place
from linli.journal.record import record
from linli.kernel.refusal import Refusal

LONGEST_TITLE = 80
UP = (SignUp.State.SIGNED, SignUp.State.WAITING)
"""Who has answered and is in no batch yet."""


@dataclass(frozen=True)
class CallFacts:
    """What is called for. ``capacity``: how many are needed in all, over every batch."""

    title: str
    capacity: int
    closes_at: datetime
    text: str = ""
    host: Body | None = None


def open_call(*, by: User | None, neighbourhood: Place, facts: CallFacts, now: datetime) -> Call:
    """Open a call. Refusals ``duties.call_title``, ``duties.call_closed``, ``duties.call_capacity``."""
    title = " ".join(facts.title.split())[:LONGEST_TITLE]
    if not title:
        raise Refusal("duties.call_title", gettext_noop("Please write what help is called for."))
    if facts.closes_at <= now:
        raise Refusal("duties.call_over", gettext_noop("A call closes after it opens."))
    if facts.capacity < 1:
        raise Refusal("duties.call_capacity", gettext_noop("A call is for at least one person."))
    with transaction.atomic():
        call: Call = Call.objects.create(
            neighbourhood=neighbourhood,
            host=facts.host,
            title=title,
            text=facts.text.strip()[:600],
            opened_at=now,
            closes_at=facts.closes_at,
            capacity=facts.capacity,
            by_user=by.pk if by else None,
        )
        _record(acts.CALL_OPENED, by, call)
    return call


def close_call(*, by: User | None, call: Call, now: datetime) -> None:
    """Nobody signs up any more from now on; batches are chosen as before."""
    with transaction.atomic():
        if Call.objects.filter(pk=call.pk, closes_at__gt=now).update(closes_at=now):
            _record(acts.CALL_CLOSED, by, call)


def sign_up(*, by: User | None, call: Call, volunteer: Volunteer, now: datetime) -> SignUp:
    """Somebody answers a call, himself or through the office. A second answer is the first one; who withdrew goes to the end.

    Refusals ``duties.call_closed``, ``duties.under_age``, ``duties.age_unsaid``.
    """
    require_of_age(volunteer, now)
    with transaction.atomic():
        held = _held(call)
        known = SignUp.objects.filter(call=held, volunteer=volunteer).first()
        if known is not None and known.state != SignUp.State.WITHDRAWN:
            found: SignUp = known
            return found
        if not held.opened_at <= now < held.closes_at:
            raise Refusal("duties.call_closed", gettext_noop("This call is closed."))
        state = SignUp.State.WAITING if held.taken >= held.capacity else SignUp.State.SIGNED
        row, _made = SignUp.objects.update_or_create(
            call=held,
            volunteer=volunteer,
            defaults={
                "neighbourhood_id": held.neighbourhood_id,
                "at": now,
                "batch": None,
                "state": state,
                "changed_at": now,
            },
        )
        _record(acts.CALL_ANSWERED, by, held, {"volunteer": str(volunteer.pk)})
    answered: SignUp = row
    return answered


def choose_batch(*, by: User | None, call: Call, count: int, now: datetime) -> Batch:
    """The next batch: the first ``count`` who signed up, in their order; who is left waits. Never more than are needed.

    Refusals ``duties.batch_empty`` (nobody waits), ``duties.call_full``.
    """
    with transaction.atomic():
        held = _held(call)
        first = list(_next(held, now)[: max(count, 0)])
        if not first:
            raise Refusal("duties.batch_empty", gettext_noop("Nobody is waiting to be chosen."))
        rows = Call.objects.filter(pk=held.pk, taken__lte=F("capacity") - len(first))
        if not rows.update(taken=F("taken") + len(first)):
            raise Refusal(
                "duties.call_full",
                gettext_noop("%(free)s places are free, and %(wanted)s people were to be chosen."),
                free=held.capacity - held.taken,
                wanted=len(first),
            )
        batch: Batch = Batch.objects.create(
            call=held, number=held.batches.count() + 1, chosen_at=now, by_user=by.pk if by else None
        )
        SignUp.objects.filter(pk__in=[one.pk for one in first]).update(
            state=SignUp.State.SELECTED, batch=batch, changed_at=now
        )
        SignUp.objects.filter(call=held, state=SignUp.State.SIGNED).update(state=SignUp.State.WAITING, changed_at=now)
        _record(acts.BATCH_CHOSEN, by, held, {"batch": batch.number, "people": len(first)})
    return batch


def withdraw(*, by: User | None, signup: SignUp, now: datetime) -> SignUp | None:
    """Somebody cannot after all. Whoever has waited longest moves up into his place, and is returned. A second time changes nothing."""
    with transaction.atomic():
        held = _held(signup.call)
        row = SignUp.objects.select_related("batch").get(pk=signup.pk)
        if row.state == SignUp.State.WITHDRAWN:
            return None
        batch, chosen = row.batch, row.state == SignUp.State.SELECTED
        row.state, row.batch, row.changed_at = SignUp.State.WITHDRAWN, None, now
        row.save(update_fields=["state", "batch", "changed_at"])
        _record(acts.CALL_WITHDRAWN, by, held, {"volunteer": str(row.volunteer_id)})
        if not chosen:
            return None
        following: SignUp | None = _next(held, now).first()
        if following is None:
            Call.objects.filter(pk=held.pk).update(taken=F("taken") - 1)
            return None
        following.state, following.batch, following.changed_at = SignUp.State.SELECTED, batch, now
        following.save(update_fields=["state", "batch", "changed_at"])
        _record(acts.MOVED_UP, by, held, {"volunteer": str(following.volunteer_id)})
        moved_up(by, held, now)
    return following


def _next(call: Call, now: datetime) -> QuerySet[SignUp]:
    """Who has answered and is in no batch yet, in the order of the answers; without those who have left the roster since."""
    listed = Q(volunteer__until__isnull=True) | Q(volunteer__until__gt=timezone.localdate(now))
    rows: QuerySet[SignUp] = SignUp.objects.filter(listed, call=call, state__in=UP).order_by("at", "pk")
    return rows


def _held(call: Call) -> Call:
    """The call as it is now; on PostgreSQL others wait here, on SQLite at the beginning of their transaction."""
    row: Call = Call.objects.select_for_update(of=("self",)).select_related("neighbourhood").get(pk=call.pk)
    return row


def _record(act: str, by: User | None, call: Call, data: dict[str, object] | None = None) -> None:
    record(act, by=by, subject=("call", call.pk), neighbourhood=call.neighbourhood_id, data=data or {})
