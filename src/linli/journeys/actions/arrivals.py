"""Word comes that people arrive: the flight, the notice, who is on it (T01, T02, T09)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli import vault
from linli.accounts.models import User
from linli.ground.mandates import secretary_of
from linli.ground.models import Mandate, Place
from linli.journal.record import record
from linli.journeys import acts, alarms
from linli.journeys.models import ArrivalNotice, Movement
from linli.journeys.origins import country_of
from linli.journeys.rules import FUTURE
from linli.kernel.refusal import Refusal
from linli.operations.models import Operation
from linli.operations.queries import active_operation

TEXT_CONTEXT = "journeys.notice"
LONGEST_TEXT = 100_000


@dataclass(frozen=True, kw_only=True)
class Flight:
    """What is known of a movement. ``day``: the Shanghai day of landing; ``country``: ISO code; left out, what ``origin`` says."""

    kind: str = Movement.Kind.FLIGHT
    number: str = ""
    day: date
    origin: str = ""
    country: str = ""
    landed_at: datetime | None = None
    about: bool = False
    passengers: int | None = None
    crew: int | None = None


def add_movement(*, by: User | None, neighbourhood: Place, flight: Flight) -> Movement:
    """Write a movement down, or complete the one of this number and day: what is said now holds, what is not said stays.

    Refusals: ``journeys.no_operation``, ``journeys.movement_kind``.
    """
    operation = operation_of(neighbourhood)
    if flight.kind not in Movement.Kind.values:
        raise Refusal("journeys.movement_kind", gettext_noop("Please choose from the list how people arrive."))
    said = _said(flight)
    with transaction.atomic():
        hold(operation.pk)
        number = "".join(flight.number.split()).upper()
        rows = Movement.objects.filter(operation=operation, kind=flight.kind, number=number, day=flight.day)
        movement = rows.first() if number else None
        act = acts.MOVEMENT_CHANGED if movement else acts.MOVEMENT_ADDED
        if movement is None:
            movement = Movement(
                neighbourhood=neighbourhood, operation=operation, kind=flight.kind, number=number, day=flight.day,
                heard_at=timezone.now(),
            )  # fmt: skip
        if not movement.country:
            said.setdefault("country", country_of(flight.origin))
        changed = {name: value for name, value in said.items() if getattr(movement, name) != value}
        for name, value in changed.items():
            setattr(movement, name, value)
        if changed or act == acts.MOVEMENT_ADDED:
            movement.save()
            record(act, by=by, subject=("movement", movement.pk), neighbourhood=neighbourhood.pk)
    found: Movement = movement
    return found


def _said(flight: Flight) -> dict[str, object]:
    """The fields of which something is said."""
    fields: dict[str, object] = {
        "origin": flight.origin.strip()[:80],
        "country": flight.country.strip().upper()[:2],
        "passengers": flight.passengers,
        "crew": flight.crew,
    }
    said: dict[str, object] = {name: value for name, value in fields.items() if value not in ("", None)}
    if flight.landed_at is not None:
        said |= {"landed_at": flight.landed_at, "about": flight.about}
    return said


def take_notice(
    *,
    by: User | None,
    neighbourhood: Place,
    via: str,
    received_at: datetime,
    about: bool = False,
    text: str = "",
    movement: Movement | None = None,
    upload: UUID | None = None,
    owner: Mandate | None = None,
) -> ArrivalNotice:
    """Word of an arrival: its text is kept as it came, its owner is told at once (T02). The same text again is the first notice.

    ``owner``: who has to see to it, the secretary unless said. Refusals: ``journeys.no_operation``, ``journeys.notice_via``,
    ``journeys.future``, ``journeys.text_long``.
    """
    operation = operation_of(neighbourhood)
    if via not in ArrivalNotice.Via.values:
        raise Refusal("journeys.notice_via", gettext_noop("Please say by what way the word came."))
    if len(text) > LONGEST_TEXT:
        raise Refusal("journeys.text_long", gettext_noop("The text is too long: paste one night at a time."))
    check_past(received_at)
    with transaction.atomic():
        hold(operation.pk)
        digest = _digest(text, neighbourhood)
        before = ArrivalNotice.objects.filter(operation=operation, digest=digest).first() if digest else None
        if before is not None:
            return _with_movement(before, movement)
        notice: ArrivalNotice = ArrivalNotice.objects.create(
            neighbourhood=neighbourhood, operation=operation, movement=movement, via=via, received_at=received_at, about=about,
            heard_at=timezone.now(), upload=upload, owner=owner or owner_for(neighbourhood), digest=digest,
            sealed=vault.seal(text, key=operation.key_name, context=TEXT_CONTEXT) if text else None,
        )  # fmt: skip
        alarms.word_came(by, notice)
        record(acts.NOTICE_TAKEN, by=by, subject=("arrival_notice", notice.pk), neighbourhood=neighbourhood.pk,
               happened_at=received_at, data={"via": via})  # fmt: skip
    return notice


def _with_movement(notice: ArrivalNotice, movement: Movement | None) -> ArrivalNotice:
    if movement is not None and notice.movement_id is None:
        notice.movement = movement
        notice.save(update_fields=["movement"])
    return notice


def _digest(text: str, neighbourhood: Place) -> bytes | None:
    plain = " ".join(text.split())
    return vault.blind_index(plain, neighbourhood=neighbourhood.pk, purpose="journeys.notice") if plain else None


def text_of(notice: ArrivalNotice) -> str:
    """The text as it came; empty when there was none, or it was erased with its operation."""
    if notice.sealed is None:
        return ""
    try:
        return vault.unseal_text(bytes(notice.sealed), context=TEXT_CONTEXT)
    except vault.KeyMissing:
        return ""


def settle_notice(*, by: User, notice: ArrivalNotice) -> ArrivalNotice:
    """A person has read the word and confirmed what it says; nobody is told of it any more. A second time is the first."""
    now = timezone.now()
    with transaction.atomic():
        if ArrivalNotice.objects.filter(pk=notice.pk, settled_at__isnull=True).update(settled_at=now, settled_by=by.pk):
            alarms.word_answered(notice, now)
            record(
                acts.NOTICE_SETTLED, by=by, subject=("arrival_notice", notice.pk), neighbourhood=notice.neighbourhood_id
            )
        notice.refresh_from_db()
    return notice


def reopen_notice(*, by: User, notice: ArrivalNotice) -> ArrivalNotice:
    """Take :func:`settle_notice` back: there is more in it."""
    with transaction.atomic():
        if ArrivalNotice.objects.filter(pk=notice.pk, settled_at__isnull=False).update(
            settled_at=None, settled_by=None
        ):
            record(
                acts.NOTICE_REOPENED,
                by=by,
                subject=("arrival_notice", notice.pk),
                neighbourhood=notice.neighbourhood_id,
            )
        notice.refresh_from_db()
    return notice


def operation_of(neighbourhood: Place) -> Operation:
    """The operation in force. Raises ``journeys.no_operation``: nobody's way is recorded without one (HOUSE.md)."""
    operation = active_operation(neighbourhood)
    if operation is None:
        raise Refusal(
            "journeys.no_operation",
            gettext_noop("Without an open operation nobody's journey may be recorded. Nothing was stored."),
        )
    return operation


@contextmanager
def not_erased() -> Iterator[None]:
    """Raises ``journeys.erased`` when the operation has ended meanwhile: its key is gone, and nothing more is written under it."""
    try:
        yield
    except vault.KeyMissing:
        raise Refusal(
            "journeys.erased", gettext_noop("This operation has ended, and what was written about people is erased.")
        ) from None


def hold(operation: UUID) -> None:
    """Wait for whoever else lists people of this operation, until the transaction ends: two lists at once find each other's people."""
    Operation.objects.select_for_update(no_key=True).only("pk").get(pk=operation)


def owner_for(neighbourhood: Place) -> Mandate:
    """Who has to see to it unless somebody else is named: the secretary. Raises ``journeys.no_owner`` where there is none."""
    found = secretary_of(neighbourhood)
    if found is None:
        raise Refusal("journeys.no_owner", gettext_noop("Nobody is secretary here: say who has to see to it."))
    return found


def check_past(*moments: datetime | None) -> None:
    """Raises ``journeys.future`` for what is said to have happened later than now."""
    latest = timezone.now() + FUTURE
    if any(moment is not None and moment > latest for moment in moments):
        raise Refusal("journeys.future", gettext_noop("This time has not come yet: write down what happened."))


def ids(rows: Sequence[object]) -> list[str]:
    """Ids as the journal keeps them."""
    return [str(getattr(row, "pk", row)) for row in rows]
