"""The only writers of holds: place, extend, end. The same for a page and for a procedure; nobody is asked why."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli import vault
from linli.accounts.models import User
from linli.gates import acts
from linli.gates.holds import CALL_CONTEXT, guardian_of
from linli.gates.models import Hold
from linli.gates.timetable import end_of
from linli.ground.locks import hold_neighbourhood
from linli.ground.minors import is_child
from linli.ground.models import Person
from linli.ground.who import everyone
from linli.journal.record import record
from linli.kernel.refusal import Refusal
from linli.operations.models import Operation
from linli.operations.queries import active_operation

LONGEST = timedelta(days=14)
"""*(ours)*: a hold that is needed for longer is extended by name, at most to the end of its operation."""
LONGEST_CALL = 80
BY_HAND = "user"


def place_hold(
    *, by: User | None, person: Person, since: datetime, until: datetime, call: str = "", source: str = BY_HAND
) -> Hold:
    """Let gates call somebody before ``person`` passes, from ``since`` until ``until`` (aware moments; every hold has an end).

    ``call``: whom, with a number; for a child under 14 its guardian, whom the register names when ``call`` is empty. ``source``:
    ``user``, or an opaque name of what wrote it; the same source has one hold on a person, and asking again returns it unchanged.
    Refusals: ``gates.hold_no_operation``, ``hold_order``, ``hold_too_long``, ``hold_past_operation``, ``hold_call``,
    ``hold_call_too_long``, ``hold_guardian`` (nobody knows a child's guardian: ask), ``hold_already`` (placed by hand before).
    """
    now = timezone.now()
    root = person.merged_into or person
    operation = active_operation(root.neighbourhood_id, now)
    if operation is None:
        raise Refusal(
            "gates.hold_no_operation",
            gettext_noop("Without an open operation nobody is held at a gate. Open an operation first."),
        )
    _check_time(operation, since, until, now)
    child = is_child(root, timezone.localdate(now))
    text = _whom(root, call, child)
    with transaction.atomic():
        hold_neighbourhood(root.neighbourhood_id)
        present = _present(root, source, now)
        if present is not None and source == BY_HAND:
            raise Refusal("gates.hold_already", gettext_noop("This person is held already. Extend that hold instead."))
        if present is not None:
            return present
        hold: Hold = Hold.objects.create(
            neighbourhood_id=root.neighbourhood_id,
            person=root,
            operation=operation,
            since=since,
            until=until,
            call=vault.seal(text, key=operation.key_name, context=CALL_CONTEXT),
            guardian=child,
            source=source,
            placed_at=now,
            placed_by=by.pk if by else None,
            changed_at=now,
        )
        _journal(acts.HOLD_PLACED, by, hold, {"hours": _hours(until - since), "guardian": child})
    return hold


def extend_hold(*, by: User | None, hold: Hold, until: datetime) -> Hold:
    """Give a hold a later end. Refusals: ``gates.hold_over``, ``gates.hold_not_later``, and those of time as in ``place_hold``."""
    now = timezone.now()
    if until <= hold.until:
        raise Refusal("gates.hold_not_later", gettext_noop("This is not later than it ends now."))
    _check_time(hold.operation, max(hold.since, now), until, now)
    with transaction.atomic():
        changed = Hold.objects.filter(pk=hold.pk, ended_at__isnull=True, until__gt=now).update(
            until=until, changed_at=now
        )
        if not changed:
            raise Refusal("gates.hold_over", gettext_noop("This hold is over already."))
        _journal(acts.HOLD_EXTENDED, by, hold, {"hours": _hours(until - hold.until)})
    hold.refresh_from_db()
    return hold


def end_hold(*, by: User | None, hold: Hold) -> Hold:
    """End a hold now. Ending it again, or one that is over, changes nothing."""
    now = timezone.now()
    with transaction.atomic():
        changed = Hold.objects.filter(pk=hold.pk, ended_at__isnull=True, until__gt=now).update(
            ended_at=now, ended_by=by.pk if by else None, changed_at=now
        )
        if changed:
            _journal(acts.HOLD_ENDED, by, hold, {})
    hold.refresh_from_db()
    return hold


def _check_time(operation: Operation, since: datetime, until: datetime, now: datetime) -> None:
    if until <= since or until <= now:
        raise Refusal("gates.hold_order", gettext_noop("The end must lie after the beginning and after now."))
    if until > end_of(operation):
        raise Refusal(
            "gates.hold_past_operation",
            gettext_noop("The operation ends on %(end)s; no hold lasts longer."),
            end=f"{timezone.localtime(end_of(operation)):%Y-%m-%d %H:%M}",
        )
    if until - since > LONGEST:
        raise Refusal(
            "gates.hold_too_long",
            gettext_noop("At most %(days)s days at once; it can be extended."),
            days=LONGEST.days,
        )


def _whom(person: Person, call: str, child: bool) -> str:
    text = " ".join(call.split())
    if len(text) > LONGEST_CALL:
        raise Refusal(
            "gates.hold_call_too_long",
            gettext_noop("At most %(most)s characters: a name and a number."),
            most=LONGEST_CALL,
        )
    if text or not child:
        if not text:
            raise Refusal("gates.hold_call", gettext_noop("Please write whom the gate calls, with a number."))
        return text
    known = guardian_of(person)
    if not known:
        raise Refusal(
            "gates.hold_guardian",
            gettext_noop(
                "The register does not know who to call for this child. Please write a guardian and a number."
            ),
        )
    return known[:LONGEST_CALL]


def _present(person: Person, source: str, now: datetime) -> Hold | None:
    """The hold that this source has on the person and that is not over."""
    rows = Hold.objects.filter(person__in=everyone(person), source=source, until__gt=now)
    found: Hold | None = rows.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=now)).order_by("pk").first()
    return found


def _hours(span: timedelta) -> int:
    return round(span.total_seconds() / 3600)


def _journal(act: str, by: User | None, hold: Hold, data: dict[str, object]) -> None:
    record(
        act,
        by=by,
        subject=("person", hold.person_id),
        neighbourhood=hold.neighbourhood_id,
        data={"hold": str(hold.pk), **data},
    )
