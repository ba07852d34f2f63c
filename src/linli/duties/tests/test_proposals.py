"""Rosters worked out, fixed, worked out again around that, taken over in one act, and what others did meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from linli.duties import proposals_solving
from linli.duties.actions import proposals as actions
from linli.duties.actions.stints import assign, release
from linli.duties.models import Exemption, Proposal, ProposedStint, Shift, Stint, Volunteer, Wish
from linli.duties.proposals import SILENT, Standing, basis, standing
from linli.duties.rules import coverage
from linli.duties.testing import Watch, person, watch
from linli.ground.testing import Cast
from linli.kernel.refusal import Refusal

NOW = datetime(2020, 3, 2, 2, tzinfo=UTC)


def asked(world: Watch, days: int = 4, **more: object) -> Proposal:
    today = timezone.localdate(world.now)
    return actions.open_proposal(
        by=None,
        neighbourhood=world.cast.neighbourhood,
        posts=[world.gate],
        since=today + timedelta(days=1),
        until=today + timedelta(days=1 + days),
        now=world.now,
        seconds=10,
        **more,
    )


def worked_out(proposal: Proposal, now: datetime) -> Proposal:
    actions.begin(by=None, proposal=proposal, now=now)
    assert proposals_solving.run(proposal, proposal.run)
    proposal.refresh_from_db()
    return proposal


def test_a_roster_is_worked_out_and_taken_over_in_one_act(cast: Cast) -> None:
    """P05: four guards at every minute of four days, each with eleven hours of rest."""
    with cast.scope():
        world = watch(cast, NOW)
        proposal = worked_out(asked(world), NOW)
        assert standing(proposal, NOW) is Standing.READY
        assert proposal.unmet == []
        assert ProposedStint.objects.filter(proposal=proposal).count() == 4 * 2 * 4
        assert actions.take_over(by=None, proposal=proposal, now=NOW) == 32
        stints = Stint.objects.filter(how=Stint.How.PROPOSAL)
        first = min(stint.shift.starts_at for stint in stints.select_related("shift"))
        spans = [(s.shift.starts_at, s.shift.ends_at, 1) for s in stints.select_related("shift")]
        assert [one.people for one in coverage(spans, first, first + timedelta(days=4))] == [4]
        assert set(Shift.objects.filter(stints__in=stints).values_list("taken", flat=True)) == {4}
        assert not ProposedStint.objects.exists()
        proposal.refresh_from_db()
        assert standing(proposal, NOW) is Standing.TAKEN
