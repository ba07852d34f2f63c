"""A new installation's tables are made at once; the migrations, one by one, come to the same on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper as PostgresWrapper

from linli.journal import new_database
from linli.site import backup_database
from linli.site.tests.conftest import default_is, sqlite_instead
from tests.support import step_by_step, structure
from tests.support.environment import TEST
from tests.support.postgres import database_settings


@pytest.fixture
def postgres(postgres_server: str, django_db_blocker: Any) -> Iterator[dict[str, str]]:
    """The addresses of two empty databases: ``steps`` and ``once``."""
    import psycopg  # an extra

    server = backup_database.parse_url(postgres_server)
    names = ["linli_steps", "linli_once"]
    with psycopg.connect(**server, autocommit=True) as whole:
        for name in names:
            whole.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
            whole.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'".encode())
    yield {name.removeprefix("linli_"): name for name in names}
    with psycopg.connect(**server, autocommit=True) as whole:
        for name in names:
            whole.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())


@contextmanager
def postgres_instead(uri: str, name: str) -> Iterator[None]:
    """Django's default connection is one to this PostgreSQL database for the time of the block."""
    shipped = connection.settings_dict | database_settings(uri) | {"NAME": name, "TEST": TEST}
    with default_is(PostgresWrapper(shipped, alias="default")):
        yield


def finish() -> None:
    """What `migrate` does after the last migration."""
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")


def test_at_once_and_step_by_step_come_to_the_same(
    tmp_path: Path, postgres: dict[str, str], postgres_server: str, django_db_blocker: Any
) -> None:
    on_postgres = {name: partial(postgres_instead, postgres_server, database) for name, database in postgres.items()}
    on_sqlite = {name: partial(sqlite_instead, tmp_path / name) for name in postgres}
    with django_db_blocker.unblock():
        for here in (on_sqlite["once"], on_postgres["once"]):
            with here():
                new_database.make()
        step_by_step.migrate([on_sqlite["steps"], on_postgres["steps"]])
        for here in (on_sqlite["steps"], on_postgres["steps"]):
            with here():
                finish()
    server = backup_database.parse_url(postgres_server)
    found = {name: structure.of_postgres({**server, "dbname": database}) for name, database in postgres.items()}
    assert len(found["once"]) > 1_000
    assert found["once"] ^ found["steps"] == set()
    found = {name: structure.of_sqlite(tmp_path / name) for name in postgres}
    assert len(found["once"]) > 1_000
    assert found["once"] ^ found["steps"] == set()
