"""Sealed values (AES-256-GCM) and keyed blind indexes (HMAC-SHA-256).

A sealed value is ``0x01 | length of key name | key name | 12-byte nonce | ciphertext``; the context (``"ground.document"``) and the
key name are associated data, so that a value cannot be moved to another column. A blind index is 16 bytes of HMAC-SHA-256
under a key derived for one neighbourhood and one purpose: equal values are found inside a neighbourhood and nowhere else.
"""

from __future__ import annotations

import hmac
import os
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from linli.vault.keyring import Keyring, keyring

VERSION = 1
ENDING = "operation:"
"""Names of keys that end: their operation makes them, its purge destroys them, and no writer brings one back."""


def seal(value: str | bytes, *, key: str, context: str) -> bytes:
    """Seal ``value`` with the key called ``key`` for the column named ``context``.

    A missing key is made, but never an operation's: that one was destroyed with its data, so :class:`linli.vault.KeyMissing` is raised.
    """
    plain = value.encode() if isinstance(value, str) else value
    name = key.encode()
    nonce = os.urandom(12)
    secret = keyring().get(key) if key.startswith(ENDING) else keyring().ensure(key)
    sealed = AESGCM(secret).encrypt(nonce, plain, name + b"|" + context.encode())
    return bytes([VERSION, len(name)]) + name + nonce + sealed


def unseal(blob: bytes | memoryview, *, context: str) -> bytes:
    """The bytes behind ``blob``.

    Raises :class:`linli.vault.KeyMissing` when its key was destroyed and ``cryptography.exceptions.InvalidTag`` when the value or
    its context was altered.
    """
    raw = bytes(blob)
    if len(raw) < 2 or raw[0] != VERSION:
        raise ValueError("not a sealed value")
    cut = 2 + raw[1]
    name = raw[2:cut]
    return AESGCM(keyring().get(name.decode())).decrypt(
        raw[cut : cut + 12], raw[cut + 12 :], name + b"|" + context.encode()
    )


def unseal_text(blob: bytes | memoryview, *, context: str) -> str:
    """The text behind ``blob``; errors as for :func:`unseal`."""
    return unseal(blob, context=context).decode()


def blind_index(value: str, *, neighbourhood: int, purpose: str) -> bytes:
    """16 bytes that are equal for equal values of one neighbourhood and one purpose (``"document"``, ``"document.tail"``, …)."""
    return hmac.digest(_index_key(keyring(), neighbourhood, purpose), value.encode(), "sha256")[:16]


@lru_cache(maxsize=512)
def _index_key(ring: Keyring, neighbourhood: int, purpose: str) -> bytes:
    return ring.derive(f"index/{purpose}/{neighbourhood}")
