"""Budgets, hidden imports, forbidden constructs and the pure kernel; and that breaking each is noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.shape.exemptions import POST_MIGRATE_IN, RAW_SQL
from tests.shape.paths import CODE, ROOT, nothing, tree
from tests.support import code, constructs

FOLDERS = [folder for folder in (CODE, ROOT / "tests", ROOT / "scripts", ROOT / "bench") if folder.exists()]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_budgets(folder: Path) -> None:
    nothing(code.budgets(folder))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_imports_inside_functions_have_a_reason(folder: Path) -> None:
    nothing(code.hidden_imports(folder))


def test_everything_is_annotated() -> None:
    nothing(code.unannotated(CODE))


def test_the_kernel_is_pure() -> None:
    nothing(code.impure(CODE / "kernel"))


def test_no_signals() -> None:
    nothing(constructs.signals(CODE, POST_MIGRATE_IN))


def test_no_save_overrides() -> None:
    nothing(constructs.overrides(CODE))


def test_no_generic_relations() -> None:
    nothing(constructs.generic_relations(CODE))


def test_no_raw_sql_outside_its_helpers() -> None:
    nothing(constructs.raw_sql(CODE, RAW_SQL))


@pytest.mark.parametrize("folder", [CODE, ROOT / "tests"], ids=["src", "tests"])
def test_every_test_can_fail_and_runs(folder: Path) -> None:
    nothing(constructs.evasions(folder))


def body(lines: int) -> str:
    """That many lines of a function's body."""
    return "    x = 1\n" * lines


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("gates/long.py", "x = 1\n" * 401, "file of 401 lines"),
        ("gates/f.py", "def f():\n" + body(50), "function f of 51 lines"),
        ("gates/c.py", "class C:\n" + body(250), "class C of 251 lines"),
        ("gates/m.py", "class M:\n" + "".join(f"    def m{i}(self): ...\n" for i in range(16)), "with 16 methods"),
        ("gates/templates/gates/t.html", "<p>\n" * 151, "template of 151 lines"),
    ],
)
def test_a_broken_budget_is_noticed(tmp_path: Path, name: str, text: str, expected: str) -> None:
    assert [f for f in code.budgets(tree(tmp_path, {name: text})) if expected in f.text]


def test_the_budgets_themselves_are_allowed(tmp_path: Path) -> None:
    full = {
        "gates/long.py": "x = 1\n" * 400,
        "gates/f.py": "def f():\n" + body(49),
        "gates/c.py": "class C:\n" + body(249),
        "gates/m.py": "class M:\n" + "".join(f"    def m{i}(self): ...\n" for i in range(15)),
        "gates/templates/gates/t.html": "<p>\n" * 150,
        "gates/migrations/0001_initial.py": "x = 1\n" * 900,
    }
    assert code.budgets(tree(tmp_path, full)) == []


def test_a_hidden_import_is_noticed_and_a_reason_clears_it(tmp_path: Path) -> None:
    bare = tree(tmp_path / "a", {"gates/x.py": "def f():\n    import os\n    import re  # noqa: PLC0415\n"})
    assert [finding.line for finding in code.hidden_imports(bare)] == [2, 3]
    said = "def f():\n    # reason: heavy, and only one verb needs it\n    import os\n    import re\n"
    assert code.hidden_imports(tree(tmp_path / "b", {"gates/x.py": said})) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import django\n", "imports django"),
        ("from os import path\n", "imports os"),
        ("from datetime import datetime\nx = datetime.now()\n", "reads a clock"),
        ("x = open('file')\n", "opens a file"),
    ],
)
def test_an_impure_kernel_is_noticed(tmp_path: Path, text: str, expected: str) -> None:
    assert [f for f in code.impure(tree(tmp_path, {"kernel/x.py": text})) if expected in f.text]


def test_a_missing_annotation_is_noticed(tmp_path: Path) -> None:
    text = "def f(a): ...\ndef g(a: int): ...\ndef h(a: int) -> int: ...\n"
    assert [f.line for f in code.unannotated(tree(tmp_path, {"kernel/x.py": text}))] == [1, 2]


def test_forbidden_constructs_are_noticed(tmp_path: Path) -> None:
    bad = {
        "gates/s.py": "from django.db.models.signals import post_save\n",
        "gates/p.py": "from django.db.models.signals import post_migrate\n",
        "gates/m.py": "class Permit(Model):\n    def save(self): ...\n",
        "gates/g.py": "from django.contrib.contenttypes.fields import GenericForeignKey\n",
        "gates/r.py": "def f(m, c):\n    m.objects.raw('x')\n    c.cursor()\n    m.objects.extra(where=[])\n",
        "gates/form.py": "class PermitForm(ModelForm):\n    def save(self): ...\n",
        "gates/tests/test_x.py": "import pytest\n@pytest.mark.skip\ndef test_x():\n    assert True\n",
    }
    root = tree(tmp_path, bad)
    assert {f.path for f in constructs.signals(root, frozenset({"journal/apps.py"}))} == {"gates/s.py", "gates/p.py"}
    assert constructs.signals(root, frozenset({"gates/p.py"}))[0].path == "gates/s.py"
    assert [f.path for f in constructs.overrides(root)] == ["gates/m.py"]
    assert [f.path for f in constructs.generic_relations(root)] == ["gates/g.py"]
    assert [f.line for f in constructs.raw_sql(root, {})] == [2, 3, 4]
    assert [f.text for f in constructs.raw_sql(root, {"gates/r.py": "why", "gates/s.py": "no"})] == [
        "allowed to use raw SQL, but does not"
    ]
    assert len(constructs.evasions(root)) == 2
