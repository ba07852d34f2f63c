"""P04 as it reads: stairwells, lifts and door entries each every so often; the overdue list correct to the minute."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from linli.ground.actions.places import NewPlace, add_places
from linli.ground.models import Place
from linli.ground.testing import Cast, client_as
from linli.notices.models import Notice
from linli.rounds import rhythms
from linli.rounds.jobs import tick
from linli.rounds.models import Occurrence
from linli.rounds.testing_rounds import disinfection, since, targets, walk

pytestmark = pytest.mark.django_db


def at(hour: int, minute: int = 0, second: int = 0) -> datetime:
    return timezone.localtime().replace(hour=hour, minute=minute, second=second, microsecond=0) - timedelta(days=2)


@pytest.fixture
def spots(cast: Cast) -> dict[str, Place]:
    kinds = {"stairwell": "楼道", "lift": "电梯", "door_entry": "门禁"}
    places = add_places([NewPlace(kind, cast.building, name) for kind, name in kinds.items()])
    return dict(zip(kinds, places, strict=True))


def test_the_overdue_list_is_correct_to_the_minute(cast: Cast, spots: dict[str, Place]) -> None:
    plan = since(disinfection(cast, {"stairwell": 4, "lift": 2, "door_entry": 2}), at(8))
    tick(at(8))
    one = Occurrence.objects.get(plan=plan)
    with cast.scope():
        walk(one, targets(one, [spots["lift"]]), at(9, 30, 40))
        walk(one, targets(one, [spots["lift"]]), at(8, 30))

        def overdue(now: datetime) -> list[tuple[int, int]]:
            found = rhythms.of(plan, now)
            return [(row.target, row.minutes) for row in found.overdue] if found is not None else []

        assert overdue(at(10)) == []
        assert overdue(at(10, 1)) == [(spots["door_entry"].pk, 1)]
        assert overdue(at(11, 30, 59)) == [(spots["door_entry"].pk, 90)]
        assert overdue(at(11, 31)) == [(spots["door_entry"].pk, 91), (spots["lift"].pk, 1)]
        assert overdue(at(12, 2)) == [
            (spots["door_entry"].pk, 122), (spots["lift"].pk, 32), (spots["stairwell"].pk, 2)
        ]  # fmt: skip


def test_what_is_overdue_is_told_once_and_settled_when_it_is_done(cast: Cast, spots: dict[str, Place]) -> None:
    plan = since(disinfection(cast, {"lift": 2}), at(8))
    tick(at(8))
    tick(at(10, 1))
    tick(at(10, 2))
    with cast.scope():
        (notice,) = Notice.objects.all()
        assert notice.kind == "rounds.overdue"
        assert notice.due_at == at(10)
    tick(at(10, 31))
    with cast.scope():
        assert Notice.objects.count() == 2
        walk(Occurrence.objects.get(plan=plan), targets(Occurrence.objects.get(plan=plan)), at(10, 40))
        assert not Notice.objects.filter(settled_at__isnull=True).exists()
    tick(at(12, 41))
    with cast.scope():
        assert Notice.objects.filter(settled_at__isnull=True).get().due_at == at(12, 40)


def test_yesterday_s_last_time_counts_today(cast: Cast, spots: dict[str, Place]) -> None:
    plan = since(disinfection(cast, {"lift": 6}), at(8))
    tick(at(8))
    with cast.scope():
        one = Occurrence.objects.get(plan=plan)
        walk(one, targets(one), at(23))
    tick(at(0) + timedelta(days=1))
    with cast.scope():
        assert Occurrence.objects.filter(plan=plan).count() == 2
        found = rhythms.of(plan, at(1) + timedelta(days=1))
        assert found is not None
        assert found.overdue == []
        assert found.due_at(spots["lift"].pk) == at(5) + timedelta(days=1)


def test_the_plan_is_made_by_its_page_and_shows_what_is_overdue(cast: Cast, spots: dict[str, Place]) -> None:
    office = client_as(cast.users["secretary"])
    form = {
        "title": "消毒",
        "hours_lift": 2,
        "hours_stairwell": 4,
        "office": "secretary",
        "after_1": 30,
        "to_1": "secretary",
    }
    answer = office.post("/rounds/plans/new/disinfection/", form)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    office.post(f"{answer.url}do/start/")
    said = office.get(answer.url).content.decode()
    assert "每 2 小时一次" in said
    assert "没有逾期" in said
    assert "楼道" in said
    assert office.get("/rounds/").status_code == 200
    assert office.get("/rounds/plans/").status_code == 200


def test_points_are_added_below_every_ticked_building(cast: Cast) -> None:
    office = client_as(cast.users["secretary"])
    assert "7号" in office.get("/rounds/points/add/?kind=lift").content.decode()
    assert office.post("/rounds/points/add/", {"kind": "lift", "names": ""}).status_code == 200
    form = {"kind": "lift", "names": "东电梯\n西电梯", "under": [cast.building.pk]}
    assert office.post("/rounds/points/add/", form).status_code == 302
    office.post("/rounds/points/add/", form)
    rows = Place.objects.filter(parent=cast.building, kind__code="lift")
    assert sorted(rows.values_list("name", flat=True)) == ["东电梯", "西电梯"]


def test_what_is_overdue_is_red_also_where_everything_was_done_once(cast: Cast, spots: dict[str, Place]) -> None:
    plan = since(disinfection(cast, {"lift": 2}), at(0))
    tick(at(8))
    one = Occurrence.objects.get(plan=plan)
    with cast.scope():
        walk(one, targets(one), at(9))
    with time_machine.travel(at(12), tick=False):
        office = client_as(cast.users["secretary"])
        board = office.get("/rounds/")
        (bar,) = board.context["bars"]
        assert (bar.covered.done, bar.covered.total, bar.overdue, bar.kind) == (1, 1, 1, "red")
        assert "有 1 处逾期" in board.content.decode()
        said = office.get(f"/rounds/{one.pk}/").content.decode()
        assert "有 1 处逾期" in said
        assert "都做到了" not in said
