"""The numbers of a sheet for any data: sums hold on every level, keeping them changes nothing, a correction replaces one place alone."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from linli.briefing.numbers import Numbers, changes
from linli.ground.figures import Count, Late, Patch, total
from linli.rounds.group_days import GroupDay

PLACES = st.integers(1, 5)
COUNTS = st.builds(
    Count,
    value=st.integers(0, 50),
    of=st.integers(0, 50),
    parts=st.dictionaries(st.sampled_from(["a", "b"]), st.integers(1, 9)),
    late=st.lists(st.builds(Late, place=PLACES, code=st.sampled_from(["", "missed"])), max_size=2).map(tuple),
    traceable=st.booleans(),
)
PATCHES = st.builds(Patch, place=PLACES, zone=st.none() | st.integers(10, 14))
CELLS = st.dictionaries(st.sampled_from(["x.one", "x.two"]), st.dictionaries(PATCHES, COUNTS, max_size=12))
GROUPS = st.lists(st.builds(GroupDay, group=st.integers(1, 3), place=PLACES, visits=st.integers(0, 3)), max_size=4)


def _numbers(cells: Mapping[str, Mapping[Patch, Count]], groups: list[GroupDay]) -> Numbers:
    return Numbers(cells, tuple(groups), {1: (10, 11)})


NUMBERS = st.builds(_numbers, CELLS, GROUPS)


def _same(one: Count, two: Count) -> bool:
    """The same but for the order in which the late ones stand."""
    return (one.value, one.of, dict(one.parts), one.traceable, sorted(map(repr, one.late))) == (
        two.value,
        two.of,
        dict(two.parts),
        two.traceable,
        sorted(map(repr, two.late)),
    )


@given(NUMBERS)
def test_any_numbers_add_up(numbers: Numbers) -> None:
    """P11: patches = neighbourhood = subdistrict."""
    for code, cells in numbers.cells.items():
        for place in numbers.places:
            patches = total(count for patch, count in cells.items() if patch.place == place)
            assert _same(patches, numbers.of(code, place=place))
            assert numbers.part([place]).of(code) == numbers.of(code, place=place)
        assert _same(total(numbers.of(code, place=place) for place in numbers.places), numbers.of(code))


@given(NUMBERS)
def test_kept_numbers_are_the_same(numbers: Numbers) -> None:
    again = Numbers.from_json(numbers.as_json())
    assert (again.cells, again.zones) == (numbers.cells, numbers.zones)
    assert again.groups == numbers.groups
    assert changes(numbers, again) == []


@given(NUMBERS, NUMBERS, PLACES)
def test_a_correction_of_one_place_leaves_the_others(before: Numbers, anew: Numbers, place: int) -> None:
    after = before.with_part(anew.keeping(before), [place])
    for code in {*before.cells, *anew.cells}:
        for other in before.places - {place}:
            assert after.of(code, place=other) == before.of(code, place=other)
    assert {one.place for one in changes(before, after)} <= {place}


@given(NUMBERS, NUMBERS)
def test_what_cannot_be_retraced_stays_as_it_was(before: Numbers, anew: Numbers) -> None:
    kept = anew.keeping(before)
    for code, cells in anew.cells.items():
        lost = {patch.place for patch, count in cells.items() if not count.traceable}
        for place in anew.places:
            source = before if place in lost else anew
            assert _same(kept.of(code, place=place), source.of(code, place=place))
