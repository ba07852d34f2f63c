"""P02 as it reads: five zones, every lane, side lane and gate in one; two patrols a day; each done, or missed by name."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from linli.ground.testing import Cast
from linli.ground.zones import gaps
from linli.kernel.coverage import Covered, State
from linli.notices.models import Notice
from linli.rounds import standing
from linli.rounds.jobs import tick
from linli.rounds.models import Occurrence, Target
from linli.rounds.testing_rounds import five_zones, patrol, since, targets, walk

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(hour: int, minute: int = 0, day: int = 0) -> datetime:
    """A local time of yesterday (day 0): the tests look back on it, so that nothing lies in the future."""
    base = timezone.localtime().replace(hour=hour, minute=minute, second=0, microsecond=0)
    return base + timedelta(days=day - 2)


def opened(plan: object) -> list[Occurrence]:
    return list(Occurrence.objects.filter(plan=plan, opened_at__isnull=False).order_by("slot_at"))


def test_two_patrols_with_one_lane_missed_name_that_lane_and_that_branch(cast: Cast) -> None:
    zones = five_zones(cast)
    assert not gaps(cast.neighbourhood)
    plan = since(patrol(zones), at(6))
    tick(at(8, 29))
    assert opened(plan) == []
    tick(at(8, 30))
    (morning,) = opened(plan)
    assert morning.frozen == 17
    missed = zones.places[2][1]
    with cast.scope():
        for number, (places, user) in enumerate(zip(zones.places, zones.walkers, strict=True)):
            rows = [row for row in targets(morning, places) if row.place_id != missed.pk]
            assert {row.holder_id for row in rows} == {zones.holders[number].pk}
            walk(morning, rows, at(9, 5 + number), by=user)
    tick(at(10, 59))
    with cast.scope():
        stand = standing.of([morning], at(10, 59))[morning.pk]
        assert stand.covered == Covered(done=16, open=1)
        assert not Notice.objects.exists()
    tick(at(11, 1))
    with cast.scope():
        stand = standing.of([morning], at(11, 1))[morning.pk]
        assert stand.covered == Covered(done=16, missed=1)
        (omission,) = stand.omissions
        assert Target.objects.get(pk=omission.target).place == missed
        assert omission.should_have == (zones.holders[2].pk,)
        assert stand.zones[zones.areas[2].pk] == Covered(done=2, missed=1)
        (notice,) = Notice.objects.all()
        assert notice.to_mandate == zones.holders[2]
        assert notice.count == 1
    tick(at(11, 20))
    with cast.scope():
        assert Notice.objects.count() == 1
    tick(at(11, 31))
    with cast.scope():
        step = Notice.objects.get(to_capacity="secretary")
        late = targets(morning, [missed])
        walk(morning, late, at(11, 40), by=zones.walkers[2])
        assert not Notice.objects.filter(settled_at__isnull=True).exists()
        step.refresh_from_db()
        assert step.settled_at is not None
        stand = standing.of([morning], at(12))[morning.pk]
        assert stand.states[late[0].pk] is State.LATE
    tick(at(16))
    assert [one.slot_at for one in opened(plan)] == [at(9), at(15)]
