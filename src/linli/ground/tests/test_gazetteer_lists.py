"""Lists of other provinces and years: a street's own list, an empty folder, rows that say nothing usable."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from linli.ground.management.commands import import_gazetteer
from linli.ground.models import Place
from linli.ground.tests.test_gazetteer import load, sound

pytestmark = pytest.mark.django_db

A, B = "330102001", "330102002"
BEFORE = {"330102": "上城区", A: "清波街道", B: "湖滨街道", A + "051": "清波门社区居委会", A + "052": "劳动路社区居委会",
          B + "050": "东坡路社区居民委员会", B + "051": "涌金门社区居委会"}  # fmt: skip


def test_a_street_s_own_list_ends_no_other_street() -> None:
    load(BEFORE, date(2018, 12, 31))
    own = {A: "清波街道", A + "051": "劳动路社区居委会", A + "053": "清波门社区居委会"}
    assert load(own, date(2020, 12, 31)) == {"rows": 3, "kept": 1, "recoded": 2}
    assert Place.objects.get(code=B).until is None


def test_a_street_that_went_up_in_another() -> None:
    """The merged street ends, its committees go on under the other one with their new codes."""
    third = {"330102003": "小营街道", "330102003050": "葵巷社区居委会"}
    load(BEFORE | third, date(2018, 12, 31))
    after = {A: "清波街道", A + "051": "劳动路社区居委会", A + "053": "清波门社区居委会", A + "054": "东坡路社区居委会",
             A + "055": "涌金门社区居委会", **third}  # fmt: skip
    found = load(after, date(2020, 12, 31))
    assert found == {"rows": 7, "kept": 3, "recoded": 2, "moved": 2, "ended": 1}
    gone = Place.objects.get(code=B)
    assert gone.until is not None
    assert {p.parent.name for p in Place.objects.filter(name__startswith="东坡路") if p.parent} == {"清波街道"}
    assert "added" not in load(after, date(2020, 12, 31))


def test_a_folder_without_a_database(tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A look needs none and says which rows are unusable; loading begins with an empty one."""
    begun: list[str] = []
    monkeypatch.setattr(import_gazetteer, "installed", lambda: False)
    monkeypatch.setattr(import_gazetteer.new_database, "migrate", lambda: begun.append("tables"))
    file = tmp_path / "2019.csv"
    rows = [*BEFORE.items(), (A + "051", "别的居委会"), ("9", "x"), (A + "060", "")]
    file.write_text("代码,名称\n" + "".join(f"{code},{name}\n" for code, name in rows))
    call_command("import_gazetteer", str(file), "--dry-run", "--lang", "zh")
    said = capsys.readouterr().out
    assert "! 9: 代码相同、名称不同：以前面的为准 330102001051" in said
    assert "! 10: 不是区划代码" in said
    assert (begun, Place.objects.filter(code__startswith="33").count()) == ([], 0)
    call_command("import_gazetteer", str(file))
    assert begun == ["tables"]
    sound()
