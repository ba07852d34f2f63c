"""Word of arrivals, runs, the night and the papers at the door (T01, T02, T06, T07, T08, T11, T13)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from linli.ground.testing import Cast, client_as
from linli.journeys import beside, hands
from linli.journeys.actions.runs import Crew, depart_run, plan_run
from linli.journeys.beside import Aftercare, Watch
from linli.journeys.models import ArrivalNotice, Movement, Run, Traveller
from linli.journeys.testing import Night, night, open_transfer
from linli.journeys.views_night import bounds
from linli.journeys.welcome import LANGUAGES, greetings

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


def office(cast: Cast) -> Client:
    return client_as(cast.users["clerk"])


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


@pytest.fixture
def nothing_beside(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What stands above both rooms is put in by each test."""
    found = beside._Beside()
    monkeypatch.setattr(beside, "_beside", found)
    return found


SAID = {
    "via": "phone", "text": "CA936 上有十位", "received_at": "2020-03-13T16:41", "kind": "flight", "number": "CA 936",
    "origin": "Frankfurt", "landed_at": "2020-03-13T12:37", "passengers": "286", "crew": "17",
}  # fmt: skip


def test_word_by_telephone_is_taken_down_with_its_flight(cast: Cast) -> None:
    client = office(cast)
    assert client.post("/journeys/notices/add/", SAID).status_code == 422, "without an operation nothing is stored"
    with cast.scope():
        open_transfer(cast.neighbourhood)
    assert client.post("/journeys/notices/add/", SAID | {"kind": ""}).status_code == 422, "a landing is of something"
    assert client.post("/journeys/notices/add/", SAID).status_code == 302
    with cast.scope():
        notice = ArrivalNotice.objects.get()
    text = page(client, f"/journeys/notices/{notice.pk}/")
    assert "乘客 286 人 + 机组 17 人 = 303 人" in text
    assert "落地后 4 小时 04 分" in text
    assert "CA936 上有十位" in text
    assert client.post(f"/journeys/notices/{notice.pk}/", {"name": "KIM/WOOJIN", "country": "Korea"}).status_code == 422
    said = {"name": "KIM/WOOJIN", "address": "听松别墅1号", "country": "kr", "phone": "19900000001"}
    assert client.post(f"/journeys/notices/{notice.pk}/", said).status_code == 302
    with cast.scope():
        one = Traveller.objects.get()
        assert (one.country, one.dwelling) == ("KR", cast.dwellings[0])
    text = page(client, f"/journeys/notices/{notice.pk}/")
    assert "KIM/WOOJIN" in text
    assert "本居民区的</span>" in text
    assert "在住" not in text, "who travels is not at home yet"
    assert client.post(f"/journeys/notices/{notice.pk}/settle/").status_code == 302
    assert "已处理" in page(client, "/journeys/notices/")


def test_those_not_decided_are_counted(arrived: Night, cast: Cast) -> None:
    text = page(office(cast), "/journeys/notices/")
    assert "还有 3 人没有定下是不是本居民区的" in text


def plan(night: Night, **more: Any) -> dict[str, Any]:
    return {
        "travellers": [str(one.pk) for one in night.travellers], "vehicle": "van", "planned_at": "2020-03-13T19:25",
        "driver_name": "王师傅", "from_place": "机场", "to_place": "东门",
    } | more  # fmt: skip


def test_who_is_not_trained_does_not_go_along(arrived: Night, cast: Cast, nothing_beside: Any) -> None:
    Traveller.objects.update(dwelling=cast.dwellings[0])
    client, leader = office(cast), str(cast.mandates["building_leader"].pk)
    refused = client.post("/journeys/runs/add/", plan(arrived, escort=leader))
    assert refused.status_code == 422
    assert "没有" in refused.content.decode()
    assert "building_leader" in refused.content.decode()
    assert not Run.objects.exists()
    nothing_beside.trained = lambda mandate, duty, day: date(2020, 2, 20)
    assert client.post("/journeys/runs/add/", plan(arrived, escort=leader)).status_code == 302
    run = Run.objects.get()
    assert run.night == date(2020, 3, 13)
    text = page(client, f"/journeys/runs/{run.pk}/")
    assert "受训" in text
    assert "王师傅" in text
    assert "机场 → 东门" in text
    assert "没有车在路上" in page(client, "/journeys/runs/")


def test_the_list_of_escorts_says_who_has_no_training_and_where_it_is_entered(
    arrived: Night, cast: Cast, nothing_beside: Any
) -> None:
    has = cast.mandates["building_leader"].pk
    nothing_beside.trained = lambda mandate, duty, day: date(2020, 2, 20) if mandate.pk == has else None
    client = office(cast)
    run = plan_run(by=arrived.by, neighbourhood=cast.neighbourhood, vehicle="van",
                   planned_at=arrived.after(250), travellers=arrived.travellers)  # fmt: skip
    for url in ("add/", f"{run.pk}/", f"{run.pk}/change/"):
        text = page(client, f"/journeys/runs/{url}")
        assert "clerk 槐安（还没有登记培训）</option>" in text
        assert "building_leader 槐安</option>" in text
        assert text.index("building_leader 槐安</option>") < text.index("clerk 槐安（还没有"), (
            "whoever may go comes first"
        )
        assert '培训登记在值班花名册里本人名下。 <a href="/volunteers/">志愿者</a>' in text
    gone = hands.of_mandate(cast.neighbourhood, cast.mandates["clerk"])
    plan_with = plan_run(by=arrived.by, neighbourhood=cast.neighbourhood, vehicle="van", planned_at=arrived.after(260),
                         travellers=[], crew=[Crew(gone, "escort", date(2020, 2, 20))])  # fmt: skip
    assert "clerk 槐安</option>" in page(client, f"/journeys/runs/{plan_with.pk}/change/"), "known when it was planned"


def test_who_cannot_be_ticked_for_a_run_is_counted_beside_the_list(arrived: Night, cast: Cast) -> None:
    client = office(cast)
    text = page(client, "/journeys/runs/add/")
    assert "还有 3 人不在这里：没有定下是不是我们的、住哪一户" in text
    assert 'href="/journeys/notices/">到“到达通知”里定下' in text
    assert "现在还没有人可勾" in text
    assert "都排了车" not in text
    first, second, _third = arrived.travellers
    Traveller.objects.filter(pk=first.pk).update(dwelling=cast.dwellings[0])
    run = plan_run(by=arrived.by, neighbourhood=cast.neighbourhood, vehicle="van",
                   planned_at=arrived.after(250), travellers=[second])  # fmt: skip
    for url in ("/journeys/runs/add/", f"/journeys/runs/{run.pk}/change/"):
        assert "还有 1 人不在这里" in page(client, url)
    Traveller.objects.update(dwelling=cast.dwellings[0])
    assert "不在这里" not in page(client, "/journeys/runs/add/")


def test_a_run_leaves_arrives_and_is_taken_back(arrived: Night, cast: Cast) -> None:
    by, place = arrived.by, cast.neighbourhood
    run = plan_run(
        by=by, neighbourhood=place, vehicle="coach", planned_at=arrived.after(60), travellers=arrived.travellers
    )
    client, url = office(cast), f"/journeys/runs/{run.pk}/"
    left = timezone.localtime(arrived.after(70)).strftime("%Y-%m-%dT%H:%M")
    assert client.post(url, {"what": "depart", "at": "2099-01-01T00:00"}).status_code == 422, "not yet"
    assert client.post(url, {"what": "depart", "at": left, "about": "on"}).status_code == 302
    assert "1 车在路上" in page(client, "/journeys/runs/")
    assert client.post(url, {"what": "arrive", "at": "2000-01-01T00:00"}).status_code == 422, "before it left"
    assert client.post(url, {"what": "off"}).status_code == 302
    run.refresh_from_db()
    assert run.called_off_at is None, "what has left is not called off"
    assert client.post(url, {"what": "back"}).status_code == 302
    assert client.post(url, {"what": "off"}).status_code == 302
    assert "取消了" in page(client, url)
    assert client.post(url, {"what": "nonsense"}).status_code == 404


def test_after_midnight_is_still_the_night_before(cast: Cast, nothing_beside: Any) -> None:
    with time_machine.travel(datetime(2020, 3, 14, 4, 0, tzinfo=SHANGHAI), tick=False), cast.scope():
        arrival = night(cast, ago=timedelta(hours=15))
        run = plan_run(by=arrival.by, neighbourhood=cast.neighbourhood, vehicle="van",
                       planned_at=arrival.after(670), travellers=arrival.travellers[:1])  # fmt: skip
        depart_run(by=arrival.by, run=run, at=arrival.after(680))
        arrival.hand(arrival.desk, arrival.home(), 877, arrival.travellers[:1])
        seen: list[Any] = []
        nothing_beside.watch = lambda place, since, until: seen.append((since, until)) or Watch((), (("值班员", 600),))
        client = office(cast)
        text = page(client, "/journeys/night/")
        assert "3月13日 周五 这一夜有 1 车" in text.replace("2020年", "")
        assert "每一分钟都有人" in text
        assert "值班员" in text
        assert "到达通知（微信群、落地后 5 分钟）" in text
        assert "接到通知后 14 小时 32 分" in text
        assert seen == [(arrival.after(5), arrival.after(877))]
        assert "这一夜有 1 车" in page(client, "/journeys/night/?day=2020-03-13")
        assert "没有车次" in page(client, "/journeys/night/?day=2020-03-14")
        gap = (arrival.after(600), arrival.after(630))
        nothing_beside.watch = lambda place, since, until: Watch((gap,), ())
        assert "没有人" in page(client, "/journeys/night/")


def test_a_night_begins_and_ends_at_eight() -> None:
    since, until = bounds(date(2020, 3, 13))
    assert (since.isoformat(), until.isoformat()) == ("2020-03-13T08:00:00+08:00", "2020-03-14T08:00:00+08:00")


def test_the_welcome_sheet_names_who_looks_after_the_home(arrived: Night, cast: Cast, nothing_beside: Any) -> None:
    one = arrived.travellers[0]
    client, url = office(cast), f"/journeys/{one.pk}/welcome/"
    text = page(client, url)
    assert "欢迎回家" in text
    assert "Welcome home" in text
    assert 'class="fill"' in text, "nobody is named yet: a line to write on"
    nothing_beside.aftercare = lambda traveller: Aftercare("姚组长", "199-0000-0001", date(2020, 3, 13), 14, "landing")
    text = page(client, f"{url}?lang=ko&lang=ja&lang=xx")
    assert "집에 오신 것을 환영합니다" in text
    assert "お帰りなさい" in text
    assert "欢迎回家" not in text
    assert "姚组长" in text
    assert "199-0000-0001" in text
    assert "2020 年 3 月 27 日" in text


def test_a_notice_that_was_dealt_with_is_opened_again_from_its_page(arrived: Night, cast: Cast) -> None:
    client, url = office(cast), f"/journeys/notices/{arrived.notice.pk}/"
    assert client.post(f"{url}settle/").status_code == 302
    assert "里面还有别的" in page(client, url)
    assert client.post(f"{url}settle/", {"again": "1"}).status_code == 302
    arrived.notice.refresh_from_db()
    assert arrived.notice.settled_at is None
    assert "里面还有别的" not in page(client, url)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("holder", "登记册"),
        ("body", "所在单位的号码"),
        ("committee", "居委会的电话"),
        ("operation", "本次行动公布的"),
    ],
)
def test_the_page_that_prints_says_where_the_telephone_is_from(
    arrived: Night, cast: Cast, nothing_beside: Any, source: str, said: str
) -> None:
    nothing_beside.aftercare = lambda traveller: Aftercare("姚组长", "199-0000-0001", phone_from=source)
    for paper in ("welcome", "promise"):
        text = page(office(cast), f"/journeys/{arrived.travellers[0].pk}/{paper}/")
        assert said in text
        assert "在这里改" in text


def test_before_anybody_is_named_a_telephone_is_printed_where_somebody_answers(arrived: Night, cast: Cast) -> None:
    for paper in ("welcome", "promise"):
        text = page(office(cast), f"/journeys/{arrived.travellers[0].pk}/{paper}/")
        assert arrived.operation.contact in text
        assert "还没有人负责这一户" in text


def test_every_language_says_everything() -> None:
    sheets = greetings(list(LANGUAGES), "林知夏", None)
    assert [one.language for one in sheets] == list(LANGUAGES)
    for one in sheets:
        assert "林知夏" in one.hello
        assert len(one.points) == 4
        assert "{" not in "".join((one.title, one.hello, one.who, *one.points, one.paper))


def test_the_promise_says_how_days_are_counted(arrived: Night, cast: Cast, nothing_beside: Any) -> None:
    nothing_beside.aftercare = lambda traveller: Aftercare("", "", date(2020, 3, 13), 14, "landing")
    text = page(office(cast), f"/journeys/{arrived.travellers[0].pk}/promise/")
    assert "2020 年 3 月 27 日 24:00" in text
    assert "民法典第二百零一条" in text
    assert "CA936" in text
    assert "E0000" not in text, "documents are written by hand"


def test_what_applied_on_the_day_of_arrival_is_shown_with_its_words(cast: Cast, nothing_beside: Any) -> None:
    with time_machine.travel(datetime(2020, 3, 13, 20, 0, tzinfo=SHANGHAI), tick=False), cast.scope():
        arrival = night(cast, ago=timedelta(hours=7))
        Traveller.objects.update(country="KR")
        text = page(office(cast), f"/journeys/{arrival.travellers[0].pk}/")
        assert "14 天" in text
        assert "3月27日 24:00" in text.replace(" ", "").replace("日24", "日 24")
        assert "重点国家" in text
        Traveller.objects.update(country="")
        Movement.objects.update(country="KR")
        text = page(office(cast), f"/journeys/{arrival.travellers[0].pk}/")
        assert "重点国家" in text, "his flight's, as for his case"
        assert "还不知道从哪里出发" not in text


def test_own_hands_are_made_once(arrived: Night, cast: Cast) -> None:
    crew = Crew(hands.of_mandate(cast.neighbourhood, cast.mandates["clerk"]), "escort", arrived.landed.date())
    assert crew.hands == arrived.office
