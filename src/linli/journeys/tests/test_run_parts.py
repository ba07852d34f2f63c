"""Crew and places of a run set right on its page; and what is possible but unlikely is asked about first (T04, T07, T11)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from linli.ground.testing import Cast, client_as
from linli.journal.models import Entry
from linli.journeys import beside, hands
from linli.journeys.actions.legs import plan_leg
from linli.journeys.actions.runs import Crew, Stop, change_run, depart_run, plan_run, state_of
from linli.journeys.details import Outsider
from linli.journeys.models import Hands, Leg, Movement, Run, RunCrew, Traveller
from linli.journeys.run_plans import stop_words
from linli.journeys.testing import Night, refused
from linli.journeys.tests.test_pages_change import local, office, page, shown
from linli.journeys.tests.test_pages_night import plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def driver(arrived: Night, cast: Cast) -> Hands:
    return hands.of_outsider(cast.neighbourhood, arrived.operation, "driver", Outsider("李师傅"))


@pytest.fixture
def run(arrived: Night, cast: Cast, driver: Hands) -> Run:
    """On the road, with two escorts and a driver, over three places."""
    leader = hands.of_mandate(cast.neighbourhood, cast.mandates["building_leader"])
    made = plan_run(
        by=arrived.by, neighbourhood=cast.neighbourhood, vehicle="van", planned_at=arrived.after(100), travellers=arrived.travellers,
        stops=[Stop(words="浦东机场"), Stop(words="区集散点", at=arrived.after(130)), Stop(place=cast.gates[0])],
        crew=[Crew(leader, "escort", date(2020, 2, 20)), Crew(arrived.escort, "escort"), Crew(driver, "driver")],
    )  # fmt: skip
    return depart_run(by=arrived.by, run=made, at=arrived.after(110))


def told(client: Client, run: Run, **said: Any) -> Any:
    return client.post(f"/journeys/runs/{run.pk}/", {"seen": state_of(run)} | said)


def crew_of(run: Run) -> set[tuple[Any, str]]:
    return set(run.crew.values_list("hands", "duty"))


def places(run: Run) -> list[str]:
    return [stop_words(one) for one in run.stops.all()]


class TestCrew:
    def test_a_second_escort_is_taken_off_and_what_was_planned_with_him_put_aside(
        self, arrived: Night, cast: Cast, run: Run
    ) -> None:
        legs = plan_leg(
            by=arrived.by, travellers=arrived.travellers, taker=arrived.escort, expected_at=arrived.after(260), run=run
        )
        client, row = office(cast), run.crew.get(hands=arrived.escort)
        assert told(client, run, what="crew_off", which=row.pk).status_code == 302
        assert arrived.escort.pk not in {one for one, _duty in crew_of(run)}
        assert run.crew.count() == 2, "the others stay"
        assert all(Leg.objects.get(pk=leg.pk).cancelled_at for leg in legs)
        assert Traveller.objects.filter(alarm_at__isnull=False).count() == 3, "the office is asked who takes them now"
        entry = Entry.objects.filter(act="journeys.run_changed").latest("id")
        assert str(arrived.escort.pk) not in str(entry.data)

    def test_whoever_takes_his_place_takes_what_was_planned_with_him(
        self, arrived: Night, cast: Cast, run: Run
    ) -> None:
        legs = plan_leg(
            by=arrived.by, travellers=arrived.travellers, taker=arrived.escort, expected_at=arrived.after(260), run=run
        )
        client, row = office(cast), run.crew.get(hands=arrived.escort)
        said = {"c-duty": "escort", "c-name": "王五", "c-phone": "19900000008", "c-instead": row.pk}
        assert told(client, run, what="crew", **said).status_code == 302
        new = run.crew.exclude(hands__mandate__isnull=False).get(duty="escort").hands
        assert {Leg.objects.get(pk=leg.pk).taker_id for leg in legs} == {new.pk}
        assert "王五" in page(client, f"/journeys/runs/{run.pk}/")
        assert run.crew.get(hands__mandate__isnull=False).trained_on == date(2020, 2, 20), "his training stays written"

    def test_who_holds_travellers_is_not_taken_off_and_named_with_what_to_do(
        self, arrived: Night, cast: Cast, run: Run
    ) -> None:
        arrived.hand(arrived.desk, arrived.escort, 115)
        client, row = office(cast), run.crew.get(hands=arrived.escort)
        assert "手里有 3 人" in page(client, f"/journeys/runs/{run.pk}/")
        answer = client.post(
            f"/journeys/runs/{run.pk}/", {"seen": state_of(run), "what": "crew_off", "which": row.pk}, follow=True
        )
        text = answer.content.decode()
        assert "TRAVELLER/A、TRAVELLER/B、TRAVELLER/C还在跟车人员手里" in text
        assert "请先把人交接给接手的人" in text
        assert run.crew.count() == 3
        with refused("journeys.crew_holds"):
            change_run(by=arrived.by, run=run, crew=[])
        stay = [Crew(one.hands, one.duty, one.trained_on) for one in run.crew.exclude(pk=row.pk)]
        change_run(by=arrived.by, run=run, crew=[*stay, Crew(arrived.escort, "driver")])
        assert run.crew.count() == 3, "in another duty he is still there"
        arrived.hand(arrived.escort, arrived.home(), 120, run=None)
        change_run(by=arrived.by, run=run, crew=stay)
        assert run.crew.count() == 2

    def test_who_was_not_trained_is_refused_by_name_also_on_the_road(
        self, arrived: Night, cast: Cast, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client, clerk = office(cast), cast.mandates["clerk"]
        answer = told(client, run, what="crew", **{"c-duty": "escort", "c-office": clerk.pk})
        assert answer.status_code == 422
        assert clerk.holder_name in answer.content.decode()
        assert "office" in answer.context["parts"].crew.errors
        monkeypatch.setattr(beside, "trained", lambda mandate, duty, day: date(2020, 3, 1))
        assert told(client, run, what="crew", **{"c-duty": "escort", "c-office": clerk.pk}).status_code == 302
        assert (arrived.office.pk, "escort") in crew_of(run)

    def test_a_training_holds_for_the_day_it_was_known_for(self, arrived: Night, cast: Cast, run: Run) -> None:
        client, url = office(cast), f"/journeys/runs/{run.pk}/change/"
        assert client.post(url, shown(client, url)).status_code == 302
        later = shown(client, url) | {"planned_at": local(arrived.after(100) + timedelta(days=1))}
        answer = client.post(url, later)
        assert answer.status_code == 422
        assert "escort" in answer.context["form"].errors

    @pytest.mark.parametrize("said", [{}, {"c-name": "王五", "c-office": "clerk"}])
    def test_it_is_exactly_one_person(self, cast: Cast, run: Run, said: dict[str, str]) -> None:
        if "c-office" in said:
            said = said | {"c-office": str(cast.mandates["clerk"].pk)}
        assert told(office(cast), run, what="crew", **{"c-duty": "escort"} | said).status_code == 422
        assert run.crew.count() == 3

    def test_who_was_slower_is_told_and_a_run_that_is_over_stays(self, arrived: Night, cast: Cast, run: Run) -> None:
        client, row, seen = office(cast), run.crew.get(hands=arrived.escort), state_of(run)
        change_run(by=arrived.by, run=run, stops=[])
        url, said = f"/journeys/runs/{run.pk}/", {"what": "crew_off", "which": row.pk, "seen": seen}
        assert "别人刚刚改过" in client.post(url, said, follow=True).content.decode()
        Run.objects.update(arrived_at=arrived.after(150))
        assert "这趟车已经结束" in client.post(url, said | {"seen": state_of(run)}, follow=True).content.decode()
        assert run.crew.count() == 3
        assert "crew_off" not in page(client, url)

    def test_only_who_sees_to_arrivals(self, cast: Cast, run: Run) -> None:
        row = run.crew.first()
        assert row is not None
        assert told(client_as(cast.users["stranger"]), run, what="crew_off", which=row.pk).status_code == 404
        assert run.crew.count() == 3


class TestPlaces:
    @pytest.mark.parametrize(
        ("where", "expected"),
        [
            ("end", ["浦东机场", "区集散点", "东门", "西门"]),
            ("before:1", ["浦东机场", "西门", "区集散点", "东门"]),
            ("instead:1", ["浦东机场", "西门", "东门"]),
        ],
    )
    def test_a_place_comes_where_it_is_said(
        self, arrived: Night, cast: Cast, run: Run, where: str, expected: list[str]
    ) -> None:
        said = {"s-words": "西门", "s-where": where, "s-at": local(arrived.after(140))}
        assert told(office(cast), run, what="stop", **said).status_code == 302
        assert places(run) == expected
        assert next(one for one in run.stops.all() if stop_words(one) == "西门").at == arrived.after(140)
        assert run.stops.get(place=cast.gates[0]), "a place of the tree stays one"

    def test_a_place_is_left_out(self, cast: Cast, run: Run) -> None:
        assert told(office(cast), run, what="stop_off", which="1").status_code == 302
        assert places(run) == ["浦东机场", "东门"]
        assert RunCrew.objects.filter(run=run).count() == 3

    def test_without_words_it_is_asked_for(self, cast: Cast, run: Run) -> None:
        answer = told(office(cast), run, what="stop", **{"s-words": "", "s-where": "end"})
        assert answer.status_code == 422
        assert len(places(run)) == 3


class TestAskedFirst:
    def test_a_run_for_nobody(self, arrived: Night, cast: Cast) -> None:
        client, said = office(cast), plan(arrived) | {"travellers": []}
        answer = client.post("/journeys/runs/add/", said)
        assert answer.status_code == 422
        assert "名单上没有人，仍然安排这一车" in answer.content.decode()
        assert not Run.objects.exists()
        assert client.post("/journeys/runs/add/", said | {"sure_nobody": "on"}).status_code == 302
        assert Run.objects.get().seats.count() == 0

    def test_a_run_of_another_month(self, arrived: Night, cast: Cast) -> None:
        client = office(cast)
        Traveller.objects.update(dwelling=cast.dwellings[0])
        said = plan(arrived) | {"planned_at": local(timezone.now() + timedelta(days=60))}
        answer = client.post("/journeys/runs/add/", said)
        assert answer.status_code == 422
        assert "日期无误" in answer.content.decode()
        assert not Run.objects.exists()
        assert client.post("/journeys/runs/add/", said | {"sure_far": "on"}).status_code == 302

    def test_what_comes_next_in_another_month(self, arrived: Night, cast: Cast) -> None:
        client, one = office(cast), arrived.travellers[0]
        far = timezone.now() + timedelta(days=31)
        with refused("journeys.far"):
            plan_leg(by=arrived.by, travellers=[one], taker=arrived.office, expected_at=far)
        said = {"what": "leg", "taker": cast.mandates["clerk"].pk, "expected_at": local(far), "grace": "30"}
        answer = client.post(f"/journeys/{one.pk}/", said)
        assert answer.status_code == 422
        assert "48 小时" in answer.content.decode()
        assert not Leg.objects.exists()
        assert client.post(f"/journeys/{one.pk}/", said | {"sure_far": "on"}).status_code == 302
        assert Leg.objects.get().expected_at.date() == far.date()

    def test_an_old_night_is_told_again_without_a_question(self, arrived: Night) -> None:
        landed = arrived.landed - timedelta(days=900)
        Movement.objects.update(landed_at=landed)
        plan_leg(
            by=arrived.by, travellers=arrived.travellers, taker=arrived.office, expected_at=landed + timedelta(hours=7)
        )
        assert Leg.objects.count() == 3
