"""Lists of bodies: a verdict for each row, doubtful cells by name, and twice is once (R14)."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.test import RequestFactory
from django.utils import timezone

from linli.accounts.tests.refused import refused
from linli.ground import bodies_import_views
from linli.ground.actions.bodies_import import import_bodies
from linli.ground.bodies_list import totals
from linli.ground.bodies_read import lines
from linli.ground.bodies_source import blank_reader, reader
from linli.ground.models import Body, BodyVersion, Mandate, Place
from linli.ground.testing import Cast, client_as
from linli.ground.tests.test_bodies import as_csv, sheet, subdistrict, take
from linli.ui.exports import xlsx

pytestmark = pytest.mark.django_db
__all__ = ["subdistrict"]
TODAY = timezone.localdate()


def test_the_same_list_twice_changes_nothing(subdistrict: Place) -> None:
    take(subdistrict, as_csv(sheet()))
    before = (Body.objects.count(), BodyVersion.objects.count(), Mandate.objects.count())
    again = take(subdistrict, as_csv(sheet(), "gb18030"))
    assert (again["same"], again["new"], again["changed"], again["left_out"]) == (134, 0, 0, 0)
    assert (Body.objects.count(), BodyVersion.objects.count(), Mandate.objects.count()) == before


def test_next_months_list_changes_what_it_says_and_ends_nothing(subdistrict: Place) -> None:
    take(subdistrict, as_csv(sheet((3, 2, 1))))
    rows = sheet((2, 2, 1))
    rows[3][4:] = ["何贾", "主任", "021-0000-9999"]
    rows[5][3] = "乙园居民区"
    entries = reader(subdistrict).read(lines(as_csv(rows), "x.csv"))
    changed = {e.name: e.changes for e in entries if e.verdict == "changed"}
    assert changed == {
        "甲园居民区": {"phone": ("021-0000-1000", "021-0000-9999"), "contact": ("何甲", "何贾")},
        "甲甲0科技": {"parent": ("甲园居民区", "乙园居民区")},
    }
    assert [t.kind for e in entries for t in e.troubles] == ["contact_alike"]
    import_bodies(by=None, entries=entries, root=subdistrict)
    assert Body.objects.get(name="甲甲0科技").parent.name == "乙园居民区"
    assert Body.objects.filter(name="丙园居民区", until__isnull=True).exists()
    held = Mandate.objects.filter(of_body__name="甲园居民区").order_by("pk")
    assert [(m.holder_name, m.until) for m in held] == [("何甲", TODAY), ("何贾", None)]
    assert take(subdistrict, as_csv(rows))["same"] == 5


def test_bad_rows_are_left_out_and_named_by_their_cell(subdistrict: Place, tmp_path: Path, capsys: Any) -> None:
    rows = [
        ["名称", "类型", "上级", "所在地", "电话", "编号"],
        ["甲园居民区", "居委会", "", "槐安居民区", "021-0000-1000", "A1"],
        ["", "居委会", "", "", "", ""],
        ["乙社", "不知道的", "", "", "", ""],
        ["丙社", "", "", "", "", ""],
        ["丁社", "公司", "没有的上级", "", "", ""],
        ["戊社", "公司", "", "没有的地方", "", ""],
        ["己社", "公司", "庚社", "", "", ""],
        ["庚社", "公司", "己社", "", "", ""],
        ["甲园 居民区", "居委会", "", "", "", ""],
        ["辛社", "公司", "甲园居民区", "", "19900001234", ""],
        ["壬社", "公司", "乙社", "", "", ""],
        ["甲园居民区", "公司", "", "", "", ""],
    ]
    file = tmp_path / "list.xlsx"
    file.write_bytes(xlsx("单位", rows[0], rows[1:]))
    call_command("import_bodies", str(file), "--dry-run", "--json", "--place", str(subdistrict.pk))
    said = json.loads(capsys.readouterr().out)
    found = {(p["cell"], p["kind"]) for p in said["problems"]}
    assert found == {
        ("A5", "name_missing"), ("B6", "kind_unknown"), ("B7", "kind_missing"), ("C8", "parent_unknown"), ("D9", "place_unknown"),
        ("C10", "parent_circle"), ("C11", "parent_circle"), ("A12", "duplicate"), ("E13", "phone_personal"), ("C14", "parent_unknown"),
        ("A15", "name_twice"),
    }  # fmt: skip
    assert "199****1234" in str(said["problems"])
    assert "19900001234" not in str(said)
    assert said["totals"] == {
        "new": 2,
        "changed": 0,
        "same": 0,
        "left_out": 10,
        "rows": 12,
        "by_kind": {"committee": 1, "company": 1},
    }
    assert not Body.objects.exists()
    call_command("import_bodies", str(file), "--lang", "en", "--place", str(subdistrict.pk))
    assert "2 new, 0 changed, 0 the same, 10 left out, of 12 rows." in capsys.readouterr().out
    assert set(Body.objects.values_list("name", "place__name", "phone")) == {
        ("甲园居民区", "槐安居民区", "021-0000-1000"),
        ("辛社", "槐安街道", ""),
    }


def test_a_file_that_is_no_list_is_refused(subdistrict: Place, tmp_path: Path) -> None:
    with refused("bodies.no_heading"):
        lines(as_csv([["一", "二"], ["三", "四"]]), "x.csv")
    with refused("bodies.file_unreadable"):
        lines(b"not a workbook", "x.xlsx")
    with refused("bodies.file_large"):
        lines(b" " * (8 * 1024 * 1024 + 1), "x.csv")
    with refused("bodies.file_long"):
        lines(as_csv([["名称", "类型"], *([["甲", "公司"]] * 5001)]), "x.csv")
    with pytest.raises(CommandError):
        call_command("import_bodies", str(tmp_path / "none.csv"))
    with pytest.raises(CommandError):
        call_command("import_bodies", __file__, "--place", "999999")


def test_a_dry_run_without_an_installation_knows_the_kinds() -> None:
    entries = blank_reader().read(lines(as_csv(sheet()), "x.csv"))
    assert totals(entries)["by_kind"] == {"committee": 13, "two_new": 112, "office": 9}
    assert not [t for e in entries for t in e.troubles]


def test_the_page_shows_a_preview_and_stores_nothing_before_yes(subdistrict: Place, cast: Cast) -> None:
    client = client_as(cast.users["officer"])
    file = io.BytesIO(as_csv(sheet()))
    file.name = "list.csv"
    preview = client.post("/bodies/import/", {"file": file})
    assert preview.status_code == 200
    assert not Body.objects.exists()
    assert client.post("/bodies/import/", {"rows": preview.context["rows"]}).status_code == 302
    assert Body.objects.count() == 134
    other = client_as(cast.users["secretary"])  # the preview is signed for who made it
    wrong = {"bodies.preview_stale": {"rows": preview.context["rows"]}, "bodies.no_file": {}}
    for code, data in wrong.items():
        assert other.post("/bodies/import/", data).status_code == 422, code
    assert client_as(cast.users["stranger"]).post("/bodies/import/", {}).status_code == 404


def test_files_that_are_no_lists_are_refused_in_words() -> None:
    far = openpyxl.Workbook()
    far.active["A1"], far.active["B1"], far.active["XFD1048576"] = "名称", "类型", "x"
    out = io.BytesIO()
    far.save(out)
    with refused("bodies.file_long"):
        lines(out.getvalue(), "x.xlsx")
    too_long = "名称,类型\n" + "很" * 200_000
    for content, name in ((b"PK\x03\x04garbage", "x.xlsx"), (too_long.encode(), "x.csv"), (b"\x81" * 9, "x.csv")):
        with refused("bodies.file_unreadable"):
            lines(content, name)


def test_other_encodings_a_title_above_and_control_characters() -> None:
    text = "街道组织名册\n名称;类型\n甲\x00园居民区;居委会\n"
    for encoding in ("utf-16", "utf-8", "gb18030"):
        (row,) = lines(text.encode(encoding), "x.csv")
        assert row.text("name") == "甲园居民区"


def test_a_list_taken_by_two_at_once_is_taken_once(
    subdistrict: Place, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both were read before either wrote; the second is read again under the lock."""
    rows = lines(as_csv(sheet((2, 2, 1))), "x.csv")
    entries = reader(subdistrict).read(rows)
    request: Any = RequestFactory().post("/")
    request.user = cast.users["officer"]
    monkeypatch.setattr(bodies_import_views.messages, "success", lambda *_words: None)
    take(subdistrict, as_csv(sheet((2, 2, 1))))
    before = Body.objects.count()
    bodies_import_views._take(request, subdistrict, rows, entries, 0)
    assert Body.objects.count() == before
