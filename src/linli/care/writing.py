"""What the writers share: lock a case as it is now, write a change of it down, close it, tell the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.care import acts, changes, rules, telling
from linli.care.models import Alarm, Case, CaseChange, Order
from linli.care.models.hidden import children_too
from linli.care.sealed import sealed_words
from linli.journal.record import record
from linli.kernel.refusal import Refusal


@dataclass(frozen=True)
class Authority:
    """A body that orders or releases: its kind (a code of ``data/powers.toml``) and its name."""

    kind: str
    name: str


@dataclass(frozen=True)
class Why:
    """With what a change comes: a code of ``rules.REASONS``, who said so, the order it rests on, words (sealed), when (now)."""

    reason: str = ""
    body: Authority | None = None
    order: Order | None = None
    words: str = ""
    at: datetime | None = None


def lock(case: Case) -> None:
    """Lock a case as it is now, open or closed, in the caller's transaction."""
    with children_too():
        case.refresh_from_db(from_queryset=Case.objects.select_for_update(of=("self",)))


def hold(case: Case) -> None:
    """Lock a case that must be open. Refusal: ``care.over``."""
    lock(case)
    if case.closed_at is not None:
        raise Refusal("care.over", gettext_noop("This is closed already. Open it again first if that was wrong."))


def hold_term(case: Case) -> None:
    """Lock a quarantine that must be open. Refusals: ``care.over``, ``care.not_a_term``."""
    hold(case)
    if case.kind != rules.QUARANTINE:
        raise Refusal("care.not_a_term", gettext_noop("Only a home quarantine has a number of days."))


def check_reason(kind: str, reason: str) -> None:
    """Refuse a reason that is not on the list of its kind of change: ``care.reason``."""
    if reason not in rules.REASONS[kind]:
        raise Refusal("care.reason", gettext_noop("Please choose a reason."))


def moment_of(at: datetime | None) -> datetime:
    """When something happened: as given, never later than now."""
    now = timezone.now()
    return min(at, now) if at is not None else now


def used_before() -> Refusal:
    """A form that was sent before, for somebody else: going back in a browser keeps its key."""
    return Refusal("care.form_twice", gettext_noop("This form was used before. Please fill it in again."))


def note_change(by: User | None, case: Case, kind: str, why: Why) -> CaseChange:
    """Write down what changed, with the term as it is now, and the journal."""
    change: CaseChange = CaseChange.objects.create(
        neighbourhood_id=case.neighbourhood_id,
        case=case,
        kind=kind,
        reason=why.reason,
        order=why.order,
        happened_at=moment_of(why.at),
        heard_at=timezone.now(),
        by_user=by.pk if by is not None else None,
        body_kind=why.body.kind if why.body is not None else "",
        body_name=" ".join(why.body.name.split())[:120] if why.body is not None else "",
        day0=case.day0,
        days=case.days,
        ends_on=case.ends_on,
        dwelling=case.dwelling,
        sealed=sealed_words(why.words, case),
    )
    act = (
        acts.OPENED if kind in ("started", "reopened") else acts.CLOSED if case.closed_at is not None else acts.CHANGED
    )
    journal(act, by, case, {"what": kind, "reason": why.reason}, happened_at=change.happened_at)
    return change


def journal(
    act: str, by: User | None, case: Case, data: dict[str, Any] | None = None, happened_at: datetime | None = None
) -> None:
    """An entry about a case: codes, ids and days."""
    record(
        act,
        by=by,
        subject=("case", case.pk),
        neighbourhood=case.neighbourhood_id,
        data={key: value for key, value in (data or {}).items() if value not in ("", None)},
        happened_at=happened_at,
    )


def close(by: User | None, case: Case, how: str, kind: str, why: Why) -> CaseChange:
    """Close a case that is locked: nothing is due any more, and whoever waits for it hears of it.

    What a person closes answers its alarms too; one that ends by itself leaves them for somebody to answer.
    """
    now = timezone.now()
    case.closed_at, case.closed_as, case.changed_at = moment_of(why.at), how, now
    case.save(update_fields=["closed_at", "closed_as", "changed_at"])
    if by is not None:
        open_alarms = Alarm.objects.filter(case=case, answered_at__isnull=True)
        open_alarms.update(answered_at=now, answered_by=by.pk)
        telling.alarms_settled(case, now)
    telling.closed(case, now)
    change = note_change(by, case, kind, why)
    changes.tell_ended(by, case, change)
    return change
