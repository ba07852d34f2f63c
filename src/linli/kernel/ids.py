"""Identifiers: UUID version 7 (RFC 9562), made by whoever first knows of a fact, so that a re-send is no second fact."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import uuid6


def uuid7() -> uuid.UUID:
    """A new time-ordered UUIDv7 as a plain ``uuid.UUID``."""
    return uuid.UUID(int=uuid6.uuid7().int)


def made_at(identity: uuid.UUID) -> datetime | None:
    """When a UUIDv7 was made (its first 48 bits, whole milliseconds, UTC); None for any other version."""
    return datetime.fromtimestamp((identity.int >> 80) / 1000, UTC) if identity.version == 7 else None
