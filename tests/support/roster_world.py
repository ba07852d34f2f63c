"""A gate with guards and a proposed roster, step by step in processes of their own: for the kill test.

python -m tests.support.roster_world make          an installation with a proposal begun; prints its id
python -m tests.support.roster_world again ID      begins it again, as a person would a minute later; prints the number of the run
python -m tests.support.roster_world take ID       takes it over; prints how many places
"""

from __future__ import annotations

import sys
from datetime import timedelta

import django

from tests.support import template


def make() -> None:
    """Everything, with wishes for every day, so that the search has something to do."""
    # reason: Django is set up by then
    from django.utils import timezone

    from linli.duties.actions import proposals
    from linli.duties.models import Wish
    from linli.duties.testing import watch
    from linli.ground.testing import make_cast

    template.begin()
    cast = make_cast()
    with cast.scope():
        now = timezone.now()
        world = watch(cast, now, guards=14)
        first = timezone.localdate(now) + timedelta(days=1)
        days = [first + timedelta(days=n) for n in range(21)]
        Wish.objects.bulk_create(
            Wish(neighbourhood=cast.neighbourhood, volunteer=one, day=day)
            for number, one in enumerate(world.guards)
            for day in days[number % 2 :: 2]
        )
        proposal = proposals.open_proposal(
            by=None,
            neighbourhood=cast.neighbourhood,
            posts=[world.gate],
            since=first,
            until=days[-1] + timedelta(days=1),
            now=now,
            seconds=8,
        )
        proposals.begin(by=None, proposal=proposal, now=now)
        print(proposal.pk)


def step(what: str, pk: str) -> None:
    """One later step."""
    # reason: Django is set up by then
    from django.utils import timezone

    from linli.duties.actions import proposals
    from linli.duties.models import Proposal
    from linli.duties.proposals import SILENT
    from linli.ground.scope import scoped

    proposal = Proposal.objects.get(pk=pk)
    with scoped(neighbourhood_ids={proposal.neighbourhood_id}, reason="test"):
        if what == "again":
            print(proposals.begin(by=None, proposal=proposal, now=timezone.now() + SILENT + SILENT).run)
        else:
            print(proposals.take_over(by=None, proposal=proposal, now=timezone.now()))


if __name__ == "__main__":
    django.setup()
    make() if sys.argv[1] == "make" else step(*sys.argv[1:])
