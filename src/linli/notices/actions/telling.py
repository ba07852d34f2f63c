"""Write a notice down in the caller's transaction; settle it when it is done; take it up by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground.mandates import can
from linli.ground.models import Place
from linli.ground.scope import scoped
from linli.journal.record import record
from linli.kernel.refusal import Refusal
from linli.notices import acts, kinds
from linli.notices.models import Acknowledgement, Notice
from linli.notices.recipients import To

RIGHT = "notices.manage"
MOST_KEY = 120
MOST_SUBJECT = 40
Subject = tuple[str, object]
"""The kind of a subject and its id: (“occurrence”, id)."""


def notify(
    *,
    by: User | None,
    kind: str,
    subject: Subject,
    neighbourhood: Place,
    to: To,
    key: str,
    due_at: datetime | None = None,
    quantities: Mapping[str, int] | None = None,
) -> Notice:
    """Say that somebody must hear of something: a row in the transaction of the change that makes it; the worker tells it.

    ``key`` makes it one: a second call with it returns the first row, settled or not. ``due_at``: it is told from then on, and the steps
    of its kind count from there; now unless given. ``quantities``: counts by name, never words; ``count`` is said to a group's bot.
    Raises LookupError for a kind that nobody registered, ValueError for a quantity that is no number, a key of more than 120
    characters or a subject of more than 40: SQLite would take them, PostgreSQL would not.
    """
    one = New(kind, subject, to, key, due_at, dict(quantities or {}))
    values = _values(by, neighbourhood, one, timezone.now())
    with scoped(neighbourhood_ids={neighbourhood.pk}, reason="notice"):
        notice, _made = Notice.objects.get_or_create(key=key, defaults=values)
    return notice


@dataclass(frozen=True, slots=True)
class New:
    """One of many notices; its parts are those of :func:`notify`."""

    kind: str
    subject: Subject
    to: To
    key: str
    due_at: datetime | None = None
    quantities: Mapping[str, int] = field(default_factory=dict)


def notify_all(*, by: User | None, neighbourhood: Place, wanted: Iterable[New]) -> None:
    """As :func:`notify`, for many of one neighbourhood: two statements at any number of them, one when all were said before."""
    now, by_key = timezone.now(), {one.key: one for one in wanted}
    rows = {key: Notice(key=key, **_values(by, neighbourhood, one, now)) for key, one in by_key.items()}
    if not rows:
        return
    with scoped(neighbourhood_ids={neighbourhood.pk}, reason="notice"):
        known = set(Notice.objects.filter(key__in=list(rows)).values_list("key", flat=True))
        fresh = [row for key, row in rows.items() if key not in known]
        if fresh:
            Notice.objects.bulk_create(fresh, ignore_conflicts=True)


def _values(by: User | None, neighbourhood: Place, one: New, now: datetime) -> dict[str, Any]:
    """The fields of a notice but for its key. Raises as :func:`notify` says."""
    if not kinds.known(one.kind):
        raise LookupError(f"kind of notice {one.kind!r} is not registered")
    if len(one.key) > MOST_KEY:
        raise ValueError(f"a key has at most {MOST_KEY} characters")
    if len(str(one.subject[1])) > MOST_SUBJECT:
        raise ValueError(f"the id of a subject has at most {MOST_SUBJECT} characters")
    if not all(isinstance(n, int) for n in one.quantities.values()):
        raise ValueError("quantities are whole numbers")
    return {
        "neighbourhood": neighbourhood,
        "kind": one.kind,
        "subject_type": one.subject[0],
        "subject": str(one.subject[1]),
        "to_mandate": one.to.mandate,
        "to_capacity": one.to.capacity,
        "to_place": one.to.place,
        "to_area": one.to.area,
        "quantities": dict(one.quantities),
        "by_user": by.pk if by is not None else None,
        "made_at": now,
        "due_at": one.due_at or now,
        "next_at": one.due_at or now,
    }


def settle(
    *,
    now: datetime,
    subject: Subject | None = None,
    key: str = "",
    kind: str = "",
    due_at: datetime | None = None,
    neighbourhood: Place | None = None,
) -> int:
    """What notices were about is done: nobody is told any more, and what waits to be sent is dropped. Returns how many it ended.

    Named by ``subject`` (every notice about it; only those of ``kind``, and due at ``due_at``, when given) or by ``key``. In the caller's
    scope, or in that of ``neighbourhood``. A second call ends nothing.
    """
    if (subject is None) == (not key):
        raise ValueError("name what is done by its subject or by its key")
    if neighbourhood is not None:
        with scoped(neighbourhood_ids={neighbourhood.pk}, reason="notice"):
            return settle(now=now, subject=subject, key=key, kind=kind, due_at=due_at)
    rows = Notice.objects.filter(settled_at__isnull=True)
    if subject is not None:
        rows = rows.filter(subject_type=subject[0], subject=str(subject[1]))
    else:
        rows = rows.filter(key=key)
    if kind:
        rows = rows.filter(kind=kind)
    if due_at is not None:
        rows = rows.filter(due_at=due_at)
    return int(rows.update(settled_at=now, next_at=None))


def acknowledge(*, by: User, notice: Notice) -> Acknowledgement:
    """Take a notice up by name: repeats and further steps end. A second time is the first one.

    Whoever was told may, and who manages the notices of the neighbourhood. Refusal: ``notices.not_yours``.
    """
    now = timezone.now()
    told = notice.addressees.filter(user=by).exists()
    if not told and not can(by, RIGHT, notice.neighbourhood):
        raise Refusal("notices.not_yours", gettext_noop("This notice was told to somebody else."))
    with transaction.atomic():
        row, made = Acknowledgement.objects.get_or_create(
            notice=notice, user=by, defaults={"neighbourhood": notice.neighbourhood, "at": now}
        )
        if made:
            Notice.objects.filter(pk=notice.pk, acknowledged_at__isnull=True).update(acknowledged_at=now, next_at=None)
            record(
                acts.ACKNOWLEDGED,
                by=by,
                subject=("notice", notice.pk),
                neighbourhood=notice.neighbourhood_id,
                data={"kind": notice.kind},
            )
    acknowledgement: Acknowledgement = row
    return acknowledgement
