"""Steps of tests of proposed rosters: eight guards at a gate, a roster asked for and worked out, places read."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from linli.duties import proposals_solving
from linli.duties.actions import proposals as actions
from linli.duties.models import (
    Proposal,
    ProposedStint,
    Shift,
)
from linli.duties.testing import Watch

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2020, 3, 2, 10, tzinfo=SHANGHAI)
DAY = timedelta(days=1)


def asked(world: Watch, days: int = 3, **more: object) -> Proposal:
    """For some days from tomorrow."""
    tomorrow = timezone.localdate(world.now) + DAY
    facts = {"since": tomorrow, "until": tomorrow + days * DAY, "now": world.now, **more}
    return actions.open_proposal(by=None, neighbourhood=world.cast.neighbourhood, posts=[world.gate], **facts)


def worked_out(proposal: Proposal, now: datetime = NOW) -> Proposal:
    """Begun and run to its end, in this process."""
    actions.begin(by=None, proposal=proposal, now=now)
    assert proposals_solving.run(proposal, proposal.run)
    proposal.refresh_from_db()
    return proposal


def of_day(world: Watch, number: int) -> list[Shift]:
    """The two shifts of a day; day 1 is tomorrow."""
    day = timezone.localdate(world.now) + number * DAY
    return [one for one in world.shifts() if timezone.localdate(one.starts_at) == day]


def places(proposal: Proposal, shift: Shift) -> set[UUID]:
    rows = ProposedStint.objects.filter(proposal=proposal, shift=shift, off=False)
    return set(rows.values_list("volunteer", flat=True))
