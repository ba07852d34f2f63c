"""Addresses of bots: only the three services, sealed, masked; no page makes the server call the office's own network."""

from __future__ import annotations

import pytest
from django.conf import LazySettings

from linli.ground.testing import Cast
from linli.kernel.refusal import Refusal
from linli.notices.actions.channels import add_channel, end_channel, try_channel
from linli.notices.addresses import address_of, read
from linli.notices.answers import Answer
from linli.notices.models import Channel
from linli.notices.tests.bot import Bot
from linli.notices.tests.helpers import group, zone

WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
DING = "https://oapi.dingtalk.com/robot/send?access_token=566cc69da782ec33ba7d2a1b"
FEISHU = "https://open.feishu.cn/open-apis/bot/v2/hook/0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"


@pytest.mark.parametrize(("kind", "text"), [("wecom", WECOM), ("dingtalk", DING), ("feishu", FEISHU)])
def test_what_people_paste_is_taken_apart_and_rebuilt(kind: str, text: str) -> None:
    assert read(kind, text).url == text
    assert read(kind, f"  {text[:20]}\n{text[20:]} ").url == text
    assert text.rsplit("/", 1)[-1].rsplit("=", 1)[-1] not in read(kind, text).masked
    assert read(kind, text).masked.endswith(text[-4:])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "notices.address_https"),
        ("qyapi.weixin.qq.com", "notices.address_https"),
        (WECOM.replace("https", "http"), "notices.address_https"),
        (WECOM.replace("https", "file"), "notices.address_https"),
        ("https://[::1", "notices.address_https"),
        ("https://192.168.1.1/cgi-bin/webhook/send?key=aaaaaaaa", "notices.address_host"),
        ("https://127.0.0.1/cgi-bin/webhook/send?key=aaaaaaaa", "notices.address_host"),
        ("https://localhost/cgi-bin/webhook/send?key=aaaaaaaa", "notices.address_host"),
        ("https://[::1]/cgi-bin/webhook/send?key=aaaaaaaa", "notices.address_host"),
        ("https://169.254.169.254/cgi-bin/webhook/send?key=aaaaaaaa", "notices.address_host"),
        ("https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send?key=aaaaaaaa", "notices.address_host"),
        ("https://qyapi.weixin.qq.com:8443/cgi-bin/webhook/send?key=aaaaaaaa", "notices.address_host"),
        ("https://qyapi.weixin.qq.com@evil.example/cgi-bin/webhook/send?key=aaaaaaaa", "notices.address_host"),
        ("https://evil.example@qyapi.weixin.qq.com/cgi-bin/webhook/send?key=aaaaaaaa", "notices.address_host"),
        (DING, "notices.address_host"),
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send", "notices.address_key"),
        ("https://qyapi.weixin.qq.com/cgi-bin/other?key=aaaaaaaa", "notices.address_key"),
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=../../../x", "notices.address_key"),
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=aaaaaaaa%26x%3D1", "notices.address_key"),
    ],
)
def test_every_other_address_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        read("wecom", text)
    assert refused.value.code == code


def test_a_host_of_ones_own_is_named_by_who_runs_the_server(settings: LazySettings) -> None:
    own = "http://10.0.0.7:8080/cgi-bin/webhook/send?key=aaaaaaaa"
    settings.LINLI_NOTICE_HOSTS = frozenset({"10.0.0.7:8080"})
    assert read("wecom", own).url == own
    with pytest.raises(Refusal):
        read("wecom", own.replace("8080", "8081"))


def test_mailboxes() -> None:
    assert read("mail", " office@example.org ").masked == "o…@example.org"
    with pytest.raises(Refusal) as refused:
        read("mail", "office")
    assert refused.value.code == "notices.mail_wrong"


def test_the_key_is_sealed_in_the_database(cast: Cast, group_bot: Bot) -> None:
    channel = group(cast, group_bot, secret="SEC0001")
    stored = bytes(Channel.objects.get(pk=channel.pk).sealed)
    assert b"wecom-key" not in stored
    assert b"SEC0001" not in stored
    assert address_of(channel).url == group_bot.hook("wecom")
    assert "SEC0001" not in repr(channel)


def test_one_group_per_zone(cast: Cast, group_bot: Bot) -> None:
    """P03: a second is refused until the first is ended; a mailbox beside it is no group."""
    area = zone(cast)
    first = group(cast, group_bot, area=area)
    with pytest.raises(Refusal) as refused:
        group(cast, group_bot, "dingtalk", area=area)
    assert refused.value.code == "notices.zone_has_group"
    box = {"by": cast.users["secretary"], "neighbourhood": cast.neighbourhood, "kind": "mail", "title": "邮箱"}
    add_channel(**box, address="zone@example.org", area=area)
    with cast.scope():
        end_channel(by=cast.users["secretary"], channel=first)
    assert group(cast, group_bot, "dingtalk", area=area).area == area


def test_a_zone_of_another_neighbourhood(cast: Cast, group_bot: Bot) -> None:
    area = zone(cast)
    area.neighbourhood = cast.villas
    with pytest.raises(Refusal) as refused:
        group(cast, group_bot, area=area)
    assert refused.value.code == "notices.zone_elsewhere"


def test_an_ended_channel_is_not_tried(cast: Cast, group_bot: Bot) -> None:
    channel = group(cast, group_bot)
    with cast.scope():
        end_channel(by=cast.users["secretary"], channel=channel)
        channel.refresh_from_db()
        with pytest.raises(Refusal) as refused:
            try_channel(by=cast.users["secretary"], channel=channel, send=lambda *_: Answer())
    assert refused.value.code == "notices.channel_over"
    with pytest.raises(Refusal), cast.scope():
        end_channel(by=cast.users["secretary"], channel=channel)
