"""Every case of docs/gate-cases.md, told to the server with a real database."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from linli.gates.reasons import REASONS
from linli.gates.rules import STALE
from linli.gates.tests.case_table import row
from linli.gates.tests.story import World, cases
from linli.ground.testing import Cast


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["id"])
def test_on_the_server(case: dict[str, Any], cast: Cast) -> None:
    world = World(cast, case)
    world.begin()
    for step in case["story"]:
        world.tell(step)


ROOT = Path(__file__).resolve().parents[4]
PAGE = (ROOT / "docs" / "gate-cases.md").read_text("utf-8")


def test_every_row_of_the_page_is_a_case_and_every_case_a_row() -> None:
    rows = re.findall(r"^\| C\d+ \|.*$", PAGE, re.MULTILINE)
    assert rows == [row(case) for case in cases()]
    ids = [case["id"] for case in cases()]
    assert len(set(ids)) == len(ids) >= 40


def test_the_tests_that_rows_name_exist() -> None:
    named = {name for case in cases() for name in case.get("also", [])}
    named |= {"tests/browser/test_gate_cases.py::test_on_the_phone_and_on_the_server"}
    for name in named:
        path, _, function = name.partition("::")
        assert re.search(rf"^def {function}\(", (ROOT / path).read_text("utf-8"), re.MULTILINE), name


def test_the_cases_meet_every_reason_and_every_state_of_a_card() -> None:
    passages = [step for case in cases() for step in case["story"] if "phone" in step]
    reasons = {step["phone"][1] for step in passages}
    assert reasons == set(REASONS)
    assert {f"card_{state}" for state in STALE} <= reasons


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["id"])
def test_a_story_is_told_in_the_order_in_which_it_reaches_the_server(case: dict[str, Any]) -> None:
    minutes = [step.get("arrives", step["at"]) for step in case["story"]]
    assert minutes == sorted(minutes)
