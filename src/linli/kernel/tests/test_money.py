"""Amounts in yuan become whole fen, and nothing else does."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.money import MOST, NotMoney, read_fen, yuan


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("23.50", 2350), ("23.5", 2350), ("23", 2300), ("23.", 2300), ("0", 0), ("0.05", 5), ("23.500", 2350),
        ("¥23.50", 2350), ("￥23.50", 2350), (" 23.50 元", 2350), ("23块", 2300), ("23块5", 2350), ("23元5角", 2350),
        ("23元5角6分", 2356), ("23元6分", 2306), ("5角", 50), ("8毛", 80), ("6分", 6), ("1,234.50", 123450),
        ("２３．５０", 2350), ("23。5", 2350), ("RMB 12", 1200), ("12 yuan", 1200), ("100000", MOST),
    ],
)  # fmt: skip
def test_an_amount_is_read(text: str, fen: int) -> None:
    assert read_fen(text) == fen


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"), ("  ", "empty"), ("about 20", "unreadable"), ("二十", "unreadable"),
        ("1,23", "unreadable"),
        ("23 50", "unreadable"), ("2.3.5", "unreadable"), ("²", "unreadable"), ("-3", "negative"),
        ("−3.50", "negative"), ("23.505", "decimals"),
        ("-x", "unreadable"), ("100000.01", "too_much"), ("19900001234", "too_much"), ("\x00", "unreadable"), ("元", "unreadable"),
        ("1e3", "unreadable"), ("٣", "unreadable"),
    ],
)  # fmt: skip
def test_anything_else_is_said_to_be_none(text: str, code: str) -> None:
    with pytest.raises(NotMoney) as wrong:
        read_fen(text)
    assert wrong.value.code == code


@given(st.integers(min_value=0, max_value=MOST))
def test_what_is_shown_is_read_back(fen: int) -> None:
    assert read_fen(yuan(fen)) == fen


@given(st.text(max_size=12))
def test_no_text_breaks_it(text: str) -> None:
    with suppress(NotMoney):
        assert 0 <= read_fen(text) <= MOST


def test_below_zero_is_shown_with_its_sign() -> None:
    assert yuan(-2350) == "−23.50"
