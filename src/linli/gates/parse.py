"""One check as a phone sends it, read strictly: what cannot be read goes to the inbox for a person, never to the floor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from linli.gates.models.checks import Check
from linli.gates.models.permits import Klass
from linli.gates.reasons import REASONS

WAYS = frozenset({"card", "room", "search", "visitor", "emergency"})
OUTCOMES = frozenset({"admitted", "held", "refused"})
KLASSES, CALLS, PAPERS = (frozenset(known.values) for known in (Klass, Check.Call, Check.Papers))
COLDEST, HOTTEST = 300, 450
"""Tenths of a degree Celsius between which a reading is a temperature of a person."""
MOST_COMPANIONS = 99
MOST_GOODS = 99
LONGEST_CODE = 4096
LONGEST_DETAIL = 80
DETAILS = ("name", "phone", "from", "plate_note", "note")
"""What a stranger may say of himself; anything else that a phone sends there is dropped."""
MOST_PLACES = 2**31 - 1
EARLIEST = datetime(2020, 1, 1, tzinfo=UTC)


class Malformed(ValueError):
    """The item cannot be read; ``problem`` names the field."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Item:
    """A check as the phone made it. ``temperature`` in tenths of a degree; ids are what the phone believed."""

    id: UUID
    seq: int
    happened_at: datetime
    direction: str
    way: str
    klass: str
    outcome: str
    reason: str
    rules: str
    code: str | None = None
    card: UUID | None = None
    permit: UUID | None = None
    person: UUID | None = None
    purpose: str = ""
    answers: dict[str, bool] | None = None
    temperature: int | None = None
    plate: str = ""
    vehicle: bool = False
    companions: int = 0
    made_offline: bool = False
    host_consent: bool | None = None
    filed: bool | None = None
    visit: UUID | None = None
    party: UUID | None = None
    follows: UUID | None = None
    call: str = ""
    host: int | None = None
    goods: int = 0
    papers: str = ""
    returning: bool = False
    details: dict[str, str] | None = None
    gate: int | None = None
    said: frozenset[str] = field(default_factory=frozenset)

    @property
    def emergency(self) -> bool:
        """Whether it opened at once."""
        return self.klass == Klass.EMERGENCY or self.way == "emergency"


def parse(raw: Any) -> Item:
    """Read one item. Raises :class:`Malformed`."""
    if not isinstance(raw, Mapping):
        raise Malformed("not_an_object")
    decision = raw.get("decision")
    if not isinstance(decision, Mapping):
        raise Malformed("decision")
    outcome, reason = _one_of(decision, "outcome", OUTCOMES), _one_of(decision, "reason", REASONS.keys())
    return Item(
        id=_id(raw),
        seq=_number(raw, "seq", 0, 2**31 - 1, default=0) or 0,
        happened_at=_moment(raw, "happened_at"),
        direction=_one_of(raw, "direction", {"in", "out"}),
        way=_one_of(raw, "way", WAYS),
        klass=_one_of(raw, "klass", KLASSES),
        outcome=outcome,
        reason=reason,
        rules=_text(raw, "rules", 50) or "",
        code=_text(raw, "code", LONGEST_CODE),
        card=_uuid(raw, "card"),
        permit=_uuid(raw, "permit"),
        person=_uuid(raw, "person"),
        purpose=_text(raw, "purpose", 20) or "",
        answers=_answers(raw),
        temperature=_number(raw, "temperature", COLDEST, HOTTEST),
        plate=_text(raw, "plate", 20) or "",
        vehicle=_flag(raw, "vehicle") or False,
        companions=_number(raw, "companions", 0, MOST_COMPANIONS, default=0) or 0,
        made_offline=_flag(raw, "made_offline") or False,
        host_consent=_flag(raw, "host_consent"),
        said=frozenset(raw),
        **_further(raw),
    )


def _further(raw: Mapping[str, Any]) -> dict[str, Any]:
    """What only some who come to a gate need: a visit, a party, a call, goods, papers, words about oneself."""
    return {
        "filed": _flag(raw, "filed"),
        "visit": _uuid(raw, "visit"),
        "party": _uuid(raw, "party"),
        "follows": _uuid(raw, "follows"),
        "call": _choice(raw, "call", CALLS),
        "host": _number(raw, "host", 1, MOST_PLACES),
        "goods": _number(raw, "goods", 0, MOST_GOODS, default=0),
        "papers": _choice(raw, "papers", PAPERS),
        "returning": _flag(raw, "returning") or False,
        "details": _details(raw),
        "gate": _number(raw, "gate", 1, MOST_PLACES),
    }


@dataclass(frozen=True, slots=True)
class Request:
    """A held or refused person asks at the gate for a review of the passage ``follows``."""

    id: UUID
    follows: UUID
    happened_at: datetime
    text: str


def parse_request(raw: Mapping[str, Any]) -> Request:
    """Read a request for review: ``id``, ``follows``, ``happened_at``, ``note`` (what he says). Raises :class:`Malformed`."""
    follows = _uuid(raw, "follows")
    if follows is None:
        raise Malformed("follows")
    return Request(_id(raw), follows, _moment(raw, "happened_at"), (_text(raw, "note", LONGEST_DETAIL) or "").strip())


def _id(raw: Mapping[str, Any]) -> UUID:
    value = _uuid(raw, "id")
    if value is None or value.version != 7:
        raise Malformed("id")
    return value


def _uuid(raw: Mapping[str, Any], name: str) -> UUID | None:
    value = raw.get(name)
    if value is None:
        return None
    try:
        return UUID(value)
    except (ValueError, AttributeError, TypeError):
        raise Malformed(name) from None


def _moment(raw: Mapping[str, Any], name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(raw[name])
    except (KeyError, ValueError, TypeError):
        raise Malformed(name) from None
    if moment.tzinfo is None or moment < EARLIEST or moment > datetime.now(UTC) + timedelta(days=3660):
        raise Malformed(name)
    return moment.astimezone(UTC)


def _one_of(raw: Mapping[str, Any], name: str, allowed: Any) -> str:
    value = raw.get(name)
    if not isinstance(value, str) or value not in allowed:
        raise Malformed(name)
    return value


def _choice(raw: Mapping[str, Any], name: str, allowed: Any) -> str:
    return "" if raw.get(name) is None else _one_of(raw, name, allowed)


def _details(raw: Mapping[str, Any]) -> dict[str, str] | None:
    value = raw.get("details")
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise Malformed("details")
    try:
        said = {name: (_text(value, name, LONGEST_DETAIL) or "").strip() for name in DETAILS}
    except Malformed:
        raise Malformed("details") from None
    return {name: text for name, text in said.items() if text} or None


def _text(raw: Mapping[str, Any], name: str, longest: int) -> str | None:
    value = raw.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > longest or "\0" in value or not _storable(value):
        raise Malformed(name)
    return value


def _storable(text: str) -> bool:
    """Whether it is whole text: half of a surrogate pair is not, and no database takes it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _flag(raw: Mapping[str, Any], name: str) -> bool | None:
    value = raw.get(name)
    if value is not None and not isinstance(value, bool):
        raise Malformed(name)
    return value


def _number(raw: Mapping[str, Any], name: str, low: int, high: int, default: int | None = None) -> int | None:
    value = raw.get(name)
    if value is None:
        return default
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise Malformed(name)
    return value


def _answers(raw: Mapping[str, Any]) -> dict[str, bool] | None:
    value = raw.get("answers")
    if value is None:
        return None
    if not isinstance(value, Mapping) or len(value) > 30:
        raise Malformed("answers")
    for code, answer in value.items():
        if not isinstance(code, str) or len(code) > 30 or not isinstance(answer, bool):
            raise Malformed("answers")
    return dict(value)
