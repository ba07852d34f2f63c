"""The search itself: two phases of CP-SAT in a thread, while the caller's thread says how far it is. Needs the extra `roster`."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from linli.duties.solving_model import Model
from linli.kernel.roster import Desk, Roster
from linli.kernel.roster_cost import Bands, Cost, cost

COVER_SHARE = 1 / 3
"""The part of the time after which the search for fewer empty places gives way to the one for a better roster."""
TICK = 0.5
SEED = 20200302


@dataclass
class Search:
    """Lowers the empty places, then the cost. ``say`` is called from the thread that runs it, about twice a second."""

    desk: Desk
    fair: Bands
    first: Roster
    workers: int
    say: Callable[[Roster, float | None], None]
    stop: Callable[[], bool]
    stopped: bool = field(default=False, init=False)

    def run(self, seconds: float) -> tuple[Roster, float | None, bool]:
        """The best roster, what nothing can cost less than, and whether that is proven to be the best."""
        until = time.monotonic() + seconds
        model = Model(self.desk, self.fair, self.first)
        best, sure = self.first, True
        if cost(self.desk, best, self.fair).empty:
            model.cp.minimize(sum(model.empty))
            phase = self._solve(model, best, seconds * COVER_SHARE, lambda c: c.empty)
            best, sure = phase.best, phase.proven
            model.cp.add(sum(model.empty) <= cost(self.desk, best, self.fair).empty)
            model.start_from(best)
        else:
            model.cp.add(sum(model.empty) == 0)
        model.cp.minimize(model.cost())
        phase = self._solve(model, best, until - time.monotonic(), lambda c: c.weighed())
        return phase.best, phase.bound if sure else None, sure and phase.proven

    def _solve(self, model: Model, best: Roster, seconds: float, worth: Callable[[Cost], int]) -> _Phase:
        """One phase, in a thread of the solver's."""
        phase = _Phase(model, best, lambda roster: worth(cost(self.desk, roster, self.fair)))
        if self.stopped or seconds <= 0:
            return phase
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = self.workers
        solver.parameters.random_seed = SEED
        solver.best_bound_callback = phase.on_bound
        with ThreadPoolExecutor(1) as pool:
            work = pool.submit(solver.solve, model.cp, phase)
            while not work.done():
                wait([work], TICK)
                self.say(phase.best, phase.bound)
                self.stopped = self.stopped or self.stop()
                if self.stopped:
                    solver.stop_search()
        phase.proven = work.result() == cp_model.OPTIMAL
        return phase


class _Phase(cp_model.CpSolverSolutionCallback):
    """The best of a phase, never worse than what it began with; written by the solver's threads, whole values at once."""

    def __init__(self, model: Model, best: Roster, worth: Callable[[Roster], int]) -> None:
        super().__init__()
        self._model, self._worth = model, worth
        self.best, self._least = best, worth(best)
        self.bound: float | None = None
        self.proven = False

    def on_solution_callback(self) -> None:
        """Called by the solver with each solution that is better than its last."""
        roster = self._model.roster(self.value)
        worth = self._worth(roster)
        if worth < self._least:
            self.best, self._least = roster, worth

    def on_bound(self, value: float) -> None:
        """Called by the solver with what nothing can cost less than."""
        self.bound = value
