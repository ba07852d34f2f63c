"""What stands beside a home quarantine: two checks a day, who is held to them, the gate's call; all of it late, changed, ended."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from linli.care.actions import cases, readings, supervisors
from linli.care.actions.orders import Ordered
from linli.care.actions.practice import set_practice
from linli.care.models import Case, Reading
from linli.care.sealed import Said, said_of
from linli.gates.holds import whom_to_call
from linli.gates.models import Hold
from linli.ground.holdings import held
from linli.journal.models import Entry
from linli.kernel.ids import uuid7
from linli.procedures import care_case, care_checks
from linli.procedures.tests.at_home import DISTRICT, MONDAY, Home
from linli.rounds.actions.walked import Walker, annul, take_visit
from linli.rounds.jobs import tick
from linli.rounds.models import Excusal, Occurrence, PlanPerson, Target, Visit, VisitValue
from linli.rounds.standing import of as standing_of
from linli.rounds.walked_items import SentVisit

pytestmark = pytest.mark.django_db


def test_somebody_at_home_is_asked_twice_a_day_and_the_gate_calls_who_looks_after_him(home: Home) -> None:
    case = home.opens()
    case.refresh_from_db()
    row = PlanPerson.objects.get(pk=case.plan_person)
    assert (row.person, row.day0, row.days, row.convention) == (home.person, case.day0, 14, "landing")
    assert row.plan.sheet is not None
    assert home.checks() == [], "the day of landing is day 0"
    (call,) = whom_to_call(home.person.pk, timezone.now())
    assert call == "请先联系照看的人 施援 居委会"
    home.to(home.at(3, "07:00"))
    tick(timezone.now())
    assert home.checks() == [(1, 0), (1, 1)]
    assert {one.holder for one in Target.objects.all()} == {home.helper}
    care_case.tick(timezone.now())
    assert Entry.objects.filter(act__in=["rounds.person_put", "gates.hold_placed", "rounds.plan_made"]).count() == 3


def test_what_is_read_at_the_door_becomes_a_reading_and_leaves_the_round(home: Home) -> None:
    home.opens()
    home.to(home.at(3, "08:10"))
    tick(timezone.now())
    visit = home.walks(home.due(), "36.8", "cough")
    (reading,) = Reading.objects.all()
    assert said_of(reading) == Said(Decimal("36.8"), ("cough",))
    assert (reading.day, reading.part, reading.source) == (1, "morning", f"visit:{visit.pk}")
    assert not VisitValue.objects.exists(), "health is kept once, sealed"
    annul(by=Walker(home.helper.user, (), timezone.now()), pk=visit.pk, happened_at=timezone.now())
    reading.refresh_from_db()
    assert reading.annulled_at is not None
    home.walks(home.due(), "36.9")
    assert Reading.objects.filter(annulled_at__isnull=True).count() == 1


def test_a_visit_without_a_thermometer_is_a_visit_and_no_reading(home: Home) -> None:
    home.opens()
    home.to(home.at(3, "08:10"))
    tick(timezone.now())
    home.walks(home.due(), "")
    assert not Reading.objects.exists()


def test_a_reading_from_elsewhere_counts_the_check_as_done_until_it_is_taken_back(home: Home) -> None:
    case = home.opens()
    home.to(home.at(3, "08:10"))
    tick(timezone.now())
    reading = readings.record_reading(by=None, case=case, said=Said(Decimal("36.6")), by_self=True)
    one = Occurrence.objects.select_related("plan", "place").get()
    assert standing_of([one], timezone.now())[one.pk].covered.done == 1
    assert Reading.objects.count() == 1
    readings.annul_reading(by=home.cast.users["clerk"], reading=reading)
    one = Occurrence.objects.select_related("plan", "place").get()
    assert standing_of([one], timezone.now())[one.pk].covered.done == 0
    readings.record_reading(by=None, case=case, said=Said(Decimal("36.7")), part="extra")
    assert Visit.objects.count() == 1, "an extra reading is nobody's check"


def test_a_reading_of_before_its_round_was_opened_counts_when_it_is(home: Home) -> None:
    case = home.opens()
    home.to(home.at(3, "08:10"))
    readings.record_reading(by=None, case=case, said=Said(Decimal("36.6")), by_self=True)
    assert not Occurrence.objects.exists(), "nothing ran that would have opened it"
    tick(timezone.now())
    for _twice in range(2):
        care_case.tick(timezone.now())
    one = Occurrence.objects.select_related("plan", "place").get()
    assert standing_of([one], timezone.now())[one.pk].covered.done == 1
    assert Visit.objects.count() == 1


def test_the_release_ends_checks_and_call(home: Home) -> None:
    case = home.opens()
    home.to(home.at(5, "07:00"))
    tick(timezone.now())
    home.to(home.at(5, "09:00"))
    cases.release(by=home.cast.users["clerk"], case=case, body=DISTRICT)
    assert whom_to_call(home.person.pk, timezone.now()) == []
    assert Excusal.objects.filter(target__day=3).count() == 2
    tick(home.at(6, "07:00"))
    assert (4, 0) not in home.checks()


def test_a_longer_term_lengthens_both_and_a_shorter_one_shortens_them(home: Home) -> None:
    case = home.opens(days=7)
    again = Ordered(DISTRICT, timezone.now(), document="沪防控 2026-2")
    cases.extend(by=None, case=case, days=10, reason="order", ordered=again)
    assert Hold.objects.get().until == case.release_at
    assert PlanPerson.objects.get().days == 10
    cases.shorten(by=None, case=case, days=3, reason="order", ordered=again)
    hold = Hold.objects.get(ended_at__isnull=True)
    assert (hold.until, PlanPerson.objects.get().days) == (case.release_at, 3)


def test_who_is_taken_to_a_central_place_is_asked_for_nothing_here_until_he_is_home_again(home: Home) -> None:
    case = home.opens()
    cases.move(by=None, case=case, dwelling=None, reason="central")
    assert whom_to_call(home.person.pk, timezone.now()) == []
    home.to(home.at(4, "07:00"))
    tick(timezone.now())
    assert home.checks() == []
    cases.move(by=None, case=case, dwelling=home.cast.dwellings[0], reason="home_again")
    assert whom_to_call(home.person.pk, timezone.now())
    assert home.checks() == [(2, 0), (2, 1)]


def test_whoever_takes_over_answers_for_the_checks_of_today_and_is_called(home: Home) -> None:
    set_practice(
        by=home.cast.users["secretary"], neighbourhood=home.cast.neighbourhood, convention="landing", households_each=9
    )
    case = home.opens()
    home.to(home.at(3, "07:00"))
    tick(timezone.now())
    clerk = home.cast.mandates["clerk"]
    supervisors.name_supervisor(by=None, household=case.household, mandate=clerk)
    one = Occurrence.objects.select_related("plan", "place").get()
    stand = standing_of([one], timezone.now())[one.pk]
    assert {stand.holder_of(target) for target in stand.states} == {clerk.pk}
    (call,) = whom_to_call(home.person.pk, timezone.now())
    assert clerk.holder_name in call
    assert "施援" not in call


def test_no_gate_calls_anybody_first_for_somebody_in_danger(home: Home) -> None:
    case = home.opens()
    alarm = readings.emergency(by=None, case=case, words="晕倒")
    assert whom_to_call(home.person.pk, timezone.now()) == []
    readings.answer_alarm(by=home.cast.users["clerk"], alarm=alarm, answer="ambulance")
    care_case.tick(timezone.now())
    assert whom_to_call(home.person.pk, timezone.now()) == [], "the ambulance is on its way"
    home.to(timezone.now() + timedelta(hours=13))
    care_case.tick(timezone.now())
    assert whom_to_call(home.person.pk, timezone.now())
    again = readings.emergency(by=None, case=case)
    readings.answer_alarm(by=home.cast.users["clerk"], alarm=again, answer="watching")
    care_case.tick(timezone.now())
    assert whom_to_call(home.person.pk, timezone.now())


def test_a_substitute_is_called_from_the_morning_on_which_he_begins(home: Home) -> None:
    place, office = home.cast.neighbourhood, home.cast.users["secretary"]
    set_practice(by=office, neighbourhood=place, convention="landing", households_each=9)
    case = home.opens()
    clerk = home.cast.mandates["clerk"]
    supervisors.substitute(
        by=None, household=case.household, mandate=clerk, since=home.at(4, "08:00"), until=home.at(5, "08:00")
    )
    first = home.at(4, "07:59"), home.helper
    for clock, who in (first, (home.at(4, "08:01"), clerk), (home.at(5, "08:01"), home.helper)):
        home.to(clock)
        care_case.tick(timezone.now())
        assert who.holder_name in whom_to_call(home.person.pk, timezone.now())[0]


def test_two_of_one_household_have_one_plan_and_a_call_each(home: Home) -> None:
    home.opens(0)
    home.opens(1)
    home.to(home.at(3, "07:00"))
    tick(timezone.now())
    assert Occurrence.objects.count() == 1
    assert sorted(home.checks()) == [(1, 0), (1, 0), (1, 1), (1, 1)]
    assert Hold.objects.count() == 2
    first, second = Target.objects.filter(part=0).select_related("occurrence__plan", "occurrence__place")
    questions = {one.code: one.pk for one in first.occurrence.sheet.questions.all()}
    now = timezone.now()
    sent = SentVisit(
        uuid7(), now, False, first.occurrence_id, ((first.pk, "done", None), (second.pk, "done", None)),
        {questions["temperature"]: "37.9"}, (), "",
    )  # fmt: skip
    take_visit(by=Walker(home.helper.user, (home.helper,), now), sent=sent, occurrence=first.occurrence)
    assert not Reading.objects.exists(), "whose temperature it is nobody can tell"
    assert VisitValue.objects.count() == 1


def test_what_is_held_of_the_checks_is_shown_to_who_sees_care_alone(home: Home) -> None:
    case = home.opens()
    home.to(home.at(3, "07:00"))
    tick(timezone.now())
    people = [case.person_id]
    for rights, shown in ((("register.read",), False), (("register.read", "care.read"), True), (None, True)):
        found = [fact.value for _holding, facts in held(people, rights) for fact in facts]
        assert (care_checks.TITLE in found) is shown


def test_a_reading_after_the_days_are_counted_anew_is_of_the_same_check(home: Home) -> None:
    case = home.opens()
    home.to(home.at(4, "07:30"))
    tick(timezone.now())
    Case.objects.filter(pk=case.pk).update(door_at=MONDAY + timedelta(days=1))
    cases.recount(by=home.cast.users["clerk"], case=case, convention="door")
    readings.record_reading(by=None, case=case, said=Said(Decimal("36.60")), by_self=True)
    one = Occurrence.objects.get(slot_at__date="2026-03-04")
    assert standing_of([one], timezone.now())[one.pk].covered.done == 1
