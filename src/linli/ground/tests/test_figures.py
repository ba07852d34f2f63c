"""Figures: they add up, they survive being kept, and every place lies in exactly one patch."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.ground import figures
from linli.ground.figures import ALL, NONE, AsOf, Count, Figure, Late, Patch, Patches, period, registered, total
from linli.ground.models import Area, AreaPlace, Place
from linli.ground.testing import Cast

WHEN = datetime(2026, 3, 13, 0, 0, tzinfo=UTC)
lates = st.builds(
    Late,
    place=st.none() | st.integers(1, 9),
    body=st.none() | st.integers(1, 9),
    mandate=st.none() | st.integers(1, 9),
    due_at=st.none() | st.just(WHEN),
    code=st.sampled_from(["", "missed"]),
)
counts = st.builds(
    Count,
    value=st.integers(0, 1000),
    of=st.integers(0, 1000),
    parts=st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(1, 50)),
    late=st.lists(lates, max_size=3).map(tuple),
    traceable=st.booleans(),
)


@given(counts, counts, counts)
def test_counts_add_up_in_any_order_of_brackets(a: Count, b: Count, c: Count) -> None:
    assert (a + b) + c == a + (b + c) == total([a, b, c])
    assert a + Count() == a


@given(counts)
def test_a_kept_count_is_the_same_count(count: Count) -> None:
    assert Count.from_json(count.as_json()) == count


def test_the_period_of_a_sheet_begins_where_the_one_before_ended() -> None:
    today = AsOf.of(WHEN)
    assert period(AsOf.of(period(today)[0]))[1] == period(today)[0]


def _figure(**more: object) -> Figure:
    said = {"code": "x", "title": "x", "room": "gates", "unit": "", "compute": lambda p, t: {}, "rows": lambda p, t: ""}
    return Figure(**{**said, **more})  # type: ignore[arg-type]


def test_calm_is_what_a_figure_ought_to_be() -> None:
    assert _figure(wants=ALL).calm(Count(3, 3))
    assert not _figure(wants=ALL).calm(Count(2, 3))
    assert _figure(wants=NONE).calm(Count(0, 3))
    assert not _figure(wants=NONE).calm(Count(1, 3))
    assert _figure().calm(Count(1, 3))


def test_a_figure_has_a_known_room_and_a_code_of_its_own() -> None:
    with pytest.raises(ValueError, match="unknown room"):
        figures.register(_figure(room="cellar"))
    with pytest.raises(ValueError, match="already"):
        figures.register(_figure(code=registered()[0].code))


def test_every_place_lies_in_exactly_one_patch(cast: Cast, django_assert_num_queries: object) -> None:
    here = cast.neighbourhood
    estate = Place.objects.filter(neighbourhood=here, kind__code="estate").order_by("path").first()
    assert estate is not None
    inside = Place.objects.filter(path__startswith=estate.path).exclude(pk=estate.pk).order_by("path").first()
    assert inside is not None
    one, two = (Area.objects.create(neighbourhood=here, name=name, purpose="zone") for name in "ab")
    AreaPlace.objects.create(area=one, place=estate)
    AreaPlace.objects.create(area=two, place=inside)
    patches = Patches([here])
    assert patches.of(estate.path) == Patch(here.pk, one.pk)
    assert patches.of(inside.path) == Patch(here.pk, two.pk)
    other = Place.objects.filter(neighbourhood=here, kind__code="estate").exclude(pk=estate.pk).first()
    assert other is not None
    assert patches.of(other.path) == Patch(here.pk)
    assert patches.of("zzzzzz") is None
