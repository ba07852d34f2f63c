"""What a database is made of, as a set of lines that can be compared: columns, constraints, indexes, triggers, and its rows."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CHANCE = frozenset({"id", "content_type_id", "applied"})
"""Columns that hold a number given in passing, or a moment."""
POSTGRES = (
    (
        "SELECT table_name, column_name, data_type, character_maximum_length, numeric_precision, is_nullable, column_default, is_identity,"
        " collation_name FROM information_schema.columns WHERE table_schema = 'public'"
    ),
    (
        "SELECT conrelid::regclass::text, contype::text, condeferrable, condeferred, convalidated, pg_get_constraintdef(oid)"
        " FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
    ),
    "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
)
TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"


def of_sqlite(file: Path) -> set[str]:
    """The lines of a SQLite file."""
    with contextlib.closing(sqlite3.connect(file)) as database:
        found = database.execute("SELECT type, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        tables = [table for kind, table, _ in found if kind == "table"]
        parts = {
            f"{table}: {part}" for kind, table, sql in found for part in (_parts(sql) if kind == "table" else [sql])
        }
        return parts | set(_rows(database, tables))


def of_postgres(parameters: dict[str, Any]) -> set[str]:
    """The lines of a PostgreSQL database."""
    # reason: an extra that a run on SQLite needs nowhere else
    import psycopg

    with psycopg.connect(**parameters) as database:
        lines = {f"{row}" for question in POSTGRES for row in database.execute(question).fetchall()}
        return lines | set(_rows(database, [row[0] for row in database.execute(TABLES).fetchall()]))


def _rows(database: Any, tables: list[str]) -> Iterator[str]:
    for table in tables:
        if table != "sqlite_sequence":
            found = database.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in found.description]
            for row in found.fetchall():
                yield f"{table}: {sorted((n, v) for n, v in zip(names, row, strict=True) if n not in CHANCE)}"


def _parts(sql: str) -> list[str]:
    """The columns and constraints of a `CREATE TABLE`, in whatever order they stand."""
    inside, depth, parts = sql[sql.index("(") + 1 : sql.rindex(")")], 0, [""]
    for piece in re.findall(r"'(?:[^']|'')*'|\"[^\"]*\"|[^'\"]", inside):
        depth += (piece == "(") - (piece == ")")
        if piece == "," and not depth:
            parts.append("")
        else:
            parts[-1] += piece
    return [" ".join(part.split()) for part in parts]
