"""The sealed container: every change, cut and foreign key is noticed, and nothing of the content shows."""

from __future__ import annotations

import io
import os

import pytest

from linli.kernel.refusal import Refusal
from linli.site import backup_stream
from linli.site.backup_stream import CHUNK, MAGIC, OpeningReader, SealingWriter, key_id, read_header
from linli.site.tests.helpers import refused

MASTER = bytes(range(32))


def seal(plain: bytes, master: bytes = MASTER) -> bytes:
    out = io.BytesIO()
    writer = SealingWriter(out, master=master, header={"engine": "sqlite"})
    for start in range(0, len(plain), 70_001):
        writer.write(plain[start : start + 70_001])
    writer.close()
    return out.getvalue()


def unseal(blob: bytes, master: bytes = MASTER) -> bytes:
    return io.BufferedReader(OpeningReader(io.BytesIO(blob), master=master)).read()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 17])
def test_what_goes_in_comes_out(size: int) -> None:
    plain = os.urandom(size)
    blob = seal(plain)
    assert unseal(blob) == plain
    assert seal(plain) != blob


def test_the_header_says_which_key_and_nothing_else() -> None:
    blob = seal("张三 199-0000-0000".encode() * 40)
    header, _ = read_header(io.BytesIO(blob))
    assert header["key_id"] == key_id(MASTER)
    assert set(header) == {"key_id", "salt", "chunk", "engine"}
    assert "张三".encode() not in blob
    assert MASTER not in blob


def test_every_changed_byte_is_noticed() -> None:
    blob = seal(b"a" * 300)
    for place in range(len(blob)):
        changed = blob[:place] + bytes([blob[place] ^ 1]) + blob[place + 1 :]
        with pytest.raises(Refusal):
            unseal(changed)


def test_a_cut_file_is_noticed_wherever_it_is_cut() -> None:
    blob = seal(os.urandom(2 * CHUNK + 100))
    edge = len(blob) - (100 + 16 + 4)
    for end in (len(blob) - 1, edge, edge - 1, edge + 2, len(blob) // 2):
        with pytest.raises(Refusal) as refusal:
            unseal(blob[:end])
        assert refusal.value.code == "backup.cut_off", end


def test_chunks_cannot_be_swapped_repeated_or_dropped() -> None:
    blob = seal(os.urandom(3 * CHUNK))
    sealed = CHUNK + 16 + 4
    start = len(blob) - 3 * sealed
    one, two, three = (blob[start + i * sealed : start + (i + 1) * sealed] for i in range(3))
    for order in ([two, one, three], [one, one, three], [one, three], [one, two, three, three]):
        with refused("backup.changed", "backup.cut_off"):
            unseal(blob[:start] + b"".join(order))


def test_another_key_is_told_by_its_number() -> None:
    with pytest.raises(Refusal) as refusal:
        unseal(seal(b"x"), os.urandom(32))
    assert refusal.value.code == "backup.other_key"
    assert key_id(MASTER) in str(refusal.value)


def test_what_is_no_backup_or_a_newer_one_gets_a_sentence() -> None:
    blob = seal(b"x")
    broken = MAGIC + b"\x01\x00\x03{} "
    for content in (b"", b"PK\x03\x04", blob[:9], broken, MAGIC + b"\x01\x00\x02[]", MAGIC + b"\x01\xff\xff{"):
        with refused("backup.not_a_backup"):
            unseal(content)
    newer = MAGIC + bytes([backup_stream.VERSION + 1]) + blob[len(MAGIC) + 1 :]
    with refused("backup.newer"):
        unseal(newer)
