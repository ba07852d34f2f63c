"""Writers of what becomes of a target after the opening: it joins late, is handed on, is excused by name; and blind spots are signed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground.models import Household, Mandate, Place
from linli.journal.record import record
from linli.kernel.refusal import Refusal
from linli.notices.actions import settle
from linli.rounds import acts
from linli.rounds.actions.closing import tell_left
from linli.rounds.actions.opening import BLIND, subject_row, target_id, target_row
from linli.rounds.actions.plans import check_here
from linli.rounds.actions.settling import settle_done
from linli.rounds.models import Excusal, Handing, Occurrence, Target, VisitTarget
from linli.rounds.notes import written
from linli.rounds.plans.choosing import Chosen, Names
from linli.rounds.plans.holding import before


def join_place(*, by: User | None, occurrence: Occurrence, place: Place, reason: str) -> Target:
    """Let a place, or the household at a door, join a round that is open, with a reason; twice is the first. Needs a scope.

    What was walked there as a stray counts from then on. Refusals: ``targets.reason_missing``, ``targets.elsewhere``.
    """
    why = _reason(reason)
    if not occurrence.place.contains(place):
        raise Refusal("targets.elsewhere", gettext_noop("%(name)s lies somewhere else."), name=place.name)
    subject = occurrence.plan.subject
    household = None
    if subject == "household":
        household = Household.objects.filter(dwelling=place, until__isnull=True).values_list("pk", flat=True).first()
    names = Names(occurrence.plan.place)
    one = Chosen(
        name=names.of(place.path, place.name),
        path=place.path,
        place=place.pk,
        household=household,
        area=names.area(place.path),
        sort=names.sort(place.path, place.sort),
    )
    return join(by=by, occurrence=occurrence, one=one, reason=why)


def join(*, by: User | None, occurrence: Occurrence, one: Chosen, reason: str) -> Target:
    """Let anything join a round; see :func:`join_place`."""
    why, now = _reason(reason), timezone.now()
    known = Target.objects.filter(pk=target_id(occurrence.pk, one.key)).first()
    if known is not None:
        return known
    (who,) = before(occurrence.plan, timezone.localdate(now), [one]).held
    with transaction.atomic():
        row = target_row(occurrence, one, who)
        row.joined_at, row.reason = now, why
        Occurrence.objects.select_for_update().get(pk=occurrence.pk)  # the worker may be moving its next close on
        row.save(force_insert=True)
        if row.closes_at is not None:
            sooner = Q(next_close__isnull=True) | Q(next_close__gt=row.closes_at)
            Occurrence.objects.filter(sooner, pk=occurrence.pk).update(next_close=row.closes_at)
        if one.household is not None or one.person is not None:
            subject_row(occurrence, row, one).save(force_insert=True)
        if one.place is not None:
            strays(occurrence).filter(place=one.place).update(target=row)
        _record(acts.TARGET_JOINED, by, row, {"place": one.place})
    return row


def strays(occurrence: Occurrence) -> QuerySet[VisitTarget]:
    """What was visited in a round and is no target of it; rows of ``VisitTarget``."""
    return VisitTarget.objects.filter(visit__occurrence=occurrence, target__isnull=True)


def excuse(*, by: User | None, target: Target, name: str, reason: str, at: datetime | None = None) -> Excusal:
    """Take a target off by name, with a reason; it stays in the denominator. Twice is the first. Needs a scope.

    Refusals: ``targets.excuse_name``, ``targets.reason_missing``.
    """
    said, why, now = " ".join(name.split()), _reason(reason), timezone.now()
    if not said:
        raise Refusal("targets.excuse_name", gettext_noop("An excuse has a name: who takes it off?"))
    neighbourhood = _neighbourhood(target)
    with transaction.atomic():
        row, made = Excusal.objects.get_or_create(
            target=target,
            defaults={
                "neighbourhood_id": neighbourhood,
                "by_user": by.pk if by is not None else None,
                "by_name": said[:80],
                "at": min(at or now, now),
                "heard_at": now,
                **written(why, neighbourhood, now),
            },
        )
        if made:
            settle_done([target], neighbourhood, now)
            _record(acts.EXCUSED, by, target, {})
    excusal: Excusal = row
    return excusal


def hand_over(*, by: User | None, targets: Iterable[Target], to: Mandate, reason: str = "") -> int:
    """Give targets of a round to somebody else from now on; how many changed hands. Needs a scope.

    Who had them before may still hold unsent visits: they are taken, and flagged. Of a round that is over the new one is told what is
    undone. Refusal: ``plans.not_here``.
    """
    rows = list(targets)
    if not rows:
        return 0
    check_here(rows[0].occurrence.place, to)
    now = timezone.now()
    last: dict[UUID, int | None] = {row.pk: row.holder_id for row in rows}
    given = Handing.objects.filter(target__in=list(last)).order_by("since")
    last.update(given.values_list("target", "mandate"))
    moved = [row for row in rows if last[row.pk] != to.pk]
    with transaction.atomic():
        Handing.objects.bulk_create(
            Handing(
                neighbourhood_id=_neighbourhood(row),
                target=row,
                mandate=to,
                since=now,
                by_user=by.pk if by is not None else None,
                reason=" ".join(reason.split())[:120],
            )
            for row in moved
        )
        tell_left(rows[0].occurrence, [row.pk for row in moved], now)
        for row in moved[:1]:
            _record(acts.HANDED, by, row, {"targets": len(moved), "mandate": to.pk})
    return len(moved)


def sign_blind(*, by: User | None, occurrence: Occurrence, name: str, why: str) -> Occurrence:
    """Somebody lets a round that opened with blind spots go on, by name and with a sentence. The first stands.

    Refusals: ``targets.excuse_name``, ``targets.reason_missing``.
    """
    said, sentence = " ".join(name.split()), _reason(why)
    if not said:
        raise Refusal("targets.excuse_name", gettext_noop("An excuse has a name: who takes it off?"))
    with transaction.atomic():
        rows = Occurrence.objects.filter(pk=occurrence.pk, blind_name="")
        if rows.update(blind_by=by.pk if by is not None else None, blind_name=said[:80], blind_why=sentence[:200]):
            settle(subject=("occurrence", occurrence.pk), kind=BLIND, now=timezone.now())
            record(
                acts.BLIND_SIGNED,
                by=by,
                subject=("occurrence", occurrence.pk),
                neighbourhood=occurrence.place.neighbourhood_id,
                data={"blind": occurrence.blind},
            )
    occurrence.refresh_from_db()
    return occurrence


def _reason(said: str) -> str:
    reason = " ".join(said.split())
    if not reason:
        raise Refusal("targets.reason_missing", gettext_noop("Please say why."))
    return reason[:120]


def _neighbourhood(target: Target) -> int:
    place = target.place if target.place is not None else target.occurrence.place
    return place.neighbourhood_id or target.occurrence.place_id


def _record(act: str, by: User | None, target: Target, data: dict[str, object]) -> None:
    record(
        act,
        by=by,
        subject=("target", target.pk),
        neighbourhood=_neighbourhood(target),
        data={"occurrence": str(target.occurrence_id), **data},
    )
