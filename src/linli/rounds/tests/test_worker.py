"""The worker's own care: what it tells takes a fixed number of statements, and a round is never left half open."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.ground.actions.places import NewPlace, add_places
from linli.ground.testing import Cast
from linli.notices.models import Notice
from linli.rounds.actions import opening
from linli.rounds.actions.overdue import tell_overdue
from linli.rounds.actions.plans import end_plan, pause_plan
from linli.rounds.jobs import tick
from linli.rounds.models import Occurrence, Plan, Target
from linli.rounds.testing_rounds import disinfection, five_zones, patrol, since

pytestmark = pytest.mark.django_db


def at(hour: int, minute: int = 0) -> datetime:
    return timezone.localtime().replace(hour=hour, minute=minute, second=0, microsecond=0) - timedelta(days=2)


def statements(cast: Cast, plan: Plan, now: datetime) -> int:
    with (
        cast.scope(),
        CaptureQueriesContext(
            connection,
        ) as seen,
    ):
        tell_overdue(plan=plan, now=now)
    return len(seen)


def test_what_is_overdue_takes_as_many_statements_for_forty_places_as_for_two(cast: Cast) -> None:
    counted = []
    for kind, number in (("lift", 2), ("stairwell", 40)):
        add_places([NewPlace(kind, cast.building, f"{kind}{n}") for n in range(number)])
        plan = since(disinfection(cast, {kind: 2}, title=kind), at(8))
        tick(at(8))
        first, steps, again = (statements(cast, plan, at(10, minute)) for minute in (1, 31, 32))
        with cast.scope():
            rows = Notice.objects.filter(subject__startswith=plan.pk.hex)
            assert rows.count() == 2 * number
            assert rows.filter(to_capacity="secretary").count() >= number
            assert {row.next_at for row in rows} == {at(10)}
        counted.append((first, steps, again))
    assert counted[0] == counted[1]
    assert counted[0][2] < counted[0][0]  # nothing new: nothing written


class Killed(BaseException):
    """A process that is gone: nothing catches it."""


@pytest.mark.parametrize("stop", [end_plan, pause_plan])
def test_a_plan_that_ends_while_its_round_opens_leaves_no_half_round(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, stop: Any
) -> None:
    monkeypatch.setattr(opening, "CHUNK", 5)
    plan = since(patrol(five_zones(cast)), at(6))

    def killed(*_values: Any) -> Any:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(opening, "_finish", killed)
        with pytest.raises(Killed):
            tick(at(8, 31))
    assert Occurrence.objects.get(plan=plan).opened_at is None
    stop(by=None, plan=plan)
    tick(at(8, 32))
    tick(at(16))
    (one,) = Occurrence.objects.filter(plan=plan)
    assert one.opened_at == at(8, 32)
    assert one.frozen == Target.objects.filter(occurrence=one).count() == 17
    assert one.closed_at == at(16)
