"""A pack on its way to a phone: sealed with a key made for this answer, kept there as it came."""

from __future__ import annotations

import os
from datetime import datetime

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from linli.inbox.phones.signature import to_base64url


def sealed(plain: bytes, *, version: str, expires: datetime) -> dict[str, str]:
    """The answer to a phone: version, when the pack and its key must be gone, the key (256 bits), the nonce, the pack (AES-GCM)."""
    key, iv = os.urandom(32), os.urandom(12)
    return {
        "version": version,
        "expires": expires.isoformat(),
        "key": to_base64url(key),
        "iv": to_base64url(iv),
        "sealed": to_base64url(AESGCM(key).encrypt(iv, plain, None)),
    }
