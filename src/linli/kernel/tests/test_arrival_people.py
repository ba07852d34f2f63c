"""Lists of people in a transfer group's messages, their corrections and their repetitions. Everybody is invented."""

from __future__ import annotations

import pytest

from linli.kernel.arrival_fields import phone_number
from linli.kernel.arrival_night import travellers_of
from linli.kernel.arrival_people import Correction, Listed, corrected
from linli.kernel.tests.arrival_samples import OURS, moment, night, one


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("更正：第7位地址不是83号，是31号", [Correction(7, "", "address", "31号", "83号")]),
        ("更正：第七位姓名应为ALDER/MAY", [Correction(7, "", "name", "ALDER/MAY")]),
        ("订正一下，3号护照尾号改为7732", [Correction(3, "", "document", "7732")]),
        ("勘误：ALDER/MAYLIN 电话改成19900000013", [Correction(None, "ALDER/MAYLIN", "phone", "19900000013")]),
        ("更正：ZZ512落地时间更正为12:47", [Correction(None, "", "landing", "12:47")]),
        ("更正：人数应为4人", [Correction(None, "", "count", "4人")]),
        (
            "更正：第1位是松涛苑13号；第2位由3A号改为8号",
            [Correction(1, "", "address", "松涛苑13号"), Correction(2, "", "address", "8号", "3A号")],
        ),
        ("更正：刚才的不对", []),
        ("更正：王五改为杏林别墅8号", [Correction(None, "王五", "address", "杏林别墅8号")]),
        ("第7位地址写错了，应为杏林别墅8号", [Correction(7, "", "address", "杏林别墅8号")]),
        ("第7位地址改为杏林别墅8号", [Correction(7, "", "address", "杏林别墅8号")]),
    ],
)
def test_corrections(text: str, expected: list[Correction]) -> None:
    found = one(text)
    assert found.kind == "correction"
    assert list(found.corrections) == expected


def test_a_correction_changes_one_field_of_one_person() -> None:
    person = Listed(7, "ALDER/MAYLIN", "松涛苑83号", "7731", phone="19900000012")
    changes = {"address": "31号", "name": "ALDER/MAY", "document": "7732", "phone": "199 0000 0013"}
    done = {field: corrected(person, Correction(7, "", field, value)) for field, value in changes.items()}
    assert (done["address"].address, done["name"].name, done["document"].document, done["phone"].phone) == (
        "松涛苑31号", "ALDER/MAY", "7732", "19900000013",
    )  # fmt: skip
    assert corrected(person, Correction(7, "", "address", "31号", "83号")).address == "松涛苑31号"
    assert corrected(person, Correction(7, "", "address", "杏林别墅1号")).address == "杏林别墅1号"
    assert corrected(person, Correction(7, "", "landing", "12:47")) == person
    assert phone_number("12") == "12"


NOTICE = "专班 2020-03-13 15:00:00\nZZ512 墨尔本-虹桥 11:20落地，槐安2人：\n1.ALDER/MAYLIN 松涛苑12号\n2.BIRCH/TOM 杏林别墅3号 护照7731\n"


def test_the_same_people_again() -> None:
    same, changed, more = (
        night(NOTICE + "小季 2020-03-13 15:30:00\nZZ512 槐安：\n" + tail)[1]
        for tail in (
            "1.ALDER/MAYLIN 松涛苑 12号",
            "2.BIRCH/TOM 杏林别墅8号 护照7731",
            "2.BIRCH/TOM 杏林别墅8号\n3.CEDAR/JO 松涛苑2号",
        )
    )
    assert (same.kind, same.of) == ("duplicate", 1)
    assert (changed.kind, changed.corrections) == (
        "correction",
        (Correction(2, "BIRCH/TOM", "address", "杏林别墅8号", "杏林别墅3号"),),
    )
    assert more.kind == "arrival_notice"
    longer = night(NOTICE + "小季 2020-03-13 15:30:00\nZZ512 槐安：\n2.BIRCH/TOM 杏林别墅8号\n3.CEDAR/JO 松涛苑2号")
    assert [person.name for _, person in travellers_of(longer, ours=OURS)] == ["ALDER/MAYLIN", "BIRCH/TOM", "CEDAR/JO"]
    other_flight = night(
        NOTICE
        + "小季 2020-03-13 15:30:00\nYY88 航班\n小季 2020-03-13 15:31:00\nYY881 槐安：\n1.ALDER/MAYLIN 松涛苑12号"
    )
    assert other_flight[2].kind == "arrival_notice"
    counts = night(
        "甲 2020-03-13 15:00:00\nZZ512 槐安2人 19:40到\n"
        "乙 2020-03-13 15:01:00\n[转发] ZZ512 槐安2人 19:40到\n"
        "丙 2020-03-13 15:02:00\nZZ512 槐安3人"
    )
    assert [reading.kind for reading in counts] == ["arrival_notice", "duplicate", "arrival_notice"]


def test_several_neighbourhoods_in_one_list() -> None:
    text = "ZZ512 11:20落地\n槐安居民区1人：\n1.ALDER/MAYLIN 松涛苑12号\n梅园居民区1人：\n2.BIRCH/TOM 梅园3号\n"
    found = one(text)
    assert found.kind == "arrival_notice"
    assert found.count is not None
    assert found.count.value == 1
    assert [person.name for _, person in travellers_of([found], ours=OURS)] == ["ALDER/MAYLIN"]
    assert one(text, ours=("梅园",)).kind == "arrival_notice"
    assert one(text, ours=("竹溪",)).kind == "other_neighbourhood"
    assert one("ZZ512 梅园居民区2人", ours=()).kind == "arrival_notice"


def test_other_ways_to_write_a_list() -> None:
    found = one(
        "航班 zz 512（预计22:10落地）286名乘客，2位来自槐安的居民，从东京来\n"
        "ALDER/MAYLIN，松涛苑12号，Tel 199 0000 0012；BIRCH/TOM Room 3\n"
        "(3) Cedar, Jo  Lane 5 No 3 passport no. EZ007731"
    )
    assert found.flight is not None
    assert found.flight.number == "ZZ512"
    assert found.flight.landed is not None
    assert (found.flight.landed.planned, found.flight.landed.at) == (True, moment("2020-03-13T22:10"))
    assert found.flight.passengers is not None
    assert found.flight.passengers.value == 286
    assert [(one.number, one.name, one.address, one.document, one.phone) for one in found.people] == [
        (None, "ALDER/MAYLIN", "松涛苑12号", "", "19900000012"),
        (None, "BIRCH/TOM", "Room 3", "", ""),
        (3, "Cedar, Jo", "Lane 5 No 3", "EZ007731", ""),
    ]
    future = one("ZZ512 19:30落地，槐安2人").flight
    assert future is not None
    assert future.landed is not None
    assert future.landed.at == moment("2020-03-13T19:30")
    named = one("KIM/JO 已送到家").handover
    assert named is not None
    assert named.names == ("KIM/JO",)


def test_circled_numbers_and_the_door_above() -> None:
    found = one(
        "ZZ512 22:10落地，槐安4人：\n①张小满 松涛苑3号101室\n②李小雪 同上\n⑫LEE/ANNA松涛苑5号\n4) KIM MINJI 松涛苑6号"
    )
    assert [(one.number, one.name, one.address) for one in found.people] == [
        (1, "张小满", "松涛苑3号101室"), (2, "李小雪", "松涛苑3号101室"), (12, "LEE/ANNA", "松涛苑5号"), (4, "KIM MINJI", "松涛苑6号"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "ZZ512 12:37落地，槐安2人：张三 松涛苑12号，李四 杏林别墅3号",
            [("张三", "松涛苑12号", ""), ("李四", "杏林别墅3号", "")],
        ),
        (
            "槐安2人：ALDER/MAYLIN 松涛苑4号、BIRCH/TOM 松涛苑4号",
            [("ALDER/MAYLIN", "松涛苑4号", ""), ("BIRCH/TOM", "松涛苑4号", "")],
        ),
        (
            "ZZ512落地\n槐安居民区：\n张三（护照E1234567）住松涛苑12号，手机19900001111",
            [("张三", "松涛苑12号", "19900001111")],
        ),
        ("槐安又增加一人，王五，松涛苑9号，电话19900001111", [("王五", "松涛苑9号", "19900001111")]),
        ("ZZ512 槐安居民区又有一位 朴敏俊 松涛苑3A号", [("朴敏俊", "松涛苑3A号", "")]),
        ("ZZ512 槐安1人：\n① 李娜 松涛苑五十二号", [("李娜", "松涛苑五十二号", "")]),
        ("ZZ512 槐安居民区1人，联系人：王师傅 19900001111", []),
    ],
)
def test_people_without_a_number_in_front(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert [(each.name, each.address, each.phone) for each in one(text).people] == expected


def test_of_several_neighbourhoods_in_a_line_each_has_his_own() -> None:
    found = one("ZZ512落地，槐安1人：张三 松涛苑1号；林泉居民区1人：李四 林泉苑2号").people
    assert [(each.name, each.neighbourhood) for each in found] == [("张三", "槐安"), ("李四", "林泉居民区")]


def test_from_where_a_flight_comes_may_stand_behind_its_number() -> None:
    flight = one("ZZ512法兰克福12:37落地，槐安3人").flight
    assert flight is not None
    assert flight.origin == "法兰克福"
