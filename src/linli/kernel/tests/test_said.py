"""Numbers and days as people say them (X10)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel import lunar
from linli.kernel.about_numbers import AboutNumber, han_number, read_about_number
from linli.kernel.said_dates import SaidDay, read_said_day, read_said_moment

SAID = date(2020, 3, 18)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("近460人", 450, 460), ("130余人", 131, 139), ("70余", 71, 79), ("八十余户", 81, 89), ("二十多", 20, 29), ("上百", 100, 199),
        ("上千人次", 1000, 1999), ("数百名", 200, 999), ("几十个", 20, 99), ("十几人", 11, 19), ("十余人", 11, 19), ("大约80", 72, 88),
        ("100人左右", 90, 110), ("七八十", 70, 80), ("三五个", 3, 5), ("3500余", 3501, 3599), ("3万余", 30001, 39999),
        ("一百二十多", 120, 129), ("超过200", 200, 299), ("不到50户", 40, 50), ("20-30人", 20, 30), ("3多万", 30000, 39999),
        ("逾1,000人", 1000, 1999),
    ],
)  # fmt: skip
def test_about_numbers(text: str, low: int, high: int) -> None:
    found = read_about_number(text)
    assert found is not None
    assert (found.low, found.high, found.about) == (low, high, True)
    assert found.shown() == text


def test_exact_numbers_and_none() -> None:
    assert read_about_number("1,431户") == AboutNumber(1431, False, 1431, 1431)
    assert read_about_number("二百八十六名") == AboutNumber(286, False, 286, 286)
    assert read_about_number("1.2万") == AboutNumber(12000, False, 12000, 12000)
    assert read_about_number("37.3") is None
    assert read_about_number("若干") is None
    assert AboutNumber(80, True, 72, 88).shown() == "约80"
    assert AboutNumber(80, False, 80, 80).shown() == "80"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("二十", 20),
        ("一百零五", 105),
        ("三千五百", 3500),
        ("一万二", 12000),
        ("一百二", 120),
        ("二〇二〇", 2020),
        ("十七", 17),
    ],
)
def test_numerals(text: str, value: int) -> None:
    assert han_number(text) == value


@given(
    st.integers(0, 10**7),
    st.sampled_from(["{}", "约{}", "近{}", "{}余", "{}多", "{}左右", "上下{}", "不到{}", "超{}人", "{}来人"]),
)
def test_a_range_holds_its_value_and_sorts_by_its_end(value: int, form: str) -> None:
    found, exact = read_about_number(form.format(value)), read_about_number(str(value))
    assert found is not None
    assert exact is not None
    assert found.low <= found.high
    assert found.high >= value or not found.about
    assert found.about is (form != "{}")
    if found.about and found.high == exact.high:
        assert exact.sort_key() < found.sort_key()


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("3月中下旬", (3, 11), (3, 31)), ("3月底", (3, 21), (3, 31)), ("三月上旬", (3, 1), (3, 10)), ("2月上中旬", (2, 1), (2, 20)),
        ("2月底", (2, 21), (2, 29)), ("月底", (3, 21), (3, 31)), ("下月初", (4, 1), (4, 10)), ("上个月中旬", (2, 11), (2, 20)),
        ("年初二", (1, 26), (1, 26)), ("正月初二", (1, 26), (1, 26)), ("大年三十", (1, 24), (1, 24)), ("除夕", (1, 24), (1, 24)),
        ("正月十五", (2, 8), (2, 8)), ("元宵节", (2, 8), (2, 8)), ("腊月二十八", (1, 22), (1, 22)), ("正月廿二", (2, 15), (2, 15)),
        ("日前", (3, 4), (3, 17)), ("近日", (3, 11), (3, 18)), ("昨天", (3, 17), (3, 17)), ("前天晚上", (3, 16), (3, 16)),
        ("周五", (3, 13), (3, 13)), ("星期一", (3, 16), (3, 16)), ("上周五", (3, 13), (3, 13)), ("下周三", (3, 25), (3, 25)),
        ("周末", (3, 21), (3, 22)), ("3月20日左右", (3, 18), (3, 22)), ("大约3.15", (3, 13), (3, 17)), ("13日", (3, 13), (3, 13)),
        ("三天前", (3, 15), (3, 15)), ("3月13日至15日", (3, 13), (3, 15)), ("三月十三日", (3, 13), (3, 13)), ("6月", (6, 1), (6, 30)),
    ],
)  # fmt: skip
def test_said_days(text: str, earliest: tuple[int, int], latest: tuple[int, int]) -> None:
    found = read_said_day(text, said_on=SAID)
    assert found is not None
    assert (found.earliest, found.latest) == (date(2020, *earliest), date(2020, *latest))
    assert found.about is (found.earliest != found.latest)
    assert found.said == text


def test_plans_look_ahead() -> None:
    assert read_said_day("周五", said_on=SAID, ahead=True) == SaidDay(date(2020, 3, 20), date(2020, 3, 20), False)
    assert read_said_day("周一", said_on=SAID, ahead=True) == SaidDay(date(2020, 3, 23), date(2020, 3, 23), False)
    assert read_said_day("近日", said_on=SAID, ahead=True) == SaidDay(SAID, date(2020, 3, 25), True)
    assert read_said_day("年初二", said_on=date(2020, 11, 2), ahead=True) == SaidDay(
        date(2021, 2, 13), date(2021, 2, 13), False
    )
    assert read_said_day("元宵后", said_on=date(2020, 2, 1), ahead=True) == SaidDay(date(2020, 2, 9), None, True)
    assert read_said_day("1月10日", said_on=date(2020, 12, 20), ahead=True) == SaidDay(
        date(2021, 1, 10), date(2021, 1, 10), False
    )
    assert read_said_day("2021年春节", said_on=SAID) == SaidDay(date(2021, 2, 12), date(2021, 2, 18), True)


@pytest.mark.parametrize("text", ["未定", "", "2月30日", "不清楚", "腊月四十"])
def test_no_day_is_no_day(text: str) -> None:
    assert read_said_day(text, said_on=SAID) is None


def test_said_moments() -> None:
    at = datetime(2020, 3, 13, 22, 0)  # noqa: DTZ001  local words, no zone
    found = read_said_moment("晚上7点25分左右", said_at=at)
    assert found is not None
    assert found.about
    assert (found.earliest, found.latest) == (at.replace(hour=19, minute=10), at.replace(hour=19, minute=40))
    noon = read_said_moment("3月13日中午12时37分".replace("时", "点"), said_at=at)
    assert noon is not None
    assert (noon.earliest, noon.about) == (at.replace(hour=12, minute=37), False)
    vague = read_said_moment("昨天晚上", said_at=at)
    assert vague is not None
    assert vague.earliest == datetime(2020, 3, 12, 18, 0)  # noqa: DTZ001
    assert vague.about
    night = read_said_moment("半夜12点30分", said_at=at)
    assert night is not None
    assert night.earliest == at.replace(hour=0, minute=30)
    later = read_said_moment("今天", said_at=at)
    assert later is not None
    assert later.latest == at  # nothing was heard before it happened
    assert read_said_moment("不记得了", said_at=at) is None
    assert read_said_moment("25点70分", said_at=at) is None


@given(st.dates(date(2019, 6, 1), date(2034, 6, 1)), st.text(max_size=20))
def test_any_text_reads_or_does_not(said_on: date, text: str) -> None:
    for ahead in (False, True):
        found = read_said_day(text, said_on=said_on, ahead=ahead)
        assert found is None or found.latest is None or found.earliest <= found.latest


@given(st.sampled_from(sorted(lunar.FIRST_DAYS)), st.integers(1, 29))
def test_the_lunar_table_joins_up(year: int, number: int) -> None:
    first, last, eve = lunar.first_month(year, number), lunar.last_month(year, number), lunar.eve(year)
    assert first == lunar.FIRST_DAYS[year] + timedelta(days=number - 1)
    assert last is not None
    assert eve is not None
    assert last <= eve
    assert eve in (lunar.last_month(year, 29), lunar.last_month(year, 30))
    assert lunar.first_month(1990, 1) is lunar.last_month(1990, 1) is lunar.eve(1990) is None


def test_said_days_sort_by_their_end() -> None:
    exact, about = SaidDay(SAID, SAID, False), SaidDay(SAID - timedelta(days=3), SAID, True)
    later = SaidDay(SAID - timedelta(days=9), None, True)
    assert sorted([later, about, exact], key=SaidDay.sort_key) == [exact, about, later]
    one = read_said_moment("昨天", said_at=datetime(2020, 3, 13, 22, 0))  # noqa: DTZ001
    assert one is not None
    assert one.sort_key()[1] == 1
