"""Many rows into a table, made ready before the write transaction begins.

Django's ``bulk_create`` prepares the values and assembles the SQL inside the caller's transaction, for every batch anew; on SQLite
that is most of the time for which everybody else waits. Here ``ready`` does all that work outside, and ``write`` only hands the
values over: the same fields' own preparation, one statement run for many rows. It is the one place of SQL text for inserts, and a
test writes every kind of field through it beside ``bulk_create`` (docs/decisions/0118).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any

from django.db import connection, models

from linli.ground.scope import Personal, ScopeError, current_scope


@dataclass(frozen=True, slots=True)
class Ready:
    """Rows of one model whose values are prepared for the database."""

    sql: str
    values: list[tuple[Any, ...]]
    rows: Sequence[models.Model]

    def write(self) -> int:
        """Insert them, in the caller's transaction; how many. Constraints speak as they do for ``bulk_create``."""
        with connection.cursor() as cursor:
            cursor.executemany(self.sql, self.values)
        for row in self.rows:
            row._state.adding = False
            row._state.db = connection.alias
        return len(self.values)


def ready(rows: Sequence[models.Model]) -> Ready:
    """Prepare unsaved ``rows``, all of one model, whose ids the program has made (or nobody needs back).

    Raises :class:`ScopeError` for personal rows outside the active scope, ValueError for no rows or rows of several models.
    """
    if not rows:
        raise ValueError("nothing to insert")
    model = type(rows[0])
    if any(type(row) is not model for row in rows):
        raise ValueError("rows of several models")
    if issubclass(model, Personal):
        _inside(rows)
    sql, fields = _statement(model, connection.vendor)
    columns = [(field, field.get_db_prep_save) for field in fields]
    here = connection
    values = [tuple([prep(field.pre_save(row, True), here) for field, prep in columns]) for row in rows]
    return Ready(sql, values, rows)


def _inside(rows: Sequence[models.Model]) -> None:
    allowed = current_scope().neighbourhoods
    field = attrgetter(getattr(type(rows[0]), "scope_field", "neighbourhood_id"))
    if allowed is not None and not {field(row) for row in rows} <= allowed:
        raise ScopeError("rows of a neighbourhood outside the scope")


@cache
def _statement(model: type[models.Model], vendor: str) -> tuple[str, list[models.Field[Any, Any]]]:
    """The INSERT of a model and the fields it names; ids that the database counts are left to it."""
    fields: list[models.Field[Any, Any]] = [
        field
        for field in model._meta.local_concrete_fields
        if not isinstance(field, models.AutoField | models.BigAutoField | models.SmallAutoField)
    ]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join("%s" for _ in fields)
    return f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})", fields
