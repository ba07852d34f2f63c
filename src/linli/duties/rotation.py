"""A fair rotation (O04): whose turn is it? Pure. Between who did most and who did least there is one duty at most, as far as people can."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TypeVar

P = TypeVar("P", bound=Hashable)
S = TypeVar("S", bound=Hashable)


def turns(
    people: Sequence[P],
    slots: Sequence[S],
    *,
    done: Mapping[P, int],
    last: Mapping[P, int],
    can: Callable[[P, S], bool],
    near: Callable[[S, S], bool],
) -> list[P | None]:
    """Who takes each slot, in order: of those who can, who did least so far, and of those whose last turn is longest ago.

    ``done``: duties so far, those ahead included; ``last``: a number that grows with the day of the last turn; ``near``: two slots that
    one person cannot both take. None: nobody can. Where everybody can always, :func:`spread` stays ≤ 1, and comes down to it.
    """
    load = {one: done.get(one, 0) for one in people}
    recent = {one: last.get(one, -1) for one in people}
    order = {one: number for number, one in enumerate(people)}
    given: dict[P, list[S]] = {one: [] for one in people}
    later = max(recent.values(), default=0) + 1
    found: list[P | None] = []
    for number, slot in enumerate(slots):
        able = [one for one in people if can(one, slot) and not any(near(slot, other) for other in given[one])]
        if not able:
            found.append(None)
            continue
        chosen = min(able, key=lambda one: (load[one], recent[one], order[one]))
        load[chosen] += 1
        recent[chosen] = later + number
        given[chosen].append(slot)
        found.append(chosen)
    return found


def spread(load: Mapping[P, int]) -> int:
    """Between who did most and who did least."""
    return max(load.values()) - min(load.values()) if load else 0
