"""What a phone says of a hand-over, read strictly; pure. What cannot be read waits in the inbox for a person, it is never refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from linli.inbox.phones.items import Malformed, read_moment, read_text, read_uuid
from linli.journeys.signatures import LONGEST
from linli.kernel import handover_ticket
from linli.kernel.handover_ticket import MOST, NotATicket, Signed

SIDES, WAYS, OTHER_WAYS = (
    frozenset({"gave", "took"}),
    frozenset({"scan", "code", "word"}),
    frozenset({"signature", "word"}),
)
MOST_HEADS, LONGEST_NAME = 999, 40


@dataclass(frozen=True)
class Other:
    """The other side where it has no phone: hands that the pack named, a dwelling, or a role with a name."""

    hands: UUID | None = None
    place: int | None = None
    role: str = ""
    name: str = ""


@dataclass(frozen=True)
class SentHandover:
    """One side of a hand-over, by the phone of who stood there; both where ``other_way`` says how the other side confirmed on it.

    ``side``: which side the phone's bearer is on. ``ticket``: the giver's code as it was scanned, its signature not yet looked at.
    ``signature``: the path that the other side drew. ``not_met``: who of their run was in nobody's hands, as the phone had named them.
    """

    handover: UUID
    side: str
    travellers: tuple[UUID, ...]
    counted: int | None
    happened_at: datetime
    made_offline: bool
    way: str
    other: Other | None
    other_way: str
    ticket: Signed | None
    signature: str
    not_met: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class SentAnnulment:
    """A hand-over that did not happen, by who had said that it did."""

    handover: UUID
    happened_at: datetime
    why: str


def read_handover(raw: Mapping[str, Any]) -> SentHandover:
    """A hand-over. Raises :class:`Malformed`: id, moment, travellers, counted, side, other, ticket."""
    handover = read_uuid(raw.get("handover"), "id")
    other_way = "" if raw.get("other_way") is None else _one_of(raw.get("other_way"), OTHER_WAYS, "side")
    ticket = _ticket(raw.get("ticket"))
    if ticket is not None and ticket.ticket.handover != handover:
        raise Malformed("ticket")
    return SentHandover(
        handover=handover,
        side=_one_of(raw.get("side"), SIDES, "side"),
        travellers=_travellers(raw.get("travellers")),
        counted=_heads(raw.get("counted")),
        happened_at=read_moment(raw.get("happened_at")),
        made_offline=raw.get("made_offline") is True,
        way=_one_of(raw.get("way"), WAYS, "side"),
        other=_other(raw.get("other")) if other_way else None,
        other_way=other_way,
        ticket=ticket,
        signature=read_text(raw.get("signature"), LONGEST, "signature"),
        not_met=_travellers(raw["not_met"]) if raw.get("not_met") else (),
    )


def read_annulment(raw: Mapping[str, Any]) -> SentAnnulment:
    """A hand-over taken back. Raises :class:`Malformed`."""
    why = read_text(raw.get("why"), 12, "why")
    return SentAnnulment(read_uuid(raw.get("handover"), "id"), read_moment(raw.get("happened_at")), why)


def _one_of(raw: Any, known: frozenset[str], problem: str) -> str:
    if not isinstance(raw, str) or raw not in known:
        raise Malformed(problem)
    return str(raw)


def _travellers(raw: Any) -> tuple[UUID, ...]:
    if not isinstance(raw, list) or not 0 < len(raw) <= MOST:
        raise Malformed("travellers")
    return tuple(dict.fromkeys(read_uuid(one, "travellers") for one in raw))


def _heads(raw: Any) -> int | None:
    if raw is None:
        return None
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= MOST_HEADS:
        raise Malformed("counted")
    return raw


def _other(raw: Any) -> Other:
    if not isinstance(raw, Mapping):
        raise Malformed("other")
    if raw.get("hands") is not None:
        return Other(hands=read_uuid(raw["hands"], "other"))
    place = raw.get("place")
    if isinstance(place, int) and not isinstance(place, bool):
        return Other(place=place)
    role = read_text(raw.get("role"), 14, "other")
    if not role:
        raise Malformed("other")
    return Other(role=role, name=read_text(raw.get("name"), LONGEST_NAME, "other"))


def _ticket(raw: Any) -> Signed | None:
    if raw is None:
        return None
    try:
        return handover_ticket.read(raw if isinstance(raw, str) else "")
    except NotATicket:
        raise Malformed("ticket") from None
