"""Volunteers of the fictional neighbourhood: hours, a call with a batch, teams, groups of a lent staff, tasks, works, who is lent out."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from linli.duties.actions.abilities import (
    add_training,
    join_body,
    pair,
    send_away,
    set_exemptions,
    set_hours,
    set_trainings,
)
from linli.duties.actions.calls import CallFacts, choose_batch, open_call, sign_up, withdraw
from linli.duties.actions.groups import divide
from linli.duties.actions.people import Facts, add_volunteer
from linli.duties.actions.tasks import add_task, finish_task, take_task
from linli.duties.actions.teams import seat, start_teams
from linli.duties.actions.works import WorkFacts, plan_work
from linli.duties.models import Volunteer
from linli.duties.teams import load
from linli.duties.volunteers.week import read_week
from linli.ground.actions.bodies import BodyFacts, add_body
from linli.ground.models import Body, BodyKind
from linli.ground.scope import scoped
from linli.site.demo.build import Built
from linli.site.demo.people import GIVEN, SURNAMES

Say = Callable[[str], None]
SEED = 20200217
DAY = timedelta(days=1)
SAID = ("工作日晚上", "周末全天", "除周三", "一三五上午", "都可以", "下午13点后", "周二、四不行", "看情况")
STAFF, SIZE = 28, 4
MEMBERS, EMPTY_EVERY = 40, 4
TASKS = ("把测温枪送到西门", "联系街道补两箱口罩", "给3号楼的独居老人送药", "把快递架搬到雨棚下")


def teams(built: Built, say: Say) -> None:
    """What a neighbourhood has of it in a busy week; some of it waits for somebody."""
    say("volunteers, teams and groups")
    with scoped(neighbourhood_ids={built.neighbourhood.pk}, reason="cli:demo"):
        rng = random.Random(SEED)
        rows = Volunteer.objects.filter(neighbourhood=built.neighbourhood, home__isnull=True, user__isnull=True)
        neighbours = list(rows.order_by("sort_name", "pk"))
        _abilities(built, neighbours)
        _call(built, neighbours)
        _teams(built, rng)
        _groups(built, rng)
        _tasks(built, neighbours)
        _lent(built, neighbours)


def _people(built: Built, rng: random.Random, count: int, home: Body | None = None) -> list[Volunteer]:
    now = timezone.now()
    found = []
    for _n in range(count):
        name = rng.choice(SURNAMES) + GIVEN[(start := rng.randrange(0, len(GIVEN) - 1)) : start + 2]
        facts = Facts(name, born_year=now.year - rng.randrange(22, 60), home=home)
        found.append(add_volunteer(by=None, neighbourhood=built.neighbourhood, facts=facts, now=now, source="demo"))
    return found


def _abilities(built: Built, neighbours: list[Volunteer]) -> None:
    trainings = [add_training(by=None, neighbourhood=built.neighbourhood, name=name) for name in ("测温", "防护服")]
    for number, one in enumerate(neighbours):
        said = SAID[number % len(SAID)]
        set_hours(by=None, volunteer=one, slots=read_week(said).slots or (), said=said)
        if number % 3:
            set_trainings(by=None, volunteer=one, trainings=trainings[: number % 3])
    set_exemptions(by=None, volunteer=neighbours[0], codes=["no_standing"])
    set_exemptions(by=None, volunteer=neighbours[1], codes=["day_only"])
    pair(by=None, one=neighbours[2], other=neighbours[3], together=True)


def _call(built: Built, neighbours: list[Volunteer]) -> None:
    """C06, C07: twelve answered, the first six are in, one of them cannot after all."""
    now, by = timezone.now(), built.users["zhuren"]
    opened = now - timedelta(hours=30)
    facts = CallFacts("小区门岗志愿者", 8, now + 2 * DAY, "每班两小时，协助测温和登记。")
    call = open_call(by=by, neighbourhood=built.neighbourhood, facts=facts, now=opened)
    signups = [
        sign_up(by=None, call=call, volunteer=one, now=opened + timedelta(minutes=7 + 41 * number))
        for number, one in enumerate(neighbours[:12])
    ]
    choose_batch(by=by, call=call, count=6, now=now - timedelta(hours=20))
    withdraw(by=None, signup=signups[1], now=now - timedelta(hours=3))


def _teams(built: Built, rng: random.Random) -> None:
    """R03: most buildings have their two of the branch; every fourth lacks one."""
    place = built.neighbourhood
    branch = (
        Body.objects.filter(kind__code="branch", place__neighbourhood=place, until__isnull=True).order_by("pk").first()
    )
    if branch is None:
        branch = add_body(by=None, facts=BodyFacts("槐安第一支部", BodyKind.objects.get(code="branch"), place))
    start_teams(by=built.users["shuji"], neighbourhood=place, code="one_two_n")
    start_teams(by=built.users["shuji"], neighbourhood=place, code="response_team")
    found = load(place, rule="one_two_n")
    members = _people(built, rng, min(MEMBERS, 2 * len(found)))
    for one in members:
        join_body(by=None, volunteer=one, body=branch)
    for number, team in enumerate(found):
        two = next(role for role in team.roles if role.body_kind_id)
        wanted = 1 if number % EMPTY_EVERY == EMPTY_EVERY - 1 else 2
        for at in range(wanted):
            seat(by=None, team=team.team, role=two, volunteer=members[(2 * number + at) % len(members)])
    (response,) = load(place, rule="response_team")
    names = {"social_worker": "许干事", "police": "江警官", "property_manager": "方经理"}
    for role in response.roles:
        if role.code in names:
            seat(by=None, team=response.team, role=role, name=names[role.code])


def _groups(built: Built, rng: random.Random) -> None:
    """P08: 28 people of an office building in seven groups of four, lent to two committees nearby."""
    place = built.neighbourhood
    kinds = {kind.code: kind for kind in BodyKind.objects.all()}
    home = add_body(by=None, facts=BodyFacts("梧桐大厦", kinds["company"], place))
    hosts = [
        add_body(by=None, facts=BodyFacts(name, kinds["volunteer_team"], place))
        for name in ("东片工作站", "西片工作站")
    ]
    staff = _people(built, rng, STAFF, home)
    pair(by=None, one=staff[0], other=staff[1], together=True)
    pair(by=None, one=staff[4], other=staff[5], together=False)
    divide(by=built.users["shuji"], neighbourhood=place, people=staff, hosts=hosts, size=SIZE, now=timezone.now())


def _tasks(built: Built, neighbours: list[Volunteer]) -> None:
    """C10: two wait, one is taken, one is done."""
    now = timezone.now()
    made = [
        add_task(by=built.users["zhuren"], neighbourhood=built.neighbourhood, title=title, now=now - timedelta(hours=4),
                 due_at=now + timedelta(hours=4 + number * 6))
        for number, title in enumerate(TASKS)
    ]  # fmt: skip
    take_task(by=None, task=made[2], now=now - timedelta(hours=2), volunteer=neighbours[5])
    take_task(by=None, task=made[3], now=now - timedelta(hours=3), volunteer=neighbours[6])
    finish_task(by=None, task=made[3], now=now - timedelta(hours=1))


def _lent(built: Built, neighbours: list[Volunteer]) -> None:
    """P09: two at the station for 36 days; O02: the trees before the rains."""
    today = timezone.localdate()
    for one in neighbours[-2:]:
        send_away(
            by=None, volunteer=one, since=today - 20 * DAY, until=today + 16 * DAY, reason="secondment", place="火车站"
        )
    facts = WorkFacts("树木集中整修", today + 60 * DAY, every_months=60, days=10, crew=4, helpers=2)
    plan_work(by=built.users["shuji"], neighbourhood=built.neighbourhood, facts=facts)
