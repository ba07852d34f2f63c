"""One-time codes that make a phone somebody's or some place's: eight readable characters, of which only the digest is kept."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from linli.inbox.phones.signature import load_public
from linli.kernel.permit_number import ALPHABET, LOOKALIKES

LENGTH = 8
LIFE = timedelta(minutes=30)


@dataclass(frozen=True)
class Phone:
    """What a phone says of itself when it enrols. ``public_key``: SPKI, DER."""

    public_key: bytes
    name: str = ""
    user_agent: str = ""

    def can_sign(self) -> bool:
        """Whether its key is a P-256 key."""
        try:
            load_public(self.public_key)
        except (ValueError, TypeError):
            return False
        return True


def new_code() -> str:
    """Eight characters that nobody mixes up."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def digest_of(code: str) -> bytes:
    """SHA-256 of a one-time code, as it is typed or heard: case, blanks, hyphens and look-alikes do not matter."""
    plain = "".join(LOOKALIKES.get(one, one) for one in code.upper() if one.isalnum())
    return hashlib.sha256(b"linli.enrolment|" + plain.encode()).digest()
