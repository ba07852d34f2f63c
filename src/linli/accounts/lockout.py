"""Lock-out by user and address, on django-axes (its backend, its middleware, its table of failures).

Three windows, so that one office behind one address cannot lock itself out: a user from one address (5 failures → 15 minutes), a user
over all addresses (20 in an hour → one attempt every two minutes, and only for devices on which that user has never signed in), one
address over all users (much higher: 200 in 15 minutes → 15 minutes). So a stranger who knows a user name can slow somebody down on a
new device, but lock nobody out. Codes that everybody types under one name (slip, set-up) have no window over all addresses.
The table holds a keyed hash of what was typed as a user name: people type passwords there.
"""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from axes.handlers.base import AbstractAxesHandler, AxesBaseHandler
from axes.models import AccessFailureLog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from linli.accounts import acts, codes, devices
from linli.accounts.addresses import client_address
from linli.accounts.models import User
from linli.journal.record import record


@dataclass(frozen=True)
class Limit:
    """So many failures within a window lock for ``pause`` (else as long as the window), counted from the last one."""

    failures: int
    window: timedelta
    pause: timedelta | None = None


PAIR = Limit(5, timedelta(minutes=15))
USER = Limit(20, timedelta(hours=1), timedelta(minutes=2))
ADDRESS = Limit(200, timedelta(minutes=15))
KEEP = timedelta(days=1)
LOCKED_STATUS = 429


def name_digest(username: str | None) -> str:
    """The name under which failures of a user are kept: one for all ways to type it."""
    return codes.digest("sign-in", unicodedata.normalize("NFKC", username or "").strip().lower())[:40]


def axes_username(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """For ``AXES_USERNAME_CALLABLE``."""
    typed = (credentials or {}).get("username")
    if typed is None and request is not None:
        typed = request.POST.get("username")
    return name_digest(typed)


def locked_until(name: str, address: str, now: datetime, *, everywhere: bool = True) -> datetime | None:
    """Until when this name from this address is locked; None when it is not. At most three short queries.

    ``everywhere``: count the name's failures over all addresses too; not for a name that everybody shares, nor on a known device.
    """
    ends = [_end(PAIR, now, username=name, ip_address=address), _end(ADDRESS, now, ip_address=address)]
    if everywhere:
        ends.append(_end(USER, now, username=name))
    return max((end for end in ends if end is not None), default=None)


def _end(limit: Limit, now: datetime, **who: str) -> datetime | None:
    moments = list(
        AccessFailureLog.objects.filter(attempt_time__gt=now - limit.window, **who)
        .order_by("-attempt_time")
        .values_list("attempt_time", flat=True)[: limit.failures]
    )
    if len(moments) < limit.failures:
        return None
    end = moments[0] + (limit.pause or limit.window)
    return end if end > now else None


def note_failure(request: HttpRequest, name: str) -> None:
    """Keep one failure; failures older than a day go."""
    now = timezone.now()
    AccessFailureLog.objects.filter(attempt_time__lt=now - KEEP).delete()
    AccessFailureLog.objects.create(username=name, ip_address=client_address(request), path_info=request.path[:255])


def forget(name: str) -> int:
    """Forget the failures of one name; returns how many there were."""
    count, _ = AccessFailureLog.objects.filter(username=name).delete()
    return count


def unlock(*, by: User | None, user: User) -> int:
    """Forget the failures of an account. Returns how many there were."""
    count = forget(name_digest(user.username))
    record(acts.UNLOCKED, by=by, subject=("user", user.pk), neighbourhood=user.home, data={"failures": count})
    return count


def is_locked(user: User) -> bool:
    """Whether an account is locked from some address at this moment (for the page of offices)."""
    rows = AccessFailureLog.objects.filter(username=name_digest(user.username))
    recent = list(rows.filter(attempt_time__gt=timezone.now() - PAIR.window).values_list("ip_address", flat=True))
    return (
        any(recent.count(a) >= PAIR.failures for a in set(recent))
        or _end(USER, timezone.now(), username=name_digest(user.username)) is not None
    )


class Handler(AxesBaseHandler, AbstractAxesHandler):  # type: ignore[misc]
    """For ``AXES_HANDLER``: failures are single rows with a moment, so that windows slide."""

    def is_locked(self, request: Any, credentials: dict[str, Any] | None = None) -> bool:
        """Whether one of the three windows is full."""
        name = axes_username(request, credentials)
        new_here = not devices.is_known(request, name)
        until = locked_until(name, client_address(request), timezone.now(), everywhere=new_here)
        request.linli_locked_until = until
        return until is not None

    def get_failures(self, request: Any, credentials: dict[str, Any] | None = None) -> int:
        """Failures of this name from this address in the window."""
        return int(
            AccessFailureLog.objects.filter(
                username=axes_username(request, credentials),
                ip_address=client_address(request),
                attempt_time__gt=timezone.now() - PAIR.window,
            ).count()
        )

    def user_login_failed(self, sender: Any, credentials: dict[str, Any], request: Any = None, **kwargs: Any) -> None:
        """Count a failure unless it was refused by a lock already: knocking on a locked door does not lengthen the lock."""
        if request is None or request.axes_locked_out:
            return
        name = axes_username(request, credentials)
        note_failure(request, name)
        if self.is_locked(request, credentials):
            request.axes_locked_out = True
            user = User.objects.filter(username=str(credentials.get("username", "")).lower()).first()
            record(
                acts.LOCKED,
                by=None,
                subject=("user", user.pk) if user else None,
                neighbourhood=user.home if user else None,
            )

    def user_logged_in(self, sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
        """A success from an address clears the failures of that user from there; the device is known from now on."""
        name = name_digest(user.username)
        AccessFailureLog.objects.filter(username=name, ip_address=client_address(request)).delete()
        devices.remember(request, name)

    def user_logged_out(self, sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
        """Nothing to keep: the journal holds what matters."""


def locked_page(request: Any, original: HttpResponse | None = None, credentials: Any = None) -> HttpResponse:
    """For ``AXES_LOCKOUT_CALLABLE``: says when the lock ends and who can end it sooner."""
    now = timezone.now()
    until = getattr(request, "linli_locked_until", None) or now + PAIR.window
    return locked_response(request, until, now)


def locked_response(request: HttpRequest, until: datetime, now: datetime) -> HttpResponse:
    """The page of a lock that ends at ``until``."""
    seconds = max(1, math.ceil((until - now).total_seconds()))
    response = render(
        request,
        "accounts/locked.html",
        {"until": timezone.localtime(until), "minutes": math.ceil(seconds / 60)},
        status=LOCKED_STATUS,
    )
    response.headers["Retry-After"] = str(seconds)
    return response
