"""One migration taken back on the test's own database, and made again: for tests of migrations that move rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.migrations.loader import MigrationLoader


@contextmanager
def without(app: str, name: str) -> Iterator[Any]:
    """The database as it was before the migration, and the models of then, for the time of the block.

    Needs a test with transactions of its own (``django_db(transaction=True)``): tables are changed.
    """
    loader = MigrationLoader(connection)
    migration = loader.get_migration(app, name)
    before = loader.project_state((app, name), at_end=False)
    with connection.schema_editor() as editor:
        migration.unapply(before.clone(), editor)
    try:
        yield before.apps
    finally:
        with connection.schema_editor() as editor:
            migration.apply(before.clone(), editor)
