"""The second factor: set up, ask, recover, take away. The pages are in ``views``; who may reset whose is decided above."""

from __future__ import annotations

import math

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts import acts, codes, totp
from linli.accounts.actions import slip_for, spend
from linli.accounts.models import Authenticator, RecoveryCode, Slip, User
from linli.journal.record import record
from linli.kernel.refusal import Refusal

CODES = 10


def of(user: User) -> Authenticator | None:
    """The confirmed authenticator of an account."""
    return Authenticator.objects.filter(user_id=user.pk, confirmed=True).first()


def begin(user: User) -> Authenticator:
    """The authenticator that waits for its first code; made when there is none. A confirmed one is never replaced here."""
    device, _ = Authenticator.objects.get_or_create(
        user_id=user.pk, defaults={"name": "totp", "confirmed": False, "sealed": totp.new_secret()}
    )
    return device


def confirm(*, user: User, code: str) -> tuple[Authenticator, list[str]]:
    """Accept the first code of a new authenticator; returns it with ten recovery codes, which are shown this once."""
    with transaction.atomic():
        device = Authenticator.objects.select_for_update().filter(user_id=user.pk, confirmed=False).first()
        if device is None:
            raise Refusal("accounts.factor_there", gettext_noop("A second factor is already set up."))
        _check_totp(device, code)
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        record(acts.FACTOR_SET, by=user, subject=("user", user.pk), neighbourhood=user.home)
        return device, _fresh_codes(user)


def verify(*, user: User, typed: str) -> tuple[Authenticator, bool]:
    """Check a code of the app or a recovery code. Returns the device and whether it was a recovery code.

    A failed attempt is kept even though it is refused: each failure doubles the wait (django-otp's throttling).
    """
    with transaction.atomic():
        device = Authenticator.objects.select_for_update().filter(user_id=user.pk, confirmed=True).first()
        if device is None:
            raise Refusal("accounts.factor_missing", gettext_noop("No second factor is set up yet."))
        refusal = _refused(device, user, typed)
    if refusal is not None:
        raise refusal
    return device, len(codes.clean(typed)) == codes.RECOVERY


def _refused(device: Authenticator, user: User, typed: str) -> Refusal | None:
    waiting = wait_seconds(device)
    if waiting:
        return _wait(waiting)
    cleaned = codes.clean(typed)
    if len(cleaned) == codes.RECOVERY:
        used = RecoveryCode.objects.filter(
            user_id=user.pk, digest=codes.digest("recovery", cleaned), used_at__isnull=True
        ).update(used_at=timezone.now())
        if used:
            device.throttle_reset()
            record(acts.RECOVERY_USED, by=user, subject=("user", user.pk), neighbourhood=user.home)
            return None
    else:
        step = totp.matching_step(device.secret(), cleaned, timezone.now().timestamp(), device.last_step)
        if step is not None:
            device.last_step = step
            device.throttle_reset(commit=False)
            device.save()
            return None
    device.throttle_increment()
    return _wrong()


def _check_totp(device: Authenticator, code: str) -> None:
    step = totp.matching_step(device.secret(), codes.clean(code), timezone.now().timestamp(), device.last_step)
    if step is None:
        raise _wrong()
    device.last_step = step
    device.save(update_fields=["last_step"])


def _wrong() -> Refusal:
    return Refusal(
        "accounts.factor_wrong",
        gettext_noop("This code is not right, or it was used already. Wait for the next one in your app and type it."),
    )


def _wait(seconds: int) -> Refusal:
    return Refusal(
        "accounts.factor_wait",
        gettext_noop("Too many wrong codes. Please try again in %(seconds)s seconds."),
        seconds=seconds,
    )


def wait_seconds(device: Authenticator) -> int:
    """Seconds until the next attempt is allowed; 0 when it is now."""
    allowed, why = device.verify_is_allowed()
    if allowed:
        return 0
    return max(1, math.ceil((why["locked_until"] - timezone.now()).total_seconds()))


def new_codes(*, user: User) -> list[str]:
    """Ten new recovery codes; the old ones stop working."""
    with transaction.atomic():
        fresh = _fresh_codes(user)
        record(acts.RECOVERY_PRINTED, by=user, subject=("user", user.pk), neighbourhood=user.home)
    return fresh


def _fresh_codes(user: User) -> list[str]:
    RecoveryCode.objects.filter(user_id=user.pk).delete()
    fresh = [codes.new_code(codes.RECOVERY) for _ in range(CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user_id=user.pk, digest=codes.digest("recovery", c)) for c in fresh)
    return [codes.grouped(c) for c in fresh]


def codes_left(user: User) -> int:
    """How many recovery codes still work."""
    return RecoveryCode.objects.filter(user_id=user.pk, used_at__isnull=True).count()


def remove(*, by: User | None, user: User) -> bool:
    """Take the second factor away (a lost phone). Returns whether there was one. The next sensitive page asks to set a new one up."""
    with transaction.atomic():
        RecoveryCode.objects.filter(user_id=user.pk).delete()
        count, _ = Authenticator.objects.filter(user_id=user.pk).delete()
        record(acts.FACTOR_REMOVED, by=by, subject=("user", user.pk), neighbourhood=user.home)
    return bool(count)


def remove_by_slip(*, user: User, code: str) -> None:
    """Take one's own lost second factor away with a slip from another secretary; the password was given already."""
    slip = slip_for(code, Slip.Purpose.SECOND_FACTOR)
    if slip.user_id != user.pk:
        raise Refusal("accounts.slip_other", gettext_noop("This slip was made for another account."))
    with transaction.atomic():
        spend(slip)
        remove(by=user, user=user)
