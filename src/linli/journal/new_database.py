"""The tables of a new installation, made at once and not by repeating the product's history.

Django renders every neighbour of a model anew for every operation of a migration: to migrate an empty database takes a minute and
longer with every room. What stands here in the end is the same to the last column, index and row: `site/tests/test_migrated.py` migrates
step by step, on SQLite and on PostgreSQL, and compares.
"""

from __future__ import annotations

from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import DEFAULT_DB_ALIAS, connections, migrations, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def migrate(using: str = DEFAULT_DB_ALIAS) -> None:
    """Bring the database to this code: one that is empty at once, and wholly or not at all; any other by its migrations."""
    if connections[using].introspection.table_names():
        call_command("migrate", database=using, verbosity=0, interactive=False)
    else:
        make(using)


def make(using: str = DEFAULT_DB_ALIAS) -> None:
    """Fill an empty database, in one transaction."""
    connection = connections[using]
    loader = MigrationLoader(connection)
    with connection.constraint_checks_disabled(), transaction.atomic(using=using):
        with connection.schema_editor() as editor:
            for model in loader.project_state().apps.get_models():
                if model._meta.can_migrate(connection):
                    editor.create_model(model)
        write_rows(using, loader)
        emit_post_migrate_signal(verbosity=0, interactive=False, db=using)


def write_rows(using: str, loader: MigrationLoader) -> None:
    """What migrations write: each such step in its order, but on the tables of today. All are recorded as applied.

    A step that moves older rows, and for that names what the tables of today no longer have, says so with ``elidable=True``: a new
    installation has no older rows. Raises NotImplementedError for SQL in a migration.
    """
    connection = connections[using]
    executor = MigrationExecutor(connection)
    plan = [one for one, _ in executor.migration_plan(loader.graph.leaf_nodes(), clean_start=True)]
    today = loader.project_state().apps
    with connection.schema_editor() as editor:
        for migration in plan:
            for step in migration.operations:
                if isinstance(step, migrations.RunSQL):
                    raise NotImplementedError(f"{migration}: SQL in a migration")
                if isinstance(step, migrations.RunPython) and not step.elidable:
                    step.code(today, editor)
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    rows = [recorder.Migration(app=one.app_label, name=one.name) for one in plan]
    recorder.Migration.objects.using(using).bulk_create(rows)
