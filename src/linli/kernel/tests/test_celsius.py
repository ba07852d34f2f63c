"""A temperature as people type it: the shared cases, and every reading of a thermometer exactly."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.celsius import HIGHEST, LOWEST, NotCelsius, read_celsius

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "vectors" / "celsius.json").read_text("utf-8"))


def told(typed: str) -> tuple[str | None, str | None]:
    """What was read, and what was wrong."""
    try:
        read = read_celsius(typed)
    except NotCelsius as wrong:
        return None, wrong.code
    return (None if read is None else str(read)), None


@pytest.mark.parametrize("case", CASES, ids=[case["typed"] for case in CASES])
def test_the_shared_cases(case: dict[str, Any]) -> None:
    read, problem = told(case["typed"])
    assert problem == case["problem"]
    assert (read and Decimal(read)) == (case["read"] and Decimal(case["read"]))


@given(st.decimals(min_value=LOWEST, max_value=HIGHEST, places=2))
def test_every_hundredth_is_read_exactly(celsius: Decimal) -> None:
    assert read_celsius(f"{celsius:f}") == celsius


def test_what_is_no_person_has_other_limits() -> None:
    assert read_celsius("-18.5", Decimal(-30), None) == Decimal("-18.5")
    with pytest.raises(NotCelsius, match="limits"):
        read_celsius("8.01", Decimal(2), Decimal(8))
