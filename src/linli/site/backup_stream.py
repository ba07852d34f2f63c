"""The sealed container of a backup: a stream of AES-256-GCM chunks that shows every change, cut and foreign key.

Layout: ``LINLIBAK`` | version (1 byte) | length of header (2 bytes, big endian) | header (JSON: ``key_id``, ``salt``, ``chunk``,
``made_at``, ``engine``) | chunks. A chunk is its sealed length (4 bytes) and the sealed bytes. The key is HKDF-SHA256 of the
installation's backup key and the file's own salt, so the nonce may simply count: 11 bytes of chunk number and one byte that
is 1 in the last chunk (the STREAM construction of Hoang et al. 2015). The associated data is the hash of everything before the
first chunk. Chunks cannot be dropped, repeated, reordered or cut off without notice.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import struct
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from linli.kernel.refusal import Refusal

MAGIC = b"LINLIBAK"
VERSION = 1
CHUNK = 1 << 20
_TAG = 16
_MAX_HEADER = 4096


def key_id(master: bytes) -> str:
    """A short public name of a master key (``7F3A-2C91``): it says which key a file needs and nothing about the key."""
    digest = subkey(master, "key-id", length=4).hex().upper()
    return f"{digest[:4]}-{digest[4:]}"


def subkey(master: bytes, purpose: str, *, length: int = 32) -> bytes:
    """``length`` bytes derived from ``master`` by HKDF-SHA256 for one purpose of this package."""
    return HKDF(hashes.SHA256(), length, None, f"linli/{purpose}".encode()).derive(master)


class SealingWriter(io.RawIOBase):
    """Write plain bytes, get sealed chunks in ``target``. Closing writes the last chunk; ``target`` stays open."""

    def __init__(self, target: BinaryIO, *, master: bytes, header: dict[str, Any]) -> None:
        salt = os.urandom(32)
        text = json.dumps({**header, "key_id": key_id(master), "salt": salt.hex(), "chunk": CHUNK}, sort_keys=True)
        prefix = MAGIC + bytes([VERSION]) + struct.pack(">H", len(text.encode())) + text.encode()
        target.write(prefix)
        self._target = target
        self._cipher = _cipher(master, salt)
        self._bound = hashlib.sha256(prefix).digest()
        self._waiting = bytearray()
        self._count = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._seal(bytes(self._waiting), last=True)
        super().close()

    def _seal(self, plain: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._count, last), plain, self._bound)
        self._target.write(struct.pack(">I", len(sealed)) + sealed)
        self._count += 1


class OpeningReader(io.RawIOBase):
    """Read the plain bytes of a sealed container.

    Raises :class:`Refusal` ``backup.not_a_backup``, ``backup.newer``, ``backup.other_key``, ``backup.cut_off`` or
    ``backup.changed``; the first three before a byte was given out.
    """

    def __init__(self, source: BinaryIO, *, master: bytes) -> None:
        self.header, prefix = read_header(source)
        if self.header["key_id"] != key_id(master):
            raise Refusal(
                "backup.other_key",
                "This backup was made with the master key %(theirs)s; the key given here is %(ours)s. Use the recovery sheet "
                "or the key folder that carries %(theirs)s.",
                theirs=self.header["key_id"],
                ours=key_id(master),
            )
        self._source = source
        self._cipher = _cipher(master, bytes.fromhex(self.header["salt"]))
        self._bound = hashlib.sha256(prefix).digest()
        self._plain = b""
        self._count = 0
        self._finished = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._plain and not self._finished:
            self._next()
        taken = self._plain[: len(buffer)]
        buffer[: len(taken)] = taken
        self._plain = self._plain[len(taken) :]
        return len(taken)

    def _next(self) -> None:
        (length,) = struct.unpack(">I", self._exactly(4))
        if not _TAG <= length <= CHUNK + _TAG:
            raise _changed(self._count)
        sealed = self._exactly(length)
        ahead = self._source.read(1)
        self._finished = not ahead
        if ahead:
            self._source.seek(-1, io.SEEK_CUR)
        try:
            self._plain = self._cipher.decrypt(_nonce(self._count, self._finished), sealed, self._bound)
        except InvalidTag as error:
            if self._finished and self._is_middle(sealed):
                raise _cut_off() from error
            raise _changed(self._count) from error
        self._count += 1

    def _is_middle(self, sealed: bytes) -> bool:
        """Whether this chunk is whole but not the last one: then the rest of the file is missing."""
        try:
            self._cipher.decrypt(_nonce(self._count, False), sealed, self._bound)
        except InvalidTag:
            return False
        return True

    def _exactly(self, length: int) -> bytes:
        data = self._source.read(length)
        if len(data) != length:
            raise _cut_off()
        return data


def read_header(source: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """The header of a container and the bytes it stood in; raises ``backup.not_a_backup`` or ``backup.newer``."""
    start = source.read(len(MAGIC) + 3)
    if len(start) < len(MAGIC) + 3 or not start.startswith(MAGIC):
        raise _not_a_backup()
    if start[len(MAGIC)] != VERSION:
        raise Refusal("backup.newer", "This backup was written by a newer Linli. Upgrade this installation first.")
    (length,) = struct.unpack(">H", start[-2:])
    text = source.read(length)
    if length > _MAX_HEADER or len(text) != length:
        raise _not_a_backup()
    try:
        header = json.loads(text)
        known = isinstance(header["key_id"], str) and len(bytes.fromhex(header["salt"])) == 32
    except (ValueError, KeyError, TypeError) as error:
        raise _not_a_backup() from error
    if not known:
        raise _not_a_backup()
    return header, start + text


def _cipher(master: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(hashes.SHA256(), 32, salt, b"linli/backup/1").derive(master))


def _nonce(count: int, last: bool) -> bytes:
    return count.to_bytes(11, "big") + bytes([last])


def _not_a_backup() -> Refusal:
    return Refusal("backup.not_a_backup", "This file is not a Linli backup.")


def _cut_off() -> Refusal:
    return Refusal(
        "backup.cut_off",
        "This backup ends too early: part of the file is missing. Nothing was restored. Copy it again or use another backup.",
    )


def _changed(count: int) -> Refusal:
    return Refusal(
        "backup.changed",
        "This backup was changed or damaged: part %(part)s does not match its seal. Nothing was restored. Use another backup.",
        part=count + 1,
    )
