"""Dates and numbers that are not exact."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from linli.kernel.approximate import AboutNumber, DateReading, read_about_number, read_date, read_window

TODAY = date(2020, 2, 6)


@pytest.mark.parametrize(
    "raw",
    [
        "1967-04-20",
        "1967.4.20",
        "1967/4/20",
        "1967年4月20日",
        "19670420",
        19670420.0,
        24582.0,
        datetime(1967, 4, 20, tzinfo=UTC),
        date(1967, 4, 20),
        "20-Apr-1967",
        "1967-04-20 00:00:00",
    ],
)
def test_one_day_in_many_spellings(raw: object) -> None:
    assert read_date(raw, today=TODAY).value == date(1967, 4, 20)  # type: ignore[arg-type]


def test_two_digit_years_take_the_century_that_fits() -> None:
    assert read_date("85/3/2", today=TODAY) == DateReading(date(1985, 3, 2), two_digit_year=True)
    assert read_date("08/12/1", today=TODAY).value == date(2008, 12, 1)
    assert read_date("17/1/2", today=TODAY, elder=True).value == date(1917, 1, 2)


def test_impossible_days_are_no_dates() -> None:
    for raw in ("1942.2.30", "1985/13/1", -3.0, "昨天"):
        assert read_date(raw, today=TODAY).impossible
    assert read_date("", today=TODAY) == DateReading()


def test_about_dates_are_windows() -> None:
    reading = read_date("1952年左右", today=TODAY)
    assert (reading.value, reading.about, reading.earliest) == (None, True, date(1952, 1, 1))
    assert read_date("1952-03", today=TODAY).latest == date(1952, 3, 31)
    assert read_date(1952.0, today=TODAY).about


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("在日本，3.15返沪", (date(2020, 3, 15), date(2020, 3, 15))),
        ("法国探亲 3月20日左右回", (date(2020, 3, 18), date(2020, 3, 22))),
        ("在韩国 3月底回", (date(2020, 3, 21), date(2020, 3, 31))),
        ("3月中旬回", (date(2020, 3, 11), date(2020, 3, 20))),
        ("3月初回", (date(2020, 3, 1), date(2020, 3, 10))),
        ("6月回", (date(2020, 6, 1), date(2020, 6, 30))),
        ("2/20回", (date(2020, 2, 20), date(2020, 2, 20))),
        ("元宵后回来", (date(2020, 2, 9), None)),
        ("2021年1月5日回", (date(2021, 1, 5), date(2021, 1, 5))),
        ("未定", None),
    ],
)
def test_days_of_return(text: str, window: tuple[date, date | None] | None) -> None:
    assert read_window(text, filled=TODAY) == window


def test_a_month_long_past_is_next_years() -> None:
    assert read_window("1月10日回", filled=date(2020, 12, 20)) == (date(2021, 1, 10), date(2021, 1, 10))


def test_about_numbers_never_sort_as_exact() -> None:
    about, exact = read_about_number("约80"), read_about_number("80")
    assert about is not None
    assert exact is not None
    assert about.about
    assert not exact.about
    assert sorted([about, exact], key=AboutNumber.sort_key) == [exact, about]
    assert read_about_number("80多岁") == AboutNumber(80, True, 80, 89)
    assert read_about_number("几个") is None
