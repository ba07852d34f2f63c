"""The threat model names tests and files; every one of them exists."""

from __future__ import annotations

import re
from pathlib import Path

import linli

CODE = Path(linli.__file__).resolve().parent
PAGE = CODE.parent.parent / "THREAT_MODEL.md"
NAMED = re.compile(r"`((?:\.\./)*[a-z_]+/[\w./-]+\.(?:py|js|txt))(?:::(\w+))?`")


def lost(text: str) -> list[str]:
    """What the text names and the code does not have."""
    found = []
    for path, test in NAMED.findall(text):
        file = CODE / path
        if not file.is_file() or (test and not re.search(rf"^def {test}\(", file.read_text("utf-8"), re.MULTILINE)):
            found.append(f"{path}::{test}" if test else path)
    return found


def test_every_test_and_file_it_names_exists() -> None:
    text = PAGE.read_text("utf-8")
    assert lost(text) == []
    assert len(NAMED.findall(text)) > 50


def test_every_threat_names_what_shows_its_answer() -> None:
    text = PAGE.read_text("utf-8")
    part = text[text.index("## Threats and what is done") : text.index("## What is not solved")]
    rows = [line for line in part.splitlines() if line.startswith("|") and not line.startswith(("| threat |", "|---"))]
    assert len(rows) > 30
    assert [row for row in rows if not NAMED.search(row.split("|")[3])] == []


def test_a_name_that_does_not_exist_is_noticed() -> None:
    assert lost("`site/tests/test_doctor.py::test_nothing_of_the_kind` and `site/nowhere.py` and `site/doctor.py`") == [
        "site/tests/test_doctor.py::test_nothing_of_the_kind",
        "site/nowhere.py",
    ]
