"""Writers of visits: announce one, note its promise, take it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli import vault
from linli.accounts.models import User
from linli.gates import acts
from linli.gates.models import Visit, VisitUse
from linli.gates.rules import class_rules
from linli.gates.timetable import Timetable, end_of
from linli.gates.visits import codes
from linli.gates.visits.sealed import Coming, plate_tail, seal
from linli.gates.visits.words import CLASSES, PURPOSES
from linli.ground.models import Place
from linli.ground.places import DOOR_KINDS
from linli.journal.record import record
from linli.kernel.refusal import Refusal
from linli.operations.models import Operation
from linli.operations.queries import active_operation

LONGEST = timedelta(hours=24)
"""A code of one entry holds at most a day: who does not come gets another."""
AHEAD = timedelta(days=14)
"""How far ahead a visit is announced (*(ours)*)."""
LATE = timedelta(hours=1)
"""A visit may begin a little before it is written down: the visitor stands there."""
LARGEST_PARTY = 20
MOST_OPEN = 30
"""Visits of one home that are still to come (*(ours)*): a household's page is no list of guests for a hall."""
TRIES = 5


@dataclass(frozen=True)
class Wish:
    """A visit to be announced. ``host_person``: one of the home, when somebody is named; ``coming`` may be empty."""

    gate: Place
    host: Place
    klass: str
    since: datetime
    until: datetime
    purpose: str = ""
    entries: str = Visit.Entries.ONCE
    party: int = 1
    host_person: UUID | None = None
    coming: Coming = field(default_factory=Coming)


def register_visit(
    *, by: User | None, wish: Wish, consent: str, promise: bool | None = None, at: datetime | None = None
) -> Visit:
    """Announce a visit, with the host's consent; inside a scope. ``by`` None: the host on the household's own page.

    Refusals: ``visits.no_operation``, ``visits.gate``, ``visits.home``, ``visits.kind``, ``visits.times``, ``visits.too_long``,
    ``visits.party``, ``visits.not_allowed``, ``visits.needs_filing``, ``visits.filing``, ``visits.too_many``, ``visits.again``.
    """
    now = at or timezone.now()
    operation = _operation(wish.gate, now)
    _check_places(wish)
    _check_times(wish, operation, now)
    _check_rules(wish, consent)
    _check_filing(wish, consent, promise)
    row = _row(wish, operation, consent, now)
    row.promise, row.by_user = promise, by.pk if by else None
    with transaction.atomic():
        if _open(wish.host, now) >= MOST_OPEN:
            raise Refusal(
                "visits.too_many",
                gettext_noop("%(most)s visits to this home are still to come. Take one back first, or ask the office."),
                most=MOST_OPEN,
            )
        _number_and_save(row)
        record(
            acts.VISIT_REGISTERED,
            by=by,
            subject=("visit", row.pk),
            neighbourhood=row.neighbourhood_id,
            data={"gate": wish.gate.pk, "home": wish.host.pk, "klass": wish.klass, "consent": consent},
        )
    return row


def _row(wish: Wish, operation: Operation, consent: str, now: datetime) -> Visit:
    """The row of a visit, without its number."""
    coming, place = wish.coming.cleaned(), operation.neighbourhood_id
    try:
        sealed = seal(coming, key=operation.key_name)
    except vault.KeyMissing:
        raise _no_operation() from None
    return Visit(
        neighbourhood_id=place,
        operation=operation,
        klass=wish.klass,
        gate=wish.gate,
        host=wish.host,
        host_person=wish.host_person,
        purpose=wish.purpose,
        since=wish.since,
        until=wish.until,
        entries=wish.entries,
        party=wish.party,
        sealed=sealed,
        plate_tail=plate_tail(coming.plate, place),
        consent_by=consent,
        consented_at=now,
        made_at=now,
    )


def withdraw_visit(*, by: User | None, visit: Visit, at: datetime | None = None) -> Visit:
    """Take a visit back: its code is refused from now on, at gates without a network from their next contact on.

    Taking it back twice changes nothing. Refusal: ``visits.came`` when its one entry has happened.
    """
    now = at or timezone.now()
    with transaction.atomic():
        if visit.entries == Visit.Entries.ONCE and VisitUse.objects.filter(visit=visit).exists():
            raise Refusal(
                "visits.came", gettext_noop("This visitor has come in already; there is nothing to take back.")
            )
        rows = Visit.objects.filter(pk=visit.pk, annulled_at__isnull=True)
        if rows.update(annulled_at=now, annulled_by=by.pk if by else None):
            record(acts.VISIT_WITHDRAWN, by=by, subject=("visit", visit.pk), neighbourhood=visit.neighbourhood_id)
    visit.refresh_from_db()
    return visit


def note_promise(*, by: User, visit: Visit) -> Visit:
    """The written promise of a filed work has been seen: from now on its code is taken (RULES.md B3, 24 March 2020)."""
    with transaction.atomic():
        if Visit.objects.filter(pk=visit.pk, promise=False).update(promise=True):
            record(acts.PROMISE_SEEN, by=by, subject=("visit", visit.pk), neighbourhood=visit.neighbourhood_id)
    visit.refresh_from_db()
    return visit


def may_enter(klass: str, purpose: str, rules: Mapping[str, Any]) -> bool:
    """Whether a rule set lets this class in at all, for this purpose."""
    of_class = class_rules({"klass": klass, "purpose": purpose or None}, rules)
    return bool(of_class["allowed"]) and not of_class.get("point")


def _no_operation() -> Refusal:
    return Refusal(
        "visits.no_operation",
        gettext_noop("No operation is open that records who comes. Visitors need no announcement now."),
    )


def _operation(gate: Place, now: datetime) -> Operation:
    operation = active_operation(gate.neighbourhood_id or 0, now, gate=gate)
    if operation is None or not Timetable.load(operation.neighbourhood_id, gate.pk, now, now).at(now).records:
        raise _no_operation()
    return operation


def _check_places(wish: Wish) -> None:
    gate, home = wish.gate, wish.host
    if gate.kind.code != "gate" or gate.until is not None:
        raise Refusal("visits.gate", gettext_noop("Choose a gate."))
    if home.neighbourhood_id != gate.neighbourhood_id or home.kind.code not in DOOR_KINDS:
        raise Refusal("visits.home", gettext_noop("Choose the home that is visited."))


def _check_times(wish: Wish, operation: Operation, now: datetime) -> None:
    if wish.klass not in CLASSES or wish.purpose not in PURPOSES or wish.entries not in Visit.Entries.values:
        raise Refusal("visits.kind", gettext_noop("Choose who comes, and what for."))
    if not 1 <= wish.party <= LARGEST_PARTY:
        raise Refusal("visits.party", gettext_noop("Between 1 and %(most)s people."), most=LARGEST_PARTY)
    if not now - LATE <= wish.since < wish.until or wish.until <= now or wish.since > now + AHEAD:
        raise Refusal(
            "visits.times",
            gettext_noop("A visit ends after it begins, is not over yet, and begins within %(days)s days."),
            days=AHEAD.days,
        )
    longest = LONGEST if wish.entries == Visit.Entries.ONCE else end_of(operation) - wish.since
    if wish.until - wish.since > longest or wish.until > end_of(operation):
        raise Refusal(
            "visits.too_long",
            gettext_noop(
                "A code of one entry holds at most 24 hours, and none holds longer than the operation (%(ends)s)."
            ),
            ends=f"{timezone.localtime(end_of(operation)):%Y-%m-%d %H:%M}",
        )


def _check_rules(wish: Wish, consent: str) -> None:
    """What will hold at the gate when the visit begins: it is said now, not at the gate."""
    held = Timetable.load(wish.gate.neighbourhood_id or 0, wish.gate.pk, wish.since, wish.since).at(wish.since)
    of_class = class_rules({"klass": wish.klass, "purpose": wish.purpose or None}, held.rules)
    if of_class.get("needs") == "filed" and consent != Visit.Consent.FILED:
        raise Refusal(
            "visits.needs_filing",
            gettext_noop(
                "This work is filed first, with the committee and the property company. Please go to the office."
            ),
        )
    if not may_enter(wish.klass, wish.purpose, held.rules):
        raise Refusal(
            "visits.not_allowed",
            gettext_noop(
                "Under the rules of that day this kind of visit may not enter. Ask the office if it cannot wait."
            ),
        )


def _check_filing(wish: Wish, consent: str, promise: bool | None) -> None:
    filed = consent == Visit.Consent.FILED
    if filed != (promise is not None) or (filed and wish.klass != "worker"):
        raise Refusal(
            "visits.filing",
            gettext_noop(
                "Work is filed with the committee and the property company; say whether the promise was seen."
            ),
        )


def _open(host: Place, now: datetime) -> int:
    return int(Visit.objects.named().filter(host=host, until__gt=now, annulled_at__isnull=True).count())


def _number_and_save(row: Visit) -> None:
    for _ in range(TRIES):
        row.number = codes.new_number()
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            if not Visit.objects.filter(neighbourhood_id=row.neighbourhood_id, number=row.number).exists():
                raise
        else:
            return
    raise Refusal("visits.again", gettext_noop("No free number was found. Please try again."))
