"""Migrations: complete, reversible, named after their one change."""

from __future__ import annotations

import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import migrations
from django.db.migrations.loader import MigrationLoader

from tests.shape.paths import nothing
from tests.support.code import Finding


def our_migrations() -> list[Any]:
    """Every migration of Linli's apps."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return [m for m in loader.disk_migrations.values() if type(m).__module__.startswith("linli.")]


def irreversible(chosen: list[Any]) -> list[Finding]:
    """Operations that cannot be taken back."""
    return [
        Finding(f"{migration.app_label}.{migration.name}", 1, f"cannot be reversed: {operation.describe()}")
        for migration in chosen
        for operation in migration.operations
        if not operation.reversible
    ]


def badly_named(chosen: list[Any]) -> list[Finding]:
    """Names that say nothing about the change."""
    return [
        Finding(f"{migration.app_label}.{migration.name}", 1, "name the change")
        for migration in chosen
        if not re.match(r"\d{4}_[a-z]", migration.name) or "_auto_" in migration.name or "_and_more" in migration.name
    ]


@pytest.mark.django_db
def test_no_model_is_ahead_of_its_migrations() -> None:
    output = StringIO()
    call_command("makemigrations", "--check", "--dry-run", stdout=output, stderr=output, skip_checks=True)
    assert "No changes detected" in output.getvalue()


def test_every_migration_can_be_taken_back() -> None:
    assert our_migrations()
    nothing(irreversible(our_migrations()))


def test_every_migration_names_its_change() -> None:
    nothing(badly_named(our_migrations()))


def test_a_migration_that_cannot_be_taken_back_is_noticed() -> None:
    class OneWay(migrations.Migration):
        operations = [migrations.RunPython(lambda apps, editor: None), migrations.RunSQL("SELECT 1")]

    migration = OneWay("0007_auto_20200101", "gates")
    assert len(irreversible([migration])) == 2
    assert len(badly_named([migration])) == 1
