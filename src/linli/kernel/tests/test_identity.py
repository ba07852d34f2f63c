"""GB 11643 arithmetic and the reading of identity cells."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from linli.kernel import identity
from linli.kernel.identity_reading import IdentityReading, Raw, read_identity

TODAY = date(2020, 3, 1)
GOOD = "310105198307087005"  # order number 700: hardly ever given out


def _made(area: str, born: str, order: str) -> str:
    return area + born + order + identity.check_character(area + born + order)


def _read(raw: Raw, nation: str | None = "中国", home: bool | None = True) -> IdentityReading:
    return read_identity(
        raw, nation=nation, home=home, is_placeholder=lambda text: text in {"无", "-", "待补"}, today=TODAY
    )


def test_the_examples_of_the_standard() -> None:
    assert identity.is_valid("11010519491231002X")
    assert identity.is_valid("440524188001010014")
    assert not identity.is_valid("440524188001010015")


@given(
    st.sampled_from(["310105", "110105", "440524", "330106", "510104"]),
    st.dates(date(1930, 1, 1), date(2019, 12, 31)),
    st.integers(0, 999),
)
def test_check_character_agrees_with_stdnum(area: str, born: date, order: int) -> None:
    number = _made(area, f"{born:%Y%m%d}", f"{order:03d}")
    assert ric.calc_check_digit(number) == number[-1]
    assert identity.is_valid(number, today=TODAY)
    assert identity.born_of(number) == born
    assert identity.sex_of(number) == ("男" if order % 2 else "女")


@given(st.integers(0, 16), st.integers(1, 9))
def test_every_single_wrong_digit_is_noticed(at: int, step: int) -> None:
    number = _made("310105", "19830708", "701")
    wrong = number[:at] + str((int(number[at]) + step) % 10) + number[at + 1 :]
    assert not identity.is_valid(wrong, today=TODAY)


@pytest.mark.parametrize("prefix", ["810000", "820000", "830000", "911124", "310103", "310225"])
def test_residence_permits_foreigners_and_abolished_areas_are_valid(prefix: str) -> None:
    assert identity.is_valid(_made(prefix, "19900101", "701"), today=TODAY)


def test_an_unknown_province_and_a_future_birth_are_not() -> None:
    assert not identity.is_valid(_made("000105", "19830708", "701"))
    assert not identity.is_valid(_made("310105", "20210101", "701"), today=TODAY)


def test_fifteen_digits_get_their_century_and_check() -> None:
    assert identity.widen("310105830708701") == _made("310105", "19830708", "701")
    assert (identity.widen("310105830708998") or "")[6:8] == "18"
    assert identity.widen("310105830230701") is None


def test_twins_have_consecutive_numbers() -> None:
    one, other = _made("310105", "20130423", "856"), _made("310105", "20130423", "857")
    assert identity.twins(one, other)
    assert not identity.twins(one, one)
    assert not identity.twins(one, _made("310105", "20130423", "866"))


def test_masking_keeps_the_tail_only() -> None:
    assert identity.masked(GOOD) == "**************7005"
    assert identity.masked("YZ0001998") == "*******98"


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ("'" + GOOD, "id_apostrophe"),
        (GOOD + "\t", "id_trailing_space"),
        (GOOD + "\u3000", "id_trailing_space"),
        (GOOD + "\u200b", "id_trailing_space"),
        (GOOD + "\u00a0", "id_trailing_space"),
        ("310105 19830708 7005", "id_inner_space"),
        (GOOD.translate({ord(char): ord(char) + 0xFEE0 for char in "0123456789"}), "id_fullwidth"),
    ],
)
def test_repairs_that_lose_nothing_are_made_and_named(raw: str, problem: str) -> None:
    reading = _read(raw)
    assert (reading.number, reading.problems) == (GOOD, (problem,))


def test_letters_x_are_one_letter() -> None:
    number = next(made for order in range(700, 800) if (made := _made("310105", "19830708", str(order))).endswith("X"))
    assert _read(number.lower()).problems == ("id_lower_x",)
    assert _read(number[:17] + "Ｘ").problems == ("id_fullwidth_x",)
    assert _read(number.lower()).number == _read(number[:17] + "Ｘ").number == _read(number[:17] + "×").number == number


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (GOOD[:-1] + "0", "id_bad_check"),
        (GOOD[:-1], "id_17_digits"),
        (_made("310105", "19830230", "701"), "id_impossible_date"),
        ("3101051983070870", "id_bad_length"),
        (_made("310105", "19830708", "700").replace("0", "O"), "id_letter_in_number"),
        (3.10105198307087e17, "id_float_lost"),
        ("3.10105E+17", "id_float_lost"),
        ("待补", "id_placeholder"),
        (None, "id_missing"),
        ("  ", "id_missing"),
    ],
)
def test_what_is_wrong_is_never_stored(raw: Raw, problem: str) -> None:
    reading = _read(raw)
    assert reading.number is None
    assert problem in reading.problems


def test_a_number_cell_is_never_stored_even_if_it_passes_by_luck() -> None:
    lucky = next(
        made
        for day in range(1, 29)
        for month in range(1, 13)
        if (made := _made("310105", f"1985{month:02d}{day:02d}", "700")).endswith("000")
    )
    reading = _read(float(lucky))
    assert reading.number is None
    assert reading.problems == ("id_float_lost", "id_float_lost_lucky")
    assert _read(lucky).number == lucky, "as text it is a number like any other"


@given(st.floats(min_value=1e15, max_value=9.9e17))
def test_no_long_number_cell_is_ever_stored(value: float) -> None:
    assert _read(value).number is None


def test_letter_o_gets_a_proposal_only() -> None:
    number = _made("310105", "19830708", "701")
    reading = _read(number.replace("0", "O", 1))
    assert reading.number is None
    assert reading.proposal == number


def test_other_documents() -> None:
    assert _read("yz0008588", "意大利", False) == IdentityReading("passport", "YZ0008588", ("passport_lower_case",))
    assert _read("护照YZ0005365", "意大利", False) == IdentityReading("passport", "YZ0005365", ("passport_prefixed",))
    assert _read("M00001287", "韩国", False).doc == "passport"
    assert _read("M00001287", "中国澳门", False).doc == "hk_macao_permit"
    assert _read("H0012345678", None, None).doc == "hk_macao_permit"
    assert _read("01234567", "中国台湾", False).doc == "taiwan_permit"
    assert _read("USA123456789012", "美国", False).doc == "permanent_residence"
    assert _read("E12345678", "中国", True).doc == "passport"


def test_leading_zeros_that_a_number_cell_ate_are_asked_for() -> None:
    reading = _read(7567.0, "英国", False)
    assert (reading.doc, reading.number, reading.problems) == ("passport", None, ("passport_zeros_lost",))
    assert reading.proposal == "000007567"
    assert _read(512345678.0, "美国", False).number == "512345678"
