"""Where payloads lie: sealed in the row when small, in a file of sealed pieces when large. Nothing is written in the clear."""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from linli import vault
from linli.inbox.models import RawUpload
from linli.vault.keyring import data_folder

KEY = "inbox"
"""Seals what holds nothing about anybody (bare ids); it is never destroyed."""
OWN_KEY = "upload:"
CONTEXT = "inbox.payload"
NAME_CONTEXT = "inbox.name"
IN_ROW = 256 * 1024
"""Payloads up to this many bytes are sealed in the row."""
PIECE = 1024 * 1024
_LENGTH = struct.Struct(">I")


def folder() -> Path:
    """The folder of large payloads, made when missing; only its owner may look."""
    place = data_folder() / "inbox"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def spool() -> Path:
    """The folder of what is in the clear for the time of one request, made when missing; no backup takes it along."""
    place = data_folder() / "tmp"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    place.chmod(0o700)
    return place


def path_of(upload: UUID) -> Path:
    """The file of one large payload."""
    return folder() / str(upload)


def own_key(upload: UUID) -> str:
    """The name of the key that seals one payload alone: destroying it erases the payload in every backup too."""
    return f"{OWN_KEY}{upload}"


def measure(content: BinaryIO) -> tuple[int, str]:
    """Size in bytes and SHA-256 in hex of what can be read from the start; leaves the stream at its start."""
    content.seek(0)
    digest, size = hashlib.sha256(), 0
    while piece := content.read(PIECE):
        digest.update(piece)
        size += len(piece)
    content.seek(0)
    return size, digest.hexdigest()


def put(row: RawUpload, content: BinaryIO) -> None:
    """Seal ``content`` into the row, or beside it when it is large."""
    if row.size <= IN_ROW:
        row.sealed = vault.seal(content.read(), key=row.key, context=f"{CONTEXT}:{row.pk}")
    else:
        write_file(row.pk, content, key=row.key)


def write_file(upload: UUID, content: BinaryIO, *, key: str) -> None:
    """Seal ``content`` in pieces; the file appears whole or not at all. Each piece knows its number and whether it is the last."""
    target = path_of(upload)
    part = target.with_suffix(".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        number, piece = 0, content.read(PIECE)
        while True:
            following = content.read(PIECE)
            sealed = vault.seal(piece, key=key, context=_piece(upload, number, last=not following))
            out.write(_LENGTH.pack(len(sealed)) + sealed)
            if not following:
                break
            number, piece = number + 1, following
        out.flush()
        os.fsync(out.fileno())
    part.replace(target)


def read_file(upload: UUID) -> Iterator[bytes]:
    """The pieces of a large payload in the clear. Raises ValueError when the file ends too early."""
    with path_of(upload).open("rb") as source:
        number, head = 0, source.read(_LENGTH.size)
        while head:
            sealed = source.read(_LENGTH.unpack(head)[0])
            head = source.read(_LENGTH.size)
            yield vault.unseal(sealed, context=_piece(upload, number, last=not head))
            number += 1


def end(upload: UUID) -> None:
    """Destroy the payload's own key, then delete its file; what has neither stays as it is. Safe to run again."""
    vault.keyring().destroy(own_key(upload))
    path_of(upload).unlink(missing_ok=True)


def _piece(upload: UUID, number: int, *, last: bool) -> str:
    return f"{CONTEXT}:{upload}:{number}:{'last' if last else 'more'}"
