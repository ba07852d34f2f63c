"""The floors of the house, by the import linter and beyond it; and that breaking them is noticed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps
from django.urls import get_resolver

from tests.shape.exemptions import ADDRESSES_FROM_BELOW
from tests.shape.paths import CODE, ROOT, nothing, tree
from tests.support import floors

LINT = Path(sys.executable).with_name("lint-imports")


def routes() -> dict[str, str]:
    """URL names without a namespace, and the apps they belong to."""
    return floors.route_owners(get_resolver().url_patterns)


def test_every_app_stands_on_a_floor() -> None:
    nothing(floors.unknown_apps(CODE))


def test_foreign_keys_point_down() -> None:
    nothing(floors.relations(model for model in apps.get_models() if model.__module__.startswith("linli.")))


def test_migrations_depend_on_lower_floors() -> None:
    nothing(floors.migrations(CODE))


def test_get_model_reaches_down() -> None:
    nothing(floors.model_strings(CODE))


def test_templates_and_addresses_reach_down() -> None:
    found = floors.templates(CODE, routes())
    nothing(finding for finding in found if finding.path not in ADDRESSES_FROM_BELOW)
    assert ADDRESSES_FROM_BELOW.keys() <= {finding.path for finding in found}, "exempt without need"


def lint(folder: Path) -> tuple[int, str]:
    """Run the repository's own import contracts over a copy of the source tree."""
    shutil.copy(ROOT / "pyproject.toml", folder)
    environment = {"PYTHONPATH": str(folder / "src"), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [str(LINT), "--no-cache"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The floors with one empty module each: the contracts need names, not code."""
    for app in floors.FLOORS:
        if app in floors.apps_in(CODE):
            folder = tmp_path / "src" / "linli" / app
            folder.mkdir(parents=True)
            (folder / "__init__.py").touch()
    (tmp_path / "src" / "linli" / "__init__.py").touch()
    return tmp_path


def test_the_contracts_hold_on_an_empty_house(copied: Path) -> None:
    code, output = lint(copied)
    assert code == 0, output


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("kernel", "django.db"),
        ("kernel", "linli.ui"),
        ("ground", "linli.gates"),
        ("gates", "linli.register"),
        ("register", "linli.gates"),
        ("operations", "linli.inbox"),
        ("inbox", "linli.operations"),
        ("journal", "linli.ground"),
        ("briefing", "linli.site"),
        ("ground", "linli.operations"),
    ],
)
def test_a_broken_contract_is_noticed(copied: Path, importer: str, imported: str) -> None:
    (copied / "src" / "linli" / importer / "wrong.py").write_text(f"import {imported}\n")
    code, output = lint(copied)
    assert code != 0, output
    assert "BROKEN" in output
    assert f"linli.{importer}.wrong" in output


def test_a_cycle_on_one_floor_is_noticed(copied: Path) -> None:
    house = copied / "src" / "linli"
    (house / "journal" / "wrong.py").write_text("import linli.accounts.wrong\n")
    (house / "accounts" / "wrong.py").write_text("import linli.journal\n")
    code, output = lint(copied)
    assert code != 0, output
    assert "No cycles between apps BROKEN" in output


def test_an_app_without_a_floor_is_noticed(copied: Path, tmp_path: Path) -> None:
    (copied / "src" / "linli" / "sheds").mkdir()
    (copied / "src" / "linli" / "sheds" / "__init__.py").touch()
    assert lint(copied)[0] != 0
    assert [finding.path for finding in floors.unknown_apps(copied / "src" / "linli")] == ["sheds"]


def test_may_use() -> None:
    assert floors.may_use("gates", "ground")
    assert floors.may_use("inbox", "ground")
    assert floors.may_use("accounts", "journal")
    assert not floors.may_use("ground", "inbox")
    assert not floors.may_use("inbox", "operations")
    assert not floors.may_use("gates", "register")
    assert not floors.may_use("journal", "ground")


@isolate_apps("tests.shape")
def test_a_foreign_key_upwards_is_noticed() -> None:
    class Permit(models.Model):
        class Meta:
            app_label = "gates"

    class Home(models.Model):
        permit = models.ForeignKey(Permit, models.CASCADE)

        class Meta:
            app_label = "ground"

    assert [finding.path for finding in floors.relations([Permit, Home])] == ["ground.Home"]


def test_strings_upwards_are_noticed(tmp_path: Path) -> None:
    root = tree(
        tmp_path,
        {
            "ground/migrations/0001_x.py": "class Migration:\n    dependencies = [('accounts', '1'), ('gates', '1')]\n",
            "ground/x.py": "def f(apps):\n    apps.get_model('gates', 'Permit')\n    apps.get_model('journal.Entry')\n",
            "ground/views.py": "def v(r):\n    reverse('gates:board')\n    render(r, 'gates/board.html')\n",
            "gates/templates/gates/board.html": "",
            "gates/templatetags/cards.py": "",
            "register/templates/register/page.html": (
                '{% extends "ui/base.html" %}\n{% include "gates/board.html" %}\n{% load i18n cards %}\n'
                "{% url 'gates:board' %}\n{% url 'ground:homes' %}\n{% url 'health' %}"
            ),
            "ui/templates/ui/base.html": "",
        },
    )
    assert [finding.line for finding in floors.migrations(root)] == [2]
    assert [finding.line for finding in floors.model_strings(root)] == [2]
    found = floors.templates(root, {"health": "site"})
    assert sorted((f.path, f.line) for f in found) == [
        ("ground/views.py", 2),
        ("ground/views.py", 3),
        ("register/templates/register/page.html", 2),
        ("register/templates/register/page.html", 3),
        ("register/templates/register/page.html", 4),
        ("register/templates/register/page.html", 6),
    ]
