"""Every migration, one after the other, on empty databases: as `migrate` does it, but the models' history is worked out once for all.

Nearly all of a migrate's time goes into that history, which no database changes: Django makes the models of the whole house anew for
every operation that touches one of them. Most operations need the one model alone; before any other the house is made whole again.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import Any
from unittest import mock

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AddIndex,
    CreateModel,
    RemoveConstraint,
    RemoveIndex,
)
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState
from django.db.models import Field
from django.utils.functional import cached_property

Here = Callable[[], AbstractContextManager[None]]
"""Makes Django's default connection one to the database in question."""
OF_ONE_MODEL = (AddConstraint, AddField, AddIndex, CreateModel, RemoveConstraint, RemoveIndex)
"""What they write is of one table; of its neighbours only the names of table and key are read, and those stay."""


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
        alone = isinstance(operation, OF_ONE_MODEL)
        if not alone:
            state.__dict__.pop("apps", None)  # of which some models know others as they were
            assert state.apps
        before = state.clone()
        with mock.patch.object(ProjectState, "_find_reload_model", _itself) if alone else nullcontext():
            operation.state_forwards(migration.app_label, state)
        yield operation, before, state.clone()


def _itself(_state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:
    """Instead of all models that can be reached from one."""
    return {(app_label, model_name)}


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
