"""What may be kept of an upload that waits for a person: whole under an operation and sealed with its key, else the bare ids."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from linli.gates.deciding import Source
from linli.inbox.store import KEY
from linli.operations.queries import active_operation


def payload(source: Source, raw: Any) -> tuple[bytes, str]:
    """The bytes to keep of one item or a batch, and the name of the key that seals them (HOUSE.md, "Operation and sunset").

    What a phone sends holds persons, plates and temperatures: it ends with the operation under which it was heard. Without an
    operation nothing of it may be kept, and the ids alone say which records the phone meant.
    """
    operation = active_operation(source.gate.neighbourhood_id or 0, source.now, gate=source.gate)
    if operation is not None:
        return _bytes(raw), operation.key_name
    return _bytes([_bare(one) for one in raw] if isinstance(raw, list | tuple) else _bare(raw)), KEY


def _bare(one: Any) -> dict[str, str]:
    """The id a phone made (a number without meaning), or nothing when it is none."""
    try:
        return {"id": str(UUID(one["id"]))}
    except (KeyError, TypeError, ValueError, AttributeError):
        return {}


def _bytes(data: Any) -> bytes:
    return json.dumps(data, sort_keys=True).encode()
