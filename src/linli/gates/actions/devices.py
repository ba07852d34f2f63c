"""Writers of phones at gates: make a one-time code, enrol, extend, cut off, note what a phone says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.gates import acts
from linli.gates.models import Device, EnrolmentToken, Role
from linli.ground.models import Body, Place
from linli.inbox.phones.codes import LIFE, Phone, digest_of, new_code
from linli.inbox.phones.handset import said_of_itself
from linli.journal.record import record
from linli.kernel.refusal import Refusal

LONGEST_SHIFT = timedelta(hours=16)
"""*(ours)*: a shift is 12 hours and its hand-over; a pack of names lives no longer than this and one hour."""


@dataclass(frozen=True)
class Holder:
    """Who holds the phone: in what role, and for which body if for one (G12). Named by the office, never by the phone."""

    role: str = Role.GUARD
    body: Body | None = None


def make_token(
    *,
    by: User,
    gate: Place,
    shift_start: datetime,
    shift_end: datetime,
    name: str = "",
    holder: Holder = Holder(),
) -> tuple[EnrolmentToken, str]:
    """A one-time code for one phone at one gate and shift; returns the row and the eight characters, which are kept nowhere."""
    now = timezone.now()
    _check_holder(holder)
    if gate.neighbourhood_id is None or gate.kind.code != "gate":
        raise Refusal("gates.not_a_gate", gettext_noop("This place is not a gate."))
    _check_shift(shift_start, shift_end, now)
    code = new_code()
    with transaction.atomic():
        row = EnrolmentToken.objects.create(
            neighbourhood_id=gate.neighbourhood_id,
            gate=gate,
            digest=digest_of(code),
            name=name.strip()[:40],
            role=holder.role,
            body=holder.body,
            shift_start=shift_start,
            shift_end=shift_end,
            made_at=now,
            made_by=by.pk,
            expires_at=now + LIFE,
        )
        record(
            acts.TOKEN_MADE,
            by=by,
            subject=("enrolment", row.pk),
            neighbourhood=gate.neighbourhood_id,
            data={"gate": gate.pk, "role": holder.role},
        )
    return row, code


def enrol(*, by: None, code: str, phone: Phone) -> Device:
    """Spend a one-time code: the phone is the gate's for the shift. Of two that send the same code at once, one is enrolled."""
    if not phone.can_sign():
        raise Refusal("gates.key_unreadable", gettext_noop("The phone's key cannot be read."))
    now = timezone.now()
    rows = EnrolmentToken.objects.filter(digest=digest_of(code))
    with transaction.atomic():
        if rows.filter(used_at__isnull=True, expires_at__gt=now).update(used_at=now) != 1:
            raise Refusal(
                "gates.token_spent",
                gettext_noop("This enrolment code is wrong, used up or expired. Ask the office for a new one."),
            )
        token = rows.select_related("gate__neighbourhood", "body").get()
        device = Device.objects.create(
            neighbourhood_id=token.neighbourhood_id,
            gate=token.gate,
            name=(phone.name.strip() or token.name)[:40],
            role=token.role,
            body=token.body,
            public_key=phone.public_key,
            user_agent=phone.user_agent[:200],
            shift_start=token.shift_start,
            shift_end=token.shift_end,
            enrolled_at=now,
            enrolled_by=token.made_by,
            last_seen_at=now,
        )
        rows.update(device=device)
        record(
            acts.ENROLLED,
            by=by,
            subject=("device", device.pk),
            neighbourhood=device.neighbourhood_id,
            data={"gate": device.gate_id, "code_by": token.made_by, "role": device.role},
        )
    return device


def cut_off(*, by: User, device: Device) -> Device:
    """Cut a phone off: at its next contact it erases its pack; what it uploads from now on waits for a person."""
    now = timezone.now()
    with transaction.atomic():
        if Device.objects.filter(pk=device.pk, cut_off_at__isnull=True).update(cut_off_at=now, cut_off_by=by.pk):
            record(acts.CUT_OFF, by=by, subject=("device", device.pk), neighbourhood=device.neighbourhood_id)
    device.refresh_from_db()
    return device


def change_shift(*, by: User, device: Device, shift_end: datetime) -> Device:
    """Let a phone's shift end later or earlier."""
    if device.cut_off_at is not None:
        raise Refusal("gates.device_cut_off", gettext_noop("This phone was cut off. Enrol it again."))
    now = timezone.now()
    _check_shift(min(device.shift_start, now), shift_end, now, longest_from=now)
    with transaction.atomic():
        Device.objects.filter(pk=device.pk).update(shift_end=shift_end)
        record(
            acts.SHIFT_CHANGED,
            by=by,
            subject=("device", device.pk),
            neighbourhood=device.neighbourhood_id,
            data={"ends": shift_end.isoformat()},
        )
    device.refresh_from_db()
    return device


def note_beat(*, by: None, device: Device, skew_ms: int, said: dict[str, Any]) -> None:
    """Keep what a phone says of itself: how much waits on it, its battery, its version. One statement, no journal row."""
    Device.objects.filter(pk=device.pk).update(**said_of_itself(said, timezone.now(), skew_ms))


def _check_holder(holder: Holder) -> None:
    if holder.role not in Role.values:
        raise Refusal("gates.role_unknown", gettext_noop("Please choose who holds the phone."))
    if holder.role == Role.STAFF and holder.body is None:
        raise Refusal("gates.role_body", gettext_noop("Please choose the body whose staff holds the phone."))


def _check_shift(start: datetime, end: datetime, now: datetime, longest_from: datetime | None = None) -> None:
    if end <= start or end <= now:
        raise Refusal("gates.shift_order", gettext_noop("The shift must end later than now and than its beginning."))
    if end - (longest_from or start) > LONGEST_SHIFT:
        raise Refusal(
            "gates.shift_too_long", gettext_noop("A shift is at most 16 hours, so that a lost phone forgets soon.")
        )
