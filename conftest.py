"""For every test of the repository: Linli's folders, the database, and the flush between committing tests."""

from __future__ import annotations

import gc
import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from pytest_django import DjangoDbBlocker

from tests.support import environment, in_clear, template

# A deadline of wall-clock time says more about the machine's other work than about the code.
hypothesis.settings.register_profile(
    "linli", deadline=None, database=None, derandomize=bool(os.environ.get("CI")), print_blob=True
)
hypothesis.settings.load_profile("linli")

TEST_FOLDER: Path = environment.prepare()

pytest_plugins = ["linli.ground.testing"] if importlib.util.find_spec("linli.ground.testing") else []


WATCH = in_clear.Watch()


def pytest_sessionstart() -> None:
    """From here on every log, error page, file and row of the journal is looked at as it is written."""
    WATCH.start()


def pytest_collection_finish() -> None:
    """What stands now, half a million objects of modules and tests, stays until the end: the collector need not walk it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(autouse=True)
def nothing_in_clear() -> Iterator[None]:
    """No test makes the product write a document, a telephone or a reading where it must not stand (``tests/support/in_clear.py``)."""
    yield
    found = WATCH.taken()
    assert not found, found


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What asks for the cast stands together, so that it is made once a worker and not once a neighbour that asks for an empty database.

    On PostgreSQL only what asks for a database is run: everything else has run the same way beside SQLite (docs/decisions/0004).
    """
    # reason: models can be imported only after Django is set up
    from linli.ground import staging

    items.sort(key=lambda item: not staging.fits(item))
    if os.environ.get("LINLI_TEST_DB") != "postgres":
        return
    asking = [item for item in items if _asks_for_a_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(asking)])
    items[:] = asking


def _asks_for_a_database(item: pytest.Item) -> bool:
    """By its mark or by a fixture; without either, pytest-django lets nothing reach a database."""
    names = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(names & {"db", "transactional_db", "cast"})


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Each worker has a database of its own."""


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None) -> bool:
    """On SQLite every worker begins with a copy of one file that has everything: under the name that is its own."""
    if os.environ.get("LINLI_TEST_DB", "sqlite") != "sqlite":
        return False
    # reason: settings can be read only after ``environment.prepare``
    from django.conf import settings

    template.copy_to(Path(settings.DATABASES["default"]["TEST"]["NAME"]))
    return True


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Remember what the migrations write, and let committing tests come back to it."""
    # reason: models can be imported only after Django is set up
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    from linli.ground.testing import STAGE
    from linli.journal import new_database
    from tests.support import flush

    with django_db_blocker.unblock():
        if connection.vendor != "sqlite":  # whose file has its rows already; here are the models' tables alone
            new_database.write_rows("default", MigrationLoader(connection))
        flush.install(flush.remember())
    yield
    STAGE.clear()


@pytest.fixture
def staged(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The cast's own transaction is open around a test that asks for the cast, and around no other."""
    # reason: models can be imported only after Django is set up
    from linli.gates import codes
    from linli.ground import staging, testing

    codes.forget()  # a withdrawn key is made anew under its name by the next test
    if staging.fits(request.node):
        testing.STAGE.set_up(django_db_blocker)
    else:
        testing.STAGE.clear()


@pytest.fixture
def _django_db_helper(staged: None, _django_db_helper: None) -> None:
    """Every test that reaches a database passes here, before its own transaction opens."""


@pytest.fixture(scope="session")
def linli_folder() -> Path:
    """The folder with this worker's `data` and `keys`."""
    return TEST_FOLDER
