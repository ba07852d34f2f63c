"""Make vectors/handover-ticket.json: `python -m linli.kernel.tests.handover_vectors > …/vectors/handover-ticket.json`.

The key is that of the permit vectors: it signs nothing else, and its signatures are deterministic.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from linli.kernel import base45, handover
from linli.kernel import handover_ticket as tickets
from linli.kernel.tests.permit_vectors import KEY, OTHER, spki

FILE = Path(__file__).parent / "vectors" / "handover-ticket.json"
HANDOVER = UUID("0170d4a1-0000-7000-8000-0000000000aa")
DEVICE = UUID("0170d4a1-0000-7000-8000-0000000000bb")
AT = datetime(2020, 3, 13, 11, 25, 0, 123000, UTC)
PEOPLE = tuple(UUID(int=0x0170D4A1_0000_7000_8000_000000000000 + n * 7919) for n in range(1, 61))
COUNTS: list[tuple[list[str], list[str], int | None]] = [
    (list("abcd"), list("dcba"), None), (list("abcd"), list("dcba"), 4), (list("abcd"), list("abx"), None),
    (list("abcd"), list("abcd"), 5), (list("ab"), list("ab"), 1), (["a", "a"], ["a"], None), ([], list("a"), None),
    (list("abc"), [], 0), (list("abc"), list("ab"), 3),
]  # fmt: skip


def signed(ticket: tickets.Ticket, key: ec.EllipticCurvePrivateKey = KEY) -> str:
    """The text of a ticket with its signature."""
    r, s = decode_dss_signature(key.sign(ticket.message(), ec.ECDSA(SHA256(), deterministic_signing=True)))
    return ticket.text(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


def _ticket(count: int) -> tickets.Ticket:
    return tickets.Ticket(HANDOVER, DEVICE, AT, count, PEOPLE[:count])


def _read(name: str, text: str, right: bool) -> dict[str, Any]:
    found = tickets.read(text).ticket
    said = {
        "handover": str(found.handover),
        "device": str(found.device),
        "at": round(found.at.timestamp() * 1000),
        "counted": found.counted,
        "travellers": [str(one) for one in found.travellers],
    }
    return {"name": name, "text": text, "ticket": said, "signed": right}


def _unreadable() -> list[str]:
    good = signed(_ticket(2))
    body = base45.decode(good.removeprefix(tickets.PREFIX))
    other_layout = tickets.PREFIX + base45.encode(b"\2" + body[1:])
    nobody = tickets.PREFIX + base45.encode(body[:41] + body[-64:])
    never = tickets.PREFIX + base45.encode(body[:33] + b"\xff" * 6 + body[39:])
    return [
        good[:-1],
        good[:-9],
        good[:60],
        good.replace("LINLI-H1:", "LINLI1:"),
        f"{good}é",
        other_layout,
        nobody,
        never,
        "",
    ]


def build() -> dict[str, Any]:
    """The whole content of the vectors file."""
    flipped = base45.decode(signed(_ticket(1)).removeprefix(tickets.PREFIX))
    changed = tickets.PREFIX + base45.encode(flipped[:40] + b"\x09" + flipped[41:])
    codes = []
    for four, count in (("4829", 1), ("0007", 4), ("9999", 60)):
        code = tickets.code_for(four, PEOPLE[:count])
        codes.append(
            {
                "code": code,
                "travellers": [str(one) for one in PEOPLE[:count]],
                "id": str(tickets.id_of(code, PEOPLE[:count])),
            }
        )
    first = codes[1]
    return {
        "about": "What one phone shows another. The key signs nothing but these.",
        "device": str(DEVICE),
        "public_key": spki(KEY),
        "tickets": [
            _read("one", signed(_ticket(1)), True),
            _read("ten", signed(_ticket(10)), True),
            _read("a coach", signed(_ticket(60)), True),
            _read("another phone's key", signed(_ticket(4), OTHER), False),
            _read("nine heads instead of one", changed, False),
        ],
        "unreadable": _unreadable(),
        "codes": [*codes, {**first, "travellers": list(reversed(first["travellers"]))}],
        "no_codes": [
            {"code": first["code"], "travellers": first["travellers"][:3]},
            {"code": first["code"][:5], "travellers": first["travellers"]},
            {"code": "४८२९१३", "travellers": first["travellers"]},
            {"code": first["code"], "travellers": []},
        ],
        "counts": [
            {"listed": listed, "present": present, "counted": counted, "missing": list(found.missing),
             "extra": list(found.extra), "uncounted": found.uncounted}
            for listed, present, counted in COUNTS
            for found in (handover.head_count(listed, present, counted),)
        ],
    }  # fmt: skip


if __name__ == "__main__":
    sys.stdout.write(json.dumps(build(), indent=1, ensure_ascii=True) + "\n")
