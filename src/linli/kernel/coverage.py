"""Has it been done, for whom not, and who should have: the arithmetic of a round (R01, R10, P02, P11).

A round's targets are frozen when it opens; who joins later is a row with a reason, so the denominator never changes in silence:
**done + late + missed + excused + open = frozen + joined**, at any moment and in any zone. Visits and targets are many to many.

- *Blind spot*: a target that nobody is responsible for, found before the start; or more than one where one is wanted.
- *Omission*: a target that was not visited when its window closed, with who should have.
- *Late* is visited after it was due, before or after the close: late visits are taken and shown late. *Missed* is closed and not visited.

Two clocks: whether a visit is on time follows from when it happened; whether it is known at ``now``, from when it was heard of, so that a
sheet "as of 8:00" can be made again. A visit that happened before the opening counts as on time: whose visit it is was decided where it
was recorded, and a minute early is not an omission. Everything here is linear in targets + links of visits.

All facts of an occurrence go into one :class:`Round`; states, omissions and strays are asked of it at a moment, and zones are counted from
the states, so that the page, the notice and the sheet cannot disagree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Generic, Literal, TypeVar

from linli.kernel.cadence import Slot, TargetId

HolderId = TypeVar("HolderId", bound=Hashable)
Zone = TypeVar("Zone", bound=Hashable)


@dataclass(frozen=True, slots=True)
class BlindSpots(Generic[TargetId, HolderId]):
    """Targets that nobody holds, and those that several hold where one is wanted, each with them. Both in the order of the targets."""

    nobody: tuple[TargetId, ...]
    several: tuple[tuple[TargetId, tuple[HolderId, ...]], ...]

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.nobody or self.several)


def blind_spots(
    targets: Iterable[TargetId],
    covered_by: Mapping[TargetId, Sequence[HolderId]],
    wants: Literal["one", "at_least_one"] = "one",
) -> BlindSpots[TargetId, HolderId]:
    """What no one, or (``wants`` = "one") more than one, is responsible for. The same holder twice is one holder.

    The holders may be zones as well: "every lane and gate in exactly one zone" (P02) is the same question.
    """
    nobody: list[TargetId] = []
    several: list[tuple[TargetId, tuple[HolderId, ...]]] = []
    for target in dict.fromkeys(targets):
        holders = tuple(dict.fromkeys(covered_by.get(target, ())))
        if not holders:
            nobody.append(target)
        elif wants == "one" and len(holders) > 1:
            several.append((target, holders))
    return BlindSpots(tuple(nobody), tuple(several))


class State(StrEnum):
    """What came of a target; closed list, each target in exactly one."""

    DONE = "done"
    LATE = "late"
    MISSED = "missed"
    EXCUSED = "excused"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Visit(Generic[TargetId]):
    """A visit of any number of targets. ``heard_at``: when it became known here; when it happened, unless said."""

    happened_at: datetime
    targets: Sequence[TargetId]
    heard_at: datetime | None = None

    @property
    def known_at(self) -> datetime:
        """From when on it counts."""
        return self.happened_at if self.heard_at is None else self.heard_at


@dataclass(frozen=True, slots=True)
class Joined(Generic[TargetId]):
    """A late joiner. ``slot``: its own times where it joined too late for the round's. Raises ValueError without a reason."""

    target: TargetId
    at: datetime
    reason: str
    slot: Slot | None = None

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise ValueError("who joins late has a reason")


@dataclass(frozen=True, slots=True)
class Excused(Generic[TargetId]):
    """Taken off by somebody, by name, with a reason. It stays in the denominator. Raises ValueError without either."""

    target: TargetId
    at: datetime
    by: str
    reason: str

    def __post_init__(self) -> None:
        if not (self.by.strip() and self.reason.strip()):
            raise ValueError("an excuse has a name and a reason")


@dataclass(frozen=True, slots=True)
class Round(Generic[TargetId]):
    """One occurrence with all its facts. Raises ValueError for a target that is frozen twice, or joined though it was there."""

    slot: Slot
    frozen: Sequence[TargetId]
    visits: Sequence[Visit[TargetId]] = ()
    joined: Sequence[Joined[TargetId]] = ()
    excused: Sequence[Excused[TargetId]] = ()
    _slots: dict[TargetId, Slot] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        slots = dict.fromkeys(self.frozen, self.slot)
        slots.update((one.target, one.slot or self.slot) for one in self.joined)
        if len(slots) != len(self.frozen) + len(self.joined):
            raise ValueError("a target is in a round once")
        object.__setattr__(self, "_slots", slots)

    def targets(self, now: datetime) -> Iterator[TargetId]:
        """The denominator as of ``now``: the frozen ones, then who had joined, each in order."""
        yield from self.frozen
        yield from (one.target for one in self.joined if one.at <= now)

    def slot_of(self, target: TargetId) -> Slot:
        """The times that hold for a target."""
        return self._slots[target]

    def states(self, now: datetime) -> dict[TargetId, State]:
        """Every target's state as of ``now``, in order. A visit beats an excuse, an excuse beats the close."""
        first = self._first_visits(now)
        excused = {one.target for one in self.excused if one.at <= now}
        return {target: self._state(target, first, excused, now) for target in self.targets(now)}

    def _state(
        self, target: TargetId, first: Mapping[TargetId, datetime], excused: set[TargetId], now: datetime
    ) -> State:
        slot, visited = self._slots[target], first.get(target)
        if visited is not None:
            return State.DONE if visited <= slot.due_at else State.LATE
        if target in excused:
            return State.EXCUSED
        return State.MISSED if now > slot.closes_at else State.OPEN

    def _first_visits(self, now: datetime) -> dict[TargetId, datetime]:
        first: dict[TargetId, datetime] = {}
        for visit in self.visits:
            if visit.known_at <= now:
                for target in visit.targets:
                    earlier = first.get(target)
                    if earlier is None or visit.happened_at < earlier:
                        first[target] = visit.happened_at
        return first

    def strays(self, now: datetime) -> list[TargetId]:
        """Visited targets that are not in the round as of ``now``: for a person to let join, with a reason. They are in no figure."""
        inside = set(self.targets(now))
        return [target for target in self._first_visits(now) if target not in inside]

    def omissions(
        self, now: datetime, responsible: Mapping[TargetId, Sequence[HolderId]]
    ) -> list[Omission[TargetId, HolderId]]:
        """Missed targets with who should have been there and since when, in the order of the round (P02: missed by name)."""
        return [
            Omission(target, tuple(dict.fromkeys(responsible.get(target, ()))), self._slots[target].closes_at)
            for target, state in self.states(now).items()
            if state is State.MISSED
        ]


@dataclass(frozen=True, slots=True)
class Omission(Generic[TargetId, HolderId]):
    """A missed target; ``should_have``: empty for one that was a blind spot at the start; ``since``: when its window closed."""

    target: TargetId
    should_have: tuple[HolderId, ...]
    since: datetime


@dataclass(frozen=True, slots=True)
class Covered:
    """How many targets are in each state; they add up (P11: the sum of the patches is the neighbourhood is the street)."""

    done: int = 0
    late: int = 0
    missed: int = 0
    excused: int = 0
    open: int = 0

    @property
    def total(self) -> int:
        """The denominator."""
        return self.done + self.late + self.missed + self.excused + self.open

    @property
    def visited(self) -> int:
        """Visited at all, in time or late."""
        return self.done + self.late

    def __add__(self, other: Covered) -> Covered:
        return Covered(
            self.done + other.done,
            self.late + other.late,
            self.missed + other.missed,
            self.excused + other.excused,
            self.open + other.open,
        )


def covered(states: Iterable[State]) -> Covered:
    """The count of some states."""
    count = Counter(states)
    return Covered(**{state.value: count[state] for state in State})


def by_zone(states: Mapping[TargetId, State], zone_of: Callable[[TargetId], Zone | None]) -> dict[Zone | None, Covered]:
    """Coverage by zone. A target without a zone is counted under None, so that the zones add up to the whole."""
    counts: dict[Zone | None, Counter[State]] = {}
    for target, state in states.items():
        counts.setdefault(zone_of(target), Counter())[state] += 1
    return {zone: Covered(**{state.value: count[state] for state in State}) for zone, count in counts.items()}
