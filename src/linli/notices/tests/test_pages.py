"""The pages: mine, of everybody, groups and mailboxes, the list of calls, the bell; a stranger sees nothing of any."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.ground.actions.mandates import give_mandate
from linli.ground.actions.people import phone_row
from linli.ground.testing import Cast, client_as, make_cast
from linli.journal.models import Entry
from linli.notices import kinds
from linli.notices.actions.channels import end_channel
from linli.notices.actions.outbox import tell_due
from linli.notices.kinds import Kind
from linli.notices.models import Acknowledgement, Channel, Notice
from linli.notices.recipients import To
from linli.notices.tests.bot import Bot
from linli.notices.tests.conftest import PERSON, PLAIN
from linli.notices.tests.helpers import group, minutes, notice, zone

PAGES = (
    "/notices/",
    "/notices/bell/",
    "/notices/waiting/",
    "/notices/calls/",
    "/notices/channels/",
    "/notices/channels/add/",
)


@pytest.fixture
def told(cast: Cast) -> Notice:
    """One notice, told to the leader of the building."""
    row = notice(cast)
    with cast.scope():
        tell_due(row.due_at)
    return row


@pytest.fixture
def leader(cast: Cast) -> Client:
    return client_as(cast.users["building_leader"])


@pytest.fixture
def secretary(cast: Cast) -> Client:
    return client_as(cast.users["secretary"])


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_sees_nothing(cast: Cast, told: Notice, path: str) -> None:
    assert Client().get(path).status_code == 302
    assert client_as(cast.users["stranger"]).get(path).status_code == 404
    if path not in ("/notices/", "/notices/bell/"):
        assert client_as(cast.users["building_leader"]).get(path).status_code == 403


def test_another_neighbourhood_sees_and_takes_up_nothing(cast: Cast, told: Notice) -> None:
    other = make_cast("别处居民区", "other_")
    client = client_as(other.users["secretary"])
    assert PERSON not in client.get("/notices/waiting/").content.decode()
    assert client.post(f"/notices/{told.pk}/take/").status_code == 404


def test_mine_with_what_since_when_and_who_is_told_next(leader: Client, told: Notice) -> None:
    page = leader.get("/notices/").content.decode()
    assert "有 1 条通知等您接下" in page
    assert PERSON in page
    assert "干事" in page


def test_taken_up_it_stands_below_with_the_name(cast: Cast, leader: Client, told: Notice) -> None:
    answer = leader.post(f"/notices/{told.pk}/take/", follow=True)
    page = answer.content.decode()
    assert "没有等您接下的通知" in page
    assert cast.users["building_leader"].display_name in page
    with cast.scope():
        assert Acknowledgement.objects.get().notice == told


def test_who_was_not_told_cannot_take_it_up(cast: Cast, told: Notice) -> None:
    page = client_as(cast.users["guard"]).post(f"/notices/{told.pk}/take/", follow=True).content.decode()
    assert "这条通知是告诉别人的" in page


def test_the_bell_counts_and_says_since_when_there_is_something_to_hear(
    cast: Cast, leader: Client, told: Notice
) -> None:
    notice(cast, "quiet", kind=PLAIN)
    with cast.scope():
        tell_due(minutes(told.due_at, 1))
    page = leader.get("/notices/bell/").content.decode()
    assert f'data-loud="{int(told.due_at.timestamp())}"' in page
    assert "有 2 条等您接下" in page
    assert "every 30s" in page
    assert "data-loud" not in client_as(cast.users["guard"]).get("/notices/bell/").content.decode()


def test_a_page_holds_the_bell_and_asks_nothing_for_it(cast: Cast, leader: Client) -> None:
    page = leader.get("/notices/").content.decode()
    assert 'hx-trigger="load"' in page
    assert 'id="bell"' in page


def test_a_fixed_number_of_statements_at_any_number(cast: Cast, leader: Client, told: Notice) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            leader.get("/notices/")
        return len(seen)

    few = count()
    for n in range(20):
        notice(cast, f"more {n}")
    with cast.scope():
        tell_due(minutes(told.due_at, 1))
    assert count() == few


def test_a_room_that_fails_to_say_hides_no_other_notice(cast: Cast, leader: Client, told: Notice) -> None:
    def broken(_: object) -> dict[object, object]:
        raise RuntimeError

    kinds.register(Kind(PLAIN, "有新的回复", describe=broken))
    notice(cast, "quiet", kind=PLAIN)
    with cast.scope():
        tell_due(minutes(told.due_at, 1))
    page = leader.get("/notices/").content.decode()
    assert "有新的回复" in page
    assert PERSON in page


def test_what_is_done_is_said_to_be_done(cast: Cast, leader: Client, told: Notice) -> None:
    with cast.scope():
        Notice.objects.update(settled_at=timezone.now(), next_at=None)
    page = leader.get("/notices/").content.decode()
    assert "没有等您接下的通知" in page
    assert "已完成" in page


def test_the_office_sees_who_was_told_and_who_is_next(cast: Cast, secretary: Client, told: Notice) -> None:
    page = secretary.get("/notices/waiting/").content.decode()
    assert "有 1 条通知还没有人接下" in page
    assert cast.users["building_leader"].display_name in page
    assert "干事" in page
    assert f'<a href="/rounds/">{PERSON} 还没有走到 7号</a><br><span class="muted">19900000101</span>' in page
    assert PERSON in secretary.get("/notices/waiting/?q=0000101").content.decode()
    assert PERSON not in secretary.get("/notices/waiting/?q=nobody").content.decode()
    assert secretary.get("/notices/waiting/?as=xlsx").status_code == 200


def test_the_office_sees_that_the_same_are_told_again_or_nobody(cast: Cast, secretary: Client, told: Notice) -> None:
    with cast.scope():
        tell_due(minutes(told.due_at, 61))
        assert "再次提醒" in secretary.get("/notices/waiting/").content.decode()
        tell_due(minutes(told.due_at, 600))
        assert "没有下一步" in secretary.get("/notices/waiting/").content.decode()


def test_the_office_says_that_nothing_is_sent(cast: Cast, secretary: Client, told: Notice) -> None:
    notice(cast, "old", due_at=timezone.now() - timedelta(hours=1))
    assert "没有发出通知" in secretary.get("/notices/waiting/").content.decode()


def test_a_group_from_pasting_to_the_end(cast: Cast, secretary: Client, group_bot: Bot) -> None:
    area = zone(cast, "一片")
    assert "一片" in secretary.get("/notices/channels/").content.decode()
    form = {"kind": "dingtalk", "title": "一片群", "area": area.pk, "address": group_bot.hook("dingtalk"), "secret": ""}
    wrong = secretary.post("/notices/channels/add/", {**form, "address": "https://10.0.0.1/x"}).content.decode()
    assert "https://oapi.dingtalk.com" in wrong
    page = secretary.post("/notices/channels/add/", form, follow=True).content.decode()
    channel = Channel.objects.get()
    assert "d1n6ta1k" not in page
    assert "0001" in page
    said = secretary.post(f"/notices/channels/{channel.pk}/test/", follow=True).content.decode()
    assert "测试已被接收" in said
    assert "邻里通知" in group_bot.texts()[0]
    assert PERSON not in group_bot.texts()[0]
    group_bot.answers.append((200, {"errcode": 310000, "errmsg": "keywords not in content"}))
    said = secretary.post(f"/notices/channels/{channel.pk}/test/", follow=True).content.decode()
    assert "关键词" in said
    assert "310000" in said
    assert "有 1 个群或邮箱发不出去" in secretary.get("/notices/channels/").content.decode()
    again = secretary.post(f"/notices/channels/{channel.pk}/", {"address": group_bot.hook("dingtalk")}, follow=True)
    assert "新地址已保存" in again.content.decode()
    assert "这个地址" not in secretary.post(f"/notices/channels/{channel.pk}/end/", follow=True).content.decode()
    assert secretary.get(f"/notices/channels/{channel.pk}/").status_code == 404
    acts = list(Entry.objects.filter(act__startswith="notices.channel").values_list("act", flat=True))
    assert sorted(set(acts)) == [
        "notices.channel_added", "notices.channel_changed", "notices.channel_ended", "notices.channel_tested",
    ]  # fmt: skip


def test_a_second_group_of_a_zone_is_refused_beside_the_zone(cast: Cast, secretary: Client, group_bot: Bot) -> None:
    area = zone(cast, "一片")
    group(cast, group_bot, area=area)
    form = {"kind": "wecom", "title": "二群", "area": area.pk, "address": group_bot.hook("wecom")}
    page = secretary.post("/notices/channels/add/", form).content.decode()
    assert "一片已经有一个群" in page


def test_a_channel_ended_meanwhile_by_another(cast: Cast, secretary: Client, group_bot: Bot) -> None:
    channel = group(cast, group_bot)
    with cast.scope():
        end_channel(by=cast.users["secretary"], channel=channel)
    for tail in ("", "test/", "end/"):
        assert secretary.post(f"/notices/channels/{channel.pk}/{tail}").status_code == 404


@pytest.fixture
def to_call(cast: Cast) -> Iterator[Notice]:
    """A notice for somebody of the register who has no account, with a telephone."""
    with cast.scope():
        person = cast.people[0]
        phone_row(person=person, number="19900000123", since=timezone.localdate()).save()
        held = give_mandate(by=None, capacity="building_leader", place=cast.villas, person=person)
        row = notice(cast, "paper", to=To(mandate=held))
        tell_due(row.due_at)
        yield row


def test_who_has_no_account_is_called_from_a_list(cast: Cast, secretary: Client, to_call: Notice) -> None:
    assert "有 1 人没有账号，要打电话" in secretary.get("/notices/waiting/").content.decode()
    page = secretary.get("/notices/calls/").content.decode()
    assert cast.people[0].name in page
    assert "听松别墅" in page
    assert "19900000123" not in page
    refused = secretary.post("/notices/calls/", {"reason": " "}).content.decode()
    assert "19900000123" not in refused
    whole = secretary.post("/notices/calls/", {"reason": "巡查没有走到"}).content.decode()
    assert "199 0000 0123" in whole or "19900000123" in whole
    assert Entry.objects.filter(act="ground.unmasked").count() == 1


def test_whole_numbers_need_the_right_to_see_them(
    cast: Cast, secretary: Client, to_call: Notice, monkeypatch: pytest.MonkeyPatch
) -> None:
    from linli.ground import capacities  # reason: the table is changed for this test alone

    reduced = capacities.CAPACITIES["secretary"].rights - {"register.unmask"}
    changed = capacities.Capacity("secretary", "x", reduced)
    monkeypatch.setitem(capacities.CAPACITIES, "secretary", changed)
    answer = secretary.post("/notices/calls/", {"reason": "巡查没有走到"})
    assert answer.status_code == 403
    assert not Entry.objects.filter(act="ground.unmasked").exists()


def test_mail_says_as_little_as_a_group(cast: Cast, secretary: Client, settings: object) -> None:
    settings.EMAIL_HOST = "mail.example"  # type: ignore[attr-defined]
    settings.DEFAULT_FROM_EMAIL = "linli@example.org"  # type: ignore[attr-defined]
    form = {"kind": "mail", "title": "办公室邮箱", "area": "", "address": "office@example.org"}
    secretary.post("/notices/channels/add/", form)
    channel = Channel.objects.get()
    assert "office@example.org" not in secretary.get("/notices/channels/").content.decode()
    secretary.post(f"/notices/channels/{channel.pk}/test/")
    (sent,) = outbox.outbox
    assert sent.to == ["office@example.org"]
    assert "邻里通知" in sent.subject
