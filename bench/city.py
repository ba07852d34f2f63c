"""Many neighbourhoods of one size in one SQLite file, made in seconds: one is built by the product, the others are copies of its rows.

A copy has ids, paths and codes of its own and the same names; sealed numbers are copied as they are (they are never read here, and
their indexes belong to a neighbourhood, so nobody is found by another's number). Only for measuring.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
SEGMENT = 6


def environment(folder: Path, database: str = "") -> dict[str, str]:
    """This folder and nothing else of Linli's; with the benches on the path."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("LINLI_")}
    more = {"LINLI_DATABASE_URL": database} if database else {}
    return kept | more | {
        "LINLI_DATA": str(folder / "data"),
        "LINLI_KEYS": str(folder / "keys"),
        "DJANGO_SETTINGS_MODULE": "linli.site.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "bench")]),
    }  # fmt: skip


@dataclass
class City:
    """A data folder with ``count`` neighbourhoods; ``made`` says what is in the first."""

    folder: Path
    made: dict[str, Any]
    count: int = 1

    @property
    def file(self) -> Path:
        """The database."""
        return self.folder / "data" / "linli.sqlite3"

    @property
    def step(self) -> int:
        """How far apart the place ids of two neighbourhoods are: a round number."""
        return 10 ** len(str(self.made["last"]))

    def place(self, number: int) -> int:
        """The id of a neighbourhood; 0 is the one that was built."""
        return int(self.made["place"]) + number * self.step

    def grow(self, count: int) -> None:
        """Copy until there are ``count`` neighbourhoods."""
        with sqlite3.connect(self.file) as connection:
            connection.execute("PRAGMA synchronous=OFF")
            connection.execute("PRAGMA foreign_keys=OFF")
            connection.execute("PRAGMA cache_size=-400000")
            connection.create_function("shift_path", 2, self._path, deterministic=True)
            tops = self._tops(connection)
            for number in range(self.count, count):
                for table in self.made["tables"]:
                    connection.execute(*self._copy(table, number, tops))
                connection.commit()
        self.count = count

    def _tops(self, connection: sqlite3.Connection) -> dict[str, int]:
        """The largest own number of each table, so that copies follow it."""
        found = {}
        for table in self.made["tables"]:
            for column, kind in table["columns"].items():
                if kind == "own" and column == "id":
                    name = table["table"]
                    found[name] = 10 ** len(str(connection.execute(f"SELECT max(id) FROM {name}").fetchone()[0] or 0))
        return found

    def _copy(self, table: dict[str, Any], number: int, tops: dict[str, int]) -> tuple[str, dict[str, int]]:
        """INSERT … SELECT of one table's first neighbourhood."""
        name, columns = table["table"], table["columns"]
        own = tops.get(name) or tops.get("ground_mandate", 0)
        values = {
            "uuid": f"CASE WHEN {{0}} IS NULL THEN NULL ELSE '{number:08x}' || substr({{0}}, 9) END",
            "place": f"CASE WHEN {{0}} < :first THEN {{0}} ELSE {{0}} + {number * self.step} END",
            "path": f"shift_path({{0}}, {number})",
            "subject": f"{{0}} || ':{number}'",
            "own": f"{{0}} + {number * own}",
            "user": f"CASE WHEN {{0}} IS NULL THEN NULL ELSE {self.made['elsewhere']} END",
            "keep": "{0}",
        }
        picked = ", ".join(values[kind].format(f'"{column}"') for column, kind in columns.items())
        if name != "ground_mandate":
            where = "neighbourhood_id = :first"
        else:
            where = "place_id = :first"
            mandates = tops["ground_mandate"]
            picked = picked.replace(f'"id" + {number * own}', f'"id" + {number * mandates}')
        listed = ", ".join(f'"{column}"' for column in columns)
        return f"INSERT INTO {name} ({listed}) SELECT {picked} FROM {name} WHERE {where}", {"first": self.made["place"]}

    def _path(self, path: str, number: int) -> str:
        parts = [int(path[i : i + SEGMENT], 36) for i in range(0, len(path), SEGMENT)]
        return "".join(_base36(p if p < self.made["place"] else p + number * self.step) for p in parts)

    def copied(self, folder: Path) -> City:
        """The same city in another folder, with the same keys."""
        shutil.copytree(self.folder, folder)
        return City(folder, self.made, self.count)


def _base36(value: int) -> str:
    out = ""
    while value:
        value, rest = divmod(value, 36)
        out = DIGITS[rest] + out
    return out.rjust(SEGMENT, "0")


def build(folder: Path, *, households: int, persons: int, database: str = "") -> City:
    """The first neighbourhood, by the product's own writers."""
    (folder / "data").mkdir(parents=True, mode=0o700)
    done = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "city_template.py"), "--households", str(households), "--persons", str(persons)],
        env=environment(folder, database), capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    return City(folder, json.loads(done.stdout.splitlines()[-1]))
