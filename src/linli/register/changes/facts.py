"""What a row says, as one comparable text a field, and its keyed fingerprints, which stay when the row itself is erased.

A field that a file says nothing about (no such column, an unreadable cell, an empty cell where emptiness says nothing) is ``None``
and its fingerprint is all zeros: it is carried over from the file before, never read as "removed".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from hashlib import blake2b

from linli.kernel.names import search_form
from linli.register.packing import Packed

FIELDS = ("name", "sex", "number", "born", "rel", "phones", "nation", "remark", "absence", "state")
SIZE = 6
SILENT = bytes(SIZE)
WHOLE = SIZE * len(FIELDS)
ABSENCES = ("", "away", "elsewhere", "moved", "died")
STATES = ("owner", "let", "vacant", "closed", "away", "refused", "unreached")
LIVED_IN = frozenset({None, "", "blank", "owner", "let"})
_DIED = ("故", "世", "亡", "逝", "死", "died", "deceased")
_SHORT = frozenset({"sex", "rel", "nation", "absence", "state"})
_SAYS_WHERE = frozenset({"remark", "here", "whereabouts", "return_date"})
_AT = {field: at * SIZE for at, field in enumerate(FIELDS)}
Values = dict[str, str | None]


def name_form(name: str) -> str:
    """One spelling of a name: the parts of a Latin one in any order."""
    form = search_form(name)
    return " ".join(sorted(form.split())) if form.isascii() else form


def remark_form(text: str) -> str:
    """A remark as it is compared: line breaks, blanks, quotation marks and the width of signs say nothing."""
    return re.sub(r"[\s\u200b\ufeff\"'“”‘’「」]+", "", unicodedata.normalize("NFKC", text))


def form(field: str, value: str) -> str:
    """A written value in the spelling that is compared."""
    return name_form(value) if field == "name" else remark_form(value) if field == "remark" else value


def died(remark: str) -> bool:
    """Whether who is gone has died, by the words of the remark."""
    return any(word in remark for word in _DIED)


def absence_of(row: Packed) -> str:
    """What the row itself says of its person: here (empty), away, elsewhere, moved or died; not what the home's state implies."""
    if row.absence == "gone":
        return "died" if died(row.remark) else "moved"
    if row.absence == "dwelling" or (row.absence == "away" and row.state == "away"):
        return ""
    return row.absence or ""


def presence(absence: str, state: str | None) -> str:
    """The word of the register for a person: here, away, moved, died; elsewhere for an owner who does not live there."""
    if absence in ("moved", "died", "elsewhere"):
        return absence
    return "away" if absence == "away" or state not in LIVED_IN else "here"


def values_of(row: Packed, *, has: Collection[str], phones_read: bool = True) -> Values:
    """The row's facts by field. ``has``: the fields that the table has columns for; ``phones_read``: no phone cell was unreadable."""
    phones = ",".join(sorted(row.phones))
    away = absence_of(row)
    return {
        "name": name_form(row.name) if row.name else None,
        "sex": row.sex or None,
        "number": row.number or None,
        "born": row.born.isoformat() if row.born else None,
        "rel": row.rel or None,
        "phones": phones if phones_read and (phones or "phone" in has) else None,
        "nation": row.nation or None,
        "remark": remark_form(row.remark) if row.remark or "remark" in has else None,
        "absence": away if away or _SAYS_WHERE.intersection(has) else None,
        "state": row.state or None,
    }


class Printer:
    """Fingerprints of one neighbourhood: equal values of one field have equal ones, and only who has the key can make them."""

    def __init__(self, key: bytes) -> None:
        self.key = key
        self._short: dict[tuple[str, str], bytes] = {}

    def one(self, field: str, value: str | None) -> bytes:
        """Six bytes; zeros for a field nothing is said about."""
        if value is None:
            return SILENT
        if field in _SHORT or not value:
            known = self._short.get((field, value))
            if known is None:
                known = self._short[(field, value)] = self._make(field, value)
            return known
        return self._make(field, value)

    def _make(self, field: str, value: str) -> bytes:
        return blake2b(value.encode(), key=self.key, person=field.encode(), digest_size=SIZE).digest()

    def all(self, values: Mapping[str, str | None]) -> bytes:
        """The fingerprints of a row, in the order of ``FIELDS``."""
        return b"".join(self.one(field, values.get(field)) for field in FIELDS)

    def decoded(self, field: str, mark: bytes, candidates: Collection[str]) -> str | None:
        """Which of a few possible words a fingerprint stands for, None if none of them."""
        return next((word for word in candidates if self.one(field, word) == mark), None)


def mark(prints: bytes | None, field: str) -> bytes:
    """The fingerprint of one field; zeros where there is none."""
    at = _AT[field]
    return prints[at : at + SIZE] if prints else SILENT


def carried(prints: bytes, before: bytes | None) -> bytes:
    """The fingerprints with what this file says nothing about taken from the file before."""
    if before is None:
        return prints
    return b"".join(mark(before, field) if mark(prints, field) == SILENT else mark(prints, field) for field in FIELDS)


def replaced(prints: bytes, fields: Collection[str], before: bytes | None) -> bytes:
    """The fingerprints with some fields as the file before said them: a change that nobody looked at is asked again."""
    return b"".join(mark(before, field) if field in fields else mark(prints, field) for field in FIELDS)


def changed(before: bytes | None, now: bytes) -> Iterator[str]:
    """Fields that this file says otherwise than the file before; every field it says where there is none before."""
    for field in FIELDS:
        here = mark(now, field)
        if here != SILENT and here != mark(before, field):
            yield field
