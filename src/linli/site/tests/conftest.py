"""An installation in a folder of its own for the tests of the installation's verbs."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from unittest import mock

import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import DatabaseWrapper

from linli.site import cli, settings
from linli.vault import keyring
from tests.support import template
from tests.support.postgres import TestServer


@dataclass
class Office:
    """Data and keys of one installation, and ``linli`` in it."""

    data: Path
    blocker: ClassVar[Any] = None

    @property
    def keys(self) -> Path:
        return self.data.with_name(self.data.name + ".keys")

    @property
    def database(self) -> Path:
        return self.data / "linli.sqlite3"

    def environment(self, **more: str) -> dict[str, str]:
        """This machine's environment with this installation's folders; English, no settings of the test run."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("LINLI_", "DJANGO_"))}
        folders = {"LINLI_DATA": str(self.data), "LINLI_KEYS": str(self.keys), "LINLI_LANG": "en"}
        return {**kept, **folders, **more}

    def run(self, *words: str, stdin: str = "", code: int = 0, **more: str) -> str:
        """Run one verb of ``linli`` on this installation; what it said (stdout and stderr). ``code``: its exit code.

        In this process, with the folders and the database of the installation in place of the test run's.
        """
        said = io.StringIO()
        ended = 0
        with (
            mock.patch.dict(os.environ, self.environment(**more), clear=True),
            mock.patch("sys.stdin", io.StringIO(stdin)),
            contextlib.redirect_stdout(said),
            contextlib.redirect_stderr(said),
            self.blocker.unblock(),
            sqlite_instead(self.database),
        ):
            try:
                cli.main([*words, "--no-color"])
            except SystemExit as stop:
                ended = stop.code if isinstance(stop.code, int) else 1
        assert ended == code, said.getvalue()
        return said.getvalue()


@contextlib.contextmanager
def default_is(chosen: BaseDatabaseWrapper) -> Iterator[None]:
    """Django's default connection is ``chosen`` for the time of the block, which closes it."""
    before = connections["default"]
    connections["default"] = chosen
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = before


@contextlib.contextmanager
def sqlite_instead(path: Path) -> Iterator[None]:
    """Django's default connection is the SQLite file ``path`` for the time of the block."""
    shipped = {**connections.settings["default"], **settings.database(""), "NAME": path}
    with default_is(DatabaseWrapper(shipped, alias="default")):
        yield


@pytest.fixture(scope="module")
def postgres_server() -> Iterator[str]:
    """The run's own PostgreSQL, else one of our own; its address."""
    if "LINLI_TEST_PG" in os.environ:
        yield os.environ["LINLI_TEST_PG"]
        return
    own = TestServer()
    try:
        yield own.uri()
    finally:
        own.stop()


@pytest.fixture(scope="session", autouse=True)
def _offices_may_use_their_databases(django_db_blocker: Any) -> None:
    """An office's database is its own file, never the test run's."""
    Office.blocker = django_db_blocker


@pytest.fixture(scope="session")
def fresh_office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An installation of this code, made once and copied for each test that changes it; how one is made, ``test_upgrade`` shows."""
    office = Office(tmp_path_factory.mktemp("fresh") / "data")
    office.data.mkdir(mode=0o700)
    template.copy_to(office.database)
    with mock.patch.dict(os.environ, office.environment(), clear=True):
        keyring().master()
    return office


@pytest.fixture
def office(fresh_office: Office, tmp_path: Path) -> Office:
    """An installation of its own with a database, keys and two files in the data folder."""
    mine = Office(tmp_path / "linli")
    shutil.copytree(fresh_office.data, mine.data)
    shutil.copytree(fresh_office.keys, mine.keys)
    (mine.data / "inbox").mkdir(mode=0o700)
    (mine.data / "inbox" / "register.sealed").write_bytes(os.urandom(300_000))
    (mine.data / "inbox" / "空.sealed").write_bytes(b"")
    return mine


@pytest.fixture
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """``$LINLI_DATA`` and ``$LINLI_KEYS`` of this process point below the returned folder (``data``, ``data.keys``)."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    monkeypatch.setenv("LINLI_DATA", str(data))
    monkeypatch.setenv("LINLI_KEYS", str(tmp_path / "data.keys"))
    keyring().ensure("register")
    return tmp_path


@pytest.fixture
def free_port() -> Callable[[], int]:
    """Gives out ports that nobody listens on."""

    def take() -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])

    return take
