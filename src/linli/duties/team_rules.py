"""What a team lacks by its rule (R03: 1+2+N; C04: five roles). Pure. Filled or not is said of a team, never of a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Role:
    """A role of a rule: at least and at most how many (None: open)."""

    code: str
    least: int
    most: int | None = None


@dataclass(frozen=True)
class Sitting:
    """Somebody on a role. ``who``: every id by which he is known (an account, a person, an entry of the roster); the name beside."""

    role: str
    who: frozenset[str]
    name: str = ""


@dataclass(frozen=True)
class State:
    """One role of one team: how many sit there and count, how many are wanting or too many."""

    role: Role
    count: int
    doubts: tuple[str, ...] = ()

    @property
    def missing(self) -> int:
        """So many are wanting."""
        return max(self.role.least - self.count, 0)

    @property
    def extra(self) -> int:
        """So many are too many."""
        return max(self.count - self.role.most, 0) if self.role.most is not None else 0

    @property
    def filled(self) -> bool:
        """Whether the role is as the rule wants it."""
        return not self.missing and not self.extra


@dataclass(frozen=True)
class Standing:
    """A team by its rule."""

    states: tuple[State, ...] = field(default_factory=tuple)

    @property
    def filled(self) -> bool:
        """Whether every role is as the rule wants it."""
        return all(one.filled for one in self.states)


def standing(roles: Sequence[Role], seats: Iterable[Sitting]) -> Standing:
    """How a team stands. A person counts on one role only, the first of the rule that he sits on: the leader is never one of the two.

    Who has the name of somebody counted before, and no id of the same kind that tells them apart, is a doubt and not counted.
    """
    sitting = list(seats)
    counted: list[Sitting] = []
    states = []
    for role in roles:
        count, doubts = 0, []
        for one in (seat for seat in sitting if seat.role == role.code):
            if any(one.who & other.who for other in counted):
                continue
            if any(_perhaps_one(one, other) for other in counted):
                doubts.append(one.name)
                continue
            counted.append(one)
            count += 1
        states.append(State(role, count, tuple(doubts)))
    return Standing(tuple(states))


def _perhaps_one(one: Sitting, other: Sitting) -> bool:
    """The same name, and no two ids of one kind ("user:1", "user:2") that would make them two people."""
    kinds = {word.partition(":")[0] for word in one.who} & {word.partition(":")[0] for word in other.who}
    return bool(one.name) and one.name == other.name and not kinds
