"""Devices on which somebody has signed in before: a signed cookie with the keyed hashes of their user names, nothing else.

It opens nothing by itself. It only says that failed attempts elsewhere need not slow this device down (``lockout``).
"""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse

COOKIE = "linli_known"
SALT = "linli.accounts.devices"
DAYS = 180
AT_MOST = 12
"""User names that one device remembers: an office computer is shared."""


def names(request: HttpRequest | None) -> list[str]:
    """The hashes of the user names that have signed in here, the latest first."""
    raw = request.COOKIES.get(COOKIE, "") if request is not None else ""
    try:
        found = signing.loads(raw, salt=SALT, max_age=DAYS * 24 * 3600)
    except signing.BadSignature:
        return []
    return [str(name) for name in found] if isinstance(found, list) else []


def is_known(request: HttpRequest | None, name: str) -> bool:
    """Whether the user whose name has this hash has signed in on this device."""
    return name in names(request)


def remember(request: Any, name: str) -> None:
    """Let the answer to this request carry the cookie (:func:`carry`)."""
    request.linli_device_names = [name, *(known for known in names(request) if known != name)][:AT_MOST]


def carry(request: Any, response: HttpResponse) -> HttpResponse:
    """Put the cookie on the answer when somebody has just signed in."""
    known: list[str] | None = getattr(request, "linli_device_names", None)
    if known:
        value = signing.dumps(known, salt=SALT)
        response.set_cookie(
            COOKIE, value, max_age=DAYS * 24 * 3600, httponly=True, samesite="Lax", secure=request.is_secure()
        )
    return response
