"""Compiles every app's `django.po` to the `django.mo` that gettext reads.

Standard library only, so that neither GNU gettext nor another package is needed to run Linli; a test compares its work
with Babel's. Fuzzy and empty entries are left out, as msgfmt does. A file is compiled again only if it changed.
"""

from __future__ import annotations

import ast
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIELDS = ("msgctxt", "msgid_plural", "msgid", "msgstr")


class PoError(ValueError):
    """A .po file that cannot be read; says file and line."""


@dataclass
class Entry:
    """One message of a .po file."""

    line: int
    context: str | None = None
    msgid: str = ""
    plural: str | None = None
    strings: dict[int, str] = field(default_factory=dict)
    fuzzy: bool = False
    obsolete: bool = False

    def key(self) -> str:
        """The key under which gettext looks the message up: context, EOT, msgid, NUL, plural."""
        key = self.msgid if self.context is None else f"{self.context}\x04{self.msgid}"
        return key if self.plural is None else f"{key}\x00{self.plural}"


def _text(literal: str, where: str) -> str:
    """The text of one quoted line."""
    try:
        value = ast.literal_eval(literal)
    except (SyntaxError, ValueError) as error:
        raise PoError(f"{where}: not a quoted text: {literal}") from error
    if not isinstance(value, str):
        raise PoError(f"{where}: not a text: {literal}")
    return value


def _blocks(path: Path) -> Iterator[list[tuple[int, str]]]:
    """The file's lines in groups: a group ends at an empty line."""
    block: list[tuple[int, str]] = []
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = raw.strip()
        if line:
            block.append((number, line))
        elif block:
            yield block
            block = []
    if block:
        yield block


def read_po(path: Path) -> list[Entry]:
    """Every entry of the file, the header (empty msgid) and the obsolete ones included.

    Raises PoError for a line that is neither a comment, a keyword nor a quoted text.
    """
    entries = []
    for block in _blocks(path):
        entry = Entry(line=block[0][0])
        current: tuple[str, int] = ("", 0)
        for number, line in block:
            where = f"{path}:{number}"
            if line.startswith("#~"):
                entry.obsolete = True
            elif line.startswith("#,"):
                entry.fuzzy = entry.fuzzy or "fuzzy" in line
            if line.startswith("#"):
                continue
            if line.startswith('"'):
                _add(entry, current, _text(line, where))
                continue
            keyword, _, literal = line.partition(" ")
            index = int(keyword[7:-1]) if keyword.startswith("msgstr[") else 0
            name = "msgstr" if keyword.startswith("msgstr") else keyword
            if name not in FIELDS:
                raise PoError(f"{where}: unknown keyword {keyword}")
            if name in ("msgctxt", "msgid") and current[0] == "msgstr":
                entries.append(entry)
                entry = Entry(line=number)
            current = (name, index)
            _add(entry, current, _text(literal, where))
        if current[0] or entry.obsolete:
            entries.append(entry)
    return entries


def _add(entry: Entry, current: tuple[str, int], text: str) -> None:
    """Append a piece of text to the field that is being read."""
    name, index = current
    if name == "msgctxt":
        entry.context = (entry.context or "") + text
    elif name == "msgid":
        entry.msgid += text
    elif name == "msgid_plural":
        entry.plural = (entry.plural or "") + text
    elif name == "msgstr":
        entry.strings[index] = entry.strings.get(index, "") + text
    else:
        raise PoError(f"line {entry.line}: text before any keyword")


def mo_bytes(entries: list[Entry]) -> bytes:
    """The binary catalogue (GNU .mo, little endian, revision 0, no hash table)."""
    pairs = {}
    for entry in entries:
        strings = [entry.strings.get(i, "") for i in range(len(entry.strings))]
        if entry.obsolete or (entry.fuzzy and entry.msgid) or not all(strings) or not strings:
            continue
        pairs[entry.key().encode()] = "\x00".join(strings).encode()
    ids, texts, offsets = b"", b"", []
    for key in sorted(pairs):
        offsets.append((len(key), len(ids), len(pairs[key]), len(texts)))
        ids += key + b"\x00"
        texts += pairs[key] + b"\x00"
    count = len(offsets)
    start_ids = 28 + 16 * count
    start_texts = start_ids + len(ids)
    key_table = b"".join(struct.pack("<II", length, start_ids + at) for length, at, _, _ in offsets)
    text_table = b"".join(struct.pack("<II", length, start_texts + at) for _, _, length, at in offsets)
    head = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 28 + 16 * count)
    return head + key_table + text_table + ids + texts


def compile_all(root: Path) -> list[Path]:
    """Compile every `*.po` under root whose `.mo` is missing or older; returns what was written."""
    written = []
    for po in sorted(root.glob("**/locale/*/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime:
            mo.write_bytes(mo_bytes(read_po(po)))
            written.append(mo)
    return written


def main() -> None:
    """Compile the catalogues of `src/linli`."""
    try:
        written = compile_all(ROOT / "src" / "linli")
    except PoError as error:
        sys.exit(f"A translation file cannot be read. {error}")
    if "--quiet" not in sys.argv[1:]:
        print(f"{len(written)} catalogues compiled.")


if __name__ == "__main__":
    main()
