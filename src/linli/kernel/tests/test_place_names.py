"""One key for every way of writing a place's name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.place_names import (
    PlaceKey,
    alike,
    division_key,
    numerals_to_digits,
    place_key,
    without_ordinal,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("共和新路二九九九弄居委会", "共和新路2999弄居委会"),
        ("899弄居委会", "八九九弄居民委员会"),
        ("899弄", "八百九十九弄"),
        ("８９９弄", "899 弄"),
        ("二百弄", "两百弄"),
        ("市光一村(2)居委会", "市光一村第二居委会"),
        ("市光一村（2）居委会", "市光一村第2居民委员会"),
        ("天山五村一居委会", "天山五村第一居委会"),
        ("朝阳社区居委会", "朝阳居委会"),
        ("龙门村居委会", "龙门邨居委会"),
        ("十九棉居委会会", "19棉居委会"),
        ("陈村村委会", "陈村村村委会"),
        ("双单一坊社区居委", "双单一坊社区居委会"),
        ("东华门居委会", "東華門居委會".replace("會", "会")),
        ("康桥二十三居委会", "康桥廿三居委会"),
        ("嘉新社区居委会(筹备)".replace("(", "").replace(")", ""), "嘉新社区居委会"),
        ("古柏居民区", "古柏居委会"),
    ],
)
def test_one_name_written_in_two_ways(one: str, other: str) -> None:
    assert place_key(one) == place_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("田林一、二村居委会", "田林十二村居委会"),
        ("陈村村委会", "陈村居委会"),
        ("兰高居委会", "蓝高居委会"),
        ("千鹤第二居委会", "千鹤第四居委会"),
        ("新陈家村社区管理站", "新陈家村居委会"),
        ("899弄", "889弄"),
    ],
)
def test_two_names(one: str, other: str) -> None:
    assert place_key(one) != place_key(other)


def test_words_that_look_like_numerals_stay() -> None:
    assert numerals_to_digits("百花千鹤万盛") == "百花千鹤万盛"
    assert numerals_to_digits("一百零八弄") == "108弄"
    assert numerals_to_digits("三十") == "30"


def test_streets_are_compared_without_the_word_for_their_kind() -> None:
    assert division_key("金海街道") == division_key("金海社区") == division_key("金海镇") == "金海"
    assert division_key("镇") == "镇"
    assert place_key("虹桥街道办事处") == place_key("虹桥街道")


def test_a_part_is_named_after_its_whole() -> None:
    assert without_ordinal(place_key("上南九村第一居委会").stem) == place_key("上南九村居委会").stem
    assert without_ordinal("8") == "8"


def test_how_alike_two_names_are() -> None:
    assert alike("凤2", "凤城2村") == 1
    assert alike("德昌", "庆余") == 0
    assert alike("", "庆余") == 0


def test_a_blank_name_has_an_empty_key() -> None:
    assert not place_key(" ")
    assert place_key("社区").stem == "社区"
    assert place_key("朝阳社区") == PlaceKey("朝阳", "residents")


@given(st.text(max_size=30))
def test_no_name_breaks_it(text: str) -> None:
    assert place_key(text) == place_key(f" {text} ")
    assert 0 <= alike(text, place_key(text).stem) <= 1


@given(st.integers(0, 9999))
def test_positional_numerals_are_digits(number: int) -> None:
    chinese = str(number).translate(str.maketrans("0123456789", "〇一二三四五六七八九"))
    assert place_key(f"永和路{chinese}弄居委会") == place_key(f"永和路{number}弄居委会")
