"""Say who came, left, did not come; write the hand-over note, and read it. Each is said by somebody, and can be taken back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli import vault
from linli.accounts.models import User
from linli.duties import acts
from linli.duties.candidates import lasting
from linli.duties.models import Credit, HandoverNote, Membership, Shift, Stint
from linli.duties.telling import MISSING, settled
from linli.journal.record import record
from linli.kernel.refusal import Refusal
from linli.operations.queries import active_operation

EARLY = timedelta(hours=2)
"""So long before a shift somebody may be there already."""
CONTEXT = "duties.handover"
KEY = "register"
LATE = timedelta(hours=12)
"""So long after the end of a shift somebody may still have stood there; a word said days later is about no moment that anybody knows."""
LONGEST_NOTE = 600


def say_came(*, by: User | None, stint: Stint, at: datetime, now: datetime) -> Stint:
    """Somebody is there since ``at``. His hours are seen by the host, the unit that sends him, and the bodies he belongs to (C08, C09)."""
    if at > now or not stint.shift.starts_at - EARLY <= at < stint.shift.ends_at:
        raise Refusal(
            "duties.came_when", gettext_noop("One can come to a shift from two hours before it until it ends.")
        )
    with transaction.atomic():
        _say(by, stint, now, came_at=at, left_at=None, missed=False)
        bodies = _bodies(stint)
        Credit.objects.bulk_create(
            (Credit(neighbourhood_id=stint.neighbourhood_id, stint=stint, body_id=body) for body in bodies),
            ignore_conflicts=True,
        )
        _settle_if_all_said(stint.shift, now)
    return stint


def say_left(*, by: User | None, stint: Stint, at: datetime, now: datetime) -> Stint:
    """Somebody went at ``at``; who has not come cannot have gone. Refusals ``duties.left_when``, ``duties.left_late``."""
    if stint.came_at is None or at < stint.came_at or at > now:
        raise Refusal("duties.left_when", gettext_noop("One leaves after one came, and not in the future."))
    if at > stint.shift.ends_at + LATE:
        raise Refusal(
            "duties.left_late",
            gettext_noop(
                "The shift ended more than twelve hours before that. Please have whoever keeps the roster write when it was."
            ),
        )
    _say(by, stint, now, left_at=at)
    return stint


def say_missed(*, by: User | None, stint: Stint, now: datetime) -> Stint:
    """Somebody did not come. Only after the beginning."""
    if now < stint.shift.starts_at:
        raise Refusal("duties.missed_when", gettext_noop("The shift has not begun yet."))
    with transaction.atomic():
        _say(by, stint, now, came_at=None, left_at=None, missed=True)
        Credit.objects.filter(stint=stint).delete()
        _settle_if_all_said(stint.shift, now)
    return stint


def withdraw_attendance(*, by: User | None, stint: Stint, now: datetime) -> Stint:
    """What was said about somebody was wrong: it is as if nobody had said anything; the journal keeps that it was said."""
    with transaction.atomic():
        _say(by, stint, now, act=acts.WITHDRAWN, came_at=None, left_at=None, missed=False)
        Credit.objects.filter(stint=stint).delete()
    return stint


def _say(by: User | None, stint: Stint, now: datetime, *, act: str = acts.CAME, **columns: object) -> None:
    """Write what was said. Who said that somebody came or did not, and when, stays when somebody else says that he left."""
    if "came_at" in columns:
        columns["said_by"], columns["said_at"] = by.pk if by is not None else None, now
    with transaction.atomic():
        rows = Stint.objects.filter(pk=stint.pk, released_at__isnull=True, taken_at__isnull=False)
        if not rows.update(**columns):
            raise Refusal("duties.not_on_shift", gettext_noop("This person is not on the shift any more."))
        data: dict[str, object] = {"shift": str(stint.shift_id)}
        data |= {name: bool(columns[name]) for name in ("came_at", "left_at", "missed") if name in columns}
        record(act, by=by, subject=("stint", stint.pk), neighbourhood=stint.neighbourhood_id, data=data)
    stint.refresh_from_db()


def _bodies(stint: Stint) -> set[int]:
    day = timezone.localdate(stint.shift.starts_at)
    on = lasting(day, day + timedelta(days=1))
    own = Membership.objects.filter(on, volunteer=stint.volunteer_id).values_list("body", flat=True)
    return {body for body in (stint.shift.post.host_id, stint.volunteer.home_id, *own) if body is not None}


def _settle_if_all_said(shift: Shift, now: datetime) -> None:
    waiting = Q(taken_at__isnull=False, released_at__isnull=True, came_at__isnull=True, missed=False)
    if not Stint.objects.filter(waiting, shift=shift).exists():
        settled(shift, now, MISSING)


def write_note(*, by: User | None, shift: Shift, text: str, now: datetime) -> HandoverNote:
    """What this shift tells the next. Sealed: with the operation's key while one is on, and then it ends with it."""
    said = " ".join(text.split())[:LONGEST_NOTE]
    if not said:
        raise Refusal("duties.note_empty", gettext_noop("Please write what the next shift should know."))
    place = shift.post.neighbourhood
    operation = active_operation(place, now)
    with transaction.atomic():
        note = HandoverNote.objects.create(
            neighbourhood=place,
            shift=shift,
            sealed=vault.seal(said, key=operation.key_name if operation else KEY, context=CONTEXT),
            operation=operation.pk if operation else None,
            by_user=by.pk if by is not None else None,
            by_name=by.display_name if by is not None else "",
            happened_at=now,
        )
        record(acts.HANDED_OVER, by=by, subject=("shift", shift.pk), neighbourhood=place.pk)
    return note


def read_note(*, by: User, note: HandoverNote, now: datetime) -> HandoverNote:
    """Somebody of the next shift has read it; the first who says so stands there by name."""
    with transaction.atomic():
        rows = HandoverNote.objects.filter(pk=note.pk, read_at__isnull=True)
        if rows.update(read_at=now, read_by=by.pk, read_name=by.display_name):
            record(acts.NOTE_READ, by=by, subject=("shift", note.shift_id), neighbourhood=note.neighbourhood_id)
    note.refresh_from_db()
    return note
