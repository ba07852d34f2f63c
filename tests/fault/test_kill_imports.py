"""An import is killed at random, twenty times, and begun again each time: in the end the register is what one undisturbed import makes."""

from __future__ import annotations

import math
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from tests.support.gate_world import Server
from tests.support.register_world import write

KILLS = 20
KILLS_OF_CHANGES = 3
ROWS = 600
TABLES = {
    "ground_person": "name, sex, born, nation",
    "ground_document": "kind, masked, checked",
    "ground_phone": "masked, note",
    "ground_residence": "relation, presence, remark",
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


def twin(server: Server, folder: Path) -> Server:
    """Another installation with what this one has now, and its keys; nobody works on either."""
    shutil.copytree(server.folder, folder)
    return Server(folder)


def command(server: Server, file: Path, place: str, *words: str) -> subprocess.Popen[bytes]:
    """`linli import-register` in a process of its own."""
    line = [
        str(Path(sys.executable).with_name("linli")),
        "import-register",
        str(file),
        "--neighbourhood",
        place,
        *words,
    ]
    return subprocess.Popen(
        line, env=server.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )


def content(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """What the register holds, without ids and times."""
    with sqlite3.connect(folder / "data" / "linli.sqlite3") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return {
            table: sorted(database.execute(f"SELECT {columns} FROM {table}").fetchall(), key=repr)
            for table, columns in TABLES.items()
        }


def worked(process: subprocess.Popen[bytes]) -> float:
    """Seconds of processor that it has used: other than those of the clock, they are the same on a busy machine."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def followed(process: subprocess.Popen[bytes], until: float) -> float | None:
    """Wait until it has used so much of the processor, or to its end, and a good one: then what it has used in all."""
    used = 0.0
    while process.poll() is None:
        used = max(used, worked(process))
        if used >= until:
            return None
        time.sleep(0.01)
    said = process.stdout.read().decode() if process.stdout else ""
    assert process.returncode == 0, said
    return used


def imported(server: Server, file: Path, place: str, *words: str) -> float:
    """Import undisturbed; returns how many seconds of processor it took."""
    used = followed(command(server, file, place, *words), math.inf)
    assert used
    return used


def storm(server: Server, file: Path, place: str, whole: float, kills: int, *words: str) -> None:
    """Import while it is killed again and again, ``whole``: what it uses when nobody kills it; then to the end."""
    dice = random.Random()
    killed = 0
    for _ in range(kills * 4):
        process = command(server, file, place, *words)
        used = followed(process, whole * dice.uniform(0.25, 1.0))
        if used is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            killed += 1
        else:
            whole = used  # what is left is shorter after every kill
        if killed == kills:
            break
    imported(server, file, place, *words)
    assert killed == kills, f"the import was over before it could be killed {kills} times"


def test_twenty_kills_leave_the_register_of_one_undisturbed_import(tmp_path: Path) -> None:
    file = write(tmp_path / "register.xlsx", ROWS)
    calm, place = world(tmp_path / "calm")
    stormy = twin(calm, tmp_path / "stormy")
    whole = imported(calm, file, place)
    expected = content(tmp_path / "calm")
    assert len(expected["ground_person"]) == ROWS
    storm(stormy, file, place, whole, KILLS)
    assert content(tmp_path / "stormy") == expected


def test_kills_while_next_weeks_changes_are_taken_leave_what_one_undisturbed_import_leaves(tmp_path: Path) -> None:
    first = write(tmp_path / "register.xlsx", ROWS)
    second = write(tmp_path / "register_v2.xlsx", ROWS, changed=3)
    calm, place = world(tmp_path / "calm")
    imported(calm, first, place)
    stormy = twin(calm, tmp_path / "stormy")
    before = content(tmp_path / "calm")
    whole = imported(calm, second, place, "--take", "all")
    expected = content(tmp_path / "calm")
    assert before != expected
    storm(stormy, second, place, whole, KILLS_OF_CHANGES, "--take", "all")
    assert content(tmp_path / "stormy") == expected
