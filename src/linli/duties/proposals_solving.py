"""A proposal worked out in a process of its own, which can be killed: everything it finds is in the proposal's rows within a second or two.

The page begins it (:func:`start`) and shows how far it is; ``linli solve-proposal`` is what runs. If the process dies, its signs of life
end, the proposal says so, what was best stays, and it can be started again; a process that was given up writes nothing any more.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from linli.duties.actions import proposals as actions
from linli.duties.models import Proposal
from linli.duties.proposals import Basis, basis
from linli.duties.solving import Found, solve
from linli.ground.scope import scoped
from linli.kernel.roster_why import Unmet, unmet

log = logging.getLogger(__name__)
NICENESS = 5
"""Gates and pages come before a roster."""
EVERY = 1.0
"""Seconds between two notes of how far it is."""


def start(proposal: Proposal) -> None:
    """Begin the process for the proposal's run and leave it alone."""
    subprocess.Popen(
        [sys.executable, "-m", "django", "solve_proposal", str(proposal.pk), "--run", str(proposal.run)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def run(proposal: Proposal, number: int) -> bool:
    """Work out run ``number`` of a proposal, in this process. False if another run has begun meanwhile, or nobody asked for it."""
    with scoped(neighbourhood_ids={proposal.neighbourhood_id}, reason=f"job:proposal:{proposal.pk}"):
        begun = proposal.started_at or timezone.now()
        there = basis(proposal, begun)
        if not actions.claim(proposal=proposal, run=number, mark=there.mark, now=timezone.now()):
            return False
        scribe = _Scribe(proposal, number, there)
        try:
            found = solve(there.problem, seconds=proposal.seconds, heard=scribe.heard, stop=scribe.stop)
        except Exception:
            log.exception("proposal %s broke off", proposal.pk)
            scribe.end(None)
            return True
        return scribe.end(found)


@dataclass
class _Scribe:
    """Writes how far the solver is, at most once a second, and hears when to stop."""

    proposal: Proposal
    run: int
    there: Basis
    best: Found | None = None
    written: float = -EVERY
    cost: int | None = None
    alive: bool = True
    steps: list[list[float]] = field(default_factory=list)

    def heard(self, found: Found) -> None:
        """Something better, or only a sign of life."""
        self.best = found
        if found.seconds - self.written >= EVERY:
            self.written = found.seconds
            self._note(found, {})

    def stop(self) -> bool:
        """Whether a person asked to end, or another run has begun."""
        return not self.alive or Proposal.objects.filter(pk=self.proposal.pk, stop_asked=True).exists()

    def end(self, found: Found | None) -> bool:
        """The last word: ready, or broken off with what was best."""
        state = Proposal.State.DONE if found is not None else Proposal.State.FAILED
        found = found or self.best
        facts: dict[str, Any] = {"state": state, "finished_at": timezone.now()}
        if found is None:
            return actions.note(proposal=self.proposal, run=self.run, now=timezone.now(), facts=facts, roster=None)
        self._note(found, facts)
        return self.alive

    def _note(self, found: Found, facts: dict[str, Any]) -> None:
        better = self.cost is None or found.cost < self.cost
        if better:
            self.cost = found.cost
            self.steps.append([round(found.seconds, 1), found.cost])
            open_places = unmet(self.there.problem, found.roster)
            facts = {**facts, "unmet": [as_row(one) for one in open_places]}
        self.alive = actions.note(
            proposal=self.proposal,
            run=self.run,
            now=timezone.now(),
            facts={
                "cost": found.cost,
                "bound": found.bound,
                "greedy": found.greedy,
                "progress": {"seconds": round(found.seconds, 1), "proven": found.proven, "steps": self.steps[-20:]},
                **facts,
            },
            roster=found.roster if better else None,
        )


def as_row(one: Unmet) -> dict[str, Any]:
    """An open place as the proposal keeps it: ids, codes and quantities."""
    return {
        "at": one.at,
        "watch": one.watch,
        "missing": one.missing,
        "training": one.need.training,
        "body": one.need.body,
        "leader": one.need.leader,
        "why": one.why.value,
        "among": [[why.value, people] for why, people in one.among],
    }
