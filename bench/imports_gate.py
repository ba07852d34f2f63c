"""What a gate notices of an import: phones ask a real server, and `linli import-register` writes into the same database.

Eight phones, each a check every quarter of a second (far more than a neighbourhood's gates have), before the import and for as long
as it runs. Each answer is looked at; a wrong one fails the run.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

ROOT = Path(__file__).resolve().parent.parent
LIMIT_MS = 1000
PHONES, PAUSE_MS, EACH = 8, 250, 40


class Gate:
    """A served neighbourhood with permits, and phones that ask it."""

    def __init__(self, folder: Path) -> None:
        # reason: the modules need the path that bench/imports.py sets
        from linli.inbox.phones.signature import to_base64url
        from tests.support.gate_world import Server

        self.key = ec.generate_private_key(ec.SECP256R1())
        spki = self.key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        (folder / "data").mkdir(parents=True, mode=0o700)
        self.server = Server(folder)
        made: dict[str, Any] = json.loads(
            self.server.run("tests.support.gate_world", "--permits", "200", "--", to_base64url(spki))
        )
        self.device, self.cards, self.place = made["devices"][0], made["cards"], str(made["neighbourhood"])

    def request(self) -> dict[str, Any]:
        """One complete admission, signed now."""
        # reason: as above
        from tests.support.gate_world import CHECKS, admission, signed

        body = json.dumps({"checks": [admission(random.choice(self.cards))]})
        headers = signed(self.key, self.device, CHECKS, body.encode())
        return {"path": CHECKS, "body": body, "headers": headers, "expect": '"status": "stored"'}

    def ask(self) -> list[float]:
        """Milliseconds of one round of all phones."""
        asked = {
            "port": self.server.port,
            "connections": PHONES,
            "pause_ms": PAUSE_MS,
            "requests": [self.request() for _ in range(PHONES * EACH)],
        }
        done = subprocess.run(
            [sys.executable, str(ROOT / "bench" / "gate_load.py")],
            input=json.dumps(asked).encode(),
            capture_output=True,
            check=True,
        )
        found: dict[str, Any] = json.loads(done.stdout)
        if found["wrongs"]:
            raise SystemExit(f"{found['wrongs']} wrong answers at the gate, first {found['wrong'][0]}")
        times: list[float] = found["times"]
        return times


def _figures(name: str, times: list[float]) -> str:
    ordered = sorted(times)
    middle, late = (ordered[int(len(ordered) * share)] for share in (0.5, 0.99))
    return f"| {name} | {len(ordered):,} | {middle:.0f} | {late:.0f} | {ordered[-1]:.0f} |"


def text(base: Path, file: Path) -> str:
    """Measure; a paragraph with a table."""
    # reason: as above
    from tests.support.gate_world import serving

    gate = Gate(base / "gate")
    with serving(gate.server):
        gate.ask()
        calm = [one for _ in range(3) for one in gate.ask()]
        linli = str(Path(sys.executable).with_name("linli"))
        words = [linli, "import-register", str(file), "--neighbourhood", gate.place, "--json"]
        began = time.monotonic()
        importing = subprocess.Popen(words, env=gate.server.environment(), stdout=subprocess.PIPE, cwd=ROOT)
        busy: list[float] = []
        while importing.poll() is None:
            busy += gate.ask()
        out = importing.communicate()[0]
        seconds = time.monotonic() - began
    if importing.returncode:
        raise SystemExit("the import beside the gate failed")
    slowest = int(json.loads(out)["slowest_ms"])
    return f"""
### The gate meanwhile

{PHONES} phones, each a check every {PAUSE_MS} ms and more (an admission as in *A check at the gate*), a served process, the import in
another, the same database, the load on the same machine. The import took {seconds:.0f} s,
its longest write transaction {slowest} ms. Limit: p99 ≤ {LIMIT_MS:,} ms.

| | checks | median ms | p99 ms | longest ms |
|---|---|---|---|---|
{_figures("before the import", calm)}
{_figures("while it runs", busy)}
"""
