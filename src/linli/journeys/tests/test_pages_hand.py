"""The form of a hand-over on any phone: ticked, counted, confirmed by both sides, or by the second one later (T04)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from linli.ground.actions.mandates import give_mandate
from linli.ground.testing import Cast, client_as
from linli.journal.models import Entry
from linli.journeys import hands
from linli.journeys.actions.handovers import code_of
from linli.journeys.actions.phones import Told, record_handover
from linli.journeys.actions.runs import Crew, plan_run
from linli.journeys.actions.travellers import Listed, add_traveller
from linli.journeys.details import Details
from linli.journeys.hand_lists import HandList, Person
from linli.journeys.handing import Handing
from linli.journeys.models import Handover, HandoverAnnulment, Run, Traveller
from linli.journeys.signatures import read_path
from linli.journeys.testing import Night, refused
from linli.kernel.ids import uuid7

pytestmark = pytest.mark.django_db
PATH = "M10 10L20 30L40 60L80 20"


def office(cast: Cast) -> Client:
    return client_as(cast.users["clerk"])


def escort(cast: Cast) -> Client:
    return client_as(cast.users["building_leader"])


@pytest.fixture
def run(arrived: Night, cast: Cast) -> Run:
    """The building leader, trained, goes with three people who are still at the desk."""
    own = hands.of_mandate(cast.neighbourhood, cast.mandates["building_leader"])
    crew = [Crew(own, "escort", trained_on=arrived.landed.date()), Crew(arrived.escort, "driver")]
    return plan_run(
        by=arrived.by, neighbourhood=cast.neighbourhood, vehicle="van", planned_at=arrived.after(100),
        travellers=arrived.travellers, crew=crew,
    )  # fmt: skip


def filled(night: Night, **more: Any) -> dict[str, Any]:
    """All three go from the desk to the building leader, both by word."""
    leader = night.cast.mandates["building_leader"]
    return {
        "key": "01a20327-d643-78e9-b52a-3519ca255bac", "present": [str(one.pk) for one in night.travellers], "counted": "3",
        "giver": f"hands:{night.desk.pk}", "giver_way": "word", "taker": f"mandate:{leader.pk}", "taker_way": "word",
    } | more  # fmt: skip


def url(run: Run) -> str:
    return f"/journeys/hand/run/{run.pk}/"


def test_both_sides_at_once(arrived: Night, cast: Cast, run: Run) -> None:
    client = escort(cast)
    assert "TRAVELLER/A" in client.get("/journeys/hand/").content.decode()
    answer = client.post(url(run), filled(arrived, taker_way="signature", taker_signature=PATH))
    assert answer.status_code == 302
    done = Handover.objects.get()
    assert (done.counted, done.took_way, done.took_by) == (3, "signature", cast.users["building_leader"].pk)
    assert done.gave_by is None, "the desk has no account"
    assert done.taker_signature is not None
    assert PATH.encode() not in bytes(done.taker_signature)
    assert client.post(url(run), filled(arrived)).status_code == 302, "sent again: written once, and no error"
    assert Handover.objects.count() == 1
    text = client.get("/journeys/hand/").content.decode()
    assert "3 人在您手里" in text
    page = office(cast).get(f"/journeys/{arrived.travellers[0].pk}/").content.decode()
    assert f'<path d="{PATH}"/>' in page


@pytest.mark.parametrize(("ticked", "counted", "said"), [(2, "2", "TRAVELLER/C"), (3, "4", "4"), (3, "2", "2")])
def test_a_head_count_that_differs_is_refused_with_the_difference(
    arrived: Night, cast: Cast, run: Run, ticked: int, counted: str, said: str
) -> None:
    present = [str(one.pk) for one in arrived.travellers[:ticked]]
    answer = escort(cast).post(url(run), filled(arrived, present=present, counted=counted))
    assert answer.status_code == 422
    text = answer.content.decode()
    alert = text[text.index('role="alert"') :][:600]
    assert said in alert
    assert not Handover.objects.exists()
    assert text.count("checked") >= ticked, "what was ticked stays ticked"


@pytest.mark.parametrize("where", ["run", "mine"])
def test_who_of_the_run_was_met_by_nobody_is_named_before_the_others_go_on(
    arrived: Night, cast: Cast, run: Run, where: str
) -> None:
    own = hands.of_mandate(cast.neighbourhood, cast.mandates["building_leader"])
    two, missed = arrived.travellers[:2], arrived.travellers[2]
    arrived.hand(arrived.desk, own, 110, two)
    Traveller.objects.filter(pk=missed.pk).update(begun_at=None, begun_hands=None)
    leader, page = escort(cast), url(run) if where == "run" else "/journeys/hand/mine/"
    said = filled(
        arrived, present=[str(one.pk) for one in two], counted="2", giver=f"hands:{own.pk}",
        taker=f"mandate:{cast.mandates['clerk'].pk}",
    )  # fmt: skip
    assert "还没有人接到：TRAVELLER/C</legend>" in leader.get(page).content.decode(), (
        "it must be said, so it is not called optional"
    )
    asked = leader.post(page, said)
    assert asked.status_code == 422
    assert "请说明他们的情况" in asked.content.decode()
    assert leader.post(page, said | {"unmet_why": "behind"}).status_code == 302
    done = Handover.objects.get(pk=said["key"])
    entry = Entry.objects.get(act="journeys.handed_over", subject=str(done.pk))
    assert (entry.data["not_met"], entry.data["not_met_why"]) == ([str(missed.pk)], "behind")
    assert set(done.links.values_list("traveller", flat=True)) == {one.pk for one in two}


def test_where_everybody_of_the_run_was_met_nothing_is_asked(arrived: Night, cast: Cast, run: Run) -> None:
    assert "unmet_why" not in escort(cast).get(url(run)).content.decode()


def test_the_heads_at_one_door_count_too(arrived: Night, cast: Cast, run: Run) -> None:
    Traveller.objects.update(dwelling=cast.dwellings[0])
    leader = escort(cast)
    answer = leader.post(url(run), filled(arrived, taker="home", counted="5"))
    assert answer.status_code == 422
    assert not Handover.objects.exists()
    assert leader.post(url(run), filled(arrived, taker="home")).status_code == 302
    assert Handover.objects.get().counted == 3


def test_a_second_side_sent_twice_is_taken_once(arrived: Night, cast: Cast, run: Run) -> None:
    assert office(cast).post(url(run), filled(arrived, taker_way="later")).status_code == 302
    half, leader = Handover.objects.get(), escort(cast)
    said = {
        "key": "01a20327-d643-78e9-b52a-3519ca255bad",
        "present": [str(one.pk) for one in arrived.travellers],
        "counted": "3",
    }
    said |= {"way": "code", "code": code_of(half)}
    assert [leader.post(f"/journeys/hand/take/{half.pk}/", said).status_code for _tap in range(2)] == [302, 302]
    stranger = client_as(cast.users["guard"])
    assert stranger.post(f"/journeys/hand/take/{half.pk}/", said).status_code == 403


def test_the_second_side_later_is_half_done_until_the_six_digits(arrived: Night, cast: Cast, run: Run) -> None:
    clerk = office(cast)
    assert clerk.post(url(run), filled(arrived, taker_way="later")).status_code == 302
    half = Handover.objects.get()
    assert half.took_at is None
    assert code_of(half) in clerk.get("/journeys/hand/").content.decode()
    assert "浦东机场专班" in clerk.get("/journeys/").content.decode(), "they are still at the desk"
    leader = escort(cast)
    text = leader.get("/journeys/hand/").content.decode()
    assert "交给您 3 人" in text
    assert code_of(half) not in text, "the taker hears the digits from the giver"
    take = f"/journeys/hand/take/{half.pk}/"
    said = {"key": str(half.pk), "present": [str(one.pk) for one in arrived.travellers], "counted": "3", "way": "code"}
    assert leader.post(take, said).status_code == 422
    assert leader.post(take, said | {"code": "000000" if code_of(half) != "000000" else "111111"}).status_code == 422
    assert leader.post(take, said | {"code": code_of(half), "counted": "2"}).status_code == 422
    assert leader.post(take, said | {"code": code_of(half)}).status_code == 302
    half.refresh_from_db()
    assert half.took_way == "code"
    assert leader.get(take).status_code == 404, "it waits for nobody any more"


def test_a_half_done_one_can_be_taken_back_by_the_giver(arrived: Night, cast: Cast, run: Run) -> None:
    leader, own = escort(cast), hands.of_mandate(cast.neighbourhood, cast.mandates["building_leader"])
    arrived.hand(arrived.desk, own, 60)
    clerk = cast.mandates["clerk"]
    said = filled(arrived, giver=f"hands:{own.pk}", taker=f"mandate:{clerk.pk}", taker_way="later")
    assert leader.post("/journeys/hand/mine/", said).status_code == 302
    half = Handover.objects.get(took_at__isnull=True)
    assert leader.post(f"/journeys/hand/back/{half.pk}/", {"why": "nonsense"}).status_code == 302
    assert not HandoverAnnulment.objects.exists()
    leader.post(f"/journeys/hand/back/{half.pk}/", {"why": "not_done"})
    assert HandoverAnnulment.objects.get().handover == half
    done = Handover.objects.get(took_at__isnull=False)
    assert leader.post(f"/journeys/hand/back/{done.pk}/", {"why": "not_done"}).status_code == 404, "both confirmed"


def test_each_to_his_own_door_is_a_hand_over_a_door(arrived: Night, cast: Cast, run: Run) -> None:
    for one, door in zip(arrived.travellers, (0, 0, 2), strict=True):
        Traveller.objects.filter(pk=one.pk).update(dwelling=cast.dwellings[door])
    client = office(cast)
    home = filled(arrived, taker="home")
    refused = client.post(url(run), home | {"taker_way": "signature", "taker_signature": PATH})
    assert "一个签名只能用于一户" in refused.content.decode()
    assert client.post(url(run), home | {"counted": "2"}).status_code == 422
    assert client.post(url(run), home).status_code == 302
    assert sorted(one.links.count() for one in Handover.objects.all()) == [1, 2]
    assert "来的 3 人都到家了" in client.get("/journeys/").content.decode()


def test_a_door_that_nobody_knows_is_named(arrived: Night, cast: Cast) -> None:
    one = arrived.travellers[0]
    said = filled(arrived, present=[str(one.pk)], counted="1", taker="outside", outside_role="family")
    client, where = office(cast), f"/journeys/hand/one/{one.pk}/"
    assert client.post(where, said).status_code == 422, "somebody from outside has a name"
    assert client.post(where, said | {"outside_name": "他的姐姐"}).status_code == 302
    assert Handover.objects.get().taker is not None


def test_whoever_has_not_begun_begins_with_the_first_hand_over(arrived: Night, cast: Cast) -> None:
    listed = add_traveller(by=arrived.by, notice=arrived.notice, listed=Listed(Details(name="KIM/WOOJIN")))
    said = filled(
        arrived, present=[str(listed.pk)], counted="1", giver="outside", outside_role="airport_desk", outside_name="浦东专班"
    )  # fmt: skip
    assert office(cast).post(f"/journeys/hand/one/{listed.pk}/", said).status_code == 302
    listed.refresh_from_db()
    assert listed.begun_at is not None
    assert Handover.objects.get().links.get().traveller == listed


@pytest.mark.parametrize("path", ["M1 1", "<script>", "M10 10L20 30L40 60L80 20Z", "M10 10" + "L20 30" * 2000])
def test_what_is_no_signature_is_not_taken(arrived: Night, cast: Cast, run: Run, path: str) -> None:
    said = filled(arrived, taker_way="signature", taker_signature=path)
    assert escort(cast).post(url(run), said).status_code == 422
    assert not Handover.objects.exists()


def test_an_escort_sees_his_own_lists_only(arrived: Night, cast: Cast) -> None:
    other = plan_run(
        by=arrived.by, neighbourhood=cast.neighbourhood, vehicle="van", planned_at=arrived.after(100),
        travellers=arrived.travellers, crew=[Crew(arrived.escort, "escort")],
    )  # fmt: skip
    leader = escort(cast)
    assert "TRAVELLER" not in leader.get("/journeys/hand/").content.decode()
    assert leader.get(url(other)).status_code == 404
    assert leader.get(f"/journeys/hand/one/{arrived.travellers[0].pk}/").status_code == 404
    assert leader.get("/journeys/").status_code == 403
    volunteer = cast.users["stranger"]
    assert client_as(volunteer).get("/journeys/hand/").status_code == 404
    give_mandate(by=None, capacity="volunteer", place=cast.neighbourhood, user=volunteer, since=arrived.landed.date())
    assert "没有要交接的" in client_as(volunteer).get("/journeys/hand/").content.decode()


def test_the_giver_confirms_what_the_takers_phone_told_first(arrived: Night, cast: Cast) -> None:
    own = hands.of_mandate(cast.neighbourhood, cast.mandates["building_leader"])
    arrived.hand(arrived.desk, own, 60)
    told = Told(
        id=uuid7(), travellers=arrived.travellers, happened_at=arrived.after(90), taker=arrived.office, took=arrived.side(90)
    )  # fmt: skip
    recorded = record_handover(by=arrived.by, told=told).handover
    assert recorded is not None
    leader, url = escort(cast), f"/journeys/hand/given/{recorded.pk}/"
    assert "从您手里接了 3 人" in leader.get("/journeys/hand/").content.decode()
    assert office(cast).post(url).status_code == 404, "not his word to give"
    assert leader.post(url).status_code == 302
    recorded.refresh_from_db()
    assert recorded.gave_by == cast.users["building_leader"].pk
    assert "没有人在您手里" in leader.get("/journeys/hand/").content.decode()


def test_refusals_of_the_form_have_their_codes(arrived: Night, cast: Cast) -> None:
    with refused("journeys.signature"):
        read_path("M1 1")
    people = tuple(Person(one, arrived.desk) for one in arrived.travellers)
    said = {"present": [str(one.pk) for one in arrived.travellers], "giver": f"hands:{arrived.desk.pk}", "taker": "home",
            "giver_way": "word", "taker_way": "signature", "counted": 3, "about": False, "giver_signature": "",
            "taker_signature": PATH, "key": uuid7()}  # fmt: skip
    handing = Handing(arrived.by, cast.neighbourhood, HandList("", people), said, arrived.after(60))
    with refused("journeys.no_door"):
        handing.carry_out()
    for one, door in zip(arrived.travellers, (0, 2, 2), strict=True):
        one.dwelling = cast.dwellings[door]
    with refused("journeys.sign_each_door"):
        handing.carry_out()
