"""Recording what happened at a gate. Nothing is refused afterwards: what the server would have decided is stored beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from linli.gates import deciding, owners, returning, standing
from linli.gates.actions import asking, completing, counting, odd, waiting
from linli.gates.deciding import Source
from linli.gates.models import Check, GateException
from linli.gates.parse import Item, Malformed, parse
from linli.gates.rules import Decision
from linli.gates.standing import Seen
from linli.gates.timetable import InForce, Timetable, may_record
from linli.gates.visits import using
from linli.ground.inserting import in_turn, ready
from linli.inbox.actions import keep

STORED, ALREADY, COUNTED, WAITING = "stored", "already", "counted", "waiting"


@dataclass(frozen=True)
class Result:
    """The answer for one item: its id as it was sent, what became of it, what the server would have decided."""

    id: Any
    status: str
    decision: Decision | None = None
    overridden: bool = False
    problem: str | None = None

    def as_json(self) -> dict[str, Any]:
        """In the form of the gate API."""
        return {
            "id": self.id,
            "status": self.status,
            "decision": self.decision._asdict() if self.decision else None,
            "overridden": self.overridden,
            "problem": self.problem,
        }


@dataclass(frozen=True)
class Judged:
    """An item with what held, what is known, and the server's decision."""

    item: Item
    held: InForce
    seen: Seen
    decision: Decision

    @property
    def recorded(self) -> bool:
        """Whether a passage may be kept: by what holds, and by what the gate told the person when it asked (PIPL art. 17)."""
        return self.held.records and may_record(self.item.rules)


def judge(source: Source, items: Sequence[Item], *, simulate: bool = False) -> list[Judged]:
    """The server's decision on each item at the moment when it happened; writes nothing.

    What will only be counted is not looked up: the phone has sent no card and no person, and its own decision stands. So is what
    happened under an operation that is over by now: what arrives after the end is a number.
    """
    if not items:
        return []
    items_then = [deciding.by_now(item, source.now) for item in items]
    moments = [item.happened_at for item in items_then]
    table = Timetable.load(source.gate.neighbourhood_id or 0, source.gate.pk, min(moments), max(moments))
    in_force = [table.at(moment).heard(source.now) for moment in moments]
    looked_up = [
        item
        for item, held in zip(items_then, in_force, strict=True)
        if not item.emergency and (simulate or (held.records and may_record(item.rules)))
    ]
    known, wanted = standing.load(source.gate, looked_up), {item.id for item in looked_up}
    found = []
    for item, then, held in zip(items, items_then, in_force, strict=True):
        seen = known.of(then)
        decision = (
            deciding.server_decision(then, seen, held)
            if item.id in wanted or item.emergency
            else Decision(item.outcome, item.reason)
        )
        found.append(Judged(item, held, seen, decision))
    return found


def record_checks(*, source: Source, raw: Sequence[Any], accepted: bool = False) -> list[Result]:
    """Store a batch (1–200 items as a phone sends them) and answer for each. Sending it again stores nothing twice.

    Under an operation that records: rows. Without one: counts. An item that cannot be read, or that says it happened after the
    phone's pack had to be erased, waits in the inbox. ``accepted``: a person takes in what had waited. Requests for review come after
    the passages that they are about.
    """
    good: dict[int, Item] = {}
    results: dict[int, Result] = {}
    asked = {index: one for index, one in enumerate(raw) if asking.is_request(one)}
    for index, one in enumerate(raw):
        if index in asked:
            continue
        try:
            item = parse(one)
            if not accepted and source.device is not None and item.happened_at > source.device.pack_dies_at():
                raise Malformed("after_shift")
            good[index] = item
        except Malformed as wrong:
            results[index] = _to_inbox(source, one, wrong.problem)
    for at, items in odd.by_gate(source, good):
        judged = dict(zip(items, judge(at, list(items.values())), strict=True))
        results |= _store(at, {index: one for index, one in judged.items() if one.recorded})
        results |= counting.count(at, {index: one for index, one in judged.items() if not one.recorded})
    results |= {index: _asked(source, one) for index, one in asked.items()}
    return [results[index] for index in range(len(raw))]


def _asked(source: Source, one: Any) -> Result:
    try:
        status, problem = asking.take(source, one)
    except Malformed as wrong:
        return _to_inbox(source, one, wrong.problem)
    return Result(one.get("id"), status, problem=problem)


def _store(source: Source, judged: dict[int, Judged]) -> dict[int, Result]:
    """Store the passages; of a batch that names visits together with who has their entries (G09): both or neither."""
    if not using.named(judged.values()):
        return _stored(source, judged)
    with transaction.atomic():
        return _stored(source, using.booked(source, judged))


def _stored(source: Source, judged: dict[int, Judged]) -> dict[int, Result]:
    rows = {index: deciding.row_of(one.item, one.seen, one.held, one.decision, source) for index, one in judged.items()}
    if len(rows) == 1 and not next(iter(rows.values())).made_offline:
        present, doubles = set(), _doubles_seen(rows, judged)
    else:
        present, doubles = _present(rows), _doubles_looked_up(rows)
    doubles |= using.seconds(rows.values())
    fresh = {index: row for index, row in rows.items() if row.id not in present}
    found = [
        exception
        for index, row in fresh.items()
        for exception in deciding.exceptions_of(row, judged[index].seen, judged[index].held, row.id in doubles)
    ]
    found += odd.of_phone(source, list(fresh.values()), [judged[index].item for index in fresh])
    found += returning.tell((row, judged[index].seen, judged[index].item) for index, row in fresh.items())
    owners.assign(source.gate, found)
    if fresh and not _insert(list(fresh.values()), found):
        fresh = {}
    return {
        index: Result(
            str(row.id),
            STORED if index in fresh else ALREADY,
            judged[index].decision,
            row.overridden,
            "incomplete" if row.outcome == Check.Outcome.OPEN else None,
        )
        for index, row in rows.items()
    }


def _insert(rows: list[Check], exceptions: list[GateException]) -> bool:
    """Insert all or nothing; False when a single row was there already. One row alone is one statement, and that its own transaction."""
    # one order for everybody: two phones sending the same batch do not block each other
    rows.sort(key=lambda row: row.id)
    passages = ready(rows, skip_present=True)
    asked = ready(exceptions, skip_present=True) if exceptions else None
    if asked is None and len(rows) == 1 and rows[0].follows is None:
        with in_turn():
            return passages.write() == 1
    with in_turn(), transaction.atomic():
        written = passages.write() > 0 or len(rows) > 1
        if asked and written:
            asked.write()
        if written:
            completing.complete(by=None, rows=rows)
    return written


def _present(rows: dict[int, Check]) -> set[UUID]:
    ids = [row.id for row in rows.values()]
    return set(Check.objects.filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()


def _doubles_seen(rows: dict[int, Check], judged: dict[int, Judged]) -> set[UUID]:
    """For one check made online the entry at another gate was looked for together with the card: no further statement."""
    return {row.id for index, row in rows.items() if deciding.is_entry(row) and judged[index].seen.elsewhere}


def _doubles_looked_up(rows: dict[int, Check]) -> set[UUID]:
    entries = [row for row in rows.values() if deciding.is_entry(row) and row.permit is not None]
    if not entries:
        return set()
    moments: list[datetime] = [row.happened_at for row in entries]
    others = (
        Check.objects.named()
        .filter(
            permit__in={row.permit for row in entries},
            direction="in",
            outcome__in=("admitted", "open"),
            happened_at__gte=min(moments) - standing.DOUBLE_USE,
            happened_at__lte=max(moments) + standing.DOUBLE_USE,
        )
        .exclude(gate=entries[0].gate_id)
    )
    seen = list(others.values_list("permit", "gate", "happened_at"))
    return {
        row.id
        for row in entries
        if any(permit == row.permit and deciding.near(gate, at, row) for permit, gate, at in seen)
    }


def _to_inbox(source: Source, one: Any, problem: str) -> Result:
    given = one.get("id") if isinstance(one, dict) else None
    content, key = waiting.payload(source, one)
    upload = keep(
        by=source.by,
        neighbourhood=source.gate.neighbourhood_id or 0,
        kind="gates.item",
        source=f"device:{source.device.pk}" if source.device else f"user:{source.by.pk if source.by else 0}",
        content=content,
        problem=problem,
        key=key,
    )
    odd.uploaded(source, GateException.Kind.MALFORMED, upload.pk)
    return Result(given, WAITING, problem=problem)
