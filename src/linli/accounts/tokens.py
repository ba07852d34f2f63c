"""Tokens of other systems: made, found again by a keyed hash, revoked. What one may do is computed above, from its maker's mandates."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts import acts
from linli.accounts.models import ApiToken, User
from linli.journal.record import record
from linli.kernel.refusal import Refusal
from linli.vault import keyring

PREFIX = "linli_"
LONGEST_DAYS = 365
NOTED_EVERY = timedelta(minutes=1)
"""The moment of last use is written at most this often: reading must not write at every call."""


def digest(text: str) -> str:
    """The keyed hash under which a token is stored: HMAC-SHA-256 with a key that is not in the data folder."""
    return hmac.new(keyring().derive("api-tokens"), text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def make_token(
    *, by: User, neighbourhood: int, name: str, purpose: str, scopes: Iterable[str], days: int
) -> tuple[ApiToken, str]:
    """A new token and its text, which is shown once and kept nowhere. ``days``: 1–365 until it ends."""
    wanted = sorted(set(scopes))
    if not name.strip() or not purpose.strip():
        raise Refusal("accounts.token_unnamed", gettext_noop("Please say which system gets the token, and for what."))
    if not wanted:
        raise Refusal("accounts.token_without_scope", gettext_noop("Please choose at least one thing it may do."))
    if not 1 <= days <= LONGEST_DAYS:
        raise Refusal("accounts.token_too_long", gettext_noop("A token lives between 1 and 365 days."))
    text = PREFIX + secrets.token_urlsafe(32)
    now = timezone.now()
    with transaction.atomic():
        token = ApiToken.objects.create(
            user=by,
            neighbourhood=neighbourhood,
            name=name.strip()[:60],
            purpose=purpose.strip()[:200],
            scopes=wanted,
            digest=digest(text),
            tail=text[-4:],
            made_at=now,
            expires_at=now + timedelta(days=days),
        )
        record(
            acts.TOKEN_MADE,
            by=by,
            subject=("token", token.pk),
            neighbourhood=neighbourhood,
            data={"scopes": wanted, "days": days},
        )
    return token, text


def revoke_token(*, by: User, token: ApiToken) -> ApiToken:
    """End a token now; a second time changes nothing."""
    now = timezone.now()
    with transaction.atomic():
        changed = ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=now, revoked_by=by.pk)
        if changed:
            record(acts.TOKEN_REVOKED, by=by, subject=("token", token.pk), neighbourhood=token.neighbourhood)
    token.refresh_from_db()
    return token


def find_token(text: str, now: datetime) -> ApiToken | None:
    """The open token with this text, its maker loaded; None for every other text. One statement."""
    if not text.startswith(PREFIX) or len(text) > 100:
        return None
    row = ApiToken.objects.filter(digest=digest(text)).select_related("user").first()
    return row if row is not None and row.is_open(now) and row.user.is_active else None


def note_use(token: UUID, now: datetime) -> None:
    """Remember that a token was used, at most once a minute."""
    late = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - NOTED_EVERY)
    ApiToken.objects.filter(late, pk=token).update(last_used_at=now)
