"""One item as a walker's phone sends it, read strictly; pure. What cannot be read waits for a person, it is never refused."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from linli.inbox.phones.items import Malformed, read_moment, read_text, read_uuid

OUTCOMES = frozenset({"done", "no_answer", "refused", "call_back"})
MOST_TARGETS, MOST_PHOTOS, LONGEST_NOTE, LONGEST_VALUE = 500, 6, 200, 400
LARGEST = 3 * 1024 * 1024
"""Bytes of a photo as it comes: a phone that shrinks it sends a tenth of that; a plain form sends it as the camera made it."""


@dataclass(frozen=True)
class SentPhoto:
    """A photo as it came, not yet looked into."""

    id: UUID
    data: bytes


@dataclass(frozen=True)
class SentVisit:
    """Somebody was at some targets of a round. ``values``: question id → what was said."""

    id: UUID
    happened_at: datetime
    made_offline: bool
    occurrence: UUID
    targets: tuple[tuple[UUID, str, datetime | None], ...]
    values: Mapping[int, str]
    photos: tuple[SentPhoto, ...]
    note: str


@dataclass(frozen=True)
class SentObservation:
    """Somebody saw something without a planned route (P07), or on duty (P10: ``source`` names the shift). ``due_on``: needs somebody."""

    id: UUID
    happened_at: datetime
    made_offline: bool
    place: int
    note: str
    due_on: date | None
    photos: tuple[SentPhoto, ...]
    source: str


@dataclass(frozen=True)
class TakenBack:
    """A visit was a wrong tap."""

    id: UUID
    happened_at: datetime
    visit: UUID


Sent = SentVisit | SentObservation | TakenBack


def parse(raw: Any) -> Sent:
    """An item of a batch. Raises :class:`Malformed`: malformed, id, kind, moment, targets, values, photos, note, source."""
    if not isinstance(raw, dict):
        raise Malformed("malformed")
    reader = READERS.get(str(raw.get("kind")))
    if reader is None:
        raise Malformed("kind")
    return reader(raw, read_uuid(raw.get("id"), "id"), read_moment(raw.get("happened_at")))


def _visit(raw: dict[str, Any], pk: UUID, at: datetime) -> SentVisit:
    targets = raw.get("targets")
    if not isinstance(targets, list) or not 0 < len(targets) <= MOST_TARGETS:
        raise Malformed("targets")
    return SentVisit(
        pk,
        at,
        raw.get("made_offline") is True,
        read_uuid(raw.get("occurrence"), "malformed"),
        tuple(_target(one) for one in targets),
        _values(raw.get("values")),
        _photos(raw.get("photos")),
        _note(raw.get("note")),
    )


def _observation(raw: dict[str, Any], pk: UUID, at: datetime) -> SentObservation:
    place, note = raw.get("place"), _note(raw.get("note"))
    if isinstance(place, bool) or not isinstance(place, int):
        raise Malformed("malformed")
    if not note:
        raise Malformed("note")
    return SentObservation(
        pk,
        at,
        raw.get("made_offline") is True,
        place,
        note,
        _day(raw.get("due_on")),
        _photos(raw.get("photos")),
        _source(raw.get("source")),
    )


def _taken_back(raw: dict[str, Any], pk: UUID, at: datetime) -> TakenBack:
    return TakenBack(pk, at, read_uuid(raw.get("visit"), "malformed"))


def _day(raw: Any) -> date | None:
    try:
        return None if raw is None else date.fromisoformat(raw)
    except (ValueError, TypeError):
        raise Malformed("moment") from None


def _target(raw: Any) -> tuple[UUID, str, datetime | None]:
    if not isinstance(raw, list) or len(raw) != 3 or raw[1] not in OUTCOMES:
        raise Malformed("targets")
    return read_uuid(raw[0], "targets"), raw[1], None if raw[2] is None else read_moment(raw[2])


def _values(raw: Any) -> dict[int, str]:
    """Question id → what was said, of ``{"12": "36.5"}``."""
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        raise Malformed("values")
    found = {}
    for key, value in raw.items():
        if not (
            isinstance(value, str) and len(value) <= LONGEST_VALUE and key.isascii() and key.isdigit() and len(key) < 18
        ):
            raise Malformed("values")
        found[int(key)] = "".join(char if char.isprintable() else " " for char in value)
    return found


def _photos(raw: Any) -> tuple[SentPhoto, ...]:
    """``[{"id": …, "jpeg": base64}]``."""
    if raw is None:
        return ()
    if not isinstance(raw, list) or len(raw) > MOST_PHOTOS:
        raise Malformed("photos")
    return tuple({one.id: one for one in map(_photo, raw)}.values())


def _photo(raw: Any) -> SentPhoto:
    if not isinstance(raw, dict) or not isinstance(raw.get("jpeg"), str):
        raise Malformed("photos")
    try:
        data = base64.b64decode(raw["jpeg"], validate=True)
    except binascii.Error:
        raise Malformed("photos") from None
    if len(data) > LARGEST:
        raise Malformed("photos")
    return SentPhoto(read_uuid(raw.get("id"), "photos"), data)


def _note(raw: Any) -> str:
    return read_text(raw, LONGEST_NOTE, "note")


def _source(raw: Any) -> str:
    """``shift:<id>``, or nothing: a phone names no other source."""
    if raw in (None, ""):
        return ""
    kind, _colon, key = str(raw).partition(":")
    if kind != "shift":
        raise Malformed("source")
    return f"shift:{read_uuid(key, 'source')}"


READERS: dict[str, Callable[[dict[str, Any], UUID, datetime], Sent]] = {
    "visit": _visit,
    "observation": _observation,
    "annulment": _taken_back,
}
