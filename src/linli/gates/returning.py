"""Who comes back from elsewhere is told to whoever registers arrivals, before his passage is stored: nobody passes unregistered (R06).

He says so himself, or the register has him away. The gates know no other room: a room above both introduces itself here. What everybody
else at the gate pays is one comparison. Let in while his registration is open, an exception stays open as long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linli.gates import deciding
from linli.gates.models import Check, GateException
from linli.gates.parse import Item
from linli.gates.standing import Seen

Kind = GateException.Kind


@dataclass(frozen=True)
class Met:
    """Somebody who came to a gate from elsewhere. ``said``: he says so himself; ``host``: place id of the home he comes to."""

    neighbourhood: int
    check: UUID
    person: UUID | None
    at: datetime
    said: bool
    details: Mapping[str, str]
    host: int | None


@dataclass(frozen=True)
class Task:
    """His registration elsewhere: an opaque name, by when it is due, whether it is still open."""

    source: str
    due_at: datetime
    open: bool


@dataclass(frozen=True)
class Registry:
    """A room that registers arrivals. ``met`` may be called again for the same check; ``open`` and ``link`` take a task's source."""

    met: Callable[[Met], Task | None]
    open: Callable[[str], bool]
    link: Callable[[str], str]


_registries: list[Registry] = []


def listen(registry: Registry) -> None:
    """Introduce a registry, from ``apps.py``; the same one once."""
    if registry not in _registries:
        _registries.append(registry)


def tell(passages: Iterable[tuple[Check, Seen, Item]]) -> list[GateException]:
    """Tell of those who came back; an exception (not saved) for each who was let in while his registration is open."""
    odd = []
    for row, seen, item in passages:
        if row.direction != Check.Direction.IN or not (seen.away or row.returning):
            continue
        met = Met(
            row.neighbourhood_id, row.id, seen.person, row.happened_at, row.returning, item.details or {}, row.host
        )
        task = next((found for one in _registries if (found := one.met(met)) is not None), None)
        if deciding.is_entry(row) and (task.open if task is not None else row.returning):
            odd.append(_unregistered(row, task))
    return odd


def _unregistered(row: Check, task: Task | None) -> GateException:
    found = deciding.exception(Kind.RETURNING, row)
    if task is not None:
        found.subject, found.due_at = subject_of(task.source), task.due_at
    return found


def subject_of(source: str) -> str:
    """What the exception about a task is called: one each."""
    return f"{Kind.RETURNING}:{source}"


def source_of(exception: GateException) -> str:
    """The task that an exception waits for; empty when it waits for none."""
    if exception.kind != Kind.RETURNING:
        return ""
    source = exception.subject.partition(":")[2]
    return source if source != str(exception.check_id) else ""


def is_open(exception: GateException) -> bool:
    """Whether the registration that an exception waits for is still open: only that ends it."""
    source = source_of(exception)
    return bool(source) and any(one.open(source) for one in _registries)


def link_of(exception: GateException) -> str:
    """The address of the registration that an exception waits for; empty when there is none."""
    source = source_of(exception)
    return next((link for one in _registries if source and (link := one.link(source))), "")
