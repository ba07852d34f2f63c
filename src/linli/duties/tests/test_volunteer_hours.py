"""Hours of lists of volunteers that are easily read the wrong way: wrong hours are worse than hours that are asked for."""

from __future__ import annotations

from typing import Any

import pytest

from linli.duties.actions.volunteer_lists import Choices, take_list
from linli.duties.models import Volunteer
from linli.duties.tests.test_volunteer_lists import TODAY, book, free
from linli.duties.volunteers.reading import read_volunteers
from linli.duties.volunteers.week import ALL, as_words, read_week
from linli.ground.testing import Cast


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("每天上午除周三", "1早 2早 4早 5早 6早 7早"),
        ("晚上（周五、周六不行）", "1晚 2晚 3晚 4晚 7晚"),
        ("周末（周日晚上除外）", "6早 6午 6晚 7早 7午"),
        ("早上（除周末）", "1早 2早 3早 4早 5早"),
        ("周三（晚上要上班）", "3早 3午"),
        ("周六上下午", "6早 6午"),
        ("周六早中晚", "6早 6午 6晚"),
        ("周六全天除夜班", "6早 6午"),
        ("周三晚上、周末上午", "3晚 6早 7早"),
    ],
)
def test_what_is_taken_out_is_taken_out_of_what_was_said(said: str, words: str) -> None:
    week = read_week(said)
    assert (" ".join(as_words(week.slots or frozenset())), week.doubt) == (words, "")


@pytest.mark.parametrize("said", ["全天（夜班除外）", "都可以，夜班除外", "全天不含晚上", "全天除夜班"])
def test_by_day_only(said: str) -> None:
    assert read_week(said).slots == frozenset(slot for slot in ALL if slot[1] != "night")


@pytest.mark.parametrize("said", ["除周三全天外", "都可以（除周三）", "每天（周三除外）"])
def test_every_day_but_one(said: str) -> None:
    assert read_week(said).slots == frozenset(slot for slot in ALL if slot[0] != 3)


@pytest.mark.parametrize(
    "said",
    [
        "上班时间不行", "除了上班", "周末不上班", "有空就来",
        "周一三五，二四不行", "周末，周三不行", "除周三，周五", "周末，下午", "周末及工作日晚上", "周三、周末晚上", "周末一天",
        "周三否", "7点后", "6点半后", "周三5点前不行", "晚上9点前", "20:00后", "22:00-6:00", "周六上午9点前",
        "周一到周五(周三除外)晚上", "周三不行（晚上除外）",
    ],
)  # fmt: skip
def test_what_can_be_read_in_two_ways_is_asked(said: str) -> None:
    week = read_week(said)
    assert week.doubt
    assert week.slots is None


def test_a_weekend_beside_a_day_keeps_the_day() -> None:
    assert {day for day, _part in read_week("周三、周末").slots or ()} == {3, 6, 7}


HEAD = ["姓名", "电话"]
PHONE = "19900000001"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([[*HEAD, "不能值班时间"], ["张一", PHONE, "工作日、周六"]], ["7早", "7午", "7晚"]),
        ([[*HEAD, "可值班时间", "不可值班时间"], ["张一", PHONE, "周末", "周日晚上"]], ["6早", "6午", "6晚", "7早", "7午"]),
        ([[*HEAD, "没空的时间"], ["张一", PHONE, "看情况"]], None),
        ([["请在不能来的时段打√"], [*HEAD, "周一上午", "周一下午"], ["张一", PHONE, "√", ""]], None),
        ([["能来的打√，不能来的打×"], [*HEAD, "周一上午", "周一下午"], ["张一", PHONE, "√", "×"]], ["1早"]),
        ([[*HEAD, "什么时候有空"], ["张一", PHONE, "隔天"]], None),
        ([[*HEAD, "周一", "周二"], ["张一", PHONE, "周三", ""]], None),
        ([[*HEAD, "周一早班(6-14)", "周一夜班（22-6）"], ["张一", PHONE, "√", ""]], ["1早"]),
        ([[*HEAD, "3月第一周", None], [None, None, "周一", "周二"], ["张一", PHONE, "上午", "晚"]], ["1早", "2晚"]),
    ],
)  # fmt: skip
def test_tables_that_say_when_people_cannot(rows: list[list[Any]], words: list[str] | None) -> None:
    found = read_volunteers(book(表一=rows), today=TODAY)
    if words is None:
        assert found.people[0].slots is None
        assert found.problems
    else:
        assert free(found, "张一") == words


@pytest.mark.django_db
def test_who_said_that_he_never_can_is_not_taken_for_silent(cast: Cast) -> None:
    rows = [[*HEAD, "周一上午", "周一下午"], ["张一", PHONE, "×", "×"], ["李二", "19900000002", "", ""]]
    found = read_volunteers(book(表一=rows), today=TODAY)
    with cast.scope():
        take_list(by=None, neighbourhood=cast.neighbourhood, found=found, choices=Choices(adults=True))
        assert dict(Volunteer.objects.values_list("name", "said")) == {"张一": "×", "李二": ""}
