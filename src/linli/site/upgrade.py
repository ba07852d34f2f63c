"""Upgrade an installation: back up, migrate, check. Every step says what it did; a failed one says how to go back."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from linli.journal import new_database, triggers
from linli.kernel.refusal import Refusal
from linli.site import backup, backup_database, serve
from linli.vault import keyring


@dataclass
class Outcome:
    """What an upgrade did. ``problems`` is empty when every check passed; ``backup`` None for a new installation."""

    backup: Path | None = None
    migrated: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def pending() -> list[str]:
    """The migrations that this code has and the database does not, ``app.name``."""
    executor = MigrationExecutor(connection)
    return [f"{m.app_label}.{m.name}" for m, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def is_new() -> bool:
    """Whether the database has no table yet."""
    source = backup.this_installation()
    if source.sqlite and not source.sqlite.is_file():
        return True
    return not connection.introspection.table_names()


def upgrade(place: Path, *, now: dt.datetime, force: bool = False) -> Outcome:
    """Back up into ``place``, migrate, check. Raises :class:`Refusal` ``upgrade.running`` while the server runs (not with ``force``).

    A failing migration raises ``upgrade.failed`` with the backup to go back to.
    """
    source = backup.this_installation()
    pid = serve.running(source.folder)
    if pid and not force:
        raise Refusal(
            "upgrade.running",
            "The server is running (process %(pid)s). Stop it, upgrade, then start it again.",
            pid=pid,
        )
    outcome = Outcome()
    if is_new():
        keyring().master()
    else:
        outcome.backup = backup.make_backup(source, place, now=now, keep_days=None).path
    outcome.migrated = pending()
    try:
        new_database.migrate()
    except Exception as error:
        raise Refusal(
            "upgrade.failed",
            "The database could not be migrated: %(why)s. The data before the upgrade: %(backup)s.",
            why=error,
            backup=outcome.backup or "–",
        ) from error
    outcome.problems = list(check())
    return outcome


def check() -> Iterator[str]:
    """What is wrong with the installation after a migrate: system checks, database integrity, append-only triggers."""
    try:
        call_command("check", stdout=io.StringIO(), stderr=io.StringIO())
    except SystemCheckError as error:
        yield str(error)
    source = backup.this_installation()
    if source.sqlite:
        connection.close()
        yield from backup_database.integrity_sqlite(source.sqlite)
    yield from (f"{table}: append-only trigger is missing" for table in triggers.missing())
