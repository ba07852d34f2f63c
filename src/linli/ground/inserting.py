"""Many rows into a table, made ready before the write transaction begins.

Django's ``bulk_create`` prepares the values and assembles the SQL inside the caller's transaction, for every batch anew; on SQLite
that is most of the time for which everybody else waits. Here ``ready`` does all that work outside, and ``write`` only hands the
values over: the same fields' own preparation, one statement run for many rows. ``ready_changes`` does the same for some columns of
rows that are already there. It is the one place of such SQL text, and a test writes every kind of field through it beside
``bulk_create`` (docs/decisions/0118).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from operator import attrgetter
from threading import Lock
from typing import Any, ClassVar, TypeAlias, cast
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

from linli.ground.scope import Personal, ScopeError, current_scope

SKIP = "ON CONFLICT DO NOTHING"


@dataclass(frozen=True, slots=True)
class Ready:
    """Rows of one model whose values are prepared for the database."""

    sql: str
    values: list[tuple[Any, ...]]
    rows: Sequence[models.Model]

    def write(self) -> int:
        """Insert them, in the caller's transaction; how many were written. Constraints speak as they do for ``bulk_create``."""
        with planned_cursor(connections[DEFAULT_DB_ALIAS]) as cursor:
            if len(self.values) == 1:
                cursor.execute(self.sql, self.values[0])
            else:
                cursor.executemany(self.sql, self.values)
            written = int(cursor.rowcount)
        for row in self.rows:
            row._state.adding = False
            row._state.db = connection.alias
        return written


_turn = Lock()


@contextmanager
def in_turn() -> Iterator[None]:
    """For a short write that many threads ask for at once: on SQLite one of a process at a time, each as soon as the one before is done.

    SQLite's own waiting naps, longer each time, and leaves the lock unused meanwhile. Inside a transaction that has begun nothing waits
    here: it may hold the database already. Other processes are waited for by SQLite as ever.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with _turn:
        yield


def planned_cursor(here: Any) -> Any:
    """A cursor for statements whose text never changes (docs/decisions/0124).

    PostgreSQL plans each once a connection: Django's usual cursor puts the values into the text, so that every run is a new statement.
    For SQLite Django rewrites the places of the values at every run, which for a long text takes as long as the statement: here once.
    """
    here.close_if_health_check_failed()
    here.ensure_connection()
    made = _cursor_class(here.vendor)(here.connection)
    return here.make_debug_cursor(made) if here.queries_logged else here.make_cursor(made)


@cache
def _cursor_class(vendor: str) -> Any:
    if vendor == "postgresql":
        # reason: psycopg is installed where PostgreSQL is used
        from django.db.backends.postgresql.base import ServerBindingCursor

        return ServerBindingCursor
    # reason: the other database's backend
    from django.db.backends.sqlite3.base import SQLiteCursorWrapper

    class Rewritten(SQLiteCursorWrapper):
        """Remembers what its statements are rewritten to; there are as many as the program has."""

        known: ClassVar[dict[str, str]] = {}

        def convert_query(self, query: str, *, param_names: Any = None) -> str:
            if query not in self.known:
                self.known[query] = super().convert_query(query, param_names=param_names)
            return self.known[query]

    return Rewritten


def ready(rows: Sequence[models.Model], *, skip_present: bool = False) -> Ready:
    """Prepare unsaved ``rows``, all of one model, whose ids the program has made (or nobody needs back).

    ``skip_present``: a row that would repeat a unique value is left out instead of failing, as what a phone sends twice; every other
    constraint speaks (unlike ``bulk_create(ignore_conflicts=True)``, which on SQLite drops a row that breaks any).
    Raises :class:`ScopeError` for personal rows outside the active scope, ValueError for no rows or rows of several models.
    """
    model = _model_of(rows)
    sql, columns = _insert(model, connection.vendor)
    return Ready(f"{sql} {SKIP}" if skip_present else sql, _values(rows, columns, add=True), rows)


def ready_changes(rows: Sequence[models.Model], fields: Sequence[str]) -> Ready:
    """Prepare some ``fields`` of saved ``rows``, all of one model, as they stand in hand; errors as for :func:`ready`."""
    model = _model_of(rows)
    sql, columns = _update(model, tuple(fields), connection.vendor)
    return Ready(sql, _values(rows, columns, add=False), rows)


def _model_of(rows: Sequence[models.Model]) -> type[models.Model]:
    if not rows:
        raise ValueError("nothing to write")
    model = type(rows[0])
    if any(type(row) is not model for row in rows):
        raise ValueError("rows of several models")
    if issubclass(model, Personal):
        _inside(rows)
    return model


def _inside(rows: Sequence[models.Model]) -> None:
    allowed = current_scope().neighbourhoods
    field = attrgetter(getattr(type(rows[0]), "scope_field", "neighbourhood_id"))
    if allowed is not None and not {field(row) for row in rows} <= allowed:
        raise ScopeError("rows of a neighbourhood outside the scope")


Field: TypeAlias = "models.Field[Any, Any]"
Prepare = Callable[[Any, Any], Any]


@dataclass(frozen=True, slots=True)
class _Columns:
    """How the values of rows are taken and prepared: all at once, then each that its database does not take as it is."""

    take: Callable[[models.Model], tuple[Any, ...]]
    own: list[tuple[int, Field]]
    prepared: list[tuple[int, type | None, Prepare]]


def _values(rows: Sequence[models.Model], columns: _Columns, *, add: bool) -> list[tuple[Any, ...]]:
    here, take, prepared = connections[DEFAULT_DB_ALIAS], columns.take, columns.prepared
    found = []
    for row in rows:
        values = list(take(row))
        for at, field in columns.own:
            values[at] = field.pre_save(row, add)
        for at, plain, prepare in prepared:
            value = values[at]
            if value is not None and type(value) is not plain:
                values[at] = prepare(value, here)
        found.append(tuple(values))
    return found


def _columns(fields: Sequence[Field], vendor: str) -> _Columns:
    take = attrgetter(*(field.attname for field in fields))
    own = [(at, field) for at, field in enumerate(fields) if type(field).pre_save is not models.Field.pre_save]
    return _Columns(take, own, [(at, *preparation(field, vendor)) for at, field in enumerate(fields)])


def preparation(field: Field, vendor: str) -> tuple[type | None, Prepare]:
    """The type that the field hands to its database unchanged, and what it does with anything else (None stays None)."""
    kind: Any = field
    while isinstance(kind, models.ForeignKey):
        kind = kind.target_field
    if isinstance(kind, models.CharField | models.TextField):
        return str, field.get_db_prep_save
    if vendor == "sqlite" and isinstance(kind, models.BooleanField):
        return bool, field.get_db_prep_save
    if vendor == "sqlite" and isinstance(kind, models.IntegerField):
        return int, field.get_db_prep_save
    if vendor == "sqlite" and isinstance(kind, models.DateTimeField):
        return None, lambda value, here: _moment(value, here) or field.get_db_prep_save(value, here)
    if vendor == "sqlite" and isinstance(kind, models.UUIDField):
        return None, lambda value, here: value.hex if type(value) is UUID else field.get_db_prep_save(value, here)
    return None, field.get_db_prep_save


def _moment(value: Any, here: Any) -> str:
    """A moment in the database's own time zone as SQLite's backend writes it; empty for any other."""
    known = type(value) is datetime and value.tzinfo is not None and value.tzinfo is here.timezone
    return str(value.replace(tzinfo=None)) if known else ""


@cache
def _insert(model: type[models.Model], vendor: str) -> tuple[str, _Columns]:
    """The INSERT of a model and its columns; ids that the database counts are left to it."""
    fields: list[Field] = [
        field
        for field in model._meta.local_concrete_fields
        if not isinstance(field, models.AutoField | models.BigAutoField | models.SmallAutoField)
    ]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join("%s" for _ in fields)
    return f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})", _columns(fields, vendor)


@cache
def _update(model: type[models.Model], names: tuple[str, ...], vendor: str) -> tuple[str, _Columns]:
    """The UPDATE of some fields of a row by its primary key."""
    meta = model._meta
    fields: list[Field] = [cast(Field, meta.get_field(name)) for name in names]
    key: Any = meta.pk
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    where = f"{quote(str(key.column))} = %s"
    return f"UPDATE {quote(meta.db_table)} SET {sets} WHERE {where}", _columns([*fields, key], vendor)
