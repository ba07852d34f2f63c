"""A JPEG without anything but its picture: no position, no camera, no preview, no comment. Pure; ISO/IEC 10918-1, Annex B.

The phone draws a photo anew before it keeps it; here whatever still lies beside the picture is cut out once more, because a phone may be
old, a form may be plain, and a file may be anything. How the camera was held is kept: without it a photo would lie on its side.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

_SOI, _EOI, _SOS, _APP0, _APP1, _APP14, _COM = 0xD8, 0xD9, 0xDA, 0xE0, 0xE1, 0xEE, 0xFE
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_END = bytes((0xFF, _EOI))
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_ADOBE = 12
_EXIF = b"Exif\0\0"
_ORIENTATION = 0x0112


class NotAPicture(ValueError):
    """The bytes are no JPEG that can be read to its end."""


@dataclass(frozen=True)
class Picture:
    """A JPEG with nothing beside its picture; ``width`` and ``height`` in pixels, as stored."""

    data: bytes
    width: int
    height: int


def bare(data: bytes) -> Picture:
    """Only the first picture of a JPEG, and how the camera was held; what a camera hangs behind it (a larger picture, a preview, a film,
    each with its own position) is no part of it. Raises :class:`NotAPicture`."""
    if data[:2] != bytes((0xFF, _SOI)):
        raise NotAPicture("no JPEG")
    kept, at, size, turned, scanned = [data[:2]], 2, None, 1, False
    while not (scanned and data[at : at + 2] == _END):
        marker, start, end = _segment(data, at)
        if marker == _APP1:
            turned = _orientation(data[start:end]) or turned
        elif marker in _FRAMES:
            if end - start < 6:
                raise NotAPicture("frame")
            size = struct.unpack(">HH", data[start + 1 : start + 5])
        elif marker == _SOS:
            end, scanned = _scan_end(data, end), True
        if _is_picture(marker, data[start:end]):
            kept.append(data[at:end])
        at = end
    if size is None or not all(size):
        raise NotAPicture("no frame")
    if turned != 1:
        kept.insert(1, _turned(turned))
    return Picture(b"".join([*kept, _END]), size[1], size[0])


def _is_picture(marker: int, content: bytes) -> bool:
    """Whether a segment is needed to draw the picture: no application's block and no comment, but how Adobe wrote the colours."""
    if marker == _APP14:
        return content.startswith(b"Adobe") and len(content) <= _ADOBE
    return not _APP0 <= marker <= 0xEF and marker != _COM


def _scan_end(data: bytes, at: int) -> int:
    """Where the coded picture that begins at ``at`` ends: at the next marker that is neither a stuffed byte nor a restart."""
    found = _MARKER.search(data, at)
    if found is None:
        raise NotAPicture("cut short")
    return found.start()


def _segment(data: bytes, at: int) -> tuple[int, int, int]:
    """Marker of the segment at ``at``, where its content begins and ends."""
    while data[at : at + 2] == b"\xff\xff":  # fill bytes
        at += 1
    if len(data) < at + 4 or data[at] != 0xFF:
        raise NotAPicture("segment")
    (length,) = struct.unpack(">H", data[at + 2 : at + 4])
    end = at + 2 + length
    if length < 2 or end > len(data):
        raise NotAPicture("length")
    return data[at + 1], at + 4, end


def _orientation(content: bytes) -> int:
    """How the camera was held (1–8) by the first directory of an Exif block; 0 when it does not say."""
    if not content.startswith(_EXIF):
        return 0
    tiff = content[len(_EXIF) :]
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return 0
    (first,) = struct.unpack(order + "I", tiff[4:8])
    if first + 2 > len(tiff):
        return 0
    (count,) = struct.unpack(order + "H", tiff[first : first + 2])
    for entry in range(first + 2, min(first + 2 + 12 * count, len(tiff) - 11), 12):
        tag, kind = struct.unpack(order + "HH", tiff[entry : entry + 4])
        if (tag, kind) == (_ORIENTATION, 3):
            (said,) = struct.unpack(order + "H", tiff[entry + 8 : entry + 10])
            return int(said) if 1 <= said <= 8 else 0
    return 0


def _turned(orientation: int) -> bytes:
    """An Exif block that says how the camera was held, and nothing else."""
    directory = struct.pack(">HHHIHHI", 1, _ORIENTATION, 3, 1, orientation, 0, 0)
    content = _EXIF + b"MM\0\x2a" + struct.pack(">I", 8) + directory
    return struct.pack(">BBH", 0xFF, _APP1, len(content) + 2) + content
