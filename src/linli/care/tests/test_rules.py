"""The pure decisions: terms and their release, who may order, fever, due visits."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product

import pytest

from linli.care import powers, rules
from linli.kernel.cadence import CONVENTIONS, SHANGHAI, said_release
from linli.operations import rulesets

LANDED = datetime(2020, 3, 13, 12, 37, tzinfo=SHANGHAI)
DOOR = datetime(2020, 3, 14, 3, 37, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("convention", "day0", "release"),
    [
        ("landing", date(2020, 3, 13), datetime(2020, 3, 28, tzinfo=SHANGHAI)),
        ("door", date(2020, 3, 14), datetime(2020, 3, 29, tzinfo=SHANGHAI)),
        ("inclusive", date(2020, 3, 14), datetime(2020, 3, 28, tzinfo=SHANGHAI)),
    ],
)
def test_the_eleventh_is_released_by_landing_and_by_the_door(convention: str, day0: date, release: datetime) -> None:
    found = rules.counted(convention=convention, days=14, landed_at=LANDED, door_at=DOOR)
    assert found.day0 == day0
    assert rules.release_at(day0, 14, convention) == release.astimezone(UTC)


def test_the_release_is_said_as_24_00_of_the_last_day() -> None:
    assert said_release(date(2020, 3, 13), 14, CONVENTIONS["landing"], "zh-hans") == "2020 年 3 月 27 日 24:00"
    assert said_release(date(2020, 3, 14), 14, CONVENTIONS["door"], "zh-hans") == "2020 年 3 月 28 日 24:00"


def test_a_given_day_0_stands_and_an_unknown_event_gives_none() -> None:
    known = rules.counted(convention="exposure", days=14, landed_at=LANDED, door_at=None, day0=date(2020, 3, 10))
    assert known.day0 == date(2020, 3, 10)
    assert rules.counted(convention="landing", days=14, landed_at=None, door_at=DOOR).day0 is None
    assert rules.counted(convention="door", days=14, landed_at=LANDED, door_at=None).day0 is None
    assert rules.counted(convention="inclusive", days=14, landed_at=LANDED, door_at=None).day0 == date(2020, 3, 13)


def test_only_the_district_government_may_order_in_shanghai_today() -> None:
    strict = dict(rulesets.load("shanghai-2020-03-24"), replay=False)
    assert [one.code for one in powers.powers_of(strict, date(2026, 5, 1))] == ["shanghai-2020-48"]
    allowed = {kind for kind in powers.bodies() if powers.power_for(kind, strict, date(2026, 5, 1))}
    assert allowed == {"district_government"}


@pytest.mark.parametrize("day", [date(2020, 3, 13), date(2026, 5, 1)])
def test_a_replay_is_judged_by_the_law_of_its_own_time(day: date) -> None:
    replay = rulesets.load("shanghai-2020-03-24")
    allowed = {kind for kind in powers.bodies() if powers.power_for(kind, replay, day)}
    assert allowed == {"district_government", "city_government"}
    assert powers.power_for("district_government", replay, day) == powers.power_by("law-2013-41")


def test_a_replay_at_its_own_dates_asks_who_was_empowered_on_the_day_of_the_order() -> None:
    replay = rulesets.load("shanghai-2020-03-24")
    assert powers.power_for("city_government", replay, date(2020, 10, 31)) == powers.power_by("law-2013-41")
    assert powers.power_for("city_government", replay, date(2020, 11, 1)) is None
    assert powers.power_for("district_government", replay, date(2020, 11, 1)) == powers.power_by("shanghai-2020-48")


@pytest.mark.parametrize("code", ["quiet", "entry-log"])
def test_rules_that_do_not_measure_empower_nobody(code: str) -> None:
    assert powers.powers_of(rulesets.load(code), date(2026, 5, 1)) == []


def test_nobody_could_order_before_any_line() -> None:
    strict = dict(rulesets.load("shanghai-2020-03-24"), replay=False)
    assert powers.power_for("district_government", strict, date(1999, 1, 1)) is None
    assert powers.power_by("none") is None


def test_every_line_is_cited_and_names_known_bodies() -> None:
    for one in powers.powers():
        assert one.source
        assert "条" in one.zh
        assert "art." in one.en
        assert set(one.bodies) <= powers.bodies().keys()
    assert set(powers.lists()) == {"key_region", "abroad"}


def test_where_somebody_is_from_is_no_ground_of_anything() -> None:
    assert rules.GROUNDS["journey"] == ("journey",)
    words = {ground for grounds in rules.GROUNDS.values() for ground in grounds}
    assert words == {"journey", "contact", "request", "duty", "emergency"}


@pytest.mark.parametrize(
    ("celsius", "symptoms", "limit", "cause"),
    [
        ("37.29", (), 373, ""), ("37.30", (), 373, "fever"), ("37.3", (), None, "fever"), ("37.29", (), None, ""),
        ("37.2", ("cough",), 373, "symptoms"), (None, (), 373, ""), (None, ("breath",), None, "symptoms"),
        ("38.37", ("cough",), 373, "fever"), ("37.99", (), 380, ""), ("38", (), 380, "fever"),
    ],
)  # fmt: skip
def test_a_fever_by_the_limit_or_a_symptom_alarms(
    celsius: str | None, symptoms: tuple[str, ...], limit: int | None, cause: str
) -> None:
    assert rules.cause_of(Decimal(celsius) if celsius is not None else None, symptoms, limit) == cause


def test_which_check_a_moment_belongs_to_is_by_the_clock_of_shanghai() -> None:
    morning = datetime(2020, 3, 14, 0, 5, tzinfo=UTC)
    assert rules.part_at(morning) == "morning"
    assert rules.part_at(morning + timedelta(hours=10)) == "evening"


def test_a_reading_of_the_night_is_no_check_until_the_window_of_the_morning_opens() -> None:
    opens = rules.clock(date(2020, 3, 13), 14, "landing").slots()[0].slot.opens_at
    assert rules.part_at(opens - timedelta(hours=6, minutes=22)) == "extra"
    assert rules.part_at(opens - timedelta(seconds=1)) == "extra"
    assert rules.part_at(opens) == "morning"


def test_checks_begin_with_the_case_and_end_with_the_term() -> None:
    own = rules.clock(date(2020, 3, 13), 14, "landing")
    assert rules.checks_on(own, date(2020, 3, 13), LANDED) == []
    assert len(rules.checks_on(own, date(2020, 3, 14), DOOR)) == 2
    noon = datetime(2020, 3, 14, 13, 0, tzinfo=SHANGHAI)
    assert [one.part for one in rules.checks_on(own, date(2020, 3, 14), noon)] == [1]
    assert len(rules.checks_on(own, date(2020, 3, 27), DOOR)) == 2
    assert rules.checks_on(own, date(2020, 3, 28), DOOR) == []


def test_the_term_is_the_last_one_whose_order_stands() -> None:
    first, longer, shorter = rules.Step(14, True), rules.Step(21, False), rules.Step(10, True)
    assert rules.term_that_stands([first, longer]) == first
    assert rules.term_that_stands([first, longer, shorter]) == shorter
    assert rules.term_that_stands([longer]) == longer


def test_a_need_is_due_so_many_days_after_somebody_was_there() -> None:
    since = date(2026, 3, 1)
    assert rules.next_visit(since, 7, []) == since
    assert rules.next_visit(since, 7, [date(2026, 2, 1)]) == since
    assert rules.next_visit(since, 7, [date(2026, 3, 2), date(2026, 3, 5)]) == date(2026, 3, 12)


def test_two_names_of_a_body_are_one_without_their_blanks() -> None:
    assert rules.same_body(("district_government", "演练区 人民政府"), ("district_government", "演练区人民政府"))
    assert not rules.same_body(("city_government", "演练区人民政府"), ("district_government", "演练区人民政府"))


def test_the_three_attributes_of_a_journey_are_known_or_listed() -> None:
    for health, route, returns in product((True, False), repeat=3):
        missing = rules.incomplete(health=health, route=route, returns=returns)
        assert len(missing) == 3 - health - route - returns
