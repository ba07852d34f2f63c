"""Orders of home quarantine: who ordered, by what power, on which document; what is said aloud lapses without it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.care import acts, changes, rules, telling
from linli.care.models import Case, CaseChange, Order
from linli.care.ordering import Ordered, standing, write_order
from linli.care.sealed import sealed_words
from linli.care.writing import Authority, Why, close, hold_term, journal, lock, note_change
from linli.kernel.refusal import Refusal

__all__ = ["Authority", "Ordered", "document_order", "lapse_order", "order", "strike_order"]


def order(*, by: User | None, case: Case, ordered: Ordered) -> Order:
    """Note who ordered a quarantine that is open.

    Refusals: ``care.over``, ``care.not_a_term``, ``care.not_empowered`` (the rule set in force lets nobody of this kind order; RULES.md
    B4), ``care.body_name``, ``care.oral_authority`` (neither a document nor who said it), ``care.future``.
    """
    with transaction.atomic():
        hold_term(case)
        return write_order(by, case, ordered)


def document_order(*, by: User, order: Order, document: str) -> Order:
    """The document of an oral order has come. Refusals: ``care.document_missing``, ``care.order_over`` (it lapsed or was struck: note
    a new one and open the case again)."""
    now = timezone.now()
    number = document.strip()
    if not number:
        raise Refusal("care.document_missing", gettext_noop("Please write the number of the document."))
    with transaction.atomic():
        rows = Order.objects.filter(pk=order.pk, lapsed_at__isnull=True, annulled_at__isnull=True)
        rows = rows.filter(
            Q(lapses_at__isnull=True) | Q(lapses_at__gt=now)
        )  # its time may be over before the job has come by
        case = order.case
        changed = rows.update(document=sealed_words(number, case), documented_at=now, lapses_at=None)
        if not changed:
            raise Refusal("care.order_over", gettext_noop("This order no longer stands. Note the new one instead."))
        journal(acts.DOCUMENTED, by, case, {"order": str(order.pk)})
        telling.order_done(order, now)
    order.refresh_from_db()
    return order


def strike_order(*, by: User | None, order: Order) -> Order:
    """An order was noted by mistake: it no longer stands, and what rested on it goes with it, as if it had lapsed."""
    now = timezone.now()
    with transaction.atomic():
        rows = Order.objects.filter(pk=order.pk, lapsed_at__isnull=True, annulled_at__isnull=True)
        if rows.update(annulled_at=now, annulled_by=by.pk if by is not None else None):
            _fall_back(by, order, now)
    order.refresh_from_db()
    return order


def lapse_order(order: Order, now: datetime) -> bool:
    """The job: an oral order whose time is over lapses; the office hears of it. False when its document came meanwhile."""
    with transaction.atomic():
        rows = Order.objects.filter(pk=order.pk, lapses_at__lte=now, lapsed_at__isnull=True, annulled_at__isnull=True)
        if not rows.update(lapsed_at=now):
            return False
        was_open = _fall_back(None, order, now)
        if was_open:
            telling.order_lapsed(order, now)
    return True


def _steps(case: Case) -> QuerySet[CaseChange]:
    """The beginning and what rests on an order of its own, as they were written: a move or another way of counting gives no days."""
    ordered = Q(kind=CaseChange.Kind.STARTED) | Q(order__isnull=False)
    rows: QuerySet[CaseChange] = case.changes.filter(ordered, days__isnull=False).select_related("order")
    return rows.order_by("heard_at", "id")


def _fall_back(by: User | None, order: Order, now: datetime) -> bool:
    """Without any order nobody is kept at home; without the order of an extension the term is again what it was before.

    Whether the case was open, so that somebody has to hear of it."""
    case = order.case
    lock(case)
    journal(acts.LAPSED, by, case, {"order": str(order.pk)})
    telling.order_done(order, now)
    if case.closed_at is not None:
        return False
    body, at = Authority(order.body_kind, order.body_name), order.lapses_at if by is None else None
    if at is not None and case.release_at is not None and case.release_at <= at:
        return False  # its last day was over before the order lapsed: it is released
    if not standing(case):
        close(by, case, Case.Closed.LAPSED, CaseChange.Kind.LAPSED, Why("order", body, order, at=at))
        return True
    kept = rules.term_that_stands(
        [
            rules.Step(step.days or 0, step.order is None or not (step.order.lapsed_at or step.order.annulled_at))
            for step in _steps(case)
        ]
    )
    if kept.days != case.days and case.day0 is not None:
        kind = CaseChange.Kind.SHORTENED if kept.days < (case.days or 0) else CaseChange.Kind.EXTENDED
        case.days = kept.days
        case.release_at = rules.release_at(case.day0, kept.days, case.convention)
        case.changed_at = now
        case.save(update_fields=["days", "release_at", "changed_at"])
        changes.tell_changed(by, case, note_change(by, case, kind, Why("lapsed", body, order, at=at)))
    return True
