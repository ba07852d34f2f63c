"""A backup of a SQLite installation is restored equal, row by row and file by file, also while others write."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
import sqlite3
import tarfile
import threading
import time
from pathlib import Path

import pytest

from linli.site import backup, backup_database, restore
from linli.site.backup import Source
from linli.site.tests.conftest import Office
from linli.site.tests.helpers import refused
from linli.vault import keyring

NOW = dt.datetime(2026, 3, 13, 16, 41, tzinfo=dt.UTC)


@pytest.fixture
def source(own_folders: Path) -> Source:
    """A small database with every kind of value, a trigger, an erased row, and files."""
    folder = own_folders / "data"
    with contextlib.closing(sqlite3.connect(folder / "linli.sqlite3")) as connection:
        connection.executescript(
            "PRAGMA journal_mode=WAL;"
            "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, sealed BLOB, tenths REAL, n INTEGER);"
            "CREATE TABLE passage (id TEXT PRIMARY KEY, at TEXT) WITHOUT ROWID;"
            "CREATE TRIGGER passage_no_update BEFORE UPDATE ON passage BEGIN SELECT RAISE(ABORT, 'append-only'); END;"
        )
        rows = [(f"张𠮷{n}", os.urandom(40), n / 7, None if n % 3 else n - 2**40) for n in range(500)]
        connection.executemany("INSERT INTO person (name, sealed, tenths, n) VALUES (?, ?, ?, ?)", rows)
        connection.execute("INSERT INTO passage VALUES ('erased', 'SECRETSECRETSECRET')")
        connection.commit()
        connection.execute("DELETE FROM passage")
        connection.commit()
    (folder / "inbox").mkdir()
    (folder / "inbox" / "a.sealed").write_bytes(os.urandom(200_000))
    (folder / "空 格.csv").write_bytes(b"")
    for skipped in ("tmp/scratch", "cache/x", "serve.pid", "static/a.css"):
        (folder / skipped).parent.mkdir(exist_ok=True)
        (folder / skipped).write_text("left out")
    return Source(folder, sqlite=folder / "linli.sqlite3")


def files(folder: Path) -> dict[str, str]:
    """Every file below a folder except the database, by name with its digest."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in found.items() if "sqlite3" not in name
    }


def rows(path: Path) -> list[str]:
    """The database written out statement by statement, by SQLite's own dump: an oracle beside our digests."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return sorted(connection.iterdump())


def test_a_restored_backup_is_equal_row_by_row_and_file_by_file(source: Source, tmp_path: Path) -> None:
    made = backup.make_backup(source, tmp_path / "backups", now=NOW)
    assert made.path.name == "linli-20260313T164100Z.linli-backup"
    assert made.path.stat().st_mode & 0o777 == 0o600
    done = restore.restore(made.path, tmp_path / "new")
    assert source.sqlite is not None
    assert rows(source.sqlite) == rows(tmp_path / "new" / "linli.sqlite3")
    assert backup_database.digests_sqlite(source.sqlite) == backup_database.digests_sqlite(
        tmp_path / "new" / "linli.sqlite3"
    )
    assert files(tmp_path / "new") == {name: digest for name, digest in files(source.folder).items() if name in kept()}
    assert (done.rows, done.tables, done.files) == (made.rows, made.tables, made.files) == (500, 2, 3)
    assert done.keys == tmp_path / "new.keys"
    assert (done.keys / "keys.json").read_bytes() == (tmp_path / "data.keys" / "keys.json").read_bytes()
    assert {path.stat().st_mode & 0o777 for path in done.keys.iterdir()} == {0o600}
    assert not (tmp_path / "new.restoring").exists()
    assert not list((source.folder / "tmp").glob("backup-*"))


def kept() -> set[str]:
    return {"inbox/a.sealed", "空 格.csv", "keys.id"}


def test_nothing_of_the_content_and_nothing_erased_is_in_the_file(source: Source, tmp_path: Path) -> None:
    made = backup.make_backup(source, tmp_path / "backups", now=NOW)
    blob = made.path.read_bytes()
    assert b"SQLite" not in blob
    assert keyring().master() not in blob
    restore.restore(made.path, tmp_path / "new")
    assert b"SECRETSECRETSECRET" not in (tmp_path / "new" / "linli.sqlite3").read_bytes()


def test_a_digest_sees_one_changed_value_one_more_row_and_a_lost_trigger(source: Source) -> None:
    assert source.sqlite is not None
    before = backup_database.digests_sqlite(source.sqlite)
    for statement, table in (
        ("UPDATE person SET n = 1 WHERE id = 5", "person"),
        ("UPDATE person SET name = NULL WHERE id = 6", "person"),
        ("INSERT INTO passage VALUES ('x', NULL)", "passage"),
        ("DROP TRIGGER passage_no_update", "(schema)"),
    ):
        with contextlib.closing(sqlite3.connect(source.sqlite)) as connection:
            connection.execute(statement)
            connection.commit()
        after = backup_database.digests_sqlite(source.sqlite)
        assert after[table] != before[table], statement
        before = after


def test_a_backup_is_whole_while_a_writer_hammers(source: Source, tmp_path: Path) -> None:
    """A writer commits pairs of rows all the time; every backup holds whole pairs, and the writer is never locked out."""
    stop, errors, written = threading.Event(), [], [0]

    def hammer() -> None:
        with contextlib.closing(sqlite3.connect(source.sqlite or "", timeout=20, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous=FULL")
            while not stop.is_set():
                try:
                    connection.execute("BEGIN IMMEDIATE")
                    for side in ("in", "out"):
                        connection.execute("INSERT INTO passage VALUES (?, 'x')", (f"{written[0]}-{side}",))
                    connection.execute("COMMIT")
                except sqlite3.Error as error:
                    errors.append(error)
                    return
                written[0] += 1

    writer = threading.Thread(target=hammer)
    writer.start()
    try:
        counts = []
        for number in range(4):
            while written[0] < (number + 1) * 20 and writer.is_alive():
                time.sleep(0.002)
            at = NOW + dt.timedelta(seconds=number)
            before = written[0]
            made = backup.make_backup(source, tmp_path / "backups", now=at)
            restore.restore(made.path, tmp_path / f"new{number}")
            with contextlib.closing(sqlite3.connect(tmp_path / f"new{number}" / "linli.sqlite3")) as restored:
                count = restored.execute("SELECT count(*) FROM passage").fetchone()[0]
            assert count % 2 == 0
            assert before * 2 <= count <= written[0] * 2 + 2
            counts.append(count)
    finally:
        stop.set()
        writer.join(30)
    assert errors == []
    assert counts == sorted(set(counts))


def test_a_tampered_or_cut_backup_restores_nothing(source: Source, tmp_path: Path) -> None:
    made = backup.make_backup(source, tmp_path / "backups", now=NOW)
    blob = made.path.read_bytes()
    spoiled = tmp_path / "spoiled.linli-backup"
    middle = len(blob) // 2
    cases = {
        "backup.changed": blob[:middle] + bytes([blob[middle] ^ 255]) + blob[middle + 1 :],
        "backup.cut_off": blob[:-1],
        "backup.not_a_backup": b"PK\x03\x04" + blob,
    }
    for code, content in cases.items():
        spoiled.write_bytes(content)
        with refused(code):
            restore.restore(spoiled, tmp_path / "new")
        assert not (tmp_path / "new").exists()
        assert not (tmp_path / "new.keys").exists()
        assert not (tmp_path / "new.restoring").exists()


def test_what_differs_from_the_manifest_is_not_restored(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    truth = backup_database.digests_sqlite
    with monkeypatch.context() as lying:
        lying.setattr(
            backup_database, "digests_sqlite", lambda path: {**truth(path), "person": {"rows": 1, "digest": ""}}
        )
        made = backup.make_backup(source, tmp_path / "backups", now=NOW)
    with refused("restore.not_equal") as refusal:
        restore.restore(made.path, tmp_path / "new")
    assert str(refusal.value).startswith("person is not equal")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "files/../../evil", "deep/evil", ""])
def test_nothing_is_unpacked_outside_of_the_new_folder(tmp_path: Path, name: str) -> None:
    with refused("restore.not_equal"):
        restore._inside(tmp_path, tarfile.TarInfo(name))


def test_a_restore_writes_over_nothing(source: Source, tmp_path: Path) -> None:
    made = backup.make_backup(source, tmp_path / "backups", now=NOW)
    with refused("restore.not_empty"):
        restore.restore(made.path, source.folder)
    (tmp_path / "new.keys").mkdir()
    (tmp_path / "new.keys" / "master.key").write_text("another installation's")
    with refused("restore.not_empty"):
        restore.restore(made.path, tmp_path / "new")
    with refused("restore.no_file"):
        restore.restore(tmp_path / "nothing", tmp_path / "other")


def test_a_backup_goes_to_a_place_outside_of_the_data(source: Source) -> None:
    for place in (source.folder, source.folder / "backups"):
        with refused("backup.same_place"):
            backup.make_backup(source, place, now=NOW)


def test_without_a_master_key_nothing_is_sealed_with_a_new_one(source: Source, tmp_path: Path) -> None:
    (tmp_path / "data.keys" / "master.key").unlink()
    with refused("backup.no_keys"):
        backup.make_backup(source, tmp_path / "backups", now=NOW)
    assert not (tmp_path / "data.keys" / "master.key").exists()


def test_a_missing_or_damaged_database_gets_a_sentence(own_folders: Path, tmp_path: Path) -> None:
    folder = own_folders / "data"
    with refused("backup.no_database"):
        backup.make_backup(Source(folder, sqlite=folder / "none.sqlite3"), tmp_path / "backups", now=NOW)
    (folder / "bad.sqlite3").write_bytes(b"no database at all, but long enough to be read as a header" * 40)
    with refused("backup.database_damaged"):
        backup.make_backup(Source(folder, sqlite=folder / "bad.sqlite3"), tmp_path / "backups", now=NOW)
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_full_or_forbidden_disk_gets_a_sentence(source: Source, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with refused("backup.cannot_write"):
        backup.make_backup(source, tmp_path / "file" / "backups", now=NOW)


def test_no_space_is_noticed_before_anything_is_written(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("Usage", (), {"free": 1000})
    monkeypatch.setattr("linli.site.backup.shutil.disk_usage", lambda _: usage)
    with refused("backup.no_space"):
        backup.make_backup(source, tmp_path / "backups", now=NOW)


def test_old_backups_go_after_fourteen_days_and_the_newest_stays(source: Source, tmp_path: Path) -> None:
    place = tmp_path / "backups"
    first = backup.make_backup(source, place, now=NOW).path
    (place / "holiday.linli-backup").write_text("not ours to remove")
    second = backup.make_backup(source, place, now=NOW + dt.timedelta(days=13))
    assert second.removed == []
    third = backup.make_backup(source, place, now=NOW + dt.timedelta(days=15))
    assert third.removed == [first]
    assert backup.remove_old(place, now=NOW + dt.timedelta(days=400), days=14) == [second.path]
    assert [path for _, path in backup.backups_in(place)] == [third.path]
    assert (place / "holiday.linli-backup").exists()


def test_the_verbs_from_backup_to_a_running_installation_elsewhere(office: Office, tmp_path: Path) -> None:
    said = office.run("backup", "--to", str(tmp_path / "backups"))
    assert "Backed up" in said
    assert "3 files" in said
    (path,) = (tmp_path / "backups").iterdir()
    new = Office(tmp_path / "new")
    said = office.run("restore", str(path), "--to", str(new.data))
    assert "each proven equal" in said
    assert files(new.data) == {
        name: digest for name, digest in files(office.data).items() if name.startswith(("inbox/", "keys.id"))
    }
    assert "up to date already" in new.run("upgrade", "--to", str(tmp_path / "more"))
    assert "not empty" in office.run("restore", str(path), "--to", str(new.data), code=1)
    assert "不是邻里的备份" in office.run("restore", __file__, "--to", str(tmp_path / "x"), "--lang", "zh", code=1)
