"""Append-only, enforced by the database: triggers that refuse UPDATE, DELETE (and TRUNCATE on PostgreSQL).

The one documented place of raw SQL for triggers. ``install`` runs after every migrate; ``lifted`` takes the triggers away for
the flush between tests and for nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections

APPEND_ONLY: list[str] = ["journal_entry", "journal_detail"]
"""Tables that only grow. Rooms append theirs (the ledger) in their ``apps.py``."""

_PG_FUNCTION = """
CREATE OR REPLACE FUNCTION linli_append_only() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME; END $$ LANGUAGE plpgsql
"""


def install(using: str = "default") -> None:
    """(Re)install the triggers of every append-only table that exists."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_PG_FUNCTION)
        for table in APPEND_ONLY:
            if table in existing:
                for statement in _drop(table, connection.vendor) + _create(table, connection.vendor):
                    cursor.execute(statement)


def missing(using: str = "default") -> list[str]:
    """The append-only tables that have lost a trigger (for ``linli doctor``)."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        present = {row[0] for row in cursor.fetchall()}
    verbs = ("update", "delete", "truncate") if connection.vendor == "postgresql" else ("update", "delete")
    return [t for t in APPEND_ONLY if not {f"{t}_no_{verb}" for verb in verbs} <= present]


@contextmanager
def lifted(using: str = "default") -> Iterator[None]:
    """Without the triggers for the time of the block: only for emptying a test database."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in APPEND_ONLY:
            if table in existing:
                for statement in _drop(table, connection.vendor):
                    cursor.execute(statement)
    try:
        yield
    finally:
        install(using)


def _drop(table: str, vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [f'DROP TRIGGER IF EXISTS "{table}_no_{verb}" ON "{table}"' for verb in ("update", "delete", "truncate")]
    return [f'DROP TRIGGER IF EXISTS "{table}_no_{verb}"' for verb in ("update", "delete")]


def _create(table: str, vendor: str) -> list[str]:
    if vendor == "postgresql":
        rows = [
            f'CREATE TRIGGER "{table}_no_{verb}" BEFORE {verb.upper()} ON "{table}" '
            f"FOR EACH {'STATEMENT' if verb == 'truncate' else 'ROW'} EXECUTE FUNCTION linli_append_only()"
            for verb in ("update", "delete", "truncate")
        ]
        return rows
    return [
        f'CREATE TRIGGER "{table}_no_{verb}" BEFORE {verb.upper()} ON "{table}" '
        f"BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
        for verb in ("update", "delete")
    ]
