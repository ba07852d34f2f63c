"""Emptying the test database between tests that commit: the one place that lifts the append-only triggers.

Rows that migrations made (place kinds, rule sets …) are remembered after the migrations and put back after every flush,
so that a test finds the same database whether or not a committing test ran before it.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core import serializers
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.test import TransactionTestCase

from linli.journal.triggers import lifted


def remember(alias: str = DEFAULT_DB_ALIAS) -> str:
    """Every row of the migrated database as JSON, read past the scoped managers."""
    rows: list[models.Model] = []
    tables = set(connections[alias].introspection.table_names())
    for model in serializers.sort_dependencies([(config, None) for config in apps.get_app_configs()]):
        if model._meta.db_table in tables and model._meta.managed and not model._meta.proxy:
            rows += list(models.QuerySet(model, using=alias).order_by(model._meta.pk.name))
    return serializers.serialize("json", rows)


def empty(remembered: str, alias: str = DEFAULT_DB_ALIAS) -> None:
    """Empty every table and put the remembered rows back."""
    with lifted(alias):
        call_command(
            "flush",
            verbosity=0,
            interactive=False,
            database=alias,
            reset_sequences=False,
            allow_cascade=False,
            inhibit_post_migrate=True,
        )
        with transaction.atomic(using=alias):
            for row in serializers.deserialize("json", remembered, using=alias):
                row.save(using=alias)
            connections[alias].check_constraints()


def install(remembered: str) -> None:
    """Let every committing test end with `empty`."""

    def teardown(self: Any) -> None:
        empty(remembered)

    TransactionTestCase._fixture_teardown = teardown  # type: ignore[attr-defined]
