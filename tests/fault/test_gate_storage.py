"""The served product under 32 writers, with a line that breaks in the middle of a batch, and on a disk that is full.

SQLite with real worker processes and threads. What the server has named is stored, once; everything else is still on the phones.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import resource
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from linli.inbox.phones.signature import to_base64url
from linli.kernel.ids import uuid7
from tests.support.gate_world import CHECKS, Server, post, signed

WRITERS = 32
BATCHES = 4
BATCH = 10
ROOM = 600_000
"""Bytes that the database may still grow before its disk is full."""
DOCTORS_ROOM = 100_000
"""Bytes: less than the doctor tries to write."""


class World:
    """A server, its gates' phones, and what lies in its database."""

    def __init__(self, folder: Path, phones: int, **server: int) -> None:
        (folder / "data").mkdir(mode=0o700)
        self.server = Server(folder, **server)
        self.keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(phones)]
        made = json.loads(self.server.run("tests.support.gate_world", "--", *map(_spki, self.keys)))
        self.devices, self.cards = made["devices"], made["cards"]
        self.file = folder / "data" / "linli.sqlite3"

    def batch(self, size: int = BATCH) -> list[dict[str, Any]]:
        """Passages as a phone that was offline sends them."""
        return [self._one(number) for number in range(size)]

    def _one(self, number: int) -> dict[str, Any]:
        card, permit, person, code = self.cards[number % len(self.cards)]
        return {
            "id": str(uuid7()), "seq": number, "happened_at": datetime.now(UTC).isoformat(), "direction": "out",
            "way": "card", "klass": "resident", "purpose": None, "vehicle": False, "companions": 0, "made_offline": True,
            "decision": {"outcome": "admitted", "reason": "leaving"}, "code": code, "card": card, "permit": permit,
            "person": person, "rules": "shanghai-2020-02-10@1", "answers": None, "temperature": None,
        }  # fmt: skip

    def send(self, phone: int, checks: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Upload; the results."""
        found: list[dict[str, Any]] = post(self.server.port, self.keys[phone], self.devices[phone], {"checks": checks})[
            "results"
        ]
        return found

    def stored(self) -> list[str]:
        """The ids of the passages in the database file; it is whole."""
        with contextlib.closing(sqlite3.connect(self.file)) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            return [str(UUID(row[0])) for row in database.execute("SELECT id FROM gates_check")]


def _spki(key: ec.EllipticCurvePrivateKey) -> str:
    return to_base64url(
        key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """32 phones, and 32 threads that write in two processes."""
    made = World(tmp_path_factory.mktemp("writers"), WRITERS, workers=2, threads=16)
    made.server.start()
    try:
        yield made
    finally:
        made.server.kill()


def test_32_writers_store_everything_once_and_meet_no_lock(world: World) -> None:
    batches = [[world.batch() for _ in range(BATCHES)] for _ in range(WRITERS)]
    shared = world.batch()
    together = Barrier(WRITERS)

    def work(phone: int) -> list[str]:
        together.wait()
        return [one["status"] for batch in [*batches[phone], shared] for one in world.send(phone, batch)]

    with ThreadPoolExecutor(WRITERS) as pool:
        statuses = [status for found in pool.map(work, range(WRITERS)) for status in found]
    wanted = {one["id"] for phone in batches for batch in phone for one in batch} | {one["id"] for one in shared}
    stored = world.stored()
    assert len(stored) == len(set(stored)) == WRITERS * BATCHES * BATCH + BATCH
    assert set(stored) == wanted
    assert set(statuses) <= {"stored", "already"}


def test_a_line_that_breaks_in_the_middle_of_a_batch_stores_nothing_of_it(world: World) -> None:
    before, batch = set(world.stored()), world.batch(60)
    raw = json.dumps({"checks": batch}).encode()
    headers = signed(world.keys[0], world.devices[0], CHECKS, raw)
    for part in (0.1, 0.5, 0.95):
        with socket.create_connection(("127.0.0.1", world.server.port), timeout=10) as line:
            lines = [f"POST {CHECKS} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(raw)}"]
            lines += [f"{name}: {value}" for name, value in headers.items()]
            line.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + raw[: int(len(raw) * part)])
    assert set(world.stored()) == before
    assert {one["status"] for one in world.send(0, batch)} == {"stored"}
    assert set(world.stored()) - before == {one["id"] for one in batch}


def test_a_full_disk_loses_nothing_that_was_named_and_the_phone_keeps_the_rest(tmp_path: Path) -> None:
    world = World(tmp_path, 1, workers=1, threads=2)
    acknowledged: set[str] = set()
    with full_after(world.file.stat().st_size + ROOM):
        world.server.start()
    try:
        kept, answer = fill(world, acknowledged)
    finally:
        world.server.kill()
    assert (answer["error"], answer["keep"]) == ("storage_full", True)
    assert "full" in answer["message"]
    assert set(world.stored()) == acknowledged
    assert not {one["id"] for one in kept} & acknowledged
    with full_after(DOCTORS_ROOM):
        said = doctor(world.server)
    assert "disk.full" in said
    world.server.start()  # there is room again
    try:
        assert {one["status"] for one in world.send(0, kept)} == {"stored"}
    finally:
        world.server.kill()
    assert set(world.stored()) == acknowledged | {one["id"] for one in kept}


def fill(world: World, acknowledged: set[str]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Upload until the server says that it cannot write: the batch that it did not take, and its answer."""
    for _ in range(200):
        batch = world.batch(60)
        raw = json.dumps({"checks": batch}).encode()
        line = http.client.HTTPConnection("127.0.0.1", world.server.port, timeout=30)
        line.request("POST", CHECKS, raw, signed(world.keys[0], world.devices[0], CHECKS, raw))
        response = line.getresponse()
        answer = json.loads(response.read())
        line.close()
        if response.status != 200:
            assert response.status == 507, answer
            return batch, answer
        acknowledged.update(one["id"] for one in answer["results"])
    raise AssertionError("the disk never became full")


@contextlib.contextmanager
def full_after(size: int) -> Iterator[None]:
    """Who is started in here writes no file beyond ``size`` bytes, as on a disk or quota that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def doctor(server: Server) -> str:
    """What `linli doctor` says, as JSON."""
    line = [str(Path(sys.executable).with_name("linli")), "doctor", "--json"]
    return subprocess.run(line, env=server.environment(), capture_output=True, check=False).stdout.decode()
