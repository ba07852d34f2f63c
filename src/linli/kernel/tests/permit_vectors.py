"""Make vectors/permit-code.json: `python -m linli.kernel.tests.permit_vectors > …/vectors/permit-code.json`.

The keys below are for these vectors and sign nothing else. Signatures are deterministic, so the file is reproducible.
"""

import base64
import json
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from linli.kernel import base45
from linli.kernel import permit_code as code

FILE = Path(__file__).parent / "vectors" / "permit-code.json"
NOT_BEFORE, EXPIRES = 1_580_918_400, 1_583_337_600  # 6 February 2020 00:00 to 5 March 2020 00:00, +08:00
DURING = 1_581_300_000
CLAIMS = code.PermitClaims(
    card=UUID("01701a2b-3c4d-7e5f-8a6b-0123456789ab"),
    permit=UUID("01701a2b-0000-7000-8000-00000000002a"),
    neighbourhood=24,
    gates=7,
    klass="resident",
    not_before=NOT_BEFORE,
    expires=EXPIRES,
)


VISIT = code.PermitClaims(CLAIMS.card, CLAIMS.card, 24, None, "visitor", NOT_BEFORE, EXPIRES, gate=31)


def _key(seed: int) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(seed, ec.SECP256R1())


KEY = _key(0x4C494E4C49_0001)
OTHER = _key(0x4C494E4C49_0002)
KID = "20A"


def spki(key: ec.EllipticCurvePrivateKey) -> str:
    """Return the public key as base64url of its SPKI DER, as in a gate's pack."""
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.urlsafe_b64encode(der).decode().rstrip("=")


def _with(text: str, change: Any) -> str:
    """Return the code with its outer message changed by `change`, signature as it was."""
    message = cbor2.loads(base45.decode(text.removeprefix(code.PREFIX)))
    value = list(message.value)
    return code.PREFIX + base45.encode(cbor2.dumps(cbor2.CBORTag(message.tag, change(value)), canonical=True))


def _signed(payload: Any) -> str:
    data = payload if isinstance(payload, bytes) else cbor2.dumps(payload, canonical=True)
    return code.sign_payload(data, kid=KID, private_key=KEY)


def _flip(text: str) -> str:
    return _with(text, lambda value: [*value[:3], value[3][:-1] + bytes([value[3][-1] ^ 1])])


def _forged(text: str) -> str:
    """Another card under the same signature."""
    return _with(text, lambda value: [*value[:2], value[2].replace(CLAIMS.card.bytes, bytes(16)), value[3]])


def _cases() -> list[tuple[str, str, int]]:
    """Return (name, text, now)."""
    good = code.encode(CLAIMS, kid=KID, private_key=KEY)
    body = good.removeprefix(code.PREFIX)
    claims = cbor2.loads(code.payload_of(CLAIMS))
    raw = base45.decode(body)
    permit = claims[code.CLAIM_PERMIT]
    everywhere = code.PermitClaims(CLAIMS.card, CLAIMS.permit, 24, None, "worker", NOT_BEFORE, EXPIRES)
    return [
        ("valid", good, DURING),
        ("valid, all gates, a worker", code.encode(everywhere, kid=KID, private_key=KEY), DURING),
        ("valid, first second", good, NOT_BEFORE),
        ("valid, last second", good, EXPIRES - 1),
        ("valid, as a hand scanner types it", "\t" + good + "\r\n", DURING),
        ("not yet", good, NOT_BEFORE - 1),
        ("expired", good, EXPIRES),
        ("unknown key id", code.encode(CLAIMS, kid="19Z", private_key=KEY), DURING),
        ("wrong key", code.encode(CLAIMS, kid=KID, private_key=OTHER), DURING),
        ("bad signature, one bit", _flip(good), DURING),
        ("bad signature, another card", _forged(good), DURING),
        ("bad signature, all zero", _with(good, lambda value: [*value[:3], bytes(64)]), DURING),
        ("truncated, last character", good[:-1], DURING),
        ("truncated, half", good[: len(good) // 2], DURING),
        ("truncated, prefix alone", code.PREFIX, DURING),
        ("wrong prefix", "HC1:" + body, DURING),
        ("wrong prefix, lower case", good.lower(), DURING),
        ("wrong prefix, a web address", "https://example.org/" + body, DURING),
        ("wrong prefix, empty", "", DURING),
        ("unknown version", "LINLI2:" + body, DURING),
        ("unknown version, zero in front", "LINLI01:" + body, DURING),
        ("unknown version, claim missing", _signed({4: EXPIRES, 5: NOT_BEFORE, 7: CLAIMS.card.bytes}), DURING),
        ("unknown version, new class", _signed({**claims, code.CLAIM_PERMIT: [*permit[:3], 99]}), DURING),
        ("payload over 255 bytes", _signed({**claims, -65538: bytes(range(200))}), DURING),
        ("malformed, foreign character", good[:40] + "!" + good[41:], DURING),
        ("malformed, a group over 65535", code.PREFIX + "::::::", DURING),
        ("malformed, data after the message", code.PREFIX + base45.encode(raw + b"\x00"), DURING),
        ("malformed, no tag", code.PREFIX + base45.encode(raw[1:]), DURING),
        ("malformed, not the shortest form", code.PREFIX + base45.encode(b"\xd8\x12" + raw[1:]), DURING),
        ("malformed, unprotected header", _with(good, lambda value: [value[0], {4: b"x"}, *value[2:]]), DURING),
        ("malformed, short signature", _with(good, lambda value: [*value[:3], value[3][:63]]), DURING),
        ("malformed, other algorithm", _with(good, lambda v: [cbor2.dumps({1: -8, 4: b"20A"}), *v[1:]]), DURING),
        ("malformed, signed nonsense", _signed(b"\xff"), DURING),
        ("malformed, signed list", _signed([1, 2]), DURING),
        ("malformed, a float as time", _signed({**claims, 4: 1.5}), DURING),
        ("malformed, card id of 15 bytes", _signed({**claims, 7: bytes(15)}), DURING),
        *_of_gates(claims),
        ("malformed, indefinite array", code.PREFIX + base45.encode(b"\xd2\x9f\xff"), DURING),
        ("malformed, deep nesting", code.PREFIX + base45.encode(b"\x81" * 40), DURING),
        ("malformed, over 4096 characters", code.PREFIX + "0" * 4096, DURING),
    ]


def _of_gates(claims: dict[int, Any]) -> list[tuple[str, str, int]]:
    """A visitor's code that names a gate, and those whose gate is no place."""
    wrong = {"that is no number": "east", "below zero": -1, "of null": None}
    return [
        ("valid, a visitor at one gate", code.encode(VISIT, kid=KID, private_key=KEY), DURING),
        *(
            (f"malformed, a gate {name}", _signed({**claims, code.CLAIM_GATE: gate}), DURING)
            for name, gate in wrong.items()
        ),
    ]


def build() -> dict[str, Any]:
    """Return the whole content of the vectors file."""
    keys = {KID: KEY.public_key()}
    vectors = []
    for name, text, now in _cases():
        verdict = code.decode(text, keys, now=now)
        found = verdict.claims
        claims = None
        if found is not None:
            claims = {**vars(found), "card": str(found.card), "permit": str(found.permit)}
        one = {"name": name, "now": now, "text": text, "status": verdict.status.value, "kid": verdict.kid}
        vectors.append({**one, "claims": claims})
    return {
        "about": "Permit code vectors, see docs/permit-code.md. The key signs nothing but these.",
        "keys": {KID: spki(KEY)},
        "private_scalar": hex(KEY.private_numbers().private_value),
        "payload_hex": code.payload_of(CLAIMS).hex(),
        "message_hex": base45.decode(_cases()[0][1].removeprefix(code.PREFIX)).hex(),
        "vectors": vectors,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(build(), indent=1, ensure_ascii=True) + "\n")
