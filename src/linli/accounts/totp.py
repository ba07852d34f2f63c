"""Time-based one-time codes (RFC 6238, SHA-1, 30 seconds, six digits): secrets, matching, and the QR that a phone reads."""

from __future__ import annotations

import hmac
import os
from base64 import b32encode
from urllib.parse import quote, urlencode

import segno
from django_otp.oath import hotp

from linli import vault

STEP = 30
DIGITS = 6
TOLERANCE = 1
CONTEXT = "accounts.authenticator"
ISSUER = "Linli"


def new_secret() -> bytes:
    """20 random bytes, sealed with the accounts' key."""
    return vault.seal(os.urandom(20), key="accounts", context=CONTEXT)


def unseal_secret(sealed: bytes | memoryview) -> bytes:
    """The shared secret behind a sealed value."""
    return vault.unseal(sealed, context=CONTEXT)


def matching_step(secret: bytes, code: str, now: float, after: int) -> int | None:
    """The step whose code was typed: the present one or a neighbour, and later than ``after`` (a code works once).

    ``now`` in seconds since 1970. None when no such step matches.
    """
    if not (code.isascii() and code.isdigit() and len(code) == DIGITS):
        return None
    present = int(now) // STEP
    found = None
    for step in range(present - TOLERANCE, present + TOLERANCE + 1):
        if hmac.compare_digest(code_at(secret, step), code) and step > after:
            found = step
    return found


def code_at(secret: bytes, step: int) -> str:
    """The six digits of one step."""
    return str(hotp(secret, step, DIGITS)).rjust(DIGITS, "0")


def grouped_secret(secret: bytes) -> str:
    """The secret as a human types it: base 32 in groups of four."""
    text = b32encode(secret).decode().rstrip("=")
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def address(secret: bytes, username: str) -> str:
    """The ``otpauth://`` address that authenticator apps read."""
    query = urlencode(
        {"secret": b32encode(secret).decode().rstrip("="), "issuer": ISSUER, "digits": DIGITS, "period": STEP}
    )
    return f"otpauth://totp/{quote(f'{ISSUER}:{username}')}?{query}"


def qr(text: str) -> str:
    """A QR code as an SVG data address, black on white with its quiet zone (the policy allows images from ``data:``)."""
    return str(segno.make(text, error="m", micro=False).svg_data_uri(scale=5, border=4, dark="#000", light="#fff"))
