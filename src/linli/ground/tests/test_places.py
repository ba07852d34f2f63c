"""Places: one tree, natural order, names with dates, areas; paths that an index can walk."""

from __future__ import annotations

from datetime import date

import pytest

from linli.ground.actions.places import (
    NewPlace,
    add_place,
    create_neighbourhood,
    natural_key,
    rename_place,
    set_address,
    set_area,
)
from linli.ground.mandates import under
from linli.ground.models import AreaPlace, Place
from linli.ground.models.places import path_end, segment
from linli.ground.places import short_address
from linli.ground.testing import Cast
from linli.journal.models import Entry
from linli.kernel.refusal import Refusal


def test_a_subtree_is_a_range_of_paths(cast: Cast) -> None:
    inside = Place.objects.filter(under([cast.lanes]))
    assert {p.pk for p in inside} == {cast.lanes.pk, cast.building.pk, *(d.pk for d in cast.dwellings[2:])}
    assert cast.lanes.contains(cast.building)
    assert not cast.building.contains(cast.lanes)
    assert cast.building.ancestor_ids() == [cast.neighbourhood.pk, cast.lanes.pk, cast.building.pk]


def test_the_end_of_a_path_carries_over() -> None:
    assert path_end(segment(35)) == segment(36)
    assert segment(36) == "000010"


def test_numbers_sort_as_people_count() -> None:
    names = ["10号", "2号", "12B号", "12A号", "1号"]
    assert sorted(names, key=natural_key) == ["1号", "2号", "10号", "12A号", "12B号"]


def test_a_name_has_a_day_from_which_it_holds(cast: Cast) -> None:
    rename_place(by=None, place=cast.lanes, name="泉口新苑", since=date(2020, 3, 1))
    assert [(n.name, n.since) for n in cast.lanes.names.order_by("since")] == [
        ("泉口花苑", cast.lanes.since),
        ("泉口新苑", date(2020, 3, 1)),
    ] or cast.lanes.names.count() == 2
    assert short_address(Place.objects.get(pk=cast.building.pk)) == "泉口新苑 7号"
    assert Entry.objects.filter(act="ground.place_renamed").count() == 1


@pytest.mark.parametrize("name", ["", "  "])
def test_a_place_needs_a_name(cast: Cast, name: str) -> None:
    for act in (
        lambda: create_neighbourhood(by=None, name=name),
        lambda: add_place(by=None, new=NewPlace("gate", cast.neighbourhood, name)),
        lambda: rename_place(by=None, place=cast.lanes, name=name),
    ):
        with pytest.raises(Refusal) as refusal:
            act()
        assert refusal.value.code == "ground.name_missing"


def test_two_gates_of_one_name_are_refused(cast: Cast) -> None:
    with pytest.raises(Refusal) as refusal:
        add_place(by=None, new=NewPlace("gate", cast.neighbourhood, "东门"))
    assert refusal.value.code == "ground.place_exists"
    assert add_place(by=None, new=NewPlace("gate", cast.neighbourhood, "北门")).neighbourhood == cast.neighbourhood


def test_an_area_holds_exactly_what_it_was_given(cast: Cast) -> None:
    area = set_area(by=None, neighbourhood=cast.neighbourhood, name="东片", places=cast.gates)
    set_area(by=None, neighbourhood=cast.neighbourhood, name="东片", places=[cast.gates[1], cast.lanes])
    assert set(AreaPlace.objects.filter(area=area).values_list("place_id", flat=True)) == {
        cast.gates[1].pk,
        cast.lanes.pk,
    }


def test_estates_by_type_add_up(cast: Cast) -> None:
    """R07: estates are typed; the totals by type add up."""
    estates = Place.objects.filter(neighbourhood=cast.neighbourhood, kind__code="estate")
    assert (
        estates.filter(estate_type="villa").count() + estates.filter(estate_type="other").count()
        == estates.count()
        == 2
    )


def test_only_an_estate_has_a_road_and_only_with_a_lane(cast: Cast) -> None:
    with pytest.raises(Refusal) as wrong:
        set_address(by=None, place=cast.building, address="虹古路1597弄")
    assert wrong.value.code == "ground.not_an_estate"
    with pytest.raises(Refusal) as unclear:
        set_address(by=None, place=cast.lanes, address="虹古路")
    assert unclear.value.code == "ground.address_unclear"
