"""Pasted chats in the formats that people paste: whose, when, what, and not a line lost. Everybody in here is invented."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.kernel.cadence import SHANGHAI
from linli.kernel.chat_log import ChatLog, ChatMessage, read_chat

COPIED = date(2020, 3, 15)  # a Sunday


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def read(text: str, copied_on: date = COPIED) -> tuple[ChatMessage, ...]:
    log = read_chat(text, copied_on=copied_on)
    assert log.text() == text
    return log.messages()


def heads(text: str) -> list[tuple[str, str | None, str]]:
    """Sender, moment and text of every message."""
    return [(one.sender, one.at.strftime("%d %H:%M:%S") if one.at else None, one.text) for one in read(text)]


EXPORT = """河湾转运群
—————  2020-03-13  —————

专班-老周 2020-03-13 16:38:51
[图片]

淮南-阿珍🌸 2020-03-13 16:41:08
各位注意：
第一行

第三行
小林 2020-03-14 00:30:15
“小林”撤回了一条消息
"""


def test_the_form_with_the_whole_date() -> None:
    first, second, third = read(EXPORT)
    assert (first.sender, first.at, first.text, first.attached) == (
        "专班-老周",
        at("2020-03-13T16:38:51"),
        "[图片]",
        ("图片",),
    )
    assert (second.number, second.sender, second.first_line) == (2, "淮南-阿珍🌸", 7)
    assert second.text == "各位注意：\n第一行\n\n第三行"
    assert second.lines[0] == "淮南-阿珍🌸 2020-03-13 16:41:08"
    assert third.recalled
    assert not second.recalled
    assert third.at == at("2020-03-14T00:30:15")
    assert third.day_said
    assert [rest.lines[0] for rest in read_chat(EXPORT, copied_on=COPIED).rests()] == [
        "河湾转运群",
        "—————  2020-03-13  —————",
    ]


@pytest.mark.parametrize(
    ("header", "sender", "moment"),
    [
        ("小林 2020/3/13 9:05", "小林", "13 09:05:00"),
        ("小林 2020年3月13日 星期五 下午4:41", "小林", "13 16:41:00"),
        ("2020-03-13 16:41:08 【管理员】小林(100001)", "小林", "13 16:41:08"),
        ("2020-03-13 16:41:08 小林<lin@example.org>", "小林", "13 16:41:08"),
        ("小林:2020-03-13 16:41:08", "小林:2020-03-13 16:41:08", None),
        ("小林 昨天 16:41", "小林", "14 16:41:00"),
        ("小林 星期五 16:41", "小林", "13 16:41:00"),
        ("小林 03-13 16:41", "小林", "13 16:41:00"),
        ("小林 3月13日 晚上 8:41", "小林", "13 20:41:00"),
        ("小林  16:41", "小林", "15 16:41:00"),
        ("小林\t16:41:09", "小林", "15 16:41:09"),
        ("小林　１６：４１", "小林", "15 16:41:00"),
        ("小林 4:41 PM", "小林", "15 16:41:00"),
        ("小林 凌晨12:10", "小林", "15 00:10:00"),
        ("王 小 明 🚌 2020-03-13 16:41:08", "王 小 明 🚌", "13 16:41:08"),
        ("[2020-03-13 16:41:08] 小林：", "小林", "13 16:41:08"),
    ],
)
def test_headers(header: str, sender: str, moment: str | None) -> None:
    if moment is None:
        assert heads(header) == [("", None, header)]
    else:
        assert heads(f"{header}\r\n收到\r\n") == [(sender, moment, "收到")]


def test_a_text_in_the_header_s_own_line() -> None:
    text = "[2020-03-13 16:41] 小林: 车：到了\n四位\n[2020-03-13 16:42] 老周：好"
    assert heads(text) == [("小林", "13 16:41:00", "车：到了\n四位"), ("老周", "13 16:42:00", "好")]


def test_days_from_the_lines_between() -> None:
    text = (
        "—————  2020-03-13  —————\n\n老周  23:50\n甲\n\n小林  00:10\n乙\n\n"
        "————— 昨天 —————\n老周  07:00\n丙\n2020年3月15日 星期日\n\n老周  07:10\n丁"
    )
    assert heads(text) == [
        ("老周", "13 23:50:00", "甲"),
        ("小林", "14 00:10:00", "乙"),
        ("老周", "14 07:00:00", "丙"),
        ("老周", "15 07:10:00", "丁"),
    ]
    assert [one.day_said for one in read(text)] == [True, False, True, True]


def test_times_without_any_day_end_on_the_day_of_copying() -> None:
    text = "老周  23:50\n甲\n\n小林 00:10\n乙\n老周 00:12\n丙"
    assert heads(text) == [("老周", "14 23:50:00", "甲"), ("小林", "15 00:10:00", "乙"), ("老周", "15 00:12:00", "丙")]
    assert not any(one.day_said for one in read(text))


def test_names_alone_below_a_moment() -> None:
    text = "昨天 下午4:41\n老周：\n第一\n第二\n\n小林:\n收到\n\n16:50\n\n老周：\n好"
    assert heads(text) == [
        ("老周", "14 16:41:00", "第一\n第二"),
        ("小林", "14 16:41:00", "收到"),
        ("老周", "14 16:50:00", "好"),
    ]
    assert heads("老周：\n甲\n\n小林：\n乙") == [("老周", None, "甲"), ("小林", None, "乙")]


def test_what_only_looks_like_a_header() -> None:
    body = (
        "航班信息：\nCA1234 2020-03-13 12:37\n预计到达 19:40\n第二车20：48\n"
        "到 2020-03-13 20:00\n名单\n\n落地时间 19:40\n小林，收到 2020-03-13 12:00\n99:99\n"
        "某人 2020-13-45 16:41\n某人 2020-03-13 26:41"
    )
    assert heads(f"老周 2020-03-13 16:41:08\n{body}") == [("老周", "13 16:41:08", body)]
    assert len(read("老周 2020-03-13 16:41:08\n名单\n3月13日\n续一行\n13月45日\n小林 2020-03-13 16:42:08\n好")) == 2


def test_a_message_without_a_header() -> None:
    (only,) = read("请做好接人准备，\n预计19点后到\n")
    assert (only.sender, only.at, only.text) == ("", None, "请做好接人准备，\n预计19点后到")
    assert read("") == ()
    assert read_chat(" \n", copied_on=COPIED).text() == " \n"
    assert read("各街镇注意：\n甲") != ()


def test_forwarded_quoted_and_the_program_s_own_lines() -> None:
    text = (
        "老周 2020-03-13 16:41:08\n[转发] 名单\n小林 2020-03-13 16:42:00\n「老周：名单」\n"
        '- - - - - - - -\n收到\n"小季"邀请"阿珍"加入了群聊\n老周 2020-03-13 16:43:00\n好'
    )
    forwarded, answer, last = read(text)
    assert (forwarded.forwarded, forwarded.text) == (True, "名单")
    assert (answer.quoted, answer.text, answer.forwarded) == ("老周：名单", "收到", False)
    assert last.text == "好"
    assert '"小季"邀请"阿珍"加入了群聊' in read_chat(text, copied_on=COPIED).rests()[0].lines


LINES = st.sampled_from(
    [
        *EXPORT.split("\n"),
        "老周  16:41",
        "昨天",
        "16:41",
        "老周：",
        "--- 3月13日 ---",
        "[16:41] a: b",
        "0000-00-00",
        "\r",
        "\u3000",
        "「",
        "转",
    ]
)


@settings(max_examples=200, derandomize=True)
@given(st.one_of(st.text(), st.lists(st.one_of(LINES, st.text()), max_size=12).map("\n".join)))
def test_nothing_is_lost_and_nothing_raises(text: str) -> None:
    log: ChatLog = read_chat(text, copied_on=COPIED)
    assert log.text() == text
    first = 1
    for piece in log.pieces:
        assert piece.first_line == first
        first += len(piece.lines)
    assert [one.number for one in log.messages()] == list(range(1, len(log.messages()) + 1))
