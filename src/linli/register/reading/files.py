"""What kind of file is this, and is it safe to open? A sentence for every file that is not.

The size of every part of a zip is looked up in its directory before anything is inflated, and inflating stops at that size,
so a small file that claims to be small cannot become a large one.
"""

from __future__ import annotations

import io
import zipfile
import zlib

from linli.kernel.refusal import Refusal
from linli.register.reading.delimited import read_delimited
from linli.register.reading.markup import is_markup, read_markup
from linli.register.reading.sheet import Sheet
from linli.register.reading.workbook import check_repeats, read_plain, read_workbook

MAX_FILE_BYTES = 60 * 1024 * 1024
MAX_INFLATED_BYTES = 800 * 1024 * 1024
MAX_PART_BYTES = 600 * 1024 * 1024
MAX_RATIO = 120  # a sheet of repeated text inflates 20 to 40 times
MAX_PARTS = 5_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_file(data: bytes, filename: str) -> list[Sheet]:
    """Every sheet of the file. Raises Refusal ``import.*`` with a sentence for what cannot be read."""
    check_size(len(data))
    if not data.strip(b" \t\r\n\x00"):
        raise Refusal("import.empty", "The file is empty.")
    if data.startswith(_OLE):
        return _read_old(data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _read_zip(data)
    if is_markup(data):
        return read_markup(data)
    _refuse_other_formats(data)
    return [read_delimited(data, filename)]


def check_size(size: int) -> None:
    """Refuse a file that is too large for a register before reading it."""
    if size > MAX_FILE_BYTES:
        raise Refusal(
            "import.too_large",
            "The file has %(size)s MB; a register of a hundred thousand people has about 20. At most %(most)s MB can be read.",
            size=size // (1024 * 1024),
            most=MAX_FILE_BYTES // (1024 * 1024),
        )


def _read_old(data: bytes) -> list[Sheet]:
    """A compound file: an .xls workbook, or an .xlsx inside a password's envelope."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise _locked()
    return read_plain(data)


def _locked() -> Refusal:
    return Refusal(
        "import.password",
        "The workbook is protected by a password. Open it, save a copy without a password, and try that.",
    )


def _refuse_other_formats(data: bytes) -> None:
    """PDF, pictures, archives, web pages."""
    heads = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RAR!", b"7Z\xbc\xaf", b"\x1f\x8b", b"<HTML", b"<!DOC")
    if data[:5].upper().startswith(heads):
        raise Refusal(
            "import.format",
            "This file is no table. Workbooks (.xlsx, .xls, .ods) and text tables (.csv, .tsv) can be read.",
        )


def _read_zip(data: bytes) -> list[Sheet]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError) as broken:
        raise _broken() from broken
    with archive:
        names = set(archive.namelist())
        _check_parts(archive.infolist(), len(data))
        if "mimetype" in names and b"opendocument" in _head(archive, "mimetype"):
            check_repeats(_head(archive, "content.xml", MAX_PART_BYTES))
            return read_plain(data)
        if "EncryptedPackage" in names:
            raise _locked()
        if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
            raise Refusal("import.format_zip", "The file is a zip archive but no Excel workbook.")
        if any(name.lower().endswith("workbook.bin") for name in names):
            raise Refusal("import.xlsb", "This is a binary Excel workbook (.xlsb). Save it as .xlsx and try that.")
        return read_workbook(data, archive)


def _head(archive: zipfile.ZipFile, name: str, size: int = 200) -> bytes:
    try:
        with archive.open(name) as part:
            return part.read(size)
    except (zipfile.BadZipFile, zlib.error, KeyError, RuntimeError, OSError, ValueError) as broken:
        raise _broken() from broken


def _check_parts(parts: list[zipfile.ZipInfo], packed: int) -> None:
    total = sum(part.file_size for part in parts)
    largest = max((part.file_size for part in parts), default=0)
    steep = total > 50 * 1024 * 1024 and total > packed * MAX_RATIO
    if len(parts) > MAX_PARTS or total > MAX_INFLATED_BYTES or largest > MAX_PART_BYTES or steep:
        raise Refusal(
            "import.bomb",
            "The file would unpack to %(size)s MB, which no register does. It was not opened.",
            size=total // (1024 * 1024),
        )
    if any(part.flag_bits & 1 for part in parts):
        raise _locked()


def _broken() -> Refusal:
    return Refusal(
        "import.broken", "The workbook is damaged and cannot be opened. Save it again in Excel or WPS, and try that."
    )
