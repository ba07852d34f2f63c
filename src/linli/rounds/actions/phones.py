"""Writers of walkers' phones: make a one-time code, enrol, cut off, note what a phone says of itself."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground.models import Mandate, Place
from linli.inbox.phones.codes import LIFE, Phone, digest_of, new_code
from linli.inbox.phones.handset import said_of_itself
from linli.journal.record import record
from linli.kernel.refusal import Refusal
from linli.rounds import acts
from linli.rounds.models import WalkerCode, WalkerPhone
from linli.rounds.walkers import walks_today

LONGEST = timedelta(days=31)
"""*(ours)*: a walker's phone is made his again once a month, so that a lost one forgets; his mandate may end it earlier."""


def make_code(*, by: User, mandate: Mandate, neighbourhood: Place) -> tuple[WalkerCode, str]:
    """A one-time code for the phone of who holds ``mandate``; returns the row and the eight characters, which are kept nowhere.

    Refusal: ``rounds.not_a_walker`` for a mandate that walks no rounds today.
    """
    now = timezone.now()
    if not walks_today(mandate, now):
        raise Refusal("rounds.not_a_walker", gettext_noop("%(name)s walks no rounds today."), name=mandate.holder_name)
    code = new_code()
    with transaction.atomic():
        row = WalkerCode.objects.create(
            neighbourhood=neighbourhood,
            mandate=mandate,
            digest=digest_of(code),
            shift_start=now,
            shift_end=_until(mandate, now),
            made_at=now,
            made_by=by.pk,
            expires_at=now + LIFE,
        )
        record(
            acts.WALKER_CODE_MADE,
            by=by,
            subject=("walker_code", row.pk),
            mandate=mandate.pk,
            neighbourhood=neighbourhood.pk,
        )
    return row, code


def _until(mandate: Mandate, now: datetime) -> datetime:
    end = now + LONGEST
    if mandate.until is None:
        return end
    return min(end, timezone.make_aware(datetime.combine(mandate.until, time())))


def enrol(*, by: None, code: str, phone: Phone) -> WalkerPhone:
    """Spend a one-time code: the phone is the walker's. Of two that send the same code at once, one is enrolled.

    Refusals: ``rounds.key_unreadable``, ``rounds.code_spent``.
    """
    if not phone.can_sign():
        raise Refusal("rounds.key_unreadable", gettext_noop("The phone's key cannot be read."))
    now = timezone.now()
    rows = WalkerCode.objects.filter(digest=digest_of(code))
    with transaction.atomic():
        if rows.filter(used_at__isnull=True, expires_at__gt=now).update(used_at=now) != 1:
            raise Refusal(
                "rounds.code_spent",
                gettext_noop("This enrolment code is wrong, used up or expired. Ask the office for a new one."),
            )
        found = rows.select_related("mandate", "neighbourhood").get()
        device = WalkerPhone.objects.create(
            neighbourhood=found.neighbourhood,
            mandate=found.mandate,
            name=phone.name.strip()[:40],
            public_key=phone.public_key,
            user_agent=phone.user_agent[:200],
            shift_start=found.shift_start,
            shift_end=found.shift_end,
            enrolled_at=now,
            enrolled_by=found.made_by,
            last_seen_at=now,
        )
        rows.update(phone=device)
        record(
            acts.WALKER_ENROLLED,
            by=by,
            subject=("walker_phone", device.pk),
            mandate=found.mandate_id,
            neighbourhood=device.neighbourhood_id,
            data={"code_by": found.made_by},
        )
    return device


def cut_off(*, by: User, device: WalkerPhone) -> WalkerPhone:
    """Cut a phone off: at its next contact it erases its targets; what it uploads from now on waits for a person."""
    now = timezone.now()
    with transaction.atomic():
        rows = WalkerPhone.objects.filter(pk=device.pk, cut_off_at__isnull=True)
        if rows.update(cut_off_at=now, cut_off_by=by.pk):
            record(
                acts.WALKER_CUT_OFF, by=by, subject=("walker_phone", device.pk), neighbourhood=device.neighbourhood_id
            )
    device.refresh_from_db()
    return device


def note_beat(*, by: None, device: WalkerPhone, skew_ms: int, said: dict[str, Any]) -> None:
    """Keep what a phone says of itself. One statement, no journal row."""
    WalkerPhone.objects.filter(pk=device.pk).update(**said_of_itself(said, timezone.now(), skew_ms))
