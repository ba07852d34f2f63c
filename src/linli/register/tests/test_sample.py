"""The register files that were handed out, against the truth about them, where they are at hand.

The same comparison runs on an invented office (``offices``), so that it is tested where the files are not.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from linli.register.interpret.interpretation import interpret
from linli.register.interpret.report import as_json
from linli.register.tests import layouts

OFFICE = Path(__file__).resolve().parents[5] / "shared" / "data" / "office"
FILES = [name for name in ("register.xlsx", "register_gb18030.csv", "register_gb18030.tsv") if (OFFICE / name).exists()]
COMPARED = ("state", "name", "sex", "doc", "number", "born", "phone", "present")
Truth = dict[str, object]


def _result(data: bytes, name: str, answers: tuple[object, ...] = ()) -> dict[str, list[Truth]]:
    reading = interpret(data, name, today=date(2020, 3, 1), answers=answers)  # type: ignore[arg-type]
    return json.loads(json.dumps(as_json(reading, show_numbers=True), default=str))  # type: ignore[no-any-return]


def _share_right(rows: list[Truth], truth: list[Truth]) -> tuple[float, list[object]]:
    got = {(row["sheet"], row["row"]): row for row in rows}
    right, invented = 0, []
    for expected in truth:
        row = got.get((expected.get("sheet"), expected["row"]))
        if row is None:
            continue
        if row["number"] and "number" in expected and row["number"] != expected["number"]:
            invented.append((expected["row"], row["number"]))
        right += all(row[name] == expected[name] for name in COMPARED if name in expected)
    return right / len(truth), invented


def _truth_of(name: str) -> dict[str, list[Truth]]:
    stem = "register" if name == "register.xlsx" else "register_gb18030"
    return json.loads((OFFICE / "truth" / f"{stem}.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", ["invented", *FILES])
def test_rows_are_as_the_truth_says_and_no_wrong_number_is_stored(name: str) -> None:
    if name == "invented":
        office = layouts.merged_columns()
        data, name = office.data, office.filename
        truth: list[Truth] = [{key: getattr(row, key) for key in ("sheet", "row", *COMPARED)} for row in office.truth]
    else:
        data, truth = (OFFICE / name).read_bytes(), _truth_of(name)["rows"]
    share, invented = _share_right(_result(data, name)["rows"], truth)
    assert invented == []
    assert share >= 0.99


@pytest.mark.parametrize("name", FILES[:1])
def test_questions_totals_and_answers_of_the_workbook(name: str) -> None:
    truth = _truth_of(name)
    data = (OFFICE / name).read_bytes()
    result = _result(data, name)

    def pairs(entries: list[Truth]) -> set[frozenset[tuple[str, int]]]:
        return {frozenset((sheet, row) for sheet, row in entry["rows"]) for entry in entries}  # type: ignore[attr-defined, misc]

    for key in ("merge", "ask", "never_merge"):
        assert {frozenset((sheet, row) for sheet, row in pair) for pair in result[key]} == pairs(truth[key]), key  # type: ignore[misc]
    open_totals = {**truth["totals"], "residents_to_hold_permits": 3503, "persons": 3794}  # type: ignore[dict-item]
    assert {key: result["totals"][key] for key in open_totals} == open_totals  # type: ignore[call-overload]
    answers = tuple((tuple(pair[0]), tuple(pair[1]), "same") for pair in result["ask"])  # type: ignore[index]
    answered = _result(data, name, answers)
    assert {key: answered["totals"][key] for key in truth["totals"]} == truth["totals"]  # type: ignore[call-overload]


@pytest.mark.parametrize("name", FILES[:2])
def test_planted_cells_are_named_with_their_kind(name: str) -> None:
    truth = _truth_of(name)
    problems = _result((OFFICE / name).read_bytes(), name)["problems"]
    named = {(problem["sheet"], problem["row"], problem["cell"], problem["kind"]) for problem in problems}
    rows = {(problem["row"], problem["kind"]) for problem in problems}
    faults = truth["faults"]
    missed = [
        fault
        for fault in faults
        if ("cell" in fault and (fault["sheet"], fault["row"], fault["cell"], fault["kind"]) not in named)
        or (fault["row"], fault["kind"]) not in rows
    ]
    assert len(missed) <= len(faults) * 0.01, missed
