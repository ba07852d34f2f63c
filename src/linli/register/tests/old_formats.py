"""Small OpenDocument and Excel 97 workbooks, written by hand, because no library here writes them."""

from __future__ import annotations

import io
import struct
import zipfile
from xml.sax.saxutils import escape

_ODS = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
    "{tables}</office:spreadsheet></office:body></office:document-content>"
)


def ods(rows: list[list[object]], name: str, extra: str = "") -> bytes:
    """An OpenDocument table with one sheet; ``extra``: raw rows behind it."""
    body = ""
    for row in rows:
        cells = "".join(
            f'<table:table-cell office:value-type="float" office:value="{cell}"><text:p>{cell}</text:p></table:table-cell>'
            if isinstance(cell, (int, float))
            else f'<table:table-cell office:value-type="string"><text:p>{escape(str(cell))}</text:p></table:table-cell>'
            if cell != ""
            else "<table:table-cell/>"
            for cell in row
        )
        body += f"<table:table-row>{cells}</table:table-row>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml", _ODS.format(tables=f'<table:table table:name="{name}">{body}{extra}</table:table>')
        )
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return out.getvalue()


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _label(row: int, column: int, text: str) -> bytes:
    raw = text.encode("utf-16-le")
    return _record(0x0204, struct.pack("<HHHHB", row, column, 0, len(raw) // 2, 1) + raw)


def xls(rows: list[list[object]], name: str) -> bytes:
    """An Excel 97 workbook (BIFF8 in a compound file) with one sheet."""
    cells = b""
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, (int, float)):
                cells += _record(0x0203, struct.pack("<HHHd", at, column, 0, float(cell)))
            elif cell != "":
                cells += _label(at, column, str(cell))
    width = max(len(row) for row in rows)
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 1996, 0, 6))
    sheet += _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0)) + cells + _record(0x000A, b"")
    title = name.encode("utf-16-le")
    head = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 1996, 0, 6)) + _record(
        0x0042, struct.pack("<H", 1200)
    )
    bound_size = 4 + 8 + len(title)
    offset = len(head) + bound_size + 4
    bound = _record(0x0085, struct.pack("<IBBBB", offset, 0, 0, len(title) // 2, 1) + title)
    return _compound(head + bound + _record(0x000A, b"") + sheet)


def _compound(stream: bytes) -> bytes:
    """A compound file with one stream called Workbook, in 512-byte sectors; padded so that it needs no small sectors."""
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(stream) // 512
    fat_sectors = -(-(sectors + 1) // 127)
    first = fat_sectors + 1
    chain = [0xFFFFFFFD] * fat_sectors + [0xFFFFFFFE] + [first + at + 1 for at in range(sectors)]
    chain[-1] = 0xFFFFFFFE
    chain += [0xFFFFFFFF] * (fat_sectors * 128 - len(chain))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<IIIIIIIII", 0, fat_sectors, fat_sectors, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", *range(fat_sectors), *([0xFFFFFFFF] * (109 - fat_sectors)))

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        raw = (name + "\0").encode("utf-16-le")
        body = raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        return body + b"\0" * 36 + struct.pack("<IQ", start, size)

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry("Workbook", 2, 0xFFFFFFFF, first, len(stream))
    directory = directory.ljust(512, b"\0")
    return header + struct.pack(f"<{len(chain)}I", *chain) + directory + stream
