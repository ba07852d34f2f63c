"""Queries of the online check, compiled once: Django builds and compiles the same SQL at every call, which is most of a check's time.

The one place where SQL text is kept. It is what the ORM makes of the query (``build``), never written by hand: ``build`` is called
once for each database with marks in place of values; later calls only put values where the marks were. Values take the way through
their model fields, results through the ORM's own converters, so both are as if the query had been run. A test runs every
prepared query beside its ORM form (docs/decisions/0076).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import Any, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

from linli.ground.inserting import Prepare, planned_cursor, preparation

INTEGER, MOMENT, IDENTITY = models.BigIntegerField(), models.DateTimeField(), models.UUIDField()
"""The kinds of values that a prepared query can be given."""
REMEMBERED = 256
"""Results of a query that ``made`` remembers: more than a neighbourhood has phones at its gates."""


M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class _Compiled:
    """``places``: for each named value where it stands, the type that needs no preparation, and the preparation."""

    sql: str
    params: tuple[Any, ...]
    places: list[tuple[str, list[int], type | None, Prepare]]
    names: list[str]
    converters: list[tuple[int, list[Any], Any]]


class Prepared:
    """A query with named values. ``build(**values)`` returns a ``values(…)`` queryset in which each value stands as it is given.

    ``make``: what is made of its rows where ``made`` is asked; nobody changes it.
    """

    def __init__(
        self,
        build: Callable[..., models.QuerySet[Any, Any]],
        make: Callable[[list[dict[str, Any]]], Any] = list,
        **kinds: models.Field[Any, Any],
    ) -> None:
        self.build, self.make, self.kinds = build, make, kinds
        self._made: dict[tuple[Any, ...], Any] = {}
        self._lock = Lock()
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, **values: Any) -> list[dict[str, Any]]:
        """Run it: one statement; a dict a row, as ``values(…)`` gives."""
        return self._read(*self._ask(values))

    def made(self, **values: Any) -> Any:
        """Run it: one statement; what ``make`` makes of the rows. The same rows are the same thing, and are made into it once."""
        found, raw = self._ask(values)
        key = tuple(raw)
        known = self._made.get(key)
        if known is None:
            known = self.make(self._read(found, raw))
            if len(self._made) >= REMEMBERED:
                self._made.clear()
            self._made[key] = known
        return known

    def _ask(self, values: Mapping[str, Any]) -> tuple[_Compiled, list[tuple[Any, ...]]]:
        here = connections[DEFAULT_DB_ALIAS]
        found = self._compiled.get(here.vendor) or self._compile()
        params = list(found.params)
        for name, places, plain, prepare in found.places:
            value = values[name]
            stored = value if type(value) is plain else prepare(value, here)
            for place in places:
                params[place] = stored
        with planned_cursor(here) as cursor:
            cursor.execute(found.sql, params)
            return found, cursor.fetchall()

    def _read(self, found: _Compiled, raw: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
        here, rows = connections[DEFAULT_DB_ALIAS], [list(row) for row in raw]
        for position, steps, expression in found.converters:
            for row in rows:
                for step in steps:
                    row[position] = step(row[position], expression, here)
        return [dict(zip(found.names, row, strict=True)) for row in rows]

    def _compile(self) -> _Compiled:
        with self._lock:
            marks = {name: _mark(kind, number) for number, (name, kind) in enumerate(self.kinds.items())}
            stored = {name: kind.get_db_prep_save(marks[name], connection) for name, kind in self.kinds.items()}
            query = self.build(**marks).query
            compiler = query.get_compiler(connection=connection)
            sql, params = compiler.as_sql()
            places = {name: [at for at, param in enumerate(params) if param == mark] for name, mark in stored.items()}
            missing = [name for name, found in places.items() if not found]
            if missing:
                raise LookupError(f"the query does not use {missing}")
            names = list(query.selected or [*query.values_select, *query.annotation_select])
            expressions = [column[0] for column in compiler.select]
            converters = [
                (position, steps, expression)
                for position, (steps, expression) in compiler.get_converters(expressions).items()
            ]
            prepared = [
                (name, found, *preparation(self.kinds[name], connection.vendor)) for name, found in places.items()
            ]
            made = _Compiled(sql, tuple(params), prepared, names, converters)
            self._compiled[connection.vendor] = made
            return made


def _mark(kind: models.Field[Any, Any], number: int) -> Any:
    """A value that stands for itself alone."""
    if isinstance(kind, models.UUIDField):
        return UUID(int=0xFACADE << 64 | number)
    if isinstance(kind, models.DateTimeField):
        return datetime(1971, 3, 14, 15, 9, 26, 500 + number, tzinfo=UTC)
    return 7_770_000_001 + number


def instance(model: type[M], found: Mapping[str, Any], prefix: str = "") -> M:
    """A model's row from a row of ``values``: every concrete field under ``prefix`` and its column's name."""
    names = [field.attname for field in model._meta.concrete_fields]
    return model.from_db(connection.alias, names, [found[prefix + name] for name in names])


def fields_of(model: type[models.Model], prefix: str = "") -> list[str]:
    """What ``values`` must name so that ``instance`` can read it."""
    return [prefix + field.attname for field in model._meta.concrete_fields]


def matches(prepared: Prepared, values: Mapping[str, Any]) -> bool:
    """Whether the prepared query gives what the ORM gives for these values; for tests."""
    return prepared.rows(**values) == [dict(row) for row in prepared.build(**values)]
