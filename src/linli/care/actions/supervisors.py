"""Who looks after a household, who stands in, who takes over: rows are added, and at every moment exactly one holds (Q01)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.care import acts, changes, telling
from linli.care.actions.practice import practice_of
from linli.care.models import Case, Errand, Supervisor
from linli.care.models.hidden import children_too
from linli.care.rules import QUARANTINE
from linli.care.supervising import holder_of, holds, households_of, row_at, secretary
from linli.care.writing import moment_of
from linli.ground.locks import hold_neighbourhood
from linli.ground.models import Household, Mandate
from linli.ground.queries import responsible_on
from linli.journal.record import record
from linli.kernel.refusal import Refusal


def name_supervisor(
    *, by: User | None, household: Household, mandate: Mandate, at: datetime | None = None, case: Case | None = None
) -> Supervisor:
    """Name who looks after a household from ``at`` (now) on, also ahead of time; with ``case`` who helps one person.

    Refusals: ``care.cannot_carry`` (the office is over, suspended or of another neighbourhood), ``care.allowance`` (this person
    looks after as many households as the neighbourhood's practice allows, Q01), ``care.supervisor_later`` (somebody has done so since).
    """
    when = at or timezone.now()
    with transaction.atomic():
        hold_neighbourhood(household.neighbourhood_id)
        _check(household, mandate, when, case)
        _check_order(household, case, when)
        before = row_at(household.pk, _pk(case), when)
        if before is not None and before.mandate_id == mandate.pk and not before.substitute:
            return before
        why = Supervisor.Why.NAMED if before is None else Supervisor.Why.HANDED
        return _write(by, household, case, mandate, when, why)


def substitute(
    *,
    by: User | None,
    household: Household,
    mandate: Mandate,
    since: datetime,
    until: datetime | None = None,
    case: Case | None = None,
) -> Supervisor:
    """Let somebody stand in from ``since`` on, also ahead of time; back by itself at ``until``, or when somebody says so (:func:`back`).

    Refusals as in :func:`name_supervisor`, and ``care.nobody_to_stand_in_for``, ``care.substitute_order``.
    """
    if until is not None and until <= since:
        raise Refusal("care.substitute_order", gettext_noop("The end must lie after the beginning."))
    with transaction.atomic():
        hold_neighbourhood(household.neighbourhood_id)
        first = _first(household, case, since)
        _check(household, mandate, since, case)
        _check_order(household, case, since)
        row = _write(by, household, case, mandate, since, Supervisor.Why.STANDS_IN)
        if until is not None:
            _write(by, household, case, first.mandate, until, Supervisor.Why.BACK)
    return row


def back(*, by: User | None, household: Household, at: datetime | None = None, case: Case | None = None) -> Supervisor:
    """Who was substituted is back from ``at`` (now) on, earlier than planned or without a plan.

    Refusals: ``care.no_substitute``, and ``care.cannot_carry`` when the first one's office is over by now.
    """
    when = moment_of(at)
    with transaction.atomic():
        hold_neighbourhood(household.neighbourhood_id)
        now = row_at(household.pk, _pk(case), when)
        if now is None or not now.substitute:
            raise Refusal("care.no_substitute", gettext_noop("Nobody stands in here just now."))
        first = _first(household, case, when)
        _check_holds(household, first.mandate, when)
        _check_order(household, case, when)
        return _write(by, household, case, first.mandate, when, Supervisor.Why.BACK)


def begin(by: User | None, case: Case, wanted: Mandate | None, at: datetime) -> None:
    """A case opens: somebody looks after it from its first moment on. The household's own goes on when it has a case already, and so
    does whoever was named since that moment; what began before he was named is his too.

    ``wanted``: as named, with the refusals of :func:`name_supervisor`; else who answers for the household, and when that is nobody who
    can, the secretary, who is told. Refusal: ``care.no_secretary``.
    """
    of_case = None if case.kind == QUARANTINE else case
    household = case.household
    known = _known(household, of_case)
    named_since = known is not None and known.since >= at
    if named_since or (of_case is None and _cared_for(case)):
        _begins_earlier(by, household, of_case, at)
        if wanted is None:
            return
    if wanted is not None:
        since = timezone.now() if named_since else at  # who has looked after it is never written over
        _check(household, wanted, since, of_case)
        _write(by, household, of_case, wanted, since, Supervisor.Why.HANDED if named_since else Supervisor.Why.NAMED)
        return
    found = responsible_on(household.pk, timezone.localdate(at))
    if found is not None and _can(found, household, at) and (of_case is not None or _free(household, found, at)):
        _write(by, household, of_case, found, at, Supervisor.Why.NAMED)
        return
    fall(household=household, case=of_case, at=at)


def resume(by: User | None, case: Case, at: datetime) -> None:
    """A closing is taken back: whoever looked after it does so again, as long as he can; else as when it began."""
    of_case = None if case.kind == QUARANTINE else case
    row = row_at(case.household_id, _pk(of_case), at)
    able = row is not None and holds(row.mandate, case.neighbourhood_id, at)
    if row is None or not able or (of_case is None and not _free(case.household, row.mandate, at)):
        begin(by, case, None, at)


def go_along(by: User | None, case: Case, to: Household, at: datetime) -> None:
    """Somebody goes from one household to another, and what is still to be brought to him too: his helper stays his; who looked after the
    household he leaves goes with the last one, unless the other household has somebody already."""
    before, case.household = case.household, to
    case.save(update_fields=["household"])
    Errand.objects.filter(case=case, delivered_at__isnull=True).update(household=to)
    if case.kind != QUARANTINE:
        Supervisor.objects.filter(case=case).update(household=case.household)
        return
    row = row_at(before.pk, None, at)
    others = Case.objects.filter(household=before, kind=QUARANTINE, closed_at__isnull=True)
    if row is None or _cared_for(case) or others.exists() or not _can(row.mandate, case.household, at):
        begin(by, case, None, at)
    else:
        _write(by, case.household, None, row.mandate, at, Supervisor.Why.HANDED)


def fall(*, household: Household, case: Case | None, at: datetime) -> Supervisor:
    """Nobody who was named can carry it: the secretary does, and is told that somebody must be named. Refusal: ``care.no_secretary``."""
    office = secretary(household.neighbourhood_id, timezone.now())
    if office is None:
        raise Refusal(
            "care.no_secretary",
            gettext_noop("This neighbourhood has no secretary yet. Give somebody the office first."),
        )
    row = _write(None, household, case, office, at, Supervisor.Why.FELL)
    telling.fell(household, case, row)
    return row


def _cared_for(case: Case) -> bool:
    others = Case.objects.filter(household=case.household_id, kind=QUARANTINE, closed_at__isnull=True)
    return others.exclude(pk=case.pk).exists()


def _known(household: Household, case: Case | None) -> Supervisor | None:
    """Who looks after it by now, whether he still can or not."""
    return row_at(household.pk, _pk(case), timezone.now())


def _begins_earlier(by: User | None, household: Household, case: Case | None, at: datetime) -> None:
    """A moment before anybody was named belongs to the first who was."""
    if row_at(household.pk, _pk(case), at) is not None:
        return
    rows = Supervisor.objects.filter(household=household, case=case, annulled_at__isnull=True)
    first = rows.select_related("mandate").order_by("since", "id").first()
    if first is not None:
        _add(by, household, case, first.mandate, at, Supervisor.Why.NAMED)


def _first(household: Household, case: Case | None, moment: datetime) -> Supervisor:
    """For whom somebody stands in: the latest row before a moment that is no substitute's."""
    rows = Supervisor.objects.filter(household=household, case=case, annulled_at__isnull=True, since__lte=moment)
    found: Supervisor | None = (
        rows.filter(substitute=False).select_related("mandate__place", "mandate__user").order_by("since", "id").last()
    )
    if found is None:
        raise Refusal("care.nobody_to_stand_in_for", gettext_noop("Name first who looks after this household."))
    return found


def _check(household: Household, mandate: Mandate, at: datetime, case: Case | None) -> None:
    _check_holds(household, mandate, at)
    if case is None and not _free(household, mandate, at):
        most = practice_of(household.neighbourhood_id, timezone.now()).households_each
        raise Refusal(
            "care.allowance",
            gettext_noop("One person looks after at most %(most)s household(s) here, and this one does already."),
            most=most,
        )


def _check_order(household: Household, case: Case | None, at: datetime) -> None:
    """Who has looked after it is never written over: what begins, begins after the last that began."""
    rows = Supervisor.objects.filter(household=household, case=case, annulled_at__isnull=True)
    if rows.filter(since__gt=at, since__lte=timezone.now()).exists():
        raise Refusal(
            "care.supervisor_later",
            gettext_noop("Somebody has looked after this household since then. Say a later time."),
        )


def _check_holds(household: Household, mandate: Mandate, at: datetime) -> None:
    if not _can(mandate, household, at):
        raise Refusal(
            "care.cannot_carry", gettext_noop("%(name)s has no office here at that time."), name=mandate.holder_name
        )


def _can(mandate: Mandate, household: Household, at: datetime) -> bool:
    """Whether an office can carry a household from a moment on: then, and now when that is later."""
    return all(holds(mandate, household.neighbourhood_id, one) for one in (at, max(at, timezone.now())))


def _free(household: Household, mandate: Mandate, at: datetime) -> bool:
    """Whether somebody may look after one household more."""
    others = set(households_of(holder_of(mandate), household.neighbourhood_id, at)) - {household.pk}
    return len(others) < practice_of(household.neighbourhood_id, timezone.now()).households_each


def _write(
    by: User | None, household: Household, case: Case | None, mandate: Mandate, since: datetime, why: str
) -> Supervisor:
    """A row from ``since`` on. What was planned after it for the same household comes about no more."""
    now = timezone.now()
    rows = Supervisor.objects.filter(household=household, case=case, annulled_at__isnull=True)
    rows.filter(since__gte=since).update(annulled_at=now)
    row = _add(by, household, case, mandate, since, why)
    if why != Supervisor.Why.FELL:
        telling.somebody_named(household, case, now)
    telling.readdress(now, household)
    if case is None:
        changes.tell_named(by, household)
    return row


def _add(
    by: User | None, household: Household, case: Case | None, mandate: Mandate, since: datetime, why: str
) -> Supervisor:
    row: Supervisor = Supervisor.objects.create(
        neighbourhood_id=household.neighbourhood_id,
        household=household,
        case=case,
        mandate=mandate,
        since=since,
        substitute=why == Supervisor.Why.STANDS_IN,
        why=why,
        by_user=by.pk if by is not None else None,
        noted_at=timezone.now(),
    )
    record(
        acts.SUPERVISED,
        by=by,
        subject=("household", household.pk) if case is None else ("case", case.pk),
        neighbourhood=household.neighbourhood_id,
        mandate=mandate.pk,
        happened_at=since,
        data={"why": str(why)},
    )
    return row


def _pk(case: Case | None) -> UUID | None:
    return case.pk if case is not None else None


def hand_to_secretary(row: Supervisor, now: datetime) -> bool:
    """The job: who was named left his office. From its end on (or from now, when it was suspended) somebody else carries it: for whom he
    stood in, else the secretary. False without a secretary (it waits for one), or when somebody was named meanwhile."""
    ended = row.mandate.until
    at = now
    if ended is not None and ended <= timezone.localdate(now):
        midnight = timezone.make_aware(datetime.combine(ended, datetime.min.time()))
        at = max(midnight, row.since)
    with transaction.atomic(), children_too():
        hold_neighbourhood(row.neighbourhood_id)
        again = row_at(row.household_id, row.case_id, now)
        if again is None or again.pk != row.pk or secretary(row.neighbourhood_id, now) is None:
            return False
        first = _first(row.household, row.case, now) if row.substitute else row
        if first.pk != row.pk and holds(first.mandate, row.neighbourhood_id, now):
            _write(None, row.household, row.case, first.mandate, at, Supervisor.Why.BACK)
        else:
            fall(household=row.household, case=row.case, at=at)
    return True
