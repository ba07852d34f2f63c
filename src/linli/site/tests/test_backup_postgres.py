"""A PostgreSQL installation: dumped while others write, restored into an empty database, table by table equal."""

from __future__ import annotations

import datetime as dt
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from linli.site import backup, backup_database, restore
from linli.site.backup import Source
from linli.site.tests.helpers import refused
from linli.vault import keyring

NOW = dt.datetime(2026, 3, 13, 16, 41, tzinfo=dt.UTC)
MAKE = """
CREATE TABLE person (id bigint PRIMARY KEY, name text, sealed bytea, at timestamptz, tenths double precision, data jsonb);
CREATE TABLE passage (id bigserial PRIMARY KEY, side text);
CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'append-only'; END $$ LANGUAGE plpgsql;
CREATE TRIGGER passage_no_update BEFORE UPDATE ON passage FOR EACH ROW EXECUTE FUNCTION refuse();
INSERT INTO person SELECT n, '张𠮷\t' || n, decode(md5(n::text), 'hex'), now(), n / 7.0, '{"a": 1}' FROM generate_series(1, 500) n;
INSERT INTO person VALUES (0, NULL, NULL, NULL, NULL, NULL);
"""


@pytest.fixture
def server(postgres_server: str) -> dict[str, Any]:
    """psycopg's parameters of the server."""
    return backup_database.parse_url(postgres_server)


@pytest.fixture
def databases(server: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
    """Two databases of our own: the first filled, the second empty."""
    import psycopg  # an extra

    names = ["linli_backup_from", "linli_backup_to"]
    with psycopg.connect(**server, autocommit=True) as connection:
        for name in names:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'".encode())
    chosen = [{**server, "dbname": name} for name in names]
    with psycopg.connect(**chosen[0], autocommit=True) as connection:
        connection.execute(MAKE.encode())
    yield chosen
    with psycopg.connect(**server, autocommit=True) as connection:
        for name in names:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())


def test_a_postgresql_backup_is_restored_equal_while_a_writer_hammers(
    databases: list[dict[str, Any]], own_folders: Path
) -> None:
    import psycopg  # an extra

    stop, written = threading.Event(), [0]

    def hammer() -> None:
        with psycopg.connect(**databases[0]) as connection:
            while not stop.is_set():
                for side in ("in", "out"):
                    connection.execute("INSERT INTO passage (side) VALUES (%s)", (side,))
                connection.commit()
                written[0] += 1

    (own_folders / "data" / "inbox").mkdir()
    (own_folders / "data" / "inbox" / "a.sealed").write_bytes(os.urandom(5000))
    writer = threading.Thread(target=hammer)
    writer.start()
    try:
        while written[0] < 5 and writer.is_alive():
            stop.wait(0.01)
        source = Source(own_folders / "data", postgres=databases[0])
        made = backup.make_backup(source, own_folders / "backups", now=NOW)
    finally:
        stop.set()
        writer.join(30)
    with refused("restore.needs_postgres"):
        restore.restore(made.path, own_folders / "new")
    done = restore.restore(made.path, own_folders / "new", postgres=databases[1])
    assert (done.engine, done.rows, done.tables, done.files) == ("postgresql", made.rows, 2, 2)
    assert (own_folders / "new" / "inbox" / "a.sealed").stat().st_size == 5000
    assert not (own_folders / "new" / "database.dump").exists()
    with psycopg.connect(**databases[1]) as connection:
        sides = connection.execute("SELECT side, count(*) FROM passage GROUP BY side ORDER BY side").fetchall()
        assert sides[0][1] == sides[1][1] >= 5
        with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
            connection.execute("UPDATE passage SET side = 'x'")
    with psycopg.connect(**databases[0]) as one, psycopg.connect(**databases[1]) as two:
        query = "SELECT id, name, sealed, at, tenths, data FROM person ORDER BY id"
        assert one.execute(query).fetchall() == two.execute(query).fetchall()
    with refused("restore.not_empty"):
        restore.restore(made.path, own_folders / "again", postgres=databases[1])
    assert not (own_folders / "again").exists()


def test_what_is_missing_for_postgresql_gets_a_sentence(
    server: dict[str, Any], own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert backup_database.find_tool("pg_dump", 15).name == "pg_dump"
    with refused("backup.no_tool") as refusal:
        backup_database.find_tool("pg_dump", 99)
    assert "postgresql-client-99" in str(refusal.value)
    keyring().master()
    source = Source(own_folders / "data", postgres={"host": "127.0.0.1", "port": "1", "dbname": "none", "user": "x"})
    with refused("backup.no_connection"):
        backup.make_backup(source, own_folders / "backups", now=NOW)
    with refused("backup.bad_url"):
        backup_database.parse_url("postgresql://[")


def test_without_the_extra_postgresql_gets_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.setitem(sys.modules, "psycopg.conninfo", None)
    with refused("backup.no_driver"):
        backup_database.parse_url("postgresql://localhost/linli")
    with refused("backup.no_driver"), backup_database.postgres({"dbname": "linli"}):
        raise AssertionError("never reached")
