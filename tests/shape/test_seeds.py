"""docs/seeds.md names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

from tests.shape.paths import ROOT

NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")
ROWS = (
    *(
        "R01",
        "R02",
        "R04",
        "R07",
        "R09",
        "G01",
        "G02",
        "G03",
        "G05",
        "G06",
        "G07",
        "G08",
        "G10",
        "S05",
        "E02",
        "L18",
        "X10",
        "X11",
    ),
    *(f"T{number:02}" for number in range(1, 14)),
    *("Q01", "Q02", "Q03", "Q04"),
)
"""What must never go from the page; every other row is free to come."""


def unproven(page: str, root: Path) -> list[str]:
    """Rows without a test, and tests that are not there."""
    found = []
    for line in page.splitlines():
        if not re.match(r"\| [A-Z]\d\d ", line):
            continue
        tests = NAMED.findall(line)
        if not tests:
            found.append(f"{line[2:5]}: no test")
        for file, name in tests:
            path = root / file
            if not path.exists() or f"def {name}(" not in path.read_text("utf-8"):
                found.append(f"{line[2:5]}: {file}::{name}")
    return found


def test_every_row_names_tests_that_exist() -> None:
    page = (ROOT / "docs" / "seeds.md").read_text("utf-8")
    assert unproven(page, ROOT) == []
    assert [row for row in ROWS if f"| {row} |" not in page] == []


def test_a_row_without_a_proof_is_noticed(tmp_path: Path) -> None:
    assert unproven("| R99 | x | y | none |\n| R98 | x | y | `a/b.py::test_c` |", tmp_path) == [
        "R99: no test",
        "R98: a/b.py::test_c",
    ]
