"""The company's list against the register (R08)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from linli.ground.actions.people import add_person
from linli.ground.models import Person, Phone, Residence
from linli.ground.testing import Cast
from linli.operations.actions import purge
from linli.tenancies.actions.flats import find_tenant, find_tenants, open_from_register, set_days, try_contact
from linli.tenancies.actions.lists import take_list, words_of
from linli.tenancies.actions.resolve import resolve, resolve_kind
from linli.tenancies.models import Difference, Tenancy, Tenant, TenantList, TenantRow, Whereabouts
from linli.tenancies.queries import counts, flats
from linli.tenancies.tests.conftest import HEADS, book, refused, rows, take

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _scope(let: Cast) -> Any:
    with let.scope():
        yield


def kinds(**more: Any) -> list[str]:
    """The open differences by kind."""
    return sorted(Difference.objects.filter(resolved_at__isnull=True, **more).values_list("kind", flat=True))


def test_tenancies_follow_the_register(let: Cast) -> None:
    assert Tenancy.objects.count() == 3
    assert open_from_register(by=None, neighbourhood=let.neighbourhood) == 0
    assert sorted(Tenant.objects.values_list("person__name", flat=True)) == ["租客丙", "租客乙", "租客甲"]


def test_a_list_that_agrees_leaves_nothing_to_do(let: Cast) -> None:
    taken = take(let, rows())
    assert kinds() == []
    assert set(TenantRow.objects.values_list("verdict", flat=True)) == {"agrees"}
    assert taken.counts["filled"] == 5  # days and whereabouts the register did not have
    first = Tenancy.objects.get(dwelling=let.dwellings[2])
    assert (first.since, first.until) == (date(2019, 9, 1), date(2020, 8, 31))
    third = Tenancy.objects.get(dwelling=let.dwellings[4])
    assert (third.since, third.since_about) == (date(2019, 9, 1), True)


def test_the_exact_number_abroad_with_the_list_behind_it(let: Cast) -> None:
    take(let, rows())
    found = flats(let.neighbourhood, [let.neighbourhood])
    assert counts(found) == {"here": 1, "abroad": 1, "unknown": 1}
    assert [one.names for one in found if one.state == "abroad"] == ["租客乙"]
    assert Residence.objects.filter(person__name="租客乙").order_by("-since").first().presence == "away"


def test_many_are_found_at_once_and_only_who_goes_or_comes_moves(let: Cast) -> None:
    """``find_tenants``: a finding a tenant, and a residence only for whom the register said otherwise."""
    one, two, three = Tenant.objects.order_by("person__name")
    before = Residence.objects.count()
    find_tenants(by=let.users["secretary"], found=[(one, "abroad"), (two, "here"), (three, "unknown")], source="list:x")
    assert dict(Whereabouts.objects.values_list("tenant", "state")) == {
        one.pk: "abroad",
        two.pk: "here",
        three.pk: "unknown",
    }
    assert set(Whereabouts.objects.values_list("source", flat=True)) == {"list:x"}
    latest = {
        tenant: Residence.objects.filter(person=tenant.person).order_by("-since", "-id").first().presence
        for tenant in (one, two, three)
    }
    assert (latest[one], latest[two], latest[three]) == ("away", "here", "here")
    assert Residence.objects.count() <= before + 1


def test_differences_are_listed_each_with_an_owner(let: Cast) -> None:
    take(let, rows())
    set_days(
        by=None, tenancy=Tenancy.objects.get(dwelling=let.dwellings[4]), since=(date(2018, 1, 1), False), until=None
    )
    taken = take(
        let,
        rows(
            ["泉口花苑", "7号", "101", "租客贾", "199 0000 0101", "2019-09-01", "2021-08-31", "已回国"],
            ["泉口花苑", "7号", "102", "另一人", "19900000202", None, None, ""],
            ["泉口花苑", "7号", "201", "租客丙", "19900000303", "2019-09-01", None, ""],
            ["泉口花苑", "99号", "101", "租客丁", None, None, None, ""],
        ),
    )
    assert kinds() == ["door", "name", "only_list", "only_register", "phone", "since", "state", "until"]
    assert all(one.owner == let.mandates["secretary"] for one in Difference.objects.all())
    assert taken.counts["new"] == 8
    name = Difference.objects.get(kind="name")
    assert (words_of(name)["register"], words_of(name)["list"]) == ("租客甲", "租客贾")
    row = TenantRow.objects.get(list=taken, row=3)
    assert ["D3", "differs_name"] in row.problems
    assert (row.verdict, TenantRow.objects.get(list=taken, row=4).verdict) == ("differs", "only_list")


def test_the_same_list_twice_changes_nothing(let: Cast) -> None:
    changed = rows(["泉口花苑", "7号", "101", "租客贾", 19900000101, None, None, ""])
    first = take(let, changed)
    before = (list(Difference.objects.values()), TenantRow.objects.count(), Whereabouts.objects.count())
    assert take(let, changed).pk == first.pk
    turned = [[row[n] for n in (7, 3, 2, 1, 0, 4, 5, 6)] for row in changed]
    assert take(let, turned, [HEADS[n] for n in (7, 3, 2, 1, 0, 4, 5, 6)]).pk == first.pk
    assert (list(Difference.objects.values()), TenantRow.objects.count(), Whereabouts.objects.count()) == before
    assert TenantList.objects.count() == 1


def test_next_months_list_shows_what_is_new_and_what_agrees_now(let: Cast) -> None:
    take(let, [*rows()[:2], ["泉口花苑", "7号", "201", "新来的", None, None, None, ""]])
    assert kinds() == ["only_list", "only_register"]
    taken = take(let, [*rows(), ["泉口花苑", "7号", "202", "又来的", None, None, None, ""]])
    assert kinds() == ["only_list"]
    assert Difference.objects.filter(done="agrees_now").count() == 2
    fresh = TenantRow.objects.filter(list=taken, fresh=True)
    assert [words_of(one)["names"] for one in fresh] == ["租客丙", "又来的"]
    assert (taken.counts["fresh"], taken.counts["new"], taken.counts["gone"]) == (2, 1, 2)


def test_an_answer_that_did_not_help_is_open_again(let: Cast) -> None:
    clerk = let.users["clerk"]
    wrong = ["泉口花苑", "7号", "101", "租客贾", 19900000101, None, None, ""]
    take(let, [wrong, *rows()[1:]])
    resolve(by=clerk, difference=Difference.objects.get(kind="name"), done="company")
    assert kinds() == []
    take(let, [wrong, *rows()[1:2], ["泉口花苑", "7号", "201", "租客丙", None, "2019年9月", None, "在沪"]])
    assert kinds() == ["name"]
    resolve(by=clerk, difference=Difference.objects.get(kind="name"), done="both_right", text="曾用名")
    take(let, [wrong, *rows()[1:]][::-1] + [["泉口花苑", "7号", "202", "某人", None, None, None, ""]])
    assert kinds() == ["only_list"]


@pytest.mark.parametrize("kind", ["name", "phone", "since", "until", "state", "only_list", "only_register"])
def test_the_register_follows_when_told(let: Cast, kind: str) -> None:
    clerk, person = let.users["clerk"], let.people[-3]
    take(let, rows())
    lines = {
        "name": ["租客贾", 19900000101, "2019-09-01", "2020-08-31", "在沪"],
        "phone": ["租客甲", "19900000999", "2019-09-01", "2020-08-31", "在沪"],
        "since": ["租客甲", 19900000101, "2019-10-01", "2020-08-31", "在沪"],
        "until": ["租客甲", 19900000101, "2019-09-01", "2021年8月", "在沪"],
        "state": ["租客甲", 19900000101, "2019-09-01", "2020-08-31", "境外"],
        "only_list": ["全新的人", "19900000888", None, None, ""],
        "only_register": ["全新的人", "19900000888", None, None, ""],
    }
    take(let, [["泉口花苑", "7号", "101", *lines[kind]], *rows()[1:]])
    resolve(by=clerk, difference=Difference.objects.get(kind=kind), done="register")
    tenancy = Tenancy.objects.get(dwelling=let.dwellings[2])
    latest = Residence.objects.filter(person=person).order_by("-since").first()
    expected = {
        "name": lambda: Person.objects.get(pk=person.pk).name == "租客贾",
        "phone": lambda: Phone.objects.filter(person=person).count() == 2,
        "since": lambda: tenancy.since == date(2019, 10, 1),
        "until": lambda: (tenancy.until, tenancy.until_about) == (date(2021, 8, 1), True),
        "state": lambda: latest.presence == "away",
        "only_list": lambda: Tenant.objects.filter(tenancy=tenancy, person__name="全新的人").exists(),
        "only_register": lambda: latest.presence == "moved",
    }
    assert expected[kind]()
    assert kind not in kinds()


def test_answers_by_kind_and_refusals(let: Cast) -> None:
    clerk = let.users["clerk"]
    take(
        let,
        rows(
            ["泉口花苑", "99号", "1", "甲", None, None, None, ""], ["泉口花苑", "98号", "1", "乙", None, None, None, ""]
        ),
    )
    doors = list(Difference.objects.filter(kind="door"))
    assert len(doors) == 2
    with refused("tenancies.cannot_follow"):
        resolve(by=clerk, difference=doors[0], done="register")
    with refused("tenancies.done_unknown"):
        resolve(by=clerk, difference=doors[0], done="agrees_now")
    assert resolve_kind(by=clerk, rows=doors, done="company") == (2, 0)
    assert resolve_kind(by=clerk, rows=Difference.objects.filter(kind="door"), done="company") == (0, 0)
    assert kinds() == ["only_register"] * 3


def test_two_who_answer_at_once_add_nobody_twice(let: Cast) -> None:
    clerk = let.users["clerk"]
    take(let, [["泉口花苑", "7号", "101", "全新的人", "19900000888", None, None, ""], *rows()[1:]])
    one = Difference.objects.get(kind="only_list")
    stale = Difference.objects.get(pk=one.pk)
    resolve(by=clerk, difference=one, done="register")
    resolve(by=let.users["secretary"], difference=stale, done="register")
    assert Person.objects.filter(name="全新的人").count() == 1
    assert stale.resolved_by == clerk.pk
    take(let, [["泉口花苑", "7号", "101", "后来的人", "19900000777", None, None, ""], *rows()[1:]])
    late = next(d for d in Difference.objects.filter(kind="only_list") if words_of(d)["list"] == "后来的人")
    add_person(by=clerk, household=let.households[2], name="后来的人", relation="tenant")  # by hand, meanwhile
    resolve(by=clerk, difference=late, done="register")
    assert Person.objects.filter(name="后来的人").count() == 1
    assert Phone.objects.filter(person__name="后来的人").count() == 1


def test_a_masked_name_never_enters_the_register(let: Cast) -> None:
    """Answering many stops at none of them; the masked one stays open."""
    take(
        let,
        [
            ["泉口花苑", "7号", "101", "王**", None, None, None, ""],
            ["泉口花苑", "7号", "101", "全新的人", None, None, None, ""],
            *rows()[1:],
        ],
    )
    masked = next(d for d in Difference.objects.filter(kind="only_list") if words_of(d)["list"].startswith("王"))
    with refused("tenancies.name_damaged"):
        resolve(by=let.users["clerk"], difference=masked, done="register")
    every = Difference.objects.filter(kind="only_list", resolved_at__isnull=True)
    assert resolve_kind(by=let.users["clerk"], rows=every, done="register") == (1, 1)
    assert not Person.objects.filter(name__startswith="王*").exists()
    assert Difference.objects.get(pk=masked.pk).resolved_at is None


def test_what_else_is_refused(let: Cast) -> None:
    tenancy = Tenancy.objects.get(dwelling=let.dwellings[2])
    tenant = tenancy.tenants.get()
    with refused("tenancies.days_reversed"):
        set_days(by=None, tenancy=tenancy, since=(date(2020, 2, 1), False), until=(date(2020, 1, 1), False))
    with refused("tenancies.state_unknown"):
        find_tenant(by=None, tenant=tenant, state="mars")
    with refused("tenancies.result_unknown"):
        try_contact(by=let.users["clerk"], tenancy=tenancy, way="pigeon", result="reached")
    with refused("tenancies.place_outside"):
        take_list(by=None, neighbourhood=let.villas, place=let.lanes, data=book(rows()))
    let.mandates["secretary"].until = date(2020, 1, 2)
    let.mandates["secretary"].save()
    with refused("tenancies.no_secretary"):
        take(let, rows(["泉口花苑", "99号", "1", "甲", None, None, None, ""]))
    assert TenantList.objects.count() == 0


def test_attempts_and_whereabouts(let: Cast) -> None:
    tenancy = Tenancy.objects.get(dwelling=let.dwellings[2])
    clerk, tenant, now = let.users["clerk"], tenancy.tenants.get(), timezone.now()
    try_contact(by=clerk, tenancy=tenancy, way="phone", result="no_answer", happened_at=now - timedelta(days=1))
    try_contact(by=clerk, tenancy=tenancy, way="door", result="reached")
    find_tenant(by=clerk, tenant=tenant, state="abroad")
    flat = next(one for one in flats(let.neighbourhood, [let.neighbourhood]) if one.row.pk == tenancy.pk)
    assert (flat.last.result, flat.last.by_name, flat.state) == ("reached", clerk.display_name, "abroad")
    find_tenant(by=clerk, tenant=tenant, state="here")
    assert Residence.objects.filter(person=tenant.person).order_by("-since").first().presence == "here"


def test_words_of_lists_go_after_thirty_days_and_the_count_of_new_ones_stays(let: Cast) -> None:
    take(let, rows(["泉口花苑", "7号", "201", "租客丙", None, None, None, ""]))
    later = timezone.now() + timedelta(days=31)
    certificate = purge(by=None, neighbourhood=let.neighbourhood, now=later)
    assert certificate.counts["tenant_rows"] == 1
    assert words_of(TenantRow.objects.get()) == {}
    taken = take(let, rows())
    assert taken.counts["fresh"] == 2


def test_the_pages_ask_a_fixed_number_of_statements(let: Cast, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(8):
        flats(let.neighbourhood, [let.neighbourhood])
