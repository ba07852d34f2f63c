"""The writers of mandates, places and persons: what they do, what they refuse, what they write down."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from linli.accounts.tests.refused import refused
from linli.ground.actions.mandates import assign, give_mandate, hand_over_office, pass_households
from linli.ground.actions.people import add_person, document_row, move, phone_row, rename_person, unmask
from linli.ground.actions.places import (
    NewPlace,
    add_place,
    add_places,
    create_neighbourhood,
    natural_key,
    rename_place,
    set_area,
)
from linli.ground.models import Area, Body, BodyKind, Document, Mandate, PersonKey, Phone, Place, Residence
from linli.ground.queries import responsible_on
from linli.ground.testing import Cast
from linli.journal.models import Entry
from linli.journal.record import detail_of

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 1)


def test_a_mandate_has_exactly_one_holder(cast: Cast) -> None:
    for holders in ({}, {"user": cast.users["guard"], "person": cast.people[0]}):
        with refused("ground.holder_missing"):
            give_mandate(by=None, capacity="guard", place=cast.gates[0], **holders)
    with refused("ground.capacity_unknown"):
        give_mandate(by=None, capacity="king", place=cast.gates[0], user=cast.users["guard"])


def test_giving_the_same_mandate_twice_returns_the_first(cast: Cast) -> None:
    before = Mandate.objects.count()
    again = give_mandate(by=None, capacity="guard", place=cast.gates[0], user=cast.users["guard"])
    assert again == cast.mandates["guard"]
    assert Mandate.objects.count() == before


def test_an_office_without_a_place_and_to_its_own_holder_is_not_handed_over(cast: Cast) -> None:
    body = Body.objects.create(kind=BodyKind.objects.first(), place=cast.neighbourhood, name="志愿者队")
    nowhere = Mandate.objects.create(
        user=cast.users["guard"], capacity="volunteer", of_body=body, since=DAY, holder_name="x"
    )
    with cast.scope(), refused("ground.no_place"):
        hand_over_office(by=None, mandate=nowhere, to=cast.users["clerk"])
    with cast.scope(), refused("ground.same_holder"):
        hand_over_office(by=None, mandate=cast.mandates["guard"], to=cast.users["guard"])


def test_households_pass_from_one_to_another_from_a_day_on(cast: Cast) -> None:
    old, new = cast.mandates["secretary"], cast.mandates["building_leader"]
    with cast.scope():
        assert pass_households(by=None, old=old, new=new, since=DAY) == len(cast.households)
        assert responsible_on(cast.households[0].pk, DAY) == new
        assert responsible_on(cast.households[0].pk, DAY - timedelta(days=1)) == old
        assert pass_households(by=None, old=old, new=new, since=DAY) == 0


def test_a_second_assignment_of_the_same_day_replaces_the_first(cast: Cast) -> None:
    rows = [(cast.households[0].pk, cast.neighbourhood.pk)]
    with cast.scope():
        for capacity in ("building_leader", "clerk"):
            assert assign(by=None, households=rows, mandate=cast.mandates[capacity], since=DAY) == 1
        assert responsible_on(cast.households[0].pk, DAY) == cast.mandates["clerk"]


def test_a_place_is_added_once_under_a_name(cast: Cast) -> None:
    gate = add_place(by=cast.users["secretary"], new=NewPlace("gate", cast.neighbourhood, " 北门 "))
    assert gate.neighbourhood == cast.neighbourhood
    assert cast.neighbourhood.contains(gate)
    with refused("ground.place_exists"):
        add_place(by=None, new=NewPlace("gate", cast.neighbourhood, "北门"))
    with refused("ground.name_missing"):
        add_place(by=None, new=NewPlace("gate", cast.neighbourhood, "  "))
    with refused("ground.name_missing"):
        create_neighbourhood(by=None, name=" ")
    assert Entry.objects.filter(act="ground.place_added", subject=str(gate.pk)).count() == 1


def test_a_renamed_place_keeps_its_old_name_with_its_dates(cast: Cast) -> None:
    gate = cast.gates[0]
    with refused("ground.day_in_future"):
        rename_place(by=None, place=gate, name="迎宾门", since=timezone.localdate() + timedelta(days=1))
    rename_place(by=None, place=gate, name="迎宾门")
    assert Place.objects.get(pk=gate.pk).name == "迎宾门"
    assert list(gate.names.order_by("since").values_list("name", flat=True)) == ["东门", "迎宾门"]
    with refused("ground.name_missing"):
        rename_place(by=None, place=gate, name="")


def test_names_sort_as_people_count() -> None:
    assert sorted(["10号", "2号", "12A", "12B", "1号"], key=natural_key) == ["1号", "2号", "10号", "12A", "12B"]


def test_places_of_one_level_are_added_in_a_fixed_number_of_statements(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        rows = add_places([NewPlace("building", cast.lanes, f"{n}号") for n in range(60)])
    assert all(cast.lanes.contains(row) for row in rows)


def test_an_area_has_exactly_the_places_it_was_given(cast: Cast) -> None:
    area = set_area(by=None, neighbourhood=cast.neighbourhood, name="北片", places=cast.gates)
    set_area(by=None, neighbourhood=cast.neighbourhood, name="北片", places=cast.gates[:1])
    assert Area.objects.count() == 1
    assert list(area.members.values_list("place", flat=True)) == [cast.gates[0].pk]


def test_a_person_is_added_found_by_pinyin_and_renamed(cast: Cast) -> None:
    with cast.scope():
        person = add_person(by=cast.users["clerk"], household=cast.households[4], name=" 单雄信 ", relation="head")
        keys = set(PersonKey.objects.filter(person=person).values_list("key", flat=True))
        assert "sxx" in keys
        assert Residence.objects.get(person=person).household == cast.households[4]
        rename_person(by=None, person=person, name="张三丰")
        assert "zsf" in set(PersonKey.objects.filter(person=person).values_list("key", flat=True))
        with refused("ground.name_missing"):
            rename_person(by=None, person=person, name=" ")
        with refused("ground.name_missing"):
            add_person(by=None, household=cast.households[4], name="")
    acts = list(Entry.objects.filter(act__startswith="ground.person").values_list("act", "data"))
    assert ("ground.person_added", {}) in acts, "the journal holds no name"


def test_people_go_away_come_back_move_and_leave_with_their_history(cast: Cast) -> None:
    person = cast.people[0]
    with cast.scope():
        for offset, presence in enumerate(("away", "here")):
            move(by=None, person=person, presence=presence, since=DAY + timedelta(days=offset))
        moved = move(
            by=None, person=person, presence="here", household=cast.households[5], since=DAY + timedelta(days=5)
        )
        assert moved.household == cast.households[5]
        left = move(by=None, person=person, presence="moved", since=DAY + timedelta(days=9))
        assert left.household is None
        assert Residence.objects.filter(person=person).count() == 5
        back = move(by=None, person=person, presence="here", since=DAY + timedelta(days=10))
        assert back.household == cast.households[5], "a mistake is taken back to the last household"
        with refused("ground.presence_unknown"):
            move(by=None, person=person, presence="flying")


def test_a_whole_number_is_seen_only_with_a_reason_that_is_written_down(cast: Cast) -> None:
    person, clerk = cast.people[0], cast.users["clerk"]
    today = timezone.localdate()
    with cast.scope():
        document = document_row(person=person, kind="passport", number="E00000001", checked=False, since=today)
        phone = phone_row(person=person, number="19900000001", since=today)
        document.save(force_insert=True)
        phone.save(force_insert=True)
        assert b"E00000001" not in bytes(Document.objects.get().sealed)
        assert "19900000001" not in Phone.objects.get().masked
        for row in (document, phone):
            with refused("ground.reason_missing"):
                unmask(by=clerk, row=row, reason=" ")
        assert not Entry.objects.filter(act="ground.unmasked").exists()
        assert unmask(by=clerk, row=document, reason="核对护照") == "E00000001"
        assert unmask(by=clerk, row=phone, reason="回电") == "19900000001"
    entries = list(Entry.objects.filter(act="ground.unmasked").order_by("id"))
    assert [detail_of(e.pk) for e in entries] == ["核对护照", "回电"]
    assert all(e.by_user == clerk.pk and e.neighbourhood == cast.neighbourhood.pk for e in entries)
    assert "E0000" not in str([e.data for e in entries])
