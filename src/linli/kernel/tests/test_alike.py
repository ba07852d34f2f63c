"""Who may be who: X02 and X03 in the words of the rows, what is never asked, and the fast search beside the slow one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel import alike
from linli.kernel.alike import NOWHERE, Around, Face, Number, Pair, candidates, crowded_phones, look
from linli.kernel.pinyin import sort_key

DAY = date(1980, 5, 1)
SURE, UNSURE = Number("id", b"1"), Number("id", b"1", checked=False)


def face(id: str, name: str, **more: object) -> Face:
    return Face(id, name, sound=sort_key(name), **more)  # type: ignore[arg-type]


def verdict(one: Face, other: Face, around: Around = NOWHERE) -> str:
    assert look(one, other, around).verdict == look(other, one, around).verdict
    return look(one, other, around).verdict


def test_two_spellings_of_one_name_are_flagged() -> None:
    """X02: the same person in two spellings, flagged for a human, not joined."""
    for more in ({"born": DAY}, {"phones": frozenset({b"p"})}, {"doors": frozenset({1})}):
        assert verdict(face("a", "张晓红", **more), face("b", "张小红", **more)) == "spelling"
    office = frozenset({("荣茂", "secretary")})
    assert verdict(face("a", "荣茂生", roles=office), face("b", "荣茂工", roles=office)) == "spelling"
    assert verdict(face("a", "方?", doors=frozenset({1})), face("b", "方圆", doors=frozenset({1}))) == "spelling"
    assert verdict(face("a", "欧阳娜", born=DAY), face("b", "欧阳娜娜", born=DAY)) == "spelling"
    assert verdict(face("a", "ZHANG XIAOHONG", born=DAY), face("b", "张晓红", born=DAY)) == "spelling"


def test_one_name_in_two_roles_is_not_joined() -> None:
    """X03: the same name, two roles: never by name alone."""
    deputy = face("a", "周一苇", roles=frozenset({("town", "deputy")}))
    helper = face("b", "周一苇", roles=frozenset({("squad", "member")}))
    assert verdict(deputy, helper) == "apart"
    assert verdict(face("a", "周一苇"), face("b", "周一苇")) == "apart"


@pytest.mark.parametrize("number", [None, SURE])
def test_twins_are_two(number: Number | None) -> None:
    doors = frozenset({7})
    numbers = frozenset({number} if number else ())
    one = face("a", "许一帆", born=DAY, doors=doors, numbers=numbers)
    assert verdict(one, face("b", "许一诺", born=DAY, doors=doors)) == "apart"
    assert verdict(one, face("b", "许二", born=DAY, doors=doors)) == "apart"
    assert verdict(face("a", "许一帆", born=DAY, doors=doors, numbers=frozenset({Number("id", b"2")})),
                   face("b", "许一凡", born=DAY, doors=doors, numbers=frozenset({SURE}))) == "apart"  # fmt: skip
    assert verdict(face("a", "许一帆", born=DAY, doors=doors, numbers=frozenset({Number("id", b"2", False)})),
                   face("b", "许一凡", born=DAY, doors=doors, numbers=frozenset({SURE}))) == "apart"  # fmt: skip


def test_namesakes_are_two() -> None:
    doors = frozenset({7})
    one = face("a", "张伟", born=DAY, doors=doors)
    assert verdict(one, face("b", "张伟", born=date(1981, 5, 1), doors=doors)) == "apart"
    assert verdict(one, face("b", "张伟", born=date(1960, 1, 1), born_about=True, doors=doors)) == "apart"
    first = replace(one, numbers=frozenset({SURE}))
    assert verdict(first, face("b", "张伟", born=DAY, numbers=frozenset({Number("id", b"2")}))) == "apart"
    assert verdict(face("a", "张伟", sex="m", doors=doors), face("b", "张伟", sex="f", doors=doors)) == "apart"


def test_one_name_and_something_besides_is_asked() -> None:
    doors = frozenset({7})
    assert verdict(face("a", "张伟", born=DAY), face("b", "张伟", born=DAY)) == "alike"
    assert verdict(face("a", "张伟", born=DAY, sex="m"), face("b", "张伟", born=DAY, sex="f")) == "alike"
    assert verdict(face("a", "张伟", doors=doors), face("b", "张伟", doors=doors)) == "alike"
    beside = Around({7: frozenset({8}), 8: frozenset({7})})
    assert verdict(face("a", "张伟", doors=doors), face("b", "张伟", doors=frozenset({8})), beside) == "alike"
    assert verdict(face("a", "张伟", doors=doors), face("b", "张伟", doors=frozenset({9})), beside) == "apart"
    renewed = frozenset({Number("passport", b"1")}), frozenset({Number("passport", b"2")})
    pair = look(
        face("a", "Luca Rossi", born=DAY, numbers=renewed[0]), face("b", "ROSSI, Luca", born=DAY, numbers=renewed[1])
    )
    assert pair.verdict == "alike"
    assert "document_unsure" in pair.evidence.differs


def test_one_number_says_the_same() -> None:
    one = face("a", "张伟", numbers=frozenset({SURE}))
    assert verdict(one, face("b", "张伟", numbers=frozenset({UNSURE}))) == "same"
    assert verdict(one, face("b", "李娜", numbers=frozenset({SURE}))) == "number"
    late = face("b", "张伟", born=date(1999, 1, 1), numbers=frozenset({SURE}))
    assert verdict(replace(one, born=DAY), late) == "number"


def test_an_agents_phone_over_six_flats_joins_nobody() -> None:
    agent = frozenset({b"agent"})
    tenants = [face(str(n), "张伟", phones=agent, doors=frozenset({n})) for n in range(6)]
    assert crowded_phones(tenants) == agent
    assert candidates(tenants) == []
    assert len(candidates(tenants[:2])) == 1
    moved = replace(tenants[0], doors=frozenset({0, 8, 9}))
    assert crowded_phones([moved, tenants[1]]) == frozenset()


def test_brothers_and_sisters_are_not_asked_about() -> None:
    doors = frozenset({7})
    assert verdict(face("a", "王强", doors=doors), face("b", "王芳", doors=doors)) == "apart"
    assert verdict(face("a", "王小强", sex="m", doors=doors), face("b", "王小芳", sex="f", doors=doors)) == "apart"
    assert verdict(face("a", "王", doors=doors), face("b", "张", doors=doors)) == "apart"
    assert verdict(face("a", "王", doors=doors), face("b", "王芳", doors=doors)) == "apart"


def test_ages_that_were_guessed() -> None:
    about = look(face("a", "张伟", born=DAY), face("b", "张伟", born=date(1981, 1, 1), born_about=True))
    assert about.evidence.agrees == {"name", "about"}
    between = look(face("a", "张伟", born=DAY), face("b", "张伟", born=date(1986, 1, 1), born_about=True))
    assert not {"born", "about"} & (between.evidence.agrees | between.evidence.differs)


def test_roles_that_differ_are_said() -> None:
    pair = look(face("a", "张伟", born=DAY, roles=frozenset({1})), face("b", "张伟", born=DAY, roles=frozenset({2})))
    assert "role" in pair.evidence.differs
    assert pair.verdict == "alike"


NAMES = st.sampled_from(
    ["张伟", "张卫", "张小红", "张晓红", "张小虹", "张红", "章小红", "方?", "方圆", "李?红", "Luca Rossi", "Rossi Luca"]
)
FACES = st.builds(
    lambda name, sex, born, about, numbers, phones, doors, roles: (
        name,
        sex,
        born,
        about,
        numbers,
        phones,
        doors,
        roles,
    ),
    NAMES,
    st.sampled_from(["", "m", "f"]),
    st.sampled_from([None, DAY, date(1981, 1, 1)]),
    st.booleans(),
    st.frozensets(
        st.builds(Number, st.sampled_from(["id", "passport"]), st.sampled_from([b"1", b"2"]), st.booleans()), max_size=1
    ),
    st.frozensets(st.sampled_from([b"p", b"q"]), max_size=1),
    st.frozensets(st.sampled_from([1, 2, 3, 4]), max_size=2),
    st.frozensets(st.sampled_from(["r", "s"]), max_size=1),
)
NEAR = {1: frozenset({2}), 2: frozenset({1, 3}), 3: frozenset({2})}


@given(st.lists(FACES, max_size=12))
def test_the_fast_search_finds_what_looking_at_every_pair_finds(rows: list[tuple[object, ...]]) -> None:
    people = [
        Face(f"{n:02}", r[0], sort_key(str(r[0])), r[1], r[2], r[3], r[4], r[5], r[6], r[7])  # type: ignore[arg-type]
        for n, r in enumerate(rows)
    ]
    around = Around(NEAR, crowded_phones(people))
    slow = {
        (p.one.id, p.other.id): p.verdict
        for a, b in combinations(people, 2)
        if (p := look(a, b, around)).verdict != "apart"
    }
    fast: list[Pair] = candidates(people, NEAR)
    assert {(p.one.id, p.other.id): p.verdict for p in fast} == slow
    ranks = [alike.RANK[p.verdict] for p in fast]
    assert ranks == sorted(ranks)


def test_a_default_date_of_a_whole_file_is_no_reason() -> None:
    many = [face(f"{n:03}", "张伟", born=DAY) for n in range(alike.BUCKET + 1)]
    assert candidates(many) == []
