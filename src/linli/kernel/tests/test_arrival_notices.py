"""A transfer group's chat → proposed fields, on our own sample and, where it lies beside us, the shared one. Everybody is invented."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.kernel.arrival_fields import CLOCK, Words, resolve
from linli.kernel.arrival_night import Arrived, arrivals_of, travellers_of
from linli.kernel.arrival_notices import read_notices
from linli.kernel.arrival_people import Correction, Listed
from linli.kernel.chat_log import read_chat
from linli.kernel.tests.arrival_samples import NIGHT, NOW, OURS, moment, night, one

SHARED = Path(__file__).resolve().parents[4].parent / "shared/data/office"
KINDS = [
    "noise", "arrival_notice", "noise", "noise", "correction", "duplicate", "other_neighbourhood", "run_departed", "noise",
    "handover", "other_neighbourhood", "handover", "arrival_notice", "handover", "noise",
]  # fmt: skip


@dataclass
class Night:
    """A chat and what it is to yield."""

    text: str
    ours: tuple[str, ...]
    kinds: list[str]
    travellers: int
    arrived: list[tuple[datetime, bool, int]]


def own_night() -> Night:
    runs = [("2020-03-13T18:15", True, 2), ("2020-03-13T20:25", False, 1), ("2020-03-14T02:48", False, 1)]
    return Night(NIGHT, OURS, KINDS, 4, [(moment(at), about, people) for at, about, people in runs])


def shared_night() -> Night:
    truth: dict[str, Any] = json.loads((SHARED / "truth/notices.json").read_text(encoding="utf-8"))
    return Night(
        (SHARED / "notices.txt").read_text(encoding="gb18030"),
        ("程桥居民区",),
        [one["kind"] for one in truth["messages"]],
        len(truth["travellers"]),
        [(datetime.fromisoformat(run["arrived"]), run["about"], run["people"]) for run in truth["runs"]],
    )


@pytest.mark.parametrize("which", [own_night, *([shared_night] if SHARED.exists() else [])])
def test_a_night_is_told_line_by_line(which: Any) -> None:
    expected: Night = which()
    found = night(expected.text, expected.ours)
    assert [reading.kind for reading in found] == expected.kinds
    assert len(travellers_of(found, ours=expected.ours)) == expected.travellers
    arrived = arrivals_of(found)
    assert [(run.at.at, run.at.about, run.people) for run in arrived] == expected.arrived
    assert [run.counted for run in arrived] == [True, True, False]


def test_the_fields_of_a_notice() -> None:
    found = night(NIGHT)
    notice = found[1]
    assert notice.flight is not None
    assert (notice.flight.number, notice.flight.origin, notice.flight.destination) == ("ZZ512", "墨尔本", "虹桥")
    assert notice.flight.landed is not None
    assert (notice.flight.landed.at, notice.flight.landed.about) == (moment("2020-03-13T11:20"), False)
    assert notice.flight.passengers is not None
    assert notice.flight.crew is not None
    assert (notice.flight.passengers.value, notice.flight.crew.value) == (201, 12)
    assert notice.count is not None
    assert notice.count.value == 3
    assert [share.name for share in notice.shares] == ["槐安居民区"]
    assert notice.people == (
        Listed(1, "ALDER/MAYLIN", "松涛苑12号", neighbourhood="槐安居民区"),
        Listed(2, "BIRCH/TOMAS LEE", "杏林别墅3A号", "7731", "护照", neighbourhood="槐安居民区"),
        Listed(3, "欧阳·小满", "桂香里5号402室", phone="19900000012", neighbourhood="槐安居民区"),
    )
    assert notice.expected is not None
    assert (notice.expected.at, notice.expected.about, notice.expected.after) == (
        moment("2020-03-13T18:00"),
        True,
        True,
    )
    assert notice.rest == ("请做好接人准备",)
    late = found[12]
    assert late.flight is not None
    assert late.flight.landed is not None
    assert (late.flight.origin, late.flight.destination, late.flight.landed.at) == (
        "大阪",
        "虹桥",
        moment("2020-03-13T23:40"),
    )
    assert late.people == (Listed(None, "CEDAR/JONNA", "松涛苑2号", neighbourhood="槐安"),)
    assert late.rest == ("车到再报",)


def test_corrections_forwards_runs_and_hand_overs() -> None:
    found = night(NIGHT)
    assert found[4].corrections == (Correction(2, "", "address", "杏林别墅8号", "3A号"),)
    assert (found[4].of, found[5].of) == (2, 2)
    run = found[7].run
    assert run is not None
    assert run.count is not None
    assert (run.plates, run.count.value, run.escort, run.origin) == (("沪ZD0088",), 2, "小季", "T1")
    assert run.at.at == moment("2020-03-13T17:05")
    over = found[11].handover
    assert over is not None
    assert over.count is not None
    assert over.total is not None
    assert (over.count.value, over.total.value, over.run, over.home) == (1, 3, 2, True)
    assert travellers_of(found, ours=OURS)[1] == (
        2,
        Listed(2, "BIRCH/TOMAS LEE", "杏林别墅8号", "7731", "护照", neighbourhood="槐安居民区"),
    )


def test_secrets_are_named_and_a_cut_sentence_yields_nothing() -> None:
    found = night(NIGHT)
    assert [(secret.kind, secret.written) for secret in found[3].secrets] == [
        ("code", "771203"),
        ("phone", "19900000099"),
    ]
    assert not found[1].secrets, "a traveller's own number is a field"
    cut = found[-1]
    assert (cut.kind, cut.count, cut.handover, cut.runs_said) == ("noise", None, None, 3)
    assert cut.rest == ("一个夜晚", "在将近一个")
    assert one("482913 是您的验证码").secrets[0].written == "482913"


@pytest.mark.parametrize(
    ("text", "told", "expected", "about"),
    [
        ("3位都到家了，大约7点25", "2020-03-13 19:31:00", "2020-03-13T19:25", True),
        ("昨晚11点50 2位到家", "2020-03-14 08:00:00", "2020-03-13T23:50", False),
        ("昨晚12点半 2位到家", "2020-03-14 08:00:00", "2020-03-14T00:30", False),
        ("晚上11点50 2位到家", "2020-03-14 00:10:00", "2020-03-13T23:50", False),
        ("2位已交接 12点50分", "2020-03-14 00:55:00", "2020-03-14T00:50", False),
        ("七点一刻接到2位", "2020-03-13 19:31:00", "2020-03-13T19:15", False),
        ("07:25接到2位", "2020-03-13 19:20:00", "2020-03-13T07:25", False),
        ("14日凌晨3点零五分接到", "2020-03-14 04:00:00", "2020-03-14T03:05", False),
        ("２点半前后2位送到家", "2020-03-14 02:40:00", "2020-03-14T02:30", True),
        ("23点55分第三车到，2位已进家门", "2020-03-14 00:10:30", "2020-03-13T23:55", False),
        ("刚接到2位", "2020-03-14 02:40:00", "2020-03-14T02:40", True),
    ],
)
def test_when_a_hand_over_happened(text: str, told: str, expected: str, about: bool) -> None:
    found = one(text, told)
    assert found.kind == "handover"
    assert found.handover is not None
    assert (found.handover.at.at, found.handover.at.about) == (moment(expected), about)


@pytest.mark.parametrize(
    "text",
    [
        "接到通知，3人明天入境", "4位接到了吗？", "还没接到2位", "预计19点到家3位", "请交接好2位", "交接表3人份",
        "几点到家", "车准备出发了", "好的",
        "昨日共转运1,204人，请9点前核对", "1.请大家 戴好口罩\n2.保持距离", "更正态度很重要", "https://example.org/AB/CD",
        "会议19:40开始", "ZZ512晚点了",
        "数据有误请纠正", "99点99到家", "25:70到了", "晚上25点到家了", "ALDER/MAYLIN", "AB/CD 待定，再说", "接到转运组电话，2位",
    ],
)  # fmt: skip
def test_what_is_noise(text: str) -> None:
    found = one(text)
    assert found.kind == "noise"
    assert (found.run, found.handover, found.people, found.corrections) == (None, None, (), ())


def test_a_departure_said_again_is_a_duplicate() -> None:
    text = "沪Z·D0088已从T1出发，槐安2位，跟车小季"
    found = night(
        f"甲 2020-03-13 17:00:00\n{text}\n乙 2020-03-13 17:05:00\n"
        f"{text}\n乙 2020-03-13 23:05:00\n{text}\n"
        f"丙 2020-03-13 23:50:00\n[转发] {text}\n丁 2020-03-13 23:52:00\n[转发] 转发：{text}"
    )
    assert [reading.kind for reading in found] == [
        "run_departed",
        "duplicate",
        "run_departed",
        "duplicate",
        "duplicate",
    ]
    assert one("沪Z·D0088已出发，梅园居民区2位").kind == "other_neighbourhood"
    assert one("我出发了").kind == "noise"


def test_runs_without_a_count() -> None:
    def runs(*texts: str) -> list[tuple[int | None, bool]]:
        lines = [f"甲 2020-03-13 {15 + n}:00:00\n{text}" for n, text in enumerate(texts)]
        return [(run.people, run.counted) for run in arrivals_of(night("\n".join(lines)))]

    assert runs("ZZ512 槐安6人", "沪Z·D0088已出发，槐安2位", "第一车到了", "第二车到了", "第三车到了，都到家") == [
        (2, False),
        (None, False),
        (None, False),
    ]
    assert runs("ZZ512 槐安6人", "4位到家", "已交接，6位齐了") == [(4, True), (2, False)]
    assert runs("ZZ512 槐安6人", "约4位到家", "已交接，6位齐了") == [(4, True), (None, False)]
    assert runs("ZZ512 槐安近60人", "第3车到了") == [(None, False)]
    assert runs("ZZ512 旅客200", "KIM/JO 已送到家", "15点接到") == [(1, True), (None, False)]
    assert Arrived(one("3点接到").handover.at, 1, True, 1).people == 1  # type: ignore[union-attr]


def test_a_clock_that_no_day_has() -> None:
    told = moment("2020-03-13T16:41")
    found = CLOCK.search("晚上25点")
    assert found is not None
    assert resolve(found, told, ahead=False, as_written=False) is None
    tomorrow = CLOCK.search("明晚8点")
    assert tomorrow is not None
    said = resolve(tomorrow, told, ahead=True, as_written=False)
    assert said is not None
    assert said.at == moment("2020-03-14T20:00")
    assert Words("４位", told).narrow == "4位"


FRAGMENTS = st.sampled_from(
    [
        *NIGHT.split("\n"),
        "更正：",
        "第",
        "位",
        "落地",
        "到家",
        "ZZ512",
        "晚上",
        "25点",
        "十百",
        "护照",
        "/",
        "A/B",
        "出发",
        "改为",
        "不是",
        "槐安",
        "人",
        "约",
        "99日",
    ]
)


@settings(max_examples=250, derandomize=True, deadline=None)
@given(
    st.one_of(
        st.text(),
        st.lists(st.one_of(FRAGMENTS, st.text(max_size=5)), max_size=14).map("".join),
        st.lists(FRAGMENTS).map("\n".join),
    )
)
def test_any_text_is_read_and_nothing_is_lost(text: str) -> None:
    log = read_chat(text, copied_on=date(2020, 3, 15))
    found = read_notices(log.messages(), ours=OURS, now=NOW)
    lines = {piece.first_line: piece.lines for piece in log.rests()} | {
        one.message.first_line: one.message.lines for one in found
    }
    assert "\n".join(line for at in sorted(lines) for line in lines[at]) == text
    for reading in found:
        assert all(
            clause in reading.message.text or "[" in reading.message.text or "【" in reading.message.text
            for clause in reading.rest
        )
        assert all(secret.written in reading.message.text for secret in reading.secrets)
    arrivals_of(found)
    travellers_of(found, ours=OURS)
