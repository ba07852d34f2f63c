"""Numbers, moments and guesses read as people write them."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import translation

from linli.ui import words

SHANGHAI = ZoneInfo("Asia/Shanghai")
FRIDAY = dt.datetime(2020, 3, 13, 16, 41, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("language", "form", "said"),
    [
        ("zh-hans", "", "3月13日 周五 16:41"),
        ("en", "", "Fri 13 Mar 16:41"),
        ("zh-hans", "day", "3月13日 周五"),
        ("en", "day", "Fri 13 Mar"),
        ("zh-hans", "time", "16:41"),
        ("zh-hans", "full", "2020年3月13日 周五 16:41"),
        ("en", "full", "Fri 13 Mar 2020 16:41"),
        ("en", "iso", "2020-03-13"),
    ],
)
@time_machine.travel(FRIDAY, tick=False)
def test_a_moment_in_both_languages(language: str, form: str, said: str) -> None:
    with translation.override(language):
        assert words.moment(FRIDAY, form) == said


@time_machine.travel(FRIDAY, tick=False)
def test_a_moment_is_said_in_local_time_and_names_another_year() -> None:
    late = dt.datetime(2019, 12, 31, 17, 5, tzinfo=dt.UTC)
    with translation.override("zh-hans"):
        assert words.moment(late) == "1月1日 周三 01:05"
        assert words.moment(dt.date(2019, 12, 31)) == "2019年12月31日 周二"


@pytest.mark.parametrize("nothing", [None, ""])
def test_what_is_not_known_is_a_dash(nothing: Any) -> None:
    assert words.moment(nothing) == "—"
    assert words.number(None) == "—"


def test_numbers_have_their_thousands_and_texts_stay() -> None:
    assert words.number(1450) == "1,450"
    assert words.number("3 号") == "3 号"
    assert words.number(True) == "True"


def test_a_guess_says_so_and_an_exact_value_does_not() -> None:
    with translation.override("en"):
        assert words.about(1980) == "about 1,980"
        assert words.about("1980") == "about 1980"
        assert words.about(1980, False) == "1,980"
        assert words.about(None) == "—"
