"""Restore a backup to a new place, and prove on the way that it is equal to what was backed up.

The file is unpacked into ``<new place>.restoring``; every table's and every file's digest is compared with the manifest inside
the sealed container; only then does the folder get its name. An existing installation is never written over.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

import zstandard

from linli.kernel.refusal import Refusal
from linli.site import backup_database as database
from linli.site.backup_keys import KeySet, read_keys, write_keys
from linli.site.backup_stream import OpeningReader, read_header

DATABASE_NAME = "linli.sqlite3"


@dataclass(frozen=True)
class Restored:
    """What stands at the new place. ``made_at`` is the backup's moment (ISO); ``keys`` is the key folder that was laid out."""

    folder: Path
    keys: Path
    made_at: str
    engine: str
    rows: int
    tables: int
    files: int


def restore(
    backup: Path,
    to: Path,
    *,
    keys_from: Path | None = None,
    groups: str | None = None,
    postgres: dict[str, Any] | None = None,
    keys_to: Path | None = None,
    without_key_copy: bool = False,
) -> Restored:
    """Restore ``backup`` into the new folder ``to`` and its keys into ``<to>.keys`` (or ``keys_to``).

    ``keys_from`` is a key folder or a place with a key copy (None: this installation's keys); ``groups`` is the typed recovery
    sheet; ``without_key_copy`` restores with the sheet alone (sealed numbers and texts stay closed); ``postgres`` names an
    empty database when the backup is PostgreSQL's. Raises :class:`Refusal` ``restore.no_file``, ``restore.not_empty``,
    ``restore.needs_postgres``, ``restore.not_equal`` and what container, keys and database raise.
    """
    key_folder = keys_to or to.with_name(to.name + ".keys")
    for folder in (to, key_folder):
        if folder.exists() and any(folder.iterdir()):
            raise Refusal("restore.not_empty", "%(name)s is not empty. Restore to a new place.", name=folder)
    if not backup.is_file():
        raise Refusal("restore.no_file", "There is no file %(path)s.", path=backup)
    with backup.open("rb") as source:
        header, _ = read_header(source)
    if header["engine"] == "postgresql" and postgres is None:
        raise Refusal(
            "restore.needs_postgres",
            "This backup is of a PostgreSQL database. Name an empty database with --database postgresql://…",
        )
    keys = read_keys(keys_from, groups, wanted=header["key_id"], without_copy=without_key_copy)
    building = to.with_name(to.name + ".restoring")
    shutil.rmtree(building, ignore_errors=True)
    try:
        building.mkdir(mode=0o700, parents=True)
        manifest = _unpack(backup, building, keys)
        _place_database(building, manifest, postgres)
        if to.exists():
            to.rmdir()
        os.replace(building, to)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    write_keys(keys, key_folder)
    tables = {name: table for name, table in manifest["tables"].items() if not name.startswith("(")}
    rows = sum(table["rows"] for table in tables.values())
    files = len(manifest["files"])
    return Restored(to, key_folder, header["made_at"], header["engine"], rows, len(tables), files)


def _unpack(backup: Path, building: Path, keys: KeySet) -> dict[str, Any]:
    """Unpack everything, check every file against the manifest, return it."""
    digests: dict[str, str] = {}
    manifest: dict[str, Any] | None = None
    with backup.open("rb") as source:
        opened = OpeningReader(source, master=keys.master)
        with (
            zstandard.ZstdDecompressor().stream_reader(cast(BinaryIO, opened), closefd=False) as plain,
            tarfile.open(fileobj=plain, mode="r|") as archive,
        ):
            for entry in archive:
                content = archive.extractfile(entry)
                if content is None:
                    continue
                if entry.name == "manifest.json":
                    manifest = json.loads(content.read())
                else:
                    digests[entry.name] = _write(cast(BinaryIO, content), _inside(building, entry), entry)
        while opened.read(1 << 16):  # to the very end: the last chunk proves that nothing was cut off
            continue
    if manifest is None:
        raise _not_equal("manifest.json")
    for name, expected in manifest["files"].items():
        if digests.get(f"files/{name}") != expected["sha256"]:
            raise _not_equal(name)
    return manifest


def _place_database(building: Path, manifest: dict[str, Any], postgres: dict[str, Any] | None) -> None:
    """Put database and files where an installation has them; compare the tables with the manifest."""
    if manifest["engine"] == "sqlite":
        copy = building / "database.sqlite3"
        found = database.digests_sqlite(copy)
        copy.replace(building / DATABASE_NAME)
    else:
        dump = building / "database.dump"
        found = database.load_postgres(postgres or {}, dump)
        dump.unlink()
    for name in {**manifest["tables"], **found}:
        if manifest["tables"].get(name) != found.get(name):
            raise _not_equal(name)
    files = building / "files"
    if files.is_dir():
        inner = files.rename(building / ".files")
        for path in list(inner.iterdir()):
            path.rename(building / path.name)
        inner.rmdir()


def _inside(building: Path, entry: tarfile.TarInfo) -> Path:
    """Where an entry goes; never outside of the folder that is being built."""
    parts = PurePosixPath(entry.name).parts
    if not parts or parts[0] == "/" or ".." in parts or (parts[0] != "files" and len(parts) > 1):
        raise _not_equal(entry.name)
    return building.joinpath(*parts)


def _write(content: BinaryIO, target: Path, entry: tarfile.TarInfo) -> str:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        while block := content.read(1 << 20):
            digest.update(block)
            out.write(block)
    os.utime(target, (entry.mtime, entry.mtime))
    return digest.hexdigest()


def _not_equal(name: str) -> Refusal:
    return Refusal(
        "restore.not_equal",
        "%(name)s is not equal to what was backed up. Nothing was restored. Use another backup.",
        name=name,
    )
