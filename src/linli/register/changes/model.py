"""One change as it is found, before it is stored or printed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

At = tuple[str, int]


@dataclass(slots=True)
class Change:
    """What this file says otherwise. ``row``: index of the row in the file, None for what is no longer in it.

    ``was`` and ``to`` are whole values (numbers unmasked); where ``conflict``, ``was`` is what the register has by now. ``field`` is the
    fact it is about (``door``, ``state``, ``place``, ``row`` for what is more than one fact).
    """

    kind: str
    field: str
    door: str
    row: int | None = None
    was_at: At | None = None
    person: UUID | None = None
    place: int | None = None
    name: str = ""
    was: object = None
    to: object = None
    expected: bytes = b""
    base: bytes | None = None
    conflict: bool = False
    taken: bool = True
