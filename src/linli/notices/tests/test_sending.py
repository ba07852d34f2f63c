"""Deliveries against a local server that plays the three bots: failures, slowness, duplicates, two workers, a worker that is killed."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from linli import vault
from linli.ground.models import AreaHolder, AreaPlace
from linli.ground.testing import Cast
from linli.notices import actions, bots
from linli.notices.actions.channels import change_address, end_channel, try_channel
from linli.notices.actions.outbox import tell_due
from linli.notices.actions.sending import LEASE, send_due
from linli.notices.addresses import Address
from linli.notices.answers import SLOW, Answer
from linli.notices.bots import post
from linli.notices.models import Channel, Delivery
from linli.notices.recipients import To
from linli.notices.tests.bot import Bot
from linli.notices.tests.conftest import PERSON, PLAIN
from linli.notices.tests.helpers import group, minutes, notice, states, zone

REFUSED = {
    "wecom": (200, {"errcode": 93000, "errmsg": "invalid webhook url"}),
    "dingtalk": (200, {"errcode": 300005, "errmsg": "token is not exist"}),
    "feishu": (400, {"code": 19001, "msg": "param invalid: incoming webhook access token invalid", "data": {}}),
}


def work(now: datetime, send: Any = post) -> int:
    """One pass of a worker."""
    tell_due(now)
    return send_due(now, send)


@pytest.mark.parametrize("service", ["wecom", "dingtalk", "feishu"])
def test_a_group_reads_a_title_a_count_and_a_link_and_no_name(
    cast: Cast, group_bot: Bot, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINLI_ORIGIN", "https://linli.example")
    group(cast, group_bot, service)
    row = notice(cast, quantities={"count": 2})
    notice(cast, "two")
    with cast.scope():
        assert work(minutes(row.due_at, 1)) == 1
        assert states() == ["sent", "sent"]
    (text,) = group_bot.texts()
    assert "巡查没有走到" in text
    assert "3" in text
    assert "https://linli.example/notices/" in text
    for word in (PERSON, "199", "7号", *(one.display_name for one in cast.users.values())):
        assert word not in text


@pytest.mark.parametrize("service", ["wecom", "dingtalk", "feishu"])
def test_an_answer_of_200_that_refuses_is_a_failure(cast: Cast, group_bot: Bot, service: str) -> None:
    channel = group(cast, group_bot, service)
    row = notice(cast)
    group_bot.answers.append(REFUSED[service])
    with cast.scope():
        assert work(row.due_at) == 0
        channel.refresh_from_db()
        assert (channel.problem, channel.failures) == ("address", 1)
        assert channel.failing_since is not None
        assert work(timezone.now() + timedelta(minutes=1)) == 1
        channel.refresh_from_db()
        assert (channel.problem, channel.failures, channel.failing_since) == ("", 0, None)
        assert states() == ["sent"]


def test_failures_are_tried_again_later_and_later_and_given_up(cast: Cast, group_bot: Bot) -> None:
    group(cast, group_bot)
    notice(cast, kind=PLAIN)
    group_bot.answers += [(200, {"errcode": 45009, "errmsg": "api freq out of limit"})] * 40
    moments, now = [], timezone.now()
    with cast.scope():
        while states() != ["given_up"]:
            work(now)
            moments.append(now)
            assert send_due(now, post) == 0
            now = Delivery.objects.get().next_at
    gaps = [(b - a).total_seconds() for a, b in zip(moments, moments[1:], strict=False)]
    assert gaps == sorted(gaps)
    assert gaps[-1] >= 3600
    assert len(moments) == len(group_bot.got) == 30


def test_a_bot_that_answers_too_late_gets_the_same_number_again_and_not_for_ever(
    cast: Cast, group_bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bots, "READ_SECONDS", 0.15)
    group(cast, group_bot)
    first = notice(cast, kind=PLAIN)
    group_bot.slow = 0.5
    with cast.scope():
        work(first.due_at)
        notice(cast, "later", kind=PLAIN)
        for count in range(1, 12):
            work(minutes(timezone.now(), count))
        assert states(first) == ["given_up"]
        numbers = [text.rsplit(" ", 1)[-1] for text in group_bot.texts()]
        assert numbers.count(numbers[0]) == 3
        assert len(numbers) == 6
        assert Channel.objects.get().problem == "slow"


def test_what_was_refused_goes_out_later_with_what_came_meanwhile_as_one(cast: Cast, group_bot: Bot) -> None:
    group(cast, group_bot)
    row = notice(cast, kind=PLAIN)
    group_bot.answers.append(REFUSED["wecom"])
    with cast.scope():
        work(row.due_at)
        for n in range(5):
            notice(cast, f"more {n}", kind=PLAIN)
        assert work(minutes(timezone.now(), 2)) == 1
    assert len(group_bot.got) == 2
    assert "6" in group_bot.texts()[1]


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ((500, {}), "server"),
        ((200, b"<html>sign in to the network</html>"), "unreadable"),
        ((200, b"[]"), "unreadable"),
        ((404, b""), "refused"),
        ((302, b""), "unreadable"),
        ((200, {"errcode": 310000, "errmsg": "description:关键词不匹配;keywords not in content"}), "keyword"),
        ((200, {"errcode": 310000, "errmsg": "sign not match"}), "signature"),
        ((200, {"errcode": 310000, "errmsg": "ip 1.2.3.4 not in whitelist"}), "origin"),
        ((200, {"errcode": 99, "errmsg": "?"}), "refused"),
    ],
)
def test_what_is_wrong_is_told_apart(cast: Cast, group_bot: Bot, answer: tuple[int, Any], problem: str) -> None:
    channel = group(cast, group_bot, "dingtalk")
    group_bot.answers.append(answer)
    assert try_channel(by=cast.users["secretary"], channel=channel, send=post).problem == problem
    assert len(group_bot.got) == 1, "no redirect is followed"


def test_nobody_listens_and_no_log_holds_the_key(group_bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    address = Address("wecom", "http://127.0.0.1:1", "wecom-key-00000001")
    assert post(address, "x") == Answer("no_answer")
    group_bot.answers += [(500, {}), (302, b"")]
    there = Address("wecom", group_bot.origin, "wecom-key-00000001")
    assert [post(there, "x").problem for _ in range(3)] == ["server", "unreadable", ""]
    assert "wecom-key" not in caplog.text


def test_signed_bots(cast: Cast, group_bot: Bot) -> None:
    """Checked against the services' own description of the two signatures."""
    for service in ("dingtalk", "feishu"):
        channel = group(cast, group_bot, service, secret="SEC0001")
        with cast.scope():
            try_channel(by=cast.users["secretary"], channel=channel, send=post)
    ding, feishu = group_bot.got
    stamp = ding.query["timestamp"][0]
    wanted = hmac.new(b"SEC0001", f"{stamp}\nSEC0001".encode(), hashlib.sha256).digest()
    assert base64.b64decode(ding.query["sign"][0]) == wanted
    assert len(stamp) == 13
    wanted = hmac.new(f"{feishu.body['timestamp']}\nSEC0001".encode(), b"", hashlib.sha256).digest()
    assert base64.b64decode(feishu.body["sign"]) == wanted


def test_the_zones_group_hears_and_the_office_at_the_next_step(cast: Cast, group_bot: Bot) -> None:
    one, other = zone(cast, "一片"), zone(cast, "二片")
    group(cast, group_bot, "dingtalk", area=one)
    group(cast, group_bot, "feishu", area=other)
    group(cast, group_bot, "wecom")
    row = notice(cast, to=To(mandate=cast.mandates["building_leader"], area=one))
    with cast.scope():
        work(row.due_at)
        assert [got.service for got in group_bot.got] == ["dingtalk"]
        work(minutes(row.due_at, 20))
        assert [got.service for got in group_bot.got] == ["dingtalk", "wecom"]


def test_the_zones_group_is_found_by_its_holder_or_by_the_place(cast: Cast, group_bot: Bot) -> None:
    area = zone(cast)
    AreaPlace.objects.create(area=area, place=cast.lanes)
    AreaHolder.objects.create(area=area, mandate=cast.mandates["building_leader"], since=date(2020, 1, 1))
    group(cast, group_bot, "dingtalk", area=area)
    group(cast, group_bot, "wecom")
    notice(cast, "holder", kind=PLAIN)
    notice(cast, "place", to=To(capacity="clerk", place=cast.dwellings[3]))
    row = notice(cast, "elsewhere", kind="tests.other", to=To(capacity="clerk", place=cast.villas))
    with cast.scope():
        work(minutes(row.due_at, 1))
    assert sorted(got.service for got in group_bot.got) == ["dingtalk", "dingtalk", "wecom"]


def test_a_day_without_a_worker_is_one_message(cast: Cast, group_bot: Bot) -> None:
    group(cast, group_bot)
    row = notice(cast)
    with cast.scope():
        work(minutes(row.due_at, 24 * 60))
        work(minutes(row.due_at, 24 * 60 + 1))
    assert len(group_bot.got) == 1


def test_what_was_taken_up_or_done_meanwhile_is_not_sent(cast: Cast, group_bot: Bot) -> None:
    group(cast, group_bot)
    up, done = notice(cast, "a"), notice(cast, "b")
    with cast.scope():
        tell_due(minutes(done.due_at, 1))
        actions.acknowledge(by=cast.users["building_leader"], notice=up)
        actions.settle(key="b", now=done.due_at)
        assert send_due(minutes(done.due_at, 1), post) == 0
        assert states() == ["dropped", "dropped"]
    assert group_bot.got == []


def test_a_worker_killed_between_claim_and_send(cast: Cast, group_bot: Bot) -> None:
    """It goes out once, after its claim has run out, and under the number it had."""
    group(cast, group_bot)
    row = notice(cast)

    def killed(address: Address, body: str) -> Answer:
        raise SystemExit

    with cast.scope():
        with pytest.raises(SystemExit):
            work(row.due_at, killed)
        held = Delivery.objects.get()
        assert held.state == "sending"
        assert work(minutes(row.due_at, 1)) == 0
        assert work(timezone.now() + LEASE + timedelta(minutes=1)) == 1
        assert states() == ["sent"]
        assert Delivery.objects.get().message == held.message
    assert len(group_bot.got) == 1
    assert group_bot.texts()[0].endswith(held.message.hex[-6:].upper())


def test_a_worker_that_wakes_up_too_late_changes_nothing(cast: Cast, group_bot: Bot) -> None:
    """Its claim has gone to another one meanwhile: what it says no longer counts."""
    group(cast, group_bot)
    row = notice(cast)

    def asleep(address: Address, body: str) -> Answer:
        send_due(timezone.now() + LEASE + timedelta(minutes=1), post)
        return SLOW

    with cast.scope():
        work(row.due_at, asleep)
        assert states() == ["sent"]
    assert len(group_bot.got) == 1


def test_no_transaction_is_open_while_a_bot_is_asked(cast: Cast, group_bot: Bot) -> None:
    depth = len(connection.savepoint_ids)
    seen: list[int] = []

    def looking(address: Address, body: str) -> Answer:
        seen.append(len(connection.savepoint_ids) - depth)
        return Answer()

    group(cast, group_bot)
    row = notice(cast)
    with cast.scope():
        work(row.due_at, looking)
    assert seen == [0]


def test_a_dead_group_is_not_asked_once_for_each_kind(cast: Cast, group_bot: Bot) -> None:
    group(cast, group_bot)
    notice(cast, "a", kind=PLAIN)
    row = notice(cast, "b")
    group_bot.answers += [REFUSED["wecom"]] * 9
    with cast.scope():
        work(minutes(row.due_at, 1))
    assert len(group_bot.got) == 1


def test_another_address_and_what_waited_goes_out(cast: Cast, group_bot: Bot) -> None:
    channel = group(cast, group_bot)
    row = notice(cast, kind=PLAIN)
    group_bot.answers += [REFUSED["wecom"]] * 3
    with cast.scope():
        for count in (0, 1, 3):
            work(minutes(row.due_at, count))
        group_bot.answers.clear()
        change_address(by=cast.users["secretary"], channel=channel, address=group_bot.hook("wecom"))
        assert work(timezone.now()) == 1


def test_an_ended_group_hears_nothing_and_its_address_is_gone(cast: Cast, group_bot: Bot) -> None:
    channel = group(cast, group_bot)
    row = notice(cast)
    with cast.scope():
        tell_due(row.due_at)
        end_channel(by=cast.users["secretary"], channel=channel)
        assert send_due(row.due_at, post) == 0
        assert states() == ["dropped"]
    channel.refresh_from_db()
    assert bytes(channel.sealed) == b""


def test_without_the_key_the_channel_says_so(cast: Cast, group_bot: Bot) -> None:
    channel = group(cast, group_bot)
    vault.keyring().destroy("notices")
    assert try_channel(by=cast.users["secretary"], channel=channel, send=post).problem == "no_key"
