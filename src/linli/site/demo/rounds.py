"""Rounds of the fictional neighbourhood: five zones, a branch each; two patrols of which one misses a lane; disinfection; door to door."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone

from linli.ground.actions.bodies import BodyFacts, add_body
from linli.ground.actions.members import add_member
from linli.ground.actions.places import NewPlace, add_places
from linli.ground.actions.zones import hold_zone, make_zone, set_party, set_zone_places
from linli.ground.models import Area, Body, BodyKind, Mandate, Place, PlaceKind
from linli.ground.scope import scoped
from linli.kernel.ids import uuid7
from linli.kernel.recurrence import daily
from linli.rounds.actions.plans import About, NewPlan, make_plan
from linli.rounds.actions.walking import At, record_visit
from linli.rounds.jobs import open_due, tick
from linli.rounds.models import Occurrence, Plan, Target
from linli.rounds.plans.timing import timetable
from linli.site.demo import plan as neighbourhood
from linli.site.demo.build import Built

Say = Callable[[str], None]
WORDS = "一二三四五"
WALKERS = ("何长青", "叶知春", "宋晚晴", "江一帆", "罗小满")
SPARED = ("第三党支部", "支弄2")
"""Which branch misses which lane."""


@dataclass
class Story:
    """What the rounds are told with."""

    built: Built
    now: datetime
    areas: list[Area]
    branches: list[Body]

    @property
    def place(self) -> Place:
        """The neighbourhood."""
        return self.built.neighbourhood


def rounds(built: Built, say: Say) -> None:
    """Zones, plans and what was walked of them until now."""
    say("zones and rounds")
    place = built.neighbourhood
    with scoped(neighbourhood_ids={place.pk}, reason="cli:demo"):
        story = Story(built, timezone.now(), [], [])
        _zones(story)
        begin = timezone.localtime(story.now).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
        patrol = _begun(story, _patrol(story), begin)
        _walk_until_now(story, patrol)
        disinfection = _begun(story, _disinfection(story), story.now - timedelta(hours=26))
        calls = _begun(story, _calls(story), story.now - timedelta(hours=26))
        for plan in (disinfection, calls):
            open_due(plan, story.now)
        _clean(story, disinfection)
        _knock(story, calls)
        tick(story.now)


def _begun(story: Story, plan: Plan, at: datetime) -> Plan:
    """As if the secretary had started it then."""
    Plan.objects.filter(pk=plan.pk).update(
        started_at=at, starts_at=at if plan.rule else None, started_by=story.built.users["shuji"].pk
    )
    plan.refresh_from_db()
    return plan


def _zones(story: Story) -> None:
    estates = list(Place.objects.filter(neighbourhood=story.place, kind__code="estate").order_by("pk"))
    others = [one for one in estates if one.estate_type != "villa"]
    villas = [one for one in estates if one.estate_type == "villa"]
    gates = list(Place.objects.filter(neighbourhood=story.place, kind__code="gate").order_by("pk"))
    kind = BodyKind.objects.get(code="branch")
    property_ = Mandate.objects.get(place=story.place, capacity="property")
    committee = Mandate.objects.get(place=story.place, capacity="secretary")
    for number, (word, estate) in enumerate(zip(WORDS, others, strict=True)):
        lanes = add_places([NewPlace("lane", estate, "主弄")])
        lanes += add_places([NewPlace("side_lane", estate, f"支弄{n}") for n in (1, 2)])
        area = make_zone(by=None, neighbourhood=story.place, name=f"第{word}片区")
        set_zone_places(by=None, area=area, places=[*lanes, *gates[number::5], *villas[number::5]])
        branch = add_body(by=None, facts=BodyFacts(f"第{word}党支部", kind, story.place))
        hold_zone(by=None, area=area, body=branch, since=timezone.localdate() - timedelta(days=60))
        _members(story, branch, number)
        set_party(by=None, area=area, party="committee", mandate=committee)
        set_party(by=None, area=area, party="property", mandate=property_)
        if number:
            leader = Mandate.objects.filter(place__path__startswith=estate.path, capacity="building_leader").first()
            set_party(by=None, area=area, party="residents", mandate=leader)
        story.areas.append(area)
        story.branches.append(branch)


def _members(story: Story, branch: Body, number: int) -> None:
    """Who walks for the branch: the first one's has an account."""
    user = story.built.users["xuncha"] if number == 0 else None
    name = "" if user is not None else WALKERS[number]
    since = timezone.localdate() - timedelta(days=60)
    add_member(by=None, body=branch, capacity="patroller", user=user, name=name, since=since)


def _patrol(story: Story) -> Plan:
    """Two patrols a day at nine and three; earlier where the day is young, so that both are over."""
    clock = timezone.localtime(story.now)
    hours = (9, 15) if clock.hour >= 17 or clock.hour < 4 else (max(clock.hour - 3, 0), clock.hour - 2)
    new = NewPlan(
        kind="patrol",
        title="每日巡查",
        text="主弄、支弄、门岗都要走到：看通道、看封控、看垃圾。",
        subject=Plan.Subject.PLACE,
        about=[About(area=area) for area in story.areas],
        holds=Plan.Holds.ZONE,
        rule=daily([time(hour) for hour in hours]),
        early=30,
        due=45,
        closes=60,
        steps=[(30, "secretary")],
    )
    return make_plan(by=story.built.users["shuji"], place=story.place, new=new)


def _disinfection(story: Story) -> Plan:
    kinds = {kind.code: kind for kind in PlaceKind.objects.filter(code__in=("stairwell", "lift", "door_entry"))}
    buildings = list(Place.objects.filter(neighbourhood=story.place, kind__code="building").order_by("pk")[:8])
    add_places([NewPlace("stairwell", one, "楼道") for one in buildings])
    add_places([NewPlace("lift", one, "电梯") for one in buildings[:4]])
    add_places([NewPlace("door_entry", one, "门禁") for one in buildings[:4]])
    new = NewPlan(
        kind="disinfection",
        title="公共部位消毒",
        subject=Plan.Subject.PLACE,
        about=[About(place=story.place, kind=kind) for kind in kinds.values()],
        holds=Plan.Holds.OFFICE,
        office="property",
        rule="FREQ=DAILY;BYHOUR=0;BYMINUTE=0",
        due=1440,
        closes=1440,
        rhythms=[(kinds["stairwell"], 480), (kinds["lift"], 240), (kinds["door_entry"], 240)],
        steps=[(60, "secretary")],
    )
    return make_plan(by=story.built.users["shuji"], place=story.place, new=new)


def _calls(story: Story) -> Plan:
    estate = Place.objects.get(neighbourhood=story.place, kind__code="estate", name=neighbourhood.OTHERS[2][0])
    building = Place.objects.filter(parent=estate, kind__code="building").order_by("sort")[0]
    week = 7 * 24 * 60
    new = NewPlan(
        kind="calls",
        title="返沪计划逐户问",
        text="问清楚几号回来、怎么回来。",
        subject=Plan.Subject.HOUSEHOLD,
        cadence=Plan.Cadence.UNTIL_DONE,
        about=[About(place=building)],
        holds=Plan.Holds.DOOR,
        due=week,
        closes=week,
        rhythm={"pauses": [120, 240, 1440], "earliest": "09:00", "latest": "20:00", "listed_after": 3},
    )
    return make_plan(by=story.built.users["shuji"], place=story.place, new=new)


def _walk_until_now(story: Story, plan: Plan) -> None:
    """Each time opens, is walked by each branch, and closes; of the last one a lane is left out."""
    table = timetable(plan)
    first = plan.started_at or story.now
    slots = table.occurrences(first, story.now) if table is not None else []
    for slot in slots:
        tick(slot.opens_at)
        one = Occurrence.objects.get(plan=plan, slot_at=slot.at)
        _patrolled(story, one, slot.at, spare=slot == slots[-1])
        tick(min(slot.closes_at + timedelta(minutes=1), story.now))


def _patrolled(story: Story, one: Occurrence, start: datetime, *, spare: bool) -> None:
    rows = list(Target.objects.filter(occurrence=one).select_related("holder", "place").order_by("area", "sort"))
    for number, branch in enumerate(story.branches):
        own = [row for row in rows if row.holder is not None and row.holder.body_id == branch.pk]
        if spare and branch.name == SPARED[0]:
            own = [row for row in own if row.place is None or row.place.name != SPARED[1]]
        at = start + timedelta(minutes=2 * number + 3)
        _visit(one, own, min(at, story.now), WALKERS[number])


def _visit(one: Occurrence, rows: Sequence[Target], at: datetime, who: str, outcome: str = "done") -> None:
    back = at + timedelta(hours=4) if outcome == "call_back" else None
    said = [At(row.pk, outcome, back) for row in rows]
    record_visit(
        by=None, id=uuid7(), occurrence=one, targets=said, happened_at=at, heard_at=at, visitor=who, source="demo"
    )


def _clean(story: Story, plan: Plan) -> None:
    """Everything was done within the hour, but two places whose time is over."""
    one = Occurrence.objects.filter(plan=plan, opened_at__isnull=False).order_by("-slot_at")[0]
    before = Occurrence.objects.filter(plan=plan, opened_at__isnull=False).order_by("slot_at")[0]
    rows = list(Target.objects.filter(occurrence=one, place__kind__code="lift").order_by("sort"))
    others = Target.objects.filter(occurrence=one).exclude(pk__in=[row.pk for row in rows[:2]])
    _visit(one, list(others), story.now - timedelta(minutes=25), "方经理")
    for row, minutes in zip(rows[:2], (312, 265), strict=False):
        at = story.now - timedelta(minutes=minutes)
        held = one if at >= one.opens_at else before
        _visit(held, list(Target.objects.filter(occurrence=held, place=row.place_id)), at, "方经理")


def _knock(story: Story, plan: Plan) -> None:
    """A few were reached, some did not answer, one asked to be called again, one would not."""
    one = Occurrence.objects.get(plan=plan)
    rows = list(Target.objects.filter(occurrence=one).order_by("sort"))
    outcomes = ["done"] * 7 + ["no_answer"] * 4 + ["call_back", "refused"]
    for number, (row, outcome) in enumerate(zip(rows, outcomes, strict=False)):
        _visit(one, [row], story.now - timedelta(hours=2, minutes=5 * number), "姚组长", outcome)
    for hours in (20, 9):
        _visit(one, rows[10:11], story.now - timedelta(hours=hours), "姚组长", "no_answer")
