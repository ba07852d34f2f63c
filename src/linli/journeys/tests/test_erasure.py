"""Everything goes with its operation, or after its days; what is held about a person is said, and erased when he asks (PIPL 47)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from linli import vault
from linli.ground.holdings import holdings
from linli.ground.scope import scoped_to_everything
from linli.journeys import holdings as own
from linli.journeys import jobs, retention
from linli.journeys.actions.handovers import annul_handover
from linli.journeys.actions.legs import plan_leg
from linli.journeys.actions.matches import Proposal, decide_match, propose_match, undo_match
from linli.journeys.actions.runs import Crew, Stop, plan_run
from linli.journeys.actions.travellers import Listed, add_traveller, begin
from linli.journeys.details import Details
from linli.journeys.models import Handover, HandoverTraveller, Leg, Match, Traveller
from linli.journeys.testing import Night
from linli.notices.models import Notice
from linli.operations.actions import end_operation
from linli.operations.models import OperationData

pytestmark = pytest.mark.django_db


def full(night: Night) -> None:
    """A row in every table."""
    person = night.cast.people[0]
    (match,) = propose_match(by=night.by, traveller=night.travellers[0], candidates=[Proposal(person, "match")])
    decide_match(by=night.by, match=match, yes=True)
    undo_match(by=night.by, match=match)
    decide_match(by=night.by, match=Match.objects.get(decision__isnull=True), yes=True)
    crew, stops = [Crew(night.escort, "driver")], [Stop(words="浦东机场")]
    plan_run(by=night.by, neighbourhood=night.cast.neighbourhood, vehicle="van", planned_at=night.after(100),
             travellers=night.travellers, crew=crew, stops=stops)  # fmt: skip
    plan_leg(by=night.by, travellers=night.travellers, taker=night.escort, expected_at=night.after(120))
    annul_handover(by=night.by, handover=night.hand(night.desk, night.escort, 110), why="wrong_time")
    night.hand(night.desk, night.escort, 120)
    night.hand(night.escort, night.home(), 180)


def left() -> dict[str, int]:
    with scoped_to_everything(reason="test"):
        tables = apps.get_app_config("journeys").get_models()
        return {model.__name__: model.objects.count() for model in tables if model.objects.exists()}


def test_everything_goes_with_its_operation(arrived: Night) -> None:
    full(arrived)
    listed = Listed(Details(name="WHO/IS"), ask=True)
    late = add_traveller(by=arrived.by, notice=arrived.notice, listed=listed)
    begin(by=arrived.by, travellers=[late], hands=arrived.desk, at=arrived.after(90))
    plan_leg(by=arrived.by, travellers=[late], taker=arrived.escort, expected_at=arrived.after(100))
    add_traveller(by=arrived.by, notice=arrived.notice, listed=replace(listed, details=Details(name="WHO/ELSE")))
    jobs.tick(timezone.now())
    waiting = Notice.objects.filter(settled_at__isnull=True, kind__startswith="journeys.")
    assert waiting.count() == 3
    assert len(left()) == 15
    now = timezone.now()
    assert set(retention.due(now).values()) == {0}
    end_operation(by=arrived.cast.users["secretary"], operation=arrived.operation)
    later = timezone.now() + timedelta(seconds=1)
    with scoped_to_everything(reason="test"):
        due = retention.due(later)
        assert due == {"handovers": 3, "runs": 1, "travellers": 5, "arrival_notices": 1, "movements": 1}
        assert retention.erase(later) == due
        assert not waiting.all().exists()
        assert set(retention.erase(later).values()) == {0}
    assert left() == {}


def test_what_is_older_than_its_class_allows_goes_before(arrived: Night) -> None:
    full(arrived)
    rows = OperationData.objects.filter(operation=arrived.operation, code="transfer")
    assert rows.update(days=10) == 1
    assert set(retention.due(timezone.now() + timedelta(days=9)).values()) == {0}
    assert retention.due(timezone.now() + timedelta(days=11))["travellers"] == 3


def test_what_is_held_can_be_said_when_the_key_is_gone(arrived: Night) -> None:
    full(arrived)
    vault.keyring().destroy(arrived.operation.key_name)
    (fact,) = own.journeys([arrived.cast.people[0].pk])
    assert fact.value == "CA936"


def test_what_is_held_about_a_person_is_said_and_erased(arrived: Night) -> None:
    full(arrived)
    first, second = (person.pk for person in arrived.cast.people[:2])
    propose_match(by=arrived.by, traveller=arrived.travellers[1], candidates=[Proposal(arrived.cast.people[1], "ask")])
    assert "journeys" in {one.code for one in holdings()}
    (fact,) = own.journeys([first])
    assert (fact.person, fact.value) == (first, "CA936")
    (maybe,) = own.journeys([second])
    assert (maybe.person, maybe.value) == (second, "")
    assert own.erase([first], timezone.now())
    assert own.journeys([first]) == []
    assert Traveller.objects.count() == 2
    assert Leg.objects.count() == 2
    assert HandoverTraveller.objects.count() == 6
    assert Handover.objects.count() == 3
    own.erase([second], timezone.now())
    assert own.journeys([second]) == []
    assert Traveller.objects.count() == 2


def test_who_is_on_the_way_stays_on_the_list_until_he_is_there(arrived: Night) -> None:
    person = arrived.cast.people[0]
    Traveller.objects.filter(pk=arrived.travellers[0].pk).update(person=person)
    (stay,) = own.stays([person.pk], timezone.now())
    assert stay.blocks
    arrived.hand(arrived.desk, arrived.home(), 180)
    assert own.stays([person.pk], timezone.now()) == []


def test_nobody_is_called_to_whom_is_erased(arrived: Night) -> None:
    person = arrived.cast.people[0]
    one = arrived.travellers[:1]
    Traveller.objects.filter(pk=one[0].pk).update(person=person)
    plan_leg(by=arrived.by, travellers=one, taker=arrived.escort, expected_at=arrived.after(100))
    jobs.tick(timezone.now())
    waiting = Notice.objects.filter(kind="journeys.late", settled_at__isnull=True)
    assert waiting.count() == 1
    own.erase([person.pk], timezone.now())
    assert not waiting.all().exists()
