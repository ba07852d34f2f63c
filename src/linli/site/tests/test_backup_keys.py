"""Copies of the keys: apart, only the latest, and enough to restore together with the printed sheet."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest

from linli.site import backup, backup_keys, daily, lan, restore
from linli.site.backup_recovery import to_groups
from linli.site.tests.conftest import Office
from linli.site.tests.helpers import refused
from linli.vault import KeyMissing, Keyring, keyring, seal, unseal_text

NOW = dt.datetime(2026, 3, 13, 16, 41, tzinfo=dt.UTC)


@pytest.fixture
def made(own_folders: Path) -> Path:
    """A backup of a database with one value that is sealed with an operation's key."""
    database = own_folders / "data" / "linli.sqlite3"
    keyring().ensure("operation:1")
    blob = seal("what somebody said at the gate", key="operation:1", context="journal.detail")
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE detail (sealed BLOB)")
        connection.execute("INSERT INTO detail VALUES (?)", (blob,))
    return backup.make_backup(
        backup.Source(own_folders / "data", sqlite=database), own_folders / "backups", now=NOW
    ).path


def restored_detail(folder: Path, keys: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    with sqlite3.connect(folder / "linli.sqlite3") as connection:
        (blob,) = connection.execute("SELECT sealed FROM detail").fetchone()
    monkeypatch.setenv("LINLI_KEYS", str(keys))
    return unseal_text(blob, context="journal.detail")


def test_copy_and_sheet_together_open_a_backup_on_another_machine(
    made: Path, own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups = " ".join(to_groups(keyring().master()))
    authority = lan.ensure_tls(None, now=NOW).authority
    assert authority is not None
    copy = backup_keys.copy_keys(own_folders / "stick", now=NOW)
    assert copy.stat().st_mode & 0o777 == 0o600
    assert keyring().master().hex() not in copy.read_text()
    assert "PRIVATE KEY" not in copy.read_text()
    monkeypatch.setenv("LINLI_KEYS", str(own_folders / "nothing-here"))
    with refused("keys.master_needed"):
        restore.restore(made, own_folders / "new", keys_from=own_folders / "stick")
    done = restore.restore(made, own_folders / "new", keys_from=own_folders / "stick", groups=groups)
    assert (done.keys / "tls" / "ca.crt").read_bytes() == authority.read_bytes()
    assert restored_detail(done.folder, done.keys, monkeypatch) == "what somebody said at the gate"


def test_the_sheet_alone_opens_the_register_but_nothing_that_was_sealed(
    made: Path, own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups = " ".join(to_groups(keyring().master()))
    done = restore.restore(made, own_folders / "new", groups=groups, without_key_copy=True)
    assert done.rows == 1
    with pytest.raises(KeyMissing):
        restored_detail(done.folder, done.keys, monkeypatch)
    other = " ".join(to_groups(bytes(32)))
    with refused("backup.other_key"):
        restore.restore(made, own_folders / "more", groups=other, without_key_copy=True)


def test_a_copy_with_the_master_key_is_enough_alone(made: Path, own_folders: Path) -> None:
    backup_keys.copy_keys(own_folders / "safe", now=NOW, with_master=True)
    done = restore.restore(made, own_folders / "new", keys_from=own_folders / "safe")
    assert Keyring(done.keys).get("operation:1") == keyring().get("operation:1")


def test_a_destroyed_key_is_gone_from_every_copy_and_from_old_backups(
    made: Path, own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = own_folders / "stick"
    copy = backup_keys.copy_keys(place, now=NOW, with_master=True)
    assert backup_keys.stale_copies() == []
    keyring().destroy("operation:1")
    assert backup_keys.stale_copies() == [copy]
    done, missing = backup_keys.refresh_copies(now=NOW)
    assert (done, missing) == ([copy], [])
    assert backup_keys.stale_copies() == []
    assert list(json.loads(copy.read_text())["keys"]) == ["register"]
    assert list(place.iterdir()) == [copy]
    back = restore.restore(made, own_folders / "new", keys_from=place)
    with pytest.raises(KeyMissing):
        restored_detail(back.folder, back.keys, monkeypatch)


def test_what_is_erased_without_being_asked_leaves_the_copies_too(
    own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring().ensure("operation:1")
    copy = backup_keys.copy_keys(own_folders / "stick", now=NOW)

    def purge(*, by: object) -> list[SimpleNamespace]:
        keyring().destroy("operation:1")
        return [SimpleNamespace(pk="certificate")]

    def broken(**_: object) -> None:
        raise OSError("a job that fails keeps nothing from being erased")

    monkeypatch.setattr(daily, "purge_everything", purge)
    monkeypatch.setattr(daily, "go_on", broken)
    monkeypatch.setattr(daily, "reown_everything", broken)
    assert daily.tick()
    assert list(json.loads(copy.read_text())["keys"]) == ["register"]


def test_a_copy_that_cannot_be_reached_is_named(own_folders: Path) -> None:
    copy = backup_keys.copy_keys(own_folders / "stick", now=NOW)
    copy.unlink()
    (own_folders / "stick").rmdir()
    assert backup_keys.refresh_copies(now=NOW) == ([], [own_folders / "stick"])


def test_keys_are_never_copied_beside_the_data(made: Path, own_folders: Path) -> None:
    for place in (made.parent, own_folders / "data" / "keys", own_folders / "data.keys"):
        with refused("keys.same_place"):
            backup_keys.copy_keys(place, now=NOW)
    backup_keys.copy_keys(own_folders / "stick", now=NOW)
    source = backup.Source(own_folders / "data", sqlite=own_folders / "data" / "linli.sqlite3")
    with refused("backup.beside_keys"):
        backup.make_backup(source, own_folders / "stick", now=NOW)


def test_keys_of_another_installation_open_nothing(made: Path, own_folders: Path) -> None:
    other = Keyring(own_folders / "other.keys")
    other.ensure("register")
    with refused("backup.other_key"):
        restore.restore(made, own_folders / "new", keys_from=other.folder)
    with refused("backup.other_key"):
        restore.restore(made, own_folders / "new", groups=" ".join(to_groups(bytes(32))))
    with refused("keys.not_found"):
        restore.restore(made, own_folders / "new", keys_from=own_folders / "backups")
    with refused("recovery.length"):
        restore.restore(made, own_folders / "new", groups="ABC")


def test_an_authority_sealed_for_another_master_is_left_out(own_folders: Path) -> None:
    lan.ensure_tls(None, now=NOW)
    copy = backup_keys.copy_keys(own_folders / "safe", now=NOW, with_master=True)
    content = json.loads(copy.read_text())
    content["authority"] = content["authority"][:-8] + "AAAAAAA="
    copy.write_text(json.dumps(content))
    keys = backup_keys.read_keys(own_folders / "safe", None, wanted=content["key_id"])
    assert keys.authority == {}


def test_a_damaged_copy_gets_a_sentence(own_folders: Path) -> None:
    copy = backup_keys.copy_keys(own_folders / "safe", now=NOW)
    wanted = json.loads(copy.read_text())["key_id"]
    copy.write_text("{")
    with refused("keys.damaged"):
        backup_keys.read_keys(own_folders / "safe", None, wanted=wanted)


def test_the_verbs_for_keys(office: Office, tmp_path: Path) -> None:
    said = office.run("backup", "--keys", str(tmp_path / "stick"))
    assert "opens nothing without the recovery sheet" in said
    assert "Brought the key copy up to date" in office.run("backup", "--to", str(tmp_path / "backups"))
    (path,) = (tmp_path / "backups").iterdir()
    groups = to_groups(bytes.fromhex((office.keys / "master.key").read_text()))
    other = Office(tmp_path / "elsewhere")
    wrong = [*groups[:4], "AAAAA", *groups[5:]]
    words = ("restore", str(path), "--to", str(tmp_path / "new"), "--keys", str(tmp_path / "stick"), "--recovery-code")
    assert "Group 5 has a typing mistake" in other.run(*words, *wrong, code=1)
    assert "each proven equal" in other.run(*words, stdin="\n".join(groups) + "\n")
