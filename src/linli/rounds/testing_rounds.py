"""What tests of plans need: five zones, each held by a branch, with lanes, side lanes and gates; and plans of every kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from linli.accounts.models import User
from linli.ground.actions.bodies import BodyFacts, add_body
from linli.ground.actions.members import add_member
from linli.ground.actions.places import NewPlace, add_places
from linli.ground.actions.zones import hold_zone, make_zone, set_zone_places
from linli.ground.models import Area, Body, BodyKind, Mandate, Place, PlaceKind
from linli.ground.testing import PASSWORD, Cast
from linli.ground.zones import holder_of
from linli.kernel.ids import uuid7
from linli.kernel.recurrence import daily
from linli.rounds.actions.plans import About, NewPlan, make_plan
from linli.rounds.actions.walking import At, Walked, record_visit
from linli.rounds.models import Occurrence, Plan, Target

TWICE = daily([time(9), time(15)])
NUMBERS = "一二三四五"
LONG_AGO = date(2020, 1, 1)


@dataclass
class Zones:
    """Five zones with two lanes, a side lane and (the first two) a gate each; a branch holds each, and one account walks for it."""

    cast: Cast
    areas: list[Area]
    places: list[list[Place]]
    branches: list[Body]
    walkers: list[User]

    @property
    def holders(self) -> list[Mandate]:
        """Who holds each."""
        found = [holder_of(area) for area in self.areas]
        return [one for one in found if one is not None]

    @property
    def everything(self) -> list[Place]:
        """All their places."""
        return [place for places in self.places for place in places]


def five_zones(cast: Cast, held: bool = True) -> Zones:
    """Make them."""
    kind = BodyKind.objects.get(code="branch")
    zones = Zones(cast, [], [], [], [])
    for number, word in enumerate(NUMBERS, 1):
        lanes = add_places([NewPlace("lane", cast.lanes, f"{number}{n}弄") for n in (1, 2)])
        side = add_places([NewPlace("side_lane", cast.lanes, f"{number}支弄")])
        places = [*lanes, *side, *cast.gates[number - 1 : number]]
        area = make_zone(by=None, neighbourhood=cast.neighbourhood, name=f"第{word}片区")
        set_zone_places(by=None, area=area, places=places)
        branch = add_body(by=None, facts=BodyFacts(f"第{word}党支部", kind, cast.neighbourhood))
        user = User.objects.create_user(f"branch{number}", PASSWORD, display_name=f"支部{word}")
        add_member(by=None, body=branch, capacity="patroller", user=user, since=LONG_AGO)
        if held:
            hold_zone(by=None, area=area, body=branch, since=LONG_AGO)
        zones.areas.append(area)
        zones.places.append(places)
        zones.branches.append(branch)
        zones.walkers.append(user)
    return zones


def patrol(zones: Zones, **other: Any) -> Plan:
    """Two patrols a day of all zones, not started."""
    values: dict[str, Any] = {
        "kind": "patrol",
        "title": "每日巡查",
        "subject": Plan.Subject.PLACE,
        "about": [About(area=area) for area in zones.areas],
        "holds": Plan.Holds.ZONE,
        "rule": TWICE,
        "early": 30,
        "due": 60,
        "closes": 120,
        "steps": [(30, "secretary")],
    }
    return make_plan(by=None, place=zones.cast.neighbourhood, new=NewPlan(**(values | other)))


def disinfection(cast: Cast, hours: dict[str, int], title: str = "公共部位消毒") -> Plan:
    """Every so many hours by kind of place, held by the property; not started."""
    kinds = {kind.code: kind for kind in PlaceKind.objects.filter(code__in=hours)}
    new = NewPlan(
        kind="disinfection",
        title=title,
        subject=Plan.Subject.PLACE,
        about=[About(place=cast.neighbourhood, kind=kinds[code]) for code in hours],
        holds=Plan.Holds.OFFICE,
        office="secretary",
        rule="FREQ=DAILY;BYHOUR=0;BYMINUTE=0",
        due=1440,
        closes=1440,
        rhythms=[(kinds[code], number * 60) for code, number in hours.items()],
        steps=[(30, "secretary")],
    )
    return make_plan(by=None, place=cast.neighbourhood, new=new)


def since(plan: Plan, at: datetime) -> Plan:
    """The plan as if it had been started at a moment, without blind spots."""
    Plan.objects.filter(pk=plan.pk).update(
        started_at=at, starts_at=at.replace(hour=0, minute=0, second=0, microsecond=0)
    )
    plan.refresh_from_db()
    return plan


def targets(occurrence: Occurrence, places: Sequence[Place] | None = None) -> list[Target]:
    """The targets of a round, or those at some places, in walking order."""
    rows = Target.objects.filter(occurrence=occurrence).order_by("area", "sort")
    if places is not None:
        rows = rows.filter(place__in=places)
    return list(rows)


def walk(
    occurrence: Occurrence,
    rows: Sequence[Target],
    at: datetime,
    by: User | None = None,
    outcome: str = "done",
    **how: Any,
) -> Walked:
    """Somebody was at these targets."""
    said = [At(row.pk, outcome, how.pop("call_back_at", None)) for row in rows]
    how.setdefault("heard_at", at)
    return record_visit(by=by, id=how.pop("id", uuid7()), occurrence=occurrence, targets=said, happened_at=at, **how)
