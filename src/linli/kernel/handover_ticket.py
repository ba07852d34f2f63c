"""What one phone shows another when travellers change hands without a network (T03, T04, decision 0134).

The giver's QR: ``LINLI-H1:`` + Base45 (RFC 9285) of

    1 byte   1, the layout
    16       id of the hand-over (made by the giver's phone)
    16       id of the giver's phone
    6        moment, milliseconds since 1970, big-endian
    2        heads that were counted
    16 each  ids of the travellers, at least one
    64       signature of the phone's key (ECDSA P-256, SHA-256, r‖s) over ``LINLI-H1\\n`` and all before it

No name, no door, no number. Without a camera the giver reads six digits: four by chance, and two that depend on these and on who is
ticked. Both phones make the hand-over's id of the four and of the travellers (:func:`id_of`), so that two halves are one hand-over
without anybody between them; two lists that differ are told apart at once, but for one in a hundred. The phone's mirror is
``scanner/handover-ticket.js``; both run ``tests/vectors/handover-ticket.json``. Pure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from linli.kernel import base45

PREFIX = "LINLI-H1:"
MOST = 60
"""Travellers in one code: a coach. More would be a symbol that a phone's camera cannot read off another's screen."""
_DOMAIN = b"LINLI-H1\n"
_HEAD, _SIGNATURE, _EACH = 41, 64, 16


class NotATicket(ValueError):
    """The text is no hand-over of ours, or was cut."""


@dataclass(frozen=True)
class Ticket:
    """What the giver's phone says: these travellers, so many heads, at this moment."""

    handover: UUID
    device: UUID
    at: datetime
    counted: int
    travellers: tuple[UUID, ...]

    def body(self) -> bytes:
        """The bytes before the signature. Raises ValueError for nobody, for more than :data:`MOST`, or for an impossible number."""
        if not 0 < len(self.travellers) <= MOST or not 0 <= self.counted < 2**16:
            raise ValueError("a hand-over is of one to sixty people")
        moment = round(self.at.timestamp() * 1000).to_bytes(6, "big")
        each = b"".join(one.bytes for one in self.travellers)
        return b"\1" + self.handover.bytes + self.device.bytes + moment + self.counted.to_bytes(2, "big") + each

    def message(self) -> bytes:
        """The bytes that the phone signs."""
        return _DOMAIN + self.body()

    def text(self, signature: bytes) -> str:
        """The text of the QR symbol; ``signature``: 64 bytes r‖s."""
        if len(signature) != _SIGNATURE:
            raise ValueError("a signature has 64 bytes")
        return PREFIX + base45.encode(self.body() + signature)


@dataclass(frozen=True)
class Signed:
    """A ticket as it was read, its signature not yet looked at."""

    ticket: Ticket
    signature: bytes


def read(text: str) -> Signed:
    """Read the text of a giver's QR. Raises :class:`NotATicket`."""
    plain = text.strip("\r\n\t\0")
    if not plain.startswith(PREFIX):
        raise NotATicket("no hand-over")
    try:
        data = base45.decode(plain[len(PREFIX) :])
    except base45.Base45Error:
        raise NotATicket("not Base45") from None
    count, rest = divmod(len(data) - _HEAD - _SIGNATURE, _EACH)
    if rest or not 0 < count <= MOST or data[0] != 1:
        raise NotATicket("cut, or of another layout")
    ids = [UUID(bytes=data[_HEAD + _EACH * n : _HEAD + _EACH * (n + 1)]) for n in range(count)]
    milliseconds = int.from_bytes(data[33:39], "big")
    try:
        at = datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError):
        raise NotATicket("no moment") from None
    counted = int.from_bytes(data[39:41], "big")
    return Signed(Ticket(UUID(bytes=data[1:17]), UUID(bytes=data[17:33]), at, counted, tuple(ids)), data[-_SIGNATURE:])


def code_for(four: str, travellers: Iterable[UUID]) -> str:
    """The six digits that the giver reads aloud: ``four`` digits by chance, and two for who is ticked."""
    return four + f"{int.from_bytes(_digest(four, travellers)[16:20], 'big') % 100:02d}"


def id_of(code: str, travellers: Iterable[UUID]) -> UUID | None:
    """The hand-over that six digits and the ticked travellers name (UUIDv8, RFC 9562); None when the two do not belong together."""
    known = list(travellers)
    if len(code) != 6 or not (code.isascii() and code.isdigit()) or not known or code_for(code[:4], known) != code:
        return None
    data = bytearray(_digest(code[:4], known)[:16])
    data[6] = 0x80 | data[6] & 0x0F
    data[8] = 0x80 | data[8] & 0x3F
    return UUID(bytes=bytes(data))


def _digest(four: str, travellers: Iterable[UUID]) -> bytes:
    ids = b"".join(sorted(one.bytes for one in travellers))
    return hashlib.sha256(b"LINLI-H1 code\n" + four.encode() + b"\n" + ids).digest()
