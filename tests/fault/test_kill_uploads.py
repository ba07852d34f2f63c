"""The server is killed at random during batch uploads, twenty times: nothing acknowledged is lost, nothing is doubled.

Two gates upload at once: one under an operation that records, one in a neighbourhood that only counts. SQLite with
`synchronous=FULL`: what was answered is on the disk.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import sqlite3
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from linli.inbox.phones.signature import to_base64url
from linli.kernel.ids import uuid7
from tests.support.gate_world import Server, post

KILLS = 20
BATCH = 40
FINAL = {"stored", "already", "counted"}


class Gate:
    """A phone that sends batches, keeps what is not acknowledged, and sends it again."""

    def __init__(self, server: Server, quiet: bool) -> None:
        self.server, self.quiet = server, quiet
        self.key = ec.generate_private_key(ec.SECP256R1())
        spki = self.key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        words = ["tests.support.gate_world", *(["--quiet"] if quiet else []), "--", to_base64url(spki)]
        world: dict[str, Any] = json.loads(server.run(*words))
        self.device, self.cards = world["devices"][0], world["cards"]
        self.queue: dict[str, dict[str, Any]] = {}
        self.acknowledged: Counter[str] = Counter()
        self.sent: set[str] = set()
        self.refused: list[str] = []

    def one(self) -> dict[str, Any]:
        """One passage of somebody."""
        card, permit, person, code = random.choice(self.cards)
        check: dict[str, Any] = {
            "id": str(uuid7()), "seq": len(self.sent), "happened_at": datetime.now(UTC).isoformat(),
            "direction": random.choice(["in", "out"]), "way": "card", "klass": "resident", "purpose": None,
            "vehicle": False, "companions": 0, "made_offline": True,
            "decision": {"outcome": "admitted", "reason": "ok"},
        }  # fmt: skip
        if self.quiet:
            return check | {"rules": "quiet@1"}
        return check | {
            "code": code, "card": card, "permit": permit, "person": person, "rules": "shanghai-2020-02-10@1",
            "answers": {"symptoms": False, "contact": False}, "temperature": 365,
        }  # fmt: skip

    def upload(self) -> None:
        """Send what is in the queue, filled up with new passages; forget only what the server has named."""
        while len(self.queue) < BATCH:
            check = self.one()
            self.queue[check["id"]] = check
        batch = list(self.queue.values())[:BATCH]
        self.sent.update(check["id"] for check in batch)
        try:
            results = post(self.server.port, self.key, self.device, {"checks": batch})["results"]
        except RuntimeError as error:
            self.refused.append(str(error))
            return
        for result in results:
            if result["status"] in FINAL:
                self.acknowledged[result["id"]] += 1
                self.queue.pop(result["id"], None)

    def work(self, stop: threading.Event) -> None:
        """Upload until told to stop; a server that is not there is asked again."""
        while not stop.is_set():
            try:
                self.upload()
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)


def rows(folder: Path, question: str) -> list[Any]:
    """Ask the database file itself."""
    with contextlib.closing(sqlite3.connect(folder / "data" / "linli.sqlite3")) as database:
        return [row[0] for row in database.execute(question)]


def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(tmp_path: Path) -> None:
    server = Server(tmp_path)
    (tmp_path / "data").mkdir(mode=0o700)
    gates = [Gate(server, quiet=False), Gate(server, quiet=True)]
    server.start()
    stop = threading.Event()
    threads = [threading.Thread(target=gate.work, args=(stop,)) for gate in gates]
    for thread in threads:
        thread.start()
    try:
        for _ in range(KILLS):
            time.sleep(random.uniform(0.05, 0.8))
            server.kill()
            server.start()
    finally:
        time.sleep(1)
        stop.set()
        for thread in threads:
            thread.join()
        server.kill()
    recorder, counter = gates
    assert not recorder.refused + counter.refused
    stored = [str(UUID(one)) for one in rows(tmp_path, "SELECT id FROM gates_check")]
    counted = [str(UUID(one)) for one in rows(tmp_path, "SELECT id FROM gates_countreceipt")]
    assert len(recorder.acknowledged) > BATCH
    assert len(counter.acknowledged) > BATCH
    assert set(recorder.acknowledged) <= set(stored) <= recorder.sent
    assert set(counter.acknowledged) <= set(counted) <= counter.sent
    assert len(stored) == len(set(stored))
    assert sum(rows(tmp_path, "SELECT count FROM gates_hourlycount")) == len(set(counted)) == len(counted)
    assert rows(tmp_path, "PRAGMA integrity_check") == ["ok"]
