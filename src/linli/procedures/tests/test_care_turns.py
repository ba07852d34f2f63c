"""The worker's turn beside open cases, and what happens when somebody moves: nothing twice, nothing lost, nobody kept waiting by others."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.accounts.models import User
from linli.care import failing
from linli.care.actions import cases, readings, supervisors
from linli.care.actions.orders import Ordered
from linli.care.actions.practice import set_practice
from linli.care.models import Case, Reading
from linli.care.sealed import Said
from linli.gates.holds import whom_to_call
from linli.gates.models import Hold
from linli.ground.actions.homes import open_household
from linli.ground.actions.mandates import give_mandate
from linli.ground.actions.merge import join_people
from linli.ground.actions.places import NewPlace, add_place
from linli.ground.models import Person
from linli.ground.testing import PASSWORD
from linli.notices import kinds
from linli.notices.models import Notice
from linli.procedures import care_case, care_checks
from linli.procedures.tests.at_home import DISTRICT, MONDAY, Home
from linli.rounds.jobs import tick
from linli.rounds.models import Excusal, Occurrence, PlanPerson
from linli.rounds.standing import of as standing_of

pytestmark = pytest.mark.django_db


def test_nobody_is_held_past_the_last_day_though_nobody_has_closed_the_case(home: Home) -> None:
    home.opens(days=1)
    home.to(home.at(3, "23:59"))
    assert whom_to_call(home.person.pk, timezone.now())
    home.to(home.at(4, "00:01"))
    care_case.tick(timezone.now())
    assert whom_to_call(home.person.pk, timezone.now()) == []
    assert PlanPerson.objects.get().ended_at is not None


def test_a_hold_that_is_longer_than_a_gate_allows_at_once_is_extended_by_the_worker(home: Home) -> None:
    case = home.opens(days=14)
    assert case.release_at is not None
    assert Hold.objects.get().until == MONDAY + timedelta(days=14)
    home.to(home.at(4, "09:00"))
    care_case.tick(timezone.now())
    assert Hold.objects.get().until == case.release_at


def test_the_open_checks_of_today_go_along_to_another_door_and_what_was_done_stays_where_it_was(home: Home) -> None:
    place, other = home.cast.neighbourhood, home.cast.dwellings[4]
    office = home.cast.users["secretary"]
    set_practice(by=office, neighbourhood=place, convention="landing", households_each=9)
    case, clerk = home.opens(), home.cast.mandates["clerk"]
    supervisors.name_supervisor(by=None, household=home.cast.households[4], mandate=clerk)
    home.opens(4, household=home.cast.households[4], supervisor=clerk)
    home.to(home.at(3, "08:10"))
    tick(timezone.now())
    home.walks(home.of(case), "36.8")
    cases.move(by=office, case=case, dwelling=other, reason="unfit")
    morning, evening = home.of(case, 0), home.of(case, 1)
    assert (morning.place, evening.place) == (home.cast.dwellings[0], other)
    assert evening.name.endswith(other.name)
    assert (morning.subject.household, evening.subject.household) == tuple(home.cast.households[at] for at in (0, 4))
    one = Occurrence.objects.select_related("plan", "place").get()
    stand = standing_of([one], timezone.now())[one.pk]
    assert (stand.holder_of(morning.pk), stand.holder_of(evening.pk)) == (home.helper.pk, clerk.pk)
    assert sorted(home.checks()) == [(1, 0), (1, 0), (1, 1), (1, 1)], "no check twice, none lost"
    home.to(home.at(3, "18:10"))
    for _twice in range(2):
        tick(timezone.now())
        care_case.tick(timezone.now())
    readings.record_reading(by=None, case=case, said=Said(Decimal("36.6")), by_self=True)
    assert standing_of([one], timezone.now())[one.pk].covered.done == 2


def test_two_entries_that_turn_out_to_be_one_person_are_asked_once(home: Home) -> None:
    case, other = home.opens(0), home.opens(1)
    home.to(home.at(3, "08:10"))
    tick(timezone.now())
    theirs = home.of(other)
    join_people(by=home.cast.users["secretary"], kept=home.cast.people[0], other=home.cast.people[1], note="同一人")
    assert {one.target.subject.person for one in Excusal.objects.all()} == {home.cast.people[1]}
    one = Occurrence.objects.select_related("plan", "place").get()
    stand = standing_of([one], timezone.now())[one.pk]
    assert (stand.covered.total, stand.covered.excused) == (4, 2)
    assert len(whom_to_call(home.person.pk, timezone.now())) == 1
    home.walks(theirs, "37.9")
    assert Reading.objects.get().case == case, "what a phone still knows under the other entry is his reading"


def test_a_check_that_was_missed_before_somebody_moved_stays_missed_at_the_old_door(home: Home) -> None:
    case = home.opens()
    home.to(home.at(3, "07:30"))
    tick(timezone.now())
    home.to(home.at(3, "13:00"))
    cases.move(by=None, case=case, dwelling=home.cast.dwellings[4], reason="unfit")
    assert home.of(case, 0).place == home.cast.dwellings[0]
    assert home.of(case, 1).place == home.cast.dwellings[4]


def test_who_is_brought_back_to_another_door_on_the_same_day_is_asked_for_what_is_left_of_it(home: Home) -> None:
    case = home.opens()
    home.to(home.at(3, "07:30"))
    tick(timezone.now())
    cases.move(by=None, case=case, dwelling=None, reason="hospital")
    assert Excusal.objects.count() == 2
    home.to(home.at(3, "15:00"))
    cases.move(by=None, case=case, dwelling=home.cast.dwellings[4], reason="home_again")
    (left,) = Excusal.objects.all()
    assert left.target_id == home.of(case, 0).pk, "the morning was over"
    assert home.of(case, 1).place == home.cast.dwellings[4]
    assert home.checks() == [(1, 0), (1, 1)]


def test_a_failure_beside_one_case_keeps_nobody_elses_from_being_set_right_and_is_told_until_it_works(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = home.opens(0, days=1)
    home.opens(1, days=1)
    real = care_checks.let_go

    def broken(*, by: User | None, case: Case, at: datetime | None = None) -> None:
        if case.pk == one.pk:
            raise LookupError
        real(by=by, case=case, at=at)

    home.to(home.at(4, "00:01"))
    with monkeypatch.context() as patched:
        patched.setattr(care_checks, "let_go", broken)
        for _twice in range(2):
            care_case.tick(timezone.now())
    assert PlanPerson.objects.filter(ended_at__isnull=True).count() == 1
    assert failing.waiting() == 1, "counted, once"
    notice = Notice.objects.get(kind=failing.STUCK)
    said = kinds.said([notice])[notice.pk]
    assert str(one.pk) in said.detail
    assert said.url.endswith(f"{one.pk}/")
    care_case.tick(timezone.now())
    assert PlanPerson.objects.filter(ended_at__isnull=True).count() == failing.waiting() == 0


def test_a_failure_of_a_whole_neighbourhood_is_told_too(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.opens()

    def broken(*_args: Any) -> None:
        raise LookupError

    with monkeypatch.context() as patched:
        patched.setattr(care_checks, "unmarked", broken)
        care_case.tick(timezone.now())
    notice = Notice.objects.get(kind=failing.STUCK)
    assert (notice.subject_type, notice.subject) == ("beside_place", str(home.cast.neighbourhood.pk))
    care_case.tick(timezone.now())
    assert failing.waiting() == 0


def more_at_home(home: Home, count: int) -> None:
    """So many more cases, each at a door and with a helper of its own."""
    place, today = home.cast.neighbourhood, timezone.localdate()
    start = Case.objects.count()
    for at in range(start, start + count):
        door = add_place(by=None, new=NewPlace(kind="dwelling", name=f"{900 + at}室", parent=home.cast.building))
        person = Person.objects.create(neighbourhood=place, name=f"某{at}", sort_name=f"mou{at}")
        user = User.objects.create_user(f"helper{at}", PASSWORD, display_name=f"帮{at}")
        helper = give_mandate(by=None, capacity="volunteer", place=place, user=user, since=today)
        cases.open_case(
            by=None, person=person, household=open_household(by=None, dwelling=door), kind="quarantine",
            ground="journey", term=cases.Term(landed_at=MONDAY, door_at=MONDAY, days=14),
            ordered=Ordered(DISTRICT, MONDAY, document="沪防控 2026-1"), supervisor=helper,
        )  # fmt: skip


def test_when_nothing_is_due_twenty_cases_cost_as_many_statements_as_two(home: Home) -> None:
    counted = []
    for count in (2, 18):
        more_at_home(home, count)
        for case in Case.objects.filter(readings__isnull=True):
            readings.record_reading(by=None, case=case, said=Said(Decimal("36.6")), by_self=True)
        care_case.tick(timezone.now())
        with CaptureQueriesContext(connection) as said:
            care_case.tick(timezone.now())
        counted.append(len(said))
        assert not [one["sql"] for one in said if not one["sql"].startswith("SELECT")], "nothing is written"
    assert counted[0] == counted[1] <= 20


def test_a_case_that_changes_costs_one_transaction_and_the_others_none(home: Home) -> None:
    more_at_home(home, 5)
    case = Case.objects.order_by("pk").first()
    Hold.objects.filter(source=f"procedure:{case.pk}").delete()
    with CaptureQueriesContext(connection) as said:
        care_case.tick(timezone.now())
    written = [one["sql"] for one in said if one["sql"].startswith(("INSERT", "UPDATE"))]
    assert sum("gates_hold" in one for one in written) == 1
    assert Hold.objects.filter(source=f"procedure:{case.pk}").count() == 1
    depth, outermost = 0, 0
    for one in said:
        if one["sql"].startswith("SAVEPOINT"):
            outermost += depth == 0
            depth += 1
        elif one["sql"].startswith("RELEASE SAVEPOINT"):
            depth -= 1
    assert outermost == 1
