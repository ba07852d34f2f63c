"""Worker, server and phone are killed at each step of an arrival: it goes on, nothing happens twice, and nobody is in nobody's hands."""

from __future__ import annotations

import contextlib
import http.client
import json
import multiprocessing
import random
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from linli.inbox.phones.signature import to_base64url
from linli.kernel.ids import uuid7
from tests.support.arrival_sent import LISTED
from tests.support.arrival_world import PEOPLE
from tests.support.gate_world import Server, signed

ITEMS = "/scan/api/walk/checks"
STRIDE = 31
"""Every so many statements of a step it is killed once."""
KILLS_OF_PHONES, KILLS_OF_SERVERS = 6, 3
FORK = multiprocessing.get_context("fork")


def installation(folder: Path) -> Server:
    """An empty one."""
    (folder / "data").mkdir(parents=True, mode=0o700)
    return Server(folder, workers=1)


def test_killed_at_each_step_the_story_ends_as_one_that_nobody_disturbed(tmp_path: Path) -> None:
    calm = json.loads(installation(tmp_path / "calm").run("tests.support.arrival_world", "told", "0"))
    stormy = json.loads(installation(tmp_path / "stormy").run("tests.support.arrival_world", "told", str(STRIDE)))
    assert min(stormy["kills"].values()) >= 1, stormy["kills"]
    assert sum(stormy["kills"].values()) >= 30, stormy["kills"]
    assert stormy["rows"]["lost"] == 0
    assert calm["rows"]["journeys.Traveller"] == LISTED + PEOPLE, "the list was taken in whole"
    assert calm["rows"]["care.Alarm"] == 1, "of the fever that a phone told of"
    assert {
        name: (calm["rows"][name], number) for name, number in stormy["rows"].items() if calm["rows"][name] != number
    } == {}


def item(world: dict[str, Any], traveller: str) -> dict[str, Any]:
    """Somebody is brought to his own door, as the phone of who brings him says it."""
    return {
        "id": str(uuid7()), "kind": "handover", "handover": str(uuid7()), "side": "gave", "way": "word",
        "travellers": [traveller], "counted": 1, "made_offline": True, "happened_at": datetime.now(UTC).isoformat(),
        "other": {"place": world["door"]}, "other_way": "word", "ticket": None, "signature": None,
    }  # fmt: skip


def phone(queue: Path, pem: bytes, device: str, port: int) -> None:
    """A phone: what waits is in a file; what the server has named is taken out of it. It may die anywhere."""
    key = serialization.load_pem_private_key(pem, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    while waiting := json.loads(queue.read_text()):
        body = json.dumps({"checks": waiting[:5]}).encode()
        with contextlib.suppress(OSError, http.client.HTTPException):
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            line.request("POST", ITEMS, body, signed(key, device, ITEMS, body))
            answer = line.getresponse()
            text = answer.read()
            if answer.status == 200:
                kept = {one["id"] for one in json.loads(text)["results"] if one["status"] in ("stored", "already")}
                rest = queue.with_suffix(".new")
                rest.write_text(json.dumps([one for one in waiting if one["id"] not in kept]))
                rest.replace(queue)
                continue
        time.sleep(0.05)


def test_phone_and_server_die_on_the_way_home_and_everybody_arrives_once(tmp_path: Path) -> None:
    server, key, dice = installation(tmp_path), ec.generate_private_key(ec.SECP256R1()), random.Random()
    spki = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    world = json.loads(server.run("tests.support.arrival_world", "phone", to_base64url(spki)))
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    queue = tmp_path / "queue.json"
    queue.write_text(json.dumps([item(world, one) for one in world["travellers"]]))
    server.start()
    try:
        for number in range(KILLS_OF_PHONES):
            one = FORK.Process(target=phone, args=(queue, pem, world["device"], server.port))
            one.start()
            time.sleep(dice.uniform(0.02, 0.2))
            one.kill()
            one.join()
            if number % (KILLS_OF_PHONES // KILLS_OF_SERVERS) == 0:
                server.kill()
                server.start()
        last = FORK.Process(target=phone, args=(queue, pem, world["device"], server.port))
        last.start()
        last.join(180)
        assert last.exitcode == 0
    finally:
        server.kill()
    assert json.loads(queue.read_text()) == []
    rows = json.loads(server.run("tests.support.arrival_world", "facts"))
    assert rows["lost"] == 0
    assert rows["journeys.Handover"] == rows["journeys.HandoverTraveller"] == len(world["travellers"])
