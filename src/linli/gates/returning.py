"""Who comes back from elsewhere is told to whoever registers arrivals, before his passage is stored: nobody passes unregistered (R06).

He says so himself, or the register has him away. The gates know no other room: a room above both introduces itself here. What everybody
else at the gate pays is one comparison. Let in while his registration is open, an exception stays open as long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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
class State:
    """How a registration stands: whether it is open, and its page."""

    open: bool
    url: str


@dataclass(frozen=True)
class Registry:
    """A room that registers arrivals. ``met`` may be called again for the same check; ``states`` answers for the sources that it knows."""

    met: Callable[[Met], Task | None]
    states: Callable[[Sequence[str]], dict[str, State]]


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


def states(exceptions: Iterable[GateException]) -> dict[str, State]:
    """By their subjects, how the registrations stand that some exceptions wait for; one statement, none when none waits."""
    wanted = {source: row.subject for row in exceptions if (source := source_of(row))}
    found: dict[str, State] = {}
    for one in _registries if wanted else ():
        found |= {wanted[source]: state for source, state in one.states(list(wanted)).items()}
    return found


def is_open(exception: GateException) -> bool:
    """Whether the registration that an exception waits for is still open: only that ends it."""
    state = states([exception]).get(exception.subject)
    return state is not None and state.open
