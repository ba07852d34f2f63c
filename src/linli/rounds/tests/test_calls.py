"""R10 and R09: each door with its attempts; nobody is passed over until each is reached or excused by name."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from linli.ground.testing import Cast, client_as
from linli.kernel.coverage import State as Covering
from linli.kernel.until_done import State
from linli.rounds import calls, round_pages, standing
from linli.rounds.actions.plans import About, NewPlan, make_plan
from linli.rounds.actions.targets import excuse
from linli.rounds.jobs import tick
from linli.rounds.models import Occurrence, Plan
from linli.rounds.testing_rounds import since, targets, walk

pytestmark = pytest.mark.django_db


def at(hour: int, minute: int = 0, day: int = 0) -> datetime:
    base = timezone.localtime().replace(hour=hour, minute=minute, second=0, microsecond=0)
    return base + timedelta(days=day - 5)


@pytest.fixture
def one(cast: Cast) -> Occurrence:
    new = NewPlan(
        kind="calls", title="逐户上门", subject=Plan.Subject.HOUSEHOLD, cadence=Plan.Cadence.UNTIL_DONE,
        about=[About(place=cast.lanes)], holds=Plan.Holds.DOOR, due=9000, closes=9000,
        rhythm={"pauses": [120, 240], "earliest": "09:00", "latest": "20:00", "listed_after": 2},
    )  # fmt: skip
    plan = since(make_plan(by=None, place=cast.neighbourhood, new=new), at(8))
    tick(at(8))
    found: Occurrence = Occurrence.objects.select_related("plan", "place").get(plan=plan)
    return found


def queue(one: Occurrence, now: datetime) -> calls.Calls:
    stand = standing.of([one], now)[one.pk]
    return calls.of(one, round_pages.lines(stand), now)


def test_every_door_is_tried_until_it_is_reached_or_excused(cast: Cast, one: Occurrence) -> None:
    with cast.scope():
        rows = targets(one)
        assert len(rows) == 6
        assert queue(one, at(8, 30)).now == []
        assert len(queue(one, at(9)).now) == 6
        walk(one, [rows[0]], at(9), outcome="done")
        walk(one, [rows[1]], at(9), outcome="no_answer")
        walk(one, [rows[2]], at(9), outcome="refused")
        walk(one, [rows[3]], at(9), outcome="call_back", call_back_at=at(21, 30))
        found = queue(one, at(9, 5))
        assert {call.line.id for call in found.now} == {rows[4].pk, rows[5].pk}
        by_id = {call.line.id: call.standing for call in found.others}
        assert by_id[rows[0].pk].state is State.REACHED
        assert by_id[rows[1].pk].next_try == at(11)
        assert by_id[rows[2].pk].state is State.REFUSED
        assert by_id[rows[3].pk].next_try == at(21, 30)
        walk(one, [rows[1]], at(11), outcome="no_answer")
        found = queue(one, at(11, 5))
        assert {call.line.id for call in found.listed} == {rows[1].pk, rows[2].pk}
        assert found.left == 5
        for row in rows[1:]:
            excuse(by=None, target=row, name="林书记", reason="长期在外")
        assert queue(one, timezone.now()).left == 0
        assert set(standing.of([one], timezone.now())[one.pk].states.values()) == {Covering.DONE, Covering.EXCUSED}


def test_a_call_back_without_a_time_is_tried_again_as_any_other(cast: Cast, one: Occurrence) -> None:
    with cast.scope():
        (row, *_rest) = targets(one)
        walk(one, [row], at(9), outcome="call_back")
        assert next(c for c in queue(one, at(9, 1)).others if c.line.id == row.pk).standing.next_try == at(11)


def test_it_is_never_missed_by_the_clock_and_never_closed(cast: Cast, one: Occurrence) -> None:
    tick(at(8, day=4))
    one.refresh_from_db()
    assert one.closed_at is None
    with cast.scope():
        assert standing.of([one], at(8, day=4))[one.pk].covered.open == 6


def test_the_page_says_whom_to_try_now_and_takes_what_came_of_it(cast: Cast, one: Occurrence) -> None:
    office = client_as(cast.users["secretary"])
    said = office.get(f"/rounds/{one.pk}/").content.decode()
    assert "还有 6 户没有联系上" in said
    with cast.scope():
        (row, *_rest) = targets(one)
    now, minute = timezone.localtime(), "%Y-%m-%dT%H:%M"
    form = {
        "key": "00000000-0000-4000-8000-000000000001",
        "outcome": "call_back",
        "happened_at": now.strftime(minute),
        "call_back_at": (now + timedelta(hours=3)).strftime(minute),
        "back": "round",
    }
    said = office.get(f"/rounds/rows/{row.pk}/").content.decode()
    assert 'value="no_answer"' in said
    assert f'href="/homes/{row.place_id}/"' in said
    assert office.post(f"/rounds/rows/{row.pk}/walked/", form).url == f"/rounds/{one.pk}/"
    assert "约好" in office.get(f"/rounds/{one.pk}/").content.decode()
    assert office.post(f"/rounds/rows/{row.pk}/walked/", form | {"outcome": "?"}).status_code == 302


def test_the_plan_is_made_by_its_page(cast: Cast) -> None:
    office = client_as(cast.users["secretary"])
    assert "整个居民区" in office.get("/rounds/plans/new/calls/").content.decode()
    later = (timezone.localtime() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    form = {
        "title": "逐户上门", "where": [f"p{cast.neighbourhood.pk}"], "holds": "door", "until": later, "earliest": "09:00",
        "latest": "20:00", "pause_1": 2, "pause_2": 4, "pause_3": 24, "listed_after": 3,
    }  # fmt: skip
    assert office.post("/rounds/plans/new/calls/", form | {"latest": "08:00"}).status_code == 200
    answer = office.post("/rounds/plans/new/calls/", form)
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    said = office.get(answer.url).content.decode()
    assert "没有盲区" in said
    office.post(f"{answer.url}do/start/")
    one = Occurrence.objects.get(plan__kind="calls")
    assert one.frozen == 8
    assert one.blind == 0
