"""Identifiers: UUID version 7 (RFC 9562), made by whoever first knows of a fact, so that a re-send is no second fact."""

from __future__ import annotations

import uuid

import uuid6


def uuid7() -> uuid.UUID:
    """A new time-ordered UUIDv7 as a plain ``uuid.UUID``."""
    return uuid.UUID(int=uuid6.uuid7().int)
