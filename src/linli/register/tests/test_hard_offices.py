"""Layouts that a program stumbles over, and offices thrown together at random: row by row, and every planted cell by its kind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from linli.ground.models import Person
from linli.ground.testing import Cast
from linli.register.interpret.interpretation import interpret
from linli.register.interpret.model import Interpretation
from linli.register.interpret.report import as_json
from linli.register.tests.layouts_hard import HARD, members_beside, one_row_a_home
from linli.register.tests.offices import Office, Truth
from linli.register.tests.test_conversation import finish, start
from linli.register.tests.wild import Wild, wild

COMPARED = ("state", "name", "sex", "doc", "number", "born", "phone", "present")
TODAY = date(2020, 3, 10)
SEEDS = range(48)


def _read(office: Office | Wild) -> Interpretation:
    return interpret(office.data, office.filename, today=TODAY)


def _differences(office: Office | Wild, result: Interpretation) -> tuple[int, list[str]]:
    """(rows as they should be, everything else): a file without a column of sexes or birth dates cannot say them."""
    rows = as_json(result, show_numbers=True)["rows"]
    got = {(row["sheet"], row["row"], row["name"]): row for row in rows}  # type: ignore[attr-defined]
    right, wrong = 0, []
    for truth in office.truth:
        row = got.pop((truth.sheet, truth.row, truth.name), {})
        bad = [name for name in COMPARED if not _agrees(name, row, truth)]
        if row.get("number") and row["number"] != truth.number:
            wrong.append(f"INVENTED NUMBER in {truth.sheet} {truth.row}")
        right += not bad
        wrong += [
            f"{truth.sheet} {truth.row} {name}: {getattr(truth, name)!r} read as {row.get(name)!r}" for name in bad
        ]
    return right, [*wrong, *(f"row that is none: {key}" for key in got)]


def _agrees(name: str, row: dict[str, object], truth: Truth) -> bool:
    expected, read = getattr(truth, name), row.get(name)
    return read == expected or (name in ("sex", "born") and (read is None or expected is None))


def _unnamed(office: Office | Wild, result: Interpretation) -> list[tuple[int, str]]:
    named = {(problem.sheet, problem.row, problem.kind) for problem in result.problems}
    columns = {problem.kind for problem in result.problems if problem.row is None}
    text_only = not office.filename.endswith(("xlsx", "ods")) and not office.data.startswith(b"\xd0\xcf")
    return [
        (truth.row, kind)
        for truth, kind in office.planted
        if (truth.sheet, truth.row, kind) not in named
        and kind not in columns
        and not (text_only and kind == "phone_number_cell")
    ]


@pytest.mark.parametrize("make", HARD, ids=lambda make: make.__name__)
def test_a_hard_layout_is_read_row_by_row(make: Callable[[], Office]) -> None:
    office = make()
    result = _read(office)
    right, wrong = _differences(office, result)
    assert wrong == []
    assert right == len(office.truth)
    assert _unnamed(office, result) == []


def test_offices_thrown_together_at_random_reach_the_floor() -> None:
    rows = right = planted = missed = 0
    everything: list[str] = []
    for seed in SEEDS:
        office = wild(seed)
        result = _read(office)
        good, wrong = _differences(office, result)
        rows, right = rows + len(office.truth), right + good
        planted, missed = planted + len(office.planted), missed + len(_unnamed(office, result))
        everything += [f"seed {seed}: {text}" for text in wrong]
    assert not [text for text in everything if "INVENTED" in text]
    assert rows > 3000
    assert right / rows >= 0.99, everything[:20]
    assert missed / planted <= 0.05


def test_every_door_is_the_one_that_was_meant() -> None:
    for seed in SEEDS:
        office = wild(seed)
        doors = {row.key: row.door.code() for row in _read(office).rows}
        for truth, door in zip(office.truth, office.doors, strict=True):
            assert doors[(truth.sheet, truth.row)].split("|")[1:] == door.split("|")[1:], (seed, truth.row)


@pytest.mark.parametrize("make", [one_row_a_home, members_beside], ids=lambda make: make.__name__)
def test_several_people_in_a_row_come_into_the_register_as_themselves(cast: Cast, make: Callable[[], Office]) -> None:
    office = make()
    with cast.scope():
        before = Person.objects.count()
        finish(cast, start(cast, office.data, office.filename))
        assert Person.objects.count() - before == sum(truth.name is not None for truth in office.truth)
