"""From a problem to a roster within a time: OR-Tools CP-SAT where the extra `roster` is installed, else the greedy way, which says so.

Two phases. Can everything be covered? Where the greedy roster covers all, it can; else the fewest empty places are looked for first, with
a third of the time. Then the cost is lowered with exactly that coverage as a hard rule. Two workers: eight on two cores hurt.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

from linli.kernel.roster import Desk, Problem, Roster
from linli.kernel.roster_cost import bands, cost
from linli.kernel.roster_greedy import greedy

WORKERS = 2


@dataclass(frozen=True, slots=True)
class Found:
    """The best so far. ``bound``: nothing can cost less, None while that is not known; ``proven``: it is the best there is.

    ``greedy``: made without the solver. ``seconds``: since the beginning.
    """

    roster: Roster
    cost: int
    seconds: float
    bound: float | None = None
    proven: bool = False
    greedy: bool = False


def has_solver() -> bool:
    """Whether the extra `roster` is installed."""
    return find_spec("ortools") is not None


def solve(
    problem: Problem,
    *,
    seconds: float,
    workers: int = WORKERS,
    heard: Callable[[Found], None] = lambda found: None,
    stop: Callable[[], bool] = lambda: False,
) -> Found:
    """The best roster found in that time, never a worse one than the greedy one.

    ``heard`` is told how far it is, about twice a second, and ``stop`` asked whether to end; both in the caller's thread.
    Without the solver: the greedy roster, at once. With one worker and enough time for a proof the same problem gives the same roster.
    """
    begun = time.monotonic()
    desk = Desk(problem)
    fair = bands(desk)
    solver = has_solver()

    def found(roster: Roster, bound: float | None = None, proven: bool = False) -> Found:
        now = cost(desk, roster, fair).weighed()
        return Found(roster, now, time.monotonic() - begun, bound, proven, not solver)

    first = found(greedy(problem, desk, fair))
    heard(first)
    if first.cost == 0:
        return found(first.roster, 0.0, proven=True)
    if not solver:
        return first
    from linli.duties.solving_search import Search  # the extra may be missing

    def say(roster: Roster, bound: float | None) -> None:
        heard(found(roster, bound))

    search = Search(desk, fair, first.roster, workers, say, stop)
    roster, bound, proven = search.run(seconds - (time.monotonic() - begun))
    return found(roster, bound, proven)
