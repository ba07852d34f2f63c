"""P01, P02 as the article has it: five branches walk all main lanes, side lanes and gates twice a day, without a blind spot.

Told through the pages alone: the office makes the zones and the plan, the worker runs, the branches' people walk, one lane is missed;
then 巡查, the notices and the 8 a.m. sheet name exactly that lane and that branch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from linli.accounts.models import User
from linli.ground.actions.members import add_member
from linli.ground.models import Area, Body, BodyKind, Place
from linli.ground.testing import PASSWORD, Cast, client_as
from linli.kernel.ids import uuid7
from linli.rounds.models import Finding, Occurrence, Plan, Sheet, Target
from linli.site.work import JOBS

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
NUMBERS = "一二三四五"
POINTS = 17  # ten lanes, five side lanes, two gates


def at(day: int, clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-{day:02}T{clock}:00").replace(tzinfo=SHANGHAI)


@dataclass
class Neighbourhood:
    """The office, five branches with an account each, and a clock."""

    cast: Cast
    clock: Any
    office: Client
    walkers: list[Client] = field(default_factory=list)
    users: list[User] = field(default_factory=list)

    def reaches(self, moment: datetime) -> None:
        """It gets to be ``moment``; the worker has run a few times on the way: each time it does what fell due meanwhile."""
        step = (moment - self.clock.now) / 4
        for number in range(1, 5):
            self.clock.to(moment - step * (4 - number))
            for job in JOBS:
                if job.name != "hourly":
                    job.run(self.clock.now)

    def signs_in_again(self) -> None:
        """Another day: everybody signs in anew."""
        self.office = client_as(self.cast.users["secretary"])
        self.walkers = [client_as(user) for user in self.users]

    def page(self, path: str, client: Client | None = None) -> str:
        answer = (client or self.office).get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return str(answer.content.decode())

    def walks(self, number: int, *, but: Place | None = None) -> None:
        """Somebody of a branch goes round and says of each place that it is done."""
        client = self.walkers[number]
        stops = client.get("/rounds/walk/").context["way"].stops
        open_ones = [stop.target for stop in stops if not stop.done]
        chosen = [str(one.pk) for one in open_ones if but is None or one.place_id != but.pk]
        assert chosen
        client.post("/rounds/walk/", {"target": chosen, "outcome": "done"})


class Clock:
    """Moves ``now`` for everything at once."""

    def __init__(self, moment: datetime) -> None:
        self.now = moment
        self._traveller = time_machine.travel(moment, tick=False)
        self._coordinates = self._traveller.start()

    def to(self, moment: datetime) -> None:
        self.now = moment
        self._coordinates.move_to(moment)

    def stop(self) -> None:
        self._traveller.stop()


@pytest.fixture
def town(cast: Cast) -> Iterator[Neighbourhood]:
    clock = Clock(at(2, "07:30"))
    found = Neighbourhood(cast, clock, client_as(cast.users["secretary"]))
    for number in range(5):
        found.users.append(User.objects.create_user(f"branch{number}", PASSWORD, display_name=f"支部{NUMBERS[number]}"))
    yield found
    clock.stop()


def set_up(town: Neighbourhood) -> list[list[Place]]:
    """Lanes, five branches, five zones, everything in exactly one; through the pages."""
    office, cast = town.office, town.cast
    for kind, names in (
        ("lane", "\n".join(f"{n}弄" for n in range(1, 11))),
        ("side_lane", "\n".join(f"{n}支弄" for n in range(1, 6))),
    ):
        office.post("/rounds/points/add/", {"kind": kind, "names": names, "under": [cast.lanes.pk]})
    assert "10弄" in town.page("/rounds/zones/"), "what lies in no zone is named"
    places = {place.name: place for place in Place.objects.filter(kind__code__in=("lane", "side_lane", "gate"))}
    branch = BodyKind.objects.get(code="branch")
    zones = []
    for number, word in enumerate(NUMBERS, 1):
        body = {"name": f"第{word}党支部", "kind": branch.pk, "place": cast.neighbourhood.pk}
        office.post("/bodies/add/", body)
        holder = Body.objects.get(name=body["name"])
        add_member(by=None, body=holder, capacity="patroller", user=town.users[number - 1], since=at(1, "00:00").date())
        office.post("/rounds/zones/", {"name": f"第{word}片区"})
        area = Area.objects.get(name=f"第{word}片区")
        names = [f"{number}弄", f"{number + 5}弄", f"{number}支弄"] + [["东门"], ["西门"], [], [], []][number - 1]
        zones.append([places[name] for name in names])
        office.post(f"/rounds/zones/{area.pk}/do/places/", {"place": [place.pk for place in zones[-1]]})
        office.post(f"/rounds/zones/{area.pk}/do/holder/", {"holder": f"b{holder.pk}", "since": "2026-03-01"})
        town.walkers.append(client_as(town.users[number - 1]))
    board = office.get("/rounds/zones/").context["board"]
    assert list(board.outside) == [], "every lane and gate is in exactly one zone"
    assert sum(len(zone) for zone in zones) == POINTS
    return zones


THREE = ("测温登记到位", "消毒到位", "宣传到位")
"""P01 says three items and names none: they are the neighbourhood's own sheet."""


def three_items(town: Neighbourhood) -> str:
    """The sheet of three, made in the product; its id."""
    form = {"title": "三项做到位", "do": "save", "seen": "0"}
    for number, text in enumerate(THREE):
        form |= {
            f"q{number}-kind": "yes_no",
            f"q{number}-label": text,
            f"q{number}-wrong": "no",
            f"q{number}-finding": f"{text}：没有做到",
            f"q{number}-days": "1",
            f"q{number}-required": "on",
        }
    answer = town.office.post("/rounds/sheets/new/", form)
    assert answer.status_code == 302, answer.context["error"]
    sheet = Sheet.objects.get(title="三项做到位")
    assert [question.label for question in sheet.questions.all()] == list(THREE)
    return str(sheet.pk)


def plan_two_a_day(town: Neighbourhood) -> Plan:
    form = {
        "sheet": three_items(town),
        "title": "每日两次大巡查",
        "zones": list(Area.objects.filter(purpose="zone").values_list("pk", flat=True)),
        "time_1": "09:00",
        "time_2": "15:00",
        "days": list(range(7)),
        "early": 30,
        "due": 60,
        "closes": 90,
        "after_1": 30,
        "to_1": "secretary",
    }
    answer = town.office.post("/rounds/plans/new/patrol/", form)
    assert answer.status_code == 302, answer.context["form"].errors if answer.context else answer
    said = town.page(answer.url)
    assert "09:00 和 15:00" in said
    plan = Plan.objects.get(title=form["title"])
    town.office.post(f"/rounds/plans/{plan.pk}/do/start/")
    plan.refresh_from_db()
    assert plan.started_at is not None, "without a blind spot nobody has to sign for the start"
    return plan


def something_amiss(town: Neighbourhood, lane: Place) -> None:
    """One stop answered item by item: what is not in place becomes a finding that somebody owns."""
    client = town.walkers[2]
    stop = next(one for one in client.get("/rounds/walk/").context["way"].stops if one.target.place_id == lane.pk)
    form = client.get(f"/rounds/walk/{stop.target.pk}/").context["form"]
    questions = {question.label: f"q{question.pk}" for question in form.questions}
    said = {questions[text]: "no" if text == "消毒到位" else "yes" for text in THREE}
    answer = client.post(f"/rounds/walk/{stop.target.pk}/", {"key": str(uuid7()), "outcome": "done", **said})
    assert answer.status_code == 302, answer.context["form"].errors
    with town.cast.scope():
        finding = Finding.objects.get()
        assert finding.place_id == lane.pk
        assert finding.owner is not None
    assert "消毒到位：没有做到" in town.page("/rounds/findings/")


def the_day(town: Neighbourhood, missed: Place) -> None:
    """Two patrols by five branches; in the afternoon the third leaves out one lane."""
    town.reaches(at(2, "09:20"))
    something_amiss(town, missed)
    for number in range(5):
        town.walks(number)
    town.reaches(at(2, "15:10"))
    for number in range(5):
        town.walks(number, but=missed)
    town.reaches(at(2, "16:20"))
    assert "8弄" not in town.page("/notices/", town.walkers[2]), "nothing is missed before the window closes"
    town.reaches(at(2, "17:20"))


def test_two_patrols_of_five_branches_and_the_one_lane_that_was_missed(town: Neighbourhood) -> None:
    zones = set_up(town)
    plan = plan_two_a_day(town)
    missed = zones[2][1]
    assert missed.name == "8弄"
    the_day(town, missed)
    morning, afternoon = Occurrence.objects.filter(plan=plan).order_by("slot_at")
    assert (morning.frozen, afternoon.frozen) == (POINTS, POINTS)

    board = town.page("/rounds/")
    for words in ("今天有 1 处没有走到", "8弄", "第三党支部"):
        assert words in board
    rows = town.office.get(f"/rounds/{afternoon.pk}/?show=missed").context["table"].rows
    assert [(row.name, row.holder) for row in rows] == [("泉口花苑 8弄", "第三党支部")]

    told = [number for number in range(5) if "8弄" in town.page("/notices/", town.walkers[number])]
    assert told == [2], "the branch that holds the lane hears of it, and no other"
    assert "8弄" in town.page("/notices/"), "the secretary is told after half an hour"

    town.reaches(at(3, "08:05"))
    town.signs_in_again()
    address = f"/briefing/{town.cast.neighbourhood.pk}/"
    sheet = town.page(address)
    assert "泉口花苑 8弄 · 第三党支部" in sheet
    assert sheet.count("弄 · ") == 1, "no other lane is named"

    target = Target.objects.get(occurrence=afternoon, place=missed)
    entered = {"key": str(uuid7()), "outcome": "done", "happened_at": "2026-03-02T19:10", "visitor": "支部三"}
    town.office.post(f"/rounds/rows/{target.pk}/walked/", entered)
    bar = town.office.get(f"/rounds/{afternoon.pk}/").context["bar"]
    assert (bar.covered.done, bar.covered.late, bar.covered.missed) == (POINTS - 1, 1, 0), "taken, and shown late"
    town.reaches(at(3, "08:12"))
    assert "8弄" in town.page(address), "the sheet of 8:00 stays what it was"
