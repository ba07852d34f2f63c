"""Addresses of travellers, Chinese and English mixed: which of our estates, which door, and which are somebody else's."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.addresses import Door
from linli.kernel.manifest_places import Estate, Estates, agreement

AT_ONCE = 1.0
OURS = Estates(
    [
        Estate("plane", "梧桐别墅", "Plane Tree Villas", "青杨路", "1597", "长宁区"),
        Estate("bay", "海棠湾别墅", "", "青杨路", "1384弄", "长宁区"),
        Estate("court", "橘泉苑", "Orange Spring Court", "北枫西路", "212", "长宁区"),
        Estate("bare", "柳溪新苑"),
    ]
)


@pytest.mark.parametrize(
    ("address", "estate", "door"),
    [
        ("LANE1597 QINGYANG RD #60", "plane", Door(building="60")),
        ("LANE1597QINGYANGRD#60", "plane", Door(building="60")),
        ("Villa 34, Lane 1597 Qing Yang Road, Changning", "plane", Door(building="34")),
        ("Haus 6, Lane 1384 Qingyang Rd., Shanghai", "bay", Door(building="6")),
        ("长宁区青杨路1384lane28号", "bay", Door(building="28")),
        ("上海市长宁区青杨路１５９７弄３４号", "plane", Door(building="34")),
        ("Qingyang Rd Lane 1597 No 3a", "plane", Door(building="3A")),
        ("青杨路1597弄梧桐别墅12号", "plane", Door(building="12")),
        ("Plane Tree Villas No.52, Shanghai", "plane", Door(building="52")),
        ("Plain Tree Villa 52", "plane", Door(building="52")),
        ("Wutong Villas 7", "plane", Door(building="7")),
        ("Haitangwan Bieshu 23", "bay", Door(building="23")),
        ("梧桐别墅 34号 with parents", "plane", Door(building="34")),
        ("梧桐34", "plane", Door(building="34")),
        ("上海梧桐别野3A号", "plane", Door(building="3A")),
        ("梧童别墅3号", "plane", Door(building="3")),
        ("菊泉苑 5幢2单元301室", "court", Door(building="5", unit="2", room="301")),
        ("北枫西Rd 212弄5号301", "court", Door(building="5", room="301")),
        ("Qingyang Lu 1597 Nong 60 Hao", "plane", Door(building="60")),
        ("60 Plane Tree Villas", "plane", Door(building="60")),
        ("梧桐別墅五十二號", "plane", Door(building="52")),
        ("橘泉宛5号301室", "court", Door(building="5", room="301")),
        ("桔泉苑5号301室", "court", Door(building="5", room="301")),
        ("Lane 212 West Beifeng Rd, Sub-lane 1, No.5, Room 501", "court", Door(side="1", building="5", room="501")),
        ("北枫西路212弄1支弄5号501室", "court", Door(side="1", building="5", room="501")),
        ("Lane 212 Beifeng West Rd No 8-901", "court", Door(building="8", room="901")),
        ("Orange Spring Court", "court", Door()),
        ("静安区柳溪新苑3号", "bare", Door(building="3")),
        ("Lane 212 No 5 Rm 301 Beifeng West Rd", "court", Door(building="5", room="301")),
        ("LN 212 SUBLANE 1, BEIFENG WEST RD NO 12-301", "court", Door(side="1", building="12", room="301")),
        ("212弄27号203室 北枫西路", "court", Door(building="27", room="203")),
        ("Beifeng Xi Lu 212 Nong 1 Zhinong 19 Hao 102 Shi", "court", Door(side="1", building="19", room="102")),
        ("北枫西路212弄 5号楼1-1001", "court", Door(building="5", unit="1", room="1001")),
        ("Bldg 5 Unit 1-1001, Orange Spring Court", "court", Door(building="5", unit="1", room="1001")),
        ("橘泉苑12号楼301", "court", Door(building="12", room="301")),
    ],
)
def test_an_address_of_ours(address: str, estate: str, door: Door) -> None:
    (named,) = OURS.named_in(address)
    assert (named.estate, named.door) == (estate, door)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "CREW",
        "HOTEL / transit to Chengdu",
        "No.1597 Qingyang Rd (not the lane)",
        "青杨路1597号",
        "Lane 159 Qingyang Rd, Changning",
        "Lane 15971 Qingyang Rd",
        "Lane 1597 Qingmei Rd, Minhang",
        "Lane 1597 West Qingyang Rd",
        "浦东新区梧桐别墅30号",
        "Wutong Villas 7, Pudong",
        "Plane Tree Villas, Suzhou",
        "碧云路633弄梧桐别墅3号",
        "龙泉苑5号",
        "Palm Tree Houses 4",
        "Peach Tree Villas 4",
        "Qingyang Rd 12",
    ],
)
def test_an_address_that_is_not_ours(address: str) -> None:
    assert OURS.named_in(address) == ()


def test_a_road_named_after_a_district_or_a_city_is_no_district() -> None:
    assert OURS.named_in("Wutong Villas 7, off Pudong Rd")
    assert OURS.named_in("梧桐别墅7号近南京西路")


def test_a_misspelt_name_says_so_and_yields_to_one_spelt_right() -> None:
    (named,) = OURS.named_in("梧桐别野3号")
    assert named.misspelt
    both = Estates([Estate(1, "梧桐别墅"), Estate(2, "梧相别墅")])
    assert [(one.estate, one.misspelt) for one in both.named_in("梧桐别墅3号")] == [(1, False)]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (Door(), "estate"),
        (Door(building="5"), "door"),
        (Door(building="5", room="301"), "door"),
        (Door(building="5", room="302"), "other"),
        (Door(building="6"), "other"),
        (Door(side="2", building="5"), "other"),
    ],
)
def test_a_door_beside_a_home(said: Door, expected: str) -> None:
    assert agreement(said, Door(estate="橘泉苑", side="1", building="5", unit="2", room="301")) == expected


@given(st.text(max_size=40))
def test_any_text_is_taken(text: str) -> None:
    assert all(one.estate in ("plane", "bay", "court", "bare") for one in OURS.named_in(text))


def test_an_estate_called_after_its_lane_is_not_the_house_of_that_number() -> None:
    ours = Estates([Estate("lane", "青杨路303弄", "", "青杨路", "303")])
    assert ours.named_in("青杨路303号404室") == ()
    assert [one.door for one in ours.named_in("青杨路303弄4号101室")] == [Door(building="4", room="101")]


def test_of_two_districts_the_one_that_most_addresses_name() -> None:
    ours = [f"长宁区青杨路1597弄{house}号" for house in range(1, 4)]
    plain = Estates([Estate("plane", "梧桐别墅", "", "青杨路", "1597")])
    assert plain.district_in([*ours, "浦东新区青杨路1597弄9号"]) == "长宁"
    assert plain.district_in([ours[0], "浦东新区青杨路1597弄9号"]) == ""


def test_three_numbers_are_read_both_ways() -> None:
    named = OURS.named_in("5-1-1001, Lane 212, Beifeng Xi Lu")
    homes = [Door(building="5", unit="1", room="1001"), Door(side="5", building="1", room="1001")]
    assert [one.door for one in named] == homes
    assert [agreement(one.door, Door(estate="橘泉苑", side="5", building="1", room="1001")) for one in named] == [
        "other",
        "door",
    ]


@pytest.mark.parametrize("bit", ["-1", " -", "1   ", "1号 ", "no ", "lane 1597 "])
def test_a_cell_that_goes_on_and_on_is_read_at_once(bit: str) -> None:
    began = process_time()
    OURS.named_in("Lane 1597" + bit * 300 + " x")
    assert process_time() - began < AT_ONCE, (
        "seconds of processor; it took minutes where a part could be read in two ways"
    )
