"""What stands beside a home quarantine: two checks a day, who is held to them, the gate's call; all of it late, changed, ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.accounts.models import User
from linli.care import failing
from linli.care.actions import cases, readings, supervisors
from linli.care.actions.orders import Ordered
from linli.care.actions.practice import set_practice
from linli.care.models import Case, Reading
from linli.care.sealed import Said, said_of
from linli.care.writing import Authority
from linli.gates.holds import whom_to_call
from linli.gates.models import Hold
from linli.gates.testing import open_strict
from linli.ground.actions.homes import open_household
from linli.ground.actions.mandates import give_mandate
from linli.ground.actions.merge import join_people
from linli.ground.actions.places import NewPlace, add_place
from linli.ground.holdings import held
from linli.ground.models import Mandate, Person
from linli.ground.testing import PASSWORD, Cast
from linli.journal.models import Entry
from linli.kernel.ids import uuid7
from linli.notices import kinds
from linli.notices.models import Notice
from linli.procedures import care_case, care_checks
from linli.rounds.actions.walked import Walker, annul, take_visit
from linli.rounds.jobs import tick
from linli.rounds.models import Excusal, Occurrence, PlanPerson, Target, Visit, VisitValue
from linli.rounds.standing import of as standing_of
from linli.rounds.walked_items import SentVisit

pytestmark = pytest.mark.django_db

MONDAY = datetime.fromisoformat("2026-03-02T12:37:00+08:00")
DISTRICT = Authority("district_government", "长宁区人民政府")


@dataclass
class Home:
    """A neighbourhood with an operation on, a clock, and somebody who came home on Monday."""

    cast: Cast
    to: Callable[[datetime], None]
    helper: Mandate

    @property
    def person(self) -> Person:
        return self.cast.people[0]

    def opens(self, number: int = 0, days: int = 14, **more: Any) -> Case:
        said = {"household": self.cast.households[0], "supervisor": self.helper, **more}
        return cases.open_case(
            by=self.cast.users["clerk"], person=self.cast.people[number], kind="quarantine", ground="journey",
            term=cases.Term(landed_at=MONDAY, door_at=MONDAY, days=days),
            ordered=Ordered(DISTRICT, MONDAY, document="沪防控 2026-1"), **said,
        )  # fmt: skip

    def at(self, day: int, clock: str) -> datetime:
        return datetime.fromisoformat(f"2026-03-{day:02}T{clock}:00+08:00")

    def checks(self) -> list[tuple[int, int]]:
        return list(Target.objects.order_by("occurrence__slot_at", "part").values_list("day", "part"))

    def walks(self, target: Target, temperature: str, symptoms: str = "", **more: Any) -> Visit:
        """The helper is at the door with the sheet."""
        questions = {one.code: one.pk for one in target.occurrence.sheet.questions.all()}
        values = {questions["temperature"]: temperature, questions["symptoms"]: symptoms}
        now = timezone.now()
        sent = SentVisit(uuid7(), now, False, target.occurrence_id, ((target.pk, "done", None),), values, (), "")
        return take_visit(
            by=Walker(self.helper.user, (self.helper,), now), sent=sent, occurrence=target.occurrence
        ).visit

    def of(self, case: Case, part: int = 0) -> Target:
        rows = Target.objects.select_related(
            "occurrence__plan", "occurrence__place", "occurrence__sheet", "place", "subject__household"
        )
        found: Target = rows.filter(part=part, subject__person=case.person_id).latest("occurrence__slot_at")
        return found

    def due(self, part: int = 0) -> Target:
        rows = Target.objects.select_related("occurrence__plan", "occurrence__place", "occurrence__sheet")
        found: Target = rows.filter(part=part).latest("occurrence__slot_at")
        return found


@pytest.fixture
def home(cast: Cast) -> Iterator[Home]:
    with time_machine.travel(MONDAY, tick=False) as clock, cast.scope():
        open_strict(cast.neighbourhood)
        user = User.objects.create_user("helper", PASSWORD, display_name="施援")
        helper = give_mandate(
            by=None, capacity="volunteer", place=cast.neighbourhood, user=user, since=timezone.localdate()
        )
        yield Home(cast, clock.move_to, helper)


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


def test_nobody_is_held_past_the_last_day_though_nobody_has_closed_the_case(home: Home) -> None:
    home.opens(days=1)
    home.to(home.at(3, "23:59"))
    assert whom_to_call(home.person.pk, timezone.now())
    home.to(home.at(4, "00:01"))
    care_case.tick(timezone.now())
    assert whom_to_call(home.person.pk, timezone.now()) == []
    assert PlanPerson.objects.get().ended_at is not None


def test_a_longer_term_lengthens_both_and_a_shorter_one_shortens_them(home: Home) -> None:
    case = home.opens(days=7)
    again = Ordered(DISTRICT, timezone.now(), document="沪防控 2026-2")
    cases.extend(by=None, case=case, days=10, reason="order", ordered=again)
    assert Hold.objects.get().until == case.release_at
    assert PlanPerson.objects.get().days == 10
    cases.shorten(by=None, case=case, days=3, reason="order", ordered=again)
    hold = Hold.objects.get(ended_at__isnull=True)
    assert (hold.until, PlanPerson.objects.get().days) == (case.release_at, 3)


def test_a_hold_that_is_longer_than_a_gate_allows_at_once_is_extended_by_the_worker(home: Home) -> None:
    case = home.opens(days=14)
    assert case.release_at is not None
    assert Hold.objects.get().until == MONDAY + timedelta(days=14)
    home.to(home.at(4, "09:00"))
    care_case.tick(timezone.now())
    assert Hold.objects.get().until == case.release_at


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
