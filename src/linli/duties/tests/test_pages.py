"""The pages: the board, the wall, the week, one's own shifts, posts, a shift, hours; strangers see nothing; statements are counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from linli.accounts.models import User
from linli.duties.actions.attendance import say_came
from linli.duties.actions.stints import assign, invite
from linli.duties.models import HandoverNote, Post, Shift, Stint, Volunteer
from linli.duties.testing import Watch, body, person, watch
from linli.ground.actions.mandates import give_mandate
from linli.ground.actions.members import add_member
from linli.ground.testing import Cast, client_as

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def now() -> Iterator[datetime]:
    """Ten in the morning of a Tuesday: the day shift is under way."""
    with time_machine.travel(datetime(2026, 3, 10, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))):
        yield timezone.now()


@pytest.fixture
def gate(cast: Cast, now: datetime) -> Watch:
    with cast.scope():
        return watch(cast, now)


@pytest.fixture
def own(gate: Watch, cast: Cast, now: datetime) -> Volunteer:
    """The building leader on the roster."""
    with cast.scope():
        return person(cast, now, "林知夏", user=cast.users["building_leader"])


def mine(cast: Cast) -> Client:
    return client_as(cast.users["building_leader"])


def office(cast: Cast) -> Client:
    return client_as(cast.users["clerk"])


def coming(gate: Watch, now: datetime) -> Shift:
    """The second shift that has not begun."""
    return [one for one in gate.shifts() if one.starts_at > now][1]


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def test_a_stranger_sees_nothing(gate: Watch, cast: Cast) -> None:
    one = (f"posts/{gate.gate.pk}/", f"shifts/{gate.shifts()[0].pk}/")
    paths = ("", "wall/", "week/", "mine/", "posts/", "hours/", "hours/ours/", "meals/", *one)
    for path in paths:
        assert Client().get(f"/duties/{path}").status_code == 302
        assert client_as(cast.users["stranger"]).get(f"/duties/{path}").status_code == 404, path


def test_the_board_names_who_is_missing_and_where_it_is_thin(gate: Watch, cast: Cast, now: datetime) -> None:
    with cast.scope():
        shift = gate.shifts()[0]
        Shift.objects.filter(pk=shift.pk).update(starts_at=now - timedelta(hours=1))
        shift.refresh_from_db()
        for n in (0, 1):
            assign(by=None, shift=shift, volunteer=gate.guards[n], now=now)
        stint = Stint.objects.select_related("shift__post", "volunteer").order_by("volunteer__name").first()
        assert stint is not None
        say_came(by=None, stint=stint, at=now - timedelta(minutes=50), now=now)
    for path in ("/duties/", "/duties/wall/"):
        page = text(office(cast).get(path, headers={"accept-language": "zh"}))
        assert "保安02" in page
        assert "现在在岗 1 人，少 3 人" in page
    assert 'data-refresh="60"' in page
    today = text(office(cast).get("/today/" if False else "/"))
    assert "1 人未到岗" in today


def test_one_signs_up_with_one_tap_and_cannot_come_with_another(
    gate: Watch, own: Volunteer, cast: Cast, now: datetime
) -> None:
    shift, client = coming(gate, now), mine(cast)
    assert f"/duties/mine/shifts/{shift.pk}/take/" in text(client.get("/duties/mine/"))
    assert client.post(f"/duties/mine/shifts/{shift.pk}/take/").status_code == 302
    with cast.scope():
        stint = Stint.objects.get(volunteer=own)
    page = text(client.get("/duties/mine/"))
    assert "我来不了" in page
    assert "与另一个班首尾相接。" in page, "why the next one cannot be taken"
    assert client.post(f"/duties/mine/places/{stint.pk}/cannot/", {"reason": "office"}).status_code == 302
    assert client.post(f"/duties/mine/places/{stint.pk}/cannot/", {"reason": "family"}).status_code == 302
    with cast.scope():
        stint.refresh_from_db()
        assert (stint.release_reason, Shift.objects.get(pk=shift.pk).taken) == ("family", 0)
    assert client.post(f"/duties/mine/places/{stint.pk}/dances/").status_code == 404


def test_who_is_asked_says_yes_comes_hands_over_and_goes(
    gate: Watch, own: Volunteer, cast: Cast, now: datetime
) -> None:
    client = mine(cast)
    with cast.scope():
        shift = coming(gate, now)
        stint = invite(by=None, shift=shift, volunteer=own, now=now)
        other = assign(by=None, shift=shift, volunteer=gate.guards[0], now=now)
    assert "我可以" in text(client.get("/duties/mine/"))
    client.post(f"/duties/mine/places/{stint.pk}/yes/")
    Shift.objects.filter(pk=shift.pk).update(starts_at=now - timedelta(minutes=5), ends_at=now + timedelta(hours=2))
    client.post(f"/duties/mine/places/{stint.pk}/came/")
    client.post(f"/duties/mine/shifts/{shift.pk}/note/", {"text": "钥匙在抽屉里"})
    client.post(f"/duties/mine/places/{stint.pk}/left/")
    with cast.scope():
        stint.refresh_from_db()
        assert stint.left_at is not None
        assert stint.said_by == cast.users["building_leader"].pk
        note = HandoverNote.objects.get()
        following = assign(by=None, shift=gate.shifts()[4], volunteer=gate.guards[1], now=now)
        Volunteer.objects.filter(pk=gate.guards[1].pk).update(user=cast.users["guard"])
        Shift.objects.filter(pk=following.shift_id).update(starts_at=now + timedelta(hours=1), ends_at=now + DAY)
    page = text(client_as(cast.users["guard"]).get("/duties/mine/"))
    assert "钥匙在抽屉里" in page
    assert client.post(f"/duties/mine/notes/{note.pk}/read/").status_code == 404, "not of the next shift"
    assert client_as(cast.users["guard"]).post(f"/duties/mine/notes/{note.pk}/read/").status_code == 302
    with cast.scope():
        assert HandoverNote.objects.get().read_name == cast.users["guard"].display_name
    assert client.post(f"/duties/mine/places/{other.pk}/came/").status_code == 404, "somebody else's"


def test_one_puts_oneself_on_the_roster_and_nobody_under_18_does(gate: Watch, cast: Cast, now: datetime) -> None:
    client, year = mine(cast), timezone.localdate().year
    assert client.post(f"/duties/mine/shifts/{coming(gate, now).pk}/take/").status_code == 302
    page = text(client.post("/duties/mine/join/", {"born_year": year - 17}))
    assert "年满 18 周岁才能值班。" in page
    assert client.post("/duties/mine/join/", {"born_year": year - 30, "adult": "on"}).status_code == 302
    with cast.scope():
        who = Volunteer.objects.get(user=cast.users["building_leader"])
        assert who.adult_said_by == cast.users["building_leader"].pk
    assert client.post("/duties/mine/calendar/").status_code == 302
    assert f"/duties/calendar/person/{who.pk}/" in text(client.get("/duties/mine/"))


def test_the_office_puts_asks_says_and_cancels(gate: Watch, own: Volunteer, cast: Cast, now: datetime) -> None:
    client, shift = office(cast), coming(gate, now)
    url = f"/duties/shifts/{shift.pk}/"
    client.post(f"{url}put/", {"person": gate.guards[0].pk})
    client.post(f"{url}put/", {"person": own.pk, "how": "ask"})
    client.post(f"{url}note/", {"text": "今晚停水"})
    page = text(client.get(url))
    assert "保安01" in page
    assert "今晚停水" in page
    following = next(one for one in gate.shifts() if one.starts_at == shift.ends_at)
    client.post(f"/duties/shifts/{following.pk}/put/", {"person": gate.guards[0].pk})
    with cast.scope():
        assert not Stint.objects.filter(shift=following).exists()
    client.post(f"/duties/shifts/{following.pk}/put/", {"person": gate.guards[0].pk, "despite": "1"})
    with cast.scope():
        stint = Stint.objects.get(shift=following)
        assert (stint.overrode, stint.overrode_by) == (["adjacent"], cast.users["clerk"].display_name)
    assert f"{cast.users['clerk'].display_name} 仍予安排" in text(client.get(f"/duties/shifts/{following.pk}/"))
    client.post(f"/duties/places/{stint.pk}/say/", {"what": "off"})
    with cast.scope():
        stint.refresh_from_db()
        assert stint.release_reason == "office"
    client.post(f"{url}cancel/")
    assert "这个班次已取消" in text(client.get(url))
    assert client.post(f"{url}put/", {"person": "nobody"}).status_code == 404


def test_attendance_by_the_office(gate: Watch, cast: Cast, now: datetime) -> None:
    client = office(cast)
    with cast.scope():
        shift = gate.shifts()[0]
        stint = assign(by=None, shift=shift, volunteer=gate.guards[0], now=now)
    Shift.objects.filter(pk=shift.pk).update(starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1))
    said = [("missed", False, True), ("withdraw", False, False), ("came", True, False), ("withdraw", False, False)]
    for what, came, missed in [*said, ("came_on_time", True, False), ("left", True, False)]:
        client.post(f"/duties/places/{stint.pk}/say/", {"what": what})
        with cast.scope():
            stint.refresh_from_db()
        assert (stint.came_at is not None, stint.missed) == (came, missed), what
    assert stint.left_at is not None


def test_the_head_of_the_guards_has_his_gate_and_no_other(gate: Watch, cast: Cast, now: datetime) -> None:
    captain = User.objects.create_user("captain", display_name="西门队长")
    give_mandate(by=None, capacity="gate_captain", place=cast.gates[1], user=captain)
    client, url = client_as(captain), f"/duties/shifts/{coming(gate, now).pk}/"
    assert "谁能顶上" not in text(client.get(url))
    assert client.post(f"{url}put/", {"person": gate.guards[0].pk}).status_code == 403
    assert client.get("/duties/posts/add/").status_code == 403
    Post.objects.filter(pk=gate.gate.pk).update(place=cast.gates[1])
    assert "谁能顶上" in text(client.get(url))
    assert client.post(f"{url}put/", {"person": gate.guards[0].pk}).status_code == 302


def test_a_post_is_set_up_gets_shifts_and_ends(cast: Cast, now: datetime) -> None:
    client = office(cast)
    form = {"title": "西门", "kind": "gate", "place": cast.gates[1].pk, "gapless": "on", "signup": "on"}
    answer = client.post("/duties/posts/add/", form)
    assert answer.status_code == 302
    post = Post.objects.get()
    page = {"name": "白班", "starts": "07:00", "hours": "12", "count": "4", "when": "FREQ=DAILY", "leader": "on"}
    assert client.post(f"/duties/posts/{post.pk}/pattern/", page).status_code == 302
    shown = text(client.get(answer.url))
    assert "每天 07:00" in shown
    assert "分钟没有班" in shown, "the nights"
    assert (
        client.post(f"/duties/posts/{post.pk}/pattern/", page | {"name": "夜班", "starts": "19:00"}).status_code == 302
    )
    assert "没有空当" in text(client.get(answer.url))
    assert "在同一时间已有另一个班次开始" in text(client.post(f"/duties/posts/{post.pk}/pattern/", page))
    assert "看不懂" in text(client.post(f"/duties/posts/{post.pk}/pattern/", page | {"when": "", "rule": "SOMETIMES"}))
    start = (timezone.localtime(now) + DAY).strftime("%Y-%m-%dT10:00")
    assert (
        client.post(f"/duties/posts/{post.pk}/shift/", {"starts_at": start, "hours": "2", "count": "1"}).status_code
        == 302
    )
    client.post(f"/duties/posts/{post.pk}/", form | {"title": "西大门"})
    client.post(f"/duties/posts/{post.pk}/calendar/")
    client.post(f"/duties/patterns/{post.patterns.all()[0].pk}/end/", {"on": timezone.localdate().isoformat()})
    client.post(f"/duties/posts/{post.pk}/end/", {"on": timezone.localdate().isoformat()})
    post.refresh_from_db()
    assert (post.title, post.calendar_serial, post.ended_on) == ("西大门", 1, timezone.localdate())
    assert "西大门" not in text(client.get("/duties/posts/"))


def test_the_week_as_a_page_a_spreadsheet_and_on_paper(gate: Watch, cast: Cast, now: datetime) -> None:
    client, shift = office(cast), coming(gate, now)
    with cast.scope():
        assign(by=None, shift=shift, volunteer=gate.guards[0], now=now)
    week = timezone.localdate(shift.starts_at).isoformat()
    assert "保安01" in text(client.get(f"/duties/week/?week={week}"))
    assert "保安01" in text(client.get(f"/duties/week/?week={week}&as=print"))
    book = load_workbook(BytesIO(client.get(f"/duties/week/?week={week}&as=xlsx").content))
    cells = [[cell.value for cell in row] for row in book.active.iter_rows(min_row=4)]
    assert [row[5:8] for row in cells if row[5]] == [["保安01", 4, 3]]
    assert "保安01" not in text(client.get(f"/duties/week/?week={week}&estate={cast.lanes.pk}")), "C05: by estate"
    assert client.get("/duties/week/?week=0001-01-01&estate=x&kind=y").status_code == 200


def test_a_weeks_spreadsheet_takes_as_many_statements_with_fourteen_shifts_as_with_two(gate: Watch, cast: Cast) -> None:
    client, counted = office(cast), []
    with cast.scope():
        last = max(timezone.localdate(one.starts_at) for one in gate.shifts())
    for day in (last, last - 7 * DAY):
        with CaptureQueriesContext(connection) as statements:
            assert client.get(f"/duties/week/?week={day.isoformat()}&as=xlsx").status_code == 200
        counted.append(len(statements))
    assert counted[0] == counted[1]


def test_hours_thanks_and_a_certificate_from_evidence(gate: Watch, own: Volunteer, cast: Cast, now: datetime) -> None:
    client = office(cast)
    with cast.scope():
        shift = gate.shifts()[0]
        Shift.objects.filter(pk=shift.pk).update(starts_at=now - timedelta(hours=3), ends_at=now)
        shift.refresh_from_db()
        for who, named in ((own, True), (gate.guards[0], False)):
            stint = assign(by=None, shift=shift, volunteer=who, now=now - timedelta(hours=3))
            say_came(by=None, stint=stint, at=shift.starts_at, now=now)
            Volunteer.objects.filter(pk=who.pk).update(named_on=now.date() if named else None)
    since = (now - DAY).date().isoformat()
    page = text(client.get(f"/duties/hours/?since={since}"))
    assert "2 人值班，共 6 小时" in page
    thanks = text(client.get(f"/duties/hours/thanks/?since={since}"))
    assert "林知夏" in thanks
    assert "保安01" not in thanks, "only who agreed"
    assert "1 位未列姓名的邻居" in thanks
    assert "共 3 小时" in text(client.get(f"/duties/people/{own.pk}/thanks/?since={since}"))
    assert client.get(f"/duties/people/{gate.guards[5].pk}/thanks/").status_code == 404
    assert client.get("/duties/meals/").status_code == 200
    assert "过去一年的工时" in text(client.get(f"/duties/people/{own.pk}/"))


def test_a_body_sees_its_own_hours_and_no_others(gate: Watch, cast: Cast, now: datetime) -> None:
    with cast.scope():
        unit, other = body(cast, "云帆公司", "company"), body(cast, "星河公司", "company")
        lent = [person(cast, now, name, home=home) for name, home in (("陆清扬", unit), ("何长庚", other))]
        shift = gate.shifts()[0]
        Shift.objects.filter(pk=shift.pk).update(starts_at=now - timedelta(hours=3), ends_at=now)
        shift.refresh_from_db()
        for who in lent:
            stint = assign(by=None, shift=shift, volunteer=who, now=now - timedelta(hours=3))
            say_came(by=None, stint=stint, at=shift.starts_at, now=now)
    add_member(by=None, body=unit, capacity="contact", user=cast.users["stranger"])
    since = (now - DAY).date().isoformat()
    page = text(client_as(cast.users["stranger"]).get(f"/duties/hours/ours/?since={since}"))
    assert "陆清扬" in page
    assert "何长庚" not in page


def test_somebody_is_put_on_the_roster_changed_and_taken_off(cast: Cast, now: datetime) -> None:
    client, year = office(cast), timezone.localdate().year
    assert "年满 18 周岁" in text(client.post("/duties/people/add/", {"name": "小满", "born_year": year - 10}))
    added = client.post("/duties/people/add/", {"name": "顾小满", "born_year": year - 40, "phone": "199-0000-0001"})
    assert added.status_code == 302
    with cast.scope():
        who = Volunteer.objects.get()
        assert who.phone_masked
        assert b"19900000001" not in bytes(who.phone_sealed)
    assert (
        client.post(f"/duties/people/{who.pk}/edit/", {"name": "顾小满", "leads": "on", "named": "on"}).status_code
        == 302
    )
    client.post(f"/duties/people/{who.pk}/calendar/")
    client.post(f"/duties/people/{who.pk}/end/", {"on": timezone.localdate().isoformat()})
    with cast.scope():
        who.refresh_from_db()
        assert (who.leads, who.calendar_serial, who.until) == (True, 1, timezone.localdate())
        assert who.phone_masked, "an empty number leaves it"
    assert client.get(f"/duties/people/{who.pk}/edit/").status_code == 200


STATEMENTS = {"/duties/": 26, "/duties/wall/": 26, "/duties/week/": 26, "/duties/mine/": 34}


@pytest.mark.parametrize("path", STATEMENTS)
def test_statements_are_fixed(path: str, gate: Watch, own: Volunteer, cast: Cast, now: datetime) -> None:
    """The same number with four times as many people and another post."""
    client = mine(cast) if path == "/duties/mine/" else office(cast)

    def count() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(path).status_code == 200
        return len(caught)

    with cast.scope():
        shifts = [one for one in gate.shifts() if one.starts_at > now]
        assign(by=None, shift=shifts[0], volunteer=gate.guards[0], now=now)
        assign(by=None, shift=shifts[0], volunteer=own, now=now)
    count()
    first = count()
    with cast.scope():
        for n, shift in enumerate(shifts[2:10:2]):
            assign(by=None, shift=shift, volunteer=own, now=now)
            for guard in gate.guards[2 * (n % 2) : 2 * (n % 2) + 2]:
                assign(by=None, shift=shift, volunteer=guard, now=now)
        watch(cast, now, guards=4)
    assert count() == first
    assert first <= STATEMENTS[path]
