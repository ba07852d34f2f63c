"""The night of 13 March 2020, as the chat of the transfer group tells it: ten by two runs, an eleventh at 03:37, each in somebody's hands
at every minute. Told once with a small sample of our own, and once with the office's files where they lie beside the repository.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils.html import strip_tags

from linli.care.models import Case
from linli.ground.testing import client_as
from linli.journeys import beside, queries
from linli.journeys.models import Run
from linli.journeys.standing import chains_now
from linli.kernel.handover import holder_at, minutes_between, night_of
from linli.site.tests.night_samples import at_hand
from linli.site.tests.night_world import Story, at, told

pytestmark = pytest.mark.django_db
AFTER = at("14 03:45")
LONG = ("4 小时 04 分", "2 小时 44 分", "3 小时 07 分")
"""From the landing to the word, from the word to the first door, and of the eleventh."""


@pytest.fixture(params=at_hand(), ids=("own", "office")[: len(at_hand())])
def story(request: pytest.FixtureRequest, db: None) -> Iterator[Story]:
    with told(request.param) as found:
        yield found


def test_the_night_is_told_to_the_own_door(story: Story) -> None:
    story.replay()
    _everybody_is_home_after_so_many_minutes(story)
    _three_runs_of_one_night(story)
    _no_minute_is_without_a_holder(story)
    _somebody_is_on_duty_at_every_minute(story)
    _whoever_came_home_has_a_case_that_counts_from_the_landing(story)
    _the_pages_say_so(story)


def _everybody_is_home_after_so_many_minutes(story: Story) -> None:
    board = queries.board(story.place, AFTER)
    assert (board.came, board.delivered, board.open) == (11, 11, 0)
    ten, eleventh = story.travellers[:10], story.travellers[10]
    flight = ten[0].movement
    assert flight is not None
    assert (flight.passengers, flight.crew) == (286, 17)
    assert minutes_between(flight.landed_at, ten[0].notice.received_at) == 4 * 60 + 4
    doors = {row.traveller.pk: row.since for row in board.rows}
    assert minutes_between(ten[0].notice.received_at, min(doors[one.pk] for one in ten)) == 2 * 60 + 44
    assert minutes_between(eleventh.notice.received_at, doors[eleventh.pk]) == 3 * 60 + 7
    assert {person.pk for person in story.people.values()} == {one.person_id for one in story.travellers}


def _three_runs_of_one_night(story: Story) -> None:
    runs = list(Run.objects.order_by("night", "number"))
    assert [run.seats.count() for run in runs] == [4, 6, 1]
    assert {run.night for run in runs} == {at("13 20:00").date()} == {night_of(at("14 03:37"))}
    assert [run.arrived_about for run in runs] == [True, False, False]


def _no_minute_is_without_a_holder(story: Story) -> None:
    chains = chains_now(story.travellers, AFTER)
    for traveller in story.travellers:
        chain = chains[traveller.pk]
        assert not any(span.broken for span in chain)
        assert traveller.movement is not None
        since = traveller.movement.landed_at
        minutes = range(minutes_between(since, AFTER) + 1)
        assert all(holder_at(chain, since + timedelta(minutes=one)) is not None for one in minutes)


def _somebody_is_on_duty_at_every_minute(story: Story) -> None:
    """T08: from the word to the last door; and how much of the night each had."""
    watch = beside.watch(story.place, at("13 16:41"), at("14 03:37"))
    assert watch is not None
    assert watch.uncovered == 0
    assert dict(watch.people) == {"小许": 5 * 60 + 19, "入党申请人": 5 * 60 + 37}


def _whoever_came_home_has_a_case_that_counts_from_the_landing(story: Story) -> None:
    cases = list(Case.objects.all())
    assert {f"traveller:{one.pk}" for one in story.travellers} == {case.source for case in cases}
    assert {(case.day0, case.release_at) for case in cases} == {(at("13 12:00").date(), at("28 00:00"))}
    assert {case.scheme for case in cases} == {"listed-14"}


def _the_pages_say_so(story: Story) -> None:
    office = client_as(story.users["secretary"])
    for path, *words in (
        ("/journeys/", "来的 11 人都到家了", "第 3 车"),
        ("/journeys/wall/", "来的 11 人都到家了"),
        ("/journeys/night/", "这一夜有 3 车", "约 3月13日 周五 19:25", "每一分钟都有人", *LONG),
    ):
        answer = office.get(path)
        assert answer.status_code == 200, path
        text = " ".join(strip_tags(answer.content.decode()).split())
        assert all(word in text for word in words), (path, text)
