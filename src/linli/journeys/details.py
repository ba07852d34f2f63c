"""What is sealed of a traveller, of an outsider's hands and of a place on the way, with the key of its operation; and the keyed indexes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from linli import vault
from linli.journeys.models import Hands, RunStop, Traveller
from linli.kernel import identity, phones
from linli.operations.models import Operation

CONTEXT = "journeys.traveller"
HANDS_CONTEXT = "journeys.hands"
STOP_CONTEXT = "journeys.stop"
LONGEST_STOP = 80
LONGEST = 300
MOST_SAID = 40


@dataclass(frozen=True)
class Details:
    """Words about a traveller, as a list or a message had them. ``born``: ISO day or empty; ``said``: columns that nobody knew."""

    name: str = ""
    document: str = ""
    phone: str = ""
    address: str = ""
    sex: str = ""
    born: str = ""
    seat: str = ""
    language: str = ""
    note: str = ""
    said: Mapping[str, str] = field(default_factory=dict)

    def trimmed(self) -> Details:
        """Every word within its length and without characters that no screen shows."""
        words = {f.name: _clean(getattr(self, f.name)) for f in fields(self) if f.name != "said"}
        said = {_clean(key)[:60]: _clean(value) for key, value in list(self.said.items())[:MOST_SAID]}
        return Details(**words, said=said)

    @property
    def phone_masked(self) -> str:
        """What pages show."""
        return phones.masked(self.phone) if len(self.phone) > 2 else self.phone

    @property
    def document_masked(self) -> str:
        """What pages show."""
        return identity.masked(self.document) if self.document else ""


def _clean(text: object) -> str:
    return "".join(char for char in str(text) if char.isprintable()).strip()[:LONGEST]


def put(traveller: Traveller, details: Details) -> None:
    """Seal the words into the row and set its indexes (not saved)."""
    clean = details.trimmed()
    traveller.sealed = seal(clean, traveller.operation)
    traveller.document_index = document_index(clean.document, traveller.neighbourhood_id)
    traveller.phone_index = phone_index(clean.phone, traveller.neighbourhood_id)


def seal(details: Details, operation: Operation) -> bytes:
    """The words of a traveller, sealed."""
    return vault.seal(json.dumps(asdict(details), ensure_ascii=False), key=operation.key_name, context=CONTEXT)


def document_index(document: str, neighbourhood: int) -> bytes | None:
    """The keyed index of a document's number, as the register makes it; None for none."""
    number = "".join(document.split()).upper()
    return vault.blind_index(number, neighbourhood=neighbourhood, purpose="document") if number else None


def phone_index(phone: str, neighbourhood: int) -> bytes | None:
    """The keyed index of a telephone, as the register makes it; None for what is no number."""
    digits = "".join(char for char in phone if char.isdecimal())
    return vault.blind_index(digits, neighbourhood=neighbourhood, purpose="phone") if len(digits) >= 7 else None


def details_of(traveller: Traveller) -> Details:
    """The words about a traveller; empty when they were erased with their operation."""
    found = _unsealed(traveller.sealed, CONTEXT)
    words = {f.name: str(found.get(f.name, "")) for f in fields(Details) if f.name != "said"}
    return Details(**words, said=found.get("said") or {})


@dataclass(frozen=True)
class Outsider:
    """Who from outside holds travellers: a name and a telephone, as he gave them."""

    name: str = ""
    phone: str = ""


def seal_outsider(outsider: Outsider, operation: Operation) -> bytes:
    """The words about somebody from outside, sealed."""
    clean = {key: _clean(value)[:80] for key, value in asdict(outsider).items()}
    return vault.seal(json.dumps(clean, ensure_ascii=False), key=operation.key_name, context=HANDS_CONTEXT)


def outsider_of(hands: Hands) -> Outsider:
    """Who from outside these hands are; empty for our own, and when it was erased."""
    found = _unsealed(hands.sealed, HANDS_CONTEXT)
    return Outsider(str(found.get("name", "")), str(found.get("phone", "")))


def seal_stop(words: str, operation: Operation) -> bytes | None:
    """Where a run stops, sealed: it may be somebody's door. None for no words."""
    clean = words.strip()[:LONGEST_STOP]
    return vault.seal(clean, key=operation.key_name, context=STOP_CONTEXT) if clean else None


def stop_of(stop: RunStop) -> str:
    """The words of a place on the way; empty for one of the tree, and when they were erased."""
    if stop.sealed is None:
        return ""
    try:
        return vault.unseal_text(stop.sealed, context=STOP_CONTEXT)
    except vault.KeyMissing:
        return ""


def _unsealed(sealed: bytes | memoryview | None, context: str) -> dict[str, Any]:
    """The JSON of a sealed row; empty when there is none or its key is gone."""
    if sealed is None:
        return {}
    try:
        found: dict[str, Any] = json.loads(vault.unseal_text(bytes(sealed), context=context))
    except vault.KeyMissing:
        return {}
    return found
