"""Who sees whom: the office all but children who are alone, a helper his own, a stranger nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import ProtectedError
from django.http import Http404
from django.urls import reverse
from django.utils import timezone, translation

from linli.accounts.models import User
from linli.care import queries
from linli.care.actions.supervisors import name_supervisor, substitute
from linli.care.models import Case, OnSite, Reading
from linli.care.seeing import case_of, children_too, helps, opened_page, visible
from linli.care.tests.conftest import attention, quarantine
from linli.care.tests.test_supervisors import volunteer
from linli.care.words import KINDS
from linli.ground.models import Person, Residence
from linli.ground.scope import ScopeError, unscoped
from linli.ground.testing import Cast, client_as
from linli.journal.models import Entry
from linli.operations.models import Operation


def seen(world: Cast, user: User) -> set[Any]:
    return set(visible(user, world.neighbourhood).values_list("pk", flat=True))


def test_the_office_sees_every_kind_and_the_clerk_no_child_who_is_alone(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        home, old = quarantine(cast), attention(cast)
        child = attention(cast, "child_alone", ground="duty", person=2, home=1)
        assert seen(cast, cast.users["secretary"]) == {home.pk, old.pk, child.pk}
        assert seen(cast, cast.users["clerk"]) == {home.pk, old.pk}
        assert seen(cast, cast.users["building_leader"]) == {home.pk, old.pk, child.pk}
        for nobody in ("officer", "guard", "gate_captain", "stranger"):
            assert seen(cast, cast.users[nobody]) == set()


def test_a_child_who_is_alone_does_not_exist_for_the_clerk(cast: Cast) -> None:
    with cast.scope():
        child = attention(cast, "child_alone", ground="duty")
        with pytest.raises(Http404):
            case_of(cast.users["clerk"], cast.neighbourhood, child.pk)
        assert case_of(cast.users["secretary"], cast.neighbourhood, child.pk).pk == child.pk
        clerk = queries.today(cast.users["clerk"], cast.neighbourhood, timezone.now())
        assert (clerk.households, clerk.blind, clerk.checks) == ([], [], (0, 0))
        assert len(queries.today(cast.users["secretary"], cast.neighbourhood, timezone.now()).cases) == 1


def test_a_clerk_who_helps_a_child_sees_that_one(cast: Cast) -> None:
    with cast.scope():
        child = attention(cast, "child_alone", ground="duty", supervisor=cast.mandates["clerk"])
        attention(cast, "child_alone", ground="duty", person=1)
        assert seen(cast, cast.users["clerk"]) == {child.pk}


def test_a_reader_that_forgets_to_ask_finds_no_child(cast: Cast) -> None:
    with cast.scope():
        child = attention(cast, "child_alone", ground="duty")
        assert not Case.objects.exists()
        assert not Case.objects.filter(pk=child.pk).exists()
        with children_too():
            assert Case.objects.get().pk == child.pk


@pytest.mark.parametrize("kind", ["alone", "child_alone"])
def test_whoever_is_looked_after_is_not_deleted_by_the_way(cast: Cast, kind: str) -> None:
    with cast.scope():
        attention(cast, kind, ground="duty")
        Residence.objects.filter(person=cast.people[0]).delete()
        with pytest.raises(ProtectedError):
            Person.objects.filter(pk=cast.people[0].pk).delete()


def test_a_helper_sees_his_own_as_long_as_he_is_it(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast)
        leader = cast.users["building_leader"]
        other = volunteer(cast)
        assert other.user is not None
        assert helps(leader, case)
        assert not helps(other.user, case)
        substitute(by=leader, household=case.household, mandate=other, since=timezone.now() - timedelta(seconds=1))
        assert seen(cast, other.user) == {case.pk}
        assert seen(cast, leader) == set()
        name_supervisor(by=leader, household=case.household, mandate=cast.mandates["building_leader"])
        assert seen(cast, other.user) == set()


def test_what_is_closed_is_the_offices_alone(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast)
        Case.objects.filter(pk=case.pk).update(closed_at=timezone.now(), closed_as="ended")
        assert seen(cast, cast.users["clerk"]) == {case.pk}
        assert seen(cast, cast.users["building_leader"]) == set()


def test_opening_the_page_of_a_case_is_written_down(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast)
        opened_page(by=cast.users["clerk"], case=case)
        entry = Entry.objects.get(act="care.seen")
        assert (entry.subject_kind, entry.subject, entry.by_user) == ("case", str(case.pk), cast.users["clerk"].pk)
        assert Entry.objects.filter(subject_kind="case").exclude(data={}).exists()


def test_nothing_of_care_is_read_without_a_scope(cast: Cast, operation: Operation) -> None:
    with unscoped():
        for model in (Case, Reading, OnSite):
            with pytest.raises(ScopeError):
                model.objects.count()


def test_what_we_hold_names_care_to_who_may_see_it_alone(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        quarantine(cast)
        attention(cast, "hardship", home=3, person=7)
        attention(cast, "child_alone", ground="duty", home=3, person=7)
    address = reverse("ground:person_data", args=[cast.people[7].pk])
    seen_by = {}
    for who in ("building_leader", "clerk", "secretary"):
        page = client_as(cast.users[who]).get(address)
        assert page.status_code == 200
        words = [str(KINDS[kind]) for kind in ("quarantine", "hardship", "child_alone")]
        with translation.override("zh-hans"):
            said = [str(KINDS[kind]) for kind in ("quarantine", "hardship", "child_alone")]
        text = page.content.decode()
        seen_by[who] = [one in text or other in text for one, other in zip(words, said, strict=True)]
    assert seen_by == {
        "building_leader": [False, False, False],
        "clerk": [True, True, False],
        "secretary": [True, True, True],
    }
