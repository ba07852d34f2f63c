"""Every migration, one after the other, on empty databases: as `migrate` does it, but the models' history is worked out once for all.

Nearly all of a migrate's time goes into that history, which no database changes.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import cache
from typing import Any
from unittest import mock

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Field
from django.utils.functional import cached_property

Here = Callable[[], AbstractContextManager[None]]
"""Makes Django's default connection one to the database in question."""


def migrate(databases: list[Here]) -> None:
    """Migrate each of the databases; what a receiver of `post_migrate` adds is left to the caller."""
    with databases[0]():
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True)
        state = executor._create_project_state(with_applied_migrations=False)  # type: ignore[attr-defined]
    for here in databases:
        with here():
            MigrationRecorder(connection).ensure_schema()
    with mock.patch.object(Field, "clone", _clone):
        assert state.apps
        for migration, _ in plan:
            steps = list(_steps(migration, state))
            for here in databases:
                with here():
                    _apply(migration, steps)


def _steps(migration: Any, state: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Each operation with the models before and after it; ``state`` moves on."""
    for operation in migration.operations:
        before = state.clone()
        operation.state_forwards(migration.app_label, state)
        yield operation, before, state.clone()


def _apply(migration: Any, steps: list[tuple[Any, Any, Any]]) -> None:
    assert migration.atomic, f"{migration}: without a transaction; see Migration.apply"
    with connection.schema_editor() as editor:
        for operation, before, after in steps:
            operation.database_forwards(migration.app_label, editor, before, after)
    MigrationRecorder(connection).record_applied(migration.app_label, migration.name)


@cache
def _worked_out(kind: type) -> list[str]:
    """What a field remembers once it belongs to a model."""
    return [
        name
        for one in getattr(kind, "__mro__", ())
        for name, value in vars(one).items()
        if isinstance(value, cached_property)
    ]


def _clone(field: Any) -> Any:
    """`Field.clone` by copying: half of the time goes into taking fields apart and making them anew."""
    made = copy.deepcopy(field)
    for name in _worked_out(type(field)):  # type: ignore[arg-type]  # a type is hashable
        made.__dict__.pop(name, None)
    made.creation_counter, Field.creation_counter = Field.creation_counter, Field.creation_counter + 1
    return made
