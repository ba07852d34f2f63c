"""Places over time: renamed, re-coded, moved, merged, split, ended; old names and codes lead on, and every act can be undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone

from linli.ground.actions.homes import open_household
from linli.ground.actions.place_changes import (
    end_place,
    merge_places,
    move_place,
    recode_place,
    reopen_place,
    split_place,
    unmerge_place,
)
from linli.ground.actions.places import NewPlace, add_places, create_neighbourhood, rename_place, set_area
from linli.ground.models import Area, Household, Place, PlaceName
from linli.ground.models.places import segment
from linli.ground.place_rules import consequence
from linli.ground.places import called, names_of, resolve
from linli.ground.search import search
from linli.ground.testing import Cast
from linli.ground.tree import move_subtree
from linli.journal.models import Entry
from linli.kernel.refusal import Refusal

pytestmark = pytest.mark.django_db


def fresh(place: Place) -> Place:
    return Place.objects.select_related("kind").get(pk=place.pk)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refusal:
        act()
    return refusal.value.code


def sound() -> None:
    """Every path is its parent's and its own segment."""
    for place in Place.objects.select_related("parent"):
        assert place.path == (place.parent.path if place.parent else "") + segment(place.pk)


def today() -> date:
    return timezone.localdate()


def test_a_name_before_a_later_one_is_only_history(cast: Cast) -> None:
    rename_place(by=None, place=cast.building, name="7幢", since=date(2022, 1, 1))
    rename_place(by=None, place=cast.building, name="7栋", since=date(2018, 1, 1))
    assert fresh(cast.building).name == "7幢"
    assert [n.name for n in cast.building.names.order_by("since")] == ["7号", "7栋", "7幢"]
    assert {"7号", "7栋", "7幢"} == names_of(cast.neighbourhood)[cast.building.pk]
    assert Place.objects.filter(called(cast.neighbourhood, "7栋")).get() == cast.building


def test_renaming_back_on_the_same_day_leaves_nothing(cast: Cast) -> None:
    rename_place(by=None, place=cast.building, name="7幢")
    rename_place(by=None, place=cast.building, name="7号")
    assert fresh(cast.building).name == "7号"
    assert cast.building.names.count() == 1


def test_a_name_of_tomorrow_or_of_a_sibling_is_refused(cast: Cast) -> None:
    tomorrow = today() + timedelta(days=1)
    assert refused(lambda: rename_place(by=None, place=cast.lanes, name="泉", since=tomorrow)) == "ground.day_in_future"
    assert refused(lambda: rename_place(by=None, place=cast.lanes, name="听松别墅")) == "ground.place_exists"


def test_old_and_new_code_resolve(cast: Cast) -> None:
    recode_place(by=None, place=cast.neighbourhood, code="310105102024", since=date(2022, 1, 1))
    recode_place(by=None, place=cast.neighbourhood, code="310105102901", since=date(2024, 1, 1))
    assert resolve("310105102024") == resolve("310105102901") == cast.neighbourhood
    assert resolve("310105102024", date(2023, 1, 1)) == cast.neighbourhood
    assert fresh(cast.neighbourhood).code == "310105102901"
    assert resolve("310105102999") is None
    assert resolve("") is None
    other = create_neighbourhood(by=None, name="程桥居民区")
    assert refused(lambda: recode_place(by=None, place=other, code="310105102901")) == "ground.code_taken"
    assert refused(lambda: recode_place(by=None, place=other, code="31010")) == "ground.code_wrong"
    late = today() + timedelta(days=1)
    assert (
        refused(lambda: recode_place(by=None, place=other, code="310105102902", since=late)) == "ground.day_in_future"
    )
    recode_place(by=None, place=other, code="310105102024", since=today())
    assert resolve("310105102024") == other, "who has the code now"
    assert resolve("310105102024", date(2023, 1, 1)) == cast.neighbourhood, "who had it then"


def test_a_moved_building_takes_its_doors_along_and_back(cast: Cast) -> None:
    before = list(Place.objects.order_by("pk").values_list("pk", "path"))
    move_place(by=None, place=cast.building, parent=cast.villas)
    sound()
    assert fresh(cast.dwellings[4]).path.startswith(fresh(cast.villas).path)
    assert cast.building.names.order_by("since").last().parent == cast.villas
    move_place(by=None, place=cast.building, parent=cast.lanes)
    assert list(Place.objects.order_by("pk").values_list("pk", "path")) == before
    assert Entry.objects.filter(act="ground.place_moved").count() == 2


def test_where_a_place_cannot_lie(cast: Cast) -> None:
    other = create_neighbourhood(by=None, name="别处居民区")
    (estate,) = add_places([NewPlace("estate", other, "别处新村")])
    assert refused(lambda: move_place(by=None, place=cast.lanes, parent=cast.building)) == "ground.place_in_itself"
    assert refused(lambda: move_place(by=None, place=cast.building, parent=estate)) == "ground.place_elsewhere"
    assert (
        refused(lambda: move_place(by=None, place=cast.building, parent=cast.dwellings[0])) == "ground.place_not_inside"
    )
    add_places([NewPlace("building", cast.villas, "7号")])
    assert refused(lambda: move_place(by=None, place=cast.building, parent=cast.villas)) == "ground.place_exists"
    move_place(by=None, place=cast.lanes, parent=cast.neighbourhood)
    day = today() - timedelta(days=30)
    rename_place(by=None, place=cast.lanes, name="泉口新苑", since=today() - timedelta(days=2))
    assert (
        refused(lambda: move_place(by=None, place=cast.lanes, parent=cast.neighbourhood, since=day))
        == "ground.day_before_change"
    )


def test_a_tree_has_fourteen_levels_at_most(cast: Cast) -> None:
    root = None
    for level in range(11):
        (root,) = add_places([NewPlace("city", root, f"上级{level}")])
    assert root is not None
    assert refused(lambda: move_place(by=None, place=cast.neighbourhood, parent=root)) == "ground.tree_too_deep"


def test_a_large_part_is_moved_in_bounded_statements(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linli.ground.tree.BOUND", 2)
    (street,) = add_places([NewPlace("subdistrict", None, "新泾镇")])
    inside = Place.objects.filter(path__startswith=cast.neighbourhood.path).count()
    assert move_subtree(cast.neighbourhood, street) == inside
    sound()


def _twice(cast: Cast) -> Place:
    """The building 7号 written a second time as 7幢 in the same estate, with doors of the same names and one of its own."""
    (double,) = add_places([NewPlace("building", cast.lanes, "7幢")])
    add_places([NewPlace("dwelling", double, name) for name in ("101室", "401室")])
    return double


def test_a_building_written_twice_becomes_one_and_two_again(cast: Cast) -> None:
    double = _twice(cast)
    set_area(by=None, neighbourhood=cast.neighbourhood, name="东片", places=[double])
    with cast.scope():
        top = Place.objects.get(parent=double, name="401室")
        moved_in = open_household(by=None, dwelling=top)
        merge_places(by=None, place=double, into=cast.building)
        sound()
        assert Place.objects.filter(parent=cast.building, until=None).count() == 7
        assert fresh(double).merged_into == cast.building
        assert Household.objects.get(pk=moved_in.pk).dwelling.parent == cast.building
        assert list(Area.objects.get(name="东片").members.values_list("place", flat=True)) == [cast.building.pk]
        assert "7幢" in names_of(cast.neighbourhood)[cast.building.pk]
        assert cast.building in Place.objects.filter(called(cast.neighbourhood, "7幢"))
        unmerge_place(by=None, place=double)
        sound()
        assert Place.objects.filter(parent=cast.building, until=None).count() == 6
        assert set(Place.objects.filter(parent=double, until=None).values_list("name", flat=True)) == {"101室", "401室"}
        assert fresh(double).until is None
        assert refused(lambda: unmerge_place(by=None, place=double)) == "ground.not_merged"


def test_a_household_goes_to_the_door_that_goes_on_and_back(cast: Cast) -> None:
    double = _twice(cast)
    with cast.scope():
        Household.objects.filter(dwelling=cast.dwellings[2]).update(until=today())
        door = Place.objects.get(parent=double, name="101室")
        household = open_household(by=None, dwelling=door)
        merge_places(by=None, place=double, into=cast.building)
        assert Household.objects.get(pk=household.pk).dwelling == cast.dwellings[2]
        unmerge_place(by=None, place=double)
        assert Household.objects.get(pk=household.pk).dwelling == door


def test_two_households_at_one_door_are_asked_about(cast: Cast) -> None:
    double = _twice(cast)
    with cast.scope():
        open_household(by=None, dwelling=Place.objects.get(parent=double, name="101室"))
        assert refused(lambda: merge_places(by=None, place=double, into=cast.building)) == "ground.two_households"
    assert fresh(double).until is None


def test_what_is_never_merged(cast: Cast) -> None:
    other = create_neighbourhood(by=None, name="别处居民区")
    (estate,) = add_places([NewPlace("estate", other, "别处新村")])
    for place, into, code in (
        (other, cast.neighbourhood, "ground.neighbourhood_whole"),
        (cast.gates[0], cast.gates[1], "ground.kind_not_merged"),
        (cast.building, cast.lanes, "ground.place_in_itself"),
        (estate, cast.lanes, "ground.place_elsewhere"),
        (cast.villas, cast.building, "ground.kinds_differ"),
    ):
        assert refused(lambda p=place, i=into: merge_places(by=None, place=p, into=i)) == code
    with cast.scope():
        end_place(by=None, place=_twice(cast))
    ended = Place.objects.get(name="7幢")
    assert refused(lambda: merge_places(by=None, place=ended, into=cast.building)) == "ground.place_ended"


def test_an_estate_is_split_and_merged_back(cast: Cast) -> None:
    add_places([NewPlace("building", cast.lanes, "8号")])
    new = split_place(by=None, place=cast.lanes, name="泉口花苑二期", parts=[cast.building])
    sound()
    assert (new.split_from, new.parent, fresh(cast.building).parent) == (cast.lanes, cast.neighbourhood, new)
    with cast.scope():
        merge_places(by=None, place=new, into=cast.lanes)
    sound()
    assert fresh(cast.building).parent == cast.lanes


def test_how_a_place_is_not_split(cast: Cast) -> None:
    add_places([NewPlace("building", cast.lanes, "8号")])

    def split(place: Place, name: str, parts: list[Place]) -> str:
        return refused(lambda: split_place(by=None, place=place, name=name, parts=parts))

    assert split(cast.lanes, " ", [cast.building]) == "ground.name_missing"
    assert split(cast.lanes, "二期", []) == "ground.nothing_to_split"
    assert split(cast.lanes, "二期", [cast.dwellings[0]]) == "ground.not_a_part"
    assert split(cast.lanes, "听松别墅", [cast.building]) == "ground.place_exists"
    assert split(cast.neighbourhood, "二居", [cast.lanes]) == "ground.neighbourhood_whole"


def test_an_empty_place_ends_and_is_there_again(cast: Cast) -> None:
    double = _twice(cast)
    with cast.scope():
        assert end_place(by=None, place=double) == 3
        assert fresh(double).until == today()
        assert refused(lambda: end_place(by=None, place=double)) == "ground.place_ended"
        assert refused(lambda: end_place(by=None, place=cast.building)) == "ground.place_inhabited"
        assert refused(lambda: end_place(by=None, place=cast.neighbourhood)) == "ground.neighbourhood_runs"
        assert reopen_place(by=None, place=double) == 3
        assert refused(lambda: reopen_place(by=None, place=double)) == "ground.place_not_ended"
    assert not PlaceName.objects.filter(place=double, until__isnull=False).exists()


def test_the_consequence_in_numbers(cast: Cast) -> None:
    with cast.scope():
        found = consequence(cast.lanes)
    assert (found.places, found.dwellings, found.households, found.offices, found.areas) == (7, 6, 6, 1, 0)


def test_a_door_is_found_by_its_building_s_old_name(cast: Cast) -> None:
    with cast.scope():
        merge_places(by=None, place=_twice(cast), into=cast.building)
        rename_place(by=None, place=cast.building, name="18号")
        rename_place(by=None, place=cast.lanes, name="泉林新苑")
        for query in ("18号302", "7号302", "7幢302", "泉口花苑302", "泉林新苑18-302"):
            found = search(cast.neighbourhood, query, inside=[cast.neighbourhood])
            assert [hit.dwelling for hit in found] == [cast.dwellings[7]], query
        assert search(cast.neighbourhood, "9号302", inside=[cast.neighbourhood]) == []
