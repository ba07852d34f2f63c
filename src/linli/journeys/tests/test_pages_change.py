"""What was written is set right from its page: a traveller, a beginning, a planned run; the slower of two is told."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from linli import vault
from linli.ground.households import people_of
from linli.ground.testing import Cast, client_as
from linli.journeys import hands
from linli.journeys.actions.handovers import Form, offer
from linli.journeys.actions.legs import plan_leg
from linli.journeys.actions.runs import Crew, Stop, Trip, change_run, plan_run, plate_of
from linli.journeys.actions.travellers import correct_traveller
from linli.journeys.details import Details, details_of, stop_of
from linli.journeys.models import Handover, Leg, Match, Run, RunCrew, Traveller
from linli.journeys.testing import Night, refused
from linli.kernel.handover_ticket import code_for, id_of

pytestmark = pytest.mark.django_db


def office(cast: Cast) -> Client:
    return client_as(cast.users["clerk"])


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def shown(client: Client, url: str) -> dict[str, Any]:
    """What the form of a page holds, as the browser would send it untouched."""
    form = client.get(url).context["form"]
    said: dict[str, Any] = {}
    for field in form:
        value = field.value()
        if isinstance(value, datetime):
            value = value.strftime("%Y-%m-%dT%H:%M")
        if value is not None and value is not False and value != "":
            said[field.name] = "on" if value is True else value
    found = re.search(r'name="seen" value="(\w+)"', page(client, url))
    return said | ({"seen": found[1]} if found else {})


def local(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")


class TestCorrecting:
    def test_a_wrong_door_is_set_right_and_the_rest_stays(self, arrived: Night, cast: Cast) -> None:
        client, one = office(cast), arrived.travellers[0]
        Traveller.objects.filter(pk=one.pk).update(dwelling=cast.dwellings[1])
        url = f"/journeys/{one.pk}/correct/"
        assert url in page(client, f"/journeys/{one.pk}/")
        text = page(client, url)
        assert "19900000000" not in text, "numbers are not shown"
        assert "E00000000" not in text
        said = shown(client, url)
        assert client.post(url, said).status_code == 302
        one.refresh_from_db()
        assert one.dwelling == cast.dwellings[1], "a door that was decided stays"
        before = details_of(one)
        assert (before.phone, before.document, before.address) == ("19900000000", "E00000000", "听松别墅")
        said = shown(client, url) | {
            "name": "TRAVELLER/ANNA",
            "address": "听松别墅1号",
            "phone": "19900000007",
            "country": "kr",
        }
        assert client.post(url, said).status_code == 302
        one.refresh_from_db()
        now = details_of(one)
        assert (one.dwelling, one.country, now.name) == (cast.dwellings[0], "KR", "TRAVELLER/ANNA")
        assert (now.phone, now.document) == ("19900000007", "E00000000")
        assert client.post(url, shown(client, url) | {"no_phone": "on"}).status_code == 302
        one.refresh_from_db()
        assert (details_of(one).phone, details_of(one).document) == ("", "E00000000")
        assert "没有电话" in page(client, f"/journeys/{one.pk}/")

    def test_who_was_slower_is_told_in_words_and_keeps_what_he_typed(self, arrived: Night, cast: Cast) -> None:
        client, one = office(cast), arrived.travellers[0]
        url = f"/journeys/{one.pk}/correct/"
        mine, other = shown(client, url) | {"country": "FR"}, shown(client, url) | {"name": "TRAVELLER/ANNA"}
        assert client.post(url, other).status_code == 302
        answer = client.post(url, mine)
        assert answer.status_code == 422
        text = answer.content.decode()
        assert "别人刚刚改过" in text
        assert 'value="FR"' in text, "what was typed is still there"
        assert "TRAVELLER/ANNA" in text, "and beside it how it is now"
        one.refresh_from_db()
        assert one.country == "DE"
        revision = re.findall(r'name="revision" value="(\d+)"', text)
        assert revision == [str(one.revision)], "having seen it, he decides"
        assert client.post(url, mine | {"revision": revision[0]}).status_code == 302

    def test_a_document_of_another_traveller_is_refused_at_its_box(self, arrived: Night, cast: Cast) -> None:
        client, url = office(cast), f"/journeys/{arrived.travellers[0].pk}/correct/"
        answer = client.post(url, shown(client, url) | {"document": "E00000001"})
        assert answer.status_code == 422
        assert "document" in answer.context["form"].errors

    def test_only_who_sees_to_arrivals_corrects(self, arrived: Night, cast: Cast) -> None:
        url = f"/journeys/{arrived.travellers[0].pk}/correct/"
        assert client_as(cast.users["guard"]).get(url).status_code == 403
        assert client_as(cast.users["stranger"]).get(url).status_code == 404

    def test_nothing_is_written_once_the_key_is_gone(self, arrived: Night, cast: Cast) -> None:
        one = arrived.travellers[0]
        run = plan_run(by=arrived.by, neighbourhood=cast.neighbourhood, vehicle="van", planned_at=arrived.after(60))
        vault.keyring().destroy(arrived.operation.key_name)
        with refused("journeys.erased"):
            correct_traveller(by=arrived.by, traveller=one, words=Details(name="LI/SI"), revision=one.revision)
        with refused("journeys.erased"):
            change_run(by=arrived.by, run=run, trip=Trip("van", arrived.after(60), plate="沪Z·D0031"))


class TestBeginnings:
    def test_it_is_taken_back_with_its_consequence_said(self, arrived: Night, cast: Cast) -> None:
        client, one = office(cast), arrived.travellers[0]
        plan_leg(by=arrived.by, travellers=[one], taker=arrived.office, expected_at=arrived.after(300))
        url = f"/journeys/{one.pk}/"
        text = page(client, url)
        assert "开始记错了？" in text
        assert "没有人接到" in text
        assert client.post(url, {"what": "unbegin"}).status_code == 302
        one.refresh_from_db()
        assert one.begun_at is None
        assert Leg.objects.get(traveller=one).cancelled_at is not None
        assert "开始记错了？" not in page(client, url)

    def test_not_after_a_hand_over(self, arrived: Night, cast: Cast) -> None:
        client, one = office(cast), arrived.travellers[0]
        offer(by=arrived.by, form=Form(travellers=[one], giver=arrived.desk, taker=arrived.office, happened_at=arrived.after(60)),
              gave=arrived.side(60))  # fmt: skip
        url = f"/journeys/{one.pk}/"
        assert "开始记错了？" not in page(client, url)
        assert client.post(url, {"what": "unbegin"}).status_code == 302
        one.refresh_from_db()
        assert one.begun_at is not None, "refused in words"


class TestRuns:
    @pytest.fixture
    def run(self, arrived: Night, cast: Cast) -> Run:
        Traveller.objects.update(dwelling=cast.dwellings[0])
        leader = hands.of_mandate(cast.neighbourhood, cast.mandates["building_leader"])
        return plan_run(
            by=arrived.by, neighbourhood=cast.neighbourhood, vehicle="van", planned_at=arrived.after(100),
            travellers=arrived.travellers[:2], plate="沪Z·D0031", stops=[Stop(words="浦东机场"), Stop(place=cast.gates[0])],
            crew=[Crew(leader, "escort", date(2020, 2, 20)), Crew(arrived.escort, "driver"),
                  Crew(arrived.office, "driver", date(2020, 2, 1))],
        )  # fmt: skip

    def test_untouched_it_stays_as_it_is(self, arrived: Night, cast: Cast, run: Run) -> None:
        client, url = office(cast), f"/journeys/runs/{run.pk}/change/"
        assert url in page(client, f"/journeys/runs/{run.pk}/")
        crew = set(run.crew.values_list("hands", "duty", "trained_on"))
        assert client.post(url, shown(client, url)).status_code == 302
        assert set(run.crew.values_list("hands", "duty", "trained_on")) == crew
        assert [(one.place, stop_of(one)) for one in run.stops.all()] == [(None, "浦东机场"), (cast.gates[0], "")]
        run.refresh_from_db()
        assert (plate_of(run), run.vehicle, run.seats.count()) == ("沪Z·D0031", "van", 2)

    def test_everything_about_it_is_changed(self, arrived: Night, cast: Cast, run: Run) -> None:
        client, url = office(cast), f"/journeys/runs/{run.pk}/change/"
        first, second, third = arrived.travellers
        plan_leg(by=arrived.by, travellers=[first], taker=arrived.escort, expected_at=arrived.after(300), run=run)
        later = run.planned_at + timedelta(days=1) if run.planned_at else timezone.now()
        said = shown(client, url) | {
            "vehicle": "coach", "plate": "沪Z·D0044", "planned_at": local(later), "travellers": [str(second.pk), str(third.pk)],
            "driver_name": "李师傅", "escort": "", "to_place": "西门",
        }  # fmt: skip
        assert client.post(url, said).status_code == 302
        night = run.night
        run.refresh_from_db()
        assert (run.vehicle, plate_of(run), run.night, run.number) == (
            "coach",
            "沪Z·D0044",
            night + timedelta(days=1),
            1,
        )
        assert set(run.seats.values_list("traveller", flat=True)) == {second.pk, third.pk}
        assert Leg.objects.get(traveller=first).cancelled_at is not None, "nobody waits for him on this run"
        assert not run.crew.filter(duty=RunCrew.Duty.ESCORT).exists()
        text = page(client, f"/journeys/runs/{run.pk}/")
        assert "李师傅" in text
        assert "浦东机场 → 西门" in text

    def test_who_was_slower_is_told(self, arrived: Night, cast: Cast, run: Run) -> None:
        client, url = office(cast), f"/journeys/runs/{run.pk}/change/"
        mine = shown(client, url) | {"plate": "沪Z·D0044"}
        change_run(by=arrived.by, run=run, travellers=arrived.travellers)
        answer = client.post(url, mine)
        assert answer.status_code == 422
        assert "别人刚刚改过" in answer.content.decode()
        assert "TRAVELLER/C" in answer.content.decode()
        assert run.seats.count() == 3, "the third is not lost"

    def test_who_is_not_trained_or_a_run_that_is_over(self, arrived: Night, cast: Cast, run: Run) -> None:
        client, url = office(cast), f"/journeys/runs/{run.pk}/change/"
        clerk = str(cast.mandates["clerk"].pk)
        answer = client.post(url, shown(client, url) | {"escort": clerk})
        assert answer.status_code == 422
        assert "escort" in answer.context["form"].errors
        said = shown(client, url)
        Run.objects.update(arrived_at=arrived.after(150))
        assert client.post(url, said).status_code == 422
        assert url not in page(client, f"/journeys/runs/{run.pk}/")


def test_the_page_takes_the_six_digits_of_a_phone(arrived: Night, cast: Cast) -> None:
    people = arrived.travellers
    code = code_for("4071", [one.pk for one in people])
    own = hands.of_mandate(cast.neighbourhood, cast.mandates["building_leader"])
    form = Form(id=id_of(code, [one.pk for one in people]), travellers=people, giver=arrived.desk, taker=own,
                happened_at=arrived.after(60))  # fmt: skip
    half = offer(by=arrived.by, form=form, gave=arrived.side(60))
    client, url = client_as(cast.users["building_leader"]), f"/journeys/hand/take/{half.pk}/"
    said = {"key": str(half.pk), "present": [str(one.pk) for one in people], "counted": "3", "way": "code"}
    wrong = code_for("4072", [one.pk for one in people])
    assert client.post(url, said | {"code": wrong}).status_code == 422
    assert client.post(url, said | {"code": f"{code[:3]} {code[3:]}"}).status_code == 302
    assert Handover.objects.get().took_way == "code"


def test_whoever_was_registered_since_is_said_to_be_him_from_his_page(arrived: Night, cast: Cast) -> None:
    client, one, door = office(cast), arrived.travellers[0], cast.dwellings[0]
    (lives, *_rest) = people_of(door)
    stranger = next(person for person in cast.people if person not in people_of(door))
    Traveller.objects.filter(pk=one.pk).update(person=None, household=None, dwelling=door)
    url = f"/journeys/{one.pk}/"
    body = page(client, url)
    assert 'href="#who"' in body
    assert f'href="/homes/{door.pk}/"' in body
    assert client.post(url, {"what": "who", "person": stranger.pk}).status_code == 404
    assert client.post(url, {"what": "who", "person": lives.pk}).status_code == 302
    one.refresh_from_db()
    assert one.person_id == lives.pk
    assert Match.objects.get(traveller=one).decision is True
    assert 'id="who"' not in page(client, url)


def test_without_an_operation_the_pages_lead_to_where_one_is_opened(cast: Cast) -> None:
    secretary = client_as(cast.users["secretary"])
    for url in (
        "/journeys/",
        "/journeys/notices/",
        "/journeys/notices/add/",
        "/journeys/lists/",
        "/journeys/lists/chat/",
    ):
        assert (
            'href="/operations/">' in page(secretary, url).split('class="notice notice-info"')[1].split("</div>")[0]
        ), url
