"""What a clerk types for many cards at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.gates.cards_ranges import numbers, runs, shown
from linli.gates.testing import refused


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("7", [7]),
        ("1-3", [1, 2, 3]),
        (" 3 , 1-2 ", [1, 2, 3]),
        ("１－３，５", [1, 2, 3, 5]),
        ("1至3、9到10；12", [1, 2, 3, 9, 10, 12]),
        ("4 – 5 4", [4, 5]),
        ("1~2;2—3", [1, 2, 3]),
    ],
)
def test_it_is_read_as_it_is_meant(text: str, found: list[int]) -> None:
    assert numbers(text, 12) == found


@pytest.mark.parametrize("text", ["", " ", ",", "0", "13", "5-3", "1-13", "x", "1-2-3", "-4", "1.5", "9999999"])
def test_anything_else_is_refused(text: str) -> None:
    with refused("cards.range"):
        numbers(text, 12)


@given(st.sets(st.integers(1, 3500), min_size=1, max_size=60))
def test_what_is_shown_is_read_back(found: set[int]) -> None:
    plain = sorted(found)
    assert numbers(shown(plain), 3500) == plain
    assert sum(last - first + 1 for first, last in runs(plain)) == len(plain)
