"""Words and readings about people, sealed with their operation's key; in quiet years with a key of the case's own. Gone with the key."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from linli import vault
from linli.care.models import Case, Reading

CONTEXT = "care.words"
READING_CONTEXT = "care.reading"
PHOTO_CONTEXT = "care.photo"
OFFICE_KEY = "register"
"""What is about the office and about nobody in care: kept as long as the register."""
LONGEST = 500


def key_of(case: Case) -> str:
    """The key that ends with the operation; without one a key of the case's own, destroyed when the case is erased."""
    return f"operation:{case.operation_id}" if case.operation_id is not None else f"care:{case.pk}"


def clean(text: str) -> str:
    """Words without blanks around them and without characters that no screen shows, cut to their length."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:LONGEST]


def sealed_words(text: str, case: Case) -> bytes | None:
    """Words of a case as a row keeps them; None for none."""
    return sealed_for(text, key_of(case))


def sealed_for(text: str, key: str) -> bytes | None:
    """Words under a key; None for none."""
    said = clean(text)
    return vault.seal(said, key=key, context=CONTEXT) if said else None


def words_of(blob: bytes | memoryview | None) -> str | None:
    """The words of a row: empty for none, None when they were erased with their operation."""
    if blob is None:
        return ""
    try:
        return vault.unseal_text(blob, context=CONTEXT)
    except vault.KeyMissing:
        return None


@dataclass(frozen=True)
class Said:
    """A reading: degrees Celsius as the thermometer showed them, codes of ``rules.SYMPTOMS``, words."""

    celsius: Decimal | None = None
    symptoms: tuple[str, ...] = ()
    words: str = ""


def seal_reading(case: Case, said: Said) -> bytes:
    """A reading as its row keeps it."""
    heat = None if said.celsius is None else str(said.celsius)
    text = json.dumps(
        {"celsius": heat, "symptoms": list(said.symptoms), "words": clean(said.words)}, ensure_ascii=False
    )
    return vault.seal(text, key=key_of(case), context=READING_CONTEXT)


def said_of(reading: Reading) -> Said | None:
    """What a reading says; None when it was erased with its operation."""
    try:
        found: dict[str, Any] = json.loads(vault.unseal_text(reading.sealed, context=READING_CONTEXT))
    except vault.KeyMissing:
        return None
    return Said(_heat(found), tuple(found["symptoms"]), found["words"])


def _heat(found: dict[str, Any]) -> Decimal | None:
    """Exact text; rows of before kept whole tenths of a degree."""
    if "tenths" in found:
        return None if found["tenths"] is None else Decimal(found["tenths"]).scaleb(-1)
    return None if found["celsius"] is None else Decimal(found["celsius"])
