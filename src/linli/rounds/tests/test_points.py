"""R12: leaders cover areas, liaison officers points; nobody's are none, or listed."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.ground.actions.bodies import BodyFacts, add_body
from linli.ground.actions.mandates import give_mandate
from linli.ground.actions.members import add_member
from linli.ground.actions.places import NewPlace, add_places
from linli.ground.figures import AsOf, Patch
from linli.ground.models import Area, AreaHolder, AreaPlace, Body, BodyKind, Mandate
from linli.ground.testing import Cast, client_as
from linli.rounds.points import areas, points, without_leader, without_liaison

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def zone(cast: Cast) -> Area:
    """A zone with the lanes and the west gate; nobody leads it yet."""
    area = Area.objects.create(neighbourhood=cast.neighbourhood, name="一号片", purpose="zone")
    for place in (cast.lanes, cast.gates[1]):
        AreaPlace.objects.create(area=area, place=place)
    add_places([NewPlace("lane", cast.lanes, "主弄")])
    return area


@pytest.fixture
def firm(cast: Cast) -> Body:
    kind = BodyKind.objects.exclude(code__in=("liaison_group", "volunteer_team")).order_by("rank")[0]
    return add_body(by=None, facts=BodyFacts("望江物业", kind, cast.neighbourhood))


def alone(cast: Cast) -> list[str]:
    found = [*areas([cast.neighbourhood], TODAY), *points([cast.neighbourhood], TODAY)]
    return [str(p.area or p.place or p.body) for p in found if p.mandate is None]


def test_no_area_without_leader_no_point_without_liaison(cast: Cast, zone: Area, firm: Body) -> None:
    """R12: each is listed until somebody answers for it, then there is none."""
    assert set(alone(cast)) == {"一号片", "东门", "西门", "主弄", "望江物业"}
    client = client_as(cast.users["clerk"])
    page = client.get("/rounds/points/").content.decode()
    assert all(name in page for name in ("一号片", "主弄", "望江物业"))
    leader = cast.mandates["building_leader"]
    AreaHolder.objects.create(area=zone, mandate=leader, since=TODAY)
    assert set(alone(cast)) == {"东门", "望江物业"}, "who leads a zone answers for its lanes and gates"
    give_mandate(by=None, capacity="gate_captain", place=cast.gates[0], user=cast.users["gate_captain"])
    add_member(by=None, body=firm, capacity="contact", name="方经理")
    assert alone(cast) == []
    assert "都有人负责" in client.get("/rounds/points/").content.decode()
    now = AsOf.of(timezone.now())
    here = cast.neighbourhood.pk
    assert without_leader([cast.neighbourhood], now)[Patch(here, zone.pk)].value == 0
    assert sum(count.value for count in without_liaison([cast.neighbourhood], now).values()) == 0


def test_an_office_that_has_ended_answers_for_nothing(cast: Cast, zone: Area) -> None:
    AreaHolder.objects.create(area=zone, mandate=cast.mandates["building_leader"], since=date(2020, 1, 1))
    assert "一号片" not in alone(cast)
    Mandate.objects.filter(pk=cast.mandates["building_leader"].pk).update(until=TODAY)
    assert {"一号片", "主弄"} <= set(alone(cast))


def test_late_ones_are_named_by_id(cast: Cast, zone: Area, firm: Body) -> None:
    now = AsOf.of(timezone.now())
    (led,) = without_leader([cast.neighbourhood], now).values()
    assert [(late.area, late.code) for late in led.late] == [(zone.pk, "nobody")]
    named = [late for count in without_liaison([cast.neighbourhood], now).values() for late in count.late]
    assert {late.body for late in named} == {None, firm.pk}


def test_a_fixed_number_of_statements(cast: Cast, zone: Area, firm: Body) -> None:
    with CaptureQueriesContext(connection) as few:
        points([cast.neighbourhood], TODAY)
    add_places([NewPlace("gate", cast.neighbourhood, f"{n}号门") for n in range(30)])
    with CaptureQueriesContext(connection) as many:
        points([cast.neighbourhood], TODAY)
    assert len(few) == len(many) <= 8
