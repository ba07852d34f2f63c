"""Exactly one looks after a household at every moment, and the hand-overs can be read (Q01)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.accounts.models import User
from linli.care import jobs, telling
from linli.care.actions.cases import end
from linli.care.actions.practice import set_practice
from linli.care.actions.supervisors import back, name_supervisor, substitute
from linli.care.models import Supervisor
from linli.care.supervising import helpers, supervisors
from linli.care.tests.conftest import attention, begin_operation, quarantine, refused
from linli.ground.actions.mandates import give_mandate
from linli.ground.models import Mandate
from linli.ground.testing import Cast, make_cast
from linli.journal.models import Entry
from linli.kernel.refusal import Refusal
from linli.notices.models import Notice
from linli.operations.models import Operation


def volunteer(world: Cast, name: str = "甲") -> Mandate:
    user = User.objects.create_user(f"volunteer-{name}", "x", display_name=f"志愿者{name}")
    return give_mandate(by=None, capacity="volunteer", place=world.neighbourhood, user=user, since=date(2020, 1, 1))


def of(world: Cast, home: int = 3, at: datetime | None = None) -> Mandate | None:
    household = world.households[home]
    post = supervisors([household.pk], at or timezone.now()).get(household.pk)
    return post.mandate if post is not None else None


def test_from_its_first_moment_on_somebody_looks_after_a_household(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast)
        leader = cast.mandates["building_leader"]
        assert of(cast, at=case.opened_at) == leader
        assert of(cast, at=case.opened_at - timedelta(seconds=1)) is None
        assert Entry.objects.filter(act="care.supervised", subject=str(case.household_id)).count() == 1


def test_the_second_case_of_a_household_has_the_same_one(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        quarantine(cast)
        quarantine(cast, person=8, supervisor=None)
        assert Supervisor.objects.count() == 1


def test_one_person_one_household_unless_the_practice_says_so(cast: Cast, operation: Operation) -> None:
    leader = cast.mandates["building_leader"]
    with cast.scope():
        first = quarantine(cast)
        with refused("care.allowance"):
            quarantine(cast, home=2, person=4)
        other_office = give_mandate(
            by=None, capacity="volunteer", place=cast.neighbourhood, user=cast.users["building_leader"],
            since=date(2020, 1, 1),
        )  # fmt: skip
        with refused("care.allowance"):
            quarantine(cast, home=2, person=4, supervisor=other_office)
        set_practice(
            by=cast.users["secretary"], neighbourhood=cast.neighbourhood, convention="landing", households_each=2
        )
        second = quarantine(cast, home=2, person=4)
        with refused("care.allowance"):
            quarantine(cast, home=6, person=9)
        end(by=cast.users["clerk"], case=first, reason="left")
        third = quarantine(cast, home=6, person=9)
        found = supervisors([second.household_id, third.household_id], timezone.now())
        assert {post.mandate for post in found.values()} == {leader}


def test_whoever_answers_for_the_household_is_asked_first_then_it_falls_to_the_secretary(
    cast: Cast, operation: Operation
) -> None:
    with cast.scope():
        quarantine(cast, supervisor=None)
        first = supervisors([cast.households[3].pk], timezone.now())[cast.households[3].pk]
        assert first.mandate == cast.mandates["secretary"]
        quarantine(cast, home=2, person=4, supervisor=None)
        post = supervisors([cast.households[2].pk], timezone.now())[cast.households[2].pk]
        assert (post.mandate, post.fell) == (cast.mandates["secretary"], True)
        notice = Notice.objects.get(kind=telling.FELL)
        name_supervisor(by=cast.users["clerk"], household=cast.households[2], mandate=volunteer(cast))
        notice.refresh_from_db()
        assert notice.settled_at is not None


def test_hand_over_and_its_log(cast: Cast, operation: Operation) -> None:
    household = cast.households[3]
    with cast.scope():
        quarantine(cast)
        other = volunteer(cast)
        row = name_supervisor(by=cast.users["clerk"], household=household, mandate=other)
        assert (row.why, of(cast)) == ("handed", other)
        assert name_supervisor(by=cast.users["clerk"], household=household, mandate=other).pk == row.pk
        with refused("care.supervisor_later"):
            name_supervisor(
                by=cast.users["clerk"], household=household, mandate=volunteer(cast, "乙"),
                at=timezone.now() - timedelta(hours=2),
            )  # fmt: skip


def test_a_hand_over_can_be_set_ahead(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        quarantine(cast)
        other, tomorrow = volunteer(cast), timezone.now() + timedelta(days=1)
        name_supervisor(by=cast.users["clerk"], household=cast.households[3], mandate=other, at=tomorrow)
        assert of(cast) == cast.mandates["building_leader"]
        assert of(cast, at=tomorrow) == other


def test_a_substitute_goes_by_himself_or_when_somebody_says_so(cast: Cast, operation: Operation) -> None:
    household, clerk, now = cast.households[3], cast.users["clerk"], timezone.now()
    leader = cast.mandates["building_leader"]
    with cast.scope():
        with refused("care.nobody_to_stand_in_for"):
            substitute(by=clerk, household=household, mandate=leader, since=now)
        quarantine(cast)
        with refused("care.no_substitute"):
            back(by=clerk, household=household)
        other = volunteer(cast)
        with refused("care.substitute_order"):
            substitute(by=clerk, household=household, mandate=other, since=now, until=now)
        substitute(by=clerk, household=household, mandate=other, since=now, until=now + timedelta(days=2))
        post = supervisors([household.pk], now + timedelta(days=1))[household.pk]
        assert (post.mandate, post.substitute, post.back_at) == (other, True, now + timedelta(days=2))
        assert of(cast, at=now + timedelta(days=2)) == leader
        back(by=clerk, household=household)
        assert of(cast) == leader
        substitute(by=clerk, household=household, mandate=other, since=timezone.now())
        assert of(cast, at=now + timedelta(days=300)) == other
        assert Supervisor.objects.filter(annulled_at__isnull=False).count() == 1


def test_who_cannot_carry_it_is_refused(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        quarantine(cast)
        ended, elsewhere = volunteer(cast, "乙"), make_cast("柳荫居民区", "other-").mandates["building_leader"]
        Mandate.objects.filter(pk=ended.pk).update(until=timezone.localdate())
        suspended = volunteer(cast, "丁")
        User.objects.filter(pk=suspended.user_id).update(is_active=False)
        for one in (ended, suspended, elsewhere):
            with refused("care.cannot_carry"):
                name_supervisor(
                    by=cast.users["clerk"], household=cast.households[3], mandate=Mandate.objects.get(pk=one.pk)
                )


def test_who_leaves_his_office_leaves_no_household_without_anybody(cast: Cast, operation: Operation) -> None:
    household = cast.households[3]
    with cast.scope():
        quarantine(cast)
        Mandate.objects.filter(pk=cast.mandates["building_leader"].pk).update(until=timezone.localdate())
        post = supervisors([household.pk], timezone.now())[household.pk]
        assert (post.mandate, post.fell, post.named) == (
            cast.mandates["secretary"], True, cast.mandates["building_leader"],
        )  # fmt: skip
    assert jobs.tick(timezone.now())["fell"] == 1
    assert jobs.tick(timezone.now())["fell"] == 0
    with cast.scope():
        assert [row.why for row in Supervisor.objects.order_by("since")] == ["named", "fell"]
        assert Notice.objects.filter(kind=telling.FELL).count() == 1


def test_a_suspended_substitute_gives_way_to_whom_he_stood_in_for(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        quarantine(cast)
        other = volunteer(cast)
        substitute(by=cast.users["clerk"], household=cast.households[3], mandate=other, since=timezone.now())
        User.objects.filter(pk=other.user_id).update(is_active=False)
        assert of(cast) == cast.mandates["building_leader"]
    assert jobs.tick(timezone.now())["fell"] == 1
    with cast.scope():
        assert Supervisor.objects.order_by("since").last().why == "back"


def test_without_a_secretary_nothing_opens_that_nobody_would_carry(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        Mandate.objects.filter(capacity="secretary").update(until=timezone.localdate())
        with refused("care.no_secretary"):
            quarantine(cast, supervisor=None)
        case = quarantine(cast)
        Mandate.objects.filter(pk=cast.mandates["building_leader"].pk).update(until=timezone.localdate())
        post = supervisors([case.household_id], timezone.now())[case.household_id]
        assert (post.mandate, post.fell) == (None, True)
    assert jobs.tick(timezone.now())["fell"] == 0


def test_other_attention_has_a_helper_of_its_own_for_each_person(cast: Cast) -> None:
    with cast.scope():
        one = attention(cast)
        other = attention(cast, "medicine", person=1, supervisor=volunteer(cast))
        found = helpers([one.pk, other.pk], timezone.now())
        assert found[one.pk].mandate == cast.mandates["building_leader"]
        assert found[other.pk].mandate != found[one.pk].mandate
        name_supervisor(by=cast.users["clerk"], household=one.household, case=one, mandate=cast.mandates["clerk"])
        assert helpers([one.pk], timezone.now())[one.pk].mandate == cast.mandates["clerk"]
        assert of(cast, home=0) is None


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(["name", "stand_in", "back", "leave"]), st.integers(0, 2)), max_size=8))
def test_whatever_is_done_there_is_exactly_one(cast: Cast, steps: list[tuple[str, int]]) -> None:
    """Random hand-overs, substitutions, returns and departures: at every moment since the opening somebody holds an office."""
    with transaction.atomic(), cast.scope():
        _play(cast, steps)
        transaction.set_rollback(True)


def _play(cast: Cast, steps: list[tuple[str, int]]) -> None:
    begin_operation(cast)
    clerk, household = cast.users["clerk"], cast.households[3]
    people = [volunteer(cast, str(n)) for n in range(3)]
    case = quarantine(cast)
    for verb, number in steps:
        now = timezone.now()
        try:
            if verb == "name":
                name_supervisor(by=clerk, household=household, mandate=people[number])
            elif verb == "stand_in":
                until = now + timedelta(hours=number) if number else None
                substitute(by=clerk, household=household, mandate=people[number], since=now, until=until)
            elif verb == "back":
                back(by=clerk, household=household)
            else:
                Mandate.objects.filter(pk=people[number].pk).update(until=timezone.localdate())
                people[number].refresh_from_db()
        except Refusal:
            continue
    for hours in (0.01, 6, 23.9, 24.1, 26, 28, 60):
        moment = case.opened_at + timedelta(hours=hours)
        post = supervisors([household.pk], moment)[household.pk]
        assert post.mandate is not None
        day = timezone.localdate(moment)
        assert post.mandate.until is None or post.mandate.until > day
