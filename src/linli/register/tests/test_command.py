"""``linli import-register``: dry run without anything, answers, numbers, and the real import."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from linli.ground.models import Person
from linli.ground.testing import Cast
from linli.journal.models import Entry
from linli.register.management.commands import import_register
from linli.register.tests.test_conversation import SMALL
from linli.register.tests.test_interpret import HEAD, book, number, person


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The small register as a file."""
    path = tmp_path / "登记册.xlsx"
    path.write_bytes(book(SMALL))
    return path


def run(*arguments: object, **options: Any) -> str:
    """What the verb prints."""
    out = io.StringIO()
    call_command(
        "import_register", *(str(argument) for argument in arguments), stdout=out, stderr=io.StringIO(), **options
    )
    return out.getvalue()


def test_a_dry_run_needs_no_data_folder_and_makes_none(small: Path, tmp_path: Path) -> None:
    folder = tmp_path / "nothing" / "here"
    settings = {
        **os.environ,
        "LINLI_DATA": str(folder),
        "LINLI_KEYS": "",
        "DJANGO_SETTINGS_MODULE": "linli.site.settings",
    }
    settings.pop("LINLI_KEYS")
    settings.pop("LINLI_DATABASE_URL", None)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "linli.site.cli",
            "import-register",
            str(small),
            "--dry-run",
            "--json",
            "--show-numbers",
        ],
        env=settings,
        capture_output=True,
        text=True,
        check=True,
    )
    result = json.loads(done.stdout)
    assert result["totals"]["persons"] == 7
    assert result["rows"][0]["number"] == number()
    assert done.stderr.strip(), "it says that no journal could note the numbers"
    assert not folder.parent.exists()


def test_numbers_are_masked_and_showing_them_is_journaled(small: Path, cast: Cast) -> None:
    masked = run(small, "--dry-run", "--json")
    assert number() not in masked
    assert not Entry.objects.filter(act="register.numbers_shown").exists()
    assert number() in run(small, "--dry-run", "--json", "--show-numbers")
    assert Entry.objects.filter(act="register.numbers_shown").get().data == {"rows": 9, "by": "command line"}


@pytest.mark.django_db
def test_answers_come_from_a_file(small: Path, tmp_path: Path) -> None:
    before = json.loads(run(small, "--dry-run", "--json"))
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps([{"rows": pair, "answer": "same"} for pair in before["ask"]]), encoding="utf-8")
    after = json.loads(run(small, "--dry-run", "--json", "--answers", answers))
    assert (before["totals"]["persons"], after["totals"]["persons"]) == (7, 6)
    assert after["ask"] == []


def test_the_verb_imports_and_twice_changes_nothing(small: Path, tmp_path: Path, cast: Cast) -> None:
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps([{"rows": [["东苑", 8], ["东苑", 9]], "answer": "same"}]), encoding="utf-8")
    place = cast.neighbourhood.pk
    first = json.loads(run(small, "--neighbourhood", place, "--json", "--answers", answers))
    assert first["rows"] == {"new": 7, "listed": 2}
    assert json.loads(run(small, "--neighbourhood", place, "--json"))["rows"] == {"same": 9}
    with cast.scope():
        assert Person.objects.filter(name="某戊").count() == 1


@pytest.mark.django_db
def test_words_without_json(small: Path) -> None:
    assert "7 户 7 人" in run(small, "--dry-run")
    assert "7 persons in 7 homes" in run(small, "--dry-run", "--lang", "en")


def test_what_cannot_be_done_is_a_sentence(small: Path, tmp_path: Path, cast: Cast) -> None:
    def sentence(*arguments: object) -> str:
        with pytest.raises(CommandError) as caught:
            run(*arguments, "--lang", "en")
        return str(caught.value)

    assert "--neighbourhood" in sentence(small)
    assert "no neighbourhood" in sentence(small, "--neighbourhood", 999_999)
    assert "cannot be opened" in sentence(tmp_path / "none.xlsx", "--dry-run")
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04")
    assert "damaged" in sentence(broken, "--dry-run")
    assert "damaged" in sentence(broken, "--neighbourhood", cast.neighbourhood.pk)
    wrong = tmp_path / "wrong.json"
    wrong.write_text('[{"rows": [["东苑", 2], ["东苑", 3]], "answer": "same"}]', encoding="utf-8")
    assert "no question" in sentence(small, "--dry-run", "--answers", wrong)
    assert "no question" in sentence(small, "--neighbourhood", cast.neighbourhood.pk, "--answers", wrong)


def test_without_tables_there_is_no_journal(monkeypatch: pytest.MonkeyPatch, cast: Cast) -> None:
    assert import_register._installed()
    monkeypatch.setattr(import_register.connection.introspection, "table_names", list)
    assert not import_register._installed()


@pytest.mark.django_db
def test_text_files_have_no_sheet(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    rows = [",".join(str(cell) for cell in row) for row in [HEAD, person("1号", "某甲", number())]]
    path.write_text("\n".join(rows), encoding="utf-16")
    [row] = json.loads(run(path, "--dry-run", "--json"))["rows"]
    assert (row["sheet"], row["row"], row["number"]) == (None, 1, "**************" + number()[-4:])


def test_a_data_folder_of_an_older_version_is_named(small: Path, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a traceback nor a comparison that silently finds nothing."""
    tables = [name for name in connection.introspection.table_names() if name != "register_importchange"]
    monkeypatch.setattr(connection.introspection, "table_names", lambda: tables)
    with pytest.raises(CommandError, match="linli upgrade"):
        run(small, "--dry-run")
