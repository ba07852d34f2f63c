"""到家: the list, the spreadsheet, the paper, the wall; a traveller's page; strangers see nothing."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from linli.ground.testing import Cast, client_as
from linli.journeys.actions.arrivals import take_notice
from linli.journeys.actions.handovers import annul_handover
from linli.journeys.actions.legs import plan_leg
from linli.journeys.actions.travellers import Listed, add_traveller, close_traveller
from linli.journeys.details import Details
from linli.journeys.models import HandoverAnnulment, Leg, ListedRow, Traveller
from linli.journeys.testing import Night, night

pytestmark = pytest.mark.django_db


def office(cast: Cast) -> Client:
    return client_as(cast.users["clerk"])


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def test_in_is_delivered_and_open_always_on_the_page(arrived: Night, cast: Cast) -> None:
    arrived.hand(arrived.desk, arrived.escort, 60)
    arrived.hand(arrived.escort, arrived.home(), 90, arrived.travellers[:1])
    text = page(office(cast), "/journeys/")
    assert "3 人中还有 2 人在路上" in text
    assert "来了 3 人：到家 1 人，在路上 2 人" in text


def test_who_is_late_is_said_in_words_and_stands_first(arrived: Night, cast: Cast) -> None:
    first, second, third = arrived.travellers
    arrived.hand(arrived.desk, arrived.escort, 60)
    for one, minutes in ((first, 300), (second, 100), (third, 200)):
        plan_leg(by=arrived.by, travellers=[one], taker=arrived.office, expected_at=arrived.after(minutes))
    text = page(office(cast), "/journeys/")
    assert "1 人晚了" in text or "2 人晚了" in text
    assert "晚 1 小时 50 分" in text
    assert "signal-amber" in text
    assert text.index("TRAVELLER/B") < text.index("TRAVELLER/A")


def test_who_is_late_in_the_same_hands_is_one_line_with_one_call(arrived: Night, cast: Cast) -> None:
    plan_leg(by=arrived.by, travellers=arrived.travellers, taker=arrived.office, expected_at=arrived.after(100))
    answer = office(cast).get("/journeys/")
    (crowd,) = answer.context["late"]
    assert len(crowd.lines) == 3
    text = answer.content.decode()
    assert "3 人晚了" in text
    assert text.count('href="tel:19900000001"') == 1, "whoever has them is called once"


def test_the_wall_puts_together_who_waits_for_the_same_when_there_are_many(cast: Cast) -> None:
    with cast.scope():
        many = night(cast, people=24)
        plan_leg(by=many.by, travellers=many.travellers[:20], taker=many.escort, expected_at=many.after(100))
        answer = office(cast).get("/journeys/wall/")
        rows = answer.context["open"]
        assert [len(one.lines) for one in rows] == [20, 4]
        assert "TRAVELLER等 20 人" in answer.content.decode()
        assert answer.context["more"] == 0


def test_a_passenger_list_shows_on_its_notice_whom_it_concerns_and_how_many_else(arrived: Night, cast: Cast) -> None:
    notice = take_notice(
        by=arrived.by,
        neighbourhood=cast.neighbourhood,
        via="manifest",
        received_at=arrived.after(5),
        text="",
        upload=arrived.notice.pk,
    )
    ours, *_others = [
        add_traveller(
            by=arrived.by,
            notice=notice,
            listed=Listed(Details(name=f"LISTED/{n}"), dwelling=cast.dwellings[0] if not n else None),
        )
        for n in range(5)
    ]
    text = page(office(cast), f"/journeys/notices/{notice.pk}/")
    assert "写到 5 人" in text
    assert "LISTED/0" in text
    assert "LISTED/1" not in text
    assert "另有 4 人看来不住在这里" in text


def test_it_is_filtered_by_the_address_and_exported(arrived: Night, cast: Cast) -> None:
    arrived.hand(arrived.desk, arrived.home(), 60, arrived.travellers[:1])
    client = office(cast)
    assert "TRAVELLER/B" not in page(client, "/journeys/?state=delivered")
    assert "TRAVELLER/A" not in page(client, "/journeys/?state=open&sort=name")
    assert "TRAVELLER/A" in page(client, "/journeys/?q=traveller/a")
    assert "TRAVELLER/A" not in page(client, "/journeys/?q=nobody")
    sheet = load_workbook(BytesIO(client.get("/journeys/?as=xlsx").content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert "3" in str(rows[1][0])
    assert len(rows) == 3 + 3
    assert "TRAVELLER/A" in page(client, "/journeys/?as=print")


def test_the_wall_shows_no_whole_name_and_nothing_to_press(arrived: Night, cast: Cast) -> None:
    text = page(office(cast), "/journeys/wall/")
    assert "TRAVELLER/A" not in text
    assert "TRAVELLER" in text
    assert 'data-refresh="30"' in text
    assert "<form" not in text
    assert "<a " not in text.partition("<main")[2].partition("</main>")[0]


def test_an_empty_room_teaches(cast: Cast) -> None:
    text = page(office(cast), "/journeys/")
    assert "没有人在路上" in text
    assert "到达通知" in text


def test_statements_do_not_grow_with_travellers(cast: Cast) -> None:
    with cast.scope():
        night(cast, people=4)
    client = office(cast)
    client.get("/journeys/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/journeys/")
    with cast.scope():
        arrival = Traveller.objects.first()
        assert arrival is not None
        more = [Listed(Details(name=f"MORE/{n}"), dwelling=cast.dwellings[0]) for n in range(20)]
        for one in more:
            add_traveller(by=None, notice=arrival.notice, listed=one)
        Traveller.objects.filter(begun_at__isnull=True).update(
            begun_at=arrival.begun_at, begun_hands=arrival.begun_hands
        )
    with CaptureQueriesContext(connection) as many:
        client.get("/journeys/")
    assert len(many) <= len(few)


def test_a_traveller_has_every_step_with_what_was_taken_back(arrived: Night, cast: Cast) -> None:
    arrived.hand(arrived.desk, arrived.escort, 60, about=True)
    wrong = arrived.hand(arrived.escort, arrived.home(), 90)
    annul_handover(by=arrived.by, handover=wrong, why=HandoverAnnulment.Why.WRONG_TIME)
    text = page(office(cast), f"/journeys/{arrived.travellers[0].pk}/")
    assert "跟车人员" in text
    assert "约 " in text
    assert "is-back" in text
    assert "其实是另一个时间" in text
    assert "还没有安排下一位" in text


def test_the_next_step_is_planned_put_aside_and_the_line_closed(arrived: Night, cast: Cast) -> None:
    client, one = office(cast), arrived.travellers[0]
    url = f"/journeys/{one.pk}/"
    at = timezone.localtime(arrived.after(300)).strftime("%Y-%m-%dT%H:%M")
    said = {"what": "leg", "taker": str(cast.mandates["clerk"].pk), "expected_at": at, "grace": "30"}
    assert client.post(url, said | {"taker": "999"}).status_code == 422
    assert client.post(url, said).status_code == 302
    leg = Leg.objects.get(traveller=one)
    assert client.post(f"/journeys/leg/{leg.pk}/cancel/").status_code == 302
    leg.refresh_from_db()
    assert leg.cancelled_at is not None
    listed = add_traveller(by=arrived.by, notice=arrived.notice, listed=Listed(Details(name="LI/SI")))
    client.post(f"/journeys/{listed.pk}/", {"what": "close", "closed_as": "not_ours"})
    listed.refresh_from_db()
    assert listed.closed_as == "not_ours"
    client.post(f"/journeys/{listed.pk}/", {"what": "reopen"})
    listed.refresh_from_db()
    assert listed.closed_at is None


def test_whoever_met_somebody_first_begins_the_chain(arrived: Night, cast: Cast) -> None:
    listed = add_traveller(by=arrived.by, notice=arrived.notice, listed=Listed(Details(name="LI/SI")))
    client, url = office(cast), f"/journeys/{listed.pk}/"
    assert "还没有人接到" in page(client, url)
    said = {"what": "begin", "at": "2020-03-13T12:37", "outside_role": "airport_desk"}
    assert client.post(url, said).status_code == 422, "a holder has a name"
    assert client.post(url, said | {"outside_name": "浦东专班"}).status_code == 302
    listed.refresh_from_db()
    assert listed.begun_at is not None
    assert "浦东专班" in page(client, url)


def test_a_closed_one_says_why(arrived: Night, cast: Cast) -> None:
    listed = add_traveller(by=arrived.by, notice=arrived.notice, listed=Listed(Details(name="LI/SI")))
    close_traveller(by=arrived.by, traveller=listed, closed_as="double")
    assert "名单上重复" in page(office(cast), f"/journeys/{listed.pk}/")


def test_strangers_see_nothing(arrived: Night, cast: Cast) -> None:
    stranger, guard = client_as(cast.users["stranger"]), client_as(cast.users["guard"])
    for url in ("/journeys/", "/journeys/wall/", f"/journeys/{arrived.travellers[0].pk}/", "/journeys/night/"):
        assert stranger.get(url).status_code == 404
        assert guard.get(url).status_code == 403
        assert Client().get(url).status_code == 302


def test_a_notice_hides_numbers_and_names_who_was_known_already(cast: Cast, arrived: Night) -> None:
    client = client_as(cast.users["secretary"])
    with cast.scope():
        later = take_notice(
            by=None,
            neighbourhood=cast.neighbourhood,
            via="chat",
            received_at=timezone.now(),
            text="又有一位，电话 19900004321，车到再报",
        )
        known = Traveller.objects.first()
        ListedRow.objects.create(
            neighbourhood=cast.neighbourhood, traveller=known, source=f"notice:{later.pk}", row=1, problems=[]
        )
    answer = client.get(f"/journeys/notices/{later.pk}/")
    assert "又有一位" in answer.content.decode()
    assert "19900004321" not in answer.content.decode()
    assert [line["pk"] for line in answer.context["people"]] == [known.pk]


def test_of_a_long_list_those_who_are_met_or_asked_about_wait_for_a_decision(cast: Cast, arrived: Night) -> None:
    with cast.scope():
        for name, ask in (("NOT/OURS", False), ("WHO/IS", True)):
            add_traveller(by=None, notice=arrived.notice, listed=Listed(Details(name=name), ask=ask))
    answer = client_as(cast.users["secretary"]).get("/journeys/notices/")
    (row,) = answer.context["table"].page
    assert (answer.context["undecided"], row.undecided, row.named) == (4, 4, 5)
