"""What a plan needs, own clocks, reports of bodies, and every refusal."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from linli.accounts.tests.refused import refused
from linli.ground.actions.bodies import BodyFacts, add_body
from linli.ground.actions.members import add_member
from linli.ground.actions.zones import (
    end_zone,
    hold_zone,
    make_zone,
    rename_zone,
    set_party,
    set_wanted_parties,
    set_zone_places,
)
from linli.ground.models import Body, BodyKind
from linli.ground.testing import Cast, client_as, make_cast
from linli.ground.zones import Party, gaps, holder_of, wanted_parties, zone, zone_of, zones
from linli.kernel.coverage import Covered
from linli.rounds import standing
from linli.rounds.actions.answers import Said, answer
from linli.rounds.actions.people import OnPlan, put_person, take_off
from linli.rounds.actions.plans import About, NewPlan, assign, end_plan, make_plan, start_plan
from linli.rounds.jobs import tick
from linli.rounds.models import Occurrence, Plan, PlanPerson, Question, Sheet, Target
from linli.rounds.plans.holding import before
from linli.rounds.queries import persons
from linli.rounds.testing_rounds import five_zones, patrol, since, targets, walk

pytestmark = pytest.mark.django_db


def at(hour: int, minute: int = 0, day: int = 0) -> datetime:
    base = timezone.localtime().replace(hour=hour, minute=minute, second=0, microsecond=0)
    return base + timedelta(days=day - 5)


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("plans.title_missing", {"title": " "}),
        ("plans.about_nothing", {"about": []}),
        ("plans.rule", {"rule": "FREQ=DAILY;BYHOUR=9,77"}),
        ("plans.rule", {"rule": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"}),
        ("plans.window", {"due": 60, "closes": 30}),
        ("plans.step", {"steps": [(30, "emperor")]}),
        ("plans.office_missing", {"holds": "office"}),
    ],
)
def test_a_plan_that_cannot_be_is_refused_in_words(cast: Cast, code: str, values: dict[str, Any]) -> None:
    with refused(code):
        patrol(five_zones(cast), **values)
    assert not Plan.objects.exists()


def test_a_rhythm_is_not_shorter_than_a_quarter_of_an_hour(cast: Cast) -> None:
    with refused("plans.rhythm"):
        patrol(five_zones(cast), rhythms=[(cast.gates[0].kind, 10)])


def test_a_plan_about_nothing_does_not_start_and_an_ended_one_neither(cast: Cast) -> None:
    area = make_zone(by=None, neighbourhood=cast.neighbourhood, name="空片区")
    new = NewPlan(kind="patrol", title="空", subject="place", about=[About(area=area)], holds="zone", rule="FREQ=DAILY")
    plan = make_plan(by=None, place=cast.neighbourhood, new=new)
    with cast.scope(), refused("plans.empty"):
        start_plan(by=None, plan=plan)
    end_plan(by=None, plan=plan)
    with cast.scope(), refused("plans.ended"):
        start_plan(by=None, plan=plan)


def test_blind_spots_are_found_before_the_start_and_assigned(cast: Cast) -> None:
    found = five_zones(cast, held=False)
    plan = patrol(found)
    with cast.scope():
        assert before(plan, timezone.localdate()).count == 17
        with refused("plans.blind"):
            start_plan(by=None, plan=plan)
        with refused("plans.blind"):
            start_plan(by=None, plan=plan, name="林书记")
        for area, branch in zip(found.areas, found.branches, strict=True):
            hold_zone(by=None, area=area, body=branch)
        assert before(plan, timezone.localdate()).count == 0
        hold_zone(by=None, area=found.areas[0])
        assert before(plan, timezone.localdate()).count == len(found.places[0])
        assign(by=None, plan=plan, place=cast.neighbourhood, mandate=cast.mandates["secretary"])
        assert before(plan, timezone.localdate()).count == 0
        other = make_cast("松岗居民区", "other-")
        with refused("plans.not_here"):
            assign(by=None, plan=plan, place=cast.lanes, mandate=other.mandates["clerk"])
        start_plan(by=None, plan=plan)
        assert start_plan(by=None, plan=plan, name="别人", why="又").blind_name == ""


def test_two_where_one_is_wanted_is_a_blind_spot(cast: Cast) -> None:
    new = NewPlan(
        kind="patrol", title="门岗", subject="place", about=[About(place=g) for g in cast.gates], holds="office", office="secretary"
    )  # fmt: skip
    plan = make_plan(by=None, place=cast.neighbourhood, new=new)
    with cast.scope():
        assert before(plan, timezone.localdate()).count == 0
        secretary = cast.mandates["secretary"]
        secretary.pk, secretary.user = None, cast.users["clerk"]
        secretary.save(force_insert=True)
        assert [len(who) for _target, who in before(plan, timezone.localdate()).several] == [2, 2]
        Plan.objects.filter(pk=plan.pk).update(wants_one=False)
        plan.refresh_from_db()
        assert before(plan, timezone.localdate()).count == 0


def test_a_zone_has_each_place_once_a_holder_by_day_and_its_parties(cast: Cast) -> None:
    found = five_zones(cast)
    place, first, second = found.places[0][0], found.areas[0], found.areas[1]
    with refused("zones.taken"):
        set_zone_places(by=None, area=second, places=[place])
    with refused("zones.exists"):
        make_zone(by=None, neighbourhood=cast.neighbourhood, name="第一片区")
    with refused("zones.name_missing"):
        rename_zone(by=None, area=first, name=" ")
    with refused("zones.one_holder"):
        hold_zone(by=None, area=first, body=found.branches[0], mandate=cast.mandates["clerk"])
    with refused("zones.elsewhere"):
        set_zone_places(by=None, area=first, places=make_cast("松岗居民区", "other-").gates)
    assert zone_of(cast.neighbourhood).of(place) == first
    tomorrow = timezone.localdate() + timedelta(days=1)
    hold_zone(by=None, area=first, mandate=cast.mandates["clerk"], since=tomorrow)
    today_s, next_s = holder_of(first), holder_of(first, tomorrow)
    assert today_s is not None
    assert today_s.body == found.branches[0]
    assert next_s == cast.mandates["clerk"]
    wanted = wanted_parties(cast.neighbourhood)
    assert [party.code for party in wanted] == ["committee", "property", "residents"]
    assert zone(first).without(wanted) == wanted
    set_party(by=None, area=first, party="residents", mandate=cast.mandates["building_leader"])
    assert [party.code for party in zone(first).without(wanted)] == ["committee", "property"]
    with refused("zones.party_unknown"):
        set_party(by=None, area=first, party="police", body=found.branches[0])
    with refused("zones.one_party"):
        set_party(by=None, area=first, party="property", body=found.branches[0], mandate=cast.mandates["clerk"])
    with refused("zones.no_party"):
        set_wanted_parties(by=None, neighbourhood=cast.neighbourhood, parties=[])
    set_wanted_parties(by=None, neighbourhood=cast.neighbourhood, parties=[Party("owners", "业委会")])
    assert [party.name for party in wanted_parties(cast.neighbourhood)] == ["业委会"]
    end_zone(by=None, area=first)
    assert len(zones(cast.neighbourhood)) == 4
    assert set(gaps(cast.neighbourhood).nobody) == set(found.places[0])


@pytest.fixture
def watched(cast: Cast) -> Plan:
    """Days 1–14, morning and evening (the case rooms make such plans later)."""
    new = NewPlan(
        kind="checks", title="每日两次", subject="person", cadence="own_clock", about=[], holds="door", early=60, due=120, closes=240
    )  # fmt: skip
    return since(make_plan(by=None, place=cast.neighbourhood, new=new), at(0))


def test_an_own_clock_has_its_checks_on_its_days(cast: Cast, watched: Plan) -> None:
    with cast.scope():
        row = put_person(by=None, plan=watched, person=cast.people[0], own=OnPlan(at(3).date(), days=2))
        assert put_person(by=None, plan=watched, person=cast.people[0], own=OnPlan(date(2020, 1, 1))).pk == row.pk
        PlanPerson.objects.update(since=at(0, day=0))
    for day in range(4):
        tick(at(0, day=day))
    rounds = list(Occurrence.objects.filter(plan=watched).order_by("slot_at"))
    assert [one.slot_at for one in rounds] == [at(0, day=1), at(0, day=2)]
    with cast.scope():
        morning, evening = Target.objects.filter(occurrence=rounds[0]).order_by("part")
        assert (morning.day, morning.part, evening.day, evening.part) == (1, 0, 1, 1)
        assert persons(target__in=[morning, evening]) == dict.fromkeys((morning.pk, evening.pk), cast.people[0].name)
        assert cast.people[0].name not in morning.name
        walk(rounds[0], [morning], at(8, 10, day=1))
        walk(rounds[0], [evening], at(20, 30, day=1))
        assert standing.of(rounds[:1], at(21, day=1))[rounds[0].pk].covered == Covered(done=1, late=1)
        assert standing.of(rounds[1:], at(23, day=2))[rounds[1].pk].covered == Covered(missed=2)
        take_off(by=None, row=row, at=at(9, day=1))


def test_who_comes_during_the_day_joins_with_a_reason(cast: Cast, watched: Plan) -> None:
    today = timezone.localdate()
    Plan.objects.filter(pk=watched.pk).update(rhythm={"times": ["23:58", "23:59"]})
    watched.refresh_from_db()
    with cast.scope():
        put_person(by=None, plan=watched, person=cast.people[0], own=OnPlan(today - timedelta(days=1)))
    tick(timezone.now())
    one = Occurrence.objects.get(plan=watched)
    with cast.scope():
        put_person(by=None, plan=watched, person=cast.people[2], own=OnPlan(today - timedelta(days=1)))
    joined = Target.objects.filter(occurrence=one, joined_at__isnull=False)
    assert joined.count() == 2
    assert all(row.reason for row in joined)
    one.refresh_from_db()
    assert one.frozen == 2


def test_people_are_refused_where_they_do_not_fit(cast: Cast, watched: Plan) -> None:
    with cast.scope():
        with refused("plans.day0"):
            put_person(by=None, plan=watched, person=cast.people[0])
        with refused("plans.convention"):
            put_person(by=None, plan=watched, person=cast.people[0], own=OnPlan(date(2020, 1, 1), convention="moon"))
        with refused("plans.no_people"):
            put_person(by=None, plan=patrol(five_zones(cast)), person=cast.people[0])


@pytest.fixture
def firms(cast: Cast) -> list[Body]:
    kind = BodyKind.objects.get(code="company")
    found = [
        add_body(by=None, facts=BodyFacts(name, kind, cast.neighbourhood)) for name in ("甲公司", "乙公司", "丙公司")
    ]
    for body in found[:2]:
        add_member(by=None, body=body, capacity="contact", name=f"{body.name}联系人")
    return found


def test_bodies_report_every_day_by_a_time(cast: Cast, firms: list[Body]) -> None:
    """E03: who has not reported is named at the cut-off; a late report is taken; a body nobody speaks for is a blind spot."""
    sheet = Sheet.objects.create(title="日报", place=cast.neighbourhood, code="daily")
    question = Question.objects.create(sheet=sheet, position=1, field="number", label="在岗人数")
    office = client_as(cast.users["secretary"])
    form = {"title": "日报", "kinds": ["company"], "opens": "08:00", "until": "16:00", "sheet": str(sheet.pk)}
    assert office.post("/rounds/plans/new/report/", form | {"until": "07:00"}).status_code == 200
    made = office.post("/rounds/plans/new/report/", form)
    assert made.status_code == 302, made.content.decode()[-2000:]
    plan = since(Plan.objects.get(kind="report"), at(6))
    assert "丙公司" in office.get(made.url).content.decode()
    tick(at(8))
    one = Occurrence.objects.get(plan=plan)
    assert (one.frozen, one.blind) == (3, 1)
    with cast.scope():
        (row,) = (target for target in targets(one) if target.body == firms[0])
        answer(by=None, target=row, values={question.pk: "7"}, said=Said(happened_at=at(9)))
        now = timezone.now()
        stand = standing.of([one], now)[one.pk]
        assert stand.covered == Covered(done=1, missed=2)
        assert [omission.should_have for omission in stand.omissions].count(()) == 1
    assert office.get(f"/rounds/{one.pk}/").status_code == 200
