"""Recurrence rules: what is read and refused, what a rule yields in any zone, how it is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.kernel import recurrence
from linli.kernel.recurrence import Rule, RuleError, daily, expand, read_rule, read_rules, weekly
from linli.kernel.recurrence_words import listed, said

SHANGHAI = ZoneInfo("Asia/Shanghai")
STARTS = datetime(2020, 3, 2, 8, 0)  # noqa: DTZ001 (a local time, as DTSTART is) — a Monday
few = settings(max_examples=40, derandomize=True)


def moments(text: str, since: str, until: str, zone: str = "Asia/Shanghai", starts: datetime = STARTS) -> list[str]:
    """The rule's moments between two local days, as the clock on the wall shows them."""
    at = ZoneInfo(zone)
    span = [datetime.fromisoformat(day).replace(tzinfo=at) for day in (since, until)]
    found = expand(read_rules(text), starts=starts, zone=at, since=span[0], until=span[1])
    return [f"{moment.astimezone(at):%m-%d %H:%M}" for moment in found]


def refusal(text: str) -> tuple[str, str]:
    with pytest.raises(RuleError) as refused:
        read_rules(text)
    return refused.value.code, refused.value.part


def test_two_patrols_a_day() -> None:
    found = moments("FREQ=DAILY;BYHOUR=9,15", "2020-03-02", "2020-03-04")
    assert found == ["03-02 09:00", "03-02 15:00", "03-03 09:00", "03-03 15:00"]


def test_month_ends_leap_day_and_midnight() -> None:
    assert moments("FREQ=MONTHLY;BYMONTHDAY=31", "2020-03-02", "2020-06-30") == ["03-31 08:00", "05-31 08:00"]
    assert moments("FREQ=MONTHLY;BYMONTHDAY=-1", "2021-02-01", "2021-03-01") == ["02-28 08:00"]
    assert moments("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2020-03-02", "2028-12-31") == ["02-29 08:00"] * 2
    assert moments("FREQ=DAILY;BYHOUR=0,23", "2020-12-31", "2021-01-02") == [
        "12-31 00:00", "12-31 23:00", "01-01 00:00", "01-01 23:00"]  # fmt: skip
    assert moments("FREQ=HOURLY;INTERVAL=5", "2020-03-31", "2020-04-01") == [
        "03-31 02:00", "03-31 07:00", "03-31 12:00", "03-31 17:00", "03-31 22:00"]  # fmt: skip


def test_nothing_before_the_start_and_nothing_after_the_end() -> None:
    assert moments("FREQ=DAILY;BYHOUR=7,9", "2020-03-01", "2020-03-04") == ["03-02 09:00", "03-03 07:00", "03-03 09:00"]
    for until in ("20200303", "20200303T080000", "20200303T000000Z"):
        assert moments(f"FREQ=DAILY;UNTIL={until}", "2020-03-01", "2020-04-01") == ["03-02 08:00", "03-03 08:00"]
    assert moments("FREQ=DAILY;UNTIL=20200301", "2020-03-01", "2020-04-01") == []
    assert moments("FREQ=DAILY;COUNT=3", "2020-03-04", "2020-04-01") == ["03-04 08:00"]


def test_a_summer_time_skips_and_repeats() -> None:
    berlin = {"zone": "Europe/Berlin", "starts": datetime(2020, 1, 1)}  # noqa: DTZ001
    assert moments("FREQ=DAILY;BYHOUR=2;BYMINUTE=30", "2020-03-28", "2020-03-31", **berlin) == [
        "03-28 02:30", "03-29 03:30", "03-30 02:30"]  # fmt: skip
    assert moments("FREQ=DAILY;BYHOUR=2,3", "2020-03-29", "2020-03-30", **berlin) == ["03-29 03:00"]
    back = expand(
        read_rules("FREQ=DAILY;BYHOUR=2;BYMINUTE=30"), starts=berlin["starts"], zone=ZoneInfo("Europe/Berlin"),
        since=datetime(2020, 10, 25, tzinfo=UTC), until=datetime(2020, 10, 26, tzinfo=UTC))  # fmt: skip
    assert back == [datetime(2020, 10, 25, 0, 30, tzinfo=UTC)]  # the first of the two
    whole_day = moments("FREQ=DAILY", "2011-12-29", "2012-01-01", "Pacific/Apia", datetime(2011, 12, 1, 9))  # noqa: DTZ001
    assert whole_day == ["12-29 09:00", "12-31 09:00"]  # the 30th did not exist there


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        ("", "empty", ""), (" \n ", "empty", ""), ("RRULE:", "empty", ""), ("每天两次", "unknown", "每天两次"),
        ("FREQ=DAILY;", "unknown", "FREQ=DAILY;"), ("FREQ=DAILY;BYHOUR=", "unknown", "BYHOUR="),
        ("FREQ=OFTEN", "unknown", "FREQ=OFTEN"), ("FREQ=DAILY;BYEASTER=1", "unknown", "BYEASTER=1"),
        ("FREQ=DAILY;DTSTART=20200301", "unknown", "DTSTART=20200301"), ("FREQ=WEEKLY;BYDAY=XX", "unknown", "BYDAY=XX"),
        ("FREQ=DAILY;BYHOUR=nine", "unknown", "BYHOUR=NINE"), ("FREQ=DAILY;BYHOUR=24", "value", "BYHOUR=24"),
        ("FREQ=DAILY;BYHOUR=-1", "value", "BYHOUR=-1"), ("FREQ=MONTHLY;BYMONTHDAY=0", "value", "BYMONTHDAY=0"),
        ("FREQ=DAILY;BYSECOND=30", "value", "BYSECOND=30"), ("FREQ=DAILY;INTERVAL=0", "value", "INTERVAL=0"),
        ("FREQ=DAILY;INTERVAL=1,2", "value", "INTERVAL=1,2"), ("FREQ=DAILY;COUNT=1000000", "unknown", "COUNT=1000000"),
        ("FREQ=DAILY;COUNT=20000", "value", "COUNT=20000"), ("FREQ=MONTHLY;BYDAY=6MO", "value", "BYDAY=6MO"),
        ("FREQ=YEARLY;BYDAY=54MO", "value", "BYDAY=54MO"), ("FREQ=DAILY;UNTIL=20200230", "value", "UNTIL=20200230"),
        ("FREQ=DAILY;UNTIL=soon", "unknown", "UNTIL=SOON"), ("FREQ=DAILY;WKST=XX", "unknown", "WKST=XX"),
        ("FREQ=DAILY;FREQ=WEEKLY", "twice", "FREQ"), ("BYHOUR=9", "frequency", ""),
        ("FREQ=MINUTELY", "too_often", "FREQ=MINUTELY"), ("FREQ=SECONDLY", "too_often", "FREQ=SECONDLY"),
        ("FREQ=HOURLY;BYMINUTE=0,10,20,30,40,50", "too_often", "BYMINUTE=0,10,20,30,40,50"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "clash", "BYMONTHDAY=1"), ("FREQ=DAILY;BYYEARDAY=1", "clash", "BYYEARDAY=1"),
        ("FREQ=MONTHLY;BYWEEKNO=1", "clash", "BYWEEKNO=1"), ("FREQ=WEEKLY;BYDAY=1MO", "clash", "BYDAY=1MO"),
        ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO", "clash", "BYDAY=1MO"), ("FREQ=DAILY;BYSETPOS=1", "clash", "BYSETPOS=1"),
        ("FREQ=HOURLY;BYYEARDAY=1", "clash", "BYYEARDAY=1"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "never", "BYMONTHDAY=30"),
        ("FREQ=YEARLY;BYMONTH=4,6;BYMONTHDAY=31,-31", "never", "BYMONTHDAY=31,-31"),
        ("FREQ=DAILY;BYHOUR=9,15;BYSETPOS=3", "never", "BYSETPOS=3"), ("FREQ=HOURLY;BYMINUTE=0,30;BYSETPOS=-3", "never", "BYSETPOS=-3"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20200401", "two_ends", ""), ("FREQ=DAILY\n" * 60, "long", ""),
    ],
)  # fmt: skip
def test_a_refusal_names_the_part(text: str, code: str, part: str) -> None:
    assert refusal(text) == (code, part)


def test_refusals_are_sentences_in_both_languages() -> None:
    error = RuleError("unknown", "BYDAY=XX")
    assert (error.said("zh-hans"), error.said("en")) == ("看不懂“BYDAY=XX”。", "“BYDAY=XX” is not understood.")
    assert str(error) == "unknown: BYDAY=XX"
    assert all(len(both) == 2 and all(both) for both in recurrence.PROBLEMS.values())


def test_bounds_of_an_expansion() -> None:
    def span(text: str, days: int, **more: int) -> list[datetime]:
        since = datetime(2020, 3, 2, tzinfo=UTC)
        return expand(
            read_rules(text), starts=STARTS, zone=SHANGHAI, since=since, until=since + timedelta(days=days), **more
        )

    quarters = "FREQ=HOURLY;BYMINUTE=0,15,30,45"
    assert len(span(quarters, 100)) == 9600
    for call in ((quarters, 3660), (quarters, 120)):
        with pytest.raises(RuleError, match="too_many"):
            span(*call)
    with pytest.raises(RuleError, match="too_many"):
        span("FREQ=DAILY", 10, most=9)
    with pytest.raises(RuleError, match="too_far"):
        span("FREQ=DAILY", 3661)
    with pytest.raises(RuleError, match="never"):
        span("FREQ=HOURLY;INTERVAL=6;BYHOUR=1", 10)
    assert span("FREQ=MONTHLY;INTERVAL=12;BYMONTH=5", 3660) == []  # and it ends
    with pytest.raises(ValueError, match="local time"):
        expand((), starts=STARTS.replace(tzinfo=UTC), zone=UTC, since=STARTS, until=STARTS)


frequency = st.sampled_from(["HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"])


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """Rules that can be read, of every frequency, with and without each part."""
    freq = draw(frequency)
    some = lambda low, high: draw(st.just(()) | st.sets(st.integers(low, high), min_size=1, max_size=3))  # noqa: E731
    parts = {"bymonth": some(1, 12), "byhour": some(0, 23), "byminute": some(0, 59)}
    if freq != "WEEKLY":
        parts["bymonthday"] = some(-29, -1) or some(1, 29)
    days = some(0, 6)
    ordinal = draw(st.sampled_from([0, 1, -1])) if freq in ("MONTHLY", "YEARLY") else 0
    if freq == "HOURLY":
        parts["byhour"] = ()  # an interval may never meet them: refused, see above
    return Rule(
        freq,
        interval=draw(st.integers(1, 5)),
        count=draw(st.none() | st.integers(1, 40)),
        byday=tuple((ordinal, day) for day in sorted(days)),
        wkst=draw(st.sampled_from([0, 6])),
        **{name: tuple(sorted(values)) for name, values in parts.items()},
    )


@few
@given(rules())
def test_what_is_written_is_read_back(rule: Rule) -> None:
    assert read_rule(str(rule)) == rule
    assert read_rule(f" rrule：{str(rule).lower().replace(';', '；')}") == rule


@few
@given(rules(), st.integers(0, 500), st.integers(1, 60))
def test_a_rule_yields_what_the_library_yields_from_its_start(rule: Rule, after: int, days: int) -> None:
    """The leap over whole periods before the span changes nothing."""
    since = datetime(2020, 3, 2, tzinfo=SHANGHAI) + timedelta(days=after)
    until = since + timedelta(days=days)
    plain = (since.replace(tzinfo=None), until.replace(tzinfo=None))
    text = str(replace(rule, count=None))
    ended = islice(rrulestr(f"{text};UNTIL={plain[1]:%Y%m%dT%H%M%S}", dtstart=STARTS), rule.count)
    expected = [moment.replace(tzinfo=SHANGHAI) for moment in ended if plain[0] <= moment < plain[1]]
    assert expand([rule], starts=STARTS, zone=SHANGHAI, since=since, until=until) == expected


@few
@given(
    rules(), st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia", "Australia/Lord_Howe"]),
    st.integers(0, 3000), st.integers(1, 40), st.integers(0, 40),
)  # fmt: skip
def test_spans_fit_together_in_any_zone(rule: Rule, zone: str, begins: int, days: int, cut: int) -> None:
    def span(since: datetime, until: datetime) -> list[datetime]:
        return expand(
            [rule], starts=datetime(2010, 12, 30, 2, 30), zone=ZoneInfo(zone), since=since, until=until  # noqa: DTZ001
        )  # fmt: skip

    since = datetime(2011, 1, 1, tzinfo=UTC) + timedelta(days=begins)
    until, middle = since + timedelta(days=days), since + timedelta(days=min(cut, days))
    whole = span(since, until)
    assert whole == span(since, middle) + span(middle, until)
    assert all(one < other for one, other in zip(whole, whole[1:], strict=False))
    assert all(since <= one < until and one.tzinfo is UTC for one in whole)


@few
@given(st.sets(st.times().map(lambda at: at.replace(second=0, microsecond=0)), min_size=1, max_size=6))
def test_times_of_a_day_are_exactly_these(times: set[time]) -> None:
    since = datetime(2020, 3, 3, tzinfo=SHANGHAI)
    found = expand(read_rules(daily(times)), starts=STARTS, zone=SHANGHAI, since=since, until=since + timedelta(days=1))
    assert [moment.astimezone(SHANGHAI).time() for moment in found] == sorted(times)
    assert said(read_rules(daily(times)), STARTS, "en").count(":") == len(times)


def test_texts_from_a_form() -> None:
    assert daily([time(15), time(9)]) == "FREQ=DAILY;BYHOUR=9,15;BYMINUTE=0"
    assert weekly([3, 0], [time(9)]) == "FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=9;BYMINUTE=0"
    assert weekly(range(7), [time(9)]) == daily([time(9)])
    with pytest.raises(RuleError, match="empty"):
        daily([])


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("FREQ=DAILY;BYHOUR=9,15", "每天 09:00 和 15:00", "Every day at 09:00 and 15:00"),
        ("FREQ=DAILY;BYHOUR=9,15\nFREQ=DAILY;BYHOUR=10;BYMINUTE=30", "每天 09:00、10:30 和 15:00", "Every day at 09:00, 10:30 and 15:00"),
        ("FREQ=HOURLY;INTERVAL=4", "每 4 小时", "Every 4 hours"),
        ("FREQ=HOURLY", "每小时", "Every hour"),
        ("FREQ=DAILY;INTERVAL=2", "每 2 天 08:00", "Every 2 days at 08:00"),
        ("FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=9", "每周一、周四 09:00", "Every Monday and Thursday at 09:00"),
        ("FREQ=WEEKLY", "每周一 08:00", "Every Monday at 08:00"),
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "每周一至周五 08:00", "Every Monday to Friday at 08:00"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU", "每天 08:00", "Every day at 08:00"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU", "每 2 周的周六、周日 08:00", "Every 2 weeks on Saturday and Sunday at 08:00"),
        ("FREQ=MONTHLY", "每月 2 日 08:00", "Day 2 of every month at 08:00"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,-1", "每月 1 日、最后一天 08:00", "Day 1 and the last day of every month at 08:00"),
        ("FREQ=MONTHLY;INTERVAL=3;BYDAY=1MO,-1FR", "每 3 个月的第一个周一、最后一个周五 08:00",
         "The first Monday and the last Friday of every 3 months at 08:00"),
        ("FREQ=DAILY;COUNT=10", "每天 08:00，共 10 次", "Every day at 08:00, 10 times"),
        ("FREQ=DAILY;COUNT=1\nFREQ=DAILY;COUNT=1;BYHOUR=9", "每天 08:00，共 1 次；每天 09:00，共 1 次",
         "Every day at 08:00, 1 time; every day at 09:00, 1 time"),
        ("FREQ=DAILY;UNTIL=20200430", "每天 08:00，至 2020 年 4 月 30 日", "Every day at 08:00, until 30 April 2020"),
        ("FREQ=DAILY;UNTIL=20200430T120000Z", "每天 08:00，至 2020 年 4 月 30 日 12:00 UTC",
         "Every day at 08:00, until 30 April 2020 12:00 UTC"),
        ("FREQ=YEARLY;BYMONTH=3", "按规则 FREQ=YEARLY;BYMONTH=3", "By the rule FREQ=YEARLY;BYMONTH=3"),
        ("FREQ=MONTHLY;BYDAY=MO", "按规则 FREQ=MONTHLY;BYDAY=MO", "By the rule FREQ=MONTHLY;BYDAY=MO"),
    ],
)  # fmt: skip
def test_a_rule_as_people_say_it(text: str, zh: str, en: str) -> None:
    assert said(read_rules(text), STARTS, "zh-hans") == zh
    assert said(read_rules(text), STARTS, "en") == en


@few
@given(rules())
def test_a_sentence_leaves_no_part_out(rule: Rule) -> None:
    """Whatever a common sentence does not say is shown as the rule itself."""
    sentence = said([rule], STARTS, "zh-hans")
    if rule.bymonth or (rule.freq == "HOURLY" and (rule.byday or rule.bymonthday)) or rule.freq == "YEARLY":
        assert str(rule) in sentence
    assert rule.count is None or str(rule.count) in sentence


def test_lists() -> None:
    assert [listed(words, False) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_days_of_an_end_are_kept() -> None:
    assert read_rule("FREQ=DAILY;UNTIL=20200430").until == date(2020, 4, 30)
    for text in ("FREQ=DAILY;UNTIL=20200430", "FREQ=DAILY;UNTIL=20200430T080000", "FREQ=DAILY;UNTIL=20200430T080000Z"):
        assert str(read_rule(text)) == text
