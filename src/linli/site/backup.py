"""A backup while the office works: database and files in one sealed file, the keys not among them.

The file is ``linli-<UTC time>.linli-backup``: a zstd-compressed tar (``database.sqlite3`` or ``database.dump``, ``files/…``,
``manifest.json`` with the digest of every table and file) inside the sealed container of :mod:`linli.site.backup_stream`.
It appears under its name only when it is whole. Old files go after 14 days, as long as passages may be kept at all
(HOUSE.md: "Passages are location history: 14 days"); the newest always stays.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import os
import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast

import zstandard

from linli import __version__
from linli.kernel.refusal import Refusal
from linli.site import backup_database as database
from linli.site.backup_stream import SealingWriter
from linli.vault import keyring
from linli.vault.keyring import MASTER_FILE, data_folder, keys_folder, write_private

SUFFIX = ".linli-backup"
STATE_FILE = "last-backup.json"
KEEP_DAYS = 14
#: Folders and files of the data folder that are made again by themselves, or belong to a running process.
_SKIPPED = re.compile(r"^(?:tmp|cache|static)(?:/|$)|\.(?:pid|sock|lock|new|part)$")
_NAME = re.compile(r"^linli-(\d{8}T\d{6})Z" + re.escape(SUFFIX) + "$")


@dataclass(frozen=True)
class Source:
    """What is backed up: the data folder and its database. ``sqlite`` is a file; ``postgres`` are psycopg's parameters."""

    folder: Path
    sqlite: Path | None = None
    postgres: dict[str, Any] | None = None


@dataclass(frozen=True)
class Made:
    """A finished backup. ``size`` in bytes; ``rows`` over all tables; ``removed`` are older backups that were due."""

    path: Path
    size: int
    rows: int
    tables: int
    files: int
    removed: list[Path] = field(default_factory=list)


def this_installation() -> Source:
    """The source that Django's default connection names."""
    from django.db import connection  # settings must be loaded first; the rest of this module works without

    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return Source(data_folder(), sqlite=Path(str(settings["NAME"])))
    keys = {"HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password", "NAME": "dbname"}
    return Source(data_folder(), postgres={new: settings[old] for old, new in keys.items() if settings.get(old)})


def default_place() -> Path:
    """Where backups go when nobody says: beside the data folder, never in it."""
    data = data_folder()
    return data.with_name(data.name + ".backups")


def make_backup(source: Source, place: Path, *, now: dt.datetime, keep_days: int | None = KEEP_DAYS) -> Made:
    """Write one backup of ``source`` into the folder ``place`` while others go on working.

    Raises :class:`Refusal` ``backup.same_place``, ``backup.beside_keys``, ``backup.no_space``, ``backup.no_keys``,
    ``backup.cannot_write`` or what the database says.
    """
    _refuse_unfit(source, place)
    if not (keys_folder() / MASTER_FILE).is_file():
        raise Refusal(
            "backup.no_keys",
            "There is no master key in %(path)s, so nothing can be sealed. Set LINLI_KEYS to the key folder.",
            path=keys_folder(),
        )
    target = place / f"linli-{now.astimezone(dt.UTC):%Y%m%dT%H%M%S}Z{SUFFIX}"
    part = target.with_suffix(".part")
    engine = "sqlite" if source.sqlite else "postgresql"
    header = {"made_at": now.isoformat(timespec="seconds"), "engine": engine, "linli": __version__}
    work = source.folder / "tmp"
    try:
        work.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="backup-", dir=work) as scratch:
            snapshot, digests = _snapshot(source, Path(scratch))
            with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
                sealing = SealingWriter(out, master=keyring().master(), header=header)
                files = _pack(cast(BinaryIO, sealing), source, snapshot, {**header, "tables": digests})
                sealing.close()
                out.flush()
                os.fsync(out.fileno())
        os.replace(part, target)
    except OSError as error:
        raise Refusal(
            "backup.cannot_write",
            "The backup cannot be written to %(place)s: %(why)s.",
            place=place,
            why=error.strerror,
        ) from error
    finally:
        part.unlink(missing_ok=True)
    made = Made(
        target,
        target.stat().st_size,
        sum(table["rows"] for name, table in digests.items() if not name.startswith("(")),
        len([name for name in digests if not name.startswith("(")]),
        files,
        remove_old(place, now=now, days=keep_days) if keep_days is not None else [],
    )
    state = {"at": header["made_at"], "path": str(target), "size": made.size}
    write_private(source.folder / STATE_FILE, json.dumps(state).encode())
    return made


def backups_in(place: Path) -> list[tuple[dt.datetime, Path]]:
    """The backups of a folder with their moments (UTC), oldest first, by name alone."""
    found = [(match[1], path) for path in place.glob(f"*{SUFFIX}") if (match := _NAME.match(path.name))]
    return sorted((dt.datetime.strptime(stamp + "+0000", "%Y%m%dT%H%M%S%z"), path) for stamp, path in found)


def remove_old(place: Path, *, now: dt.datetime, days: int) -> list[Path]:
    """Remove the backups older than ``days`` days, never the newest. Returns what went."""
    due = [path for at, path in backups_in(place)[:-1] if now - at > dt.timedelta(days=days)]
    for path in due:
        path.unlink()
    return due


def last_backup(folder: Path) -> dict[str, Any] | None:
    """What the last backup of this data folder wrote down: ``at`` (ISO), ``path``, ``size``; None when there was none."""
    try:
        state = json.loads((folder / STATE_FILE).read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return state if isinstance(state, dict) and "at" in state else None


def files_of(source: Source) -> Iterator[tuple[str, Path]]:
    """Every file of the data folder that belongs into a backup, by its name inside the folder, sorted."""
    database_files = {f"{source.sqlite}{tail}" for tail in ("", "-wal", "-shm", "-journal")} if source.sqlite else set()
    for path in sorted(source.folder.rglob("*")):
        name = path.relative_to(source.folder).as_posix()
        if not path.is_file() or path.is_symlink() or str(path) in database_files:
            continue
        if not _SKIPPED.search(name) and name != STATE_FILE:
            yield name, path


def _refuse_unfit(source: Source, place: Path) -> None:
    folder, resolved = source.folder.resolve(), place.resolve()
    if resolved == folder or folder in resolved.parents:
        raise Refusal("backup.same_place", "A backup inside the data folder is none. Choose a place outside of it.")
    if any(place.glob("linli-keys-*.json")):
        raise Refusal(
            "backup.beside_keys", "%(place)s holds a key copy. Keep backups and keys in different places.", place=place
        )
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal(
            "backup.cannot_write",
            "The backup cannot be written to %(place)s: %(why)s.",
            place=place,
            why=error.strerror,
        ) from error
    size = source.sqlite.stat().st_size if source.sqlite and source.sqlite.is_file() else 0
    for where, wanted in ((source.folder, size), (place, size // 2)):
        if where.is_dir() and shutil.disk_usage(where).free < wanted + (64 << 20):
            raise Refusal(
                "backup.no_space",
                "%(place)s has too little free space: about %(need)s MB are needed.",
                place=where,
                need=(wanted >> 20) + 64,
            )


def _snapshot(source: Source, scratch: Path) -> tuple[Path, database.Digests]:
    if source.sqlite:
        copy = scratch / "database.sqlite3"
        database.snapshot_sqlite(source.sqlite, copy)
        return copy, database.digests_sqlite(copy)
    dump = scratch / "database.dump"
    return dump, database.dump_postgres(source.postgres or {}, dump)


def _pack(sink: BinaryIO, source: Source, snapshot: Path, manifest: dict[str, Any]) -> int:
    """Write the compressed tar; returns the number of files besides the database."""
    digests: dict[str, dict[str, Any]] = {}
    compressor = zstandard.ZstdCompressor(level=3)
    with (
        compressor.stream_writer(sink, closefd=False) as compressed,
        tarfile.open(fileobj=compressed, mode="w|", format=tarfile.PAX_FORMAT) as archive,
    ):
        _add(archive, snapshot.name, snapshot)
        for name, path in files_of(source):
            added = _add(archive, f"files/{name}", path)
            if added:
                digests[name] = added
        text = json.dumps({**manifest, "files": digests}, sort_keys=True).encode()
        entry = tarfile.TarInfo("manifest.json")
        entry.size = len(text)
        archive.addfile(entry, io.BytesIO(text))
    return len(digests)


def _add(archive: tarfile.TarFile, name: str, path: Path) -> dict[str, Any] | None:
    """Add one file; None when it was erased meanwhile (a purge does not wait for a backup)."""
    try:
        handle = path.open("rb")
    except FileNotFoundError:
        return None
    with handle:
        status = os.fstat(handle.fileno())
        entry = tarfile.TarInfo(name)
        entry.size, entry.mtime, entry.mode = status.st_size, status.st_mtime, status.st_mode & 0o777
        hashing = _Hashing(handle)
        archive.addfile(entry, cast(BinaryIO, hashing))
    return {"size": entry.size, "sha256": hashing.digest.hexdigest()}


class _Hashing:
    """A reader that hashes what passes through it."""

    def __init__(self, handle: BinaryIO) -> None:
        self._handle = handle
        self.digest = hashlib.sha256()

    def read(self, length: int = -1) -> bytes:
        data = self._handle.read(length)
        self.digest.update(data)
        return data
