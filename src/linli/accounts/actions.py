"""The only writers of accounts, slips and sessions. Who may call them is decided above (``linli.ground.offices``)."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts import acts, codes
from linli.accounts.models import Founding, Session, Slip, User
from linli.journal.record import record
from linli.kernel.refusal import Refusal

SLIP_LIFE = timedelta(hours=24)
USERNAME = re.compile(r"[\w.-]{2,60}", re.UNICODE)


def clean_username(typed: str) -> str:
    """A user name as it is stored: NFKC, lower case. Refuses what cannot be one."""
    name = unicodedata.normalize("NFKC", typed).strip().lower()
    if not USERNAME.fullmatch(name):
        raise Refusal(
            "accounts.username_bad",
            gettext_noop("A user name has 2 to 60 letters, digits, dots or dashes and no space."),
        )
    return name


def add_user(
    *,
    by: User | None,
    username: str,
    display_name: str,
    home: int | None,
    password: str | None = None,
    language: str = "zh-hans",
) -> User:
    """A new account. Without a password nobody can sign in until a slip sets one."""
    name = clean_username(username)
    shown = display_name.strip()
    if not shown:
        raise Refusal("accounts.name_missing", gettext_noop("Please write the person's name: the journal names it."))
    if User.objects.filter(username=name).exists():
        raise Refusal("accounts.username_taken", gettext_noop("This user name is taken. Please choose another."))
    with transaction.atomic():
        user = User.objects.create_user(name, password, display_name=shown[:60], home=home, language=language)
        record(acts.USER_ADDED, by=by, subject=("user", user.pk), neighbourhood=home)
    return user


def found(*, username: str, display_name: str, password: str, language: str) -> User:
    """The first account of an installation. Works once: the second of two at the same moment is refused by the one founding row."""
    with transaction.atomic():
        if User.objects.exists() or Founding.objects.exists():
            raise Refusal("accounts.founded", gettext_noop("Linli is set up already. Please sign in."))
        Founding(id=1).save(force_insert=True)
        user = add_user(
            by=None, username=username, display_name=display_name, home=None, password=password, language=language
        )
    return user


def settle(*, user: User, home: int) -> User:
    """Say which neighbourhood the first account belongs to: it exists only since a moment ago."""
    with transaction.atomic():
        user.home = home
        user.save(update_fields=["home"])
        record(acts.FOUNDED, by=user, subject=("user", user.pk), neighbourhood=home)
    return user


def check_password_rules(password: str, user: User | None) -> None:
    """Refuse a password that breaks the rules, with the first rule's own sentence."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refusal("accounts.password_weak", "%(sentence)s", sentence=" ".join(error.messages)) from error


def change_password(*, by: User | None, user: User, password: str, keep: str | None = None) -> User:
    """Set a password; every other session of the account ends (``keep``: the session key that stays)."""
    check_password_rules(password, user)
    with transaction.atomic():
        user.set_password(password)
        user.must_change_password = False
        user.save(update_fields=["password", "must_change_password"])
        Session.objects.filter(user=user.pk).exclude(session_key=keep or "").delete()
        record(acts.PASSWORD_CHANGED, by=by, subject=("user", user.pk), neighbourhood=user.home)
    return user


def make_slip(*, by: User | None, user: User, purpose: str, life: timedelta = SLIP_LIFE) -> tuple[Slip, str]:
    """A slip and its code (without dashes). An older open slip of the same purpose dies. Nobody makes one for himself."""
    if purpose not in Slip.Purpose.values:
        raise Refusal("accounts.slip_purpose", gettext_noop("There is no such slip."))
    if by is not None and by.pk == user.pk:
        raise Refusal(
            "accounts.slip_for_oneself",
            gettext_noop("A slip comes from somebody else. Change your own password on your account page."),
        )
    if not user.is_active:
        raise Refusal("accounts.suspended", gettext_noop("This account is suspended. Lift the suspension first."))
    now = timezone.now()
    code = codes.new_code(codes.SLIP)
    with transaction.atomic():
        _open(user, purpose).update(cancelled_at=now)
        slip = Slip.objects.create(
            user=user,
            purpose=purpose,
            digest=codes.digest("slip", code),
            made_by=by.pk if by else None,
            made_at=now,
            expires_at=now + life,
        )
        record(acts.SLIP_MADE, by=by, subject=("user", user.pk), neighbourhood=user.home, data={"purpose": purpose})
    return slip, code


def _open(user: User, purpose: str) -> Any:
    return Slip.objects.filter(user=user, purpose=purpose, spent_at__isnull=True, cancelled_at__isnull=True)


def slip_for(code: str, purpose: str) -> Slip:
    """The valid slip behind a code; one sentence for unknown, spent, cancelled and expired, so that a guess learns nothing."""
    slip = (
        Slip.objects.select_related("user")
        .filter(
            digest=codes.digest("slip", code),
            purpose=purpose,
            spent_at__isnull=True,
            cancelled_at__isnull=True,
            expires_at__gt=timezone.now(),
            user__is_active=True,
        )
        .first()
    )
    if slip is None:
        raise Refusal(
            "accounts.slip_unknown",
            gettext_noop(
                "This code is not valid, or not any more: a slip works once, for 24 hours. Ask for a new one if in doubt."
            ),
        )
    return slip


def spend(slip: Slip) -> None:
    """Use a slip up: a conditional update, so that of two at the same moment one wins."""
    if not Slip.objects.filter(pk=slip.pk, spent_at__isnull=True, cancelled_at__isnull=True).update(
        spent_at=timezone.now()
    ):
        raise Refusal("accounts.slip_unknown", gettext_noop("This slip has just been used."))
    record(
        acts.SLIP_SPENT,
        by=slip.user,
        subject=("user", slip.user_id),
        neighbourhood=slip.user.home,
        data={"purpose": slip.purpose},
    )


def set_password_by_slip(*, code: str, password: str) -> User:
    """Set a password with a slip; the account can sign in with it at once. A weak password does not spend the slip."""
    slip = slip_for(code, Slip.Purpose.PASSWORD)
    check_password_rules(password, slip.user)
    with transaction.atomic():
        spend(slip)
        return change_password(by=slip.user, user=slip.user, password=password)


def suspend(*, by: User | None, user: User) -> int:
    """Nobody signs in with the account any more, from this moment. Returns how many sessions ended. Its mandates stay but give nothing."""
    if by is not None and by.pk == user.pk:
        raise Refusal("accounts.suspend_oneself", gettext_noop("You cannot suspend your own account."))
    now = timezone.now()
    with transaction.atomic():
        user.is_active, user.suspended_at = False, now
        user.save(update_fields=["is_active", "suspended_at"])
        ended, _ = Session.objects.filter(user=user.pk).delete()
        Slip.objects.filter(user=user, spent_at__isnull=True, cancelled_at__isnull=True).update(cancelled_at=now)
        record(acts.SUSPENDED, by=by, subject=("user", user.pk), neighbourhood=user.home, data={"sessions": ended})
    return ended


def resume(*, by: User | None, user: User) -> User:
    """Lift a suspension: the mandates count again."""
    with transaction.atomic():
        user.is_active, user.suspended_at = True, None
        user.save(update_fields=["is_active", "suspended_at"])
        record(acts.RESUMED, by=by, subject=("user", user.pk), neighbourhood=user.home)
    return user


def end_sessions(*, by: User, user: User, keep: str | None) -> int:
    """End the sessions of an account but one. Returns how many."""
    with transaction.atomic():
        ended, _ = Session.objects.filter(user=user.pk).exclude(session_key=keep or "").delete()
        record(acts.SESSIONS_ENDED, by=by, subject=("user", user.pk), neighbourhood=user.home, data={"sessions": ended})
    return ended
