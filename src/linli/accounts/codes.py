"""Codes that people read from paper and type: no 0 and O, no 1, I and L, no U; in groups of four; only their keyed hash is stored."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata

from linli.vault import keyring

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
SLIP = 12
RECOVERY = 10
SETUP = 8


def new_code(length: int) -> str:
    """A random code without separators (4.9 bits a character)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def clean(typed: str) -> str:
    """What was meant: full-width to half-width, upper case, spaces and dashes gone."""
    return "".join(c for c in unicodedata.normalize("NFKC", typed).upper() if c.isalnum())


def grouped(code: str) -> str:
    """ABCD-EFGH-JKMN; a code of ten as ABCDE-FGHJK."""
    size = 5 if len(code) == RECOVERY else 4
    return "-".join(code[i : i + size] for i in range(0, len(code), size))


def digest(purpose: str, typed: str) -> str:
    """The keyed hash under which a code is stored: HMAC-SHA-256 with a key that is not in the data folder."""
    return hmac.new(keyring().derive("account-codes"), f"{purpose}:{clean(typed)}".encode(), hashlib.sha256).hexdigest()


def setup_code() -> str:
    """The code that proves, over a network, that who sets Linli up also sees its console. Derived from the master key."""
    raw = int.from_bytes(keyring().derive("setup-code"), "big")
    out = ""
    for _ in range(SETUP):
        raw, rest = divmod(raw, len(ALPHABET))
        out += ALPHABET[rest]
    return out


def is_setup_code(typed: str) -> bool:
    """Whether somebody typed the setup code; constant time."""
    return hmac.compare_digest(clean(typed).encode(), setup_code().encode())
