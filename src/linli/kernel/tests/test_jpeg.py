"""A photo keeps its picture and how the camera was held; where it was taken, by what and when is gone."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.jpeg import NotAPicture, bare


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def exif(orientation: int | None = None, order: str = ">", gps: bytes = b"N 31.2 E 121.3") -> bytes:
    """An Exif block with a position in it, and with how the camera was held, if said."""
    entries = [struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0)] if orientation is not None else []
    entries.append(struct.pack(order + "HHII", 0x8825, 4, 1, 40))
    mark = b"MM" if order == ">" else b"II"
    tiff = mark + struct.pack(order + "HI", 42, 8) + struct.pack(order + "H", len(entries)) + b"".join(entries)
    return segment(0xE1, b"Exif\0\0" + tiff + struct.pack(order + "I", 0) + gps)


FRAME = segment(0xC0, struct.pack(">BHHB", 8, 48, 64, 1) + b"\x01\x11\x00")
TABLES = segment(0xDB, b"\0" * 65)
SCAN = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\x34\xff\x00\x56"
END = b"\xff\xd9"


def photo(*beside: bytes, tail: bytes = b"") -> bytes:
    return b"\xff\xd8" + b"".join(beside) + TABLES + FRAME + SCAN + END + tail


def test_nothing_but_the_picture_is_left() -> None:
    jfif, comment, maker = segment(0xE0, b"JFIF\0"), segment(0xFE, b"at home"), segment(0xED, b"Photoshop 3.0")
    found = bare(photo(jfif, exif(1), comment, maker, tail=b"a second, larger picture with its position"))
    assert (found.data, found.width, found.height) == (photo(), 64, 48)


def test_a_second_picture_behind_the_first_goes_with_its_position() -> None:
    found = bare(photo(tail=photo(exif(1)) + b"more" + END))
    assert found.data == photo()


def test_a_block_between_two_scans_goes_too() -> None:
    first, restart = SCAN, segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x01\xff\xd0\x02"
    between = exif(1) + segment(0xFE, b"at home") + segment(0xEE, b"N 31.2 E 121.3")
    whole = b"\xff\xd8" + TABLES + FRAME + first + between + TABLES + restart + END
    assert bare(whole).data == b"\xff\xd8" + TABLES + FRAME + first + TABLES + restart + END


@pytest.mark.parametrize("order", [">", "<"])
def test_how_the_camera_was_held_stays_and_its_position_goes(order: str) -> None:
    found = bare(photo(exif(6, order))).data
    assert b"N 31.2" not in found
    assert b"\x88\x25" not in found
    assert b"\x25\x88" not in found
    assert bare(found).data == found  # the block that is left says only how it was held
    assert struct.pack(">HHIH", 0x0112, 3, 1, 6) in found


def test_colours_by_adobe_stay() -> None:
    adobe = segment(0xEE, b"Adobe\0d\0\0\0\0\x02")
    assert bare(photo(adobe)).data == photo(adobe)


@pytest.mark.parametrize(
    "block",
    [
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>"),
        segment(0xE1, b"Exif\0\0"),
        segment(0xE1, b"Exif\0\0XX\0\x2a\0\0\0\x08"),
        segment(0xE1, b"Exif\0\0MM\0\x2a\0\0\xff\xff"),
        exif(99),
        exif(None),
    ],
)
def test_a_block_that_says_nothing_of_it_goes_whole(block: bytes) -> None:
    assert bare(photo(block)).data == photo()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG\r\n",
        b"\xff\xd8",
        b"\xff\xd8\xff\xe1\x00\x01",
        b"\xff\xd8" + b"no segment at all",
        b"\xff\xd8" + TABLES + SCAN + END,
        b"\xff\xd8" + segment(0xC0, b"\x08\x00") + SCAN + END,
        b"\xff\xd8" + FRAME + SCAN,
        photo()[:40],
    ],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(NotAPicture):
        bare(data)


def test_fill_bytes_before_a_marker_are_allowed() -> None:
    assert bare(b"\xff\xd8" + b"\xff\xff" + TABLES + FRAME + SCAN + END).width == 64


@given(st.binary(max_size=400))
def test_any_bytes_are_a_picture_or_refused(data: bytes) -> None:
    try:
        found = bare(b"\xff\xd8" + data)
    except NotAPicture:
        return
    assert bare(found.data).data == found.data
