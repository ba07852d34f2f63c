"""Mixed pinyin, cut in every way and checked letter by letter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.pinyin_mixed import MOST_CUTS, initials_of, reads_as

SYLLABLES = ["zhang", "xiao", "hong", "li", "an", "ou", "yang", "er", "lv", "shi", "chen", "wei", "a", "qiong"]


@pytest.mark.parametrize(
    ("reading", "query", "fits"),
    [
        ("zhang xiao hong", "zhangxh", True),
        ("zhang xiao hong", "zxiaohong", True),
        ("zhang xiao hong", "zhxh", True),
        ("zhang xiao hong", "zxiaoh", True),
        ("zhang xiao hong", "zhangxiaohon", True),
        ("zhang xiao hong", "zhangxk", False),
        ("zhang xiao hong", "zhangxhx", False),
        ("ou yang na na", "ouyangnn", True),
        ("li an", "lian", True),
        ("lian", "lian", True),
        ("", "a", False),
        ("wei", "", True),
    ],
)
def test_a_reading_fits(reading: str, query: str, fits: bool) -> None:
    assert reads_as(reading, query) is fits


@pytest.mark.parametrize("query", ["", "ab", "张三", "a1b", "x" * 50, "iii"])
def test_what_is_no_pinyin_has_no_cut(query: str) -> None:
    assert initials_of(query) == []


@given(st.lists(st.sampled_from(SYLLABLES), min_size=2, max_size=4), st.data())
def test_every_mix_of_a_name_is_cut_into_its_initials_and_fits(syllables: list[str], data: st.DataObject) -> None:
    parts = [one if data.draw(st.booleans()) else one[0] for one in syllables]
    query = "".join(parts)
    assert reads_as(" ".join(syllables), query)
    found = initials_of(query)
    if len(query) > 2 and len(found) < MOST_CUTS:
        assert "".join(one[0] for one in syllables) in found
