"""From an item and what the server knows to the row that is stored: the server's decision beside the gate's, never instead of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from linli import vault
from linli.accounts.models import User
from linli.gates.models import Check, Device, GateException
from linli.gates.parse import Item
from linli.gates.rules import Decision, decide
from linli.gates.standing import DOUBLE_USE, Seen
from linli.gates.timetable import InForce
from linli.ground.models import Place
from linli.operations.models import Operation

PLATE_CONTEXT = "gates.plate"
DETAILS_CONTEXT = "gates.details"
CLOCK_OFF = timedelta(minutes=5)
"""A phone whose clock is off by more than this is an exception; what it recorded stands, with both times shown."""
Kind = GateException.Kind


@dataclass(frozen=True)
class Source:
    """Where items come from: a phone or a signed-in guard; the gate; our time; how far the phone's clock was off."""

    gate: Place
    now: datetime
    device: Device | None = None
    by: User | None = None
    skew_ms: int = 0


def by_now(item: Item, now: datetime) -> Item:
    """What a wrong clock dated ahead is judged by the moment when we hear of it: later it was not."""
    return item if item.happened_at <= now else replace(item, happened_at=now)


def facts_of(item: Item, seen: Seen) -> dict[str, Any]:
    """The facts that ``rules.decide`` takes."""
    consent = item.host_consent
    if "host_consent" not in item.said:
        consent = True if item.outcome == "admitted" else None
    return {
        "klass": seen.announced.klass if seen.announced else item.klass,
        "direction": item.direction,
        "way": item.way,
        "purpose": item.purpose or None,
        "card": seen.card_state,
        "known_resident": seen.known_resident,
        "answers": item.answers,
        "temperature": item.temperature,
        "vehicle": item.vehicle,
        "plate": item.plate or None,
        "host_consent": consent,
        "hold": seen.hold,
        "emergency": item.emergency,
        "called": item.call or None,
        "guardian": seen.guardian,
        "filed": item.filed,
        "online": not item.made_offline,
    }


def server_decision(item: Item, seen: Seen, held: InForce) -> Decision:
    """What the server would have decided at the moment when it happened."""
    return decide(facts_of(item, seen), held.rules, int(item.happened_at.timestamp() * 1000))


def row_of(item: Item, seen: Seen, held: InForce, server: Decision, source: Source) -> Check:
    """The row of an item under an operation that records (``held.operation`` is not None)."""
    operation, rules = held.operation, held.rules
    if operation is None:
        raise ValueError("no operation: nothing may be recorded")
    answers = item.answers
    if answers is None and not rules["questions"] and item.temperature is not None:
        answers = {}
    row = Check(
        id=item.id,
        neighbourhood_id=operation.neighbourhood_id,
        gate_id=source.gate.pk,
        device_id=source.device.pk if source.device else None,
        by_user=source.by.pk if source.by else None,
        operation_id=operation.pk,
        permit=seen.permit,
        card=seen.card,
        person=seen.person,
        card_state=seen.card_state,
        klass=seen.announced.klass if seen.announced else item.klass,
        direction=item.direction,
        way=item.way,
        purpose=item.purpose,
        outcome=item.outcome,
        reason=item.reason,
        answers=answers,
        temperature=item.temperature,
        vehicle=item.vehicle,
        plate=_sealed(item.plate, PLATE_CONTEXT, operation),
        companions=item.companions,
        host_consent=item.host_consent,
        **_further(item, seen, operation),
        rules=item.rules,
        measured=bool(rules["measures"]),
        plated=bool(rules["plates"]),
        made_offline=item.made_offline,
        overridden=server.outcome != item.outcome,
        server_outcome=server.outcome,
        server_reason=server.reason,
        happened_at=item.happened_at,
        heard_at=source.now,
        skew_ms=source.skew_ms,
        seq=item.seq,
    )
    if lacks(row):
        row.outcome = Check.Outcome.OPEN
    return row


def _further(item: Item, seen: Seen, operation: Operation) -> dict[str, Any]:
    """The columns that only some passages fill."""
    details = json.dumps(item.details, ensure_ascii=False) if item.details else ""
    return {
        "filed": item.filed,
        "visit": seen.announced.visit if seen.announced else item.visit,
        "party": item.party,
        "follows": item.follows,
        "call": item.call,
        "host": seen.announced.host if seen.announced and not item.host else item.host,
        "goods": item.goods,
        "papers": item.papers,
        "returning": item.returning,
        "details": _sealed(details, DETAILS_CONTEXT, operation),
    }


def _sealed(text: str, context: str, operation: Operation) -> bytes | None:
    return vault.seal(text, key=operation.key_name, context=context) if text else None


def details_of(row: Check) -> dict[str, str]:
    """What a stranger said of himself, in the clear; empty when there is nothing or its key ended with the operation."""
    if row.details is None:
        return {}
    try:
        found: dict[str, str] = json.loads(vault.unseal_text(row.details, context=DETAILS_CONTEXT))
    except vault.KeyMissing:
        return {}
    return found


def lacks(row: Check) -> bool:
    """Whether an admission lacks one of the three (G05) or a plate (G07): it stays open until a person completes it (G06)."""
    if row.outcome != Check.Outcome.ADMITTED or row.klass == "emergency":
        return False
    unmeasured = row.measured and row.direction == "in" and (row.answers is None or row.temperature is None)
    to_doctor = row.direction == "out" and row.purpose == "doctor"
    return bool(unmeasured or (row.plated and row.vehicle and row.plate is None and not to_doctor))


def exceptions_of(row: Check, seen: Seen, held: InForce, elsewhere: bool) -> list[GateException]:
    """What a person should look at. ``elsewhere``: the same permit was let in at another gate at almost the same time, or the code
    of a visit had let somebody in before (G09)."""
    fever, kinds = held.rules["fever_tenths"], []
    if row.outcome == Check.Outcome.OPEN:
        kinds.append(Kind.INCOMPLETE)
    elif row.overridden and not (elsewhere and row.server_reason == "code_used"):
        kinds.append(Kind.OVERRIDDEN)
    if seen.card_state in ("unknown", "bad_signature") and row.klass != "emergency":
        kinds.append(Kind.UNKNOWN_CARD)
    if fever is not None and row.temperature is not None and row.temperature >= fever:
        kinds.append(Kind.FEVER)
    if elsewhere:
        kinds.append(Kind.DOUBLE_USE)
    if row.happened_at > row.heard_at + CLOCK_OFF:
        kinds.append(Kind.CLOCK)
    return [exception(kind, row) for kind in kinds]


def exception(kind: str, row: Check) -> GateException:
    """One exception about a check; a second one of the same kind is never made."""
    return GateException(
        neighbourhood_id=row.neighbourhood_id,
        kind=kind,
        gate_id=row.gate_id,
        device_id=row.device_id,
        check_id=row.id,
        subject=f"{kind}:{row.id}",
        happened_at=row.happened_at,
        heard_at=row.heard_at,
        due_at=due_at(kind, row.heard_at),
    )


def due_at(kind: str, heard_at: datetime) -> datetime:
    """When an exception should be settled: a fever within the hour, the rest within a day (*(ours)*)."""
    return heard_at + (timedelta(hours=1) if kind == Kind.FEVER else timedelta(days=1))


def is_entry(row: Check) -> bool:
    """Whether somebody came in."""
    return row.direction == "in" and row.outcome in (Check.Outcome.ADMITTED, Check.Outcome.OPEN)


def near(gate: int, at: datetime, row: Check) -> bool:
    """Whether an entry at ``gate`` and ``at`` is a double use beside ``row``."""
    return gate != row.gate_id and abs(at - row.happened_at) <= DOUBLE_USE
