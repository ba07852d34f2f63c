"""Who is not to come after all, and other turns of a transfer group's chat. Everybody is invented."""

from __future__ import annotations

import pytest

from linli.kernel.arrival_people import Correction
from linli.kernel.tests.arrival_samples import moment, night, one

NOTICE = """专班-老周 2020-03-13 20:11:00
ZZ512 墨尔本-浦东 19:55落地，槐安居民区3人：
1.ALDER/MAYLIN 松涛苑12号
2.BIRCH/TOMAS 杏林别墅3A号
3.欧阳·小满 桂香里5号402室
专班-老周 2020-03-13 20:40:00
"""


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ("第3位不用接了，已去集中隔离点", (3, "")),
        ("取消：BIRCH/TOMAS 改签明天航班，今晚不来", (None, "BIRCH/TOMAS")),
        ("ZZ512那位ALDER/MAYLIN不是槐安的，请忽略", (None, "ALDER/MAYLIN")),
        ("欧阳·小满不来了", (None, "欧阳·小满")),
        ("ZZ512 今天取消，原定槐安3人不来了", (None, "")),
    ],
)
def test_who_does_not_come_is_a_correction_and_stays_for_a_person_to_decide(
    said: str, who: tuple[int | None, str]
) -> None:
    found = night(NOTICE + said)
    assert (found[1].kind, found[1].of) == ("correction", 1)
    assert [(fix.position, fix.name, fix.field) for fix in found[1].corrections] == [(*who, "cancelled")]
    assert len(found[0].people) == 3


def test_how_many_there_are_now_corrects_the_number() -> None:
    told = night(NOTICE + "ZZ512 槐安现为1人，刚才3人作废")[1]
    assert (told.kind, told.corrections) == ("correction", (Correction(None, "", "count", "1人"),))


@pytest.mark.parametrize(
    "said",
    [
        "第3位不用接了吗？",
        "航班没取消，照常",
        "如果不来了请说一声",
        "不是我们的车",
        "3位已送到集中隔离点",
        "今晚活动取消",
        "收到，不用等我",
    ],
)
def test_what_only_sounds_like_it_takes_nobody_back(said: str) -> None:
    assert night(NOTICE + said)[1].kind != "correction"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("落地时间更正：20:05", Correction(None, "", "landing", "20:05")),
        ("上面的ALDER/MAYLIN地址有误，应为松涛苑21号", Correction(None, "ALDER/MAYLIN", "address", "松涛苑21号")),
        ("欧阳·小满的门牌更正一下：15号402室", Correction(None, "欧阳·小满", "address", "15号402室")),
    ],
)
def test_a_correction_in_other_words(said: str, expected: Correction) -> None:
    told = night(NOTICE + said)[1]
    assert (told.kind, told.of, told.corrections) == ("correction", 1, (expected,))


def test_lists_of_two_neighbourhoods_keep_their_people_apart_whichever_comes_first() -> None:
    for first, second in (("槐安", "梅园"), ("梅园", "槐安")):
        found = one(f"ZZ302 17:50落地\n{first}1人：\n1.HAN/MEI 松涛苑3号\n{second}1人：\n1.QIAN/JUN 淮海路200号")
        assert [(person.name, person.neighbourhood) for person in found.people] == [
            ("HAN/MEI", first),
            ("QIAN/JUN", second),
        ]
    alone = one("ZZ302 17:50落地 槐安居民区2人\n名单如下2人：\n1.HAN/MEI 松涛苑3号\n2.HAN/LEI 松涛苑3号")
    assert {person.neighbourhood for person in alone.people} == {"槐安居民区"}


def test_people_of_one_address_in_running_text_and_names_in_characters() -> None:
    found = one("大阪ZZ361 落地，槐安一家三口：PARK/SANGWOO、PARK/EUNYOUNG、PARK/MINJUN，松涛苑39号")
    assert [person.address for person in found.people] == ["松涛苑39号"] * 3
    told = one(
        "今天两位居民转机回沪（ZZ208，13时15分落地）：王晓明，男，松涛苑2幢1单元301室，电话19900003333；李静，女，桂香里2号202室。联系人：张强，电话19900009999"
    )
    assert [(person.name, person.address, person.phone) for person in told.people] == [
        ("王晓明", "松涛苑2幢1单元301室", "19900003333"), ("李静", "桂香里2号202室", ""),
    ]  # fmt: skip


def test_brackets_hidden_numbers_and_english() -> None:
    found = one(
        "ZZ919 8:50落地 槐安2人\n①GU/WEIMIN 身份证310105********1234 松涛苑3号501室\n②GU/XIAO（无护照）松涛苑3号501室"
    )
    assert [(person.address, person.document, person.note) for person in found.people] == [
        ("松涛苑3号501室", "310105********1234", ""), ("松涛苑3号501室", "", "无护照"),
    ]  # fmt: skip
    told = one("@槐安 flight ZZ728 landed 10:45, 1 pax: MUELLER/JOERG, Villa 6, Lane 1384 Beifeng Rd")
    assert told.flight is not None
    assert told.flight.landed is not None
    assert (told.flight.landed.at, told.people[0].address) == (
        moment("2020-03-13T10:45"),
        "Villa 6, Lane 1384 Beifeng Rd",
    )
    assert one("Bus left T2 at 12:00 with 1 passenger").kind == "run_departed"


def test_the_first_hour_of_the_night_is_no_noon() -> None:
    told = night("程桥小许 2020-03-15 00:58:00\n零点52分接到，已安全到家", ())[0]
    assert told.handover is not None
    assert told.handover.at.at == moment("2020-03-15T00:52")


def test_a_list_and_its_corrections_in_english() -> None:
    found = night(
        "desk 2020-03-13 18:02:00\n槐安 2 pax on ZZ169 (London), landed 17:25:\n"
        "1. WHITFIELD/RHYS - Villa 12, Lane 1384 Beifeng Rd - passport 000007277 - +44 7700 900042\n2. WHITFIELD/ANNA - same address\n"
        "desk 2020-03-13 18:40:00\nCorrection: WHITFIELD/RHYS address is Villa 21, not Villa 12\n"
        "desk 2020-03-13 19:10:00\nWHITFIELD/ANNA cancelled, she stays with a friend"
    )
    rhys, anna = found[0].people
    assert (rhys.address, rhys.document, rhys.phone) == ("Villa 12, Lane 1384 Beifeng Rd", "000007277", "+447700900042")
    assert anna.address == rhys.address
    assert found[1].corrections == (Correction(None, "WHITFIELD/RHYS", "address", "Villa 21", "Villa 12"),)
    assert [(one.name, one.field) for one in found[2].corrections] == [("WHITFIELD/ANNA", "cancelled")]
