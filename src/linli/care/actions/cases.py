"""A case from its opening to its end: opened on a ground, extended, shortened, moved, ended, released by who ordered it (Q01)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.care import acts, changes, guardian, rules, telling
from linli.care.actions import supervisors
from linli.care.actions.practice import practice_of
from linli.care.actions.readings import recounted
from linli.care.models import Case, CaseChange, FollowUp, HomeFit, Order
from linli.care.models.hidden import children_too
from linli.care.ordering import Ordered, standing, write_order
from linli.care.writing import (
    Authority,
    Why,
    check_reason,
    close,
    hold,
    hold_term,
    journal,
    lock,
    moment_of,
    note_change,
)
from linli.ground.actions.homes import open_household
from linli.ground.locks import hold_neighbourhood
from linli.ground.models import Household, Mandate, Person, Place
from linli.ground.who import everyone
from linli.kernel.cadence import CONVENTIONS
from linli.kernel.refusal import Refusal
from linli.operations.models import Operation
from linli.operations.queries import active_operation

__all__ = [
    "Authority", "Ordered", "Term", "annul", "end", "extend", "move", "open_case", "prolong", "recount", "release",
    "reopen", "set_fit", "set_plan_person", "shorten",
]  # fmt: skip


@dataclass(frozen=True)
class Term:
    """How long a quarantine lasts: from which event, how many days, counted how (the neighbourhood's practice unless said).

    ``day0`` given stands: for a contact it is the day of the last exposure (RULES.md B5), counted by the convention ``exposure``.
    """

    landed_at: datetime | None = None
    door_at: datetime | None = None
    day0: date | None = None
    days: int = 14
    convention: str = ""
    scheme: str = ""


@dataclass(frozen=True)
class _New:
    """A case as it will be, checked."""

    case: Case
    ordered: Ordered | None
    supervisor: Mandate | None
    words: str


def open_case(
    *,
    by: User | None,
    person: Person,
    household: Household,
    kind: str,
    ground: str,
    at: datetime | None = None,
    dwelling: Place | None = None,
    term: Term | None = None,
    ends_on: date | None = None,
    ordered: Ordered | None = None,
    supervisor: Mandate | None = None,
    source: str = "",
    words: str = "",
) -> Case:
    """Open a case: from its first moment on somebody looks after it. The open case of the same source, or of the same person and kind, is
    returned as it is.

    A quarantine needs ``term`` and ``ordered``; other kinds ``ends_on`` (at most a year ahead). ``supervisor``: else who answers for the
    household, else the secretary. Refusals: ``care.ground``, ``care.no_operation``, ``care.guardian_consent``, ``care.day0``,
    ``care.days``, ``care.convention``, ``care.end_far``, ``care.order_missing``, those of ``orders.order`` and of ``supervisors.begin``.
    """
    root = person.merged_into or person
    with transaction.atomic(), children_too():
        hold_neighbourhood(root.neighbourhood_id)
        before = _present(root, kind, source)
        if before is not None:
            return before
        case = _new(by, root, household, kind, ground, moment_of(at), dwelling, source)
        if kind == rules.QUARANTINE:
            _set_term(case, term or Term())
            if ordered is None:
                raise _order_missing()
        else:
            _set_end(case, ends_on)
        _begin(_New(case, ordered, supervisor, words), by)
    return case


def _new(
    by: User | None,
    person: Person,
    household: Household,
    kind: str,
    ground: str,
    at: datetime,
    dwelling: Place | None,
    source: str,
) -> Case:
    """The row, not saved; on a ground that its kind knows, in an operation where it needs one."""
    now = timezone.now()
    if ground not in rules.GROUNDS.get(kind, ()):
        raise Refusal("care.ground", gettext_noop("Please choose on what ground. Where somebody is from is none."))
    if ground not in rules.NEED_NO_CONSENT:
        guardian.require(person, now)
    return Case(
        neighbourhood_id=person.neighbourhood_id,
        kind=kind,
        ground=ground,
        person=person,
        household=household,
        dwelling=dwelling or household.dwelling,
        operation=_operation(person.neighbourhood_id, kind, ground, now),
        source=source[:60],
        opened_at=at,
        heard_at=now,
        by_user=by.pk if by is not None else None,
        changed_at=now,
    )


def _begin(new: _New, by: User | None) -> None:
    case, order = new.case, None
    case.save(force_insert=True)
    if new.ordered is not None and case.kind == rules.QUARANTINE:
        order = write_order(by, case, new.ordered)
    if case.kind == rules.JOURNEY:
        FollowUp.objects.create(neighbourhood_id=case.neighbourhood_id, case=case, changed_at=case.heard_at)
    supervisors.begin(by, case, new.supervisor, case.opened_at)
    telling.ends_ahead(by, case)
    body = new.ordered.body if order is not None and new.ordered is not None else None
    note_change(by, case, CaseChange.Kind.STARTED, Why(case.ground, body, order, new.words, case.opened_at))
    changes.tell_opened(by, case)


def extend(
    *, by: User | None, case: Case, days: int, reason: str, ordered: Ordered | None = None, words: str = ""
) -> Case:
    """A quarantine lasts longer: ``days`` in all, by an order of its own. When that lapses, the term before it holds again.

    Refusals: ``care.over``, ``care.not_a_term``, ``care.reason``, ``care.days`` (not more than now), ``care.order_missing``, and those
    of an order.
    """
    check_reason(CaseChange.Kind.EXTENDED, reason)
    return _other_days(by, case, days, CaseChange.Kind.EXTENDED, reason, ordered, words)


def shorten(
    *, by: User | None, case: Case, days: int, reason: str, ordered: Ordered | None = None, words: str = ""
) -> Case:
    """A quarantine is over sooner: ``days`` in all, by an order of its own. Refusals as in :func:`extend`; ``care.days`` also when it would
    be over already: then it is a release."""
    check_reason(CaseChange.Kind.SHORTENED, reason)
    return _other_days(by, case, days, CaseChange.Kind.SHORTENED, reason, ordered, words)


def recount(*, by: User, case: Case, convention: str) -> Case:
    """Count an open term in another way (``kernel.cadence.CONVENTIONS``); its days stay as many. Refusals: ``care.convention``,
    ``care.day0`` (what it counts from is not known), ``care.not_a_term``."""
    with transaction.atomic():
        hold_term(case)
        before = case.release_at
        term = Term(case.landed_at, case.door_at, None, case.days or 0, convention, case.scheme)
        if convention in CONVENTIONS and CONVENTIONS[convention].from_event not in ("landing", "door"):
            term = Term(case.landed_at, case.door_at, case.day0, case.days or 0, convention, case.scheme)
        _set_term(case, term)
        recounted(case)
        longer = before is not None and case.release_at is not None and case.release_at > before
        kind = CaseChange.Kind.EXTENDED if longer else CaseChange.Kind.SHORTENED
        _changed(by, case, kind, Why("recount"))
    return case


def prolong(*, by: User, case: Case, ends_on: date, words: str = "") -> Case:
    """Other attention goes on until another day, at most a year from now.

    Refusals: ``care.over``, ``care.end_far``, ``care.not_a_term`` (a quarantine).
    """
    with transaction.atomic():
        hold(case)
        if case.kind == rules.QUARANTINE:
            raise Refusal("care.not_a_term", gettext_noop("Only a home quarantine has a number of days."))
        before = case.ends_on
        _set_end(case, ends_on)
        later = before is not None and ends_on >= before
        _changed(by, case, CaseChange.Kind.EXTENDED if later else CaseChange.Kind.SHORTENED, Why(words=words))
        telling.ends_ahead(by, case)
    return case


def move(
    *, by: User | None, case: Case, dwelling: Place | None, reason: str, words: str = "", at: datetime | None = None
) -> Case:
    """The person goes to another home, or to a central place (``dwelling`` None); the term goes on.

    At another home it is the household there that somebody looks after; what is still to be brought is brought there.

    Refusals: ``care.over``, ``care.reason``.
    """
    check_reason(CaseChange.Kind.MOVED, reason)
    with transaction.atomic():
        hold(case)
        case.dwelling = dwelling
        if dwelling is not None and dwelling.pk != case.household.dwelling_id:
            supervisors.go_along(by, case, open_household(by=by, dwelling=dwelling), timezone.now())
        _changed(by, case, CaseChange.Kind.MOVED, Why(reason, words=words, at=at))
    return case


def end(*, by: User | None, case: Case, reason: str, words: str = "", at: datetime | None = None) -> CaseChange:
    """It ends before its time, with a reason. Refusals: ``care.over``, ``care.reason``, ``care.ordered`` (see :func:`release`)."""
    check_reason(CaseChange.Kind.ENDED, reason)
    with transaction.atomic():
        hold(case)
        if reason not in rules.reasons_of(CaseChange.Kind.ENDED, case.kind):
            raise Refusal(
                "care.ordered", gettext_noop("This was ordered. Only the authority that ordered it releases earlier.")
            )
        return close(by, case, Case.Closed.ENDED, CaseChange.Kind.ENDED, Why(reason, words=words, at=at))


def release(*, by: User | None, case: Case, body: Authority, words: str = "", at: datetime | None = None) -> CaseChange:
    """A quarantine is released before its term is over, by who ordered it and nobody else (art. 47; 2013 law art. 41).

    Refusals: ``care.over``, ``care.not_a_term``, ``care.not_who_ordered``.
    """
    with transaction.atomic():
        hold_term(case)
        if not any(rules.same_body((body.kind, body.name), (one.body_kind, one.body_name)) for one in standing(case)):
            raise Refusal(
                "care.not_who_ordered", gettext_noop("Only the authority that ordered it releases; it is another one.")
            )
        why = Why("early", body, words=words, at=at)
        return close(by, case, Case.Closed.RELEASED, CaseChange.Kind.RELEASED, why)


def annul(*, by: User | None, case: Case, reason: str, words: str = "") -> CaseChange:
    """It was a mistake. It stays as annulled and counts as nothing. Refusals: ``care.over``, ``care.reason``."""
    check_reason(CaseChange.Kind.ANNULLED, reason)
    with transaction.atomic():
        hold(case)
        return close(by, case, Case.Closed.ANNULLED, CaseChange.Kind.ANNULLED, Why(reason, words=words))


def reopen(*, by: User | None, case: Case, words: str = "", ordered: Ordered | None = None) -> Case:
    """Take a closing back. Refusals: ``care.still_open``, ``care.other_open`` (another case of the person and kind is open),
    ``care.term_over``, ``care.order_missing`` (no order stands), and those of an order."""
    now = timezone.now()
    with transaction.atomic(), children_too():
        hold_neighbourhood(case.neighbourhood_id)
        lock(case)
        if case.closed_at is None:
            raise Refusal("care.still_open", gettext_noop("This is open; there is nothing to open again."))
        if _present(case.person, case.kind, "") is not None:
            raise Refusal("care.other_open", gettext_noop("Another case of this kind is open for this person."))
        over = case.release_at or (_midnight(case.ends_on) if case.ends_on is not None else now)
        if over <= now:
            raise Refusal("care.term_over", gettext_noop("Its time is over. Open a new one with an order of its own."))
        order = write_order(by, case, ordered) if ordered is not None else None
        if case.kind == rules.QUARANTINE and not standing(case):
            raise _order_missing()
        case.closed_at, case.closed_as, case.changed_at = None, "", now
        case.save(update_fields=["closed_at", "closed_as", "changed_at"])
        supervisors.resume(by, case, now)
        telling.reopened(by, case, now)
        note_change(by, case, CaseChange.Kind.REOPENED, Why(order=order, words=words))
        changes.tell_opened(by, case)
    return case


def set_fit(
    *, by: User | None, case: Case, fit: bool, why: tuple[str, ...] = (), at: datetime | None = None
) -> HomeFit:
    """Say whether a home is fit for a quarantine, and what is missing. Refusals: ``care.over``, ``care.not_a_term``, ``care.unfit_why``."""
    if (not fit and not why) or set(why) - set(rules.UNFIT):
        raise Refusal("care.unfit_why", gettext_noop("Please say what the home lacks."))
    with transaction.atomic():
        hold_term(case)
        row: HomeFit = HomeFit.objects.create(
            neighbourhood_id=case.neighbourhood_id,
            case=case,
            fit=fit,
            why=[] if fit else list(why),
            happened_at=moment_of(at),
            by_user=by.pk if by is not None else None,
        )
        journal(acts.FIT, by, case, {"fit": fit})
    return row


def set_plan_person(*, case: Case, plan_person: Any) -> None:
    """Which entry of a round's plan measures this person (an opaque id; None: none any more)."""
    Case.objects.filter(pk=case.pk).update(plan_person=plan_person)
    case.plan_person = plan_person


def _other_days(
    by: User | None, case: Case, days: int, kind: str, reason: str, ordered: Ordered | None, words: str
) -> Case:
    now = timezone.now()
    if ordered is None:
        raise _order_missing()
    with transaction.atomic():
        hold_term(case)
        before, day0 = case.days or 0, case.day0 or timezone.localdate(now)
        wrong = days <= before if kind == CaseChange.Kind.EXTENDED else days >= before
        if wrong or days > rules.MOST_DAYS or rules.release_at(day0, max(days, 1), case.convention) <= now:
            raise Refusal(
                "care.days", gettext_noop("This number of days does not fit. It is the whole number, from day 1 on.")
            )
        order: Order = write_order(by, case, ordered)
        case.days, case.release_at = days, rules.release_at(day0, days, case.convention)
        _changed(by, case, kind, Why(reason, ordered.body, order, words, ordered.given_at))
    return case


def _changed(by: User | None, case: Case, kind: str, why: Why) -> None:
    case.changed_at = timezone.now()
    case.save()
    changes.tell_changed(by, case, note_change(by, case, kind, why))


def _set_term(case: Case, term: Term) -> None:
    convention = term.convention or practice_of(case.neighbourhood_id, timezone.now()).convention
    if not term.convention and case.ground == Case.Ground.CONTACT:
        convention = "exposure"
    if convention not in CONVENTIONS:
        raise Refusal("care.convention", gettext_noop("This way of counting days is not known."))
    if not 1 <= term.days <= rules.MOST_DAYS:
        raise Refusal(
            "care.days", gettext_noop("This number of days does not fit. It is the whole number, from day 1 on.")
        )
    found = rules.counted(
        convention=convention, days=term.days, landed_at=term.landed_at, door_at=term.door_at, day0=term.day0
    )
    if found.day0 is None:
        raise Refusal("care.day0", gettext_noop("Please say when it began: the days are counted from there."))
    case.landed_at, case.door_at, case.scheme = term.landed_at, term.door_at, term.scheme[:60]
    case.day0, case.days, case.convention = found.day0, found.days, found.convention
    case.release_at = rules.release_at(found.day0, found.days, found.convention)


def _set_end(case: Case, ends_on: date | None) -> None:
    today = timezone.localdate()
    if ends_on is None or not today < ends_on <= today + rules.LONGEST_ATTENTION:
        raise Refusal("care.end_far", gettext_noop("Please say until when, at most a year ahead; it can be prolonged."))
    case.ends_on = ends_on


def _operation(neighbourhood: int, kind: str, ground: str, now: datetime) -> Operation | None:
    """The operation to which a case belongs: a quarantine and a follow-up need one; other attention outlives it, but for an emergency's."""
    needed = kind in (rules.QUARANTINE, rules.JOURNEY)
    found = active_operation(neighbourhood, now) if needed or ground == Case.Ground.EMERGENCY else None
    if needed and found is None:
        raise Refusal(
            "care.no_operation",
            gettext_noop("Without an open operation nobody is kept at home or followed. Open an operation first."),
        )
    return found


def _present(person: Person, kind: str, source: str) -> Case | None:
    """The open case of this source, else of this person and kind. In a scope that has everybody."""
    rows = Case.objects.filter(closed_at__isnull=True)
    found: Case | None = rows.filter(source=source).first() if source else None
    return found or rows.filter(person__in=everyone(person), kind=kind).first()


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _order_missing() -> Refusal:
    return Refusal(
        "care.order_missing",
        gettext_noop("Please write which authority ordered it. Without an order nobody is kept at home."),
    )
