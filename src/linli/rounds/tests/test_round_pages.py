"""Through the pages: zones, plans, blind spots, the board, a round, a target."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.ground.actions.places import NewPlace, add_places
from linli.ground.models import Area, Body, Mandate, Place
from linli.ground.testing import Cast, client_as
from linli.ground.zones import holder_of, zone
from linli.notices.kinds import said
from linli.notices.models import Notice
from linli.rounds.jobs import tick
from linli.rounds.models import Occurrence, Plan, Target
from linli.rounds.testing_rounds import five_zones, patrol, since, targets, walk
from linli.rounds.testing_walk import make_walker
from linli.rounds.walkers import acting_as, way_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(cast: Cast) -> Client:
    return client_as(cast.users["secretary"])


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def test_zones_are_made_filled_and_held_through_the_pages(cast: Cast, office: Client) -> None:
    zones = five_zones(cast, held=False)
    lane = add_places([NewPlace("lane", cast.lanes, "9弄")])[0]
    said = page(office, "/rounds/zones/")
    assert "9弄" in said
    office.post("/rounds/zones/", {"name": "第六片区"})
    area = Area.objects.get(name="第六片区")
    said = page(office, f"/rounds/zones/{area.pk}/")
    assert "disabled" in said
    taken = zones.places[0][0]
    office.post(f"/rounds/zones/{area.pk}/do/places/", {"place": [lane.pk, taken.pk]})
    assert zone(area).places == ()
    office.post(f"/rounds/zones/{area.pk}/do/places/", {"place": [lane.pk]})
    assert zone(area).places == (lane,)
    branch = zones.branches[0]
    office.post(f"/rounds/zones/{area.pk}/do/holder/", {"holder": f"b{branch.pk}"})
    held = holder_of(area)
    assert held is not None
    assert held.body == branch
    office.post(f"/rounds/zones/{area.pk}/do/parties/", {"party_property": f"m{cast.mandates['clerk'].pk}"})
    assert [party.code for party in zone(area).without([])] == []
    assert set(zone(area).parties) == {"property"}
    office.post("/rounds/zones/parties/", {"party_1": "居委会", "party_2": "业委会"})
    said = page(office, f"/rounds/zones/{area.pk}/")
    assert "业委会" in said
    office.post(f"/rounds/zones/{area.pk}/do/rename/", {"name": "北片区"})
    assert "北片区" in page(office, "/rounds/zones/")
    office.post(f"/rounds/zones/{area.pk}/do/end/")
    assert "9弄" in page(office, "/rounds/zones/")


def test_a_patrol_is_planned_and_starts_only_by_name_with_blind_spots(cast: Cast, office: Client) -> None:
    zones = five_zones(cast, held=False)
    form = {
        "title": "每日巡查", "zones": [a.pk for a in zones.areas], "time_1": "09:00", "time_2": "15:00", "days": list(range(7)),
        "early": 30, "due": 60, "closes": 120, "after_1": 30, "to_1": "secretary",
    }  # fmt: skip
    assert "09:00" in page(office, "/rounds/plans/new/patrol/")
    answer = office.post("/rounds/plans/new/patrol/", form)
    plan = Plan.objects.get(kind="patrol")
    assert answer.url == f"/rounds/plans/{plan.pk}/"
    said = page(office, answer.url)
    assert "09:00 和 15:00" in said
    assert "17" in said
    office.post(f"/rounds/plans/{plan.pk}/do/start/")
    plan.refresh_from_db()
    assert plan.started_at is None
    place = zones.places[0][0]
    office.post(f"/rounds/plans/{plan.pk}/do/assign/", {"place": [place.pk], "to": cast.mandates["clerk"].pk})
    assert "16" in page(office, f"/rounds/plans/{plan.pk}/")
    office.post(f"/rounds/plans/{plan.pk}/do/start/", {"name": "林书记", "why": "支部名单下午才到"})
    plan.refresh_from_db()
    assert plan.started_at is not None
    assert plan.blind_name == "林书记"
    for verb in ("pause", "resume", "end"):
        office.post(f"/rounds/plans/{plan.pk}/do/{verb}/")
    plan.refresh_from_db()
    assert plan.ended_at is not None
    assert page(office, "/rounds/plans/")


def walked_but_one(cast: Cast) -> tuple[Any, Occurrence, Place]:
    """A patrol of this hour that missed one lane; nothing of it lies in the future."""
    zones = five_zones(cast)
    now = timezone.localtime()
    plan = patrol(zones, rule="FREQ=DAILY;BYHOUR=0;BYMINUTE=0", early=0, due=1, closes=1)
    since(plan, now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(minutes=1))
    start = now.replace(hour=0, minute=0, second=0, microsecond=0)
    tick(start)
    one = Occurrence.objects.get(plan=plan)
    missed = zones.places[2][1]
    with cast.scope():
        walk(one, [row for row in targets(one) if row.place_id != missed.pk], start, by=zones.walkers[0])
    tick(now)
    return zones, one, missed


def test_the_board_the_day_and_the_round_name_the_lane_and_the_branch(cast: Cast, office: Client) -> None:
    zones, one, missed = walked_but_one(cast)
    board = page(office, "/rounds/")
    assert "今天有 1 处没有走到" in board
    assert missed.name in board
    assert "第三党支部" in board
    day = page(office, "/rounds/day/")
    assert missed.name in day
    assert "第三党支部" in day
    said = page(office, f"/rounds/{one.pk}/?show=missed")
    assert missed.name in said
    assert f">{zones.places[0][0].name}<" not in said
    book = openpyxl.load_workbook(io.BytesIO(office.get(f"/rounds/{one.pk}/?show=missed&as=xlsx").content))
    assert book.active is not None
    assert [row[3] for row in book.active.iter_rows(values_only=True)][-1] == "第三党支部"
    assert office.get(f"/rounds/{one.pk}/?as=print").status_code == 200
    (row,) = targets(one, [missed])
    said = page(office, f"/rounds/rows/{row.pk}/")
    for word in ('value="no_answer"', 'value="call_back"', 'name="call_back_at"', "看这一户"):
        assert word not in said
    key = "00000000-0000-4000-8000-000000000001"
    late = {
        "key": key,
        "outcome": "done",
        "happened_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        "visitor": "周师傅",
    }
    office.post(f"/rounds/rows/{row.pk}/walked/", late)
    office.post(f"/rounds/rows/{row.pk}/walked/", late)
    assert "周师傅" in page(office, f"/rounds/rows/{row.pk}/")
    assert "今天有" not in page(office, "/rounds/")


def test_a_target_is_given_away_excused_and_joined_through_the_pages(cast: Cast, office: Client) -> None:
    zones, one, missed = walked_but_one(cast)
    (row,) = targets(one, [missed])
    office.post(f"/rounds/rows/{row.pk}/do/hand/", {"to": cast.mandates["clerk"].pk, "reason": "换人"})
    said = page(office, f"/rounds/rows/{row.pk}/")
    assert cast.mandates["clerk"].holder_name in said
    nobody = office.post(f"/rounds/rows/{row.pk}/do/hand/", {"to": "", "reason": "换人"}, follow=True)
    assert "请选择一个人" in nobody.content.decode()
    office.post(f"/rounds/rows/{row.pk}/do/excuse/", {"name": "林书记", "reason": "施工封闭"})
    assert "施工封闭" in page(office, f"/rounds/rows/{row.pk}/")
    fresh = add_places([NewPlace("lane", cast.lanes, "8弄")])[0]
    office.post(f"/rounds/{one.pk}/do/join/", {"place": fresh.pk, "reason": "新开的弄堂"})
    joined = Target.objects.get(occurrence=one, place=fresh)
    assert joined.reason == "新开的弄堂"
    one.refresh_from_db()
    assert one.frozen == 17
    assert "8弄" in page(office, f"/rounds/{one.pk}/")


def counted(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_statements_do_not_grow_with_targets(cast: Cast, office: Client) -> None:
    zones, one, _missed = walked_but_one(cast)
    few = counted(office, f"/rounds/{one.pk}/"), counted(office, "/rounds/"), counted(office, "/rounds/day/")
    more = add_places([NewPlace("lane", cast.lanes, f"{number}号弄") for number in range(100, 600)])
    Target.objects.bulk_create(
        [
            Target(occurrence=one, place=place, name=place.name, area=zones.areas[0], holder=zones.holders[0])
            for place in more
        ],
        batch_size=40,
    )
    many = counted(office, f"/rounds/{one.pk}/"), counted(office, "/rounds/"), counted(office, "/rounds/day/")
    assert few[0] == many[0] <= 50
    assert few[1:] == many[1:]


@pytest.mark.parametrize("path", ["", "day/", "plans/", "plans/new/", "zones/", "points/add/", "requests/"])
def test_a_stranger_sees_nothing(cast: Cast, path: str) -> None:
    assert client_as(cast.users["stranger"]).get(f"/rounds/{path}").status_code == 404
    assert Client().get(f"/rounds/{path}").status_code == 302
    assert Body.objects.exists() is False


def test_a_place_is_given_to_another_branch_or_to_a_volunteer_and_stands_on_their_way(
    cast: Cast, office: Client
) -> None:
    zones, one, missed = walked_but_one(cast)
    volunteer, branch = make_walker(cast, "volunteer1", "volunteer"), zones.holders[1]
    walks = Mandate.objects.get(user=zones.walkers[1])
    (row,) = targets(one, [missed])
    said = page(office, f"/rounds/rows/{row.pk}/")
    for to in (branch, volunteer):
        assert f'value="{to.pk}"' in said
        office.post(f"/rounds/rows/{row.pk}/do/hand/", {"to": to.pk})
        with cast.scope():
            ways = [
                way_of(acting_as(own, one.closes_at), cast.neighbourhood, one.closes_at) for own in (walks, volunteer)
            ]
            given = [row.pk in {stop.target.pk for stop in way.stops} for way in ways]
        assert given == [to == branch, to == volunteer]


def test_the_notice_of_what_is_missed_leads_the_branch_to_its_own_stops(cast: Cast) -> None:
    zones, one, _missed = walked_but_one(cast)
    with cast.scope():
        (waits,) = Notice.objects.filter(to_mandate=zones.holders[2])
        url = said([waits])[waits.pk].url
    for path in (url, f"/rounds/plans/{one.plan_id}/"):
        answer = client_as(zones.walkers[2]).get(path)
        assert (answer.status_code, answer["Location"]) == (302, "/rounds/walk/")
    assert client_as(cast.users["guard"]).get(url).status_code == 403
    assert client_as(cast.users["stranger"]).get(url).status_code == 404


def test_where_one_is_enough_several_are_no_blind_spot_on_the_page_of_a_round(cast: Cast, office: Client) -> None:
    zones, one, _missed = walked_but_one(cast)
    one.plan.wants_one = False
    one.plan.save(update_fields=["wants_one"])
    Occurrence.objects.filter(pk=one.pk).update(blind=1)
    nobody, several = targets(one, zones.places[0][:2])
    Target.objects.filter(pk=nobody.pk).update(held_by=0)
    Target.objects.filter(pk=several.pk).update(held_by=2)
    blind = office.get(f"/rounds/{one.pk}/").context["blind"]
    assert [row.pk for row in blind] == [nobody.pk]
    one.plan.wants_one = True
    one.plan.save(update_fields=["wants_one"])
    blind = office.get(f"/rounds/{one.pk}/").context["blind"]
    assert {row.pk for row in blind} == {nobody.pk, several.pk}
