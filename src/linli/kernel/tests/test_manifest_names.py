"""Names on tickets and in registers: any order, cut, hyphenated, with titles and accents; and cells of a passenger list."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.manifest_cells import (
    day_order,
    is_masked,
    is_slashed,
    masked_tail,
    passport_spellings,
    passport_tail,
    read_born,
    read_sex,
)
from linli.kernel.manifest_names import likeness, written_by_airline, written_in_register

FLIGHT = date(2020, 3, 13)


def compare(ticket: str, register: str) -> tuple[str, ...]:
    return likeness(written_by_airline(ticket), written_in_register(register))


@pytest.mark.parametrize(
    ("ticket", "register", "expected"),
    [
        ("LUO/PINGAN MSTR", "罗平安", ("pinyin",)),
        ("LUO/PING AN", "罗平安", ("pinyin",)),
        ("LUO/PING-AN", "罗平安", ("pinyin", "hyphen")),
        ("PINGAN/LUO", "罗平安", ("pinyin_any_order",)),
        ("AN PING LUO", "罗平安", ("pinyin_any_order",)),
        ("LUOPINGAN", "罗平安", ("pinyin_any_order",)),
        ("LUO PINGAN MR", "罗平安", ("pinyin",)),
        ("LUO, PINGAN", "罗平安", ("pinyin",)),
        ("罗/平安", "罗平安", ("pinyin",)),
        ("LUO/PING", "罗平安", ("truncated",)),
        ("PIN/LUO", "罗平安", ("truncated",)),
        ("LUO/P", "罗平安", ()),
        ("LUO/PINGANG", "罗平安", ()),
        ("LYU/RONG", "吕荣", ("pinyin",)),
        ("LU/RONG", "吕荣", ("pinyin",)),
        ("LV/RONG", "吕荣", ("pinyin",)),
        ("LUE/RONG", "吕荣", ("pinyin",)),
        ("NYU/LVE", "女略", ("pinyin",)),
        ("SHAN/YU", "单玉", ("pinyin",)),
        ("LE/HAO RAN", "乐浩然", ("pinyin",)),
        ("YUE/HAORAN", "乐浩然", ("pinyin",)),
        ("TAN/YUAN", "覃媛", ("pinyin",)),
        ("SHANGGUAN/BAILIN", "上官柏林", ("pinyin",)),
        ("LIN/ZHANGQ", "林长青", ("truncated",)),
        ("SHENTU/MING", "申屠明", ("pinyin",)),
        ("LUO/PINGAN GRACE", "罗平安", ("truncated",)),
        ("Pingan Grace Luo", "罗平安", ("truncated",)),
        ("LUO/PING AN", "罗平", ()),
        ("HE/TING GRACE", "何婷婷", ()),
        ("KIM/WOOJIN", "金宇镇", ("surname_abroad",)),
        ("YUMI SUZUKI", "铃木由美", ("surname_abroad",)),
        ("CHEUNG/KA WAI", "张嘉伟", ("surname_abroad",)),
        ("WANG/DE", "王平", ()),
        ("OUYANG/NANA", "欧阳娜娜", ("pinyin",)),
        ("MAIMAITI/TUERXUN", "买买提·吐尔逊", ("pinyin",)),
        ("BAKER/OLIV", "Baker Oliver", ("truncated",)),
        ("BAKER/OLIVER JAMES", "Oliver Baker", ("truncated",)),
        ("WEISS/MAXIMILIAN", "Alexander Maximilian Weiß", ("truncated",)),
        ("BAKER/OLIVER", "Miller, Oliver", ()),
        ("BAKER/GEORGEMR", "George Baker", ("name",)),
        ("BAKER/GEORGE MR", "BAKER George", ("name",)),
        ("WILLIAMS", "Williams", ("name",)),
        ("DARC/ETIENNE", "d'Arc, Étienne", ("name",)),
        ("JAEGER/KAETHE MRS", "Käthe Jäger", ("name",)),
        ("JAGER/KATHE", "Käthe Jäger", ("name",)),
        ("MARTIN/JEAN-LUC", "Martin Jean Luc", ("name", "hyphen")),
        ("DELUCA/PIA", "Pia De Luca", ("name",)),
        ("SORENSEN/BO", "Sørensen Bo", ("name",)),
        ("", "罗平安", ()),
        ("/", "", ()),
        ("MR", "罗平安", ()),
    ],
)
def test_how_two_names_agree(ticket: str, register: str, expected: tuple[str, ...]) -> None:
    assert compare(ticket, register) == expected


NAMES = st.lists(st.sampled_from("罗平安吕荣苏建唐陈丽华海明志强文静"), min_size=2, max_size=3).map("".join)
LATIN = st.lists(
    st.sampled_from(["Anna", "Baker", "Costa", "De", "Élise", "Fischer"]), min_size=2, max_size=4, unique=True
)


@given(NAMES, st.randoms())
def test_the_order_of_the_syllables_does_not_matter(name: str, chance: object) -> None:
    words = sorted(max(written_in_register(name).forms, key=len))
    chance.shuffle(words)  # type: ignore[attr-defined]
    assert compare(" ".join(words), name)


@given(LATIN, st.randoms())
def test_the_order_of_the_words_does_not_matter(words: list[str], chance: object) -> None:
    shuffled = list(words)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert compare(" ".join(shuffled).upper(), " ".join(words))[0] == "name"


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_is_taken(ticket: str, register: str) -> None:
    assert set(compare(ticket, register)) <= {"name", "pinyin", "pinyin_any_order", "truncated", "hyphen"}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("02JUN14", date(2014, 6, 2)),
        ("22AUG40", date(1940, 8, 22)),
        ("13MAR20", date(2020, 3, 13)),
        ("14MAR20", date(1920, 3, 14)),
        ("2 Jun 2014", date(2014, 6, 2)),
        ("29FEB64", date(1964, 2, 29)),
        ("29FEB63", None),
        ("02XYZ14", None),
        ("2014-06-02", date(2014, 6, 2)),
        ("20140602", date(2014, 6, 2)),
        ("2014年6月2日", date(2014, 6, 2)),
        (20140602.0, date(2014, 6, 2)),
        (datetime(2014, 6, 2, 0, 0), date(2014, 6, 2)),  # noqa: DTZ001 a cell has no zone
        (date(2014, 6, 2), date(2014, 6, 2)),
        ("2014-13-02", None),
        ("2014/6/2 0:00", date(2014, 6, 2)),
        ("2014-06-02 00:00:00", date(2014, 6, 2)),
        ("02-Jun-2014", date(2014, 6, 2)),
        ("2nd June 2014", date(2014, 6, 2)),
        ("Jun 2, 2014", date(2014, 6, 2)),
        ("June 2 14", date(2014, 6, 2)),
        ("2014年06月02号", date(2014, 6, 2)),
        ("02-6月-14", date(2014, 6, 2)),
        ("2-六月-2014", date(2014, 6, 2)),
        ("12-十二月-13", date(2013, 12, 12)),
        ("2014-Jun-02", date(2014, 6, 2)),
        ("2014JUN02", date(2014, 6, 2)),
        ("2014-06-02T00:00:00Z", date(2014, 6, 2)),
        ("'2014-06-02", date(2014, 6, 2)),
        ("2014-06-02 (5)", date(2014, 6, 2)),
        ("Mon, 2 Jun 2014", date(2014, 6, 2)),
        ("2. März 2014", date(2014, 3, 2)),
        ("2 Okt 2013", date(2013, 10, 2)),
        ("2014年6月", None),
        ("02/06/2014", date(2014, 6, 2)),
        ("02.06.14", date(2014, 6, 2)),
        ("400822", date(1940, 8, 22)),
        (41792.0, date(2014, 6, 2)),
        (99999, None),
        ("", None),
        (None, None),
    ],
)
def test_a_birth_date(raw: object, expected: date | None) -> None:
    assert read_born(raw, on=FLIGHT) == expected


def test_a_column_tells_whether_day_or_month_comes_first() -> None:
    assert read_born("02/06/2014", on=FLIGHT, order="mdy") == date(2014, 2, 6)
    assert day_order(["03/04/1985", "25/12/1990"]) == "dmy"
    assert day_order(["03/04/1985", "12/25/1990", None]) == "mdy"
    assert day_order(["03/04/05", "85/12/25"]) == "ymd"
    assert read_born("85/12/25", on=FLIGHT, order="ymd") == date(1985, 12, 25)
    assert day_order(["03/04/1985", "1990-12-25", ""]) is None
    assert is_slashed("3.4.85")
    assert not is_slashed("1990-12-25")


def test_sex_and_passports() -> None:
    assert [read_sex(raw) for raw in ("M", "f", "女", "Male", "", None, "X")] == ["男", "女", "女", "男", "", "", ""]
    assert passport_spellings("ez 000-1234") == ("EZ0001234",)
    assert passport_spellings("护照：EZ0001234") == ("EZ0001234",)
    assert passport_spellings("EZ0001234（新）") == passport_spellings("EZ0001234/CHN") == ("EZ0001234",)
    assert passport_spellings("668.0") == ("668", "00000668", "000000668")
    assert passport_spellings(7159) == ("7159", "00007159", "000007159")
    assert passport_spellings(668.0) == ("668", "00000668", "000000668")
    assert "000007159" in passport_spellings("000007159")
    assert [passport_spellings(raw) for raw in (None, "", "无", "LOST")] == [(), (), (), ()]
    assert [passport_tail(raw) for raw in (668, "000000668", "EZ0001234", None)] == ["0668", "0668", "1234", ""]


@pytest.mark.parametrize(
    ("raw", "hidden", "tail"),
    [
        ("E12****78", True, ""), ("EZ0****1234", True, "1234"), ("199****1174", True, "1174"), ("199-XXXX-1174", True, "1174"),
        ("310105********123X", True, "123X"), ("EZ0001234", False, ""), ("EXX001234", False, ""), (None, False, ""),
    ],
)  # fmt: skip
def test_the_tail_of_a_number_half_hidden(raw: object, hidden: bool, tail: str) -> None:
    assert (is_masked(raw), masked_tail(raw)) == (hidden, tail)
