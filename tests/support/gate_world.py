"""A real server with gates in it, in a process of its own: for the kill test and for measuring.

    python -m tests.support.gate_world PUBLIC_KEY… [--permits N] [--quiet]

makes a fictional neighbourhood in `$LINLI_DATA` and prints what a phone needs as JSON.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from tests.support import template

ROOT = Path(__file__).resolve().parent.parent.parent
CHECKS = "/scan/api/checks"
PORTS = range(20_000, 32_000)
"""Below those that a system takes for outgoing lines (Linux: from 32768 on)."""
RULES = "shanghai-2020-02-10"
"""The rule set of `linli.gates.testing.open_strict`."""


@dataclass
class Server:
    """A granian server on a data folder; it can be killed without warning and started again."""

    folder: Path
    settings: str = "linli.site.settings"
    workers: int = 2
    threads: int = 4
    extra: dict[str, str] = field(default_factory=dict)
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        """What the server and the commands see: this folder, these settings, nothing else of Linli's."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
        path = os.pathsep.join([str(ROOT), str(ROOT / "bench"), kept.get("PYTHONPATH", "")]).rstrip(os.pathsep)
        return kept | {
            "LINLI_DATA": str(self.folder / "data"),
            "LINLI_KEYS": str(self.folder / "keys"),
            "DJANGO_SETTINGS_MODULE": self.settings,
            "PYTHONPATH": path,
            **self.extra,
        }

    def run(self, *arguments: str) -> str:
        """Run a Python module to its end; its output."""
        (self.folder / "data" / "tmp").mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            [sys.executable, "-m", *arguments], env=self.environment(), cwd=ROOT, capture_output=True, check=False
        )
        if done.returncode:
            raise RuntimeError(done.stderr.decode()[-4000:])
        return done.stdout.decode()

    def start(self) -> None:
        """Start it and wait until it answers."""
        (self.folder / "data" / "static").mkdir(parents=True, exist_ok=True)
        self.port = self.port or free_port()
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port),
                "--workers", str(self.workers), "--blocking-threads", str(self.threads), "--no-ws", "--log-level", "error",
                "linli.site.wsgi:application",
            ],
            env=self.environment(), cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.wait()

    def wait(self, seconds: float = 60) -> None:
        """Until the server answers."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return
            time.sleep(0.05)
        raise RuntimeError("the server does not answer")

    def kill(self) -> None:
        """SIGKILL to the server and its workers: what a power cut leaves behind."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


@contextlib.contextmanager
def serving(server: Server) -> Iterator[Server]:
    """The server, started, for the time of the block."""
    server.start()
    try:
        yield server
    finally:
        server.kill()


def free_port() -> int:
    """A port that nobody uses, and that no outgoing line is given either while its server is killed and not yet back."""
    for port in random.sample(PORTS, len(PORTS)):
        with contextlib.suppress(OSError), socket.socket() as one:
            one.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no port is free")


def signed(
    key: ec.EllipticCurvePrivateKey, device: str, path: str, body: bytes, method: str = "POST"
) -> dict[str, str]:
    """The headers of a signed request, made now."""
    # reason: the module is also run before Django's settings are named; signature.py needs none of them
    from linli.inbox.phones.signature import canonical, to_base64url

    time_ms = int(time.time() * 1000)
    r, s = decode_dss_signature(key.sign(canonical(method, path, time_ms, body), ec.ECDSA(SHA256())))
    return {
        "Linli-Device": device,
        "Linli-Time": str(time_ms),
        "Linli-Signature": to_base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big")),
        "Content-Type": "application/json",
        "Accept-Language": "en",
    }


def admission(card: list[str], *, offline: bool = False) -> dict[str, Any]:
    """One complete admission as a phone sends it, now; ``card``: one of ``build``."""
    # reason: as above
    from linli.kernel.ids import uuid7
    from linli.operations import rulesets

    identity, permit, person, code = card
    return {
        "id": str(uuid7()), "seq": 1, "happened_at": datetime.now(UTC).isoformat(), "direction": "in",
        "way": "card", "code": code, "card": identity, "permit": permit, "person": person, "klass": "resident",
        "purpose": None, "answers": {"symptoms": False, "contact": False}, "temperature": 365, "plate": None,
        "vehicle": False, "companions": 0, "decision": {"outcome": "admitted", "reason": "ok"},
        "rules": rulesets.load(RULES)["key"], "made_offline": offline,
    }  # fmt: skip


def post(port: int, key: ec.EllipticCurvePrivateKey, device: str, body: dict[str, Any]) -> dict[str, Any]:
    """Upload checks. Raises OSError or HTTPException when the server is not there, RuntimeError when it refuses."""
    raw = json.dumps(body).encode()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("POST", CHECKS, raw, signed(key, device, CHECKS, raw))
        response = connection.getresponse()
        text = response.read()
    finally:
        connection.close()
    if response.status != 200:
        raise RuntimeError(f"{response.status} {text[:300]!r}")
    data: dict[str, Any] = json.loads(text)
    return data


def main() -> None:
    """Build the world in this process's data folder and print it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("keys", nargs="+", help="SPKI of a phone's key, base64url: one phone each")
    parser.add_argument("--permits", type=int, default=12)
    parser.add_argument("--quiet", action="store_true", help="no operation: verify and count")
    chosen = parser.parse_args()
    # reason: Django can be set up only after its environment is known
    import django

    django.setup()
    template.begin()
    print(json.dumps(build(chosen.keys, chosen.permits, quiet=chosen.quiet)))


def build(keys: list[str], permits: int, *, quiet: bool) -> dict[str, Any]:
    """A neighbourhood, permits with their codes, one enrolled phone for each key; in one transaction, which is most of its speed."""
    # reason: models can be imported only after Django is set up
    from django.db import transaction

    from linli.gates.testing import open_strict
    from linli.ground.testing import make_cast

    with transaction.atomic():
        cast = make_cast("甲居民区" if quiet else "槐安居民区", prefix="quiet-" if quiet else "")
        if not quiet:
            open_strict(cast.neighbourhood)
        devices = [_enrolled(cast, number, key) for number, key in enumerate(keys)]
        with cast.scope():
            cards = _carded(cast, permits)
    return {"devices": devices, "cards": cards, "neighbourhood": cast.neighbourhood.pk}


def _enrolled(cast: Any, number: int, key: str) -> str:
    """A phone at one of the gates; its id."""
    # reason: as above
    from linli.gates.actions.devices import Phone, enrol, make_token
    from linli.inbox.phones.signature import from_base64url

    now = datetime.now(UTC)
    _, code = make_token(
        by=cast.users["secretary"],
        gate=cast.gates[number % 2],
        shift_start=now - timedelta(hours=1),
        shift_end=now + timedelta(hours=11),
    )
    return str(enrol(by=None, code=code, phone=Phone(from_base64url(key))).pk)


def _carded(cast: Any, permits: int) -> list[list[str]]:
    """People with permits: card, permit, person and the card's code of each."""
    # reason: as above
    from linli.gates.testing import issue
    from linli.ground.models import Person, Residence

    homes, people, place = cast.households, list(cast.people), cast.neighbourhood
    more = [
        Person(neighbourhood=place, name=f"林{number}", sort_name=f"{number}") for number in range(len(people), permits)
    ]
    Person.objects.bulk_create(more)
    Residence.objects.bulk_create(
        Residence(
            neighbourhood=place,
            person=person,
            household=homes[number % len(homes)],
            relation="other",
            since=datetime.now(UTC).date(),
        )
        for number, person in enumerate(more)
    )
    made = [issue(person, number) for number, person in enumerate([*people, *more][:permits], start=1)]
    return [[str(one.card.pk), str(one.permit.pk), str(one.permit.person_id), one.code] for one in made]


if __name__ == "__main__":
    main()
