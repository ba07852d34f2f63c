"""Who on a passenger list lives with us: each way a line differs from the register, and each way it only looks alike. SEEDS T02."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.kernel.addresses import Door
from linli.kernel.manifest_match import Finding, RegisterIndex, Resident, Traveller, match, same_travellers
from linli.kernel.manifest_places import Estate

ESTATES = [
    Estate("plane", "梧桐别墅", "Plane Tree Villas", "青杨路", "1597", "长宁区"),
    Estate("bay", "海棠湾别墅", "", "青杨路", "1384", "长宁区"),
    Estate("court", "橘泉苑", "", "北枫路", "1228", "长宁区"),
]


def at(estate: str, building: str, room: str = "") -> dict[str, object]:
    return {"household": (estate, building, room), "homes": ((estate, Door(building=building, room=room)),)}


def one(*texts: str) -> frozenset[str]:
    return frozenset(texts)


JIANG = Resident("jiang", "蒋海波", "男", date(1967, 2, 21), phones=one("19900000167"), **at("plane", "60"))
TANG = Resident("tang", "唐珍", "女", date(1990, 1, 29), phones=one("19900000418"), **at("bay", "34"))
SU = Resident("su", "苏荣华", "男", date(1993, 1, 6), phones=one("19900000419"), **at("bay", "34"))
CHILD = Resident("child", "唐平平", "男", date(2014, 6, 2), **at("bay", "34"))
WEN = Resident("wen", "文铭海", "男", date(1986, 7, 3), phones=one("19900000854"), **at("plane", "52"))
YAN = Resident("yan", "阎俊海", "男", date(1969, 9, 19), phones=one("19900000544"), **at("plane", "3A"))
BAKER = Resident(
    "baker", "Baker Oliver", "男", None, one("000008888"), one("8888"), one("19900000160"), **at("plane", "31")
)
COSTA = Resident(
    "costa",
    "Francesca Costa",
    "女",
    date(1985, 12, 31),
    one("YZ0006666"),
    one("6666"),
    one("19900000138"),
    **at("bay", "6"),
)
ARC = Resident(
    "arc", "d'Arc, Étienne", "男", None, one("00ZZ04444"), one("4444"), one("19900000260"), **at("bay", "23")
)
YU = Resident("yu", "于海", "男", date(1976, 11, 12), phones=one("19900000109"), **at("court", "5", "501"))
RESIDENTS = [JIANG, TANG, SU, CHILD, WEN, YAN, BAKER, COSTA, ARC, YU]

TEN = {
    "address run together": (
        Traveller(1, "JIANG/HAIBO", "男", date(1967, 2, 21), one("EZ0001111"), address="LANE1597 QINGYANG RD #60"),
        "jiang",
        {"pinyin", "born", "address"},
    ),
    "address in English": (
        Traveller(2, "TANG/ZHEN", "女", date(1990, 1, 29), address="Villa 34, Lane 1384 Qingyang Rd, Changning"),
        "tang",
        {"pinyin", "born", "address"},
    ),
    "given name cut off": (
        Traveller(3, "BAKER/OLIV", "男", date(1970, 4, 12), one("000008888"), one("8888")),
        "baker",
        {"truncated", "passport_equal"},
    ),
    "passport renewed": (
        Traveller(
            4, "COSTA/FRANCESCA", "女", date(1985, 12, 31), one("YZ0000555"), one("0555"), one("19900000138"),
            "Haus 6, Lane 1384 Qingyang Rd, Changning",
        ),
        "costa",
        {"name", "born", "phone", "address", "passport_renewed"},
    ),
    "phone of the spouse": (
        Traveller(5, "SU/RONGHUA", "男", date(1993, 1, 6), phones=one("19900000418")),
        "su",
        {"pinyin", "born", "phone_of_household"},
    ),
    "hyphen": (
        Traveller(6, "SU/RONG-HUA", "男", date(1993, 1, 6), address="长宁区青杨路1384lane34号"),
        "su",
        {"pinyin", "hyphen", "born", "address"},
    ),
    "accents folded, zeros lost": (
        Traveller(7, "DARC/ETIENNE MR", "", date(1994, 11, 6), one("4444", "00ZZ04444"), one("4444")),
        "arc",
        {"name", "passport_equal"},
    ),
    "given name first": (
        Traveller(8, "MINGHAI/WEN", "男", date(1986, 7, 3), phones=one("19900000854"), address="Plane Tree Villas No.52"),
        "wen",
        {"pinyin_any_order", "born", "phone", "address"},
    ),
    "child with a title and no phone": (
        Traveller(9, "TANG/PINGPING MSTR", "男", date(2014, 6, 2), address="海棠湾别墅 34号 with parents"),
        "child",
        {"pinyin", "born", "address"},
    ),
    "estate misspelt": (
        Traveller(10, "YAN/JUN HAI", "男", date(1969, 9, 19), address="上海梧桐别野3A号"),
        "yan",
        {"pinyin", "born", "address_misspelt"},
    ),
}  # fmt: skip

NEAR = {
    "same pinyin, another birth date and address": Traveller(
        11, "JIANG/HAIBO", "男", date(1975, 1, 26), phones=one("19900000999"), address="徐汇区宛平南路 567弄 9号"
    ),
    "birthday one year off, other district": Traveller(
        12, "YU/HAI", "男", date(1977, 11, 12), address="浦东新区花木路585弄19号1250室"
    ),
    "born one day later": Traveller(13, "YU/HAI", "男", date(1976, 11, 13), address="静安区北京西路442号1091室"),
    "other sex": Traveller(14, "YU/HAI", "女", date(1976, 11, 12), address="静安区北京西路598号1328室"),
    "lane of another road": Traveller(15, "YU/XIA", "男", date(1965, 3, 4), address="Lane 1228 Hongmei Rd, Minhang"),
    "lane one digit short": Traveller(16, "YU/XIA", "男", date(1965, 3, 4), address="Lane 122 Beifeng Rd, Changning"),
    "a house number, not the lane": Traveller(17, "YU/XIA", "男", date(1965, 3, 4), address="No.1228 Beifeng Rd"),
    "estate of the same name in another district": Traveller(
        18, "JIANG/MING", "男", date(1961, 9, 13), address="浦东新区梧桐别墅60号"
    ),
    "passport one digit away": Traveller(19, "PENG/LI", "男", date(1959, 10, 6), one("000008889"), one("8889")),
    "a resident's phone as contact": Traveller(20, "YU/JIE", "男", date(1963, 7, 25), phones=one("19900000109")),
    "crew": Traveller(21, "WANG/QIANG MR", "男", date(1980, 1, 1), address="CREW"),
}

ASKED = {
    "a door that does not exist": (
        Traveller(22, "YU/YING", "女", date(1975, 3, 7), address="Lane 1228 Beifeng Rd No 99"),
        ("estate_named",),
    ),
    "name and birth date, nothing else": (
        Traveller(23, "YU/HAI", "男", date(1976, 11, 12), address="HOTEL"),
        ("near",),
    ),
    "name and phone, another birth date": (
        Traveller(24, "YU/HAI", "男", date(1976, 12, 11), phones=one("19900000109")),
        ("near",),
    ),
    "name, birth date and phone, another sex": (
        Traveller(25, "YU/HAI", "女", date(1976, 11, 12), phones=one("19900000109")),
        ("near",),
    ),
    "another name at the same door, born the same day": (
        Traveller(26, "MUELLER/FRANCESCA", "女", date(1985, 12, 31), address="Lane 1384 Qingyang Rd No 6"),
        ("near", "estate_named"),
    ),
    "the same passport, another name": (Traveller(27, "PENG/LI", "男", None, one("000008888")), ("near",)),
    "the same passport and name, another sex": (
        Traveller(28, "BAKER/OLIVER", "女", None, one("000008888")),
        ("near",),
    ),
    "passport tail alone": (Traveller(29, "BAKER/OLIVER", "男", None, tails=one("8888")), ("near",)),
    "estate misspelt, no house, nobody known": (
        Traveller(30, "HU/BO", "男", None, address="梧桐别野"),
        ("estate_named",),
    ),
}


def find(who: Traveller, residents: Sequence[Resident] = RESIDENTS) -> Finding:
    (finding,) = match([who], RegisterIndex(residents, ESTATES))
    return finding


@pytest.mark.parametrize("why", TEN)
def test_one_of_ours(why: str) -> None:
    who, resident, reasons = TEN[why]
    finding = find(who)
    assert (finding.verdict, finding.resident, finding.why) == ("match", resident, ())
    assert set(finding.candidates[0].reasons) - {"sex"} == reasons
    assert 0 < finding.candidates[0].score <= 100


@pytest.mark.parametrize("why", NEAR)
def test_somebody_else_altogether(why: str) -> None:
    finding = find(NEAR[why])
    assert (finding.verdict, finding.resident, finding.candidates) == ("none", None, ())


@pytest.mark.parametrize("why", ASKED)
def test_a_person_must_look(why: str) -> None:
    who, reason = ASKED[why]
    finding = find(who)
    assert (finding.verdict, finding.resident, finding.why) == ("ask", None, reason)


def test_the_whole_list_finds_the_ten_and_no_other() -> None:
    everybody = [who for who, *_ in TEN.values() if who.id != 6] + list(NEAR.values())
    found = match(everybody, RegisterIndex(RESIDENTS, ESTATES))
    assert {one.traveller: one.resident for one in found if one.resident} == {
        who.id: resident for who, resident, _ in TEN.values() if who.id != 6
    }
    assert {one.verdict for one in found} == {"match", "none"}


def test_a_register_without_the_birth_date_needs_two_ties() -> None:
    unknown = replace(COSTA, born=None)
    who = TEN["passport renewed"][0]
    assert find(who, [unknown]).verdict == "match"
    assert find(replace(who, address=""), [unknown]).verdict == "ask"
    assert find(replace(who, address="", phones=frozenset()), [unknown]).verdict == "none"


def test_twins_and_a_name_cut_short_are_asked_and_a_whole_name_is_not() -> None:
    twins = [replace(CHILD, id="a", name="唐平安"), replace(CHILD, id="b", name="唐平海")]
    who = replace(TEN["child with a title and no phone"][0], name="TANG/PING")
    assert (find(who, twins).verdict, find(who, twins).why) == ("ask", ("several_alike",))
    assert len(find(who, twins).candidates) == 2
    assert find(replace(who, name="TANG/PINGHAI"), twins).resident == "b"


def test_a_telephone_in_many_homes_is_nobodys() -> None:
    agents = [replace(YU, id=n, name="陈明", born=None, **at("court", str(n))) for n in range(3)]
    who = Traveller(1, "YU/HAI", "男", date(1976, 11, 12), phones=YU.phones)
    assert find(who).verdict == "match"
    assert find(who, [YU, *agents]).verdict == "ask"


def test_two_travellers_never_get_one_resident() -> None:
    who = replace(TEN["passport renewed"][0], id="one")
    stranger = replace(who, id="two", passports=one("YZ0000777"))
    holder = replace(who, id="three", passports=COSTA.passports)
    index = RegisterIndex(RESIDENTS, ESTATES)
    assert [found.why for found in match([who, stranger], index)] == [("claimed_twice",)] * 2
    assert [found.verdict for found in match([who, holder], index)] == ["ask", "match"]
    assert [found.verdict for found in match([who, replace(who, id="again")], index)] == ["match", "match"]


def test_a_resident_without_household_or_home() -> None:
    lone = replace(YU, household=None, homes=())
    who = Traveller(1, "YU/HAI", "男", date(1976, 11, 12), phones=YU.phones, address="橘泉苑5号")
    assert find(who, [lone]).candidates[0].against == ()
    assert find(who, [replace(YU, **at("court", "6"))]).candidates[0].against == ("address_differs",)


def test_two_lists_of_one_flight_are_joined() -> None:
    first = [
        Traveller(1, "LUO/AN", "男", date(1990, 1, 1), one("EZ1")),
        Traveller(2, "BAKER/IAN", "男", None, one("000007159")),
    ]
    other = [
        Traveller(3, "BAKER/IAN MR", "男", None, one("7159", "000007159")),
        Traveller(4, "WEN/AN", "男", None, one("EZ1")),
        Traveller(5, "LUO/AN", "男", date(1990, 1, 1), one("EZ1")),
    ]
    assert same_travellers(first, other) == [(0, 2), (1, 0)]
    bare = [replace(who, passports=frozenset()) for who in (first[0], first[0])]
    assert same_travellers(bare, [bare[0]]) == [(0, 0)]


EVERYBODY = [who for who, *_ in TEN.values()] + list(NEAR.values()) + [who for who, _ in ASKED.values()]
UNRELATED = st.builds(
    Resident,
    st.uuids(),
    st.sampled_from(["罗平", "于海", "蒋海波", "Costa Francesca", "彭丽", "文铭海"]),
    st.sampled_from(["男", "女", ""]),
    st.dates(date(1920, 1, 1), date(1939, 12, 31)),
    st.just(frozenset()),
    st.just(frozenset()),
    st.sets(st.integers(), max_size=2).map(frozenset),
    st.uuids(),
    st.just(()),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(UNRELATED, max_size=12), st.randoms())
def test_people_who_share_a_name_at_most_change_nothing(others: list[Resident], chance: object) -> None:
    crowd = [*RESIDENTS, *others]
    chance.shuffle(crowd)  # type: ignore[attr-defined]
    assert match(EVERYBODY, RegisterIndex(crowd, ESTATES)) == match(EVERYBODY, RegisterIndex(RESIDENTS, ESTATES))


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(TEN)), st.randoms())
def test_the_order_of_the_words_of_a_name_does_not_matter(why: str, chance: object) -> None:
    who, resident, _ = TEN[why]
    words = who.name.replace("/", " ").split()
    titles = [word for word in words if word in ("MR", "MSTR")]
    parts = [word for word in words if word not in titles]
    chance.shuffle(parts)  # type: ignore[attr-defined]
    assert find(replace(who, name=" ".join(parts + titles))).resident == resident


KIM = Resident("kim", "金宇镇", "男", None, one("M00001111"), one("1111"), one("19900000666"), **at("bay", "3A"))


@pytest.mark.parametrize(
    ("who", "verdict"),
    [
        (Traveller(1, "KIM/WOOJIN", "男", None, one("M00001111")), "match"),
        (Traveller(1, "KIM/WOOJIN", "女", None, one("M00001111")), "ask"),
        (Traveller(1, "PARK/WOOJIN", "男", None, one("M00001111")), "ask"),
        (Traveller(1, "KIM/WOOJIN", "男", None, phones=one("19900000666")), "none"),
    ],
)
def test_a_name_read_abroad_needs_its_passport(who: Traveller, verdict: str) -> None:
    assert find(who, [KIM]).verdict == verdict


def test_a_name_read_abroad_matches_with_birth_date_and_two_ties_if_it_is_the_only_one() -> None:
    home = {"address": "Lane 1384 Qingyang Rd No 3A", "phones": one("19900000666")}
    who = Traveller(1, "KIM/WOOJIN", "男", date(1996, 10, 11), **home)  # type: ignore[arg-type]
    born = replace(KIM, born=date(1996, 10, 11))
    assert find(who, [born]).resident == "kim"
    twin = replace(born, id="twin", name="金宇成", passports=one("M00002222"))
    assert find(who, [born, twin]).why == ("several_alike",)


def test_the_last_four_of_a_telephone_half_hidden_are_a_tie() -> None:
    who = Traveller(1, "JIANG/HAIBO", "男", date(1967, 2, 21), phone_tails=one("0167"))
    known = replace(JIANG, phone_tails=one("0167"))
    finding = find(who, [known])
    assert (finding.verdict, finding.candidates[0].reasons) == ("match", ("pinyin", "phone_tail", "born", "sex"))
    assert find(replace(who, born=None), [known]).verdict == "none"


def test_a_parents_passport_beside_a_child_is_asked_of_both() -> None:
    parent = Traveller(1, "KIM/WOOJIN", "男", None, one("M00001111"))
    child = Traveller(2, "KIM/MINSU", "男", None, one("M00001111"))
    found = match([parent, child], RegisterIndex([KIM], ESTATES))
    assert [finding.why for finding in found] == [("claimed_twice",)] * 2
