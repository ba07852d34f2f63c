"""Registers that the importer has never seen: other headings, orders, words, layouts and encodings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from linli.register.interpret.interpretation import interpret
from linli.register.interpret.report import as_json
from linli.register.tests import layouts
from linli.register.tests.offices import Office

COMPARED = ("state", "name", "sex", "doc", "number", "born", "phone", "present")


def _compare(office: Office) -> tuple[int, list[str], list[str]]:
    """(rows as they should be, differences, numbers that nobody has)."""
    result = as_json(interpret(office.data, office.filename, today=date(2020, 3, 10)), show_numbers=True)
    got = {(row["sheet"], row["row"]): row for row in result["rows"]}  # type: ignore[attr-defined]
    right, different, invented = 0, [], []
    for truth in office.truth:
        row = got.get((truth.sheet, truth.row), {})
        wrong = [
            name
            for name in COMPARED
            if row.get(name) != getattr(truth, name) and not (name == "sex" and row.get(name) is None)
        ]
        if row.get("number") and row["number"] != truth.number:
            invented.append(f"{truth.sheet} {truth.row}: {row['number']}")
        right += not wrong
        different += [
            f"{truth.sheet} {truth.row} {name}: {getattr(truth, name)!r} read as {row.get(name)!r}" for name in wrong
        ]
    extra = set(got) - {(truth.sheet, truth.row) for truth in office.truth}
    return right, [*different, *(f"invented row {key}" for key in sorted(extra, key=str))], invented


@pytest.mark.parametrize("make", layouts.ALL, ids=lambda make: make.__name__)
def test_a_register_of_another_office_is_read_row_by_row(make: Callable[[], Office]) -> None:
    office = make()
    right, different, invented = _compare(office)
    assert not invented, "a wrong identity number would have been stored"
    assert right / len(office.truth) >= 0.97, different[:15]


@pytest.mark.parametrize("make", layouts.ALL, ids=lambda make: make.__name__)
def test_what_was_typed_wrongly_is_named_with_its_row(make: Callable[[], Office]) -> None:
    office = make()
    result = interpret(office.data, office.filename, today=date(2020, 3, 10))
    named = {(problem.sheet, problem.row, problem.kind) for problem in result.problems}
    whole_columns = {problem.kind for problem in result.problems if problem.row is None}
    missed = [
        (truth.row, kind)
        for truth, kind in office.planted
        if (truth.sheet, truth.row, kind) not in named and kind not in whole_columns and not _invisible(office, kind)
    ]
    assert len(missed) <= len(office.planted) * 0.05, missed


def _invisible(office: Office, kind: str) -> bool:
    """A text file has no number cells: the number simply stands there."""
    return kind == "phone_number_cell" and not office.filename.endswith("xlsx")


def test_all_offices_together_reach_the_floor() -> None:
    rows = right = 0
    for make in layouts.ALL:
        office = make()
        good, _, _ = _compare(office)
        rows, right = rows + len(office.truth), right + good
    assert rows > 800
    assert right / rows >= 0.97
