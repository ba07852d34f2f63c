"""Two entries of the register turn out to be one person: the cases that both had open are one to act on, until the join is taken back.

The newer is closed into the older. Days are counted on from the older's day 0 until the later of the two releases, and the newer's order
stands beside the older's own: struck when the join is taken back, it gives back the term before, as any order does that falls away.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Model
from django.utils import timezone

from linli.accounts.models import User
from linli.care import acts, changes, rules, telling
from linli.care.actions.cases import reopen
from linli.care.actions.orders import strike_order
from linli.care.errand_sealed import seal_anew
from linli.care.models import Alarm, Case, CaseChange, Errand, Need, Order, OwnCode
from linli.care.models.hidden import children_too
from linli.care.ordering import standing
from linli.care.sealed import key_of, sealed_words, words_of
from linli.care.writing import Why, close, journal, lock, note_change
from linli.ground.models import Merge
from linli.ground.who import everyone
from linli.journal.models import Entry
from linli.kernel.refusal import Refusal

GO_ALONG: dict[str, tuple[type[Model], dict[str, Any]]] = {
    "alarms": (Alarm, {"answered_at__isnull": True}),
    "errands": (Errand, {"settled_at__isnull": True, "cancelled_at__isnull": True}),
    "needs": (Need, {"ended_at__isnull": True}),
}
"""What somebody still has to do about a case."""


def joined(by: User | None, merge: Merge) -> None:
    """Of each kind one open case is left (``ground.joining``)."""
    with children_too():
        first: dict[str, Case] = {}
        rows = Case.objects.filter(person__in=everyone(merge.into), closed_at__isnull=True)
        for case in rows.select_related("household").order_by("opened_at", "pk"):
            if case.kind in first:
                _into(by, first[case.kind], case)
            else:
                first[case.kind] = case


def parted(by: User | None, merge: Merge) -> None:
    """They are two people after all: what was closed into another's case is open again, where an order still stands for it."""
    with children_too():
        rows = Case.objects.filter(person__in={merge.person_id, merge.into_id}, joined_into__isnull=False)
        for case in rows.select_related("person", "joined_into__person"):
            into = case.joined_into
            if (into.person.merged_into_id or into.person_id) != (case.person.merged_into_id or case.person_id):
                _out_of(by, into, case)


def _into(by: User | None, first: Case, other: Case) -> None:
    lock(first)
    lock(other)
    longer = _runs_longer(first, other)
    order = _order_of(first, other) if first.kind == rules.QUARANTINE else None
    moved = {name: _go_along(name, first, other) for name in GO_ALONG}
    if not OwnCode.objects.filter(case=first, revoked_at__isnull=True).exists():
        OwnCode.objects.filter(case=other, revoked_at__isnull=True).update(case=first)
    other.joined_into = first
    other.save(update_fields=["joined_into"])
    close(by, other, Case.Closed.ANNULLED, CaseChange.Kind.ANNULLED, Why("double"))
    first.changed_at = timezone.now()
    first.save(update_fields=["days", "release_at", "ends_on", "changed_at"])
    change = note_change(by, first, CaseChange.Kind.JOINED, Why("longer" if longer else "same_person", order=order))
    changes.tell_changed(by, first, change)
    told = {"into": str(first.pk), "order": str(order.pk) if order is not None else "", **moved}
    journal(acts.JOINED, by, other, told)
    telling.joined(first)
    telling.readdress(first.changed_at)


def _runs_longer(first: Case, other: Case) -> bool:
    """Take over the later end; whether it was the other's."""
    if first.release_at is not None and other.release_at is not None and first.day0 is not None:
        more = other.release_at - first.release_at
        if more > timedelta(0):
            first.days = (first.days or 0) + -(-more // timedelta(days=1))
            first.release_at = rules.release_at(first.day0, first.days, first.convention)
        return more > timedelta(0)
    if first.ends_on is not None and other.ends_on is not None and other.ends_on > first.ends_on:
        first.ends_on = other.ends_on
        return True
    return False


def _order_of(first: Case, other: Case) -> Order | None:
    """The latest order that stands for the other, a written one before an oral one, beside those of the first: a row of its own."""
    found = sorted(standing(other), key=lambda one: (one.documented_at is not None, one.given_at))
    if not found:
        return None
    row, now = found[-1], timezone.now()
    made: Order = Order.objects.create(
        neighbourhood_id=first.neighbourhood_id,
        case=first,
        body_kind=row.body_kind,
        body_name=row.body_name,
        power=row.power,
        document=row.document,
        oral=row.oral,
        given_at=row.given_at,
        unsure=row.unsure,
        heard_at=now,
        by_user=row.by_user,
        lapses_at=row.lapses_at,
        documented_at=row.documented_at,
    )
    telling.order_given(None, made)
    return made


def _go_along(name: str, first: Case, other: Case) -> list[str]:
    """What waits of the other waits of the first from now on; which rows."""
    model, waits = GO_ALONG[name]
    rows: Any = model._default_manager.filter(case=other, **waits)
    ids = [str(pk) for pk in rows.values_list("pk", flat=True)]
    rows.update(case=first)
    _under_its_key(name, ids, other, first)
    return ids


def _under_its_key(name: str, ids: list[str], old: Case, new: Case) -> None:
    """In quiet years every case has a key of its own: what went along is readable as long as the case it is of now."""
    if key_of(old) == key_of(new):
        return
    if name == "errands":
        for errand in Errand.objects.filter(pk__in=ids):
            seal_anew(errand)
    if name == "needs":
        for need in Need.objects.filter(pk__in=ids, sealed__isnull=False):
            Need.objects.filter(pk=need.pk).update(sealed=sealed_words(words_of(need.sealed) or "", new))


def _out_of(by: User | None, first: Case, other: Case) -> None:
    entry = Entry.objects.filter(act=acts.JOINED, subject_kind="case", subject=str(other.pk)).order_by("id").last()
    told = entry.data if entry is not None else {}
    _end_as_before(by, first)
    for name, (model, waits) in GO_ALONG.items():
        rows: Any = model._default_manager.filter(case=first, pk__in=told.get(name, []), **waits)
        back = [str(pk) for pk in rows.values_list("pk", flat=True)]
        rows.update(case=other)
        _under_its_key(name, back, first, other)
    Case.objects.filter(pk=other.pk).update(joined_into=None)
    OwnCode.objects.filter(case=first, person=other.person_id).exclude(person=first.person_id).update(case=other)
    journal(acts.JOINED, by, other, {"out_of": str(first.pk)})
    orders = list(Order.objects.filter(pk=told.get("order") or None))
    for order in orders:
        _document_back(order, other)
    try:
        reopen(by=by, case=other)
    except Refusal:
        telling.not_reopened(other)
    for order in orders:
        strike_order(by=by, order=order)


def _document_back(order: Order, other: Case) -> None:
    """Its document came while the two were one: it is that of the order it was taken from."""
    if order.documented_at is not None:
        rows = Order.objects.filter(case=other, documented_at__isnull=True, annulled_at__isnull=True)
        rows = rows.filter(given_at=order.given_at, body_kind=order.body_kind, body_name=order.body_name)
        rows.update(document=order.document, documented_at=order.documented_at, lapses_at=None, lapsed_at=None)


def _end_as_before(by: User | None, first: Case) -> None:
    """Other attention ends again on the day on which it would have, unless somebody has said another since."""
    steps = list(first.changes.filter(ends_on__isnull=False).order_by("heard_at", "id"))
    last = steps[-1] if steps else None
    if last is not None and last.kind == CaseChange.Kind.JOINED and len(steps) > 1 and first.closed_at is None:
        lock(first)
        first.ends_on, first.changed_at = steps[-2].ends_on, timezone.now()
        first.save(update_fields=["ends_on", "changed_at"])
        changes.tell_changed(by, first, note_change(by, first, CaseChange.Kind.SHORTENED, Why("wrong_person")))
