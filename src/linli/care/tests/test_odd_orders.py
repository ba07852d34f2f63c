"""What happens in another order than one would think of: told late, taken back, moved, replaced in the middle."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from linli.accounts.models import User
from linli.care import consequences, figures, jobs, queries, retention, telling
from linli.care.actions.cases import Term, annul, end, extend, move, recount, reopen
from linli.care.actions.errands import ask_errand
from linli.care.actions.orders import document_order
from linli.care.actions.readings import Said, annul_reading, record_reading
from linli.care.actions.supervisors import go_along, name_supervisor, substitute
from linli.care.actions.visits import record_on_site
from linli.care.models import Alarm, Case, Supervisor
from linli.care.models.hidden import children_too
from linli.care.supervising import helpers, supervisors
from linli.care.tests.conftest import attention, ordered, quarantine, refused
from linli.care.tests.test_supervisors import of, volunteer
from linli.ground.figures import AsOf
from linli.ground.testing import Cast
from linli.kernel.ids import uuid7
from linli.notices.models import Notice
from linli.operations.models import Operation

COUGH = Said(None, ("cough",))


def told(kind: str) -> list[object]:
    """To whom the open notices of a kind go."""
    return [one.to_mandate for one in Notice.objects.filter(kind=kind, settled_at__isnull=True)]


@pytest.mark.parametrize("step", ["move", "recount"])
def test_a_step_in_between_keeps_nobody_longer_than_an_order_that_stands(
    cast: Cast, operation: Operation, step: str
) -> None:
    with cast.scope():
        clerk, case = cast.users["clerk"], quarantine(cast)
        extend(by=clerk, case=case, days=21, reason="contact", ordered=ordered(oral=True))
        if step == "move":
            move(by=clerk, case=case, dwelling=None, reason="central")
        else:
            recount(by=clerk, case=case, convention="door")
        jobs.tick(timezone.now() + timedelta(hours=30))
        case.refresh_from_db()
        assert case.days == 14


def test_a_document_after_its_day_comes_too_late_also_when_nothing_ran(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast, ordered=ordered(oral=True, at=timezone.now() - timedelta(hours=30)))
        with refused("care.order_over"):
            document_order(by=cast.users["clerk"], order=case.orders.get(), document="演练〔2020〕13号")
        jobs.tick(timezone.now())
        case.refresh_from_db()
        assert case.closed_as == Case.Closed.LAPSED


def test_a_term_that_was_over_before_its_order_lapsed_is_released(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        now = timezone.now()
        given = now - timedelta(minutes=1)
        term = Term(door_at=given, day0=timezone.localdate(now), days=1, convention="exposure")
        case = quarantine(cast, term=term, at=given, ordered=ordered(oral=True, at=given))
        Case.objects.filter(pk=case.pk).update(release_at=given + timedelta(hours=20))
        jobs.tick(now + timedelta(days=2))
        case.refresh_from_db()
        assert case.closed_as == Case.Closed.RELEASED


def test_somebody_who_came_first_and_is_heard_of_later_has_somebody_from_his_door_on(
    cast: Cast, operation: Operation
) -> None:
    with cast.scope():
        now = timezone.now()
        quarantine(cast, at=now - timedelta(hours=5))
        quarantine(cast, person=6, at=now - timedelta(hours=8), supervisor=None)
        leader = cast.mandates["building_leader"]
        assert [of(cast, at=now - timedelta(hours=hours)) for hours in (7, 3, 0)] == [leader] * 3


def test_a_case_that_is_written_anew_takes_nobody_away(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        other, clerk, now = volunteer(cast), cast.users["clerk"], timezone.now()
        case = quarantine(cast, at=now - timedelta(hours=5))
        name_supervisor(by=clerk, household=case.household, mandate=other, at=now - timedelta(hours=2))
        annul(by=clerk, case=case, reason="mistyped")
        quarantine(cast, at=case.opened_at, supervisor=None)
        assert of(cast) == other
        assert of(cast, at=now - timedelta(hours=3)) == cast.mandates["building_leader"]
        third = volunteer(cast, "丙")
        quarantine(cast, person=6, at=now - timedelta(hours=4), supervisor=third)
        assert of(cast) == third
        assert of(cast, at=now - timedelta(hours=1)) == other


def test_a_closing_that_is_taken_back_gives_the_household_back_to_who_had_it(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        other, clerk = volunteer(cast), cast.users["clerk"]
        case = quarantine(cast, supervisor=other)
        end(by=clerk, case=case, reason="left")
        reopen(by=clerk, case=case)
        assert of(cast) == other
        end(by=clerk, case=case, reason="left")
        User.objects.filter(pk=other.user_id).update(is_active=False)
        reopen(by=clerk, case=case)
        assert of(cast) not in (None, other)


def test_without_any_secretary_who_can_nobody_is_named_again_and_again(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        other = volunteer(cast)
        case = quarantine(cast, supervisor=other)
        User.objects.filter(pk__in=[other.user_id, cast.users["secretary"].pk]).update(is_active=False)
        for minutes in range(3):
            jobs.tick(timezone.now() + timedelta(minutes=minutes))
        assert Supervisor.objects.filter(household=case.household).count() == 1


def test_an_alarm_goes_with_the_household(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        other, clerk, now = volunteer(cast), cast.users["clerk"], timezone.now()
        case = quarantine(cast)
        record_reading(by=None, case=case, said=COUGH)
        assert told(telling.ALARM) == [cast.mandates["building_leader"]]
        name_supervisor(by=clerk, household=case.household, mandate=other)
        assert told(telling.ALARM) == [other]
        stands_in = volunteer(cast, "丙")
        substitute(by=clerk, household=case.household, mandate=stands_in, since=now + timedelta(hours=1))
        assert told(telling.ALARM) == [other]
        jobs.tick(now + timedelta(hours=2))
        assert told(telling.ALARM) == [stands_in]


def test_whoever_helps_now_is_asked_whether_it_goes_on(cast: Cast) -> None:
    with cast.scope():
        other, case = volunteer(cast), attention(cast)
        name_supervisor(by=cast.users["clerk"], household=case.household, mandate=other, case=case)
        assert told(telling.ENDING) == [other]


def test_an_alarm_stands_as_long_as_a_reading_says_it(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        clerk, case = cast.users["clerk"], quarantine(cast)
        one = record_reading(by=clerk, case=case, said=COUGH)
        other = record_reading(by=clerk, case=case, said=COUGH)
        annul_reading(by=clerk, reading=one)
        assert Alarm.objects.get(case=case, answered_at__isnull=True).reading == other
        annul_reading(by=clerk, reading=other)
        assert not Alarm.objects.filter(case=case, answered_at__isnull=True).exists()


def test_a_form_is_of_one_person(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        one, other = quarantine(cast), quarantine(cast, person=6, supervisor=None)
        key, visit = uuid7(), uuid7()
        record_reading(by=None, case=one, said=COUGH, key=key)
        with refused("care.form_twice"):
            record_reading(by=None, case=other, said=COUGH, key=key)
        record_on_site(by=None, case=one, key=visit)
        with refused("care.form_twice"):
            record_on_site(by=None, case=other, key=visit)


def test_counted_in_another_way_no_check_is_asked_for_twice(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast)
        record_reading(by=None, case=case, said=COUGH)
        before = [one.state for one in queries.of_cases([case], timezone.now()).cases[0].checks]
        recount(by=cast.users["clerk"], case=case, convention="door")
        assert [one.state for one in queries.of_cases([case], timezone.now()).cases[0].checks] == before


def test_whoever_goes_to_another_home_is_looked_for_there(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        clerk, leader = cast.users["clerk"], cast.mandates["building_leader"]
        case, target = quarantine(cast), cast.households[1]
        wish = ask_errand(by=clerk, household=case.household, case=case, words="大米")
        move(by=clerk, case=case, dwelling=target.dwelling, reason="unfit")
        case.refresh_from_db()
        wish.refresh_from_db()
        assert (case.household, wish.household) == (target, target)
        assert supervisors([target.pk], timezone.now())[target.pk].mandate == leader
        go_along(clerk, case, cast.households[3], timezone.now())
        assert of(cast) == leader
        alone = attention(cast)
        move(by=clerk, case=alone, dwelling=cast.households[2].dwelling, reason="unfit")
        assert helpers([alone.pk], timezone.now())[alone.pk].mandate == leader
        assert alone.household == cast.households[2]


def test_nobody_is_asked_for_readings_of_whom_others_measure(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        clerk, case, now = cast.users["clerk"], quarantine(cast), timezone.now()
        place, as_of = cast.neighbourhood, AsOf.of(now + timedelta(days=2))
        due = [count.of for count in figures.checks([place], as_of).values()]
        said = consequences.said(case, "move", {"reason": "hospital", "address": ""}, now)
        move(by=clerk, case=case, dwelling=None, reason="hospital")
        (line,) = queries.of_cases([case], now).cases
        assert line.checks == []
        assert not line.never_visited
        assert {one.code for one in line.acts} <= {"order", "release"}
        assert any(due)
        assert figures.checks([place], as_of) == {}
        assert len(said) == 2
        move(by=clerk, case=case, dwelling=case.household.dwelling, reason="home_again")
        (line,) = queries.of_cases([case], now).cases
        assert line.checks


def waiting() -> set[str]:
    """The kinds of notices that wait for somebody."""
    return set(Notice.objects.filter(settled_at__isnull=True).values_list("kind", flat=True))


def left_alone(cast: Cast) -> Case:
    """Ordered aloud, and whoever was named is suspended."""
    other = volunteer(cast)
    case = quarantine(cast, ordered=ordered(oral=True), supervisor=other)
    User.objects.filter(pk=other.user_id).update(is_active=False)
    jobs.tick(timezone.now())
    return case


def test_of_a_closed_case_nothing_is_waited_for(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        clerk, now = cast.users["clerk"], timezone.now()
        case = left_alone(cast)
        wanted = {telling.LAPSING, telling.FELL}
        assert waiting() >= wanted
        end(by=clerk, case=case, reason="left")
        assert not waiting() & wanted
        reopen(by=clerk, case=case)
        assert telling.LAPSING in waiting()
        end(by=clerk, case=case, reason="left")
        jobs.tick(now + timedelta(days=2))
        assert case.orders.get().lapsed_at is not None
        assert telling.LAPSED not in waiting(), "nobody has to do anything about it"


def test_what_is_erased_is_told_to_nobody(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        record_reading(by=None, case=left_alone(cast), said=COUGH)
        attention(cast)
        assert waiting() >= {telling.ALARM, telling.LAPSING, telling.FELL, telling.ENDING}
        with children_too():
            retention.erase_cases(list(Case.objects.all()))
        assert not {kind for kind in waiting() if kind.startswith("care.")}
