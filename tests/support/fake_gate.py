"""A small gate server without Django: the contract of ``/scan/api/`` in memory, and the scanner's own files.

For browser tests of the phone's side: it can go deaf, cut a device off, answer badly, or lose an answer on purpose,
which the real server cannot be asked to do.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import sys
import threading
import time
import uuid
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

import linli.scanner
from linli.kernel.ids import uuid7
from linli.kernel.permit_code import PermitClaims, encode
from linli.scanner.bundle import Bundle, bundle, manifest, service_worker
from linli.scanner.views import CSP

RULES: dict[str, Any] = {
    "code": "test-2020-02-10",
    "version": 1,
    "title": {"zh": "测试规定", "en": "Rules for tests"},
    "cites": [],
    "measures": True,
    "records": True,
    "fever_tenths": 373,
    "questions": [
        {"code": "fever", "zh": "发热或咳嗽", "en": "Fever or cough", "bad": True},
        {"code": "contact", "zh": "接触过病人", "en": "Contact with a patient", "bad": True},
    ],
    "classes": {
        "resident": {"allowed": True},
        "visitor": {"allowed": True, "needs": "host_consent"},
        "courier": {"allowed": False},
        "worker": {
            "allowed": True,
            "purposes": {"repair": {"needs": "host_consent"}, "decoration": {"needs": "filed"}},
        },
        "staff": {"allowed": True},
    },
    "plates": True,
}
QUIET: dict[str, Any] = {
    **RULES,
    "code": "test-quiet",
    "measures": False,
    "records": False,
    "fever_tenths": None,
    "questions": [],
    "classes": {name: {"allowed": True} for name in RULES["classes"]},
    "plates": False,
}
KID = "t1"
TAGS = {
    "{% url 'scanner:device-check' %}": "/device-check",
    "{% url 'scanner:manifest' %}": "/scan/manifest.webmanifest",
    "{% url 'scanner:app' %}": "/scan/",
}
MOST_SKEW_MS = 36 * 3_600_000


def b64(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """The bytes of a base64url text without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class FakeGate:
    """What the server knows and what a test may change while it runs."""

    records: bool = True
    token: str = "ABCD2345"
    broken: bool = False  # every upload ends in an error of the server
    deaf: bool = False  # answers nothing: the network is down
    lose_answers: int = 0  # store, then drop the connection before the answer
    cut_off: bool = False
    revoked: list[str] = field(default_factory=list)
    clock_ahead_ms: int = 0
    shift_minutes: int = 8 * 60
    operation_ends_in: int = 86_400  # seconds
    people: int = 12
    role: str = "guard"
    point: str | None = None  # the contactless point: couriers leave their goods there
    holds: set[int] = field(default_factory=set)
    children: set[int] = field(default_factory=set)  # of those held: whose guardian is called
    visits: list[dict[str, Any]] = field(default_factory=list)
    uses: dict[str, dict[str, Any]] = field(default_factory=dict)  # visit → the check and gate that have its entry
    used: list[list[Any]] = field(default_factory=list)  # what a beat tells: [visit, ms, gate]
    half: bool = False  # an upload is taken up to its middle
    older_pack: bool = False  # a pack as the page's former version knew it
    stored: dict[str, dict[str, Any]] = field(default_factory=dict)
    inside: int = 41
    skews: list[int] = field(default_factory=list)
    uploads: list[int] = field(default_factory=list)
    devices: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make the key and the cards of the people."""
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.bundle = bundle()
        now = int(time.time())
        self.cards = [
            PermitClaims(
                card=uuid7(),
                permit=uuid7(),
                neighbourhood=1,
                gates=1,
                klass="resident",
                not_before=now - 86400,
                expires=now + 86400 * 30,
            )
            for _ in range(self.people)
        ]
        self.persons = [str(uuid7()) for _ in range(self.people)]

    def code(self, index: int = 0, **changes: Any) -> str:
        """The text of a person's permit code; ``changes`` replace claims."""
        claims = PermitClaims(**{**self.cards[index].__dict__, **changes})
        return encode(claims, kid=KID, private_key=self.key)

    def visit(self, dwelling: int = 0, **changes: Any) -> dict[str, Any]:
        """Announce a visitor for now and tomorrow; ``changes`` replace fields of the pack's row. Its code: `visit_code`."""
        now = int(time.time())
        row = {
            "visit": str(uuid7()), "number": f"5V{len(self.visits):05}", "klass": "visitor", "gate": 1, "dwelling": dwelling,
            "purpose": "", "from": now - 3600, "until": now + 7200, "party": 1, "used": 0, "entries": "once",
        }  # fmt: skip
        self.visits.append(row | changes)
        return self.visits[-1]

    def visit_code(self, row: dict[str, Any], **changes: Any) -> str:
        """The text of an announced visitor's code."""
        one = uuid.UUID(row["visit"])
        claims = PermitClaims(
            card=one, permit=one, neighbourhood=1, gates=None, klass=row["klass"], not_before=row["from"],
            expires=row["until"], gate=row["gate"],
        )  # fmt: skip
        return encode(PermitClaims(**{**claims.__dict__, **changes}), kid=KID, private_key=self.key)

    def rules(self) -> dict[str, Any]:
        """The rule set in force."""
        if not self.records:
            return QUIET
        point = {"courier": {"allowed": False, "point": True}} if self.point else {}
        return {**RULES, "classes": {**RULES["classes"], **point}}

    def upgrade(self) -> None:
        """Serve another version of the page: one byte more."""
        old = self.bundle
        files = {**old.files, "app.js": old.files["app.js"] + b"\n"}
        self.bundle = Bundle(version=old.version[::-1], files=files)

    def now_ms(self) -> int:
        """The server's clock in milliseconds."""
        return int(time.time() * 1000) + self.clock_ahead_ms

    def shift(self) -> dict[str, str]:
        """The device's shift as ISO times."""
        start = self.now_ms() / 1000 - 3600
        return {"start": iso(start), "end": iso(self.now_ms() / 1000 + self.shift_minutes * 60)}

    def pack(self) -> dict[str, Any]:
        """The pack's JSON before sealing."""
        spki = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        operation = {
            "id": str(uuid.UUID(int=7)),
            "name": "测试",
            "replay": False,
            "ends": iso(time.time() + self.operation_ends_in),
            "contact": "居委会值班 021-0000 0110",
        }
        return {
            "gate": {"id": 1, "name": "东门"},
            "area": [1],
            "neighbourhood": {"id": 1, "name": "槐安居民区"},
            "operation": {**operation, "records": True} if self.records else None,
            "rules": self.rules(),
            "keys": {KID: b64(spki)},
            "cards": [
                [str(c.card), str(c.permit), f"3K7-{i:03}", "active", c.not_before, c.expires, c.klass, i]
                for i, c in enumerate(self.cards)
            ],
            "people": [[person, "张*", i // 2] for i, person in enumerate(self.persons)],
            "dwellings": [[f"{1 + i // 3}号楼", f"{101 + i}", 500 + i] for i in range((self.people + 1) // 2)],
            "holds": [self._hold(i) for i in sorted(self.holds)],
            "visits": [list(row.values()) for row in self.visits],
            "point": self.point,
            "gates": {"1": "东门", "2": "西门"},
            "groups": [[1, "东片", "#0b6e4f", "circle"], [2, "西片", "#f7dc3c", "hexagon"]],
        }

    def shrunk(self, pack: dict[str, Any]) -> dict[str, Any]:
        """A pack without what came later: places of dwellings, visits, words of holds."""
        kept = {name: value for name, value in pack.items() if name not in ("visits", "point", "gates", "groups")}
        dwellings = [row[:2] for row in pack["dwellings"]]
        return {**kept, "dwellings": dwellings, "holds": [str(self.cards[i].permit) for i in sorted(self.holds)]}

    def _hold(self, i: int) -> list[Any]:
        now, child = int(time.time()), i in self.children
        call = "母亲 199-0000-0021" if child else "社区医生 199-0000-0020"
        return [self.persons[i], str(self.cards[i].permit), now - 60, now + 86_400, call, int(child)]


def iso(seconds: float) -> str:
    """UTC time as ISO 8601."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


class Refusal(Exception):
    """An error answer of the contract."""

    def __init__(self, status: int, code: str, *, keep: bool = True) -> None:
        """Name the status and the code."""
        super().__init__(code)
        self.status, self.code, self.keep = status, code, keep


class Handler(BaseHTTPRequestHandler):
    """One request: a file of the page, or a call of the API."""

    protocol_version = "HTTP/1.1"
    gate: FakeGate

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the test's output quiet."""

    def do_GET(self) -> None:
        """Files and ``pack``, ``search``."""
        path = self.path.partition("?")[0]
        if path.startswith("/scan/api/"):
            return self._api(path, b"")
        current = self.gate.bundle
        if path == "/scan/":
            shell = next(iter(linli.scanner.__path__)) + "/templates/scanner/app.html"
            with open(shell, encoding="utf-8") as file:
                page = file.read().replace("{{ base }}", f"/scan/v/{current.version}")
            for tag, address in TAGS.items():
                page = page.replace(tag, address)
            return self._send(200, page.encode(), "text/html; charset=utf-8")
        if path == "/scan/sw.js":
            return self._send(200, service_worker(current).encode(), "text/javascript")
        if path == "/scan/manifest.webmanifest":
            return self._send(200, json.dumps(manifest(current)).encode(), "application/manifest+json")
        name = path.removeprefix(f"/scan/v/{current.version}/")
        if name in current.files:
            return self._send(200, current.files[name], current.content_type(name))
        return self._send(404, b"not found", "text/plain")

    def do_POST(self) -> None:
        """The API."""
        self._api(self.path, self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", CSP)
        self.end_headers()
        self.wfile.write(body)

    def _api(self, path: str, body: bytes) -> None:
        if self.gate.deaf:
            self.close_connection = True
            return
        try:
            name, *rest = path.removeprefix("/scan/api/").split("/")
            answer = getattr(self, f"_{name}")(body, *rest[:1])
            status = 200
        except Refusal as refusal:
            status, answer = refusal.status, {"error": refusal.code, "message": refusal.code, "keep": refusal.keep}
        if self.gate.lose_answers and path.endswith("checks"):
            self.gate.lose_answers -= 1
            self.close_connection = True
            return
        answer["server_time"] = self.gate.now_ms()
        self._send(status, json.dumps(answer).encode(), "application/json")

    def _signed(self, body: bytes) -> Any:
        device = self.gate.devices.get(self.headers.get("Linli-Device", ""))
        if device is None:
            raise Refusal(401, "unknown_device")
        stamp = self.headers["Linli-Time"]
        skew = int(stamp) - self.gate.now_ms()
        self.gate.skews.append(skew)
        if abs(skew) > MOST_SKEW_MS:
            raise Refusal(401, "clock")
        raw = unb64(self.headers["Linli-Signature"])
        text = f"{self.command}\n{self.path}\n{stamp}\n{hashlib.sha256(body).hexdigest()}"
        half = len(raw) // 2
        signature = encode_dss_signature(int.from_bytes(raw[:half]), int.from_bytes(raw[half:]))
        device.verify(signature, text.encode(), ec.ECDSA(SHA256()))
        return device

    def _enrol(self, body: bytes) -> dict[str, Any]:
        data = json.loads(body)
        if data["token"] != self.gate.token:
            raise Refusal(400, "token_unknown", keep=False)
        self.gate.devices[device := str(uuid7())] = load_der_public_key(unb64(data["public_key"]))
        gate = {"id": 1, "name": "东门", "directions": ["in", "out"]}
        known = {"device": device, "gate": gate, "neighbourhood": {"id": 1, "name": "槐安居民区"}}
        return {**known, "shift": self.gate.shift(), "role": self.gate.role, "body": None}

    def _pack(self, body: bytes) -> dict[str, Any]:
        self._signed(body)
        if self.gate.cut_off:
            raise Refusal(403, "cut_off")
        pack = self.gate.shrunk(self.gate.pack()) if self.gate.older_pack else self.gate.pack()
        key, iv = secrets.token_bytes(32), secrets.token_bytes(12)
        sealed = AESGCM(key).encrypt(iv, json.dumps(pack).encode(), None)
        expires = iso(self.gate.now_ms() / 1000 + self.gate.shift_minutes * 60 + 3600)
        return {"version": 1, "expires": expires, "key": b64(key), "iv": b64(iv), "sealed": b64(sealed)}

    def _beat(self, body: bytes) -> dict[str, Any]:
        self._signed(body)
        shared = {"pack_version": 1, "revoked": self.gate.revoked, "used": self.gate.used, "inside": self.gate.inside}
        return {**shared, "cut_off": self.gate.cut_off, "shift": self.gate.shift()}

    def _checks(self, body: bytes) -> dict[str, Any]:
        self._signed(body)
        if self.gate.broken:
            raise Refusal(503, "disk_full")
        checks = json.loads(body)["checks"]
        if not 1 <= len(checks) <= 200:
            raise Refusal(400, "batch")
        if self.gate.half:
            checks = checks[: (len(checks) + 1) // 2]
        self.gate.uploads.append(len(checks))
        return {"results": [self._store(check) for check in checks], "pack_version": 1}

    def _store(self, check: dict[str, Any]) -> dict[str, Any]:
        before = self.gate.stored.setdefault(check["id"], check)
        status = "stored" if before is check else "already"
        if self.gate.cut_off:
            status = "waiting"
        elif not self.gate.records:
            status = "counted"
        decision = check.get("decision")  # a request for review has none
        return {"id": check["id"], "status": status, "decision": decision, "overridden": False, "problem": None}

    def _visits(self, body: bytes, visit: str) -> dict[str, Any]:
        self._signed(body)
        asked = json.loads(body)["check"]
        use = self.gate.uses.setdefault(visit, {"check": asked, "at": iso(self.gate.now_ms() / 1000)})
        used = {"at": use["at"], "gate": {"id": 2, "name": "西门"}}
        free = use["check"] == asked
        return {"visit": visit, "free": free, "state": "free" if free else "used", "used": None if free else used}

    def _search(self, body: bytes) -> dict[str, Any]:
        self._signed(body)
        first = self.gate.cards[0]
        found = {"person": self.gate.persons[0], "permit": str(first.permit), "permit_no": "3K7-000", "name": "张三"}
        return {"people": [{**found, "place": "1号楼 101"}]}


class Server(ThreadingHTTPServer):
    """A page that goes away in the middle of an answer is nothing to be told about."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """What else goes wrong is printed."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Running:
    """The server on a port of its own; ``with Running(gate) as url``."""

    def __init__(self, gate: FakeGate) -> None:
        """Bind to a free port on localhost (a secure context for the browser)."""
        self.server = Server(("127.0.0.1", 0), type("BoundHandler", (Handler,), {"gate": gate}))

    def __enter__(self) -> str:
        """Serve in a thread; gives the origin."""
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def __exit__(self, *_: object) -> None:
        """Stop serving."""
        self.server.shutdown()
        self.server.server_close()
