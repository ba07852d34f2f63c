"""Which operation and which rule set held at a gate at a moment: one statement for a whole batch (G08)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from linli.gates.prepared import INTEGER, MOMENT, Prepared, fields_of, instance
from linli.ground.models.places import AreaPlace
from linli.operations import rulesets
from linli.operations.models import Operation, OperationRules


@dataclass(frozen=True)
class InForce:
    """What held at a moment: the operation (None: verify and count only) and the rule set in its JSON form.

    ``coming``: the rule sets of the same operation that begin later, with their instants, as far as was asked.
    """

    operation: Operation | None
    rules: dict[str, Any]
    coming: tuple[tuple[datetime, dict[str, Any]], ...] = ()

    @property
    def records(self) -> bool:
        """Whether a passage may be kept at all."""
        return self.operation is not None and bool(self.rules["records"])

    def heard(self, now: datetime) -> InForce:
        """The same for what arrives at ``now``: an operation that is over keeps nothing any more, its rules still judge."""
        if self.operation is None or end_of(self.operation) > now:
            return self
        return replace(self, operation=None)


def end_of(operation: Operation) -> datetime:
    """When an operation ends or ended: by its date, or earlier by act."""
    return min(operation.ends_at, operation.ended_at or operation.ends_at)


class Timetable:
    """The rule sets that may hold at a gate between two moments."""

    def __init__(self, rows: list[OperationRules]) -> None:
        self._rows = rows

    @classmethod
    def load(cls, neighbourhood: int, gate: int, first: datetime, last: datetime) -> Timetable:
        """Read what may hold between ``first`` and ``last``; one statement."""
        found: Timetable = IN_FORCE.made(neighbourhood=neighbourhood, gate=gate, first=first, last=last)
        return found

    def at(self, moment: datetime) -> InForce:
        """What held at ``moment``: of several operations the one opened last, of its rule sets the latest begun."""
        found: OperationRules | None = None
        for row in self._rows:
            operation = row.operation
            if operation.starts_at <= moment < end_of(operation) and row.since <= moment:
                found = row
        if found is None:
            return InForce(None, rulesets.load(rulesets.QUIET))
        return InForce(found.operation, _rules(found))

    @classmethod
    def ahead(cls, neighbourhood: int, gate: int, now: datetime, until: datetime) -> InForce:
        """What holds now, and what is to hold before ``until``: a phone without a network changes its rules at that instant (G08)."""
        table = cls.load(neighbourhood, gate, now, until)
        held = table.at(now)
        if held.operation is None:
            return held
        later = [row for row in table._rows if row.operation.pk == held.operation.pk and now < row.since < until]
        return replace(held, coming=tuple((row.since, _rules(row)) for row in later))


def may_record(rules: str) -> bool:
    """Whether the rule set that a gate decided by (``code@version``) records at all; an unknown one does."""
    known = rulesets.by_key(rules)
    return bool(known["records"]) if known is not None else True


def _rules(row: OperationRules) -> dict[str, Any]:
    rules = rulesets.load(row.code, row.version)
    return {**rules, "ends_ms": int(end_of(row.operation).timestamp() * 1000)}


def _in_force(*, neighbourhood: int, gate: int, first: datetime, last: datetime) -> QuerySet[Any, Any]:
    """Every rule set of the operations whose area has the gate (or that have none) between two moments, with its operation."""
    inside = AreaPlace.objects.filter(area=OuterRef("operation__area"), place_id=gate)
    rows = (
        OperationRules.objects.filter(
            operation__neighbourhood_id=neighbourhood, operation__starts_at__lte=last, operation__ends_at__gt=first
        )
        .filter(Q(operation__ended_at__isnull=True) | Q(operation__ended_at__gt=first), since__lte=last)
        .filter(Q(operation__area__isnull=True) | Exists(inside))
        .order_by("operation__starts_at", "since")
    )
    return rows.values("code", "version", "since", *fields_of(Operation, "operation__"))


def _row(found: dict[str, Any]) -> OperationRules:
    operation = instance(Operation, found, "operation__")
    return OperationRules(operation=operation, code=found["code"], version=found["version"], since=found["since"])


def _timetable(rows: list[dict[str, Any]]) -> Timetable:
    return Timetable([_row(found) for found in rows])


IN_FORCE = Prepared(_in_force, _timetable, neighbourhood=INTEGER, gate=INTEGER, first=MOMENT, last=MOMENT)
