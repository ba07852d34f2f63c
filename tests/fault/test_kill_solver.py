"""A solver is killed while it works: the proposal keeps the best so far, and is worked out and taken over after it was begun again."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from tests.support.gate_world import Server

PLACES = 21 * 2 * 4


def solver(server: Server, proposal: str, run: str) -> subprocess.Popen[bytes]:
    """`linli solve-proposal` as the page begins it."""
    line = [str(Path(sys.executable).with_name("linli")), "solve-proposal", proposal, "--run", run]
    return subprocess.Popen(
        line, env=server.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )


def facts(server: Server) -> tuple[str, float | None, int]:
    """State, cost and places of the one proposal."""
    with sqlite3.connect(server.folder / "data" / "linli.sqlite3") as database:
        state, cost = database.execute("SELECT state, cost FROM duties_proposal").fetchone()
        (places,) = database.execute("SELECT count(*) FROM duties_proposedstint").fetchone()
        return state, cost, places


def test_the_best_so_far_outlives_the_solver(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    server = Server(tmp_path)
    proposal = server.run("tests.support.roster_world", "make").strip()

    process = solver(server, proposal, "1")
    until = time.monotonic() + 60
    while facts(server)[2] == 0:
        assert time.monotonic() < until, "nothing was written"
        assert process.poll() is None, process.communicate()[0].decode()
        time.sleep(0.2)
    time.sleep(1)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    state, cost, places = facts(server)
    assert (state, places) == ("running", PLACES)
    assert cost is not None

    run = server.run("tests.support.roster_world", "again", proposal).strip()
    assert facts(server)[::2] == ("waiting", PLACES)  # until there is better, what was best stays
    late = solver(server, proposal, "1")
    assert late.wait(60) == 1, "a run that was given up writes nothing"
    again = solver(server, proposal, run)
    said = again.communicate(timeout=120)[0]
    assert again.returncode == 0, said.decode()
    state, better, places = facts(server)
    assert (state, places) == ("done", PLACES)
    assert better is not None
    assert better <= cost
    assert server.run("tests.support.roster_world", "take", proposal).strip() == str(PLACES)
    assert facts(server)[::2] == ("taken", 0)
