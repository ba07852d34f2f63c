"""One item of an upload, read strictly; pure. What cannot be read waits in the inbox for a person, it is never refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID


class Malformed(ValueError):
    """``problem`` names the part that cannot be read, or what the item names and is not known here."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def read_uuid(raw: Any, problem: str) -> UUID:
    """An id. Raises :class:`Malformed` with ``problem``."""
    try:
        return UUID(raw)
    except (ValueError, TypeError, AttributeError):
        raise Malformed(problem) from None


def read_moment(raw: Any) -> datetime:
    """An aware moment in UTC, of ISO 8601 with its offset. Raises :class:`Malformed` with ``moment``."""
    try:
        moment = datetime.fromisoformat(raw)
    except (ValueError, TypeError):
        raise Malformed("moment") from None
    if moment.tzinfo is None:
        raise Malformed("moment")
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # the first or the last day of all years
        raise Malformed("moment") from None


def read_text(raw: Any, longest: int, problem: str) -> str:
    """One line of at most ``longest`` characters; nothing is the empty one. Raises :class:`Malformed` with ``problem``."""
    if raw is None:
        return ""
    if not isinstance(raw, str):
        raise Malformed(problem)
    return " ".join("".join(char if char.isprintable() else " " for char in raw).split())[:longest]
