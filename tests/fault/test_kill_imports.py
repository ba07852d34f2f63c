"""An import is killed at random, twenty times, and begun again each time: in the end the register is what one undisturbed import makes."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from tests.support.gate_world import Server
from tests.support.register_world import write

KILLS = 20
ROWS = 600
TABLES = {
    "ground_person": "name, sex, born, nation",
    "ground_document": "kind, masked, checked",
    "ground_phone": "masked, note",
    "ground_residence": "relation, presence",
    "ground_dwellingstate": "state",
    "ground_place": "name, kind_id, estate_type",
    "ground_household": "until",
    "ground_responsibility": "mandate_id",
    "ground_personkey": "key",
}


def world(folder: Path) -> tuple[Server, str]:
    """An installation without anybody in it."""
    folder.mkdir()
    (folder / "data").mkdir()
    server = Server(folder)
    return server, server.run("tests.support.register_world").strip()


def command(server: Server, file: Path, place: str) -> subprocess.Popen[bytes]:
    """`linli import-register` in a process of its own."""
    words = [str(Path(sys.executable).with_name("linli")), "import-register", str(file), "--neighbourhood", place]
    return subprocess.Popen(
        words, env=server.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )


def content(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """What the register holds, without ids and times."""
    with sqlite3.connect(folder / "data" / "linli.sqlite3") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return {
            table: sorted(database.execute(f"SELECT {columns} FROM {table}").fetchall(), key=repr)
            for table, columns in TABLES.items()
        }


def test_twenty_kills_leave_the_register_of_one_undisturbed_import(tmp_path: Path) -> None:
    file = write(tmp_path / "register.xlsx", ROWS)
    calm, place = world(tmp_path / "calm")
    began = time.monotonic()
    undisturbed = command(calm, file, place)
    said = undisturbed.communicate(timeout=300)[0]
    assert undisturbed.returncode == 0, said.decode()
    whole = time.monotonic() - began
    expected = content(tmp_path / "calm")
    assert len(expected["ground_person"]) == ROWS

    stormy, place = world(tmp_path / "stormy")
    dice = random.Random()
    killed = 0
    for _ in range(KILLS * 4):
        process = command(stormy, file, place)
        try:
            process.wait(whole * dice.uniform(0.4, 1.0))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            killed += 1
        else:
            assert process.returncode == 0, process.stdout.read().decode() if process.stdout else ""
        if killed == KILLS:
            break
    last = command(stormy, file, place)
    said = last.communicate(timeout=300)[0]
    assert last.returncode == 0, said.decode()
    assert killed == KILLS, "the import was over before it could be killed twenty times"
    assert content(tmp_path / "stormy") == expected
