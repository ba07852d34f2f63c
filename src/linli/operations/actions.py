"""The only writers of operations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli import vault
from linli.accounts.models import User
from linli.ground.actions.places import set_area
from linli.ground.locks import check_open
from linli.ground.models import Area, Place
from linli.ground.scope import scoped
from linli.journal.record import forget_details, record
from linli.kernel import data_classes
from linli.kernel.refusal import Refusal
from linli.operations import acts, retention, rulesets
from linli.operations.models import Certificate, Operation, OperationData, OperationRules, Renewal
from linli.operations.queries import active_operation, over, rules_at

LONGEST = timedelta(days=30)
"""HOUSE.md, "Operation and sunset": an end at most 30 days away."""

DEFAULT_CLASSES = (
    data_classes.PASSAGE,
    data_classes.ANSWERS,
    data_classes.TEMPERATURE,
    data_classes.PLATE,
    data_classes.DETAILS,
    data_classes.RETURNEE,
    data_classes.JOURNEY,
    data_classes.QUARANTINE,
    data_classes.READING,
    data_classes.FOLLOW_UP,
    data_classes.ERRAND,
)


@dataclass(frozen=True)
class Order:
    """What an operation must say before it may begin (PIPL art. 17, 30)."""

    name: str
    purpose: str
    ground: str
    ground_text: str
    authority: str
    contact: str
    ruleset: str
    order_number: str = ""
    gates: tuple[Place, ...] = ()
    days: dict[str, int] = field(default_factory=dict)


def open_operation(
    *, by: User | None, neighbourhood: Place, order: Order, ends_at: datetime, starts_at: datetime | None = None
) -> Operation:
    """Begin an operation. Only one at a time in a neighbourhood; its end is at most 30 days away; everything must be named."""
    now = timezone.now()
    start = starts_at or now
    rules = rulesets.load(order.ruleset)
    _check_order(order)
    _check_end(ends_at, now)
    with transaction.atomic():
        Place.objects.select_for_update().get(pk=neighbourhood.pk)  # one at a time, on PostgreSQL too
        check_open(neighbourhood)
        if active_operation(neighbourhood, now) is not None:
            raise Refusal("operations.already_open", gettext_noop("An operation is already open here. End it first."))
        operation = Operation.objects.create(
            neighbourhood=neighbourhood,
            area=_area(by, neighbourhood, order, start),
            name=order.name.strip(),
            purpose=order.purpose.strip(),
            ground=order.ground,
            ground_text=order.ground_text.strip(),
            authority=order.authority.strip(),
            order_number=order.order_number.strip(),
            contact=order.contact.strip(),
            replay=rules["replay"],
            starts_at=start,
            ends_at=ends_at,
            opened_by=by.pk if by else None,
        )
        OperationRules.objects.create(
            operation=operation, code=rules["code"], version=rules["version"], since=start, by_user=operation.opened_by
        )
        OperationData.objects.bulk_create(
            OperationData(operation=operation, code=c.code, days=min(order.days.get(c.code, c.days or 0), c.days or 0))
            for c in DEFAULT_CLASSES
        )
        record(
            acts.OPENED,
            by=by,
            subject=("operation", operation.pk),
            neighbourhood=neighbourhood.pk,
            data={"ruleset": rules["key"], "ends": ends_at.isoformat()},
        )
        vault.keyring().ensure(operation.key_name)  # before the commit: no operation is ever open without its key
    return operation


def renew(*, by: User, operation: Operation, ends_at: datetime, reason: str) -> Renewal:
    """Move the end, by a named person with a reason, to at most 30 days from now."""
    now = timezone.now()
    _still_open(operation, now)
    _check_end(ends_at, now)
    if not reason.strip():
        raise Refusal("operations.reason_missing", gettext_noop("Please say why the operation goes on."))
    with transaction.atomic():
        row = Renewal.objects.create(
            operation=operation,
            at=now,
            by_user=by.pk,
            by_name=by.display_name,
            old_end=operation.ends_at,
            new_end=ends_at,
            reason=reason.strip(),
        )
        operation.ends_at = ends_at
        operation.save(update_fields=["ends_at"])
        record(
            acts.RENEWED,
            by=by,
            subject=("operation", operation.pk),
            neighbourhood=operation.neighbourhood_id,
            data={"ends": ends_at.isoformat()},
        )
    return row


def switch_rules(
    *, by: User | None, operation: Operation, ruleset: str, since: datetime | None = None
) -> OperationRules:
    """Another rule set from an instant on (``since``; now); decisions made before keep theirs (G08).

    Ordered ahead of its instant it is on the phones by then, which change over without a network. Ordered twice for the same instant,
    the later order holds. Refusals: ``operations.over``, ``operations.replay_mixed``, ``operations.since_past``, ``operations.since_late``.
    """
    now = timezone.now()
    _still_open(operation, now)
    begins = since or now
    if begins < now:
        raise Refusal("operations.since_past", gettext_noop("Rules cannot change for what has happened already."))
    if begins >= operation.ends_at:
        raise Refusal("operations.since_late", gettext_noop("The operation is over by then."))
    rules = rulesets.load(ruleset)
    if bool(rules["replay"]) != operation.replay:
        raise Refusal(
            "operations.replay_mixed",
            gettext_noop("A rule set for replay and one in force cannot stand in one operation."),
        )
    current = rules_at(operation, begins)
    if current is not None and current.code == rules["code"] and current.version == rules["version"]:
        return current
    with transaction.atomic():
        row, _made = OperationRules.objects.update_or_create(
            operation=operation,
            since=begins,
            defaults={"code": rules["code"], "version": rules["version"], "by_user": by.pk if by else None},
        )
        record(
            acts.RULES_SWITCHED,
            by=by,
            subject=("operation", operation.pk),
            neighbourhood=operation.neighbourhood_id,
            data={"ruleset": rules["key"], "since": begins.isoformat()},
        )
    found: OperationRules = row
    return found


def end_operation(*, by: User | None, operation: Operation) -> Operation:
    """End it now. Its data is erased or turned into counts by the next purge, which is run at once from the page."""
    now = timezone.now()
    _still_open(operation, now)
    with transaction.atomic():
        operation.ended_at = now
        operation.save(update_fields=["ended_at"])
        record(acts.ENDED, by=by, subject=("operation", operation.pk), neighbourhood=operation.neighbourhood_id)
    return operation


def purge(*, by: User | None, neighbourhood: Place, now: datetime | None = None) -> Certificate:
    """Erase what is due in one neighbourhood, certify it in counts, then destroy the keys of its operations that are over.

    Safe to run again: what went once is not counted twice, and a key is destroyed only after its certificate stands. Certificates
    are kept for good.
    """
    moment = now or timezone.now()
    counts: dict[str, int] = {}
    with scoped(neighbourhood_ids={neighbourhood.pk}, reason="job:purge"):
        for hook in retention.hooks():
            for name, number in hook.erase(moment).items():
                counts[name] = counts.get(name, 0) + number
    ended = _with_keys(neighbourhood, moment)
    counts["operation_keys"] = len(ended)
    with transaction.atomic():
        row = Certificate.objects.create(
            operation=ended[0] if len(ended) == 1 else None,
            neighbourhood=neighbourhood,
            made_at=moment,
            by_user=by.pk if by else None,
            counts=counts,
            key_destroyed=bool(ended),
        )
        record(
            acts.PURGED, by=by, subject=("certificate", row.pk), neighbourhood=neighbourhood.pk, data={"counts": counts}
        )
    for operation in ended:
        vault.keyring().destroy(operation.key_name)
    return row


def purge_everything(*, by: User | None, now: datetime | None = None, always: bool = False) -> list[Certificate]:
    """The job: every neighbourhood in which something is due (``always``: every one), a certificate each."""
    moment = now or timezone.now()
    forget_details(moment)
    found = Place.objects.filter(kind__code="neighbourhood").order_by("path")
    return [purge(by=by, neighbourhood=n, now=moment) for n in found if always or due(n, moment)]


def due(neighbourhood: Place, now: datetime | None = None) -> dict[str, int]:
    """What a purge would erase now in a neighbourhood, by name."""
    moment = now or timezone.now()
    counts: dict[str, int] = {}
    with scoped(neighbourhood_ids={neighbourhood.pk}, reason="job:purge-due"):
        for hook in retention.hooks():
            for name, number in hook.due(moment).items():
                counts[name] = counts.get(name, 0) + number
    counts["operation_keys"] = len(_with_keys(neighbourhood, moment))
    return {name: number for name, number in counts.items() if number}


def _with_keys(neighbourhood: Place, moment: datetime) -> list[Operation]:
    names = set(vault.keyring().names())
    return [o for o in over(moment).filter(neighbourhood=neighbourhood) if o.key_name in names]


def _area(by: User | None, neighbourhood: Place, order: Order, start: datetime) -> Area | None:
    """The gates at which the operation holds, as an area of its own; None for every gate of the neighbourhood."""
    if not order.gates:
        return None
    if any(gate.neighbourhood_id != neighbourhood.pk for gate in order.gates):
        raise Refusal(
            "operations.gate_elsewhere",
            gettext_noop("A gate of another neighbourhood cannot belong to this operation."),
        )
    name = f"{order.name.strip()[:50]} · {timezone.localtime(start):%Y-%m-%d %H:%M:%S}"
    return set_area(by=by, neighbourhood=neighbourhood, name=name, places=order.gates, purpose="operation")


def _check_order(order: Order) -> None:
    missing = [
        name
        for name in ("name", "purpose", "ground", "ground_text", "authority", "contact")
        if not str(getattr(order, name)).strip()
    ]
    if missing:
        raise Refusal(
            "operations.incomplete",
            gettext_noop("An operation must name all of these before it begins. Missing: %(missing)s."),
            missing=", ".join(missing),
        )
    if order.ground not in Operation.Ground.values:
        raise Refusal("operations.ground_unknown", gettext_noop("Choose one of the legal grounds."))


def _check_end(ends_at: datetime, now: datetime) -> None:
    if ends_at <= now:
        raise Refusal("operations.end_past", gettext_noop("The end lies in the past."))
    if ends_at > now + LONGEST:
        raise Refusal(
            "operations.end_too_far",
            gettext_noop("The end may be at most 30 days away. Renew the operation when it is still needed then."),
        )


def _still_open(operation: Operation, now: datetime) -> None:
    if operation.ended_at is not None or operation.ends_at <= now:
        raise Refusal("operations.over", gettext_noop("This operation is over."))
