"""The decisions of the rounds: what a field understands, who is late, what is overdue."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.rounds.asking import NUMBER, TEXT, YES_NO, Ask, NotAValue, Value, read_answer
from linli.rounds.rules import applies, overdue, state_of

NOW = datetime(2020, 3, 13, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (NUMBER, "12", Value(number=Decimal(12))),
        (NUMBER, " １，２３４ ", Value(number=Decimal(1234))),
        (NUMBER, "1,234,567.5", Value(number=Decimal("1234567.5"))),
        (NUMBER, "-3", Value(number=Decimal(-3))),
        (NUMBER, "", Value()),
        (YES_NO, "是", Value(yes=True)),
        (YES_NO, "No", Value(yes=False)),
        (TEXT, "  两  句 ", Value(text="两 句")),
    ],
)
def test_what_a_field_understands(kind: str, raw: str, value: Value) -> None:
    assert read_answer(Ask(kind, required=False), raw) == value
    assert value.empty is (raw == "")


@pytest.mark.parametrize(
    ("kind", "raw", "code"),
    [
        (NUMBER, "约130", "number"),
        (NUMBER, "130余", "number"),
        (NUMBER, "1,2", "number"),
        (NUMBER, "1e9", "number"),
        (NUMBER, "1.005", "range"),
        (NUMBER, "9" * 12, "range"),
        (NUMBER, "9" * 5000, "range"),
        (YES_NO, "也许", "yes_no"),
        (TEXT, "长" * 201, "long"),
    ],
)
def test_what_it_does_not(kind: str, raw: str, code: str) -> None:
    with pytest.raises(NotAValue) as wrong:
        read_answer(Ask(kind, required=False), raw)
    assert wrong.value.code == code


@given(st.decimals(min_value=-(10**10), max_value=10**10, places=2))
def test_a_number_is_exact(number: Decimal) -> None:
    assert read_answer(Ask(NUMBER), f"{number:f}").number == number


def test_late_is_after_the_time_and_missing_is_without() -> None:
    minute = timedelta(minutes=1)
    assert state_of(NOW, NOW, NOW) == "answered"
    assert state_of(NOW + minute, NOW, NOW) == "late"
    assert state_of(None, NOW, NOW) == "waiting"
    assert state_of(None, NOW, NOW + minute) == "missing"


def test_overdue_from_the_day_after() -> None:
    day = date(2020, 3, 13)
    assert not overdue(day, None, day)
    assert overdue(day, None, date(2020, 3, 14))
    assert not overdue(day, NOW, date(2020, 4, 1))


@pytest.mark.parametrize(
    ("records", "measures", "asked"),
    [
        (True, True, {"always", "records", "measures"}),
        (True, False, {"always", "records"}),
        (False, True, {"always", "measures", "quiet"}),
        (False, False, {"always", "quiet"}),
    ],
)
def test_what_is_asked_under_which_rules(records: bool, measures: bool, asked: set[str]) -> None:
    rules = {"records": records, "measures": measures}
    assert {when for when in ("always", "records", "measures", "quiet") if applies(when, rules)} == asked
