"""R13 on the sheet: each group's visits and findings of the day, and where a group did not come."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from linli.briefing.actions.making import make_due
from linli.briefing.actions.sending import set_hour
from linli.ground.figures import AsOf, Patch
from linli.ground.models import Body, Place
from linli.ground.testing import Cast, client_as
from linli.ground.tests.test_bodies import subdistrict
from linli.rounds.actions.visits import record_finding, record_visit
from linli.rounds.group_days import GroupDay, came, group_days
from linli.rounds.models import Visit
from linli.rounds.tests.test_groups import found, groups

pytestmark = pytest.mark.django_db
__all__ = ["groups", "subdistrict"]


@pytest.fixture
def visited(groups: list[Body], cast: Cast) -> list[Body]:
    """陕北 was at the east gate today and found something; 延中 is sent to another neighbourhood and did not go."""
    at = max(
        timezone.now() - timedelta(hours=1), timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    )
    with cast.scope():
        visit = record_visit(
            by=None, group=groups[0], place=cast.gates[0], visitor="孙科长", note="有人排队", happened_at=at
        )
        record_finding(by=None, place=cast.gates[0], found=found(cast), source=f"visit:{visit.pk}", group=groups[0])
    return groups


def test_each_group_and_neighbourhood_has_its_day(visited: list[Body], cast: Cast, subdistrict: Place) -> None:
    other = Place.objects.get(name="延安居民区")
    now = AsOf.of(timezone.now())
    with cast.scope():
        days = group_days([cast.neighbourhood, other, subdistrict], now)
        counts = came([cast.neighbourhood, other], now)
    assert days == [
        GroupDay(visited[0].pk, cast.neighbourhood.pk, visits=1, found=1, open=1),
        GroupDay(visited[1].pk, other.pk),
    ]
    assert (counts[Patch(cast.neighbourhood.pk)].value, counts[Patch(other.pk)].value) == (1, 0)
    assert [(late.place, late.body) for late in counts[Patch(other.pk)].late] == [(other.pk, visited[1].pk)]


def test_it_stands_on_the_sheet(visited: list[Body], cast: Cast) -> None:
    with cast.scope():
        Visit.objects.update(heard_at=F("happened_at"))
    now = timezone.localtime()
    set_hour(by=cast.users["clerk"], place=cast.neighbourhood, at=now.time().replace(second=0, microsecond=0))
    make_due(now)
    page = client_as(cast.users["clerk"]).get(f"/briefing/{cast.neighbourhood.pk}/").content.decode()
    assert visited[0].name in page
    assert "走访 1 次" in page
