"""P08: 28 people into seven groups of four, each person in one, some together, some apart, none hosted at home."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.kernel import grouping
from linli.kernel.grouping import Cannot, NoGrouping, groups, hosted, hosts, units

TRUTH = Path(__file__).resolve().parents[5] / "shared" / "data" / "office" / "truth" / "volunteers.json"
STAFF = [f"员{number:02}" for number in range(1, 29)]
OWN = {
    "people": STAFF,
    "together": [("员01", "员02"), ("员09", "员21"), ("员21", "员22")],
    "apart": [("员05", "员06"), ("员03", "员13"), ("员01", "员03"), ("员09", "员10")],
    "alike": {one: "女" if number % 3 else "男" for number, one in enumerate(STAFF)},
}


def office() -> list[dict[str, object]]:
    """Our own sample, and the office's list where it is at hand."""
    found = [OWN]
    if TRUTH.exists():
        truth = json.loads(TRUTH.read_text("utf-8"))
        found.append(
            {
                "people": [one["uid"] for one in truth["unit"]],
                "together": [tuple(pair) for pair in truth["together"]],
                "apart": [tuple(pair) for pair in truth["apart"]],
                "alike": {one["uid"]: one["sex"] for one in truth["unit"]},
            }
        )
    return found


@pytest.mark.parametrize("sample", office(), ids=lambda sample: sample["people"][0])
def test_28_people_make_seven_groups_of_four(sample: dict[str, object]) -> None:
    people, together, apart = sample["people"], sample["together"], sample["apart"]
    found = groups(people, 4, together=together, apart=apart, alike=sample["alike"])
    assert [len(group) for group in found] == [4] * 7
    assert sorted(one for group in found for one in group) == sorted(people)
    of = {one: number for number, group in enumerate(found) for one in group}
    assert all(of[one] == of[other] for one, other in together)
    assert all(of[one] != of[other] for one, other in apart)
    alike = sample["alike"]
    women = [sum(alike[one] == "女" for one in group) for group in found]
    assert max(women) - min(women) <= 2
    assert found == groups(people, 4, together=together, apart=apart, alike=alike)


def test_who_stays_together_is_one_unit_by_chains_too() -> None:
    assert units("abcde", [("d", "b"), ("e", "d"), ("b", "e")]) == [("a",), ("b", "d", "e"), ("c",)]


@pytest.mark.parametrize(
    ("people", "size", "together", "apart", "why"),
    [
        ("abcde", 2, [], [], Cannot.NOT_EVEN),
        ("abcd", 0, [], [], Cannot.NOT_EVEN),
        ("abcd", 2, [("a", "b"), ("b", "c")], [], Cannot.TOGETHER_TOO_MANY),
        ("abcd", 2, [("a", "b")], [("b", "a")], Cannot.TOGETHER_AND_APART),
        ("abcd", 2, [], [("a", "b"), ("a", "c"), ("b", "c")], Cannot.NOT_FOUND),
        ("abcdef", 3, [("a", "b"), ("c", "d"), ("e", "f")], [], Cannot.NOT_FOUND),
    ],
)
def test_why_there_is_none(people: str, size: int, together: list, apart: list, why: Cannot) -> None:
    with pytest.raises(NoGrouping) as none:
        groups(people, size, together=together, apart=apart)
    assert none.value.why is why


def test_the_search_goes_back_where_the_first_place_was_wrong() -> None:
    """a may be with nobody but d, though b comes first."""
    found = groups("abcdef", 2, apart=[("a", "b"), ("a", "c"), ("a", "e"), ("a", "f"), ("b", "c")])
    assert ("a", "d") in found


def test_it_gives_up_after_so_many_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "STEPS", 3)
    with pytest.raises(NoGrouping) as none:
        groups(STAFF, 4)
    assert none.value.why is Cannot.NOT_FOUND


def test_no_group_is_hosted_by_the_unit_of_one_of_its_people() -> None:
    home = {"a": "north", "b": "north", "c": "south", "d": "east", "e": "west", "f": "west"}
    made = [("a", "c"), ("b", "d"), ("e", "f")]
    found = hosts(made, ["north", "south", "west"], home.get)
    assert found == ["west", "south", "north"]
    assert all(home[one] != host for group, host in zip(made, found, strict=True) for one in group)
    with pytest.raises(NoGrouping) as none:
        hosts(made, ["north", "south"], {**home, "e": "south", "f": "north"}.get)
    assert none.value.why is Cannot.NO_HOST


def test_hosts_share_the_groups() -> None:
    found = hosts([(str(n),) for n in range(7)], ["x", "y", "z"], lambda one: None)
    assert sorted(found.count(host) for host in "xyz") == [2, 2, 3]


@given(st.integers(1, 4), st.integers(1, 5), st.data())
@settings(max_examples=80, derandomize=True, deadline=None)
def test_every_grouping_keeps_what_was_asked(size: int, number: int, data: st.DataObject) -> None:
    people = [f"p{one}" for one in range(size * number)]
    pair = st.tuples(st.sampled_from(people), st.sampled_from(people)).filter(lambda two: two[0] != two[1])
    some = st.lists(pair, max_size=3) if len(people) > 1 else st.just([])
    together, apart = data.draw(some), data.draw(some)
    try:
        found = groups(people, size, together=together, apart=apart)
    except NoGrouping:
        return
    of = {one: number for number, group in enumerate(found) for one in group}
    assert sorted(of) == sorted(people)
    assert {len(group) for group in found} == {size}
    assert all(of[one] == of[other] for one, other in together)
    assert all(of[one] != of[other] for one, other in apart)


def test_two_units_that_host_each_other_are_not_mixed() -> None:
    """12 of one unit and 16 of the other in any order: each four is of one unit, and goes to the other."""
    people = [f"{'b' if number % 7 > 2 else 'a'}{number:02}" for number in range(28)]
    assert sum(one[0] == "a" for one in people) == 12
    found, placed = hosted(people, 4, ["a", "b"], lambda one: one[0])
    assert len(found) == 7
    assert all(
        {one[0] for one in group} == {"b" if host == "a" else "a"} for group, host in zip(found, placed, strict=True)
    )
    with pytest.raises(NoGrouping) as none:
        hosted(people[:24] + ["a90", "a91", "a92", "b93"], 4, ["a", "b"], lambda one: one[0])
    assert none.value.why is Cannot.NO_HOST
    with pytest.raises(NoGrouping) as none:
        hosted(people[:27], 4, ["a", "b"], lambda one: one[0])
    assert none.value.why is Cannot.NOT_EVEN
