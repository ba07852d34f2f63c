"""One SQLite file as a migration leaves it, for all tests of this code: making it takes longer than most tests, and always writes the same.

It lies in `.cache/`, named by a digest of every migration and of what a migrate writes besides; a changed migration makes a new one.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent.parent
CACHE = ROOT / ".cache"
SOURCES = ("src/linli/*/migrations/*.py", "src/linli/*/apps.py", "src/linli/*/models.py", "src/linli/*/models/*.py")
BESIDE = ("src/linli/journal/triggers.py", "src/linli/site/settings.py", "src/linli/journal/new_database.py")
MAKE = """
import django
django.setup()
from django.db import connection
from linli.journal import new_database
new_database.make()
connection.close()
"""


def digest() -> str:
    """Changes with whatever decides what a migrated database holds."""
    total = hashlib.sha256(django.__version__.encode())
    for path in sorted({*(found for one in SOURCES for found in ROOT.glob(one)), *(ROOT / name for name in BESIDE)}):
        total.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()[:16]


def migrated() -> Path:
    """The file; made by the first who asks, while the others wait."""
    CACHE.mkdir(exist_ok=True)
    wanted = CACHE / f"migrated-{digest()}.sqlite3"
    with (CACHE / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not wanted.exists():
            _make(wanted)
    return wanted


def _make(wanted: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="linli-template-") as folder:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("LINLI_", "PYTEST_"))}
        data = Path(folder) / "data"
        data.mkdir()
        made = subprocess.run(
            [sys.executable, "-c", MAKE],
            env=kept | {"LINLI_DATA": str(data), "LINLI_KEYS": f"{folder}/keys", "DJANGO_SETTINGS_MODULE": "linli.site.settings"},
            capture_output=True, check=False, text=True,
        )  # fmt: skip
        if made.returncode:
            raise RuntimeError(f"The database for the tests could not be made:\n{made.stderr[-4000:]}")
        for old in CACHE.glob("migrated-*.sqlite3"):
            old.unlink(missing_ok=True)
        shutil.move(data / "linli.sqlite3", wanted.with_suffix(".new"))
        wanted.with_suffix(".new").rename(wanted)


def copy_to(database: Path) -> None:
    """Put a migrated database at `database`, with no other process's name on it."""
    database.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(migrated(), database)


def begin() -> None:
    """Let the installation that this process works on have a migrated database: on SQLite a copy, unless it has one already.

    Passwords are hashed quickly in this process: a million rounds for each of the cast, of whom none ever signs in, is most of its time.
    """
    # reason: settings can be read only after the process's folders are named
    from django.conf import settings
    from django.core.management import call_command

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    database = settings.DATABASES["default"]
    if not database["ENGINE"].endswith("sqlite3"):
        call_command("migrate", verbosity=0)
    elif not Path(database["NAME"]).exists():
        copy_to(Path(database["NAME"]))
