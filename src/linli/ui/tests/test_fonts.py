"""The committed faces are what their record says, and pages may use the one for rare name characters."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

import linli.ui

UI = Path(linli.ui.__file__).parent
RECORD = json.loads((UI / "fonts" / "VENDORED.json").read_text("utf-8"))


@pytest.mark.parametrize("entry", RECORD["files"], ids=lambda entry: entry["file"])
def test_a_face_is_what_its_record_says(entry: dict[str, object]) -> None:
    path = UI / str(entry["file"])
    data = path.read_bytes()
    assert (len(data), hashlib.sha256(data).hexdigest()) == (entry["bytes"], entry["sha256"])
    licence = (path.parent / "OFL.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence


def test_print_faces_have_the_names_that_the_templates_ask_for() -> None:
    for name, style in (("LinliSans-Regular.otf", "Regular"), ("LinliSans-Bold.otf", "Bold")):
        with TTFont(UI / "fonts" / name, lazy=True) as font:
            names = font["name"]
            assert (names.getDebugName(1), names.getDebugName(2)) == ("Linli Sans", style)
            assert len(font.getBestCmap()) == next(e["characters"] for e in RECORD["files"] if name in e["file"])


def test_the_web_face_is_loaded_for_characters_beyond_gbk_alone() -> None:
    sheet = (UI / "static" / "ui" / "fonts" / "names.css").read_text("utf-8")
    ranges = [(int(a, 16), int(b, 16)) for a, b in re.findall(r"U\+([0-9A-F]+)-([0-9A-F]+)", sheet)]

    def covered(character: str) -> bool:
        return any(first <= ord(character) <= last for first, last in ranges)

    assert all(map(covered, "㛃䶮𬭚"))
    assert not any(map(covered, "张龘Aé，"))
    assert '"Linli Names"' in (UI / "static" / "ui" / "tokens.css").read_text("utf-8")
    assert "ui/fonts/names.css" in (UI / "templates" / "ui" / "skeleton.html").read_text("utf-8")
