"""The suite runs where it was told to: else a green run on PostgreSQL would be one on SQLite."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from linli.vault.keyring import data_folder


@pytest.mark.django_db
def test_the_database_is_the_one_that_was_asked_for() -> None:
    wanted = os.environ.get("LINLI_TEST_DB", "sqlite")
    assert connection.vendor == {"sqlite": "sqlite", "postgres": "postgresql"}[wanted]


def test_the_settings_and_the_keyring_name_one_folder(linli_folder: Path) -> None:
    assert data_folder() == Path(settings.DATA) == linli_folder / "data"
