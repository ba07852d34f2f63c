"""What stands above a table about the estate itself: its road and lane, kept with the place."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from linli.ground.models import Place
from linli.ground.testing import Cast
from linli.register.tests.test_conversation import finish, start
from linli.register.tests.test_interpret import HEAD, book, number, person


@pytest.fixture(autouse=True)
def _inside(cast: Cast) -> Iterator[None]:
    with cast.scope():
        yield


def estate(cast: Cast) -> Place:
    found: Place = Place.objects.get(neighbourhood=cast.neighbourhood, kind__code="estate", name="紫藤苑")
    return found


def test_an_estate_keeps_the_road_and_lane_of_its_sheet_and_what_somebody_corrected_stays(cast: Cast) -> None:
    above = [["紫藤苑 住户登记表"], ["地址：青杨路1597弄  填表日期：2020年2月6日"]]
    finish(cast, start(cast, book([*above, HEAD, person("1号", "某甲", number())], "紫藤苑")))
    assert estate(cast).address == "青杨路1597弄"
    Place.objects.filter(pk=estate(cast).pk).update(address="青杨路1600弄")
    finish(cast, start(cast, book([*above, HEAD, person("2号", "某乙", number("19850101"))], "紫藤苑")))
    assert estate(cast).address == "青杨路1600弄"


def test_the_road_and_lane_may_stand_in_the_addresses_alone(cast: Cast) -> None:
    finish(cast, start(cast, book([HEAD, person("青杨路1597弄1号", "某甲", number())], "紫藤苑")))
    assert estate(cast).address == "青杨路1597弄"


def test_without_road_and_lane_nothing_is_made_up(cast: Cast) -> None:
    finish(cast, start(cast, book([HEAD, person("1号", "某甲", number())], "紫藤苑")))
    assert estate(cast).address == ""


def test_of_estates_named_in_a_column_each_keeps_what_most_of_its_addresses_say(cast: Cast) -> None:
    lanes = {"紫藤苑": ("青杨路1597弄", "青杨路1597弄", "青杨路1957弄"), "橘泉苑": ("北枫路212弄",)}
    people = [
        [name, *person(f"{lane}{house}号", f"某{house}{name[0]}", number(f"1980010{house}"))]
        for name, told in lanes.items()
        for house, lane in enumerate(told, 1)
    ]
    finish(cast, start(cast, book([["小区", *HEAD], *people], "台账")))
    kept = Place.objects.filter(neighbourhood=cast.neighbourhood, kind__code="estate", name__in=lanes)
    assert dict(kept.values_list("name", "address")) == {"紫藤苑": "青杨路1597弄", "橘泉苑": "北枫路212弄"}
