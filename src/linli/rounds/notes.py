"""Short texts about a place, sometimes about people: sealed with the operation's key while one is on, plain otherwise."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from linli import vault
from linli.operations.queries import active_operation

CONTEXT = "rounds.note"
LONGEST = 200


def written(text: str, neighbourhood: int, now: datetime) -> dict[str, Any]:
    """The fields ``note``, ``sealed`` and ``operation`` of a row that says ``text``."""
    said = " ".join(text.split())[:LONGEST]
    operation = active_operation(neighbourhood, now) if said else None
    if operation is None:
        return {"note": said, "sealed": None, "operation": None}
    key = f"operation:{operation.pk}"
    return {"note": "", "sealed": vault.seal(said, key=key, context=CONTEXT), "operation": operation.pk}


def text_of(row: Any) -> str | None:
    """What a visit or a finding says; None when it was erased with its operation."""
    return _text(row.note, row.sealed, row.operation)


def close_of(row: Any) -> str | None:
    """With what a finding was closed; None when it was erased with its operation."""
    return _text(row.closed_with, row.closed_sealed, row.closed_operation)


def text_of_value(row: Any) -> str | None:
    """A short text of a visit's sheet; None when it was erased with its operation."""
    return _text(row.text, row.sealed, row.operation)


def _text(plain: str, sealed: bytes | None, operation: object) -> str | None:
    if operation is None:
        return plain
    if sealed is None:
        return None
    try:
        return vault.unseal_text(bytes(sealed), context=CONTEXT)
    except vault.KeyMissing:
        return None
