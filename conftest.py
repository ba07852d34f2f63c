"""For every test of the repository: Linli's folders, the database, and the flush between committing tests."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import hypothesis
import pytest
from pytest_django import DjangoDbBlocker

from tests.support import environment

# A deadline of wall-clock time says more about the machine's other work than about the code.
hypothesis.settings.register_profile(
    "linli", deadline=None, database=None, derandomize=bool(os.environ.get("CI")), print_blob=True
)
hypothesis.settings.load_profile("linli")

TEST_FOLDER: Path = environment.prepare()

pytest_plugins = ["linli.ground.testing"] if importlib.util.find_spec("linli.ground.testing") else []


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Each worker has a database of its own."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Migrate once, remember what the migrations wrote, and let committing tests come back to it."""
    # reason: models can be imported only after Django is set up
    from tests.support import flush

    with django_db_blocker.unblock():
        flush.install(flush.remember())


@pytest.fixture(scope="session")
def linli_folder() -> Path:
    """The folder with this worker's `data` and `keys`."""
    return TEST_FOLDER
