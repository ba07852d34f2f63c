"""An upgrade backs up first, migrates, checks, and says how to go back."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import sqlite3
from pathlib import Path

import pytest

from linli.site import backup, upgrade
from linli.site.tests.conftest import Office
from linli.site.tests.helpers import refused

NOW = dt.datetime(2026, 3, 13, 16, 41, tzinfo=dt.UTC)


def entries(office: Office, act: str) -> int:
    with contextlib.closing(sqlite3.connect(office.database)) as connection:
        return int(connection.execute("SELECT count(*) FROM journal_entry WHERE act = ?", (act,)).fetchone()[0])


def test_a_new_installation_is_made_with_its_key(tmp_path: Path) -> None:
    office = Office(tmp_path / "data")
    said = office.run("upgrade")
    assert "nothing to back up" in said
    assert "Made the database" in said
    assert "are in order" in said
    assert (office.keys / "master.key").stat().st_mode & 0o777 == 0o600
    assert office.data.stat().st_mode & 0o777 == 0o700
    assert entries(office, "installation.upgraded") == 1


def test_an_old_database_is_backed_up_migrated_and_has_its_triggers_back(office: Office, tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(office.database)) as connection:
        connection.execute("DROP TRIGGER journal_entry_no_delete")
        connection.execute("DROP TABLE axes_accessattemptexpiration")
        connection.execute("DELETE FROM django_migrations WHERE app = 'axes' AND name LIKE '0010%'")
        connection.commit()
    assert "Run: linli upgrade" in office.run("serve", "--port", "1", code=1)
    said = office.run("upgrade", "--to", str(tmp_path / "backups"))
    assert "1. Backed up" in said
    assert "axes.0010" in said
    assert "To go back" in said
    (path,) = (tmp_path / "backups").iterdir()
    with contextlib.closing(sqlite3.connect(office.database)) as connection:
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    assert "journal_entry_no_delete" in names
    back = Office(tmp_path / "back")
    office.run("restore", str(path), "--to", str(back.data))
    with contextlib.closing(sqlite3.connect(back.database)) as connection:
        found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'axes_accessattemptexpiration'").fetchone()
    assert found is None


def test_a_migration_that_fails_names_the_backup(office: Office, tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(office.database)) as connection:
        connection.execute("DELETE FROM django_migrations WHERE app = 'axes' AND name LIKE '0010%'")
        connection.commit()
    said = office.run("upgrade", "--to", str(tmp_path / "backups"), code=1)
    assert "could not be migrated" in said
    assert str(next((tmp_path / "backups").iterdir())) in said


def test_a_damaged_database_is_not_migrated(office: Office, tmp_path: Path) -> None:
    content = bytearray(office.database.read_bytes())
    content[4096 * 2 : 4096 * 5] = b"\xff" * 4096 * 3
    office.database.write_bytes(content)
    said = office.run("upgrade", "--to", str(tmp_path / "backups"), code=1)
    assert "cannot be read" in said or "malformed" in said


def test_nothing_is_migrated_under_a_running_server(own_folders: Path) -> None:
    (own_folders / "data" / "serve.pid").write_text(str(os.getpid()))
    with refused("upgrade.running"):
        upgrade.upgrade(own_folders / "backups", now=NOW)
    assert not (own_folders / "backups").exists()


def test_a_failed_migration_is_told_with_the_backup_before_it(
    own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no such column")

    made = backup.Made(own_folders / "before.linli-backup", 1, 1, 1, 0)
    monkeypatch.setattr(upgrade, "is_new", lambda: False)
    monkeypatch.setattr(upgrade, "pending", lambda: ["ground.0009_x"])
    monkeypatch.setattr(upgrade.backup, "make_backup", lambda *_, **__: made)
    monkeypatch.setattr(upgrade.new_database, "migrate", fail)
    with refused("upgrade.failed") as refusal:
        upgrade.upgrade(own_folders, now=NOW)
    assert "no such column" in str(refusal.value)
    assert "before.linli-backup" in str(refusal.value)
