"""Pure rules: which legs a hand-over does, when somebody owes the next step; and what applied on the day of arrival (T12)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.utils import translation

from linli.journeys import rules, schemes
from linli.journeys.faces import flight_of
from linli.journeys.models import Movement
from linli.kernel.handover import Span

NOW = datetime(2020, 3, 13, 12, 0, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)


def plan(taker: str, minutes: int) -> rules.Plan:
    return rules.Plan(taker + str(minutes), taker, NOW + timedelta(minutes=minutes))


def test_a_leg_is_late_after_its_grace_and_twice_that_when_about() -> None:
    assert rules.alarm_at(NOW, about=False, grace=HALF_HOUR) == NOW + HALF_HOUR
    assert rules.alarm_at(NOW, about=True, grace=HALF_HOUR) == NOW + 2 * HALF_HOUR


def test_a_hand_over_does_the_leg_to_its_taker_and_those_before_it() -> None:
    legs = [plan("home", 90), plan("escort", 30), plan("office", 60), plan("office", 120)]
    assert [one.id for one in rules.done_by(legs, "office", NOW, final=False)] == ["escort30", "office60"]
    assert len(rules.done_by(legs, "home", NOW, final=True)) == 4
    assert [one.id for one in rules.done_by(legs, "ambulance", NOW + HALF_HOUR, final=False)] == [
        "escort30",
        "office60",
    ]
    assert rules.done_by([], "home", NOW, final=True) == []


def test_the_next_step_is_owed_half_an_hour_after_it_came_into_these_hands() -> None:
    def owed(since: datetime, **more: object) -> datetime | None:
        known: dict[str, object] = {"final": False, "planned": False, "before": None, "now": NOW, **more}
        return rules.owed_at([Span("desk", since, None)], **known)  # type: ignore[arg-type]

    assert owed(NOW) == NOW + HALF_HOUR
    assert owed(NOW - timedelta(hours=4)) == NOW + rules.TO_ACT
    assert owed(NOW, final=True) is None
    assert owed(NOW, planned=True) is None
    assert owed(NOW, before=NOW + timedelta(hours=2)) == NOW + timedelta(hours=2)
    assert owed(NOW, before=NOW) == NOW + HALF_HOUR
    assert rules.owed_at([], final=False, planned=False, before=None, now=NOW) is None


def test_one_of_ours_is_to_be_met_half_an_hour_after_the_last_moment_he_was_expected() -> None:
    landed, run = NOW + timedelta(hours=1), NOW + timedelta(hours=3)
    assert rules.unmet_at([landed, None, run], before=None, now=NOW) == run + HALF_HOUR
    assert rules.unmet_at([landed], before=landed + 2 * HALF_HOUR, now=NOW) == landed + 2 * HALF_HOUR
    assert rules.unmet_at([NOW - timedelta(days=1)], before=None, now=NOW) == NOW + rules.TO_ACT
    assert rules.unmet_at([], before=None, now=NOW) == NOW + HALF_HOUR


@pytest.mark.parametrize(
    ("day", "country", "days", "listed"),
    [
        (date(2020, 2, 20), "KR", 0, False),
        (date(2020, 3, 5), "KR", 0, False),
        (date(2020, 3, 6), "KR", 14, True),
        (date(2020, 3, 12), "DE", 0, False),
        (date(2020, 3, 13), "de", 14, True),
        (date(2020, 3, 13), "", 0, False),
        (date(2020, 3, 29), "CA", 14, True),
        (date(2020, 3, 29), "NZ", 0, False),
        (date(2021, 5, 16), "NZ", 14, False),
    ],
)
def test_what_applies_is_the_rule_of_the_day_of_arrival(day: date, country: str, days: int, listed: bool) -> None:
    rule = schemes.rule_on(day, country)
    assert (rule.days, rule.listed) == (days, listed)


def test_the_list_grew_from_four_countries_to_twenty_four() -> None:
    sizes = [len(one.countries) for one in schemes.lists()]
    assert (sizes[0], sizes[-1]) == (4, 24)
    assert sizes == sorted(sizes)
    last = schemes.list_on(date(2020, 3, 29))
    assert last is not None
    assert last.key == "shanghai-listed@4"
    assert schemes.list_on(date(2020, 1, 1)) is None


def test_from_may_2021_seven_days_at_home_follow() -> None:
    scheme = schemes.rule_on(date(2021, 6, 1), "NZ").scheme
    assert scheme is not None
    assert (scheme.days, scheme.then_days, scheme.places) == (14, 7, ("central",))
    later = schemes.rule_on(date(2022, 2, 1), "NZ").scheme
    assert later is not None
    assert later.then_home == "one_household"
    after = schemes.rule_on(date(2022, 4, 2), "NZ").scheme
    assert after == schemes.scheme_called("all-14-7")
    assert schemes.scheme_called("none") is None


def test_every_list_and_scheme_says_its_source_and_what_is_not_sourced() -> None:
    assert all("RULES.md B4" in one.source and "own knowledge" in one.source for one in schemes.lists())
    found = [
        scheme
        for day in (date(2020, 3, 13), date(2021, 6, 1), date(2022, 2, 1))
        if (scheme := schemes.rule_on(day, "DE").scheme)
    ]
    assert len(found) == 3
    for scheme in found:
        assert scheme.cites
        assert all("RULES.md B4" in cite.source for cite in scheme.cites)
        assert all("own knowledge" not in cite.source for cite in scheme.cites if cite.public)


def test_whom_somebody_does_not_hold_is_named() -> None:
    one, two, desk = (UUID(int=n) for n in (1, 2, 3))
    assert rules.not_with({one: desk, two: None}, desk) == [two]


def test_a_flight_is_named_with_its_number_apart() -> None:
    flight = Movement(kind="flight", number="ZZ512", day=date(2020, 3, 13))
    with translation.override("zh-hans"):
        assert flight_of(flight).startswith("航班 ZZ512 · ")
    with translation.override("en"):
        assert flight_of(flight).startswith("Flight ZZ512 · ")
