"""Readers of photos of visits. Within a scope."""

from __future__ import annotations

from linli import vault
from linli.rounds.models import VisitPhoto

CONTEXT = "rounds.photo"


def picture_of(photo: VisitPhoto) -> bytes | None:
    """The JPEG; None when it was erased, or its operation's key is."""
    if photo.sealed is None:
        return None
    try:
        return vault.unseal(bytes(photo.sealed), context=CONTEXT)
    except vault.KeyMissing:
        return None
