"""The steps of an arrival that join rooms: training from the roster, errands to the fen, each step beside what takes it back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.care import jobs
from linli.care.actions.cases import move
from linli.care.actions.errand_money import owed_of
from linli.care.actions.orders import Ordered
from linli.care.actions.orders import order as write_order
from linli.care.models import Case, Errand, Reading
from linli.care.sealed import Said
from linli.duties.actions.abilities import add_training, set_trainings
from linli.duties.actions.people import Facts, add_volunteer
from linli.ground.testing import Cast
from linli.journeys import terms
from linli.journeys.actions.arrivals import Flight
from linli.journeys.actions.travellers import Listed
from linli.journeys.details import Details
from linli.journeys.models import Movement, Run, Traveller
from linli.journeys.schemes import Rule, Scheme, list_on, scheme_called
from linli.journeys.testing import Night, night, refused
from linli.kernel.ids import uuid7
from linli.notices.models import Notice
from linli.operations.models import OperationRules
from linli.procedures import arrival, arrival_case
from linli.procedures.arrival import Meeting, Word
from linli.procedures.arrival_case import case_of
from linli.rounds.models import PlanPerson

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(cast: Cast) -> Iterator[Night]:
    """Three travellers at the airport's desk, who are people of the register, all of one home."""
    with cast.scope():
        found = night(cast, begun=False)
        for traveller, person in zip(found.travellers, cast.people, strict=False):
            Traveller.objects.filter(pk=traveller.pk).update(
                person=person, household=cast.households[0], dwelling=cast.dwellings[0]
            )
            traveller.refresh_from_db()
        yield found


def meets(here: Night) -> Run:
    meeting = Meeting(
        travellers=here.travellers, held_by=here.desk, since=here.landed, vehicle="van",
        crew=[(here.escort, "escort"), (here.office, "receiver")], home_at=timezone.now(),
    )  # fmt: skip
    return arrival.meet(by=here.by, neighbourhood=here.cast.neighbourhood, meeting=meeting)


def test_who_never_put_the_suit_on_goes_on_no_run(here: Night) -> None:
    with refused("journeys.untrained"):
        meets(here)
    assert not Run.objects.exists()
    assert not Traveller.objects.filter(begun_at__isnull=False).exists(), "a step is whole or not at all"
    place, now = here.cast.neighbourhood, timezone.now()
    facts = Facts("文员", born_year=1985, user=here.by)
    one = add_volunteer(by=None, neighbourhood=place, facts=facts, now=now, since=timezone.localdate())
    set_trainings(by=None, volunteer=one, trainings=[add_training(by=None, neighbourhood=place, name="防护服")])
    run = meets(here)
    assert run.seats.count() == 3
    assert run.crew.get(duty="receiver").trained_on == timezone.localdate()


def test_home_supervised_checked_helped_and_released(here: Night) -> None:
    cast, by = here.cast, here.by
    one = here.travellers[0]
    arrival_of(here)
    case = case_of(one)
    assert case is not None
    assert case.household == cast.households[0]
    clerk = cast.mandates["clerk"]
    Case.objects.exclude(pk=case.pk).delete()
    assert arrival.supervise(by=by, household=case.household, mandate=clerk).mandate == clerk
    order = case.orders.get()
    assert order.body_name == "区人民政府", "whoever passed its word on is not who ordered"
    assert arrival.papers_come(by=by, order=order, document="长防控 17").lapses_at is None
    reading = arrival.check(by=by, traveller=one, said=Said(Decimal("36.6")))
    assert reading is not None
    assert arrival.take_check_back(by=by, reading=reading).annulled_at is not None
    errand = arrival.run_errand(by=by, household=case.household, helper=clerk, words="米", fen=5_990)
    assert (owed_of(errand), errand.settled_at is not None) == (0, True)
    errand = arrival.take_errand_back(by=by, errand=errand)
    assert (owed_of(errand), errand.settled_at, errand.delivered_at, errand.taken_at) == (0, None, None, None)
    arrival.release(by=by, case=case, body=arrival.Authority(order.body_kind, order.body_name))
    assert case_of(one) is None
    assert not PlanPerson.objects.filter(person=one.person, ended_at__isnull=True).exists()
    arrival.open_again(by=by, case=case, words="提前了")
    assert case_of(one) == case
    assert PlanPerson.objects.filter(person=one.person, ended_at__isnull=True).exists()


def test_a_check_and_an_errand_that_are_told_twice_are_once(here: Night) -> None:
    arrival_of(here)
    case = case_of(here.travellers[0])
    assert case is not None
    keys = uuid7(), uuid7()
    for _ in range(2):
        arrival.check(by=here.by, traveller=here.travellers[0], said=Said(Decimal("36.6")), id=keys[0])
        errand = arrival.run_errand(
            by=here.by, household=case.household, helper=here.cast.mandates["clerk"], words="米", fen=5_990, id=keys[1]
        )
    assert Reading.objects.count() == Errand.objects.count() == errand.entries.filter(what="spent").count() == 1


def arrival_of(here: Night) -> None:
    arrival.travellers.begin(by=here.by, travellers=here.travellers, hands=here.desk, at=here.landed)
    arrival.come_home(by=here.by, people=here.travellers, giver=here.desk, at=here.landed + timedelta(hours=3))


def applied(monkeypatch: pytest.MonkeyPatch, scheme: Scheme | None) -> None:
    """Whatever the day of the test: a list of countries held, and this applied."""
    monkeypatch.setattr(terms, "rule_on", lambda day, _country: Rule(scheme, list_on(day), scheme is not None))


def test_under_rules_that_measure_nothing_no_scheme_of_other_years_is_anybodys(here: Night) -> None:
    OperationRules.objects.update(code="entry-log", version=2)
    arrival_of(here)
    assert not Case.objects.exists()
    assert not Notice.objects.filter(kind="arrival.not_opened").exists(), (
        "nobody is asked for an order that nobody may give"
    )
    assert terms.term_of(Traveller.objects.select_related("operation", "movement")[0], None) is None


def test_the_worker_asks_what_applied_in_as_many_statements_for_three_as_for_one(
    here: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied(monkeypatch, None)
    arrival_of(here)
    asked = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as statements:
            arrival_case.tick(timezone.now())
        asked.append(len(statements))
        Traveller.objects.exclude(pk=here.travellers[0].pk).update(person=None)
    assert asked[0] == asked[1]


def test_who_comes_home_from_nobody_knows_where_is_told_of_until_somebody_says(
    here: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied(monkeypatch, None)
    Movement.objects.update(country="")
    Traveller.objects.update(country="")
    here.travellers = list(Traveller.objects.order_by("pk"))
    arrival_of(here)
    told = Notice.objects.filter(kind="arrival.not_opened", settled_at__isnull=True)
    assert told.count() == 3, "arrival.country_unknown: no case, and not in silence"
    applied(monkeypatch, scheme_called("listed-14"))
    Traveller.objects.update(country="KR")
    arrival_case.tick(timezone.now())
    assert Case.objects.count() == 3
    assert not told.exists()


def test_somebody_at_home_whom_nobody_has_named_is_told_of(here: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    applied(monkeypatch, scheme_called("listed-14"))
    people = {one.pk: one.person for one in here.travellers}
    Traveller.objects.update(person=None, household=None)
    arrival_of(here)
    told = Notice.objects.filter(kind="arrival.not_opened", settled_at__isnull=True)
    assert told.count() == 3, "at home, and nobody looks after them"
    for pk, person in people.items():
        Traveller.objects.filter(pk=pk).update(person=person)
    arrival_case.tick(timezone.now())
    assert Case.objects.count() == 3
    assert not told.exists()
    Case.objects.all().delete()
    Traveller.objects.update(person=None)
    arrival_case.followed(here.by, list(Traveller.objects.all()))
    assert told.count() == 3, "a name that was taken back leaves nobody in silence"


def test_a_list_without_an_hour_counts_from_the_day_of_the_flight(here: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    applied(monkeypatch, scheme_called("listed-14"))
    day = timezone.localdate(here.landed) - timedelta(days=1)
    Movement.objects.update(landed_at=None, day=day)
    arrival_of(here)
    assert {case.day0 for case in Case.objects.all()} == {day}, "and not from when somebody met them, after midnight"


def test_word_that_was_nothing_leaves_nobody_to_wait_for(here: Night) -> None:
    place = here.cast.neighbourhood
    flight = Flight(number="ZZ1", day=timezone.localdate(), country="KR")
    people = [Listed(Details(name="NOBODY/COMES"), ask=True)]
    word = Word(via="phone", received_at=timezone.now(), flight=flight, people=people)
    notice, (one,) = arrival.word_comes(by=here.by, neighbourhood=place, word=word)
    assert (one.country, one.alarm_at is not None) == ("KR", True)
    arrival.word_was_nothing(by=here.by, notice=notice)
    one.refresh_from_db()
    assert (one.closed_as, one.alarm_at) == ("annulled", None)


def test_somebody_without_a_home_here_is_brought_to_no_door(here: Night) -> None:
    one = here.travellers[0]
    one.dwelling = None
    with pytest.raises(ValueError, match="home"):
        arrival.come_home(by=here.by, people=[one], giver=here.desk, at=here.landed)


def test_every_step_of_the_story_and_what_takes_it_back_is_there() -> None:
    assert arrival.__doc__ is not None
    table = arrival.__doc__.split("=\n", 2)[2].rsplit("\n===", 1)[0]
    steps = re.findall(r"^(\w+) +(\w+|\(a new order\))", table, re.M)
    assert len(steps) == 11
    assert all(callable(getattr(arrival, name)) for pair in steps for name in pair if "(" not in name)


def test_an_arrival_heard_of_days_late_opens_with_an_order_that_somebody_has_to_ask_for(cast: Cast) -> None:
    with cast.scope():
        here = night(cast, begun=False, ago=timedelta(hours=40))
        one = here.travellers[0]
        home = {"person": cast.people[0], "household": cast.households[0], "dwelling": cast.dwellings[0]}
        Traveller.objects.filter(pk=one.pk).update(**home)
        here.travellers = [Traveller.objects.get(pk=one.pk)]
        heard = timezone.now()
        arrival_of(here)
        case_of_late = case_of(one)
        assert case_of_late is not None
        order = case_of_late.orders.get()
        assert order.unsure
        assert order.lapses_at is not None
        assert order.lapses_at >= heard + timedelta(hours=24), "it counts from the moment it was heard of"
        assert case_of_late.day0 == timezone.localdate(here.landed), "day 0 is the landing's"
        jobs.tick(heard + timedelta(hours=1))
        case_of_late.refresh_from_db()
        assert case_of_late.closed_at is None
        told = Notice.objects.filter(kind="care.order_unsure", settled_at__isnull=True)
        assert told.count() == 1, "and somebody is asked at once"
        given = heard - timedelta(hours=20)
        said = Ordered(arrival.Authority("district_government", "长宁区人民政府"), given, said_by="区防控办 甲")
        known = write_order(by=here.by, case=case_of_late, ordered=said)
        order.refresh_from_db()
        assert (known.lapses_at, order.annulled_at is not None) == (given + timedelta(hours=24), True)
        assert not told.exists()
        jobs.tick(heard + timedelta(hours=5))
        case_of_late.refresh_from_db()
        assert case_of_late.closed_as == "lapsed"
        assert Notice.objects.filter(kind="care.lapsed", settled_at__isnull=True).exists(), "never in silence"


@pytest.mark.parametrize(("hours", "unsure"), [(4, False), (22, True)])
def test_an_order_is_asked_for_when_hardly_any_of_its_time_is_left(cast: Cast, hours: int, unsure: bool) -> None:
    with cast.scope():
        here = night(cast, begun=False, ago=timedelta(hours=hours))
        one = here.travellers[0]
        home = {"person": cast.people[0], "household": cast.households[0], "dwelling": cast.dwellings[0]}
        Traveller.objects.filter(pk=one.pk).update(**home)
        here.travellers = [Traveller.objects.get(pk=one.pk)]
        arrival_of(here)
        case = case_of(one)
        assert case is not None
        assert case.orders.get().unsure is unsure


def test_whom_the_office_moved_is_not_brought_back_by_news_of_his_journey(here: Night) -> None:
    arrival_of(here)
    one = here.travellers[0]
    case = case_of(one)
    assert case is not None
    move(by=here.by, case=case, dwelling=None, reason="unfit")
    arrival_case.followed(here.by, here.travellers)
    case.refresh_from_db()
    assert case.dwelling is None


def test_who_is_handed_over_at_another_door_is_looked_after_there(here: Night) -> None:
    cast = here.cast
    arrival_of(here)
    one = here.travellers[0]
    case = case_of(one)
    assert case is not None
    first = arrival.hands.of_dwelling(cast.neighbourhood, cast.dwellings[0])
    one.dwelling = cast.dwellings[1]
    arrival.come_home(by=here.by, people=[one], giver=first, at=here.landed + timedelta(hours=4))
    case.refresh_from_db()
    assert case.household.dwelling == cast.dwellings[1]
