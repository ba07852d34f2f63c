"""Signal, register, settle, close, join: the life of one arrival (R06)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground.actions.people import move
from linli.ground.mandates import secretary_of
from linli.ground.models import Household, Mandate, Person, Place, Residence
from linli.ground.queries import responsible_on
from linli.journal.record import record
from linli.kernel.ids import uuid7
from linli.kernel.refusal import Refusal
from linli.operations.models import Operation
from linli.operations.queries import active_operation
from linli.returnees import acts, changes, rules
from linli.returnees.details import QUIET, Details, details_of, key_of, put
from linli.returnees.models import Case, Signal

STILL_THE_SAME_DAYS = 3
"""*(ours)*: word about somebody who was settled so few days ago is about the same arrival; later word is a new one."""


@dataclass(frozen=True)
class Told:
    """When word came: a window of aware moments; exact when both are the same."""

    earliest: datetime
    latest: datetime
    about: bool = False


@dataclass(frozen=True)
class Journey:
    """Where from, how, when, for how long. Days are a window with an about flag; ``origin``: a code of data/origins.toml."""

    origin: str = ""
    transport: str = ""
    arrives_from: date | None = None
    arrives_until: date | None = None
    arrives_about: bool = False
    arrived: bool = False
    stay_days: int | None = None


def signal(
    *,
    by: User | None,
    neighbourhood: Place,
    source: str,
    details: Details,
    told: Told | None = None,
    person: Person | None = None,
    dwelling: Place | None = None,
    journey: Journey | None = None,
    key: UUID | None = None,
) -> Case:
    """Word that somebody arrives opens a case with an owner and a due time at once, or joins the open case of the same person.

    The gate calls this with ``source="gate"`` the moment it meets a returnee, so that nobody passes unregistered. Nothing is kept of
    who told. Without an operation only what people say of themselves is taken, and only what the register needs. ``key``: the
    sender's own id of this word; sent again it changes nothing.
    """
    now = timezone.now()
    operation = active_operation(neighbourhood, now)
    _check_word(source, operation, bool(details.name.strip() or details.phone.strip() or person or dwelling))
    said = _allowed(_known(details, person), operation)
    when = told or Told(now, now)
    with transaction.atomic():
        Place.objects.select_for_update().get(pk=neighbourhood.pk)  # two signals of one person at once find each other
        if (before := _heard(key)) is not None:
            return before
        case = _same(neighbourhood, operation, said, person, dwelling, when)
        if case is None:
            case = _open(neighbourhood, operation, said, person, dwelling, when, journey or Journey())
        else:
            _complete(case, said, person, dwelling, when)
        Signal.objects.create(
            id=key or uuid7(),
            neighbourhood=neighbourhood,
            case=case,
            source=source,
            told_at=min(when.earliest, now),
            told_until=min(when.latest, now),
            about=when.about,
            heard_at=now,
        )
        record(
            acts.SIGNALLED,
            by=by,
            subject=("returnee", case.pk),
            neighbourhood=neighbourhood.pk,
            data={"source": source},
        )
    return case


def register(
    *,
    by: User,
    case: Case,
    details: Details,
    journey: Journey,
    dwelling: Place | None = None,
    person: Person | None = None,
) -> Case:
    """Everything that is asked is known: the case is registered now, and again after a correction; the first time counts."""
    said = details.trimmed()
    if not said.name:
        raise Refusal("returnees.name_missing", gettext_noop("Please write the name of the person."))
    if journey.arrives_from is None:
        raise Refusal(
            "returnees.day_missing", gettext_noop("Please say when the person came or is expected, also roughly.")
        )
    if journey.origin and journey.origin not in {one["code"] for one in rules.origins()}:
        raise Refusal("returnees.origin_unknown", gettext_noop("Please choose where the journey began from the list."))
    if case.operation is None and (
        _allowed(said, None) != said or journey.origin or journey.transport or journey.stay_days
    ):
        raise Refusal(
            "returnees.too_much",
            gettext_noop("Without an open operation only name, phone, door and the day may be kept."),
        )
    with transaction.atomic():
        _hold(case)
        put(case, said)
        _set_journey(case, journey)
        case.dwelling, case.person = dwelling, person or case.person
        case.owner = owner_for(case.neighbourhood, dwelling)
        case.registered_at = case.registered_at or timezone.now()
        case.save()
        record(acts.REGISTERED, by=by, subject=("returnee", case.pk), neighbourhood=case.neighbourhood_id)
        changes.tell(by, case)
    return case


def settle(*, by: User, case: Case) -> Case:
    """The person is here, the door is known, nothing is left to do. Who was away on the register is at home again from today."""
    with transaction.atomic():
        _hold(case)
        if case.registered_at is None:
            raise Refusal("returnees.not_registered", gettext_noop("Register the person first."))
        if case.dwelling is None:
            raise Refusal("returnees.door_missing", gettext_noop("The door is not known yet. Please add it first."))
        if not case.arrived:
            raise Refusal("returnees.not_here_yet", gettext_noop("The person has not arrived yet."))
        if case.person is not None:
            latest = Residence.objects.filter(person=case.person).order_by("-since").first()
            if latest is not None and latest.presence == Residence.Presence.AWAY:
                move(by=by, person=case.person, presence=Residence.Presence.HERE)
        case.settled_at = timezone.now()
        case.save(update_fields=["settled_at"])
        record(acts.SETTLED, by=by, subject=("returnee", case.pk), neighbourhood=case.neighbourhood_id)
    return case


def close(*, by: User, case: Case, reason: str, text: str = "") -> Case:
    """A signal that turned out empty is closed with a reason; the text goes sealed to the journal."""
    if reason not in Case.Closed.values or reason == Case.Closed.JOINED:
        raise Refusal("returnees.reason_missing", gettext_noop("Please say why this came to nothing."))
    with transaction.atomic():
        _hold(case)
        case.closed_at, case.closed_as = timezone.now(), reason
        case.save(update_fields=["closed_at", "closed_as"])
        record(
            acts.CLOSED,
            by=by,
            subject=("returnee", case.pk),
            neighbourhood=case.neighbourhood_id,
            data={"reason": reason},
            detail=text.strip()[:300],
            detail_key=key_of(case.operation) if case.operation is not None else "",
        )
        changes.tell(by, case)
    return case


def join(*, by: User, case: Case, into: Case) -> Case:
    """A person says that two cases are one: the signals go over, the earliest counts, the first registration stays."""
    with transaction.atomic():
        _hold(case)
        if case.pk != into.pk:
            into.refresh_from_db(from_queryset=Case.objects.select_for_update())
        if case.pk == into.pk or into.closed_at is not None or into.operation_id != case.operation_id:
            raise Refusal("returnees.cannot_join", gettext_noop("These two cannot be joined."))
        Signal.objects.filter(case=case).update(case=into)
        put(into, details_of(into).over(details_of(case)))
        into.due_at = min(into.due_at, case.due_at)
        registered = [one for one in (into.registered_at, case.registered_at) if one is not None]
        into.registered_at = min(registered) if registered else None
        into.person, into.dwelling = into.person or case.person, into.dwelling or case.dwelling
        into.save()
        case.closed_at, case.closed_as, case.joined_into = timezone.now(), Case.Closed.JOINED, into
        case.save(update_fields=["closed_at", "closed_as", "joined_into"])
        record(
            acts.JOINED,
            by=by,
            subject=("returnee", into.pk),
            neighbourhood=into.neighbourhood_id,
            data={"from": str(case.pk)},
        )
        changes.tell(by, case)
    return into


def owner_for(neighbourhood: Place, dwelling: Place | None) -> Mandate:
    """Whose case it is: who answers for the household, else the secretary (R02)."""
    today = timezone.localdate()
    household = (
        Household.objects.filter(dwelling=dwelling, until__isnull=True).first() if dwelling is not None else None
    )
    found = responsible_on(household.pk) if household is not None else None
    if found is not None and (found.until is None or found.until > today):
        return found
    secretary = secretary_of(neighbourhood)
    if secretary is None:
        raise Refusal(
            "returnees.no_secretary",
            gettext_noop(
                "This neighbourhood has no secretary yet. Give somebody the office first: every case needs an owner."
            ),
        )
    return secretary


def _check_word(source: str, operation: Operation | None, named: bool) -> None:
    """Refuse what may not be kept, and word about nobody."""
    if source not in Signal.Source.values:
        raise Refusal("returnees.source_unknown", gettext_noop("Please say by what way the word came."))
    if not rules.may_keep(source, operation is not None):
        raise Refusal(
            "returnees.quiet",
            gettext_noop(
                "Without an open operation only what people say of themselves may be noted. Nothing was stored."
            ),
        )
    if not named:
        raise Refusal("returnees.nobody_named", gettext_noop("Please write a name, a phone number or a door."))


def _heard(key: UUID | None) -> Case | None:
    """The case of a word that was sent before under the sender's own id."""
    rows = Signal.objects.filter(pk=key) if key is not None else Signal.objects.none()
    found = rows.select_related("case").first()
    return found.case if found is not None else None


def _known(details: Details, person: Person | None) -> Details:
    said = details.trimmed()
    return replace(said, name=person.name) if person is not None and not said.name else said


def _allowed(said: Details, operation: Operation | None) -> Details:
    if operation is not None:
        return said
    return Details(**{name: getattr(said, name) for name in QUIET})


def _same(
    neighbourhood: Place,
    operation: Operation | None,
    said: Details,
    person: Person | None,
    dwelling: Place | None,
    when: Told,
) -> Case | None:
    """The open case of the same person: same document, same person of the register, same name with the same phone or door."""
    probe = Case(neighbourhood=neighbourhood, operation=operation)
    put(probe, said)
    conditions = Q(pk__in=[])
    if person is not None:
        conditions |= Q(person=person)
    if probe.document_index:
        conditions |= Q(document_index=probe.document_index)
    if probe.name_index and probe.phone_index:
        conditions |= Q(name_index=probe.name_index, phone_index=probe.phone_index)
    if probe.name_index and dwelling is not None:
        conditions |= Q(name_index=probe.name_index, dwelling=dwelling)
    fresh = Q(settled_at__isnull=True) | Q(settled_at__gte=when.earliest - timedelta(days=STILL_THE_SAME_DAYS))
    rows = Case.objects.filter(conditions, fresh, operation=operation, closed_at__isnull=True)
    if probe.document_index:  # two different documents are two people, whatever else is alike
        rows = rows.filter(Q(document_index__isnull=True) | Q(document_index=probe.document_index))
    found: Case | None = rows.order_by("pk").first()
    return found


def _open(
    neighbourhood: Place,
    operation: Operation | None,
    said: Details,
    person: Person | None,
    dwelling: Place | None,
    when: Told,
    journey: Journey,
) -> Case:
    case = Case(
        neighbourhood=neighbourhood,
        operation=operation,
        person=person,
        dwelling=dwelling,
        owner=owner_for(neighbourhood, dwelling),
        due_at=rules.due_at(when.earliest, timezone.localdate(when.earliest)),
    )
    put(case, said)
    _set_journey(case, journey if operation is not None else replace(journey, origin="", transport="", stay_days=None))
    case.save(force_insert=True)
    return case


def _complete(case: Case, said: Details, person: Person | None, dwelling: Place | None, when: Told) -> None:
    """What was not known yet is added; what a person registered is never overwritten by word from elsewhere."""
    put(case, details_of(case).over(said))
    case.person = case.person or person
    if case.dwelling is None and dwelling is not None:
        case.dwelling, case.owner = dwelling, owner_for(case.neighbourhood, dwelling)
    case.due_at = min(case.due_at, rules.due_at(when.earliest, timezone.localdate(when.earliest)))
    case.save()


def _set_journey(case: Case, journey: Journey) -> None:
    case.origin, case.transport, case.stay_days = journey.origin, journey.transport, journey.stay_days
    case.arrives_from, case.arrives_until = journey.arrives_from, journey.arrives_until
    case.arrives_about, case.arrived = journey.arrives_about, journey.arrived


def _hold(case: Case) -> None:
    """Lock the case as it is now, in the caller's transaction: what another clerk wrote meanwhile is never written over."""
    Place.objects.select_for_update().get(pk=case.neighbourhood_id)
    case.refresh_from_db(from_queryset=Case.objects.select_for_update())
    if case.closed_at is not None or case.settled_at is not None:
        raise Refusal("returnees.over", gettext_noop("This arrival is settled or closed already."))
