"""One phone, several rooms: whoever enrols it asks here what else it carries and who takes the items that he does not know (decision 0134).

A room introduces itself from ``apps.py``. The phone of who walks rounds is the rounds' (``rounds.WalkerPhone``); a room beside it gets a
place of its own in the pack, under its code, and the items of its kinds. Rooms of one floor never import each other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise

from linli.accounts.models import User
from linli.ground.models import Mandate, Place


@dataclass(frozen=True)
class Bearer:
    """Who carries a phone: his account, the mandates by which he acts here (his own and his bodies'), and our time.

    ``device``: the phone's id. ``happened_at`` of an item may be long before ``now``.
    """

    user: User | None
    mandates: Sequence[Mandate]
    neighbourhood: Place
    now: datetime
    device: UUID


@dataclass(frozen=True)
class Taken:
    """What became of an item: ``fresh`` False for a re-send; ``problem``: what is odd about it, or empty."""

    fresh: bool
    problem: str = ""


@dataclass(frozen=True)
class KnownPhone:
    """A phone whose signature may stand beside another's item: its key (SPKI, DER) and who carries it."""

    device: UUID
    public_key: bytes
    mandate: Mandate


Pack = Callable[[Bearer], dict[str, Any] | None]
"""What a phone carries of a room, as JSON; None for somebody who has nothing to do with it. Bounded statements."""
Take = Callable[[Bearer, Mapping[str, Any]], Taken]
"""Stores one item, once. Raises :class:`linli.inbox.phones.items.Malformed` for what a person must look at."""
Phones = Callable[[int, Collection[UUID] | None, datetime], Iterable[KnownPhone]]
"""(neighbourhood, these devices or None for all that are in use now, now): phones of this room."""


@dataclass(frozen=True)
class Room:
    """A room with something to say on a phone. ``kinds``: kind of item → who takes it; ``problems``: why one of them waits, in words."""

    code: str
    pack: Pack
    kinds: Mapping[str, Take]
    problems: Mapping[str, str | Promise] = field(default_factory=dict)


_rooms: dict[str, Room] = {}
_phones: list[Phones] = []


def register(room: Room) -> None:
    """Introduce a room, from its ``apps.py``; the same code again replaces it."""
    _rooms[room.code] = room


def register_phones(phones: Phones) -> None:
    """Say whose the phones are that a room has enrolled; the same one once."""
    if phones not in _phones:
        _phones.append(phones)


def packs(bearer: Bearer) -> dict[str, Any]:
    """Code of a room → what the phone carries of it, without rooms that have nothing for him."""
    found = ((code, room.pack(bearer)) for code, room in sorted(_rooms.items()))
    return {code: pack for code, pack in found if pack is not None}


def taker_of(raw: Any) -> Take | None:
    """Who takes an item of this kind; None for a kind that no room has introduced."""
    kind = str(raw.get("kind")) if isinstance(raw, Mapping) else ""
    return next((room.kinds[kind] for room in _rooms.values() if kind in room.kinds), None)


def problem_words() -> dict[str, str | Promise]:
    """Why an item of any room waits for a person, by its code."""
    return {code: words for room in _rooms.values() for code, words in room.problems.items()}


def phones_of(neighbourhood: int, devices: Collection[UUID] | None, now: datetime) -> dict[UUID, KnownPhone]:
    """These phones of a neighbourhood by id, also such as are used no more; None: those in use ``now``."""
    return {one.device: one for phones in _phones for one in phones(neighbourhood, devices, now)}
