"""What a row of a list means for a place."""

from __future__ import annotations

from dataclasses import dataclass

CLASSES = ("kept", "respelled", "named", "renamed", "recoded", "moved", "resumed", "added", "joined")


@dataclass(frozen=True, slots=True)
class Change:
    """What a row (or the lack of one) means for a place; ``kind`` is one of ``CLASSES`` or ``ended``."""

    kind: str
    code: str
    name: str
    was_code: str = ""
    was_name: str = ""
    row: int | None = None
    sheet: str | None = None
    key: int = 0
    renamed: bool = False
