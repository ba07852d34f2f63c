"""The world the tests run in: own data and key folders for each worker, SQLite or PostgreSQL, quick password hashes.

`prepare()` runs before Django's settings are read; the root `conftest.py` calls it.
"""

from __future__ import annotations

import atexit
import importlib
import importlib.util
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

TEST = {"CHARSET": None, "COLLATION": None, "MIGRATE": False, "MIRROR": None}
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


def temporary_root() -> Path:
    """A folder of this worker, in memory where the system has such a place; removed at the end of the process."""
    memory = Path("/dev/shm")
    place = memory if memory.is_dir() and os.access(memory, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix=f"linli-test-{WORKER}-", dir=place))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def prepare() -> Path:
    """Point Linli at folders of its own, then read the settings and choose the database; returns the folder."""
    folder = temporary_root()
    for name in [key for key in os.environ if key.startswith("LINLI_") and not key.startswith("LINLI_TEST_")]:
        if name != "LINLI_CHROMIUM":
            del os.environ[name]
    os.environ["LINLI_DATA"] = str(folder / "data")
    os.environ["LINLI_KEYS"] = str(folder / "keys")
    os.environ["DJANGO_SETTINGS_MODULE"] = "linli.site.settings"
    (folder / "data").mkdir()
    (folder / "data" / "static").mkdir()
    (folder / "keys").mkdir(mode=0o700)
    if importlib.util.find_spec("linli.site.settings"):
        _settings(folder)
    return folder


def _settings(folder: Path) -> None:
    """Adapt the product's own settings to a test run; everything else stays as it ships."""
    # reason: Django must not read its settings before the folders above are named
    import django
    from django.conf import settings

    if settings.configured:
        _forget_early_reading()
    settings.DATABASES["default"].update(database(folder, dict(settings.DATABASES["default"])))
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    storages = {name: dict(value) for name, value in settings.STORAGES.items()}
    storages["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = storages
    # Else every client of every test looks through all static files; what is served, `site/tests/test_serve.py` asks.
    settings.WHITENOISE_USE_FINDERS = False
    settings.WHITENOISE_AUTOREFRESH = False
    django.setup()


def _forget_early_reading() -> None:
    """A worker of xdist inherits DJANGO_SETTINGS_MODULE, so pytest-django has read the settings before our folders were named.

    Read them again, and let go of the connection that was made with the first reading: else every worker would work in the first
    process's folders, and on SQLite whatever `LINLI_TEST_DB` says.
    """
    # reason: only here
    from django.conf import settings
    from django.db import connections

    shipped = importlib.reload(sys.modules["linli.site.settings"])
    for name in filter(str.isupper, dir(shipped)):
        setattr(settings, name, getattr(shipped, name))
    for alias in list(connections):
        connections[alias].close()
        del connections[alias]
    connections.__dict__.pop("settings", None)
    setattr(connections, "_settings", None)  # noqa: B010  not declared by its type stubs


def database(folder: Path, shipped: dict[str, Any]) -> dict[str, Any]:
    """The database's settings by `LINLI_TEST_DB` (`sqlite`, the default, or `postgres`)."""
    wanted = os.environ.get("LINLI_TEST_DB", "sqlite")
    if wanted == "sqlite":
        return {"NAME": str(folder / "data" / "unused.sqlite3"), "TEST": {**TEST, "NAME": str(folder / "test.sqlite3")}}
    if wanted != "postgres":
        raise SystemExit(f"LINLI_TEST_DB is {wanted!r}; it can be sqlite or postgres.")
    # reason: psycopg and the server's wheel are needed by this run alone
    from tests.support.postgres import TestServer, database_settings

    if "LINLI_TEST_PG" not in os.environ:
        server = TestServer()
        atexit.register(server.stop)
        os.environ["LINLI_TEST_PG"] = server.uri()
    chosen = database_settings(os.environ["LINLI_TEST_PG"])
    return {**chosen, "TEST": {**TEST, "NAME": "test_linli"}, "CONN_MAX_AGE": 0}
