"""Somebody looks in: on site beside the daily checks (Q02), or every so many days as a need asks (S05, other attention)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.care import acts
from linli.care.models import Case, Need, OnSite
from linli.care.models.hidden import children_too
from linli.care.sealed import sealed_words
from linli.care.writing import hold, journal, lock, moment_of, used_before
from linli.ground.models import Mandate
from linli.kernel.ids import uuid7
from linli.kernel.refusal import Refusal

LONGEST_RHYTHM = 90


def record_on_site(
    *,
    by: User | None,
    case: Case,
    happened_at: datetime | None = None,
    way: str = OnSite.Way.VISIT,
    mandate: Mandate | None = None,
    words: str = "",
    source: str = "",
    key: UUID | None = None,
) -> OnSite:
    """Note that somebody was there, or called. Never refused late; the same ``key`` or ``source`` again is the first.

    Refusals: ``care.way`` (neither a visit nor a call nor something brought), ``care.form_twice`` (the key is that of a visit to somebody
    else).
    """
    if way not in OnSite.Way.values:
        raise Refusal("care.way", gettext_noop("Please say how you looked in."))
    with transaction.atomic():
        lock(case)
        before = OnSite.objects.filter(pk=key).first() if key is not None else None
        if before is not None and before.case_id != case.pk:
            raise used_before()
        if before is None and source:
            before = OnSite.objects.filter(case=case, source=source[:60], annulled_at__isnull=True).first()
        if before is not None:
            known: OnSite = before
            return known
        visit: OnSite = OnSite.objects.create(
            id=key or uuid7(),
            neighbourhood_id=case.neighbourhood_id,
            case=case,
            way=way,
            mandate=mandate,
            happened_at=moment_of(happened_at),
            heard_at=timezone.now(),
            by_user=by.pk if by is not None else None,
            source=source[:60],
            sealed=sealed_words(words, case),
        )
        journal(acts.VISITED, by, case, {"way": way}, happened_at=visit.happened_at)
    return visit


def annul_on_site(*, by: User, visit: OnSite) -> OnSite:
    """It was noted by mistake: it stays and counts no more."""
    with transaction.atomic(), children_too():
        rows = OnSite.objects.filter(pk=visit.pk, annulled_at__isnull=True)
        if rows.update(annulled_at=timezone.now(), annulled_by=by.pk):
            journal(acts.VISITED, by, visit.case, {"annulled": str(visit.pk)})
    visit.refresh_from_db()
    return visit


def set_need(*, by: User | None, case: Case, way: str, every_days: int, words: str = "") -> Need:
    """Somebody looks in every so many days from today on; another rhythm of the same way is over. Refusals: ``care.over``, ``care.way``,
    ``care.need_days``."""
    if way not in Need.Way.values:
        raise Refusal("care.way", gettext_noop("Please say how you looked in."))
    if not 1 <= every_days <= LONGEST_RHYTHM:
        raise Refusal("care.need_days", gettext_noop("Every day at most, every 90 days at least."))
    now = timezone.now()
    with transaction.atomic():
        hold(case)
        Need.objects.filter(case=case, way=way, ended_at__isnull=True).update(ended_at=now)
        need: Need = Need.objects.create(
            neighbourhood_id=case.neighbourhood_id,
            case=case,
            way=way,
            every_days=every_days,
            sealed=sealed_words(words, case),
            since=timezone.localdate(now),
            by_user=by.pk if by is not None else None,
        )
        journal(acts.NEEDED, by, case, {"way": way, "days": every_days})
    return need


def end_need(*, by: User, need: Need) -> Need:
    """Nobody has to look in any more. A second time changes nothing."""
    with transaction.atomic(), children_too():
        if Need.objects.filter(pk=need.pk, ended_at__isnull=True).update(ended_at=timezone.now()):
            journal(acts.NEEDED, by, need.case, {"ended": str(need.pk)})
    need.refresh_from_db()
    return need
