"""Two entries of one person that are joined afterwards: one case to act on, the longer term, one supervisor; and all of it taken back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from linli import vault
from linli.care import jobs
from linli.care.actions import joining
from linli.care.actions.cases import Term
from linli.care.actions.errands import ask_errand
from linli.care.actions.orders import document_order
from linli.care.actions.readings import Said, emergency, record_reading
from linli.care.actions.visits import set_need
from linli.care.errand_sealed import words_of as asked_for
from linli.care.models import Alarm, Case, Errand
from linli.care.sealed import key_of, words_of
from linli.care.supervising import supervisors
from linli.care.tests.conftest import attention, ordered, quarantine
from linli.ground.actions.merge import join_people, take_join_back
from linli.ground.models import Merge
from linli.ground.testing import Cast, client_as
from linli.notices.models import Notice
from linli.operations.models import Operation

pytestmark = pytest.mark.django_db
NOTE = "同一人，护照换发"


def joins(cast: Cast, kept: int = 7, other: int = 6) -> Merge:
    return join_people(by=cast.users["secretary"], kept=cast.people[kept], other=cast.people[other], note=NOTE)


def longer(cast: Cast, **more: object) -> Case:
    """The second entry's: opened today, landed yesterday: it runs a day longer."""
    now = timezone.now()
    term = Term(landed_at=now - timedelta(days=1), door_at=now - timedelta(days=1))
    return quarantine(cast, person=6, at=now - timedelta(hours=2), **{"term": term, **more})  # type: ignore[arg-type]


def test_after_a_join_there_is_one_case_with_the_later_end_and_one_supervisor(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        first, other = quarantine(cast), longer(cast)
        end, leader = other.release_at, cast.mandates["building_leader"]
        joins(cast)
        (left,) = Case.objects.filter(closed_at__isnull=True)
        other.refresh_from_db()
        assert (left, other.closed_as, other.joined_into) == (first, "annulled", first)
        assert (left.days, left.release_at) == (15, end)
        change = left.changes.get(kind="joined")
        assert (change.reason, change.days, change.order is not None) == ("longer", 15, True)
        assert supervisors([left.household_id], timezone.now())[left.household_id].mandate == leader
        assert Notice.objects.filter(kind="care.joined", settled_at__isnull=True).count() == 1
    client = client_as(cast.users["secretary"])
    said = client.get(reverse("care:case", args=[first.pk])).content.decode()
    assert "两件并成一件 · 同一个人，另一件期限更长，其决定继续有效" in said
    assert reverse("care:case", args=[first.pk]) in client.get(reverse("care:case", args=[other.pk])).content.decode()


def test_a_shorter_one_leaves_the_term_as_it_is(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        first = quarantine(cast)
        end = first.release_at
        longer(cast, term=Term(landed_at=timezone.now() - timedelta(days=1), days=7))
        joins(cast)
        first.refresh_from_db()
        assert (first.release_at, first.changes.get(kind="joined").reason) == (end, "same_person")


def test_a_join_taken_back_gives_both_their_case_and_term(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        first, other = quarantine(cast), longer(cast)
        ends = (first.release_at, other.release_at)
        merge = joins(cast)
        take_join_back(by=cast.users["secretary"], merge=merge)
        first.refresh_from_db()
        other.refresh_from_db()
        assert (first.release_at, other.release_at) == ends
        assert (first.closed_at, other.closed_at, other.joined_into) == (None, None, None)
        assert [one.annulled_at is None for one in first.orders.order_by("heard_at")] == [True, False]
        joins(cast)
        assert Case.objects.filter(closed_at__isnull=True).count() == 1, "and joined again"


def test_a_join_and_its_end_that_are_told_twice_do_nothing_more(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        first, other = quarantine(cast), longer(cast)
        merge = joins(cast)
        joining.joined(None, merge)
        assert first.changes.filter(kind="joined").count() == 1
        take_join_back(by=cast.users["secretary"], merge=merge)
        joining.parted(None, merge)
        assert other.changes.filter(kind="reopened").count() == 1


def test_what_waits_goes_along_and_comes_back(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        first, other = quarantine(cast), longer(cast)
        own = emergency(by=None, case=first)
        record_reading(by=None, case=other, said=Said(Decimal("38.9")))
        errand = ask_errand(by=None, household=other.household, case=other, words="米")
        merge = joins(cast)
        assert set(Alarm.objects.filter(answered_at__isnull=True).values_list("case", flat=True)) == {first.pk}
        assert Alarm.objects.filter(answered_at__isnull=True).count() == 2, "no alarm falls silent"
        assert Errand.objects.get().case == first
        take_join_back(by=cast.users["secretary"], merge=merge)
        assert {one.case_id == first.pk: one.pk == own.pk for one in Alarm.objects.all()} == {True: True, False: False}
        errand.refresh_from_db()
        assert errand.case == other


def test_the_order_of_the_other_holds_it_when_the_own_one_lapses(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        first, other = quarantine(cast, ordered=ordered(oral=True)), longer(cast, ordered=ordered(oral=True))
        merge = joins(cast)
        order = first.changes.get(kind="joined").order
        document_order(by=cast.users["clerk"], order=order, document="演练〔2020〕31号")
    with time_machine.travel(timezone.now() + timedelta(hours=30)):
        jobs.tick(timezone.now())
        with cast.scope():
            first.refresh_from_db()
            assert (first.closed_at, first.days) == (None, 15)
            take_join_back(by=cast.users["secretary"], merge=merge)
            first.refresh_from_db()
            other.refresh_from_db()
            assert (first.closed_as, other.closed_at) == ("lapsed", None), "its document was the other's"


def test_who_cannot_be_opened_again_is_told_of(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        quarantine(cast)
        other = longer(cast, ordered=ordered(oral=True))
        merge = joins(cast)
    with time_machine.travel(timezone.now() + timedelta(hours=30)):
        jobs.tick(timezone.now())
        with cast.scope():
            take_join_back(by=cast.users["secretary"], merge=merge)
            other.refresh_from_db()
            assert other.closed_as == "annulled"
            assert Notice.objects.filter(kind="care.not_reopened", settled_at__isnull=True).count() == 1


def test_other_attention_of_one_kind_is_one_and_a_quarantine_stays_beside_it(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        first = attention(cast, person=7, home=3)
        days = timezone.localdate() + timedelta(days=90)
        other = attention(cast, person=6, home=3, ends_on=days)
        quarantine(cast)
        merge = joins(cast)
        first.refresh_from_db()
        assert first.ends_on == days
        assert Case.objects.filter(closed_at__isnull=True).count() == 2
        take_join_back(by=cast.users["secretary"], merge=merge)
        first.refresh_from_db()
        other.refresh_from_db()
        assert (first.ends_on, other.ends_on) == (timezone.localdate() + timedelta(days=60), days)
        assert other.closed_at is None


def test_in_quiet_years_what_went_along_outlives_the_key_of_the_case_it_came_from(cast: Cast) -> None:
    with cast.scope():
        first, other = attention(cast, person=7, home=3), attention(cast, person=6, home=3)
        need = set_need(by=cast.users["secretary"], case=other, way="bring", every_days=1, words="胰岛素")
        errand = ask_errand(by=None, household=other.household, case=other, words="米")
        merge = joins(cast)
        vault.keyring().destroy(key_of(other))
        need.refresh_from_db()
        errand.refresh_from_db()
        assert (need.case, words_of(need.sealed), asked_for(errand)) == (first, "胰岛素", "米")
        vault.keyring().ensure(key_of(other))
        take_join_back(by=cast.users["secretary"], merge=merge)
        vault.keyring().destroy(key_of(first))
        need.refresh_from_db()
        errand.refresh_from_db()
        assert (need.case, words_of(need.sealed), asked_for(errand)) == (other, "胰岛素", "米")
