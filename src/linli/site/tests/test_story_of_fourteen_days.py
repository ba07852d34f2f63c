"""The fourteen days after the night: eleven people at home, asked morning and evening, until 24:00 of 27 March.

Day 0 is the Shanghai date of the landing, 13 March for all eleven. Counted by the door it is 14 March for the one who came home at 03:37.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from linli.care.actions.practice import set_practice
from linli.care.actions.readings import answer_alarm
from linli.care.actions.visits import record_on_site
from linli.care.models import Alarm, Case, Errand, Order, Reading
from linli.gates.models import Hold
from linli.ground.actions.mandates import give_mandate
from linli.ground.actions.merge import join_people
from linli.ground.models import Mandate
from linli.ground.testing import client_as
from linli.journeys import hands
from linli.journeys.details import Outsider
from linli.journeys.models import Handover, Match, Traveller
from linli.kernel.arrival_night import arrivals_of
from linli.kernel.arrival_notices import NoticeReading
from linli.kernel.ids import uuid7
from linli.notices.models import Notice
from linli.procedures import arrival
from linli.procedures.arrival_case import case_of, followed
from linli.rounds import standing
from linli.rounds.actions.walked import Walker, take_visit
from linli.rounds.models import Occurrence, PlanPerson, Target
from linli.rounds.walked_items import SentVisit
from linli.site.tests.night_samples import OWN
from linli.site.tests.night_world import Story, at, told

pytestmark = pytest.mark.django_db
DAYS = range(14, 28)
PEOPLE = 11


@pytest.fixture
def story(db: None) -> Iterator[Story]:
    with told(OWN) as found:
        yield found


def test_fourteen_days_of_checks_run_to_release(story: Story) -> None:
    story.replay()
    _one_helper_for_every_household(story)
    _the_papers_come(story)
    for day in DAYS:
        story.to(at(f"{day} 07:00"))
        assert _due(day) == [(day - 13, 0), (day - 13, 1)]
        story.to(at(f"{day} 08:10"), jobs=False)
        _walks(story, day, 0)
        _something_of_the_day(story, day)
        story.to(at(f"{day} 18:10"), jobs=False)
        _walks(story, day, 1)
    _nothing_was_missed()
    _everybody_is_released_when_the_last_day_is_over(story)
    _and_nobody_is_asked_for_anything_more(story)


def _one_helper_for_every_household(story: Story) -> None:
    office, home = story.users["secretary"], story.place
    set_practice(by=office, neighbourhood=home, convention="landing", households_each=9)
    for household in story.homes.values():
        arrival.supervise(by=office, household=household, mandate=story.mandates["helper"])


def _the_papers_come(story: Story) -> None:
    """What the district ordered aloud at the door has its document before a day is over."""
    story.to(at("14 10:00"))
    for order in Order.objects.filter(documented_at__isnull=True):
        arrival.papers_come(by=story.users["secretary"], order=order, document="长防控〔2020〕17号")
    story.to(at("15 04:00"))
    assert Case.objects.filter(closed_at__isnull=True).count() == PEOPLE


def _due(day: int) -> list[tuple[int, int]]:
    """(day of the term, part) of what is asked of all eleven on a day."""
    rows = Target.objects.filter(occurrence__slot_at=at(f"{day} 00:00"))
    found = [(one.day, one.part) for one in rows]
    assert len(found) == PEOPLE * 2
    return sorted(set(found))


def _walks(story: Story, day: int, part: int) -> None:
    """The helper asks at each door, but where somebody has said it himself, or it was forgotten until night."""
    rows = Target.objects.filter(occurrence__slot_at=at(f"{day} 00:00"), part=part)
    targets = list(rows.select_related("occurrence__sheet", "occurrence__plan", "occurrence__place", "place"))
    questions = {one.code: one.pk for one in targets[0].occurrence.sheet.questions.all()}
    if day == 20:
        _on_the_page(story, targets.pop(), questions["temperature"])
    for number, target in enumerate(targets):
        temperature = "38.3" if (day, part, number) == (19, 0, 0) else f"36.{number % 10}"
        now = timezone.now()
        if (day, part, number) == (18, 0, 3):
            story.to(at("18 13:00"))  # the window of the morning closed at twelve
            now = timezone.now()
            assert Notice.objects.filter(kind="rounds.missed", settled_at__isnull=True).exists()
        sent = SentVisit(
            uuid7(), now, False, target.occurrence_id, ((target.pk, "done", None),),
            {questions["temperature"]: temperature}, (), "",
        )  # fmt: skip
        helper = story.mandates["helper"]
        take_visit(by=Walker(helper.user, (helper,), now), sent=sent, occurrence=target.occurrence)


def _on_the_page(story: Story, target: Target, temperature: int) -> None:
    """The same on the walker's own page."""
    helper = client_as(story.users["helper"])
    assert target.name in helper.get("/rounds/walk/").content.decode()
    said = {"key": str(uuid7()), "outcome": "done", f"q{temperature}": "36.5"}
    assert helper.post(f"/rounds/walk/{target.pk}/", said).status_code == 302


def _something_of_the_day(story: Story, day: int) -> None:
    """What happens beside the checks."""
    if day == 16:
        home, helper = story.homes["松涛苑", "12号"], story.mandates["helper"]
        errand = arrival.run_errand(
            by=story.users["helper"], household=home, helper=helper, words="牛奶两箱", fen=11_980
        )
        assert (errand.settled_at, errand.contactless) == (timezone.now(), True)
    if day == 17:
        for case in Case.objects.all():
            record_on_site(by=story.users["helper"], case=case, mandate=story.mandates["helper"], words="一切都好")
    if day == 19:
        (alarm,) = Alarm.objects.filter(answered_at__isnull=True)
        assert (alarm.cause, alarm.case.day0) == ("fever", at("13 00:00").date())
        told_of = Notice.objects.filter(kind="care.alarm", settled_at__isnull=True)
        assert [one.to_mandate for one in told_of] == [story.mandates["helper"]]
        answer_alarm(by=story.users["secretary"], alarm=alarm, answer="retaken", words="复测 36.8")
        assert not told_of.all().exists()


def _nothing_was_missed() -> None:
    rounds = list(Occurrence.objects.filter(plan__kind="care").select_related("plan", "place").order_by("slot_at"))
    assert [one.slot_at for one in rounds] == [at(f"{day} 00:00") for day in DAYS]
    covered = standing.of(rounds, timezone.now()).covered
    assert (covered.total, covered.missed, covered.late) == (PEOPLE * 28, 0, 8)
    assert Reading.objects.filter(annulled_at__isnull=True).count() == PEOPLE * 28


def _everybody_is_released_when_the_last_day_is_over(story: Story) -> None:
    story.to(at("27 23:59"))
    assert (
        Case.objects.filter(closed_at__isnull=True).count()
        == Hold.objects.filter(ended_at__isnull=True).count()
        == PEOPLE
    )
    story.to(at("28 00:01"))
    cases = list(Case.objects.all())
    assert {(case.closed_as, case.closed_at) for case in cases} == {("released", at("28 00:00"))}


def _and_nobody_is_asked_for_anything_more(story: Story) -> None:
    assert not Hold.objects.filter(ended_at__isnull=True, until__gt=timezone.now()).exists()
    assert not PlanPerson.objects.filter(ended_at__isnull=True).exists()
    story.to(at("28 12:00"))
    assert not Target.objects.filter(occurrence__slot_at=at("28 00:00")).exists()
    assert not Notice.objects.filter(kind__startswith="care.", settled_at__isnull=True).exists()
    assert Errand.objects.filter(settled_at__isnull=False).count() == 1
    page = client_as(story.users["secretary"]).get("/care/")
    assert page.status_code == 200
    assert "松涛苑" not in strip_tags(page.content.decode())


def test_by_the_door_the_eleventh_is_released_a_day_later(story: Story) -> None:
    set_practice(by=story.users["secretary"], neighbourhood=story.place, convention="door", households_each=9)
    case = the_eleventh(story)
    assert (case.day0, case.release_at, case.door_at) == (at("14 00:00").date(), at("29 00:00"), at("14 03:37"))
    arrival.papers_come(by=story.users["secretary"], order=Order.objects.get(), document="长防控〔2020〕18号")
    story.to(at("28 00:01"))
    assert Case.objects.get().closed_at is None
    story.to(at("29 00:01"))
    assert Case.objects.get().closed_at == at("29 00:00")


def test_what_was_ordered_aloud_lapses_after_a_day_without_its_document(story: Story) -> None:
    case = the_eleventh(story)
    story.to(at("15 03:36"))
    case.refresh_from_db()
    assert case.closed_at is None
    story.to(at("15 03:38"))
    case.refresh_from_db()
    assert case.closed_as == "lapsed"
    assert not Hold.objects.filter(ended_at__isnull=True).exists()


def test_a_door_that_was_not_reached_is_taken_back_with_its_case_and_comes_late(story: Story) -> None:
    case = the_eleventh(story)
    traveller = story.travellers[0]
    door = Handover.objects.get(taker__place__isnull=False)
    arrival.take_back(by=story.by, handover=door, why="not_done")
    case.refresh_from_db()
    assert case.closed_as == "annulled"
    assert not Hold.objects.filter(ended_at__isnull=True).exists()
    story.to(at("14 09:00"))
    assert Case.objects.filter(closed_at__isnull=True).count() == 0, "what was taken back does not come back by itself"
    arrival.come_home(by=story.by, people=[traveller], giver=story.office("volunteer"), at=at("14 04:10"))
    again = case_of(traveller)
    assert again is not None
    assert (again.pk != case.pk, again.door_at) == (True, at("14 04:10"))


def test_a_name_that_is_found_late_opens_the_case_then_and_goes_with_its_match(story: Story) -> None:
    case = the_eleventh(story)
    traveller = story.travellers[0]
    match = Match.objects.get(decision=True)
    arrival.it_is_not(by=story.by, match=match)
    case.refresh_from_db()
    assert (case.closed_as, case_of(traveller)) == ("annulled", None)
    story.decides([traveller])
    found = case_of(traveller)
    assert found is not None
    assert (found.person, found.door_at) == (case.person, at("14 03:37"))


def test_two_entries_that_are_joined_are_one_human_being_with_one_case(story: Story) -> None:
    case = the_eleventh(story)
    (traveller,) = story.travellers
    kept = story.people["金春禾"]
    join_people(by=None, kept=kept, other=case.person, note="同一个人，证件换过")
    story.to(at("14 09:00"))
    followed(story.by, [traveller])
    case.refresh_from_db()
    assert (case.closed_at, case_of(traveller)) == (None, case)


def test_who_is_driven_on_to_the_hospital_keeps_his_case_and_is_asked_for_nothing_here(story: Story) -> None:
    case = the_eleventh(story)
    traveller = story.travellers[0]
    home = hands.of_dwelling(story.place, traveller.dwelling)  # type: ignore[arg-type]
    away = hands.of_outsider(story.place, story.operation, "hospital", Outsider("区中心医院"))
    story.to(at("14 11:00"))
    story.passes(home, away, [traveller], at("14 10:50"))
    case.refresh_from_db()
    assert (case.dwelling, case.closed_at) == (None, None)
    assert not Hold.objects.filter(ended_at__isnull=True).exists()
    story.passes(away, home, [traveller], at("14 10:55"))
    case.refresh_from_db()
    assert case.dwelling == traveller.dwelling
    assert Hold.objects.filter(ended_at__isnull=True).exists()


def test_a_home_whose_case_cannot_be_opened_is_told_and_tried_again(story: Story) -> None:
    word = _word_of_the_eleventh(story)
    Mandate.objects.filter(pk=story.mandates["secretary"].pk).update(until=at("14 00:00").date())
    give_mandate(by=None, capacity="secretary", place=story.place, user=story.by, since=at("15 00:00").date())
    late = _comes_home(story, word)
    assert case_of(late) is None, "nobody could look after the household"
    told_of = Notice.objects.filter(kind="arrival.not_opened")
    assert [one.settled_at for one in told_of] == [None]
    story.to(at("15 02:00"))
    assert case_of(late) is not None
    assert [one.settled_at for one in told_of.all()] == [timezone.now()]


def the_eleventh(story: Story) -> Case:
    """Only the one of half past midnight; his case."""
    found = case_of(_comes_home(story, _word_of_the_eleventh(story)))
    assert found is not None
    return found


def _word_of_the_eleventh(story: Story) -> NoticeReading:
    word = [one for one in story.readings if one.kind == "arrival_notice"][1]
    story.to(at("14 00:35"), jobs=False)
    story.is_there("volunteer", at("13 22:00"))
    story.decides(story.word(word.message.number, at("14 00:30")))
    return word


def _comes_home(story: Story, word: NoticeReading) -> Traveller:
    (eleventh,) = story.travellers
    arrived = arrivals_of(story.readings)[2]
    story.drives(word, [eleventh], arrived, leaves=at("14 02:50"), home_at=at("14 03:30"), receiver="volunteer")
    eleventh.refresh_from_db()
    return eleventh
