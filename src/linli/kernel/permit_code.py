"""The permit code: what the QR code on a card says, and how it is checked without asking anyone.

`LINLI1:` + Base45 (RFC 9285) of a COSE_Sign1 (RFC 9052) with ES256 over CWT claims (RFC 8392): which card, which
permit, which neighbourhood, the gates of which area, which class, from when, until when. No name and no document
number is in it (SEEDS G02, issue A Cards). The layout byte for byte is in docs/permit-code.md; the scanner's
permit-code.js gives the same status for every text, proven by vectors/permit-code.json.
"""

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from linli.kernel import base45, cbor_read

PREFIX = "LINLI1:"
MAX_TEXT = 4096
KLASSES = ("resident", "visitor", "courier", "worker", "emergency", "staff")
"""The classes; the place in this list is the number in the code. Append only."""

CLAIM_EXP, CLAIM_NBF, CLAIM_CTI = 4, 5, 7
CLAIM_PERMIT = -65537
"""A private claim key (below -65536, RFC 8392 § 9.1): [permit id, neighbourhood, area of gates or null, class]."""
CLAIM_GATE = -65539
"""A private claim key: the one gate (place) that a visitor's code names (SEEDS G09). A card of a permit has none."""

COSE_SIGN1 = 18
HEADER_ALG, HEADER_KID, ES256 = 1, 4, -7

_PREFIX = re.compile(r"LINLI([0-9]{1,3}):")
_KID = re.compile(rb"[0-9A-Za-z-]{1,8}")
_TRIMMED = "\r\n\t\0"  # what a hand scanner adds; a space is a character of Base45
_ALGORITHM = ec.ECDSA(SHA256(), deterministic_signing=True)
_ALPHANUMERIC = {
    "M": (20, 38, 61, 90, 122, 154, 178, 221),
    "L": (25, 47, 77, 114, 154, 195, 224, 279),
}


class Status(enum.StrEnum):
    """What a reader may say about a text; there is no other answer."""

    VALID = "valid"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    UNKNOWN_KEY = "unknown_key"
    BAD_SIGNATURE = "bad_signature"
    TRUNCATED = "truncated"
    MALFORMED = "malformed"
    WRONG_PREFIX = "wrong_prefix"
    UNKNOWN_VERSION = "unknown_version"


@dataclass(frozen=True)
class PermitClaims:
    """What a permit code says. Times are seconds since 1970 UTC; it holds while not_before ≤ now < expires.

    ``gate``: the one gate at which a visitor's code is taken without asking the server; None on the card of a permit.
    """

    card: UUID
    permit: UUID
    neighbourhood: int
    gates: int | None
    klass: str
    not_before: int
    expires: int
    gate: int | None = None


@dataclass(frozen=True)
class Verified:
    """The verdict. `claims` are given only where the signature is right (valid, not yet, expired)."""

    status: Status
    claims: PermitClaims | None = None
    kid: str | None = None


@dataclass(frozen=True)
class Signed:
    """Claims whose signature is right, and the key id that signed them."""

    claims: PermitClaims
    kid: str

    def at(self, now: int) -> Verified:
        """The verdict at `now` (seconds since 1970 UTC)."""
        if now < self.claims.not_before:
            return Verified(Status.NOT_YET, self.claims, self.kid)
        if now >= self.claims.expires:
            return Verified(Status.EXPIRED, self.claims, self.kid)
        return Verified(Status.VALID, self.claims, self.kid)


class Unreadable(ValueError):
    """No code of ours, or not signed by a known key; `kid` is given where it could be read."""

    def __init__(self, status: Status, kid: str | None) -> None:
        super().__init__(status)
        self.status, self.kid = status, kid


class TooLargeToPrint(ValueError):
    """The code would need a QR code above version 8."""


class _Wrong(Exception):
    def __init__(self, status: Status) -> None:
        super().__init__(status)
        self.status = status


# --- making ------------------------------------------------------------------------------------------------------


def payload_of(claims: PermitClaims) -> bytes:
    """Return the CWT claims set of `claims`, deterministically encoded. Raises ValueError for impossible claims."""
    if claims.klass not in KLASSES:
        raise ValueError(f"unknown class {claims.klass!r}")
    numbers = [claims.neighbourhood, claims.not_before, claims.expires]
    numbers += [number for number in (claims.gates, claims.gate) if number is not None]
    if any(not 0 <= number < 2**32 for number in numbers):
        raise ValueError("a number of the permit is outside 0…2^32-1")
    if claims.not_before >= claims.expires:
        raise ValueError("a permit ends after it begins")
    permit = [claims.permit.bytes, claims.neighbourhood, claims.gates, KLASSES.index(claims.klass)]
    said = {
        CLAIM_EXP: claims.expires,
        CLAIM_NBF: claims.not_before,
        CLAIM_CTI: claims.card.bytes,
        CLAIM_PERMIT: permit,
    }
    if claims.gate is not None:
        said[CLAIM_GATE] = claims.gate
    return cbor2.dumps(said, canonical=True)


def sign_payload(payload: bytes, *, kid: str, private_key: ec.EllipticCurvePrivateKey) -> str:
    """Return the code text of an encoded claims set. The signature is deterministic (RFC 6979): same input, same card.

    Raises ValueError where `kid` is not 1–8 of letters, digits and hyphen, or the key is not on P-256.
    """
    name = kid.encode("ascii", "replace")
    if not _KID.fullmatch(name):
        raise ValueError("a key id is 1–8 letters, digits or hyphens")
    if not isinstance(private_key.curve, ec.SECP256R1):
        raise ValueError("permit keys are on P-256")
    protected = cbor2.dumps({HEADER_ALG: ES256, HEADER_KID: name}, canonical=True)
    r, s = decode_dss_signature(private_key.sign(_to_be_signed(protected, payload), _ALGORITHM))
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    message = cbor2.CBORTag(COSE_SIGN1, [protected, {}, payload, signature])
    return PREFIX + base45.encode(cbor2.dumps(message, canonical=True))


def encode(claims: PermitClaims, *, kid: str, private_key: ec.EllipticCurvePrivateKey) -> str:
    """Return the code text of a permit, signed. Raises ValueError for impossible claims, kid or key."""
    return sign_payload(payload_of(claims), kid=kid, private_key=private_key)


def qr_size(text: str) -> tuple[int, str]:
    """Return (QR version, error correction level) for printing: the smallest version at M, else at L, never above 8.

    Raises TooLargeToPrint where the text does not fit, or holds a character that alphanumeric mode has not.
    """
    if any(character not in base45.ALPHABET for character in text):
        raise TooLargeToPrint("not alphanumeric")
    for level in ("M", "L"):
        for version, capacity in enumerate(_ALPHANUMERIC[level], start=1):
            if len(text) <= capacity:
                return version, level
    raise TooLargeToPrint(f"{len(text)} characters")


# --- reading -----------------------------------------------------------------------------------------------------


def decode(text: str, keys: Mapping[str, ec.EllipticCurvePublicKey], *, now: int) -> Verified:
    """Say what a scanned or typed text is worth at `now` (seconds since 1970 UTC), given the office's public keys.

    Never raises for any text: every failure is a Status.
    """
    try:
        return read(text, keys).at(now)
    except Unreadable as wrong:
        return Verified(wrong.status, None, wrong.kid)


def read(text: str, keys: Mapping[str, ec.EllipticCurvePublicKey]) -> Signed:
    """What a text says whose signature is right, whatever the time: the part of `decode` that may be remembered.

    Raises Unreadable for everything else.
    """
    kid: str | None = None
    try:
        protected, payload, signature = _parts(_data(text))
        kid = _kid(protected)
        key = keys.get(kid)
        if key is None or not isinstance(key.curve, ec.SECP256R1):
            raise _Wrong(Status.UNKNOWN_KEY)
        _check_signature(key, protected, payload, signature)
        return Signed(_claims(payload), kid)
    except _Wrong as wrong:
        raise Unreadable(wrong.status, kid) from None


def looks_like(text: str) -> bool:
    """Tell whether a text wants to be a permit code of any version."""
    return _PREFIX.match(text.strip(_TRIMMED)) is not None


def _data(text: str) -> bytes:
    text = text.strip(_TRIMMED)
    prefix = _PREFIX.match(text)
    if prefix is None:
        raise _Wrong(Status.WRONG_PREFIX)
    if prefix.group(0) != PREFIX:
        raise _Wrong(Status.UNKNOWN_VERSION)
    if len(text) > MAX_TEXT:
        raise _Wrong(Status.MALFORMED)
    try:
        return base45.decode(text[len(PREFIX) :])
    except base45.Base45Error as error:
        raise _Wrong(Status.TRUNCATED if error.cut else Status.MALFORMED) from None


def _parts(data: bytes) -> tuple[bytes, bytes, bytes]:
    """Return protected header, payload and signature of a COSE_Sign1."""
    try:
        message = cbor_read.read(data)
    except cbor_read.CborError as error:
        raise _Wrong(Status.TRUNCATED if error.cut else Status.MALFORMED) from None
    match message:
        case cbor_read.Tag(number=18, value=[bytes(protected), {**unprotected}, bytes(payload), bytes(signature)]):
            if not unprotected and len(signature) == 64:
                return protected, payload, signature
    raise _Wrong(Status.MALFORMED)


def _inner(data: bytes) -> dict[cbor_read.Value, cbor_read.Value]:
    try:
        value = cbor_read.read(data)
    except cbor_read.CborError:
        raise _Wrong(Status.MALFORMED) from None
    if not isinstance(value, dict):
        raise _Wrong(Status.MALFORMED)
    return value


def _kid(protected: bytes) -> str:
    header = _inner(protected)
    kid = header.get(HEADER_KID)
    if len(header) != 2 or header.get(HEADER_ALG) != ES256 or not isinstance(kid, bytes) or not _KID.fullmatch(kid):
        raise _Wrong(Status.MALFORMED)
    return kid.decode("ascii")


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """Return the Sig_structure of RFC 9052 § 4.4, without external data."""
    return cbor2.dumps(["Signature1", protected, b"", payload])


def _check_signature(key: ec.EllipticCurvePublicKey, protected: bytes, payload: bytes, signature: bytes) -> None:
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    try:
        key.verify(encode_dss_signature(r, s), _to_be_signed(protected, payload), ec.ECDSA(SHA256()))
    except InvalidSignature:
        raise _Wrong(Status.BAD_SIGNATURE) from None


def _claims(payload: bytes) -> PermitClaims:
    """Read the signed claims. Claims that this version does not know are left aside."""
    found = _inner(payload)
    if CLAIM_PERMIT not in found:
        raise _Wrong(Status.UNKNOWN_VERSION)
    match found[CLAIM_PERMIT], found.get(CLAIM_CTI), found.get(CLAIM_NBF), found.get(CLAIM_EXP):
        case [bytes(permit), int(place), int() | None as gates, int(klass)], bytes(card), int(start), int(end):
            right_size = len(permit) == len(card) == 16
            if not right_size or min(place, gates or 0, klass, start, end) < 0:
                raise _Wrong(Status.MALFORMED)
            if klass >= len(KLASSES):
                raise _Wrong(Status.UNKNOWN_VERSION)
            gate = _gate(found)
            return PermitClaims(UUID(bytes=card), UUID(bytes=permit), place, gates, KLASSES[klass], start, end, gate)
    raise _Wrong(Status.MALFORMED)


def _gate(found: dict[cbor_read.Value, cbor_read.Value]) -> int | None:
    """The gate that a visitor's code names; a card has no such claim."""
    if CLAIM_GATE not in found:
        return None
    gate = found[CLAIM_GATE]
    if not isinstance(gate, int) or gate < 0:
        raise _Wrong(Status.MALFORMED)
    return gate
