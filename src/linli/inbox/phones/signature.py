"""Requests signed by a phone: ECDSA P-256 over method, path, time and digest of the body. A replayed request is harmless,
because every id is made by the phone and stored once."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

MOST_SKEW = timedelta(hours=36)
"""A phone's clock may be this wrong and it is still heard; how wrong it is, is kept and shown."""
_SHA256 = ec.ECDSA(SHA256())


class Unsigned(Exception):
    """The request is not signed as it must be; ``code`` says what is wrong."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Claim:
    """What the headers say, before anything is believed."""

    device: UUID
    time_ms: int
    signature: bytes

    def skew(self, now: datetime) -> int:
        """Milliseconds by which the phone's clock is ahead of ours."""
        return self.time_ms - int(now.timestamp() * 1000)


def read(headers: Mapping[str, str]) -> Claim:
    """Read ``Linli-Device``, ``Linli-Time`` (ms epoch) and ``Linli-Signature`` (base64url of r || s)."""
    try:
        claim = Claim(
            UUID(headers["Linli-Device"]), int(headers["Linli-Time"]), from_base64url(headers["Linli-Signature"])
        )
    except (KeyError, ValueError):
        raise Unsigned("unsigned") from None
    if len(claim.signature) != 64 or not 0 < claim.time_ms < 2**53:
        raise Unsigned("unsigned")
    return claim


def canonical(method: str, path: str, time_ms: int, body: bytes) -> bytes:
    """The bytes that are signed; ``path`` with its query as sent."""
    return f"{method}\n{path}\n{time_ms}\n{hashlib.sha256(body).hexdigest()}".encode()


def check(claim: Claim, spki: bytes, message: bytes, now: datetime) -> None:
    """Raises :class:`Unsigned` unless the signature is the device's and its time is within 36 hours of ours."""
    if not signed_by(spki, message, claim.signature):
        raise Unsigned("bad_signature")
    if abs(claim.skew(now)) > MOST_SKEW.total_seconds() * 1000:
        raise Unsigned("clock")


def signed_by(spki: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a phone's key (SPKI, DER) signed a message; ``signature``: r || s, 64 bytes."""
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    try:
        _key(spki).verify(encode_dss_signature(r, s), message, _SHA256)
    except InvalidSignature:
        return False
    return True


def load_public(spki: bytes) -> ec.EllipticCurvePublicKey:
    """A P-256 public key from SPKI (DER). Raises ValueError for anything else."""
    key = load_der_public_key(spki)
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("not a P-256 key")
    return key


@lru_cache(maxsize=256)
def _key(spki: bytes) -> ec.EllipticCurvePublicKey:
    return load_public(spki)


def from_base64url(text: str) -> bytes:
    """Bytes of base64url with or without padding. Raises ValueError."""
    try:
        return base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        raise ValueError("not base64url") from None


def to_base64url(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
