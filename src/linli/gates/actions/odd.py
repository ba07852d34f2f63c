"""What is odd about a phone rather than about one passage: its clock, the gate that its records name, an upload that waits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from linli.gates import deciding, owners
from linli.gates.deciding import Source
from linli.gates.models import Check, GateException
from linli.gates.parse import Item
from linli.ground.models import Place

Kind = GateException.Kind


def of_phone(source: Source, rows: Sequence[Check], items: Iterable[Item]) -> list[GateException]:
    """The exceptions (not saved) of what a phone has just sent: one a day for each thing."""
    return [*_clock(source, rows), *_wrong_gate(source, rows, items)] if rows and source.device is not None else []


def _clock(source: Source, rows: Sequence[Check]) -> list[GateException]:
    """The phone's clock was off; both times stay on every row."""
    if source.device is None or abs(source.skew_ms) <= deciding.CLOCK_OFF.total_seconds() * 1000:
        return []
    found = deciding.exception(Kind.CLOCK, rows[0])
    found.subject = f"{Kind.CLOCK}:{source.device.pk}:{source.now:%Y%m%d}"
    return [found]


def _wrong_gate(source: Source, rows: Sequence[Check], items: Iterable[Item]) -> list[GateException]:
    """What the phone sent names another gate than its own: kept at that gate, or at its own when there is no such gate here."""
    if source.device is None or all(item.gate in (None, source.device.gate_id) for item in items):
        return []
    other = source.gate.pk if source.gate.pk != source.device.gate_id else None
    found = deciding.exception(Kind.WRONG_GATE, rows[0])
    found.gate_id, found.other_gate_id = source.device.gate_id, other
    found.subject = f"{Kind.WRONG_GATE}:{source.device.pk}:{other or 0}:{source.now:%Y%m%d}"
    return [found]


def by_gate(source: Source, items: dict[int, Item]) -> list[tuple[Source, dict[int, Item]]]:
    """The items of a batch by the gate at which they say they were made: a phone that was moved with a full queue sends both.

    A gate of this neighbourhood is believed; anything else stays with the phone's own gate. One statement, and none for a batch of
    the phone's own gate.
    """
    named = {item.gate for item in items.values() if item.gate is not None} - {source.gate.pk}
    if not named or source.device is None:
        return [(source, items)]
    gates = Place.objects.filter(pk__in=named, neighbourhood=source.gate.neighbourhood_id, kind__code="gate").in_bulk()
    found = [(source, {index: item for index, item in items.items() if item.gate not in gates})]
    for pk, gate in sorted(gates.items()):
        found.append((replace(source, gate=gate), {index: one for index, one in items.items() if one.gate == pk}))
    return [(at, some) for at, some in found if some]


def uploaded(source: Source, kind: str, upload: UUID) -> None:
    """Ask a person to look at an upload that waits in the inbox; once."""
    found = GateException(
        neighbourhood_id=source.gate.neighbourhood_id or 0,
        kind=kind,
        gate=source.gate,
        device=source.device,
        upload=upload,
        subject=f"{kind}:{upload}",
        happened_at=source.now,
        heard_at=source.now,
        due_at=deciding.due_at(kind, source.now),
    )
    owners.assign(source.gate, [found])
    GateException.objects.bulk_create([found], ignore_conflicts=True)
